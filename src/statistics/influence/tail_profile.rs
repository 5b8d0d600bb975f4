//! Which drivers are unusual in the worst years?

use crate::numerics::elementary::{exp, ln};
use crate::statistics::intervals::Z;
use crate::statistics::{Estimate, kolmogorov_distance, kolmogorov_p_value};

/// Where a driver's percentiles lie in some years; in all years they are spread evenly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TailPercentiles {
    /// Mean percentile, as a share: 0.5 in all years.
    pub mean: Estimate,
    pub p10: f64,
    pub p50: f64,
    pub p90: f64,
    /// Kolmogorov's distance from the uniform law.
    pub distance: f64,
    /// How often chance alone takes a driver as far that has no part in these years.
    pub p_value: f64,
}

/// The places of the `count` years with the largest figures, worst first; of equal ones the earlier.
///
/// ```
/// use tailcost::statistics::influence::worst_places;
/// assert_eq!(worst_places(&[1.0, 5.0, 3.0, 5.0], 3), [1, 3, 2]);
/// ```
pub fn worst_places(figure: &[f64], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..figure.len()).collect();
    let by = |a: &usize, b: &usize| figure[*b].total_cmp(&figure[*a]).then(a.cmp(b));
    let count = count.min(order.len());
    if count < order.len() && count > 0 {
        order.select_nth_unstable_by(count, by);
    }
    order.truncate(count);
    order.sort_unstable_by(by);
    order
}

/// From a driver's uniforms in the years looked at. The mean's interval is normal; quantiles are order statistics.
///
/// ```
/// use tailcost::statistics::influence::tail_percentiles;
/// let high: Vec<f64> = (0..100).map(|i| 0.9 + 0.001 * f64::from(i)).collect();
/// let found = tail_percentiles(&high);
/// assert!((found.distance - 0.9).abs() < 1e-12 && found.p_value < 1e-30);
/// ```
///
/// # Panics
/// Without years.
pub fn tail_percentiles(uniforms: &[f64]) -> TailPercentiles {
    let mut sorted = uniforms.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let count = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / count;
    let squares: f64 = sorted.iter().map(|u| (u - mean) * (u - mean)).sum();
    let estimate = if sorted.len() < 2 {
        Estimate::bare(mean)
    } else {
        let half = Z * (squares / (count - 1.0) / count).sqrt();
        Estimate::between(mean, mean - half, mean + half)
    };
    let at = |share: f64| sorted[((share * count).ceil() as usize).clamp(1, sorted.len()) - 1];
    let distance = kolmogorov_distance(&sorted, |u| u, |u| u);
    TailPercentiles {
        mean: estimate,
        p10: at(0.1),
        p50: at(0.5),
        p90: at(0.9),
        distance,
        p_value: kolmogorov_p_value(distance, sorted.len() as u64).min(1.0),
    }
}

/// How many times more often something happens in a part of the years than in all: `(a / m) / (b / n)` for `a` of the `m` years of the
/// part and `b` of all `n`, the part's among them.
///
/// The interval is normal on the scale of the logarithm, with the variance `1/a - 1/m - 1/b - 1/n + 2a / (mb)`: both shares binomial (Katz
/// and others 1978, doi 10.2307/2530610), the overlap taken off. Withheld where it happens in fewer than five years of
/// the part; `None` where it never happens.
///
/// ```
/// use tailcost::statistics::influence::lift;
/// assert_eq!(lift(50, 100, 200, 10_000).unwrap().value, 25.0);
/// ```
pub fn lift(in_part: u64, part: u64, in_all: u64, all: u64) -> Option<Estimate> {
    if in_all == 0 || part == 0 {
        return None;
    }
    let [a, m, b, n] = [in_part, part, in_all, all].map(|count| count as f64);
    let value = (a / m) / (b / n);
    const FEWEST: u64 = 5;
    let variance = 1.0 / a - 1.0 / m - 1.0 / b - 1.0 / n + 2.0 * a / (m * b);
    if in_all == all {
        return Some(Estimate::exact(value));
    }
    if in_part < FEWEST || variance < 0.0 {
        return Some(Estimate::bare(value));
    }
    let half = Z * variance.sqrt();
    Some(Estimate::between(value, exp(ln(value) - half), exp(ln(value) + half)))
}
