//! Into which cell of a fixed, ordered partition of the real line does a value fall?

/// Mantissa bits of a cell: its width is between 2^-10 and 2^-9 of its distance from the centre.
const CELL_BITS: u32 = 9;
/// Cells stop shrinking at this fraction of the scale, `2^-6`: the narrowest fine cell is about 3e-5 of the scale.
const CORE: f64 = 1.0 / 64.0;
/// A value that repeats this often in the pilot is an atom of the law.
const ATOM_REPEATS: usize = 8;
/// Up to this many atoms are counted one by one without a branch; more are searched.
const FEW_ATOMS: usize = 8;

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
}

impl Grid {
    /// The grid that suits a pilot sample, a function of its values alone (not of their order).
    ///
    /// Centre: the median. Scale: the interquartile range, or where that is nothing, the median distance from the centre of
    /// the values that differ from it. Atoms: values found at least 8 times. Any pilot will do: an empty or constant one
    /// gives a grid around its value.
    pub fn from_pilot(pilot: &[f64]) -> Self {
        let mut sorted: Vec<f64> = pilot.iter().filter(|x| x.is_finite()).map(|x| x + 0.0).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| sorted.get((sorted.len() as f64 * share) as usize).copied().unwrap_or(0.0);
        let centre = at(0.5);
        let atoms: Vec<f64> =
            sorted.chunk_by(|a, b| a == b).filter(|run| run.len() >= ATOM_REPEATS).map(|run| run[0]).collect();
        let mut distances: Vec<f64> = sorted.iter().map(|x| (x - centre).abs()).filter(|&d| d > 0.0).collect();
        distances.sort_unstable_by(f64::total_cmp);
        let spread = at(0.75) / 2.0 - at(0.25) / 2.0;
        let scale = match distances.get(distances.len() / 2) {
            Some(_) if spread > 0.0 => 2.0 * spread,
            Some(&distance) => distance,
            None if centre != 0.0 => centre.abs(),
            None => 1.0,
        };
        Self::new(centre, scale, atoms)
    }

    fn new(centre: f64, scale: f64, atoms: Vec<f64>) -> Self {
        let scale = scale.clamp(1e-280, 1e280);
        // A power of two, so that the cells of the core start at a cell edge.
        let core = f64::from_bits((scale * CORE).to_bits() >> 52 << 52);
        let shift = 52 - CELL_BITS;
        Self { centre, scale, core, shift, base: core.to_bits() >> shift, atoms }
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

    /// Lowest and highest ordinal there can be.
    pub(super) fn range(&self) -> (i32, i32) {
        let steps = ((f64::INFINITY.to_bits() >> self.shift) - self.base) as i32;
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
mod tests {
    use super::*;

    fn normal_like(count: usize) -> Vec<f64> {
        (0..count).map(|i| 1e6 + 1e4 * ((i as f64 + 0.5) / count as f64 - 0.5) * 7.0).collect()
    }

    #[test]
    fn ordinals_never_fall_and_atoms_stand_alone() {
        let mut pilot = normal_like(4000);
        pilot.extend([1_001_234.5; 20]);
        pilot.extend([999_999.0; 9]);
        let grid = Grid::from_pilot(&pilot);
        assert_eq!(grid.atoms(), [999_999.0, 1_001_234.5]);
        let mut xs: Vec<f64> = (0..200_000).map(|i| 9e5 + f64::from(i) * 1.0007).collect();
        xs.extend([-1e300, -1.0, 0.0, 1e12, 1e300, 1_001_234.5f64.next_down(), 1_001_234.5, 1_001_234.5f64.next_up()]);
        xs.sort_unstable_by(f64::total_cmp);
        let cells: Vec<i32> = xs.iter().map(|&x| grid.ordinal(x).unwrap()).collect();
        assert!(cells.is_sorted());
        let cell = |x: f64| grid.ordinal(x).unwrap();
        for &atom in grid.atoms() {
            assert!(cell(atom.next_down()) < cell(atom) && cell(atom) < cell(atom.next_up()));
        }
        let (low, high) = grid.range();
        assert!(low <= cells[0] && *cells.last().unwrap() <= high);
    }

    #[test]
    fn cells_are_narrow_against_the_distance_from_the_centre() {
        let grid = Grid::from_pilot(&normal_like(4096));
        for distance in [grid.scale(), 3.0 * grid.scale(), 1e3 * grid.scale()] {
            let x = grid.centre() + distance;
            let cell = grid.ordinal(x).unwrap();
            assert_ne!(grid.ordinal(x + distance * 0.0021).unwrap(), cell, "wider than 2^-9 of the distance");
            assert!(grid.ordinal(x + distance * 0.0021).unwrap() - cell <= 3, "narrower than 2^-10 of the distance");
        }
    }

    #[test]
    fn any_pilot_gives_a_grid() {
        for pilot in
            [vec![], vec![f64::NAN, f64::INFINITY], vec![0.0; 9], vec![-5.0; 4096], vec![1e308, -1e308], vec![1e-320]]
        {
            let grid = Grid::from_pilot(&pilot);
            assert!(grid.scale() > 0.0 && grid.ordinal(1.0).is_some());
            assert!(grid.ordinal(f64::NAN).is_none() && grid.ordinal(f64::INFINITY).is_none());
        }
    }

    #[test]
    fn mostly_zero_pilot_takes_its_scale_from_the_rest() {
        let mut pilot = vec![0.0; 4000];
        pilot.extend((1..97).map(|i| f64::from(i) * 1e5));
        let grid = Grid::from_pilot(&pilot);
        assert_eq!((grid.centre(), grid.atoms()), (0.0, &[0.0][..]));
        assert!(grid.scale() > 4e6 && grid.scale() < 6e6);
    }
}
