//! Which special functions do the laws rest on, and how exact are they?
//!
//! All of them are pure Rust and give the same bits on every machine. A cdf is computed on the side of the nearer
//! tail, as a product of the density and a factor of order one, so that it keeps its relative precision down to the
//! smallest numbers; a quantile inverts the logarithm of that tail. The densities are in the saddle-point form of
//! Loader (2000), which has no cancellation for large shapes.
//!
//! | function | relative error measured against 40-digit references |
//! |---|---|
//! | normal | cdf 1e-15, quantile 1e-15, tails to 1e-300 |
//! | gamma | tails 1e-12 for shapes 0.01 to 1e7, quantile 1e-12 |
//! | beta | tails 1e-12 for shapes 0.05 to 1e6, quantile 1e-12 |
//! | Student's t | tails 1e-12 for dof from 0.5, quantile 1e-12 |

mod beta;
mod gamma;
mod normal;
mod pieces;
mod student_t;

pub use beta::{beta_cdf, beta_pdf, beta_quantile, ln_beta};
pub use gamma::{gamma_cdf, gamma_pdf, gamma_quantile};
pub use normal::{normal_cdf, normal_pdf, normal_quantile};
pub use pieces::{ln_choose, ln_factorial, ln_gamma, stirling_error};
pub use student_t::{student_t_cdf, student_t_pdf, student_t_quantile};

#[cfg(test)]
mod tests;
