//! In which form does a sketch travel, and when is it refused on its way back?

use super::{Cells, Counts, Grid, Sketch};
use crate::statistics::Nonsense;
use crate::statistics::ranked::Cell;
use crate::statistics::stored::{ordinal_after, sensible, step_from};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A sketch without its grid, which the same pilot gives again: the same years give the same bytes, whoever counted them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredSketch {
    not_finite: u64,
    cells: StoredCells,
}

/// Cells that are not empty, ascending: steps from the one before, and what is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum StoredCells {
    Counts { min: f64, max: f64, cells: Vec<(u32, u64)> },
    Extremes(Vec<(u32, Cell)>),
}

impl StoredSketch {
    /// Years that were inserted, finite or not; nothing where there are more than can be counted.
    pub fn years(&self) -> Option<u64> {
        let add = |sum: u64, count: u64| sum.checked_add(count);
        match &self.cells {
            StoredCells::Counts { cells, .. } => cells.iter().map(|cell| cell.1).try_fold(self.not_finite, add),
            StoredCells::Extremes(cells) => cells.iter().map(|cell| cell.1.count).try_fold(self.not_finite, add),
        }
    }
}

impl Sketch {
    pub fn stored(&self) -> StoredSketch {
        let mut last = i64::from(self.grid.range().0) - 1;
        let cells = match &self.cells {
            Cells::Counts(counts) => {
                let (all, min, max) = counts.settled(&self.grid);
                let filled = all.in_order().filter(|(_, count)| **count > 0);
                let cells = filled.map(|(ordinal, count)| (step_from(&mut last, i64::from(ordinal)), *count)).collect();
                StoredCells::Counts { min, max, cells }
            }
            Cells::Extremes(cells) => {
                let filled = cells.in_order().filter(|(_, cell)| cell.count > 0);
                StoredCells::Extremes(
                    filled.map(|(ordinal, cell)| (step_from(&mut last, i64::from(ordinal)), *cell)).collect(),
                )
            }
        };
        StoredSketch { not_finite: self.not_finite, cells }
    }

    /// The sketch that was stored, on the grid that it was on.
    ///
    /// # Errors
    /// What no sketch on this grid can be.
    pub fn restored(grid: Arc<Grid>, stored: &StoredSketch) -> Result<Self, Nonsense> {
        sensible(stored.years().is_some(), "more years than can be counted")?;
        let mut last = i64::from(grid.range().0) - 1;
        let mut sketch = Self::new(Arc::clone(&grid));
        sketch.not_finite = stored.not_finite;
        match (&stored.cells, &mut sketch.cells) {
            (StoredCells::Counts { min, max, cells }, Cells::Counts(counts)) => {
                counts.restore(&grid, *min, *max, cells)?
            }
            (StoredCells::Extremes(stored), Cells::Extremes(cells)) => {
                for (step, cell) in stored {
                    let ordinal = ordinal_after(&mut last, *step, grid.range().1)?;
                    let within = [cell.min, cell.max].iter().all(|x| grid.ordinal(*x) == Some(ordinal));
                    sensible(cell.count > 0 && cell.min <= cell.max && within, "a cell holds years of another")?;
                    *cells.cell(ordinal) = *cell;
                }
            }
            _ => return Err(Nonsense("cells of another kind than the grid's")),
        }
        Ok(sketch)
    }
}

impl Counts {
    fn restore(&mut self, grid: &Grid, min: f64, max: f64, cells: &[(u32, u64)]) -> Result<(), Nonsense> {
        let mut last = i64::from(grid.range().0) - 1;
        let mut ends = None;
        for (step, count) in cells {
            let ordinal = ordinal_after(&mut last, *step, grid.range().1)?;
            sensible(*count > 0, "an empty cell is stored")?;
            *self.all.cell(ordinal) = *count;
            ends = Some((ends.map_or(ordinal, |(first, _)| first), ordinal));
        }
        let Some((first, end)) = ends else {
            return sensible(min == f64::INFINITY && max == f64::NEG_INFINITY, "no years have extremes");
        };
        let at_ends = grid.ordinal(min) == Some(first) && grid.ordinal(max) == Some(end);
        sensible(at_ends && min <= max, "the extremes lie outside the outermost cells")?;
        (self.min.0[0], self.max.0[0]) = (min, max);
        Ok(())
    }
}
