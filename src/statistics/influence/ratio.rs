//! How sure is a ratio of two means over the same years?

use crate::numerics::Probability;
use crate::numerics::special::student_t_quantile;
use crate::statistics::Estimate;
use crate::statistics::intervals::Z;

/// Years' worth of information below which no interval is given: the squared deviations of fewer years than this make up the variance,
/// and a normal interval around what a handful of years decide covers less than it says.
const FEWEST_EFFECTIVE_YEARS: f64 = 12.0;

/// `mean(top) / mean(bottom)` with the interval of the delta method: `sd(top - ratio * bottom) / (mean(bottom) sqrt(n))`, exact in the
/// limit whatever the correlation of the two.
///
/// Withheld where the variance is the doing of fewer than a dozen years: `(sum d^2)^2 / sum d^4` of the deviations `d`. `None` where
/// the denominator is not positive.
pub(super) fn ratio_of_means(years: impl Iterator<Item = (f64, f64)> + Clone) -> Option<Estimate> {
    let (mut top, mut bottom) = (0.0, 0.0);
    for (above, below) in years.clone() {
        top += above;
        bottom += below;
    }
    if !(bottom > 0.0 && top.is_finite() && bottom.is_finite()) {
        return None;
    }
    let ratio = top / bottom;
    let (mut squares, mut fourths) = (0.0, 0.0);
    for (above, below) in years {
        let square = (above - ratio * below) * (above - ratio * below);
        squares += square;
        fourths += square * square;
    }
    if squares == 0.0 {
        return Some(Estimate::exact(ratio));
    }
    if squares * squares < FEWEST_EFFECTIVE_YEARS * fourths {
        return Some(Estimate::bare(ratio));
    }
    let half = Z * squares.sqrt() / bottom;
    Some(Estimate::between(ratio, ratio - half, ratio + half))
}

/// `value` with the interval of Student's t from figures of so many independent parts of the years.
pub(super) fn from_parts(value: f64, parts: &[f64]) -> Estimate {
    let count = parts.len() as f64;
    if parts.len() < 2 {
        return Estimate::bare(value);
    }
    let mean = parts.iter().sum::<f64>() / count;
    let squares: f64 = parts.iter().map(|part| (part - mean) * (part - mean)).sum();
    let half = student_t_quantile(count - 1.0, Probability::upper(0.025)) * (squares / (count - 1.0) / count).sqrt();
    Estimate::between(value, value - half, value + half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_as_sure_as_the_delta_method_says() {
        let years = [(1.0, 2.0), (3.0, 2.0), (2.0, 4.0), (6.0, 4.0)].repeat(10);
        let found = ratio_of_means(years.iter().copied()).unwrap();
        assert!((found.value - 1.0).abs() < 1e-15);
        // Deviations -1, 1, -2, 2: 10 times 10 over 40 years, and a mean of 3 below.
        let half = Z * (100.0f64).sqrt() / 120.0;
        assert!((found.high.unwrap() - 1.0 - half).abs() < 1e-12);
    }

    #[test]
    fn what_few_years_decide_has_no_interval() {
        let mut years = vec![(0.0, 1.0); 10_000];
        years[17].0 = 4.0;
        let found = ratio_of_means(years.iter().copied()).unwrap();
        assert_eq!((found.value, found.low), (4e-4, None));
        assert_eq!(ratio_of_means([(1.0, 0.0)].into_iter()), None);
    }
}
