//! Which value stands at which rank among billions of years, without keeping them?

use std::sync::Arc;

use super::grid::Grid;
use super::reducer::Merge;

const PAGE_BITS: u32 = 9;
const PAGE_LEN: usize = 1 << PAGE_BITS;
const NO_PAGE: u16 = u16::MAX;

/// The years that fell into one cell of a grid: how many, and the smallest and largest of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    pub count: u64,
    pub min: f64,
    pub max: f64,
}

/// A histogram on a [`Grid`] from which order statistics are read.
///
/// Every cell holds its count and the extremes of what fell in, so a cell with one distinct value is exact. Cells are
/// allocated 512 at a time, when something falls in. Counts are integers: the same years give the same bits in
/// whatever order they are inserted or merged. Values that are not finite are counted apart.
///
/// Accuracy: the value at a rank lies in the cell of the true order statistic, so it is off by less than the cell's extent,
/// at most 2^-9 of the distance from the centre; interpolation within the cell makes it far less (see the tests).
///
/// ```
/// use std::sync::Arc;
/// use tailcost::statistics::{Grid, Sketch};
/// let years = [3.0, 1.0, 2.0, 40.0];
/// let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&years)));
/// sketch.insert(&years);
/// assert_eq!(sketch.ranked().quantile(3), 3.0);
/// ```
#[derive(Debug, Clone)]
pub struct Sketch {
    grid: Arc<Grid>,
    lowest: i32,
    table: Vec<u16>,
    pages: Vec<[Cell; PAGE_LEN]>,
    not_finite: u64,
}

/// The non-empty cells of a sketch in ascending order, with what lies below each: what queries are asked of.
#[derive(Debug, Clone)]
pub struct Ranked {
    cells: Vec<Cell>,
    /// Years below each cell.
    below: Vec<u64>,
    years: u64,
}

/// A value whose exceedances are counted exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    pub amount: f64,
    /// Years strictly above `amount`.
    pub above: u64,
}

impl Cell {
    const EMPTY: Self = Self { count: 0, min: f64::INFINITY, max: f64::NEG_INFINITY };

    /// Middle of the extremes: the cell's value to within half its extent.
    pub fn middle(&self) -> f64 {
        0.5 * self.min + 0.5 * self.max
    }
}

impl Sketch {
    pub fn new(grid: Arc<Grid>) -> Self {
        let (lowest, highest) = grid.range();
        let pages = ((highest - lowest) as usize >> PAGE_BITS) + 1;
        Self { grid, lowest, table: vec![NO_PAGE; pages], pages: Vec::new(), not_finite: 0 }
    }

    pub fn insert(&mut self, values: &[f64]) {
        for &value in values {
            // Adding 0 makes -0 into 0, whose bits would otherwise depend on the order.
            let value = value + 0.0;
            match self.grid.ordinal(value) {
                Some(ordinal) => {
                    let index = (ordinal - self.lowest) as usize;
                    let mut page = self.table[index >> PAGE_BITS];
                    if page == NO_PAGE {
                        page = self.add_page(index >> PAGE_BITS);
                    }
                    let cell = &mut self.pages[page as usize][index % PAGE_LEN];
                    cell.count += 1;
                    cell.min = if value < cell.min { value } else { cell.min };
                    cell.max = if value > cell.max { value } else { cell.max };
                }
                None => self.not_finite += 1,
            }
        }
    }

    #[cold]
    fn add_page(&mut self, slot: usize) -> u16 {
        // A page spans a doubling of the distance: floats have about 2,000 on each side, well below 2^16.
        let page = self.pages.len() as u16;
        self.table[slot] = page;
        self.pages.push([Cell::EMPTY; PAGE_LEN]);
        page
    }

    /// Values inserted that were NaN, infinite, or at an infinite distance from the centre.
    pub fn not_finite(&self) -> u64 {
        self.not_finite
    }

    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The finite years in order.
    pub fn ranked(&self) -> Ranked {
        let in_order = self.table.iter().filter(|&&page| page != NO_PAGE).flat_map(|&page| &self.pages[page as usize]);
        Ranked::from_cells(in_order.filter(|cell| cell.count > 0).copied().collect())
    }
}

impl Merge for Sketch {
    /// # Panics
    /// When the grids differ: their cells cannot be added.
    fn merge(&mut self, right: &Self) {
        assert!(Arc::ptr_eq(&self.grid, &right.grid) || self.grid == right.grid, "sketches of one law share a grid");
        for (slot, &page) in right.table.iter().enumerate().filter(|(_, page)| **page != NO_PAGE) {
            let own = if self.table[slot] == NO_PAGE { self.add_page(slot) } else { self.table[slot] };
            for (cell, other) in self.pages[own as usize].iter_mut().zip(&right.pages[page as usize]) {
                cell.count += other.count;
                cell.min = cell.min.min(other.min);
                cell.max = cell.max.max(other.max);
            }
        }
        self.not_finite += right.not_finite;
    }
}

impl Ranked {
    /// From non-empty cells in ascending order.
    fn from_cells(cells: Vec<Cell>) -> Self {
        let mut years = 0;
        let below = cells
            .iter()
            .map(|cell| {
                let below = years;
                years += cell.count;
                below
            })
            .collect();
        Self { cells, below, years }
    }

    /// How many (finite) years there are.
    pub fn years(&self) -> u64 {
        self.years
    }

    /// Non-empty cells, ascending.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The `rank`-th smallest year, counted from 1: exact for the extremes, for atoms and wherever a cell has one distinct
    /// value, else interpolated between the cell's extremes. NaN without years; ranks outside are taken to the nearest.
    pub fn quantile(&self, rank: u64) -> f64 {
        let Some(index) = self.cell_at(rank) else { return f64::NAN };
        let cell = self.cells[index];
        let step = rank.clamp(1, self.years) - self.below[index] - 1;
        match cell.count - 1 {
            0 => cell.min,
            last if step == last => cell.max,
            last => cell.min + (cell.max - cell.min) * (step as f64 / last as f64),
        }
    }

    /// By how much [`quantile`](Self::quantile) may be off, a bound: the extent of the cell; 0 where it is exact.
    pub fn quantile_bound(&self, rank: u64) -> f64 {
        let Some(index) = self.cell_at(rank) else { return f64::NAN };
        let cell = self.cells[index];
        let step = rank.clamp(1, self.years) - self.below[index];
        if step == 1 || step == cell.count { 0.0 } else { cell.max - cell.min }
    }

    /// Bounds on the number of years strictly above `x`; they agree at edges and atoms.
    pub fn above(&self, x: f64) -> (u64, u64) {
        let index = self.cells.partition_point(|cell| cell.max <= x);
        match self.cells.get(index) {
            None => (0, 0),
            Some(cell) => {
                let from_here = self.years - self.below[index];
                if x < cell.min { (from_here, from_here) } else { (from_here - cell.count, from_here - 1) }
            }
        }
    }

    /// The largest year of the cell that holds the `rank`-th smallest: a value near that rank above which the count is exact.
    pub fn edge_near_rank(&self, rank: u64) -> Option<Edge> {
        let index = self.cell_at(rank)?;
        let cell = self.cells[index];
        Some(Edge { amount: cell.max, above: self.years - self.below[index] - cell.count })
    }

    /// Index of the cell that holds a rank.
    pub(super) fn cell_at(&self, rank: u64) -> Option<usize> {
        let rank = rank.clamp(1, self.years.max(1));
        self.below.partition_point(|&below| below < rank).checked_sub(1)
    }

    /// Years below the cell of this index.
    pub(super) fn below(&self, index: usize) -> u64 {
        self.below[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{Stream, lognormal};

    fn sketch_of(values: &[f64]) -> Sketch {
        let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&values[..values.len().min(4096)])));
        values.chunks(1024).for_each(|block| sketch.insert(block));
        sketch
    }

    #[test]
    fn quantiles_agree_with_the_sorted_sample() {
        // Bound: the interpolated value may miss the order statistic by the spacing noise in its cell and by the curvature
        // of the law in it; 1e-3 of the distance is half a cell, never passed by construction of the cells (2^-9 = 2e-3).
        for sigma in [0.1, 1.0, 2.5] {
            let mut stream = Stream::new(7);
            let mut values: Vec<f64> = (0..200_000).map(|_| 1e6 * lognormal(&mut stream, sigma)).collect();
            let sketch = sketch_of(&values);
            let ranked = sketch.ranked();
            values.sort_unstable_by(f64::total_cmp);
            for rank in [1u64, 2, 200, 20_000, 100_000, 150_000, 190_000, 199_000, 199_900, 199_999, 200_000] {
                let exact = values[rank as usize - 1];
                let found = ranked.quantile(rank);
                let distance = (exact - sketch.grid().centre()).abs() + sketch.grid().scale() / 64.0;
                assert!((found - exact).abs() <= 1e-3 * distance, "sigma {sigma} rank {rank}: {found} for {exact}");
                assert!((found - exact).abs() <= ranked.quantile_bound(rank));
            }
            assert_eq!((ranked.quantile(1), ranked.quantile(200_000)), (values[0], values[199_999]));
        }
    }

    #[test]
    fn interpolation_error_is_far_below_the_sampling_error() {
        // At n = 200,000 the standard error of the 0.99 quantile of a lognormal of sigma 1 is sqrt(p q / n) / density =
        // 2.23e-4 / 0.0026 = 0.086; a tenth of it is 0.0086.
        let mut stream = Stream::new(3);
        let mut values: Vec<f64> = (0..200_000).map(|_| lognormal(&mut stream, 1.0)).collect();
        let ranked = sketch_of(&values).ranked();
        values.sort_unstable_by(f64::total_cmp);
        for rank in (197_000..=199_000).step_by(100) {
            assert!((ranked.quantile(rank) - values[rank as usize - 1]).abs() < 0.0086);
        }
    }

    #[test]
    fn counts_above_edges_are_exact() {
        let mut stream = Stream::new(11);
        let mut values: Vec<f64> = (0..50_000).map(|_| lognormal(&mut stream, 1.5)).collect();
        values.extend([2.5; 700]);
        let sketch = sketch_of(&values);
        let ranked = sketch.ranked();
        let count = |x: f64| values.iter().filter(|&&v| v > x).count() as u64;
        for rank in (1..50_700).step_by(997) {
            let edge = ranked.edge_near_rank(rank).unwrap();
            assert_eq!(edge.above, count(edge.amount));
            assert_eq!(ranked.above(edge.amount), (edge.above, edge.above));
        }
        let (low, high) = ranked.above(1.2345);
        assert!(low <= count(1.2345) && count(1.2345) <= high);
        assert_eq!((ranked.above(-1.0), ranked.above(1e9)), ((50_700, 50_700), (0, 0)));
    }

    #[test]
    fn atoms_are_exact_at_every_rank() {
        let mut stream = Stream::new(5);
        let values: Vec<f64> =
            (0..20_000).map(|i| if i % 50 == 0 { 1e6 * lognormal(&mut stream, 1.0) } else { 0.0 }).collect();
        let ranked = sketch_of(&values).ranked();
        for rank in [1, 10_000, 19_600] {
            assert_eq!(ranked.quantile(rank), 0.0);
            assert_eq!(ranked.edge_near_rank(rank).unwrap(), Edge { amount: 0.0, above: 400 });
        }
        assert!(ranked.quantile(19_601) > 0.0);
    }

    #[test]
    fn merging_is_free_of_order_to_the_bit() {
        let mut stream = Stream::new(9);
        let values: Vec<f64> =
            (0..30_000).map(|i| if i % 3 == 0 { -0.0 } else { lognormal(&mut stream, 2.0) - 1.0 }).collect();
        let grid = Arc::new(Grid::from_pilot(&values[..4096]));
        let parts: Vec<Sketch> = values
            .chunks(1000)
            .map(|block| {
                let mut sketch = Sketch::new(grid.clone());
                sketch.insert(block);
                sketch
            })
            .collect();
        let merge = |order: Vec<usize>| {
            let mut sum = Sketch::new(grid.clone());
            order.into_iter().for_each(|i| sum.merge(&parts[i]));
            let bits = |cell: &Cell| (cell.count, cell.min.to_bits(), cell.max.to_bits());
            sum.ranked().cells().iter().map(bits).collect::<Vec<_>>()
        };
        let forward = merge((0..30).collect());
        assert_eq!(forward, merge((0..30).rev().collect()));
        assert_eq!(forward, merge((0..30).map(|i| (i * 7 + 3) % 30).collect()));
    }

    #[test]
    fn what_is_not_finite_is_counted_apart() {
        let mut sketch = sketch_of(&[1.0; 100]);
        sketch.insert(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0]);
        assert_eq!((sketch.not_finite(), sketch.ranked().years()), (3, 101));
        assert_eq!(sketch.ranked().quantile(50), 1.0);
        let empty = Sketch::new(Arc::new(Grid::from_pilot(&[])));
        assert!(empty.ranked().quantile(1).is_nan() && empty.ranked().edge_near_rank(1).is_none());
    }
}
