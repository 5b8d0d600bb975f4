//! What do the benches share: a block of years, its columns, a criterion group counted in draws.

#![allow(dead_code, reason = "each bench uses what it needs")]

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};
use std::time::Duration;
use tailcost::config::{Source, load};
use tailcost::engine::BLOCK;
use tailcost::model::Model;
use tailcost::numerics::simd::{Pack, flat_mut, packs_for};
use tailcost::random::{Key, Stream, YearWords, Years};

/// A group whose throughput is counted in so many values an iteration.
pub fn group<'a>(criterion: &'a mut Criterion, name: &str, values: usize) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(values as u64));
    group.sample_size(40).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group
}

/// The words of a block of years.
pub fn words() -> YearWords {
    let mut words = YearWords::new(BLOCK);
    words.set(Years::Range { start: 7 * BLOCK as u64, len: BLOCK });
    words
}

pub fn stream(driver: &str) -> Stream {
    Stream::new(Key { seed: 2026, scope: &["bench"], driver, replicate: 0 })
}

/// A column of a block.
pub fn column(value: impl Fn(usize) -> f64) -> Vec<Pack> {
    let mut packs = vec![Pack::ZERO; packs_for(BLOCK)];
    flat_mut(&mut packs).iter_mut().enumerate().for_each(|(i, slot)| *slot = value(i));
    packs
}

/// A built-in case with changes, compiled.
pub fn model(case: &str, changes: &[&str]) -> Model {
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    let loaded = load(&Source::Builtin(case.into()), &changes).expect("a built-in case is valid");
    Model::new(&loaded.scenario, 2026)
}
