//! How is a law drawn with rand_distr?

use rand::Rng;
use rand_distr::{Beta, Distribution, Gamma, LogNormal, Normal, Pert, Uniform};

/// A law with its parameters worked out once, ahead of the run.
pub enum Law {
    Point(f64),
    Normal(Normal<f64>),
    LogNormal(LogNormal<f64>),
    Gamma(Gamma<f64>),
    Beta(Beta<f64>),
    Pert(Pert<f64>),
    Uniform(Uniform<f64>),
}

const VALID: &str = "the case's parameters are valid";

impl Law {
    pub fn normal(mean: f64, sd: f64) -> Self {
        Law::Normal(Normal::new(mean, sd).expect(VALID))
    }

    pub fn lognormal(mean: f64, sd: f64) -> Self {
        Law::LogNormal(LogNormal::from_mean_cv(mean, sd / mean).expect(VALID))
    }

    pub fn lognormal_with_median(median: f64, sigma: f64) -> Self {
        Law::LogNormal(LogNormal::new(median.ln(), sigma).expect(VALID))
    }

    pub fn gamma(mean: f64, sd: f64) -> Self {
        Law::Gamma(Gamma::new(mean * mean / (sd * sd), sd * sd / mean).expect(VALID))
    }

    pub fn beta(mean: f64, sd: f64) -> Self {
        let size = mean * (1.0 - mean) / (sd * sd) - 1.0;
        Law::Beta(Beta::new(mean * size, (1.0 - mean) * size).expect(VALID))
    }

    pub fn pert(min: f64, mode: f64, max: f64) -> Self {
        Law::Pert(Pert::new(min, max).with_mode(mode).expect(VALID))
    }

    pub fn uniform(min: f64, max: f64) -> Self {
        Law::Uniform(Uniform::new(min, max).expect(VALID))
    }

    #[inline]
    pub fn sample(&self, rng: &mut impl Rng) -> f64 {
        match self {
            Law::Point(value) => *value,
            Law::Normal(law) => law.sample(rng),
            Law::LogNormal(law) => law.sample(rng),
            Law::Gamma(law) => law.sample(rng),
            Law::Beta(law) => law.sample(rng),
            Law::Pert(law) => law.sample(rng),
            Law::Uniform(law) => law.sample(rng),
        }
    }
}

/// Mean and standard deviation of one claim's amount: all that the normal approximation of a sum needs.
pub struct Amount {
    pub mean: f64,
    pub sd: f64,
}

impl Amount {
    pub fn lognormal_with_median(median: f64, sigma: f64) -> Self {
        let mean = median * (sigma * sigma / 2.0).exp();
        Self { mean, sd: mean * (sigma * sigma).exp_m1().sqrt() }
    }

    /// Sum of `count` amounts: `N mean + sqrt(N) sd z`, not below 0.
    #[inline]
    pub fn sum(&self, count: f64, z: f64) -> f64 {
        (count * self.mean + count.sqrt() * self.sd * z).max(0.0)
    }
}
