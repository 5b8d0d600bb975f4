//! How many of billions of years fell where, without keeping them?

use std::sync::Arc;

use super::grid::{Detail, Grid, WINDOW};
use super::moments::{LANES, fold};
use super::pages::{PAGE, Pages};
use super::ranked::{Bounds, Cell, Ranked};
use super::reducer::Merge;
use crate::numerics::simd::{Pack, Simd, SimdBase, SimdMask, Words, f64x8, flat, u64x8};

/// Packs whose cells are found before any is counted: the processor then counts without waiting for the arithmetic.
const AHEAD: usize = 8;

/// A histogram on a [`Grid`] from which order statistics are read.
///
/// A cell holds its count. Where the pilot of the grid showed values that repeat or crowd, without being atoms, it holds the
/// extremes of what fell in as well, so that a cell with one distinct value is exact. Counts are integers: the same years give
/// the same bits in whatever order they are inserted or merged. Values that are not finite are counted apart.
///
/// Nearly all years fall into a window of cells next to each other, counted in 16 bits so that they stay near the processor; before
/// any of them can overflow they are added to the cells of 64 bits, where years outside the window are counted at once.
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
    cells: Cells,
    not_finite: u64,
}

#[derive(Debug, Clone)]
enum Cells {
    Counts(Counts),
    Extremes(Pages<Cell>),
}

/// Counts alone, and the extremes of all years.
#[derive(Debug, Clone)]
struct Counts {
    window: Box<[u16; WINDOW]>,
    /// Ordinal of the window's first cell.
    first: i32,
    /// What a count of the window holds at most.
    highest: usize,
    all: Pages<u64>,
    /// Years at the grid's usual value.
    usual: u64,
    min: Pack,
    max: Pack,
}

impl Sketch {
    pub fn new(grid: Arc<Grid>) -> Self {
        let cells = match grid.detail() {
            Detail::Counts => Cells::Counts(Counts::new(&grid)),
            Detail::Extremes => Cells::Extremes(Pages::new(grid.range(), Cell::EMPTY)),
        };
        Self { grid, cells, not_finite: 0 }
    }

    /// Takes in values one by one: the reference of [`insert_packs`](Self::insert_packs).
    pub fn insert(&mut self, values: &[f64]) {
        for &value in values {
            // Adding 0 makes -0 into 0, whose bits would otherwise depend on the order.
            let value = value + 0.0;
            match (self.grid.ordinal(value), &mut self.cells) {
                (Some(ordinal), Cells::Counts(counts)) => counts.add(ordinal, value),
                (Some(ordinal), Cells::Extremes(cells)) => cells.cell(ordinal).add(value),
                (None, _) => self.not_finite += 1,
            }
        }
    }

    /// Takes in the first `rows` values of a column.
    ///
    /// # Panics
    /// When the column is shorter.
    #[inline(always)]
    pub fn insert_packs<S: Simd>(&mut self, simd: S, column: &[Pack], rows: usize) {
        let packs = rows / LANES;
        let whole = match &mut self.cells {
            Cells::Counts(counts) => {
                counts.make_room(rows);
                let not_finite = match self.grid.usual() {
                    Some(usual) => counts.add_unusual(simd, &self.grid, usual, &column[..packs]),
                    None => counts.add_packs(simd, &self.grid, &column[..packs]),
                };
                self.not_finite += not_finite;
                packs * LANES
            }
            Cells::Extremes(_) => 0,
        };
        self.insert(&flat(column)[whole..rows]);
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
        match &self.cells {
            Cells::Counts(counts) => counts.ranked(&self.grid),
            Cells::Extremes(cells) => {
                let cells = cells.in_order().map(|(_, cell)| *cell).filter(|cell| cell.count > 0);
                Ranked::from_cells(cells.collect(), Bounds::Extremes)
            }
        }
    }
}

impl Merge for Sketch {
    /// # Panics
    /// When the grids differ: their cells cannot be added.
    fn merge(&mut self, right: &Self) {
        assert!(Arc::ptr_eq(&self.grid, &right.grid) || self.grid == right.grid, "sketches of one law share a grid");
        match (&mut self.cells, &right.cells) {
            (Cells::Counts(left), Cells::Counts(right)) => left.merge(right),
            (Cells::Extremes(left), Cells::Extremes(right)) => left.merge(right, |cell, other| cell.merge(other)),
            _ => unreachable!("one grid, one kind of cell"),
        }
        self.not_finite += right.not_finite;
    }
}

impl Counts {
    fn new(grid: &Grid) -> Self {
        let mut all = Pages::new(grid.range(), 0);
        // What a run will fill anyway is there from the start, so that memory does not grow with the years.
        for page in (0..grid.window_cells()).step_by(PAGE) {
            all.page_at(grid.window() + page as i32);
        }
        Self {
            window: Box::new([0; WINDOW]),
            first: grid.window(),
            highest: 0,
            all,
            usual: 0,
            min: Pack::splat(f64::INFINITY),
            max: Pack::splat(f64::NEG_INFINITY),
        }
    }

    fn add(&mut self, ordinal: i32, value: f64) {
        self.make_room(1);
        match self.window.get_mut((ordinal - self.first) as usize) {
            Some(count) => *count += 1,
            None => *self.all.cell(ordinal) += 1,
        }
        self.min.0[0] = if value < self.min.0[0] { value } else { self.min.0[0] };
        self.max.0[0] = if value > self.max.0[0] { value } else { self.max.0[0] };
    }

    /// Sees to it that `rows` more years cannot overflow a count of the window.
    #[inline]
    fn make_room(&mut self, rows: usize) {
        self.highest += rows;
        if self.highest > usize::from(u16::MAX) {
            self.look_for_room(rows);
        }
    }

    #[cold]
    #[inline(never)]
    fn look_for_room(&mut self, rows: usize) {
        assert!(rows <= usize::from(u16::MAX), "a block has fewer years than a count can hold");
        // The years are spread over many cells: most times none is near its end.
        self.highest = usize::from(self.window.iter().copied().max().expect("a window has cells")) + rows;
        if self.highest > usize::from(u16::MAX / 2) {
            pour(&self.window, self.first, &mut self.all);
            self.window.fill(0);
            self.highest = rows;
        }
    }

    /// Takes in packs; the number of values that were not finite.
    #[inline(always)]
    fn add_packs<S: Simd>(&mut self, simd: S, grid: &Grid, packs: &[Pack]) -> u64 {
        let (mut min, mut max) = (self.min.load(simd), self.max.load(simd));
        let first = u64x8::splat(simd, i64::from(self.first) as u64);
        let end = u64x8::splat(simd, WINDOW as u64);
        let mut not_finite = 0;
        let mut cells = [Words::ZERO; AHEAD];
        for group in packs.chunks(AHEAD) {
            let before = (min, max);
            let mut inside = true;
            for (pack, cells) in group.iter().zip(&mut cells) {
                let value = pack.load(simd);
                let cell = grid.ordinals(simd, value) - first;
                inside &= simd.all_true_mask64x8(cell.simd_lt(end));
                cell.store_slice(&mut cells.0);
                min = value.min(min);
                max = value.max(max);
            }
            if inside {
                let window: &mut [u16; WINDOW] = &mut self.window;
                for cells in &cells[..group.len()] {
                    for lane in 0..LANES {
                        window[cells.0[lane] as usize % WINDOW] += 1;
                    }
                }
            } else {
                self.min.store(before.0);
                self.max.store(before.1);
                not_finite += self.add_one_by_one(grid, flat(group));
                (min, max) = (self.min.load(simd), self.max.load(simd));
            }
        }
        self.min.store(min);
        self.max.store(max);
        not_finite
    }

    #[cold]
    #[inline(never)]
    fn add_one_by_one(&mut self, grid: &Grid, values: &[f64]) -> u64 {
        let mut not_finite = 0;
        for &value in values {
            match grid.ordinal(value) {
                Some(ordinal) => self.add(ordinal, value),
                None => not_finite += 1,
            }
        }
        not_finite
    }

    /// [`add_packs`](Self::add_packs) where most values are one and the same, whose cell would be waited for again and again.
    #[inline(always)]
    fn add_unusual<S: Simd>(&mut self, simd: S, grid: &Grid, usual: f64, packs: &[Pack]) -> u64 {
        let wanted = f64x8::splat(simd, usual);
        let mut not_finite = 0;
        for pack in packs {
            let found = pack.load(simd).simd_eq(wanted).to_bitmask();
            self.usual += u64::from(found.count_ones());
            let mut others = !found & 0xff;
            while others != 0 {
                let value = pack.0[others.trailing_zeros() as usize];
                others &= others - 1;
                match grid.ordinal(value) {
                    Some(ordinal) => self.add(ordinal, value),
                    None => not_finite += 1,
                }
            }
        }
        not_finite
    }

    fn merge(&mut self, right: &Self) {
        pour(&right.window, right.first, &mut self.all);
        self.all.merge(&right.all, |count, other| *count += other);
        self.usual += right.usual;
        for (min, other) in self.min.0.iter_mut().zip(right.min.0) {
            *min = min.min(other);
        }
        for (max, other) in self.max.0.iter_mut().zip(right.max.0) {
            *max = max.max(other);
        }
    }

    /// Everything poured together: counts of cells, and the extremes of all years.
    fn settled(&self, grid: &Grid) -> (Pages<u64>, f64, f64) {
        let mut all = self.all.clone();
        pour(&self.window, self.first, &mut all);
        let (mut min, mut max) = (fold(self.min.0, f64::min) + 0.0, fold(self.max.0, f64::max) + 0.0);
        if let Some(usual) = grid.usual().filter(|_| self.usual > 0)
            && let Some(ordinal) = grid.ordinal(usual)
        {
            *all.cell(ordinal) += self.usual;
            (min, max) = (min.min(usual), max.max(usual));
        }
        (all, min, max)
    }

    fn ranked(&self, grid: &Grid) -> Ranked {
        let (all, min, max) = self.settled(grid);
        let mut cells: Vec<Cell> = Vec::new();
        let mut next = None;
        for (ordinal, &count) in all.in_order().filter(|(_, count)| **count > 0) {
            let low = match (next, cells.last()) {
                (Some(adjacent), Some(last)) if adjacent == ordinal => last.max.next_up() + 0.0,
                _ => grid.first_in(ordinal),
            };
            cells.push(Cell { count, min: low, max: grid.last_in(ordinal) });
            next = Some(ordinal + 1);
        }
        if let Some(first) = cells.first_mut() {
            first.min = min;
        }
        if let Some(last) = cells.last_mut() {
            last.max = max;
        }
        Ranked::from_cells(cells, Bounds::Edges)
    }
}

/// Adds a window's counts to the pages it covers.
fn pour(window: &[u16; WINDOW], first: i32, all: &mut Pages<u64>) {
    for (ordinal, counts) in (first..).step_by(PAGE).zip(window.as_chunks::<PAGE>().0) {
        if counts.iter().any(|&count| count > 0) {
            for (total, &count) in all.page_at(ordinal).iter_mut().zip(counts) {
                *total += u64::from(count);
            }
        }
    }
}

mod stored;
pub use stored::StoredSketch;

#[cfg(test)]
mod tests;
