//! Is every byte of a part's file held by a checksum, and does each difference between two runs have its name?

use super::*;
use crate::config::{Source, load};

fn loaded(overrides: &[&str]) -> Loaded {
    let overrides: Vec<String> = overrides.iter().map(ToString::to_string).collect();
    load(&Source::Builtin("hhs-breaches".into()), &overrides).unwrap_or_else(|errors| panic!("{errors}"))
}

fn shard(text: &str) -> Shard {
    text.parse().expect("a shard")
}

fn header(overrides: &[&str]) -> PartHeader {
    PartHeader::new(&loaded(overrides), "fast", 7, 100_000, false, shard("2/3"))
}

fn record() -> PartRecord {
    PartRecord { threads: 2, wall_seconds: 1.5 }
}

#[test]
fn a_part_comes_back_as_it_was() {
    let bytes = part_bytes(&header(&[]), &record(), b"tallies");
    let part = read_part(&bytes).expect("a part");
    assert_eq!((&part.header, &part.record, part.tallies.as_slice()), (&header(&[]), &record(), &b"tallies"[..]));
    assert_eq!(read_header(bytes.as_slice()).expect("a header"), part.header);
    assert_eq!(part.header.data_files(), loaded(&[]).data_files);
    // Nothing of the body is needed for the header.
    let first = START + u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize + CHECKSUM;
    assert_eq!(read_header(&bytes[..first]).expect("a header"), part.header);
    assert!(matches!(read_header(&bytes[..first - 1]), Err(PartError::Truncated { .. })));
}

#[test]
fn every_changed_byte_and_every_length_is_refused() {
    let bytes = part_bytes(&header(&[]), &record(), b"tallies that a program left");
    for index in 0..bytes.len() {
        let mut other = bytes.clone();
        for change in [1, 0x80, 0xff] {
            other[index] = bytes[index] ^ change;
            assert!(read_part(&other).is_err(), "byte {index} with {change:#x}");
        }
        let error = read_part(&bytes[..index]).expect_err("truncated");
        let expected = match index {
            0 => matches!(error, PartError::Empty),
            _ => matches!(error, PartError::Truncated { found, .. } if found == index as u64),
        };
        assert!(expected, "{index} bytes: {error}");
    }
    assert!(matches!(read_part(&[&bytes[..], &[0]].concat()), Err(PartError::Longer(1))));
}

#[test]
fn other_files_and_other_formats_are_told_apart() {
    let mut bytes = part_bytes(&header(&[]), &record(), b"");
    for text in ["{", "schema = 1", "PAR1 is how Parquet begins"] {
        assert!(matches!(read_part(text.as_bytes()), Err(PartError::NotAPart)), "{text}");
    }
    bytes[8] = 2;
    assert!(matches!(read_part(&bytes), Err(PartError::OtherFormat { found: 2 })));
}

/// Files that were put together from pieces of good ones, with checksums to match.
#[test]
fn forged_parts_are_refused() {
    let forged = |header: &PartHeader, record: &PartRecord| read_part(&part_bytes(header, record, b""));
    let other_years = PartHeader { own_years: 0..5, ..header(&[]) };
    assert!(matches!(forged(&other_years, &record()), Err(PartError::Nonsense(_))));
    for seconds in [f64::NAN, f64::INFINITY, -1.0] {
        let record = PartRecord { wall_seconds: seconds, ..record() };
        assert!(matches!(forged(&header(&[]), &record), Err(PartError::Nonsense(_))), "{seconds}");
    }
    // The body of one behind the header of another.
    let (one, two) =
        (part_bytes(&header(&[]), &record(), b"one"), part_bytes(&header(&["title=\"x\""]), &record(), b"two"));
    let end = |bytes: &[u8]| START + u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize + CHECKSUM;
    let swapped = [&one[..end(&one)], &two[end(&two)..]].concat();
    assert!(matches!(read_part(&swapped), Err(PartError::Corrupted)));
}

#[test]
fn each_difference_has_its_name() {
    let base = header(&[]);
    let key = |other: PartHeader| base.foreign_to(&other).expect("another run").key;
    assert_eq!(base.foreign_to(&PartHeader { shard: shard("3/3"), ..base.clone() }), None);
    let moved = |mut header: PartHeader| {
        header.data_files[0].location = Some("/elsewhere".into());
        header
    };
    assert_eq!(base.foreign_to(&moved(base.clone())), None, "where data stand does not matter");
    assert_eq!(key(PartHeader { program_version: "9".into(), ..base.clone() }), "program version");
    assert_eq!(key(PartHeader { value_version: 1, ..base.clone() }), "value version");
    assert_eq!(key(PartHeader { engine: "reference".into(), ..base.clone() }), "engine");
    assert_eq!(key(PartHeader { seed: 8, ..base.clone() }), "seed");
    assert_eq!(key(PartHeader { years: 8, ..base.clone() }), "years");
    assert_eq!(key(PartHeader { control_variates: true, ..base.clone() }), "control variates");
    assert_eq!(key(PartHeader { shard: shard("2/4"), ..base.clone() }), "number of shards");
    let rates = header(&["workforce.offshore.rate=28", "simulation.seed=9"]);
    assert_eq!(key(rates), "config (simulation.seed, workforce.offshore.rate)");
    let mut data = base.clone();
    data.data_files[0].blake3 = "0".into();
    assert_eq!(key(data), "contents of data file \"builtin:data/hhs_breach_costs.csv\"");
    let values = base.foreign_to(&PartHeader { seed: 8, ..base.clone() }).expect("another").values;
    assert_eq!(values, Some(["7".to_owned(), "8".to_owned()]));
}
