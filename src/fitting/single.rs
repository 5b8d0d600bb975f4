//! How is one family with a smooth likelihood fitted?

use super::families::Shape;
use super::fitter::{Described, Estimated, Fitter, Intervals, Point, given, smooth_described, smooth_point};
use super::linear;
use super::observations::Observations;
use super::optimum::{Optimum, maximise};
use super::sample::{Map, Sample, ShapeLikelihood};
use super::scale::Scale;
use crate::distributions::{Law, LawError};
use crate::numerics::elementary::ln;
use crate::outcome::fit::FitState;

/// One family of the schema whose likelihood is smooth.
#[derive(Debug, Clone)]
pub(super) struct Single {
    pub family: &'static str,
    pub shape: Shape,
    pub map: Map,
    pub parameters: Vec<Estimated>,
    /// Names and values that the law needs besides.
    pub given: Vec<(&'static str, f64)>,
}

impl Single {
    /// Made to the size of the data.
    ///
    /// # Errors
    /// Why the family cannot hold these data.
    pub fn new(family: &'static str, observations: &Observations, ends: Ends) -> Result<Self, String> {
        let stand_ins = observations.stand_ins();
        let total: f64 = stand_ins.iter().map(|(_, count)| count).sum();
        let mean = stand_ins.iter().map(|(x, count)| x * count).sum::<f64>() / total;
        let spread = |mean: f64, of: &dyn Fn(f64) -> f64| {
            let square = |x: f64| (of(x) - mean) * (of(x) - mean);
            (stand_ins.iter().map(|(x, count)| count * square(*x)).sum::<f64>() / total).sqrt()
        };
        let estimated = |names: &[(&str, Scale)]| -> Vec<Estimated> {
            names.iter().map(|(name, scale)| Estimated { name: (*name).to_owned(), scale: *scale }).collect()
        };
        let (least, _) = bounds(observations);
        let not_below_0 = |strictly: bool| {
            if least < 0.0 || (strictly && least == 0.0) {
                let expected = if strictly { "above 0" } else { "from 0" };
                return Err(format!("{family} laws live {expected}, and the least value is {least}"));
            }
            Ok(())
        };
        let unit = if mean > 0.0 { mean } else { 1.0 };
        let positive = Scale::Positive { unit };
        let made = |shape, map, parameters: &[(&str, Scale)]| {
            Ok(Self { family, shape, map, parameters: estimated(parameters), given: Vec::new() })
        };
        match family {
            "normal" | "student_t" => {
                let unit = spread(mean, &|x| x);
                if !(unit > 0.0) {
                    return Err("all values are equal".to_owned());
                }
                let (location, scale) = (Scale::Line { shift: mean, unit }, Scale::Positive { unit });
                let map = Map::linear(mean, unit);
                if family == "normal" {
                    return made(Shape::Normal, map, &[("mean", location), ("sd", scale)]);
                }
                made(Shape::StudentT, map, &[("location", location), ("scale", scale), ("dof", Scale::SHAPE)])
            }
            "lognormal" => {
                not_below_0(true)?;
                let of = |x: f64| ln(x.max(1e-300));
                let centre = stand_ins.iter().map(|(x, count)| count * of(*x)).sum::<f64>() / total;
                let unit = spread(centre, &of);
                if !(unit > 0.0) {
                    return Err("all values are equal".to_owned());
                }
                let map = Map { logarithmic: true, shift: centre, unit };
                made(
                    Shape::Normal,
                    map,
                    &[("mu", Scale::Line { shift: centre, unit }), ("sigma", Scale::Positive { unit })],
                )
            }
            "gamma" | "weibull" => {
                not_below_0(true)?;
                let shape = if family == "gamma" { Shape::Gamma } else { Shape::Weibull };
                made(shape, Map::linear(0.0, unit), &[("shape", Scale::SHAPE), ("scale", positive)])
            }
            "inverse_gaussian" => {
                not_below_0(true)?;
                made(Shape::InverseGaussian, Map::linear(0.0, unit), &[("mean", positive), ("shape", positive)])
            }
            "exponential" => {
                not_below_0(false)?;
                made(Shape::Exponential, Map::linear(0.0, unit), &[("mean", positive)])
            }
            "pareto" => {
                not_below_0(false)?;
                made(Shape::Pareto, Map::linear(0.0, unit), &[("shape", Scale::SHAPE), ("scale", positive)])
            }
            "gpd" => {
                let from_0 = (least >= 0.0).then_some(0.0);
                let Some(threshold) = ends.threshold.or_else(|| least_window(observations)).or(from_0) else {
                    return Err("a generalised Pareto law of values below 0 needs a threshold: give one".to_owned());
                };
                if least < threshold {
                    return Err(format!("values lie below the threshold {threshold}, the least is {least}"));
                }
                let unit = if mean > threshold { mean - threshold } else { 1.0 };
                let map = Map::linear(threshold, unit);
                let scales = [("scale", Scale::Positive { unit }), ("shape", Scale::PLAIN)];
                let single = made(Shape::Gpd, map, &scales)?;
                Ok(Self { given: vec![("threshold", threshold)], ..single })
            }
            "beta" | "pert" => {
                let (low, high) = match family {
                    "beta" => (ends.min.unwrap_or(0.0), ends.max.unwrap_or(1.0)),
                    _ => ends.min.zip(ends.max).ok_or("the ends are not given")?,
                };
                let (least, most) = bounds(observations);
                if !(least > low && most < high) {
                    return Err(format!(
                        "values must lie strictly between {low} and {high}, and run from {least} to {most}: give other ends"
                    ));
                }
                let map = Map::linear(low, high - low);
                let (shape, scales): (Shape, &[(&str, Scale)]) = if family == "beta" {
                    (Shape::Beta, &[("alpha", Scale::SHAPE), ("beta", Scale::SHAPE)])
                } else {
                    (Shape::Pert, &[("mode", Scale::Between { low, high })])
                };
                let single = made(shape, map, scales)?;
                Ok(Self { given: vec![("min", low), ("max", high)], ..single })
            }
            _ => Err(format!("{family} has no smooth likelihood")),
        }
    }

    fn start(&self, observations: &Observations) -> Vec<f64> {
        let mut values: Vec<(f64, f64)> =
            observations.stand_ins().into_iter().map(|(x, count)| (self.map.to(x), count)).collect();
        // Stand-ins at an end of the support, as a left-censored 0.
        let (least, most) = self.shape.support();
        for (y, _) in &mut values {
            *y = y.clamp(
                if least.is_finite() { least + 1e-9 } else { -1e9 },
                if most.is_finite() { most - 1e-9 } else { f64::MAX },
            );
        }
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.shape.start(&values)
    }

    /// Where the maximum stands at an edge, behind which another family waits.
    fn edge(&self, natural: &[f64]) -> Option<String> {
        match self.family {
            "student_t" if natural[2] > MANY => {
                Some("the degrees of freedom grow without bound: the normal law says as much".to_owned())
            }
            "pareto" if natural[0] > MANY => {
                Some("the shape grows without bound: the exponential law says as much".to_owned())
            }
            "gamma" | "weibull" if natural[0] < LITTLE => {
                Some("the shape falls to 0: the truncated data are heavier than any law of the family".to_owned())
            }
            "gpd" if natural[1] <= -0.5 => Some(
                "the shape is below -1/2: the end of the support follows the largest value, and no standard error holds (Smith 1985, doi:10.1093/biomet/72.1.67)"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

/// A shape this large cannot be told from an infinite one by any sample in reach.
const MANY: f64 = 2000.0;

/// A shape this small has all its probability at 0 but for what the truncation leaves.
const LITTLE: f64 = 1e-4;

/// A standard error in coordinates (logarithms of scales and shapes) beyond which a maximum is one by rounding alone.
const VAGUE: f64 = 8.0;

/// The parameter that the likelihood hardly depends on, where there is one.
fn vague<'a>(optimum: &Optimum, parameters: &'a [Estimated]) -> Option<&'a str> {
    let inverse = linear::inverse(&optimum.information)?;
    let at = (0..parameters.len()).find(|i| !(inverse[*i][*i].sqrt() < VAGUE))?;
    Some(&parameters[at].name)
}

/// Ends of the support and thresholds that the user gives.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ends {
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// Of a generalised Pareto law; where it is not given the left truncation, without one 0.
    pub threshold: Option<f64>,
}

/// Least and largest value that any row surely has on its side.
pub(super) fn bounds(observations: &Observations) -> (f64, f64) {
    let censored = observations.censored().iter();
    let mut least = observations.exact().first().copied().unwrap_or(f64::INFINITY);
    let mut most = observations.exact().last().copied().unwrap_or(f64::NEG_INFINITY);
    for row in censored {
        least = least.min(row.high);
        most = most.max(row.low);
    }
    (least, most)
}

fn least_window(observations: &Observations) -> Option<f64> {
    let least = observations.windows().iter().map(|w| w.from).fold(f64::INFINITY, f64::min);
    least.is_finite().then_some(least)
}

impl Fitter for Single {
    fn name(&self) -> String {
        self.family.to_owned()
    }

    fn family(&self) -> &'static str {
        self.family
    }

    fn free(&self) -> usize {
        self.parameters.len()
    }

    fn point(&self, observations: &Observations, warm: Option<&[f64]>) -> Result<Point, String> {
        let sample = Sample::new(self.shape, self.map, observations);
        let likelihood = ShapeLikelihood { shape: self.shape, sample: &sample };
        let start = warm.map_or_else(|| self.start(observations), <[f64]>::to_vec);
        let (mut point, optimum) = smooth_point(&likelihood, &start, &self.parameters)?;
        if let Some(edge) = self.edge(&point.natural) {
            point.state = FitState::Boundary(edge);
        } else if let (FitState::Boundary(why), None) = (&point.state, warm) {
            return Err(why.clone());
        } else if point.state == FitState::Converged
            && warm.is_none()
            && let Some(name) = vague(&optimum, &self.parameters)
        {
            point.state = FitState::Boundary(format!(
                "the data do not determine {name}: the likelihood is all but flat towards an edge"
            ));
        }
        Ok(point)
    }

    fn describe(&self, observations: &Observations, point: &Point, intervals: Intervals) -> Described {
        let sample = Sample::new(self.shape, self.map, observations);
        let likelihood = ShapeLikelihood { shape: self.shape, sample: &sample };
        let optimum = maximise(&likelihood, &point.working, None);
        let at_edge = self.edge(&point.natural).is_some() || matches!(point.state, FitState::Boundary(_));
        let (mut parameters, covariance) =
            smooth_described(&likelihood, &optimum, &self.parameters, intervals, at_edge);
        parameters.extend(self.given.iter().map(|(name, value)| given(name, *value)));
        Described { parameters, covariance, notes: Vec::new() }
    }

    fn law(&self, natural: &[f64]) -> Result<Law, LawError> {
        let mut named: Vec<(&str, f64)> =
            self.parameters.iter().zip(natural).map(|(p, value)| (p.name.as_str(), *value)).collect();
        named.extend(self.given.iter().copied());
        Law::from_parameters(self.family, &named)
    }
}

#[cfg(test)]
mod tests;
