//! From which amount on, into which cells and in which units are the years of the tail summed?

use super::grid::Grid;
use super::keys::sort;
use super::level::Level;
use crate::numerics::simd::{Pack, flat_mut, packs_for};

/// Amounts are whole multiples of this fraction of the pilot's largest amount.
const UNIT_PLACES: i32 = 50;
/// The pilot's largest distance from the reference has so many binary places in the unit that it is squared in.
const SQUARE_PLACES: i32 = 24;
/// No column's own unit is finer than as if its distances were this fraction of the largest amount: enough for the variance of a
/// component a millionth as large as another, and one that the pilot showed nothing of still fits at `2^26` times the largest amount.
const LEAST_RANGE: f64 = 1.0 / 1024.0;

/// Cells beyond the pilot's worst year that are laid out as well: a long run's worst years lie up to two doublings of the distance from
/// the centre beyond it.
const BEYOND_PILOT: usize = 1024;
/// Most cells that are laid out before the first year: those of sixteen doublings of the distance from the centre.
const MOST_USUAL: usize = 8192;

/// From which amount on years are summed, into which cells and in which units: fixed by a pilot sample.
#[derive(Debug, Clone, PartialEq)]
pub struct TailPlan {
    grid: Grid,
    threshold: f64,
    lowest: i32,
    usual_cells: usize,
    unit: f64,
    parts: usize,
    /// Of the total and of each part: a typical amount in the tail, so that squares are of what varies. In units, and in money.
    reference_units: Vec<i64>,
    references: Vec<Pack>,
    /// Of the total and of each part: one over the unit in which distances from the reference are squared.
    scales: Vec<Pack>,
}

impl TailPlan {
    /// From the totals and parts of a pilot, for levels from `lowest` on.
    ///
    /// The threshold is the pilot's order statistic 7.5 binomial standard deviations (and three ranks) below the level, so
    /// that the final VaR lies below it with probability under 1e-12; [`TailSums::reaches`](super::TailSums::reaches) tells when it
    /// does.
    ///
    /// # Panics
    /// When a part is not as long as the totals.
    pub fn from_pilot(grid: &Grid, totals: &[f64], parts: &[&[f64]], lowest: Level) -> Self {
        assert!(parts.iter().all(|part| part.len() == totals.len()), "a pilot has every part of every year");
        let mut sorted: Vec<f64> = totals.iter().copied().filter(|total| total.is_finite()).collect();
        sort(&mut sorted);
        let years = sorted.len() as f64;
        let margin = 7.5 * (years * lowest.value() * (1.0 - lowest.value())).sqrt() + 3.0;
        let rank = years * lowest.value() - margin;
        let threshold = if rank >= 1.0 { sorted[rank as usize - 1] } else { f64::NEG_INFINITY };
        let columns = || std::iter::once(totals).chain(parts.iter().copied());
        let largest = columns().flatten().filter(|x| x.is_finite()).fold(0.0f64, |max, x| max.max(x.abs()));
        // Within the exponents where a power of two, its inverse and their squares are normal.
        let magnitude = if largest > 0.0 { largest.clamp(1e-100, 1e250) } else { 1.0 };
        let unit = power_of_two(magnitude, -UNIT_PLACES);
        let tail: Vec<usize> = (0..totals.len()).filter(|&year| totals[year] >= threshold).collect();
        let packs = packs_for(1 + parts.len());
        let (mut references, mut scales) = (vec![Pack::ZERO; packs], vec![Pack::ZERO; packs]);
        let mut reference_units = Vec::with_capacity(1 + parts.len());
        let lanes = flat_mut(&mut references).iter_mut().zip(flat_mut(&mut scales));
        let mut amounts: Vec<f64> = Vec::with_capacity(tail.len());
        for ((reference, scale), column) in lanes.zip(columns()) {
            amounts.clear();
            amounts.extend(tail.iter().map(|&year| column[year]).filter(|x| x.is_finite()));
            let middle = amounts.len() / 2;
            let median =
                if amounts.is_empty() { 0.0 } else { *amounts.select_nth_unstable_by(middle, f64::total_cmp).1 };
            let units = (median / unit) as i64;
            *reference = units as f64 * unit;
            let distances = column.iter().map(|x| (x - *reference).abs()).filter(|x| x.is_finite());
            let range = match distances.fold(0.0, f64::max) {
                0.0 => magnitude,
                range => range.clamp(LEAST_RANGE * magnitude, 1e250),
            };
            *scale = 1.0 / power_of_two(range, -SQUARE_PLACES);
            reference_units.push(units);
        }
        let grid = grid.clone();
        let lowest = grid.ordinal(threshold).unwrap_or(grid.range().0);
        let highest = sorted.last().and_then(|&most| grid.ordinal(most)).unwrap_or(lowest);
        let beyond = if sorted.first() == sorted.last() { 0 } else { BEYOND_PILOT };
        let cells = (grid.range().1 - lowest) as usize + 1;
        let usual_cells = ((highest - lowest) as usize + 1 + beyond).min(MOST_USUAL).min(cells);
        Self { grid, threshold, lowest, usual_cells, unit, parts: parts.len(), reference_units, references, scales }
    }

    /// Years at or above this amount are summed.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    pub fn parts(&self) -> usize {
        self.parts
    }

    pub(super) fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The threshold's ordinal.
    pub(super) fn lowest(&self) -> i32 {
        self.lowest
    }

    /// Cells from the threshold to beyond the pilot's worst year, which a long run will fill.
    pub(super) fn usual_cells(&self) -> usize {
        self.usual_cells
    }

    /// Packs of a row: the total and its parts.
    pub(super) fn packs(&self) -> usize {
        self.references.len()
    }

    pub(super) fn unit(&self) -> f64 {
        self.unit
    }

    pub(super) fn inverse(&self) -> f64 {
        1.0 / self.unit
    }

    pub(super) fn reference_units(&self, column: usize) -> i64 {
        self.reference_units[column]
    }

    pub(super) fn references(&self) -> &[Pack] {
        &self.references
    }

    pub(super) fn scales(&self) -> &[Pack] {
        &self.scales
    }
}

/// The power of two above `x`, times `2^places`: `x` is less than `2^-places` of it.
fn power_of_two(x: f64, places: i32) -> f64 {
    let power = (x.to_bits() >> 52) as i32 - 1023 + 1 + places;
    f64::from_bits(((power + 1023) as u64) << 52)
}
