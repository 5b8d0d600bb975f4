//! Have matrices of the streams' bits the ranks that fair bits give them?
//!
//! Square matrices of 64 x 64 (Marsaglia, Tsay 1985, doi 10.1016/0024-3795(85)90192-2): of 64 words by turns, and of the same bit of
//! 4,096 words by turns, for each of the 64 bits. What is linear over bits, such as shift registers, has ranks too low.

use super::odds::{binomial, least};
use crate::numerics::simd::{LANES, Level, Select, Simd, SimdBase, Words, on_level, u64x8};

const SIZE: usize = 64;
/// Words that are looked at together: 64 matrices of words, 64 of bits.
pub const SET: usize = SIZE * SIZE;

/// The rank of a matrix of bits, a word a row: each row in turn takes its lowest bit out of those below it.
pub fn rank(rows: &mut [u64]) -> usize {
    let mut rank = 0;
    for i in 0..rows.len() {
        let row = rows[i];
        if row != 0 {
            rank += 1;
            let pivot = row & row.wrapping_neg();
            for below in &mut rows[i + 1..] {
                *below ^= if *below & pivot == 0 { 0 } else { row };
            }
        }
    }
    rank
}

/// [`rank`] of eight matrices side by side.
#[inline(always)]
fn ranks<S: Simd>(simd: S, rows: &mut [Words; SIZE]) -> [usize; LANES] {
    let zero = u64x8::splat(simd, 0);
    let mut missing = [0; LANES];
    for i in 0..SIZE {
        let row = rows[i].load(simd);
        let pivot = row & (zero - row);
        for below in &mut rows[i + 1..] {
            let other = below.load(simd);
            let hit = (other & pivot).simd_eq(zero);
            hit.select(other, other ^ row).store_slice(&mut below.0);
        }
        for (missing, row) in missing.iter_mut().zip(rows[i].0) {
            *missing += usize::from(row == 0);
        }
    }
    missing.map(|missing| SIZE - missing)
}

/// How likely a square matrix of fair bits lacks `missing` ranks: `2^(-missing^2)` times a product.
pub fn rank_odds(size: i32, missing: i32) -> f64 {
    let rank = size - missing;
    let factor = |i: i32| {
        let numerator = 1.0 - libm::ldexp(1.0, i - size);
        numerator * numerator / (1.0 - libm::ldexp(1.0, i - rank))
    };
    (0..rank).map(factor).product::<f64>() * libm::ldexp(1.0, -missing * missing)
}

/// Matrices that lack 0, 1, 2 and 3 or more ranks.
pub type Counts = [u64; 4];

/// Each count against its binomial law.
pub fn counts_odds(counts: &Counts, size: usize) -> f64 {
    let matrices = counts.iter().sum();
    let exactly = |missing: usize| rank_odds(size as i32, missing as i32);
    least(counts.iter().enumerate().map(|(missing, count)| {
        let share = if missing < 3 { exactly(missing) } else { (3..8).map(exactly).sum() };
        binomial(*count, matrices, share)
    }))
}

/// Ranks so far.
#[derive(Debug)]
pub struct Ranks {
    words: Counts,
    bits: [Counts; SIZE],
}

impl Default for Ranks {
    fn default() -> Self {
        Self { words: [0; 4], bits: [[0; 4]; SIZE] }
    }
}

impl Ranks {
    /// Words by turns; what does not fill a set is left out.
    pub fn add(&mut self, level: Level, words: &[u64]) {
        on_level!(level, simd => self.add_on(simd, words));
    }

    #[inline(always)]
    fn add_on<S: Simd>(&mut self, simd: S, words: &[u64]) {
        let mut turned = [[0; SIZE]; SIZE];
        let mut rows = [Words::ZERO; SIZE];
        for set in words.chunks_exact(SET) {
            for (turned, block) in turned.iter_mut().zip(set.chunks_exact(SIZE)) {
                turned.copy_from_slice(block);
            }
            for group in (0..SIZE).step_by(LANES) {
                for (i, row) in rows.iter_mut().enumerate() {
                    row.0 = std::array::from_fn(|lane| turned[group + lane][i]);
                }
                for rank in ranks(simd, &mut rows) {
                    self.words[(SIZE - rank).min(3)] += 1;
                }
            }
            for block in &mut turned {
                turn(block);
            }
            for group in (0..SIZE).step_by(LANES) {
                for (row, block) in rows.iter_mut().zip(&turned) {
                    row.0.copy_from_slice(&block[group..group + LANES]);
                }
                for (lane, rank) in ranks(simd, &mut rows).into_iter().enumerate() {
                    self.bits[group + lane][(SIZE - rank).min(3)] += 1;
                }
            }
        }
    }

    pub fn merge(&mut self, other: &Self) {
        let all = std::iter::once(&mut self.words).chain(&mut self.bits);
        for (counts, others) in all.zip(std::iter::once(&other.words).chain(&other.bits)) {
            for (count, other) in counts.iter_mut().zip(others) {
                *count += other;
            }
        }
    }

    /// Of each kind: what it is about, its probability, its figures.
    pub fn odds(&self) -> Vec<(String, f64, String)> {
        let matrices: u64 = self.words.iter().sum();
        if matrices == 0 {
            return Vec::new();
        }
        let bits: Vec<f64> = self.bits.iter().map(|counts| counts_odds(counts, SIZE)).collect();
        let oddest = (0..SIZE).min_by(|a, b| bits[*a].total_cmp(&bits[*b])).expect("64 bits");
        let figures = |of: &str, counts: &Counts| {
            format!(
                "{matrices} matrices{of}: {} of full rank, {} lack one, {} two, {} more",
                counts[0], counts[1], counts[2], counts[3]
            )
        };
        vec![
            ("ranks of 64 x 64, words".into(), counts_odds(&self.words, SIZE), figures("", &self.words)),
            (
                "ranks of 64 x 64, each of 64 bits".into(),
                least(bits),
                figures(&format!(" a bit, the oddest bit {oddest}"), &self.bits[oddest]),
            ),
        ]
    }
}

/// Turns a matrix of bits about its diagonal: word `i` gets bit `i` of all words (Knuth 4A, section 7.1.3).
#[inline(always)]
fn turn(words: &mut [u64; SIZE]) {
    let mut width = SIZE / 2;
    let mut mask = u64::MAX >> width;
    while width > 0 {
        for pair in words.chunks_exact_mut(2 * width) {
            let (first, second) = pair.split_at_mut(width);
            for (a, b) in first.iter_mut().zip(second) {
                let swapped = ((*a >> width) ^ *b) & mask;
                *a ^= swapped << width;
                *b ^= swapped;
            }
        }
        width /= 2;
        mask ^= mask << width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::simd::Instructions;
    use crate::random::mixer::mix;

    /// Matrices of ranks from 0 to 64: rows are sums of `basis` fair ones.
    fn matrix(basis: u64, salt: u64) -> [u64; SIZE] {
        std::array::from_fn(|i| {
            let chosen = mix(i as u64, [salt, 1]);
            (0..basis).filter(|bit| chosen >> bit & 1 == 1).fold(0, |row, bit| row ^ mix(bit, [salt, 2]))
        })
    }

    #[test]
    fn eight_at_once_have_the_ranks_of_one_on_every_level() {
        let mut seen = Vec::new();
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            for group in 0..9 {
                let matrices: [[u64; SIZE]; LANES] =
                    std::array::from_fn(|lane| matrix((8 * group + lane as u64).min(64), group));
                let mut rows: [Words; SIZE] =
                    std::array::from_fn(|i| Words(std::array::from_fn(|lane| matrices[lane][i])));
                let found = on_level!(level, simd => ranks(simd, &mut rows));
                let expected = matrices.map(|mut rows| rank(&mut rows));
                assert_eq!(found, expected, "{level:?}");
                seen.extend(expected);
            }
        }
        assert!(seen.contains(&0) && seen.contains(&5) && seen.iter().any(|rank| *rank >= 60));
    }

    #[test]
    fn ranks_by_hand() {
        assert_eq!(rank(&mut [0b01, 0b10, 0b11]), 2);
        assert_eq!(rank(&mut [0b100, 0b110, 0b111]), 3);
        let mut words: [u64; SIZE] = matrix(64, 3);
        let original = words;
        turn(&mut words);
        for (i, word) in words.iter().enumerate() {
            for (j, row) in original.iter().enumerate() {
                assert_eq!(word >> j & 1, row >> i & 1);
            }
        }
    }

    /// Of all 2 x 2 matrices 6 of 16 have full rank, 9 rank 1, 1 none; shares of 64 x 64 add up to 1.
    #[test]
    fn shares_of_ranks() {
        for (missing, share) in [(0, 6.0 / 16.0), (1, 9.0 / 16.0), (2, 1.0 / 16.0)] {
            assert!((rank_odds(2, missing) - share).abs() < 1e-15);
        }
        assert!(((0..8).map(|missing| rank_odds(64, missing)).sum::<f64>() - 1.0).abs() < 1e-14);
    }
}
