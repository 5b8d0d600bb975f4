//! In which years of a block did something rare happen?
//!
//! What depends on an event is drawn for these years alone, eight at a time.

use crate::engine::{BLOCK, PACKS};
use crate::numerics::simd::{Column, LANES, Pack, Select, Simd, SimdBase, SimdFloat, SimdMask, f64x8, packs_for};
use crate::random::{Uniforms, YearWords};

/// The rows of a block in which an event happened, with the words of their years.
pub(super) struct EventRows {
    rows: Vec<u16>,
    pub words: YearWords,
}

impl EventRows {
    pub fn new() -> Self {
        Self { rows: Vec::with_capacity(BLOCK), words: YearWords::new(BLOCK) }
    }

    pub fn rows(&self) -> &[u16] {
        &self.rows
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Packs that their values take.
    pub fn packs(&self) -> usize {
        packs_for(self.rows.len())
    }

    /// The rows whose uniform is below the probability of the year.
    #[inline(never)]
    pub fn happening<S: Simd>(
        &mut self,
        simd: S,
        words: &YearWords,
        rows: usize,
        uniforms: impl Uniforms,
        probability: Column<'_>,
    ) {
        self.rows.clear();
        simd.vectorize(
            #[inline(always)]
            || {
                for i in 0..packs_for(rows) {
                    let folded = uniforms.pack(simd, i);
                    let p = folded.is_sign_negative().select(f64x8::splat(simd, 1.0) + folded, folded);
                    self.push(i, rows, p.simd_lt(probability.load(simd, i)).to_bitmask());
                }
            },
        );
        self.words.pick(words, &self.rows);
    }

    /// The rows whose count is not 0.
    #[inline(never)]
    pub fn counted<S: Simd>(&mut self, simd: S, words: &YearWords, rows: usize, counts: &[Pack]) {
        self.rows.clear();
        simd.vectorize(
            #[inline(always)]
            || {
                for (i, count) in counts.iter().enumerate().take(packs_for(rows)) {
                    self.push(i, rows, count.load(simd).simd_gt(f64x8::splat(simd, 0.0)).to_bitmask());
                }
            },
        );
        self.words.pick(words, &self.rows);
    }

    #[inline(always)]
    fn push(&mut self, pack: usize, rows: usize, mut lanes: u64) {
        while lanes != 0 {
            let row = LANES * pack + lanes.trailing_zeros() as usize;
            if row < rows {
                self.rows.push(row as u16);
            }
            lanes &= lanes - 1;
        }
    }
}

/// Values of the rows of an event, packed.
pub(super) type Packed = [Pack; PACKS];

/// What an event cost in each of its rows, in USD before shares.
pub(super) struct EventCosts {
    pub rows: Vec<u16>,
    pub costs: Vec<f64>,
}

impl EventCosts {
    pub fn new() -> Self {
        Self { rows: Vec::with_capacity(BLOCK), costs: Vec::with_capacity(BLOCK) }
    }

    pub fn clear(&mut self) {
        self.rows.clear();
        self.costs.clear();
    }

    pub fn push(&mut self, row: u16, cost: f64) {
        self.rows.push(row);
        self.costs.push(cost);
    }

    /// Adds a share of each cost to its row of a column.
    pub fn add_to(&self, share: f64, column: &mut [f64]) {
        for (&row, cost) in self.rows.iter().zip(&self.costs) {
            column[usize::from(row)] += share * cost;
        }
    }
}
