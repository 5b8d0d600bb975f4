//! What do departures and the onboarding of replacements cost?
//!
//! - Departures `K ~ Poisson(n * turnover)`, a generalised inverse of one uniform a year, so that a larger team loses at
//!   least as many in the same year.
//! - Lost hours `L = (1 - onboarding_output) * 40 * sum of K onboarding_weeks`, hours.
//! - **onboarding** `= rate * L + K * replacement_cost`, USD: hours paid for that produced nothing, and hiring.
//!
//! Sign: a cost. Source: the article, "Turnover and Instability", "Longer Onboarding", no figures; rates of the built-in cases
//! carry their own sources. Left out: vacancies before a replacement starts, and departures of replacements.

use crate::numerics::simd::{Simd, SimdBase, f64x8};

const HOURS_PER_WEEK: f64 = 40.0;

/// Hours of output lost in weeks of onboarding.
#[inline(always)]
pub(super) fn lost_hours<S: Simd>(simd: S, onboarding_output: f64x8<S>, weeks: f64x8<S>) -> f64x8<S> {
    weeks * (f64x8::splat(simd, 1.0) - onboarding_output) * f64x8::splat(simd, HOURS_PER_WEEK)
}

/// Cost of onboarding.
#[inline(always)]
pub(super) fn onboarding<S: Simd>(
    rate: f64x8<S>,
    lost_hours: f64x8<S>,
    departures: f64x8<S>,
    replacement_cost: f64x8<S>,
) -> f64x8<S> {
    rate * lost_hours + departures * replacement_cost
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing::by_hand;

    #[test]
    fn two_leave_and_are_replaced() {
        by_hand!(simd, one => {
            let lost = lost_hours(simd, one(0.7), one(32.0));
            [lost, onboarding(one(60.0), lost, one(2.0), one(5000.0))]
        } == [384.0, 33_040.0]);
    }
}
