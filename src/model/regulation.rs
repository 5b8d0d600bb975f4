//! What does a law cost that forces the work back on shore?
//!
//! **regulation** `= Bernoulli(probability) * w * (months / 12 * premium_per_hour * v * H + one_off)`, USD: for the rest of the
//! year the reference hours `v H` of the share `w` are bought at a premium, and moving costs once.
//!
//! Sign: a cost. Source: the article, "The Regulatory Environment Is Shifting", no figure. Left out: later years, when the law
//! stays; the year is one in which it comes.

use crate::numerics::Probability;

/// The law of a year, for a share of 1.
pub(super) struct Mandate<'a> {
    pub probability: &'a [f64],
    pub months: &'a [f64],
    pub premium_per_hour: &'a [f64],
    pub volume: &'a [f64],
    pub reference_hours: &'a [f64],
    pub one_off: &'a [f64],
}

impl Mandate<'_> {
    pub fn fill(&self, uniforms: &[Probability], out: &mut [f64]) {
        for i in 0..out.len() {
            out[i] = if uniforms[i].p() < self.probability[i] {
                self.months[i] / 12.0 * self.premium_per_hour[i] * self.volume[i] * self.reference_hours[i]
                    + self.one_off[i]
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
        let mandate = Mandate {
            probability: &[0.03, 0.03],
            months: &[6.0; 2],
            premium_per_hour: &[25.0; 2],
            volume: &[1.0; 2],
            reference_hours: &[8000.0; 2],
            one_off: &[150_000.0; 2],
        };
        let mut out = [0.0; 2];
        mandate.fill(&[Probability::lower(0.02), Probability::upper(0.3)], &mut out);
        assert_eq!(out, [250_000.0, 0.0]);
    }
}
