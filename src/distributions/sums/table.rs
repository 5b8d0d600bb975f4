//! How is the quantile function of one sum looked up in a few nanoseconds?

use crate::numerics::Probability;

/// Octaves of tail probability a table holds: down to 2^-27 = 7.5e-9 on both sides.
const OCTAVES: u64 = 26;
/// Least tail probability held.
pub(super) const TABLE_END: f64 = 1.0 / 134_217_728.0;

/// How finely a table cuts an octave of tail probability: its logarithm to base 2.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Fineness {
    Coarse = 2,
    Fine = 4,
}

/// A place in a table: side, cell and position in it from 0 to 1.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    upper: bool,
    index: usize,
    x: f64,
}

/// A quantile function as cubics over cells of tail probability, both sides of the median.
///
/// The cell is read off the float bits of the tail probability: exponent and leading mantissa bits. Cells grow with
/// the tail probability, so a law with a power tail is as smooth in the last cell as in the first.
pub(super) struct QuantileTable {
    bits: u32,
    lower: Vec<[f64; 4]>,
    upper: Vec<[f64; 4]>,
}

impl QuantileTable {
    /// The tail probabilities, rising, at which a table wants the quantile: three steps a cell.
    pub fn tails(fineness: Fineness) -> impl Iterator<Item = f64> + Clone {
        let cells = 1u64 << (fineness as u32);
        (0..OCTAVES * cells * 3).chain(std::iter::once(OCTAVES * cells * 3)).map(move |i| {
            let (octave, within) = (i / (cells * 3), i % (cells * 3));
            libm::ldexp(1.0 + within as f64 / (cells * 3) as f64, octave as i32 - OCTAVES as i32 - 1)
        })
    }

    /// From the values at [`QuantileTable::tails`] on the lower and the upper side.
    pub fn new(fineness: Fineness, lower: &[f64], upper: &[f64]) -> Self {
        Self { bits: fineness as u32, lower: cubics(lower), upper: cubics(upper) }
    }

    /// The same, a constant higher.
    pub fn raised(mut self, by: f64) -> Self {
        self.lower.iter_mut().chain(&mut self.upper).for_each(|cubic| cubic[0] += by);
        self
    }

    /// The value at a probability, held at [`TABLE_END`] beyond it.
    #[inline]
    pub fn at(&self, p: Probability) -> f64 {
        self.within(self.cell(p))
    }

    /// Where a probability is in every table of the same fineness.
    #[inline]
    pub fn cell(&self, p: Probability) -> Cell {
        let tail = p.tail().max(TABLE_END);
        let shift = 52 - self.bits;
        let first = TABLE_END.to_bits() >> shift;
        let index = ((tail.to_bits() >> shift) - first) as usize;
        let within = tail.to_bits() & ((1 << shift) - 1);
        let (index, x) = if index < self.lower.len() {
            (index, within as f64 * (1.0 / (1u64 << shift) as f64))
        } else {
            (self.lower.len() - 1, 1.0)
        };
        Cell { upper: p.is_upper(), index, x }
    }

    /// The value at a place found by [`QuantileTable::cell`].
    #[inline]
    pub fn within(&self, cell: Cell) -> f64 {
        let side = if cell.upper { &self.upper } else { &self.lower };
        let [c0, c1, c2, c3] = side[cell.index];
        c0 + cell.x * (c1 + cell.x * (c2 + cell.x * c3))
    }

    pub fn bytes(&self) -> usize {
        (self.lower.len() + self.upper.len()) * size_of::<[f64; 4]>()
    }
}

/// Cubics through four equally spaced values a cell; a straight line where the cubic would turn back.
fn cubics(values: &[f64]) -> Vec<[f64; 4]> {
    values
        .windows(4)
        .step_by(3)
        .map(|v| {
            let (a, b, c, d) = (v[0], v[1], v[2], v[3]);
            let c1 = -5.5 * a + 9.0 * b - 4.5 * c + d;
            let c2 = 9.0 * a - 22.5 * b + 18.0 * c - 4.5 * d;
            let c3 = 4.5 * (d - a) + 13.5 * (b - c);
            let sign = if d >= a { 1.0 } else { -1.0 };
            // The slope is a parabola: least at an end or at its own vertex.
            let slope = |x: f64| sign * (c1 + x * (2.0 * c2 + 3.0 * c3 * x));
            let vertex = if c3 == 0.0 { 0.0 } else { (-c2 / (3.0 * c3)).clamp(0.0, 1.0) };
            let turns = slope(0.0).min(slope(1.0)).min(slope(vertex)) < -1e-12 * (d - a).abs();
            if turns { [a, d - a, 0.0, 0.0] } else { [a, c1, c2, c3] }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::elementary::ln;

    #[test]
    fn holds_a_power_law_to_a_few_parts_in_a_million() {
        // Error of a cubic over a cell of ratio 1.25 (1.0625 when fine), for ln p: 6 h^4 / (24 * 81 ...) below 5e-5.
        for (fineness, bound) in [(Fineness::Coarse, 3e-5), (Fineness::Fine, 2e-7)] {
            let values: Vec<f64> = QuantileTable::tails(fineness).map(ln).collect();
            let falling: Vec<f64> = values.iter().map(|v| -v).collect();
            let table = QuantileTable::new(fineness, &values, &falling);
            for i in 1..100_000 {
                let tail = 0.5 * f64::from(i) / 100_000.0;
                let error = (table.at(Probability::lower(tail)) - ln(tail)).abs();
                assert!(error < bound, "{tail}: {error}");
                let error = (table.at(Probability::upper(tail)) + ln(tail)).abs();
                assert!(error < bound, "{tail}: {error}");
            }
            assert!((table.at(Probability::lower(0.5)) - ln(0.5)).abs() < 1e-14);
        }
    }
}
