//! Into which cells and about which pivots are years counted and added up, before any is?

use super::compare::excess;
use super::rests::pivots;
use super::{AlternativeCounts, Counts, DifferenceCounts, SeriesCounts, WORST, WORST_PEAKS};
use crate::engine::{Layout, Table};
use crate::statistics::{Grid, Level, Sketch, TailPlan, TailSums, Worst};
use std::sync::Arc;

/// Grids, thresholds and pivots, fixed by the pilot years so that all threads count into the same cells.
#[derive(Debug, Clone)]
pub struct TallyPlan {
    pub(super) alternatives: Vec<AlternativePlan>,
    pub(super) differences: Vec<DifferencePlan>,
    /// Parts added up as rests, by alternative, and what their moments are about.
    pub(super) rests: (Vec<Vec<usize>>, Vec<f64>),
}

#[derive(Debug, Clone)]
pub(super) struct AlternativePlan {
    pub total: SeriesPlan,
    /// Pivots of the parts, or nothing for those that are 0 in every year.
    pub parts: Vec<Option<f64>>,
    /// The parts that are not, in order.
    pub tail_parts: Vec<usize>,
    pub ratios: Vec<RatioPlan>,
    pub peak: Arc<Grid>,
    pub regret: f64,
}

#[derive(Debug, Clone)]
pub(super) struct DifferencePlan {
    pub total: SeriesPlan,
}

#[derive(Debug, Clone)]
pub(super) struct SeriesPlan {
    pub pivot: f64,
    pub grid: Arc<Grid>,
    pub tail: Arc<TailPlan>,
}

#[derive(Debug, Clone)]
pub(super) struct RatioPlan {
    pub pivot: f64,
    /// Where quantiles are wanted.
    pub grid: Option<Arc<Grid>>,
}

impl TallyPlan {
    /// From the tables of the pilot years; `rests` as in [`Request`](crate::engine::Request).
    pub fn from_pilot(layout: &Layout, pilot: &[Table], levels: &[Level], rests: &[Vec<usize>]) -> Self {
        let lowest = levels.first().copied().unwrap_or_else(|| Level::new(0.9).expect("a level"));
        let gather = |column: &dyn Fn(&Table) -> &[f64]| {
            let mut values = Vec::with_capacity(pilot.iter().map(Table::rows).sum());
            pilot.iter().for_each(|table| values.extend_from_slice(column(table)));
            values
        };
        let options = layout.alternatives.len();
        let totals: Vec<Vec<f64>> = (0..options).map(|a| gather(&|table| table.total(a))).collect();
        let mut least = totals[0].clone();
        for total in &totals[1..] {
            least.iter_mut().zip(total).for_each(|(least, total)| *least = least.min(*total));
        }
        let above = |total: &[f64], others: &[f64]| -> Vec<f64> {
            total.iter().zip(others).map(|(total, other)| excess(*total, *other)).collect()
        };
        let alternatives = (0..options)
            .map(|a| {
                let tail_parts: Vec<usize> = (0..layout.parts.len()).filter(|&part| !layout.is_zero(a, part)).collect();
                let columns: Vec<Vec<f64>> =
                    tail_parts.iter().map(|&part| gather(&|table| table.part(a, part))).collect();
                let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
                let mut parts = vec![None; layout.parts.len()];
                for (&part, column) in tail_parts.iter().zip(&columns) {
                    parts[part] = Some(pivot(column));
                }
                let ratios = layout.ratios.iter().enumerate().map(|(r, ratio)| {
                    let column = gather(&|table| table.ratio(a, r));
                    let grid = ratio.quantiles.then(|| Arc::new(Grid::from_pilot(&column)));
                    RatioPlan { pivot: pivot(&column), grid }
                });
                AlternativePlan {
                    total: SeriesPlan::of(&totals[a], &columns, lowest),
                    parts,
                    ratios: ratios.collect(),
                    peak: Arc::new(Grid::from_pilot(&gather(&|table| table.peak(a)))),
                    regret: pivot(&above(&totals[a], &least)),
                    tail_parts,
                }
            })
            .collect();
        let differences = totals[1..]
            .iter()
            .map(|total| DifferencePlan { total: SeriesPlan::of(&above(total, &totals[0]), &[], lowest) })
            .collect();
        let rests = (rests.to_vec(), pivots(rests, pilot));
        Self { alternatives, differences, rests }
    }

    /// Empty counts.
    pub fn counts(&self) -> Counts {
        let alternatives = self.alternatives.iter().map(|plan| AlternativeCounts {
            total: plan.total.counts(),
            tail_parts: plan.tail_parts.clone(),
            ratios: plan
                .ratios
                .iter()
                .map(|ratio| ratio.grid.as_ref().map(|grid| Sketch::new(Arc::clone(grid))))
                .collect(),
            peak: Sketch::new(Arc::clone(&plan.peak)),
            peak_worst: Worst::new(WORST_PEAKS),
            won: vec![0; self.alternatives.len()],
        });
        let differences = self.differences.iter().map(|plan| DifferenceCounts { total: plan.total.counts(), more: 0 });
        Counts { alternatives: alternatives.collect(), differences: differences.collect() }
    }
}

impl SeriesPlan {
    fn of(totals: &[f64], parts: &[&[f64]], lowest: Level) -> Self {
        let grid = Grid::from_pilot(totals);
        let tail = TailPlan::from_pilot(&grid, totals, parts, lowest);
        Self { pivot: pivot(totals), grid: Arc::new(grid), tail: Arc::new(tail) }
    }

    fn counts(&self) -> SeriesCounts {
        SeriesCounts {
            sketch: Sketch::new(Arc::clone(&self.grid)),
            worst: Worst::new(WORST),
            tail: TailSums::new(Arc::clone(&self.tail)),
        }
    }
}

/// A pivot for moments: the mean of the pilot years, to rounding.
fn pivot(column: &[f64]) -> f64 {
    column.iter().sum::<f64>() / column.len() as f64
}
