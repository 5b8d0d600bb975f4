//! Which figures sum up billions of years, how sure is each, and how do they stream and merge?

mod estimate;
mod exceedance;
mod grid;
mod intervals;
mod level;
mod moments;
mod order;
mod reducer;
mod sketch;
mod tail;
mod tail_fit;
mod tail_sums;
#[cfg(test)]
mod testing;
mod worst;

pub use estimate::{Estimate, Judged, Withheld};
pub use exceedance::{CurvePoint, exceedance_curve};
pub use grid::Grid;
pub use intervals::{mean_estimate, plain_mean_estimate, proportion, sd_estimate};
pub use level::{Level, LevelError};
pub use moments::{Moments, Moments2};
pub use order::{OrderStatistics, RankInterval};
pub use reducer::{Merge, Reducer};
pub use sketch::{Cell, Edge, Ranked, Sketch};
pub use tail::{TailMeasures, TailYears, tail_measures, var_estimate};
pub use tail_fit::{TailFit, Tails};
pub use tail_sums::{TailPlan, TailSums};
pub use worst::{Extreme, Worst};
