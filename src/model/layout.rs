//! Which columns does a year have, and how do costs become hourly rates?

use crate::config::{Component, Scenario};
use crate::engine::{AlternativeMut, Layout, Ratio};

/// Ratios of a year, in the order of the table: name, and whether quantiles are wanted.
pub const RATIOS: [(&str, bool); 5] = [
    ("effective_hourly_rate", true),
    ("all_in_hourly_rate", true),
    ("labour_per_hour", false),
    ("audit_per_hour", false),
    ("denial_rework_per_hour", false),
];

/// The table of a case: options, the 14 components, the hourly rates.
pub fn layout(scenario: &Scenario) -> Layout {
    Layout {
        alternatives: scenario.options.iter().map(|option| option.name.clone()).collect(),
        parts: Component::ALL.iter().map(|component| component.key().to_string()).collect(),
        counted: Component::ALL.iter().map(|component| !scenario.simulation.exclude.contains(component)).collect(),
        ratios: RATIOS
            .iter()
            .map(|(name, quantiles)| Ratio { name: (*name).to_string(), quantiles: *quantiles })
            .collect(),
        zero_parts: Vec::new(),
    }
}

/// Fills the rates per reference hour: effective `= (labour + audit + denial_rework) / h0`, all-in `= total / h0`, with
/// `h0 = sum of w v H`. A year without reference hours has rates of 0.
pub(super) fn fill_ratios(share_sum: f64, volume: &[f64], reference_hours: &[f64], out: &mut AlternativeMut<'_>) {
    use Component as C;
    let [labour, audit, rework] = [C::Labour, C::Audit, C::DenialRework].map(|component| component as usize);
    for i in 0..out.total.len() {
        let hours = share_sum * volume[i] * reference_hours[i];
        let parts = [labour, audit, rework].map(|part| out.parts[part][i]);
        // Divided, not multiplied by a reciprocal: 60.00 USD an hour shall read 60.
        let per_hour = |cost: f64| if hours > 0.0 { cost / hours } else { 0.0 };
        out.ratios[0][i] = per_hour(parts[0] + parts[1] + parts[2]);
        out.ratios[1][i] = per_hour(out.total[i]);
        for (ratio, part) in out.ratios[2..].iter_mut().zip(parts) {
            ratio[i] = per_hour(part);
        }
    }
}
