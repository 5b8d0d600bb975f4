//! What does a uniform cost from the engine's mixer, and from the generators it was chosen among?
//!
//! All fill the same block with the same folded uniforms from the same packs of eight on the same instructions; what is constant
//! under a key is computed before the clock starts. The candidates are written here, each held to published values first.

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use fearless_simd::dispatch;
use rand::{Rng, SeedableRng};
use std::hint::black_box;
use std::time::Duration;
use support::{column, group, stream, words};
use tailcost::engine::BLOCK;
use tailcost::numerics::simd::{
    Bytes, Instructions, LANES, Level, Pack, Simd, SimdBase, SimdCvtFloat, Words, f64x8, flat_mut, packs_for, u64x8,
};

/// The block of [`support::words`].
const START: u64 = 7 * BLOCK as u64;

/// A candidate under some key.
trait Candidate: Copy {
    /// Fills a block; `inputs` is what [`Candidate::input`] made of its years.
    fn fill<S: Simd>(self, simd: S, inputs: &[Words], out: &mut [Pack]);

    /// What the generator takes in for a year: computed once a block for all streams, so not on the clock.
    fn input(year: u64) -> u64 {
        year
    }
}

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, doi 10.1145/2063384.2063405): a call gives two neighbouring years 64 bits each.
#[derive(Clone, Copy)]
struct Philox([u32; 2]);

#[inline(always)]
fn philox<S: Simd>(simd: S, c: [u64x8<S>; 4], key: [u32; 2]) -> [u64x8<S>; 4] {
    // Ten calls, not a loop: with AVX2 a loop keeps its state on the stack.
    let c = philox_round(simd, c, key, 0);
    let c = philox_round(simd, c, key, 1);
    let c = philox_round(simd, c, key, 2);
    let c = philox_round(simd, c, key, 3);
    let c = philox_round(simd, c, key, 4);
    let c = philox_round(simd, c, key, 5);
    let c = philox_round(simd, c, key, 6);
    let c = philox_round(simd, c, key, 7);
    let c = philox_round(simd, c, key, 8);
    philox_round(simd, c, key, 9)
}

/// The products of 32 by 32 bits are one instruction each, as the compiler sees that the upper halves are 0.
#[inline(always)]
fn philox_round<S: Simd>(simd: S, [c0, c1, c2, c3]: [u64x8<S>; 4], key: [u32; 2], round: u32) -> [u64x8<S>; 4] {
    let low = u64x8::splat(simd, u64::from(u32::MAX));
    let p = c0 * u64x8::splat(simd, 0xd251_1f53);
    let q = c2 * u64x8::splat(simd, 0xcd9e_8d57);
    let first = u64x8::splat(simd, u64::from(key[0].wrapping_add(0x9e37_79b9u32.wrapping_mul(round))));
    let second = u64x8::splat(simd, u64::from(key[1].wrapping_add(0xbb67_ae85u32.wrapping_mul(round))));
    [(q >> 32) ^ c1 ^ first, q & low, (p >> 32) ^ c3 ^ second, p & low]
}

impl Candidate for Philox {
    /// Eight pairs of years a pack: the first half of the inputs is used.
    #[inline(always)]
    fn fill<S: Simd>(self, simd: S, inputs: &[Words], out: &mut [Pack]) {
        let (low, zero) = (u64x8::splat(simd, u64::from(u32::MAX)), u64x8::splat(simd, 0));
        for (pairs, out) in inputs.iter().zip(out.chunks_exact_mut(2)) {
            let pairs = pairs.load(simd);
            let c = philox(simd, [pairs & low, pairs >> 32, zero, zero], self.0);
            let (even, odd) = (c[0] | (c[1] << 32), c[2] | (c[3] << 32));
            out[0].store(folded(simd, simd.zip_low_u64x8(even, odd)));
            out[1].store(folded(simd, simd.zip_high_u64x8(even, odd)));
        }
    }

    fn input(year: u64) -> u64 {
        START / 2 + (year - START)
    }
}

#[inline(always)]
fn rotate<S: Simd>(x: u64x8<S>, by: u32) -> u64x8<S> {
    (x << by) | (x >> (64 - by))
}

/// Squares with 64 bits of output, five rounds (Widynski 2022, arXiv 2004.06278).
#[derive(Clone, Copy)]
struct Squares(u64);

#[inline(always)]
fn squares<S: Simd>(simd: S, counter: u64x8<S>, key: u64) -> u64x8<S> {
    let key = u64x8::splat(simd, key);
    let y = counter * key;
    let z = y + key;
    let x = rotate(y * y + y, 32);
    let x = rotate(x * x + z, 32);
    let x = rotate(x * x + y, 32);
    let t = x * x + z;
    let x = rotate(t, 32);
    t ^ ((x * x + y) >> 32)
}

impl Candidate for Squares {
    #[inline(always)]
    fn fill<S: Simd>(self, simd: S, inputs: &[Words], out: &mut [Pack]) {
        for (years, out) in inputs.iter().zip(out) {
            out.store(folded(simd, squares(simd, years.load(simd), self.0)));
        }
    }
}

/// SplitMix64's finaliser in Stafford's variant 13 (Steele, Lea, Flood 2014, doi 10.1145/2714064.2660195): two rounds, the key added.
#[derive(Clone, Copy)]
struct SplitMix(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

#[inline(always)]
fn split_mix<S: Simd>(simd: S, z: u64x8<S>) -> u64x8<S> {
    let z = (z ^ (z >> 30)) * u64x8::splat(simd, 0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)) * u64x8::splat(simd, 0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Candidate for SplitMix {
    #[inline(always)]
    fn fill<S: Simd>(self, simd: S, inputs: &[Words], out: &mut [Pack]) {
        for (years, out) in inputs.iter().zip(out) {
            out.store(folded(simd, split_mix(simd, years.load(simd) + u64x8::splat(simd, self.0))));
        }
    }

    fn input(year: u64) -> u64 {
        year.wrapping_mul(GOLDEN)
    }
}

/// Eight xoshiro256++ side by side (Blackman, Vigna 2021, doi 10.1145/3460772), seeded by SplitMix from key and block.
#[derive(Clone, Copy)]
struct Xoshiro(u64);

#[inline(always)]
fn xoshiro<S: Simd>(s: &mut [u64x8<S>; 4]) -> u64x8<S> {
    let result = rotate(s[0] + s[3], 23) + s[0];
    let t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    result
}

impl Candidate for Xoshiro {
    #[inline(always)]
    fn fill<S: Simd>(self, simd: S, inputs: &[Words], out: &mut [Pack]) {
        // The words of four packs stand 32 steps of the golden ratio apart from those of the next block.
        let block =
            u64x8::splat(simd, self.0.wrapping_add((START / BLOCK as u64).wrapping_mul(32).wrapping_mul(GOLDEN)));
        let mut state = [0, 1, 2, 3].map(
            #[inline(always)]
            |i: usize| split_mix(simd, inputs[i].load(simd) + block),
        );
        for out in out {
            out.store(folded(simd, xoshiro(&mut state)));
        }
    }

    fn input(year: u64) -> u64 {
        (year - START).wrapping_mul(GOLDEN)
    }
}

/// Eight words as the engine folds them, which is [`tailcost::numerics::Probability::from_bits`].
#[inline(always)]
fn folded<S: Simd>(simd: S, bits: u64x8<S>) -> f64x8<S> {
    const STEP: f64 = 1.0 / 18_446_744_073_709_551_616.0;
    let tail = bits & u64x8::splat(simd, u64::MAX >> 1);
    let tail = (f64x8::float_from(tail) + f64x8::splat(simd, 0.5)) * f64x8::splat(simd, STEP);
    let side = bits & u64x8::splat(simd, 1 << 63);
    (tail.bitcast::<u64x8<S>>() | side).bitcast()
}

/// As [`tailcost::random::Stream::fill_packs`], so that all cross the same edges.
#[inline(never)]
fn fill<S: Simd, C: Candidate>(simd: S, candidate: C, inputs: &[Words], out: &mut [Pack]) {
    simd.vectorize(
        #[inline(always)]
        || candidate.fill(simd, inputs, out),
    );
}

fn known_answers(level: Level) {
    dispatch!(level, simd => {
        let splat = |word: u64| u64x8::splat(simd, word);
        for (counter, key, answer) in [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u64::from(u32::MAX); 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ] {
            let found = philox(simd, counter.map(splat), key).map(|word| word.to_array());
            assert_eq!(found, answer.map(|word| [word; LANES]), "Philox4x32-10");
        }
        assert_eq!(split_mix(simd, splat(GOLDEN)).to_array(), [0xe220_a839_7b1d_cdaf; LANES], "SplitMix64");
        let mut state = [1, 2, 3, 4].map(splat);
        for answer in [41_943_041, 58_720_359, 3_588_806_011_781_223] {
            assert_eq!(xoshiro(&mut state).to_array(), [answer; LANES], "xoshiro256++");
        }
        let counters = Words([0, 1, 2, 3, 4, 5, 6, 7]);
        let found = squares(simd, counters.load(simd), 0x548c_9dec_bce6_5297).to_array();
        // From the C of the randomgen package.
        let answers = [0x36d8_8366_cee6_33a5, 0x9447_16e0_0e60_dfaa, 0xc8a8_f4e0_6786_54bf, 0x35cc_666a_ab11_c80d];
        assert_eq!(found[..4], answers, "Squares64");
    });
}

fn random(criterion: &mut Criterion) {
    let mut group = group(criterion, "random", BLOCK);
    group.warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_millis(800));
    let mut out = column(|_| 0.25);
    macro_rules! candidate {
        ($name:literal, $instructions:expr, $level:expr, $candidate:expr) => {
            let inputs = inputs(&$candidate);
            group.bench_function(format!("{:?}/{}", $instructions, $name), |bencher| {
                bencher.iter(|| {
                    let candidate = black_box($candidate);
                    dispatch!($level, simd => fill(simd, candidate, &inputs, black_box(&mut out)));
                });
            });
        };
    }
    for instructions in Instructions::ALL {
        let Some(level) = instructions.level() else { continue };
        known_answers(level);
        let (words, stream) = (words(), stream("driver"));
        group.bench_function(format!("{instructions:?}/the engine's mixer"), |bencher| {
            bencher.iter(|| black_box(stream).fill_on(level, &words, black_box(&mut out)));
        });
        candidate!("Philox4x32-10", instructions, level, Philox([17, 29]));
        candidate!("Squares64", instructions, level, Squares(0x548c_9dec_bce6_5297));
        candidate!("SplitMix64, two rounds", instructions, level, SplitMix(17));
        candidate!("xoshiro256++, eight a block", instructions, level, Xoshiro(17));
    }
    // The crate chooses its own instructions. A block takes 64 of the cipher's blocks; the key is the stream's.
    let mut generator = chacha20::ChaCha8Rng::seed_from_u64(17);
    let level = Instructions::best();
    let mut bytes = [0; BLOCK * size_of::<u64>()];
    group.bench_function("ChaCha8, chacha20 crate", |bencher| {
        bencher.iter(|| {
            generator.set_block_pos(64 * START / BLOCK as u64);
            generator.fill_bytes(&mut bytes);
            let words: [Words; BLOCK / LANES] = bytemuck::cast(bytes);
            dispatch!(level, simd => fold(simd, &words, black_box(&mut out)));
        });
    });
    group.finish();
    // Half of all uniforms are on the upper side: whatever was written last was no constant.
    let upper = flat_mut(&mut out).iter().filter(|folded| folded.is_sign_negative()).count();
    assert!((BLOCK / 4..3 * BLOCK / 4).contains(&upper), "{upper} of {BLOCK} on the upper side");
}

#[inline(never)]
fn fold<S: Simd>(simd: S, words: &[Words], out: &mut [Pack]) {
    simd.vectorize(
        #[inline(always)]
        || {
            for (words, out) in words.iter().zip(out) {
                out.store(folded(simd, words.load(simd)));
            }
        },
    );
}

fn inputs<C: Candidate>(_: &C) -> Vec<Words> {
    let year = |pack: usize, lane: usize| START + (LANES * pack + lane) as u64;
    (0..packs_for(BLOCK)).map(|pack| Words(std::array::from_fn(|lane| C::input(year(pack, lane))))).collect()
}

criterion_group!(benches, random);
criterion_main!(benches);
