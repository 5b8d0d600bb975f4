//! What does it cost to take simulated years into the tallies, measure by measure?

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fearless_simd::dispatch;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tailcost::config::{Source, load};
use tailcost::engine::{BLOCK, Kernel, TASK, Table, Tally, TallyPlan};
use tailcost::model::Model;
use tailcost::numerics::simd::Instructions;
use tailcost::random::Years;
use tailcost::statistics::{self, Grid, Moments, PowerSums, Sketch, TailPlan, TailSums, TailWork, Worst};

/// Blocks simulated beforehand; one at a time is copied to where the model would have left it, outside the time taken. 64 of 250 kB
/// each displace from the nearest cache what the tallies left there, as a model's own columns do.
const TABLES: usize = 64;
const PILOT: usize = 8;

struct Case {
    model: Model,
    levels: Vec<statistics::Level>,
    tables: Vec<Table>,
}

fn case() -> Case {
    let loaded = load(&Source::Builtin("article".into()), &[]).expect("a built-in case is valid");
    let model = Model::new(&loaded.scenario, 2026);
    let mut scratch = model.scratch();
    let tables = (0..TABLES)
        .map(|block| {
            let mut table = Table::new(model.layout());
            model.simulate(Years::Range { start: (block * BLOCK) as u64, len: BLOCK }, &mut scratch, &mut table);
            table
        })
        .collect();
    Case { levels: loaded.scenario.simulation.levels.clone(), model, tables }
}

/// The time that `work` takes for so many blocks, each with the first of its years.
fn blocks(case: &Case, count: u64, mut work: impl FnMut(u64, &Table)) -> Duration {
    let mut table = Table::new(case.model.layout());
    let mut taken = Duration::ZERO;
    for (block, from) in (0..count).zip(case.tables.iter().cycle()) {
        table.set_rows(from.rows());
        for alternative in 0..case.model.layout().alternatives.len() {
            let mut to = table.alternative_mut(alternative);
            to.total.copy_from_slice(from.total(alternative));
            to.peak.copy_from_slice(from.peak(alternative));
            (0..to.parts.len()).for_each(|part| to.parts[part].copy_from_slice(from.part(alternative, part)));
            (0..to.ratios.len()).for_each(|ratio| to.ratios[ratio].copy_from_slice(from.ratio(alternative, ratio)));
        }
        let start = Instant::now();
        work(block * BLOCK as u64, black_box(&table));
        taken += start.elapsed();
    }
    taken
}

fn whole(criterion: &mut Criterion) {
    let case = case();
    let plan = TallyPlan::from_pilot(case.model.layout(), &case.tables[..PILOT], &case.levels, &[]);
    let mut group = criterion.benchmark_group("statistics");
    group.throughput(Throughput::Elements(BLOCK as u64));
    for (name, level) in [("best", Some(Instructions::best())), ("plain", Instructions::Plain.level())] {
        let Some(level) = level else { continue };
        let (mut tally, mut next) = (Tally::new(&plan), 0);
        group.bench_function(format!("article, all tallies of a block of years, {name} instructions"), |bencher| {
            bencher.iter_custom(|count| {
                blocks(&case, count, |_, table| {
                    tally.insert(level, next, table);
                    next += BLOCK as u64;
                    if next.is_multiple_of(TASK) {
                        black_box(tally.take_sums());
                    }
                })
            });
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("once a run");
    group.sample_size(20);
    group.bench_function("plan from the pilot", |bencher| {
        bencher.iter(|| TallyPlan::from_pilot(case.model.layout(), &case.tables[..PILOT], &case.levels, &[]));
    });
    group.bench_function("a thread's tally", |bencher| bencher.iter(|| Tally::new(&plan)));
    group.finish();
}

fn parts(criterion: &mut Criterion) {
    let case = case();
    let level = Instructions::best();
    let totals: Vec<f64> = case.tables[..PILOT].iter().flat_map(|table| table.total(0).to_vec()).collect();
    let grid = Arc::new(Grid::from_pilot(&totals));
    let mut group = criterion.benchmark_group("statistics");
    group.throughput(Throughput::Elements(BLOCK as u64));

    group.bench_function("moments to the third, two passes", |bencher| {
        bencher.iter_custom(|count| {
            blocks(&case, count, |_, table| {
                black_box(Moments::from_slice(table.total(0)));
            })
        });
    });
    let mut sums = PowerSums::<3>::new(totals[0]);
    group.bench_function("moments to the third", |bencher| {
        bencher.iter_custom(|count| {
            blocks(&case, count, |_, table| {
                dispatch!(level, simd => sums.insert(simd, table.total_packs(0), BLOCK));
            })
        });
    });
    let mut sketch = Sketch::new(grid.clone());
    group.bench_function("sketch", |bencher| {
        bencher.iter_custom(|count| {
            blocks(&case, count, |_, table| {
                dispatch!(level, simd => sketch.insert_packs(simd, table.total_packs(0), BLOCK));
            })
        });
    });
    let peaks: Vec<f64> = case.tables[..PILOT].iter().flat_map(|table| table.peak(1).to_vec()).collect();
    let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&peaks)));
    group.bench_function("sketch of a column mostly 0", |bencher| {
        bencher.iter_custom(|count| {
            blocks(&case, count, |_, table| {
                dispatch!(level, simd => sketch.insert_packs(simd, table.peak_packs(1), BLOCK));
            })
        });
    });
    let mut worst = Worst::new(16_384);
    // As in the middle of a long run: the bar is set.
    worst.insert(0, &vec![f64::MAX; 32_768]);
    group.bench_function("worst", |bencher| {
        bencher.iter_custom(|count| {
            blocks(&case, count, |first, table| {
                dispatch!(level, simd => worst.insert_packs(simd, first, table.total_packs(0), BLOCK));
            })
        });
    });
    let columns: Vec<Vec<f64>> = (0..14)
        .map(|part| case.tables[..PILOT].iter().flat_map(|table| table.part(0, part).to_vec()).collect())
        .collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let plan = TailPlan::from_pilot(&grid, &totals, &columns, case.levels[0]);
    let (mut sums, mut work) = (TailSums::new(Arc::new(plan)), TailWork::default());
    group.bench_function("tail sums of 14 parts", |bencher| {
        bencher.iter_custom(|count| {
            blocks(&case, count, |_, table| {
                let part = |part: usize| table.part_packs(0, part);
                dispatch!(level, simd => sums.insert_packs(simd, table.total_packs(0), part, BLOCK, &mut work));
            })
        });
    });
    group.finish();
}

criterion_group!(benches, whole, parts);
criterion_main!(benches);
