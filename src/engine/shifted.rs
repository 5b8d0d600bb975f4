//! What would the run have been had it begun at another year?
//!
//! A year is a function of seed and number, so stretches of years that share none are runs as independent as those of two seeds,
//! and nothing is compiled for them.

use super::table::{Kernel, Layout, Table};
use super::watch::Watch;
use crate::random::Years;

/// A kernel whose year 0 is the year `first` of another.
pub struct Shifted<'a, K> {
    pub kernel: &'a K,
    pub first: u64,
}

impl<K: Kernel> Shifted<'_, K> {
    fn shift<R>(&self, years: Years<'_>, work: impl FnOnce(Years<'_>) -> R) -> R {
        match years {
            Years::Range { start, len } => work(Years::Range { start: start + self.first, len }),
            Years::List(years) => {
                let years: Vec<u64> = years.iter().map(|year| year + self.first).collect();
                work(Years::List(&years))
            }
        }
    }
}

impl<K: Kernel> Kernel for Shifted<'_, K> {
    type Scratch = K::Scratch;

    fn layout(&self) -> &Layout {
        self.kernel.layout()
    }

    fn scratch(&self) -> K::Scratch {
        self.kernel.scratch()
    }

    fn simulate(&self, years: Years<'_>, scratch: &mut K::Scratch, table: &mut Table) {
        self.shift(years, |years| self.kernel.simulate(years, scratch, table));
    }

    fn simulate_watched<W: Watch>(&self, years: Years<'_>, scratch: &mut K::Scratch, table: &mut Table, watch: &mut W) {
        self.shift(years, |years| self.kernel.simulate_watched(years, scratch, table, watch));
    }

    fn simulate_alternative(&self, alternative: usize, years: Years<'_>, scratch: &mut K::Scratch, table: &mut Table) {
        self.shift(years, |years| self.kernel.simulate_alternative(alternative, years, scratch, table));
    }

    fn draws(&self) -> Option<usize> {
        self.kernel.draws()
    }

    fn input_names(&self) -> Vec<String> {
        self.kernel.input_names()
    }

    fn inputs<'b>(&self, scratch: &'b mut K::Scratch) -> Vec<&'b [f64]> {
        self.kernel.inputs(scratch)
    }
}
