//! Are wrong parameters refused by name, and elicited quantiles reproduced?

use super::law;
use crate::distributions::{FAMILIES, Form, Law, LawProblem};
use crate::numerics::Probability;
use crate::numerics::elementary::ln;

/// A probability and its value.
type Quantile = (f64, f64);

/// Parameters by name.
type Named = &'static [(&'static str, f64)];

fn refusal(family: &str, parameters: &[(&str, f64)]) -> (Option<String>, String) {
    let error = Law::from_parameters(family, parameters).unwrap_err();
    (error.parameter.clone(), error.to_string())
}

#[test]
fn refusals_name_the_parameter_and_what_was_expected() {
    let cases: [(&str, Named, &str, &str); 8] = [
        (
            "normal",
            &[("mean", 0.0), ("sd", 0.0)],
            "sd",
            "sd is 0, expected a positive number (for a fixed value write the plain number)",
        ),
        ("normal", &[("mean", f64::NAN), ("sd", 1.0)], "mean", "mean is NaN, expected a finite number"),
        ("beta", &[("mean", 0.5), ("sd", 0.6)], "sd", "sd is 0.6, expected less than 0.5 for mean 0.5 on [0, 1]"),
        ("beta", &[("mean", 1.5), ("sd", 0.6)], "mean", "mean is 1.5, expected a number strictly between 0 and 1"),
        ("uniform", &[("min", 2.0), ("max", 2.0)], "max", "max is 2, expected a number above min 2"),
        ("pert", &[("min", 0.0), ("mode", 3.0), ("max", 2.0)], "mode", "mode is 3, expected a number from 0 to 2"),
        (
            "gamma",
            &[("meen", 1.0), ("sd", 2.0)],
            "meen",
            "gamma has no parameter \"meen\", expected mean, sd or shape, scale",
        ),
        ("mixture", &[], "dist", "mixture is not built from plain parameters, expected its own form: components"),
    ];
    for (family, parameters, parameter, message) in cases {
        let (found, text) = refusal(family, parameters);
        assert_eq!((found.as_deref(), text.as_str()), (Some(parameter), message));
    }
    let missing = Law::from_parameters("lognormal", &[("mu", 1.0)]).unwrap_err();
    assert_eq!(missing.to_string(), "lognormal lacks \"sigma\", expected mean, sd or mu, sigma or median, sigma");
    let mixed_up = refusal("gamma", &[("mean", 1.0), ("scale", 2.0)]);
    assert_eq!(mixed_up, (None, "gamma lacks \"sd\", expected mean, sd or shape, scale".to_owned()));
    assert!(Law::from_parameters("cauchy", &[]).unwrap_err().to_string().contains("expected one of normal, lognormal"));
}

#[test]
fn every_parametric_family_builds_from_each_of_its_sets() {
    let value = |name: &str| match name {
        "mean" | "median" | "mode" => 0.4,
        "sd" => 0.1,
        "min" | "location" => 0.0,
        "max" => 1.0,
        _ => 2.0,
    };
    for family in FAMILIES.iter().filter(|family| family.form == Form::Parameters) {
        for set in family.parameter_sets {
            let parameters: Vec<(&str, f64)> = set.iter().map(|name| (*name, value(name))).collect();
            assert_eq!(law(family.name, &parameters).family(), family.name);
            let all: Vec<(&str, f64)> = parameters
                .into_iter()
                .chain(family.optional.iter().map(|optional| (optional.name, optional.default.unwrap())))
                .collect();
            law(family.name, &all);
        }
    }
}

#[test]
fn mean_and_sd_are_those_asked_for() {
    for family in ["normal", "lognormal", "gamma", "beta"] {
        let found = law(family, &[("mean", 0.3), ("sd", 0.08)]);
        assert!((found.mean() / 0.3 - 1.0).abs() < 1e-13 && (found.variance().sqrt() / 0.08 - 1.0).abs() < 1e-13);
    }
}

#[test]
fn elicited_quantiles_are_reproduced() {
    let cases: [(&str, Quantile, Quantile, Named); 17] = [
        ("normal", (0.1, -3.0), (0.9, 8.0), &[]),
        ("normal", (0.99, 8.0), (0.5, 3.0), &[]),
        ("lognormal", (0.05, 3.0), (0.5, 80.0), &[]),
        ("gamma", (0.1, 3.0), (0.9, 8.0), &[]),
        ("gamma", (0.1, 0.001), (0.9, 8.0), &[]),
        ("gamma", (0.25, 7.9), (0.75, 8.0), &[]),
        ("beta", (0.1, 0.02), (0.9, 0.08), &[]),
        ("beta", (0.1, 0.02), (0.9, 0.98), &[]),
        ("beta", (0.05, 11.0), (0.5, 12.0), &[("min", 10.0), ("max", 20.0)]),
        ("uniform", (0.1, 3.0), (0.9, 8.0), &[]),
        ("weibull", (0.1, 3.0), (0.9, 8.0), &[]),
        ("inverse_gaussian", (0.1, 3.0), (0.9, 8.0), &[]),
        ("inverse_gaussian", (0.1, 3.0), (0.9, 80.0), &[]),
        ("pareto", (0.5, 3.0), (0.99, 400.0), &[]),
        ("gpd", (0.5, 3.0), (0.99, 10.0), &[]),
        ("gpd", (0.5, 13.0), (0.99, 14.0), &[("threshold", 10.0)]),
        ("student_t", (0.1, 3.0), (0.9, 8.0), &[("dof", 4.0)]),
    ];
    for (family, first, second, fixed) in cases {
        let law =
            Law::from_quantiles(family, first, second, fixed).unwrap_or_else(|e| panic!("{family} {first:?}: {e}"));
        for (p, x) in [first, second] {
            let found = law.quantile(Probability::lower(p));
            assert!((found / x - 1.0).abs() < 1e-9, "{law} at {p}: {found}, asked {x}");
        }
    }
}

#[test]
fn impossible_elicitations_are_refused() {
    let refused = |family: &str, first, second| Law::from_quantiles(family, first, second, &[]).unwrap_err();
    assert_eq!(refused("normal", (0.1, 3.0), (0.9, 2.0)).parameter.as_deref(), Some("quantiles"));
    assert!(matches!(refused("exponential", (0.1, 3.0), (0.9, 5.0)).problem, LawProblem::NotElicitable { .. }));
    // A Lomax law is always more spread out than the exponential.
    assert!(matches!(refused("pareto", (0.5, 3.0), (0.9, 4.0)).problem, LawProblem::NoSuchQuantiles { .. }));
    assert!(matches!(refused("lognormal", (0.5, -3.0), (0.9, 4.0)).problem, LawProblem::OutOfRange { .. }));
    assert!(matches!(refused("beta", (0.5, 0.3), (0.9, 4.0)).problem, LawProblem::OutOfRange { .. }));
}

#[test]
fn the_metalog_runs_through_its_quantiles() {
    let quantiles = [(0.01, 1.0), (0.1, 3.0), (0.3, 4.0), (0.5, 5.0), (0.75, 7.0), (0.9, 10.0), (0.99, 20.0)];
    for count in 2..=7 {
        for (min, max) in [(None, None), (Some(0.0), None), (None, Some(40.0)), (Some(0.0), Some(40.0))] {
            let Ok(law) = Law::metalog(&quantiles[7 - count..], min, max) else { continue };
            for (p, x) in &quantiles[7 - count..] {
                let found = law.quantile(Probability::lower(*p));
                assert!((found / x - 1.0).abs() < 1e-9, "{law} {count} at {p}: {found}");
            }
            let values: Vec<f64> =
                (1..20_000).map(|i| law.quantile(Probability::lower(f64::from(i) / 20_000.0))).collect();
            assert!(values.is_sorted(), "{law} {min:?} {max:?}");
        }
    }
    assert!(Law::metalog(&quantiles[1..6], Some(0.0), None).is_ok());
}

#[test]
fn an_infeasible_metalog_is_refused() {
    // Three terms through the 10, 50 and 90% quantiles 0, r, 1 are feasible for r between k and 1 - k only, with
    // k = (1 - 1.66711 * 0.4) / 2 = 0.166578 (Keelin 2016, proposition 2).
    let through = |r: f64| Law::metalog(&[(0.1, 0.0), (0.5, r), (0.9, 1.0)], None, None);
    for (outside, inside) in [(0.16657, 0.16659), (0.83343, 0.83341)] {
        let error = through(outside).unwrap_err();
        assert!(matches!(error.problem, LawProblem::InfeasibleMetalog { .. }), "{error}");
        assert!(through(inside).is_ok());
    }
    // The percentiles of the refused one rise: a grid of them would have let it pass.
    let log_odds = |p: f64| ln(p / (1.0 - p));
    let refused = |p: f64| 0.16657 + log_odds(p) / log_odds(0.9) * (0.5 + (1.0 - 2.0 * 0.16657) / 0.8 * (p - 0.5));
    let percentiles: Vec<f64> = (1..100).map(|i| refused(f64::from(i) / 100.0)).collect();
    assert!(percentiles.is_sorted());
}

#[test]
fn an_evenly_spread_metalog_is_the_uniform_law() {
    let law = Law::metalog(&[(0.1, 1.0), (0.4, 4.0), (0.6, 6.0), (0.9, 9.0)], None, None).unwrap();
    assert!((law.quantile(Probability::lower(0.25)) - 2.5).abs() < 1e-12);
    assert!((law.support().0).abs() < 1e-12 && (law.support().1 - 10.0).abs() < 1e-12);
}
