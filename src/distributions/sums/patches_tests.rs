//! Are eight sums at once those of the plain law to the error stated, with the same bits on every level and in every company?

use crate::distributions::sums::CompiledSum;
use crate::distributions::{Law, standard_normal};
use crate::numerics::Probability;
use crate::numerics::simd::{Instructions, Pack, flat, flat_mut, packs_for};
use crate::random::{Given, Key, Stream, Years};

const YEARS: usize = 2048;

fn packs(values: &[f64]) -> Vec<Pack> {
    let mut packs = vec![Pack::ZERO; packs_for(values.len())];
    flat_mut(&mut packs)[..values.len()].copy_from_slice(values);
    packs
}

/// Folded uniforms of a stream, and counts that mix none, few and many amounts within a pack.
fn years() -> (Vec<f64>, Vec<f64>) {
    let stream = Stream::new(Key { seed: 11, scope: &[], driver: "sums", replicate: 0 });
    let mut uniforms = vec![Probability::lower(0.5); YEARS];
    stream.fill(Years::Range { start: 0, len: YEARS }, 0, &mut uniforms);
    let sizes = [0.0, 1.0, 3.0, 16.0, 17.0, 40.0, 64.0, 65.0, 300.0, 5000.0, 70_000.0];
    let counts = (0..YEARS).map(|i| sizes[(i * 7 + i / 64) % sizes.len()]).collect();
    (uniforms.iter().map(|u| u.folded()).collect(), counts)
}

fn sums(law: &CompiledSum, folded: &[f64], counts: &[f64]) -> Vec<Vec<u64>> {
    let (folded, counts) = (packs(folded), packs(counts));
    let levels = Instructions::ALL.into_iter().filter_map(Instructions::level);
    levels
        .map(|level| {
            let (mut normals, mut out) = (folded.clone(), folded.clone());
            standard_normal().fill(level, &folded, &mut normals);
            law.on(level, &counts, &normals, Given(&folded), &mut out);
            flat(&out).iter().map(|sum| sum.to_bits()).collect()
        })
        .collect()
}

#[test]
fn sums_are_those_of_the_plain_law_whatever_stands_beside_them() {
    let law = |family: &str, parameters: &[(&str, f64)]| Law::from_parameters(family, parameters).unwrap();
    let (folded, counts) = years();
    for amount in [
        law("gamma", &[("mean", 16.0), ("sd", 6.0)]),
        law("normal", &[("mean", 16.0), ("sd", 6.0)]),
        law("lognormal", &[("median", 9000.0), ("sigma", 0.7)]),
        law("lognormal", &[("mu", 0.0), ("sigma", 2.5)]),
        law("pareto", &[("shape", 1.2), ("scale", 1.0)]),
        law("uniform", &[("min", 1.0), ("max", 2.0)]),
        Law::discrete(&[1.0, 2.0, 5.0], &[1.0, 2.0, 1.0]).unwrap(),
        Law::point(7.0).unwrap(),
    ] {
        let sum = CompiledSum::compile(&amount, 5000.0);
        let by_level = sums(&sum, &folded, &counts);
        assert!(by_level.iter().all(|level| *level == by_level[0]), "{amount}: a level gives other bits");
        for ((bits, folded), count) in by_level[0].iter().zip(&folded).zip(&counts) {
            let (found, plain) = (f64::from_bits(*bits), sum.quantile(*count, Probability::from_folded(*folded)));
            // Twice the error allowed at the probes, which are not everywhere.
            assert!((found - plain).abs() <= 2e-4 * plain.abs(), "{amount}, {count} at {folded}: {found}, not {plain}");
        }
        // Another order puts each year among others.
        let order: Vec<usize> = (0..YEARS).map(|i| (i * 805 + 3) % YEARS).collect();
        let mixed = |values: &[f64]| order.iter().map(|&i| values[i]).collect::<Vec<f64>>();
        let again = sums(&sum, &mixed(&folded), &mixed(&counts));
        assert!(order.iter().zip(&again[0]).all(|(&i, bits)| *bits == by_level[0][i]), "{amount}: company matters");
    }
}
