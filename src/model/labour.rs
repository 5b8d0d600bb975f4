//! What do the hours of coding cost, and the oversight that comes with them?
//!
//! - Reference hours of the share `w`: `h0 = w v H`; hours worked `h = h0 / p`, hours; coders `n = h / A`.
//! - **labour** `= rate * h`, USD. A slow workforce bills more hours for the same charts.
//! - **management** `= management_fee * h`, USD: what the client spends on oversight outside the rate.
//!
//! All are in proportion to the share.
//!
//! Sign: costs. Source: the article, 34% lower productivity turns 35 into 52.85 USD per reference hour; no figure is
//! given for management fees. Left out: overtime, minimum volumes and price steps of the contract.

use crate::numerics::simd::{Simd, f64x8};

/// Hours worked for all of the volume.
#[inline(always)]
pub(super) fn worked_hours<S: Simd>(volume: f64x8<S>, reference_hours: f64x8<S>, productivity: f64x8<S>) -> f64x8<S> {
    volume * reference_hours / productivity
}

/// Coders who work those hours.
#[inline(always)]
pub(super) fn coders<S: Simd>(hours: f64x8<S>, hours_per_coder: f64x8<S>) -> f64x8<S> {
    hours / hours_per_coder
}

/// An hourly charge on the hours worked.
#[inline(always)]
pub(super) fn hourly<S: Simd>(rate: f64x8<S>, hours: f64x8<S>) -> f64x8<S> {
    rate * hours
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing::by_hand;

    #[test]
    fn half_the_productivity_doubles_the_bill() {
        by_hand!(simd, one => {
            let hours = worked_hours(one(1.1), one(1000.0), one(0.5));
            [hours, coders(hours, one(440.0)), hourly(one(35.0), hours)]
        } == [2200.0, 5.0, 77_000.0]);
    }
}
