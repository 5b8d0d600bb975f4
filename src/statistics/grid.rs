//! Into which cell of a fixed, ordered partition of the real line does a value fall?

use super::keys::{in_order, sort};
use super::pages::PAGE;
use crate::numerics::simd::{Bytes, Select, Simd, SimdBase, f64x8, u64x8};

/// Mantissa bits of a cell: its width is between 2^-10 and 2^-9 of its distance from the centre.
const CELL_BITS: u32 = 9;
/// Cells stop shrinking at this fraction of the scale, `2^-6`: the narrowest fine cell is about 3e-5 of the scale.
const CORE: f64 = 1.0 / 64.0;
/// A value that repeats this often in the pilot is an atom of the law.
const ATOM_REPEATS: usize = 8;
/// Up to this many atoms are compared with one by one without a branch; more are searched.
const FEW_ATOMS: usize = 8;
/// Fewer pilot values than this tell nothing of values that repeat.
const FEW_PILOT: usize = 1000;
/// A cell that holds more than this share of the pilot is too crowded to be taken as even within. A density that falls away from
/// the centre puts at most `2^-9` of its years in a cell (width over distance), 8 of a pilot of 4096; 32 by chance once in 10^10.
const CROWD: f64 = 1.0 / 128.0;
/// Cells of the window: what 16-bit counts hold in half of a first-level cache.
pub(super) const WINDOW: usize = 1 << 14;
/// Room in the window beyond the pilot's extremes: years beyond cost a branch.
const WINDOW_MARGIN: i32 = 512;

/// What must be kept of a cell besides its count?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Nothing: its years lie evenly between its edges, as far as the pilot shows.
    Counts,
    /// Its smallest and largest year: values repeat that are no atoms, or crowd in few cells, or the pilot is too small to say.
    Extremes,
}

/// An ordered partition of the finite reals, fine near a centre and widening with the distance from it.
///
/// The distance `|x - centre| + core` is cut by its float bits: the exponent and the first mantissa bits make the cell,
/// so finding it costs a shift, and every doubling of the distance has the same number of cells. Values that repeat in
/// the pilot are atoms: each has a cell of its own. The ordinal of a cell is monotone in `x`, exactly, so that
/// counts of cells are counts of years below or above.
///
/// Accuracy: with `d = |x - centre| + core`, a cell is at most `2^-9 d` wide, 512 cells a doubling; `core` is `2^-6` of the scale.
///
/// ```
/// use tailcost::statistics::Grid;
/// let grid = Grid::from_pilot(&(0..1000).map(f64::from).collect::<Vec<_>>());
/// let cells = [-5.0, 0.0, 499.9, 500.0, 500.1, 1e9].map(|x| grid.ordinal(x).unwrap());
/// assert!(cells.is_sorted() && cells[2] < cells[4]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    centre: f64,
    scale: f64,
    core: f64,
    shift: u32,
    base: u64,
    atoms: Vec<f64>,
    detail: Detail,
    /// An atom that most years have.
    usual: Option<f64>,
    /// Lowest ordinal of the window, which holds nearly all years.
    window: i32,
    /// Cells of the window, from its lowest on, that the pilot spans.
    window_cells: usize,
}

impl Grid {
    /// The grid that suits a pilot sample, a function of its values alone (not of their order).
    ///
    /// Centre: the median. Scale: the interquartile range, or where that is nothing, the median distance from the centre of
    /// the values that differ from it. Atoms: values found at least 8 times. Any pilot will do: an empty or constant one
    /// gives a grid around its value.
    pub fn from_pilot(pilot: &[f64]) -> Self {
        let mut sorted: Vec<f64> = pilot.iter().filter(|x| x.is_finite()).map(|x| x + 0.0).collect();
        sort(&mut sorted);
        let at = |share: f64| sorted.get((sorted.len() as f64 * share) as usize).copied().unwrap_or(0.0);
        let centre = at(0.5);
        let spread = at(0.75) / 2.0 - at(0.25) / 2.0;
        let scale = if spread > 0.0 {
            2.0 * spread
        } else {
            let mut distances: Vec<f64> = sorted.iter().map(|x| (x - centre).abs()).filter(|&d| d > 0.0).collect();
            sort(&mut distances);
            match distances.get(distances.len() / 2) {
                Some(&distance) => distance,
                None if centre != 0.0 => centre.abs(),
                None => 1.0,
            }
        };
        let (mut atoms, mut usual, mut repeats) = (Vec::new(), None, sorted.len() < FEW_PILOT);
        for run in sorted.chunk_by(|a, b| a == b).filter(|run| run.len() > 1) {
            if run.len() < ATOM_REPEATS {
                repeats = true;
                continue;
            }
            atoms.push(run[0]);
            if run.len() > sorted.len() / 2 {
                usual = Some(run[0]);
            }
        }
        let mut grid = Self::new(centre, scale, atoms);
        let ordinals: Vec<i32> = sorted.iter().filter_map(|&x| grid.ordinal(x)).collect();
        let crowd = (sorted.len() as f64 * CROWD) as usize;
        let crowded = ordinals.len() > crowd
            && ordinals
                .iter()
                .zip(&ordinals[crowd..])
                .zip(&sorted[crowd..])
                .any(|((a, b), x)| a == b && !grid.is_atom(*x));
        if repeats || crowded || grid.atoms.len() > FEW_ATOMS {
            grid.detail = Detail::Extremes;
        }
        grid.usual = usual;
        if let (Some(first), Some(last)) = (ordinals.first(), ordinals.last()) {
            let (low, high) = grid.range();
            let (first, last) = ((first - WINDOW_MARGIN).max(low), (last + WINDOW_MARGIN).min(high));
            // Where the pilot spans more, the cells next to the centre hold most years.
            let room = WINDOW as i32 - 1;
            let first = if last - first < room { first } else { first.max((last - room).min(-room / 2)) };
            // Pages of the counts begin at every 512th ordinal from the lowest.
            grid.window = low + (first - low) / PAGE as i32 * PAGE as i32;
            grid.window_cells = ((last - grid.window) as usize).min(WINDOW);
        }
        grid
    }

    fn new(centre: f64, scale: f64, atoms: Vec<f64>) -> Self {
        let scale = scale.clamp(1e-280, 1e280);
        // A power of two, so that the cells of the core start at a cell edge.
        let core = f64::from_bits((scale * CORE).to_bits() >> 52 << 52);
        let shift = 52 - CELL_BITS;
        let base = core.to_bits() >> shift;
        let mut grid = Self {
            centre,
            scale,
            core,
            shift,
            base,
            atoms,
            detail: Detail::Counts,
            usual: None,
            window: 0,
            window_cells: 0,
        };
        grid.window = grid.range().0;
        grid
    }

    /// The cell of `x`, a number that never falls as `x` rises; `None` when `x` (or its distance) is not finite.
    #[inline]
    pub fn ordinal(&self, x: f64) -> Option<i32> {
        let offset = x - self.centre;
        let distance = offset.abs() + self.core;
        if !distance.is_finite() {
            return None;
        }
        let steps = ((distance.to_bits() >> self.shift) - self.base) as i32;
        let side = if offset < 0.0 { !steps } else { steps };
        Some(side + self.atoms_passed(x))
    }

    /// Two for each atom below `x` and one for an atom at `x`: rises with `x`, so that adding it keeps cells in order and
    /// sets the atom apart from what lies beside it.
    #[inline]
    fn atoms_passed(&self, x: f64) -> i32 {
        if self.atoms.len() <= FEW_ATOMS {
            self.atoms.iter().map(|&atom| i32::from(x > atom) + i32::from(x >= atom)).sum()
        } else {
            let below = self.atoms.partition_point(|&atom| atom < x);
            2 * below as i32 + i32::from(self.atoms.get(below) == Some(&x))
        }
    }

    /// [`ordinal`](Self::ordinal) of eight values, in 64 bits; of those without one, something outside [`range`](Self::range).
    /// At most 8 atoms.
    #[inline(always)]
    pub(super) fn ordinals<S: Simd>(&self, simd: S, x: f64x8<S>) -> u64x8<S> {
        let offset = x - self.centre;
        let distance = offset.abs() + self.core;
        let steps = (distance.bitcast::<u64x8<S>>() >> self.shift) - u64x8::splat(simd, self.base);
        let below = offset.simd_lt(f64x8::splat(simd, 0.0));
        let mut ordinals = below.select(!steps, steps);
        let one = u64x8::splat(simd, 1);
        for &atom in &self.atoms {
            let atom = f64x8::splat(simd, atom);
            ordinals = x.simd_gt(atom).select(ordinals + one, ordinals);
            ordinals = x.simd_ge(atom).select(ordinals + one, ordinals);
        }
        ordinals
    }

    /// The smallest value of a cell that has one.
    pub(super) fn first_in(&self, ordinal: i32) -> f64 {
        let passed = self.passed(ordinal);
        match self.atoms.get(passed) {
            Some(&atom) if self.ordinal(atom) == Some(ordinal) => atom,
            _ => {
                let low = self.first_of(ordinal - 2 * passed as i32);
                passed.checked_sub(1).map_or(low, |below| low.max(self.atoms[below].next_up()))
            }
        }
    }

    /// The largest value of a cell that has one.
    pub(super) fn last_in(&self, ordinal: i32) -> f64 {
        let passed = self.passed(ordinal);
        match self.atoms.get(passed) {
            Some(&atom) if self.ordinal(atom) == Some(ordinal) => atom,
            atom => {
                let high = self.first_of(ordinal - 2 * passed as i32 + 1).next_down();
                atom.map_or(high, |above| high.min(above.next_down()))
            }
        }
    }

    /// Atoms in cells below that of an ordinal.
    fn passed(&self, ordinal: i32) -> usize {
        self.atoms.partition_point(|&atom| self.ordinal(atom).is_some_and(|cell| cell < ordinal))
    }

    /// The smallest value whose ordinal, atoms apart, is at least `side`; infinite where there is none.
    fn first_of(&self, side: i32) -> f64 {
        let reaches = |x: f64| {
            let offset = x - self.centre;
            let distance = (offset.abs() + self.core).min(f64::MAX);
            let steps = ((distance.to_bits() >> self.shift) - self.base) as i32;
            (if offset < 0.0 { !steps } else { steps }) >= side
        };
        let edge = |steps: i32| f64::from_bits((steps as u64 + self.base) << self.shift) - self.core;
        // The edge in real numbers; rounding moves it by a few units of the larger of centre and distance.
        let distance = if side >= 0 { edge(side) } else { -edge(-side) };
        let guess = (self.centre + distance).clamp(-f64::MAX, f64::MAX);
        let mut margin = (self.centre.abs().max(guess.abs()) * f64::EPSILON).max(f64::from_bits(1));
        let (mut low, mut high) = (guess - margin, guess + margin);
        while low.is_finite() && reaches(low) {
            margin *= 4.0;
            low = guess - margin;
        }
        while high.is_finite() && !reaches(high) {
            margin *= 4.0;
            high = guess + margin;
        }
        // Doubles in order are integers in order: `low` does not reach it, `high` does.
        let double = |number: i64| f64::from_bits(in_order(number) as u64);
        let (mut low, mut high) = (in_order(low.to_bits() as i64), in_order(high.to_bits() as i64));
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if reaches(double(middle)) { high = middle } else { low = middle }
        }
        double(high) + 0.0
    }

    fn is_atom(&self, x: f64) -> bool {
        self.atoms.contains(&x)
    }

    /// What a sketch on this grid keeps of a cell.
    pub(super) fn detail(&self) -> Detail {
        self.detail
    }

    /// The atom that most years of the pilot had.
    pub(super) fn usual(&self) -> Option<f64> {
        self.usual
    }

    /// Lowest ordinal of the [`WINDOW`] cells that hold nearly all years.
    pub(super) fn window(&self) -> i32 {
        self.window
    }

    /// Cells of the window, from its lowest on, that any run will fill.
    pub(super) fn window_cells(&self) -> usize {
        self.window_cells
    }

    /// Lowest and highest ordinal there can be.
    pub(super) fn range(&self) -> (i32, i32) {
        let steps = ((f64::MAX.to_bits() >> self.shift) - self.base) as i32;
        (!steps, steps + 2 * self.atoms.len() as i32)
    }

    pub fn centre(&self) -> f64 {
        self.centre
    }

    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// The values that have a cell of their own, ascending.
    pub fn atoms(&self) -> &[f64] {
        &self.atoms
    }
}

#[cfg(test)]
mod tests;
