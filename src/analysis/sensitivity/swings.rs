//! What is the measure with one driver low, and with it high?

use super::{Case, around, role};
use crate::analysis::sample::Sample;
use crate::config::{DriverId, Value};
use crate::engine::parallel_map;
use crate::model::FactorKind;
use crate::numerics::Probability;
use crate::outcome::{Estimate, Swing, SwingEnd};

/// Quantile of the low end; the high end lies as far from the other side.
const LOW: f64 = 0.1;

/// Every driver with a law, the widest swing first: its value is fixed at an end, the measure computed anew over the same years.
///
/// An amount of events is fixed for every event. Each end's interval, and the swing's, comes from the differences of the years' influences.
pub(super) fn tornado(case: &Case<'_>) -> Vec<Swing> {
    let question = case.question;
    let moved: Vec<(usize, DriverId, [f64; 2])> = case
        .model
        .factors()
        .iter()
        .enumerate()
        .filter_map(|(place, factor)| {
            let (FactorKind::Driver(id) | FactorKind::Each(id)) = factor.kind else { return None };
            let Value::Law(law) = &question.scenario.driver(id)?.value else { return None };
            Some((place, id, [Probability::lower(LOW), Probability::upper(LOW)].map(|p| law.quantile(p))))
        })
        .collect();
    let base = (case.base.figure(question.measure), case.base.influence(question.measure));
    let mut swings = parallel_map(&moved, |(place, id, values)| {
        let factor = &case.model.factors()[*place];
        let [low, high] = values.map(|value| {
            let scenario = question.scenario.with_driver(*id, Value::Point(value));
            let sample = Sample::of(&case.model.changed(&scenario), 0..question.years);
            (sample.figure(question.measure), sample.influence(question.measure))
        });
        let end =
            |value: f64, moved: &(f64, Vec<f64>)| SwingEnd { value, figure: moved.0, change: change(moved, &base) };
        let (low_end, high_end, swing) = (end(values[0], &low), end(values[1], &high), change(&high, &low));
        let is_noise = [&low_end.change, &high_end.change, &swing].into_iter().all(holds_nothing);
        Swing {
            path: factor.path.clone(),
            role: role(factor.kind),
            is_guess: case.is_guess(*id),
            in_group: case.in_group(*place),
            low: low_end,
            high: high_end,
            swing,
            is_noise,
        }
    });
    swings.sort_by(|a, b| b.swing.value.abs().total_cmp(&a.swing.value.abs()).then_with(|| a.path.cmp(&b.path)));
    swings
}

/// The change from one sample of the years to another.
fn change(to: &(f64, Vec<f64>), from: &(f64, Vec<f64>)) -> Estimate {
    let influence: Vec<f64> = to.1.iter().zip(&from.1).map(|(to, from)| to - from).collect();
    around(to.0 - from.0, &influence)
}

/// Does the interval hold 0, or is there none?
fn holds_nothing(change: &Estimate) -> bool {
    match (change.low, change.high) {
        (Some(low), Some(high)) => low <= 0.0 && 0.0 <= high,
        _ => true,
    }
}
