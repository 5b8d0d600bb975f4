//! How are the totals of a member's years kept while they are tallied?

use super::sums::in_units;
use crate::engine::{Kernel, Layout, Table, Watch};
use crate::model::{Model, Scratch};
use crate::random::Years;
use std::sync::{Mutex, PoisonError};

/// A case whose yearly totals are written down. Years that are simulated twice, as those of the pilot, are the same both times.
pub(super) struct Recorded<'m> {
    model: &'m Model,
    years: u64,
    totals: Mutex<Totals>,
}

struct Totals {
    /// By option, in units.
    columns: Vec<Vec<i64>>,
    /// The first year met whose total cannot be added up.
    beyond: Option<(u64, f64)>,
}

impl<'m> Recorded<'m> {
    pub fn new(model: &'m Model, years: u64) -> Self {
        let columns = vec![vec![0; years as usize]; model.layout().alternatives.len()];
        Self { model, years, totals: Mutex::new(Totals { columns, beyond: None }) }
    }

    fn note(&self, years: Years<'_>, table: &Table) {
        let start = years.at(0);
        let count = years.len().min(self.years.saturating_sub(start) as usize);
        if count == 0 {
            // The pilot looks beyond a short run.
            return;
        }
        let mut totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        let Totals { columns, beyond } = &mut *totals;
        let first = start as usize;
        for (option, column) in columns.iter_mut().enumerate() {
            let rows = column[first..first + count].iter_mut().zip(table.total(option)).enumerate();
            for (row, (unit, value)) in rows {
                *unit = in_units(*value).unwrap_or_else(|| {
                    beyond.get_or_insert((start + row as u64, *value));
                    0
                });
            }
        }
    }

    /// The totals by option.
    ///
    /// # Errors
    /// A year that cannot be added up, and its total.
    pub fn finish(self) -> Result<Vec<Vec<i64>>, (u64, f64)> {
        let totals = self.totals.into_inner().unwrap_or_else(PoisonError::into_inner);
        totals.beyond.map_or(Ok(totals.columns), Err)
    }
}

impl Kernel for Recorded<'_> {
    type Scratch = Scratch;

    fn layout(&self) -> &Layout {
        self.model.layout()
    }

    fn scratch(&self) -> Scratch {
        self.model.scratch()
    }

    fn simulate(&self, years: Years<'_>, scratch: &mut Scratch, table: &mut Table) {
        self.model.simulate(years, scratch, table);
        self.note(years, table);
    }

    fn simulate_watched<W: Watch>(&self, years: Years<'_>, scratch: &mut Scratch, table: &mut Table, watch: &mut W) {
        self.model.simulate_watched(years, scratch, table, watch);
        self.note(years, table);
    }

    fn input_names(&self) -> Vec<String> {
        self.model.input_names()
    }

    fn inputs<'a>(&self, scratch: &'a mut Scratch) -> Vec<&'a [f64]> {
        self.model.inputs(scratch)
    }
}
