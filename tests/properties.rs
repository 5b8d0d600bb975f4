//! Does whatever a config may say run and give sensible figures, and do costs move the way they must?
//!
//! Configs are written at random over every driver of the schema's tables and every family, so that a driver that is
//! added is covered without a word here. Seeds are fixed: each test passes always or never.

mod support;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::fmt::Write;
use support::outcome;
use tailcost::config::drivers::{Domain, DriverSpec, Use};
use tailcost::config::{HospitalDriver, Loaded, Source, WorkforceDriver, WorldDriver};
use tailcost::model::Model;
use tailcost::outcome::{Estimate, Outcome};
use tailcost::report::files::outcome_json;

const YEARS: u64 = 2_000;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::default() }
}

/// What chance says of one driver.
#[derive(Debug, Clone, Copy)]
struct Dice {
    is_given: bool,
    family: usize,
    /// Its size, against what is typical.
    level: f64,
    /// Coefficient of variation.
    spread: f64,
}

fn dice() -> impl Strategy<Value = Dice> {
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
fn driver(spec: &DriverSpec, dice: Dice) -> String {
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
fn all(count: usize) -> impl Strategy<Value = Vec<Dice>> {
    prop::collection::vec(dice(), count)
}

fn scope(text: &mut String, header: &str, specs: &[&DriverSpec], dice: &[Dice]) {
    let _ = writeln!(text, "[{header}]");
    for (spec, dice) in specs.iter().zip(dice).filter(|(_, dice)| dice.is_given) {
        let _ = writeln!(text, "{} = {}", spec.key, driver(spec, *dice));
    }
}

prop_compose! {
    /// A valid config with two workforces, the two pure options and a blend.
    fn case()(
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

fn loaded(text: &str) -> Loaded {
    support::loaded(Source::Text { name: "case".into(), text: text.into() })
}

fn run(text: &str) -> Outcome {
    let loaded = loaded(text);
    outcome(&Model::new(&loaded.scenario, loaded.scenario.simulation.seed), &loaded, YEARS, 2)
}

/// A later line wins: `key` in `table` is given the value.
fn with(text: &str, table: &str, key: &str, value: &str) -> String {
    let header = format!("[{table}]\n");
    let (before, after) = text.split_once(&header).expect("the table");
    let (inside, rest) = after.split_once("\n[").expect("another table follows");
    let kept: Vec<&str> = inside.lines().filter(|line| !line.starts_with(&format!("{key} = "))).collect();
    format!("{before}{header}{key} = {value}\n{}\n[{rest}", kept.join("\n"))
}

fn mean(outcome: &Outcome, option: usize, component: &str) -> f64 {
    outcome.options[option].components[component].mean.value
}

fn is_ordered(estimate: &Estimate) -> bool {
    let (low, high) = (estimate.low.unwrap_or(estimate.value), estimate.high.unwrap_or(estimate.value));
    low <= estimate.value && estimate.value <= high
}

proptest! {
    #![proptest_config(config(24))]

    /// Every valid config runs, and every figure is finite and in order.
    #[test]
    fn any_case_runs(text in case()) {
        let outcome = run(&text);
        // Refuses what is not finite.
        outcome_json(&outcome).expect("finite figures");
        for option in &outcome.options {
            let total = &option.total;
            prop_assert!(total.min <= total.mean.value && total.mean.value <= total.max);
            prop_assert!(is_ordered(&total.mean) && is_ordered(&total.sd) && is_ordered(&option.expected_regret));
            prop_assert!(total.quantiles.is_sorted_by(|a, b| a.value <= b.value));
            prop_assert!(total.levels.is_sorted_by(|a, b| a.var.value <= b.var.value && a.tvar.value <= b.tvar.value));
            prop_assert!(total.levels.iter().all(|level| is_ordered(&level.var) && is_ordered(&level.tvar)));
            let scale = total.max.abs().max(total.min.abs());
            let parts: f64 = option.components.values().map(|component| component.mean.value).sum();
            prop_assert!((parts - total.mean.value).abs() <= 1e-9 * scale, "{} and {}", parts, total.mean.value);
            // What costs can only cost.
            for (key, component) in &option.components {
                let any_sign = ["case_mix", "dnfb", "transition"].contains(&key.as_str());
                prop_assert!(any_sign || component.min >= 0.0, "{key}: {}", component.min);
            }
        }
        // The resolved config is the same question.
        let again = loaded(&outcome.provenance.config);
        prop_assert_eq!(again.hash, outcome.provenance.config_hash);
    }
}

proptest! {
    #![proptest_config(config(12))]

    /// More of what costs never costs less, year by year, so not on average; and what has nothing to do with it stays.
    #[test]
    fn costs_rise_with_their_drivers(text in case(), factor in 1.0..3.0_f64) {
        let levels = |rate: f64, denials: f64| {
            let text = with(&text, "workforce.far", "rate", &format!("{rate:e}"));
            run(&with(&text, "workforce.far", "denial_rate", &format!("{denials:e}")))
        };
        let (base, dear, denied) = (levels(35.0, 0.05), levels(35.0 * factor, 0.05), levels(35.0, 0.05 * factor));
        for option in [1, 2] {
            for component in ["labour", "onboarding"] {
                prop_assert!(mean(&dear, option, component) >= mean(&base, option, component));
            }
            for component in ["denial_rework", "denial_write_off"] {
                prop_assert!(mean(&denied, option, component) >= mean(&base, option, component));
                prop_assert_eq!(mean(&dear, option, component), mean(&base, option, component));
            }
            for more in [&dear, &denied] {
                prop_assert!(more.options[option].total.mean.value >= base.options[option].total.mean.value);
            }
        }
        let labour = mean(&base, 1, "labour") * factor;
        prop_assert!((mean(&dear, 1, "labour") - labour).abs() <= 1e-9 * labour);
        // The other workforce does not notice.
        prop_assert_eq!(&dear.options[0].total, &base.options[0].total);
    }

    /// Lines that scale with the share are mixed by share.
    #[test]
    fn a_blend_is_the_mean_of_its_parts_where_lines_are_linear(text in case()) {
        let outcome = run(&text);
        let config = &loaded(&text).scenario;
        for component in ["labour", "management", "queries", "audit", "case_mix", "compliance", "regulation"] {
            let mixed: f64 = config.options[2].mix.iter().map(|(w, share)| {
                // Options 0 and 1 are the pure ones, in whatever order the workforces are.
                let pure = config.options[..2].iter().position(|option| option.mix == [(*w, 1.0)]).expect("a pure option");
                share * mean(&outcome, pure, component)
            }).sum();
            let scale = mean(&outcome, 0, component).abs().max(mean(&outcome, 1, component).abs());
            prop_assert!((mean(&outcome, 2, component) - mixed).abs() <= 1e-9 * scale, "{component}");
        }
    }

    /// A truncated law stays inside: of a rate, so does the hourly cost; of breaches, the largest of the year.
    #[test]
    fn truncated_drivers_stay_inside(text in case(), middle in 20.0..90.0_f64, width in 0.01..0.9_f64) {
        let (low, high) = (middle * (1.0 - width), middle * (1.0 + width));
        let rate = format!("{{ dist = \"lognormal\", median = {middle:e}, sigma = 0.8, truncate = [{low:e}, {high:e}] }}");
        let severity = format!("{{ dist = \"pareto\", shape = 1.1, scale = 1e5, truncate = [{low:e}, {high:e}] }}");
        let mut text = with(&text, "workforce.far", "rate", &rate);
        for (key, value) in [
            ("reference_hours", "1000"), ("productivity", "1"), ("switch.productivity_loss", "0"), ("volume", "1"),
            ("breach.severity", &severity), ("breach.severity_level", "1"), ("breach.recovered_share", "0"), ("breach.frequency", "0.5"),
        ] {
            let table = match key { "reference_hours" => "hospital", "volume" => "world", _ => "workforce.far" };
            text = with(&text, table, key, value);
        }
        let outcome = run(&text);
        let labour = &outcome.options[1].components["labour"];
        let within = |x: f64| (low - 1e-9 * low..=high * (1.0 + 1e-9)).contains(&x);
        prop_assert!(within(labour.min / 1000.0) && within(labour.max / 1000.0), "{} to {}", labour.min, labour.max);
        let largest = outcome.options[1].oep.iter().map(|point| point.amount).fold(0.0, f64::max);
        prop_assert!(within(largest), "{largest} in {low} to {high}");
    }
}
