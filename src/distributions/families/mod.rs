//! What must a family of laws know about itself?

mod beta;
mod bounded;
mod gamma;
mod inverse_gaussian;
mod lognormal;
mod metalog;
mod mixture;
mod moved;
mod normal;
mod pareto;
mod point;
mod splice;
mod steps;
mod student_t;
mod truncated;
mod weibull;

use std::fmt::Debug;

pub use metalog::Metalog;

pub(super) use beta::{Beta, Pert};
pub(super) use bounded::{Triangular, Uniform};
pub(super) use gamma::Gamma;
pub(super) use inverse_gaussian::InverseGaussian;
pub(super) use lognormal::Lognormal;
pub(super) use mixture::Mixture;
pub(super) use moved::{Moved, in_family as moved_in_family};
pub(super) use normal::Normal;
pub(super) use pareto::{GeneralisedPareto, Pareto, power_quantile};
pub(super) use point::Point;
pub(super) use splice::Splice;
pub(super) use steps::Steps;
pub(super) use student_t::StudentT;
pub(super) use truncated::Truncated;
pub(super) use weibull::{Exponential, Weibull};

use super::Law;
use super::moments::{Moments, TailIndices};
use crate::numerics::Probability;

/// A law seen by family, with its canonical parameters.
#[derive(Debug, Clone, Copy)]
pub enum Kind<'a> {
    Point {
        value: f64,
    },
    Normal {
        mean: f64,
        sd: f64,
    },
    Lognormal {
        mu: f64,
        sigma: f64,
    },
    Gamma {
        shape: f64,
        scale: f64,
    },
    Beta {
        alpha: f64,
        beta: f64,
        min: f64,
        max: f64,
    },
    Uniform {
        min: f64,
        max: f64,
    },
    Triangular {
        min: f64,
        mode: f64,
        max: f64,
    },
    /// A beta law of `alpha` and `beta` on [min, max].
    Pert {
        min: f64,
        mode: f64,
        max: f64,
        lambda: f64,
        alpha: f64,
        beta: f64,
    },
    Exponential {
        mean: f64,
    },
    Weibull {
        shape: f64,
        scale: f64,
    },
    InverseGaussian {
        mean: f64,
        shape: f64,
    },
    StudentT {
        location: f64,
        scale: f64,
        dof: f64,
    },
    /// Lomax: from 0, survival `(1 + x/scale)^-shape`.
    Pareto {
        shape: f64,
        scale: f64,
    },
    Gpd {
        threshold: f64,
        scale: f64,
        shape: f64,
    },
    Metalog(&'a Metalog),
    /// Equal weights on these values, ascending.
    Empirical(&'a [f64]),
    /// Distinct ascending values and their weights, which sum to 1.
    Discrete {
        values: &'a [f64],
        weights: &'a [f64],
    },
    /// Weights sum to 1.
    Mixture(&'a [(f64, Law)]),
    /// `body` conditioned to at most `threshold`, `tail` to above it, which has probability `tail_weight`.
    Splice {
        body: &'a Law,
        tail: &'a Law,
        threshold: f64,
        tail_weight: f64,
    },
    /// `law` conditioned to [low, high].
    Truncated {
        law: &'a Law,
        low: f64,
        high: f64,
    },
    /// `shift + scale X`, X following `law`.
    Moved {
        law: &'a Law,
        shift: f64,
        scale: f64,
    },
}

/// The seam between a family and everything that works for all of them.
pub(super) trait Family: Debug + Send + Sync {
    fn kind(&self) -> Kind<'_>;

    /// `P(X <= x)`, precise in both tails.
    fn cdf(&self, x: f64) -> Probability;

    /// `P(X < x)`; differs from the cdf at atoms only.
    fn below(&self, x: f64) -> Probability {
        self.cdf(x)
    }

    /// The smallest x with `cdf(x) >= p`.
    fn quantile(&self, p: Probability) -> f64;

    /// The same for a table, to some 1e-11 of the law's scale, near a guess; overridden where that is much faster.
    fn quantile_near(&self, p: Probability, _guess: f64) -> f64 {
        self.quantile(p)
    }

    /// Density of the continuous part.
    fn density(&self, x: f64) -> f64;

    fn support(&self) -> (f64, f64);

    fn tail_indices(&self) -> TailIndices {
        (f64::INFINITY, f64::INFINITY)
    }

    fn atoms(&self) -> Vec<(f64, f64)> {
        Vec::new()
    }

    /// Where the quantile function is not smooth: atoms, kinks, both ends of gaps.
    fn breaks(&self) -> Vec<f64> {
        Vec::new()
    }

    /// Disjoint or overlapping parts the law is a weighted sum of, where it is one.
    fn parts(&self) -> Vec<(f64, Law)> {
        Vec::new()
    }

    /// Closed form or exact composition; `None` asks for quadrature.
    fn moments(&self) -> Option<Moments>;
}
