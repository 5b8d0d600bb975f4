//! Which value stands at which rank, given how many years fell into each cell?

use serde::{Deserialize, Serialize};

/// The years that fell into one cell of a grid: how many, and between what they lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    pub count: u64,
    pub min: f64,
    pub max: f64,
}

/// What the bounds of the cells are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bounds {
    /// The smallest and the largest year in the cell.
    Extremes,
    /// The first and the last value that belong to the cell; of the outermost cells the extremes of all years.
    Edges,
}

/// The non-empty cells of a sketch in ascending order, with what lies below each: what queries are asked of.
#[derive(Debug, Clone)]
pub struct Ranked {
    cells: Vec<Cell>,
    bounds: Bounds,
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
    pub(super) const EMPTY: Self = Self { count: 0, min: f64::INFINITY, max: f64::NEG_INFINITY };

    pub(super) fn add(&mut self, value: f64) {
        self.count += 1;
        self.min = if value < self.min { value } else { self.min };
        self.max = if value > self.max { value } else { self.max };
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }
}

impl Ranked {
    /// From non-empty cells in ascending order.
    pub(super) fn from_cells(cells: Vec<Cell>, bounds: Bounds) -> Self {
        let mut years = 0;
        let below = cells
            .iter()
            .map(|cell| {
                let below = years;
                years += cell.count;
                below
            })
            .collect();
        Self { cells, bounds, below, years }
    }

    /// How many (finite) years there are.
    pub fn years(&self) -> u64 {
        self.years
    }

    /// Non-empty cells, ascending.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The `rank`-th smallest year, counted from 1: exact for the extremes, for atoms and wherever a cell is known to have one
    /// distinct value, else interpolated within the cell. NaN without years; ranks outside are taken to the nearest.
    pub fn quantile(&self, rank: u64) -> f64 {
        let Some(index) = self.cell_at(rank) else { return f64::NAN };
        let cell = self.cells[index];
        let extent = cell.max - cell.min;
        let rank = rank.clamp(1, self.years);
        let step = rank - self.below[index] - 1;
        match self.bounds {
            _ if rank == 1 => cell.min,
            _ if rank == self.years => cell.max,
            Bounds::Extremes if step + 1 == cell.count => cell.max,
            Bounds::Extremes => cell.min + extent * (step as f64 / (cell.count - 1) as f64),
            // Each of the cell's years has an equal share of it, and lies in the middle of that.
            Bounds::Edges => cell.min + extent * ((step as f64 + 0.5) / cell.count as f64),
        }
    }

    /// By how much [`quantile`](Self::quantile) may be off, a bound: the extent of the cell; 0 where it is exact.
    pub fn quantile_bound(&self, rank: u64) -> f64 {
        let Some(index) = self.cell_at(rank) else { return f64::NAN };
        let cell = self.cells[index];
        let rank = rank.clamp(1, self.years);
        let step = rank - self.below[index];
        let exact = match self.bounds {
            Bounds::Extremes => step == 1 || step == cell.count,
            Bounds::Edges => rank == 1 || rank == self.years,
        };
        if exact { 0.0 } else { cell.max - cell.min }
    }

    /// Bounds on the number of years strictly above `x`; they agree at edges and atoms.
    pub fn above(&self, x: f64) -> (u64, u64) {
        let index = self.cells.partition_point(|cell| cell.max <= x);
        match self.cells.get(index) {
            None => (0, 0),
            Some(cell) => {
                let from_here = self.years - self.below[index];
                let most = match self.bounds {
                    _ if x < cell.min => return (from_here, from_here),
                    Bounds::Extremes => from_here - 1,
                    Bounds::Edges => from_here,
                };
                (from_here - cell.count, most)
            }
        }
    }

    /// The upper bound of the cell that holds the `rank`-th smallest: a value near that rank above which the count is exact.
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

    /// Standard error of the values in the cell of this index, whose years are spread at random in it and not quite evenly.
    ///
    /// Between given bounds random years have a standard deviation of at most `extent / (2 sqrt(count))` from even ones (a bridge).
    /// Where the neighbours differ in density by a share `s`, a straight line is off by up to `s extent / 16`. Years that neither
    /// neighbour continues, beyond chance, may all stand at one value: off by `extent / sqrt(3)` where that is an edge.
    pub(super) fn interpolation_error(&self, index: usize) -> f64 {
        let cell = self.cells[index];
        let (extent, count) = (cell.max - cell.min, cell.count as f64);
        let per_width = |cell: &Cell| cell.count as f64 / (cell.max - cell.min);
        let left = index.checked_sub(1).and_then(|at| self.cells.get(at));
        let right = index.checked_add(1).and_then(|at| self.cells.get(at));
        match self.bounds {
            Bounds::Extremes => {
                let counts = [left, right].map(|cell| cell.map_or(0.0, |cell| cell.count as f64));
                let slope = (counts[0] - counts[1]).abs() / count;
                extent * (0.5 / count.sqrt() + slope.min(8.0) / 16.0)
            }
            Bounds::Edges => {
                let left = left.filter(|left| left.max.next_up() == cell.min).map_or(0.0, per_width);
                let right = right.filter(|right| cell.max.next_up() == right.min).map_or(0.0, per_width);
                let own = per_width(&cell);
                let slope = (left - right).abs() / own;
                let alone = (1.0 - left.max(right) / own - 2.0 / count.sqrt()).max(0.0);
                extent * (0.5 / count.sqrt() + slope.min(8.0) / 16.0 + alone / 3f64.sqrt())
            }
        }
    }

    /// Years below the cell of this index.
    pub(super) fn below(&self, index: usize) -> u64 {
        self.below[index]
    }
}
