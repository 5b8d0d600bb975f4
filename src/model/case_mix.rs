//! What is lost when charts are coded less specifically than they could be?
//!
//! **case_mix** `= -(case_mix_drift - f * case_mix_loss) * C * V`, USD: `C` USD per 1.0 of case-mix index and encounter,
//! `V = w v E` encounters, `f` the exposed share of the year.
//!
//! Sign: a falling index is a cost, a rising one a gain. Source: the article, 0.1 lower at 4,500 USD per encounter, which is about
//! six times what Medicare pays for it: see ASSUMPTIONS. Left out: payers that do not pay by case mix, and the audit risk of
//! coding too high.

/// Adds the cost of case-mix drift.
pub(super) fn add(
    drift: &[f64],
    exposure: &[f64],
    loss: &[f64],
    case_mix_value: &[f64],
    encounters: &[f64],
    cost: &mut [f64],
) {
    for i in 0..cost.len() {
        cost[i] -= (drift[i] - exposure[i] * loss[i]) * case_mix_value[i] * encounters[i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fall_costs_and_a_rise_gains() {
        let mut cost = [0.0, 0.0];
        add(&[-0.1, 0.02], &[0.5, 0.0], &[0.04, 0.04], &[45_000.0; 2], &[100.0; 2], &mut cost);
        assert!((cost[0] - 540_000.0).abs() < 1e-6 && (cost[1] + 90_000.0).abs() < 1e-6, "{cost:?}");
    }
}
