//! What does a measure say of years held in memory, and how much does each year have a say in it?
//!
//! A run of billions of years keeps sums; questions of what moves a measure need the years themselves, some hundred thousand of them,
//! the same for every variant of the case.

use super::measure::{Figure, Measure, Statistic};
use crate::engine::{Kernel, totals};
use crate::statistics::Level;
use std::ops::Range;

/// The yearly totals of every option, year by year.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub options: Vec<String>,
    /// By option, in USD.
    pub totals: Vec<Vec<f64>>,
}

/// Neighbouring order statistics from which the density at a quantile is read: this power of the tail's years.
const SPACING: f64 = 0.6;

impl Sample {
    /// Simulates these years.
    pub fn of<K: Kernel>(kernel: &K, years: Range<u64>) -> Self {
        Self { options: kernel.layout().alternatives.clone(), totals: totals(kernel, years) }
    }

    /// How many years there are.
    pub fn years(&self) -> usize {
        self.totals.first().map_or(0, Vec::len)
    }

    /// The measure, as MODEL defines it: VaR is an order statistic, TVaR shares what is tied with it.
    ///
    /// ```
    /// use tailcost::analysis::{Measure, Sample};
    /// let totals = vec![vec![1.0; 10], (1..=10).map(f64::from).collect()];
    /// let sample = Sample { options: vec!["A".into(), "B".into()], totals };
    /// let figure = |text| sample.figure(&Measure::read(text, &sample.options).unwrap());
    /// assert_eq!((figure("var@0.8 of B"), figure("tvar@0.8 of B")), (8.0, 9.0));
    /// assert_eq!((figure("mean difference"), figure("costs more")), (4.5, 0.9));
    /// ```
    ///
    /// # Panics
    /// When the measure's option is not among the sample's: [`Measure::read`] checks it.
    pub fn figure(&self, measure: &Measure) -> f64 {
        let years = self.years() as f64;
        match statistic_of(measure.figure) {
            Some(Statistic::Sd) => {
                let values = self.values(measure);
                let mean = mean(&values);
                (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (years - 1.0)).sqrt()
            }
            Some(Statistic::Var(level)) => order_statistic(&mut self.values(measure), level),
            Some(Statistic::Tvar(level)) => tail_mean(&mut self.values(measure), level),
            Some(Statistic::Mean) | None => mean(&self.values(measure)),
        }
    }

    /// What the scores of a measure are taken from: the VaR for VaR and TVaR, the mean for a standard deviation, else nothing (0).
    pub fn anchor(&self, measure: &Measure) -> f64 {
        match statistic_of(measure.figure) {
            Some(Statistic::Sd) => mean(&self.values(measure)),
            Some(Statistic::Var(level) | Statistic::Tvar(level)) => order_statistic(&mut self.values(measure), level),
            Some(Statistic::Mean) | None => 0.0,
        }
    }

    /// The yearly amount that the measure is a mean of: the amount itself, its squared distance from the mean, whether it is above the VaR,
    /// its excess over the VaR, whether the option costs more, its share in being the cheapest, its regret. The variance of a
    /// score is what target sensitivity divides: Marrel and Chabridon 2021, doi 10.1016/j.ress.2021.107711.
    pub fn scores(&self, measure: &Measure, anchor: f64) -> Vec<f64> {
        let mut values = self.values(measure);
        match statistic_of(measure.figure) {
            Some(Statistic::Mean) | None => {}
            Some(Statistic::Sd) => values.iter_mut().for_each(|value| *value = (*value - anchor) * (*value - anchor)),
            Some(Statistic::Var(_)) => values.iter_mut().for_each(|value| *value = f64::from(*value > anchor)),
            Some(Statistic::Tvar(_)) => values.iter_mut().for_each(|value| *value = (*value - anchor).max(0.0)),
        }
        values
    }

    /// Each year's influence on the measure, with mean 0: the standard error of the figure is `sd / sqrt(n)` of it, and that of a
    /// change between two samples of the same years `sd / sqrt(n)` of the difference of their influences. Hampel 1974, doi 10.1080/01621459.1974.10482962.
    ///
    /// The density that a VaR's influence needs is read from order statistics around it.
    pub fn influence(&self, measure: &Measure) -> Vec<f64> {
        let anchor = self.anchor(measure);
        let mut influence = self.scores(measure, anchor);
        let scale = match statistic_of(measure.figure) {
            Some(Statistic::Mean) | None => 1.0,
            Some(Statistic::Sd) => 0.5 / self.figure(measure),
            Some(Statistic::Var(level)) => 1.0 / density_at(&mut self.values(measure), level),
            Some(Statistic::Tvar(level)) => level.return_period(),
        };
        let centre = mean(&influence);
        for value in &mut influence {
            // A measure of an amount that never varies has no influence and no scale.
            *value = if *value == centre { 0.0 } else { (*value - centre) * scale };
        }
        influence
    }

    /// Standard error of a figure, or of the change of a figure, from its yearly influences.
    pub fn standard_error(influence: &[f64]) -> f64 {
        let years = influence.len() as f64;
        let centre = mean(influence);
        (influence.iter().map(|value| (value - centre) * (value - centre)).sum::<f64>() / (years * (years - 1.0)))
            .sqrt()
    }

    fn place(&self, measure: &Measure) -> usize {
        self.options.iter().position(|name| *name == measure.option).expect("an option of the case")
    }

    /// The yearly amount that the measure is about.
    fn values(&self, measure: &Measure) -> Vec<f64> {
        let option = self.place(measure);
        let (own, first) = (&self.totals[option], &self.totals[0]);
        let difference = || own.iter().zip(first).map(|(own, first)| own - first);
        match measure.figure {
            Figure::Total(_) => own.clone(),
            Figure::Difference(_) => difference().collect(),
            Figure::CostsMore => difference().map(|difference| f64::from(difference > 0.0)).collect(),
            Figure::Cheapest => (0..own.len()).map(|year| self.cheapest(option, year)).collect(),
            Figure::Regret => (0..own.len()).map(|year| own[year] - self.least(year)).collect(),
        }
    }

    fn least(&self, year: usize) -> f64 {
        self.totals.iter().map(|column| column[year]).fold(f64::INFINITY, f64::min)
    }

    /// Is the option the cheapest of the year? Those that tie share it.
    fn cheapest(&self, option: usize, year: usize) -> f64 {
        let least = self.least(year);
        if self.totals[option][year] > least {
            return 0.0;
        }
        1.0 / self.totals.iter().filter(|column| column[year] == least).count() as f64
    }
}

fn statistic_of(figure: Figure) -> Option<Statistic> {
    match figure {
        Figure::Total(statistic) | Figure::Difference(statistic) => Some(statistic),
        Figure::CostsMore | Figure::Cheapest | Figure::Regret => None,
    }
}

/// In pairs of halves, so that a million years lose no digits.
fn mean(values: &[f64]) -> f64 {
    fn sum(values: &[f64]) -> f64 {
        const SHORT: usize = 128;
        if values.len() <= SHORT {
            return values.iter().sum();
        }
        let (low, high) = values.split_at(values.len() / 2);
        sum(low) + sum(high)
    }
    sum(values) / values.len() as f64
}

fn order_statistic(values: &mut [f64], level: Level) -> f64 {
    let rank = level.rank(values.len() as u64) as usize;
    *values.select_nth_unstable_by(rank - 1, f64::total_cmp).1
}

fn tail_mean(values: &mut [f64], level: Level) -> f64 {
    let years = values.len() as u64;
    let rank = level.rank(years) as usize;
    let (_, var, above) = values.select_nth_unstable_by(rank - 1, f64::total_cmp);
    // Years beyond the rank that tie with the VaR weigh as it does: what is shared among ties is the same amount.
    (*var + above.iter().sum::<f64>()) / level.tail_weight(years) as f64
}

fn density_at(values: &mut [f64], level: Level) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    density_in(values, level)
}

/// Density of an amount at its quantile, from the order statistics some places to either side.
pub(super) fn density_in(values: &[f64], level: Level) -> f64 {
    let years = values.len();
    let rank = level.rank(years as u64) as usize - 1;
    let tail = (years - rank).min(rank + 1) as f64;
    let reach = (libm::pow(tail, SPACING) as usize).max(1);
    let (low, high) = (rank.saturating_sub(reach), (rank + reach).min(years - 1));
    // An amount that many years share has no density; its VaR has no influence that could be told from nothing.
    (high - low) as f64 / years as f64 / (values[high] - values[low])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distributions::standard_normal;
    use crate::random::{Key, Stream};

    fn sample(seed: u64, years: u64) -> Sample {
        let column = |driver, mean: f64, sd: f64| {
            let stream = Stream::new(Key { seed, scope: &[], driver, replicate: 0 });
            (0..years).map(|year| mean + sd * standard_normal().at(stream.at(year, 0))).collect::<Vec<f64>>()
        };
        let (first, extra) = (column("first", 10.0, 2.0), column("extra", 1.0, 1.0));
        let second = first.iter().zip(&extra).map(|(first, extra)| first + extra).collect();
        Sample { options: vec!["A".into(), "B".into()], totals: vec![first, second] }
    }

    /// Each figure of 400 samples of 2,000 years, in standard errors from the truth: their spread is 1 within 5 of its own standard errors
    /// (`5 / sqrt(800)`), and their mean 0 within 5 (`5 / sqrt(400)`) and the bias of VaR; false alarm below 1e-5.
    #[test]
    fn standard_errors_are_those_of_repeated_samples() {
        let z99: f64 = 2.326_347_874;
        let tail = crate::numerics::elementary::exp(-0.5 * z99 * z99) / (2.0 * std::f64::consts::PI).sqrt() / 0.01;
        let p = 0.841_344_746;
        for (text, truth) in [
            ("mean of B", 11.0),
            ("mean difference", 1.0),
            ("sd of B", 5.0f64.sqrt()),
            ("var@0.9 difference", 1.0 + 1.281_551_566),
            ("tvar@0.99 difference", 1.0 + tail),
            ("costs more", p),
            ("cheapest of A", p),
        ] {
            let scores: Vec<f64> = (0..400)
                .map(|seed| {
                    let sample = sample(seed, 2000);
                    let measure = Measure::read(text, &sample.options).unwrap();
                    (sample.figure(&measure) - truth) / Sample::standard_error(&sample.influence(&measure))
                })
                .collect();
            let centre = mean(&scores);
            let spread = (scores.iter().map(|score| (score - centre) * (score - centre)).sum::<f64>() / 399.0).sqrt();
            assert!(centre.abs() < 0.45, "{text}: mean score {centre}");
            assert!((spread - 1.0).abs() < 0.25, "{text}: spread {spread}");
        }
    }

    #[test]
    fn what_never_varies_has_no_error() {
        let sample = Sample { options: vec!["A".into(), "B".into()], totals: vec![vec![1.0; 50], vec![3.0; 50]] };
        for text in ["mean", "sd", "var@0.9", "tvar@0.9", "mean difference", "costs more", "regret", "cheapest"] {
            let measure = Measure::read(text, &sample.options).unwrap();
            assert!(sample.influence(&measure).iter().all(|influence| *influence == 0.0), "{text}");
        }
        assert_eq!(sample.figure(&Measure::read("regret", &sample.options).unwrap()), 2.0);
    }
}
