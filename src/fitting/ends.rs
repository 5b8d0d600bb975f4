//! Where are the ends of a triangular or a PERT law that nobody gave?

use argmin::core::{CostFunction, Error, Executor};
use argmin::solver::neldermead::NelderMead;

use super::fitter::{Described, Fitter, Intervals, Point, fixed};
use super::observations::Observations;
use super::single::{Ends, Single, bounds};
use super::triangular::Triangular;
use crate::distributions::{Law, LawError};
use crate::numerics::elementary::{exp, ln};
use crate::outcome::fit::{FitState, ParameterRole};

/// Which law stands between the ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    Triangular,
    Pert,
}

/// A law whose ends, or one of them, are found with its mode.
///
/// The likelihood at an end is not smooth in the way the usual theory needs: the density starts from 0 there with the first power
/// (triangular) or with a power that may be below 1 (PERT). Estimates are those of highest likelihood, found by Nelder and Mead (1965,
/// doi:10.1093/comjnl/7.4.308) over the distances of the ends from the outermost values; no interval of the ends is given.
#[derive(Debug, Clone)]
pub(super) struct FreeEnds {
    between: Between,
    given: Ends,
    unit: f64,
}

struct Search<'a> {
    law: &'a FreeEnds,
    observations: &'a Observations,
    least: f64,
    most: f64,
}

impl Search<'_> {
    fn ends(&self, at: &[f64]) -> (f64, f64) {
        let mut free = at.iter();
        let mut gap = || free.next().map_or(1.0, |c| self.law.unit * exp(c.clamp(-40.0, 12.0)));
        let min = self.law.given.min.unwrap_or_else(|| self.least - gap());
        let max = self.law.given.max.unwrap_or_else(|| self.most + gap());
        (min, max)
    }

    /// Mode and log-likelihood between two ends.
    fn inner(&self, (min, max): (f64, f64)) -> Option<(f64, f64)> {
        let found = match self.law.between {
            Between::Triangular => Triangular { min, max }.fitted(self.observations),
            Between::Pert => {
                let ends = Ends { min: Some(min), max: Some(max), threshold: None };
                let point = Single::new("pert", self.observations, ends).ok()?.point(self.observations, None).ok()?;
                (point.natural[0], point.log_likelihood)
            }
        };
        found.1.is_finite().then_some(found)
    }
}

impl CostFunction for Search<'_> {
    type Param = Vec<f64>;
    type Output = f64;
    fn cost(&self, at: &Vec<f64>) -> Result<f64, Error> {
        // A finite number, so that the simplex can be ranked.
        Ok(self.inner(self.ends(at)).map_or(1e300, |(_, value)| -value))
    }
}

impl FreeEnds {
    pub fn new(between: Between, observations: &Observations, given: Ends) -> Result<Self, String> {
        let (least, most) = bounds(observations);
        if !(least < most) {
            return Err("all values are equal".to_owned());
        }
        if given.min.is_some_and(|min| least <= min) || given.max.is_some_and(|max| most >= max) {
            return Err(format!("values lie at or outside the given ends, they run from {least} to {most}"));
        }
        Ok(Self { between, given, unit: most - least })
    }

    fn search<'a>(&'a self, observations: &'a Observations) -> Search<'a> {
        let (least, most) = bounds(observations);
        Search { law: self, observations, least, most }
    }

    fn dimension(&self) -> usize {
        usize::from(self.given.min.is_none()) + usize::from(self.given.max.is_none())
    }
}

impl Fitter for FreeEnds {
    fn name(&self) -> String {
        self.family().to_owned()
    }

    fn family(&self) -> &'static str {
        match self.between {
            Between::Triangular => "triangular",
            Between::Pert => "pert",
        }
    }

    fn free(&self) -> usize {
        1 + self.dimension()
    }

    fn effort(&self) -> f64 {
        16.0
    }

    fn point(&self, observations: &Observations, warm: Option<&[f64]>) -> Result<Point, String> {
        let search = self.search(observations);
        let n = observations.len() as f64;
        let start = warm.map_or_else(|| vec![ln(1.0 / n.sqrt()); self.dimension()], <[f64]>::to_vec);
        let mut simplex = vec![start.clone()];
        for i in 0..start.len() {
            let mut corner = start.clone();
            corner[i] += 1.0;
            simplex.push(corner);
        }
        let most = if warm.is_some() { 40 } else { 150 };
        let solver = NelderMead::new(simplex).with_sd_tolerance(1e-7).map_err(|error| error.to_string())?;
        let result = Executor::new(search, solver).configure(|state| state.max_iters(most)).timer(false).run();
        let at = result.ok().and_then(|result| result.state.best_param).unwrap_or(start);
        let search = self.search(observations);
        let (min, max) = search.ends(&at);
        let (mode, log_likelihood) = search.inner((min, max)).ok_or("the data are impossible for every mode")?;
        let state = if at.iter().any(|c| *c > 6.0) {
            FitState::Boundary(
                "the likelihood keeps rising as an end moves away from the data: another family fits better".to_owned(),
            )
        } else {
            FitState::Converged
        };
        Ok(Point { working: at, natural: vec![min, mode, max], log_likelihood, state })
    }

    fn describe(&self, observations: &Observations, point: &Point, intervals: Intervals) -> Described {
        let [min, mode, max] = [point.natural[0], point.natural[1], point.natural[2]];
        let inner = match self.between {
            Between::Triangular => {
                let law = Triangular { min, max };
                let inner = Point { natural: vec![mode], ..point.clone() };
                law.describe(observations, &inner, intervals)
            }
            Between::Pert => {
                let ends = Ends { min: Some(min), max: Some(max), threshold: None };
                let made = Single::new("pert", observations, ends).and_then(|single| {
                    let inner = single.point(observations, None)?;
                    Ok(single.describe(observations, &inner, intervals))
                });
                made.unwrap_or_else(|_| Described {
                    parameters: vec![fixed("mode", mode, ParameterRole::Estimated)],
                    covariance: Vec::new(),
                    notes: Vec::new(),
                })
            }
        };
        let mut parameters = vec![inner.parameters[0].clone()];
        let end = |name: &str, given: Option<f64>, value: f64| {
            let role = if given.is_some() { ParameterRole::Given } else { ParameterRole::ReadOff };
            fixed(name, value, role)
        };
        parameters.push(end("min", self.given.min, min));
        parameters.push(end("max", self.given.max, max));
        let notes = vec![format!(
            "The ends of this {} law were found with the mode; the usual theory does not hold for ends, so none has an interval, and that of the mode is for these ends.",
            self.family()
        )];
        Described { parameters, covariance: inner.covariance, notes }
    }

    fn law(&self, natural: &[f64]) -> Result<Law, LawError> {
        Law::from_parameters(self.family(), &[("min", natural[0]), ("mode", natural[1]), ("max", natural[2])])
    }
}
