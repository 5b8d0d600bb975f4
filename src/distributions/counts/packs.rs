//! Which counts belong to eight uniforms at once?
//!
//! The same counts as one by one ([`poisson_quantile`], [`binomial_quantile`]): both are exact inverses. Where an expansion or a sum
//! leaves doubt about a step of the cdf, the year is handed to the plain function.

use super::expansion::LARGE_VARIANCE;
use super::{binomial_quantile, poisson_quantile};
use crate::distributions::sampler::standard_normal;
use crate::numerics::Probability;
use crate::numerics::simd::{
    Column, LANES, Level, Pack, Select, Simd, SimdBase, SimdCvtTruncate, SimdFloat, SimdMask, exp, f64x8, mask64x8,
    on_level, u64x8,
};
use crate::random::Uniforms;

/// Most terms of a sum of probabilities; laws of variance below 16 end long before but for tails below 1e-13.
const MOST_TERMS: usize = 128;
/// Relative error of such a sum, as in [`super::search`].
const SUM_ERROR: f64 = 4e-14;
/// What a trial adds to it: a power is taken by squaring, which doubles its relative error each time.
const TRIAL_ERROR: f64 = 4e-16;
/// Above this many trials a binomial law of small variance is summed one by one.
const MOST_TRIALS: f64 = 1e5;

/// `1 / k`, so that a term costs no division.
const INVERSES: [f64; MOST_TERMS] = {
    let mut inverses = [0.0; MOST_TERMS];
    let mut k = 1;
    while k < MOST_TERMS {
        inverses[k] = 1.0 / k as f64;
        k += 1;
    }
    inverses
};

/// Normal quantiles of a block's uniforms, eight at a time.
pub trait Normals: Copy {
    fn pack<S: Simd>(&self, simd: S, index: usize) -> f64x8<S>;
}

impl Normals for &[Pack] {
    #[inline(always)]
    fn pack<S: Simd>(&self, simd: S, index: usize) -> f64x8<S> {
        self[index].load(simd)
    }
}

/// Worked out where they are needed, for counts that rarely are large.
#[derive(Clone, Copy)]
pub struct NormalsOf<U>(pub U);

impl<U: Uniforms> Normals for NormalsOf<U> {
    #[inline(always)]
    fn pack<S: Simd>(&self, simd: S, index: usize) -> f64x8<S> {
        let mut out = [Pack::ZERO];
        standard_normal().draw(simd, At { uniforms: self.0, index }, &mut out);
        out[0].load(simd)
    }
}

/// One pack of a source.
#[derive(Clone, Copy)]
struct At<U> {
    uniforms: U,
    index: usize,
}

impl<U: Uniforms> Uniforms for At<U> {
    #[inline(always)]
    fn pack<S: Simd>(&self, simd: S, _: usize) -> f64x8<S> {
        self.uniforms.pack(simd, self.index)
    }
}

/// [`poisson_quantile`] of a column of means; `normals` are the normal quantiles of `uniforms`.
#[inline(never)]
pub fn poisson_draw<S: Simd>(
    simd: S,
    means: &[Pack],
    uniforms: impl Uniforms,
    normals: impl Normals,
    out: &mut [Pack],
) {
    simd.vectorize(
        #[inline(always)]
        || poisson_packs(simd, means, uniforms, normals, out),
    );
}

/// [`poisson_draw`] on a level.
pub fn poisson_on(level: Level, means: &[Pack], uniforms: impl Uniforms, normals: impl Normals, out: &mut [Pack]) {
    on_level!(level, simd => poisson_draw(simd, means, uniforms, normals, out));
}

/// [`binomial_draw`] on a level.
pub fn binomial_on(
    level: Level,
    trials: &[Pack],
    probabilities: Column<'_>,
    uniforms: impl Uniforms,
    normals: impl Normals,
    out: &mut [Pack],
) {
    on_level!(level, simd => binomial_draw(simd, trials, probabilities, uniforms, normals, out));
}

#[inline(always)]
fn poisson_packs<S: Simd>(simd: S, means: &[Pack], uniforms: impl Uniforms, normals: impl Normals, out: &mut [Pack]) {
    for (i, (out, mean)) in out.iter_mut().zip(means).enumerate() {
        let mean = mean.load(simd);
        let large = mean.simd_ge(f64x8::splat(simd, LARGE_VARIANCE));
        let (count, sure) = if large.all_true() {
            expanded(simd, mean, mean, f64x8::splat(simd, 1.0), normals.pack(simd, i))
        } else {
            let summed = small_poisson(simd, mean, uniforms.pack(simd, i));
            if large.any_true() {
                let expanded = expanded(simd, mean, mean, f64x8::splat(simd, 1.0), normals.pack(simd, i));
                choose(large, expanded, summed)
            } else {
                summed
            }
        };
        out.store(count);
        if !sure.all_true() {
            let lanes = !sure.to_bitmask();
            repair_poisson(lanes, mean.to_array(), uniforms.pack(simd, i).to_array(), out);
        }
    }
}

/// [`binomial_quantile`] of columns of trials and success probabilities.
#[inline(never)]
pub fn binomial_draw<S: Simd>(
    simd: S,
    trials: &[Pack],
    probabilities: Column<'_>,
    uniforms: impl Uniforms,
    normals: impl Normals,
    out: &mut [Pack],
) {
    simd.vectorize(
        #[inline(always)]
        || binomial_packs(simd, trials, probabilities, uniforms, normals, out),
    );
}

#[inline(always)]
fn binomial_packs<S: Simd>(
    simd: S,
    trials: &[Pack],
    probabilities: Column<'_>,
    uniforms: impl Uniforms,
    normals: impl Normals,
    out: &mut [Pack],
) {
    let one = f64x8::splat(simd, 1.0);
    for (i, (out, trials)) in out.iter_mut().zip(trials).enumerate() {
        let trials = trials.load(simd);
        let probability = probabilities.load(simd, i);
        let mean = trials * probability;
        let variance = mean * (one - probability);
        let large = variance.simd_ge(f64x8::splat(simd, LARGE_VARIANCE));
        let asymmetry = one - f64x8::splat(simd, 2.0) * probability;
        let (count, sure) = if large.all_true() {
            expanded(simd, mean, variance, asymmetry, normals.pack(simd, i))
        } else {
            let summed = small_binomial(simd, trials, probability, uniforms.pack(simd, i));
            if large.any_true() {
                choose(large, expanded(simd, mean, variance, asymmetry, normals.pack(simd, i)), summed)
            } else {
                summed
            }
        };
        out.store(count.simd_gt(trials).select(trials, count));
        if !sure.all_true() {
            let lanes = !sure.to_bitmask();
            repair_binomial(lanes, trials.to_array(), probability.to_array(), uniforms.pack(simd, i).to_array(), out);
        }
    }
}

#[inline(always)]
fn choose<S: Simd>(
    mask: mask64x8<S>,
    yes: (f64x8<S>, mask64x8<S>),
    no: (f64x8<S>, mask64x8<S>),
) -> (f64x8<S>, mask64x8<S>) {
    (mask.select(yes.0, no.0), (mask & yes.1) | (!mask & no.1))
}

/// The expansion of [`super::expansion::estimate`], and where its margin leaves no doubt.
///
/// The margin is wider by what the tabulated normal quantile may be off: 1e-8 of `max(|z|, 0.01)` to tails of 1e-9, 1e-6 beyond.
#[inline(always)]
fn expanded<S: Simd>(
    simd: S,
    mean: f64x8<S>,
    variance: f64x8<S>,
    asymmetry: f64x8<S>,
    z: f64x8<S>,
) -> (f64x8<S>, mask64x8<S>) {
    let splat = |value: f64| f64x8::splat(simd, value);
    let deviation = variance.sqrt();
    let e = splat(1.0) / deviation;
    let (g, h, s) = (asymmetry, asymmetry * asymmetry, z * z);
    let first = g * (s - splat(1.0)) * splat(1.0 / 6.0);
    let second = z * ((h - splat(3.0)) * s + (splat(3.0) - splat(7.0) * h)) * splat(1.0 / 144.0);
    let third = g * (splat(9.0) - h) * (s * (splat(3.0) * s + splat(7.0)) - splat(16.0)) * splat(1.0 / 6480.0);
    let fourth = z
        * (((h * splat(1.0 / 69_120.0) - splat(1.0 / 1280.0)) * h - splat(13.0 / 23_040.0)) * s * s
            + ((h * splat(1.0 / 2430.0) - splat(59.0 / 17_280.0)) * h - splat(1.0 / 1920.0)) * s
            + ((splat(-433.0 / 622_080.0) * h + splat(349.0 / 34_560.0)) * h + splat(181.0 / 23_040.0)));
    let correction = first + e * (second + e * (third + e * fourth));
    let value = mean + (deviation * z + (correction - splat(0.5)));
    let bound = splat(0.003) + s * (splat(0.02) + s * (splat(0.003) + s * (splat(0.0009) + s * splat(0.000_05))));
    let fade = e * e;
    let tabulated = s.simd_lt(splat(35.9)).select(splat(1.1e-8), splat(1.1e-6)) * (z.abs() + splat(0.01));
    let margin = bound * (fade * fade) + splat(1e-15) * (mean + splat(1.0)) + deviation * tabulated;
    let count = value.ceil();
    let above = count - value;
    let sure = above.simd_gt(margin) & (splat(1.0) - above).simd_gt(margin);
    (count.simd_gt(splat(0.0)).select(count, splat(0.0)), sure)
}

/// Probabilities added up from that of zero on, in all lanes until the last has reached its target.
#[inline(always)]
fn small_poisson<S: Simd>(simd: S, mean: f64x8<S>, folded: f64x8<S>) -> (f64x8<S>, mask64x8<S>) {
    let one = f64x8::splat(simd, 1.0);
    let upper = folded.is_sign_negative();
    // P(N > 0) is at most the mean: where the uniform leaves more above it, there is no event. So it is most often for rare ones.
    let none = upper.select(-folded, one - folded).simd_gt(mean);
    if none.all_true() {
        return (f64x8::splat(simd, 0.0), none);
    }
    let target = upper.select(one + folded, folded);
    let of_zero = exp(simd, -mean);
    summed(
        simd,
        target,
        of_zero,
        f64x8::splat(simd, f64::INFINITY),
        f64x8::splat(simd, SUM_ERROR),
        #[inline(always)]
        |_| mean,
    )
}

#[inline(always)]
fn small_binomial<S: Simd>(
    simd: S,
    trials: f64x8<S>,
    probability: f64x8<S>,
    folded: f64x8<S>,
) -> (f64x8<S>, mask64x8<S>) {
    let splat = |value: f64| f64x8::splat(simd, value);
    let (zero, one) = (splat(0.0), splat(1.0));
    let upper = folded.is_sign_negative();
    let failures = probability.simd_gt(splat(0.5));
    let rarer = failures.select(one - probability, probability);
    let (p, q) = (upper.select(one + folded, folded), upper.select(-folded, one - folded));
    let target = failures.select(q, p);
    let few = trials.simd_le(splat(MOST_TRIALS));
    let odds = rarer / (one - rarer);
    let of_zero = power(simd, one - rarer, few.select(trials, zero));
    let error = splat(SUM_ERROR) + trials * splat(TRIAL_ERROR);
    let (count, sure) = summed(
        simd,
        target,
        of_zero,
        trials,
        error,
        #[inline(always)]
        |k| (trials - (k - one)) * odds,
    );
    let count = failures.select(trials - count, count);
    // Nothing to draw from, or nothing to doubt.
    let none = trials.simd_lt(one) | probability.simd_le(zero);
    let all = probability.simd_ge(one);
    let count = none.select(zero, all.select(trials, count));
    (count, none | all | (sure & few))
}

/// Adds up probabilities until they reach the target; `ratio(k)` is `k` times the probability of `k` over that of `k - 1`.
/// Lanes are sure unless the sum is too near the target to tell.
#[inline(always)]
fn summed<S: Simd>(
    simd: S,
    target: f64x8<S>,
    of_zero: f64x8<S>,
    most: f64x8<S>,
    error: f64x8<S>,
    ratio: impl Fn(f64x8<S>) -> f64x8<S>,
) -> (f64x8<S>, mask64x8<S>) {
    let one = f64x8::splat(simd, 1.0);
    let enough = target * (one - error);
    let (mut count, mut term, mut sum) = (f64x8::splat(simd, 0.0), of_zero, of_zero);
    let mut short = sum.simd_lt(enough) & count.simd_lt(most);
    let mut k = 1;
    while short.any_true() && k < MOST_TERMS {
        let place = f64x8::splat(simd, k as f64);
        term *= ratio(place) * f64x8::splat(simd, INVERSES[k]);
        sum = short.select(sum + term, sum);
        count = short.select(place, count);
        short = sum.simd_lt(enough) & count.simd_lt(most);
        k += 1;
    }
    (count, sum.simd_gt(target * (one + error)))
}

/// A whole power by repeated squaring.
#[inline(always)]
fn power<S: Simd>(simd: S, base: f64x8<S>, exponent: f64x8<S>) -> f64x8<S> {
    let (zero, bit) = (u64x8::splat(simd, 0), u64x8::splat(simd, 1));
    let (mut base, mut exponent) = (base, u64x8::truncate_from(exponent));
    let mut result = f64x8::splat(simd, 1.0);
    while exponent.simd_gt(zero).any_true() {
        result = (exponent & bit).simd_eq(bit).select(result * base, result);
        base *= base;
        exponent >>= 1;
    }
    result
}

#[cold]
#[inline(never)]
fn repair_poisson(lanes: u64, means: [f64; LANES], folded: [f64; LANES], out: &mut Pack) {
    for lane in (0..LANES).filter(|lane| lanes >> lane & 1 == 1) {
        // The plain function's debug assertions are for its callers; here means may be anything.
        let mean = if means[lane] > 0.0 && means[lane] < f64::INFINITY { means[lane] } else { 0.0 };
        out.0[lane] = poisson_quantile(mean, Probability::from_folded(folded[lane]));
    }
}

#[cold]
#[inline(never)]
fn repair_binomial(
    lanes: u64,
    trials: [f64; LANES],
    probabilities: [f64; LANES],
    folded: [f64; LANES],
    out: &mut Pack,
) {
    for lane in (0..LANES).filter(|lane| lanes >> lane & 1 == 1) {
        let trials = if trials[lane] > 0.0 && trials[lane] < f64::INFINITY { trials[lane] } else { 0.0 };
        out.0[lane] = binomial_quantile(trials, probabilities[lane], Probability::from_folded(folded[lane]));
    }
}

#[cfg(test)]
#[path = "packs_tests.rs"]
mod tests;
