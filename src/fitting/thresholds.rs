//! From which threshold on is the tail generalised Pareto, and how heavy is it?

use super::bootstrap;
use super::candidate::Fitted;
use super::fitter::{Fitter, Intervals};
use super::observations::Observations;
use super::single::{Ends, Single};
use crate::numerics::elementary::ln;
use crate::outcome::fit::{GpdTail, HillPoint, Interval, MeanExcessPoint, StabilityPoint, ThresholdReport};
use crate::random::Stream;

/// Thresholds that are looked at.
const POINTS: usize = 60;

/// Exceedances below which a normal band says nothing, and below which no tail is fitted.
const FEW: usize = 10;

const MOST_EXCEEDANCES: usize = 20_000;

const Z: f64 = 1.959_963_984_540_054;

/// The diagnostics over a range of thresholds, and the tail above one of them.
///
/// Mean excess (Davison and Smith 1990, doi:10.1111/j.2517-6161.1990.tb01796.x) and Hill's estimate (1975, doi:10.1214/aos/1176343247) use
/// the exact rows alone. The share above the threshold is that of the rows that could be seen.
pub(super) fn thresholds(
    observations: &Observations,
    threshold: f64,
    bootstraps: u32,
    stream: Stream,
) -> ThresholdReport {
    let exact = observations.exact();
    let mut notes = Vec::new();
    if !observations.censored().is_empty() {
        notes.push("mean excess and Hill's estimates leave censored rows out".to_owned());
    }
    let tail = match tail(observations, threshold, bootstraps, stream) {
        Ok(tail) => Some(tail),
        Err(why) => {
            notes.push(why);
            None
        }
    };
    ThresholdReport {
        mean_excess: mean_excess(exact),
        stability: stability(observations),
        hill: hill(exact),
        tail,
        note: notes.join("; "),
    }
}

/// Places in the sorted sample, from its start to its few largest: even at first, then even in the logarithm of what lies above.
fn places(n: usize, fewest: usize) -> Vec<usize> {
    if n <= fewest + 1 {
        return Vec::new();
    }
    let last = n - fewest;
    let mut places: Vec<usize> = (0..POINTS)
        .map(|i| {
            let share = i as f64 / (POINTS - 1) as f64;
            let above = crate::numerics::elementary::exp((1.0 - share) * ln(n as f64) + share * ln(fewest as f64));
            (n - above as usize).min(last)
        })
        .collect();
    places.dedup();
    places
}

fn mean_excess(exact: &[f64]) -> Vec<MeanExcessPoint> {
    let mut points: Vec<MeanExcessPoint> = Vec::new();
    for at in places(exact.len(), 3) {
        let threshold = exact[at];
        let above = &exact[exact.partition_point(|x| *x <= threshold)..];
        if above.len() < 2 || points.last().is_some_and(|last| last.threshold >= threshold) {
            continue;
        }
        let n = above.len() as f64;
        let mean = above.iter().map(|x| x - threshold).sum::<f64>() / n;
        let variance = above.iter().map(|x| (x - threshold - mean) * (x - threshold - mean)).sum::<f64>() / (n - 1.0);
        let half = Z * (variance / n).sqrt();
        let band = (above.len() >= FEW).then_some(Interval { low: Some(mean - half), high: Some(mean + half) });
        points.push(MeanExcessPoint { threshold, exceedances: above.len() as u64, mean_excess: mean, band });
    }
    points
}

fn fit_above(observations: &Observations, threshold: f64) -> Result<(Single, Observations), String> {
    let (above, left_out) = observations.above(threshold);
    let rows = above.as_ref().map_or(0, Observations::len);
    let above = above.filter(|_| rows >= FEW);
    let above = above.ok_or_else(|| format!("{rows} rows exceed {threshold}, expected {FEW} to fit a tail"))?;
    if left_out > 0 {
        return Err(format!("{left_out} censored rows may lie on either side of {threshold}"));
    }
    let ends = Ends { threshold: Some(threshold), ..Ends::default() };
    Ok((Single::new("gpd", &above, ends)?, above))
}

fn stability(observations: &Observations) -> Vec<StabilityPoint> {
    let exact = observations.exact();
    let mut points: Vec<StabilityPoint> = Vec::new();
    let mut warm: Option<(f64, f64)> = None;
    // Of a large sample its upper part alone: a tail of more exceedances than this is no tail.
    let first = exact.len().saturating_sub(MOST_EXCEEDANCES);
    for at in places(exact.len() - first, 2 * FEW) {
        let threshold = exact[first + at];
        if points.last().is_some_and(|last| last.threshold >= threshold) {
            continue;
        }
        let Ok((single, above)) = fit_above(observations, threshold) else { continue };
        // The scale grows with the threshold as the shape says; from there the search is short.
        let start = warm.map(|(scale, shape)| {
            let mean = single.parameters[0].scale;
            vec![mean.working(scale.max(1e-300)), shape.clamp(-0.4, 3.0)]
        });
        let point = single.point(&above, start.as_deref()).ok();
        let point = point.filter(|point| point.state == crate::outcome::fit::FitState::Converged);
        let Some(point) = point.or_else(|| single.point(&above, None).ok()) else { continue };
        let described = single.describe(&above, &point, Intervals::Wald);
        let (beta, xi) = (point.natural[0], point.natural[1]);
        warm = Some((beta, xi));
        let modified_scale = beta - xi * threshold;
        let (mut xi_interval, mut modified_scale_interval) = (None, None);
        if let [a, b] = &described.covariance[..] {
            let around = |value: f64, variance: f64| {
                let half = Z * variance.sqrt();
                Some(Interval { low: Some(value - half), high: Some(value + half) })
            };
            xi_interval = around(xi, b[1]);
            modified_scale_interval =
                around(modified_scale, a[0] - 2.0 * threshold * a[1] + threshold * threshold * b[1]);
        }
        points.push(StabilityPoint {
            threshold,
            exceedances: above.len() as u64,
            xi,
            xi_interval,
            modified_scale,
            modified_scale_interval,
        });
    }
    points
}

fn hill(exact: &[f64]) -> Vec<HillPoint> {
    let positive = &exact[exact.partition_point(|x| *x <= 0.0)..];
    let n = positive.len();
    let mut points = Vec::new();
    let mut sum = 0.0;
    let mut summed = 0;
    // From the largest downwards, so that sums grow.
    let mut ks: Vec<usize> = places(n, 5).iter().map(|at| n - at).filter(|k| *k < n).collect();
    ks.sort_unstable();
    ks.dedup();
    for k in ks {
        while summed < k {
            sum += ln(positive[n - 1 - summed]);
            summed += 1;
        }
        let threshold = positive[n - 1 - k];
        let xi = sum / k as f64 - ln(threshold);
        if !(xi > 0.0) {
            continue;
        }
        let half = Z * xi / (k as f64).sqrt();
        let interval = Interval { low: Some(xi - half), high: Some(xi + half) };
        points.push(HillPoint { k: k as u64, threshold, xi, interval });
    }
    points
}

fn tail(observations: &Observations, threshold: f64, bootstraps: u32, stream: Stream) -> Result<GpdTail, String> {
    let (single, above) = fit_above(observations, threshold)?;
    let fit: Fitted = super::candidate::fitted(&single, &above, Intervals::Profile)?;
    let goodness = bootstrap::goodness(&single, &fit.point, &fit.law, &above, bootstraps, stream);
    let parameter = |name: &str| fit.parameter(name).cloned().ok_or_else(|| format!("no {name}"));
    Ok(GpdTail {
        threshold,
        exceedances: above.len() as u64,
        share: above.len() as f64 / observations.len() as f64,
        xi: parameter("shape")?,
        beta: parameter("scale")?,
        covariance: fit.covariance.clone(),
        log_likelihood: fit.log_likelihood,
        goodness,
        toml: super::fragment::law_toml(&fit.law),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distributions::Law;
    use crate::fitting::observations::Columns;
    use crate::numerics::Probability;

    /// Of an ideal Pareto sample: xi of every tail is 1/2, the modified scale constant, the mean excess a straight line.
    #[test]
    fn an_ideal_tail_is_stable() {
        let law = Law::from_parameters("gpd", &[("threshold", 0.0), ("scale", 5.0), ("shape", 0.5)]).unwrap();
        let n = 5000;
        let values: Vec<f64> = (0..n).map(|i| law.quantile(Probability::lower((i as f64 + 0.5) / n as f64))).collect();
        let observations = Observations::new(&Columns::of(&values)).unwrap();
        let points = stability(&observations);
        assert!(points.len() > 30);
        for point in points.iter().filter(|point| point.exceedances > 200) {
            assert!((point.xi - 0.5).abs() < 0.03, "{point:?}");
            assert!((point.modified_scale - 5.0).abs() < 1.5, "{point:?}");
        }
        let hills = hill(&values);
        assert!(hills.iter().any(|point| (30..200).contains(&point.k) && (point.xi - 0.5).abs() < 0.1));
        let excess = mean_excess(&values);
        // Mean excess (5 + u/2) / (1/2).
        let low = excess.iter().find(|point| point.threshold > 5.0).unwrap();
        assert!((low.mean_excess / (10.0 + low.threshold) - 1.0).abs() < 0.1, "{low:?}");
    }
}
