//! What did the years of the tail cost, component by component, without keeping them?

use std::sync::Arc;

use super::grid::Grid;
use super::power_sums::first_lanes;
use super::reducer::Merge;
use super::tail_cells::{FITS_FAST, ROUNDER, TailCells};
use super::tail_plan::TailPlan;
use crate::numerics::simd::{
    Bytes, LANES, Pack, Simd, SimdBase, SimdFrom, SimdMask, Words, f64x8, flat, flat_mut, u64x8,
};

/// The largest amounts that are summed at all, in units (`2^36` times the pilot's largest), and the largest distance from the
/// reference, in units of its own.
const FITS: f64 = (1u128 << 86) as f64;
const FITS_SQUARED: f64 = (1u64 << 60) as f64;

/// Sums over the years above a threshold, by cell of the total: of the total and of each of its parts.
///
/// Amounts are added as integers (multiples of a power of two, about 2^-50 of the pilot's largest amount), so that the
/// same years give the same bits in whatever order they come or merge, and the parts of a cell add up to its total. Squares of
/// the distance from a reference are integers in a unit of the column's own. Only years at or above the threshold cost anything: they
/// are picked from the block, laid out as rows, and a row is added to its cell's with a few additions of eight. Those sums have 64
/// bits; every 2,048 years of a cell they are poured into sums of 128, to which rows go at once that hold amounts more than twice the
/// pilot's largest. Memory: `48 (parts + 1)` bytes per non-empty cell of the grid, the parts padded to whole packs.
#[derive(Debug, Clone)]
pub struct TailSums {
    plan: Arc<TailPlan>,
    cells: TailCells,
    out_of_range: u64,
}

/// Working memory for the rows of a block, for tail sums of any width.
#[derive(Debug, Clone, Default)]
pub struct TailWork {
    /// Rows of the block that are in the tail.
    picked: Vec<Words>,
    totals: Vec<Pack>,
    cells: Vec<Words>,
    rows: Vec<Pack>,
}

/// Of the total (first) and of each part, over some years: their number, sums, and sums of squares about the reference.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RowSums {
    pub count: u64,
    amounts: Vec<i128>,
    squares: Vec<i128>,
}

impl TailSums {
    pub fn new(plan: Arc<TailPlan>) -> Self {
        Self { cells: TailCells::new(&plan), plan, out_of_range: 0 }
    }

    /// Takes in a block year by year, the reference of [`insert_packs`](Self::insert_packs): `totals[i]` is the sum of
    /// `parts[..][i]`.
    ///
    /// # Panics
    /// When the number of parts differs from the plan's or a part is shorter than the totals.
    pub fn insert(&mut self, totals: &[f64], parts: &[&[f64]]) {
        assert_eq!(parts.len(), self.plan.parts(), "as many parts as in the plan");
        let threshold = self.plan.threshold();
        let mut row = vec![Pack::ZERO; self.plan.packs()];
        for (year, &total) in totals.iter().enumerate().filter(|(_, total)| **total >= threshold) {
            let amounts = std::iter::once(total).chain(parts.iter().map(|part| part[year]));
            flat_mut(&mut row).iter_mut().zip(amounts).for_each(|(lane, amount)| *lane = amount);
            self.add_exactly(flat(&row));
        }
    }

    /// Takes in the first `rows` years of a block; `part` gives the columns in the order of the plan.
    ///
    /// # Panics
    /// When a column is shorter.
    #[inline(always)]
    pub fn insert_packs<'a, S: Simd>(
        &mut self,
        simd: S,
        total: &[Pack],
        part: impl Fn(usize) -> &'a [Pack],
        rows: usize,
        work: &mut TailWork,
    ) {
        let (parts, packs) = (self.plan.parts(), self.plan.packs());
        let picked = work.pick(simd, self.plan.threshold(), total, rows);
        if picked == 0 {
            return;
        }
        work.find_cells(simd, self.plan.grid(), picked);
        if parts == 0 {
            return self.add_totals(simd, work, picked);
        }
        work.make_rows(picked * packs);
        let column = |lane: usize| if lane == 0 { total } else { part(lane - 1) };
        // Several columns share the look-up of the row.
        let mut lane = 0;
        while lane + 4 <= parts + 1 {
            work.lay_out::<4>(
                lane,
                packs,
                [column(lane), column(lane + 1), column(lane + 2), column(lane + 3)],
                picked,
            );
            lane += 4;
        }
        while lane < parts + 1 {
            work.lay_out::<1>(lane, packs, [column(lane)], picked);
            lane += 1;
        }
        match packs {
            1 => self.add_rows::<S, 1>(simd, work, picked),
            2 => self.add_rows::<S, 2>(simd, work, picked),
            3 => self.add_rows::<S, 3>(simd, work, picked),
            // Such widths are for laws nobody has yet: exact all the same.
            _ => {
                for row in work.rows[..picked * packs].chunks_exact(packs) {
                    self.add_exactly(flat(row));
                }
            }
        }
    }

    /// Adds rows of a total alone.
    #[inline(always)]
    fn add_totals<S: Simd>(&mut self, simd: S, work: &TailWork, picked: usize) {
        let inverse = f64x8::splat(simd, self.plan.inverse());
        let (rounder, fits) = (f64x8::splat(simd, ROUNDER), f64x8::splat(simd, FITS_FAST));
        for (group, (totals, cells)) in work.totals[..picked.div_ceil(LANES)].iter().zip(&work.cells).enumerate() {
            let units = totals.load(simd) * inverse;
            // NaN fits nowhere.
            let fitting = units.abs().simd_lt(fits).to_bitmask();
            let units = (units + rounder).bitcast::<u64x8<S>>().to_array();
            for (lane, units) in units.into_iter().enumerate().take(picked - group * LANES) {
                match self.cells.slot(cells.0[lane] as i64) {
                    Some(slot) if fitting >> lane & 1 == 1 => {
                        let sum = self.cells.near_sum(slot);
                        *sum = sum.wrapping_add(units);
                        self.cells.count_near(slot);
                    }
                    _ => self.add_exactly(&totals.0[lane..=lane]),
                }
            }
        }
    }

    #[inline(always)]
    fn add_rows<S: Simd, const PACKS: usize>(&mut self, simd: S, work: &TailWork, picked: usize) {
        let inverse = f64x8::splat(simd, self.plan.inverse());
        let (rounder, fits) = (f64x8::splat(simd, ROUNDER), f64x8::splat(simd, FITS_FAST));
        let (mut references, mut scales) = ([rounder; PACKS], [rounder; PACKS]);
        for v in 0..PACKS {
            references[v] = self.plan.references()[v].load(simd);
            scales[v] = self.plan.scales()[v].load(simd);
        }
        let ordinals: &[u64] = bytemuck::cast_slice(&work.cells);
        for (row, &ordinal) in work.rows.as_chunks::<PACKS>().0.iter().zip(&ordinals[..picked]) {
            let (mut units, mut squares) = ([rounder; PACKS], [rounder; PACKS]);
            let mut all_fit = true;
            for v in 0..PACKS {
                let amounts = row[v].load(simd);
                let distance = (amounts - references[v]) * scales[v];
                units[v] = amounts * inverse;
                squares[v] = distance * distance;
                // NaN fits nowhere.
                all_fit &= simd.all_true_mask64x8(units[v].abs().max(squares[v]).simd_lt(fits));
            }
            let Some(slot) = self.cells.slot(ordinal as i64).filter(|_| all_fit) else {
                self.add_exactly(flat(row));
                continue;
            };
            let near = self.cells.near_words(slot, 2 * PACKS);
            for v in 0..PACKS {
                let sum = near[v].load(simd) + (units[v] + rounder).bitcast::<u64x8<S>>();
                sum.store_slice(&mut near[v].0);
                let sum = near[PACKS + v].load(simd) + (squares[v] + rounder).bitcast::<u64x8<S>>();
                sum.store_slice(&mut near[PACKS + v].0);
            }
            self.cells.count_near(slot);
        }
    }

    /// Adds a row of whatever size to the sums of 128 bits.
    #[cold]
    #[inline(never)]
    fn add_exactly(&mut self, row: &[f64]) {
        let Self { plan, cells, out_of_range } = self;
        let lanes = plan.parts() + 1;
        let columns = || flat(plan.references()).iter().zip(flat(plan.scales())).zip(&row[..lanes]);
        let amount = |x: f64| (x * plan.inverse()).round_ties_even();
        let square = |((reference, scale), x): ((&f64, &f64), &f64)| {
            let distance = (x - reference) * scale;
            (distance * distance).round_ties_even()
        };
        // NaN fails.
        let fits = row[..lanes].iter().all(|&x| amount(x).abs() < FITS)
            && columns().all(|column| square(column) < FITS_SQUARED * FITS_SQUARED);
        match plan.grid().ordinal(row[0]).filter(|_| fits).and_then(|ordinal| cells.slot(i64::from(ordinal))) {
            None => *out_of_range += 1,
            Some(slot) => {
                let padding = plan.packs() * LANES - lanes;
                let amounts = row[..lanes].iter().map(|&x| amount(x) as i128).chain(std::iter::repeat_n(0, padding));
                cells.add_far(slot, amounts.chain(columns().map(|column| square(column) as i128)));
            }
        }
    }

    pub fn plan(&self) -> &TailPlan {
        &self.plan
    }

    /// Years at or above the threshold that were summed.
    pub fn years(&self) -> u64 {
        self.cells.years()
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
        self.cells.in_order().collect()
    }

    pub(super) fn count(&self, slot: usize) -> u64 {
        self.cells.count(slot)
    }

    /// Added up over cells.
    pub(super) fn row_sums(&self, slots: &[usize]) -> RowSums {
        let lanes = LANES * self.plan.packs();
        let mut total = RowSums { count: 0, amounts: vec![0; lanes], squares: vec![0; lanes] };
        for &slot in slots {
            total.count += self.count(slot);
            for (sum, cell) in total.amounts.iter_mut().chain(&mut total.squares).zip(self.cells.sums(slot)) {
                *sum += cell;
            }
        }
        total
    }
}

impl TailWork {
    /// Rows of zeros, so that lanes which pad a row hold nothing whatever the width before.
    #[inline(always)]
    fn make_rows(&mut self, packs: usize) {
        if self.rows.len() < packs {
            self.rows.resize(packs, Pack::ZERO);
        }
        self.rows[..packs].fill(Pack::ZERO);
    }

    /// Picks the rows whose total reaches the threshold; how many.
    #[inline(always)]
    fn pick<S: Simd>(&mut self, simd: S, threshold: f64, total: &[Pack], rows: usize) -> usize {
        // A pack more than there are rows, since packs are stored whole at any row.
        let room = rows / LANES + 2;
        if self.picked.len() < room {
            self.picked.resize(room, Words::ZERO);
            self.totals.resize(room, Pack::ZERO);
            self.cells.resize(room, Words::ZERO);
        }
        let least = f64x8::splat(simd, threshold);
        let mut index = u64x8::simd_from(simd, [0, 1, 2, 3, 4, 5, 6, 7]);
        let step = u64x8::splat(simd, LANES as u64);
        let picked: &mut [u64] = bytemuck::cast_slice_mut(&mut self.picked);
        let totals = flat_mut(&mut self.totals);
        let mut count = 0;
        for (p, pack) in total[..rows.div_ceil(LANES)].iter().enumerate() {
            let value = pack.load(simd);
            let mut reached = value.simd_ge(least);
            if rows < (p + 1) * LANES {
                reached &= first_lanes(simd, rows - p * LANES);
            }
            index.compress(reached).store_slice(&mut picked[count..count + LANES]);
            value.compress(reached).store_slice(&mut totals[count..count + LANES]);
            index += step;
            count += reached.to_bitmask().count_ones() as usize;
        }
        count
    }

    /// Puts columns into neighbouring lanes of the picked rows.
    #[inline(always)]
    fn lay_out<const COLUMNS: usize>(&mut self, lane: usize, packs: usize, columns: [&[Pack]; COLUMNS], picked: usize) {
        let years = columns[0].len() * LANES;
        let mut flats = [flat(columns[0]); COLUMNS];
        for c in 0..COLUMNS {
            flats[c] = &flat(columns[c])[..years];
        }
        let from: &[u64] = bytemuck::cast_slice(&self.picked);
        let rows = flat_mut(&mut self.rows).chunks_exact_mut(packs * LANES);
        for (row, &from) in rows.zip(&from[..picked]) {
            let row = &mut row[lane..lane + COLUMNS];
            for c in 0..COLUMNS {
                row[c] = flats[c][from as usize];
            }
        }
    }

    /// Ordinals of the picked totals.
    #[inline(always)]
    fn find_cells<S: Simd>(&mut self, simd: S, grid: &Grid, picked: usize) {
        for (cells, totals) in self.cells.iter_mut().zip(&self.totals).take(picked.div_ceil(LANES)) {
            grid.ordinals(simd, totals.load(simd)).store_slice(&mut cells.0);
        }
    }
}

impl Merge for TailSums {
    /// # Panics
    /// When the plans differ: their sums cannot be added.
    fn merge(&mut self, right: &Self) {
        assert!(Arc::ptr_eq(&self.plan, &right.plan) || self.plan == right.plan, "tail sums of one law share a plan");
        self.cells.merge(&right.cells);
        self.out_of_range += right.out_of_range;
    }
}

impl RowSums {
    /// Sum of a column (0 is the total), in money.
    pub fn sum(&self, column: usize, plan: &TailPlan) -> f64 {
        self.amounts[column] as f64 * plan.unit()
    }

    /// Mean of a column (0 is the total); NaN without years.
    pub fn mean(&self, column: usize, plan: &TailPlan) -> f64 {
        self.sum(column, plan) / self.count as f64
    }

    /// Variance (over n) of a part's column; NaN without years.
    pub fn variance(&self, column: usize, plan: &TailPlan) -> f64 {
        let years = self.count as f64;
        let (reference, scale) = (plan.reference_units(column), flat(plan.scales())[column]);
        let from_reference = self.amounts[column] - i128::from(reference) * i128::from(self.count);
        let mean = from_reference as f64 * plan.unit() / years;
        let variance = self.squares[column] as f64 / years / scale / scale - mean * mean;
        if variance > 0.0 { variance } else { 0.0 * years / years }
    }
}

mod stored;
pub use stored::StoredTail;

#[cfg(test)]
mod tests;
