//! How does a key become a uniform?
//!
//! The part of the key that does not change within a run (seed, scope, replicate, driver) is hashed once by blake3 into the
//! 128-bit key of the [`mixer`](super::mixer), whose input is the year. A further event of a year has a key of its own, mixed
//! from the stream's. Ten million streams contain two equal ones with a probability below 1e-24.

use super::mixer::{mix, spread};
use super::uniforms::{Streamed, Uniforms};
use super::{YearWords, Years};
use crate::numerics::Probability;
use crate::numerics::simd::{Level, Pack, Simd, on_level};

/// What names a stream: everything of a value's key but year and event.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// The run's seed; another seed gives independent values throughout.
    pub seed: u64,
    /// A path by name, as in `["workforce", "offshore"]`.
    pub scope: &'a [&'a str],
    /// Name of the driver or line within the scope.
    pub driver: &'a str,
    /// Independent copies of the same driver, for sensitivity designs and ignorance; 0 in a plain run.
    pub replicate: u32,
}

/// The uniforms of one driver: a pure function of year and event.
///
/// ```
/// use tailcost::random::{Key, Stream, Years};
/// let stream = Stream::new(Key { seed: 2026, scope: &["world"], driver: "threat", replicate: 0 });
/// let mut block = vec![tailcost::numerics::Probability::lower(0.0); 100];
/// stream.fill(Years::Range { start: 7, len: 100 }, 0, &mut block);
/// assert_eq!(block[35], stream.at(42, 0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    key: [u64; 2],
}

/// Set the keys of events apart from the stream's own values.
const EVENT_KEYS: [u64; 2] = [0x6576_656e_742d_6b31, 0x6576_656e_742d_6b32];

impl Stream {
    pub fn new(key: Key<'_>) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"tailcost stream 2");
        hasher.update(&key.seed.to_le_bytes());
        hasher.update(&key.replicate.to_le_bytes());
        // Lengths keep ["a/b"] and ["a", "b"] apart.
        for part in key.scope.iter().chain([&key.driver]) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let digest = hasher.finalize();
        let word = |i: usize| u64::from_le_bytes(digest.as_bytes()[8 * i..8 * i + 8].try_into().expect("eight bytes"));
        Self { key: [word(0), word(1)] }
    }

    /// The stream of a year's further events; event 0 is the stream itself.
    #[inline]
    pub fn event(&self, event: u32) -> Self {
        if event == 0 {
            return *self;
        }
        Self { key: EVENT_KEYS.map(|apart| mix(spread(u64::from(event)), [self.key[0] ^ apart, self.key[1]])) }
    }

    #[inline(always)]
    pub(crate) fn key(&self) -> [u64; 2] {
        self.key
    }

    /// The uniform of one year and event.
    #[inline]
    pub fn at(&self, year: u64, event: u32) -> Probability {
        Probability::from_bits(mix(spread(year), self.event(event).key))
    }

    /// The uniforms of a block of years, eight at a time.
    #[inline(always)]
    pub fn uniforms<'a>(&self, words: &'a YearWords) -> impl Uniforms + use<'a> {
        Streamed { stream: *self, words: words.packs() }
    }

    /// The uniforms of one event for a block of years.
    pub fn fill(&self, years: Years<'_>, event: u32, out: &mut [Probability]) {
        debug_assert_eq!(years.len(), out.len());
        let stream = self.event(event);
        for (i, value) in out.iter_mut().enumerate() {
            *value = Probability::from_bits(mix(spread(years.at(i)), stream.key));
        }
    }

    /// The folded uniforms of a block of years.
    #[inline(never)]
    pub fn fill_packs<S: Simd>(&self, simd: S, words: &YearWords, out: &mut [Pack]) {
        let uniforms = self.uniforms(words);
        simd.vectorize(
            #[inline(always)]
            || {
                for (i, out) in out.iter_mut().enumerate() {
                    out.store(uniforms.pack(simd, i));
                }
            },
        );
    }

    /// [`Stream::fill_packs`] on a level.
    pub fn fill_on(&self, level: Level, words: &YearWords, out: &mut [Pack]) {
        on_level!(level, simd => self.fill_packs(simd, words, out));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::simd::{Instructions, flat, packs_for};

    fn stream(driver: &str) -> Stream {
        Stream::new(Key { seed: 1, scope: &["workforce", "offshore"], driver, replicate: 0 })
    }

    #[test]
    fn packs_of_years_equal_years_one_by_one_on_every_level() {
        let stream = stream("rate").event(3);
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            for start in [0, 1, 6, (1 << 33) - 5] {
                for len in [1, 2, 31, 33, 100] {
                    let list: Vec<u64> = (start..start + len as u64).collect();
                    for years in [Years::Range { start, len }, Years::List(&list)] {
                        let mut words = YearWords::new(len);
                        words.set(years);
                        let mut packs = vec![Pack::ZERO; packs_for(len)];
                        on_level!(level, simd => stream.fill_packs(simd, &words, &mut packs));
                        let mut plain = vec![Probability::lower(0.0); len];
                        stream.fill(years, 0, &mut plain);
                        let folded: Vec<f64> = plain.iter().map(|p| p.folded()).collect();
                        assert_eq!(&flat(&packs)[..len], folded, "{level:?} start {start} length {len}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_part_of_the_key_matters() {
        let base = Key { seed: 1, scope: &["a", "b"], driver: "c", replicate: 0 };
        let others = [
            Key { seed: 2, ..base },
            Key { scope: &["a/b"], ..base },
            Key { scope: &["a"], driver: "bc", ..base },
            Key { driver: "d", ..base },
            Key { replicate: 1, ..base },
        ];
        for other in others {
            assert_ne!(Stream::new(base), Stream::new(other), "{other:?}");
        }
        let stream = Stream::new(base);
        assert_ne!(stream.at(0, 0), stream.at(0, 1));
        assert_ne!(stream.at(0, 1), stream.at(0, 2));
        assert_ne!(stream.at(0, 0), stream.at(1, 0));
        assert_ne!(stream.at(0, 0), stream.at(1 << 40, 0));
    }

    /// Mean and variance of a uniform over 2^20 years; both limits are 5 standard errors, false alarm below 2e-6.
    #[test]
    fn uniforms_are_uniform() {
        let n = 1 << 20;
        let mut block = vec![Probability::lower(0.0); n];
        stream("denial_rate").fill(Years::Range { start: 0, len: n }, 0, &mut block);
        let mean = block.iter().map(|u| u.p()).sum::<f64>() / n as f64;
        let variance = block.iter().map(|u| (u.p() - 0.5) * (u.p() - 0.5)).sum::<f64>() / n as f64;
        let root = (n as f64).sqrt();
        assert!((mean - 0.5).abs() < 5.0 * (1.0f64 / 12.0).sqrt() / root, "{mean}");
        assert!((variance - 1.0 / 12.0).abs() < 5.0 * (1.0f64 / 180.0).sqrt() / root, "{variance}");
    }
}
