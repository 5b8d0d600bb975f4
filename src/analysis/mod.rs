//! What do a run's tallies say, and what follows from them?

mod measure;

pub use measure::{Figure, Measure, MeasureError, Precision, Statistic, StopRule};
