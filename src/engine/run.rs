//! How are years shared out to threads, stopped and added up, with the same bits whatever happens?
//!
//! Tasks of consecutive blocks are handed out in order. Whoever takes a task finishes it, and nobody takes one after an
//! interrupt, so what is done is a prefix of the years without gaps: an interrupted run equals a shorter one. Stop
//! rules look only after fixed prefixes, so a stopped run equals `--years N` as well.

use super::tally::{Counts, Sums, Tallies, Tally, TallyPlan};
use super::watch::{NoWatch, Stage, Watch};
use super::{BLOCK, Kernel, Table};
use crate::numerics::simd;
use crate::random::Years;
use crate::statistics::{Level, Merge, Reducer};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Blocks of a task, whose years are added up in order before they merge with those of other tasks.
const TASK_BLOCKS: u64 = 16;
/// Years of a task.
pub const TASK: u64 = TASK_BLOCKS * BLOCK as u64;
/// Years that fix grids and thresholds before the run; they are simulated again in it.
const PILOT: usize = 4096;

/// What to run.
pub struct Request<'a> {
    /// Most years to simulate.
    pub years: u64,
    pub threads: usize,
    /// Ascending; the tail is summed from below the lowest.
    pub levels: &'a [Level],
    /// The instructions that the tallies use; results do not depend on it.
    pub level: simd::Level,
    /// By alternative: parts whose sum gets moments of its own. Empty where nobody asks.
    pub rests: &'a [Vec<usize>],
}

/// Who may stop a run and who watches it.
pub struct Control<'a> {
    /// Set from outside: finish what is under way and return.
    pub interrupt: &'a AtomicBool,
    /// Years done so far, for a progress display.
    pub done: &'a AtomicU64,
    /// Asked after each prefix of [`prefixes`]; `true` stops.
    pub stop: Option<&'a mut dyn FnMut(&Tallies) -> bool>,
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All years were simulated.
    Complete,
    /// The stop rule was satisfied.
    Stopped,
    /// Interrupted from outside.
    Interrupted,
}

/// A run could not be started or added up.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("a run needs at least one year, found 0")]
    NoYears,
    #[error("interrupted before the first {TASK} years were done; nothing to report")]
    NothingDone,
    #[error("interrupted before the shard was whole; nothing is kept of it")]
    ShardInterrupted,
    #[error("cannot start {threads} threads: {reason}")]
    Threads { threads: usize, reason: String },
}

/// Years after which stop rules look: 16 tasks, then half as many again each time, below `years`.
///
/// ```
/// use tailcost::engine::{TASK, prefixes};
/// assert_eq!(prefixes(40 * TASK).collect::<Vec<_>>(), [16 * TASK, 24 * TASK, 36 * TASK]);
/// ```
pub fn prefixes(years: u64) -> impl Iterator<Item = u64> {
    let mut tasks = 16;
    std::iter::from_fn(move || {
        let prefix = tasks * TASK;
        tasks += tasks / 2;
        (prefix < years).then_some(prefix)
    })
}

/// Runs a kernel from year 0 and adds its years up: the same bits on any number of threads, and for an interrupted or stopped
/// run those of a run of as many years.
///
/// # Errors
/// No years asked for, no task done before an interrupt, or threads that cannot be started.
pub fn run<K: Kernel>(
    kernel: &K,
    request: &Request<'_>,
    control: Control<'_>,
) -> Result<(Tallies, Ended), EngineError> {
    run_watched(kernel, request, control, || NoWatch).map(|(tallies, ended, _)| (tallies, ended))
}

/// [`run`] with a watch a thread, which come back as well.
///
/// # Errors
/// As [`run`].
pub fn run_watched<K: Kernel, W: Watch>(
    kernel: &K,
    request: &Request<'_>,
    mut control: Control<'_>,
    watch: impl Fn() -> W,
) -> Result<(Tallies, Ended, Vec<W>), EngineError> {
    if request.years == 0 {
        return Err(EngineError::NoYears);
    }
    let plan = pilot(kernel, request);
    // One thread is the caller's own.
    let pool = if request.threads == 1 { None } else { Some(pool(request.threads)?) };
    let threads = pool.as_ref().map_or(1, rayon::ThreadPool::current_num_threads);
    let mut workers: Vec<Worker<K, W>> = (0..threads).map(|_| Worker::new(kernel, &plan, watch())).collect();
    let reducer = Mutex::new(Reducer::new());
    let next = AtomicU64::new(0);
    let mut targets: Vec<u64> = if control.stop.is_some() { prefixes(request.years).collect() } else { Vec::new() };
    targets.push(request.years);
    let (mut years, mut ended) = (0, Ended::Complete);
    for target in targets {
        let feed = Feed { next: &next, limit: target, interrupt: control.interrupt, done: control.done };
        match &pool {
            None => workers[0].work(kernel, request.level, &feed, &reducer),
            Some(pool) => pool.scope(|scope| {
                for worker in &mut workers {
                    scope.spawn(|_| worker.work(kernel, request.level, &feed, &reducer));
                }
            }),
        }
        years = (next.load(Ordering::Relaxed) * TASK).min(target);
        if years < target {
            ended = Ended::Interrupted;
            break;
        }
        if target == request.years {
            break;
        }
        if let Some(stop) = &mut control.stop {
            let sums = reducer.lock().expect("no worker panicked").clone();
            let counts = workers.iter().map(|worker| worker.tally.counts().clone());
            if stop(&gather(years, sums, counts)) {
                ended = Ended::Stopped;
                break;
            }
        }
    }
    if years == 0 {
        return Err(EngineError::NothingDone);
    }
    let sums = reducer.into_inner().expect("no worker panicked");
    let (counts, watches): (Vec<Counts>, Vec<W>) =
        workers.into_iter().map(|worker| (worker.tally.into_counts(), worker.watch)).unzip();
    Ok((gather(years, sums, counts.into_iter()), ended, watches))
}

pub(super) fn pool(threads: usize) -> Result<rayon::ThreadPool, EngineError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| EngineError::Threads { threads, reason: error.to_string() })
}

pub(super) fn pilot<K: Kernel>(kernel: &K, request: &Request<'_>) -> TallyPlan {
    let mut scratch = kernel.scratch();
    let tables: Vec<Table> = (0..PILOT / BLOCK)
        .map(|block| {
            let mut table = Table::new(kernel.layout());
            kernel.simulate(Years::Range { start: (block * BLOCK) as u64, len: BLOCK }, &mut scratch, &mut table);
            table
        })
        .collect();
    TallyPlan::from_pilot(kernel.layout(), &tables, request.levels, request.rests)
}

pub(super) fn gather(years: u64, sums: Reducer<Sums>, counts: impl Iterator<Item = Counts>) -> Tallies {
    let counts = counts.reduce(|mut all, other| {
        all.merge(&other);
        all
    });
    Tallies { years, sums: sums.finish().expect("years were simulated"), counts: counts.expect("there is a worker") }
}

/// Hands out tasks in order.
pub(super) struct Feed<'a> {
    pub next: &'a AtomicU64,
    pub limit: u64,
    pub interrupt: &'a AtomicBool,
    pub done: &'a AtomicU64,
}

impl Feed<'_> {
    fn take(&self) -> Option<u64> {
        if self.interrupt.load(Ordering::Relaxed) {
            return None;
        }
        // Never past the limit, so that `next` counts tasks that were really taken.
        self.next
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |task| (task * TASK < self.limit).then_some(task + 1))
            .ok()
    }
}

/// One thread's memory.
pub(super) struct Worker<K: Kernel, W> {
    scratch: K::Scratch,
    table: Table,
    tally: Tally,
    watch: W,
}

impl<K: Kernel, W: Watch> Worker<K, W> {
    pub fn new(kernel: &K, plan: &TallyPlan, watch: W) -> Self {
        Self { scratch: kernel.scratch(), table: Table::new(kernel.layout()), tally: Tally::new(plan), watch }
    }

    pub fn into_counts(self) -> Counts {
        self.tally.into_counts()
    }

    pub fn work(&mut self, kernel: &K, level: simd::Level, feed: &Feed<'_>, reducer: &Mutex<Reducer<Sums>>) {
        while let Some(task) = feed.take() {
            let first = task * TASK;
            let end = (first + TASK).min(feed.limit);
            for start in (first..end).step_by(BLOCK) {
                let years = Years::Range { start, len: (end - start).min(BLOCK as u64) as usize };
                kernel.simulate_watched(years, &mut self.scratch, &mut self.table, &mut self.watch);
                self.watch.enter(Stage::Tallies);
                self.tally.insert(level, start, &self.table);
            }
            self.watch.enter(Stage::Between);
            reducer.lock().expect("no worker panicked").push(task, self.tally.take_sums());
            feed.done.fetch_add(end - first, Ordering::Relaxed);
        }
    }
}
