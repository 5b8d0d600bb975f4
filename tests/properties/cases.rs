//! Which configs, written at random over every driver of the schema's tables and every family, are tried?

use proptest::prelude::*;
use std::fmt::Write;
use tailcost::config::drivers::{Domain, DriverSpec, Use};
use tailcost::config::{HospitalDriver, WorkforceDriver, WorldDriver};

/// What chance says of one driver.
#[derive(Debug, Clone, Copy)]
pub struct Dice {
    pub is_given: bool,
    pub family: usize,
    /// Its size, against what is typical.
    pub level: f64,
    /// Coefficient of variation.
    pub spread: f64,
}

pub fn dice() -> impl Strategy<Value = Dice> {
    (prop::bool::weighted(0.8), 0..100_usize, 0.5..2.0, 0.02..0.8).prop_map(|(is_given, family, level, spread)| Dice {
        is_given,
        family,
        level,
        spread,
    })
}

/// Size of a driver in the built-in cases; a rough figure by domain for those not named.
fn typical(spec: &DriverSpec) -> f64 {
    match spec.key {
        "inpatient_encounters" => 2_000.0,
        "reference_hours" => 4_000.0,
        "payment_per_encounter" | "case_mix_value" | "denied_payment" | "replacement_cost" => 9_000.0,
        "cost_of_capital" | "denial_rate" | "query_rate" => 0.05,
        "hours_per_coder" => 1_900.0,
        "rate" | "auditor_rate" | "rework_cost" | "query_cost" | "regulation.premium_per_hour" => 50.0,
        "productivity" | "volume" | "payer_strictness" | "threat" => 1.0,
        "rework_level" | "denied_payment_level" | "breach.severity_level" => 1.0,
        "onboarding_weeks" | "switch.swap_week" | "switch.detection_weeks" => 15.0,
        "denial_dispersion" | "denial_delay_days" => 15.0,
        "breach.severity" | "breach.penalty.amount" | "breach.penalty.annual_cap" | "regulation.one_off" => 300_000.0,
        "cyber_insurance.retention" | "cyber_insurance.limit" | "cyber_insurance.premium" => 100_000.0,
        "compliance.repayment" => 5_000.0,
        "case_mix_drift" => -0.05,
        _ => match spec.domain {
            Domain::Share | Domain::ShareBelowOne => 0.2,
            Domain::CountingNumber => 3.0,
            Domain::NotNegative | Domain::Positive | Domain::AnySign => 0.5,
        },
    }
}

/// A driver as a config writes it: a number or one of the families that fit its domain.
pub fn driver(spec: &DriverSpec, dice: Dice) -> String {
    let m = typical(spec) * dice.level;
    let choices = match (spec.used, spec.domain) {
        (Use::Fixed, Domain::CountingNumber) => vec![format!("{}", m.round().max(1.0))],
        (Use::Fixed, _) => vec![format!("{m:e}")],
        (_, Domain::Share | Domain::ShareBelowOne) => shares(m.min(0.9), dice.spread),
        (_, Domain::Positive) => positive(m, dice.spread),
        (_, Domain::AnySign) => any_sign(m, dice.spread),
        _ => [positive(m, dice.spread), not_negative(m, dice.spread)].concat(),
    };
    choices[dice.family % choices.len()].clone()
}

fn shares(m: f64, cv: f64) -> Vec<String> {
    let sd = cv * (m * (1.0 - m)).sqrt() * 0.9;
    let (low, high) = (m * (1.0 - cv), m + (0.99 - m) * cv);
    vec![
        format!("{m:e}"),
        format!("{{ dist = \"beta\", mean = {m:e}, sd = {sd:e}, truncate = [0, 0.99] }}"),
        format!("{{ dist = \"uniform\", min = {low:e}, max = {high:e} }}"),
        format!("{{ dist = \"pert\", min = {low:e}, mode = {m:e}, max = {high:e} }}"),
        format!("{{ dist = \"normal\", mean = {m:e}, sd = {sd:e}, truncate = [0, 0.99] }}"),
        format!("{{ dist = \"discrete\", values = [0, {low:e}, {high:e}], weights = [1, 2, 3] }}"),
    ]
}

fn any_sign(m: f64, cv: f64) -> Vec<String> {
    let sd = m.abs() * cv;
    vec![
        format!("{m:e}"),
        format!("{{ dist = \"normal\", mean = {m:e}, sd = {sd:e} }}"),
        format!("{{ dist = \"student_t\", location = {m:e}, scale = {sd:e}, dof = 5 }}"),
        format!("{{ dist = \"uniform\", min = {:e}, max = {:e} }}", m - sd, m + sd),
        format!("{{ dist = \"normal\", quantiles = {{ p10 = {:e}, p90 = {:e} }} }}", m - sd, m + sd),
        format!("{{ dist = \"beta\", mean = {m:e}, sd = {:e}, min = {:e}, max = {:e} }}", sd * 0.2, m - sd, m + sd),
    ]
}

/// Families that keep well away from 0.
fn positive(m: f64, cv: f64) -> Vec<String> {
    let (low, high, sd) = (m * (1.0 - cv), m * (1.0 + 2.0 * cv), m * cv);
    vec![
        format!("{m:e}"),
        format!("{{ value = {m:e}, source = \"a guess\" }}"),
        format!("{{ dist = \"lognormal\", mean = {m:e}, sd = {sd:e} }}"),
        format!("{{ dist = \"lognormal\", quantiles = {{ p5 = {low:e}, p95 = {high:e} }} }}"),
        format!("{{ dist = \"uniform\", min = {low:e}, max = {high:e} }}"),
        format!("{{ dist = \"triangular\", min = {low:e}, mode = {m:e}, max = {high:e} }}"),
        format!("{{ dist = \"pert\", min = {low:e}, mode = {m:e}, max = {high:e}, lambda = 3 }}"),
        format!("{{ dist = \"gamma\", mean = {m:e}, sd = {sd:e}, truncate = [{:e}, {:e}] }}", m * 0.3, m * 3.0),
    ]
}

fn not_negative(m: f64, cv: f64) -> Vec<String> {
    let sd = m * cv;
    let lognormal = format!("dist = \"lognormal\", median = {m:e}, sigma = {cv:e}");
    vec![
        format!("{{ {lognormal}, truncate = [0, {:e}] }}", 10.0 * m),
        format!("{{ dist = \"gamma\", mean = {m:e}, sd = {sd:e} }}"),
        format!("{{ dist = \"exponential\", mean = {m:e} }}"),
        format!("{{ dist = \"weibull\", shape = {:e}, scale = {m:e} }}", 0.8 + cv),
        format!("{{ dist = \"inverse_gaussian\", mean = {m:e}, shape = {:e} }}", m / (cv * cv)),
        format!("{{ dist = \"normal\", mean = {m:e}, sd = {sd:e}, truncate = [0, inf] }}"),
        format!("{{ dist = \"student_t\", location = {m:e}, scale = {sd:e}, dof = 6, truncate = [0, inf] }}"),
        format!("{{ dist = \"pareto\", shape = {:e}, scale = {:e} }}", 3.0 / cv, m * 2.0),
        format!("{{ dist = \"gpd\", threshold = {:e}, scale = {sd:e}, shape = 0.1 }}", m * 0.5),
        format!(
            "{{ dist = \"metalog\", quantiles = [[0.1, {:e}], [0.5, {m:e}], [0.9, {:e}]], min = 0 }}",
            m * 0.6,
            m * 1.6
        ),
        format!("{{ dist = \"discrete\", values = [0, {m:e}, {:e}], weights = [2, 3, 1] }}", m * 2.0),
        format!(
            "{{ dist = \"mixture\", components = [{{ weight = 3, {lognormal} }}, {{ weight = 1, value = {m:e} }}] }}"
        ),
        format!(
            "{{ dist = \"splice\", body = {{ {lognormal} }}, tail = {{ dist = \"gpd\", threshold = {m:e}, scale = {sd:e}, \
             shape = 0.1 }}, threshold = {m:e} }}"
        ),
    ]
}

/// Chance for every driver of a scope.
pub fn all(count: usize) -> impl Strategy<Value = Vec<Dice>> {
    prop::collection::vec(dice(), count)
}

pub fn scope(text: &mut String, header: &str, specs: &[&DriverSpec], dice: &[Dice]) {
    let _ = writeln!(text, "[{header}]");
    for (spec, dice) in specs.iter().zip(dice).filter(|(_, dice)| dice.is_given) {
        let _ = writeln!(text, "{} = {}", spec.key, driver(spec, *dice));
    }
}

prop_compose! {
    /// A valid config with two workforces, the two pure options and a blend.
    pub fn case()(
        world in all(WorldDriver::ALL.len()),
        hospital in all(HospitalDriver::ALL.len()),
        near in all(WorkforceDriver::ALL.len()),
        far in all(WorkforceDriver::ALL.len()),
        share in 0.05..0.95,
        seed in 0..1_000_000_u64,
    ) -> String {
        let mut text = format!("schema = 1\ntitle = \"Any case\"\nsimulation.seed = {seed}\n");
        scope(&mut text, "world", &WorldDriver::ALL.iter().map(|d| d.spec()).collect::<Vec<_>>(), &world);
        scope(&mut text, "hospital", &HospitalDriver::ALL.iter().map(|d| d.spec()).collect::<Vec<_>>(), &hospital);
        let workforce: Vec<&DriverSpec> = WorkforceDriver::ALL.iter().map(|d| d.spec()).collect();
        scope(&mut text, "workforce.near", &workforce, &near);
        scope(&mut text, "workforce.far", &workforce, &far);
        for (name, mix) in [
            ("Near", "near = 1".to_string()),
            ("Far", "far = 1".to_string()),
            ("Both", format!("near = {share}, far = {}", 1.0 - share)),
        ] {
            let _ = writeln!(text, "[[option]]\nname = \"{name}\"\nmix = {{ {mix} }}");
        }
        text
    }
}
