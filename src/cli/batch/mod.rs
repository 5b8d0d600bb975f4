//! `tailcost batch`: how is a book of members run unattended?

mod against;
mod log;
mod metrics;
mod own_reports;

use super::args::years;
use super::case::refused;
use super::exit::Failure;
use super::{interrupt, print};
use crate::batch::{BatchError, Ended, MemberRows, Progress, Settings, Shard, Store, Workshop, finish, parts, work};
use crate::config::{Plan, Roll, Source, load_plan};
use crate::engine::limit_threads;
use crate::numerics::simd::Instructions;
use crate::outcome::book::{Book, MemberFigures};
use crate::outcome::moved::Moved;
use crate::report::book::{BookTables, FAILURES_FILE, PAGE_FILE, book_summary, failures_csv, write_book};
use crate::report::files::{sweep, write_whole};
use crate::report::page::book_page;
use against::Earlier;
use clap::Args;
use log::{Event, Log, LogFormat};
use metrics::Metrics;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

#[derive(Debug, Args)]
#[command(after_help = "\
A plan names a table of members, what of each member differs, and the configs that each is run under. What is
done is kept in the directory as it is done: a batch that was interrupted, killed or ran out of disk or time
goes on where it stopped when the same command is given again, and ends in the same bytes.

Shards: give each machine its --shard I/N and one directory that all see; the same command without --shard then
adds up what is there.

--against DIR says what moved since an earlier batch whose directory that is: members that are new, gone or
failed, figures that changed by more than noise does, and which inputs made them. moved.csv has all of it.

index.html is the page to read: all members together, who weighs most, how figures spread, what failed and
moved. The heaviest members of each scenario, and those of --outcomes, have outcome.json and report.html under
members/ID/SCENARIO.

Examples:
  tailcost batch book-2018 --set 'members.where=discharges>=4e4' --years 2000 --out outputs/book
  tailcost batch book-2018 --years 1000 --shard 1/64 --out outputs/book-in-64
  tailcost batch book-2018 --set 'members.where=discharges>=4e4' --years 2000 --log json \\
      --metrics outputs/tailcost.prom --out outputs/watched
  tailcost batch book-2018 --set 'members.where=discharges>=4e4' --years 2000 \\
      --out outputs/tonight --against outputs/book --fail-on-drift
  tailcost batch book-2018 --set 'members.where=discharges>=4e4' --years 2000 --out outputs/book \\
      --reports 0 --outcomes 330101

Exit codes: 0 done; 1 done, but something moved beyond noise and --fail-on-drift was given, whether or not
members failed; 2 bad arguments or plan; 3 done, with members that failed; 4 files could not be read or
written; 130 interrupted or out of time, with what was done saved.")]
pub struct BatchArguments {
    /// Path of a plan, or the name of a built-in one (book-2018)
    pub plan: String,
    /// Override a key of the plan, as in --set batch.seed=7; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub overrides: Vec<String>,
    /// Years of each member under each scenario; default: the plan's
    #[arg(long, value_name = "N", value_parser = years)]
    pub years: Option<u64>,
    /// Directory for the results and for what is done so far; default: outputs/TITLE-HASH
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Run this share of the members only, as in 3/16
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub shard: Option<Shard>,
    /// Threads; default: one for each core. The result does not depend on it
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub threads: Option<u16>,
    /// Begin no member after so long, as in 6h, 90m or 30s; the same command goes on later
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub max_time: Option<Duration>,
    /// How progress is told on standard error
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = LogFormat::Text)]
    pub log: LogFormat,
    /// Write figures of this batch for Prometheus' textfile collector
    #[arg(long, value_name = "FILE")]
    pub metrics: Option<PathBuf>,
    /// Say what moved since an earlier batch, from its directory
    #[arg(long, value_name = "DIR", conflicts_with = "shard")]
    pub against: Option<PathBuf>,
    /// Exit with 1 when a figure moved beyond noise, or a member came, went or failed
    #[arg(long, requires = "against")]
    pub fail_on_drift: bool,
    /// Write outcome.json and report.html of so many members that weigh most, of each scenario with its costliest option
    #[arg(long, value_name = "K", default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=20))]
    pub reports: u8,
    /// Write outcome.json and report.html of the member with this id, under every scenario; may be repeated
    #[arg(long, value_name = "ID", conflicts_with = "shard")]
    pub outcomes: Vec<String>,
    /// Print nothing but errors
    #[arg(short, long)]
    pub quiet: bool,
}

pub fn batch(arguments: &BatchArguments) -> Result<(), Failure> {
    let started = Instant::now();
    let threads = arguments.threads.map_or_else(super::run::cores, usize::from);
    limit_threads(threads);
    let mut overrides = arguments.overrides.clone();
    overrides.extend(arguments.years.map(|years| format!("batch.years={years}")));
    let plan =
        load_plan(&Source::plan_from_argument(&arguments.plan), &overrides).map_err(|errors| refused(&errors))?;
    let roll = plan.roll().map_err(|errors| refused(&errors))?;
    let directory = arguments.out.clone().unwrap_or_else(|| default_directory(&plan));
    std::fs::create_dir_all(&directory)
        .map_err(|error| Failure::internal(format!("{}: {error}", directory.display())))?;
    own_reports::check(&roll, &arguments.outcomes)?;
    let earlier = arguments.against.as_deref().map(|earlier| Earlier::open(earlier, &directory)).transpose()?;
    let (log, interrupt) = (Log::new(arguments.log, arguments.quiet), interrupt::flag()?);
    let job = Job { arguments, plan: &plan, roll: &roll, directory, threads, log, interrupt, started };
    job.log.say(&Event::Began {
        title: &plan.title,
        members: roll.members.len(),
        faults: roll.faults.len(),
        scenarios: plan.scenarios.len(),
        years: plan.years,
        directory: &job.directory,
    });
    for fault in &roll.faults {
        job.log.say(&Event::Fault { table: &plan.table.path, fault });
    }
    let mut metrics = Metrics::begin(arguments.metrics.as_deref());
    let result = job.run(earlier, &mut metrics);
    if let Err(failure) = &result {
        job.log.say(&Event::Failed { code: failure.code() });
    }
    metrics.write(&result, started.elapsed()).map_err(Failure::internal)?;
    result
}

/// A batch that was asked for.
struct Job<'a> {
    arguments: &'a BatchArguments,
    plan: &'a Plan,
    roll: &'a Roll,
    directory: PathBuf,
    threads: usize,
    log: Log,
    interrupt: Arc<AtomicBool>,
    started: Instant,
}

impl Job<'_> {
    fn run(&self, earlier: Option<Earlier>, metrics: &mut Metrics) -> Result<(), Failure> {
        let workshop = Workshop::new(self.plan, self.roll, Instructions::best()).map_err(failure)?;
        if let Some(shard) = self.arguments.shard {
            self.work(&workshop, shard)?;
            let members = shard.members(self.roll.members.len()).len();
            metrics.members(members as u64, 0, self.plan);
            self.log.say(&Event::ShardDone { shard, members, directory: &self.directory });
            return Ok(());
        }
        // Whatever shards have done counts; where none has, this is the only one.
        let mut stores = parts(&self.directory, &workshop.identity()).map_err(failure)?;
        if stores.is_empty() {
            stores.push(self.work(&workshop, Shard::WHOLE)?);
        }
        let book = self.end(&workshop, stores, earlier)?;
        metrics.members(book.members, book.failures.len() as u64, self.plan);
        if !self.arguments.quiet {
            print(&book_summary(&book))?;
        }
        let (members, failed) = (book.members, book.failures.len());
        let seconds = self.started.elapsed().as_secs_f64();
        self.log.say(&Event::Done { members, failed, seconds, directory: &self.directory });
        // A book with a wrong row fails every night: what moved must not hide behind it.
        let drifted = self.arguments.fail_on_drift && book.moved.as_ref().is_some_and(Moved::drifted);
        match (drifted, failed) {
            (true, _) => Err(Failure::CheckFailed),
            (false, 1..) => Err(Failure::MembersFailed),
            (false, 0) => Ok(()),
        }
    }

    /// Runs the members of a shard.
    fn work(&self, workshop: &Workshop<'_>, shard: Shard) -> Result<Store, Failure> {
        let watch = |progress: &Progress<'_>| self.log.progress(progress, self.plan, self.started.elapsed());
        let settings = Settings {
            directory: &self.directory,
            shard,
            threads: self.threads,
            interrupt: &self.interrupt,
            deadline: self.arguments.max_time.map(|time| self.started + time),
            watch: &watch,
        };
        let (reason, done, members) = match work(workshop, &settings).map_err(failure)? {
            Ended::Complete(store) => return Ok(*store),
            Ended::Interrupted { done, members } => ("interrupted", done, members),
            Ended::OutOfTime { done, members } => ("out of time", done, members),
        };
        self.log.say(&Event::Stopped { reason, done, members });
        Err(Failure::Interrupted { saved: true })
    }

    /// Adds up the shards and writes every file of the result.
    fn end(&self, workshop: &Workshop<'_>, stores: Vec<Store>, earlier: Option<Earlier>) -> Result<Book, Failure> {
        let (plan, directory) = (self.plan, self.directory.as_path());
        sweep(directory).map_err(Failure::internal)?;
        let notes = [
            ("title".to_owned(), plan.title.clone()),
            ("plan_hash".to_owned(), plan.hash.clone()),
            ("seed".to_owned(), plan.seed.to_string()),
            ("years".to_owned(), plan.years.to_string()),
            ("value_version".to_owned(), crate::VALUE_VERSION.to_string()),
        ];
        let mut tables = Tables(BookTables::create(directory, &notes).map_err(Failure::internal)?);
        let mut book = finish(workshop, &stores, Instructions::best(), self.threads, &mut tables).map_err(failure)?;
        let mut files = tables.0.finish().map_err(Failure::internal)?;
        match earlier {
            Some(earlier) => files.push(earlier.compare(workshop, stores, &mut book, directory)?),
            None => against::remove_table(directory),
        }
        files.push(write_book(directory, &book).map_err(Failure::internal)?);
        let failures = directory.join(FAILURES_FILE);
        if book.failures.is_empty() {
            // Of an earlier batch with the same name.
            let _ = std::fs::remove_file(&failures);
        } else {
            write_whole(&failures, &failures_csv(&book.failures)).map_err(Failure::internal)?;
            files.push(failures);
        }
        for file in &files {
            self.log.say(&Event::Wrote { file });
        }
        let reports = self.own_reports(workshop, &book)?;
        let page = directory.join(PAGE_FILE);
        write_whole(&page, &book_page(&book, &reports).map_err(Failure::internal)?).map_err(Failure::internal)?;
        self.log.say(&Event::Wrote { file: &page });
        if let Some(moved) = &book.moved {
            self.log.say(&Event::Moved { moved });
        }
        Ok(book)
    }
}

/// The tables as the batch knows them.
struct Tables(BookTables);

impl MemberRows for Tables {
    fn push(&mut self, figures: &MemberFigures<'_>) -> Result<(), String> {
        self.0.push(figures).map_err(|error| error.to_string())
    }
}

fn failure(error: BatchError) -> Failure {
    match error {
        BatchError::Plan(errors) => refused(&errors),
        BatchError::Foreign { .. }
        | BatchError::Busy { .. }
        | BatchError::ShardsMissing { .. }
        | BatchError::NoMembers { .. }
        | BatchError::NotABatch { .. } => Failure::input(format!("error: {error}")),
        error => Failure::internal(error),
    }
}

/// `outputs/<title>-<hash>`, the same for the same plan.
fn default_directory(plan: &Plan) -> PathBuf {
    super::deliver::directory_of(&plan.title, &plan.hash)
}

/// From a text such as `3/16`, counted from 1.
fn shard(text: &str) -> Result<Shard, String> {
    let expected = || format!("expected I/N with I from 1 to N, as in 3/16; found {text:?}");
    let (index, of) = text.split_once('/').ok_or_else(expected)?;
    match (index.trim().parse::<u32>(), of.trim().parse::<u32>()) {
        (Ok(index), Ok(of)) if (1..=of).contains(&index) => Ok(Shard { index: index - 1, of }),
        _ => Err(expected()),
    }
}

/// From a text such as `6h`, `90m`, `30s` or `1h30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let expected = || format!("expected a time such as 6h, 90m, 30s or 1h30m; found {text:?}");
    let (mut seconds, mut digits) = (0_u64, String::new());
    for character in text.trim().chars() {
        let unit = match character {
            '0'..='9' => {
                digits.push(character);
                continue;
            }
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return Err(expected()),
        };
        let count: u64 = digits.parse().map_err(|_| expected())?;
        seconds = count.checked_mul(unit).and_then(|more| seconds.checked_add(more)).ok_or_else(expected)?;
        digits.clear();
    }
    if digits.is_empty() && seconds > 0 { Ok(Duration::from_secs(seconds)) } else { Err(expected()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_shards_are_read() {
        assert_eq!(duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(duration("45s"), Ok(Duration::from_secs(45)));
        for wrong in ["", "6", "h", "6d", "0s", "-1h", "99999999999999999999h"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(shard("3/16"), Ok(Shard { index: 2, of: 16 }));
        for wrong in ["0/4", "5/4", "1", "a/b", "1/0", "-1/3"] {
            assert!(shard(wrong).is_err(), "{wrong}");
        }
    }
}
