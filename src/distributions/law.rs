//! What is a law, and what can be asked of it?

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::error::{LawError, LawProblem, finite};
use super::families::{Family, Kind, Metalog, Mixture, Moved, Point, Splice, Steps, Truncated};
use super::moments::{self, Moments};
use crate::numerics::Probability;

/// The law of one number: immutable, cheap to clone, exact.
///
/// Probabilities are [`Probability`], so that both tails keep their relative precision:
///
/// ```
/// use tailcost::distributions::Law;
/// use tailcost::numerics::Probability;
/// let severity = Law::from_parameters("pareto", &[("shape", 2.0), ("scale", 1e6)]).unwrap();
/// let worst = severity.quantile(Probability::upper(1e-12));
/// assert!((worst / 999_999e6 - 1.0).abs() < 1e-12);
/// assert_eq!(severity.mean(), 1e6);
/// assert_eq!(severity.variance(), f64::INFINITY);
/// let capped = severity.truncated(0.0, 1e6).unwrap();
/// assert!((capped.cdf(5e5).p() - (1.0 - 1.0 / 2.25) / 0.75).abs() < 1e-15);
/// ```
#[derive(Clone)]
pub struct Law {
    node: Arc<Node>,
}

struct Node {
    family: Box<dyn Family>,
    moments: OnceLock<Moments>,
}

impl Law {
    /// All probability on `x`.
    pub fn point(x: f64) -> Result<Self, LawError> {
        Ok(Self::of(Point(finite("value", x)?)))
    }

    /// The metalog through `(p, x)` pairs, see [`Metalog`].
    pub fn metalog(quantiles: &[(f64, f64)], min: Option<f64>, max: Option<f64>) -> Result<Self, LawError> {
        Ok(Self::of(Metalog::through(quantiles, min, max)?))
    }

    /// The step law that gives each value the same weight.
    pub fn empirical(values: Vec<f64>) -> Result<Self, LawError> {
        Ok(Self::of(Steps::empirical(values)?))
    }

    /// The law on `values` with these weights, which need not sum to 1.
    pub fn discrete(values: &[f64], weights: &[f64]) -> Result<Self, LawError> {
        Ok(Self::of(Steps::discrete(values, weights)?))
    }

    /// One of the components, chosen with its weight; weights need not sum to 1.
    pub fn mixture(components: Vec<(f64, Law)>) -> Result<Self, LawError> {
        Ok(Self::of(Mixture::new(components)?))
    }

    /// `body` conditioned to at most `threshold` and `tail` to above it. The tail's weight is what the body leaves
    /// there, `1 - F_body(threshold)`, unless given.
    pub fn splice(body: Law, tail: Law, threshold: f64, tail_weight: Option<f64>) -> Result<Self, LawError> {
        Ok(Self::of(Splice::new(body, tail, threshold, tail_weight)?))
    }

    /// This law conditioned to [low, high], which may be infinite; atoms at the ends are kept.
    pub fn truncated(&self, low: f64, high: f64) -> Result<Self, LawError> {
        Ok(Self::of(Truncated::new(self, low, high)?))
    }

    /// The law of `shift + scale X`, X following this law: all probability on `shift` where `scale` is 0.
    ///
    /// ```
    /// use tailcost::distributions::Law;
    /// let rate = Law::from_parameters("pert", &[("min", 24.0), ("mode", 28.0), ("max", 38.0)]).unwrap();
    /// let dearer = rate.moved(0.0, 1.25).unwrap();
    /// assert!((dearer.mean() - 1.25 * rate.mean()).abs() < 1e-12);
    /// assert_eq!(dearer.support(), (30.0, 47.5));
    /// ```
    pub fn moved(&self, shift: f64, scale: f64) -> Result<Self, LawError> {
        if scale == 0.0 {
            return Self::point(shift);
        }
        if shift == 0.0 && scale == 1.0 {
            return Ok(self.clone());
        }
        match super::families::moved_in_family(self.kind(), shift, scale) {
            Some(law) => law,
            None => Ok(Self::of(Moved::new(self, shift, scale)?)),
        }
    }

    /// `P(X <= x)`.
    pub fn cdf(&self, x: f64) -> Probability {
        self.node.family.cdf(x)
    }

    /// `P(X < x)`.
    pub fn below(&self, x: f64) -> Probability {
        self.node.family.below(x)
    }

    /// The smallest x with `P(X <= x) >= p`; the ends of the support at 0 and 1.
    pub fn quantile(&self, p: Probability) -> f64 {
        self.node.family.quantile(p)
    }

    /// Density of the continuous part; see [`Law::atoms`] for the rest.
    pub fn density(&self, x: f64) -> f64 {
        self.node.family.density(x)
    }

    /// Values with a probability of their own, ascending, with that probability.
    pub fn atoms(&self) -> Vec<(f64, f64)> {
        self.node.family.atoms()
    }

    /// All four moments: closed form where there is one, else quadrature to 1e-10; computed once.
    pub fn moments(&self) -> Moments {
        *self.node.moments.get_or_init(|| {
            let family = self.node.family.as_ref();
            family.moments().unwrap_or_else(|| moments::by_quadrature(family))
        })
    }

    /// `INFINITY` where it diverges, NaN where both tails do.
    pub fn mean(&self) -> f64 {
        self.moments().mean
    }

    /// `INFINITY` where it diverges, NaN where the mean is undefined.
    pub fn variance(&self) -> f64 {
        self.moments().variance
    }

    /// Standardised third central moment; NaN where the variance is not finite.
    pub fn skewness(&self) -> f64 {
        self.moments().skewness()
    }

    /// Standardised fourth central moment less 3; NaN where the variance is not finite.
    pub fn excess_kurtosis(&self) -> f64 {
        self.moments().excess_kurtosis()
    }

    /// Values with the probability that each stands for: their weighted sum of a `g` that is smooth and bounded over the support is
    /// `E g(X)`, to 1e-10 of the largest `|g|`. Some hundreds of quantiles.
    ///
    /// ```
    /// use tailcost::distributions::Law;
    /// let uniform = Law::from_parameters("uniform", &[("min", 1.0), ("max", 2.0)]).unwrap();
    /// let inverse: f64 = uniform.nodes().iter().map(|(probability, x)| probability / x).sum();
    /// assert!((inverse - std::f64::consts::LN_2).abs() < 1e-10);
    /// ```
    pub fn nodes(&self) -> Vec<(f64, f64)> {
        moments::nodes(self.inner())
    }

    /// Smallest and largest possible value; infinite where unbounded.
    pub fn support(&self) -> (f64, f64) {
        self.node.family.support()
    }

    /// Tail indices, lower then upper: `E|X|^k` over that tail is finite exactly for `k` below the index, which is
    /// `INFINITY` for light and bounded tails.
    pub fn tail_indices(&self) -> (f64, f64) {
        self.node.family.tail_indices()
    }

    /// The family's name in a config; a truncated or moved law has that of the law it truncates or moves.
    pub fn family(&self) -> &str {
        match self.kind() {
            Kind::Point { .. } => "point",
            Kind::Normal { .. } => "normal",
            Kind::Lognormal { .. } => "lognormal",
            Kind::Gamma { .. } => "gamma",
            Kind::Beta { .. } => "beta",
            Kind::Uniform { .. } => "uniform",
            Kind::Triangular { .. } => "triangular",
            Kind::Pert { .. } => "pert",
            Kind::Exponential { .. } => "exponential",
            Kind::Weibull { .. } => "weibull",
            Kind::InverseGaussian { .. } => "inverse_gaussian",
            Kind::StudentT { .. } => "student_t",
            Kind::Pareto { .. } => "pareto",
            Kind::Gpd { .. } => "gpd",
            Kind::Metalog(_) => "metalog",
            Kind::Empirical(_) => "empirical",
            Kind::Discrete { .. } => "discrete",
            Kind::Mixture(_) => "mixture",
            Kind::Splice { .. } => "splice",
            Kind::Truncated { law, .. } | Kind::Moved { law, .. } => law.family(),
        }
    }

    /// The family with its canonical parameters, for whoever knows closed forms.
    pub fn kind(&self) -> Kind<'_> {
        self.node.family.kind()
    }

    pub(super) fn of(family: impl Family + 'static) -> Self {
        Self { node: Arc::new(Node { family: Box::new(family), moments: OnceLock::new() }) }
    }

    pub(super) fn inner(&self) -> &dyn Family {
        self.node.family.as_ref()
    }

    /// The refusal of an interval this law gives no probability.
    pub(super) fn empty_interval(&self, parameter: &str, low: f64, high: f64) -> LawError {
        let (support_low, support_high) = self.support();
        LawError::of(parameter, LawProblem::EmptyInterval { low, high, support_low, support_high })
    }
}

/// The whole law, every value and weight included, so that two laws that print alike are alike.
impl fmt::Debug for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Law({:?})", self.kind())
    }
}

/// As a person would write it: `lognormal(mu 14.88, sigma 1.37) on [0, 250,000,000]`.
impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |f: &mut fmt::Formatter<'_>, parameters: &[(&str, f64)]| {
            let list: Vec<String> =
                parameters.iter().map(|(name, value)| format!("{name} {}", Grouped(*value))).collect();
            write!(f, "{}({})", self.family(), list.join(", "))
        };
        match self.kind() {
            Kind::Point { value } => write!(f, "{}", Grouped(value)),
            Kind::Normal { mean, sd } => named(f, &[("mean", mean), ("sd", sd)]),
            Kind::Lognormal { mu, sigma } => named(f, &[("mu", mu), ("sigma", sigma)]),
            Kind::Gamma { shape, scale } | Kind::Weibull { shape, scale } | Kind::Pareto { shape, scale } => {
                named(f, &[("shape", shape), ("scale", scale)])
            }
            Kind::Beta { alpha, beta, min, max } => {
                named(f, &[("alpha", alpha), ("beta", beta), ("min", min), ("max", max)])
            }
            Kind::Uniform { min, max } => named(f, &[("min", min), ("max", max)]),
            Kind::Triangular { min, mode, max } => named(f, &[("min", min), ("mode", mode), ("max", max)]),
            Kind::Pert { min, mode, max, lambda, .. } => {
                named(f, &[("min", min), ("mode", mode), ("max", max), ("lambda", lambda)])
            }
            Kind::Exponential { mean } => named(f, &[("mean", mean)]),
            Kind::InverseGaussian { mean, shape } => named(f, &[("mean", mean), ("shape", shape)]),
            Kind::StudentT { location, scale, dof } => {
                named(f, &[("location", location), ("scale", scale), ("dof", dof)])
            }
            Kind::Gpd { threshold, scale, shape } => {
                named(f, &[("threshold", threshold), ("scale", scale), ("shape", shape)])
            }
            Kind::Metalog(metalog) => {
                let list: Vec<String> =
                    metalog.quantiles().iter().map(|(p, x)| format!("{p}: {}", Grouped(*x))).collect();
                write!(f, "metalog({})", list.join(", "))
            }
            Kind::Empirical(values) => write!(f, "empirical({} values)", values.len()),
            Kind::Discrete { values, .. } => write!(f, "discrete({} values)", values.len()),
            Kind::Mixture(components) => {
                let list: Vec<String> = components.iter().map(|(weight, law)| format!("{weight} {law}")).collect();
                write!(f, "mixture({})", list.join(", "))
            }
            Kind::Splice { body, tail, threshold, tail_weight } => {
                write!(f, "splice({body} up to {}, {tail_weight} {tail} above)", Grouped(threshold))
            }
            Kind::Truncated { law, low, high } => write!(f, "{law} on [{}, {}]", Grouped(low), Grouped(high)),
            Kind::Moved { law, shift, scale: 1.0 } if shift < 0.0 => write!(f, "{law} - {}", Grouped(-shift)),
            Kind::Moved { law, shift, scale: 1.0 } => write!(f, "{law} + {}", Grouped(shift)),
            Kind::Moved { law, shift: 0.0, scale } => write!(f, "{} x {law}", Grouped(scale)),
            Kind::Moved { law, shift, scale } => write!(f, "{} + {} x {law}", Grouped(shift), Grouped(scale)),
        }
    }
}

/// A number in nine digits with commas between its thousands.
struct Grouped(f64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Parameters that were worked out from a mean and a deviation would fill the line with digits that nobody gave.
        let value: f64 = format!("{:.8e}", self.0).parse().unwrap_or(self.0);
        let text = if value.abs() >= 1e15 || (value != 0.0 && value.abs() < 1e-6) {
            return write!(f, "{value:e}");
        } else {
            format!("{value}")
        };
        let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
        f.write_str(sign)?;
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i) % 3 == 0 && whole.len() > 4 {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        fraction.map_or(Ok(()), |fraction| write!(f, ".{fraction}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_that_differ_print_differently() {
        let discrete = |low: f64| Law::discrete(&[low, 10.0], &[1.0, 1.0]).unwrap();
        let mixture = |low: f64| Law::mixture(vec![(1.0, discrete(low)), (2.0, Law::point(3.0).unwrap())]).unwrap();
        assert_eq!(format!("{:?}", discrete(1.0)), format!("{:?}", discrete(1.0)));
        assert_ne!(format!("{:?}", discrete(1.0)), format!("{:?}", discrete(2.0)));
        assert_ne!(format!("{:?}", mixture(1.0)), format!("{:?}", mixture(2.0)));
        let empirical = |low: f64| Law::empirical(vec![low, 10.0]).unwrap().truncated(0.0, 50.0).unwrap();
        assert_ne!(format!("{:?}", empirical(1.0)), format!("{:?}", empirical(2.0)));
    }
}
