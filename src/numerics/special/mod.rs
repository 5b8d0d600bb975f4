//! Which special functions do the laws rest on, and how exact are they?
//!
//! All of them are pure Rust and give the same bits on every machine. A cdf is computed on the side of the nearer
//! tail, as a product of the density and a factor of order one, so that it keeps its relative precision down to the
//! smallest numbers; a quantile inverts the logarithm of that tail. The densities are in the saddle-point form of
//! Loader (2000), which has no cancellation for large shapes.
//!
//! Relative errors, measured against about 770 references of 40 digits or more, of which the tests keep a part:
//!
//! | law | tail | quantile | range |
//! |---|---|---|---|
//! | normal | 1e-14 within 9 deviations, else 1e-13 | 4e-16 | tails to 1e-300 |
//! | gamma | 2e-13 | 1e-13 | shape 0.01 to 1e7, tails to 1e-284 |
//! | beta | 2e-13 | 1e-13 | shapes 0.05 to 1e6, tails to 1e-263 |
//! | Student's t | 1e-13 | 1e-13, or 3e-16 absolute near 0 | 0.5 to 1e8 degrees of freedom |
//!
//! What is promised is 1e-12, and 1e-15 for the normal quantile.

mod beta;
mod gamma;
mod normal;
mod pieces;
mod polygamma;
mod student_t;

pub use beta::{beta_cdf, beta_pdf, beta_quantile, ln_beta};
pub use gamma::{gamma_cdf, gamma_pdf, gamma_quantile};
pub use normal::{normal_cdf, normal_pdf, normal_quantile, scaled_erfc};
pub use pieces::{ln_choose, ln_factorial, ln_gamma, stirling_error};
pub use polygamma::{digamma, trigamma};
pub use student_t::{student_t_cdf, student_t_pdf, student_t_quantile};

#[cfg(test)]
mod tests;
