//! What does the file of a shard hold, and is it whole, of this run, and of this program?
//!
//! ```text
//! magic                 8 bytes
//! format version        4 bytes, little-endian like all that follows
//! length of the header  4
//! header                whose part it is: config, data, seed, years, shard
//! blake3                32 bytes, of all before
//! length of the body    8
//! body                  how it came about, then the tallies
//! blake3                32 bytes, of all before
//! ```
//! Header and body are postcard: whole numbers of variable length, doubles as they are.

use crate::VALUE_VERSION;
use crate::config::{Loaded, changed_keys};
use crate::engine::Shard;
use crate::outcome::DataFile;
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::ops::Range;

/// Damaged by a transfer as text, these bytes differ.
const MAGIC: [u8; 8] = *b"\x89TCS\r\n\x1a\n";
const FORMAT: u32 = 1;
const CHECKSUM: usize = 32;
/// Magic, format version and length of the header.
const START: usize = 16;
/// A config has a megabyte at most; nothing longer is a header.
const LONGEST_HEADER: u32 = 1 << 22;
/// Keys of a config that are named where two differ.
const MOST_KEYS: usize = 4;

/// Whose part it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartHeader {
    pub program_version: String,
    pub value_version: u32,
    pub engine: String,
    pub config_hash: String,
    /// After every `extends` and `--set`, always written the same way.
    pub config: String,
    data_files: Vec<PartData>,
    pub seed: u64,
    /// Of the whole run.
    pub years: u64,
    pub control_variates: bool,
    pub shard: Shard,
    /// The years that the part holds.
    own_years: Range<u64>,
}

/// A data file that the config reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct PartData {
    path: String,
    blake3: String,
    location: Option<String>,
}

/// How a part came about; says nothing about what it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartRecord {
    pub threads: usize,
    pub wall_seconds: f64,
}

/// A part that was read back.
#[derive(Debug, Clone, PartialEq)]
pub struct PartFile {
    pub header: PartHeader,
    pub record: PartRecord,
    /// For [`Merging::read`](crate::engine::Merging::read).
    pub tallies: Vec<u8>,
}

/// Why a file is not read as a part.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    #[error("it is empty")]
    Empty,
    #[error("it is no part of a run: a part begins with other bytes")]
    NotAPart,
    #[error(
        "it has format {found} of parts, this program reads {FORMAT}: merge it with the program that wrote it, or run it again"
    )]
    OtherFormat { found: u32 },
    #[error("it is truncated: {found} bytes of {expected}")]
    Truncated { found: u64, expected: u64 },
    #[error("it goes on behind its end, by {0} bytes")]
    Longer(u64),
    #[error("it is corrupted: its checksum is not that of its bytes")]
    Corrupted,
    #[error("it makes no sense, though its checksum is right: {0}")]
    Nonsense(String),
    #[error("{0}")]
    Io(std::io::Error),
}

/// In what two parts, or a part and what is asked for, differ: the key, the first's value, the second's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    pub key: String,
    pub values: Option<[String; 2]>,
}

impl PartHeader {
    pub fn new(loaded: &Loaded, engine: &str, seed: u64, years: u64, control_variates: bool, shard: Shard) -> Self {
        let data = |file: &DataFile| PartData {
            path: file.path.clone(),
            blake3: file.blake3.clone(),
            location: file.location.clone(),
        };
        Self {
            program_version: env!("CARGO_PKG_VERSION").into(),
            value_version: VALUE_VERSION,
            engine: engine.into(),
            config_hash: loaded.hash.clone(),
            config: loaded.resolved_toml.clone(),
            data_files: loaded.data_files.iter().map(data).collect(),
            seed,
            years,
            control_variates,
            shard,
            own_years: shard.years(years),
        }
    }

    /// As the outcome has them.
    pub fn data_files(&self) -> Vec<DataFile> {
        let data = |PartData { path, blake3, location }: &PartData| DataFile {
            path: path.clone(),
            blake3: blake3.clone(),
            location: location.clone(),
        };
        self.data_files.iter().map(data).collect()
    }

    /// What makes another part one of another run; nothing where both belong to the same. Where data files stand does not matter.
    pub fn foreign_to(&self, other: &Self) -> Option<Foreign> {
        let differs = |key: &str, own: String, others: String| {
            (own != others).then(|| Foreign { key: key.into(), values: Some([own, others]) })
        };
        let mut found = differs("program version", self.program_version.clone(), other.program_version.clone())
            .or_else(|| differs("value version", self.value_version.to_string(), other.value_version.to_string()))
            .or_else(|| differs("engine", self.engine.clone(), other.engine.clone()));
        if found.is_none() && self.config != other.config {
            let keys = changed_keys(&self.config, &other.config).unwrap_or_default();
            let more =
                if keys.len() > MOST_KEYS { format!(" and {} more", keys.len() - MOST_KEYS) } else { String::new() };
            let keys = keys.into_iter().take(MOST_KEYS).collect::<Vec<_>>().join(", ");
            found = Some(Foreign { key: format!("config ({keys}{more})"), values: None });
        }
        let data = |header: &Self| {
            header.data_files.iter().map(|file| (file.path.clone(), file.blake3.clone())).collect::<Vec<_>>()
        };
        let (own, others) = (data(self), data(other));
        found
            .or_else(|| {
                let other = own.iter().zip(&others).find(|(a, b)| a != b);
                let path = other.map_or_else(String::new, |((path, _), _)| format!(" {path:?}"));
                (own != others).then(|| Foreign { key: format!("contents of data file{path}"), values: None })
            })
            .or_else(|| differs("config hash", self.config_hash.clone(), other.config_hash.clone()))
            .or_else(|| differs("seed", self.seed.to_string(), other.seed.to_string()))
            .or_else(|| differs("years", self.years.to_string(), other.years.to_string()))
            .or_else(|| {
                let word = |header: &Self| if header.control_variates { "on" } else { "off" };
                differs("control variates", word(self).into(), word(other).into())
            })
            .or_else(|| differs("number of shards", self.shard.of().to_string(), other.shard.of().to_string()))
    }
}

/// The bytes of a part's file.
pub fn part_bytes(header: &PartHeader, record: &PartRecord, tallies: &[u8]) -> Vec<u8> {
    let header = postcard::to_allocvec(header).expect("plain data");
    let record = postcard::to_allocvec(record).expect("plain data");
    let mut bytes = Vec::with_capacity(START + header.len() + record.len() + tallies.len() + 2 * CHECKSUM + 8);
    bytes.extend(MAGIC);
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend(u32::try_from(header.len()).expect("a config is short").to_le_bytes());
    bytes.extend(header);
    bytes.extend(blake3::hash(&bytes).as_bytes());
    bytes.extend(((record.len() + tallies.len()) as u64).to_le_bytes());
    bytes.extend(record);
    bytes.extend(tallies);
    bytes.extend(blake3::hash(&bytes).as_bytes());
    bytes
}

/// Reads a whole part, every byte of which is checked.
///
/// # Errors
/// Anything but the bytes that [`part_bytes`] gave.
pub fn read_part(mut bytes: &[u8]) -> Result<PartFile, PartError> {
    let all = bytes;
    let (header, head) = read_start(&mut bytes)?;
    let truncated = |expected: usize| PartError::Truncated { found: all.len() as u64, expected: expected as u64 };
    let Some((length, body)) = all[head..].split_first_chunk::<8>() else { return Err(truncated(head + 8 + CHECKSUM)) };
    let expected =
        usize::try_from(u64::from_le_bytes(*length)).ok().and_then(|body| body.checked_add(head + 8 + CHECKSUM));
    // A length that is longer than any memory is as good as a wrong checksum.
    let expected = expected.ok_or(PartError::Corrupted)?;
    if all.len() < expected {
        return Err(truncated(expected));
    }
    if all.len() > expected {
        return Err(PartError::Longer((all.len() - expected) as u64));
    }
    let (checked, checksum) = all.split_at(all.len() - CHECKSUM);
    if blake3::hash(checked).as_bytes() != checksum {
        return Err(PartError::Corrupted);
    }
    let body = &body[..body.len() - CHECKSUM];
    let nonsense = |what: &str| PartError::Nonsense(what.into());
    let (record, tallies) = postcard::take_from_bytes::<PartRecord>(body).map_err(|_| nonsense("it has no record"))?;
    if !(record.wall_seconds >= 0.0 && record.wall_seconds.is_finite()) {
        return Err(nonsense("it took no time that a clock can show"));
    }
    Ok(PartFile { header, record, tallies: tallies.to_vec() })
}

/// Reads no further than the header; its checksum holds for it alone.
///
/// # Errors
/// Anything but the beginning of a part.
pub fn read_header(mut file: impl Read) -> Result<PartHeader, PartError> {
    read_start(&mut file).map(|(header, _)| header)
}

/// The header, and how many bytes it takes with its checksum.
fn read_start(file: &mut impl Read) -> Result<(PartHeader, usize), PartError> {
    let start = take(file, START as u64)?;
    let begins_so = start.iter().zip(&MAGIC).all(|(a, b)| a == b);
    match start.len() {
        0 => return Err(PartError::Empty),
        _ if !begins_so => return Err(PartError::NotAPart),
        found if found < START => return Err(PartError::Truncated { found: found as u64, expected: START as u64 }),
        _ => {}
    }
    let number = |at: usize| u32::from_le_bytes(start[at..at + 4].try_into().expect("four bytes"));
    let (format, length) = (number(8), number(12));
    if format != FORMAT {
        return Err(PartError::OtherFormat { found: format });
    }
    if length > LONGEST_HEADER {
        return Err(PartError::Corrupted);
    }
    let rest = take(file, u64::from(length) + CHECKSUM as u64)?;
    let all = START + length as usize + CHECKSUM;
    if START + rest.len() < all {
        return Err(PartError::Truncated { found: (START + rest.len()) as u64, expected: all as u64 });
    }
    let (header, checksum) = rest.split_at(length as usize);
    let mut hasher = blake3::Hasher::new();
    hasher.update(&start).update(header);
    if hasher.finalize().as_bytes() != checksum {
        return Err(PartError::Corrupted);
    }
    let nonsense = |what: &str| PartError::Nonsense(what.into());
    let (header, behind) =
        postcard::take_from_bytes::<PartHeader>(header).map_err(|_| nonsense("its header cannot be read"))?;
    let shard =
        Shard::new(header.shard.index(), header.shard.of()).ok_or_else(|| nonsense("there is no such shard"))?;
    if !behind.is_empty() || shard.years(header.years) != header.own_years {
        return Err(nonsense("its header does not hold the years of its shard"));
    }
    Ok((header, all))
}

/// So many bytes, or as many as there are.
fn take(file: &mut impl Read, bytes: u64) -> Result<Vec<u8>, PartError> {
    let mut found = Vec::new();
    file.take(bytes).read_to_end(&mut found).map_err(PartError::Io)?;
    Ok(found)
}

#[cfg(test)]
#[path = "part_file_tests.rs"]
mod tests;
