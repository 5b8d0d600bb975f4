//! Which families can be tried, and what is one fitted family?

use super::ends::{Between, FreeEnds};
use super::fitter::{Fitter, Intervals, Point};
use super::linear;
use super::observations::Observations;
use super::single::{Ends, Single, bounds};
use super::triangular::Triangular;
use super::uniform::Uniform;
use crate::distributions::Law;
use crate::outcome::fit::{Candidate, FitState, Goodness, Parameter};

/// The continuous families of the schema that data can be fitted by, in its order.
pub const AMOUNT_FAMILIES: &[&str] = &[
    "normal",
    "lognormal",
    "gamma",
    "beta",
    "uniform",
    "triangular",
    "pert",
    "exponential",
    "weibull",
    "inverse_gaussian",
    "student_t",
    "pareto",
    "gpd",
];

/// One family, fitted.
#[derive(Debug, Clone)]
pub struct Fitted {
    pub name: String,
    pub family: &'static str,
    pub state: FitState,
    pub parameters: Vec<Parameter>,
    pub covariance: Vec<Vec<f64>>,
    pub log_likelihood: f64,
    /// Parameters that were estimated.
    pub free: usize,
    /// Not conditioned to what could be seen.
    pub law: Law,
    pub notes: Vec<String>,
    pub(super) point: Point,
}

impl Fitted {
    pub fn correlation(&self) -> Vec<Vec<f64>> {
        linear::correlation(&self.covariance)
    }

    /// The parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// Fits one continuous family by maximum likelihood.
///
/// ```
/// use tailcost::fitting::{Columns, Ends, Intervals, Observations, fit_family};
/// let seen = Observations::new(&Columns::of(&[1.0, 2.0, 6.0])).unwrap();
/// let fit = fit_family("exponential", &seen, Ends::default(), Intervals::Wald).unwrap();
/// assert!((fit.parameters[0].estimate - 3.0).abs() < 1e-12);
/// assert!((fit.parameters[0].standard_error.unwrap() - 3.0 / 3f64.sqrt()).abs() < 1e-9);
/// ```
///
/// # Errors
/// Why the family cannot hold the data, or has no maximum, as a sentence.
pub fn fit_family(
    family: &str,
    observations: &Observations,
    ends: Ends,
    intervals: Intervals,
) -> Result<Fitted, String> {
    let fitter = fitter(family, observations, ends)?;
    fitted(fitter.as_ref(), observations, intervals)
}

/// The fitter of a continuous family.
pub(super) fn fitter(family: &str, observations: &Observations, ends: Ends) -> Result<Box<dyn Fitter>, String> {
    let known = AMOUNT_FAMILIES.iter().find(|name| **name == family).copied();
    let family = known.ok_or_else(|| format!("{family} is not a family that can be fitted"))?;
    let (least, most) = bounds(observations);
    if least >= most {
        let what = if observations.len() == 1 { "there is one row" } else { "all values are equal" };
        return Err(format!("{what}: nothing is left to estimate"));
    }
    let given = ends.min.zip(ends.max);
    Ok(match (family, given) {
        ("uniform", _) => Box::new(Uniform::new(observations, ends)?),
        ("triangular", Some((min, max))) => Box::new(Triangular { min, max }),
        ("triangular", None) => Box::new(FreeEnds::new(Between::Triangular, observations, ends)?),
        ("pert", None) => Box::new(FreeEnds::new(Between::Pert, observations, ends)?),
        _ => Box::new(Single::new(family, observations, ends)?),
    })
}

pub(super) fn fitted(fitter: &dyn Fitter, observations: &Observations, intervals: Intervals) -> Result<Fitted, String> {
    let point = fitter.point(observations, None)?;
    let law = fitter.law(&point.natural).map_err(|error| format!("its best parameters are no law: {error}"))?;
    let described = fitter.describe(observations, &point, intervals);
    Ok(Fitted {
        name: fitter.name(),
        family: fitter.family(),
        state: point.state.clone(),
        parameters: described.parameters,
        covariance: described.covariance,
        log_likelihood: point.log_likelihood,
        free: fitter.free(),
        law,
        notes: described.notes,
        point,
    })
}
/// A family that has no fit, and why.
pub(super) fn refused(name: String, family: String, why: String) -> Candidate {
    Candidate {
        name,
        family,
        state: FitState::Refused(why),
        parameters: Vec::new(),
        covariance: Vec::new(),
        correlation: Vec::new(),
        log_likelihood: None,
        aic: None,
        bic: None,
        law: None,
        goodness: Goodness::default(),
        tail_index: None,
        mean: None,
        sd: None,
        toml: None,
        notes: Vec::new(),
    }
}
