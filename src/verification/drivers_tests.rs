//! Does the group hold for laws of every kind and under a copula, and does it notice a driver that follows another law?

use super::*;
use crate::config::{Loaded, Source, load};
use crate::numerics::simd::Instructions;

/// Atoms, kinks and a law in pieces; drivers of events of every kind; three drivers that move together.
const MIXED: &str = r#"
schema = 1
title = "Laws of every kind"
[hospital]
inpatient_encounters = { dist = "discrete", values = [900, 1000, 1200], weights = [1, 2, 1] }
reference_hours = { dist = "triangular", min = 900, mode = 1000, max = 1300 }
payment_per_encounter = 9000
[world]
volume = { dist = "mixture", components = [{ weight = 3, value = 1.0 }, { weight = 1, dist = "uniform", min = 0.8, max = 1.2 }] }
[workforce.near]
rate = { dist = "lognormal", mean = 40, sd = 30, truncate = [20, 90] }
productivity = { dist = "metalog", quantiles = [[0.1, 0.7], [0.5, 0.9], [0.9, 1.2]], min = 0 }
turnover = { dist = "splice", body = { dist = "gamma", mean = 0.3, sd = 0.1 }, tail = { dist = "gpd", threshold = 0.4, scale = 0.1, shape = 0.1 }, threshold = 0.4 }
denial_rate = { dist = "beta", mean = 0.05, sd = 0.02 }
rework_cost = { dist = "gamma", mean = 100, sd = 60 }
onboarding_weeks = { dist = "discrete", values = [8, 12], weights = [1, 1] }
breach.frequency = 0.1
breach.severity = { dist = "mixture", components = [{ weight = 1, value = 0 }, { weight = 1, dist = "pareto", shape = 1.2, scale = 1e5 }] }
[[option]]
name = "Near"
mix = { near = 1 }
[dependence]
copula = "t"
dof = 3
rank_correlations = [["workforce.near.productivity", "workforce.near.denial_rate", -0.5], ["world.volume", "workforce.near.turnover", 0.4]]
"#;

fn loaded(text: &str) -> Loaded {
    load(&Source::Text { name: "case".into(), text: text.into() }, &[]).unwrap_or_else(|errors| panic!("{errors}"))
}

fn context(loaded: &Loaded) -> Context<'_> {
    Context {
        loaded,
        seed: 7,
        extent: Extent::Quick,
        threads: 2,
        instructions: Instructions::Plain,
        generator_bytes: None,
    }
}

/// False alarm 1e-6 for all together.
#[test]
fn laws_of_every_kind_hold_in_a_copula_too() {
    let loaded = loaded(MIXED);
    let found = find(&context(&loaded), 1e-6);
    // Seven of years, three of events, and the support.
    assert_eq!(found.len(), 7 + 3 + 1, "{found:#?}");
    assert!(found.iter().all(|assertion| assertion.passed), "{found:#?}");
    assert!((found.iter().map(|assertion| assertion.false_alarm).sum::<f64>() / 1e-6 - 1.0).abs() < 1e-9);
}

/// A mean 5% higher is a distance of 0.01 and more; chance takes 200,000 draws 0.006 far once in a million.
#[test]
fn a_driver_that_follows_another_law_is_noticed() {
    let (drawn, told) = (loaded(MIXED), loaded(&MIXED.replace("mean = 40, sd = 30", "mean = 42, sd = 30")));
    let model = Model::on(context(&drawn).level(), &drawn.scenario, 7);
    let drivers = varying(&told.scenario);
    for fit in yearly(&model, &drivers, 200_000, "") {
        let p = kolmogorov_p_value(fit.distance, fit.draws);
        assert!((fit.subject == "workforce.near.rate") == (p < 1e-6), "{}: {p}", fit.subject);
    }
}

#[test]
fn a_draw_outside_the_support_is_counted() {
    let law = Law::from_parameters("uniform", &[("min", 0.0), ("max", 1.0)]).expect("a law");
    let fit = Fit::new("it".into(), &law, vec![0.2, 0.5, 1.0 + 1e-9, f64::NAN]);
    assert_eq!((fit.outside, fit.distance), (2, 1.0));
}
