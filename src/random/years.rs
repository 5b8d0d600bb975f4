//! Which years does a block hold?

use super::mixer::spread;
use crate::numerics::simd::{LANES, Simd, SimdBase, Words, packs_for, u64x8};

/// Years to simulate: a run of neighbours, or any list (a replay of the worst years). Counted from 0.
///
/// ```
/// use tailcost::random::Years;
/// assert_eq!(Years::Range { start: 7, len: 3 }.at(2), 9);
/// assert_eq!(Years::List(&[41, 7]).at(1), 7);
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Years<'a> {
    Range { start: u64, len: usize },
    List(&'a [u64]),
}

impl Years<'_> {
    pub fn len(&self) -> usize {
        match self {
            Years::Range { len, .. } => *len,
            Years::List(years) => years.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The `index`-th year of the block.
    #[inline]
    pub fn at(&self, index: usize) -> u64 {
        match self {
            Years::Range { start, .. } => start + index as u64,
            Years::List(years) => years[index],
        }
    }
}

/// The years of a block as the mixer takes them, computed once for all streams.
#[derive(Debug, Clone)]
pub struct YearWords {
    years: usize,
    packs: Vec<Words>,
}

impl YearWords {
    /// Room for so many years.
    pub fn new(most: usize) -> Self {
        Self { years: 0, packs: vec![Words::ZERO; packs_for(most)] }
    }

    /// Takes in a block. What is left of the last pack repeats the last year.
    ///
    /// # Panics
    /// When there are more years than room.
    pub fn set(&mut self, years: Years<'_>) {
        let spread_at = |index: usize| spread(years.at(index.min(years.len() - 1)));
        self.years = years.len();
        for (i, pack) in self.packs[..packs_for(years.len())].iter_mut().enumerate() {
            *pack = Words(std::array::from_fn(|lane| spread_at(LANES * i + lane)));
        }
    }

    /// Writes eight words from a place on: those of other years, picked out. [`YearWords::close`] says how many count.
    #[inline(always)]
    pub fn put<S: Simd>(&mut self, _simd: S, place: usize, words: u64x8<S>) {
        let all: &mut [u64] = bytemuck::cast_slice_mut(&mut self.packs);
        words.store_slice(&mut all[place..place + LANES]);
    }

    /// So many years were put.
    pub fn close(&mut self, years: usize) {
        self.years = years;
    }

    pub fn packs(&self) -> &[Words] {
        &self.packs[..packs_for(self.years)]
    }
}
