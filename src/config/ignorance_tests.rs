//! Do uncertain parameters, fitted covariances, guesses and stresses do what the schema says?

use super::*;
use crate::numerics::Probability;

const BASE: &str = r#"
schema = 1
title = "Base"
[simulation]
years = 1e4
seed = 1
[hospital]
reference_hours = 7322
hours_per_coder = 1920
[world]
threat = { value = { dist = "gamma", mean = 1.0, sd = 0.1, source = "guess" } }
[workforce.a]
rate = { dist = "normal", mean = { dist = "normal", mean = 35, sd = 2, source = "guess" }, sd = 3 }
productivity = { dist = "mixture", components = [
  { weight = { dist = "beta", mean = 0.3, sd = 0.1 }, value = 0.9 },
  { weight = 0.7, dist = "pert", min = 0.5, mode = { dist = "uniform", min = 0.6, max = 0.7 }, max = 0.9 },
] }
turnover = { dist = "gamma", quantiles = { p10 = 0.1, p90 = { dist = "uniform", min = 0.3, max = 0.5 } } }
[workforce.b]
rate = 60.0
[[option]]
name = "One"
mix = { a = 1 }
[[option]]
name = "Two 60/40"
mix = { b = 0.4, a = 0.6 }
transition_cost = { dist = "normal", mean = 0, sd = { value = 3e4, source = "a number after all" } }
"#;

fn read(more: &str, overrides: &[&str]) -> Loaded {
    let overrides: Vec<String> = overrides.iter().map(|&argument| argument.to_owned()).collect();
    let source = Source::Text { name: "test".into(), text: format!("{BASE}{more}") };
    load(&source, &overrides).unwrap_or_else(|errors| panic!("{errors}"))
}

fn law(scenario: &Scenario, path: &str) -> String {
    match &scenario.driver(scenario.find(path).unwrap()).unwrap().value {
        Value::Law(law) => law.to_string(),
        Value::Point(value) => value.to_string(),
    }
}

#[test]
fn uncertain_parameters_are_found_and_held_at_their_means() {
    let loaded = read("", &[]);
    let (blocks, unusable) = loaded.ignorance(&UncertaintySettings::default());
    let paths: Vec<&str> = blocks.iter().map(|block| block.parameters[0].path.as_str()).collect();
    let expected = [
        "workforce.a.productivity.components[1].weight",
        "workforce.a.productivity.components[2].mode",
        "workforce.a.rate.mean",
        "workforce.a.turnover.quantiles.p90",
        "world.threat.value",
    ];
    assert_eq!(paths, expected);
    assert!(unusable.is_empty());
    assert_eq!(law(&loaded.scenario, "workforce.a.rate"), "normal(mean 35, sd 3)");
    assert_eq!(law(&loaded.scenario, "option.Two 60/40.transition_cost"), "normal(mean 0, sd 30,000)");
    let caution = loaded.cautions.iter().find(|caution| caution.code == "uncertain_parameters").unwrap();
    assert!(caution.message.starts_with("5 parameters ("), "{}", caution.message);
    // The canonical text says the same again, to the same hash.
    let again = load(&Source::Text { name: "again".into(), text: loaded.resolved_toml.clone() }, &[]).unwrap();
    assert_eq!((&again.hash, &again.resolved_toml), (&loaded.hash, &loaded.resolved_toml));
}

#[test]
fn drawn_values_stand_where_the_parameters_stood() {
    let loaded = read("", &["workforce.a.rate.mean.sd=4"]);
    let (blocks, _) = loaded.ignorance(&UncertaintySettings::default());
    let at = |p: f64| blocks.iter().map(|block| block.draw(&[Probability::lower(p)])).collect::<Vec<_>>();
    let drawn = loaded.with_values(&blocks, &at(0.841_344_746_068_542_9)).unwrap();
    assert_eq!(law(&drawn, "workforce.a.rate"), "normal(mean 39, sd 3)");
    assert_ne!(law(&drawn, "workforce.a.turnover"), law(&loaded.scenario, "workforce.a.turnover"));
    let central: Vec<Vec<f64>> = blocks.iter().map(|block| vec![block.parameters[0].central]).collect();
    let same = loaded.with_values(&blocks, &central).unwrap();
    assert_eq!(format!("{same:?}"), format!("{:?}", loaded.scenario));
    // A draw that breaks a law is refused as the config would be.
    let wrong = loaded.with_values(&blocks, &[vec![0.3], vec![2.0], vec![35.0], vec![0.4], vec![1.0]]).unwrap_err();
    assert!(wrong.to_string().contains("mode"), "{wrong}");
}

const FITTED: &str = r#"
[workforce.a.breach]
frequency = { dist = "gamma", shape = 4.0, scale = 0.005, biography = { uncertainty = { parameters = ["mean", "size"], estimates = [0.02, 4.0], covariance = [[1e-6, 0.0], [0.0, 1.0]] } } }
severity = { dist = "splice", body = { dist = "lognormal", mu = 14.0, sigma = 1.0 }, tail = { dist = "gpd", threshold = 2e7, scale = 1e7, shape = 0.3 }, threshold = 2e7, tail_weight = 0.02, biography = { uncertainty = { parameters = ["body mu", "body sigma", "tail scale", "tail shape", "tail_weight"], estimates = [14.0, 1.0, 1e7, 0.3, 0.02], covariance = [[0.01, 0.001, 0, 0, 0], [0.001, 0.004, 0, 0, 0], [0, 0, 4e12, -1e5, 0], [0, 0, -1e5, 0.04, 0], [0, 0, 0, 0, 1e-5]] } } }
recovered_share = { dist = "beta", alpha = 5.0, beta = 15.0, biography = { uncertainty = { parameters = ["alpha", "beta"], estimates = [6.0, 15.0], covariance = [[1.0, 0.2], [0.2, 4.0]] } } }
"#;

#[test]
fn fitted_parameters_follow_their_covariance_and_stay_in_range() {
    let loaded = read(FITTED, &[]);
    let (blocks, unusable) = loaded.ignorance(&UncertaintySettings::default());
    let fitted: Vec<&IgnoranceBlock> = blocks.iter().filter(|block| block.origin == Origin::Fitted).collect();
    assert_eq!(fitted.len(), 2);
    let severity = fitted.iter().find(|block| block.driver.ends_with("severity")).unwrap();
    assert_eq!(severity.parameters[2].path, "workforce.a.breach.severity.tail.scale");
    assert_eq!(unusable.len(), 1, "{unusable:?}");
    assert!(unusable[0].reason.contains("recovered_share.alpha is 5"), "{unusable:?}");
    // At the middle are the estimates; five deviations below nothing has left its range.
    let middle = severity.draw(&[Probability::lower(0.5); 5]);
    for (drawn, estimate) in middle.iter().zip([14.0, 1.0, 1e7, 0.3, 0.02]) {
        assert!((drawn / estimate - 1.0).abs() < 1e-12, "{drawn} for {estimate}");
    }
    let low = severity.draw(&[Probability::lower(3e-7); 5]);
    assert!(low[1] > 0.0 && low[2] > 0.0 && low[3] < 0.0 && low[4] > 0.0, "{low:?}");
    // The delta method: slope times deviation of the logarithm is the standard error.
    let up = severity.draw(&[0.5, 0.5, 0.841_344_746_068_542_9, 0.5, 0.5].map(Probability::lower));
    assert!((up[2] / 1e7 / libm::exp(0.2) - 1.0).abs() < 1e-9, "{up:?}");
    let values: Vec<Vec<f64>> =
        blocks.iter().map(|block| block.draw(&vec![Probability::lower(0.3); block.parameters.len()])).collect();
    let drawn = loaded.with_values(&blocks, &values).unwrap();
    let frequency = blocks.iter().position(|block| block.driver.ends_with("frequency")).unwrap();
    let (mean, size) = (values[frequency][0], values[frequency][1]);
    let Value::Law(law) = &drawn.driver(drawn.find("workforce.a.breach.frequency").unwrap()).unwrap().value else {
        panic!("a law")
    };
    assert!((law.mean() / mean - 1.0).abs() < 1e-12 && (law.variance() * size / (mean * mean) - 1.0).abs() < 1e-12);
    let certain = UncertaintySettings { fits: Fits::Certain, ..UncertaintySettings::default() };
    assert!(loaded.ignorance(&certain).0.iter().all(|block| block.origin == Origin::Stated));
}

#[test]
fn a_covariance_that_is_drawn_by_changes_the_hash_and_no_other_does() {
    let other = FITTED.replace("4e12", "5e12");
    assert_eq!(read(FITTED, &[]).hash, read(&other, &[]).hash);
    let section = "[uncertainty]\nouter = 50\n";
    assert_ne!(read(&format!("{FITTED}{section}"), &[]).hash, read(&format!("{other}{section}"), &[]).hash);
    let settings = read(section, &["uncertainty.guesses=0.25"]).uncertainty.unwrap();
    assert_eq!((settings.outer, settings.inner, settings.guesses), (50, 20_000, Some(0.25)));
}

#[test]
fn guesses_are_uncertain_when_asked_and_not_twice() {
    let loaded = read("", &["workforce.b.rate={ dist = \"pert\", min = 50, mode = 60, max = 80, source = \"guess\" }"]);
    let settings = UncertaintySettings { guesses: Some(0.25), ..UncertaintySettings::default() };
    let (blocks, _) = loaded.ignorance(&settings);
    let guesses: Vec<&str> = blocks
        .iter()
        .filter(|block| block.origin == Origin::Guess)
        .map(|block| block.parameters[0].path.as_str())
        .collect();
    assert_eq!(guesses, ["workforce.b.rate factor"]);
    let values: Vec<Vec<f64>> = blocks
        .iter()
        .map(|block| if block.origin == Origin::Guess { vec![1.5] } else { vec![block.parameters[0].central] })
        .collect();
    let drawn = loaded.with_values(&blocks, &values).unwrap();
    assert_eq!(law(&drawn, "workforce.b.rate"), "pert(min 75, mode 90, max 120, lambda 4)");
}

const STRESSES: &str = r#"
[stress.strike]
description = "Half of the coders leave"
workforce.a.turnover = 0.5
option."Two 60/40".transition_cost = 1e5
option."Two 60/40".mix = { a = 0.5, b = 0.5 }
[stress.quiet]
world = "absent"
"#;

#[test]
fn a_stress_is_what_set_would_do_and_the_base_does_not_know_of_it() {
    let (plain, loaded) = (read("", &[]), read(STRESSES, &[]));
    assert_eq!(format!("{:?}", plain.scenario), format!("{:?}", loaded.scenario));
    let [strike, quiet] = &loaded.stresses[..] else { panic!("{:?}", loaded.stresses) };
    assert_eq!(strike.description.as_deref(), Some("Half of the coders leave"));
    let arguments = [
        "workforce.a.turnover=0.5",
        "option.Two 60/40.transition_cost=1e5",
        "option.Two 60/40.mix={ a = 0.5, b = 0.5 }",
    ];
    let set = read("", &arguments);
    assert_eq!(format!("{:?}", strike.scenario), format!("{:?}", set.scenario));
    let asked: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    let ad_hoc = loaded.stressed("ad hoc", &asked).unwrap();
    assert_eq!(format!("{:?}", strike.scenario), format!("{:?}", ad_hoc.scenario));
    assert_eq!(strike.changes, ad_hoc.changes);
    let changed: Vec<&str> = strike.changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(changed.len(), 4, "{changed:?}");
    assert!(quiet.scenario.driver(quiet.scenario.find("world.threat").unwrap()).is_none());
    let again = load(&Source::Text { name: "again".into(), text: loaded.resolved_toml.clone() }, &[]).unwrap();
    assert_eq!((&again.hash, &again.resolved_toml), (&loaded.hash, &loaded.resolved_toml));
    // Names stand in alphabetical order in the canonical text.
    assert_eq!(again.stresses[0].changes, quiet.changes);
    assert!(loaded.stressed("x", &["simulation.seed=2".to_owned()]).is_err());
    assert!(loaded.stressed("x", &["workforce.a.turnover=-1".to_owned()]).is_err());
}
