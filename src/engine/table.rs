//! What does a kernel make of a block of years?

use super::watch::{Stage, Watch};
use crate::numerics::simd::{LANES, Pack, flat, flat_mut};
use crate::random::Years;

/// Packs of a column.
pub const PACKS: usize = super::BLOCK / LANES;

/// A model: turns years into figures. Every figure is a function of the year alone, whatever block or order it is asked
/// in: replay, threads and the equality of an interrupted run with a shorter one rest on that.
pub trait Kernel: Sync {
    /// Working memory of one thread, allocated once.
    type Scratch: Send;

    fn layout(&self) -> &Layout;

    fn scratch(&self) -> Self::Scratch;

    /// Fills the first `years.len()` rows of `table`; at most [`super::BLOCK`] years.
    fn simulate(&self, years: Years<'_>, scratch: &mut Self::Scratch, table: &mut Table);

    /// [`Kernel::simulate`], saying which stage begins.
    fn simulate_watched<W: Watch>(
        &self,
        years: Years<'_>,
        scratch: &mut Self::Scratch,
        table: &mut Table,
        watch: &mut W,
    ) {
        watch.enter(Stage::Mechanisms);
        self.simulate(years, scratch, table);
    }

    /// [`Kernel::simulate`] where one alternative is all that is asked for: the columns of the others may hold anything.
    fn simulate_alternative(
        &self,
        _alternative: usize,
        years: Years<'_>,
        scratch: &mut Self::Scratch,
        table: &mut Table,
    ) {
        self.simulate(years, scratch, table);
    }

    /// Uniforms that every year takes, where that is a fixed number: what a year costs at least.
    fn draws(&self) -> Option<usize> {
        None
    }

    /// Names of the inputs that vary, for year tables.
    fn input_names(&self) -> Vec<String>;

    /// Values of those inputs for the years simulated last, a slice an input; what those years did not need is drawn now.
    fn inputs<'a>(&self, scratch: &'a mut Self::Scratch) -> Vec<&'a [f64]>;
}

/// What the columns of a [`Table`] are.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// What is compared, the baseline first.
    pub alternatives: Vec<String>,
    /// Lines that make up a total.
    pub parts: Vec<String>,
    /// Is the line counted in the total?
    pub counted: Vec<bool>,
    pub ratios: Vec<Ratio>,
    /// By alternative: parts that are 0 in every year whatever is drawn, which nobody needs to add up. None for alternatives beyond
    /// its end.
    pub zero_parts: Vec<Vec<usize>>,
}

impl Layout {
    /// Is the part of the alternative 0 in every year?
    pub fn is_zero(&self, alternative: usize, part: usize) -> bool {
        self.zero_parts.get(alternative).is_some_and(|parts| parts.contains(&part))
    }
}

/// A figure of an alternative that is not a sum of parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    pub name: String,
    /// Are its quantiles wanted, or moments alone?
    pub quantiles: bool,
}

/// Columns of a block of years, for each alternative: total, parts, ratios, and the year's largest single event.
///
/// A column is [`PACKS`] packs long whatever the rows in use; what stands beyond them is of no year.
#[derive(Debug, Clone)]
pub struct Table {
    rows: usize,
    parts: usize,
    ratios: usize,
    values: Vec<Pack>,
}

impl Table {
    pub fn new(layout: &Layout) -> Self {
        let (parts, ratios) = (layout.parts.len(), layout.ratios.len());
        let columns = layout.alternatives.len() * (2 + parts + ratios);
        Self { rows: 0, parts, ratios, values: vec![Pack::ZERO; columns * PACKS] }
    }

    /// Rows in use.
    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn set_rows(&mut self, rows: usize) {
        assert!(rows <= super::BLOCK, "a block holds {} years, not {rows}", super::BLOCK);
        self.rows = rows;
    }

    fn columns(&self) -> usize {
        2 + self.parts + self.ratios
    }

    fn column(&self, alternative: usize, column: usize) -> &[Pack] {
        let start = (alternative * self.columns() + column) * PACKS;
        &self.values[start..start + PACKS]
    }

    pub fn total_packs(&self, alternative: usize) -> &[Pack] {
        self.column(alternative, 0)
    }

    pub fn peak_packs(&self, alternative: usize) -> &[Pack] {
        self.column(alternative, 1)
    }

    pub fn part_packs(&self, alternative: usize, part: usize) -> &[Pack] {
        self.column(alternative, 2 + part)
    }

    pub fn ratio_packs(&self, alternative: usize, ratio: usize) -> &[Pack] {
        self.column(alternative, 2 + self.parts + ratio)
    }

    pub fn total(&self, alternative: usize) -> &[f64] {
        &flat(self.total_packs(alternative))[..self.rows]
    }

    /// Largest single event of the year.
    pub fn peak(&self, alternative: usize) -> &[f64] {
        &flat(self.peak_packs(alternative))[..self.rows]
    }

    pub fn part(&self, alternative: usize, part: usize) -> &[f64] {
        &flat(self.part_packs(alternative, part))[..self.rows]
    }

    pub fn ratio(&self, alternative: usize, ratio: usize) -> &[f64] {
        &flat(self.ratio_packs(alternative, ratio))[..self.rows]
    }

    /// All columns of one alternative in packs, for writing: total, peak, parts, ratios, [`PACKS`] each.
    pub fn packs_mut(&mut self, alternative: usize) -> &mut [Pack] {
        let width = self.columns() * PACKS;
        &mut self.values[alternative * width..(alternative + 1) * width]
    }

    /// All columns of one alternative at once, for writing.
    pub fn alternative_mut(&mut self, alternative: usize) -> AlternativeMut<'_> {
        let rows = self.rows;
        let parts = self.parts;
        let mut columns =
            self.packs_mut(alternative).chunks_exact_mut(PACKS).map(|column| &mut flat_mut(column)[..rows]);
        let total = columns.next().expect("a total");
        let peak = columns.next().expect("a peak");
        let mut rest: Vec<&mut [f64]> = columns.collect();
        let ratios = rest.split_off(parts);
        AlternativeMut { total, peak, parts: rest, ratios }
    }
}

/// Columns of one alternative, to be filled.
pub struct AlternativeMut<'a> {
    pub total: &'a mut [f64],
    pub peak: &'a mut [f64],
    pub parts: Vec<&'a mut [f64]>,
    pub ratios: Vec<&'a mut [f64]>,
}
