//! Does each test notice a generator that is planted to be bad, and give the same on every level?

use super::*;
use crate::numerics::simd::Instructions;
use crate::random::mixer::spread;

/// A limit's false alarm; seeds are fixed, so that a test fails always or never.
const FALSE_ALARM: f64 = 1e-6;
/// Four drivers.
const STREAMS: usize = 4 * streams::OF_A_DRIVER;

fn names() -> Vec<Name> {
    let paths = ["world.threat", "world.volume", "workforce.onshore.rate", "workforce.offshore.rate"];
    let of_a_driver = |path: &str| {
        let path = path.to_string();
        (0..8).map(move |i| Name {
            path: path.clone(),
            seed: 1 + i / 4,
            replicate: i as u32 / 2 % 2,
            event: i as u32 % 2,
        })
    };
    paths.into_iter().flat_map(of_a_driver).collect()
}

fn fair() -> Vec<RawStream> {
    names().iter().map(Name::stream).collect()
}

/// What a test is about, and its probability, after 32 blocks of words by stream and year.
fn tried(level: Level, word: impl Fn(usize, u64) -> u64) -> Vec<(String, f64)> {
    let mut battery = Battery::new(STREAMS);
    let mut block = Block::new(STREAMS);
    for index in 0..32 {
        block.set(level, |stream, year| word(stream, (index * YEARS + year) as u64));
        battery.add(level, &block);
    }
    battery.odds(&names()).into_iter().map(|(subject, odds, _)| (subject, odds)).collect()
}

/// The tests that reject are those named by their beginnings, and these alone.
#[track_caller]
fn rejected_by(word: impl Fn(usize, u64) -> u64, expected: &[&str]) {
    for (subject, odds) in tried(Instructions::best(), word) {
        let rejects = expected.iter().any(|beginning| subject.starts_with(beginning));
        assert_eq!(odds < FALSE_ALARM, rejects, "{subject}: {odds:e}");
    }
}

/// Rejected at least by these.
#[track_caller]
fn rejected_at_least_by(word: impl Fn(usize, u64) -> u64, expected: &[&str]) {
    let tried = tried(Instructions::best(), word);
    for beginning in expected {
        let mut named = tried.iter().filter(|(subject, _)| subject.starts_with(beginning)).peekable();
        assert!(named.peek().is_some(), "{beginning} is a test");
        assert!(named.any(|(_, odds)| *odds < FALSE_ALARM), "{beginning} does not reject");
    }
}

#[test]
fn the_engines_streams_pass() {
    let streams = fair();
    rejected_by(|stream, year| streams[stream].word(year), &[]);
}

/// A driver that draws from the stream of another: under one seed, replicate and event, years apart or not.
#[test]
fn a_stream_shared_by_two_drivers_is_rejected() {
    let streams = fair();
    let shared = |stream: usize, year: u64| streams[if stream == 8 { 0 } else { stream }].word(year);
    let same =
        ["birthday spacings", "correlation of uniforms, drivers of a scope", "differing bits, drivers of a scope"];
    rejected_at_least_by(shared, &same);
    let ahead = |stream: usize, year: u64| {
        if stream == 8 { streams[0].word(year + 3) } else { streams[stream].word(year) }
    };
    rejected_at_least_by(
        ahead,
        &["correlation of uniforms, years of neighbouring drivers", "differing bits, years of neighbouring drivers"],
    );
}

/// Each part of the key that is left out of the hash.
#[test]
fn a_part_that_is_left_out_of_the_key_is_rejected() {
    let streams = fair();
    for (other, kind) in [
        (9, "neighbouring events"),
        (10, "neighbouring replicates"),
        (12, "neighbouring seeds"),
        (15, "streams that differ in more"),
    ] {
        let left_out = |stream: usize, year: u64| streams[if stream == other { 8 } else { stream }].word(year);
        let expected = ["correlation of uniforms", "differing bits"].map(|what| format!("{what}, {kind}"));
        rejected_at_least_by(left_out, &expected.each_ref().map(String::as_str));
    }
    let scopes = |stream: usize, year: u64| streams[if stream == 24 { 16 } else { stream }].word(year);
    rejected_at_least_by(
        scopes,
        &["correlation of uniforms, scopes of a driver", "differing bits, scopes of a driver"],
    );
}

/// One byte in eight is another stream's: no uniform shows it. A matrix of one of its bits has two columns that are equal.
#[test]
fn a_shared_low_byte_is_rejected_by_its_bits_alone() {
    let streams = fair();
    let low = |stream: usize, year: u64| {
        let word = streams[stream].word(year);
        if stream == 1 { word ^ (word ^ streams[0].word(year)) & 0xff } else { word }
    };
    rejected_by(low, &["differing bits, neighbouring events", "ranks of 64 x 64, each"]);
}

/// A stream whose word half repeats the year before.
#[test]
fn a_memory_of_one_year_is_rejected() {
    let streams = fair();
    let memory = |stream: usize, year: u64| {
        let high = if year % 4 == 1 { year - 1 } else { year };
        streams[stream].word(high) >> 32 << 32 | streams[stream].word(year) & u64::from(u32::MAX)
    };
    rejected_at_least_by(
        memory,
        &["birthday spacings, high", "correlation of uniforms, years of a stream", "differing bits, years of a stream"],
    );
}

#[test]
fn a_counter_without_mixing_is_rejected() {
    let streams = fair();
    rejected_at_least_by(
        |stream, year| spread(year).wrapping_add(streams[stream].key[0]),
        &[
            "birthday spacings, high",
            "birthday spacings, low",
            "birthday spacings, middle",
            "ranks of 64 x 64, each",
            "correlation of uniforms, years",
        ],
    );
}

/// The low bits of a linear congruential generator modulo 2^64 (Knuth's MMIX) have short periods.
#[test]
fn low_bits_of_a_congruential_generator_are_rejected() {
    // From year to year and stream to stream one step, as a shared state would have it; jumped to by squaring.
    let state = |mut steps: u64| {
        let (mut a, mut c) = (6_364_136_223_846_793_005u64, 1_442_695_040_888_963_407u64);
        let mut state = 2026u64;
        while steps > 0 {
            if steps % 2 == 1 {
                state = state.wrapping_mul(a).wrapping_add(c);
            }
            c = c.wrapping_mul(a.wrapping_add(1));
            a = a.wrapping_mul(a);
            steps /= 2;
        }
        state
    };
    rejected_at_least_by(|stream, year| state(year * STREAMS as u64 + stream as u64), &["ranks of 64 x 64, each"]);
}

/// A register of 64 bits (Marsaglia 2003, doi 10.18637/jss.v008.i14), a stream each: linear over bits.
#[test]
fn a_shift_register_is_rejected() {
    let mut words = vec![0u64; 32 * YEARS * STREAMS];
    let mut state = 88_172_645_463_325_252u64;
    for word in &mut words {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        *word = state;
    }
    rejected_at_least_by(|stream, year| words[year as usize * STREAMS + stream], &["ranks of 64 x 64, each"]);
}

/// Threads and instructions change no figure.
#[test]
fn all_levels_find_the_same() {
    let streams = fair();
    // Too few in each part for a set of the middle bits.
    let bytes = (STREAMS * YEARS * 8 * 40) as u64;
    let figures = |level| Battery::over(level, &streams, bytes).odds(&names());
    let expected = figures(Instructions::best());
    assert_eq!(expected.len(), 4 + 2 * 8);
    for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
        assert_eq!(figures(level), expected, "{level:?}");
    }
}
