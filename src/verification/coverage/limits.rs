//! Between which shares must a count lie, if each of its trials succeeds with a given probability?

use crate::numerics::Probability;
use crate::numerics::special::beta_cdf;

/// The largest share that fewer than `alarm` of all samples of `trials` stay below, each succeeding with `probability`.
pub fn least(probability: f64, trials: u64, alarm: f64) -> f64 {
    // P(at most k of n) = I_{1-p}(n - k, k + 1).
    let at_most = |k: u64| beta_cdf((trials - k) as f64, k as f64 + 1.0, 1.0 - probability);
    let (mut low, mut high) = (0, trials);
    // The first count that is not too rare.
    while low < high {
        let middle = low + (high - low) / 2;
        if at_most(middle) > Probability::lower(alarm) { high = middle } else { low = middle + 1 }
    }
    low as f64 / trials as f64
}

/// The smallest share that fewer than `alarm` of all samples go beyond.
pub fn most(probability: f64, trials: u64, alarm: f64) -> f64 {
    1.0 - least(1.0 - probability, trials, alarm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_binomial() {
        // Of 10 fair trials none succeeds in 0.00098, at most one in 0.0107 of samples.
        assert_eq!(least(0.5, 10, 0.0009), 0.0);
        assert_eq!(least(0.5, 10, 0.001), 0.1);
        assert_eq!((least(0.5, 10, 0.011), most(0.5, 10, 0.011)), (0.2, 0.8));
        assert_eq!(most(0.97, 20, 1e-6), 1.0);
    }
}
