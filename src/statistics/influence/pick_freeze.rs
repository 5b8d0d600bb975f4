//! Which share of the variance is one factor's doing, alone and with all it works together with?

use super::ratio::ratio_of_means;
use crate::statistics::Estimate;

/// The outcomes of the same years in four mixtures of two worlds that tell what one factor (or group of factors) does.
#[derive(Debug, Clone, Copy)]
pub struct PickFreeze<'a> {
    /// All factors from the first world, `a`, and from the second, `b`.
    pub first: &'a [f64],
    pub second: &'a [f64],
    /// The first world with the factor of the second, `c`, and the second with the factor of the first, `d`.
    pub first_but_one: &'a [f64],
    pub second_but_one: &'a [f64],
}

/// Sobol' indices of a factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VarianceShares {
    /// `Var(E[Y | X]) / Var(Y)`: what knowing the factor takes off the variance.
    pub first: Estimate,
    /// `E[Var(Y | all others)] / Var(Y)`: what remains when all others are known.
    pub total: Estimate,
}

impl PickFreeze<'_> {
    /// First-order and total Sobol' index: with `D = ((a - b)^2 + (c - d)^2) / 4`, whose mean is the variance,
    ///
    /// `S = mean((a - c)(d - b) / 2) / mean(D)`, `T = mean(((a - c)^2 + (b - d)^2) / 4) / mean(D)`.
    ///
    /// The estimators of Azzini, Mara, Rosati 2021 (doi 10.1016/j.envsoft.2021.105167); `T` is that of Jansen 1999
    /// (doi 10.1016/S0010-4655(98)00154-4) in both worlds. The product in `S` is of two differences that a weak factor makes small, so
    /// that its error shrinks with the index: of the order `T / sqrt(n)`, where the form of Saltelli and others 2010
    /// (doi 10.1016/j.cpc.2009.09.018), `mean(b (c - a))`, has `sqrt(T / n)`. In every sample `0 <= T`, `S <= T` and `S <= 1`, and a factor
    /// that does nothing gets 0, exactly.
    ///
    /// Intervals by the delta method for a ratio of means of the same years; withheld where fewer than a dozen years decide.
    /// `None` where the outcome does not vary.
    ///
    /// ```
    /// use tailcost::statistics::influence::PickFreeze;
    /// // The outcome is the factor, and nothing else.
    /// let (first, second) = ([1.0, 4.0, 2.0], [3.0, 1.0, 5.0]);
    /// let runs = PickFreeze { first: &first, second: &second, first_but_one: &second, second_but_one: &first };
    /// let shares = runs.shares().unwrap();
    /// assert_eq!((shares.first.value, shares.total.value), (1.0, 1.0));
    /// ```
    pub fn shares(&self) -> Option<VarianceShares> {
        let years = self.first.iter().zip(self.second).zip(self.first_but_one.iter().zip(self.second_but_one));
        let squared = |x: f64| x * x;
        let spread = move |a: f64, b: f64, c: f64, d: f64| 0.25 * (squared(a - b) + squared(c - d));
        let first = years.clone().map(move |((a, b), (c, d))| (0.5 * (a - c) * (d - b), spread(*a, *b, *c, *d)));
        let total =
            years.map(move |((a, b), (c, d))| (0.25 * (squared(a - c) + squared(b - d)), spread(*a, *b, *c, *d)));
        Some(VarianceShares { first: ratio_of_means(first)?, total: ratio_of_means(total)? })
    }
}
