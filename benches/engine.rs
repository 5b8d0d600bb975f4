//! How many years a second does the engine simulate and sum up, by threads and length of the run?

mod support;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;
use support::model;
use tailcost::config::{Source, load};
use tailcost::engine::{Control, Request, run};
use tailcost::numerics::simd::Instructions;

fn engine(criterion: &mut Criterion) {
    let model = model("article", &[]);
    let levels = load(&Source::Builtin("article".into()), &[]).expect("valid").scenario.simulation.levels;
    let level = Instructions::best();
    let mut group = criterion.benchmark_group("engine");
    group.sample_size(10).sampling_mode(SamplingMode::Flat).warm_up_time(Duration::from_millis(500));
    for (threads, years) in [
        (1, 100_000u64),
        (2, 100_000),
        (1, 1_000_000),
        (2, 1_000_000),
        (1, 10_000_000),
        (2, 10_000_000),
        (2, 100_000_000),
    ] {
        group.throughput(Throughput::Elements(years));
        group.bench_with_input(BenchmarkId::new(format!("article, {threads} threads"), years), &years, |bencher, _| {
            bencher.iter(|| {
                let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
                let control = Control { interrupt: &interrupt, done: &done, stop: None };
                black_box(
                    run(&model, &Request { years, threads, levels: &levels, level, rests: &[] }, control)
                        .expect("runs"),
                )
            });
        });
    }
    group.finish();
}

criterion_group!(benches, engine);
criterion_main!(benches);
