//! How are a shard's members run, and nothing that was finished lost?

use super::error::BatchError;
use super::member::Members;
use super::sealed::Kept;
use super::store::{Identity, Shard, State, Store};
use crate::config::{Member, Plan, Roll};
use crate::engine::parallel_map;
use crate::model::NotShareable;
use crate::numerics::simd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// Members that are kept together at least; a core has some of them, so that the last ones keep few waiting.
const GROUP: usize = 64;
const GROUP_A_THREAD: usize = 16;

/// A plan and its members, ready to be run.
pub struct Workshop<'p> {
    pub(super) members: Members<'p>,
    pub(super) roll: &'p Roll,
}

/// How a shard is to be run.
pub struct Settings<'a> {
    /// Where what is done is kept.
    pub directory: &'a Path,
    pub shard: Shard,
    pub threads: usize,
    /// Set from outside: finish the members under way and return.
    pub interrupt: &'a AtomicBool,
    /// No member begins after it.
    pub deadline: Option<Instant>,
    /// Told after each member.
    pub watch: &'a (dyn Fn(&Progress<'_>) + Sync),
}

/// A member that has just been finished.
pub struct Progress<'a> {
    pub member: &'a str,
    /// Why it failed, if it did.
    pub failure: Option<&'a str>,
    /// Members of the shard that are finished, this one included.
    pub done: u64,
    pub members: u64,
}

/// How a shard's run ended.
pub enum Ended {
    Complete(Box<Store>),
    /// Interrupted from outside, with so many members done of the shard's.
    Interrupted {
        done: u64,
        members: u64,
    },
    /// The deadline passed, likewise.
    OutOfTime {
        done: u64,
        members: u64,
    },
}

impl<'p> Workshop<'p> {
    /// Compiles what the members have in common.
    ///
    /// # Errors
    /// A shared path that names nothing, or a table without members.
    pub fn new(plan: &'p Plan, roll: &'p Roll, level: simd::Level) -> Result<Self, BatchError> {
        if roll.members.is_empty() {
            let first = roll.faults.first().map_or_else(String::new, |fault| fault.message.clone());
            return Err(BatchError::NoMembers { rows: roll.faults.len(), first });
        }
        let refused = |NotShareable { index, path, nearest }| {
            let reason = format!("{path} names nothing that is random in these configs");
            BatchError::Plan(Box::new(plan.shared_refused(index, &reason, nearest.as_deref())))
        };
        Ok(Self { members: Members::new(plan, level).map_err(refused)?, roll })
    }

    pub fn plan(&self) -> &'p Plan {
        self.members.plan
    }

    /// Years that the whole batch simulates.
    pub fn years(&self) -> u64 {
        let plan = self.members.plan;
        plan.years * self.roll.members.len() as u64 * plan.scenarios.len() as u64
    }

    pub fn identity(&self) -> Identity {
        Identity::of(self.members.plan, self.roll.members.len())
    }
}

/// Runs the members of a shard that are not done yet. A finished shard of this batch is given back as it is.
///
/// # Errors
/// What another batch has left in the directory, files that cannot be written, sums that overflow.
pub fn work(workshop: &Workshop<'_>, settings: &Settings<'_>) -> Result<Ended, BatchError> {
    let identity = workshop.identity();
    if let Some(store) = Store::finished(settings.directory, &identity, settings.shard)? {
        return Ok(Ended::Complete(Box::new(store)));
    }
    let all = &workshop.roll.members;
    let own = settings.shard.members(all.len());
    let (mut state, sums) = State::open(settings.directory, &identity, settings.shard, workshop.members.columns())?;
    let pending: Vec<(u32, &Member)> =
        own.clone().map(|index| (index as u32, &all[index])).filter(|(index, _)| !state.is_done(*index)).collect();
    let members = own.len() as u64;
    let done = AtomicU64::new(members - pending.len() as u64);
    let too_late = || settings.deadline.is_some_and(|deadline| Instant::now() >= deadline);
    let must_stop = || settings.interrupt.load(Ordering::Relaxed) || too_late();
    let one = |(index, member): &(u32, &Member)| -> Option<Result<(u32, Kept), BatchError>> {
        if must_stop() {
            return None;
        }
        let outcome = match workshop.members.run(member) {
            Ok(finished) => match sums.add(&finished.totals) {
                Ok(()) => Ok(finished.figures),
                Err(error) => return Some(Err(error)),
            },
            Err(reason) => Err(reason),
        };
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        let failure = outcome.as_ref().err().map(String::as_str);
        (settings.watch)(&Progress { member: &member.id, failure, done, members });
        Some(Ok((*index, Kept { id: member.id.clone(), values: member.values.clone(), outcome })))
    };
    for group in pending.chunks(GROUP.max(GROUP_A_THREAD * settings.threads)) {
        let results: Vec<Option<_>> = parallel_map(group, one);
        let stopped = results.iter().any(Option::is_none);
        let finished = results.into_iter().flatten().collect::<Result<Vec<_>, _>>()?;
        if !finished.is_empty() {
            state.keep(&finished, &sums)?;
        }
        if stopped {
            let done = done.load(Ordering::Relaxed);
            let interrupted = settings.interrupt.load(Ordering::Relaxed);
            return Ok(if interrupted {
                Ended::Interrupted { done, members }
            } else {
                Ended::OutOfTime { done, members }
            });
        }
    }
    state.finish(sums, &workshop.members.catalogue()).map(|store| Ended::Complete(Box::new(store)))
}
