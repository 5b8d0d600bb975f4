//! Which figures of all members together have moved?

use super::against::{Finished, row};
use super::error::BatchError;
use super::judge::{Judge, error_between};
use super::night::Night;
use super::sums::UNIT;
use crate::analysis::{PairedAmount, Statistic};
use crate::outcome::book::{Book, ScenarioOfBook, SystemDifference, difference_name};
use crate::outcome::moved::{FigureMoved, FigureVerdict};
use crate::outcome::{Estimate, Measures};
use crate::statistics::Level;

/// A figure of the system under one scenario.
struct Figure {
    option: String,
    measure: String,
    estimate: Estimate,
    of: (Amount, Statistic),
}

/// What a figure is of, options by place.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Amount {
    Total(usize),
    /// Less the first option.
    Difference(usize),
    /// 1 in a year in which an option costs more than the first.
    CostsMore(usize),
}

/// Figures that both books have: scenario, places of the scenario before and now, the figure before and now.
fn shared(before: &Book, now: &Book) -> Vec<(String, [usize; 2], Figure, Figure)> {
    let mut all = Vec::new();
    for (place_now, scenario) in now.scenarios.iter().enumerate() {
        let Some(place_before) = before.scenarios.iter().position(|other| other.name == scenario.name) else {
            continue;
        };
        let mut earlier = figures_of(&before.scenarios[place_before]);
        for figure in figures_of(scenario) {
            let same = |other: &Figure| (&other.option, &other.measure) == (&figure.option, &figure.measure);
            if let Some(place) = earlier.iter().position(same) {
                all.push((scenario.name.clone(), [place_before, place_now], earlier.remove(place), figure));
            }
        }
    }
    all
}

fn figures_of(scenario: &ScenarioOfBook) -> Vec<Figure> {
    let mut all = Vec::new();
    let mut add = |option: &str, measures: &Measures, amount: Amount| {
        let mut figure = |measure: String, estimate: Estimate, statistic: Statistic| {
            all.push(Figure { option: option.to_owned(), measure, estimate, of: (amount, statistic) });
        };
        figure("mean".into(), measures.mean, Statistic::Mean);
        figure("sd".into(), measures.sd, Statistic::Sd);
        for own in &measures.levels {
            // What a book holds was a level once.
            let Ok(level) = Level::new(own.level) else { continue };
            figure(format!("var@{}", own.level), own.var, Statistic::Var(level));
            figure(format!("tvar@{}", own.level), own.tvar, Statistic::Tvar(level));
        }
    };
    for (place, option) in scenario.options.iter().enumerate() {
        add(&option.name, &option.total, Amount::Total(place));
    }
    let named = |difference: &SystemDifference| difference_name(&difference.option, Some(&difference.baseline));
    for (place, difference) in scenario.differences.iter().enumerate() {
        add(&named(difference), &difference.total, Amount::Difference(place + 1));
    }
    for (place, difference) in scenario.differences.iter().enumerate() {
        all.push(Figure {
            option: named(difference),
            measure: "probability_costs_more".into(),
            estimate: difference.probability_costs_more,
            of: (Amount::CostsMore(place + 1), Statistic::Mean),
        });
    }
    all
}

/// How many figures of the system are compared.
pub(super) fn count(before: &Book, now: &Book) -> usize {
    shared(before, now).len()
}

/// Figures of the system that are not the same. Where both batches have as many years they are held against each other year by year, else by
/// their intervals.
pub(super) fn figures(judge: &Judge, before: Finished<'_>, now: Finished<'_>) -> Result<Vec<FigureMoved>, BatchError> {
    let mut all = Vec::new();
    // Figures of one amount come one after the other.
    let mut last: Option<(usize, Amount, Option<PairedAmount>)> = None;
    for (scenario, [place_before, place_now], was, is) in shared(before.book, now.book) {
        let change = if before.book.years == now.book.years && was.estimate.value != is.estimate.value {
            let (own, statistic) = is.of;
            if last.as_ref().is_none_or(|(place, amount, _)| (*place, *amount) != (place_now, own)) {
                let columns = (amounts(before.night, place_before, was.of.0)?, amounts(now.night, place_now, own)?);
                last = Some((place_now, own, PairedAmount::new(columns.0, columns.1)));
            }
            let paired = last.as_ref().and_then(|(.., paired)| paired.as_ref());
            // Intervals overstate the noise of years that are shared, where a dozen years decide the change itself.
            let by_years = || paired?.error_of_change(statistic);
            let error = || by_years().or_else(|| error_between(was.estimate, is.estimate));
            judge.by_error(&is.measure, was.estimate.value, is.estimate.value, error)
        } else {
            judge.by_intervals(&is.measure, was.estimate, is.estimate)
        };
        if change.verdict != FigureVerdict::Same {
            all.push(row(&scenario, &is.option, &is.measure, (was.estimate, is.estimate), change));
        }
    }
    Ok(all)
}

/// The yearly amount that a figure is of.
fn amounts(night: &Night, scenario: usize, amount: Amount) -> Result<Vec<f64>, BatchError> {
    let column = |option: usize| night.column(scenario, option);
    let difference = |option: usize| -> Result<Vec<i64>, BatchError> {
        let (own, first) = (column(option)?, column(0)?);
        Ok(own.iter().zip(&first).map(|(own, first)| own - first).collect())
    };
    let in_usd = |column: Vec<i64>| column.into_iter().map(|units| units as f64 * UNIT).collect();
    Ok(match amount {
        Amount::Total(option) => in_usd(column(option)?),
        Amount::Difference(option) => in_usd(difference(option)?),
        Amount::CostsMore(option) => difference(option)?.into_iter().map(|units| f64::from(units > 0)).collect(),
    })
}
