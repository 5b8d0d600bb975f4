//! Are the counts exact and monotone?

// Oracles of tests decide no drawn value: std's functions are a second opinion on our own.
#![allow(clippy::disallowed_methods)]

use super::binomial::binomial_cdf;
use super::expansion::{LARGE_VARIANCE, estimate};
use super::poisson::poisson_cdf;
use super::*;
use crate::numerics::Probability;
use crate::numerics::special::normal_quantile;
use proptest::prelude::*;
use statrs::distribution::DiscreteCDF;

/// Uniforms as [`Probability`], by the multiplier of Steele and Vigna (2021) on an odd counter: tests need no quality.
fn uniforms(seed: u64) -> impl Iterator<Item = Probability> {
    (0..).scan(seed | 1, |state: &mut u64, _| {
        *state = state.wrapping_mul(0xf135_7aea_2e62_a9c5).wrapping_add(0x9e37_79b9_7f4a_7c15);
        Some(Probability::from_bits(*state ^ (*state >> 31)))
    })
}

/// The probability next to `p` upwards or downwards, by `factor` relative to the tail.
fn nudged(p: Probability, factor: f64) -> Probability {
    if p.is_upper() { Probability::upper(p.tail() / factor) } else { Probability::lower(p.tail() * factor) }
}

/// Fails unless `count` is the generalised inverse of `cdf` at `p`, but for a difference of 1e-13 relative to the tail.
fn assert_inverse(count: f64, p: Probability, cdf: impl Fn(f64) -> Probability, what: &str) {
    assert!(count >= 0.0 && count.fract() == 0.0, "{what}: {count} is not a count");
    assert!(nudged(cdf(count), 1.0 + 1e-13) >= p, "{what}, {p:?}: {count} is too small, cdf {:?}", cdf(count));
    if count > 0.0 {
        let before = cdf(count - 1.0);
        assert!(nudged(before, 1.0 - 1e-13) < p, "{what}, {p:?}: {count} is too large, cdf before {before:?}");
    }
}

fn tail_probabilities() -> Vec<Probability> {
    let tails = (1..=64).map(|k| 0.5f64.powi(k));
    tails.flat_map(|t| [Probability::lower(t), Probability::upper(t), Probability::upper(0.7 * t)]).collect()
}

const MEANS: [f64; 22] = [
    0.01, 0.1, 0.4, 1.0, 1.7, 3.3, 7.9, 12.0, 15.99, 16.0, 16.5, 20.0, 33.3, 70.0, 150.0, 500.0, 521.7, 2e3, 1e4, 1e5,
    1e6, 1e9,
];

const BINOMIALS: [(f64, f64); 22] = [
    (1.0, 0.3),
    (2.0, 0.5),
    (7.0, 0.9),
    (30.0, 0.01),
    (50.0, 0.5),
    (63.0, 0.5),
    (64.0, 0.5),
    (65.0, 0.5),
    (90.0, 0.25),
    (200.0, 0.99),
    (520.0, 0.25),
    (700.0, 0.75),
    (1000.0, 0.02),
    (1000.0, 0.25),
    (1000.0, 0.999),
    (1e4, 0.001),
    (1e4, 0.3),
    (1e5, 0.0003),
    (1e6, 0.6),
    (1e7, 1e-6),
    (1e9, 1e-8),
    (1e9, 0.25),
];

#[test]
fn poisson_inverts_its_cdf() {
    for (i, mean) in MEANS.into_iter().enumerate() {
        for p in uniforms(i as u64 * 77 + 5).take(20_000).chain(tail_probabilities()) {
            let count = poisson_quantile(mean, p);
            assert_inverse(count, p, |k| poisson_cdf(mean, k), &format!("Poisson {mean}"));
        }
    }
}

#[test]
fn binomial_inverts_its_cdf() {
    for (i, (trials, probability)) in BINOMIALS.into_iter().enumerate() {
        for p in uniforms(i as u64 * 91 + 3).take(10_000).chain(tail_probabilities()) {
            let count = binomial_quantile(trials, probability, p);
            let cdf = |k| binomial_cdf(trials, probability, k);
            assert_inverse(count, p, cdf, &format!("binomial {trials} {probability}"));
        }
    }
}

/// Counts around the bulk and far into both tails, for a law of this mean and deviation.
fn counts_to_try(mean: f64, deviation: f64, most: f64) -> impl Iterator<Item = f64> {
    let stride = (deviation / 12.0).ceil();
    let from = (mean - 9.0 * deviation).max(0.0).floor();
    let number = (18.0 * deviation / stride) as i32 + 12;
    (0..number).map(move |i| from + stride * f64::from(i)).filter(move |&k| k < most)
}

#[test]
fn around_every_step_the_count_changes_there() {
    let check = |cdf: &dyn Fn(f64) -> Probability, quantile: &dyn Fn(Probability) -> f64, k: f64, what: &str| {
        let step = cdf(k);
        if step.tail() > 1e-18 {
            assert_eq!(quantile(step), k, "{what}: at the step {k}");
            assert_eq!(quantile(nudged(step, 1.0 - 1e-12)), k, "{what}: below the step {k}");
            assert_eq!(quantile(nudged(step, 1.0 + 1e-12)), k + 1.0, "{what}: above the step {k}");
        }
    };
    for mean in MEANS {
        for k in counts_to_try(mean, mean.sqrt(), f64::INFINITY) {
            check(&|k| poisson_cdf(mean, k), &|p| poisson_quantile(mean, p), k, &format!("Poisson {mean}"));
        }
    }
    for (n, share) in BINOMIALS {
        for k in counts_to_try(n * share, (n * share * (1.0 - share)).sqrt(), n) {
            let what = format!("binomial {n} {share}");
            check(&|k| binomial_cdf(n, share, k), &|p| binomial_quantile(n, share, p), k, &what);
        }
    }
}

#[test]
fn margin_covers_the_error() {
    let mut worst: f64 = 0.0;
    let mut measure = |mean: f64, variance: f64, asymmetry: f64, k: f64, step: Probability| {
        if step.tail() > 1e-19 {
            let found = estimate(mean, variance, asymmetry, normal_quantile(step));
            let share = (found.value - k).abs() / found.margin;
            worst = worst.max(share);
        }
    };
    for mean in [16.0, 16.3, 18.0, 22.0, 30.0, 50.0, 150.0, 500.0, 3e3, 1e5, 1e6] {
        for k in counts_to_try(mean, mean.sqrt(), f64::INFINITY) {
            measure(mean, mean, 1.0, k, poisson_cdf(mean, k));
        }
    }
    for variance in [LARGE_VARIANCE, 17.0, 20.0, 30.0, 60.0, 200.0, 1e3, 1e5] {
        for share in [0.001, 0.02, 0.1, 0.25, 0.4, 0.5, 0.6, 0.8, 0.97, 0.999] {
            let trials = (variance / (share * (1.0f64 - share))).ceil();
            let mean = trials * share;
            let deviation = (mean * (1.0 - share)).sqrt();
            for k in counts_to_try(mean, deviation, trials) {
                let cdf = binomial_cdf(trials, share, k);
                measure(mean, deviation * deviation, 1.0 - 2.0 * share, k, cdf);
            }
        }
    }
    assert!(worst < 0.75, "error up to {worst} of the margin");
}

#[test]
fn statrs_agrees() {
    for mean in [0.3, 1.7, 12.0, 40.0, 500.0] {
        let oracle = statrs::distribution::Poisson::new(mean).unwrap();
        for p in uniforms(17).take(2_000) {
            let count = poisson_quantile(mean, p);
            assert!(oracle.cdf(count as u64) >= p.p() - 1e-12);
            assert!(count == 0.0 || oracle.cdf(count as u64 - 1) < p.p() + 1e-12);
        }
    }
    for (trials, share) in [(5.0, 0.3), (40.0, 0.8), (700.0, 0.25)] {
        let oracle = statrs::distribution::Binomial::new(share, trials as u64).unwrap();
        for p in uniforms(23).take(2_000) {
            let count = binomial_quantile(trials, share, p);
            assert!(oracle.cdf(count as u64) >= p.p() - 1e-12);
            assert!(count == 0.0 || oracle.cdf(count as u64 - 1) < p.p() + 1e-12);
        }
    }
}

#[test]
fn ends() {
    let (least, most) = (Probability::lower(0.0), Probability::upper(0.0));
    for mean in [0.5, 100.0] {
        assert_eq!(poisson_quantile(mean, least), 0.0);
        assert_eq!(poisson_quantile(mean, most), f64::INFINITY);
    }
    for (trials, share) in [(9.0, 0.5), (9.0, 0.9), (5000.0, 0.5)] {
        assert_eq!(binomial_quantile(trials, share, least), 0.0);
        assert_eq!(binomial_quantile(trials, share, most), trials);
    }
    let middle = Probability::lower(0.5);
    assert_eq!(poisson_quantile(0.0, middle), 0.0);
    assert_eq!(binomial_quantile(0.0, 0.5, middle), 0.0);
    assert_eq!(binomial_quantile(8.0, 0.0, middle), 0.0);
    assert_eq!(binomial_quantile(8.0, 1.0, middle), 8.0);
    assert_eq!(binomial_quantile(8.9, 1.0, middle), 8.0);
}

proptest! {
    #[test]
    fn poisson_rises_with_mean_and_probability(
        exponent in -4.0..14.0f64, factor in 1.0..1.2f64, tight in 1.0..1.0000001f64, bits in any::<[u64; 2]>()
    ) {
        let mean = exponent.exp();
        let [p, q] = bits.map(Probability::from_bits);
        let (p, q) = if p < q { (p, q) } else { (q, p) };
        prop_assert!(poisson_quantile(mean, p) <= poisson_quantile(mean, q));
        prop_assert!(poisson_quantile(mean, p) <= poisson_quantile(mean * factor, p));
        prop_assert!(poisson_quantile(mean, p) <= poisson_quantile(mean * tight, p));
    }

    #[test]
    fn binomial_rises_with_trials_and_probabilities(
        trials in 0..5000u32, more in 0..50u32, share in 0.0..1.0f64, part in 0.0..1.0f64, bits in any::<[u64; 2]>()
    ) {
        let [p, q] = bits.map(Probability::from_bits);
        let (p, q) = if p < q { (p, q) } else { (q, p) };
        let (trials, many) = (f64::from(trials), f64::from(trials + more));
        let larger = share + part * part * part * part * (1.0 - share);
        let count = binomial_quantile(trials, share, p);
        prop_assert!(count <= trials);
        prop_assert!(count <= binomial_quantile(trials, share, q));
        prop_assert!(count <= binomial_quantile(many, share, p));
        prop_assert!(count <= binomial_quantile(trials, larger, p));
    }
}
