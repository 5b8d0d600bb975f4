//! What does a sum of many amounts cost, by count and severity, against drawing them one by one?

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use support::{column, group, stream, words};
use tailcost::distributions::sums::CompiledSum;
use tailcost::distributions::{Law, Sampler, standard_normal};
use tailcost::engine::BLOCK;
use tailcost::numerics::Probability;
use tailcost::numerics::simd::{Instructions, flat};

fn law(family: &str, parameters: &[(&str, f64)]) -> Law {
    Law::from_parameters(family, parameters).expect("valid")
}

fn sums(criterion: &mut Criterion) {
    let (words, stream) = (words(), stream("sum"));
    let level = Instructions::best();
    let mut uniforms = column(|_| 0.25);
    stream.fill_on(level, &words, &mut uniforms);
    let mut normals = uniforms.clone();
    standard_normal().fill(level, &uniforms, &mut normals);
    let mut out = column(|_| 0.0);
    let mut group = group(criterion, "sums", BLOCK);
    for (name, amount) in [
        ("gamma", law("gamma", &[("mean", 16.0), ("sd", 6.0)])),
        ("lognormal 0.7", law("lognormal", &[("median", 9000.0), ("sigma", 0.7)])),
        ("lognormal 1.37", law("lognormal", &[("mu", 14.88), ("sigma", 1.37)])),
        ("pareto 2.5", law("pareto", &[("shape", 2.5), ("scale", 1.0)])),
    ] {
        let sum = CompiledSum::compile(&amount, 5000.0);
        for count in [1.0, 3.0, 40.0, 550.0, 5000.0] {
            let counts = column(|i| (count * (0.8 + 0.4 * (i % 29) as f64 / 29.0)).round());
            group.bench_function(format!("{name}, {count} amounts"), |bencher| {
                bencher.iter(|| sum.on(level, &counts, &normals, stream.uniforms(&words), black_box(&mut out)));
            });
        }
    }
    group.finish();
    let mut one_by_one = support::group(criterion, "sums, one by one", 1);
    let sampler = Sampler::compile(&law("lognormal", &[("median", 9000.0), ("sigma", 0.7)]));
    one_by_one.bench_function("lognormal 0.7, 550 amounts", |bencher| {
        let amounts = flat(&uniforms);
        bencher.iter(|| -> f64 {
            (0..550).map(|i| sampler.at(Probability::from_folded(black_box(amounts[i % BLOCK])))).sum()
        });
    });
    one_by_one.finish();
}

criterion_group!(benches, sums);
criterion_main!(benches);
