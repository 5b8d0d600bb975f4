//! In which form do tail sums travel, and when are they refused on their way back?

use super::{FITS, FITS_SQUARED, TailPlan, TailSums};
use crate::numerics::simd::LANES;
use crate::statistics::Nonsense;
use crate::statistics::stored::{ordinal_after, sensible, step_from};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Tail sums without their plan, which the same pilot gives again: the same years give the same bytes, whoever added them up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredTail {
    out_of_range: u64,
    /// Cells that are not empty, ascending: steps from the one before, and years.
    cells: Vec<(u32, u64)>,
    /// Cell by cell: amounts of the total and of each part, then squares, without the lanes that pad a row.
    sums: Vec<i128>,
}

/// Sums of a cell that are stored: where nobody asks for squares the total's alone.
fn columns(plan: &TailPlan) -> usize {
    if plan.parts() == 0 { 1 } else { 2 * (plan.parts() + 1) }
}

/// The lane of a stored sum among those of a cell, which padding follows in both halves.
fn lane(plan: &TailPlan, column: usize) -> usize {
    let amounts = plan.parts() + 1;
    if column < amounts { column } else { plan.packs() * LANES + column - amounts }
}

impl StoredTail {
    /// Years at or above the threshold, summed or not; nothing where there are more than can be counted.
    pub fn years(&self) -> Option<u64> {
        self.cells.iter().map(|cell| cell.1).try_fold(self.out_of_range, u64::checked_add)
    }
}

impl TailSums {
    pub fn stored(&self) -> StoredTail {
        let mut last = i64::from(self.plan.lowest()) - 1;
        let mut stored = StoredTail { out_of_range: self.out_of_range, cells: Vec::new(), sums: Vec::new() };
        for (ordinal, slot) in self.cells.ordinals() {
            stored.cells.push((step_from(&mut last, ordinal), self.cells.count(slot)));
            let sums: Vec<i128> = self.cells.sums(slot).collect();
            stored.sums.extend((0..columns(&self.plan)).map(|column| sums[lane(&self.plan, column)]));
        }
        stored
    }

    /// The sums that were stored, of the plan that they were of.
    ///
    /// # Errors
    /// What cannot be sums of this plan.
    pub fn restored(plan: Arc<TailPlan>, stored: &StoredTail) -> Result<Self, Nonsense> {
        let columns = columns(&plan);
        sensible(stored.sums.len() == stored.cells.len() * columns, "sums and cells of a tail do not match")?;
        sensible(stored.years().is_some(), "more years than can be counted")?;
        let amounts = plan.parts() + 1;
        let mut last = i64::from(plan.lowest()) - 1;
        let mut sums = Self::new(Arc::clone(&plan));
        sums.out_of_range = stored.out_of_range;
        let mut row = vec![0; if plan.parts() == 0 { 1 } else { 2 * plan.packs() * LANES }];
        for ((step, count), stored) in stored.cells.iter().zip(stored.sums.chunks_exact(columns)) {
            let ordinal = ordinal_after(&mut last, *step, plan.grid().range().1)?;
            sensible(*count > 0, "an empty cell is stored")?;
            for (column, sum) in stored.iter().enumerate() {
                // No year adds more than this to a cell.
                let most = if column < amounts { FITS } else { FITS_SQUARED * FITS_SQUARED } as i128;
                let most = most.saturating_mul(i128::from(*count));
                let least = if column < amounts { -most } else { 0 };
                sensible((least..=most).contains(sum), "a sum of the tail is larger than its years can make it")?;
                row[lane(&plan, column)] = *sum;
            }
            let slot = sums.cells.slot(i64::from(ordinal)).expect("an ordinal of the grid, not below the lowest");
            sums.cells.restore(slot, *count, &row);
        }
        Ok(sums)
    }
}
