//! How does a key become a uniform?
//!
//! The part of the key that does not change within a run (seed, scope, replicate, driver) is hashed once by blake3 into
//! Philox's 64-bit key and a 32-bit salt. The counter holds the rest: 63 bits of year pair, 32 bits of event, the salt.
//! Two neighbouring years share one call of the generator, each taking 64 of its 128 bits. With 96 bits for
//! the stream, ten million streams collide with a probability below 1e-15.

use super::Years;
use super::philox::{philox4x32, rounds};
use crate::numerics::Probability;

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
    key: [u32; 2],
    salt: u32,
}

/// Counters handled at once: 16 calls give 32 years.
const LANES: usize = 16;

impl Stream {
    pub fn new(key: Key<'_>) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"tailcost stream 1");
        hasher.update(&key.seed.to_le_bytes());
        hasher.update(&key.replicate.to_le_bytes());
        // Lengths keep ["a/b"] and ["a", "b"] apart.
        for part in key.scope.iter().chain([&key.driver]) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let digest = hasher.finalize();
        let word = |i: usize| u32::from_le_bytes(digest.as_bytes()[4 * i..4 * i + 4].try_into().expect("four bytes"));
        Self { key: [word(0), word(1)], salt: word(2) }
    }

    /// The uniform of one year and event.
    #[inline]
    pub fn at(&self, year: u64, event: u32) -> Probability {
        let pair = year >> 1;
        let words = philox4x32([pair as u32, (pair >> 32) as u32, event, self.salt], self.key);
        let half = 2 * (year & 1) as usize;
        Probability::from_bits(u64::from(words[half]) | u64::from(words[half + 1]) << 32)
    }

    /// The uniforms of one event for a block of years.
    pub fn fill(&self, years: Years<'_>, event: u32, out: &mut [Probability]) {
        debug_assert_eq!(years.len(), out.len());
        match years {
            Years::List(list) => {
                for (value, &year) in out.iter_mut().zip(list) {
                    *value = self.at(year, event);
                }
            }
            Years::Range { start, len } => {
                let odd = (start & 1) as usize;
                let head = odd.min(len);
                if head == 1 {
                    out[0] = self.at(start, event);
                }
                let mut pair = (start + odd as u64) >> 1;
                for chunk in out[head..].chunks_mut(2 * LANES) {
                    self.fill_pairs(pair, event, chunk);
                    pair += LANES as u64;
                }
            }
        }
    }

    #[inline]
    fn fill_pairs(&self, first_pair: u64, event: u32, out: &mut [Probability]) {
        let mut words = [[0u32; LANES]; 4];
        for lane in 0..LANES {
            let pair = first_pair + lane as u64;
            words[0][lane] = pair as u32;
            words[1][lane] = (pair >> 32) as u32;
            words[2][lane] = event;
            words[3][lane] = self.salt;
        }
        rounds(&mut words, self.key);
        for (lane, pair) in out.chunks_mut(2).enumerate() {
            for (half, value) in pair.iter_mut().enumerate() {
                let bits = u64::from(words[2 * half][lane]) | u64::from(words[2 * half + 1][lane]) << 32;
                *value = Probability::from_bits(bits);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(driver: &str) -> Stream {
        Stream::new(Key { seed: 1, scope: &["workforce", "offshore"], driver, replicate: 0 })
    }

    #[test]
    fn a_block_equals_its_years_one_by_one() {
        let stream = stream("rate");
        for start in [0, 1, 6, (1 << 33) - 5] {
            for len in [0, 1, 2, 31, 33, 100] {
                let mut block = vec![Probability::lower(0.0); len];
                stream.fill(Years::Range { start, len }, 3, &mut block);
                let list: Vec<u64> = (start..start + len as u64).collect();
                let mut replay = vec![Probability::lower(0.0); len];
                stream.fill(Years::List(&list), 3, &mut replay);
                assert_eq!(block, replay, "start {start} length {len}");
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
