//! What share of the year does a hospital get novices under the logins of the coders it hired?
//!
//! Bait-and-switch: after several weeks the first, experienced coders are replaced, until someone notices.
//!
//! - `B ~ Bernoulli(probability)`, one a year, the same in every option.
//! - Exposed share of the year `f = B * clamp(min(detection_weeks, 52 - swap_week), 0, 52) / 52`, no unit.
//! - Productivity `p = productivity * (1 - f * productivity_loss)`.
//! - Denials, breaches and coding errors rise by `1 + f * uplift`, case mix falls by `f * case_mix_loss`.
//!
//! Sign: an exposure never lowers a cost. Source: the article, "Bait-and-Switch Staffing"; no study gives its frequency. Left
//! out: a second swap in the same year, and what the vendor repays when it is found out.

use crate::numerics::simd::{Simd, SimdBase, f64x8};

const WEEKS: f64 = 52.0;

/// Exposed share of a year in which it happens.
#[inline]
pub(super) fn exposure(swap_week: f64, detection_weeks: f64) -> f64 {
    detection_weeks.min(WEEKS - swap_week).clamp(0.0, WEEKS) / WEEKS
}

/// Reference hours done in a worked hour, less what novices do not get done.
#[inline(always)]
pub(super) fn productivity<S: Simd>(simd: S, productivity: f64x8<S>, exposure: f64x8<S>, loss: f64x8<S>) -> f64x8<S> {
    productivity * uplifted(simd, exposure, -loss)
}

/// What an exposed share of the year makes of a rate that novices raise: `1 + f * uplift`.
#[inline(always)]
pub(super) fn uplifted<S: Simd>(simd: S, exposure: f64x8<S>, uplift: f64x8<S>) -> f64x8<S> {
    f64x8::splat(simd, 1.0) + exposure * uplift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exposure_ends_with_detection_or_the_year() {
        let weeks = [(10.0, 26.0), (40.0, 26.0), (60.0, 26.0), (0.0, 80.0)];
        let exposures = weeks.map(|(swap_week, detection_weeks)| exposure(swap_week, detection_weeks));
        assert_eq!(exposures, [0.5, 12.0 / 52.0, 0.0, 1.0]);
    }
}
