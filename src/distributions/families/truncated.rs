//! What is a law conditioned to an interval?

use super::{Family, Kind, Law};
use crate::distributions::error::LawError;
use crate::distributions::moments::{Moments, TailIndices};
use crate::distributions::span::{Span, distance};
use crate::numerics::Probability;

/// A law conditioned to [low, high]: its cdf is `(F(x) - F(low-)) / (F(high) - F(low-))`. Atoms at the ends are kept.
/// As exact as the law itself, far out in a tail included, because probabilities are measured from the nearer end.
#[derive(Debug)]
pub(in crate::distributions) struct Truncated {
    law: Law,
    low: f64,
    high: f64,
    support: (f64, f64),
    span: Span,
    lower_end: LowerEnd,
}

/// Does the lower end of the interval belong to it? Tells only where there is an atom.
#[derive(Debug, Clone, Copy)]
enum LowerEnd {
    Included,
    Excluded,
}

impl LowerEnd {
    fn outside(self, law: &Law, low: f64) -> Probability {
        match self {
            _ if low == f64::NEG_INFINITY => Probability::lower(0.0),
            Self::Included => law.below(low),
            Self::Excluded => law.cdf(low),
        }
    }
}

fn up_to(law: &Law, high: f64) -> Probability {
    if high == f64::INFINITY { Probability::upper(0.0) } else { law.cdf(high) }
}

impl Truncated {
    pub(in crate::distributions) fn new(law: &Law, low: f64, high: f64) -> Result<Self, LawError> {
        // Conditioning twice is conditioning to what both intervals share.
        if let Kind::Truncated { law: inner, low: inner_low, high: inner_high } = law.kind() {
            return Self::new(inner, low.max(inner_low), high.min(inner_high));
        }
        Self::from(law, low, high, LowerEnd::Included)
    }

    /// Conditioned to above `threshold`, an atom there left out.
    pub(super) fn above(law: &Law, threshold: f64) -> Result<Self, LawError> {
        Self::from(law, threshold, f64::INFINITY, LowerEnd::Excluded)
    }

    fn from(law: &Law, low: f64, high: f64, lower_end: LowerEnd) -> Result<Self, LawError> {
        if !(low <= high) {
            return Err(LawError::range("truncate", high, format!("an upper end above the lower end {low}")));
        }
        let span = Span::new(lower_end.outside(law, low), up_to(law, high));
        if !(span.mass() > 0.0) {
            return Err(law.empty_interval("truncate", low, high));
        }
        let (least, most) = law.support();
        let support = (low.max(least), high.min(most));
        let mut truncated = Self { law: law.clone(), low, high, support, span, lower_end };
        truncated.support = truncated.without_gaps();
        Ok(truncated)
    }

    /// The support without stretches at its ends that hold no probability.
    fn without_gaps(&self) -> (f64, f64) {
        let (low, high) = self.support;
        let least = self.law.quantile(self.outer(Probability::lower(0.0)));
        let most = self.law.quantile(self.span.to());
        // Anything narrower is the rounding of a quantile.
        let wide = |from: f64, to: f64| to - from > 1e-9 * from.abs().max(to.abs());
        let flat = |from: f64, to: f64, level: Probability| wide(from, to) && self.law.cdf(0.5 * (from + to)) == level;
        (
            if low.is_finite() && flat(low, least, self.span.from()) { least } else { low },
            if high.is_finite() && flat(most, high, self.span.to()) { most } else { high },
        )
    }

    fn at_end(&self, p: Probability) -> Option<f64> {
        (p.tail() == 0.0).then_some(if p.is_upper() { self.support.1 } else { self.support.0 })
    }

    fn outer(&self, p: Probability) -> Probability {
        let outer = self.span.outward(p);
        let from = self.span.from();
        if outer > from || from.p() == 0.0 {
            return outer;
        }
        // At `from` itself the law is still below the interval: the next probability is the first one inside.
        Probability::from_folded(if from.is_upper() { -from.tail().next_down() } else { from.tail().next_up() })
    }
}

impl Family for Truncated {
    fn kind(&self) -> Kind<'_> {
        Kind::Truncated { law: &self.law, low: self.low, high: self.high }
    }

    fn cdf(&self, x: f64) -> Probability {
        self.span.inward(self.law.cdf(x))
    }

    fn below(&self, x: f64) -> Probability {
        self.span.inward(self.law.below(x))
    }

    fn quantile(&self, p: Probability) -> f64 {
        self.at_end(p).unwrap_or_else(|| self.law.quantile(self.outer(p)).clamp(self.support.0, self.support.1))
    }

    fn quantile_near(&self, p: Probability, guess: f64) -> f64 {
        let inside = || self.law.inner().quantile_near(self.outer(p), guess).clamp(self.support.0, self.support.1);
        self.at_end(p).unwrap_or_else(inside)
    }

    fn density(&self, x: f64) -> f64 {
        if x >= self.low && x <= self.high { self.law.density(x) / self.span.mass() } else { 0.0 }
    }

    fn support(&self) -> (f64, f64) {
        self.support
    }

    fn tail_indices(&self) -> TailIndices {
        let (lower, upper) = self.law.tail_indices();
        let index = |end: f64, index: f64| if end.is_finite() { f64::INFINITY } else { index };
        (index(self.support.0, lower), index(self.support.1, upper))
    }

    fn atoms(&self) -> Vec<(f64, f64)> {
        let inside = |x: f64| distance(self.below(x), self.cdf(x));
        self.law.atoms().into_iter().map(|(x, _)| (x, inside(x))).filter(|(_, mass)| *mass > 0.0).collect()
    }

    fn breaks(&self) -> Vec<f64> {
        self.law.inner().breaks().into_iter().filter(|x| *x >= self.support.0 && *x <= self.support.1).collect()
    }

    fn parts(&self) -> Vec<(f64, Law)> {
        let mut parts = Vec::new();
        for (weight, part) in self.law.inner().parts() {
            if let Ok(inside) = Self::from(&part, self.low, self.high, self.lower_end) {
                parts.push((weight * inside.span.mass() / self.span.mass(), Law::of(inside)));
            }
        }
        parts
    }

    fn moments(&self) -> Option<Moments> {
        if self.span.mass() == 1.0 && self.support == self.law.support() {
            return Some(self.law.moments());
        }
        let parts: Vec<(f64, Moments)> = self.parts().iter().map(|(weight, law)| (*weight, law.moments())).collect();
        if parts.is_empty() { None } else { Some(Moments::mixed(&parts)) }
    }
}
