//! Do the fast engine, the reference engine and the closed forms agree on every figure of the model?
//!
//! Three answers to the same question, worked out independently. Seeds are fixed, so that each test passes always or never;
//! the limits are those that a new seed would meet:
//!
//! - against closed forms, means and variances lie within 4 standard errors: false alarm 6e-5 each for some 900 figures
//!   of which far fewer are independent, so a fresh set of seeds would fail about once in 20;
//! - engine against engine, figures by batch lie within 4.5 combined standard errors: with 39 degrees of freedom on the
//!   smaller side at most 6e-5 each (normal: 7e-6), for some 2,500 figures, mostly moved by the same few drivers.
//!
//! A whole run of the fast engine is held against the plain statistics of its own years as well.
//!
//! An error in a formula moves figures by tens of standard errors: a driver left out of one line, by hundreds.

// Nothing here decides a value of the product.
#![allow(clippy::disallowed_methods)]

mod columns;
mod tallies;

use columns::{BATCH, Columns, figures};
use tailcost::config::{Component, Loaded, Scenario, Source, load};
use tailcost::model::Model;
use tailcost::reference::ReferenceKernel;
use tailcost::twin;

const FAST_YEARS: usize = 80 * BATCH;
const REFERENCE_YEARS: usize = 40 * BATCH;

/// Which closed forms a case is held against: those of the twin, where it gives them.
#[derive(Clone, Copy, PartialEq)]
enum Closed {
    /// Mean and variance of each line, mean of the total.
    Lines,
    /// The lines share no driver: the variance of the total as well.
    IndependentLines,
}

macro_rules! cases {
    ($($name:ident: $closed:ident,)*) => {$(
        #[test]
        fn $name() {
            let text = include_str!(concat!(stringify!($name), ".toml")).to_owned();
            let source = Source::Text { name: concat!(stringify!($name), ".toml").to_owned(), text };
            agree(load(&source, &[]).unwrap_or_else(|errors| panic!("{errors}")), Closed::$closed);
        }
    )*};
}

cases! {
    labour: Lines,
    turnover: Lines,
    denials: Lines,
    dispersed_denials: Lines,
    switch: Lines,
    case_mix: IndependentLines,
    breaches: Lines,
    layers: Lines,
    empirical: Lines,
    heavy_breaches: Lines,
    rules: Lines,
    exclude: IndependentLines,
    gaussian_copula: Lines,
    t_copula: Lines,
    everything: Lines,
}

/// The article's case, as it ships.
#[test]
fn article() {
    let source = Source::Builtin("article".to_owned());
    agree(load(&source, &[]).unwrap_or_else(|errors| panic!("{errors}")), Closed::Lines);
}

fn agree(loaded: Loaded, closed: Closed) {
    let scenario = &loaded.scenario;
    let seed = scenario.simulation.seed;
    let reference = columns::run(&ReferenceKernel::new(scenario, seed), REFERENCE_YEARS);
    let model = Model::new(scenario, seed);
    let fast = columns::run(&model, FAST_YEARS);

    let mut disagreements = tallies::misreported(&model, &loaded, &fast);
    disagreements.extend(against_closed_forms("reference", scenario, &reference, closed));
    disagreements.extend(against_closed_forms("fast", scenario, &fast, closed));
    let pairs = figures(&fast, scenario).into_iter().zip(figures(&reference, scenario));
    disagreements.extend(pairs.filter_map(|(fast, reference)| {
        let (gap, error) = (fast.mean() - reference.mean(), (fast.error_squared() + reference.error_squared()).sqrt());
        let rounding = 1e-9 * reference.mean().abs();
        let agrees = gap.abs() <= 4.5 * error + rounding;
        (!agrees).then(|| {
            format!("{}: fast {}, reference {}, {:.1} errors", fast.name, fast.mean(), reference.mean(), gap / error)
        })
    }));
    assert!(disagreements.is_empty(), "{} disagreements:\n{}", disagreements.len(), disagreements.join("\n"));
}

/// Figures that lie more than 4 standard errors from their closed form.
fn against_closed_forms(engine: &str, scenario: &Scenario, options: &[Columns], closed: Closed) -> Vec<String> {
    let mut disagreements = Vec::new();
    let mut check = |name: String, values: &mut dyn Iterator<Item = f64>, exact: f64| {
        let values: Vec<f64> = values.collect();
        let mean = columns::mean(&values);
        let error = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>()).sqrt() / values.len() as f64;
        let agrees = (mean - exact).abs() <= 4.0 * error + 1e-6 * exact.abs();
        if !agrees {
            disagreements
                .push(format!("{engine}, {name}: {mean}, exactly {exact}, {:.1} errors", (mean - exact) / error));
        }
    };
    for (index, (option, columns)) in scenario.options.iter().zip(options).enumerate() {
        let lines = twin::lines(scenario, index);
        for (component, (line, column)) in Component::ALL.into_iter().zip(lines.iter().zip(&columns.parts)) {
            let Some(exact) = line.mean else { continue };
            check(format!("{}: {component}, mean", option.name), &mut column.iter().copied(), exact);
            if let Some(variance) = line.variance {
                let squares = &mut column.iter().map(|x| (x - exact).powi(2));
                check(format!("{}: {component}, variance", option.name), squares, variance);
            }
        }
        let counted =
            || Component::ALL.into_iter().zip(&lines).filter(|(line, _)| !scenario.simulation.exclude.contains(line));
        let mean = twin::total_mean(scenario, &lines);
        if let Some(mean) = mean {
            check(format!("{}: total, mean", option.name), &mut columns.total.iter().copied(), mean);
        }
        if closed == Closed::IndependentLines {
            let variance = counted().map(|(_, line)| line.variance.expect("a closed form")).sum();
            let squares = &mut columns.total.iter().map(|x| (x - mean.expect("a closed form")).powi(2));
            check(format!("{}: total, variance", option.name), squares, variance);
        }
    }
    disagreements
}
