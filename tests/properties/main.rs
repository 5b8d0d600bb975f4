//! Does whatever a config may say run and give sensible figures, and do costs move the way they must?
//!
//! Configs are written at random over every driver of the schema's tables and every family, so that a driver that is
//! added is covered without a word here. Seeds are fixed: each test passes always or never.

mod any_config;
mod cases;
mod figures;
mod laws;
mod merging;
#[path = "../support/mod.rs"]
mod support;
mod years;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use support::outcome;
use tailcost::config::{Loaded, Source};
use tailcost::model::Model;
use tailcost::outcome::Outcome;

const YEARS: u64 = 2_000;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(2026),
        failure_persistence: None,
        // A case takes a tenth of a second: what fails is shown nearly as it was drawn.
        max_shrink_iters: 40,
        ..ProptestConfig::default()
    }
}

fn loaded(text: &str) -> Loaded {
    support::loaded(Source::Text { name: "case".into(), text: text.into() })
}

fn run(text: &str) -> Outcome {
    let loaded = loaded(text);
    outcome(&Model::new(&loaded.scenario, loaded.scenario.simulation.seed), &loaded, YEARS, 2)
}

/// A later line wins: `key` in `table` is given the value.
fn with(text: &str, table: &str, key: &str, value: &str) -> String {
    let header = format!("[{table}]\n");
    let (before, after) = text.split_once(&header).expect("the table");
    let (inside, rest) = after.split_once("\n[").expect("another table follows");
    let kept: Vec<&str> = inside.lines().filter(|line| !line.starts_with(&format!("{key} = "))).collect();
    format!("{before}{header}{key} = {value}\n{}\n[{rest}", kept.join("\n"))
}
