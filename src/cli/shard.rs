//! `tailcost run --shard`: from a config to the file of one part, unless it is there already.

use super::args::Run;
use super::exit::Failure;
use super::{interrupt, print, progress};
use crate::analysis::{Foreign, PartError, PartHeader, PartRecord, Settings, Twin, part_bytes, read_part};
use crate::config::Loaded;
use crate::engine::{Control, EngineError, Kernel, Merging, Request, Shard, TASK, run_shard};
use crate::report::files::{PendingFile, write_whole};
use crate::report::format::grouped;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

/// How the files of parts end.
pub(super) const ENDING: &str = "tcs";

/// What is at the place of a part.
enum Found {
    Nothing,
    /// This very part.
    Same,
    /// Something that the part replaces, and why.
    Other(String),
}

/// Runs a shard and writes its part, whole or not at all.
pub(super) fn shard_file<K: Kernel>(
    kernel: &K,
    loaded: &Loaded,
    settings: &Settings<'_>,
    shard: Shard,
    arguments: &Run,
) -> Result<(), Failure> {
    let path = arguments.out.as_deref().expect("asked for with --shard");
    check(arguments, path)?;
    let header =
        PartHeader::new(loaded, settings.engine, settings.seed, settings.years, settings.control_variates, shard);
    let rests = if settings.control_variates { Twin::of(&loaded.scenario).rests() } else { Vec::new() };
    let request = Request {
        years: settings.years,
        threads: settings.threads,
        levels: &loaded.scenario.simulation.levels,
        level: settings.level,
        rests: &rests,
    };
    let say = |text: String| if arguments.left.quiet { Ok(()) } else { print(&(text + "\n")) };
    let name = path.display();
    match found(path, &header, || Merging::new(kernel, &request))? {
        Found::Same => return say(format!("{name}  shard {shard} is there already")),
        Found::Other(reason) => anstream::eprintln!("{name} is replaced: {reason}"),
        Found::Nothing => {}
    }
    // Whether it can be written is to be known before hours of work.
    PendingFile::create(path).map(drop).map_err(Failure::internal)?;
    let own = shard.years(settings.years);
    let (interrupt, done) = (interrupt::flag()?, AtomicU64::new(0));
    let display = progress::Display::choose(arguments.left.quiet);
    let started = Instant::now();
    let result = progress::watch(display, own.end - own.start, &done, || {
        run_shard(kernel, &request, shard, &Control { interrupt: &interrupt, done: &done, stop: None })
    });
    let part = result.map_err(|error| match error {
        EngineError::ShardInterrupted => Failure::Interrupted { saved: false },
        error => Failure::internal(error),
    })?;
    let record = PartRecord { threads: settings.threads, wall_seconds: started.elapsed().as_secs_f64() };
    let bytes = part_bytes(&header, &record, &part.to_bytes());
    write_whole(path, &bytes).map_err(Failure::internal)?;
    let years = if own.is_empty() {
        format!("no years: a shard has whole tasks of {TASK}, and there are fewer than shards")
    } else {
        let [first, last, all] = [own.start, own.end - 1, settings.years].map(|years| grouped(years as f64, 0));
        format!("years {first} to {last} of {all}, counted from 0")
    };
    let kilobytes = grouped(bytes.len() as f64 / 1e3, 0);
    say(format!("{name}  shard {shard}: {years}; {kilobytes} kB in {:.2} s", record.wall_seconds))
}

/// Refuses what makes no sense of a shard.
fn check(arguments: &Run, path: &Path) -> Result<(), Failure> {
    if arguments.until.is_some() {
        return Err(Failure::input(
            "error: --until and --shard: a stop rule looks at all years of a run, and a shard has its own alone\n  \
             help: say how many years the whole run has, with --years, or run it in one piece",
        ));
    }
    if path.is_dir() {
        return Err(Failure::input(format!(
            "error: --out {}: with --shard this is the file of the part, found a folder\n  help: name a file in it, as in --out {}",
            path.display(),
            path.join("part.tcs").display()
        )));
    }
    Ok(())
}

/// What stands at the place of the part with this header; a part that was merely begun, or that cannot be read, is none.
fn found(path: &Path, header: &PartHeader, merging: impl FnOnce() -> Merging) -> Result<Found, Failure> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(Failure::internal(format!("reading {}: {error}", path.display()))),
    };
    let part = match read_part(&bytes) {
        Ok(part) => part,
        // Somebody's file, unless it is called as a part is.
        Err(error @ PartError::NotAPart) if path.extension().is_none_or(|ending| ending != ENDING) => {
            return Err(Failure::input(format!("error: --out {}: {error}; it is left alone", path.display())));
        }
        Err(error) => return Ok(Found::Other(error.to_string())),
    };
    if let Some(foreign) = header.foreign_to(&part.header) {
        return Ok(Found::Other(format!("it held a part of another run, with other {}", told(&foreign))));
    }
    if part.header.shard != header.shard {
        return Ok(Found::Other(format!("it held shard {} of this run", part.header.shard)));
    }
    Ok(match merging().read(header.shard, &part.tallies) {
        Ok(_) => Found::Same,
        Err(nonsense) => Found::Other(PartError::Nonsense(nonsense.to_string()).to_string()),
    })
}

/// `seed: 1 here, 2 there`.
pub(super) fn told(foreign: &Foreign) -> String {
    match &foreign.values {
        Some([own, other]) => format!("{}: {own} here, {other} there", foreign.key),
        None => foreign.key.clone(),
    }
}
