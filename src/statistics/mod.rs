//! Which figures sum up billions of years, how sure is each, and how do they stream and merge?

mod estimate;
mod exceedance;
mod grid;
pub mod influence;
mod intervals;
mod jumps;
mod keys;
mod kolmogorov;
mod level;
mod moments;
mod order;
mod pages;
mod power_sums;
mod ranked;
mod reducer;
mod scores;
mod sketch;
mod tail;
mod tail_cells;
mod tail_fit;
mod tail_plan;
mod tail_sums;
#[cfg(test)]
mod testing;
mod worst;

pub use estimate::{Estimate, Judged, Withheld};
pub use exceedance::{CurvePoint, exceedance_curve};
pub use grid::Grid;
pub use intervals::Z as NORMAL_95;
pub use intervals::{mean_estimate, proportion, sd_estimate, shared_proportion};
pub use jumps::{FarTail, Jumps, Loss, Losses, Rest};
pub use kolmogorov::{kolmogorov_distance, kolmogorov_p_value};
pub use level::{Level, LevelError};
pub use moments::{Moments, Moments3, MomentsTo};
pub use order::{OrderStatistics, RankInterval};
pub use power_sums::PowerSums;
pub use ranked::{Cell, Edge, Ranked};
pub use reducer::{Merge, Reducer};
pub use scores::{mean_score, variance_score};
pub use sketch::Sketch;
pub use tail::{TailMeasures, TailYears, tail_measures, var_estimate};
pub use tail_fit::{Correction, Corrections, TailFit, Tails};
pub use tail_plan::TailPlan;
pub use tail_sums::{TailSums, TailWork};
pub use worst::{Extreme, Worst};
