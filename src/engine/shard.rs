//! How is a run cut into shards that add up to the same bits, here or elsewhere?

use super::run::{Control, EngineError, Feed, TASK, Worker, pilot};
use super::tally::{Counts, StoredCounts, Sums, Tallies, TallyPlan};
use super::watch::NoWatch;
use super::{Kernel, Request};
use crate::statistics::{Merge, Nonsense, Reducer};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// One of the shards that something is cut into. Written as people count, `1/16` to `16/16`.
///
/// ```
/// use tailcost::engine::Shard;
/// let third: Shard = "3/16".parse().unwrap();
/// assert_eq!((third.index(), third.of(), third.to_string()), (2, 16, "3/16".into()));
/// assert_eq!(third.share(160), 20..30);
/// assert!("0/16".parse::<Shard>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    of: u64,
    index: u64,
}

/// Most shards.
const MOST: u64 = 1_000_000;

/// Why a text names no shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShardError {
    #[error("expected a shard and their number, as in 3/16; found {0:?}")]
    NotAShard(String),
    #[error("shards are counted from 1: of {of} the first is 1/{of}, the last {of}/{of}; found {index}/{of}")]
    OutOfRange { index: u64, of: u64 },
    #[error("expected 1 to {MOST} shards, found {0}")]
    TooMany(u64),
}

impl Shard {
    /// The shard `index`, counted from 0; nothing where there is none, or where there are too many.
    pub fn new(index: u64, of: u64) -> Option<Self> {
        (index < of && of <= MOST).then_some(Self { of, index })
    }

    /// Counted from 0.
    pub fn index(self) -> u64 {
        self.index
    }

    pub fn of(self) -> u64 {
        self.of
    }

    /// Its share of so many things in a row: the shards' shares follow each other and differ by one at most.
    pub fn share(self, all: u64) -> Range<u64> {
        let bound = |index: u64| (u128::from(all) * u128::from(index) / u128::from(self.of)) as u64;
        bound(self.index)..bound(self.index + 1)
    }

    /// The tasks that it has of a run.
    fn tasks(self, years: u64) -> Range<u64> {
        self.share(years.div_ceil(TASK))
    }

    /// The years that it has of a run: whole tasks, so none where there are fewer tasks than shards.
    pub fn years(self, years: u64) -> Range<u64> {
        years_of(&self.tasks(years), years)
    }
}

fn years_of(tasks: &Range<u64>, years: u64) -> Range<u64> {
    (tasks.start * TASK).min(years)..(tasks.end * TASK).min(years)
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index + 1, self.of)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let number = |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        let parts = text.split_once('/').and_then(|(index, of)| number(index).zip(number(of)));
        let (index, of) = parts.ok_or_else(|| ShardError::NotAShard(text.to_owned()))?;
        if of > MOST || of == 0 {
            return Err(ShardError::TooMany(of));
        }
        index.checked_sub(1).and_then(|index| Self::new(index, of)).ok_or(ShardError::OutOfRange { index, of })
    }
}

/// A stretch of a run's tasks, simulated: whole nodes of the run's tree, and counts.
#[derive(Debug, Clone)]
pub struct Part {
    tasks: Range<u64>,
    sums: Reducer<Sums>,
    counts: Counts,
}

/// A part as it travels.
#[derive(Debug, Serialize, Deserialize)]
struct StoredPart {
    tasks: Range<u64>,
    /// By height and index within the height.
    sums: Vec<(u32, u64, Sums)>,
    counts: StoredCounts,
}

/// Simulates a shard of a run's years. The pilot is that of the whole run.
///
/// # Errors
/// No years asked for, interrupted (a shard has no use but as a whole), or threads that cannot be started.
pub fn run_shard<K: Kernel>(
    kernel: &K,
    request: &Request<'_>,
    shard: Shard,
    control: &Control<'_>,
) -> Result<Part, EngineError> {
    if request.years == 0 {
        return Err(EngineError::NoYears);
    }
    let tasks = shard.tasks(request.years);
    let plan = pilot(kernel, request);
    let pool = super::run::pool(request.threads)?;
    let mut workers: Vec<Worker<K, NoWatch>> =
        (0..pool.current_num_threads()).map(|_| Worker::new(kernel, &plan, NoWatch)).collect();
    let sums = Mutex::new(Reducer::new());
    let years = years_of(&tasks, request.years);
    let next = AtomicU64::new(tasks.start);
    let feed = Feed { next: &next, limit: years.end, interrupt: control.interrupt, done: control.done };
    pool.scope(|scope| {
        for worker in &mut workers {
            scope.spawn(|_| worker.work(kernel, request.level, &feed, &sums));
        }
    });
    if next.load(Ordering::Relaxed) < tasks.end {
        return Err(EngineError::ShardInterrupted);
    }
    let counts = workers.into_iter().map(Worker::into_counts).reduce(|mut all, other| {
        all.merge(&other);
        all
    });
    Ok(Part { tasks, sums: sums.into_inner().expect("no worker panicked"), counts: counts.expect("there is a worker") })
}

impl Part {
    /// The part as bytes: the same for the same years, whatever simulated them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let stored = StoredPart {
            tasks: self.tasks.clone(),
            sums: self.sums.nodes().map(|(height, index, sums)| (height, index, sums.clone())).collect(),
            counts: self.counts.stored(),
        };
        postcard::to_allocvec(&stored).expect("plain data")
    }
}

/// Parts of a run that are added up as they come, one at a time in memory.
#[derive(Debug, Clone)]
pub struct Merging {
    plan: TallyPlan,
    years: u64,
    sums: Reducer<Sums>,
    counts: Counts,
    /// Stretches of tasks that are in.
    taken: Vec<Range<u64>>,
}

impl Merging {
    /// Nothing yet; the pilot is simulated again.
    pub fn new<K: Kernel>(kernel: &K, request: &Request<'_>) -> Self {
        let plan = pilot(kernel, request);
        Self { years: request.years, sums: Reducer::new(), counts: plan.counts(), taken: Vec::new(), plan }
    }

    /// The part of a shard that was stored.
    ///
    /// # Errors
    /// Bytes that no such part can have left.
    pub fn read(&self, shard: Shard, bytes: &[u8]) -> Result<Part, Nonsense> {
        let (stored, rest) =
            postcard::take_from_bytes::<StoredPart>(bytes).map_err(|_| Nonsense("its bytes are no tallies"))?;
        let StoredPart { tasks, sums, counts } = stored;
        if !rest.is_empty() {
            return Err(Nonsense("there are bytes behind its tallies"));
        }
        if tasks != shard.tasks(self.years) {
            return Err(Nonsense("it holds other years than its shard has"));
        }
        for (height, index, sums) in &sums {
            let leaf = |index: u64| 1u64.checked_shl(*height).and_then(|leaves| leaves.checked_mul(index));
            let leaves = leaf(*index).zip(index.checked_add(1).and_then(leaf));
            let (first, end) = leaves.ok_or(Nonsense("a node lies beyond all years"))?;
            let years = years_of(&(first.min(tasks.end)..end.min(tasks.end)), self.years);
            self.plan.check(sums, years.end - years.start)?;
        }
        let sums = Reducer::from_nodes(sums, tasks.clone())?;
        let years = years_of(&tasks, self.years);
        let counts = self.plan.restored(&counts, &years)?;
        Ok(Part { tasks, sums, counts })
    }

    /// Takes in a part.
    ///
    /// # Panics
    /// When some of its years are in already.
    pub fn add(&mut self, part: Part) {
        let Part { tasks, sums, counts } = part;
        if tasks.is_empty() {
            return;
        }
        let apart = self.taken.iter().all(|other| other.end <= tasks.start || tasks.end <= other.start);
        assert!(apart, "parts do not overlap");
        self.taken.push(tasks);
        self.sums.absorb(sums);
        self.counts.merge(&counts);
    }

    /// The bits of the run in one piece.
    ///
    /// # Panics
    /// When years are missing.
    pub fn finish(mut self) -> Tallies {
        self.taken.sort_by_key(|tasks| tasks.start);
        let ends = std::iter::once(0).chain(self.taken.iter().map(|tasks| tasks.end));
        let firsts = self.taken.iter().map(|tasks| tasks.start).chain([self.years.div_ceil(TASK)]);
        assert!(ends.eq(firsts), "parts follow each other without gap");
        Tallies { years: self.years, sums: self.sums.finish().expect("years were simulated"), counts: self.counts }
    }
}

/// Adds up all parts of a run, in any order: the bits of the run in one piece.
///
/// # Panics
/// Without parts, or where they leave a gap or overlap.
pub fn merge_parts<K: Kernel>(kernel: &K, request: &Request<'_>, parts: Vec<Part>) -> Tallies {
    let mut merging = Merging::new(kernel, request);
    parts.into_iter().for_each(|part| merging.add(part));
    merging.finish()
}

#[cfg(test)]
#[path = "shard_tests.rs"]
mod tests;
