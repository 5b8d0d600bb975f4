//! Which figures sum up billions of years, how sure is each, and how do they stream and merge?

mod level;

pub use level::{Level, LevelError};
