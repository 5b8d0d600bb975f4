//! Which measures does a yearly amount have, and how sure is a change of each between two cases that live through the same years?

use super::measure::Statistic;
use super::sample::density_in;
use crate::statistics::Level;

/// A yearly amount with its order.
pub(super) struct Series {
    values: Vec<f64>,
    sorted: Vec<f64>,
    mean: f64,
}

/// Fewest years beyond a level for an interval, as in a run.
const FEWEST_BEYOND: u64 = 100;

impl Series {
    pub fn new(values: Vec<f64>) -> Self {
        let mut sorted = values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        // Of sorted amounts, so that small ones are not lost beside large ones.
        let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
        Self { values, sorted, mean }
    }

    fn years(&self) -> u64 {
        self.values.len() as u64
    }

    pub fn figure(&self, statistic: Statistic) -> f64 {
        match statistic {
            Statistic::Mean => self.mean,
            Statistic::Sd => self.sd(),
            Statistic::Var(level) => self.var(level),
            Statistic::Tvar(level) => {
                let rank = level.rank(self.years()) as usize;
                let above: f64 = self.sorted[rank..].iter().sum();
                (self.var(level) + above) / level.tail_weight(self.years()) as f64
            }
        }
    }

    fn sd(&self) -> f64 {
        let squares = self.values.iter().map(|value| (value - self.mean) * (value - self.mean)).sum::<f64>();
        (squares / (self.years() as f64 - 1.0)).sqrt()
    }

    fn var(&self, level: Level) -> f64 {
        self.sorted[level.rank(self.years()) as usize - 1]
    }

    /// Are there years enough for the statistic to have an interval?
    pub fn supports(&self, statistic: Statistic) -> bool {
        match statistic {
            Statistic::Mean | Statistic::Sd => true,
            Statistic::Var(level) | Statistic::Tvar(level) => Self::reaches(level, self.years()),
        }
    }

    /// Are there years enough beyond the level?
    pub fn reaches(level: Level, years: u64) -> bool {
        level.tail_weight(years) > FEWEST_BEYOND
    }

    /// Each year's influence on the statistic, but for a constant.
    pub fn influence(&self, statistic: Statistic) -> Box<dyn Fn(usize) -> f64 + '_> {
        match statistic {
            Statistic::Mean => Box::new(|year| self.values[year]),
            Statistic::Sd => {
                let scale = 0.5 / self.sd();
                let scale = if scale.is_finite() { scale } else { 0.0 };
                Box::new(move |year| scale * (self.values[year] - self.mean) * (self.values[year] - self.mean))
            }
            Statistic::Var(level) => {
                let (var, density) = (self.var(level), density_in(&self.sorted, level));
                let weight = if density.is_finite() { 1.0 / density } else { 0.0 };
                Box::new(move |year| if self.values[year] > var { weight } else { 0.0 })
            }
            Statistic::Tvar(level) => {
                let (var, weight) = (self.var(level), level.return_period());
                Box::new(move |year| weight * (self.values[year] - var).max(0.0))
            }
        }
    }

    pub fn values(&self) -> &[f64] {
        &self.values
    }
}

/// Standard error of the mean of what a function gives in each of so many years.
pub(super) fn standard_error(years: usize, of: impl Fn(usize) -> f64) -> f64 {
    // The first year's as a pivot: what is left is small where the change is.
    let pivot = of(0);
    let (mut sum, mut squares) = (0.0, 0.0);
    for year in 0..years {
        let value = of(year) - pivot;
        sum += value;
        squares += value * value;
    }
    let n = years as f64;
    ((squares - sum * sum / n).max(0.0) / (n * (n - 1.0))).sqrt()
}

/// Years' worth of information below which a standard error says little: the squared deviations of fewer years than this would make it up.
const FEWEST_EFFECTIVE: f64 = 12.0;

/// Do fewer than a dozen years decide the standard error: `(sum d^2)^2 / sum d^4` of the deviations `d`?
pub(super) fn few_decide(years: usize, of: impl Fn(usize) -> f64) -> bool {
    let mean = (0..years).map(&of).sum::<f64>() / years as f64;
    let (mut squares, mut fourths) = (0.0, 0.0);
    for year in 0..years {
        let square = (of(year) - mean) * (of(year) - mean);
        squares += square;
        fourths += square * square;
    }
    squares * squares < FEWEST_EFFECTIVE * fourths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Measure, Sample};

    #[test]
    fn a_few_years_that_decide_are_seen() {
        assert!(few_decide(1000, |year| if year < 5 { 1e6 + year as f64 } else { (year % 7) as f64 }));
        assert!(!few_decide(1000, |year| (year % 7) as f64));
        assert!(!few_decide(1000, |_| 3.0), "what never varies is known");
    }

    #[test]
    fn figures_and_errors_are_those_of_a_sample() {
        let column = |step: u64| (0..4_000u64).map(|i| (i * step % 4_001) as f64).collect::<Vec<f64>>();
        let sample = Sample { options: vec!["A".into()], totals: vec![column(1_237)] };
        let series = Series::new(column(1_237));
        for text in ["mean", "sd", "var@0.9", "tvar@0.95"] {
            let measure = Measure::read(text, &sample.options).unwrap();
            let crate::analysis::Figure::Total(statistic) = measure.figure else { unreachable!() };
            let (one, other) = (sample.figure(&measure), series.figure(statistic));
            assert!((one / other - 1.0).abs() < 1e-12, "{text}: {one} {other}");
            let influence = series.influence(statistic);
            let (one, other) = (Sample::standard_error(&sample.influence(&measure)), standard_error(4_000, influence));
            assert!((one / other - 1.0).abs() < 1e-9, "{text}: {one} {other}");
        }
    }
}
