//! What do the worst years of a case have in common?

use super::Case;
use crate::analysis::measure::{Figure, Statistic};
use crate::engine::parallel_map;
use crate::outcome::{RankCoefficient, RankInfluence, TailDriver, TailEvent, TailSensitivity};
use crate::statistics::influence::{RankRegression, lift, tail_percentiles, worst_places};
use crate::statistics::{Level, kolmogorov_p_value};

/// The level beyond which years are the worst where the measure has none of its own.
const WORST: f64 = 0.99;
/// Fewest years that have anything in common.
const FEWEST: usize = 30;
/// How often chance alone makes any of the drivers look unusual.
const FALSE_ALARM: f64 = 0.05;

/// The coefficients by name, the largest first.
pub(super) fn rank_influence(names: Vec<String>, found: &RankRegression, years: u64) -> RankInfluence {
    let mut coefficients: Vec<RankCoefficient> = names
        .into_iter()
        .zip(&found.coefficients)
        .map(|(path, coefficient)| RankCoefficient { path, coefficient: *coefficient })
        .collect();
    let size = |found: &RankCoefficient| found.coefficient.value.abs();
    coefficients.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.path.cmp(&b.path)));
    RankInfluence { years, explained: found.explained, coefficients }
}

/// Where drivers lie in the worst years, and how much more often things happen there. `columns` are the uniforms of the drivers named,
/// `amount` is what makes a year bad. `None` with too few worst years.
pub(super) fn tail(case: &Case<'_>, names: &[String], columns: &[Vec<f64>], amount: &[f64]) -> Option<TailSensitivity> {
    let level = match case.question.measure.figure {
        Figure::Total(Statistic::Var(level) | Statistic::Tvar(level))
        | Figure::Difference(Statistic::Var(level) | Statistic::Tvar(level)) => level,
        _ => Level::new(WORST).expect("a level"),
    };
    let years = amount.len();
    let beyond = years - level.rank(years as u64) as usize;
    if beyond < FEWEST {
        return None;
    }
    let worst = worst_places(amount, beyond);
    let limit = FALSE_ALARM / names.len().max(1) as f64;
    let columns: Vec<&Vec<f64>> = columns.iter().collect();
    let profiles = parallel_map(&columns, |column| {
        let there: Vec<f64> = worst.iter().map(|place| column[*place]).collect();
        tail_percentiles(&there)
    });
    let mut drivers: Vec<TailDriver> = names
        .iter()
        .zip(profiles)
        .map(|(path, found)| TailDriver {
            path: path.clone(),
            mean: found.mean,
            p10: found.p10,
            p50: found.p50,
            p90: found.p90,
            distance: found.distance,
            p_value: found.p_value,
            is_unusual: found.p_value < limit,
        })
        .collect();
    drivers.sort_by(|a, b| b.distance.total_cmp(&a.distance).then_with(|| a.path.cmp(&b.path)));
    let count = |column: &[bool]| column.iter().filter(|happened| **happened).count() as u64;
    let mut events: Vec<TailEvent> = case
        .model
        .happened(case.question.scenario, 0..years as u64)
        .into_iter()
        .filter_map(|(path, column)| {
            let there = worst.iter().filter(|place| column[**place]).count() as u64;
            let (all, worst) = (count(&column), worst.len() as u64);
            let lift = lift(there, worst, all, years as u64)?;
            let share = |part: u64, of: u64| part as f64 / of as f64;
            Some(TailEvent { path, in_worst: share(there, worst), in_all: share(all, years as u64), lift })
        })
        .collect();
    events.sort_by(|a, b| b.lift.value.total_cmp(&a.lift.value).then_with(|| a.path.cmp(&b.path)));
    Some(TailSensitivity {
        level: level.value(),
        worst: worst.len() as u64,
        years: years as u64,
        limit: distance_with(limit, worst.len() as u64),
        drivers,
        events,
    })
}

/// Kolmogorov's distance that so many values exceed with this probability, by bisection.
fn distance_with(probability: f64, values: u64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while high - low > 1e-6 {
        let middle = 0.5 * (low + high);
        if kolmogorov_p_value(middle, values) > probability { low = middle } else { high = middle }
    }
    high
}
