//! How do drivers move together?

mod copula;

pub use copula::{Copula, cholesky, normal_correlation};
