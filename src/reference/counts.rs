//! Which count belongs to a uniform when its mean differs from option to option?
//!
//! A generalised inverse moves monotonically with the mean, which is what MODEL section 2 asks of counts whose mean
//! depends on the option. Both searches start at the mean with one evaluation of the exact cdf and walk from there by
//! the recursion of the probabilities, some standard deviations long: plain, slow, exact to the error of that cdf, 1e-13
//! below means of 1,000 and 1e-10 at a million.

use statrs::distribution::{Binomial, Discrete, DiscreteCDF, Poisson};

/// Below this probability a further value no longer changes a cdf near 1, and lies below every uniform: the walk ends.
const NEGLIGIBLE: f64 = f64::EPSILON / 1024.0;

/// The smallest k with `P(K <= k) >= u`, K Poisson with this mean; 0 where the mean is not positive.
pub fn poisson(mean: f64, u: f64) -> u64 {
    if mean.is_nan() || mean <= 0.0 {
        return 0;
    }
    let law = Poisson::new(mean).expect("a positive mean");
    walk(mean as u64, u, u64::MAX, &law, |k| mean / (k + 1) as f64)
}

/// The smallest k with `P(K <= k) >= u`, K binomial of `trials` with this share, taken into [0, 1].
pub fn binomial(trials: u64, share: f64, u: f64) -> u64 {
    if trials == 0 || share.is_nan() || share <= 0.0 {
        return 0;
    }
    if share >= 1.0 {
        return trials;
    }
    let law = Binomial::new(share, trials).expect("a share between 0 and 1");
    let odds = share / (1.0 - share);
    walk((trials as f64 * share) as u64, u, trials, &law, |k| odds * (trials - k) as f64 / (k + 1) as f64)
}

/// Generalised inverse by a walk from `start`; `ratio(k)` is `P(k + 1) / P(k)`.
fn walk<L>(start: u64, u: f64, largest: u64, law: &L, ratio: impl Fn(u64) -> f64) -> u64
where
    L: DiscreteCDF<u64, f64> + Discrete<u64, f64>,
{
    let (mut k, mut cdf, mut probability) = (start, law.cdf(start), law.pmf(start));
    if cdf >= u {
        while k > 0 && cdf - probability >= u && probability > NEGLIGIBLE {
            cdf -= probability;
            k -= 1;
            probability /= ratio(k);
        }
    } else {
        while cdf < u && k < largest && probability > NEGLIGIBLE {
            probability *= ratio(k);
            k += 1;
            cdf += probability;
        }
    }
    k
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses_undo_the_cdf() {
        for mean in [1e-3, 0.4, 3.0, 27.5, 1_040.0, 1e6] {
            let (law, error) = (Poisson::new(mean).unwrap(), if mean < 1e4 { 1e-13 } else { 1e-10 });
            for u in [1e-12, 1e-6, 0.1, 0.5, 0.9, 1.0 - 1e-9] {
                let k = poisson(mean, u);
                assert!(law.cdf(k) >= u - error, "mean {mean} u {u}: {k} is too low");
                assert!(k == 0 || law.cdf(k - 1) < u + error, "mean {mean} u {u}: {k} is too high");
            }
        }
        for (trials, share) in [(1, 0.3), (40, 0.02), (1_000, 0.25), (100_000, 0.999)] {
            let law = Binomial::new(share, trials).unwrap();
            for u in [1e-12, 1e-6, 0.1, 0.5, 0.9, 1.0 - 1e-9] {
                let k = binomial(trials, share, u);
                assert!(law.cdf(k) >= u - 1e-12, "{trials} {share} u {u}: {k} is too low");
                assert!(k == 0 || law.cdf(k - 1) < u + 1e-12, "{trials} {share} u {u}: {k} is too high");
            }
        }
    }

    #[test]
    fn edges_are_certain() {
        assert_eq!(poisson(0.0, 0.999), 0);
        assert_eq!(binomial(0, 0.5, 0.5), 0);
        assert_eq!(binomial(7, 0.0, 0.999), 0);
        assert_eq!(binomial(7, 1.0, 0.001), 7);
        assert_eq!(binomial(7, 0.5, 1.0 - f64::EPSILON / 2.0), 7);
        assert!(poisson(5.0, 1.0 - f64::EPSILON / 2.0) < 60, "the walk ends where the cdf no longer grows");
    }

    #[test]
    fn by_hand() {
        // Poisson with mean ln 2: P(0) = 0.5, P(K <= 1) = 0.5 (1 + ln 2) = 0.847.
        let mean = std::f64::consts::LN_2;
        assert_eq!([0.49, 0.51, 0.84, 0.85].map(|u| poisson(mean, u)), [0, 1, 1, 2]);
        // Two fair coins: 1/4, 1/2, 1/4.
        assert_eq!([0.24, 0.26, 0.74, 0.76].map(|u| binomial(2, 0.5, u)), [0, 1, 1, 2]);
    }
}
