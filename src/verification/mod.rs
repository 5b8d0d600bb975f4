//! Does this build, on this machine, tell the truth about this case?
//!
//! Each file holds one kind of truth and gives a list of [`Assertion`]s. What chance can fail has its false-alarm rate from
//! its group's share, so that all of a run together stay below [`FALSE_ALARM`].

pub mod anchors;
mod case_drivers;
mod compound;
mod coverage;
mod drivers;
pub mod generator;
mod identity;
pub mod lines;
mod tables;
mod twin;

use crate::analysis::{Profiling, Settings};
use crate::config::Loaded;
use crate::numerics::simd::{Instructions, Level};
use crate::outcome::{Assertion, Extent, Limit, Verification};
use std::time::Instant;

/// How often a whole verification of a program without a fault fails, over seeds, at most.
pub const FALSE_ALARM: f64 = 1e-4;

/// What is verified, and how.
pub struct Context<'a> {
    pub loaded: &'a Loaded,
    pub seed: u64,
    pub extent: Extent,
    /// Bytes for the tests of the generator; none for what the extent says.
    pub generator_bytes: Option<u64>,
    pub threads: usize,
    pub instructions: Instructions,
}

impl Context<'_> {
    fn level(&self) -> Level {
        self.instructions.level().expect("instructions that the machine has")
    }

    /// A run of the case, plain and to its end.
    fn settings(&self, years: u64) -> Settings<'_> {
        Settings {
            years,
            seed: self.seed,
            threads: self.threads,
            until: None,
            engine: "fast",
            command: Vec::new(),
            level: self.level(),
            profiling: Profiling::Off,
            control_variates: false,
        }
    }
}

/// A kind of truth: its name, its share of the false alarms, and what finds it out.
struct Group {
    name: &'static str,
    /// Of [`FALSE_ALARM`].
    share: f64,
    find: fn(&Context<'_>, f64) -> Vec<Assertion>,
}

const GROUPS: &[Group] = &[
    Group { name: "twin", share: 0.2, find: twin::find },
    Group { name: "compound", share: 0.2, find: compound::find },
    Group { name: "anchors", share: 0.1, find: anchors::find },
    Group { name: "drivers", share: 0.2, find: drivers::find },
    Group { name: "tables", share: 0.0, find: tables::find },
    Group { name: "generator", share: 0.1, find: generator::find },
    Group { name: "coverage", share: 0.2, find: coverage::find },
    Group { name: "identity", share: 0.0, find: identity::find },
];

/// Names of the groups, in the order in which they are tried.
pub fn groups() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|group| group.name)
}

/// Tries everything, or the groups named in `only`; `tell` hears of each group before it begins.
pub fn verify(context: &Context<'_>, only: &[String], tell: impl Fn(&str)) -> Verification {
    let started = Instant::now();
    let wanted = |group: &&Group| only.is_empty() || only.iter().any(|name| name == group.name);
    let assertions: Vec<Assertion> = GROUPS
        .iter()
        .filter(wanted)
        .flat_map(|group| {
            tell(group.name);
            (group.find)(context, group.share * FALSE_ALARM)
        })
        .collect();
    Verification {
        title: context.loaded.scenario.title.clone(),
        program_version: env!("CARGO_PKG_VERSION").into(),
        value_version: crate::VALUE_VERSION,
        config_hash: context.loaded.hash.clone(),
        seed: context.seed,
        extent: context.extent,
        only: only.to_vec(),
        machine: format!("{:?}, {} threads", context.instructions, context.threads),
        seconds: started.elapsed().as_secs_f64(),
        // An empty sum is -0.
        false_alarm: assertions.iter().map(|assertion| assertion.false_alarm).sum::<f64>() + 0.0,
        passed: assertions.iter().all(|assertion| assertion.passed),
        assertions,
    }
}

/// An assertion about what was found.
fn assertion(
    group: &str,
    subject: impl Into<String>,
    measure: &str,
    (found, limit): (f64, Limit),
    false_alarm: f64,
    detail: impl Into<String>,
) -> Assertion {
    Assertion {
        group: group.into(),
        subject: subject.into(),
        measure: measure.into(),
        found,
        limit,
        false_alarm,
        passed: limit.holds(found),
        detail: detail.into(),
    }
}
