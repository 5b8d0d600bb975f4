//! What does a draw cost, family by family, against rand_distr's?

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use rand::SeedableRng;
use rand::distr::Distribution;
use std::hint::black_box;
use support::{column, group, stream, words};
use tailcost::distributions::{Law, Sampler};
use tailcost::engine::BLOCK;
use tailcost::numerics::simd::{Instructions, Pack};

fn laws() -> Vec<(&'static str, Law)> {
    let law = |family: &str, parameters: &[(&str, f64)]| Law::from_parameters(family, parameters).expect("valid");
    let severity = law("lognormal", &[("mu", 14.88), ("sigma", 1.37)]).truncated(0.0, 2.5e8).expect("valid");
    vec![
        ("normal", law("normal", &[("mean", 0.0), ("sd", 0.004)])),
        ("lognormal", law("lognormal", &[("mean", 1.0), ("sd", 0.08)])),
        ("lognormal, sigma 1.37, truncated", severity),
        ("gamma, shape 6.25", law("gamma", &[("mean", 0.15), ("sd", 0.06)])),
        ("gamma, shape 0.3", law("gamma", &[("shape", 0.3), ("scale", 1.0)])),
        ("beta", law("beta", &[("mean", 0.25), ("sd", 0.08)])),
        ("beta, both shapes below 1", law("beta", &[("alpha", 0.5), ("beta", 0.7)])),
        ("pert", law("pert", &[("min", 0.52), ("mode", 0.67), ("max", 0.86)])),
        ("uniform", law("uniform", &[("min", 4.0), ("max", 16.0)])),
        ("triangular", law("triangular", &[("min", 1.0), ("mode", 2.0), ("max", 5.0)])),
        ("weibull", law("weibull", &[("shape", 1.5), ("scale", 1.0)])),
        ("inverse gaussian", law("inverse_gaussian", &[("mean", 1.0), ("shape", 3.0)])),
        ("student t, 4 degrees", law("student_t", &[("location", 0.0), ("scale", 1.0), ("dof", 4.0)])),
        ("pareto 2.5", law("pareto", &[("shape", 2.5), ("scale", 1.0)])),
    ]
}

fn draws(criterion: &mut Criterion) {
    let (words, stream) = (words(), stream("driver"));
    let folded = column(|_| 0.25);
    let mut uniforms = folded.clone();
    let mut out = vec![Pack::ZERO; folded.len()];
    let level = Instructions::best();
    stream.fill_on(level, &words, &mut uniforms);
    let mut group = group(criterion, "distributions", BLOCK);
    for (name, law) in laws() {
        let sampler = Sampler::compile(&law);
        group.bench_function(name, |bencher| bencher.iter(|| sampler.fill(level, &uniforms, black_box(&mut out))));
    }
    let sampler = Sampler::compile(&laws()[3].1);
    group.bench_function("gamma, shape 6.25, uniforms included", |bencher| {
        bencher.iter(|| sampler.draw_on(level, stream.uniforms(&words), black_box(&mut out)));
    });
    group.bench_function("uniforms included alone", |bencher| {
        bencher.iter(|| stream.fill_on(level, &words, black_box(&mut out)));
    });
    let all: Vec<Sampler> = laws().iter().map(|(_, law)| Sampler::compile(law)).collect();
    group.bench_function("nine laws in turn, uniforms included", |bencher| {
        bencher.iter(|| {
            for sampler in &all[..9] {
                sampler.draw_on(level, stream.uniforms(&words), black_box(&mut out));
            }
        });
    });
    group.finish();
}

fn peers(criterion: &mut Criterion) {
    let mut generator = rand::rngs::SmallRng::seed_from_u64(1);
    let mut group = group(criterion, "distributions, rand_distr", BLOCK);
    let mut out = vec![0.0f64; BLOCK];
    let binomial = rand_distr::Binomial::new(520, 0.25).expect("valid");
    group.bench_function("binomial 520", |bencher| {
        bencher.iter(|| {
            for x in out.iter_mut() {
                *x = binomial.sample(&mut generator) as f64;
            }
            black_box(&out);
        });
    });
    macro_rules! peer {
        ($name:literal, $law:expr) => {
            let law = $law.expect("valid");
            group.bench_function($name, |bencher| {
                bencher.iter(|| {
                    for x in out.iter_mut() {
                        *x = law.sample(&mut generator);
                    }
                    black_box(&out);
                });
            });
        };
    }
    peer!("normal", rand_distr::Normal::new(0.0, 0.004));
    peer!("lognormal", rand_distr::LogNormal::new(-0.0032, 0.0799));
    peer!("gamma, shape 6.25", rand_distr::Gamma::new(6.25, 0.024));
    peer!("beta", rand_distr::Beta::new(7.07, 21.2));
    peer!("poisson 520", rand_distr::Poisson::new(520.0));

    group.finish();
}

criterion_group!(benches, draws, peers);
criterion_main!(benches);
