//! What are VaR, TVaR and the components' co-TVaR at a level, and how sure is each?

use crate::numerics::elementary::exp;

use super::estimate::{Estimate, Judged, Withheld};
use super::intervals::{Z, skewed_interval};
use super::level::Level;
use super::moments::{LANES, fold};
use super::order::{OrderStatistics, RankInterval};
use super::tail_fit::{SETTLED, TailFit};
use super::tail_sums::TailSums;

/// Years that must lie beyond a level for its TVaR to have an interval.
const YEARS_BEYOND: u64 = 100;
/// A tail surely heavier than this leaves TVaR without an interval, where nothing but the sample says how heavy it is.
const TVAR_LIMIT: f64 = 0.4;
/// The fitted second moment is taken at no higher an index than this, short of its pole at 1/2.
const TVAR_INDEX_CAP: f64 = 0.45;
/// A tail that grows heavier outwards (a retention, then the years beyond a cover) is fitted to this part of its farthest years as well,
/// where no more than [`SETTLED`] are fitted: a longer run has enough of both.
const FARTHER: u64 = 3;
/// As [`TVAR_INDEX_CAP`], for that fit.
const FARTHER_INDEX_CAP: f64 = 0.485;
/// An interval missing a side needs about this many years beyond: `ln 0.025 = -3.7`.
const YEARS_BEYOND_VAR: u64 = 4;

/// Where the components of the tail's years are to be found.
#[derive(Debug, Clone, Copy)]
pub enum TailYears<'a> {
    /// Columns of the worst years, in the order of [`OrderStatistics::worst`], at least
    /// [`tail_rows`](OrderStatistics::tail_rows) long.
    Rows(&'a [&'a [f64]]),
    /// Sums by cell, where the worst years kept do not reach.
    Sums(&'a TailSums),
}

/// The measures of one level.
#[derive(Debug, Clone, PartialEq)]
pub struct TailMeasures {
    pub level: Level,
    pub var: Judged,
    pub tvar: Judged,
    /// In the order of the parts.
    pub co_tvar: Vec<Judged>,
}

/// VaR, TVaR and co-TVaRs at a level.
///
/// With `k = ceil(n level)`, VaR is the `k`-th smallest year and the tail weighs `w = n - k + 1` years: those strictly above VaR 1
/// each, those tied with it the rest in equal shares. TVaR and the co-TVaRs are means under the same weights, so co-TVaRs
/// of parts that add up to the total add up to the TVaR, to rounding.
///
/// From rows this is exact. From sums all cells above VaR's are exact (to the fixed-point unit); in VaR's own cell the worst
/// of its years are taken, the mean of their totals from the sketch and that of their parts from it along the slope between the
/// neighbouring cells; the slopes of the parts add up to 1, which keeps them additive. An atom's cell needs none of that.
/// Which of the cell's years a rare part falls in is not told, so that its co-TVaR may miss by up to a tenth of its standard error.
///
/// Intervals, 95%:
/// - VaR: order statistics at binomial ranks, interpolated between neighbours (Nyblom 1992), widened where the sketch's own error is above a tenth of the standard error.
/// - TVaR: the estimate is VaR plus the mean excess `s`, whose variance is `(Var(x | tail) + level s^2) / w` (Manistre and
///   Hancock 2005, doi:10.1080/10920277.2005.10596203). A normal interval covers 0.87 to 0.91 for skewed tails: a sample without its share
///   of the largest years understates both mean and variance. Here `s exp(-z e)` and `s exp(z e)`, `e` being the relative standard error
///   in which the farthest years have the moments of their law, where the losses that make them are known
///   ([`OrderStatistics::with_losses`]). Else the sample's own error downwards, and upwards that with the second moment of the farthest years,
///   `100 (n / 10^4)^0.4` of them, raised to that of their fitted Pareto law; where the farthest third of them shows a higher index, to that
///   of its law if it is more. Covered by 4,000 runs of n = 10,000: the tables of METHODS.md section 10. A power tail of index 0.8, which has
///   no variance, is covered by only 0.5 to 0.6 of the few runs that report it, and a config with such a law never does.
/// - co-TVaR: the variance of its influence function, `(Var(c | tail) + level (coTVaR - c_q)^2) / w` with `c_q` the local mean of
///   the part at VaR, and from rows its skewness. Half a total, same laws: 0.942 to 0.959, but for
///   an index of 0.6: 0.91 to 0.93, and of 0.8: 0.60 to 0.71.
///
/// Both are withheld with fewer than 100 years beyond, and where the tail index is above 0.4 by more than its error: TVaR's where losses are
/// not known, co-TVaR's in a run of fewer than about 900,000 years.
///
/// ```
/// use std::sync::Arc;
/// use tailcost::statistics::{Grid, Level, OrderStatistics, Sketch, TailYears, Worst, tail_measures};
/// let years = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 7.0, 8.0, 9.0];
/// let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&years)));
/// let mut worst = Worst::new(8);
/// sketch.insert(&years);
/// worst.insert(0, &years);
/// let order = OrderStatistics::new(sketch.ranked(), Some(&worst));
/// // The eighth of ten is 7; 9 and 8 weigh 1 each, the two years at 7 share the one that is left.
/// let tail = tail_measures(Level::new(0.8).unwrap(), &order, TailYears::Rows(&[]));
/// assert_eq!((tail.var.estimate.value, tail.tvar.estimate.value), (7.0, 8.0));
/// ```
///
/// # Panics
/// When rows are given that the worst years do not cover (`tail_rows` is `None` or longer than a column).
pub fn tail_measures(level: Level, order: &OrderStatistics, years: TailYears) -> TailMeasures {
    let n = order.years();
    if n == 0 {
        let nothing = Judged::withheld(f64::NAN, Withheld::TooFewYears { beyond: 0, needed: YEARS_BEYOND });
        return TailMeasures { level, var: nothing, tvar: nothing, co_tvar: vec![nothing; years.parts()] };
    }
    let rank = level.rank(n);
    let var = var_estimate(level, order);
    let tail = Tail { level, years: n, weight: n - rank + 1, var: var.estimate.value };
    let averages = match years {
        TailYears::Rows(parts) => tail.averages_of_rows(order, parts),
        TailYears::Sums(sums) => tail.averages_of_sums(order, sums),
    };
    let missing = averages.unreached.or_else(|| tail.too_few());
    let heavy = order.tails().upper.filter(|fit| fit.is_heavier_than(TVAR_LIMIT));
    let heavy_tail = |fit: TailFit| Withheld::HeavyTail { index: fit.index, limit: TVAR_LIMIT };
    let withheld = missing.or_else(|| heavy.filter(|_| order.tails().known.is_none()).map(heavy_tail));
    // The losses of a part are not told apart: its interval stands on the sample alone.
    let withheld_from_parts = missing.or_else(|| heavy.filter(|fit| fit.years < SETTLED).map(heavy_tail));
    let tvar = match withheld {
        _ if order.is_constant() => Judged::sure(Estimate::exact(averages.total)),
        Some(reason) => Judged::withheld(averages.total, reason),
        None => Judged::sure(tail.tvar_interval(order, averages.total, averages.square_excess, var.estimate)),
    };
    let co_tvar = averages.parts.into_iter().map(|part| part.judge(&tail, withheld_from_parts)).collect();
    TailMeasures { level, var, tvar, co_tvar }
}

/// VaR alone, for a law whose tail has no components.
pub fn var_estimate(level: Level, order: &OrderStatistics) -> Judged {
    let n = order.years();
    let rank = level.rank(n);
    let value = order.value(rank);
    match RankInterval::of(level, n).places() {
        _ if order.is_constant() => Judged::sure(Estimate::exact(value)),
        Some([low, high]) => {
            let standard_error = (order.value_between(high) - order.value_between(low)) / (2.0 * Z);
            let end = |place: f64, side: f64| {
                let error = order.interpolation_error(place as u64);
                order.value_between(place) + if error > 0.1 * standard_error { side * Z * error } else { 0.0 }
            };
            Judged::sure(Estimate::between(value, end(low, -1.0).min(value), end(high, 1.0).max(value)))
        }
        None => Judged::withheld(value, Withheld::TooFewYears { beyond: n - rank, needed: YEARS_BEYOND_VAR }),
    }
}

impl TailYears<'_> {
    fn parts(&self) -> usize {
        match self {
            Self::Rows(parts) => parts.len(),
            Self::Sums(sums) => sums.plan().parts(),
        }
    }
}

struct Tail {
    level: Level,
    years: u64,
    /// Years the tail weighs.
    weight: u64,
    var: f64,
}

struct Averages {
    total: f64,
    /// Mean square of the excess over VaR.
    square_excess: f64,
    parts: Vec<PartAverage>,
    unreached: Option<Withheld>,
}

/// A part in the tail: its mean, and the raw moments of its distance from its local mean at VaR.
struct PartAverage {
    mean: f64,
    distance: f64,
    square: f64,
    cube: Option<f64>,
}

impl Tail {
    fn averages_of_rows(&self, order: &OrderStatistics, parts: &[&[f64]]) -> Averages {
        let rows = order.tail_rows(self.level).expect("rows are asked for where the worst years cover the tail");
        let worst = &order.worst()[..rows];
        let above = worst.partition_point(|extreme| extreme.value > self.var);
        let weight = self.weight as f64;
        let tied = (self.weight - above as u64) as f64 / (rows - above) as f64;
        // About the root of the years next to VaR tell what a part is there: near enough, and enough of them.
        let near = ((weight.sqrt() as usize).max(10)).max(rows - above).min(rows);
        let average = |[of_above, of_tied]: [f64; 2]| (of_above + tied * of_tied) / weight;
        let averages = |column: &[f64], from: f64| {
            let (of_above, of_tied) = column[..rows].split_at(above);
            let (of_above, of_tied) = (power_sums(of_above, from), power_sums(of_tied, from));
            [0, 1, 2, 3].map(|power| average([of_above[power], of_tied[power]]))
        };
        let parts = parts
            .iter()
            .map(|part| {
                let at_var = compensated_sum(part[rows - near..rows].iter().copied()) / near as f64;
                let [mean, distance, square, cube] = averages(part, at_var);
                PartAverage { mean, distance, square, cube: Some(cube) }
            })
            .collect();
        let totals: Vec<f64> = worst.iter().map(|extreme| extreme.value).collect();
        let [total, _, square_excess, _] = averages(&totals, self.var);
        Averages { total, square_excess, parts, unreached: None }
    }

    fn averages_of_sums(&self, order: &OrderStatistics, sums: &TailSums) -> Averages {
        let weight = self.weight as f64;
        let of_sketch = SketchTail::new(order, 0, self.weight);
        let square_excess = of_sketch.square_excess(self.var) / weight;
        let unreached = match sums.out_of_range() {
            0 if sums.reaches(self.weight) => None,
            0 => Some(Withheld::TailNotReached { threshold: sums.plan().threshold() }),
            years => Some(Withheld::NotFinite { years }),
        };
        if unreached.is_some() {
            let unknown = || PartAverage { mean: f64::NAN, distance: f64::NAN, square: f64::NAN, cube: None };
            let parts = (0..sums.plan().parts()).map(|_| unknown()).collect();
            return Averages { total: of_sketch.sum() / weight, square_excess, parts, unreached };
        }
        let cells = sums.cells();
        let mut boundary = cells.len() - 1;
        let mut above = 0;
        while above + sums.count(cells[boundary]) < self.weight {
            above += sums.count(cells[boundary]);
            boundary -= 1;
        }
        let plan = sums.plan();
        let whole = sums.row_sums(&cells[boundary + 1..]);
        let tail = sums.row_sums(&cells[boundary..]);
        let cell = sums.row_sums(&cells[boundary..=boundary]);
        let (first, last) = (boundary.saturating_sub(1), (boundary + 1).min(cells.len() - 1));
        let (below, beyond) = (sums.row_sums(&cells[first..=first]), sums.row_sums(&cells[last..=last]));
        let around = sums.row_sums(&cells[first..=last]);
        let taken = (self.weight - above) as f64;
        let rise = beyond.mean(0, plan) - below.mean(0, plan);
        let shift = SketchTail::new(order, above, self.weight - above).sum() / taken - cell.mean(0, plan);
        let along = if rise > 0.0 && self.weight - above < cell.count { shift / rise } else { 0.0 };
        let average = |column: usize| {
            let slope = beyond.mean(column, plan) - below.mean(column, plan);
            (whole.sum(column, plan) + taken * (cell.mean(column, plan) + along * slope)) / weight
        };
        let parts = (1..=plan.parts())
            .map(|column| {
                let mean = average(column);
                let distance = mean - around.mean(column, plan);
                PartAverage { mean, distance, square: tail.variance(column, plan) + distance * distance, cube: None }
            })
            .collect();
        Averages { total: average(0), square_excess, parts, unreached: None }
    }

    fn too_few(&self) -> Option<Withheld> {
        let beyond = self.weight - 1;
        (beyond < YEARS_BEYOND).then_some(Withheld::TooFewYears { beyond, needed: YEARS_BEYOND })
    }

    fn tvar_interval(&self, order: &OrderStatistics, tvar: f64, square_excess: f64, var: Estimate) -> Estimate {
        let excess = tvar - self.var;
        let tail_is_an_atom = excess <= 0.0;
        if tail_is_an_atom {
            // TVaR moves with VaR alone.
            return Estimate { value: tvar, ..var };
        }
        let weight = self.weight as f64;
        let relative_error = |square: f64, excess: f64| {
            let variance = (square - excess * excess).max(0.0) + self.level.value() * excess * excess;
            (variance / weight).sqrt() / excess
        };
        if let Some(correction) = order.tails().known.and_then(|known| known.of_tvar) {
            let [first, second] = correction.from(self.var);
            let (excess_of_law, square) = (excess + first / weight, square_excess + second / weight);
            if excess_of_law > 0.0 {
                let error = relative_error(square, excess_of_law);
                let at = |z: f64| self.var + excess * exp(z * error);
                return Estimate::between(tvar, at(-Z), at(Z));
            }
        }
        let years = TailFit::usual_years(self.years).min(self.weight - 1);
        let promise = |fit: TailFit, cap: f64| {
            let more = fit.law_moments(cap)[1] - fit.sample_moments()[1];
            more.max(0.0) * fit.years as f64 / weight
        };
        let near = order.upper_tail(years);
        let far = if years < SETTLED { order.upper_tail(years / FARTHER) } else { None };
        let promised_near = near.map_or(0.0, |fit| promise(fit, TVAR_INDEX_CAP));
        let promised = match (near, far) {
            (Some(near), Some(far)) if far.index > near.index => promised_near.max(promise(far, FARTHER_INDEX_CAP)),
            _ => promised_near,
        };
        let low = self.var + excess * exp(-Z * relative_error(square_excess, excess));
        let high = self.var + excess * exp(Z * relative_error(square_excess + promised, excess));
        Estimate::between(tvar, low, high)
    }
}

impl PartAverage {
    fn judge(self, tail: &Tail, withheld: Option<Withheld>) -> Judged {
        if let Some(reason) = withheld {
            return Judged::withheld(self.mean, reason);
        }
        // The influence of a year is its distance in the tail and 0 elsewhere; from its raw moments over all years, its central ones.
        let share = tail.weight as f64 / tail.years as f64;
        let (first, second) = (share * self.distance, share * self.square);
        let variance = second - first * first;
        // NaN is no variation either.
        let varies = variance > 0.0;
        if !varies {
            return Judged::withheld(self.mean, Withheld::NoVariation);
        }
        let third = self.cube.map_or(0.0, |cube| share * cube - 3.0 * first * second + 2.0 * first * first * first);
        let root = (tail.years as f64).sqrt();
        let skewness = third / (variance * variance.sqrt()) / root;
        let (low, high) = skewed_interval(self.mean, variance.sqrt() / root / share, skewness);
        Judged::sure(Estimate::between(self.mean, low, high))
    }
}

/// Some of the largest years as the sketch has them: pieces of cells, each a run of evenly spaced values.
struct SketchTail {
    pieces: Vec<Piece>,
}

struct Piece {
    years: f64,
    low: f64,
    high: f64,
}

impl SketchTail {
    /// The `years` largest years but for the `skipped` largest.
    fn new(order: &OrderStatistics, skipped: u64, years: u64) -> Self {
        let ranked = order.ranked();
        let (mut rank, last) = (ranked.years() - skipped - years + 1, ranked.years() - skipped);
        let mut pieces = Vec::new();
        while rank <= last {
            let index = ranked.cell_at(rank).expect("the rank is of a year");
            let end = (ranked.below(index) + ranked.cells()[index].count).min(last);
            let years = (end - rank + 1) as f64;
            pieces.push(Piece { years, low: ranked.quantile(rank), high: ranked.quantile(end) });
            rank = end + 1;
        }
        Self { pieces }
    }

    fn sum(&self) -> f64 {
        compensated_sum(self.pieces.iter().map(|piece| piece.years * (0.5 * piece.low + 0.5 * piece.high)))
    }

    fn square_excess(&self, var: f64) -> f64 {
        compensated_sum(self.pieces.iter().map(|piece| {
            let excess = 0.5 * piece.low + 0.5 * piece.high - var;
            piece.years * excess * excess
        }))
    }
}

/// Sums of the values, and of the first three powers of their distance from `from`; by lanes, in a fixed order.
fn power_sums(values: &[f64], from: f64) -> [f64; 4] {
    let mut sums = [[0.0; LANES]; 4];
    let (whole, rest) = values.as_chunks::<LANES>();
    let mut add = |lane: usize, value: f64| {
        let distance = value - from;
        let square = distance * distance;
        sums[0][lane] += value;
        sums[1][lane] += distance;
        sums[2][lane] += square;
        sums[3][lane] += square * distance;
    };
    for chunk in whole {
        for (lane, value) in chunk.iter().enumerate() {
            add(lane, *value);
        }
    }
    rest.iter().enumerate().for_each(|(lane, value)| add(lane, *value));
    sums.map(|lanes| fold(lanes, |a, b| a + b))
}

/// Neumaier's sum: the terms' order is fixed, their rounding errors are kept.
fn compensated_sum(terms: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0f64, 0.0);
    for term in terms {
        let next = sum + term;
        lost += if sum.abs() >= term.abs() { (sum - next) + term } else { (term - next) + sum };
        sum = next;
    }
    sum + lost
}

#[cfg(test)]
mod tests;
