//! Which generator turns a counter into random bits?
//!
//! Philox4x32-10: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3",
//! doi 10.1145/2063384.2063405. A counter of 128 bits and a key of 64 bits give 128 random bits; there is no state.

const MULTIPLIER: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// The 128 bits that belong to `counter` under `key`.
///
/// ```
/// use tailcost::random::philox::philox4x32;
/// let zeros = philox4x32([0; 4], [0; 2]);
/// assert_eq!(zeros, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
/// ```
#[inline]
pub fn philox4x32(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let mut lanes = counter.map(|word| [word]);
    rounds(&mut lanes, key);
    lanes.map(|[word]| word)
}

/// Ten rounds over `N` counters at once, held as four arrays of words, which the compiler vectorises.
#[inline]
pub(super) fn rounds<const N: usize>(counter: &mut [[u32; N]; 4], key: [u32; 2]) {
    let mut key = key;
    for _ in 0..ROUNDS {
        for lane in 0..N {
            let first = u64::from(MULTIPLIER[0]) * u64::from(counter[0][lane]);
            let second = u64::from(MULTIPLIER[1]) * u64::from(counter[2][lane]);
            counter[0][lane] = (second >> 32) as u32 ^ counter[1][lane] ^ key[0];
            counter[1][lane] = second as u32;
            counter[2][lane] = (first >> 32) as u32 ^ counter[3][lane] ^ key[1];
            counter[3][lane] = first as u32;
        }
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers of the authors' Random123 library, `kat_vectors`, philox 4x32 with 10 rounds.
    #[test]
    fn known_answers() {
        let all = u32::MAX;
        assert_eq!(philox4x32([all; 4], [all; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox4x32([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn many_lanes_equal_one() {
        let mut lanes = [[0u32; 8]; 4];
        lanes[0] = std::array::from_fn(|i| i as u32);
        rounds(&mut lanes, [7, 9]);
        for i in 0..8 {
            assert_eq!(philox4x32([i as u32, 0, 0, 0], [7, 9]), lanes.map(|words| words[i]));
        }
    }
}
