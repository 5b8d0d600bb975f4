//! Which laws can a driver follow, and how are they drawn?

pub mod counts;

/// Stands in until the laws arrive.
#[derive(Debug, Clone)]
pub struct Law;
