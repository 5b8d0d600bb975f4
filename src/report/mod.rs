//! How does a result reach its readers: charts, a summary in the terminal, files?
//!
//! Reads [`Outcome`](crate::outcome::Outcome) alone, so that a stored result can be rendered again without simulating.

// Logarithms and powers here place marks on a page; no figure of a result is computed from them.
#![allow(clippy::disallowed_methods)]

pub mod biography;
pub mod book;
pub mod breakeven;
pub mod charts;
pub mod comparison;
mod csv;
pub mod dependence;
pub mod document;
pub mod elicitation;
pub mod files;
pub mod findings;
pub mod fit;
pub mod format;
mod influence;
mod layout;
mod method_words;
pub mod page;
pub mod parquet;
pub mod profile;
mod register;
pub mod sensitivity;
pub mod story;
pub mod story_words;
pub mod stress;
pub mod summary;
pub mod tables;
pub mod twin;
pub mod uncertainty;
pub mod verification;
pub mod worth;

#[cfg(test)]
mod doubt_fixtures;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod influence_fixtures;
#[cfg(test)]
mod story_tests;
