//! How many amounts does a year have, and what is the generating function of that number?

use crate::distributions::Law;
use crate::numerics::elementary::{atan2, cos, exp, ln, sin};
use crate::numerics::special::{ln_factorial, normal_cdf, normal_pdf};
use realfft::num_complex::Complex;

/// The law of the number of amounts in a year.
#[derive(Debug, Clone)]
pub enum Frequency {
    Poisson {
        mean: f64,
    },
    /// Variance `mean + mean^2 / size`.
    NegativeBinomial {
        mean: f64,
        size: f64,
    },
    Binomial {
        trials: u32,
        probability: f64,
    },
    /// The probability of each number from 0 on.
    Counts(Vec<f64>),
}

/// Normal quantiles beyond which the law of a mean is left out: 1e-17 on either side.
const FARTHEST: f64 = 8.5;
/// Counts that matter less than this are left out.
const NEGLIGIBLE: f64 = 1e-18;
/// Most counts that are told apart.
const MOST: usize = 50_000;

impl Frequency {
    /// Poisson counts whose mean is `scale` times the product of independent factors, each with a law of its own.
    ///
    /// The quadrature is the trapezoidal rule over the normal quantile of each factor, which converges exponentially where the
    /// quantile function is smooth; a law of few values is summed over them.
    pub fn mixed_poisson(factors: &[Law], scale: f64) -> Self {
        let varying = factors.iter().filter(|law| law.atoms().len() != 1).count();
        let steps = if varying > 1 { 8.0 } else { 16.0 };
        let mut means = vec![(1.0, scale)];
        for law in factors {
            let nodes = nodes(law, steps);
            means = means.iter().flat_map(|(w, m)| nodes.iter().map(move |(v, x)| (w * v, m * x))).collect();
        }
        match means[..] {
            [(_, mean)] => Self::Poisson { mean },
            _ => Self::Counts(poisson_mixture(&means)),
        }
    }

    pub fn mean(&self) -> f64 {
        match self {
            Self::Poisson { mean } | Self::NegativeBinomial { mean, .. } => *mean,
            Self::Binomial { trials, probability } => f64::from(*trials) * probability,
            Self::Counts(counts) => counts.iter().enumerate().map(|(n, p)| n as f64 * p).sum(),
        }
    }

    /// `E z^N`, for `|z| <= 1`.
    pub(super) fn generating(&self, z: Complex<f64>) -> Complex<f64> {
        let less = z - 1.0;
        match self {
            Self::Poisson { mean } => exponential(less * *mean),
            Self::NegativeBinomial { mean, size } => exponential(logarithm(1.0 - less * (mean / size)) * -*size),
            Self::Binomial { trials, probability } => {
                let base = 1.0 + less * *probability;
                if base.norm_sqr() == 0.0 { base } else { exponential(logarithm(base) * f64::from(*trials)) }
            }
            Self::Counts(counts) => counts.iter().rev().fold(Complex::new(0.0, 0.0), |sum, p| sum * z + p),
        }
    }

    /// The probability that no amount is above 0 when each is so with probability `1 - zero`.
    pub(super) fn none(&self, zero: f64) -> f64 {
        self.generating(Complex::new(zero, 0.0)).re
    }

    /// The probability of each number, as far as it matters.
    pub(super) fn counts(&self) -> Vec<f64> {
        match self {
            Self::Poisson { mean } => poisson_mixture(&[(1.0, *mean)]),
            Self::NegativeBinomial { mean, size } => {
                let law = Law::from_parameters("gamma", &[("shape", *size), ("scale", mean / size)]);
                poisson_mixture(&nodes(&law.expect("positive parameters"), 16.0))
            }
            Self::Binomial { trials, probability } => {
                let one = |counts: Vec<f64>| {
                    let mut more = vec![0.0; counts.len() + 1];
                    for (n, p) in counts.into_iter().enumerate() {
                        more[n] += p * (1.0 - probability);
                        more[n + 1] += p * probability;
                    }
                    more
                };
                (0..*trials).fold(vec![1.0], |counts, _| one(counts))
            }
            Self::Counts(counts) => counts.clone(),
        }
    }
}

/// Weights and values that stand for a law, `steps` of them to a normal deviation.
pub fn nodes(law: &Law, steps: f64) -> Vec<(f64, f64)> {
    let atoms = law.atoms();
    if atoms.iter().map(|(_, weight)| weight).sum::<f64>() > 1.0 - 1e-12 {
        return atoms.into_iter().map(|(value, weight)| (weight, value)).collect();
    }
    let reach = (FARTHEST * steps) as i32;
    (-reach..=reach)
        .map(|k| {
            let z = f64::from(k) / steps;
            (normal_pdf(z) / steps, law.quantile(normal_cdf(z)))
        })
        .collect()
}

/// The probability of each number when the mean of a Poisson law is one of `means`, each with its weight.
fn poisson_mixture(means: &[(f64, f64)]) -> Vec<f64> {
    let mut counts = vec![0.0];
    for &(weight, mean) in means {
        if mean <= 0.0 {
            counts[0] += weight;
            continue;
        }
        let spread = 12.0 * mean.sqrt() + 40.0;
        let first = (mean - spread).max(0.0).floor();
        let mut p = weight * exp(first * ln(mean) - mean - ln_factorial(first));
        let mut n = first as usize;
        while n < MOST {
            if counts.len() <= n {
                counts.resize(n + 1, 0.0);
            }
            counts[n] += p;
            n += 1;
            p *= mean / n as f64;
            if n as f64 > mean && p < NEGLIGIBLE {
                break;
            }
        }
    }
    counts
}

fn exponential(z: Complex<f64>) -> Complex<f64> {
    let size = exp(z.re);
    Complex::new(size * cos(z.im), size * sin(z.im))
}

/// The principal branch.
fn logarithm(z: Complex<f64>) -> Complex<f64> {
    Complex::new(0.5 * ln(z.norm_sqr()), atan2(z.im, z.re))
}
