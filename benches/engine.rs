//! How many years a second does the engine simulate, and where does a year's time go?

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64};
use tailcost::config::{Source, load};
use tailcost::engine::{BLOCK, Control, Kernel, Request, Table, run};
use tailcost::model::Model;
use tailcost::numerics::simd::Instructions;
use tailcost::random::Years;

fn model() -> Model {
    let loaded = load(&Source::Builtin("article".into()), &[]).expect("a built-in case is valid");
    Model::new(&loaded.scenario, 2026)
}

fn engine(criterion: &mut Criterion) {
    const YEARS: u64 = 131_072;
    let model = model();
    let levels = load(&Source::Builtin("article".into()), &[]).expect("valid").scenario.simulation.levels;
    let level = Instructions::best();
    let mut group = criterion.benchmark_group("engine");
    group.sample_size(10).throughput(Throughput::Elements(YEARS));
    for threads in [1, 2] {
        group.bench_with_input(BenchmarkId::new("article, threads", threads), &threads, |bencher, &threads| {
            bencher.iter(|| {
                let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
                let control = Control { interrupt: &interrupt, done: &done, stop: None };
                black_box(
                    run(&model, &Request { years: YEARS, threads, levels: &levels, level }, control).expect("runs"),
                )
            });
        });
    }
    group.finish();
}

fn block(criterion: &mut Criterion) {
    let model = model();
    let (mut scratch, mut table) = (model.scratch(), Table::new(model.layout()));
    let mut group = criterion.benchmark_group("model");
    group.throughput(Throughput::Elements(BLOCK as u64));
    group.bench_function("article, a block of years", |bencher| {
        let mut start = 0;
        bencher.iter(|| {
            model.simulate(Years::Range { start, len: BLOCK }, &mut scratch, &mut table);
            start += BLOCK as u64;
        });
    });
    group.finish();
}

criterion_group!(benches, block, engine);
criterion_main!(benches);
