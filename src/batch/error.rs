//! Why can a batch not start, go on or end?

use crate::config::ConfigErrors;
use crate::engine::EngineError;
use crate::report::files::FileError;
use std::path::{Path, PathBuf};

/// A batch that cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("{path}: {reason}; remove it, and what it holds is done again")]
    Stored { path: PathBuf, reason: String },
    #[error(
        "{directory} holds what another batch has done: its {key} is {found}, this one's is {expected}; remove the directory, or name another with --out"
    )]
    Foreign { directory: PathBuf, key: &'static str, found: String, expected: String },
    #[error(
        "no shard of {of} is missing in {directory} but {missing}: run tailcost batch PLAN --shard {example} --out {directory}"
    )]
    ShardsMissing { directory: PathBuf, of: u32, missing: String, example: String },
    #[error("{directory} is being worked on by another tailcost: one at a time, or another directory with --out")]
    Busy { directory: PathBuf },
    #[error("{directory} cannot be compared with: {reason}")]
    NotABatch { directory: PathBuf, reason: String },
    #[error("the plan is wrong")]
    Plan(Box<ConfigErrors>),
    #[error("the plan's table has no row that can be a member: {rows} rows are wrong, the first says: {first}")]
    NoMembers { rows: usize, first: String },
    #[error("all {members} members failed, the first ({first}): {reason}")]
    AllFailed { members: usize, first: String, reason: String },
    #[error("the members' totals of year {year} are too much to be added up: more than {:.1e} USD", i64::MAX as f64 * super::UNIT)]
    TooMuch { year: u64 },
    #[error(transparent)]
    Write(#[from] FileError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("{0}")]
    Report(String),
}

impl BatchError {
    pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| BatchError::File { path: path.to_path_buf(), source }
    }

    pub(super) fn stored(path: &Path, reason: impl std::fmt::Display) -> Self {
        BatchError::Stored { path: path.to_path_buf(), reason: reason.to_string() }
    }
}
