//! By how many standard errors does a sample miss what it must be?

use super::moments::{Moments, MomentsTo};
use crate::numerics::elementary::{ln, pow};

/// Above this share of the years a kurtosis says that a few years decide the variance: a score would mean nothing.
const MOST_KURTOSIS: f64 = 1e-3;

/// Standard normal score of a sample's mean against the exact one, `exact_sd` being the law's where it is known.
///
/// The skewness of the mean is taken off by Wilson and Hilferty's cube root (1931, doi:10.1073/pnas.17.12.684), exact for a mean that has
/// a gamma law to 0.08 of a standard error out to 1e-7. `within` is how well the exact mean is known and the sampler is good for, as a standard error. `None`
/// without years or where the law has no variance.
///
/// ```
/// use tailcost::statistics::{Moments, mean_score};
/// let years = Moments::from_slice(&[9.0, 11.0, 9.0, 11.0]);
/// assert_eq!(mean_score(&years, 9.0, Some(1.0), 0.0), Some(2.0));
/// ```
pub fn mean_score<const ORDER: usize>(
    moments: &MomentsTo<ORDER>,
    exact: f64,
    exact_sd: Option<f64>,
    within: f64,
) -> Option<f64> {
    let n = moments.count() as f64;
    let error = exact_sd.unwrap_or(moments.sd()) / n.sqrt();
    let gap = moments.mean() - exact;
    let all = (error * error + within * within).sqrt();
    if !gap.is_finite() || !all.is_finite() {
        return None;
    }
    if all == 0.0 {
        return (gap == 0.0).then_some(0.0);
    }
    let skewness = moments.skewness() / n.sqrt() * (error / all);
    Some(unskewed(gap / all, skewness))
}

/// Standard normal score of a sample's variance against the exact one, on the scale of logarithms; `within` is how well it is
/// known, relative. `None` where a few years decide the variance (a kurtosis above a thousandth of the years).
pub fn variance_score(moments: &Moments, exact: f64, within: f64) -> Option<f64> {
    let n = moments.count() as f64;
    let kurtosis = moments.excess_kurtosis() + 3.0;
    let reliable = exact > 0.0 && moments.variance() > 0.0 && kurtosis <= MOST_KURTOSIS * n;
    let error = ((kurtosis - 1.0).max(0.0) / n + within * within).sqrt();
    (reliable && error > 0.0).then(|| ln(moments.variance() / exact) / error)
}

/// A score whose law has this skewness as one that is normal.
fn unskewed(score: f64, skewness: f64) -> f64 {
    if skewness.abs() < 1e-6 {
        return score;
    }
    let cube = (1.0 + 0.5 * skewness * score).max(0.0);
    6.0 / skewness * (pow(cube, 1.0 / 3.0) - 1.0 + skewness * skewness / 36.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::Probability;
    use crate::numerics::elementary::exp;
    use crate::numerics::special::{gamma_quantile, normal_quantile};
    use crate::statistics::testing::{Stream, lognormal};

    #[test]
    fn a_gamma_mean_scores_as_a_normal() {
        // Shape 25: skewness 0.4.
        for p in [1e-7, 1e-4, 0.5, 1.0 - 1e-4] {
            let x = gamma_quantile(25.0, Probability::lower(p));
            let found = unskewed((x - 25.0) / 5.0, 0.4);
            let expected = normal_quantile(Probability::lower(p));
            assert!((found - expected).abs() < 0.08, "{p}: {found} {expected}");
        }
    }

    #[test]
    fn scores_of_many_samples_are_standard_normal() {
        // 800 scores: their mean has standard error 0.035, their variance 0.05; limits of four.
        let mut stream = Stream::new(5);
        let (mut means, mut variances) = (Vec::new(), Vec::new());
        let exact = (exp(0.125), (exp(0.25) - 1.0) * exp(0.25));
        for _ in 0..800 {
            let years: Vec<f64> = (0..20_000).map(|_| lognormal(&mut stream, 0.5)).collect();
            let moments = Moments::from_slice(&years);
            means.extend(mean_score(&moments, exact.0, Some(exact.1.sqrt()), 0.0));
            variances.extend(variance_score(&moments, exact.1, 0.0));
        }
        let means = Moments::from_slice(&means);
        assert!(means.mean().abs() < 0.14 && (means.variance() - 1.0).abs() < 0.2, "{means:?}");
        // Samples whose variance a few years decide are left out; the others are not normal to the last, but near.
        assert!(variances.len() > 700);
        assert!(Moments::from_slice(&variances).mean().abs() < 0.5);
    }

    #[test]
    fn what_cannot_be_judged_is_not() {
        let constant = Moments::from_slice(&[2.0; 10]);
        assert_eq!(mean_score(&constant, 2.0, Some(0.0), 0.0), Some(0.0));
        assert_eq!(mean_score(&constant, 3.0, Some(0.0), 0.0), None);
        assert_eq!(mean_score(&constant, 3.0, Some(0.0), 0.5), Some(-2.0));
        assert_eq!(mean_score(&Moments::EMPTY, 3.0, None, 0.1), None);
        assert_eq!(mean_score(&constant, f64::INFINITY, None, 0.1), None);
        assert_eq!(variance_score(&constant, 1.0, 0.0), None);
    }
}
