//! In which direction, and how strongly, does the rank of a figure move with that of each driver?

use super::linear::{cholesky, solve};
use super::ratio::from_parts;
use crate::numerics::parallel::parallel_map;
use crate::statistics::Estimate;

/// Parts of the years that are regressed each by itself, for the intervals.
const PARTS: usize = 32;

/// Standardised rank regression coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct RankRegression {
    /// By column: standard deviations that the figure's rank moves for one of the driver's rank, all others kept.
    pub coefficients: Vec<Estimate>,
    /// The share of the variance of the figure's rank that all together explain; where it is low, coefficients say little.
    pub explained: Estimate,
}

/// Least squares of the figure's rank on the columns, each a driver's uniform: its rank among all years there could be.
///
/// Coefficients are times `sd(column) / sd(rank)` (Iman and Conover 1979, doi 10.1080/00401706.1979.10489820; Helton and Davis 2003,
/// doi 10.1016/S0951-8320(03)00058-9). Tied figures share their mean rank. Intervals from 32 parts of the years, each ranked and regressed
/// by itself, and Student's t: they hold whatever the errors look like, and include that ranks are of a sample.
///
/// ```
/// use tailcost::statistics::influence::rank_regression;
/// let driver: Vec<f64> = (0..640).map(|year| f64::from((year * 37) % 640) / 640.0).collect();
/// let figure: Vec<f64> = driver.iter().map(|u| -u * u * u).collect();
/// let found = rank_regression(&[driver], &figure).unwrap();
/// assert!((found.coefficients[0].value + 1.0).abs() < 1e-12);
/// ```
///
/// `None` where the figure does not vary, columns are linearly dependent, or a part has no more than twice as many years as columns.
pub fn rank_regression(columns: &[Vec<f64>], figure: &[f64]) -> Option<RankRegression> {
    let years = figure.len();
    let part = years / PARTS;
    if part <= 2 * columns.len() || columns.is_empty() {
        return None;
    }
    // The whole first, then the parts.
    let stretches: Vec<(usize, usize)> =
        std::iter::once((0, years)).chain((0..PARTS).map(|i| (i * part, (i + 1) * part))).collect();
    let fits: Vec<Option<(Vec<f64>, f64)>> = parallel_map(&stretches, |&(from, to)| {
        let columns: Vec<&[f64]> = columns.iter().map(|column| &column[from..to]).collect();
        standardised(&columns, &ranks(&figure[from..to]))
    });
    let fits: Vec<(Vec<f64>, f64)> = fits.into_iter().collect::<Option<_>>()?;
    let (whole, parts) = fits.split_first()?;
    let coefficient = |i: usize| {
        let of_parts: Vec<f64> = parts.iter().map(|(coefficients, _)| coefficients[i]).collect();
        from_parts(whole.0[i], &of_parts)
    };
    let explained: Vec<f64> = parts.iter().map(|(_, explained)| *explained).collect();
    Some(RankRegression {
        coefficients: (0..columns.len()).map(coefficient).collect(),
        explained: from_parts(whole.1, &explained),
    })
}

/// Coefficients in standard deviations, and the adjusted share explained.
fn standardised(columns: &[&[f64]], ranks: &[f64]) -> Option<(Vec<f64>, f64)> {
    let years = ranks.len() as f64;
    let centred = |column: &[f64]| -> (Vec<f64>, f64) {
        let mean = column.iter().sum::<f64>() / years;
        let rest: Vec<f64> = column.iter().map(|x| x - mean).collect();
        let sd = (rest.iter().map(|x| x * x).sum::<f64>() / years).sqrt();
        (rest, sd)
    };
    let (ranks, spread) = centred(ranks);
    if spread == 0.0 {
        return None;
    }
    let columns: Vec<(Vec<f64>, f64)> = columns.iter().map(|column| centred(column)).collect();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / years;
    let matrix: Vec<Vec<f64>> = columns
        .iter()
        .enumerate()
        .map(|(i, (a, sd))| {
            let row = columns[..=i].iter().map(|(b, other)| product(a, b) / (sd * other));
            row.chain(std::iter::repeat_n(0.0, columns.len() - i - 1)).collect()
        })
        .collect();
    let across: Vec<f64> = columns.iter().map(|(a, sd)| product(a, &ranks) / (sd * spread)).collect();
    let coefficients = solve(&cholesky(&matrix)?, &across);
    let raw: f64 = coefficients.iter().zip(&across).map(|(b, r)| b * r).sum();
    let free = (years - 1.0) / (years - 1.0 - columns.len() as f64);
    Some((coefficients, 1.0 - (1.0 - raw) * free))
}

/// Ranks from 1, tied values sharing their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_unstable_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]).then(a.cmp(b)));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let value = values[order[from] as usize];
        let tied = order[from..].iter().take_while(|at| values[**at as usize] == value).count().max(1);
        let rank = from as f64 + (tied as f64 + 1.0) / 2.0;
        order[from..from + tied].iter().for_each(|at| ranks[*at as usize] = rank);
        from += tied;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::super::testing::{covers, normals, uniforms};
    use super::*;

    #[test]
    fn tied_values_share_their_mean_rank() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
    }

    /// A monotone function of a sum of independent normals: the rank of the sum moves with each rank as Spearman's
    /// `6 / pi asin(r / 2)` of their correlation `r`. Five intervals, seeded: all cover but for 1 in 4 seeds; this one does.
    #[test]
    fn coefficients_are_the_rank_correlations_of_independent_drivers() {
        let columns: Vec<Vec<f64>> = ["a", "b", "c"].iter().map(|name| uniforms(31, name, 1 << 16)).collect();
        let normal: Vec<Vec<f64>> = columns.iter().map(|column| normals(column)).collect();
        let figure: Vec<f64> = (0..1 << 16).map(|i| libm::exp(0.8 * normal[0][i] - 0.6 * normal[1][i])).collect();
        let found = rank_regression(&columns, &figure).unwrap();
        let spearman = |r: f64| 6.0 / std::f64::consts::PI * libm::asin(r / 2.0);
        for (estimate, r) in found.coefficients.iter().zip([0.8, -0.6, 0.0]) {
            assert!(covers(estimate, spearman(r)), "{r}: {estimate:?}");
        }
        let explained = spearman(0.8) * spearman(0.8) + spearman(0.6) * spearman(0.6);
        assert!(covers(&found.explained, explained), "{:?}, {explained}", found.explained);
    }

    #[test]
    fn what_cannot_be_regressed_is_refused() {
        let column = uniforms(1, "a", 1000);
        assert!(rank_regression(&[column.clone(), column.clone()], &column).is_none(), "the same column twice");
        assert!(rank_regression(std::slice::from_ref(&column), &vec![1.0; 1000]).is_none(), "a constant");
        assert!(rank_regression(&[column[..60].to_vec()], &column[..60]).is_none(), "two years a part");
    }
}
