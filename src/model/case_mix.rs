//! What is lost when charts are coded less specifically than they could be?
//!
//! **case_mix** `= -(case_mix_drift - f * case_mix_loss) * C * V`, USD: `C` USD per 1.0 of case-mix index and encounter,
//! `V = w v E` encounters, `f` the exposed share of the year. In proportion to the share.
//!
//! Sign: a falling index is a cost, a rising one a gain. Source: the article, 0.1 lower at 4,500 USD per encounter, which is about
//! six times what Medicare pays for it: see ASSUMPTIONS. Left out: payers that do not pay by case mix, and the audit risk of
//! coding too high.

use crate::numerics::simd::{Simd, f64x8};

/// Cost of case-mix drift.
#[inline(always)]
pub(super) fn case_mix<S: Simd>(
    drift: f64x8<S>,
    exposure: f64x8<S>,
    loss: f64x8<S>,
    case_mix_value: f64x8<S>,
    encounters: f64x8<S>,
) -> f64x8<S> {
    (exposure * loss - drift) * case_mix_value * encounters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing::by_hand;

    #[test]
    fn a_fall_costs_and_a_rise_gains() {
        by_hand!(simd, one => {
            let of = |drift: f64, exposure: f64| {
                case_mix(one(drift), one(exposure), one(0.04), one(45_000.0), one(100.0))
            };
            [of(-0.1, 0.5), of(0.02, 0.0)]
        } == [540_000.0, -90_000.0]);
    }
}
