//! What must a function do so that the influence of its factors can be measured?

use std::ops::Range;

/// A function of random factors that can be evaluated in two worlds at once: some factors as they are in the first, the others as
/// they are in the second, which has the same law and is drawn apart.
///
/// Factors that depend on each other are drawn in the second world *given* those of them that stay in the first, so that the outcome
/// has the same law whatever comes from where.
pub trait Experiment: Sync {
    fn factors(&self) -> usize;

    /// The outcome of each of these years, factor `i` from the second world where `second[i]`.
    fn outcomes(&self, second: &[bool], years: Range<u64>) -> Vec<f64>;
}
