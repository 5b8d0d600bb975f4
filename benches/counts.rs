//! What does a count cost, by its mean, against walking the cdf and against rand_distr's?

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use support::{column, group, stream, words};
use tailcost::distributions::counts::{NormalsOf, binomial_on, poisson_on};
use tailcost::distributions::standard_normal;
use tailcost::engine::BLOCK;
use tailcost::numerics::simd::{Column, Instructions, Pack, flat};

/// A mean that varies by a tenth from year to year.
fn varying(mean: f64) -> Vec<Pack> {
    column(|i| mean * (0.9 + 0.2 * ((i * 37) % 101) as f64 / 101.0))
}

fn normals() -> (tailcost::random::YearWords, tailcost::random::Stream, Vec<Pack>) {
    let (words, stream) = (words(), stream("count"));
    let mut uniforms = column(|_| 0.25);
    stream.fill_on(Instructions::best(), &words, &mut uniforms);
    let mut normals = uniforms.clone();
    standard_normal().fill(Instructions::best(), &uniforms, &mut normals);
    (words, stream, normals)
}

fn poisson(criterion: &mut Criterion) {
    let (words, stream, normals) = normals();
    let uniforms = stream.uniforms(&words);
    let level = Instructions::best();
    let mut out = column(|_| 0.0);
    let mut group = group(criterion, "counts", BLOCK);
    for mean in [0.02, 0.4, 1.9, 12.0, 40.0, 520.0, 1e6] {
        let means = varying(mean);
        group.bench_function(format!("poisson, mean {mean}"), |bencher| {
            bencher.iter(|| match mean < 16.0 {
                true => poisson_on(level, &means, uniforms, NormalsOf(uniforms), black_box(&mut out)),
                false => poisson_on(level, &means, uniforms, &normals[..], black_box(&mut out)),
            });
        });
    }
    for (trials, share) in [(8.0, 0.25), (60.0, 0.1), (520.0, 0.25), (1e6, 0.3)] {
        let trials_column = varying(trials).iter().map(|pack| Pack(pack.0.map(f64::floor))).collect::<Vec<_>>();
        let shares = column(|i| share * (0.9 + 0.2 * ((i * 17) % 103) as f64 / 103.0));
        group.bench_function(format!("binomial, {trials} trials of {share}"), |bencher| {
            let shares = Column::varying(&shares);
            bencher.iter(|| binomial_on(level, &trials_column, shares, uniforms, &normals[..], black_box(&mut out)));
        });
    }
    black_box(flat(&out));
    group.finish();
}

criterion_group!(benches, poisson);
criterion_main!(benches);
