//! What do denied claims cost in rework and in payment never received?
//!
//! - Mean of the year `m = denial_rate * V * s * (1 + f * denial_uplift) * (1 + turnover_denial_uplift * K / n)`, claims.
//! - `N ~ NegativeBinomial(mean m, size denial_dispersion)`, variance `m + m^2 / size`, as a gamma level shared by all
//!   options of the year and then the Poisson inverse of one shared uniform; Poisson where the dispersion is absent. `N` is
//!   not capped at the number of encounters.
//! - **denial_rework** `= rework_level * sum of N rework_cost`, USD.
//! - Write-offs `U ~ Binomial(N, write_off_share)`, the inverse of one shared uniform.
//! - **denial_write_off** `= denied_payment_level * sum of U denied_payment`, USD.
//!
//! Sign: costs. Source: the article, ten more denied encounters a week; the cost of a rework from Change Healthcare and Premier.
//! Left out: appeals won late (their delay is in cash flow), and denials that coding does not cause.

use super::switch;
use crate::numerics::simd::{Select, Simd, SimdBase, f64x8};

/// What makes the mean number of denials of a year in which the workforce does all of the volume.
pub(super) struct Expected<S: Simd> {
    pub encounters: f64x8<S>,
    pub denial_rate: f64x8<S>,
    pub strictness: f64x8<S>,
    pub exposure: f64x8<S>,
    pub switch_uplift: f64x8<S>,
}

impl<S: Simd> Expected<S> {
    /// Mean denials before turnover.
    #[inline(always)]
    pub fn mean(&self, simd: S) -> f64x8<S> {
        self.denial_rate * self.encounters * self.strictness * switch::uplifted(simd, self.exposure, self.switch_uplift)
    }
}

/// Rise of denials for each departure from a team of so many coders; a team of nobody has no turnover.
#[inline(always)]
pub(super) fn rise_per_departure<S: Simd>(simd: S, turnover_uplift: f64x8<S>, coders: f64x8<S>) -> f64x8<S> {
    let zero = f64x8::splat(simd, 0.0);
    coders.simd_gt(zero).select(turnover_uplift / coders, zero)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing::by_hand;

    #[test]
    fn ten_thousand_encounters_two_of_four_coders_replaced() {
        by_hand!(simd, one => {
            let mean = Expected {
                encounters: one(10_000.0),
                denial_rate: one(0.05),
                strictness: one(1.2),
                exposure: one(0.5),
                switch_uplift: one(0.5),
            }
            .mean(simd);
            let rise = rise_per_departure(simd, one(0.4), one(4.0));
            [mean * (one(1.0) + rise * one(2.0)), rise_per_departure(simd, one(0.4), one(0.0))]
        } == [900.0, 0.0]);
    }
}
