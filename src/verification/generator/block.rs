//! Which words do the tests look at together?

use super::streams::RawStream;
use crate::numerics::Probability;
use crate::numerics::simd::{LANES, Level, Pack, Simd, SimdBase, Words, flat_mut, on_level};
use crate::random::mixer::mix_pack;
use crate::random::{YearWords, Years};

/// Years of a block, the engine's.
pub const YEARS: usize = crate::engine::BLOCK;

/// Years of all streams: a column a stream, and the same words by turns, year by year one of each stream.
#[derive(Debug, Clone)]
pub struct Block {
    streams: usize,
    words: Vec<Words>,
    by_turns: Vec<u64>,
    centred: Vec<Pack>,
}

impl Block {
    pub fn new(streams: usize) -> Self {
        let packs = streams * (YEARS / LANES);
        let (words, centred) = (vec![Words::ZERO; packs], vec![Pack::ZERO; packs]);
        Self { streams, words, by_turns: vec![0; streams * YEARS], centred }
    }

    /// The engine's words from a year on, by its vector instructions.
    pub fn draw(&mut self, level: Level, streams: &[RawStream], start: u64) {
        let mut years = YearWords::new(YEARS);
        years.set(Years::Range { start, len: YEARS });
        for (column, stream) in self.words.chunks_exact_mut(YEARS / LANES).zip(streams) {
            on_level!(level, simd => fill(simd, years.packs(), stream.key, column));
        }
        self.arrange(level);
    }

    /// Words from anywhere, by stream and year of the block: a generator that is planted.
    #[cfg(test)]
    pub fn set(&mut self, level: Level, mut word: impl FnMut(usize, usize) -> u64) {
        let streams = self.streams;
        let words: &mut [u64] = bytemuck::cast_slice_mut(&mut self.words);
        for year in 0..YEARS {
            for stream in 0..streams {
                words[stream * YEARS + year] = word(stream, year);
            }
        }
        self.arrange(level);
    }

    fn arrange(&mut self, level: Level) {
        let words: &[u64] = bytemuck::cast_slice(&self.words);
        // Sixteen years and streams at once stay in the nearest cache.
        for some in 0..self.streams.div_ceil(16) {
            for years in (0..YEARS).step_by(16) {
                for stream in 16 * some..(16 * some + 16).min(self.streams) {
                    for year in years..years + 16 {
                        self.by_turns[year * self.streams + stream] = words[stream * YEARS + year];
                    }
                }
            }
        }
        on_level!(level, _simd => centre(words, flat_mut(&mut self.centred)));
    }

    pub fn streams(&self) -> usize {
        self.streams
    }

    pub fn column(&self, stream: usize) -> &[u64] {
        bytemuck::cast_slice(&self.words[stream * (YEARS / LANES)..(stream + 1) * (YEARS / LANES)])
    }

    pub fn by_turns(&self) -> &[u64] {
        &self.by_turns
    }

    /// The uniforms of a stream less their mean, eight years a pack.
    pub fn centred(&self, stream: usize) -> &[Pack] {
        &self.centred[stream * (YEARS / LANES)..(stream + 1) * (YEARS / LANES)]
    }
}

#[inline(always)]
fn fill<S: Simd>(simd: S, years: &[Words], key: [u64; 2], out: &mut [Words]) {
    for (years, out) in years.iter().zip(out) {
        mix_pack(simd, years, key).store_slice(&mut out.0);
    }
}

/// The folded uniform is `p` up to a half, else `-(1 - p)`.
#[inline(always)]
fn centre(words: &[u64], out: &mut [f64]) {
    for (word, out) in words.iter().zip(out) {
        let folded = Probability::from_bits(*word).folded();
        *out = (folded.abs() - 0.5) * 1f64.copysign(folded);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::simd::{Instructions, flat};

    #[test]
    fn a_block_holds_the_words_of_its_streams_on_every_level() {
        let streams: Vec<RawStream> = (0..20).map(|i| RawStream { key: [i, i * i] }).collect();
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            let mut block = Block::new(streams.len());
            block.draw(level, &streams, 1 << 33);
            for (i, stream) in streams.iter().enumerate() {
                for year in [0, 1, 17, 511] {
                    let word = stream.word((1 << 33) + year as u64);
                    assert_eq!(block.column(i)[year], word);
                    assert_eq!(block.by_turns()[year * streams.len() + i], word);
                    let centred = flat(block.centred(i))[year];
                    assert!((centred - (Probability::from_bits(word).p() - 0.5)).abs() < 1e-15);
                }
            }
        }
    }
}
