//! What did the years of the tail cost, component by component, without keeping them?

use std::sync::Arc;

use super::grid::Grid;
use super::level::Level;
use super::reducer::Merge;

/// Sums are whole multiples of this fraction of the pilot's largest amount.
const UNIT_PLACES: i32 = 50;
/// Squares are taken at `2^-24` of that amount: enough for a variance, and they never overflow.
const SQUARE_SHIFT: u32 = 26;
/// Amounts that convert to 64 bits, and the largest (`2^36` times the pilot's) that are summed at all.
const FITS_64: f64 = (1u64 << 62) as f64;
const FITS: f64 = (1u128 << 86) as f64;
const NO_SLOT: u32 = u32::MAX;

/// From which amount on years are summed, into which cells and in which unit: fixed by a pilot sample.
#[derive(Debug, Clone, PartialEq)]
pub struct TailPlan {
    grid: Grid,
    threshold: f64,
    lowest: i32,
    unit: f64,
    /// Of the total and of each part: a typical amount in the tail, in units, so that squares are of what varies.
    references: Vec<i64>,
}

/// Sums over the years above a threshold, by cell of the total: of the total and of each of its parts.
///
/// Amounts are added as integers (multiples of a power of two, about 2^-50 of the pilot's largest amount), so that the
/// same years give the same bits in whatever order they come or merge, and the parts of a cell add up to its total. Only
/// years at or above the threshold cost anything. Memory: `32 (parts + 1)` bytes per non-empty cell of the grid.
#[derive(Debug, Clone)]
pub struct TailSums {
    plan: Arc<TailPlan>,
    /// Slot of a cell by its ordinal less the plan's lowest.
    slots: Vec<u32>,
    counts: Vec<u64>,
    sums: Vec<FixedSum>,
    out_of_range: u64,
}

/// A sum and a sum of squares (about the reference) in fixed point.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct FixedSum {
    sum: i128,
    squares: i128,
}

/// Of the total (first) and of each part, over some years: their number, sums, and sums of squares about the reference.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PowerSums {
    pub count: u64,
    sums: Vec<FixedSum>,
}

impl TailPlan {
    /// From the totals and parts of a pilot, for levels from `lowest` on.
    ///
    /// The threshold is the pilot's order statistic 7.5 binomial standard deviations (and three ranks) below the level, so
    /// that the final VaR lies below it with probability under 1e-12; [`TailSums::reaches`] tells when it does.
    ///
    /// # Panics
    /// When a part is not as long as the totals.
    pub fn from_pilot(grid: &Grid, totals: &[f64], parts: &[&[f64]], lowest: Level) -> Self {
        assert!(parts.iter().all(|part| part.len() == totals.len()), "a pilot has every part of every year");
        let mut order: Vec<usize> = (0..totals.len()).filter(|&year| totals[year].is_finite()).collect();
        order.sort_unstable_by(|&a, &b| totals[a].total_cmp(&totals[b]));
        let years = order.len() as f64;
        let margin = 7.5 * (years * lowest.value() * (1.0 - lowest.value())).sqrt() + 3.0;
        let rank = years * lowest.value() - margin;
        let from = if rank >= 1.0 { rank as usize } else { 0 };
        let threshold = if from == 0 { f64::NEG_INFINITY } else { totals[order[from - 1]] };
        let columns = || std::iter::once(totals).chain(parts.iter().copied());
        let largest = columns().flatten().filter(|x| x.is_finite()).fold(0.0f64, |max, x| max.max(x.abs()));
        // A power of two within the exponents where both it and its inverse are normal.
        let magnitude = if largest > 0.0 { largest.clamp(1e-250, 1e250) } else { 1.0 };
        let power = (magnitude.to_bits() >> 52) as i32 - 1023 + 1 - UNIT_PLACES;
        let unit = f64::from_bits(((power + 1023) as u64) << 52);
        let references = columns()
            .map(|column| {
                let mut tail: Vec<f64> = order[from.saturating_sub(1)..]
                    .iter()
                    .map(|&year| column[year])
                    .filter(|x| x.is_finite())
                    .collect();
                tail.sort_unstable_by(f64::total_cmp);
                tail.get(tail.len() / 2).map_or(0, |median| (median / unit) as i64)
            })
            .collect();
        let grid = grid.clone();
        let lowest = grid.ordinal(threshold).unwrap_or(grid.range().0);
        Self { grid, threshold, lowest, unit, references }
    }

    /// Years at or above this amount are summed.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    pub fn parts(&self) -> usize {
        self.references.len() - 1
    }
}

impl TailSums {
    pub fn new(plan: Arc<TailPlan>) -> Self {
        Self { plan, slots: Vec::new(), counts: Vec::new(), sums: Vec::new(), out_of_range: 0 }
    }

    /// Takes in a block: `totals[i]` is the sum of `parts[..][i]`.
    ///
    /// # Panics
    /// When the number of parts differs from the plan's or a part is shorter than the totals.
    pub fn insert(&mut self, totals: &[f64], parts: &[&[f64]]) {
        assert_eq!(parts.len(), self.plan.parts(), "as many parts as in the plan");
        let threshold = self.plan.threshold;
        for (year, &total) in totals.iter().enumerate() {
            if total >= threshold {
                self.insert_year(year, total, parts);
            }
        }
    }

    fn insert_year(&mut self, year: usize, total: f64, parts: &[&[f64]]) {
        let inverse = 1.0 / self.plan.unit;
        // NaN fails.
        let fits = |amount: f64| (amount * inverse).abs() < FITS;
        let cell = self.plan.grid.ordinal(total).filter(|_| fits(total) && parts.iter().all(|part| fits(part[year])));
        let Some(ordinal) = cell else {
            self.out_of_range += 1;
            return;
        };
        let slot = self.slot(ordinal);
        self.counts[slot] += 1;
        let width = parts.len() + 1;
        let sums = &mut self.sums[slot * width..][..width];
        let amounts = std::iter::once(total).chain(parts.iter().map(|part| part[year]));
        for ((sum, amount), &reference) in sums.iter_mut().zip(amounts).zip(&self.plan.references) {
            let scaled = amount * inverse;
            if scaled.abs() < FITS_64 {
                let units = scaled as i64;
                sum.sum += i128::from(units);
                // A reference is itself an amount, below 2^51 in these units, so that the difference fits.
                let deviation = i128::from((units - reference + (1 << (SQUARE_SHIFT - 1))) >> SQUARE_SHIFT);
                sum.squares += deviation * deviation;
            } else {
                let units = scaled as i128;
                sum.sum += units;
                let deviation = (units - i128::from(reference)) >> SQUARE_SHIFT;
                sum.squares += deviation * deviation;
            }
        }
    }

    #[inline]
    fn slot(&mut self, ordinal: i32) -> usize {
        let index = (ordinal - self.plan.lowest) as usize;
        match self.slots.get(index) {
            Some(&slot) if slot != NO_SLOT => slot as usize,
            _ => self.add_slot(index),
        }
    }

    #[cold]
    fn add_slot(&mut self, index: usize) -> usize {
        if self.slots.len() <= index {
            self.slots.resize(index + 1, NO_SLOT);
        }
        let slot = self.counts.len();
        self.slots[index] = slot as u32;
        self.counts.push(0);
        self.sums.resize(self.sums.len() + self.plan.references.len(), FixedSum::default());
        slot
    }

    pub fn plan(&self) -> &TailPlan {
        &self.plan
    }

    /// Years at or above the threshold that were summed.
    pub fn years(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Years at or above the threshold that could not be summed: not finite, or 2^36 times the pilot's largest amount.
    pub fn out_of_range(&self) -> u64 {
        self.out_of_range
    }

    /// Do the sums hold all the `years` worst years?
    pub fn reaches(&self, years: u64) -> bool {
        self.out_of_range == 0 && self.years() >= years
    }

    /// Slots of the non-empty cells, ascending.
    pub(super) fn cells(&self) -> Vec<usize> {
        self.slots.iter().filter(|&&slot| slot != NO_SLOT).map(|&slot| slot as usize).collect()
    }

    pub(super) fn count(&self, slot: usize) -> u64 {
        self.counts[slot]
    }

    /// Added up over cells.
    pub(super) fn power_sums(&self, slots: &[usize]) -> PowerSums {
        let width = self.plan.references.len();
        let mut total = PowerSums { count: 0, sums: vec![FixedSum::default(); width] };
        for &slot in slots {
            total.count += self.counts[slot];
            for (sum, cell) in total.sums.iter_mut().zip(&self.sums[slot * width..][..width]) {
                sum.add(cell);
            }
        }
        total
    }
}

impl Merge for TailSums {
    /// # Panics
    /// When the plans differ: their sums cannot be added.
    fn merge(&mut self, right: &Self) {
        assert!(Arc::ptr_eq(&self.plan, &right.plan) || self.plan == right.plan, "tail sums of one law share a plan");
        let width = self.plan.references.len();
        for (index, &from) in right.slots.iter().enumerate().filter(|(_, slot)| **slot != NO_SLOT) {
            let (from, to) = (from as usize, self.slot(self.plan.lowest + index as i32));
            self.counts[to] += right.counts[from];
            for (sum, other) in self.sums[to * width..][..width].iter_mut().zip(&right.sums[from * width..]) {
                sum.add(other);
            }
        }
        self.out_of_range += right.out_of_range;
    }
}

impl FixedSum {
    fn add(&mut self, other: &Self) {
        self.sum += other.sum;
        self.squares += other.squares;
    }
}

impl PowerSums {
    /// Sum of a column (0 is the total), in money.
    pub fn sum(&self, column: usize, plan: &TailPlan) -> f64 {
        self.sums[column].sum as f64 * plan.unit
    }

    /// Mean of a column (0 is the total); NaN without years.
    pub fn mean(&self, column: usize, plan: &TailPlan) -> f64 {
        self.sum(column, plan) / self.count as f64
    }

    /// Variance (over n) of a column; NaN without years.
    pub fn variance(&self, column: usize, plan: &TailPlan) -> f64 {
        let years = self.count as f64;
        let unit = plan.unit * (1u64 << SQUARE_SHIFT) as f64;
        let from_reference = self.sums[column].sum - i128::from(plan.references[column]) * i128::from(self.count);
        let mean = from_reference as f64 / years / (1u64 << SQUARE_SHIFT) as f64;
        let variance = self.sums[column].squares as f64 / years - mean * mean;
        if variance > 0.0 { variance * unit * unit } else { 0.0 * years / years }
    }
}
