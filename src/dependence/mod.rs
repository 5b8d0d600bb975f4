//! How do drivers move together?

mod copula;
pub mod nearest;

pub use copula::{Copula, cholesky, normal_correlation};
