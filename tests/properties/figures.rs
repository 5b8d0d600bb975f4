//! Are the figures of any case in order, and do their means move the way they must?

use super::cases::case;
use super::{config, loaded, run, with};
use proptest::prelude::*;
use tailcost::outcome::{Estimate, Outcome};
use tailcost::report::files::outcome_json;

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
