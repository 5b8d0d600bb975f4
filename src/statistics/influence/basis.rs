//! Which polynomials describe how a figure depends on a driver's uniform?

use crate::numerics::Probability;
use crate::numerics::special::{normal_cdf, normal_quantile};
use std::sync::LazyLock;

/// Cells that a driver's range is cut into: even on the scale of normal scores, so that rare values are told apart too.
pub const CELLS: usize = 512;

/// Normal score of the outermost cut: beyond it 1 year in 30,000 on either side.
const OUTERMOST: f64 = 4.0;
/// Highest degrees. In the uniform itself a kink far out needs many, in the normal score few do.
const DEGREES: [usize; 2] = [12, 8];
/// Slots of the unit interval that remember where to begin the search for a cell.
const SLOTS: usize = 4096;

/// The cells, and on them the polynomials of both families.
pub(super) struct Cells {
    /// `CELLS - 1` cuts between 0 and 1.
    cuts: Vec<f64>,
    /// The cell of each slot's lower end.
    guide: Vec<u16>,
    /// By family, degree and cell: in the uniform Legendre's polynomials, in the normal score Hermite's, orthonormal over the cells to
    /// rounding.
    pub families: [Vec<Vec<f64>>; 2],
}

/// Built once.
pub(super) fn cells() -> &'static Cells {
    static ONCE: LazyLock<Cells> = LazyLock::new(Cells::new);
    &ONCE
}

/// The cell that each uniform lies in.
pub fn cells_of(uniforms: &[f64]) -> Vec<u16> {
    let cells = cells();
    uniforms.iter().map(|u| cells.of(*u)).collect()
}

impl Cells {
    fn new() -> Self {
        let score = |cut: usize| OUTERMOST * (2.0 * cut as f64 / CELLS as f64 - 1.0);
        let cuts: Vec<f64> = (1..CELLS).map(|cut| normal_cdf(score(cut)).p()).collect();
        let edges: Vec<f64> = [0.0].into_iter().chain(cuts.iter().copied()).chain([1.0]).collect();
        let widths: Vec<f64> = edges.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let middles: Vec<f64> = edges.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
        let scores: Vec<f64> = middles.iter().map(|u| normal_quantile(Probability::lower(*u))).collect();
        let families = [orthonormal(&middles, &widths, DEGREES[0]), orthonormal(&scores, &widths, DEGREES[1])];
        let guide = (0..SLOTS).map(|slot| cuts.partition_point(|cut| *cut <= slot as f64 / SLOTS as f64) as u16);
        Self { guide: guide.collect(), cuts, families }
    }

    pub fn of(&self, u: f64) -> u16 {
        let slot = ((u * SLOTS as f64) as usize).min(SLOTS - 1);
        let mut cell = self.guide[slot];
        while self.cuts.get(usize::from(cell)).is_some_and(|cut| *cut <= u) {
            cell += 1;
        }
        cell
    }

    /// Where a cell begins.
    pub fn edge(&self, cell: usize) -> f64 {
        match cell {
            0 => 0.0,
            CELLS => 1.0,
            _ => self.cuts[cell - 1],
        }
    }
}

/// Polynomials in `points` that are orthonormal under `weights` (which sum to 1), from degree 0: Stieltjes' recurrence, each
/// made orthogonal to the two before it once more against rounding.
fn orthonormal(points: &[f64], weights: &[f64], degree: usize) -> Vec<Vec<f64>> {
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).zip(weights).map(|((a, b), w)| a * b * w).sum::<f64>();
    let mut family = vec![vec![1.0; points.len()]];
    while family.len() <= degree {
        let last = family.last().expect("degree 0");
        let mut next: Vec<f64> = points.iter().zip(last).map(|(t, p)| t * p).collect();
        for _ in 0..2 {
            for known in &family {
                let along = product(&next, known);
                next.iter_mut().zip(known).for_each(|(next, known)| *next -= along * known);
            }
        }
        let size = product(&next, &next).sqrt();
        next.iter_mut().for_each(|next| *next /= size);
        family.push(next);
    }
    family
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_uniform_lies_between_the_cuts_of_its_cell() {
        let cells = cells();
        for i in 0..100_000 {
            let u = (f64::from(i) + 0.5) / 100_000.0;
            for u in [u, 1e-3 * u, 1.0 - 1e-3 * u] {
                let cell = usize::from(cells.of(u));
                assert!(cells.edge(cell) <= u && u <= cells.edge(cell + 1), "{u}: {cell}");
            }
        }
        assert_eq!([cells.of(0.0), cells.of(1.0)], [0, CELLS as u16 - 1]);
    }

    /// The first polynomials are `sqrt(3) (2 u - 1)` and the normal score, but for what lies within a cell.
    #[test]
    fn families_are_those_of_legendre_and_hermite() {
        let [legendre, hermite] = &cells().families;
        for u in [0.01, 0.2, 0.5, 0.9] {
            let cell = usize::from(cells().of(u));
            let middle = 0.5 * (cells().edge(cell) + cells().edge(cell + 1));
            let score = normal_quantile(Probability::lower(middle));
            assert!((legendre[1][cell] - 3.0f64.sqrt() * (2.0 * middle - 1.0)).abs() < 1e-3);
            assert!((hermite[1][cell] - score).abs() < 1e-3 * score.abs().max(1.0));
            assert!((hermite[2][cell] - (score * score - 1.0) / 2.0f64.sqrt()).abs() < 0.02);
        }
    }
}
