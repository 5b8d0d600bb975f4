//! How likely are fair bits to be at least as odd as those that were seen?
//!
//! Each probability is two-sided: twice the smaller tail, at most 1. Below a limit `a` it falls with a probability of `a` at most.

use crate::numerics::special::{beta_cdf, gamma_cdf, normal_cdf};

/// Means from which a count is taken as normal: the skewness of 1e-3 and less moves a probability of 1e-8 by 7% at most.
const LARGE: f64 = 1e6;

/// The least of some probabilities, times their number.
pub fn least(odds: impl IntoIterator<Item = f64>) -> f64 {
    let (count, least) = odds.into_iter().fold((0, 1.0f64), |(count, least), odds| (count + 1, least.min(odds)));
    assert!(count > 0, "something was tried");
    (f64::from(count) * least).min(1.0)
}

/// A standard normal as far from 0.
pub fn normal(z: f64) -> f64 {
    2.0 * normal_cdf(-z.abs()).p()
}

/// A Poisson count as far from its mean.
pub fn poisson(count: u64, mean: f64) -> f64 {
    let found = count as f64;
    if mean > LARGE {
        return normal((found - mean) / mean.sqrt());
    }
    let upper = if count == 0 { 1.0 } else { gamma_cdf(found, mean).p() };
    twice(gamma_cdf(found + 1.0, mean).q(), upper)
}

/// So many of `trials` that succeed with probability `p` each.
pub fn binomial(count: u64, trials: u64, p: f64) -> f64 {
    let (found, trials) = (count as f64, trials as f64);
    let variance = trials * p * (1.0 - p);
    if variance > LARGE {
        return normal((found - trials * p) / variance.sqrt());
    }
    let upper = if found == 0.0 { 1.0 } else { beta_cdf(found, trials - found + 1.0, p).p() };
    let lower = if found == trials { 1.0 } else { beta_cdf(found + 1.0, trials - found, p).q() };
    twice(lower, upper)
}

fn twice(lower: f64, upper: f64) -> f64 {
    (2.0 * lower.min(upper)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Binomial, DiscreteCDF, Poisson};

    #[test]
    fn tails_are_those_of_a_second_implementation() {
        for (count, mean) in [(0, 3.0), (7, 3.0), (30, 3.0), (140, 100.0), (61, 100.0)] {
            let law = Poisson::new(mean).unwrap();
            let upper = if count == 0 { 1.0 } else { law.sf(count - 1) };
            let expected = (2.0 * law.cdf(count).min(upper)).min(1.0);
            assert!((poisson(count, mean) / expected - 1.0).abs() < 1e-9, "{count} of {mean}");
        }
        for (count, trials, p) in [(0, 40, 0.005), (3, 40, 0.005), (700, 1000, 0.58), (40, 40, 0.29)] {
            let law = Binomial::new(p, trials).unwrap();
            let upper = if count == 0 { 1.0 } else { law.sf(count - 1) };
            let expected = (2.0 * law.cdf(count).min(upper)).min(1.0);
            assert!((binomial(count, trials, p) / expected - 1.0).abs() < 1e-8, "{count} of {trials}");
        }
    }

    #[test]
    fn large_counts_are_normal_where_they_meet() {
        for away in [-5.0, -2.0, 3.0, 5.0] {
            let odds = |mean: f64| poisson((mean + away * mean.sqrt()) as u64, mean);
            let (exact, normal) = (odds(0.9999 * LARGE), odds(1.0001 * LARGE));
            assert!((exact / normal - 1.0).abs() < 0.05, "{exact} and {normal}");
        }
    }
}
