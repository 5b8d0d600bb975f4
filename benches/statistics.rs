//! What does it cost to take simulated years into the tallies, measure by measure?

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fearless_simd::dispatch;
use std::hint::black_box;
use std::sync::Arc;
use tailcost::config::{Source, load};
use tailcost::engine::{BLOCK, Kernel, TASK, Table, Tally, TallyPlan};
use tailcost::model::Model;
use tailcost::numerics::simd::Instructions;
use tailcost::random::Years;
use tailcost::statistics::{self, Grid, Moments, PowerSums, Sketch, TailPlan, TailSums, TailWork, Worst};

/// Blocks simulated beforehand: 64 of 250 kB each do not stay near the processor, as those of a run do not.
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

/// The tables one after the other, endlessly, each with the first of its years.
fn endless(tables: &[Table]) -> impl Iterator<Item = (u64, &Table)> {
    (0u64..).step_by(BLOCK).zip(tables.iter().cycle())
}

fn whole(criterion: &mut Criterion) {
    let case = case();
    let plan = TallyPlan::from_pilot(case.model.layout(), &case.tables[..PILOT], &case.levels);
    let mut group = criterion.benchmark_group("statistics");
    group.throughput(Throughput::Elements(BLOCK as u64));
    for (name, level) in [("best", Some(Instructions::best())), ("plain", Instructions::Plain.level())] {
        let Some(level) = level else { continue };
        let (mut tally, mut blocks) = (Tally::new(&plan), endless(&case.tables));
        group.bench_function(format!("article, all tallies of a block of years, {name} instructions"), |bencher| {
            bencher.iter(|| {
                let (first, table) = blocks.next().expect("endless");
                tally.insert(level, first, table);
                if (first + BLOCK as u64).is_multiple_of(TASK) {
                    black_box(tally.take_sums());
                }
            });
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("once a run");
    group.sample_size(20);
    group.bench_function("plan from the pilot", |bencher| {
        bencher.iter(|| TallyPlan::from_pilot(case.model.layout(), &case.tables[..PILOT], &case.levels));
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

    let mut blocks = endless(&case.tables);
    group.bench_function("moments to the third, two passes", |bencher| {
        bencher.iter(|| Moments::from_slice(blocks.next().expect("endless").1.total(0)));
    });
    let (mut sums, mut blocks) = (PowerSums::<3>::new(totals[0]), endless(&case.tables));
    group.bench_function("moments to the third", |bencher| {
        bencher.iter(|| {
            let (_, table) = blocks.next().expect("endless");
            dispatch!(level, simd => sums.insert(simd, table.total_packs(0), BLOCK));
        });
    });
    let (mut sketch, mut blocks) = (Sketch::new(grid.clone()), endless(&case.tables));
    group.bench_function("sketch", |bencher| {
        bencher.iter(|| {
            let (_, table) = blocks.next().expect("endless");
            dispatch!(level, simd => sketch.insert_packs(simd, table.total_packs(0), BLOCK));
        });
    });
    let peaks: Vec<f64> = case.tables[..PILOT].iter().flat_map(|table| table.peak(1).to_vec()).collect();
    let (mut sketch, mut blocks) = (Sketch::new(Arc::new(Grid::from_pilot(&peaks))), endless(&case.tables));
    group.bench_function("sketch of a column mostly 0", |bencher| {
        bencher.iter(|| {
            let (_, table) = blocks.next().expect("endless");
            dispatch!(level, simd => sketch.insert_packs(simd, table.peak_packs(1), BLOCK));
        });
    });
    let (mut worst, mut blocks) = (Worst::new(16_384), endless(&case.tables));
    // As in the middle of a long run: the bar is set.
    worst.insert(0, &vec![f64::MAX; 32_768]);
    group.bench_function("worst", |bencher| {
        bencher.iter(|| {
            let (first, table) = blocks.next().expect("endless");
            dispatch!(level, simd => worst.insert_packs(simd, first, table.total_packs(0), BLOCK));
        });
    });
    let columns: Vec<Vec<f64>> = (0..14)
        .map(|part| case.tables[..PILOT].iter().flat_map(|table| table.part(0, part).to_vec()).collect())
        .collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let plan = TailPlan::from_pilot(&grid, &totals, &columns, case.levels[0]);
    let (mut sums, mut work) = (TailSums::new(Arc::new(plan)), TailWork::default());
    let mut blocks = endless(&case.tables);
    group.bench_function("tail sums of 14 parts", |bencher| {
        bencher.iter(|| {
            let (_, table) = blocks.next().expect("endless");
            let part = |part: usize| table.part_packs(0, part);
            dispatch!(level, simd => sums.insert_packs(simd, table.total_packs(0), part, BLOCK, &mut work));
        });
    });
    group.finish();
}

criterion_group!(benches, whole, parts);
criterion_main!(benches);
