//! How do the amounts of a cell's years add up as integers, fast and without ever overflowing?

use super::tail_plan::TailPlan;
use crate::numerics::simd::{LANES, Words};

/// `1.5 * 2^52`: a double of magnitude below 2^51 added to it is rounded to a whole number, which its low bits then are.
pub(super) const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// Whole numbers that the rounder takes lie below `2^51`: [`LAPS`] of them fit 63 bits.
pub(super) const FITS_FAST: f64 = (1u64 << 51) as f64;
/// Years of a cell after which its sums of 64 bits are poured into those of 128: `2048 * 2^51 = 2^62`.
const LAPS: u32 = 2048;
const NO_SLOT: u32 = u32::MAX;
/// Cells for which room is taken beforehand: two doublings of the distance from the centre beyond those laid out.
const MORE_ROOM: usize = 1024;

/// The cells of a grid from a threshold on, each with its number of years and its sums: amounts, then squares.
#[derive(Debug, Clone)]
pub(super) struct TailCells {
    lowest: i64,
    cells: u64,
    /// Sums of a cell that are kept in 64 bits.
    near_lanes: usize,
    far_lanes: usize,
    /// Slot of a cell by its ordinal less the lowest.
    slots: Vec<u32>,
    /// By slot: years in the sums of 128 bits, and in those of 64.
    counts: Vec<u64>,
    laps: Vec<u32>,
    /// By slot, added up with wrapping: the bits of the doubles that the rounder made.
    near: Vec<Words>,
    far: Vec<i128>,
}

impl TailCells {
    pub fn new(plan: &TailPlan) -> Self {
        let (lowest, highest) = (i64::from(plan.lowest()), i64::from(plan.grid().range().1));
        let lanes = plan.packs() * LANES;
        // Without parts nobody asks for squares.
        let (near_lanes, far_lanes) = if plan.parts() == 0 { (1, 1) } else { (2 * lanes, 2 * lanes) };
        // What a run will fill anyway is there from the start, in order, so that memory does not grow with the years; room never
        // touched costs nothing, and growing would hold everything twice.
        let usual = plan.usual_cells();
        let room = usual + MORE_ROOM;
        let mut cells = Self {
            lowest,
            cells: (highest - lowest + 1) as u64,
            near_lanes,
            far_lanes,
            slots: Vec::with_capacity(room),
            counts: Vec::with_capacity(room),
            laps: Vec::with_capacity(room),
            near: Vec::with_capacity((room * near_lanes).div_ceil(LANES)),
            far: Vec::with_capacity(room * far_lanes),
        };
        cells.slots.extend(0..usual as u32);
        cells.make_slots(usual);
        cells
    }

    fn make_slots(&mut self, slots: usize) {
        self.counts.resize(slots, 0);
        self.laps.resize(slots, 0);
        self.near.resize((slots * self.near_lanes).div_ceil(LANES), Words::ZERO);
        self.far.resize(slots * self.far_lanes, 0);
    }

    /// Slot of the cell of an ordinal; none where it lies outside the grid.
    #[inline(always)]
    pub fn slot(&mut self, ordinal: i64) -> Option<usize> {
        let index = ordinal.wrapping_sub(self.lowest) as u64;
        match self.slots.get(index as usize) {
            Some(&slot) if slot != NO_SLOT => Some(slot as usize),
            _ => self.add_slot(index),
        }
    }

    #[cold]
    #[inline(never)]
    fn add_slot(&mut self, index: u64) -> Option<usize> {
        if index >= self.cells {
            return None;
        }
        let index = index as usize;
        if self.slots.len() <= index {
            self.slots.resize(index + 1, NO_SLOT);
        }
        let slot = self.counts.len();
        self.slots[index] = slot as u32;
        self.make_slots(slot + 1);
        Some(slot)
    }

    /// A cell's sums of 64 bits, where they fill whole words.
    #[inline(always)]
    pub fn near_words(&mut self, slot: usize, words: usize) -> &mut [Words] {
        &mut self.near[slot * words..(slot + 1) * words]
    }

    /// A cell's only sum of 64 bits.
    #[inline(always)]
    pub fn near_sum(&mut self, slot: usize) -> &mut u64 {
        &mut bytemuck::cast_slice_mut::<Words, u64>(&mut self.near)[slot]
    }

    /// Counts a year that was added to the sums of 64 bits.
    #[inline(always)]
    pub fn count_near(&mut self, slot: usize) {
        let laps = &mut self.laps[slot];
        *laps += 1;
        if *laps == LAPS {
            self.pour(slot);
        }
    }

    /// Adds a year to the sums of 128 bits.
    pub fn add_far(&mut self, slot: usize, amounts_and_squares: impl Iterator<Item = i128>) {
        self.counts[slot] += 1;
        let far = &mut self.far[slot * self.far_lanes..][..self.far_lanes];
        far.iter_mut().zip(amounts_and_squares).for_each(|(sum, amount)| *sum += amount);
    }

    /// Pours a cell's sums of 64 bits into those of 128.
    #[inline(never)]
    fn pour(&mut self, slot: usize) {
        for lane in 0..self.near_lanes {
            self.far[slot * self.far_lanes + lane] += self.near(slot, lane);
        }
        let near: &mut [u64] = bytemuck::cast_slice_mut(&mut self.near);
        near[slot * self.near_lanes..][..self.near_lanes].fill(0);
        self.counts[slot] += u64::from(self.laps[slot]);
        self.laps[slot] = 0;
    }

    /// What a lane of 64 bits holds; 0 where it is not kept.
    fn near(&self, slot: usize, lane: usize) -> i128 {
        if lane >= self.near_lanes {
            return 0;
        }
        let near: &[u64] = bytemuck::cast_slice(&self.near);
        // Each year left the rounder's own bits in the sum, which may wrap around and comes back.
        let rounders = u64::from(self.laps[slot]).wrapping_mul(ROUNDER.to_bits());
        i128::from(near[slot * self.near_lanes + lane].wrapping_sub(rounders) as i64)
    }

    pub fn count(&self, slot: usize) -> u64 {
        self.counts[slot] + u64::from(self.laps[slot])
    }

    /// A cell's sums: amounts, then squares.
    pub fn sums(&self, slot: usize) -> impl Iterator<Item = i128> + '_ {
        (0..self.far_lanes).map(move |lane| self.far[slot * self.far_lanes + lane] + self.near(slot, lane))
    }

    /// Years of all cells.
    pub fn years(&self) -> u64 {
        (0..self.counts.len()).map(|slot| self.count(slot)).sum()
    }

    /// Slots of the non-empty cells, ascending.
    pub fn in_order(&self) -> impl Iterator<Item = usize> + '_ {
        self.ordinals().map(|(_, slot)| slot)
    }

    /// Ordinals of the non-empty cells, ascending, with their slots.
    pub fn ordinals(&self) -> impl Iterator<Item = (i64, usize)> + '_ {
        let slots = (self.lowest..).zip(&self.slots).filter(|(_, slot)| **slot != NO_SLOT);
        slots.map(|(ordinal, &slot)| (ordinal, slot as usize)).filter(|(_, slot)| self.count(*slot) > 0)
    }

    /// Makes an empty cell what it was: its years and its sums.
    pub fn restore(&mut self, slot: usize, count: u64, sums: &[i128]) {
        self.counts[slot] = count;
        self.far[slot * self.far_lanes..][..self.far_lanes].copy_from_slice(sums);
    }

    /// Takes in the cells of the same plan.
    pub fn merge(&mut self, right: &Self) {
        for (ordinal, &from) in (self.lowest..).zip(&right.slots).filter(|(_, slot)| **slot != NO_SLOT) {
            let from = from as usize;
            if right.count(from) == 0 {
                continue;
            }
            let to = self.slot(ordinal).expect("a cell of the same grid");
            self.counts[to] += right.count(from);
            let far = &mut self.far[to * self.far_lanes..][..self.far_lanes];
            far.iter_mut().zip(right.sums(from)).for_each(|(sum, other)| *sum += other);
        }
    }
}
