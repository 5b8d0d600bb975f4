//! With which probability is each amount exceeded, from near certainty to the last ten years?

use crate::numerics::elementary::{exp, ln};

use super::estimate::Estimate;
use super::intervals::proportion;
use super::order::OrderStatistics;

/// Probability at which the curve begins.
const FIRST: f64 = 0.99;
/// Years beyond its last point.
const LAST_YEARS: f64 = 10.0;

/// A point of the curve: P(a year exceeds `amount`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    pub amount: f64,
    pub probability: Estimate,
}

/// The exceedance curve in at most `points` points, evenly spaced in the logarithm of the probability from 0.99 down to ten
/// years of the run.
///
/// The years above every amount are counted exactly (it is a worst year, or the upper end of a cell), so the only error is
/// that of sampling: the band is Clopper and Pearson's. Amounts rise and probabilities fall strictly;
/// points that an atom makes coincide are left out. A law with a single value gives one point, exceeded never.
///
/// The band holds at each point, not for the whole curve at once. That an amount may itself be a sampled year does no harm: the
/// probability of exceeding the year with `m` above it has the beta law of `m + 1` and `n - m`, whose 97.5% point is the upper bound and whose
/// 2.5% point lies above the lower one.
///
/// ```
/// use std::sync::Arc;
/// use tailcost::statistics::{Grid, OrderStatistics, Sketch, exceedance_curve};
/// let years: Vec<f64> = (0..1000).map(f64::from).collect();
/// let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&years)));
/// sketch.insert(&years);
/// let curve = exceedance_curve(&OrderStatistics::new(sketch.ranked(), None), 20);
/// let last = curve.last().unwrap();
/// // Of years 0 to 999, as many exceed an amount as there are whole numbers above it.
/// assert_eq!(last.probability.value, (999.0 - last.amount.floor()) / 1000.0);
/// ```
///
/// # Panics
/// With fewer than two points.
pub fn exceedance_curve(order: &OrderStatistics, points: usize) -> Vec<CurvePoint> {
    assert!(points >= 2, "a curve has two ends");
    let years = order.years();
    if years == 0 {
        return Vec::new();
    }
    if order.is_constant() {
        return vec![CurvePoint { amount: order.value(1), probability: Estimate::exact(0.0) }];
    }
    let n = years as f64;
    let last = (LAST_YEARS / n).min(FIRST / 2.0);
    let step = (ln(last) - ln(FIRST)) / (points - 1) as f64;
    let mut curve: Vec<(f64, u64)> = Vec::with_capacity(points);
    for point in 0..points {
        let target = (n * FIRST * exp(step * point as f64)).round().min(n - 1.0) as u64;
        let Some((amount, above)) = edge(order, target) else { continue };
        if curve.last().is_none_or(|&(earlier, count)| amount > earlier && above < count) {
            curve.push((amount, above));
        }
    }
    curve.into_iter().map(|(amount, above)| CurvePoint { amount, probability: proportion(above, years) }).collect()
}

/// An amount exceeded by about `target` years, and by how many exactly.
fn edge(order: &OrderStatistics, target: u64) -> Option<(f64, u64)> {
    let worst = order.worst();
    if let Some(extreme) = usize::try_from(target).ok().and_then(|target| worst.get(target)) {
        return Some((extreme.value, worst.partition_point(|other| other.value > extreme.value) as u64));
    }
    order.ranked().edge_near_rank(order.years() - target).map(|edge| (edge.amount, edge.above))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::statistics::testing::{Stream, lognormal};
    use crate::statistics::{Grid, Sketch, Worst};

    fn order(values: &[f64]) -> OrderStatistics {
        let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&values[..values.len().min(4096)])));
        let mut worst = Worst::new(1000);
        sketch.insert(values);
        worst.insert(0, values);
        OrderStatistics::new(sketch.ranked(), Some(&worst))
    }

    fn assert_is_a_curve(curve: &[CurvePoint], values: &[f64]) {
        for point in curve {
            let above = values.iter().filter(|&&value| value > point.amount).count();
            assert_eq!(point.probability.value, above as f64 / values.len() as f64);
            assert!(point.probability.low <= Some(point.probability.value));
        }
        assert!(curve.windows(2).all(|w| w[0].amount < w[1].amount && w[0].probability.value > w[1].probability.value));
    }

    #[test]
    fn counts_are_exact_from_near_certainty_to_ten_years() {
        let mut stream = Stream::new(2);
        let values: Vec<f64> = (0..100_000).map(|_| lognormal(&mut stream, 1.0)).collect();
        let curve = exceedance_curve(&order(&values), 80);
        assert_is_a_curve(&curve, &values);
        assert_eq!(curve.len(), 80);
        assert!((curve[0].probability.value - 0.99).abs() < 1e-3);
        assert_eq!(curve[79].probability.value, 1e-4);
    }

    #[test]
    fn mostly_zero_years_begin_with_the_zero() {
        let mut stream = Stream::new(2);
        let values: Vec<f64> =
            (0..50_000).map(|i| if i % 50 == 7 { 1e6 * lognormal(&mut stream, 1.0) } else { 0.0 }).collect();
        let curve = exceedance_curve(&order(&values), 80);
        assert_is_a_curve(&curve, &values);
        assert_eq!((curve[0].amount, curve[0].probability.value), (0.0, 0.02));
        assert!(curve.len() > 25);
    }

    #[test]
    fn degenerate_and_tiny_runs_have_curves() {
        let one = exceedance_curve(&order(&[4.0; 500]), 80);
        assert_eq!(one, [CurvePoint { amount: 4.0, probability: Estimate::exact(0.0) }]);
        assert!(exceedance_curve(&order(&[]), 80).is_empty());
        let few = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert_is_a_curve(&exceedance_curve(&order(&few), 80), &few);
    }
}
