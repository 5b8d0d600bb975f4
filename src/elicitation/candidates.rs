//! Which law of each family says what one person said, or says it most nearly?

use super::feasibility::infeasible;
use super::minimum::minimum;
use super::{Bounds, ElicitError, Expert, Found};
use crate::distributions::{Kind, Law};
use crate::numerics::elementary::{exp, ln};
use crate::outcome::{Judgement, Quantile, RefusedFamily};

/// A law and how far it is from what was said.
pub(super) struct Candidate {
    pub law: Law,
    /// Largest difference of probabilities.
    pub miss: f64,
}

impl Candidate {
    pub fn is_exact(&self) -> bool {
        self.miss <= EXACT
    }
}

/// A law that is nearer than this says what was said.
const EXACT: f64 = 1e-6;
/// A law that leaves the bounds with more than this is conditioned to them.
const TOLERATED_OUTSIDE: f64 = 1e-9;

/// The families that are tried: those with a metalog's freedom, two parameters, or the Student t law's three.
pub(super) const FAMILIES_TRIED: [&str; 13] = [
    "metalog",
    "normal",
    "lognormal",
    "gamma",
    "beta",
    "weibull",
    "inverse_gaussian",
    "student_t",
    "pareto",
    "gpd",
    "uniform",
    "pert",
    "triangular",
];

/// Every law that was found, the nearest first; the families without one, and why.
pub(super) fn candidates(expert: &Expert, bounds: Bounds) -> Result<Found, ElicitError> {
    match &expert.judgement {
        Judgement::Pert { min, mode, max } => {
            let ends = [("min", *min), ("mode", *mode), ("max", *max)];
            let law = |family: &str| {
                let law = Law::from_parameters(family, &ends);
                law.map_err(|error| ElicitError::Pert { expert: expert.name.clone(), error: Box::new(error) })
            };
            let laws =
                vec![Candidate { law: law("pert")?, miss: 0.0 }, Candidate { law: law("triangular")?, miss: 0.0 }];
            Ok(Found { laws, refused: Vec::new(), infeasible: None })
        }
        Judgement::Quantiles(quantiles) => Ok(of_quantiles(quantiles, bounds)),
    }
}

fn of_quantiles(quantiles: &[Quantile], bounds: Bounds) -> Found {
    let mut found = Found { laws: Vec::new(), refused: Vec::new(), infeasible: None };
    let pairs: Vec<(f64, f64)> = quantiles.iter().map(|quantile| (quantile.p, quantile.value)).collect();
    match Law::metalog(&pairs, bounds.min, bounds.max) {
        Ok(law) => found.laws.push(Candidate { miss: miss(&law, quantiles), law }),
        Err(error) => found.infeasible = Some(infeasible(&pairs, bounds, &error)),
    }
    for family in FAMILIES_TRIED.into_iter().filter(|family| !["metalog", "pert", "triangular"].contains(family)) {
        match of_family(family, quantiles, bounds) {
            Ok(law) => found.laws.push(Candidate { miss: miss(&law, quantiles), law }),
            Err(reason) => found.refused.push(RefusedFamily { family: family.to_owned(), reason }),
        }
    }
    // Exact ones keep the order in which they were tried: what is left of their misses is rounding.
    let rank = |candidate: &Candidate| if candidate.is_exact() { 0.0 } else { candidate.miss };
    found.laws.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
    found
}

/// Largest difference between the law's probability up to a value and what was said of the value.
fn miss(law: &Law, quantiles: &[Quantile]) -> f64 {
    quantiles.iter().map(|quantile| (law.cdf(quantile.value).p() - quantile.p).abs()).fold(0.0, f64::max)
}

fn of_family(family: &str, quantiles: &[Quantile], bounds: Bounds) -> Result<Law, String> {
    let (low, high) = (quantiles[0].value, quantiles[quantiles.len() - 1].value);
    let fixed: Vec<(&str, f64)> = match family {
        "beta" => match (bounds.min, bounds.max) {
            (Some(min), Some(max)) => vec![("min", min), ("max", max)],
            _ if low > 0.0 && high < 1.0 && bounds.min.is_none_or(|min| min == 0.0) && bounds.max.is_none() => {
                vec![("min", 0.0), ("max", 1.0)]
            }
            _ => return Err("it needs --min and --max, or values between 0 and 1".into()),
        },
        "gpd" => match bounds.min {
            Some(min) => vec![("threshold", min)],
            None if low > 0.0 => vec![("threshold", 0.0)],
            None => return Err("it needs --min: it begins at a threshold".into()),
        },
        "student_t" if quantiles.len() < 3 => {
            return Err("it has three parameters, and two quantiles were given".into());
        }
        "student_t" => vec![("dof", 5.0)],
        _ => Vec::new(),
    };
    if ["lognormal", "gamma", "weibull", "inverse_gaussian", "pareto"].contains(&family) && low <= 0.0 {
        return Err("it has values above 0 alone".into());
    }
    let within = |law: Law| conditioned(law, bounds);
    let pair = |a: &Quantile, b: &Quantile| Law::from_quantiles(family, (a.p, a.value), (b.p, b.value), &fixed);
    if let [first, second] = quantiles {
        let law = pair(first, second).map_err(|error| error.to_string())?;
        if leaves(&law, bounds) <= TOLERATED_OUTSIDE {
            return Ok(law);
        }
    }
    let mut starts = Vec::new();
    for (at, first) in quantiles.iter().enumerate() {
        starts.extend(quantiles[at + 1..].iter().filter_map(|second| pair(first, second).ok()));
    }
    let freed: Vec<(&str, f64)> = fixed.iter().copied().filter(|(name, _)| *name != "dof").collect();
    let of_coordinates = |at: &[f64]| law_at(family, at, &freed).ok().and_then(within);
    let cost = |at: &[f64]| of_coordinates(at).map_or(f64::MAX, |law| distance(&law, quantiles));
    let best = starts
        .iter()
        .filter_map(coordinates)
        .map(|start| minimum(&start, 0.2, cost))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    let (at, _) = best.ok_or("no law of this family comes near two of the quantiles")?;
    of_coordinates(&at).ok_or_else(|| "no law of this family comes near the quantiles".into())
}

/// Probability outside of the bounds.
fn leaves(law: &Law, bounds: Bounds) -> f64 {
    bounds.min.map_or(0.0, |min| law.below(min).p()) + bounds.max.map_or(0.0, |max| law.cdf(max).q())
}

fn conditioned(law: Law, bounds: Bounds) -> Option<Law> {
    if leaves(&law, bounds) <= TOLERATED_OUTSIDE {
        return Some(law);
    }
    law.truncated(bounds.min.unwrap_or(f64::NEG_INFINITY), bounds.max.unwrap_or(f64::INFINITY)).ok()
}

/// Squares of the differences of probabilities, each over `p (1 - p)`, so that a point at 0.99 counts for more than one at 0.5.
fn distance(law: &Law, quantiles: &[Quantile]) -> f64 {
    let squares = quantiles.iter().map(|Quantile { p, value }| {
        let gap = law.cdf(*value).p() - p;
        gap * gap / (p * (1.0 - p))
    });
    squares.sum()
}

/// A Student t law is tried with a variance alone: with fewer degrees of freedom it follows skewed quantiles by tails that nobody meant.
const LEAST_DOF: f64 = 2.0;

/// The free parameters on the whole line.
fn coordinates(law: &Law) -> Option<Vec<f64>> {
    Some(match law.kind() {
        Kind::Normal { mean, sd } => vec![mean / sd, ln(sd)],
        Kind::Lognormal { mu, sigma } => vec![mu, ln(sigma)],
        Kind::Gamma { shape, scale } | Kind::Weibull { shape, scale } | Kind::Pareto { shape, scale } => {
            vec![ln(shape), ln(scale)]
        }
        Kind::InverseGaussian { mean, shape } => vec![ln(mean), ln(shape)],
        Kind::Beta { alpha, beta, .. } => vec![ln(alpha), ln(beta)],
        Kind::Uniform { min, max } => vec![min / (max - min), ln(max - min)],
        Kind::StudentT { location, scale, dof } => vec![location / scale, ln(scale), ln(dof - LEAST_DOF)],
        Kind::Gpd { scale, shape, .. } => vec![shape, ln(scale)],
        _ => return None,
    })
}

fn law_at(family: &str, at: &[f64], fixed: &[(&str, f64)]) -> Result<Law, crate::distributions::LawError> {
    let (first, second) = (at[0], exp(at[1]));
    let mut parameters = match family {
        "normal" => vec![("mean", first * second), ("sd", second)],
        "lognormal" => vec![("mu", first), ("sigma", second)],
        "inverse_gaussian" => vec![("mean", exp(first)), ("shape", second)],
        "beta" => vec![("alpha", exp(first)), ("beta", second)],
        "uniform" => vec![("min", first * second), ("max", (first + 1.0) * second)],
        "student_t" => vec![("location", first * second), ("scale", second), ("dof", LEAST_DOF + exp(at[2]))],
        "gpd" => vec![("shape", first), ("scale", second)],
        _ => vec![("shape", exp(first)), ("scale", second)],
    };
    parameters.extend_from_slice(fixed);
    Law::from_parameters(family, &parameters)
}
