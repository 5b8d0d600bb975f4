//! Which count belongs to a uniform, exactly and monotonically in its mean?
//!
//! Generalised inverses: the smallest count whose cdf reaches the probability. They are exact in the sense that they
//! agree with this crate's own incomplete gamma and beta functions, whose tails are relatively precise to 1e-12:
//! small laws are summed from zero, large ones take an expansion with a bounded error, and whenever the answer lies
//! within the bound of a step the cdf itself decides.
//!
//! A negative binomial needs no inverse of its own: mix the mean of the Poisson law by a gamma law.

mod binomial;
mod expansion;
mod packs;
mod poisson;
mod search;
mod standing;

pub use binomial::binomial_quantile;
pub use packs::{Normals, NormalsOf, binomial_draw, binomial_on, poisson_draw, poisson_on};
pub use poisson::poisson_quantile;
pub use standing::{binomial_standing, negative_binomial_standing, poisson_standing};

#[cfg(test)]
mod tests;
