//! Which measures sum up the simulated years?

use super::case::OPTIONS;
use super::year::{AUDIT, Bill, COMPONENTS, DENIAL_REWORK, LABOUR, Year};
use rayon::prelude::*;
use serde_json::{Value, json};

const LEVELS: [f64; 5] = [0.90, 0.95, 0.99, 0.995, 0.999];
const QUANTILES: [f64; 15] =
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999];
const CURVE_POINTS: usize = 80;
const Z: f64 = 1.959963984540054;

/// Years simulated by one task, with the sums taken while they are still in the cache.
pub struct Chunk {
    years: Vec<Year>,
    sums: Sums,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    options: [OptionSums; OPTIONS.len()],
    differences: [Spread; OPTIONS.len()],
    costs_more: [u64; OPTIONS.len()],
}

#[derive(Clone, Copy, Default)]
struct OptionSums {
    total: Spread,
    components: [Spread; COMPONENTS.len()],
    effective_rate: Spread,
    all_in_rate: Spread,
    regret: Spread,
    cheapest: u64,
}

impl Chunk {
    pub fn new(years: Vec<Year>) -> Self {
        let mut sums = Sums::default();
        for year in &years {
            sums.push(year);
        }
        Self { years, sums }
    }
}

impl Sums {
    fn push(&mut self, year: &Year) {
        let least = year.options.iter().map(|bill| bill.total).fold(f64::INFINITY, f64::min);
        for (option, (sums, bill)) in self.options.iter_mut().zip(&year.options).enumerate() {
            sums.total.push(bill.total);
            for (spread, cost) in sums.components.iter_mut().zip(bill.components) {
                spread.push(cost);
            }
            sums.effective_rate.push(effective_rate(bill, year));
            sums.all_in_rate.push(all_in_rate(bill, year));
            sums.regret.push(bill.total - least);
            sums.cheapest += u64::from(bill.total == least);
            let difference = bill.total - year.options[0].total;
            self.differences[option].push(difference);
            self.costs_more[option] += u64::from(difference > 0.0);
        }
    }

    fn merge(mut self, other: &Self) -> Self {
        for option in 0..OPTIONS.len() {
            let (sums, more) = (&mut self.options[option], &other.options[option]);
            sums.total.merge(&more.total);
            for (spread, other) in sums.components.iter_mut().zip(&more.components) {
                spread.merge(other);
            }
            sums.effective_rate.merge(&more.effective_rate);
            sums.all_in_rate.merge(&more.all_in_rate);
            sums.regret.merge(&more.regret);
            sums.cheapest += more.cheapest;
            self.differences[option].merge(&other.differences[option]);
            self.costs_more[option] += other.costs_more[option];
        }
        self
    }
}

fn effective_rate(bill: &Bill, year: &Year) -> f64 {
    (bill.components[LABOUR] + bill.components[AUDIT] + bill.components[DENIAL_REWORK]) / year.reference_hours
}

fn all_in_rate(bill: &Bill, year: &Year) -> f64 {
    bill.total / year.reference_hours
}

/// Power sums: ample in double precision for spreads above a thousandth of the mean.
#[derive(Clone, Copy)]
struct Spread {
    count: f64,
    sum: f64,
    squares: f64,
    cubes: f64,
    min: f64,
    max: f64,
}

impl Default for Spread {
    fn default() -> Self {
        Self { count: 0.0, sum: 0.0, squares: 0.0, cubes: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

impl Spread {
    #[inline]
    fn push(&mut self, x: f64) {
        self.count += 1.0;
        self.sum += x;
        self.squares += x * x;
        self.cubes += x * x * x;
        self.min = self.min.min(x);
        self.max = self.max.max(x);
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
        self.cubes += other.cubes;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    fn mean(&self) -> f64 {
        self.sum / self.count
    }

    fn sd(&self) -> f64 {
        ((self.squares - self.sum * self.mean()) / (self.count - 1.0)).max(0.0).sqrt()
    }

    fn skewness(&self) -> f64 {
        let (mean, square, cube) = (self.mean(), self.squares / self.count, self.cubes / self.count);
        let variance = square - mean * mean;
        (cube - 3.0 * mean * square + 2.0 * mean * mean * mean) / (variance * variance.sqrt())
    }

    fn json(&self) -> Value {
        json!({ "mean": self.mean(), "mean_se": self.sd() / self.count.sqrt(), "sd": self.sd(), "min": self.min, "max": self.max })
    }
}

/// All measures of the options and of their differences from the first one.
pub fn measures(chunks: &[Chunk]) -> (Value, Value) {
    let sums = chunks.iter().fold(Sums::default(), |sums, chunk| sums.merge(&chunk.sums));
    let options: Vec<Value> =
        (0..OPTIONS.len()).into_par_iter().map(|option| option_measures(chunks, &sums, option)).collect();
    let differences: Vec<Value> = (1..OPTIONS.len())
        .into_par_iter()
        .map(|option| {
            let values = column(chunks, |year| year.options[option].total - year.options[0].total);
            let (total, exceedance, _) = total_measures(values, &sums.differences[option]);
            json!({
                "option": OPTIONS[option].0,
                "total": total,
                "exceedance": exceedance,
                "probability_costs_more": proportion(sums.costs_more[option], years(chunks)),
            })
        })
        .collect();
    (options.into(), differences.into())
}

fn option_measures(chunks: &[Chunk], sums: &Sums, option: usize) -> Value {
    let n = years(chunks);
    let sums = &sums.options[option];
    let totals = column(chunks, |year| year.options[option].total);
    let (total, exceedance, vars) = total_measures(totals, &sums.total);
    let co_tvars = co_tvars(chunks, option, &vars);
    let components: serde_json::Map<String, Value> = COMPONENTS
        .iter()
        .enumerate()
        .map(|(part, name)| {
            let mut measures = sums.components[part].json();
            measures["co_tvar"] = co_tvars.iter().map(|level| level[part]).collect();
            ((*name).to_string(), measures)
        })
        .collect();
    json!({
        "name": OPTIONS[option].0,
        "total": total,
        "components": components,
        "effective_hourly_rate": rate(column(chunks, |year| effective_rate(&year.options[option], year)), &sums.effective_rate),
        "all_in_hourly_rate": rate(column(chunks, |year| all_in_rate(&year.options[option], year)), &sums.all_in_rate),
        "probability_cheapest": proportion(sums.cheapest, n),
        "expected_regret": sums.regret.json(),
        "exceedance": exceedance,
        "oep": oep(chunks, option),
    })
}

fn years(chunks: &[Chunk]) -> u64 {
    chunks.iter().map(|chunk| chunk.years.len() as u64).sum()
}

fn column(chunks: &[Chunk], value: impl Fn(&Year) -> f64 + Sync) -> Vec<f64> {
    let mut values = vec![0.0; years(chunks) as usize];
    let mut rest = values.as_mut_slice();
    let mut places = Vec::with_capacity(chunks.len());
    for chunk in chunks {
        let (place, after) = rest.split_at_mut(chunk.years.len());
        places.push((chunk, place));
        rest = after;
    }
    places.into_par_iter().for_each(|(chunk, place)| {
        for (x, year) in place.iter_mut().zip(&chunk.years) {
            *x = value(year);
        }
    });
    values
}

/// The 1-based rank of a quantile or VaR, `ceil(n level)`; levels are multiples of 0.0005.
fn rank(n: u64, level: f64) -> u64 {
    (n * (level * 2_000.0).round() as u64).div_ceil(2_000).clamp(1, n)
}

/// Measures of a total, its exceedance curve, and the VaR of each level.
fn total_measures(mut values: Vec<f64>, spread: &Spread) -> (Value, Value, [f64; LEVELS.len()]) {
    let n = values.len() as u64;
    let around = |level: f64| {
        let half = (Z * (n as f64 * level * (1.0 - level)).sqrt()) as u64 + 1;
        let k = rank(n, level);
        (k.saturating_sub(half).max(1), k, (k + half).min(n))
    };
    let curve: Vec<u64> = exceedance_probabilities(n).map(|p| n - (p * n as f64).round() as u64).collect();
    let mut ranks: Vec<u64> = QUANTILES.iter().map(|p| rank(n, *p)).chain(curve.iter().copied()).collect();
    for level in LEVELS {
        let (low, k, high) = around(level);
        ranks.extend([low, k, high]);
    }
    ranks.retain(|rank| *rank >= 1);
    ranks.sort_unstable();
    ranks.dedup();
    place(&mut values, 0, &ranks);
    let at = |rank: u64| values[rank as usize - 1];

    let levels: Vec<Value> = LEVELS
        .iter()
        .map(|level| {
            let (low, k, high) = around(*level);
            let (var, tail) = (at(k), &values[k as usize - 1..]);
            let weight = tail.len() as f64;
            let excess = tail.iter().map(|x| x - var).sum::<f64>() / weight;
            let square = tail.iter().map(|x| (x - var) * (x - var)).sum::<f64>() / weight;
            let tvar_se = ((square - excess * excess + level * excess * excess) / weight).sqrt();
            let interval = json!({ "value": var, "low": at(low), "high": at(high) });
            json!({ "level": level, "var": interval, "tvar": var + excess, "tvar_se": tvar_se })
        })
        .collect();
    let mut measures = spread.json();
    measures["skewness"] = spread.skewness().into();
    measures["quantiles"] = QUANTILES.iter().map(|p| json!({ "p": p, "value": at(rank(n, *p)) })).collect();
    measures["levels"] = levels.into();
    let exceedance = curve
        .iter()
        .filter(|rank| **rank >= 1)
        .map(|rank| json!({ "amount": at(*rank), "probability": proportion(n - rank, n) }))
        .collect();
    (measures, exceedance, LEVELS.map(|level| at(rank(n, level))))
}

/// Puts the given 1-based ranks (ascending, distinct) where a full sort would; what lies between stays unsorted.
fn place(values: &mut [f64], before: u64, ranks: &[u64]) {
    let middle = ranks.len() / 2;
    let Some(rank) = ranks.get(middle) else { return };
    let (low, _, high) = values.select_nth_unstable_by((rank - before) as usize - 1, f64::total_cmp);
    rayon::join(|| place(low, before, &ranks[..middle]), || place(high, *rank, &ranks[middle + 1..]));
}

/// From 0.99 down to ten years of the run, evenly spaced on a log scale.
fn exceedance_probabilities(n: u64) -> impl Iterator<Item = f64> {
    let last = (10.0 / n as f64).min(0.5);
    (0..CURVE_POINTS).map(move |point| 0.99 * (last / 0.99).powf(point as f64 / (CURVE_POINTS - 1) as f64))
}

/// Mean of each component over the years that the TVaR of each level weighs: those above VaR, and a share of those tied with it.
fn co_tvars(chunks: &[Chunk], option: usize, vars: &[f64; LEVELS.len()]) -> [[f64; COMPONENTS.len()]; LEVELS.len()] {
    #[derive(Clone, Copy, Default)]
    struct Tail {
        above: [f64; COMPONENTS.len()],
        tied: [f64; COMPONENTS.len()],
        years_above: u64,
        years_tied: u64,
    }
    let add = |mut a: [Tail; LEVELS.len()], b: [Tail; LEVELS.len()]| {
        for (a, b) in a.iter_mut().zip(b) {
            for part in 0..COMPONENTS.len() {
                a.above[part] += b.above[part];
                a.tied[part] += b.tied[part];
            }
            a.years_above += b.years_above;
            a.years_tied += b.years_tied;
        }
        a
    };
    let tails = chunks
        .par_iter()
        .map(|chunk| {
            let mut tails = [Tail::default(); LEVELS.len()];
            for bill in chunk.years.iter().map(|year| &year.options[option]) {
                for (tail, var) in tails.iter_mut().zip(vars).take_while(|(_, var)| bill.total >= **var) {
                    let (sums, count) = if bill.total > *var {
                        (&mut tail.above, &mut tail.years_above)
                    } else {
                        (&mut tail.tied, &mut tail.years_tied)
                    };
                    *count += 1;
                    for (sum, cost) in sums.iter_mut().zip(bill.components) {
                        *sum += cost;
                    }
                }
            }
            tails
        })
        .reduce(|| [Tail::default(); LEVELS.len()], add);
    let n = years(chunks);
    let mut averages = [[0.0; COMPONENTS.len()]; LEVELS.len()];
    for ((averages, tail), level) in averages.iter_mut().zip(&tails).zip(LEVELS) {
        let weight = n - rank(n, level) + 1;
        let share = (weight - tail.years_above) as f64 / tail.years_tied as f64;
        for (part, average) in averages.iter_mut().enumerate() {
            *average = (tail.above[part] + share * tail.tied[part]) / weight as f64;
        }
    }
    averages
}

fn rate(mut values: Vec<f64>, spread: &Spread) -> Value {
    let n = values.len() as u64;
    let mut ranks = QUANTILES.map(|p| rank(n, p)).to_vec();
    ranks.dedup();
    place(&mut values, 0, &ranks);
    let mut measures = spread.json();
    measures["quantiles"] =
        QUANTILES.iter().map(|p| json!({ "p": p, "value": values[rank(n, *p) as usize - 1] })).collect();
    measures
}

/// Exceedance of the year's largest breach; most years have none, so that few are left to sort.
fn oep(chunks: &[Chunk], option: usize) -> Value {
    let n = years(chunks);
    let mut peaks: Vec<f64> = chunks
        .iter()
        .flat_map(|chunk| chunk.years.iter().map(|year| year.options[option].largest_breach))
        .filter(|peak| *peak > 0.0)
        .collect();
    peaks.sort_unstable_by(|a, b| b.total_cmp(a));
    let mut curve = vec![json!({ "amount": 0.0, "probability": proportion(peaks.len() as u64, n) })];
    for p in exceedance_probabilities(n) {
        let above = (p * n as f64).round() as usize;
        if let Some(peak) = peaks.get(above) {
            curve.push(json!({ "amount": peak, "probability": proportion(above as u64, n) }));
        }
    }
    curve.into()
}

/// A share of years with Wilson's 95% interval.
fn proportion(count: u64, n: u64) -> Value {
    let (n, p) = (n as f64, count as f64 / n as f64);
    let centre = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    json!({ "value": p, "low": centre - half, "high": centre + half })
}
