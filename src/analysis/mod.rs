//! What do a run's tallies say, and what follows from them?

mod case_run;
mod cautions;
mod measure;
mod summary;

pub use case_run::{Settings, run_case};
pub use measure::{Figure, Measure, MeasureError, Precision, Statistic, StopRule};
pub use summary::{Figures, summarise};
