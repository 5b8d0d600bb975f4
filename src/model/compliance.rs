//! What is repaid when a payer or regulator audits the coding?
//!
//! **compliance** `= Bernoulli(probability) * error_rate * (1 + f * error_uplift) * overpaid_share * V * repayment`, USD:
//! in a year with an audit, the overpaid part of all wrongly coded encounters `V = w v E` is extrapolated and repaid at the
//! year's average `repayment` per case.
//!
//! Sign: a cost. Source: in-house quality standard of 95%, DRG downgrades; the article gives the risk no figure. Left out: look-back over
//! earlier years, treble damages, and underpaid cases recovered.

/// What an audit finds if all encounters of the year were this workforce's.
pub(super) struct Audit {
    pub error_rate: f64,
    /// Exposed share of the year times what it adds to the error rate.
    pub uplift: f64,
    pub overpaid_share: f64,
    pub encounters: f64,
    pub repayment: f64,
}

impl Audit {
    /// Repayment, USD.
    #[inline]
    pub fn cost(&self) -> f64 {
        self.error_rate * (1.0 + self.uplift) * self.overpaid_share * self.encounters * self.repayment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let audit = Audit { error_rate: 0.08, uplift: 0.5, overpaid_share: 0.5, encounters: 1100.0, repayment: 5000.0 };
        assert!((audit.cost() - 330_000.0).abs() < 1e-6);
    }
}
