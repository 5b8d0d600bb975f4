//! What does a law cost that forces the work back on shore?
//!
//! **regulation** `= Bernoulli(probability) * w * (months / 12 * premium_per_hour * v * H + one_off)`, USD: for the rest of the
//! year the reference hours `v H` of the share `w` are bought at a premium, and moving costs once.
//!
//! Sign: a cost. Source: the article, "The Regulatory Environment Is Shifting", no figure. Left out: later years, when the law
//! stays; the year is one in which it comes.

/// A law that comes, for a share of 1.
pub(super) struct Mandate {
    pub months: f64,
    pub premium_per_hour: f64,
    pub reference_hours: f64,
    pub one_off: f64,
}

impl Mandate {
    /// Cost of the year, USD.
    #[inline]
    pub fn cost(&self) -> f64 {
        self.months / 12.0 * self.premium_per_hour * self.reference_hours + self.one_off
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let mandate = Mandate { months: 6.0, premium_per_hour: 25.0, reference_hours: 8000.0, one_off: 150_000.0 };
        assert_eq!(mandate.cost(), 250_000.0);
    }
}
