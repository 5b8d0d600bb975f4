//! Which quantile would have to move, and where to, for a metalog to run through all of them?

use super::Bounds;
use crate::distributions::{Law, LawError, LawProblem};
use crate::outcome::{Infeasible, Remedy};

/// Steps in which a quantile is moved between its neighbours.
const STEPS: usize = 200;
/// Halvings of a step, to find where feasible ends.
const HALVINGS: usize = 30;

/// Moves each quantile alone between its neighbours (the outer ones as far again as to the next) and keeps the stretch of values nearest
/// to what was said over which there is a metalog.
pub(super) fn infeasible(pairs: &[(f64, f64)], bounds: Bounds, error: &LawError) -> Infeasible {
    let reason = match &error.problem {
        LawProblem::InfeasibleMetalog { near } => {
            let place = match *near {
                near if near < 0.001 => "in its lower tail".to_owned(),
                near if near > 0.999 => "in its upper tail".to_owned(),
                near => format!("near its quantile {near:.3}"),
            };
            format!("its density would not be positive {place}")
        }
        other => other.to_string(),
    };
    let mut remedies: Vec<Remedy> = (0..pairs.len()).filter_map(|at| remedy(pairs, at, bounds)).collect();
    let span = pairs[pairs.len() - 1].1 - pairs[0].1;
    let move_of = |remedy: &Remedy| (remedy.low - remedy.said).max(remedy.said - remedy.high) / span;
    remedies.sort_by(|a, b| move_of(a).total_cmp(&move_of(b)));
    Infeasible { reason, remedies }
}

fn remedy(pairs: &[(f64, f64)], at: usize, bounds: Bounds) -> Option<Remedy> {
    let (p, said) = pairs[at];
    let feasible = |value: f64| {
        let mut moved = pairs.to_vec();
        moved[at].1 = value;
        Law::metalog(&moved, bounds.min, bounds.max).is_ok()
    };
    let last = pairs.len() - 1;
    let span = pairs[last].1 - pairs[0].1;
    let from = if at > 0 { pairs[at - 1].1 } else { bounds.min.unwrap_or(said - span) };
    let to = if at < last { pairs[at + 1].1 } else { bounds.max.unwrap_or(said + span) };
    let value = |step: usize| from + (to - from) * step as f64 / STEPS as f64;
    let near = |a: &usize, b: &usize| (value(*a) - said).abs().total_cmp(&(value(*b) - said).abs());
    let nearest = (1..STEPS).filter(|step| feasible(value(*step))).min_by(near)?;
    let mut ends = [nearest, nearest];
    while ends[0] > 1 && feasible(value(ends[0] - 1)) {
        ends[0] -= 1;
    }
    while ends[1] < STEPS - 1 && feasible(value(ends[1] + 1)) {
        ends[1] += 1;
    }
    let refine = |inside: usize, outside: usize| {
        let (mut inside, mut outside) = (value(inside), value(outside));
        for _ in 0..HALVINGS {
            let middle = 0.5 * (inside + outside);
            if feasible(middle) { inside = middle } else { outside = middle }
        }
        inside
    };
    let [low, high] = [refine(ends[0], ends[0] - 1), refine(ends[1], ends[1] + 1)];
    Some(Remedy { p, said, low, high })
}
