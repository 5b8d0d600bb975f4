//! What are the exponential and the Weibull laws?

use super::{Family, Kind};
use crate::distributions::error::{LawError, positive};
use crate::distributions::moments::Moments;
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, exp_m1, ln, ln_1p, pow};
use crate::numerics::special::ln_gamma;

/// Exponential law of `mean` > 0: survival `exp(-x/mean)` on [0, infinity).
#[derive(Debug)]
pub(in crate::distributions) struct Exponential {
    mean: f64,
}

impl Exponential {
    pub(in crate::distributions) fn new(mean: f64) -> Result<Self, LawError> {
        Ok(Self { mean: positive("mean", mean)? })
    }
}

/// The probability below an accumulated hazard: `1 - exp(-hazard)`, precise in both tails.
pub(super) fn of_hazard(hazard: f64) -> Probability {
    if hazard <= 0.0 {
        Probability::lower(0.0)
    } else if hazard < std::f64::consts::LN_2 {
        Probability::lower(-exp_m1(-hazard))
    } else {
        Probability::upper(exp(-hazard))
    }
}

/// The hazard accumulated at a probability: `-ln(1 - p)`.
pub(super) fn hazard(p: Probability) -> f64 {
    if p.is_upper() { -ln(p.tail()) } else { -ln_1p(-p.tail()) }
}

impl Family for Exponential {
    fn kind(&self) -> Kind<'_> {
        Kind::Exponential { mean: self.mean }
    }

    fn cdf(&self, x: f64) -> Probability {
        of_hazard(x / self.mean)
    }

    fn quantile(&self, p: Probability) -> f64 {
        self.mean * hazard(p)
    }

    fn density(&self, x: f64) -> f64 {
        if x < 0.0 { 0.0 } else { exp(-x / self.mean) / self.mean }
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn moments(&self) -> Option<Moments> {
        Some(Moments::from_shape(self.mean, self.mean * self.mean, 2.0, 6.0))
    }
}

/// Weibull law of `shape` k > 0 and `scale` s > 0: survival `exp(-(x/s)^k)` on [0, infinity).
///
/// Moments `s^r Gamma(1 + r/k)` while their differences do not cancel (k up to 8), by quadrature beyond.
#[derive(Debug)]
pub(in crate::distributions) struct Weibull {
    shape: f64,
    scale: f64,
}

impl Weibull {
    pub(in crate::distributions) fn new(shape: f64, scale: f64) -> Result<Self, LawError> {
        Ok(Self { shape: positive("shape", shape)?, scale: positive("scale", scale)? })
    }
}

impl Family for Weibull {
    fn kind(&self) -> Kind<'_> {
        Kind::Weibull { shape: self.shape, scale: self.scale }
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= 0.0 { Probability::lower(0.0) } else { of_hazard(pow(x / self.scale, self.shape)) }
    }

    fn quantile(&self, p: Probability) -> f64 {
        self.scale * pow(hazard(p), 1.0 / self.shape)
    }

    fn density(&self, x: f64) -> f64 {
        if x < 0.0 || x == f64::INFINITY {
            return 0.0;
        }
        let z = x / self.scale;
        self.shape / self.scale * pow(z, self.shape - 1.0) * exp(-pow(z, self.shape))
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn moments(&self) -> Option<Moments> {
        if self.shape > 8.0 {
            return None;
        }
        let raw = |order: f64| exp(ln_gamma(1.0 + order / self.shape));
        let (one, two, three, four) = (raw(1.0), raw(2.0), raw(3.0), raw(4.0));
        let standard = Moments {
            mean: one,
            variance: two - one * one,
            third: three - 3.0 * one * two + 2.0 * one * one * one,
            fourth: four - 4.0 * one * three + 6.0 * one * one * two - 3.0 * one * one * one * one,
        };
        Some(standard.rescaled(0.0, self.scale))
    }
}
