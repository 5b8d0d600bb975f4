//! Which values of two drivers together meet a question?

use super::breakeven::Trials;
use super::movement::{MoveError, Mover};
use crate::outcome::breakeven::{Frontier, FrontierPoint, Root, Sides};

/// Values of the first driver.
const POINTS: usize = 11;
/// Most years of a trial: there are a hundred of them.
const YEARS: u64 = 1 << 16;
const SCAN_YEARS: u64 = 1 << 12;
/// Cells of the scan to either side of today's value.
const CELLS: usize = 5;
/// Of its value before, to either side: where the next crossing is looked for first.
const NEAR: f64 = 0.15;
/// Parts of the stretch that is looked at more closely.
const CLOSER: usize = 8;

/// Solves for the second driver at values of the first between two ends, today's among them. Of several crossings the one nearest to the
/// point before is taken, and nearest to today's value at the first.
pub(super) fn frontier(
    trials: &Trials<'_>,
    second: &Mover<'_>,
    (low, high): (f64, f64),
    years: u64,
) -> Result<Frontier, MoveError> {
    let range = second.range(None, None)?;
    let years = YEARS.min(years);
    let step = (high - low) / (POINTS - 1) as f64;
    let mut values: Vec<f64> =
        (0..POINTS).map(|i| if i + 1 == POINTS { high } else { low + i as f64 * step }).collect();
    let today = trials.mover.today();
    if today > low && today < high && values.iter().all(|value| (value - today).abs() > 0.02 * step) {
        values.push(today);
        values.sort_by(f64::total_cmp);
    }
    let mut line =
        Line { trials, second, range: (range.0, range.1), years, before: second.today(), slopes: Vec::new() };
    let mut points = values.iter().map(|first| line.point(*first)).collect::<Result<Vec<_>, MoveError>>()?;
    // Where the line begins or ends between two points, or few points are on it, a closer look shows where.
    let met: Vec<usize> = (0..points.len()).filter(|i| points[*i].second.is_some()).collect();
    if let (Some(first), Some(last)) = (met.first(), met.last())
        && met.len() < points.len()
    {
        let (from, to) = (first.saturating_sub(1), (last + 1).min(points.len() - 1));
        let (from, to) = (points[from].first, points[to].first);
        line.before = points[*first].second.map_or(line.before, |second| second.value);
        for i in 1..CLOSER {
            let first = from + (to - from) * i as f64 / CLOSER as f64;
            if points.iter().all(|point| (point.first - first).abs() > 1e-6 * (to - from)) {
                points.push(line.point(first)?);
            }
        }
        points.sort_by(|a, b| a.first.total_cmp(&b.first));
    }
    let slopes = line.slopes;
    let rises = slopes.iter().all(|slope| *slope > 0.0);
    let falls = slopes.iter().all(|slope| *slope < 0.0);
    let sides = match (slopes.is_empty(), rises, falls) {
        (false, true, _) => Sides::BelowBefore,
        (false, _, true) => Sides::AboveBefore,
        _ => Sides::Mixed,
    };
    Ok(Frontier { years, driver: second.described(range), points, sides })
}

/// The frontier as it is followed.
struct Line<'a> {
    trials: &'a Trials<'a>,
    second: &'a Mover<'a>,
    range: (f64, f64),
    years: u64,
    /// The second driver at the point before.
    before: f64,
    slopes: Vec<f64>,
}

impl Line<'_> {
    fn point(&mut self, first: f64) -> Result<FrontierPoint, MoveError> {
        let scenario = self.trials.mover.scenario_at(first)?;
        let model = self.trials.model.changed(&scenario);
        let mover = self.second.on(&scenario);
        let inner = Trials { model: &model, mover: &mover, equation: self.trials.equation, start: self.trials.start };
        // The line runs on from point to point; only where it does not is all of the range looked through.
        let (low, high) = self.range;
        let reach = NEAR * self.before.abs().max(1e-3 * (high - low));
        let near = ((self.before - reach).max(low), (self.before + reach).min(high));
        let warm = if self.slopes.is_empty() { None } else { inner.root_between(near, self.range, self.years) };
        let roots = warm.map_or_else(|| inner.roots(self.range, CELLS, SCAN_YEARS, self.years).0, |root| vec![root]);
        let distance = |root: &Root| (root.value.value - self.before).abs();
        let nearest = roots.into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        if let Some(root) = &nearest {
            self.before = root.value.value;
            self.slopes.push(root.slope);
        }
        Ok(FrontierPoint { first, second: nearest.map(|root| root.value) })
    }
}
