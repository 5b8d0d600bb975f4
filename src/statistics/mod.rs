//! Which figures sum up billions of years, how sure is each, and how do they stream and merge?

mod estimate;
mod level;

pub use estimate::Estimate;
pub use level::{Level, LevelError};
