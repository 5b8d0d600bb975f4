//! How heavy is a tail, and what moments does it promise beyond those the sample happened to have?

use crate::numerics::elementary::{ln, ln_1p, pow};

use super::ranked::Ranked;

/// Fewer distinct excesses than this say nothing of a tail.
const FEWEST: usize = 20;
/// More than this add cost and bias, and no precision that matters.
const MOST: u64 = 4000;
/// The index is drawn towards this value by as much as ten excesses would (Vehtari, Simpson, Gelman, Yao, Gabry 2024,
/// "Pareto smoothed importance sampling", JMLR 25:72).
const PRIOR_INDEX: f64 = 0.5;
const PRIOR_WEIGHT: f64 = 10.0;
/// A fit to so many years is of a run of 900,000 or more.
pub(super) const SETTLED: u64 = 600;
/// One-sided 95%.
const ONE_SIDED: f64 = 1.645;

/// A generalised Pareto law fitted to the farthest years of one tail.
///
/// Definition: the excesses `z` over the threshold have `P(Z > z) = (1 + index z / scale)^(-1 / index)`; moments of order
/// `r` exist when `index < 1 / r`. Estimator: Zhang and Stephens 2009, doi:10.1198/tech.2009.08017, a weighted
/// average over a grid, without iteration. Accuracy: standard error `(1 + index) / sqrt(excesses)`. It describes the years
/// fitted and no more: a loss with a ceiling further out shows the index of the law below the ceiling.
///
/// ```
/// use std::sync::Arc;
/// use tailcost::statistics::{Grid, Sketch, TailFit};
/// // Quantiles of an exponential law, whose tail index is 0.
/// let years: Vec<f64> = (1..20_000).map(|i| -libm::log(f64::from(i) / 20_000.0)).collect();
/// let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&years)));
/// sketch.insert(&years);
/// let fit = TailFit::upper(&sketch.ranked(), 1000).unwrap();
/// assert!(fit.index.abs() < 0.02 && !fit.is_heavier_than(0.1));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TailFit {
    /// Excesses fitted.
    pub years: u64,
    /// Excesses are measured from here outwards.
    pub threshold: f64,
    /// Estimate of the tail index; 0 is exponential, below 0 bounded.
    pub index: f64,
    /// Raw moments of the excesses, of order 1 to 4.
    moments: [f64; 4],
}

/// The fits of both tails, each absent where there is nothing to fit (too few distinct years), and what is known of them before the run.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tails {
    pub lower: Option<TailFit>,
    pub upper: Option<TailFit>,
    /// Absent where the config does not say which losses make the tails.
    pub known: Option<Corrections>,
}

/// What the tails must be corrected by, each absent where losses do not make it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrections {
    /// Of the lower and the upper tail, for a mean.
    pub of_mean: [Option<Correction>; 2],
    /// Of the upper tail, for a TVaR.
    pub of_tvar: Option<Correction>,
}

/// What a run's farthest years lack of the moments that their law has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correction {
    /// Excesses are measured from this amount outwards.
    pub threshold: f64,
    /// To be added to the sum of the excesses.
    pub first: f64,
    /// To be added to the sum of their squares.
    pub second: f64,
}

impl Correction {
    /// What the sums of distances and of squared distances from `origin`, which lies inwards, lack.
    pub(super) fn from(self, origin: f64) -> [f64; 2] {
        let gap = (self.threshold - origin).abs();
        [self.first, self.second + 2.0 * gap * self.first]
    }
}

impl Tails {
    pub fn of(ranked: &Ranked) -> Self {
        let years = TailFit::usual_years(ranked.years());
        Self { lower: TailFit::lower(ranked, years), upper: TailFit::upper(ranked, years), known: None }
    }

    pub(super) fn both(&self) -> impl Iterator<Item = &TailFit> {
        self.lower.iter().chain(&self.upper)
    }

    /// The index of a tail that is surely heavier than `limit`, if one is.
    pub fn heavier_than(&self, limit: f64) -> Option<f64> {
        self.both().filter(|fit| fit.is_heavier_than(limit)).map(|fit| fit.index).reduce(f64::max)
    }
}

impl TailFit {
    /// How many years to fit in a run of `n`: `100 (n / 10^4)^0.4`. A law whose local index falls slowly (lognormal) is
    /// judged ever farther out as the run grows, with ever less noise.
    pub fn usual_years(n: u64) -> u64 {
        (100.0 * pow(n as f64 / 1e4, 0.4)) as u64
    }

    /// Of the `years` largest years (at most a fifth of all, at most 4,000).
    pub fn upper(ranked: &Ranked, years: u64) -> Option<Self> {
        let n = ranked.years();
        let years = years.min(n / 5).min(MOST);
        let threshold = ranked.quantile(n - years);
        Self::fit(threshold, (0..years).map(|i| ranked.quantile(n - years + 1 + i) - threshold))
    }

    /// Of the `years` smallest years.
    pub fn lower(ranked: &Ranked, years: u64) -> Option<Self> {
        let years = years.min(ranked.years() / 5).min(MOST);
        let threshold = ranked.quantile(years + 1);
        Self::fit(threshold, (0..years).rev().map(|i| threshold - ranked.quantile(i + 1)))
    }

    /// From excesses in ascending order.
    fn fit(threshold: f64, excesses: impl Iterator<Item = f64>) -> Option<Self> {
        let excesses: Vec<f64> = excesses.filter(|&excess| excess > 0.0 && excess.is_finite()).collect();
        let distinct = excesses.chunk_by(|a, b| a == b).count();
        if distinct < FEWEST {
            return None;
        }
        let mut moments = [0.0; 4];
        for excess in &excesses {
            let mut power = 1.0;
            for moment in &mut moments {
                power *= excess;
                *moment += power;
            }
        }
        let years = excesses.len();
        let moments = moments.map(|sum| sum / years as f64);
        Some(Self { years: years as u64, threshold, index: zhang_stephens(&excesses), moments })
    }

    /// Does the index exceed `limit` beyond its sampling error (one-sided, 95%)?
    ///
    /// The estimate alone would not do: years with a light tail by chance would be reported and the others not, so that what
    /// is reported covers less than it says.
    pub fn is_heavier_than(&self, limit: f64) -> bool {
        self.index - ONE_SIDED * (1.0 + self.index) / (self.years as f64).sqrt() > limit
    }

    /// Raw moments of the excesses as sampled.
    pub(super) fn sample_moments(&self) -> [f64; 4] {
        self.moments
    }

    /// Raw moments of the fitted law with the sample's mean, its index (drawn to the prior) taken no higher than `cap`.
    pub(super) fn law_moments(&self, cap: f64) -> [f64; 4] {
        let years = self.years as f64;
        let index = ((self.index * years + PRIOR_INDEX * PRIOR_WEIGHT) / (years + PRIOR_WEIGHT)).min(cap);
        let scale = self.moments[0] * (1.0 - index);
        let mut moment = 1.0;
        [1.0, 2.0, 3.0, 4.0].map(|order| {
            moment *= order * scale / (1.0 - order * index);
            moment
        })
    }
}

/// Index of the generalised Pareto law for positive excesses in ascending order.
fn zhang_stephens(excesses: &[f64]) -> f64 {
    let n = excesses.len();
    let largest = excesses[n - 1];
    let quartile = excesses[((n as f64 / 4.0 + 0.5) as usize).max(1) - 1];
    let nodes = 30 + (n as f64).sqrt() as usize;
    let index_at = |rate: f64| sum_of_logs(excesses, rate) / n as f64;
    let profile: Vec<(f64, f64)> = (1..=nodes)
        .map(|j| 1.0 / largest + (1.0 - (nodes as f64 / (j as f64 - 0.5)).sqrt()) / (3.0 * quartile))
        .filter(|&rate| rate != 0.0)
        .map(|rate| {
            let index = index_at(rate);
            (rate, n as f64 * (ln(-rate / index) - index - 1.0))
        })
        .filter(|(_, log_likelihood)| log_likelihood.is_finite())
        .collect();
    let best = profile.iter().map(|node| node.1).fold(f64::NEG_INFINITY, f64::max);
    let (mut rate, mut total) = (0.0, 0.0);
    for (node, log_likelihood) in profile {
        let weight = crate::numerics::elementary::exp(log_likelihood - best);
        rate += weight * node;
        total += weight;
    }
    index_at(rate / total)
}

/// Sum of `ln(1 - rate z)`: one logarithm for eight factors, which cost it an absolute error of some 1e-16 each.
fn sum_of_logs(excesses: &[f64], rate: f64) -> f64 {
    let (eights, rest) = excesses.as_chunks::<8>();
    let one_by_one = |terms: &[f64]| terms.iter().map(|z| ln_1p(-rate * z)).sum::<f64>();
    let sum: f64 = eights
        .iter()
        .map(|eight| {
            let product: f64 = eight.iter().map(|z| 1.0 - rate * z).product();
            if (1e-250..1e250).contains(&product) { ln(product) } else { one_by_one(eight) }
        })
        .sum();
    sum + one_by_one(rest)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::statistics::testing::Stream;
    use crate::statistics::{Grid, Sketch};

    fn ranked(values: &[f64]) -> Ranked {
        let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&values[..values.len().min(4096)])));
        sketch.insert(values);
        sketch.ranked()
    }

    #[test]
    fn finds_the_index_of_pareto_tails_on_both_sides() {
        // 1,000 excesses: standard error (1 + index) / sqrt(1000) = 0.04 to 0.06; four of them alarm falsely once in 16,000.
        for index in [-0.2, 0.25, 0.5, 0.9] {
            let mut stream = Stream::new(17);
            let values: Vec<f64> = (0..20_000).map(|_| (pow(stream.uniform(), -index) - 1.0) / index).collect();
            let mirrored: Vec<f64> = values.iter().map(|x| -x).collect();
            let upper = TailFit::upper(&ranked(&values), 1000).unwrap();
            let lower = TailFit::lower(&ranked(&mirrored), 1000).unwrap();
            assert!((upper.index - index).abs() < 4.0 * (1.0 + index) / 1000f64.sqrt(), "{index}: {}", upper.index);
            // Mirrored but for the rounding of the pilot's median to a year.
            assert!((upper.index - lower.index).abs() < 0.01);
        }
    }

    #[test]
    fn logarithms_of_products_are_sums_of_logarithms() {
        let excesses: Vec<f64> = (0..1003).map(|i| pow(10.0, f64::from(i) / 10.0 - 60.0)).collect();
        let largest = excesses[1002];
        for rate in [0.999_999 / largest, 1e-3 / largest, -1e-30, -1.0, -1e30, -1e250] {
            let plain: f64 = excesses.iter().map(|z| ln_1p(-rate * z)).sum();
            let found = sum_of_logs(&excesses, rate);
            assert!((found - plain).abs() < 1e-12 * (1.0 + plain.abs()), "{rate}: {found} {plain}");
        }
    }

    #[test]
    fn law_moments_follow_the_index() {
        let exponential =
            TailFit { years: 1_000_000_000, threshold: 0.0, index: 0.0, moments: [2.0, 8.0, 48.0, 384.0] };
        for (found, expected) in exponential.law_moments(0.4).into_iter().zip(exponential.sample_moments()) {
            assert!((found / expected - 1.0).abs() < 1e-6, "{found} {expected}");
        }
    }

    #[test]
    fn nothing_to_fit_is_no_fit() {
        assert!(TailFit::upper(&ranked(&[1.0; 5000]), 100).is_none());
        assert!(TailFit::upper(&ranked(&[]), 100).is_none());
        assert!(TailFit::lower(&ranked(&[1.0, 2.0, 3.0]), 100).is_none());
    }
}
