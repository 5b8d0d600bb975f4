//! How much of what a figure does is each input's doing, and what would knowing an input be worth?
//!
//! Plain columns go in, a value a year; estimates with 95% intervals come out. Sampling error alone: how the columns came about is
//! the caller's affair.

mod basis;
mod experiment;
mod knowledge;
mod linear;
mod pick_freeze;
mod rank_regression;
mod ratio;
mod shapley;
mod tail_profile;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use basis::{CELLS, cells_of};
pub use experiment::Experiment;
pub use knowledge::{FOLDS, Knowledge, Learned, OfDriver, SHOWN, Stretch};
pub use pick_freeze::{PickFreeze, VarianceShares};
pub use rank_regression::{RankRegression, rank_regression};
pub use shapley::{ShapleyEffects, ShapleyPlan, shapley_effects};
pub use tail_profile::{TailPercentiles, lift, tail_percentiles, worst_places};
