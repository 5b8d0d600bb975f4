//! Which laws do data speak for, and how strongly?

#![allow(clippy::neg_cmp_op_on_partial_ord, reason = "checks are written so that NaN fails")]

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

pub use fitter::Intervals;
pub use observations::{Bound, Censored, Columns, ObservationError, Observations, Window};
pub use single::Ends;
