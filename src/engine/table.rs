//! What does a kernel make of a block of years?

use crate::random::Years;

/// A model: turns years into figures. Every figure is a function of the year alone, whatever block or order it is asked
/// in: replay, threads and the equality of an interrupted run with a shorter one rest on that.
pub trait Kernel: Sync {
    /// Working memory of one thread, allocated once.
    type Scratch: Send;

    fn layout(&self) -> &Layout;

    fn scratch(&self) -> Self::Scratch;

    /// Fills the first `years.len()` rows of `table`; at most [`super::BLOCK`] years.
    fn simulate(&self, years: Years<'_>, scratch: &mut Self::Scratch, table: &mut Table);

    /// Names of the inputs that vary, for year tables.
    fn input_names(&self) -> Vec<String>;

    /// Values of those inputs for the years simulated last, a slice an input.
    fn inputs<'a>(&self, scratch: &'a Self::Scratch) -> Vec<&'a [f64]>;
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
}

/// A figure of an alternative that is not a sum of parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    pub name: String,
    /// Are its quantiles wanted, or moments alone?
    pub quantiles: bool,
}

/// Columns of a block of years, for each alternative: total, parts, ratios, and the year's largest single event.
#[derive(Debug, Clone)]
pub struct Table {
    rows: usize,
    parts: usize,
    ratios: usize,
    values: Vec<f64>,
}

impl Table {
    pub fn new(layout: &Layout) -> Self {
        let (parts, ratios) = (layout.parts.len(), layout.ratios.len());
        let columns = layout.alternatives.len() * (2 + parts + ratios);
        Self { rows: 0, parts, ratios, values: vec![0.0; columns * super::BLOCK] }
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

    fn column(&self, alternative: usize, column: usize) -> &[f64] {
        let start = (alternative * self.columns() + column) * super::BLOCK;
        &self.values[start..start + self.rows]
    }

    pub fn total(&self, alternative: usize) -> &[f64] {
        self.column(alternative, 0)
    }

    /// Largest single event of the year.
    pub fn peak(&self, alternative: usize) -> &[f64] {
        self.column(alternative, 1)
    }

    pub fn part(&self, alternative: usize, part: usize) -> &[f64] {
        self.column(alternative, 2 + part)
    }

    pub fn ratio(&self, alternative: usize, ratio: usize) -> &[f64] {
        self.column(alternative, 2 + self.parts + ratio)
    }

    /// All columns of one alternative at once, for writing.
    pub fn alternative_mut(&mut self, alternative: usize) -> AlternativeMut<'_> {
        let (rows, width) = (self.rows, self.columns() * super::BLOCK);
        let mut columns = self.values[alternative * width..(alternative + 1) * width]
            .chunks_exact_mut(super::BLOCK)
            .map(|column| &mut column[..rows]);
        let total = columns.next().expect("a total");
        let peak = columns.next().expect("a peak");
        let mut rest: Vec<&mut [f64]> = columns.collect();
        let ratios = rest.split_off(self.parts);
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
