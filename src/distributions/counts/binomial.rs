//! Which binomial count belongs to a uniform?

use super::expansion::{LARGE_VARIANCE, estimate};
use super::search::{Summed, smallest, sum_to};
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, ln_1p};
use crate::numerics::special::{beta_cdf, normal_quantile};

/// The smallest count `k` with `P(N <= k) >= p`, `N` the successes in `trials` of the given probability.
///
/// Exact for 0 to 1e9 trials and every `p`; monotone in all three, as far as the incomplete beta function (relative
/// error 1e-12 of the nearer tail) is. `trials` is rounded down. Trials that are negative or not a number, or a probability
/// outside [0, 1], fail a debug assertion; else they count as 0 (not a number) or as the nearest end.
///
/// Method: below variance 16 the sum of the probabilities from the end that is rarer by trial, above a Cornish-Fisher
/// expansion whose error is bounded, with the cdf deciding near a step; as in Giles (2016, doi 10.1145/2699466).
///
/// ```
/// use tailcost::distributions::counts::binomial_quantile;
/// use tailcost::numerics::Probability;
/// assert_eq!(binomial_quantile(3.0, 0.5, Probability::lower(0.5)), 1.0);
/// assert_eq!(binomial_quantile(1000.0, 0.25, Probability::lower(0.5)), 250.0);
/// ```
#[inline]
pub fn binomial_quantile(trials: f64, probability: f64, p: Probability) -> f64 {
    debug_assert!((0.0..f64::INFINITY).contains(&trials), "{trials} trials: expected a finite number, not negative");
    debug_assert!((0.0..=1.0).contains(&probability), "success probability {probability}: expected 0 to 1");
    let trials = trials.floor();
    let mean = trials * probability;
    let variance = mean * (1.0 - probability);
    if variance >= LARGE_VARIANCE {
        let estimate = estimate(mean, variance, 1.0 - 2.0 * probability, normal_quantile(p));
        return match estimate.count() {
            Some(count) => count.clamp(0.0, trials) + 0.0,
            None => decide(estimate.value.ceil(), trials, probability, p),
        };
    }
    if trials > 0.0 && probability > 0.0 {
        if probability < 1.0 { small_variance(trials, probability, p) } else { trials }
    } else {
        0.0
    }
}

fn small_variance(trials: f64, probability: f64, p: Probability) -> f64 {
    // Failures are counted where they are the rarer, so that the sum starts from a probability that is not tiny:
    // k successes reach p as long as fewer than trials - k failures do not exceed 1 - p.
    let failures = probability > 0.5;
    let rarer = if failures { 1.0 - probability } else { probability };
    let target = if failures { p.q() } else { p.p() };
    let odds = rarer / (1.0 - rarer);
    let of_zero = exp(trials * ln_1p(-rarer));
    let in_successes = |count: f64| if failures { trials - count } else { count };
    match sum_to(target, of_zero, trials, |k| (trials - (k - 1.0)) * odds / k) {
        Summed::Count(count) => in_successes(count),
        Summed::Near(count) => decide(in_successes(count), trials, probability, p),
    }
}

/// The exact answer from a near one.
#[cold]
fn decide(guess: f64, trials: f64, probability: f64, p: Probability) -> f64 {
    if p.tail() == 0.0 {
        return if p.is_upper() { trials } else { 0.0 };
    }
    if trials > MOST_TRIALS {
        return guess.clamp(0.0, trials);
    }
    smallest(guess, trials, |count| binomial_cdf(trials, probability, count) >= p)
}

/// Above this number, counts are too coarse for `f64` to be settled by their cdf.
const MOST_TRIALS: f64 = 1e14;

/// `P(N <= count)`.
pub(super) fn binomial_cdf(trials: f64, probability: f64, count: f64) -> Probability {
    if count < trials {
        beta_cdf(count + 1.0, trials - count, probability).complement()
    } else {
        Probability::upper(0.0)
    }
}
