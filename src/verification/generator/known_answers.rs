//! Does the generator give the words, keys and uniforms that it must?
//!
//! Published are vectors of the two parts: BLAKE3's (<https://github.com/BLAKE3-team/BLAKE3>, `test_vectors.json`), which makes the
//! keys, and those of the tests of the crate mx3 (<https://github.com/chfoo/mx3-rs>), a port by another hand; mx3's author gave code
//! alone. With a second half of 0 the mixer is mx3. Our own vectors, of the mixer, of keys and of uniforms, are those of a second
//! implementation, `known_answers.py` beside this file.

use super::streams::RawStream;
use crate::numerics::Probability;
use crate::numerics::simd::{Instructions, LANES, Level, Pack, SimdBase, Words, on_level};
use crate::random::mixer::{mix, mix_pack, spread};
use crate::random::{Key, Stream, YearWords, Years};

/// Length of an input of bytes 0 to 250 over and over, and the hash.
const BLAKE3: [(usize, &str); 5] = [
    (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
    (1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"),
    (1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"),
    (1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"),
    (2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"),
];

/// mx3 of 123456789, and the first two words of its generator under seed 1.
const MX3: [u64; 3] = [0x95bd_1de6_327d_ae0a, 0xe8eb_dbc4_39df_412a, 0x4d47_6d54_25a1_74d9];

/// First of eight years, key, words.
type Vector = (u64, [u64; 2], [u64; LANES]);
const MIXER: [Vector; 4] = [
    (
        1,
        [0, 0],
        [
            0xd66f_0f54_1be4_e401,
            0xcb58_ce1f_47f6_65fb,
            0x63da_b04e_fd84_2b7b,
            0x0eca_1224_f865_4961,
            0xe4ad_565c_65ca_2fc7,
            0x53c9_1be2_2b21_00c2,
            0x758c_ea25_dd78_3c46,
            0xd01a_e3cb_ab26_a9dd,
        ],
    ),
    (
        2026,
        [1, 2],
        [
            0x249e_9259_fe8d_c3d5,
            0xeb49_6b67_ef09_6eec,
            0x20df_bd77_a6b4_0aea,
            0x4ecb_62b4_2cba_cec7,
            0xe992_fc26_715c_ca29,
            0xc7e9_cf01_387e_aecd,
            0x446a_9fad_f5f2_8263,
            0xd5d8_0274_7154_77dc,
        ],
    ),
    (
        1 << 40,
        [u64::MAX, 7],
        [
            0xc277_76bb_fda7_509b,
            0x298b_4edf_ae07_c2bf,
            0xa230_b731_5c38_3960,
            0x34c2_fa0b_3402_d66e,
            0x0a9e_6c0a_a59d_e7c4,
            0xa90f_03b0_29ac_53ed,
            0x7b67_6edf_058d_a62b,
            0x4d32_2d83_0fc8_4e8a,
        ],
    ),
    (
        u64::MAX - 3,
        [u64::MAX, 0x0123_4567_89ab_cdef],
        [
            0x6760_1d0b_f585_0045,
            0xa8ed_620f_977b_7cc9,
            0x5dea_735e_4ca0_bc22,
            0x1abd_4e08_b7ed_4645,
            0x7910_d2b7_90dc_0c6e,
            0x0567_431a_fbf7_b21c,
            0x5162_56bd_e45a_736c,
            0xaa15_bf9d_bf71_6594,
        ],
    ),
];

/// A key, its event, its two halves, and the folded uniforms of years 0, 999,999 and 2^40.
struct Known {
    key: Key<'static>,
    event: u32,
    halves: [u64; 2],
    uniforms: [f64; 3],
}

const YEARS: [u64; 3] = [0, 999_999, 1 << 40];
const BREACH: Key<'_> = Key { seed: 2026, scope: &["workforce", "offshore"], driver: "breach.severity", replicate: 0 };
const LONG: &str = "a workforce named at such length that its key fills a second block of the hash";
const KEYS: [Known; 5] = [
    Known {
        key: BREACH,
        event: 0,
        halves: [0x38ef_6bd2_e20e_c721, 0x38f1_d936_46b2_4c0c],
        uniforms: [-0.251_723_011_156_290_8, -0.470_272_213_599_983_67, 0.280_520_241_850_664_6],
    },
    Known {
        key: BREACH,
        event: 3,
        halves: [0x8aab_1cba_8c92_a170, 0xa1a2_fdc2_c24c_4219],
        uniforms: [-0.400_672_502_701_783_73, -0.029_870_049_364_339_055, -0.169_481_060_357_552_95],
    },
    Known {
        key: Key { seed: 2027, scope: &["world"], driver: "threat", replicate: 1 },
        event: 1,
        halves: [0xe38f_00ca_44ee_097a, 0x6609_647f_1446_f3a3],
        uniforms: [-0.085_990_414_582_961_89, 0.478_321_833_029_103_86, 0.199_616_223_235_169_37],
    },
    Known {
        key: Key { seed: 0, scope: &["hospital"], driver: "volume", replicate: u32::MAX },
        event: u32::MAX,
        halves: [0xc086_c110_08d7_8379, 0xb59d_9344_76ac_2cb0],
        uniforms: [0.203_210_340_198_351_24, 0.423_203_363_503_126_54, -0.084_209_909_331_462_5],
    },
    Known {
        key: Key { seed: u64::MAX, scope: &["workforce", LONG], driver: "rate", replicate: 0 },
        event: 0,
        halves: [0x7d9c_4df5_23f7_da41, 0xb857_1994_a160_7a96],
        uniforms: [-0.261_906_747_617_673_8, 0.104_743_445_376_065_2, -0.348_359_885_830_585_1],
    },
];

/// Vectors that are not met, of how many.
pub struct Answers {
    pub subject: String,
    pub wrong: usize,
    pub tried: usize,
}

impl Answers {
    fn of(subject: impl Into<String>, met: impl IntoIterator<Item = bool>) -> Self {
        let (tried, wrong) = met.into_iter().fold((0, 0), |(tried, wrong), met| (tried + 1, wrong + usize::from(!met)));
        Self { subject: subject.into(), wrong, tried }
    }
}

/// All vectors, those of the mixer and of uniforms on each level that this machine has.
pub fn all() -> Vec<Answers> {
    let blake3 = BLAKE3.iter().map(|(len, hash)| {
        let input: Vec<u8> = (0..*len).map(|i| (i % 251) as u8).collect();
        blake3::hash(&input).to_hex().as_str() == *hash
    });
    let keys = KEYS.iter().map(|known| RawStream::new(known.key, known.event).key == known.halves);
    let plain = MIXER
        .iter()
        .map(|(start, key, words)| (0..LANES).all(|i| mix(spread(start.wrapping_add(i as u64)), *key) == words[i]));
    let mut answers = vec![
        Answers::of("published vectors of BLAKE3", blake3),
        Answers::of("vectors of keys", keys),
        Answers::of("published vectors of mx3, one year at a time", mx3(mix)),
        Answers::of("vectors of the mixer, one year at a time", plain),
    ];
    for instructions in Instructions::ALL {
        let Some(level) = instructions.level() else { continue };
        let label = format!("{instructions:?}");
        let pack = |words: Words, key| on_level!(level, simd => mix_pack(simd, &words, key).to_array());
        answers.push(Answers::of(
            format!("published vectors of mx3, {label}"),
            mx3(|word, key| pack(Words([word; LANES]), key)[LANES - 1]),
        ));
        let mixer = MIXER.iter().map(|(start, key, words)| {
            pack(Words(std::array::from_fn(|i| spread(start.wrapping_add(i as u64)))), *key) == *words
        });
        answers.push(Answers::of(format!("vectors of the mixer, {label}"), mixer));
        answers.push(Answers::of(
            format!("vectors of uniforms, {label}"),
            KEYS.iter().map(|known| uniforms(level, known)),
        ));
    }
    answers
}

fn mx3(mixed: impl Fn(u64, [u64; 2]) -> u64) -> [bool; 3] {
    const SEED: u64 = 1 + 0xbea2_25f9_eb34_556d;
    let finalise = |word: u64| mixed(0, [word, 0]);
    let counter = finalise(SEED);
    let found = [finalise(123_456_789), finalise(counter), finalise(counter.wrapping_add(1))];
    std::array::from_fn(|i| found[i] == MX3[i])
}

/// One year at a time, and as the engine fills a block.
fn uniforms(level: Level, known: &Known) -> bool {
    let stream = Stream::new(known.key);
    let mut words = YearWords::new(YEARS.len());
    words.set(Years::List(&YEARS));
    let mut block = [Pack::ZERO];
    stream.event(known.event).fill_on(level, &words, &mut block);
    (0..YEARS.len()).all(|i| {
        let alone: Probability = stream.at(YEARS[i], known.event);
        alone.folded() == known.uniforms[i] && block[0].0[i] == known.uniforms[i]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_met() {
        let answers = all();
        assert!(answers.len() >= 7);
        for answer in answers {
            assert_eq!(answer.wrong, 0, "{}", answer.subject);
        }
    }

    #[test]
    fn one_round_less_is_not_mx3() {
        let two_rounds = |word: u64, key: [u64; 2]| {
            let z = (word.wrapping_add(key[0]) ^ (word.wrapping_add(key[0]) >> 32)).wrapping_mul(0xbea2_25f9_eb34_556d);
            (z ^ (z >> 29)).wrapping_mul(0xbea2_25f9_eb34_556d)
        };
        assert_eq!(mx3(two_rounds), [false; 3]);
    }
}
