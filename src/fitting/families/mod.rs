//! What must a likelihood know of a family: its density, its tails, and where to begin?
//!
//! Each family is written in working coordinates, which may be any numbers (the logarithm of a positive parameter), of values brought to
//! a size near one by its [`Map`](super::sample::Map). Sums over exact rows use sufficient statistics where there are some.

pub(super) mod beta;
pub(super) mod gamma;
pub(super) mod inverse_gaussian;
pub(super) mod normal;
pub(super) mod pareto;
pub(super) mod student_t;
pub(super) mod weibull;

use super::jet::Jet;
use super::sample::Sample;
use crate::numerics::elementary::{exp, exp_m1, ln, ln_1p};

/// The shapes that likelihoods are made of; a lognormal law is a normal one of logarithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Location, ln scale.
    Normal,
    /// ln shape, ln scale.
    Gamma,
    /// ln alpha, ln beta, on (0, 1).
    Beta,
    /// ln mean.
    Exponential,
    /// ln shape, ln scale.
    Weibull,
    /// ln mean, ln shape.
    InverseGaussian,
    /// Location, ln scale, ln dof.
    StudentT,
    /// ln shape, ln scale.
    Pareto,
    /// ln scale, shape.
    Gpd,
    /// The logit of the mode on (0, 1); alpha + beta = 2 + lambda.
    Pert,
}

/// `lambda` of a PERT law that is fitted: the usual one.
pub(super) const PERT_LAMBDA: f64 = 4.0;

impl Shape {
    pub fn dimension(self) -> usize {
        match self {
            Self::Exponential | Self::Pert => 1,
            Self::StudentT => 3,
            _ => 2,
        }
    }

    /// Values the law can take: a bound that no row may pass.
    pub fn support(self) -> (f64, f64) {
        match self {
            Self::Normal | Self::StudentT => (f64::NEG_INFINITY, f64::INFINITY),
            Self::Beta | Self::Pert => (0.0, 1.0),
            _ => (0.0, f64::INFINITY),
        }
    }

    /// Sum of the log-densities of the exact rows.
    pub fn sum<const P: usize>(self, sample: &Sample, at: &[Jet<P>]) -> Jet<P> {
        match self {
            Self::Normal => normal::sum(sample, at),
            Self::Gamma => gamma::sum(sample, at),
            Self::Beta => beta::sum(sample, at[0].exp(), at[1].exp()),
            Self::Pert => {
                let [alpha, beta] = beta::pert_shapes(at[0]);
                beta::sum(sample, alpha, beta)
            }
            Self::Exponential => weibull::exponential_sum(sample, at),
            Self::Weibull => weibull::sum(sample, at),
            Self::InverseGaussian => inverse_gaussian::sum(sample, at),
            Self::StudentT => student_t::sum(sample, at),
            Self::Pareto => pareto::pareto_sum(sample, at),
            Self::Gpd => pareto::gpd_sum(sample, at),
        }
    }

    /// Log-density of one value within the support, whose logarithm is given too.
    pub fn ln_density<const P: usize>(self, y: f64, ln_y: f64, at: &[Jet<P>]) -> Jet<P> {
        match self {
            Self::Normal => normal::ln_density(y, at),
            Self::Gamma => gamma::ln_density(y, ln_y, at),
            Self::Beta => beta::ln_density(y, at[0].exp(), at[1].exp()),
            Self::Pert => {
                let [alpha, beta] = beta::pert_shapes(at[0]);
                beta::ln_density(y, alpha, beta)
            }
            Self::Exponential => -(-at[0]).exp() * y - at[0],
            Self::Weibull => weibull::ln_density(ln_y, at),
            Self::InverseGaussian => inverse_gaussian::ln_density(y, ln_y, at),
            Self::StudentT => student_t::ln_density(y, at),
            Self::Pareto => pareto::pareto_ln_density(y, at),
            Self::Gpd => pareto::gpd_ln_density(y, at),
        }
    }

    /// Both tails at a value within the support.
    pub fn tails<const P: usize>(self, y: f64, at: &[Jet<P>]) -> Tails<P> {
        match self {
            Self::Normal => normal::tails(y, at),
            Self::Gamma => gamma::tails(y, at),
            Self::Beta => beta::tails(y, at[0].exp(), at[1].exp()),
            Self::Pert => {
                let [alpha, beta] = beta::pert_shapes(at[0]);
                beta::tails(y, alpha, beta)
            }
            Self::Exponential => Tails::of_hazard((-at[0]).exp() * y),
            Self::Weibull => Tails::of_hazard(weibull::hazard(y, at)),
            Self::InverseGaussian => inverse_gaussian::tails(y, at),
            Self::StudentT => student_t::tails(y, at),
            Self::Pareto => Tails::of_hazard(pareto::pareto_hazard(y, at)),
            Self::Gpd => Tails::of_hazard(pareto::gpd_hazard(y, at)),
        }
    }

    /// Logarithm of the probability of (low, high].
    pub fn ln_between<const P: usize>(self, low: f64, high: f64, at: &[Jet<P>]) -> Jet<P> {
        let (least, most) = self.support();
        let below = (low > least).then(|| self.tails(low, at));
        let above = (high < most).then(|| self.tails(high, at));
        Tails::ln_between(below, above)
    }

    /// Working coordinates to begin with, from values (or stand-ins for them) with counts, ascending in the value.
    pub fn start(self, values: &[(f64, f64)]) -> Vec<f64> {
        let figures = Figures::of(values);
        match self {
            Self::Normal => vec![figures.mean, ln(figures.sd)],
            Self::Gamma => gamma::start(&figures),
            Self::Beta => beta::start(&figures).to_vec(),
            Self::Pert => {
                // The mean is (min + lambda mode + max) / (lambda + 2).
                let mode = ((PERT_LAMBDA + 2.0) * figures.mean - 1.0) / PERT_LAMBDA;
                let mode = mode.clamp(0.02, 0.98);
                vec![ln(mode / (1.0 - mode))]
            }
            Self::Exponential => vec![ln(figures.mean.max(1e-300))],
            Self::Weibull => {
                let shape = (1.28 / figures.ln_sd.max(1e-3)).clamp(0.05, 100.0);
                vec![ln(shape), figures.ln_mean + 0.577 / shape]
            }
            Self::InverseGaussian => inverse_gaussian::start(&figures),
            Self::StudentT => {
                let spread = (figures.quartiles[2] - figures.quartiles[0]) / 1.45;
                let scale = if spread > 0.0 { spread } else { figures.sd };
                vec![figures.quartiles[1], ln(scale.max(1e-300)), ln(5.0)]
            }
            Self::Pareto => pareto::pareto_start(&figures),
            Self::Gpd => pareto::gpd_start(&figures),
        }
    }
}

/// What first guesses are made from.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    pub mean: f64,
    pub sd: f64,
    /// Of the values above 0.
    pub ln_mean: f64,
    pub ln_sd: f64,
    pub inverse_mean: f64,
    pub quartiles: [f64; 3],
    pub largest: f64,
}

impl Figures {
    pub fn of(values: &[(f64, f64)]) -> Self {
        let total: f64 = values.iter().map(|(_, count)| count).sum();
        let mean_of = |f: &dyn Fn(f64) -> f64| values.iter().map(|(y, count)| count * f(*y)).sum::<f64>() / total;
        let mean = mean_of(&|y| y);
        let sd = mean_of(&|y| (y - mean) * (y - mean)).sqrt();
        // A value at the very end of the support counts as tiny.
        let tiny = 1e-12 * mean.abs().max(1e-280);
        let ln_of = |y: f64| ln(y.max(tiny));
        let ln_mean = mean_of(&ln_of);
        let ln_sd = mean_of(&|y| (ln_of(y) - ln_mean) * (ln_of(y) - ln_mean)).sqrt();
        let inverse_mean = mean_of(&|y| 1.0 / y.max(tiny));
        let quartile = |p: f64| {
            let mut reached = 0.0;
            values
                .iter()
                .find(|(_, count)| {
                    reached += count;
                    reached >= p * total
                })
                .map_or(mean, |(y, _)| *y)
        };
        let quartiles = [quartile(0.25), quartile(0.5), quartile(0.75)];
        let largest = values.last().map_or(mean, |(y, _)| *y);
        Self { mean, sd: sd.max(1e-8 * mean.abs()).max(1e-300), ln_mean, ln_sd, inverse_mean, quartiles, largest }
    }
}

/// Probabilities below and above a value, the nearer one precise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tails<const P: usize> {
    pub lower: Jet<P>,
    pub upper: Jet<P>,
    pub upper_is_nearer: bool,
}

impl<const P: usize> Tails<P> {
    pub fn nearer(tail: Jet<P>, is_upper: bool) -> Self {
        let rest = -tail + 1.0;
        let (lower, upper) = if is_upper { (rest, tail) } else { (tail, rest) };
        Self { lower, upper, upper_is_nearer: is_upper }
    }

    /// `1 - exp(-hazard)` and `exp(-hazard)`.
    pub fn of_hazard(hazard: Jet<P>) -> Self {
        let survival = exp(-hazard.v);
        if hazard.v > std::f64::consts::LN_2 {
            Self::nearer((-hazard).exp(), true)
        } else {
            Self::nearer(hazard.chain(-exp_m1(-hazard.v), survival, -survival), false)
        }
    }

    /// `ln P(X <= x)`.
    fn ln_lower(self) -> Jet<P> {
        if self.upper_is_nearer { ln_rest(self.upper) } else { self.lower.ln() }
    }

    /// `ln P(X > x)`.
    fn ln_upper(self) -> Jet<P> {
        if self.upper_is_nearer { self.upper.ln() } else { ln_rest(self.lower) }
    }

    /// Logarithm of what lies between two values; none stands for an end of the support.
    pub fn ln_between(low: Option<Self>, high: Option<Self>) -> Jet<P> {
        match (low, high) {
            (None, None) => Jet::constant(0.0),
            (None, Some(high)) => high.ln_lower(),
            (Some(low), None) => low.ln_upper(),
            (Some(low), Some(high)) if low.upper_is_nearer => (low.upper - high.upper).ln(),
            (Some(low), Some(high)) => (high.lower - low.lower).ln(),
        }
    }
}

/// `ln(1 - x)`.
fn ln_rest<const P: usize>(x: Jet<P>) -> Jet<P> {
    let r = 1.0 / (1.0 - x.v);
    x.chain(ln_1p(-x.v), -r, -r * r)
}

/// The sum of `ln` of many factors, by the logarithm of their products: one logarithm for many factors.
#[derive(Debug)]
pub(super) struct LnProduct {
    product: f64,
    sum: f64,
}

impl LnProduct {
    pub fn new() -> Self {
        Self { product: 1.0, sum: 0.0 }
    }

    #[inline(always)]
    pub fn times(&mut self, factor: f64) {
        let next = self.product * factor;
        if next > 1e-140 && next < 1e140 {
            self.product = next;
        } else {
            // NaN and impossible factors come through here as well.
            self.sum += ln(self.product);
            self.product = factor;
        }
    }

    pub fn ln(&self) -> f64 {
        self.sum + ln(self.product)
    }
}

/// Step in the logarithm of a shape by which a tail is differentiated.
const STEP: f64 = 0.02;

/// First and second derivative of a smooth function from its values at -3, ..., 3 steps: errors of order `STEP^6`.
pub(super) fn differences(values: &[f64; 7]) -> (f64, f64) {
    let odd = |i: usize| values[3 + i] - values[3 - i];
    let even = |i: usize| values[3 + i] + values[3 - i];
    let first = (45.0 * odd(1) - 9.0 * odd(2) + odd(3)) / (60.0 * STEP);
    let second = (270.0 * even(1) - 27.0 * even(2) + 2.0 * even(3) - 490.0 * values[3]) / (180.0 * STEP * STEP);
    (first, second)
}

/// The factors `exp(-3 STEP) ... exp(3 STEP)` of a shape at which `differences` wants a function.
pub(super) fn stretched(shape: f64) -> [f64; 7] {
    std::array::from_fn(|i| shape * exp(STEP * (i as f64 - 3.0)))
}
