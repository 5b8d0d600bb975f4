//! What does it cost that the money comes later?
//!
//! **dnfb** `= ((dnfb_days + 365 * backlog_share * L / h) * V + denial_delay_days * N) * P * r / 365`, USD: the carrying cost
//! at the rate `r` of discharged-not-final-billed encounters and of denied claims, each worth `P`. `L / h` is the share of
//! the year's output lost to onboarding, of which `backlog_share` is uncoded on average.
//!
//! With `V` and `h` both in proportion to the share this is `a w + b L + c N`, of which only `L` and `N` depend on the option.
//!
//! Sign: delay is a cost; fewer days than now (`dnfb_days` below 0) a gain. Source: the article, "Turnaround Time", no figure; three
//! rounds of 45 to 60 days for a denial (Premier). Left out: borrowing limits, and claims that fall outside filing deadlines.

use crate::numerics::simd::{Select, Simd, SimdBase, f64x8};

const DAYS: f64 = 365.0;

/// What delays the money of a year in which the workforce does all of the volume.
pub(super) struct Delay<S: Simd> {
    pub dnfb_days: f64x8<S>,
    pub backlog_share: f64x8<S>,
    pub hours: f64x8<S>,
    pub encounters: f64x8<S>,
    pub denial_delay_days: f64x8<S>,
    pub payment: f64x8<S>,
    pub cost_of_capital: f64x8<S>,
}

/// Carrying cost in USD: of the volume, of each lost hour, of each denied claim.
pub(super) struct Carrying<S: Simd> {
    pub volume: f64x8<S>,
    pub lost_hour: f64x8<S>,
    pub denial: f64x8<S>,
}

impl<S: Simd> Delay<S> {
    /// A team that works no hours has no backlog of its own.
    #[inline(always)]
    pub fn carrying(&self, simd: S) -> Carrying<S> {
        let zero = f64x8::splat(simd, 0.0);
        let day = self.payment * self.cost_of_capital * f64x8::splat(simd, 1.0 / DAYS);
        let lost = f64x8::splat(simd, DAYS) * self.backlog_share * self.encounters / self.hours;
        Carrying {
            volume: self.dnfb_days * self.encounters * day,
            lost_hour: self.hours.simd_gt(zero).select(lost * day, zero),
            denial: self.denial_delay_days * day,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing::by_hand;

    #[test]
    fn two_days_a_hundred_lost_hours_and_fifty_denials() {
        by_hand!(simd, one => {
            let carrying = Delay {
                dnfb_days: one(2.0),
                backlog_share: one(0.15),
                hours: one(10_000.0),
                encounters: one(1000.0),
                denial_delay_days: one(60.0),
                payment: one(13_500.0),
                cost_of_capital: one(0.073),
            }
            .carrying(simd);
            // (2 + 365 * 0.15 * 0.01) * 1000 + 3000 = 5547.5 claim-days at 2.70 USD a day.
            [carrying.volume + one(100.0) * carrying.lost_hour + one(50.0) * carrying.denial]
        } == [14_978.25]);
    }
}
