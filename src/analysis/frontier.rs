//! Which values of two drivers together meet a question?

use super::breakeven::Trials;
use super::movement::{MoveError, Mover};
use crate::outcome::breakeven::{Frontier, FrontierPoint, Root, Sides};

/// Values of the first driver.
const POINTS: usize = 13;
/// Most years of a trial: there are a hundred of them.
const YEARS: u64 = 1 << 16;
const SCAN_YEARS: u64 = 1 << 12;

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
    let mut values: Vec<f64> = (0..POINTS).map(|i| if i + 1 == POINTS { high } else { low + i as f64 * step }).collect();
    let today = trials.mover.today();
    if today > low && today < high && values.iter().all(|value| (value - today).abs() > 0.02 * step) {
        values.push(today);
        values.sort_by(f64::total_cmp);
    }
    let mut before = second.today();
    let mut points = Vec::with_capacity(values.len());
    let mut slopes = Vec::new();
    for first in values {
        let scenario = trials.mover.scenario_at(first)?;
        let model = trials.model.changed(&scenario);
        let mover = second.on(&scenario);
        let inner = Trials { model: &model, mover: &mover, equation: trials.equation };
        let (roots, _) = inner.roots((range.0, range.1), SCAN_YEARS, years);
        let distance = |root: &Root| (root.value.value - before).abs();
        let nearest = roots.into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        if let Some(root) = &nearest {
            before = root.value.value;
            slopes.push(root.slope);
        }
        points.push(FrontierPoint { first, second: nearest.map(|root| root.value) });
    }
    let rises = slopes.iter().all(|slope| *slope > 0.0);
    let falls = slopes.iter().all(|slope| *slope < 0.0);
    let sides = match (slopes.is_empty(), rises, falls) {
        (false, true, _) => Sides::BelowBefore,
        (false, _, true) => Sides::AboveBefore,
        _ => Sides::Mixed,
    };
    Ok(Frontier { years, driver: second.described(range), points, sides })
}
