//! Which year stands at which rank, from the exact worst years where they reach and the sketch elsewhere?

use std::sync::{Arc, OnceLock};

use crate::numerics::Probability;
use crate::numerics::special::{beta_cdf, normal_quantile};

use super::jumps::{Jumps, Losses, Rest};
use super::level::Level;
use super::ranked::Ranked;
use super::tail_fit::{Correction, Corrections, TailFit, Tails};
use super::worst::{Extreme, Worst};

/// Of the farthest years that a tail is fitted to, one in so many is replaced by its law where that is known.
const CORRECTED: u64 = 5;
/// Losses that come to fewer runs than this count for nothing: an interval that allowed for them would hold more than 95%. By figure, so
/// that runs of laws from light to barely square-integrable cover 0.93 to 0.97 (METHODS section 10).
const RARE_FOR_A_MEAN: f64 = 0.005;
const RARE_FOR_A_TVAR: f64 = 0.02;
/// Probability of lying below one normal deviation above the middle.
const NORMAL_DEVIATION: f64 = 0.841_344_746_068_542_9;

/// Order statistics of a run: a sketch of all years and the worst ones exactly.
#[derive(Debug, Clone)]
pub struct OrderStatistics {
    ranked: Ranked,
    worst: Vec<Extreme>,
    /// The losses that make the tails, where they are known before the run.
    losses: Option<Arc<Losses>>,
    /// Fits of both tails to the usual number of years, which many figures ask for.
    tails: OnceLock<Tails>,
}

/// Ranks of the order statistics between which a quantile lies with 95%; `None` where the sample has no such year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankInterval {
    pub low: Option<u64>,
    pub high: Option<u64>,
    /// How far the interval may be cut from each end, in ranks, to hold the quantile with 95% and no more.
    cut: [f64; 2],
}

impl OrderStatistics {
    /// `worst` may be absent: then everything comes from the sketch.
    pub fn new(ranked: Ranked, worst: Option<&Worst>) -> Self {
        let mut worst = worst.map_or_else(Vec::new, Worst::sorted);
        // The sketch counts these apart, so ranks do not count them either.
        worst.retain(|extreme| extreme.value.is_finite());
        Self { ranked, worst, losses: None, tails: OnceLock::new() }
    }

    /// With the losses that make its tails, as the config has them.
    #[must_use]
    pub fn with_losses(self, losses: Option<Arc<Losses>>) -> Self {
        Self { losses, tails: OnceLock::new(), ..self }
    }

    pub fn years(&self) -> u64 {
        self.ranked.years()
    }

    pub fn ranked(&self) -> &Ranked {
        &self.ranked
    }

    /// The worst years, worst first.
    pub fn worst(&self) -> &[Extreme] {
        &self.worst
    }

    /// The laws fitted to the farthest years of both tails.
    pub fn tails(&self) -> &Tails {
        self.tails.get_or_init(|| Tails { known: self.corrections(), ..Tails::of(&self.ranked) })
    }

    /// What the farthest years of each tail must be corrected by, to have the moments that their law has.
    fn corrections(&self) -> Option<Corrections> {
        let losses = self.losses.as_ref()?;
        let count = TailFit::usual_years(self.years()) / CORRECTED;
        let side = |jumps: &Jumps, upwards: bool, rare: f64| {
            if count == 0 || self.years() < 2 * count {
                return None;
            }
            let n = self.years() as f64;
            let far = jumps.far_tail(self.rest(upwards), count as f64 / n, rare / n)?;
            let value = |from_end: u64| {
                if upwards { self.value(self.years() - from_end) } else { -self.value(1 + from_end) }
            };
            let threshold = value(count);
            let excesses = (0..count).map(|i| value(i) - threshold);
            let (first, second) = excesses.fold((0.0, 0.0), |(one, two), z| (one + z, two + z * z));
            let count = count as f64;
            let threshold = if upwards { threshold } else { -threshold };
            Some(Correction { threshold, first: count * far.first - first, second: count * far.second - second })
        };
        Some(Corrections {
            of_mean: [side(&losses.lower, false, RARE_FOR_A_MEAN), side(&losses.upper, true, RARE_FOR_A_MEAN)],
            of_tvar: side(&losses.upper, true, RARE_FOR_A_TVAR),
        })
    }

    /// The middle of the run and its spread towards a tail, the lower one mirrored.
    fn rest(&self, upwards: bool) -> Rest {
        let n = self.years() as f64;
        let at = |level: f64| self.value(((n * level) as u64).clamp(1, self.years()));
        let middle = at(0.5);
        if upwards {
            Rest { middle, spread: (at(NORMAL_DEVIATION) - middle).max(0.0) }
        } else {
            Rest { middle: -middle, spread: (middle - at(1.0 - NORMAL_DEVIATION)).max(0.0) }
        }
    }

    /// The law fitted to the `years` largest years.
    pub(super) fn upper_tail(&self, years: u64) -> Option<TailFit> {
        if years == TailFit::usual_years(self.years()) {
            self.tails().upper
        } else {
            TailFit::upper(&self.ranked, years)
        }
    }

    /// Are all years equal? A single year does not say so.
    pub fn is_constant(&self) -> bool {
        self.years() >= 2 && self.value(1) == self.value(self.years())
    }

    /// The `rank`-th smallest year, counted from 1.
    pub fn value(&self, rank: u64) -> f64 {
        match self.exact(rank) {
            Some(value) => value,
            None => self.ranked.quantile(rank),
        }
    }

    /// The value at a place between two ranks, on the line between their values.
    pub fn value_between(&self, place: f64) -> f64 {
        let rank = (place.floor() as u64).clamp(1, self.years());
        let (low, high) = (self.value(rank), self.value((rank + 1).min(self.years())));
        let share = (place - rank as f64).clamp(0.0, 1.0);
        // Equal values give that value and no rounding.
        if low == high { low } else { low + share * (high - low) }
    }

    /// The quantile at `level`: the order statistic `ceil(n level)`.
    pub fn quantile(&self, level: Level) -> f64 {
        self.value(level.rank(self.years()))
    }

    /// Standard error that interpolation in the sketch adds to the value at a rank; 0 where it is exact.
    pub fn interpolation_error(&self, rank: u64) -> f64 {
        if self.exact(rank).is_some() || self.ranked.quantile_bound(rank) == 0.0 {
            return 0.0;
        }
        self.ranked.cell_at(rank).map_or(f64::NAN, |index| self.ranked.interpolation_error(index))
    }

    /// How many of the worst years make up the tail of a level, ties with its VaR included; `None` where they are not all
    /// among the worst years kept.
    pub fn tail_rows(&self, level: Level) -> Option<usize> {
        let years = self.years();
        let var = self.exact(level.rank(years))?;
        let rows = self.worst.partition_point(|extreme| extreme.value >= var);
        (rows < self.worst.len() || self.worst.len() as u64 == years).then_some(rows)
    }

    fn exact(&self, rank: u64) -> Option<f64> {
        let from_top = self.years().checked_sub(rank)?;
        self.worst.get(usize::try_from(from_top).ok()?).map(|extreme| extreme.value)
    }
}

impl RankInterval {
    /// The quantile at `level` lies between two order statistics of `years` with probability 95% at least, 2.5% on
    /// either side: ranks from the binomial law of the number of years below the quantile.
    ///
    /// Where that binomial has fewer than a million years on its rarer side it is the exact one, else its normal
    /// expansion with skewness, within two ranks of it. [`places`](Self::places) interpolates between neighbouring ranks (Nyblom
    /// 1992, Statistics and Probability Letters 14, 129), which few years beyond a level leave far apart: whole ranks hold 0.98 with ten. David and Nagaraja 2003, *Order Statistics*, section 7.1, doi 10.1002/0471722162.
    ///
    /// ```
    /// use tailcost::statistics::{Level, RankInterval};
    /// // The median of 10 years lies between the second and the ninth with 97.9%.
    /// let median = RankInterval::of(Level::new(0.5).unwrap(), 10);
    /// assert_eq!((median.low, median.high), (Some(2), Some(9)));
    /// ```
    pub fn of(level: Level, years: u64) -> Self {
        let (n, p) = (years as f64, level.value());
        let rare = n * p.min(1.0 - p);
        if rare > 1e6 {
            let sd = (n * p * (1.0 - p)).sqrt();
            let z = normal_quantile(Probability::upper(0.025));
            let middle = n * p + (1.0 - 2.0 * p) * (z * z - 1.0) / 6.0;
            return Self {
                low: Some((middle - z * sd).floor() as u64),
                high: Some((middle + z * sd).ceil() as u64 + 1),
                cut: [0.0; 2],
            };
        }
        // P(at most k of n below) = I_{1-p}(n - k, k + 1).
        let at_most = |k: u64| beta_cdf((years - k) as f64, k as f64 + 1.0, 1.0 - p);
        // The normal expansion is a rank or two off: the search begins next to it.
        let (middle, sd) = (n * p, (n * p * (1.0 - p)).sqrt());
        let first = |bound: Probability| {
            let exceeds = |k: u64| k >= years || at_most(k) > bound;
            let guess = middle + normal_quantile(bound) * sd;
            let (mut low, mut high) = bracket((guess.max(0.0) as u64).min(years), years, exceeds);
            while low < high {
                let middle = low + (high - low) / 2;
                if exceeds(middle) { high = middle } else { low = middle + 1 }
            }
            low
        };
        // Largest rank l with P(N <= l - 1) <= 2.5%, smallest u with P(N <= u - 1) >= 97.5%.
        let low = first(Probability::lower(0.025));
        let high = first(Probability::upper(0.025)) + 1;
        // Between ranks r and r + 1, which the quantile lies below with chances `before` and `after`.
        let place_within = |r: u64, chance: f64| {
            let (before, after) = (at_most(r - 1).p(), at_most(r).p());
            let (r, n) = (r as f64, n);
            let odds = r * (1.0 - p) / ((n - r) * p) * (after - chance) / (chance - before);
            1.0 / (1.0 + odds)
        };
        let low_cut = if low >= 1 && low < years { place_within(low, 0.025) } else { 0.0 };
        let high_cut = if high >= 2 && high <= years { 1.0 - place_within(high - 1, 0.975) } else { 0.0 };
        let cut = [low_cut, high_cut];
        Self { low: (low >= 1).then_some(low), high: (high <= years).then_some(high), cut }
    }

    /// Places between ranks, for interpolation: both ends, or neither.
    pub fn places(&self) -> Option<[f64; 2]> {
        Some([self.low? as f64 + self.cut[0], self.high? as f64 - self.cut[1]])
    }
}

/// Between which ranks the first one that exceeds lies, `high` being one that does: found in growing steps from a guess.
fn bracket(guess: u64, years: u64, exceeds: impl Fn(u64) -> bool) -> (u64, u64) {
    let mut step = 2;
    if exceeds(guess) {
        let mut high = guess;
        loop {
            let low = high.saturating_sub(step);
            if low == high || !exceeds(low) {
                return (low.min(high), high);
            }
            high = low;
            step *= 2;
        }
    }
    let mut low = guess + 1;
    loop {
        let high = (low + step).min(years);
        if exceeds(high) {
            return (low, high);
        }
        low = high + 1;
        step *= 2;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::statistics::testing::{Stream, lognormal};
    use crate::statistics::{Grid, Sketch};

    #[test]
    fn ranks_are_those_of_the_binomial() {
        // The median of 10: P(2 <= N < 9), N ~ Bin(10, 1/2): ranks 2 and 9 cover 97.9% (David and Nagaraja, Order Statistics).
        let median = RankInterval::of(Level::new(0.5).unwrap(), 10);
        assert_eq!((median.low, median.high), (Some(2), Some(9)));
        // Of 100 years none may lie beyond the 0.99 quantile with 36.6%.
        assert_eq!(RankInterval::of(Level::new(0.99).unwrap(), 100).high, None);
        assert_eq!(RankInterval::of(Level::new(0.05).unwrap(), 20).low, None);
    }

    #[test]
    fn exact_and_expanded_ranks_agree_where_they_meet() {
        // Just below and above a million years on the rarer side the two forms lie within two ranks of a smooth line.
        let level = Level::new(0.9).unwrap();
        let exact = RankInterval::of(level, 9_999_990);
        let expanded = RankInterval::of(level, 10_000_010);
        assert!((expanded.low.unwrap() - exact.low.unwrap()).abs_diff(18) <= 2);
        assert!((expanded.high.unwrap() - exact.high.unwrap()).abs_diff(18) <= 2);
    }

    #[test]
    fn the_worst_years_take_over_from_the_sketch() {
        let mut stream = Stream::new(23);
        let mut values: Vec<f64> = (0..50_000).map(|_| lognormal(&mut stream, 1.0)).collect();
        let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&values[..4096])));
        sketch.insert(&values);
        let mut worst = Worst::new(600);
        worst.insert(0, &values);
        let order = OrderStatistics::new(sketch.ranked(), Some(&worst));
        values.sort_unstable_by(f64::total_cmp);
        for rank in 49_401..=50_000u64 {
            assert_eq!((order.value(rank), order.interpolation_error(rank)), (values[rank as usize - 1], 0.0));
        }
        let errors: Vec<f64> = (20_000..49_400u64)
            .step_by(7)
            .map(|rank| (order.value(rank) - values[rank as usize - 1]) / order.interpolation_error(rank).max(1e-300))
            .filter(|error| error.abs() < 1e200)
            .collect();
        let squares = errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64;
        assert!(squares < 1.0, "stated errors are at least the root mean square ones: {squares}");
        assert_eq!(order.tail_rows(Level::new(0.99).unwrap()), Some(501));
        assert_eq!(order.tail_rows(Level::new(0.9).unwrap()), None);
    }

    #[test]
    fn ties_beyond_the_worst_years_are_noticed() {
        let values: Vec<f64> = (0..1000).map(|i| if i < 100 { 7.0 } else { 1.0 }).collect();
        let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&values)));
        sketch.insert(&values);
        let mut worst = Worst::new(50);
        worst.insert(0, &values);
        let order = OrderStatistics::new(sketch.ranked(), Some(&worst));
        assert_eq!(order.quantile(Level::new(0.99).unwrap()), 7.0);
        assert_eq!(order.tail_rows(Level::new(0.99).unwrap()), None);
    }
}
