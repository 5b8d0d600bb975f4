//! Are eight counts at once those of the plain functions, on every level?

use super::*;
use crate::numerics::simd::{Instructions, flat, flat_mut, on_level, packs_for};
use crate::random::{Given, Key, Stream, YearWords, Years};

const YEARS: usize = 4096;

fn uniforms(seed: u64) -> (YearWords, Stream) {
    let mut words = YearWords::new(YEARS);
    words.set(Years::Range { start: 0, len: YEARS });
    (words, Stream::new(Key { seed, scope: &[], driver: "count", replicate: 0 }))
}

fn column(values: impl Fn(usize) -> f64) -> Vec<Pack> {
    let mut packs = vec![Pack::ZERO; packs_for(YEARS)];
    flat_mut(&mut packs).iter_mut().enumerate().for_each(|(i, value)| *value = values(i));
    packs
}

#[test]
fn poisson_counts_are_those_of_the_plain_function() {
    // Constant, varying within a pack, and on both sides of 16 where the method changes.
    let laws: [fn(usize) -> f64; 9] = [
        |_| 0.0,
        |_| 0.01,
        |i| 0.4 + 1.5 * (i % 7) as f64,
        |_| 15.999,
        |_| 16.0,
        |i| 10.0 + (i % 13) as f64,
        |i| 300.0 + i as f64,
        |i| 1e4 + 37.0 * i as f64,
        |i| 1e6 * (1.0 + i as f64),
    ];
    for (seed, law) in laws.iter().enumerate() {
        let (words, stream) = uniforms(seed as u64);
        let means = column(law);
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            let mut out = column(|_| f64::NAN);
            let source = stream.uniforms(&words);
            on_level!(level, simd => poisson_draw(simd, &means, source, NormalsOf(source), &mut out));
            for (i, count) in flat(&out).iter().enumerate() {
                assert_eq!(*count, poisson_quantile(law(i), stream.at(i as u64, 0)), "mean {} year {i}", law(i));
            }
        }
    }
}

#[test]
fn binomial_counts_are_those_of_the_plain_function() {
    type ByYear = fn(usize) -> f64;
    let laws: [(ByYear, ByYear); 9] = [
        (|_| 0.0, |_| 0.5),
        (|i| (i % 5) as f64, |_| 0.02),
        (|i| (i % 40) as f64, |i| (i % 11) as f64 / 10.0),
        (|i| 300.0 + i as f64, |_| 0.25),
        (|i| 300.0 + i as f64, |i| 0.002 + 0.1 * (i % 10) as f64),
        (|_| 64.0, |i| 0.45 + 0.01 * (i % 11) as f64),
        (|i| 1e5 + (i % 3) as f64, |_| 1e-5),
        (|i| 2e5 + i as f64, |_| 0.999_99),
        (|i| 1e6 + i as f64, |i| 0.3 + 1e-5 * i as f64),
    ];
    for (seed, (trials_of, probability_of)) in laws.iter().enumerate() {
        let (words, stream) = uniforms(100 + seed as u64);
        let (trials, probabilities) = (column(trials_of), column(probability_of));
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            let mut out = column(|_| f64::NAN);
            let source = stream.uniforms(&words);
            let given = Column::varying(&probabilities);
            on_level!(level, simd => binomial_draw(simd, &trials, given, source, NormalsOf(source), &mut out));
            for (i, count) in flat(&out).iter().enumerate() {
                let plain = binomial_quantile(trials_of(i), probability_of(i), stream.at(i as u64, 0));
                assert_eq!(*count, plain, "{} of {} year {i}", probability_of(i), trials_of(i));
            }
        }
    }
}

/// Uniforms on and next to the steps of the cdf, and far out, where doubt sends the year to the plain function.
#[test]
fn steps_and_far_tails_are_exact() {
    for mean in [0.3, 2.0, 15.0, 17.0, 550.0, 1e6] {
        let means = column(|_| mean);
        let folded = column(|i| {
            let near = super::super::poisson::poisson_cdf(mean, (mean + (i % 61) as f64 - 30.0).floor().max(0.0));
            match i % 4 {
                0 => near.folded(),
                1 => near.folded().next_up(),
                2 => near.folded() * (1.0 + 1e-12),
                _ => libm::ldexp(if i % 8 < 4 { 0.5 } else { -0.5 }, -((i % 60) as i32)),
            }
        });
        let source = Given(&folded);
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            let mut out = column(|_| f64::NAN);
            on_level!(level, simd => poisson_draw(simd, &means, source, NormalsOf(source), &mut out));
            for (count, folded) in flat(&out).iter().zip(flat(&folded)) {
                let p = Probability::from_folded(*folded);
                assert_eq!(*count, poisson_quantile(mean, p), "mean {mean} at {p:?}");
            }
        }
    }
}
