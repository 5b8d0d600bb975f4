//! What is kept of the years that have been simulated?
//!
//! Two kinds, by how they merge. [`Counts`] hold integers and exact extremes: they merge in any order to the same bits, so
//! each thread has its own. [`Sums`] hold floating-point moments: they merge in the canonical tree over blocks.

use super::{Layout, Table};
use crate::random::Years;
use crate::statistics::{Grid, Level, Merge, Moments, Moments2, Sketch, TailPlan, TailSums, Worst};
use std::sync::Arc;

/// Worst years kept exactly, for each alternative and each difference.
pub const WORST: usize = 16_384;

/// Totals this close, relative to the larger, are equal but for rounding: 14 parts of several workforces are added in an order
/// that depends on the alternative, so that shares of one price would otherwise cost now more, now less than the whole.
const ROUNDING: f64 = 1e-12;

/// Everything kept of a run.
#[derive(Debug, Clone)]
pub struct Tallies {
    pub years: u64,
    pub sums: Sums,
    pub counts: Counts,
}

/// Grids and thresholds, fixed by the pilot years so that all threads count into the same cells.
#[derive(Debug, Clone)]
pub struct TallyPlan {
    alternatives: Vec<AlternativePlan>,
    differences: Vec<SeriesPlan>,
    split: Split,
}

/// Two ways to cut the total into columns that add up to it: the parts it counts; and, where parts are left out of
/// it, these and the rest. Whatever is averaged over the tail must add up.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    pub counted: Vec<usize>,
    pub left_out: Vec<usize>,
}

#[derive(Debug, Clone)]
struct AlternativePlan {
    total: SeriesPlan,
    left_out: Option<Arc<TailPlan>>,
    ratios: Vec<Option<Arc<Grid>>>,
    peak: Arc<Grid>,
}

#[derive(Debug, Clone)]
struct SeriesPlan {
    grid: Arc<Grid>,
    tail: Arc<TailPlan>,
}

/// Order-free part of a tally.
#[derive(Debug, Clone)]
pub struct Counts {
    pub alternatives: Vec<AlternativeCounts>,
    /// Of each alternative after the first against the first.
    pub differences: Vec<DifferenceCounts>,
}

#[derive(Debug, Clone)]
pub struct AlternativeCounts {
    pub total: SeriesCounts,
    /// Tail sums of the parts that the total leaves out, and of the rest, where there are any.
    pub left_out: Option<TailSums>,
    /// For ratios whose quantiles are wanted.
    pub ratios: Vec<Option<Sketch>>,
    pub peak: Sketch,
    pub peak_worst: Worst,
}

#[derive(Debug, Clone)]
pub struct DifferenceCounts {
    pub total: SeriesCounts,
    /// Years in which the alternative costs more than the first.
    pub more: u64,
}

/// Distribution of one series: quantiles, the worst years, the sums of its tail.
#[derive(Debug, Clone)]
pub struct SeriesCounts {
    pub sketch: Sketch,
    pub worst: Worst,
    pub tail: TailSums,
}

/// Floating-point part of a tally.
#[derive(Debug, Clone)]
pub struct Sums {
    pub alternatives: Vec<AlternativeSums>,
    pub differences: Vec<DifferenceSums>,
}

#[derive(Debug, Clone)]
pub struct AlternativeSums {
    pub total: Moments,
    pub parts: Vec<Moments>,
    pub ratios: Vec<Moments>,
    /// Share of the year's cheapest place: 1 alone, 1/2 when tied with another.
    pub cheapest: Moments2,
    /// What the alternative costs above the cheapest of the year.
    pub regret: Moments,
}

#[derive(Debug, Clone)]
pub struct DifferenceSums {
    pub total: Moments,
    pub parts: Vec<Moments>,
}

impl TallyPlan {
    /// From the tables of the pilot years.
    pub fn from_pilot(layout: &Layout, pilot: &[Table], levels: &[Level]) -> Self {
        let gather = |column: &dyn Fn(&Table) -> Vec<f64>| pilot.iter().flat_map(column).collect::<Vec<f64>>();
        let lowest = levels.first().copied().unwrap_or_else(|| Level::new(0.9).expect("a level"));
        let split = Split::of(layout);
        let series = |totals: Vec<f64>, parts: &[Vec<f64>]| {
            let grid = Arc::new(Grid::from_pilot(&totals));
            let parts: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
            SeriesPlan { tail: Arc::new(TailPlan::from_pilot(&grid, &totals, &parts, lowest)), grid }
        };
        let totals: Vec<Vec<f64>> =
            (0..layout.alternatives.len()).map(|a| gather(&|table| table.total(a).to_vec())).collect();
        let alternatives = (0..layout.alternatives.len())
            .map(|a| {
                let column = |part: usize| gather(&|table| table.part(a, part).to_vec());
                let parts: Vec<Vec<f64>> = split.counted.iter().map(|&part| column(part)).collect();
                let total = series(totals[a].clone(), &parts);
                let left_out = (!split.left_out.is_empty()).then(|| {
                    let mut parts: Vec<Vec<f64>> = split.left_out.iter().map(|&part| column(part)).collect();
                    parts.push(rest(&totals[a], &parts.iter().map(Vec::as_slice).collect::<Vec<_>>()));
                    series(totals[a].clone(), &parts).tail
                });
                let ratios = layout.ratios.iter().enumerate().map(|(r, ratio)| {
                    ratio.quantiles.then(|| Arc::new(Grid::from_pilot(&gather(&|table| table.ratio(a, r).to_vec()))))
                });
                AlternativePlan {
                    total,
                    left_out,
                    ratios: ratios.collect(),
                    peak: Arc::new(Grid::from_pilot(&gather(&|table| table.peak(a).to_vec()))),
                }
            })
            .collect();
        let differences = totals[1..]
            .iter()
            .map(|totals_of| series(totals_of.iter().zip(&totals[0]).map(|(x, base)| excess(*x, *base)).collect(), &[]))
            .collect();
        Self { alternatives, differences, split }
    }

    /// Empty counts.
    pub fn counts(&self) -> Counts {
        let series = |plan: &SeriesPlan| SeriesCounts {
            sketch: Sketch::new(Arc::clone(&plan.grid)),
            worst: Worst::new(WORST),
            tail: TailSums::new(Arc::clone(&plan.tail)),
        };
        let alternatives = self.alternatives.iter().map(|plan| AlternativeCounts {
            total: series(&plan.total),
            left_out: plan.left_out.as_ref().map(|tail| TailSums::new(Arc::clone(tail))),
            ratios: plan.ratios.iter().map(|grid| grid.as_ref().map(|grid| Sketch::new(Arc::clone(grid)))).collect(),
            peak: Sketch::new(Arc::clone(&plan.peak)),
            peak_worst: Worst::new(WORST),
        });
        let differences = self.differences.iter().map(|plan| DifferenceCounts { total: series(plan), more: 0 });
        Counts { alternatives: alternatives.collect(), differences: differences.collect() }
    }
}

impl Split {
    pub fn of(layout: &Layout) -> Self {
        let (counted, left_out) = (0..layout.parts.len()).partition(|&part| layout.counted[part]);
        Self { counted, left_out }
    }
}

/// What of the totals is not in these parts, year by year.
///
/// ```
/// assert_eq!(tailcost::engine::rest(&[10.0, 7.0], &[&[1.0, 2.0], &[3.0, 0.0]]), [6.0, 5.0]);
/// ```
pub fn rest(totals: &[f64], parts: &[&[f64]]) -> Vec<f64> {
    let mut rest = totals.to_vec();
    for part in parts {
        rest.iter_mut().zip(*part).for_each(|(rest, value)| *rest -= value);
    }
    rest
}

impl Counts {
    /// Takes in a block; `work` is working space.
    pub fn insert(&mut self, plan: &TallyPlan, years: Years<'_>, table: &Table, work: &mut Vec<f64>) {
        let first = if years.is_empty() { 0 } else { years.at(0) };
        for (a, counts) in self.alternatives.iter_mut().enumerate() {
            let parts: Vec<&[f64]> = plan.split.counted.iter().map(|&part| table.part(a, part)).collect();
            counts.total.insert(first, table.total(a), &parts);
            if let Some(tail) = &mut counts.left_out {
                let mut parts: Vec<&[f64]> = plan.split.left_out.iter().map(|&part| table.part(a, part)).collect();
                let rest = rest(table.total(a), &parts);
                parts.push(&rest);
                tail.insert(table.total(a), &parts);
            }
            for (r, sketch) in counts.ratios.iter_mut().enumerate() {
                if let Some(sketch) = sketch {
                    sketch.insert(table.ratio(a, r));
                }
            }
            counts.peak.insert(table.peak(a));
            counts.peak_worst.insert(first, table.peak(a));
        }
        let base = table.total(0);
        for (d, counts) in self.differences.iter_mut().enumerate() {
            exceed(table.total(d + 1), base, work);
            counts.more += work.iter().map(|difference| u64::from(*difference > 0.0)).sum::<u64>();
            counts.total.insert(first, work, &[]);
        }
    }
}

impl SeriesCounts {
    fn insert(&mut self, first_year: u64, totals: &[f64], parts: &[&[f64]]) {
        self.sketch.insert(totals);
        self.worst.insert(first_year, totals);
        self.tail.insert(totals, parts);
    }
}

impl Sums {
    /// The moments of a block; `work` is working space.
    pub fn of(layout: &Layout, table: &Table, work: &mut Vec<f64>) -> Self {
        let options = layout.alternatives.len();
        let cheapest = cheapest(options, table);
        let alternatives = (0..options)
            .map(|a| {
                exceed(table.total(a), &cheapest.least, work);
                let regret = Moments::from_slice(work);
                for ((share, regret), ties) in work.iter_mut().zip(cheapest.regrets(table, a)).zip(&cheapest.ties) {
                    *share = if regret == 0.0 { 1.0 / ties } else { 0.0 };
                }
                AlternativeSums {
                    total: Moments::from_slice(table.total(a)),
                    parts: (0..layout.parts.len()).map(|part| Moments::from_slice(table.part(a, part))).collect(),
                    ratios: (0..layout.ratios.len()).map(|ratio| Moments::from_slice(table.ratio(a, ratio))).collect(),
                    cheapest: Moments2::from_slice(work),
                    regret,
                }
            })
            .collect();
        let differences = (1..options)
            .map(|a| {
                exceed(table.total(a), table.total(0), work);
                let total = Moments::from_slice(work);
                let parts = (0..layout.parts.len())
                    .map(|part| {
                        subtract(table.part(a, part), table.part(0, part), work);
                        Moments::from_slice(work)
                    })
                    .collect();
                DifferenceSums { total, parts }
            })
            .collect();
        Self { alternatives, differences }
    }
}

/// The least total of each year, and how many alternatives share it.
struct Cheapest {
    least: Vec<f64>,
    ties: Vec<f64>,
}

impl Cheapest {
    fn regrets<'a>(&'a self, table: &'a Table, alternative: usize) -> impl Iterator<Item = f64> + 'a {
        table.total(alternative).iter().zip(&self.least).map(|(total, least)| excess(*total, *least))
    }
}

fn cheapest(options: usize, table: &Table) -> Cheapest {
    let mut least = table.total(0).to_vec();
    for a in 1..options {
        for (least, total) in least.iter_mut().zip(table.total(a)) {
            *least = least.min(*total);
        }
    }
    let mut ties = vec![0.0; least.len()];
    for a in 0..options {
        for ((ties, least), total) in ties.iter_mut().zip(&least).zip(table.total(a)) {
            *ties += if excess(*total, *least) == 0.0 { 1.0 } else { 0.0 };
        }
    }
    Cheapest { least, ties }
}

/// What a total is above another; 0 where rounding alone tells them apart.
fn excess(total: f64, other: f64) -> f64 {
    let excess = total - other;
    if excess.abs() <= ROUNDING * total.abs().max(other.abs()) { 0.0 } else { excess }
}

fn exceed(totals: &[f64], others: &[f64], out: &mut Vec<f64>) {
    out.clear();
    out.extend(totals.iter().zip(others).map(|(total, other)| excess(*total, *other)));
}

fn subtract(left: &[f64], right: &[f64], out: &mut Vec<f64>) {
    out.clear();
    out.extend(left.iter().zip(right).map(|(a, b)| a - b));
}

impl Merge for Counts {
    fn merge(&mut self, right: &Self) {
        self.alternatives.merge(&right.alternatives);
        self.differences.merge(&right.differences);
    }
}

impl Merge for AlternativeCounts {
    fn merge(&mut self, right: &Self) {
        self.total.merge(&right.total);
        if let (Some(left), Some(right)) = (&mut self.left_out, &right.left_out) {
            left.merge(right);
        }
        for (left, right) in self.ratios.iter_mut().zip(&right.ratios) {
            if let (Some(left), Some(right)) = (left, right) {
                left.merge(right);
            }
        }
        self.peak.merge(&right.peak);
        self.peak_worst.merge(&right.peak_worst);
    }
}

impl Merge for DifferenceCounts {
    fn merge(&mut self, right: &Self) {
        self.total.merge(&right.total);
        self.more += right.more;
    }
}

impl Merge for SeriesCounts {
    fn merge(&mut self, right: &Self) {
        self.sketch.merge(&right.sketch);
        self.worst.merge(&right.worst);
        self.tail.merge(&right.tail);
    }
}

impl Merge for Sums {
    fn merge(&mut self, right: &Self) {
        self.alternatives.merge(&right.alternatives);
        self.differences.merge(&right.differences);
    }
}

impl Merge for AlternativeSums {
    fn merge(&mut self, right: &Self) {
        self.total.merge(&right.total);
        self.parts.merge(&right.parts);
        self.ratios.merge(&right.ratios);
        self.cheapest.merge(&right.cheapest);
        self.regret.merge(&right.regret);
    }
}

impl Merge for DifferenceSums {
    fn merge(&mut self, right: &Self) {
        self.total.merge(&right.total);
        self.parts.merge(&right.parts);
    }
}
