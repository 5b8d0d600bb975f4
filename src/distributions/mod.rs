//! Which laws can a driver follow, and how are they evaluated and drawn?
//!
//! A [`Law`] is exact and slow (up to some microseconds a quantile); a [`Sampler`] is the same law compiled to a table
//! for the hot loop.

#![allow(clippy::neg_cmp_op_on_partial_ord, reason = "checks are written so that NaN fails")]

pub mod counts;
mod elicit;
mod error;
mod families;
mod invert;
mod law;
mod moments;
mod parameters;
mod pieces;
mod sampler;
mod span;
mod spec;
pub mod sums;
mod written;

#[cfg(test)]
pub(crate) mod tests;

pub use error::{LawError, LawProblem};
pub use families::{Kind, Metalog};
pub use law::Law;
pub use moments::Moments;
pub use sampler::{Sampler, standard_normal};
pub use spec::{FAMILIES, FamilySpec, Form, OptionalParameter};
