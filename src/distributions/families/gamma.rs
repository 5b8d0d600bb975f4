//! What is the gamma law?

use super::{Family, Kind};
use crate::distributions::error::{LawError, positive, spread};
use crate::distributions::invert::{Polish, invert};
use crate::distributions::moments::Moments;
use crate::numerics::Probability;
use crate::numerics::special::{gamma_cdf, gamma_pdf, gamma_quantile};

/// Gamma law of `shape` a > 0 and `scale` s > 0; support (0, infinity).
///
/// Density `x^(a-1) exp(-x/s) / (Gamma(a) s^a)`, mean `a s`, variance `a s^2`; as exact as `special::gamma_cdf`.
#[derive(Debug)]
pub(in crate::distributions) struct Gamma {
    shape: f64,
    scale: f64,
}

impl Gamma {
    pub(in crate::distributions) fn new(shape: f64, scale: f64) -> Result<Self, LawError> {
        Ok(Self { shape: positive("shape", shape)?, scale: positive("scale", scale)? })
    }

    pub(in crate::distributions) fn from_mean(mean: f64, sd: f64) -> Result<Self, LawError> {
        let ratio = positive("mean", mean)? / spread("sd", sd)?;
        Self::new(ratio * ratio, sd / ratio)
    }
}

impl Family for Gamma {
    fn kind(&self) -> Kind<'_> {
        Kind::Gamma { shape: self.shape, scale: self.scale }
    }

    fn cdf(&self, x: f64) -> Probability {
        match x {
            _ if x <= 0.0 => Probability::lower(0.0),
            f64::INFINITY => Probability::upper(0.0),
            _ => gamma_cdf(self.shape, x / self.scale),
        }
    }

    fn quantile(&self, p: Probability) -> f64 {
        if p.tail() == 0.0 {
            return if p.is_upper() { f64::INFINITY } else { 0.0 };
        }
        self.scale * gamma_quantile(self.shape, p)
    }

    fn quantile_near(&self, p: Probability, guess: f64) -> f64 {
        if p.tail() == 0.0 || !(guess > 0.0) {
            return self.quantile(p);
        }
        invert(p, (0.0, f64::INFINITY), guess, Polish::Table, |x| self.cdf(x), |x| self.density(x))
    }

    fn density(&self, x: f64) -> f64 {
        gamma_pdf(self.shape, x / self.scale) / self.scale
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn moments(&self) -> Option<Moments> {
        let variance = self.shape * self.scale * self.scale;
        Some(Moments::from_shape(self.shape * self.scale, variance, 2.0 / self.shape.sqrt(), 6.0 / self.shape))
    }
}
