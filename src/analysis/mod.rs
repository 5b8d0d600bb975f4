//! What do a run's tallies say, and what follows from them?

mod achieved;
mod appetite;
mod case_run;
mod cautions;
mod density;
mod drivers_behind;
mod inputs;
mod law_tails;
mod measure;
mod profile;
mod reverse;
mod sample;
mod sensitivity;
mod split;
mod stories;
mod stress;
mod summary;
mod twin_scores;
mod uncertainty;
mod worth;
mod year_table;

pub use achieved::{AchievedCorrelation, achieved_correlations};
pub use case_run::{Profiling, Settings, outcome_of, run_case};
pub use law_tails::LawTails;
pub use measure::{Figure, Measure, MeasureError, Precision, Statistic, StopRule};
pub use reverse::{Beyond, ReverseError, reverse_definitions, reverse_stress};
pub use sample::Sample;
pub use sensitivity::{SensitivityQuestion, Shares, sensitivity};
pub use stories::{Pick, Ranking, SCANNED_BY_A_RUN, StoryError, Storyteller, place_of_period, run_stories};
pub use stress::{StressBase, stress_test};
pub use summary::{Figures, summarise, totals};
pub use twin_scores::Twin;
pub use uncertainty::{UncertaintyError, uncertainty};
pub use worth::{WorthError, worth};
pub use year_table::{all_years, worst_years};
