//! What is Student's t law?

use super::{Family, Kind};
use crate::distributions::error::{LawError, finite, positive};
use crate::distributions::invert::{Polish, invert};
use crate::distributions::moments::{Moments, TailIndices};
use crate::numerics::Probability;
use crate::numerics::special::{student_t_cdf, student_t_pdf, student_t_quantile};

/// Student's t law of `location`, `scale` s > 0 and `dof` n > 0 on the real line.
///
/// With `z = (x - location)/s` the density is proportional to `(1 + z^2/n)^(-(n+1)/2)`; the moment of order k is finite
/// for k < n. As exact as `special::student_t_cdf`.
#[derive(Debug)]
pub(in crate::distributions) struct StudentT {
    location: f64,
    scale: f64,
    dof: f64,
}

impl StudentT {
    pub(in crate::distributions) fn new(location: f64, scale: f64, dof: f64) -> Result<Self, LawError> {
        let (location, scale, dof) = (finite("location", location)?, positive("scale", scale)?, positive("dof", dof)?);
        Ok(Self { location, scale, dof })
    }
}

impl Family for StudentT {
    fn kind(&self) -> Kind<'_> {
        Kind::StudentT { location: self.location, scale: self.scale, dof: self.dof }
    }

    fn cdf(&self, x: f64) -> Probability {
        student_t_cdf(self.dof, (x - self.location) / self.scale)
    }

    fn quantile(&self, p: Probability) -> f64 {
        if p.tail() == 0.0 {
            return if p.is_upper() { f64::INFINITY } else { f64::NEG_INFINITY };
        }
        self.location + self.scale * student_t_quantile(self.dof, p)
    }

    fn quantile_near(&self, p: Probability, guess: f64) -> f64 {
        if p.tail() == 0.0 {
            return self.quantile(p);
        }
        let everywhere = (f64::NEG_INFINITY, f64::INFINITY);
        invert(p, everywhere, guess, Polish::Table, |x| self.cdf(x), |x| self.density(x))
    }

    fn density(&self, x: f64) -> f64 {
        student_t_pdf(self.dof, (x - self.location) / self.scale) / self.scale
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn tail_indices(&self) -> TailIndices {
        (self.dof, self.dof)
    }

    fn moments(&self) -> Option<Moments> {
        let n = self.dof;
        let mut standard = Moments { mean: f64::NAN, variance: f64::NAN, third: f64::NAN, fourth: f64::NAN };
        if n > 1.0 {
            (standard.mean, standard.variance) = (0.0, f64::INFINITY);
        }
        if n > 2.0 {
            (standard.variance, standard.fourth) = (n / (n - 2.0), f64::INFINITY);
        }
        if n > 3.0 {
            standard.third = 0.0;
        }
        if n > 4.0 {
            standard.fourth = (3.0 + 6.0 / (n - 4.0)) * standard.variance * standard.variance;
        }
        Some(standard.rescaled(self.location, self.scale))
    }
}
