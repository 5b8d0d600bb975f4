//! `tailcost run`: from a config to a result, charts and a summary.

use super::args::{Engine, Keep, Run, Simd};
use super::case::load_case;
use super::exit::Failure;
use super::{interrupt, print, progress};
use crate::analysis::{Profiling, Settings, StopRule, all_years, run_case, run_stories, worst_years};
use crate::config::{Loaded, Scenario};
use crate::engine::{Ended, EngineError, Kernel, Tallies, limit_threads};
use crate::model::Model;
use crate::numerics::simd::{Instructions, Level};
use crate::outcome::{Outcome, Story, Verdict, YearTable};
use crate::reference::ReferenceKernel;
use crate::report::charts::{Pictures, charts};
use crate::report::files::{REPORT_FILE, YEARS_FILE, prepare, remove_earlier, write_all, write_whole};
use crate::report::findings::appetite_line;
use crate::report::format::printable;
use crate::report::page::page;
use crate::report::parquet::YearWriter;
use crate::report::profile::profile_table;
use crate::report::story_words::sentences;
use crate::report::summary::{Style, summary};
use crate::report::uncertainty::uncertainty_table;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

/// Digits of the config's hash in the name of the result's directory.
const HASH_DIGITS: usize = 8;

pub fn run(arguments: &Run) -> Result<(), Failure> {
    if let Some(threads) = arguments.threads {
        limit_threads(usize::from(threads));
    }
    let loaded = load_case(&arguments.case)?;
    if arguments.enforce && loaded.scenario.appetite.is_empty() {
        let message = "error: --enforce: the config sets no limits; add [appetite] with lines such as \
                       { measure = \"tvar@0.99\", of = \"Offshore\", limit = 12_000_000, name = \"Board tolerance\" }";
        return Err(Failure::input(message));
    }
    let years = years(arguments, &loaded.scenario)?;
    let seed = arguments.seed.unwrap_or(loaded.scenario.simulation.seed);
    let level = level(arguments)?;
    match arguments.engine {
        Engine::Fast => {
            let model = Model::on(level, &loaded.scenario, seed);
            let tell = |outcome: &Outcome, tallies: &Tallies| stories(&model, &loaded.scenario, outcome, tallies);
            with_kernel(&model, &loaded, seed, years, arguments, tell)
        }
        Engine::Reference => {
            let model = ReferenceKernel::new(&loaded.scenario, seed);
            with_kernel(&model, &loaded, seed, years, arguments, |_, _| Vec::new())
        }
    }
}

/// Single years of the run, in words too.
fn stories(model: &Model, scenario: &Scenario, outcome: &Outcome, tallies: &Tallies) -> Vec<Story> {
    let mut stories = run_stories(model, scenario, outcome, tallies);
    stories.iter_mut().for_each(|story| story.sentences = sentences(story));
    stories
}

/// The instructions asked for, or the best there are.
fn level(arguments: &Run) -> Result<Level, Failure> {
    let Some(asked) = arguments.simd else { return Ok(Instructions::best()) };
    let instructions = match asked {
        Simd::Plain => Instructions::Plain,
        Simd::Avx2 => Instructions::Avx2,
        Simd::Avx512 => Instructions::Avx512,
    };
    instructions.level().ok_or_else(|| {
        let has = Instructions::ALL.into_iter().filter(|known| known.level().is_some());
        let has: Vec<String> = has.map(|known| format!("{known:?}").to_lowercase()).collect();
        Failure::input(format!("error: --simd: this machine has no {instructions:?}; it has {}", has.join(", ")))
    })
}

/// Most years to simulate.
fn years(arguments: &Run, scenario: &Scenario) -> Result<u64, Failure> {
    let years = match arguments.until {
        Some(_) => arguments.max_years,
        None => arguments.years.unwrap_or(scenario.simulation.years),
    };
    match years {
        0 | 1 => Err(Failure::input(format!("error: a spread takes at least 2 years, found {years}"))),
        years => Ok(years),
    }
}

fn with_kernel<K: Kernel>(
    kernel: &K,
    loaded: &Loaded,
    seed: u64,
    years: u64,
    arguments: &Run,
    tell: impl Fn(&Outcome, &Tallies) -> Vec<Story>,
) -> Result<(), Failure> {
    let until = stop_rule(arguments, &loaded.scenario)?;
    let settings = Settings {
        years,
        seed,
        threads: arguments.threads.map_or_else(cores, usize::from),
        until: until.as_ref(),
        engine: match arguments.engine {
            Engine::Fast => "fast",
            Engine::Reference => "reference",
        },
        // A record for people: what is no text is shown as well as it can be.
        command: std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect(),
        level: level(arguments)?,
        control_variates: arguments.control_variates,
        profiling: if arguments.profile { Profiling::On } else { Profiling::Off },
    };
    let directory = arguments.out.clone().unwrap_or_else(|| default_directory(loaded));
    prepare(&directory).map_err(Failure::internal)?;
    let interrupt = interrupt::flag()?;
    let done = AtomicU64::new(0);
    let display = progress::Display::choose(arguments.quiet);
    let result = progress::watch(display, years, &done, || run_case(kernel, loaded, &settings, &interrupt, &done));
    let (mut outcome, tallies, ended) = result.map_err(|error| match error {
        EngineError::NothingDone => Failure::Interrupted { saved: false },
        error => Failure::internal(error),
    })?;
    if ended != Ended::Interrupted {
        super::uncertainty::join(loaded, &mut outcome, progress::Display::choose(arguments.quiet), &interrupt);
    }
    outcome.stories = tell(&outcome, &tallies);
    let files = write(kernel, &outcome, &tallies, &directory, arguments)?;
    if arguments.quiet {
        for caution in &outcome.cautions {
            anstream::eprintln!("caution: {}: {}", caution.code, caution.message);
        }
    } else {
        print(&summary(&outcome, width(), style(), &files))?;
    }
    if let Some(found) = outcome.uncertainty.as_ref().filter(|_| !arguments.quiet) {
        print(&format!("\n{}", uncertainty_table(found)))?;
    }
    if let Some(profile) = &outcome.provenance.run.profile {
        print(&profile_table(profile))?;
    }
    match ended {
        Ended::Interrupted => Err(Failure::Interrupted { saved: true }),
        Ended::Complete | Ended::Stopped if arguments.enforce => enforce(&outcome),
        Ended::Complete | Ended::Stopped => Ok(()),
    }
}

/// Fails unless every limit of the appetite is kept; what cannot be told is not kept.
fn enforce(outcome: &Outcome) -> Result<(), Failure> {
    let failed: Vec<_> = outcome.appetite.iter().filter(|line| line.verdict != Verdict::Within).collect();
    if failed.is_empty() {
        return Ok(());
    }
    for line in failed {
        anstream::eprintln!("not kept: {}", printable(&appetite_line(line)));
    }
    Err(Failure::CheckFailed)
}

fn stop_rule(arguments: &Run, scenario: &Scenario) -> Result<Option<StopRule>, Failure> {
    let Some(text) = &arguments.until else { return Ok(None) };
    let rule = StopRule::parse(text).map_err(|error| Failure::input(format!("error: --until: {error}")))?;
    let options: Vec<String> = scenario.options.iter().map(|option| option.name.clone()).collect();
    rule.measure
        .check(&options, &scenario.simulation.levels)
        .map_err(|error| Failure::input(format!("error: --until: {error}")))?;
    Ok(Some(rule))
}

/// Everything a run leaves behind.
fn write<K: Kernel>(
    kernel: &K,
    outcome: &Outcome,
    tallies: &Tallies,
    directory: &Path,
    arguments: &Run,
) -> Result<Vec<PathBuf>, Failure> {
    let charts = if arguments.no_charts { Vec::new() } else { charts(outcome).map_err(Failure::internal)? };
    remove_earlier(directory).map_err(Failure::internal)?;
    let mut files = write_all(directory, outcome, &charts).map_err(Failure::internal)?;
    if arguments.report {
        let path = directory.join(REPORT_FILE);
        write_whole(&path, &page(outcome, Pictures::Drawn).map_err(Failure::internal)?).map_err(Failure::internal)?;
        files.push(path);
    }
    let years = directory.join(YEARS_FILE);
    match arguments.keep {
        Keep::None => {}
        Keep::Tail => files.push(write_years(&years, outcome, worst_years(kernel, tallies))?),
        Keep::All => files.push(write_years(&years, outcome, all_years(kernel, tallies.years))?),
    }
    Ok(files)
}

fn write_years(path: &Path, outcome: &Outcome, tables: impl Iterator<Item = YearTable>) -> Result<PathBuf, Failure> {
    let notes = [
        ("title".to_string(), outcome.title.clone()),
        ("seed".to_string(), outcome.seed.to_string()),
        ("config_hash".to_string(), outcome.provenance.config_hash.clone()),
        ("value_version".to_string(), outcome.value_version.to_string()),
    ];
    let mut tables = tables.peekable();
    let like = tables.peek().expect("a run has at least one year");
    let mut writer = YearWriter::create(path, like, &notes).map_err(Failure::internal)?;
    for table in tables {
        writer.push(&table).map_err(Failure::internal)?;
    }
    writer.finish().map_err(Failure::internal)
}

/// `outputs/<title>-<hash>`, the same for the same question.
fn default_directory(loaded: &Loaded) -> PathBuf {
    directory_of(&loaded.scenario.title, &loaded.hash)
}

pub(super) fn directory_of(title: &str, hash: &str) -> PathBuf {
    let title: String = title
        .chars()
        .filter(|c| *c != '\'')
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let slug = title.split('-').filter(|word| !word.is_empty()).take(8).collect::<Vec<_>>().join("-");
    let slug = if slug.is_empty() { "case" } else { &slug };
    Path::new("outputs").join(format!("{slug}-{}", &hash[..HASH_DIGITS]))
}

pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Columns of the terminal; 80 elsewhere.
fn width() -> usize {
    const NARROWEST: usize = 60;
    const WIDEST: usize = 120;
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or(80).clamp(NARROWEST, WIDEST)
}

fn style() -> Style {
    if std::io::stdout().is_terminal() { Style::Colour } else { Style::Plain }
}
