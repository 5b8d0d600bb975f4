//! Which sums stay in the family of their amounts?

use super::table::{Fineness, QuantileTable};
use crate::distributions::{Kind, Law};
use crate::numerics::Probability;
use crate::numerics::elementary::ln;
use crate::numerics::special::{gamma_quantile, normal_cdf, normal_quantile};

/// A positive family that is closed under convolution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Closed {
    /// `Gamma(n shape, scale)`.
    Gamma { shape: f64, scale: f64 },
    /// `InverseGaussian(n mean, n^2 shape)`.
    InverseGaussian { mean: f64, shape: f64 },
}

/// Spacing and reach of the knots in the normal quantile of the probability: 2^-27 is at 5.67.
const SPACING: f64 = 0.15;
const KNOTS_A_SIDE: i32 = 41;

impl Closed {
    pub fn of(amount: &Law) -> Option<Self> {
        match amount.kind() {
            Kind::Gamma { shape, scale } => Some(Self::Gamma { shape, scale }),
            Kind::Exponential { mean } => Some(Self::Gamma { shape: 1.0, scale: mean }),
            Kind::InverseGaussian { mean, shape } => Some(Self::InverseGaussian { mean, shape }),
            _ => None,
        }
    }

    /// The exact quantile of the sum of `n` amounts.
    pub fn quantile(self, n: f64, p: Probability) -> f64 {
        match self {
            Self::Gamma { shape, scale } => scale * gamma_quantile(n * shape, p),
            Self::InverseGaussian { mean, shape } => {
                Law::from_parameters("inverse_gaussian", &[("mean", n * mean), ("shape", n * n * shape)])
                    .map_or(f64::NAN, |law| law.quantile(p))
            }
        }
    }

    /// Log-quantiles as a table: exact at knots equally spaced in the normal quantile, in which the logarithm is nearly
    /// a straight line; six-point interpolation in between.
    pub fn table(self, n: f64, fineness: Fineness) -> QuantileTable {
        let knots: Vec<f64> =
            (-KNOTS_A_SIDE..=KNOTS_A_SIDE).map(|i| ln(self.quantile(n, normal_cdf(SPACING * f64::from(i))))).collect();
        let at = |p: Probability| {
            let place = normal_quantile(p) / SPACING + f64::from(KNOTS_A_SIDE);
            let first = (place.floor() as usize - 2).min(knots.len() - 6);
            let x = place - first as f64;
            (0..6)
                .map(|i| {
                    let others = (0..6).filter(|j| *j != i);
                    knots[first + i] * others.map(|j| (x - j as f64) / (i as f64 - j as f64)).product::<f64>()
                })
                .sum::<f64>()
        };
        let tails = QuantileTable::tails(fineness);
        let lower: Vec<f64> = tails.clone().map(|tail| at(Probability::lower(tail))).collect();
        let upper: Vec<f64> = tails.map(|tail| at(Probability::upper(tail))).collect();
        QuantileTable::new(fineness, &lower, &upper)
    }
}
