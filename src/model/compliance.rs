//! What is repaid when a payer or regulator audits the coding?
//!
//! **compliance** `= Bernoulli(probability) * error_rate * (1 + f * error_uplift) * overpaid_share * V * repayment`, USD:
//! in a year with an audit, the overpaid part of all wrongly coded encounters `V = w v E` is extrapolated and repaid at the
//! year's average `repayment` per case.
//!
//! Sign: a cost. Source: in-house quality standard of 95%, DRG downgrades; the article gives the risk no figure. Left out: look-back over
//! earlier years, treble damages, and underpaid cases recovered.

use crate::numerics::Probability;

/// Repayment of a year if all encounters were this workforce's, USD.
pub(super) struct Audit<'a> {
    pub probability: &'a [f64],
    pub error_rate: &'a [f64],
    pub exposure: &'a [f64],
    pub error_uplift: &'a [f64],
    pub overpaid_share: &'a [f64],
    pub encounters: &'a [f64],
    pub volume: &'a [f64],
    pub repayment: &'a [f64],
}

impl Audit<'_> {
    pub fn fill(&self, uniforms: &[Probability], out: &mut [f64]) {
        for i in 0..out.len() {
            out[i] = if uniforms[i].p() < self.probability[i] {
                self.error_rate[i]
                    * (1.0 + self.exposure[i] * self.error_uplift[i])
                    * self.overpaid_share[i]
                    * self.volume[i]
                    * self.encounters[i]
                    * self.repayment[i]
            } else {
                0.0
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let audit = Audit {
            probability: &[0.05, 0.05],
            error_rate: &[0.08, 0.08],
            exposure: &[0.5, 0.5],
            error_uplift: &[1.0, 1.0],
            overpaid_share: &[0.5, 0.5],
            encounters: &[1000.0, 1000.0],
            volume: &[1.1, 1.1],
            repayment: &[5000.0, 5000.0],
        };
        let mut out = [0.0; 2];
        audit.fill(&[Probability::lower(0.04), Probability::lower(0.06)], &mut out);
        assert!((out[0] - 330_000.0).abs() < 1e-6 && out[1] == 0.0, "{out:?}");
    }
}
