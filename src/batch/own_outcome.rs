//! What is the whole result of one member, as a run of its case would have it?

use super::error::BatchError;
use super::work::Workshop;
use crate::analysis::{Profiling, Settings, run_case, run_stories};
use crate::config::{Member, load};
use crate::engine::Ended;
use crate::outcome::{MemberOfBatch, Outcome, RunRecord};
use std::sync::atomic::{AtomicBool, AtomicU64};

/// How a member is run once more.
pub struct OwnRun<'a> {
    pub threads: usize,
    /// What gives this result, for the record.
    pub command: Vec<String>,
    /// Set from outside: give nothing back.
    pub interrupt: &'a AtomicBool,
}

/// The result of a member under a scenario, over the years of the batch: its mean is the batch's figure to the bit. Its config is the member's
/// own. Nothing is given back where it was interrupted. The record of the run holds no times, so that the result is the same every night.
///
/// # Errors
/// A config that has changed since the plan was read, a run that fails.
///
/// # Panics
/// If the plan has no such scenario.
pub fn member_outcome(
    workshop: &Workshop<'_>,
    scenario: usize,
    member: &Member,
    own: &OwnRun<'_>,
) -> Result<Option<Outcome>, BatchError> {
    let members = &workshop.members;
    let plan = members.plan;
    let named = &plan.scenarios[scenario];
    let read = |set: &[String]| load(&named.source, set).map_err(|errors| BatchError::Plan(Box::new(errors)));
    if read(&named.set)?.hash != named.loaded.hash {
        return Err(BatchError::Report(format!("the config {} has changed since the batch began", named.config)));
    }
    let loaded = read(&plan.overrides_of(named, member))?;
    let case = members.case(scenario, member);
    let model = members.model(&case, &member.id);
    let settings = Settings {
        years: plan.years,
        seed: plan.seed,
        threads: own.threads,
        until: None,
        engine: "fast",
        command: own.command.clone(),
        level: members.level,
        profiling: Profiling::Off,
        control_variates: false,
    };
    let (mut outcome, tallies, ended) = run_case(&model, &loaded, &settings, own.interrupt, &AtomicU64::new(0))?;
    if ended == Ended::Interrupted {
        return Ok(None);
    }
    outcome.stories = run_stories(&model, &case, &outcome, &tallies);
    outcome.provenance.member =
        Some(MemberOfBatch { id: member.id.clone(), scenario: named.name.clone(), plan_hash: plan.hash.clone() });
    let run = &mut outcome.provenance.run;
    *run = RunRecord { wall_seconds: 0.0, years_per_second: 0.0, ..run.clone() };
    Ok(Some(outcome))
}
