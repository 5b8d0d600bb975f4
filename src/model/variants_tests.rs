//! Are the variants of a compiled case what they claim to be?

use super::{FactorKind, Model};
use crate::config::{DriverId, Scenario, Source, Value, WorkforceDriver, load};
use crate::engine::totals;
use crate::numerics::Probability;

fn case(overrides: &[&str]) -> Scenario {
    let overrides: Vec<String> = overrides.iter().map(ToString::to_string).collect();
    load(&Source::Builtin("article".into()), &overrides).unwrap_or_else(|errors| panic!("{errors}")).scenario
}

const TOGETHER: &str = "dependence = { copula = \"t\", dof = 4, rank_correlations = [\
     [\"workforce.offshore.case_mix_drift\", \"workforce.offshore.denial_rate\", -0.6], \
     [\"workforce.offshore.denial_rate\", \"workforce.offshore.productivity\", -0.4]] }";

#[test]
fn a_changed_case_has_the_years_of_one_made_anew() {
    let scenario = case(&[]);
    let model = Model::new(&scenario, 7);
    let id = scenario.find("workforce.offshore.turnover").unwrap();
    let other = scenario.with_driver(id, Value::Point(0.5));
    assert_eq!(totals(&model.changed(&scenario), 5..3000), totals(&model, 5..3000));
    assert_eq!(totals(&model.changed(&other), 5..3000), totals(&Model::new(&other, 7), 5..3000));
    assert_ne!(totals(&model.changed(&other), 5..3000), totals(&model, 5..3000));
}

#[test]
fn all_that_is_random_is_a_factor() {
    let scenario = case(&[TOGETHER]);
    let model = Model::new(&scenario, 7);
    let paths: Vec<&str> = model.factors().iter().map(|factor| factor.path.as_str()).collect();
    for path in [
        "world.threat",
        "workforce.offshore.breach.severity",
        "workforce.offshore.breaches",
        "workforce.domestic.denials",
    ] {
        assert!(paths.contains(&path), "{path} is not among {paths:?}");
    }
    assert!(!paths.contains(&"workforce.offshore.rate"), "a number is not random");
    let group: Vec<&str> = model.group().iter().map(|place| paths[*place]).collect();
    assert_eq!(group.len(), 3, "{group:?}");
    // With all of them from the second world nothing is as it was; with none, everything.
    let (none, all) = (vec![false; paths.len()], vec![true; paths.len()]);
    let base = totals(&model, 0..2000);
    assert_eq!(totals(&model.worlds(&scenario, &none), 0..2000), base);
    let second = totals(&model.worlds(&scenario, &all), 0..2000);
    for (first, second) in base.iter().zip(&second) {
        assert!(first.iter().zip(second).all(|(first, second)| first != second));
    }
}

/// Each factor from the second world changes some years of some option and is alone in that: put back, the base is back. A factor that
/// changes nothing would have no stream of its own.
#[test]
fn every_factor_can_be_exchanged_alone() {
    let scenario = case(&["workforce.offshore.breach.frequency=1", "workforce.domestic.breach.frequency=1"]);
    let model = Model::new(&scenario, 7);
    let base = totals(&model, 0..20_000);
    for (place, factor) in model.factors().iter().enumerate() {
        let mut second = vec![false; model.factors().len()];
        second[place] = true;
        assert_ne!(totals(&model.worlds(&scenario, &second), 0..20_000), base, "{}", factor.path);
    }
}

/// Years of a model whose group is drawn anew in part have the law of the case: means of all totals agree within 5 standard errors of
/// 50,000 years (case mix alone: sd 24.7 million of offshore), false alarm below 1e-5.
#[test]
fn a_group_drawn_anew_in_part_keeps_its_law() {
    let scenario = case(&[TOGETHER]);
    let model = Model::new(&scenario, 7);
    let mut second = vec![false; model.factors().len()];
    second[model.group()[0]] = true;
    let mixed = model.worlds(&scenario, &second);
    let (base, years) = (totals(&model, 0..50_000), 50_000.0);
    for (first, other) in base.iter().zip(totals(&mixed, 0..50_000)) {
        let mean = |column: &[f64]| column.iter().sum::<f64>() / years;
        let (one, two) = (mean(first), mean(&other));
        let variance = first.iter().map(|value| (value - one) * (value - one)).sum::<f64>() / years;
        assert!((one - two).abs() < 5.0 * (2.0 * variance / years).sqrt(), "{one} {two}");
    }
    // The members that stay have the uniforms they had.
    let (kept, moved) = (model.uniforms(0..1000), mixed.uniforms(0..1000));
    let drivers: Vec<usize> = (0..model.factors().len())
        .filter(|place| matches!(model.factors()[*place].kind, FactorKind::Driver(_)))
        .collect();
    for (column, place) in drivers.iter().enumerate() {
        let same = kept[column].iter().zip(&moved[column]).all(|(a, b)| (a - b).abs() < 1e-12);
        assert_eq!(same, !second[*place], "{}", model.factors()[*place].path);
    }
}

#[test]
fn uniforms_are_those_of_the_values() {
    let scenario = case(&[TOGETHER]);
    let model = Model::new(&scenario, 7);
    let names = crate::engine::Kernel::input_names(&model);
    let years: Vec<u64> = (100..700).collect();
    let values = crate::engine::replay(&model, &years, |_, _, scratch| {
        let inputs = crate::engine::Kernel::inputs(&model, scratch);
        inputs.iter().map(|column| column.to_vec()).collect::<Vec<_>>()
    });
    let uniforms = model.uniforms(100..700);
    let drivers = model.factors().iter().filter_map(|factor| match factor.kind {
        FactorKind::Driver(id) => Some((id, &factor.path)),
        _ => None,
    });
    for ((id, path), uniforms) in drivers.zip(&uniforms) {
        let Some(Value::Law(law)) = scenario.driver(id).map(|driver| &driver.value) else { panic!("{path} varies") };
        let place = names.iter().position(|name| name == path).unwrap();
        let column: Vec<f64> = values.iter().flat_map(|block| block[place].iter().copied()).collect();
        for (value, u) in column.iter().zip(uniforms) {
            let quantile = law.quantile(Probability::lower(*u));
            assert!((value - quantile).abs() < 1e-6 * (1.0 + quantile.abs()), "{path}: {value} at {u} is {quantile}");
        }
    }
    assert!(matches!(scenario.find("workforce.offshore.rate"), Ok(DriverId::Workforce(1, WorkforceDriver::Rate))));
}
