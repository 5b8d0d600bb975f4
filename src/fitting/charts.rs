//! What do the charts of a fit show?

use super::candidate::Fitted;
use super::fragment::rounded;
use super::goodness::{Heights, visible};
use super::observations::Observations;
use crate::distributions::Law;
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, ln};
use crate::outcome::fit::{CandidateCurves, FitCharts, HistogramBin, Interval, ReturnLevel, XY};

/// Points of a curve; points of a scatter, of which the largest rows are all shown.
const CURVE: usize = 120;
const SCATTER: usize = 120;
const LARGEST: usize = 40;

/// Builds everything that charts need. `levels` gives the law for moved parameters of the chosen candidate, and their covariance.
pub(super) fn charts(observations: &Observations, fitted: &[&Fitted], levels: Option<&Levels<'_>>) -> FitCharts {
    let exact = observations.exact();
    let logarithmic = is_logarithmic(exact);
    let heights = Heights::of(observations);
    let shown = shown(exact.len());
    let middle =
        |i: usize| heights.as_ref().map_or((i as f64 + 0.5) / exact.len() as f64, |h| 0.5 * (h.before(i) + h.after(i)));
    let curves = fitted
        .iter()
        .filter_map(|fitted| {
            let law = seen(&fitted.law, observations)?;
            Some(curves(&fitted.name, &law, exact, &shown, &middle, logarithmic))
        })
        .collect();
    let empirical_survival = shown.iter().map(|&i| xy(exact[i], 1.0 - middle(i))).collect();
    let return_points = shown
        .iter()
        .map(|&i| xy(1.0 / (1.0 - middle(i)), exact[i]))
        .filter(|point| point.x >= 2.0 && point.x.is_finite())
        .collect();
    let return_levels = levels.map_or_else(Vec::new, |levels| levels.points(observations));
    FitCharts {
        logarithmic,
        histogram: histogram(observations, logarithmic),
        empirical_survival,
        curves,
        return_levels,
        return_points,
    }
}

/// A point in seven digits: the file stays small, and no chart shows more.
fn xy(x: f64, y: f64) -> XY {
    XY { x: rounded(x), y: rounded(y) }
}

fn seen(law: &Law, observations: &Observations) -> Option<Law> {
    match observations.common_window() {
        Some(window) => visible(law, window).ok(),
        None => Some(law.clone()),
    }
}

fn is_logarithmic(exact: &[f64]) -> bool {
    match (exact.first(), exact.get(exact.len() / 2), exact.last()) {
        // An even axis would squeeze half of the rows into a twentieth of it.
        (Some(least), Some(median), Some(largest)) => *least > 0.0 && largest - median > 20.0 * (median - least),
        _ => false,
    }
}

/// Indices of the rows shown.
fn shown(n: usize) -> Vec<usize> {
    if n <= SCATTER + LARGEST {
        return (0..n).collect();
    }
    let even = (0..SCATTER).map(|i| i * (n - LARGEST) / SCATTER);
    even.chain(n - LARGEST..n).collect()
}

fn histogram(observations: &Observations, logarithmic: bool) -> Vec<HistogramBin> {
    let exact = observations.exact();
    let (Some(&least), Some(&most)) = (exact.first(), exact.last()) else { return Vec::new() };
    if !(most > least) {
        return vec![HistogramBin { low: least, high: most, count: exact.len() as u64, density: 0.0 }];
    }
    // Rice's rule, 2 n^(1/3), held between 8 and 60 bins.
    let bins = (2.0 * exp(ln(exact.len() as f64) / 3.0)).clamp(8.0, 60.0) as usize;
    let to = |x: f64| if logarithmic { ln(x) } else { x };
    let from = |y: f64| if logarithmic { exp(y) } else { y };
    let (start, end) = (to(least), to(most));
    let edge = |i: usize| match i {
        0 => least,
        _ if i == bins => most,
        _ => from(start + (end - start) * i as f64 / bins as f64),
    };
    let rows = observations.len() as f64;
    (0..bins)
        .map(|i| {
            let (low, high) = (edge(i), edge(i + 1));
            let first = if i == 0 { 0 } else { exact.partition_point(|x| *x < low) };
            let past = if i + 1 == bins { exact.len() } else { exact.partition_point(|x| *x < high) };
            let count = past.saturating_sub(first) as u64;
            HistogramBin { low, high, count, density: count as f64 / rows / (high - low) }
        })
        .collect()
}

fn curves(
    name: &str,
    law: &Law,
    exact: &[f64],
    shown: &[usize],
    middle: &dyn Fn(usize) -> f64,
    logarithmic: bool,
) -> CandidateCurves {
    let (least, most) = match (exact.first(), exact.last()) {
        (Some(least), Some(most)) => (*least, *most),
        _ => (law.quantile(Probability::lower(0.01)), law.quantile(Probability::upper(0.01))),
    };
    let along = |from: f64, to: f64| {
        (0..CURVE).map(move |i| {
            let share = i as f64 / (CURVE - 1) as f64;
            if logarithmic { exp(ln(from) + share * (ln(to) - ln(from))) } else { from + share * (to - from) }
        })
    };
    // An infinite density, as a gamma law's at 0, cannot be drawn.
    let density = along(least, most).map(|x| xy(x, law.density(x))).filter(|p| p.y.is_finite()).collect();
    let n = exact.len().max(1) as f64;
    let farthest = law.quantile(Probability::upper(0.01 / n));
    let beyond = if farthest.is_finite() { farthest.max(most) } else { most };
    let survival = along(least, beyond).map(|x| xy(x, law.cdf(x).q())).collect();
    let qq = shown.iter().map(|&i| xy(law.quantile(Probability::lower(middle(i))), exact[i]));
    let pp = shown.iter().map(|&i| xy(law.cdf(exact[i]).p(), middle(i)));
    CandidateCurves {
        candidate: name.to_owned(),
        density,
        survival,
        qq: qq.filter(|p| p.x.is_finite()).collect(),
        pp: pp.collect(),
    }
}

/// What return levels need of the chosen candidate.
pub(super) struct Levels<'a> {
    pub natural: &'a [f64],
    /// Empty where there is none: the levels then have no bands.
    pub covariance: &'a [Vec<f64>],
    pub law: &'a dyn Fn(&[f64]) -> Option<Law>,
}

impl Levels<'_> {
    fn points(&self, observations: &Observations) -> Vec<ReturnLevel> {
        let n = observations.len() as f64;
        let farthest = (100.0 * n).max(1e4);
        // Round ones, six a decade, from 2 on.
        const STEPS: [f64; 6] = [1.0, 1.5, 2.0, 3.0, 5.0, 7.0];
        let decade = |power: i32| exp(f64::from(power) * std::f64::consts::LN_10).round();
        let periods = (0..16).flat_map(|power| STEPS.map(|step| (step * decade(power)).floor())).filter(|p| *p >= 2.0);
        periods.take_while(|period| *period <= farthest).filter_map(|period| self.point(observations, period)).collect()
    }

    fn level(&self, natural: &[f64], observations: &Observations, period: f64) -> Option<f64> {
        let law = seen(&(self.law)(natural)?, observations)?;
        Some(law.quantile(Probability::upper(1.0 / period))).filter(|x| x.is_finite())
    }

    fn point(&self, observations: &Observations, period: f64) -> Option<ReturnLevel> {
        let value = self.level(self.natural, observations, period)?;
        let band = self.band(observations, period, value);
        Some(ReturnLevel { period, value, band })
    }

    /// By the delta method, the derivatives being central differences over a hundredth of a standard error.
    fn band(&self, observations: &Observations, period: f64, value: f64) -> Option<Interval> {
        if self.covariance.len() != self.natural.len() {
            return None;
        }
        let scale = |x: f64| if value > 0.0 { ln(x) } else { x };
        let mut slopes = Vec::new();
        for i in 0..self.natural.len() {
            let step = 0.01 * self.covariance[i][i].sqrt();
            let moved = |by: f64| {
                let mut natural = self.natural.to_vec();
                natural[i] += by;
                self.level(&natural, observations, period).map(scale)
            };
            slopes.push((moved(step)? - moved(-step)?) / (2.0 * step));
        }
        let mut variance = 0.0;
        for (row, a) in self.covariance.iter().zip(&slopes) {
            variance += row.iter().zip(&slopes).map(|(c, b)| a * b * c).sum::<f64>();
        }
        let half = 1.959_963_984_540_054 * variance.sqrt();
        let back = |y: f64| Some(if value > 0.0 { exp(y) } else { y }).filter(|x| x.is_finite());
        half.is_finite().then(|| Interval { low: back(scale(value) - half), high: back(scale(value) + half) })
    }
}
