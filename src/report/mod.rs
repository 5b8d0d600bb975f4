//! How does a result reach its readers: charts, a summary in the terminal, files?
//!
//! Reads [`Outcome`](crate::outcome::Outcome) alone, so that a stored result can be rendered again without simulating.

pub mod charts;
pub mod files;
pub mod findings;
pub mod format;
pub mod parquet;
pub mod summary;

#[cfg(test)]
mod fixtures;
