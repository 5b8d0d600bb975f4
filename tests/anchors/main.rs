//! Do twenty compound laws that are known exactly come out of the engine?

#![allow(clippy::disallowed_methods)]

mod closed_forms;

use tailcost::numerics::simd::Instructions;
use tailcost::outcome::Assertion;
use tailcost::verification::anchors::{Run, published};

/// A set of seeds for which a program without a fault fails.
const FALSE_ALARM: f64 = 1e-4;

fn assert_all_hold(assertions: &[Assertion]) {
    let failed: Vec<&Assertion> = assertions.iter().filter(|assertion| !assertion.passed).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn the_transform_gives_the_published_figures() {
    let found = published(1 << 18);
    assert_eq!(found.len(), 2);
    assert_all_hold(&found);
}

#[test]
fn the_engine_gives_the_exact_figures_of_twenty_laws() {
    let best = Instructions::ALL.into_iter().rev().find(|known| known.level().is_some()).unwrap();
    let found = Run { seed: 2026, years: 3_000_000, threads: 2 }.simulated(best, 1 << 16, FALSE_ALARM);
    for assertion in &found {
        println!("{}: {:.2}, {}", assertion.subject, assertion.found, assertion.detail);
    }
    assert!(found.len() >= 78, "VaR and TVaR of twenty laws at two levels, found {}", found.len());
    assert_all_hold(&found);
}
