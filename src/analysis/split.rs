//! How do variance and tail of a yearly amount split, when draws of parameters are crossed with years?

use super::sample::Sample;
use super::uncertainty::with_error;
use crate::outcome::{Split, TvarSplit, VarianceSplit};
use crate::statistics::{Estimate, Level};

/// A yearly amount that is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity<'a> {
    Total {
        option: usize,
        name: &'a str,
    },
    /// Of the option less the first.
    Difference {
        option: usize,
        name: &'a str,
        baseline: &'a str,
    },
}

impl<'a> Quantity<'a> {
    /// Totals, then differences.
    pub fn all(options: &'a [String]) -> Vec<Self> {
        let totals = options.iter().enumerate().map(|(option, name)| Quantity::Total { option, name });
        let differences = options.iter().enumerate().skip(1).map(|(option, name)| Quantity::Difference {
            option,
            name,
            baseline: &options[0],
        });
        totals.chain(differences).collect()
    }

    pub fn column(&self, sample: &Sample) -> Vec<f64> {
        match self {
            Quantity::Total { option, .. } => sample.totals[*option].clone(),
            Quantity::Difference { option, .. } => {
                sample.totals[*option].iter().zip(&sample.totals[0]).map(|(own, first)| own - first).collect()
            }
        }
    }
}

/// What is kept of the draws of one amount: moments by draw and by year, and the pooled tail.
///
/// With draws `j` of the parameters crossed with years `i`, `Y = mean + a(j) + b(i) + e(i, j)` is the Hoeffding decomposition of the amount, and
/// `Var a = Var(E[Y | parameters])`. Its unbiased estimate is `(MSA - MSE) / N`, mean squares of the two-way layout: what the common years
/// add to every draw cancels, what they add to draws apart is taken off by `MSE`. Searle, Casella and McCulloch 1992, chapter 4.
pub(super) struct SplitSums {
    years: f64,
    level: Level,
    means: Vec<f64>,
    variances: Vec<f64>,
    tvars: Vec<f64>,
    /// By year, over the draws.
    by_year: Vec<f64>,
    tail: Largest,
}

impl SplitSums {
    pub fn new(outer: u64, inner: u64, level: Level) -> Self {
        let pooled = outer * inner;
        Self {
            years: inner as f64,
            level,
            means: Vec::new(),
            variances: Vec::new(),
            tvars: Vec::new(),
            by_year: vec![0.0; inner as usize],
            tail: Largest::new(level.tail_weight(pooled) as usize),
        }
    }

    /// One more draw: its amounts year by year.
    pub fn add(&mut self, column: &[f64]) {
        let mean = column.iter().sum::<f64>() / self.years;
        self.means.push(mean);
        self.variances.push(column.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / (self.years - 1.0));
        for (sum, y) in self.by_year.iter_mut().zip(column) {
            *sum += y;
        }
        let mut own = Largest::new(self.level.tail_weight(column.len() as u64) as usize);
        own.add(column);
        self.tvars.push(own.mean());
        self.tail.add(column);
    }

    pub fn finish(self, quantity: &Quantity<'_>) -> Split {
        let draws = self.means.len() as f64;
        let mean = self.means.iter().sum::<f64>() / draws;
        let square = |x: f64| (x - mean) * (x - mean);
        let among_draws = self.years * self.means.iter().map(|m| square(*m)).sum::<f64>();
        let within: f64 = self.variances.iter().sum();
        let among_years = draws * self.by_year.iter().map(|sum| square(sum / draws)).sum::<f64>();
        let rest = (self.years - 1.0) * within - among_years;
        let error = (rest / ((draws - 1.0) * (self.years - 1.0))).max(0.0);
        let chance = within / draws;
        let share_of = |among: f64, draws: f64, chance: f64| {
            let ignorance = ((among / (draws - 1.0) - error) / self.years).max(0.0);
            // An amount that never varies has nothing to split.
            (ignorance, if ignorance + chance > 0.0 { ignorance / (ignorance + chance) } else { 0.0 })
        };
        let (ignorance, share) = share_of(among_draws, draws, chance);
        let left_out: Vec<f64> = (0..self.means.len())
            .map(|j| {
                let rest = draws - 1.0;
                let mean_without = (draws * mean - self.means[j]) / rest;
                let among = among_draws - self.years * (square(self.means[j]) + rest * square(mean_without));
                share_of(among, rest, (within - self.variances[j]) / rest).1
            })
            .collect();
        let error = jackknife(&left_out);
        let ignorance_share = bounded(with_error(share, error));
        let (known, pooled) = (self.tvars.iter().sum::<f64>() / draws, self.tail.mean());
        let beyond_mean = pooled - mean;
        let (option, baseline) = match quantity {
            Quantity::Total { name, .. } => (*name, None),
            Quantity::Difference { name, baseline, .. } => (*name, Some((*baseline).to_owned())),
        };
        Split {
            option: option.to_owned(),
            baseline,
            variance: VarianceSplit {
                total_sd: (ignorance + chance).sqrt(),
                ignorance_sd: ignorance.sqrt(),
                chance_sd: chance.sqrt(),
                ignorance_share,
            },
            tvar: TvarSplit {
                level: self.level.value(),
                mean,
                known,
                pooled,
                ignorance_share: if beyond_mean > 0.0 { ((pooled - known) / beyond_mean).clamp(0.0, 1.0) } else { 0.0 },
            },
        }
    }
}

/// Standard error from the figures with each draw left out in turn (Quenouille and Tukey).
fn jackknife(left_out: &[f64]) -> f64 {
    let count = left_out.len() as f64;
    let mean = left_out.iter().sum::<f64>() / count;
    ((count - 1.0) / count * left_out.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>()).sqrt()
}

fn bounded(estimate: Estimate) -> Estimate {
    Estimate {
        value: estimate.value,
        low: estimate.low.map(|low| low.clamp(0.0, 1.0)),
        high: estimate.high.map(|high| high.clamp(0.0, 1.0)),
    }
}

/// The largest of many values, in a memory of twice as many.
struct Largest {
    keep: usize,
    values: Vec<f64>,
    /// Below this nothing is among them.
    floor: f64,
}

impl Largest {
    fn new(keep: usize) -> Self {
        Self { keep: keep.max(1), values: Vec::new(), floor: f64::NEG_INFINITY }
    }

    fn add(&mut self, column: &[f64]) {
        for &value in column {
            if value >= self.floor {
                self.values.push(value);
                if self.values.len() >= 2 * self.keep + 1024 {
                    self.prune();
                }
            }
        }
    }

    fn prune(&mut self) {
        if self.values.len() > self.keep {
            let at = self.keep - 1;
            self.floor = *self.values.select_nth_unstable_by(at, |a, b| b.total_cmp(a)).1;
            self.values.truncate(self.keep);
        }
    }

    fn mean(&self) -> f64 {
        let mut sorted = self.values.clone();
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        sorted.truncate(self.keep);
        sorted.iter().sum::<f64>() / sorted.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_are_kept_in_any_order() {
        let values: Vec<f64> = (0..50_000u64).map(|i| (i.wrapping_mul(2_654_435_761) % 50_000) as f64).collect();
        let mut largest = Largest::new(500);
        values.chunks(777).for_each(|chunk| largest.add(chunk));
        let mut sorted = values.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        assert_eq!(largest.mean(), sorted[..500].iter().sum::<f64>() / 500.0);
    }

    /// A layout by hand: draws 0 and 4 apart in every year, years 0, 1, 2 apart in every draw, nothing more.
    #[test]
    fn an_additive_layout_splits_exactly() {
        let mut sums = SplitSums::new(2, 3, Level::new(0.99).unwrap());
        sums.add(&[0.0, 1.0, 2.0]);
        sums.add(&[4.0, 5.0, 6.0]);
        let split = sums.finish(&Quantity::Total { option: 0, name: "A" });
        assert!((split.variance.ignorance_sd - 8f64.sqrt()).abs() < 1e-12, "{split:?}");
        assert!((split.variance.chance_sd - 1.0).abs() < 1e-12);
        assert!((split.variance.ignorance_share.value - 8.0 / 9.0).abs() < 1e-12);
        assert_eq!((split.tvar.known, split.tvar.pooled), (4.0, 6.0));
    }
}
