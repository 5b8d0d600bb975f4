//! How do drivers move together?

mod conditional;
mod copula;
pub mod nearest;

pub use conditional::Conditional;
pub use copula::{Copula, cholesky, normal_correlation};
