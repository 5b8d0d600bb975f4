//! Does `outcome.json` have every field that MODEL section 6 promises, and do its figures fit together?

use super::{CASES, Sandbox};
use serde_json::Value;
use tailcost::config::Component;

const LEVELS: [f64; 5] = [0.90, 0.95, 0.99, 0.995, 0.999];

fn field<'a>(value: &'a Value, key: &str, at: &str) -> &'a Value {
    value.get(key).unwrap_or_else(|| panic!("{at} has no {key}"))
}

fn number(value: &Value, key: &str, at: &str) -> f64 {
    field(value, key, at).as_f64().unwrap_or_else(|| panic!("{at}.{key} is no number: {}", value[key]))
}

fn list<'a>(value: &'a Value, key: &str, at: &str) -> &'a [Value] {
    field(value, key, at).as_array().unwrap_or_else(|| panic!("{at}.{key} is no list"))
}

/// `E`: a value, and two bounds around it or none.
fn estimate(value: &Value, key: &str, at: &str) -> f64 {
    let at = format!("{at}.{key}");
    let found = value.get(key).unwrap_or_else(|| panic!("no {at}"));
    let value = number(found, "value", &at);
    match (field(found, "low", &at).as_f64(), field(found, "high", &at).as_f64()) {
        (Some(low), Some(high)) => assert!(low <= value && value <= high, "{at}: {found}"),
        (None, None) => assert!(found["low"].is_null() && found["high"].is_null(), "{at}: {found}"),
        _ => panic!("{at} has one bound: {found}"),
    }
    value
}

fn quantiles(value: &Value, at: &str) {
    let quantiles = list(value, "quantiles", at);
    let pairs: Vec<(f64, f64)> = quantiles.iter().map(|q| (number(q, "p", at), number(q, "value", at))).collect();
    assert!(pairs.len() > 5 && pairs.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1), "{at}: {pairs:?}");
}

/// `M`
fn measures(value: &Value, at: &str) {
    estimate(value, "mean", at);
    estimate(value, "sd", at);
    let skewness = field(value, "skewness", at);
    assert!(skewness.is_number() || skewness.is_null(), "{at}");
    let (min, max) = (number(value, "min", at), number(value, "max", at));
    assert!(min <= max, "{at}");
    quantiles(value, at);
    let levels = list(value, "levels", at);
    let found: Vec<f64> = levels.iter().map(|level| number(level, "level", at)).collect();
    assert_eq!(found, LEVELS, "{at}");
    for level in levels {
        let (p, years) = (number(level, "level", at), number(level, "return_period", at));
        assert!((years * (1.0 - p) - 1.0).abs() < 1e-9, "{at}: level {p} returns every {years} years");
        let (var, tvar) = (estimate(level, "var", at), estimate(level, "tvar", at));
        let tolerance = 1e-9 * max.abs();
        assert!(min <= var && var <= tvar + tolerance && tvar <= max + tolerance, "{at}: {level}");
    }
}

/// `C`
fn component(value: &Value, at: &str) {
    estimate(value, "mean", at);
    assert!(number(value, "sd", at) >= 0.0, "{at}");
    assert!(number(value, "min", at) <= number(value, "max", at), "{at}");
    let co_tvar = list(value, "co_tvar", at);
    assert_eq!(co_tvar.iter().map(|c| number(c, "level", at)).collect::<Vec<_>>(), LEVELS, "{at}");
    co_tvar.iter().for_each(|c| {
        estimate(c, "value", at);
    });
}

/// `H`
fn rate(value: &Value, at: &str) {
    estimate(value, "mean", at);
    for key in ["sd", "min", "max"] {
        number(value, key, at);
    }
    quantiles(value, at);
}

/// `[ P ]`
fn curve(value: &Value, key: &str, at: &str) {
    let at = format!("{at}.{key}");
    let points: Vec<(f64, f64)> =
        list(value, key, &at).iter().map(|p| (number(p, "amount", &at), estimate(p, "probability", &at))).collect();
    assert!(!points.is_empty(), "{at}");
    let mut sorted = points.clone();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(sorted.is_sorted_by(|a, b| a.1 >= b.1), "{at}: a larger amount is exceeded less often");
    assert!(points.iter().all(|point| (0.0..=1.0).contains(&point.1)), "{at}");
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn every_promised_field_is_there() {
    let mut components: Vec<&str> = Component::ALL.iter().map(|component| component.key()).collect();
    components.sort_unstable();
    for case in CASES {
        let sandbox = Sandbox::new();
        sandbox.succeeds(&["run", case, "--years", "5000", "--no-charts", "--keep", "none", "--out", "o"]);
        let root = sandbox.raw("o");
        assert_eq!(number(&root, "schema", case), 1.0);
        assert_eq!(number(&root, "years", case), 5000.0);
        assert_eq!(number(&root, "value_version", case), f64::from(tailcost::VALUE_VERSION));
        assert!(root["title"].is_string() && root["seed"].is_u64());
        let options = list(&root, "options", case);
        for option in options {
            let at = format!("{case}: {}", option["name"].as_str().expect("a name"));
            measures(field(option, "total", &at), &at);
            assert_eq!(keys(&option["components"]), components, "{at}");
            for (key, value) in option["components"].as_object().expect("an object") {
                component(value, &format!("{at}.{key}"));
            }
            rate(field(option, "effective_hourly_rate", &at), &at);
            rate(field(option, "all_in_hourly_rate", &at), &at);
            assert!((0.0..=1.0).contains(&estimate(option, "probability_cheapest", &at)));
            assert!(estimate(option, "expected_regret", &at) >= 0.0);
            curve(option, "exceedance", &at);
            curve(option, "oep", &at);
        }
        let differences = list(&root, "differences", case);
        assert_eq!(differences.len(), options.len() - 1);
        for (difference, option) in differences.iter().zip(&options[1..]) {
            let at = format!("{case}: {} less {}", difference["option"], difference["baseline"]);
            assert_eq!((&difference["option"], &difference["baseline"]), (&option["name"], &options[0]["name"]));
            measures(field(difference, "total", &at), &at);
            assert_eq!(keys(&difference["components"]), components, "{at}");
            for (key, value) in difference["components"].as_object().expect("an object") {
                estimate(value, "mean", &format!("{at}.{key}"));
            }
            assert!((0.0..=1.0).contains(&estimate(difference, "probability_costs_more", &at)));
            curve(difference, "exceedance", &at);
        }
        for caution in list(&root, "cautions", case) {
            assert!(caution["code"].is_string() && caution["message"].is_string(), "{caution}");
        }
    }
}

/// Parts add up to the whole: components to the total, their co-TVaRs to its TVaR, chances of being cheapest to 1, and a
/// difference is the difference of two means.
#[test]
fn figures_add_up() {
    for case in CASES {
        let sandbox = Sandbox::new();
        sandbox.succeeds(&["run", case, "--years", "5000", "--no-charts", "--keep", "none", "--out", "o"]);
        let outcome = sandbox.outcome("o");
        for option in &outcome.options {
            let scale = option.total.max.abs().max(option.total.min.abs());
            let close = |a: f64, b: f64, what: &str| {
                assert!((a - b).abs() <= 1e-9 * scale, "{case}, {}: {what} {a} and {b}", option.name);
            };
            let counted = || option.components.values().filter(|component| !component.excluded);
            close(counted().map(|c| c.mean.value).sum(), option.total.mean.value, "mean");
            for (l, level) in option.total.levels.iter().enumerate() {
                close(counted().map(|c| c.co_tvar[l].value.value).sum(), level.tvar.value, "TVaR");
            }
        }
        let cheapest: f64 = outcome.options.iter().map(|option| option.probability_cheapest.value).sum();
        assert!((cheapest - 1.0).abs() < 1e-9, "{case}: {cheapest}");
        for (difference, option) in outcome.differences.iter().zip(&outcome.options[1..]) {
            let means = option.total.mean.value - outcome.options[0].total.mean.value;
            let scale = option.total.max.abs();
            assert!((difference.total.mean.value - means).abs() <= 1e-9 * scale, "{case}");
        }
    }
}

/// The study's rates: 60.00 USD at home; 52.85 + 1.87 + 8.38 = 63.10 abroad.
#[test]
fn the_study_comes_out() {
    let sandbox = Sandbox::new();
    sandbox.succeeds(&["run", "hfma-2018", "--years", "200_000", "--no-charts", "--keep", "none", "--out", "o"]);
    let outcome = sandbox.outcome("o");
    let rate = |o: usize| outcome.options[o].effective_hourly_rate.as_ref().expect("a rate").mean.value;
    assert!((rate(0) - 60.0).abs() < 1e-9, "{}", rate(0));
    // Poisson noise of the mean of 520 denials: 118 * sqrt(520 / 2e5) / 7322 = 0.0008 USD an hour; 5 of them.
    assert!((rate(1) - 63.10).abs() < 0.004, "{}", rate(1));
    let lines = &outcome.options[1].hourly;
    assert!((lines["labour"] - 52.85).abs() < 1e-9 && (lines["audit"] - 1.87).abs() < 0.001, "{lines:?}");
}
