//! Does the result depend on the years alone, and not on who simulated them?

use super::{Context, assertion};
use crate::analysis::{Settings, outcome_of, run_case};
use crate::engine::{Control, Request, Shard, merge_parts, run_shard};
use crate::model::Model;
use crate::numerics::simd::{Instructions, Level};
use crate::outcome::{Assertion, Extent, Limit, Outcome};
use std::sync::atomic::{AtomicBool, AtomicU64};

/// Shards that a run is cut into.
const SHARDS: u64 = 3;

/// Runs of the case on other threads, other instructions and in shards, whose result must be the same to the bit. Chance plays no part.
pub(super) fn find(context: &Context<'_>, _alarm: f64) -> Vec<Assertion> {
    let years = match context.extent {
        Extent::Quick => 50_000,
        Extent::Full => 1_000_000,
    };
    let usual = Run { context, years, threads: context.threads, level: context.level() };
    let expected = usual.text();
    let mut found = Vec::new();
    let mut compare = |subject: String, text: &str| {
        let lines = expected.lines().zip(text.lines()).filter(|(a, b)| a != b).count();
        let lines = lines + expected.lines().count().abs_diff(text.lines().count());
        let detail = format!("{years} years");
        let outcome = (lines as f64, Limit::AtMost(0.0));
        found.push(assertion("identity", subject, "lines of the result that differ", outcome, 0.0, detail));
    };
    for threads in [1, 2, 8] {
        compare(format!("{threads} threads"), &Run { threads, ..usual }.text());
    }
    for instructions in Instructions::ALL {
        if let Some(level) = instructions.level() {
            compare(format!("instructions {instructions:?}"), &Run { level, ..usual }.text());
        }
    }
    compare(format!("{SHARDS} shards"), &usual.text_of_shards());
    found
}

#[derive(Clone, Copy)]
struct Run<'a> {
    context: &'a Context<'a>,
    years: u64,
    threads: usize,
    level: Level,
}

impl Run<'_> {
    fn settings(&self) -> Settings<'_> {
        Settings { threads: self.threads, level: self.level, ..self.context.settings(self.years) }
    }

    fn model(&self) -> Model {
        Model::on(self.level, &self.context.loaded.scenario, self.context.seed)
    }

    /// The whole result in one piece.
    fn text(&self) -> String {
        let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
        let result = run_case(&self.model(), self.context.loaded, &self.settings(), &interrupt, &done);
        text(result.expect("a run that nobody interrupts").0)
    }

    fn text_of_shards(&self) -> String {
        let model = self.model();
        let levels = &self.context.loaded.scenario.simulation.levels;
        let request = Request { years: self.years, threads: self.threads, levels, level: self.level, rests: &[] };
        let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
        let control = Control { interrupt: &interrupt, done: &done, stop: None };
        let part = |index| {
            let shard = Shard::new(index, SHARDS).expect("one of them");
            run_shard(&model, &request, shard, &control).expect("a run that nobody interrupts")
        };
        // Out of order, as a cluster may finish them.
        let tallies = merge_parts(&model, &request, (0..SHARDS).rev().map(part).collect());
        text(outcome_of(&model, self.context.loaded, &self.settings(), &tallies))
    }
}

/// All of a result but how it came about.
fn text(mut outcome: Outcome) -> String {
    outcome.provenance.run.threads = 0;
    outcome.provenance.run.wall_seconds = 0.0;
    outcome.provenance.run.years_per_second = 0.0;
    serde_json::to_string_pretty(&outcome).expect("a result is JSON")
}
