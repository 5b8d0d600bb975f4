//! Is what the verb says of a case what the case itself says?

use super::*;
use crate::config::{Source, Value, load};
use crate::outcome::Swing;

fn case(name: &str, overrides: &[&str]) -> Scenario {
    let overrides: Vec<String> = overrides.iter().map(ToString::to_string).collect();
    load(&Source::Builtin(name.into()), &overrides).unwrap_or_else(|errors| panic!("{errors}")).scenario
}

fn ask(scenario: &Scenario, of: &str, years: u64, shares: Shares) -> Sensitivity {
    let options: Vec<String> = scenario.options.iter().map(|option| option.name.clone()).collect();
    let measure = Measure::read(of, &options).unwrap();
    sensitivity(&SensitivityQuestion { title: "", scenario, measure: &measure, seed: 5, years, shares })
}

const TOGETHER: &str = "dependence = { copula = \"gaussian\", rank_correlations = [\
     [\"workforce.offshore.case_mix_drift\", \"workforce.offshore.denial_rate\", -0.6]] }";

/// Each end is the run of the case with the driver set to that value, to the bit.
#[test]
fn ends_of_the_tornado_are_runs_with_the_driver_set() {
    let scenario = case("evidence", &[]);
    let found = ask(&scenario, "tvar@0.9 of Offshore", 2000, Shares::WhereDependent);
    assert!(found.tornado.len() > 40, "{}", found.tornado.len());
    let measure = Measure::read("tvar@0.9 of Offshore", &["Domestic".into(), "Offshore".into()]).unwrap();
    for Swing { path, low, high, swing, .. } in found.tornado.iter().step_by(9) {
        let id = scenario.find(path).unwrap();
        for end in [low, high] {
            let set = scenario.with_driver(id, Value::Point(end.value));
            let again = Sample::of(&Model::new(&set, 5), 0..2000).figure(&measure);
            assert_eq!(again, end.figure, "{path}");
            assert!((end.figure - found.base.value - end.change.value).abs() < 1e-6);
        }
        assert!((high.figure - low.figure - swing.value).abs() < 1e-6, "{path}");
    }
    // What only the other workforce has does nothing, exactly.
    let idle = found.tornado.iter().find(|swing| swing.path == "workforce.domestic.turnover").unwrap();
    assert_eq!((idle.swing, idle.is_noise), (Estimate::exact(0.0), true));
}

/// The offshore rate is all but alone in the HFMA case when it varies: its share is `h^2 Var(rate)` over that and the variance of the case
/// with the rate fixed. Within 4.5 standard errors, exceeded once in 150,000.
#[test]
fn shares_of_an_added_amount_are_its_variance() {
    let law = "workforce.offshore.rate={ dist = \"uniform\", min = 34.65, max = 35.35 }";
    let scenario = case("hfma-2018", &[law]);
    let found = ask(&scenario, "mean of Offshore", 1 << 14, Shares::Shapley);
    let values = |rate: f64| {
        let id = scenario.find("workforce.offshore.rate").unwrap();
        let set = scenario.with_driver(id, Value::Point(rate));
        Sample::of(&Model::new(&set, 5), 0..1 << 14).totals[1].clone()
    };
    let fixed = values(35.0);
    let hours = values(36.0)[0] - fixed[0];
    let mean = fixed.iter().sum::<f64>() / fixed.len() as f64;
    let rest = fixed.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (fixed.len() - 1) as f64;
    let own = hours * hours * 0.7 * 0.7 / 12.0;
    let exact = own / (own + rest);
    assert!((0.05..0.95).contains(&exact), "{exact}");
    let rate = found.variance.factors.iter().find(|factor| factor.path == "workforce.offshore.rate").unwrap();
    let effects = &found.shapley.as_ref().unwrap().effects;
    let effect = effects.iter().find(|effect| effect.path == "workforce.offshore.rate").unwrap();
    for estimate in [rate.first, rate.total, effect.effect] {
        let error = (estimate.high.unwrap() - estimate.low.unwrap()) / 3.92;
        assert!((estimate.value - exact).abs() < 4.5 * error, "{estimate:?}, {exact}");
    }
    assert!((effects.iter().map(|effect| effect.effect.value).sum::<f64>() - 1.0).abs() < 1e-9);
}

#[test]
fn a_dependence_group_is_one_factor_that_shapley_effects_divide() {
    let scenario = case("evidence", &[TOGETHER]);
    let found = ask(&scenario, "costs more", 4096, Shares::WhereDependent);
    let group = found.variance.factors.iter().find(|factor| factor.role == FactorRole::Group).unwrap();
    assert_eq!(group.members, ["workforce.offshore.case_mix_drift", "workforce.offshore.denial_rate"]);
    assert!(found.variance.factors.iter().all(|factor| !group.members.contains(&factor.path)));
    let shapley = found.shapley.as_ref().unwrap();
    assert!((shapley.effects.iter().map(|effect| effect.effect.value).sum::<f64>() - 1.0).abs() < 1e-9);
    let members = shapley.effects.iter().filter(|effect| effect.in_group).map(|effect| &effect.path);
    assert_eq!(members.collect::<Vec<_>>(), [&group.members[0], &group.members[1]]);
    assert!(found.cautions.iter().any(|caution| caution.code == "moved_alone"));
    assert_eq!(found.tornado.iter().filter(|swing| swing.in_group).count(), 2);
    assert!(ask(&case("evidence", &[]), "mean", 2000, Shares::WhereDependent).shapley.is_none());
}

/// Of the worst years of offshore more have an offshore breach, and none more a domestic one; case-mix drift is low in them. Seeded.
#[test]
fn worst_years_have_in_common_what_makes_them_bad() {
    let found = ask(&case("evidence", &[]), "mean of Offshore", 1 << 14, Shares::WhereDependent);
    let tail = found.tail.unwrap();
    assert_eq!((tail.level, tail.worst, tail.years), (0.99, 163, 1 << 14));
    let breaches = tail.events.iter().find(|event| event.path == "workforce.offshore.breaches").unwrap();
    assert!(breaches.lift.low.unwrap() > 3.0, "{breaches:?}");
    let drift = tail.drivers.iter().find(|driver| driver.path == "workforce.offshore.case_mix_drift").unwrap();
    assert!(drift.is_unusual && drift.p50 < 0.3, "{drift:?}");
    assert!(tail.drivers.iter().all(|driver| driver.is_unusual == (driver.distance > tail.limit)));
    assert_eq!(ask(&case("evidence", &[]), "tvar@0.99 of Offshore", 1000, Shares::WhereDependent).tail, None);
}

#[test]
fn the_answer_is_the_same_every_time_and_reads_back() {
    let scenario = case("evidence", &[TOGETHER]);
    let one = ask(&scenario, "sd difference", 2000, Shares::WhereDependent);
    assert_eq!(one, ask(&scenario, "sd difference", 2000, Shares::WhereDependent));
    let text = serde_json::to_string(&one).unwrap();
    assert_eq!(serde_json::from_str::<Sensitivity>(&text).unwrap(), one);
}
