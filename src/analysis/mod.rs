//! What do a run's tallies say, and what follows from them?

mod case_run;
mod cautions;
mod measure;
mod summary;
mod year_table;

pub use case_run::{Settings, run_case};
pub use measure::{Figure, Measure, MeasureError, Precision, Statistic, StopRule};
pub use summary::{Figures, summarise};
pub use year_table::{all_years, worst_years};
