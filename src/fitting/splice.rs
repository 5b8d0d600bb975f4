//! How is a body with another tail above a threshold fitted?

use super::fitter::{Described, Fitter, Intervals, Point, fixed, given};
use super::observations::{Bound, Columns, Observations};
use super::single::{Ends, Single};
use crate::distributions::{Law, LawError};
use crate::numerics::elementary::ln;
use crate::outcome::fit::{FitState, Interval, Parameter, ParameterRole};

/// Families that may be the body.
pub const SPLICE_BODIES: &[&str] =
    &["lognormal", "gamma", "weibull", "normal", "pareto", "exponential", "inverse_gaussian"];

/// A body conditioned to at most the threshold and a generalised Pareto tail above it, each fitted to its own rows, with the share of
/// rows above as the weight of the tail. The three likelihoods are separate, so that no estimate of one part moves the others.
///
/// With left-truncated rows the share seen above the threshold is that among rows that could be seen; the weight in the law is
/// worked back from it.
#[derive(Debug, Clone)]
pub(super) struct Splice {
    body: Single,
    tail: Single,
    threshold: f64,
    from: f64,
}

struct Parts {
    below: Observations,
    above: Observations,
}

impl Splice {
    pub fn new(body: &'static str, threshold: f64, observations: &Observations) -> Result<Self, String> {
        let window = observations.common_window().ok_or("rows are truncated at different places")?;
        if window.to.is_finite() {
            return Err("rows are truncated from above".to_owned());
        }
        let parts = Self::parts(threshold, observations)?;
        let ends = Ends { threshold: Some(threshold), ..Ends::default() };
        let body = Single::new(body, &parts.below, Ends::default())?;
        let tail = Single::new("gpd", &parts.above, ends)?;
        Ok(Self { body, tail, threshold, from: window.from })
    }

    fn parts(threshold: f64, observations: &Observations) -> Result<Parts, String> {
        if observations.censored().iter().any(|row| row.low < threshold) {
            return Err(format!(
                "rows are censored below the threshold {threshold}: on which side of it they lie is not known"
            ));
        }
        let window = observations.common_window().ok_or("rows are truncated at different places")?;
        let exact = observations.exact();
        let below = &exact[..exact.partition_point(|x| *x <= threshold)];
        if below.len() < 10 {
            return Err(format!("{} rows lie up to the threshold {threshold}, expected 10 for a body", below.len()));
        }
        let columns = Columns {
            truncated_below: window.from.is_finite().then_some(Bound::Constant(window.from)),
            truncated_above: Some(Bound::Constant(threshold)),
            ..Columns::of(below)
        };
        let below = Observations::new(&columns).map_err(|error| error.to_string())?;
        let (above, _) = observations.above(threshold);
        match above {
            Some(above) if above.len() >= 10 => Ok(Parts { below, above }),
            above => {
                let count = above.map_or(0, |above| above.len());
                Err(format!("{count} rows lie above the threshold {threshold}, expected 10 for a tail"))
            }
        }
    }

    /// The tail's weight in the whole law, when a share of the rows that could be seen lies above the threshold.
    fn weight(&self, share: f64, body: &Law) -> f64 {
        // share = w / (w + (1 - w) visible), visible being the part of the body that could be seen.
        let up_to = body.cdf(self.threshold).p();
        let visible = if self.from.is_finite() { (up_to - body.cdf(self.from).p()) / up_to } else { 1.0 };
        share * visible / (1.0 - share + share * visible)
    }

    fn split_at(&self) -> usize {
        self.body.parameters.len()
    }
}

impl Fitter for Splice {
    fn name(&self) -> String {
        format!("splice of {} and gpd", self.body.family)
    }

    fn family(&self) -> &'static str {
        "splice"
    }

    fn free(&self) -> usize {
        self.split_at() + 3
    }

    fn point(&self, observations: &Observations, warm: Option<&[f64]>) -> Result<Point, String> {
        let parts = Self::parts(self.threshold, observations)?;
        let split = self.split_at();
        let body = self.body.point(&parts.below, warm.map(|warm| &warm[..split]))?;
        let tail = self.tail.point(&parts.above, warm.map(|warm| &warm[split..]))?;
        let (n, above) = (observations.len() as f64, parts.above.len() as f64);
        let share = above / n;
        let log_likelihood =
            body.log_likelihood + tail.log_likelihood + above * ln(share) + (n - above) * ln(1.0 - share);
        let law = self.body.law(&body.natural).map_err(|error| error.to_string())?;
        let mut natural = body.natural;
        natural.extend(tail.natural);
        natural.push(self.weight(share, &law));
        let mut working = body.working;
        working.extend(tail.working);
        let state = match (body.state, tail.state) {
            (FitState::Converged, state) => state,
            (FitState::Boundary(why) | FitState::Refused(why), _) => FitState::Boundary(format!("of the body: {why}")),
        };
        Ok(Point { working, natural, log_likelihood, state })
    }

    fn describe(&self, observations: &Observations, point: &Point, intervals: Intervals) -> Described {
        let Ok(parts) = Self::parts(self.threshold, observations) else {
            return Described { parameters: Vec::new(), covariance: Vec::new(), notes: Vec::new() };
        };
        let split = self.split_at();
        let piece = |from: usize, to: usize| Point {
            working: point.working[from..to].to_vec(),
            natural: point.natural[from..to].to_vec(),
            log_likelihood: f64::NAN,
            state: FitState::Converged,
        };
        let body = self.body.describe(&parts.below, &piece(0, split), intervals);
        let tail = self.tail.describe(&parts.above, &piece(split, split + 2), intervals);
        let named = |described: &Described, count: usize, part: &str| -> Vec<Parameter> {
            let estimated = described.parameters.iter().take(count);
            estimated.map(|p| Parameter { name: format!("{part} {}", p.name), ..p.clone() }).collect()
        };
        let mut parameters = named(&body, split, "body");
        parameters.extend(named(&tail, 2, "tail"));
        let (n, above) = (observations.len() as f64, parts.above.len() as f64);
        let share = above / n;
        // Of the share among visible rows; the weight moves with it by this slope.
        let weight = point.natural[split + 2];
        let slope = weight * (1.0 - weight) / (share * (1.0 - share));
        let se = (share * (1.0 - share) / n).sqrt() * slope;
        let mut tail_weight = fixed("tail_weight", weight, ParameterRole::Estimated);
        tail_weight.standard_error = Some(se);
        let logit = ln(weight / (1.0 - weight));
        let half = 1.959_963_984_540_054 * se / (weight * (1.0 - weight));
        let back = |c: f64| 1.0 / (1.0 + crate::numerics::elementary::exp(-c));
        tail_weight.wald = Some(Interval { low: Some(back(logit - half)), high: Some(back(logit + half)) });
        parameters.push(tail_weight);
        parameters.push(given("threshold", self.threshold));
        let mut covariance = Vec::new();
        if body.covariance.len() == split && tail.covariance.len() == 2 {
            covariance = vec![vec![0.0; split + 3]; split + 3];
            for (block, at) in [(&body.covariance, 0), (&tail.covariance, split)] {
                for (i, row) in block.iter().enumerate() {
                    covariance[at + i][at..at + row.len()].copy_from_slice(row);
                }
            }
            covariance[split + 2][split + 2] = se * se;
        }
        let notes = vec![
            "The threshold was given, not estimated: AIC and BIC count no parameter for it, and standard errors take it as known."
                .to_owned(),
        ];
        Described { parameters, covariance, notes }
    }

    fn law(&self, natural: &[f64]) -> Result<Law, LawError> {
        let split = self.split_at();
        let body = self.body.law(&natural[..split])?;
        let tail = self.tail.law(&natural[split..split + 2])?;
        Law::splice(body, tail, self.threshold, Some(natural[split + 2]))
    }
}
