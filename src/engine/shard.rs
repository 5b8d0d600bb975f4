//! How is a run cut into shards that add up to the same bits?

use super::run::{EngineError, Feed, TASK, Worker, gather, pilot};
use super::tally::{Counts, Sums, Tallies};
use super::watch::NoWatch;
use super::{Kernel, Request};
use crate::statistics::{Merge, Reducer};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// A stretch of a run's tasks, simulated: whole nodes of the run's tree, and counts.
#[derive(Debug, Clone)]
pub struct Part {
    tasks: Range<u64>,
    years: u64,
    sums: Reducer<Sums>,
    counts: Counts,
}

/// Simulates the share `index` of `of` of a run's years. The pilot is that of the whole run.
///
/// # Errors
/// No years asked for, or threads that cannot be started.
///
/// # Panics
/// When `index` is not below `of`.
pub fn run_shard<K: Kernel>(kernel: &K, request: &Request<'_>, index: u64, of: u64) -> Result<Part, EngineError> {
    assert!(index < of, "shards are counted from 0");
    if request.years == 0 {
        return Err(EngineError::NoYears);
    }
    let all = request.years.div_ceil(TASK);
    let bound = |index: u64| (u128::from(all) * u128::from(index) / u128::from(of)) as u64;
    let tasks = bound(index)..bound(index + 1);
    let plan = pilot(kernel, request);
    let pool = super::run::pool(request.threads)?;
    let mut workers: Vec<Worker<K, NoWatch>> =
        (0..pool.current_num_threads()).map(|_| Worker::new(kernel, &plan, NoWatch)).collect();
    let sums = Mutex::new(Reducer::new());
    let end = (tasks.end * TASK).min(request.years);
    let (next, done, interrupt) = (AtomicU64::new(tasks.start), AtomicU64::new(0), AtomicBool::new(false));
    let feed = Feed { next: &next, limit: end, interrupt: &interrupt, done: &done };
    pool.scope(|scope| {
        for worker in &mut workers {
            scope.spawn(|_| worker.work(kernel, request.level, &feed, &sums));
        }
    });
    let counts = workers.into_iter().map(Worker::into_counts).reduce(|mut all, other| {
        all.merge(&other);
        all
    });
    Ok(Part {
        years: end.saturating_sub(tasks.start * TASK),
        tasks,
        sums: sums.into_inner().expect("no worker panicked"),
        counts: counts.expect("there is a worker"),
    })
}

/// Adds up all parts of a run, in any order: the bits of the run in one piece.
///
/// # Panics
/// Without parts, or where they leave a gap or overlap.
pub fn merge_parts(mut parts: Vec<Part>) -> Tallies {
    parts.retain(|part| !part.tasks.is_empty());
    parts.sort_by_key(|part| part.tasks.start);
    let mut next = 0;
    let (mut years, mut sums, mut counts) = (0, Reducer::new(), Vec::new());
    for part in parts {
        assert_eq!(part.tasks.start, next, "parts follow each other without gap or overlap");
        next = part.tasks.end;
        years += part.years;
        sums.absorb(part.sums);
        counts.push(part.counts);
    }
    gather(years, sums, counts.into_iter())
}

#[cfg(test)]
#[path = "shard_tests.rs"]
mod tests;
