//! What must a candidate be able to do, whatever its family?

use super::linear;
use super::observations::Observations;
use super::optimum::{Likelihood, Optimum, maximise};
use super::profile::profile;
use super::scale::Scale;
use crate::distributions::{Law, LawError};
use crate::outcome::fit::{FitState, Interval, Parameter, ParameterRole};

/// The parameters that fit best.
#[derive(Debug, Clone)]
pub(super) struct Point {
    /// Coordinates to start from when similar data are fitted.
    pub working: Vec<f64>,
    /// Parameters in the order in which [`Fitter::describe`] names them.
    pub natural: Vec<f64>,
    pub log_likelihood: f64,
    pub state: FitState,
}

/// A point with what is known of its precision.
#[derive(Debug, Clone)]
pub(super) struct Described {
    pub parameters: Vec<Parameter>,
    /// Of the parameters whose role is `Estimated` and that have a standard error, in natural units.
    pub covariance: Vec<Vec<f64>>,
    pub notes: Vec<String>,
}

/// Which intervals to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intervals {
    /// Wald's alone.
    Wald,
    /// The profile likelihood's too.
    Profile,
}

/// A family, ready for data of the kind it was made for.
pub(super) trait Fitter: Send + Sync {
    /// Unique among candidates.
    fn name(&self) -> String;

    /// The value of `dist`.
    fn family(&self) -> &'static str;

    /// Parameters counted by AIC and BIC.
    fn free(&self) -> usize;

    /// What a fit costs beside one of two parameters: fewer samples are then drawn for p-values.
    fn effort(&self) -> f64 {
        1.0
    }

    /// The best point, from a known one nearby if there is one.
    ///
    /// # Errors
    /// Why the family cannot be fitted, as a sentence.
    fn point(&self, observations: &Observations, warm: Option<&[f64]>) -> Result<Point, String>;

    fn describe(&self, observations: &Observations, point: &Point, intervals: Intervals) -> Described;

    /// The law itself, not conditioned to what could be seen.
    fn law(&self, natural: &[f64]) -> Result<Law, LawError>;
}

/// A parameter that is estimated by a smooth likelihood.
#[derive(Debug, Clone)]
pub(super) struct Estimated {
    pub name: String,
    pub scale: Scale,
}

/// Point of a smooth likelihood.
pub(super) fn smooth_point(
    likelihood: &dyn Likelihood,
    start: &[f64],
    parameters: &[Estimated],
) -> Result<(Point, Optimum), String> {
    let optimum = maximise(likelihood, start, None);
    if !optimum.value.is_finite() {
        return Err("the data are impossible under every law of the family that was tried".to_owned());
    }
    let natural = parameters.iter().zip(&optimum.at).map(|(p, c)| p.scale.natural(*c)).collect();
    let state = if optimum.is_maximum {
        FitState::Converged
    } else {
        // The coordinate that went farthest is the one that ran away.
        let moved = |i: usize| (optimum.at[i] - start[i]).abs();
        let farthest = (0..start.len()).max_by(|a, b| moved(*a).total_cmp(&moved(*b))).unwrap_or(0);
        let direction = if optimum.at[farthest] > start[farthest] { "grows" } else { "falls" };
        FitState::Boundary(format!(
            "the likelihood has no maximum that the search could find: it keeps rising as {} {direction}",
            parameters[farthest].name
        ))
    };
    let point = Point { working: optimum.at.clone(), natural, log_likelihood: optimum.value, state };
    Ok((point, optimum))
}

/// Parameters with standard errors and intervals, and their covariance, from a smooth likelihood.
///
/// At a maximum the gradient is 0, so that the observed information of the natural parameters is that of the working coordinates
/// divided by the slopes on both sides: the covariance is exact on either scale.
pub(super) fn smooth_described(
    likelihood: &dyn Likelihood,
    optimum: &Optimum,
    parameters: &[Estimated],
    intervals: Intervals,
    at_edge: bool,
) -> (Vec<Parameter>, Vec<Vec<f64>>) {
    let inverse = if optimum.is_maximum && !at_edge { linear::inverse(&optimum.information) } else { None };
    let slopes: Vec<f64> = parameters.iter().zip(&optimum.at).map(|(p, c)| p.scale.slope(*c)).collect();
    let described = parameters.iter().enumerate().map(|(i, parameter)| {
        let c = optimum.at[i];
        let se = inverse.as_ref().map(|inverse| inverse[i][i].sqrt());
        let between = |ends: [Option<f64>; 2]| {
            let natural = ends.map(|end| end.map(|c| parameter.scale.natural(c)).filter(|x| x.is_finite()));
            Interval { low: natural[0], high: natural[1] }
        };
        let wald = se.map(|se| between([Some(c - 1.959_963_984_540_054 * se), Some(c + 1.959_963_984_540_054 * se)]));
        // Where another law stands at an edge the other end of the interval is still there.
        let made = intervals == Intervals::Profile && (optimum.is_maximum || at_edge);
        let profile = made.then(|| between(profile(likelihood, optimum, i, se.unwrap_or(f64::NAN))));
        Parameter {
            name: parameter.name.clone(),
            estimate: parameter.scale.natural(c),
            role: ParameterRole::Estimated,
            standard_error: se.map(|se| se * slopes[i].abs()),
            wald,
            profile,
            exact: None,
        }
    });
    let described = described.collect();
    let covariance = inverse.map_or_else(Vec::new, |inverse| {
        let entry = |i: usize, j: usize| inverse[i][j] * slopes[i] * slopes[j];
        (0..slopes.len()).map(|i| (0..slopes.len()).map(|j| entry(i, j)).collect()).collect()
    });
    (described, covariance)
}

/// A parameter that is not estimated.
pub(super) fn given(name: &str, value: f64) -> Parameter {
    fixed(name, value, ParameterRole::Given)
}

pub(super) fn fixed(name: &str, value: f64, role: ParameterRole) -> Parameter {
    Parameter {
        name: name.to_owned(),
        estimate: value,
        role,
        standard_error: None,
        wald: None,
        profile: None,
        exact: None,
    }
}
