//! What is the lognormal law?

use super::{Family, Kind};
use crate::distributions::error::{LawError, finite, positive, spread};
use crate::distributions::moments::Moments;
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, exp_m1, ln, ln_1p};
use crate::numerics::special::{normal_cdf, normal_pdf, normal_quantile};

/// Lognormal law: `ln X` is normal of mean `mu` and standard deviation `sigma` > 0; support (0, infinity).
///
/// Mean `exp(mu + sigma^2/2)`, median `exp(mu)`; all moments are finite.
#[derive(Debug)]
pub(in crate::distributions) struct Lognormal {
    mu: f64,
    sigma: f64,
}

impl Lognormal {
    pub(in crate::distributions) fn new(mu: f64, sigma: f64) -> Result<Self, LawError> {
        Ok(Self { mu: finite("mu", mu)?, sigma: spread("sigma", sigma)? })
    }

    pub(in crate::distributions) fn from_median(median: f64, sigma: f64) -> Result<Self, LawError> {
        Self::new(ln(positive("median", median)?), sigma)
    }

    pub(in crate::distributions) fn from_mean(mean: f64, sd: f64) -> Result<Self, LawError> {
        let ratio = spread("sd", sd)? / positive("mean", mean)?;
        let variance = ln_1p(ratio * ratio);
        Self::new(ln(mean) - 0.5 * variance, variance.sqrt())
    }

    fn standard(&self, x: f64) -> f64 {
        (ln(x) - self.mu) / self.sigma
    }
}

impl Family for Lognormal {
    fn kind(&self) -> Kind<'_> {
        Kind::Lognormal { mu: self.mu, sigma: self.sigma }
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= 0.0 { Probability::lower(0.0) } else { normal_cdf(self.standard(x)) }
    }

    fn quantile(&self, p: Probability) -> f64 {
        if p.tail() == 0.0 {
            return if p.is_upper() { f64::INFINITY } else { 0.0 };
        }
        exp(self.mu + self.sigma * normal_quantile(p))
    }

    fn density(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { normal_pdf(self.standard(x)) / (self.sigma * x) }
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn moments(&self) -> Option<Moments> {
        let variance = self.sigma * self.sigma;
        let mean = exp(self.mu + 0.5 * variance);
        let excess = exp_m1(variance);
        let w = 1.0 + excess;
        let kurtosis = w * w * w * w + 2.0 * w * w * w + 3.0 * w * w - 6.0;
        Some(Moments::from_shape(mean, mean * mean * excess, (w + 2.0) * excess.sqrt(), kurtosis))
    }
}
