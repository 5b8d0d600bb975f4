//! What does checking the work and answering its questions cost?
//!
//! - **audit** `= n * 12 * audit_hours * auditor_rate`, USD: quality review by the client, in hours per coder-month.
//! - **queries** `= V * query_rate * query_cost`, USD: questions back to clinicians across time zones and languages,
//!   `V = w v E` encounters.
//!
//! Both are in proportion to the share.
//!
//! Sign: costs. Source: the article, six more audit hours per coder and month (1.87 USD per reference hour). Left out: what an
//! audit finds and prevents; the error rates of the config are those after audit.

use crate::numerics::simd::{Simd, SimdBase, f64x8};

const MONTHS: f64 = 12.0;

/// Cost of quality review.
#[inline(always)]
pub(super) fn audit<S: Simd>(simd: S, coders: f64x8<S>, audit_hours: f64x8<S>, auditor_rate: f64x8<S>) -> f64x8<S> {
    let months = f64x8::splat(simd, MONTHS);
    #[cfg(feature = "planted-faults")]
    let months =
        if crate::planted::is(crate::planted::Fault::Formula) { f64x8::splat(simd, MONTHS - 1.0) } else { months };
    coders * months * audit_hours * auditor_rate
}

/// Cost of queries.
#[inline(always)]
pub(super) fn queries<S: Simd>(encounters: f64x8<S>, query_rate: f64x8<S>, query_cost: f64x8<S>) -> f64x8<S> {
    encounters * query_rate * query_cost
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing::by_hand;

    #[test]
    fn two_coders_and_a_thousand_encounters() {
        by_hand!(simd, one => {
            [audit(simd, one(2.0), one(6.0), one(50.0)), queries(one(1000.0), one(0.06), one(12.0))]
        } == [7200.0, 720.0]);
    }
}
