//! Which laws do data speak for, and how strongly?

#![allow(clippy::neg_cmp_op_on_partial_ord, reason = "checks are written so that NaN fails")]

mod amounts;
mod bootstrap;
mod calendar;
mod candidate;
mod charts;
mod counts;
mod credibility;
mod ends;
mod families;
mod fitter;
mod fragment;
mod goodness;
mod jet;
mod linear;
mod mixture;
mod observations;
mod optimum;
mod periods;
mod profile;
mod request;
mod sample;
mod scale;
mod single;
mod splice;
mod tail_note;
mod thresholds;
mod triangular;
mod uniform;

pub use amounts::{fit_amounts, visible_law};
pub use calendar::{Calendar, CountedRows};
pub use candidate::{AMOUNT_FAMILIES, Fitted, fit_family};
pub use counts::{COUNT_FAMILIES, CountError, Counts, FittedCounts, fit_counts};
pub use credibility::{CredibilityError, Experience, Prior, blend};
pub use fitter::Intervals;
pub use mixture::MIXTURE_FAMILIES;
pub use observations::{Bound, Censored, Columns, ObservationError, Observations, Window};
pub use periods::fit_periods;
pub use request::{Criterion, DataSource, Request, Scope};
pub use single::Ends;
pub use splice::SPLICE_BODIES;
