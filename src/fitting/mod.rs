//! Which laws do data speak for, and how strongly?

#![allow(clippy::neg_cmp_op_on_partial_ord, reason = "checks are written so that NaN fails")]

mod candidate;
mod ends;
mod families;
mod fitter;
mod jet;
mod linear;
mod observations;
mod optimum;
mod profile;
mod sample;
mod scale;
mod single;
mod triangular;
mod uniform;

pub use candidate::{AMOUNT_FAMILIES, Fitted, fit_family};
pub use fitter::Intervals;
pub use observations::{Bound, Censored, Columns, ObservationError, Observations, Window};
pub use single::Ends;
