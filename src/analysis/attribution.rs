//! What does each of several changes do alone to a figure of a yearly amount, over the same years, and how sure is that?

use super::compared_series::{Series, few_decide, standard_error};
use super::measure::Statistic;
use crate::outcome::Estimate;
use crate::statistics::{Level, NORMAL_95};

/// A figure before and after several changes.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangesAlone {
    pub before: f64,
    pub now: f64,
    /// What each change does alone.
    pub alone: Vec<Estimate>,
    /// What they do together beyond that.
    pub together: Estimate,
}

/// Holds a yearly amount before all changes, after all, and after each alone against each other, year by year. An interval is withheld where
/// fewer than a dozen years decide it.
///
/// ```
/// use tailcost::analysis::{Statistic, changes_alone};
/// let by = |scale: f64, more: f64| (0..100).map(|year| scale * f64::from(year) + more).collect::<Vec<f64>>();
/// let found = changes_alone(Statistic::Mean, by(1.0, 0.0), by(2.0, 5.0), vec![by(2.0, 0.0), by(1.0, 5.0)]);
/// assert_eq!((found.before, found.now), (49.5, 104.0));
/// assert_eq!((found.alone[0].value, found.alone[1].value, found.together.value), (49.5, 5.0, 0.0));
/// assert_eq!(found.alone[1].low, Some(5.0), "the same in every year");
/// ```
pub fn changes_alone(statistic: Statistic, before: Vec<f64>, now: Vec<f64>, alone: Vec<Vec<f64>>) -> ChangesAlone {
    let (before, now) = (Series::new(before), Series::new(now));
    let alone: Vec<Series> = alone.into_iter().map(Series::new).collect();
    let years = before.values().len();
    let estimate = |value: f64, of: &dyn Fn(usize) -> f64| {
        if few_decide(years, of) {
            return Estimate::bare(value);
        }
        let half = NORMAL_95 * standard_error(years, of);
        Estimate::between(value, value - half, value + half)
    };
    let start = before.influence(statistic);
    let each: Vec<Box<dyn Fn(usize) -> f64 + '_>> = alone.iter().map(|series| series.influence(statistic)).collect();
    let figure = before.figure(statistic);
    let changes: Vec<f64> = alone.iter().map(|series| series.figure(statistic) - figure).collect();
    let estimates = changes.iter().zip(&each).map(|(change, own)| estimate(*change, &|year| own(year) - start(year)));
    let estimates = estimates.collect();
    let end = now.influence(statistic);
    let rest = |year: usize| end(year) - start(year) - each.iter().map(|own| own(year) - start(year)).sum::<f64>();
    let together = now.figure(statistic) - figure - changes.iter().sum::<f64>();
    ChangesAlone { before: figure, now: now.figure(statistic), alone: estimates, together: estimate(together, &rest) }
}

/// A yearly amount in two batches of as many years, held against each other year by year. It holds whether the years are the same or not: what
/// they share is in it.
pub struct PairedAmount {
    before: Series,
    now: Series,
}

impl PairedAmount {
    /// Nothing where one has more years than the other.
    pub fn new(before: Vec<f64>, now: Vec<f64>) -> Option<Self> {
        (before.len() == now.len()).then(|| Self { before: Series::new(before), now: Series::new(now) })
    }

    /// Standard error of the change of a figure; none where there are too few years or fewer than a dozen decide it.
    pub fn error_of_change(&self, statistic: Statistic) -> Option<f64> {
        let (before, now) = (&self.before, &self.now);
        if !before.supports(statistic) || !now.supports(statistic) {
            return None;
        }
        let years = before.values().len();
        let (start, end) = (before.influence(statistic), now.influence(statistic));
        let change = |year: usize| end(year) - start(year);
        (!few_decide(years, change)).then(|| standard_error(years, change))
    }
}

/// The highest of some levels whose tail has years enough for an interval.
pub fn highest_supported(levels: &[Level], years: u64) -> Option<Level> {
    let supported = levels.iter().copied().filter(|level| Series::reaches(*level, years));
    supported.max_by(|a, b| a.value().total_cmp(&b.value()))
}
