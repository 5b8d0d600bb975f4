//! How does a result reach its readers: charts, a summary in the terminal, files?
//!
//! Reads [`Outcome`](crate::outcome::Outcome) alone, so that a stored result can be rendered again without simulating.

pub mod charts;
pub mod findings;
pub mod format;

#[cfg(test)]
mod fixtures;
