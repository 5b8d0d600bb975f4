//! `tailcost merge`: do these parts make up a run, and what does it say?

use super::deliver::{Left, command, default_directory, deliver, stories};
use super::exit::Failure;
use super::run::cores;
use super::shard::{ENDING, told};
use super::stored_case::stored_case;
use super::{interrupt, progress};
use crate::analysis::{PartError, PartHeader, Profiling, Settings, Twin, outcome_of, read_header, read_part};
use crate::config::Loaded;
use crate::engine::{Kernel, Merging, Request, Tallies, limit_threads};
use crate::model::Model;
use crate::numerics::simd::Instructions;
use crate::outcome::{Outcome, Story};
use crate::reference::ReferenceKernel;
use clap::Args;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// Files or shards that are named at most where there are many.
const MOST_NAMED: usize = 20;

#[derive(Debug, Args)]
#[command(
    name = "merge",
    after_help = "\
The result has the bytes of the run in one piece, but for the record of how it came about: its time is that of all \
shards one after the other, and of the merge. Parts may come in any order, from other machines and other numbers of \
threads. What is missing, twice, damaged or of another run is refused by name.

Examples:
  tailcost run article --years 100_000 --shard 1/2 --out parts/1.tcs
  tailcost run article --years 100_000 --shard 2/2 --out parts/2.tcs
  tailcost merge parts/1.tcs parts/2.tcs
  tailcost merge parts --out outputs/article --report"
)]
pub struct MergeArguments {
    /// The parts of a run: files, or folders of files that end in .tcs
    #[arg(value_name = "PART", required = true)]
    pub parts: Vec<PathBuf>,
    /// Directory for the result; default: outputs/TITLE-HASH
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Threads of what is drawn and charted; default: one for each core. The result does not depend on it
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub threads: Option<u16>,
    #[command(flatten)]
    pub left: Left,
}

/// A part's file and its header.
struct Headed {
    path: PathBuf,
    header: PartHeader,
}

pub fn merge(arguments: &MergeArguments) -> Result<(), Failure> {
    if let Some(threads) = arguments.threads {
        limit_threads(usize::from(threads));
    }
    let started = Instant::now();
    let parts = complete(headers(&files(&arguments.parts)?)?)?;
    let first = &parts[0];
    let data_files = first.header.data_files();
    let mut loaded = stored_case(&first.path, &first.header.config, &first.header.config_hash, &data_files)?;
    // As the run called them, which is where each was found.
    loaded.data_files = data_files;
    arguments.left.check(&loaded.scenario)?;
    let (level, seed) = (Instructions::best(), first.header.seed);
    let job = Job { arguments, parts: &parts, loaded: &loaded, started };
    match first.header.engine.as_str() {
        "fast" => {
            let model = Model::on(level, &loaded.scenario, seed);
            let tell = |outcome: &Outcome, tallies: &Tallies| stories(&model, &loaded.scenario, outcome, tallies);
            job.run(&model, "fast", tell)
        }
        "reference" => job.run(&ReferenceKernel::new(&loaded.scenario, seed), "reference", |_, _| Vec::new()),
        other => Err(Failure::input(format!("error: {} was run by an engine {other:?}", first.path.display()))),
    }
}

/// The files that are meant, in the order given.
fn files(given: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in given {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let wrong = |error| Failure::internal(format!("reading the folder {}: {error}", path.display()));
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(wrong)? {
            let file = entry.map_err(wrong)?.path();
            let hidden = file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            if file.extension().is_some_and(|ending| ending == ENDING) && !hidden {
                inside.push(file);
            }
        }
        if inside.is_empty() {
            return Err(Failure::input(format!(
                "error: the folder {} has no file that ends in .{ENDING}",
                path.display()
            )));
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

/// The headers of all files, each of which can be read.
fn headers(files: &[PathBuf]) -> Result<Vec<Headed>, Failure> {
    let (mut headed, mut bad) = (Vec::new(), Vec::new());
    for path in files {
        match File::open(path).map_err(PartError::Io).and_then(read_header) {
            Ok(header) => headed.push(Headed { path: path.clone(), header }),
            Err(error) => bad.push((path.clone(), error)),
        }
    }
    if bad.is_empty() { Ok(headed) } else { Err(refused(&bad)) }
}

fn refused(bad: &[(PathBuf, PartError)]) -> Failure {
    let mut text = format!("error: {} cannot be merged", if bad.len() == 1 { "a part" } else { "parts" });
    for (path, error) in bad.iter().take(MOST_NAMED) {
        text += &format!("\n  {}: {error}", path.display());
    }
    if bad.len() > MOST_NAMED {
        text += &format!("\n  and {} more", bad.len() - MOST_NAMED);
    }
    text += "\n  help: run those shards again; nothing was written";
    // The word "error" is said of every failure of files.
    let unreadable =
        |error: &PartError| matches!(error, PartError::Io(error) if error.kind() != std::io::ErrorKind::NotFound);
    if bad.iter().any(|(_, error)| unreadable(error)) {
        Failure::Internal(text.trim_start_matches("error: ").to_owned())
    } else {
        Failure::Input(text)
    }
}

/// The parts of one run of this program, none missing and none twice, in the order of their shards.
fn complete(mut parts: Vec<Headed>) -> Result<Vec<Headed>, Failure> {
    let first = &parts[0];
    let own = env!("CARGO_PKG_VERSION");
    if (first.header.program_version.as_str(), first.header.value_version) != (own, crate::VALUE_VERSION) {
        return Err(Failure::input(format!(
            "error: {} was run by tailcost {} with value version {}; this is tailcost {own} with value version {}\n  \
             help: merge with the program that ran the parts, or run them again",
            first.path.display(),
            first.header.program_version,
            first.header.value_version,
            crate::VALUE_VERSION
        )));
    }
    let foreign: Vec<String> = parts
        .iter()
        .filter_map(|part| {
            let foreign = part.header.foreign_to(&first.header)?;
            Some(format!("\n  {} has another {}", part.path.display(), told(&foreign)))
        })
        .collect();
    if !foreign.is_empty() {
        let named = foreign.iter().take(MOST_NAMED).cloned().collect::<String>();
        let more = foreign.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
        return Err(Failure::input(format!(
            "error: the parts are not all of one run; held against {}:{named}{more}",
            first.path.display()
        )));
    }
    parts.sort_by_key(|part| part.header.shard);
    if let Some(pair) = parts.windows(2).find(|pair| pair[0].header.shard == pair[1].header.shard) {
        return Err(Failure::input(format!(
            "error: {} and {} are both shard {}",
            pair[0].path.display(),
            pair[1].path.display(),
            pair[0].header.shard
        )));
    }
    let of = parts[0].header.shard.of();
    let missing = stretches(&parts, of);
    if missing.is_empty() {
        return Ok(parts);
    }
    let count = of - parts.len() as u64;
    let named = missing.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = if missing.len() > MOST_NAMED { ", ..." } else { "" };
    Err(Failure::input(format!(
        "error: {count} of {of} shards {}: {named}{more}\n  help: run each with the same config, seed and years, as in --shard \
         {}/{of} --out FILE",
        if count == 1 { "is missing" } else { "are missing" },
        missing[0].split('-').next().unwrap_or("1")
    )))
}

/// Shards that are not there, counted from 1, as in `3` and `7-9`.
fn stretches(parts: &[Headed], of: u64) -> Vec<String> {
    let mut missing = Vec::new();
    let mut next = 0;
    for there in parts.iter().map(|part| part.header.shard.index()).chain([of]) {
        match there - next {
            0 => {}
            1 => missing.push(there.to_string()),
            _ => missing.push(format!("{}-{there}", next + 1)),
        }
        next = there + 1;
    }
    missing
}

/// Parts of one run and what is to become of them.
struct Job<'a> {
    arguments: &'a MergeArguments,
    parts: &'a [Headed],
    loaded: &'a Loaded,
    started: Instant,
}

/// How all parts came about.
#[derive(Default)]
struct Spent {
    seconds: f64,
    threads: usize,
}

impl Job<'_> {
    fn run<K: Kernel>(
        &self,
        kernel: &K,
        engine: &'static str,
        tell: impl Fn(&Outcome, &Tallies) -> Vec<Story>,
    ) -> Result<(), Failure> {
        let Self { arguments, loaded, .. } = self;
        let header = &self.parts[0].header;
        let settings = Settings {
            years: header.years,
            seed: header.seed,
            threads: arguments.threads.map_or_else(cores, usize::from),
            until: None,
            engine,
            command: command(),
            level: Instructions::best(),
            control_variates: header.control_variates,
            profiling: Profiling::Off,
        };
        let directory = arguments.out.clone().unwrap_or_else(|| default_directory(loaded));
        let (interrupt, done) = (interrupt::flag()?, AtomicU64::new(0));
        let display = progress::Display::choose(arguments.left.quiet);
        let (tallies, spent) =
            progress::watch(display, header.years, &done, || self.tallies(kernel, &settings, &interrupt, &done))?;
        let mut outcome = outcome_of(kernel, loaded, &settings, &tallies);
        let run = &mut outcome.provenance.run;
        run.threads = spent.threads;
        run.wall_seconds = spent.seconds + self.started.elapsed().as_secs_f64();
        run.years_per_second = header.years as f64 / run.wall_seconds;
        super::uncertainty::join(loaded, &mut outcome, display, &interrupt);
        outcome.stories = tell(&outcome, &tallies);
        deliver(kernel, &outcome, &tallies, &directory, &arguments.left)?;
        arguments.left.enforce(&outcome)
    }

    /// Adds up the parts, one at a time in memory; all that are damaged are named.
    fn tallies<K: Kernel>(
        &self,
        kernel: &K,
        settings: &Settings<'_>,
        interrupt: &AtomicBool,
        done: &AtomicU64,
    ) -> Result<(Tallies, Spent), Failure> {
        let rests = if settings.control_variates { Twin::of(&self.loaded.scenario).rests() } else { Vec::new() };
        let request = Request {
            years: settings.years,
            threads: settings.threads,
            levels: &self.loaded.scenario.simulation.levels,
            level: settings.level,
            rests: &rests,
        };
        let mut merging = Merging::new(kernel, &request);
        let (mut spent, mut bad) = (Spent::default(), Vec::new());
        for Headed { path, header } in self.parts {
            if interrupt.load(Ordering::Relaxed) {
                return Err(Failure::Interrupted { saved: false });
            }
            match add(&mut merging, path, header) {
                Ok(own) => {
                    spent.seconds += own.seconds;
                    spent.threads = spent.threads.max(own.threads);
                }
                Err(error) => bad.push((path.clone(), error)),
            }
            let years = header.shard.years(settings.years);
            done.fetch_add(years.end - years.start, Ordering::Relaxed);
        }
        if bad.is_empty() { Ok((merging.finish(), spent)) } else { Err(refused(&bad)) }
    }
}

/// Takes in the part of a file whose header was read before.
fn add(merging: &mut Merging, path: &Path, header: &PartHeader) -> Result<Spent, PartError> {
    let file = read_part(&std::fs::read(path).map_err(PartError::Io)?)?;
    if file.header != *header {
        return Err(PartError::Nonsense("it was replaced while it was read".into()));
    }
    let part =
        merging.read(header.shard, &file.tallies).map_err(|nonsense| PartError::Nonsense(nonsense.to_string()))?;
    merging.add(part);
    Ok(Spent { seconds: file.record.wall_seconds, threads: file.record.threads })
}
