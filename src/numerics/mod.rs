//! Which elementary and special functions, probabilities and tolerances does everything else rest on?

pub mod bracket;
pub mod elementary;
pub mod parallel;
mod probability;
pub mod simd;
pub mod special;

pub use probability::Probability;
