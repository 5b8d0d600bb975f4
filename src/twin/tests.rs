//! What is known of the twin without a simulation.

use super::*;
use crate::config::{DriverId, Source, Value, load};
use crate::distributions::Law;

fn case(text: &str) -> Scenario {
    let text = format!("schema = 1\ntitle = \"t\"\n{text}\n[[option]]\nname = \"A\"\nmix = {{ a = 1.0 }}\n");
    load(&Source::Text { name: "t.toml".into(), text }, &[]).unwrap_or_else(|errors| panic!("{errors}")).scenario
}

/// Every driver varies.
const EVERYTHING: &str = r#"
[hospital]
inpatient_encounters = { dist = "gamma", mean = 1000, sd = 50 }
reference_hours = { dist = "lognormal", mean = 4000, sd = 300 }
payment_per_encounter = { dist = "gamma", mean = 10000, sd = 500 }
case_mix_value = { dist = "gamma", mean = 9000, sd = 500 }
cost_of_capital = { dist = "gamma", mean = 0.06, sd = 0.01 }
hours_per_coder = { dist = "uniform", min = 1700, max = 2000 }
[world]
volume = { dist = "lognormal", mean = 1, sd = 0.1 }
payer_strictness = { dist = "gamma", mean = 1, sd = 0.2 }
threat = { dist = "gamma", mean = 1, sd = 0.5 }
[workforce.a]
rate = { dist = "gamma", mean = 50, sd = 5 }
productivity = { dist = "pert", min = 0.5, mode = 0.7, max = 0.9 }
turnover = { dist = "gamma", mean = 0.3, sd = 0.1 }
onboarding_weeks = { dist = "gamma", mean = 20, sd = 9 }
onboarding_output = { dist = "beta", mean = 0.7, sd = 0.1 }
replacement_cost = { dist = "gamma", mean = 8000, sd = 900 }
management_fee = { dist = "gamma", mean = 2, sd = 1 }
audit_hours = { dist = "gamma", mean = 8, sd = 2 }
auditor_rate = { dist = "gamma", mean = 50, sd = 6 }
query_rate = { dist = "beta", mean = 0.06, sd = 0.02 }
query_cost = { dist = "gamma", mean = 12, sd = 2 }
denial_rate = { dist = "beta", mean = 0.05, sd = 0.01 }
denial_dispersion = 12
turnover_denial_uplift = { dist = "gamma", mean = 0.5, sd = 0.1 }
rework_cost = { dist = "lognormal", mean = 118, sd = 70 }
rework_level = { dist = "gamma", mean = 1, sd = 0.1 }
write_off_share = { dist = "beta", mean = 0.25, sd = 0.08 }
denied_payment = { dist = "lognormal", median = 9000, sigma = 0.7 }
denied_payment_level = { dist = "gamma", mean = 1, sd = 0.1 }
denial_delay_days = { dist = "gamma", mean = 60, sd = 9 }
case_mix_drift = { dist = "normal", mean = -0.1, sd = 0.03 }
dnfb_days = { dist = "gamma", mean = 2, sd = 1 }
backlog_share = { dist = "beta", mean = 0.15, sd = 0.05 }
[workforce.a.switch]
probability = { dist = "beta", mean = 0.25, sd = 0.1 }
swap_week = { dist = "uniform", min = 4, max = 16 }
detection_weeks = { dist = "gamma", mean = 16, sd = 8 }
productivity_loss = { dist = "beta", mean = 0.15, sd = 0.05 }
denial_uplift = { dist = "gamma", mean = 0.5, sd = 0.1 }
case_mix_loss = { dist = "gamma", mean = 0.03, sd = 0.01 }
breach_uplift = { dist = "gamma", mean = 0.5, sd = 0.1 }
error_uplift = { dist = "gamma", mean = 0.5, sd = 0.1 }
[workforce.a.breach]
frequency = { dist = "gamma", mean = 0.5, sd = 0.2 }
severity = { dist = "lognormal", mu = 12, sigma = 1 }
severity_level = { dist = "gamma", mean = 1, sd = 0.1 }
recovered_share = { dist = "beta", mean = 0.3, sd = 0.1 }
[workforce.a.breach.penalty]
probability = { dist = "beta", mean = 0.2, sd = 0.05 }
provisions = 2
amount = { dist = "lognormal", mu = 11, sigma = 1 }
[workforce.a.compliance]
probability = { dist = "beta", mean = 0.1, sd = 0.02 }
error_rate = { dist = "beta", mean = 0.07, sd = 0.02 }
overpaid_share = { dist = "beta", mean = 0.5, sd = 0.1 }
repayment = { dist = "lognormal", mean = 5000, sd = 300 }
[workforce.a.regulation]
probability = { dist = "beta", mean = 0.05, sd = 0.02 }
months = { dist = "pert", min = 3, mode = 6, max = 12 }
premium_per_hour = { dist = "gamma", mean = 25, sd = 5 }
one_off = { dist = "gamma", mean = 150000, sd = 20000 }
"#;

#[test]
fn the_drivers_said_to_be_involved_are_those_that_move_the_figures() {
    let scenario = case(EVERYTHING);
    let base = lines(&scenario, 0);
    assert!(base[..13].iter().all(|line| line.mean.is_some() && line.variance.is_some()));
    // Every yearly driver in turn becomes half as large.
    let mut moved = 0;
    for driver in yearly(&scenario) {
        let changed = lines(&halved(&scenario, driver), 0);
        for (component, (before, after)) in Component::ALL.into_iter().zip(base.iter().zip(&changed)) {
            for (moment, before, after) in
                [(Moment::Mean, before.mean, after.mean), (Moment::Variance, before.variance, after.variance)]
            {
                let moves = (after.unwrap() / before.unwrap() - 1.0).abs() > 1e-9;
                let said = involved(&scenario, 0, 0, component, moment).contains(&driver);
                assert!(said || !moves, "{driver:?} moves the {moment:?} of {component}");
                moved += usize::from(moves);
            }
        }
    }
    assert!(moved > 100, "{moved}");
}

fn yearly(scenario: &Scenario) -> Vec<DriverId> {
    use crate::config::drivers::Use;
    let staff = scenario.workforces[0].drivers.iter().filter(|(key, _)| key.spec().used == Use::Yearly);
    let world = scenario.world.iter().map(|(key, _)| DriverId::World(key));
    let hospital = scenario.hospital.iter().map(|(key, _)| DriverId::Hospital(key));
    world.chain(hospital).chain(staff.map(|(key, _)| DriverId::Workforce(0, key))).collect()
}

/// The driver at half its mean, as a number.
fn halved(scenario: &Scenario, driver: DriverId) -> Scenario {
    use crate::config::{Driver, Drivers};
    fn replaced<K: Copy + Ord>(drivers: &Drivers<K>, key: K) -> Drivers<K> {
        let half = |driver: &Driver| match &driver.value {
            Value::Point(value) => 0.5 * value,
            Value::Law(law) => 0.5 * law.mean(),
        };
        let given = drivers.iter().map(|(found, driver)| {
            let value = if found == key { Value::Point(half(driver)) } else { driver.value.clone() };
            (found, Driver { value, source: None, biography: None })
        });
        Drivers::new(given.collect())
    }
    let mut changed = scenario.clone();
    match driver {
        DriverId::World(key) => changed.world = replaced(&scenario.world, key),
        DriverId::Hospital(key) => changed.hospital = replaced(&scenario.hospital, key),
        DriverId::Workforce(_, key) => {
            changed.workforces[0].drivers = replaced(&scenario.workforces[0].drivers, key);
        }
        DriverId::Option(..) => {}
    }
    changed
}

#[test]
fn the_study_by_hand() {
    // 7,322 hours at 60 USD; effective rate 35 x 1.51.
    let loaded = load(&Source::Builtin("hfma-2018".into()), &[]).unwrap();
    let scenario = loaded.scenario;
    let hours = hospital_law(&scenario.hospital, ReferenceHours).mean();
    let rate = |option: usize, component: Component| lines(&scenario, option)[component as usize].mean.unwrap() / hours;
    assert!((rate(1, Labour) - 52.85).abs() < 1e-9);
    assert!((rate(1, Audit) - 1.87).abs() < 1e-9);
    assert!((rate(1, DenialRework) - 8.38).abs() < 1e-9);
}

#[test]
fn with_a_copula_only_what_stays_exact_is_given() {
    let text = format!(
        "{EVERYTHING}\n[dependence]\ncopula = \"gaussian\"\nrank_correlations = [[\"workforce.a.productivity\", \
         \"workforce.a.denial_rate\", -0.5]]\n"
    );
    let scenario = case(&text);
    let lines = lines(&scenario, 0);
    let given = |component: Component| {
        let line = lines[component as usize];
        (line.mean.is_some(), line.variance.is_some())
    };
    // One of the two alone decides labour; both decide how denials that follow turnover vary.
    assert_eq!(given(Labour), (true, true));
    assert_eq!(given(DenialRework), (true, false));
    assert_eq!(given(Breach), (true, true));
}

#[test]
fn inverses_by_closed_form_and_by_quadrature_agree() {
    let lognormal = Law::from_parameters("lognormal", &[("mean", 1.0), ("sd", 0.08)]).unwrap();
    let closed = inverse(&lognormal);
    // As wide as it ever is, and so by quadrature.
    let by_nodes = inverse(&lognormal.truncated(1e-3, 1e3).unwrap());
    assert!((closed.one / by_nodes.one - 1.0).abs() < 1e-10 && (closed.two / by_nodes.two - 1.0).abs() < 1e-10);
}
