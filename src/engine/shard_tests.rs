//! Do shards, however many, add up to the bits of the run, by way of their bytes too, and is a gap refused?

use super::*;
use crate::engine::{BLOCK, Layout, Table, run};
use crate::numerics::simd::Instructions;
use crate::random::mixer::{mix, spread};
use crate::random::{Stream, Years};
use crate::statistics::Level;
use std::sync::atomic::AtomicBool;

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
            let part = |index: u64| shard(&kernel, &request(1 + index as usize % 3), index, shards);
            let stride = if shards % 7 == 0 { 1 } else { 7 };
            let order = || (0..shards).map(|i| (i * stride + shards / 2) % shards);
            let parts = order().map(part).collect();
            assert!(state(&merge_parts(&kernel, &request(1), parts)) == expected, "{years} years in {shards} shards");
            let mut merging = Merging::new(&kernel, &request(1));
            for index in order() {
                let bytes = part(index).to_bytes();
                assert!(
                    shard(&kernel, &request(3), index, shards).to_bytes() == bytes,
                    "threads change a part's bytes"
                );
                let part = merging.read(Shard::new(index, shards).expect("one of them"), &bytes).expect("a part");
                assert!(part.to_bytes() == bytes, "a part that comes back has the same bytes");
                merging.add(part);
            }
            assert!(state(&merging.finish()) == expected, "{years} years in {shards} stored shards");
        }
    }
}

fn shard(kernel: &Toy, request: &Request<'_>, index: u64, of: u64) -> Part {
    let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let control = Control { interrupt: &interrupt, done: &done, stop: None };
    let shard = Shard::new(index, of).expect("one of them");
    let part = run_shard(kernel, request, shard, &control).expect("years were asked for");
    let years = shard.years(request.years);
    assert_eq!(done.load(Ordering::Relaxed), years.end - years.start);
    part
}

/// Merges what is left of three parts.
fn merge_some(change: impl Fn(&mut Vec<Part>)) {
    let (kernel, levels) = (Toy::new(), levels());
    let request = Request { years: 6 * TASK, threads: 1, levels: &levels, level: Instructions::best(), rests: &[] };
    let mut parts = (0..3).map(|index| shard(&kernel, &request, index, 3)).collect();
    change(&mut parts);
    merge_parts(&kernel, &request, parts);
}

#[test]
#[should_panic(expected = "without gap")]
fn a_gap_is_refused() {
    merge_some(|parts| drop(parts.remove(1)));
}

#[test]
#[should_panic(expected = "without gap")]
fn a_missing_beginning_is_refused() {
    merge_some(|parts| drop(parts.remove(0)));
}

#[test]
#[should_panic(expected = "without gap")]
fn a_missing_end_is_refused() {
    merge_some(|parts| drop(parts.pop()));
}

#[test]
#[should_panic(expected = "do not overlap")]
fn a_part_given_twice_is_refused() {
    merge_some(|parts| parts.push(parts[1].clone()));
}

#[test]
fn a_shard_of_no_years_is_an_error_and_an_interrupted_one_as_well() {
    let (kernel, levels) = (Toy::new(), levels());
    let run = |years, interrupted| {
        let request = Request { years, threads: 1, levels: &levels, level: Instructions::best(), rests: &[] };
        let (interrupt, done) = (AtomicBool::new(interrupted), AtomicU64::new(0));
        let control = Control { interrupt: &interrupt, done: &done, stop: None };
        run_shard(&kernel, &request, Shard::new(0, 2).expect("one of them"), &control)
    };
    assert!(matches!(run(0, false), Err(EngineError::NoYears)));
    assert!(matches!(run(5 * TASK, true), Err(EngineError::ShardInterrupted)));
    assert!(run(5 * TASK, false).is_ok());
}

/// A checksum keeps such bytes away; where one is forged, they are refused or are a part, and nothing panics.
#[test]
fn bytes_that_are_no_part_never_panic() {
    let (kernel, levels) = (Toy::new(), levels());
    let request = Request { years: 3000, threads: 1, levels: &levels, level: Instructions::best(), rests: &[] };
    let (first, bytes) = (Shard::new(0, 1).expect("one of them"), shard(&kernel, &request, 0, 1).to_bytes());
    let merging = Merging::new(&kernel, &request);
    let mut refused = 0;
    let mut tries = 0;
    let mut at = |bytes: &[u8]| {
        tries += 1;
        match merging.read(first, bytes) {
            // What looks like a part can be added up.
            Ok(part) => {
                let mut merging = merging.clone();
                merging.add(part);
                assert_eq!(merging.finish().years, 3000);
            }
            Err(_) => refused += 1,
        }
    };
    for index in (0..bytes.len()).step_by(97) {
        let mut other = bytes.clone();
        other[index] ^= 1 << (index % 8);
        at(&other);
        other[index] = 0xff;
        at(&other);
    }
    for end in (0..bytes.len()).step_by(bytes.len() / 100) {
        at(&bytes[..end]);
    }
    assert!(merging.read(Shard::new(0, 2).expect("one of them"), &[]).is_err());
    assert!(merging.read(first, &[bytes.as_slice(), &[0]].concat()).is_err(), "bytes behind");
    assert!(refused > tries / 4, "{refused} of {tries}");
}

#[test]
fn shards_are_written_as_people_count() {
    let shard = |text: &str| text.parse::<Shard>();
    assert_eq!(shard("1/1"), Ok(Shard::new(0, 1).unwrap()));
    assert_eq!(shard("16/16").unwrap().index(), 15);
    for text in ["0/16", "17/16", "1/0", "1/2000000", "3", "3/", "/3", "a/b", "-1/3", "+1/3", "1/3/5", "1 / 3", ""] {
        assert!(shard(text).is_err(), "{text}");
    }
    let shares: Vec<u64> = (0..7).map(|index| Shard::new(index, 7).unwrap().share(30).count() as u64).collect();
    assert_eq!((shares.iter().sum::<u64>(), shares.iter().min(), shares.iter().max()), (30, Some(&4), Some(&5)));
    assert_eq!(Shard::new(0, 40).unwrap().years(100), 0..0);
    assert_eq!(Shard::new(39, 40).unwrap().years(100), 0..100);
}
