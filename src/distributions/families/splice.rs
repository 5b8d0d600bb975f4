//! What is a law with one body and another tail?

use super::truncated::Truncated;
use super::{Family, Kind, Law};
use crate::distributions::error::{LawError, finite};
use crate::distributions::moments::{Moments, TailIndices};
use crate::distributions::span::Span;
use crate::numerics::Probability;

/// Splice: `body` conditioned to at most `threshold` with probability `1 - tail_weight`, `tail` conditioned to above it
/// with `tail_weight`, by default `1 - F_body(threshold)`. As exact as its parts. The density may jump at the threshold.
#[derive(Debug)]
pub(in crate::distributions) struct Splice {
    body: Law,
    tail: Law,
    threshold: f64,
    tail_weight: f64,
    below: Law,
    above: Law,
    split: Probability,
    body_span: Span,
    tail_span: Span,
}

impl Splice {
    pub(in crate::distributions) fn new(
        body: Law,
        tail: Law,
        threshold: f64,
        tail_weight: Option<f64>,
    ) -> Result<Self, LawError> {
        finite("threshold", threshold)?;
        let tail_weight = match tail_weight {
            Some(weight) if weight > 0.0 && weight < 1.0 => weight,
            Some(weight) => {
                return Err(LawError::range("tail_weight", weight, "a number strictly between 0 and 1"));
            }
            None => match body.cdf(threshold).q() {
                weight if weight > 0.0 && weight < 1.0 => weight,
                _ => return Err(body.empty_interval("threshold", threshold, f64::INFINITY)),
            },
        };
        let below = Truncated::new(&body, f64::NEG_INFINITY, threshold)
            .map_err(|_| body.empty_interval("threshold", f64::NEG_INFINITY, threshold))?;
        let above = Truncated::above(&tail, threshold)
            .map_err(|_| tail.empty_interval("threshold", threshold, f64::INFINITY))?;
        let split = Probability::upper(tail_weight);
        Ok(Self {
            body,
            tail,
            threshold,
            tail_weight,
            below: Law::of(below),
            above: Law::of(above),
            split,
            body_span: Span::new(Probability::lower(0.0), split),
            tail_span: Span::new(split, Probability::upper(0.0)),
        })
    }
}

impl Family for Splice {
    fn kind(&self) -> Kind<'_> {
        let Self { body, tail, threshold, tail_weight, .. } = self;
        Kind::Splice { body, tail, threshold: *threshold, tail_weight: *tail_weight }
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= self.threshold {
            self.body_span.outward(self.below.cdf(x))
        } else {
            self.tail_span.outward(self.above.cdf(x))
        }
    }

    fn below(&self, x: f64) -> Probability {
        if x <= self.threshold {
            self.body_span.outward(self.below.below(x))
        } else {
            self.tail_span.outward(self.above.below(x))
        }
    }

    fn quantile(&self, p: Probability) -> f64 {
        if p <= self.split {
            self.below.quantile(self.body_span.inward(p))
        } else {
            self.above.quantile(self.tail_span.inward(p))
        }
    }

    fn quantile_near(&self, p: Probability, guess: f64) -> f64 {
        if p <= self.split {
            self.below.inner().quantile_near(self.body_span.inward(p), guess)
        } else {
            self.above.inner().quantile_near(self.tail_span.inward(p), guess)
        }
    }

    fn density(&self, x: f64) -> f64 {
        if x <= self.threshold {
            (1.0 - self.tail_weight) * self.below.density(x)
        } else {
            self.tail_weight * self.above.density(x)
        }
    }

    fn support(&self) -> (f64, f64) {
        (self.below.support().0, self.above.support().1)
    }

    fn tail_indices(&self) -> TailIndices {
        (self.below.tail_indices().0, self.above.tail_indices().1)
    }

    fn atoms(&self) -> Vec<(f64, f64)> {
        let body = self.below.atoms().into_iter().map(|(x, mass)| (x, (1.0 - self.tail_weight) * mass));
        body.chain(self.above.atoms().into_iter().map(|(x, mass)| (x, self.tail_weight * mass))).collect()
    }

    fn breaks(&self) -> Vec<f64> {
        let mut breaks = self.below.inner().breaks();
        // The ends of a gap, where the body stops short of the threshold or the tail starts beyond it.
        breaks.extend([self.below.support().1, self.threshold, self.above.support().0]);
        breaks.extend(self.above.inner().breaks());
        breaks
    }

    fn parts(&self) -> Vec<(f64, Law)> {
        vec![(1.0 - self.tail_weight, self.below.clone()), (self.tail_weight, self.above.clone())]
    }

    fn moments(&self) -> Option<Moments> {
        let parts = [(1.0 - self.tail_weight, self.below.moments()), (self.tail_weight, self.above.moments())];
        Some(Moments::mixed(&parts))
    }
}
