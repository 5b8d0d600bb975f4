//! Do shards, however many, add up to the bits of the run, and is a gap refused?

use super::*;
use crate::engine::{BLOCK, Control, Layout, Table, run};
use crate::numerics::simd::Instructions;
use crate::random::mixer::{mix, spread};
use crate::random::{Stream, Years};
use crate::statistics::Level;

/// Two alternatives of two parts, sums of which depend on their order in the last bits.
struct Toy {
    layout: Layout,
    streams: [Stream; 2],
}

impl Toy {
    fn new() -> Self {
        let names = |names: [&str; 2]| names.map(str::to_string).to_vec();
        let layout = Layout {
            alternatives: names(["near", "far"]),
            parts: names(["usual", "rare"]),
            counted: vec![true, true],
            ratios: Vec::new(),
            zero_parts: Vec::new(),
        };
        let stream = |driver| Stream::new(crate::random::Key { seed: 3, scope: &["toy"], driver, replicate: 0 });
        Self { layout, streams: ["near", "far"].map(stream) }
    }
}

impl Kernel for Toy {
    type Scratch = ();

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn scratch(&self) {}

    fn simulate(&self, years: Years<'_>, _: &mut (), table: &mut Table) {
        table.set_rows(years.len());
        for (alternative, stream) in self.streams.iter().enumerate() {
            let mut columns = table.alternative_mut(alternative);
            for i in 0..years.len() {
                let year = years.at(i);
                let usual = 1e5 * stream.at(year, 0).p();
                let rare =
                    if mix(spread(year), [7, 9]).is_multiple_of(50) { 1e4 / stream.at(year, 1).q() } else { 0.0 };
                columns.parts[0][i] = usual;
                columns.parts[1][i] = rare;
                columns.total[i] = usual + rare;
                columns.peak[i] = rare;
            }
        }
    }

    fn input_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn inputs<'a>(&self, (): &'a mut ()) -> Vec<&'a [f64]> {
        Vec::new()
    }
}

fn levels() -> Vec<Level> {
    [0.9, 0.99].map(|level| Level::new(level).expect("a level")).to_vec()
}

/// All that a run keeps, in an order that does not depend on how it came about.
fn state(tallies: &Tallies) -> String {
    let series = |counts: &crate::engine::SeriesCounts| {
        let tail = (counts.tail.years(), counts.tail.out_of_range());
        format!("{:?} {:?} {tail:?}\n", counts.sketch.ranked().cells(), counts.worst.sorted())
    };
    let mut text = format!("{} {:?}\n", tallies.years, tallies.sums);
    for counts in &tallies.counts.alternatives {
        text += &series(&counts.total);
        text += &format!("{:?} {:?} {:?}\n", counts.peak.ranked().cells(), counts.peak_worst.sorted(), counts.won);
    }
    for counts in &tallies.counts.differences {
        text += &series(&counts.total);
        text += &format!("{}\n", counts.more);
    }
    text
}

fn whole(kernel: &Toy, request: &Request<'_>) -> String {
    let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let control = Control { interrupt: &interrupt, done: &done, stop: None };
    state(&run(kernel, request, control).expect("years were asked for").0)
}

/// Whole tasks and a part of one, fewer tasks than shards, fewer years than a block; on other threads, added up in another order.
#[test]
fn any_number_of_shards_gives_the_bits_of_the_run() {
    let (kernel, levels) = (Toy::new(), levels());
    for years in [100, TASK, 3 * TASK, 11 * TASK + BLOCK as u64 + 77] {
        let request = |threads| Request { years, threads, levels: &levels, level: Instructions::best(), rests: &[] };
        let expected = whole(&kernel, &request(2));
        assert_ne!(expected, whole(&kernel, &Request { years: years + 1, ..request(2) }), "a year more shows");
        for shards in [1, 2, 3, 5, 8, 13, 40] {
            let part = |index: u64| {
                run_shard(&kernel, &request(1 + index as usize % 3), index, shards).expect("years were asked for")
            };
            let stride = if shards % 7 == 0 { 1 } else { 7 };
            let parts = (0..shards).map(|i| part((i * stride + shards / 2) % shards)).collect();
            assert!(state(&merge_parts(parts)) == expected, "{years} years in {shards} shards");
        }
    }
}

fn parts(shards: u64) -> Vec<Part> {
    let (kernel, levels) = (Toy::new(), levels());
    let request = Request { years: 6 * TASK, threads: 1, levels: &levels, level: Instructions::best(), rests: &[] };
    (0..shards).map(|index| run_shard(&kernel, &request, index, shards).expect("years were asked for")).collect()
}

#[test]
#[should_panic(expected = "without gap or overlap")]
fn a_gap_is_refused() {
    let mut parts = parts(3);
    parts.remove(1);
    merge_parts(parts);
}

#[test]
#[should_panic(expected = "without gap or overlap")]
fn a_missing_beginning_is_refused() {
    merge_parts(parts(3).split_off(1));
}

#[test]
#[should_panic(expected = "without gap or overlap")]
fn a_part_given_twice_is_refused() {
    let mut parts = parts(3);
    parts.push(parts[1].clone());
    merge_parts(parts);
}

#[test]
fn a_shard_of_no_years_is_an_error() {
    let (kernel, levels) = (Toy::new(), levels());
    let request = Request { years: 0, threads: 1, levels: &levels, level: Instructions::best(), rests: &[] };
    assert!(matches!(run_shard(&kernel, &request, 0, 1), Err(EngineError::NoYears)));
}
