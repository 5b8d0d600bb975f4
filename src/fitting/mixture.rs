//! How is a mixture of two laws fitted?

use super::families::Shape;
use super::fitter::{Described, Estimated, Fitter, Intervals, Point, smooth_described, smooth_point};
use super::jet::Jet;
use super::observations::{Observations, Window};
use super::optimum::{Expansion, Likelihood, maximise};
use super::sample::{Map, expansion};
use super::scale::Scale;
use super::single::{Ends, Single};
use crate::distributions::{Law, LawError};
use crate::numerics::elementary::{exp, ln};
use crate::outcome::fit::FitState;

/// Families that may be one of the two.
pub const MIXTURE_FAMILIES: &[&str] = &["lognormal", "gamma", "weibull", "normal", "pareto"];

/// With probability `weight` the first law, else the second. Both have two parameters.
///
/// The likelihood has several maxima and, for normal and lognormal components, no bound at all where one of them closes in on a single
/// value: searches start from several splits of the sorted sample, and a component narrower than a thousandth of the sample is refused
/// (McLachlan and Peel 2000, doi:10.1002/0471721182, section 3.8).
#[derive(Debug, Clone)]
pub(super) struct Mixture {
    parts: [Single; 2],
    parameters: Vec<Estimated>,
}

/// Coordinates of both components, then the logit of the first one's weight.
const DIMENSION: usize = 5;

impl Mixture {
    pub fn new(families: [&str; 2], observations: &Observations) -> Result<Self, String> {
        if observations.len() < 20 {
            return Err(format!(
                "{} rows are too few for the five parameters of a mixture, expected 20",
                observations.len()
            ));
        }
        let part = |family: &str| {
            let known = MIXTURE_FAMILIES.iter().find(|name| **name == family);
            let family = known.ok_or_else(|| format!("{family} cannot be a component of a fitted mixture"))?;
            Single::new(family, observations, Ends::default())
        };
        let parts = [part(families[0])?, part(families[1])?];
        let mut parameters = Vec::new();
        for (number, single) in parts.iter().enumerate() {
            for parameter in &single.parameters {
                parameters
                    .push(Estimated { name: format!("{} {}", parameter.name, number + 1), scale: parameter.scale });
            }
        }
        parameters.push(Estimated { name: "weight 1".to_owned(), scale: Scale::Between { low: 0.0, high: 1.0 } });
        Ok(Self { parts, parameters })
    }

    /// Coordinates when the sorted rows are cut at a share, each side fitted alone.
    fn split(&self, observations: &Observations, share: f64) -> Option<Vec<f64>> {
        let mut values = observations.stand_ins();
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        let cut = ((values.len() as f64 * share) as usize).clamp(3, values.len().checked_sub(3)?);
        let mut at = Vec::new();
        for (part, side) in self.parts.iter().zip([&values[..cut], &values[cut..]]) {
            let least = part.shape.support().0;
            let mapped: Vec<(f64, f64)> = side
                .iter()
                .map(|(x, n)| (part.map.to(*x).max(least + if least == 0.0 { 1e-9 } else { 0.0 }), *n))
                .collect();
            let mut start = part.shape.start(&mapped);
            if part.shape == Shape::Normal {
                // A cut sample is too narrow.
                start[1] += 0.3;
            }
            at.extend(start);
        }
        at.push(ln(share / (1.0 - share)));
        at.iter().all(|c| c.is_finite()).then_some(at)
    }

    fn is_degenerate(&self, at: &[f64]) -> bool {
        let narrow = |part: &Single, at: &[f64]| match part.shape {
            Shape::Normal => at[1] < NARROW,
            Shape::Gamma | Shape::Weibull => at[0] > -2.0 * NARROW,
            _ => false,
        };
        narrow(&self.parts[0], &at[..2]) || narrow(&self.parts[1], &at[2..4])
    }
}

/// `ln 0.001`: of a component's spread over the sample's.
const NARROW: f64 = -6.9;

/// Rows from which several starts are tried on a part of them first.
const FEW_ENOUGH: usize = 10_000;

struct MixtureLikelihood<'a> {
    mixture: &'a Mixture,
    /// Mapped values and their logarithms, by component, with the logarithm of the map's slope.
    rows: [Vec<(f64, f64, f64)>; 2],
    observations: &'a Observations,
}

impl<'a> MixtureLikelihood<'a> {
    fn new(mixture: &'a Mixture, observations: &'a Observations) -> Self {
        let row = |map: Map, x: f64| {
            let y = map.to(x);
            let ln_slope = if map.logarithmic { -ln(x) - ln(map.unit) } else { -ln(map.unit) };
            (y, if y > 0.0 { ln(y) } else { f64::NEG_INFINITY }, ln_slope)
        };
        let rows = [0, 1].map(|i| observations.exact().iter().map(|x| row(mixture.parts[i].map, *x)).collect());
        Self { mixture, rows, observations }
    }

    /// Adds `count * ln(w a + (1 - w) b)`, from the logarithms of a and b as functions of their own two coordinates.
    fn add(total: &mut Jet<DIMENSION>, weight: [f64; 2], parts: [Jet<2>; 2], count: f64) {
        let ln_terms = [ln(weight[0]) + parts[0].v, ln(weight[1]) + parts[1].v];
        let most = ln_terms[0].max(ln_terms[1]);
        let terms = ln_terms.map(|term| exp(term - most));
        let sum = terms[0] + terms[1];
        let r = terms.map(|term| term / sum);
        total.v += count * (most + ln(sum));
        // By the logit of the weight, ln w has the slope 1 - w and ln(1 - w) the slope -w.
        let slopes = [weight[1], -weight[0]];
        let mut first = [0.0; DIMENSION];
        for k in 0..2 {
            for i in 0..2 {
                first[2 * k + i] = r[k] * parts[k].g[i];
            }
            first[4] += r[k] * slopes[k];
        }
        for i in 0..DIMENSION {
            total.g[i] += count * first[i];
            for j in 0..=i {
                total.h[i][j] -= count * first[i] * first[j];
            }
        }
        let bend = -weight[0] * weight[1];
        for k in 0..2 {
            for i in 0..2 {
                for j in 0..=i {
                    let second = parts[k].h[i][j] + parts[k].g[i] * parts[k].g[j];
                    total.h[2 * k + i][2 * k + j] += count * r[k] * second;
                }
                total.h[4][2 * k + i] += count * r[k] * slopes[k] * parts[k].g[i];
            }
            total.h[4][4] += count * r[k] * (bend + slopes[k] * slopes[k]);
        }
    }
}

impl Likelihood for MixtureLikelihood<'_> {
    fn expand(&self, at: &[f64]) -> Expansion {
        let parts = &self.mixture.parts;
        let of = |k: usize| Jet::<2>::all(&[at[2 * k], at[2 * k + 1]]);
        let points = [of(0), of(1)];
        let first = 1.0 / (1.0 + exp(-at[4]));
        let weight = [first, 1.0 / (1.0 + exp(at[4]))];
        let mut total = Jet::<DIMENSION>::constant(0.0);
        for (one, other) in self.rows[0].iter().zip(&self.rows[1]) {
            let density = |k: usize, row: &(f64, f64, f64)| parts[k].shape.ln_density(row.0, row.1, &points[k]) + row.2;
            Self::add(&mut total, weight, [density(0, one), density(1, other)], 1.0);
        }
        let between = |k: usize, low: f64, high: f64| {
            let map = parts[k].map;
            parts[k].shape.ln_between(map.to(low), map.to(high), &points[k])
        };
        for row in self.observations.censored() {
            let inside = [0, 1].map(|k| between(k, row.low, row.high));
            Self::add(&mut total, weight, inside, row.count);
        }
        for Window { from, to, count } in self.observations.windows().iter().filter(|w| !w.is_all()) {
            Self::add(&mut total, weight, [0, 1].map(|k| between(k, *from, *to)), -count);
        }
        expansion(&total)
    }
}

impl Fitter for Mixture {
    fn name(&self) -> String {
        let [one, other] = [self.parts[0].family, self.parts[1].family];
        if one == other { format!("mixture of two {one}") } else { format!("mixture of {one} and {other}") }
    }

    fn family(&self) -> &'static str {
        "mixture"
    }

    fn free(&self) -> usize {
        DIMENSION
    }

    fn effort(&self) -> f64 {
        8.0
    }

    fn point(&self, observations: &Observations, warm: Option<&[f64]>) -> Result<Point, String> {
        // Of many rows every so manieth tells which start leads highest.
        if warm.is_none()
            && let Some(thinned) = observations.thinned(FEW_ENOUGH)
        {
            let first = self.point(&thinned, None)?;
            return self.point(observations, Some(&first.working));
        }
        let likelihood = MixtureLikelihood::new(self, observations);
        let starts: Vec<Vec<f64>> = match warm {
            Some(warm) => vec![warm.to_vec()],
            None => [0.5, 0.2, 0.8, 0.95].iter().filter_map(|share| self.split(observations, *share)).collect(),
        };
        let mut best: Option<Point> = None;
        for start in starts {
            let Ok((point, _)) = smooth_point(&likelihood, &start, &self.parameters) else { continue };
            if self.is_degenerate(&point.working) || !point.log_likelihood.is_finite() {
                continue;
            }
            let rank = |point: &Point| (point.state == FitState::Converged, point.log_likelihood);
            if best.as_ref().is_none_or(|best| rank(&point) > rank(best)) {
                best = Some(point);
            }
        }
        let mut point = best.ok_or("from every start one component closes in on a few equal values")?;
        let weight = point.natural[4];
        if !(0.001..=0.999).contains(&weight) && point.state == FitState::Converged {
            point.state = FitState::Boundary("one component is all but empty: the other says as much alone".to_owned());
        }
        Ok(point)
    }

    fn describe(&self, observations: &Observations, point: &Point, intervals: Intervals) -> Described {
        let likelihood = MixtureLikelihood::new(self, observations);
        let optimum = maximise(&likelihood, &point.working, None);
        let (parameters, covariance) = smooth_described(&likelihood, &optimum, &self.parameters, intervals, false);
        let notes = vec![
            "The number of components was given, not found: AIC and BIC do not test it in the usual way.".to_owned(),
        ];
        Described { parameters, covariance, notes }
    }

    fn law(&self, natural: &[f64]) -> Result<Law, LawError> {
        let one = self.parts[0].law(&natural[..2])?;
        let other = self.parts[1].law(&natural[2..4])?;
        Law::mixture(vec![(natural[4], one), (1.0 - natural[4], other)])
    }
}
