//! What are the Pareto (Lomax) and the generalised Pareto laws?

use super::weibull::{hazard, of_hazard};
use super::{Family, Kind};
use crate::distributions::error::{LawError, finite, positive};
use crate::distributions::moments::{Moments, TailIndices};
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, exp_m1, ln_1p};

/// Pareto law from 0 (Lomax) of `shape` a > 0 and `scale` s > 0: survival `(1 + x/s)^-a` on [0, infinity).
///
/// Mean `s/(a-1)` for a > 1; the moment of order k is finite for k < a.
#[derive(Debug)]
pub(in crate::distributions) struct Pareto {
    shape: f64,
    scale: f64,
}

impl Pareto {
    pub(in crate::distributions) fn new(shape: f64, scale: f64) -> Result<Self, LawError> {
        Ok(Self { shape: positive("shape", shape)?, scale: positive("scale", scale)? })
    }
}

impl Family for Pareto {
    fn kind(&self) -> Kind<'_> {
        Kind::Pareto { shape: self.shape, scale: self.scale }
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= 0.0 { Probability::lower(0.0) } else { of_hazard(self.shape * ln_1p(x / self.scale)) }
    }

    fn quantile(&self, p: Probability) -> f64 {
        self.scale * exp_m1(hazard(p) / self.shape)
    }

    fn density(&self, x: f64) -> f64 {
        if x < 0.0 { 0.0 } else { self.shape / self.scale * exp(-(self.shape + 1.0) * ln_1p(x / self.scale)) }
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn tail_indices(&self) -> TailIndices {
        (f64::INFINITY, self.shape)
    }

    fn moments(&self) -> Option<Moments> {
        Some(power_tail_moments(1.0 / self.shape).rescaled(0.0, self.scale / self.shape))
    }
}

/// Generalised Pareto law of `threshold`, `scale` s > 0 and `shape` k: survival `(1 + k (x - threshold)/s)^(-1/k)`
/// above the threshold; exponential for k = 0, bounded by `threshold - s/k` for k < 0.
///
/// Pickands 1975, doi:10.1214/aos/1176343003. The moment of order r is finite for k < 1/r.
#[derive(Debug)]
pub(in crate::distributions) struct GeneralisedPareto {
    threshold: f64,
    scale: f64,
    shape: f64,
}

impl GeneralisedPareto {
    pub(in crate::distributions) fn new(threshold: f64, scale: f64, shape: f64) -> Result<Self, LawError> {
        let (threshold, scale) = (finite("threshold", threshold)?, positive("scale", scale)?);
        Ok(Self { threshold, scale, shape: finite("shape", shape)? })
    }

    /// Hazard accumulated at `z = (x - threshold)/scale`: `ln(1 + shape z)/shape`.
    fn hazard_at(&self, z: f64) -> f64 {
        if self.shape == 0.0 {
            return z;
        }
        let stretch = self.shape * z;
        if stretch <= -1.0 { f64::INFINITY } else { ln_1p(stretch) / self.shape }
    }
}

/// `(exp(shape * hazard) - 1)/shape`: where the standard generalised Pareto law has accumulated a hazard.
pub(in crate::distributions) fn power_quantile(shape: f64, hazard: f64) -> f64 {
    if shape == 0.0 { hazard } else { exp_m1(shape * hazard) / shape }
}

impl Family for GeneralisedPareto {
    fn kind(&self) -> Kind<'_> {
        Kind::Gpd { threshold: self.threshold, scale: self.scale, shape: self.shape }
    }

    fn cdf(&self, x: f64) -> Probability {
        let z = (x - self.threshold) / self.scale;
        if z <= 0.0 { Probability::lower(0.0) } else { of_hazard(self.hazard_at(z)) }
    }

    fn quantile(&self, p: Probability) -> f64 {
        let x = self.threshold + self.scale * power_quantile(self.shape, hazard(p));
        x.min(self.support().1)
    }

    fn density(&self, x: f64) -> f64 {
        let z = (x - self.threshold) / self.scale;
        if z < 0.0 || (self.shape < 0.0 && x > self.support().1) {
            return 0.0;
        }
        exp(-(1.0 + self.shape) * self.hazard_at(z)) / self.scale
    }

    fn support(&self) -> (f64, f64) {
        let end = if self.shape < 0.0 { self.threshold - self.scale / self.shape } else { f64::INFINITY };
        (self.threshold, end)
    }

    fn tail_indices(&self) -> TailIndices {
        (f64::INFINITY, if self.shape > 0.0 { 1.0 / self.shape } else { f64::INFINITY })
    }

    fn moments(&self) -> Option<Moments> {
        Some(power_tail_moments(self.shape).rescaled(self.threshold, self.scale))
    }
}

/// Moments of the generalised Pareto law of threshold 0 and scale 1.
fn power_tail_moments(k: f64) -> Moments {
    let mut moments = Moments { mean: f64::INFINITY, variance: f64::INFINITY, third: f64::NAN, fourth: f64::NAN };
    if k < 1.0 {
        moments.mean = 1.0 / (1.0 - k);
    }
    if k < 0.5 {
        moments.variance = moments.mean * moments.mean / (1.0 - 2.0 * k);
        (moments.third, moments.fourth) = (f64::INFINITY, f64::INFINITY);
    }
    if k < 1.0 / 3.0 {
        moments.third = 2.0 * (1.0 + k) * moments.mean * moments.variance / (1.0 - 3.0 * k);
    }
    if k < 0.25 {
        let kurtosis = 3.0 * (1.0 - 2.0 * k) * (2.0 * k * k + k + 3.0) / ((1.0 - 3.0 * k) * (1.0 - 4.0 * k));
        moments.fourth = kurtosis * moments.variance * moments.variance;
    }
    moments
}
