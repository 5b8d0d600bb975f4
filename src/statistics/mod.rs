//! Which figures sum up billions of years, how sure is each, and how do they stream and merge?

mod estimate;
mod grid;
mod level;
mod moments;
mod reducer;
mod sketch;
mod tail_sums;
#[cfg(test)]
mod testing;
mod worst;

pub use estimate::Estimate;
pub use grid::Grid;
pub use level::{Level, LevelError};
pub use moments::{Moments, Moments2};
pub use reducer::{Merge, Reducer};
pub use sketch::{Cell, Edge, Ranked, Sketch};
pub use tail_sums::{TailPlan, TailSums};
pub use worst::{Extreme, Worst};
