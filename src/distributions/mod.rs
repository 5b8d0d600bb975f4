//! Which laws can a driver follow, and how are they drawn?

/// Stands in until the laws arrive.
#[derive(Debug, Clone)]
pub struct Law;
