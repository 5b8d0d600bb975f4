//! Which Poisson count belongs to a uniform?

use super::expansion::{LARGE_VARIANCE, estimate};
use super::search::{Summed, smallest, sum_to};
use crate::numerics::Probability;
use crate::numerics::elementary::exp;
use crate::numerics::special::{gamma_cdf, normal_quantile};

/// The smallest count `k` with `P(N <= k) >= p`, `N` Poisson of the given mean.
///
/// Exact for means from 0 to 1e9 and every `p`; monotone in both, as far as the incomplete gamma function (relative
/// error 1e-13 of the nearer tail) is. A mean that is 0, negative or not a number gives 0, the last two fail a debug
/// assertion; `p = 1` gives infinity.
///
/// Method: below mean 16 the sum of the probabilities, above a Cornish-Fisher expansion whose error is bounded, with
/// the cdf deciding near a step; after Giles (2016), "Algorithm 955: approximation of the inverse Poisson cumulative
/// distribution function", doi 10.1145/2699466.
///
/// ```
/// use tailcost::distributions::counts::poisson_quantile;
/// use tailcost::numerics::Probability;
/// assert_eq!(poisson_quantile(500.0, Probability::lower(0.5)), 500.0);
/// assert_eq!(poisson_quantile(1.7, Probability::lower(0.18)), 0.0);
/// ```
#[inline]
pub fn poisson_quantile(mean: f64, p: Probability) -> f64 {
    debug_assert!((0.0..f64::INFINITY).contains(&mean), "Poisson mean {mean}: expected a finite number, not negative");
    if mean < LARGE_VARIANCE {
        return if mean > 0.0 { small_mean(mean, p) } else { 0.0 };
    }
    if mean.is_nan() {
        return 0.0;
    }
    let estimate = estimate(mean, mean, 1.0, normal_quantile(p));
    match estimate.count() {
        Some(count) => count.max(0.0) + 0.0,
        None => decide(estimate.value.ceil(), mean, p),
    }
}

fn small_mean(mean: f64, p: Probability) -> f64 {
    match sum_to(p.p(), exp(-mean), f64::INFINITY, |k| mean / k) {
        Summed::Count(count) => count,
        Summed::Near(count) => decide(count, mean, p),
    }
}

/// The exact answer from a near one.
#[cold]
fn decide(guess: f64, mean: f64, p: Probability) -> f64 {
    if p.tail() == 0.0 {
        return if p.is_upper() { f64::INFINITY } else { 0.0 };
    }
    if mean > MOST_MEAN {
        return guess;
    }
    smallest(guess, MOST_COUNT, |count| poisson_cdf(mean, count) >= p)
}

/// Above this mean, counts are too coarse for `f64` to be settled by their cdf.
const MOST_MEAN: f64 = 1e14;

/// Above every count that can occur.
const MOST_COUNT: f64 = 1e15;

/// `P(N <= count)`.
pub(super) fn poisson_cdf(mean: f64, count: f64) -> Probability {
    gamma_cdf(count + 1.0, mean).complement()
}
