//! What has a batch done so far, and is it this batch's?
//!
//! While a shard runs, its state directory holds segments, each with the members that were finished together, and the sums of all of them
//! with the number of segments they hold. The segment is written first, the sums then: a segment beyond that number does not count and is
//! written again. A finished shard is one part file, and its state directory is removed.

use super::error::BatchError;
use super::sealed::{Kept, Sealed, Writer};
use super::sums::SystemSums;
use crate::config::Plan;
use crate::outcome::book::FigureKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Which share of a batch's members is run: `index` of `of`, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    pub index: u32,
    pub of: u32,
}

impl Shard {
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Its members among `count`, which the shards share out in stretches of the table.
    pub fn members(self, count: usize) -> Range<usize> {
        let bound = |index: u32| count * index as usize / self.of as usize;
        bound(self.index)..bound(self.index + 1)
    }
}

/// What must be the same for two pieces of work to belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub program_version: String,
    pub value_version: u32,
    /// blake3 of the plan as resolved.
    pub plan: String,
    /// blake3 of the table of members.
    pub table: String,
    /// Name of each scenario, and blake3 of its config and of the data it reads.
    pub configs: Vec<(String, String)>,
    pub years: u64,
    pub seed: u64,
    pub members: u64,
}

/// How a key of an identity is written.
type Reading<'a> = &'a dyn Fn(&Identity) -> String;

impl Identity {
    pub fn of(plan: &Plan, members: usize) -> Self {
        Self {
            program_version: env!("CARGO_PKG_VERSION").into(),
            value_version: crate::VALUE_VERSION,
            plan: blake3::hash(plan.resolved_toml.as_bytes()).to_hex().to_string(),
            table: plan.table.blake3.clone(),
            configs: plan.scenarios.iter().map(|case| (case.name.clone(), case.loaded.hash.clone())).collect(),
            years: plan.years,
            seed: plan.seed,
            members: members as u64,
        }
    }

    /// The first key in which another differs: its name, what it has, what this one has.
    pub fn difference(&self, other: &Self) -> Option<(&'static str, String, String)> {
        let configs = |identity: &Self| {
            let config = |(name, hash): &(String, String)| format!("{name} {}", short(hash));
            identity.configs.iter().map(config).collect::<Vec<_>>().join(", ")
        };
        let keys: [(&str, Reading<'_>); 8] = [
            ("value version", &|identity| identity.value_version.to_string()),
            ("program version", &|identity| identity.program_version.clone()),
            ("number of years", &|identity| identity.years.to_string()),
            ("seed", &|identity| identity.seed.to_string()),
            ("table of members", &|identity| short(&identity.table).to_owned()),
            ("configs", &configs),
            ("plan", &|identity| short(&identity.plan).to_owned()),
            ("number of members", &|identity| identity.members.to_string()),
        ];
        keys.into_iter().find(|(_, of)| of(self) != of(other)).map(|(key, of)| (key, of(other), of(self)))
    }

    fn text(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}

/// What the figures of a part file are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// Config keys that a member's values are of.
    pub mapped: Vec<String>,
    pub scenarios: Vec<CatalogueScenario>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueScenario {
    pub name: String,
    /// In the order of the columns of sums.
    pub options: Vec<String>,
    /// In the order of a member's figures.
    pub keys: Vec<FigureKey>,
    /// Data that the config reads: path as the config has it, blake3.
    pub data: Vec<(String, String)>,
}

fn short(hash: &str) -> &str {
    let hash = hash.strip_prefix("blake3:").unwrap_or(hash);
    &hash[..hash.len().min(12)]
}

/// A finished shard.
#[derive(Debug)]
pub struct Store {
    pub shard: Shard,
    pub identity: Identity,
    sealed: Sealed,
}

const SUMS: &str = "sums.tcb";
const LOCK: &str = "lock";

fn part_path(directory: &Path, shard: Shard) -> PathBuf {
    directory.join(format!("part-{:04}-of-{:04}.tcb", shard.index + 1, shard.of))
}

fn state_path(directory: &Path, shard: Shard) -> PathBuf {
    directory.join(format!("state-{:04}-of-{:04}", shard.index + 1, shard.of))
}

fn segment_path(state: &Path, number: u64) -> PathBuf {
    state.join(format!("segment-{number:06}.tcb"))
}

/// The identity that a file says it has.
fn identity_of(sealed: &Sealed) -> Result<Identity, BatchError> {
    serde_json::from_str(&sealed.identity).map_err(|error| BatchError::stored(&sealed.path, error))
}

/// Refuses the work of another batch.
fn check(directory: &Path, ours: &Identity, theirs: &Identity) -> Result<(), BatchError> {
    match ours.difference(theirs) {
        None => Ok(()),
        Some((key, found, expected)) => {
            Err(BatchError::Foreign { directory: directory.to_path_buf(), key, found, expected })
        }
    }
}

impl Store {
    /// The part files in a directory, whichever batch they are of, by shard.
    ///
    /// # Errors
    /// A file that is damaged.
    pub fn all(directory: &Path) -> Result<Vec<Self>, BatchError> {
        let entries = match std::fs::read_dir(directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(BatchError::file(directory)(error)),
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(BatchError::file(directory))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if let Some(shard) = shard_of(&name) {
                paths.push((shard, path));
            }
        }
        paths.sort_by_key(|(shard, _)| (shard.of, shard.index));
        paths.into_iter().map(|(shard, path)| Self::open(&path, shard)).collect()
    }

    fn open(path: &Path, shard: Shard) -> Result<Self, BatchError> {
        let sealed = Sealed::open(path)?;
        let identity = identity_of(&sealed)?;
        Ok(Self { shard, identity, sealed })
    }

    /// The shard's part file, where there is a valid one of this batch.
    ///
    /// # Errors
    /// A valid one of another batch. One that is damaged counts for nothing: it is made again.
    pub fn finished(directory: &Path, identity: &Identity, shard: Shard) -> Result<Option<Self>, BatchError> {
        match Self::open(&part_path(directory, shard), shard) {
            Ok(store) => check(directory, identity, &store.identity).map(|()| Some(store)),
            Err(BatchError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(BatchError::Stored { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Places of its members in the table of members.
    pub(super) fn indices(&self) -> impl Iterator<Item = u32> + '_ {
        self.sealed.indices()
    }

    pub(super) fn member(&self, index: u32) -> Result<Option<Kept>, BatchError> {
        self.sealed.member(index)
    }

    pub(super) fn catalogue(&self) -> Result<Catalogue, BatchError> {
        let text = self.sealed.catalogue.as_deref().unwrap_or_default();
        serde_json::from_str(text).map_err(|error| BatchError::stored(&self.sealed.path, error))
    }

    /// One column of sums.
    pub(super) fn column(&self, index: usize) -> Result<Vec<i64>, BatchError> {
        self.sealed.column(index)
    }

    pub(super) fn columns(&self) -> Result<Vec<Vec<i64>>, BatchError> {
        (0..self.sealed.columns()).map(|column| self.sealed.column(column)).collect()
    }
}

/// From a name such as `part-0003-of-0016.tcb`.
fn shard_of(name: &str) -> Option<Shard> {
    let (index, of) = name.strip_prefix("part-")?.strip_suffix(".tcb")?.split_once("-of-")?;
    let (index, of) = (index.parse::<u32>().ok()?, of.parse::<u32>().ok()?);
    (1..=of).contains(&index).then_some(Shard { index: index - 1, of })
}

/// A shard on its way.
pub(super) struct State {
    directory: PathBuf,
    path: PathBuf,
    identity: String,
    shard: Shard,
    segments: Vec<Sealed>,
    done: BTreeSet<u32>,
    /// Held while the state is worked on; the system lets go of it however the program ends.
    _lock: File,
}

impl State {
    /// Opens what is there, or begins.
    pub fn open(
        directory: &Path,
        identity: &Identity,
        shard: Shard,
        columns: usize,
    ) -> Result<(Self, SystemSums), BatchError> {
        let path = state_path(directory, shard);
        std::fs::create_dir_all(&path).map_err(BatchError::file(&path))?;
        let text = identity.text();
        let lock = File::create(path.join(LOCK)).map_err(BatchError::file(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BatchError::Busy { directory: path }),
            Err(TryLockError::Error(error)) => return Err(BatchError::file(&path)(error)),
        }
        let mut state = Self {
            directory: directory.to_path_buf(),
            path,
            identity: text,
            shard,
            segments: Vec::new(),
            done: BTreeSet::new(),
            _lock: lock,
        };
        let sums = match Sealed::open(&state.path.join(SUMS)) {
            Err(BatchError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                return Ok((state, SystemSums::zero(columns, identity.years)));
            }
            sums => sums?,
        };
        check(&state.path, identity, &identity_of(&sums)?)?;
        for number in 0..sums.segments.unwrap_or(0) {
            let segment = Sealed::open(&segment_path(&state.path, number))?;
            check(&state.path, identity, &identity_of(&segment)?)?;
            state.done.extend(segment.indices());
            state.segments.push(segment);
        }
        let columns = (0..sums.columns()).map(|column| sums.column(column)).collect::<Result<_, _>>()?;
        Ok((state, SystemSums::from_columns(columns)))
    }

    pub fn is_done(&self, member: u32) -> bool {
        self.done.contains(&member)
    }

    /// Keeps members that were finished, and the sums that hold them.
    pub fn keep(&mut self, members: &[(u32, Kept)], sums: &SystemSums) -> Result<(), BatchError> {
        let path = segment_path(&self.path, self.segments.len() as u64);
        let mut writer = Writer::create(&path, &self.identity)?;
        members.iter().try_for_each(|(index, kept)| writer.member(*index, kept))?;
        writer.finish()?;
        let mut writer = Writer::create(&self.path.join(SUMS), &self.identity)?;
        sums.read(|column| writer.column(column)).into_iter().collect::<Result<(), _>>()?;
        writer.segments(self.segments.len() as u64 + 1)?;
        writer.finish()?;
        self.segments.push(Sealed::open(&path)?);
        self.done.extend(members.iter().map(|(index, _)| *index));
        Ok(())
    }

    /// Writes the part file, all members in the order of the table, and removes the state.
    pub fn finish(self, sums: SystemSums, catalogue: &Catalogue) -> Result<Store, BatchError> {
        let path = part_path(&self.directory, self.shard);
        let mut writer = Writer::create(&path, &self.identity)?;
        writer.catalogue(&serde_json::to_string(catalogue).expect("plain data"))?;
        for member in &self.done {
            for segment in &self.segments {
                if let Some(bytes) = segment.bytes(*member)? {
                    writer.member_bytes(*member, &bytes)?;
                }
            }
        }
        sums.into_columns().iter().try_for_each(|column| writer.column(column))?;
        writer.finish()?;
        drop(self.segments);
        std::fs::remove_dir_all(&self.path).map_err(BatchError::file(&self.path))?;
        Store::open(&path, self.shard)
    }
}
