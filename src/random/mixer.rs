//! Which bits belong to a year under a key?
//!
//! A keyed mixer: the year, times an odd constant, plus half the key, goes through three rounds of xor-shift and multiplication,
//! the other half of the key entering after the first. Rounds and multiplier are those of Maiga's mx3 finaliser; SplitMix
//! (Steele, Lea, Flood 2014, doi 10.1145/2714064.2660195) is the same construction with two rounds and no second key. Under one
//! key the map from years to bits is one to one, so a stream has no period to run out of.
//!
//! Chosen by measurement among Philox4x32-10, Squares64 and this one (`cargo bench --bench random`): METHODS.md, section 1.

#[cfg(feature = "planted-faults")]
use crate::numerics::simd::Select;
use crate::numerics::simd::{Simd, SimdBase, Words, u64x8};

/// What a year is multiplied by: 2^64 over the golden ratio, odd.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
const MULTIPLIER: u64 = 0xbea2_25f9_eb34_556d;
const LONG: u32 = 32;
const SHORT: u32 = 29;
/// One word in so many has the planted bit.
#[cfg(feature = "planted-faults")]
const BIASED: u64 = 32;

/// A year, ready for any key.
#[inline(always)]
pub fn spread(year: u64) -> u64 {
    year.wrapping_mul(SPREAD)
}

/// The bits of a spread year.
///
/// ```
/// use tailcost::random::mixer::{mix, spread};
/// assert_eq!(mix(spread(2026), [1, 2]), 0x249e_9259_fe8d_c3d5);
/// ```
#[inline(always)]
pub fn mix(spread: u64, key: [u64; 2]) -> u64 {
    let mut z = spread.wrapping_add(key[0]);
    z = (z ^ (z >> LONG)).wrapping_mul(MULTIPLIER) ^ key[1];
    z = (z ^ (z >> SHORT)).wrapping_mul(MULTIPLIER);
    z = (z ^ (z >> LONG)).wrapping_mul(MULTIPLIER);
    z ^= z >> SHORT;
    #[cfg(feature = "planted-faults")]
    if crate::planted::is(crate::planted::Fault::Generator) && z.is_multiple_of(BIASED) {
        z |= 1 << 62;
    }
    z
}

/// [`mix`] of eight years at once.
#[inline(always)]
pub fn mix_pack<S: Simd>(simd: S, spread: &Words, key: [u64; 2]) -> u64x8<S> {
    let multiplier = u64x8::splat(simd, MULTIPLIER);
    let mut z = spread.load(simd) + u64x8::splat(simd, key[0]);
    z = ((z ^ (z >> LONG)) * multiplier) ^ u64x8::splat(simd, key[1]);
    z = (z ^ (z >> SHORT)) * multiplier;
    z = (z ^ (z >> LONG)) * multiplier;
    z ^= z >> SHORT;
    #[cfg(feature = "planted-faults")]
    if crate::planted::is(crate::planted::Fault::Generator) {
        let biased = (z & u64x8::splat(simd, BIASED - 1)).simd_eq(u64x8::splat(simd, 0));
        z = biased.select(z | u64x8::splat(simd, 1 << 62), z);
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::simd::{Instructions, on_level};

    #[test]
    fn eight_at_once_equal_one_on_every_level() {
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            for start in [0, 1 << 32, u64::MAX - 9] {
                for key in [[0, 0], [u64::MAX, 7], [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210]] {
                    let years: [u64; 8] = std::array::from_fn(|i| start + i as u64);
                    let words = Words(years.map(spread));
                    let bits = on_level!(level, simd => mix_pack(simd, &words, key).to_array());
                    assert_eq!(bits, years.map(|year| mix(spread(year), key)), "{level:?}");
                }
            }
        }
    }

    /// Every output bit depends on every input bit of year and key: flipping one flips half of them. Over 4,096 inputs the mean of a
    /// flip has a standard deviation of 1/128; of 64 x 192 pairs none may be off by more than 6 of them (chance 2.5e-5).
    #[test]
    fn one_flipped_bit_flips_half_of_all() {
        for input in 0..192 {
            let mut flips = [0u32; 64];
            for sample in 0..4096u64 {
                let word = |salt: u64| mix(spread(sample * 3 + salt), [11, 13]);
                let (year, key) = (sample, [word(1), word(2)]);
                let flipped = match input {
                    0..64 => mix(spread(year ^ 1 << input), key),
                    64..128 => mix(spread(year), [key[0] ^ 1 << (input - 64), key[1]]),
                    _ => mix(spread(year), [key[0], key[1] ^ 1 << (input - 128)]),
                };
                let difference = mix(spread(year), key) ^ flipped;
                for (bit, count) in flips.iter_mut().enumerate() {
                    *count += (difference >> bit & 1) as u32;
                }
            }
            for (bit, count) in flips.iter().enumerate() {
                let share = f64::from(*count) / 4096.0;
                assert!((share - 0.5).abs() < 6.0 / 128.0, "input bit {input}, output bit {bit}: {share}");
            }
        }
    }
}
