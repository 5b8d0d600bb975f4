//! What are the beta and the PERT laws?

use super::{Family, Kind};
use crate::distributions::error::{LawError, finite, interval, positive, spread};
use crate::distributions::invert::{Polish, invert};
use crate::distributions::moments::Moments;
use crate::numerics::Probability;
use crate::numerics::special::{beta_cdf, beta_pdf, beta_quantile};

/// Beta law of shapes `alpha`, `beta` > 0 on [min, max].
///
/// With `y = (x - min)/(max - min)` the density is `y^(alpha-1) (1-y)^(beta-1) / (B(alpha, beta) (max - min))`, the
/// mean of y `alpha/(alpha+beta)`; as exact as `special::beta_cdf`.
#[derive(Debug, Clone)]
pub(in crate::distributions) struct Beta {
    alpha: f64,
    beta: f64,
    min: f64,
    max: f64,
}

impl Beta {
    pub(in crate::distributions) fn new(alpha: f64, beta: f64, min: f64, max: f64) -> Result<Self, LawError> {
        positive("alpha", alpha)?;
        positive("beta", beta)?;
        interval("min", min, "max", max)?;
        Ok(Self { alpha, beta, min, max })
    }

    /// From the mean and standard deviation of x itself, not of its share of the support.
    pub(in crate::distributions) fn from_mean(mean: f64, sd: f64, min: f64, max: f64) -> Result<Self, LawError> {
        interval("min", min, "max", max)?;
        if !(mean > min && mean < max) {
            return Err(LawError::range("mean", mean, format!("a number strictly between {min} and {max}")));
        }
        spread("sd", sd)?;
        let width = max - min;
        let (share, rest, relative) = ((mean - min) / width, (max - mean) / width, sd / width);
        let size = share * rest / (relative * relative) - 1.0;
        if !(size > 0.0) {
            let limit = (share * rest).sqrt() * width;
            return Err(LawError::range("sd", sd, format!("less than {limit} for mean {mean} on [{min}, {max}]")));
        }
        Self::new(share * size, rest * size, min, max)
    }

    fn width(&self) -> f64 {
        self.max - self.min
    }
}

impl Family for Beta {
    fn kind(&self) -> Kind<'_> {
        Kind::Beta { alpha: self.alpha, beta: self.beta, min: self.min, max: self.max }
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= self.min {
            Probability::lower(0.0)
        } else if x >= self.max {
            Probability::upper(0.0)
        } else if x - self.min <= self.max - x {
            beta_cdf(self.alpha, self.beta, (x - self.min) / self.width())
        } else {
            // From the nearer end, so that the upper tail keeps its precision.
            beta_cdf(self.beta, self.alpha, (self.max - x) / self.width()).complement()
        }
    }

    fn quantile(&self, p: Probability) -> f64 {
        if p.tail() == 0.0 {
            return if p.is_upper() { self.max } else { self.min };
        }
        let share = beta_quantile(self.alpha, self.beta, p);
        let x = if share <= 0.5 {
            self.min + self.width() * share
        } else {
            self.max - self.width() * beta_quantile(self.beta, self.alpha, p.complement())
        };
        x.clamp(self.min, self.max)
    }

    fn quantile_near(&self, p: Probability, guess: f64) -> f64 {
        if p.tail() == 0.0 {
            return self.quantile(p);
        }
        // As a distance from the nearer end, which stays exact where x itself no longer moves.
        let width = self.width();
        let near = |own: f64, other: f64, p: Probability, share: f64| {
            let cdf = |share: f64| beta_cdf(own, other, share);
            width * invert(p, (0.0, 1.0), share, Polish::Table, cdf, |share| beta_pdf(own, other, share))
        };
        let x = if guess - self.min <= self.max - guess {
            self.min + near(self.alpha, self.beta, p, (guess - self.min) / width)
        } else {
            self.max - near(self.beta, self.alpha, p.complement(), (self.max - guess) / width)
        };
        x.clamp(self.min, self.max)
    }

    fn density(&self, x: f64) -> f64 {
        if !(x >= self.min && x <= self.max) {
            return 0.0;
        }
        // From the nearer end, so that a density that runs off there keeps its precision.
        let density = if x - self.min <= self.max - x {
            beta_pdf(self.alpha, self.beta, (x - self.min) / self.width())
        } else {
            beta_pdf(self.beta, self.alpha, (self.max - x) / self.width())
        };
        density / self.width()
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn moments(&self) -> Option<Moments> {
        let (a, b) = (self.alpha, self.beta);
        let size = a + b;
        let variance = a / size * (b / size) / (size + 1.0);
        let skewness = 2.0 * (b - a) * (size + 1.0).sqrt() / ((size + 2.0) * (a * b).sqrt());
        let kurtosis =
            6.0 * ((a - b) * (a - b) * (size + 1.0) / (a * b) - (size + 2.0)) / ((size + 2.0) * (size + 3.0));
        Some(Moments::from_shape(a / size, variance, skewness, kurtosis).rescaled(self.min, self.width()))
    }
}

/// PERT law on [min, max] with a most likely value: the beta law of `alpha = 1 + lambda (mode - min)/(max - min)` and
/// `beta = 1 + lambda (max - mode)/(max - min)`, mean `(min + lambda mode + max)/(lambda + 2)`.
///
/// Malcolm, Roseboom, Clark, Fazar 1959, doi:10.1287/opre.7.5.646; `lambda` = 4 there.
#[derive(Debug)]
pub(in crate::distributions) struct Pert {
    mode: f64,
    lambda: f64,
    beta: Beta,
}

impl Pert {
    pub(in crate::distributions) fn new(min: f64, mode: f64, max: f64, lambda: f64) -> Result<Self, LawError> {
        interval("min", min, "max", max)?;
        finite("mode", mode)?;
        if !(mode >= min && mode <= max) {
            return Err(LawError::range("mode", mode, format!("a number from {min} to {max}")));
        }
        positive("lambda", lambda)?;
        let width = max - min;
        let beta = Beta::new(1.0 + lambda * ((mode - min) / width), 1.0 + lambda * ((max - mode) / width), min, max)?;
        Ok(Self { mode, lambda, beta })
    }
}

impl Family for Pert {
    fn kind(&self) -> Kind<'_> {
        let Beta { alpha, beta, min, max, .. } = self.beta;
        Kind::Pert { min, mode: self.mode, max, lambda: self.lambda, alpha, beta }
    }

    fn cdf(&self, x: f64) -> Probability {
        self.beta.cdf(x)
    }

    fn quantile(&self, p: Probability) -> f64 {
        self.beta.quantile(p)
    }

    fn quantile_near(&self, p: Probability, guess: f64) -> f64 {
        self.beta.quantile_near(p, guess)
    }

    fn density(&self, x: f64) -> f64 {
        self.beta.density(x)
    }

    fn support(&self) -> (f64, f64) {
        self.beta.support()
    }

    fn moments(&self) -> Option<Moments> {
        self.beta.moments()
    }
}
