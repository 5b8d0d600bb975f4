//! In which years of a block did something rare happen?
//!
//! What depends on an event is drawn for these years alone, eight at a time.

use crate::engine::BLOCK;
use crate::numerics::simd::{
    Column, LANES, Pack, Select, Simd, SimdBase, SimdFloat, SimdMask, f64x8, mask64x8, packs_for, u64x8,
};
use crate::random::{Uniforms, YearWords};

/// The rows of a block in which an event happened, with the words of their years.
pub(super) struct EventRows {
    /// Room for one pack more than a block has rows: rows are written eight at a time, those that count first.
    rows: Vec<u64>,
    len: usize,
    pub words: YearWords,
}

impl EventRows {
    pub fn new() -> Self {
        Self { rows: vec![0; BLOCK + LANES], len: 0, words: YearWords::new(BLOCK + LANES) }
    }

    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.rows[..self.len].iter().map(|row| *row as usize)
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Packs that their values take.
    pub fn packs(&self) -> usize {
        packs_for(self.len)
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
        self.len = 0;
        simd.vectorize(
            #[inline(always)]
            || {
                for i in 0..packs_for(rows) {
                    let folded = uniforms.pack(simd, i);
                    let p = folded.is_sign_negative().select(f64x8::splat(simd, 1.0) + folded, folded);
                    self.push(simd, words, i, rows, p.simd_lt(probability.load(simd, i)));
                }
            },
        );
        self.words.close(self.len);
    }

    /// The rows whose count is not 0.
    #[inline(never)]
    pub fn counted<S: Simd>(&mut self, simd: S, words: &YearWords, rows: usize, counts: &[Pack]) {
        self.len = 0;
        simd.vectorize(
            #[inline(always)]
            || {
                for (i, count) in counts.iter().enumerate().take(packs_for(rows)) {
                    self.push(simd, words, i, rows, count.load(simd).simd_gt(f64x8::splat(simd, 0.0)));
                }
            },
        );
        self.words.close(self.len);
    }

    #[inline(always)]
    fn push<S: Simd>(&mut self, simd: S, words: &YearWords, pack: usize, rows: usize, lanes: mask64x8<S>) {
        if !lanes.any_true() {
            return;
        }
        let first = (LANES * pack) as u64;
        let all = u64x8::splat(simd, first) + u64x8::load_array(simd, [0, 1, 2, 3, 4, 5, 6, 7]);
        let lanes = lanes & all.simd_lt(u64x8::splat(simd, rows as u64));
        simd.compress_u64x8(all, lanes).store_slice(&mut self.rows[self.len..self.len + LANES]);
        self.words.put(simd, self.len, simd.compress_u64x8(words.packs()[pack].load(simd), lanes));
        self.len += lanes.to_bitmask().count_ones() as usize;
    }
}

/// What an event cost in each of its rows, in USD before shares.
pub(super) struct EventCosts {
    pub rows: Vec<usize>,
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

    pub fn push(&mut self, row: usize, cost: f64) {
        self.rows.push(row);
        self.costs.push(cost);
    }

    /// Adds a share of each cost to its row of a column.
    pub fn add_to(&self, share: f64, column: &mut [f64]) {
        for (&row, cost) in self.rows.iter().zip(&self.costs) {
            column[row] += share * cost;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::simd::{Instructions, flat, flat_mut, on_level};
    use crate::random::{Key, Stream, Years};

    #[test]
    fn rows_are_those_that_a_plain_look_finds_on_every_level() {
        let stream = Stream::new(Key { seed: 5, scope: &[], driver: "event", replicate: 0 });
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            for rows in [1, 8, 13, BLOCK] {
                for probability in [0.0, 0.03, 0.5, 1.0] {
                    let years = Years::Range { start: 1000, len: rows };
                    let mut words = YearWords::new(BLOCK);
                    words.set(years);
                    let pack = Pack::splat(probability);
                    let mut events = EventRows::new();
                    let uniforms = stream.uniforms(&words);
                    on_level!(level, simd => {
                        events.happening(simd, &words, rows, uniforms, Column::constant(&pack));
                    });
                    let plain: Vec<usize> =
                        (0..rows).filter(|row| stream.at(years.at(*row), 0).p() < probability).collect();
                    assert_eq!(events.rows().collect::<Vec<_>>(), plain, "{level:?} {rows} {probability}");
                    let other = Stream::new(Key { seed: 6, scope: &[], driver: "cost", replicate: 0 });
                    let mut drawn = vec![Pack::ZERO; events.packs()];
                    on_level!(level, simd => other.fill_packs(simd, &events.words, &mut drawn));
                    for (row, folded) in plain.iter().zip(flat(&drawn)) {
                        assert_eq!(*folded, other.at(years.at(*row), 0).folded(), "the word of the row's own year");
                    }
                    let mut counts = vec![Pack::ZERO; packs_for(rows)];
                    plain.iter().for_each(|row| flat_mut(&mut counts)[*row] = 2.0);
                    on_level!(level, simd => events.counted(simd, &words, rows, &counts));
                    assert_eq!(events.rows().collect::<Vec<_>>(), plain);
                }
            }
        }
    }
}
