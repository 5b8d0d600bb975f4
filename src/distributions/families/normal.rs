//! What is the normal law?

use super::{Family, Kind};
use crate::distributions::error::{LawError, finite, spread};
use crate::distributions::moments::Moments;
use crate::numerics::Probability;
use crate::numerics::special::{normal_cdf, normal_pdf, normal_quantile};

/// Normal law of `mean` and standard deviation `sd` > 0 on the real line.
///
/// Density `exp(-z^2/2) / (sd sqrt(2 pi))` with `z = (x - mean)/sd`; as exact as `special::normal_cdf`.
#[derive(Debug)]
pub(in crate::distributions) struct Normal {
    mean: f64,
    sd: f64,
}

impl Normal {
    pub(in crate::distributions) fn new(mean: f64, sd: f64) -> Result<Self, LawError> {
        Ok(Self { mean: finite("mean", mean)?, sd: spread("sd", sd)? })
    }
}

impl Family for Normal {
    fn kind(&self) -> Kind<'_> {
        Kind::Normal { mean: self.mean, sd: self.sd }
    }

    fn cdf(&self, x: f64) -> Probability {
        normal_cdf((x - self.mean) / self.sd)
    }

    fn quantile(&self, p: Probability) -> f64 {
        if p.tail() == 0.0 {
            return if p.is_upper() { f64::INFINITY } else { f64::NEG_INFINITY };
        }
        self.mean + self.sd * normal_quantile(p)
    }

    fn density(&self, x: f64) -> f64 {
        normal_pdf((x - self.mean) / self.sd) / self.sd
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn moments(&self) -> Option<Moments> {
        Some(Moments::from_shape(self.mean, self.sd * self.sd, 0.0, 0.0))
    }
}
