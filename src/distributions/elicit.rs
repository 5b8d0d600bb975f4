//! Which law of a family has two given quantiles?

use super::Law;
use super::error::{LawError, LawProblem, finite};
use super::families::power_quantile;
use super::invert::root;
use super::parameters::unknown_family;
use super::spec::{FAMILIES, FamilySpec};
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, ln, ln_1p};
use crate::numerics::special::{beta_cdf, gamma_quantile, normal_quantile, student_t_quantile};

impl Law {
    /// The law of `family` with `P(X <= x) = p` at two points `(p, x)`, in either order. `fixed` are parameters beyond
    /// the two that are free: beta `min`, `max`; gpd `threshold`; student_t `dof`.
    ///
    /// Location-scale families (and lognormal, weibull in the logarithm) in closed form; families with a shape by a
    /// one-dimensional root of the ratio of the quantiles, beta by a nested one. The quantiles are reproduced to 1e-9.
    ///
    /// ```
    /// use tailcost::distributions::Law;
    /// let weeks = Law::from_quantiles("lognormal", (0.1, 8.0), (0.9, 32.0), &[]).unwrap();
    /// assert!((weeks.quantile(tailcost::numerics::Probability::lower(0.5)) - 16.0).abs() < 1e-12);
    /// ```
    pub fn from_quantiles(
        family: &str,
        first: (f64, f64),
        second: (f64, f64),
        fixed: &[(&str, f64)],
    ) -> Result<Law, LawError> {
        let spec = FamilySpec::named(family).ok_or_else(|| unknown_family(family))?;
        if !spec.two_quantiles {
            let names = FAMILIES.iter().filter(|family| family.two_quantiles).map(|family| family.name);
            let expected = names.collect::<Vec<_>>().join(", ");
            return Err(LawError::of("quantiles", LawProblem::NotElicitable { family: family.to_owned(), expected }));
        }
        let pair = Pair::new(family, first, second)?;
        let fixed = Fixed::new(spec, fixed)?;
        let parameters: Vec<(&str, f64)> = match family {
            "normal" => pair.located(normal_quantile).named("mean", "sd"),
            "lognormal" => pair.above(0.0)?.logarithms().located(normal_quantile).named("mu", "sigma"),
            "uniform" => {
                let Located { location, scale } = pair.located(|p| p.p());
                vec![("min", location), ("max", location + scale)]
            }
            "student_t" => {
                let dof = super::error::positive("dof", fixed.get("dof"))?;
                pair.located(|p| student_t_quantile(dof, p)).named("location", "scale")
            }
            "weibull" => {
                let Located { location, scale } = pair.above(0.0)?.logarithms().located(|p| ln(hazard(p)));
                vec![("shape", 1.0 / scale), ("scale", exp(location))]
            }
            "gamma" => pair.above(0.0)?.gamma()?,
            "inverse_gaussian" => pair.above(0.0)?.inverse_gaussian()?,
            "pareto" => {
                let (k, scale) = pair.above(0.0)?.power_tail(1e-9)?;
                vec![("shape", 1.0 / k), ("scale", scale / k)]
            }
            "gpd" => {
                let threshold = finite("threshold", fixed.get("threshold"))?;
                let (k, scale) = pair.above(threshold)?.power_tail(-200.0)?;
                vec![("shape", k), ("scale", scale)]
            }
            "beta" => pair.beta(fixed.get("min"), fixed.get("max"))?,
            _ => return Err(unknown_family(family)),
        };
        // Elicitation can only end in parameters the family takes; what it cannot is a fault of the quantiles.
        let all: Vec<(&str, f64)> = parameters.into_iter().chain(fixed.given.iter().copied()).collect();
        Law::from_parameters(family, &all).map_err(|error| pair.refused(&error.to_string()))
    }
}

/// `-ln(1 - p)`.
fn hazard(p: Probability) -> f64 {
    if p.is_upper() { -ln(p.tail()) } else { -ln_1p(-p.tail()) }
}

/// Parameters that stay as given.
struct Fixed<'a> {
    spec: &'static FamilySpec,
    given: &'a [(&'a str, f64)],
}

impl<'a> Fixed<'a> {
    fn new(spec: &'static FamilySpec, given: &'a [(&'a str, f64)]) -> Result<Self, LawError> {
        let allowed = |name: &str| {
            spec.optional.iter().any(|optional| optional.name == name) || (spec.name == "student_t" && name == "dof")
        };
        match given.iter().find(|(name, _)| !allowed(name)) {
            None => Ok(Self { spec, given }),
            Some((name, _)) => {
                let (family, found) = (spec.name.to_owned(), (*name).to_owned());
                let names: Vec<&str> = spec.optional.iter().map(|optional| optional.name).collect();
                let expected =
                    format!("two quantiles{}{}", if names.is_empty() { "" } else { " and " }, names.join(", "));
                Err(LawError::of(name, LawProblem::UnknownParameter { family, found, expected }))
            }
        }
    }

    fn get(&self, name: &str) -> f64 {
        let given = self.given.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
        let default = || self.spec.optional.iter().find(|optional| optional.name == name)?.default;
        given.or_else(default).unwrap_or(f64::NAN)
    }
}

/// Two quantiles in rising order.
struct Pair {
    family: String,
    low: (Probability, f64),
    high: (Probability, f64),
}

/// `x = location + scale * standard quantile`.
struct Located {
    location: f64,
    scale: f64,
}

impl Located {
    fn named(&self, location: &'static str, scale: &'static str) -> Vec<(&'static str, f64)> {
        vec![(location, self.location), (scale, self.scale)]
    }
}

impl Pair {
    fn new(family: &str, first: (f64, f64), second: (f64, f64)) -> Result<Self, LawError> {
        for (p, x) in [first, second] {
            if !(p > 0.0 && p < 1.0) {
                return Err(LawError::range("quantiles", p, "probabilities strictly between 0 and 1"));
            }
            finite("quantiles", x)?;
        }
        let (low, high) = if first.0 <= second.0 { (first, second) } else { (second, first) };
        if !(low.0 < high.0) {
            return Err(LawError::range("quantiles", high.0, "two different probabilities"));
        }
        if !(low.1 < high.1) {
            return Err(LawError::range("quantiles", high.1, format!("more than {} at p = {}", low.1, high.0)));
        }
        let held = |(p, x): (f64, f64)| (Probability::lower(p), x);
        Ok(Self { family: family.to_owned(), low: held(low), high: held(high) })
    }

    fn refused(&self, reason: &str) -> LawError {
        let (family, reason) = (self.family.clone(), reason.to_owned());
        LawError::of("quantiles", LawProblem::NoSuchQuantiles { family, reason })
    }

    /// The same pair measured from the lower end of the support.
    fn above(&self, end: f64) -> Result<Self, LawError> {
        if !(self.low.1 > end) {
            return Err(LawError::range("quantiles", self.low.1, format!("values above {end}")));
        }
        let (low, high) = ((self.low.0, self.low.1 - end), (self.high.0, self.high.1 - end));
        Ok(Self { family: self.family.clone(), low, high })
    }

    fn logarithms(&self) -> Self {
        let (low, high) = ((self.low.0, ln(self.low.1)), (self.high.0, ln(self.high.1)));
        Self { family: self.family.clone(), low, high }
    }

    fn located(&self, standard: impl Fn(Probability) -> f64) -> Located {
        let (from, to) = (standard(self.low.0), standard(self.high.0));
        let scale = (self.high.1 - self.low.1) / (to - from);
        Located { location: self.low.1 - scale * from, scale }
    }

    fn log_ratio(&self) -> f64 {
        ln(self.high.1) - ln(self.low.1)
    }

    /// The root of a function that rises with its argument, refused where the ends do not enclose it.
    fn solve(&self, rising: impl Fn(f64) -> f64, low: f64, high: f64) -> Result<f64, LawError> {
        let (at_low, at_high) = (rising(low), rising(high));
        if at_low <= 0.0 && at_high >= 0.0 {
            return Ok(root(rising, low, high));
        }
        let how = if at_low > 0.0 { "closer together" } else { "farther apart" };
        Err(self.refused(&format!(
            "its values at these probabilities cannot be {how} than some limit; choose another family"
        )))
    }

    /// Shape and scale of the generalised Pareto law from 0.
    fn power_tail(&self, least: f64) -> Result<(f64, f64), LawError> {
        let (from, to) = (hazard(self.low.0), hazard(self.high.0));
        let log_ratio = |k: f64| ln(power_quantile(k, to)) - ln(power_quantile(k, from));
        let k = self.solve(|k| log_ratio(k) - self.log_ratio(), least, 200.0)?;
        Ok((k, self.high.1 / power_quantile(k, to)))
    }

    fn gamma(&self) -> Result<Vec<(&'static str, f64)>, LawError> {
        let log_ratio = |shape: f64| ln(gamma_quantile(shape, self.high.0)) - ln(gamma_quantile(shape, self.low.0));
        let shape = exp(self.solve(|ln_shape| self.log_ratio() - log_ratio(exp(ln_shape)), -3.5, 18.0)?);
        Ok(vec![("shape", shape), ("scale", self.high.1 / gamma_quantile(shape, self.high.0))])
    }

    fn inverse_gaussian(&self) -> Result<Vec<(&'static str, f64)>, LawError> {
        let standard = |ln_ratio: f64, p: Probability| {
            let unit = Law::from_parameters("inverse_gaussian", &[("mean", 1.0), ("shape", exp(ln_ratio))]);
            unit.map_or(f64::NAN, |law| law.quantile(p))
        };
        let log_ratio = |ln_ratio: f64| ln(standard(ln_ratio, self.high.0)) - ln(standard(ln_ratio, self.low.0));
        let ln_ratio = self.solve(|ln_ratio| self.log_ratio() - log_ratio(ln_ratio), -12.0, 18.0)?;
        let mean = self.high.1 / standard(ln_ratio, self.high.0);
        Ok(vec![("mean", mean), ("shape", mean * exp(ln_ratio))])
    }

    /// For each size `alpha + beta` the mean that meets the lower quantile; then the size that meets the upper.
    fn beta(&self, min: f64, max: f64) -> Result<Vec<(&'static str, f64)>, LawError> {
        super::error::interval("min", min, "max", max)?;
        if !(self.low.1 > min && self.high.1 < max) {
            let out = if self.low.1 > min { self.high.1 } else { self.low.1 };
            return Err(LawError::range("quantiles", out, format!("values strictly between {min} and {max}")));
        }
        let share = |x: f64| (x - min) / (max - min);
        let (low, high) = (share(self.low.1), share(self.high.1));
        let log_odds = |p: Probability| ln(p.p()) - ln(p.q());
        let shapes = |ln_size: f64, odds: f64| {
            let size = exp(ln_size);
            (size / (1.0 + exp(-odds)), size / (1.0 + exp(odds)))
        };
        // In log-odds of the probability, so that far-off trial shapes still slope the right way.
        let miss = |x: f64, p: Probability, (alpha, beta): (f64, f64)| {
            (log_odds(beta_cdf(alpha, beta, x)) - log_odds(p)).clamp(-1e3, 1e3)
        };
        let centre = |ln_size: f64| root(|odds| -miss(low, self.low.0, shapes(ln_size, odds)), -20.0, 20.0);
        let ln_size = self.solve(|s| miss(high, self.high.0, shapes(s, centre(s))), -4.0, 16.0)?;
        let (alpha, beta) = shapes(ln_size, centre(ln_size));
        Ok(vec![("alpha", alpha), ("beta", beta)])
    }
}
