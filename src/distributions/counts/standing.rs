//! How unusual is a count, among those that its law gives?
//!
//! `P(N < k) + P(N = k) / 2`: the middle of the probability that the count stands for, 0.5 on average. `P(N <= k)` would call no
//! breach in a year that expects 0.03 the 97th percentile.

use crate::numerics::special::{beta_cdf, gamma_cdf};

/// Standing of a Poisson count.
///
/// ```
/// use tailcost::distributions::counts::poisson_standing;
/// // exp(-0.03) = 0.970446: no breach is no news, one is.
/// assert!((poisson_standing(0.03, 0) - 0.485223).abs() < 1e-6);
/// assert!((poisson_standing(0.03, 1) - 0.985002).abs() < 1e-6);
/// ```
pub fn poisson_standing(mean: f64, count: u64) -> f64 {
    middle(count, |k| if mean > 0.0 { gamma_cdf(k as f64 + 1.0, mean).q() } else { 1.0 })
}

/// Standing of a negative binomial count of this mean and size, variance `mean + mean^2 / size`.
///
/// ```
/// use tailcost::distributions::counts::negative_binomial_standing;
/// // Size 1 is geometric: P(N = 0) = 1 / (1 + mean).
/// assert!((negative_binomial_standing(3.0, 1.0, 0) - 0.125).abs() < 1e-12);
/// ```
pub fn negative_binomial_standing(mean: f64, size: f64, count: u64) -> f64 {
    middle(count, |k| if mean > 0.0 { beta_cdf(size, k as f64 + 1.0, size / (size + mean)).p() } else { 1.0 })
}

/// Standing of a binomial count.
///
/// ```
/// use tailcost::distributions::counts::binomial_standing;
/// assert!((binomial_standing(2, 0.5, 1) - 0.5).abs() < 1e-12);
/// ```
pub fn binomial_standing(trials: u64, probability: f64, count: u64) -> f64 {
    middle(
        count,
        |k| {
            if k >= trials { 1.0 } else { beta_cdf((trials - k) as f64, k as f64 + 1.0, 1.0 - probability).p() }
        },
    )
}

fn middle(count: u64, cdf: impl Fn(u64) -> f64) -> f64 {
    let below = count.checked_sub(1).map_or(0.0, &cdf);
    0.5 * (below + cdf(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Averaged over its own law a standing is 1/2: `sum P(k) (F(k) + F(k-1)) / 2 = sum (F(k)^2 - F(k-1)^2) / 2`.
    #[test]
    fn standings_are_half_on_average_and_rise() {
        let laws: [(&str, &dyn Fn(u64) -> f64); 4] = [
            ("poisson", &|k| poisson_standing(7.3, k)),
            ("nothing happens", &|k| poisson_standing(0.0, k)),
            ("negative binomial", &|k| negative_binomial_standing(7.3, 2.5, k)),
            ("binomial", &|k| binomial_standing(20, 0.3, k)),
        ];
        for (name, standing) in laws {
            let (mut below, mut average) = (0.0, 0.0);
            for k in 0..400 {
                let cdf = 2.0 * standing(k) - below;
                assert!(cdf >= below - 1e-12 && cdf <= 1.0 + 1e-12, "{name}: {k}");
                average += (cdf - below) * standing(k);
                below = cdf;
            }
            assert!((below - 1.0).abs() < 1e-9 && (average - 0.5).abs() < 1e-9, "{name}: {below} {average}");
        }
    }
}
