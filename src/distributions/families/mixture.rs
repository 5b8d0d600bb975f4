//! What is the law of one of several, chosen at random?

use super::{Family, Kind, Law};
use crate::distributions::error::{LawError, LawProblem};
use crate::distributions::invert::{Polish, invert};
use crate::distributions::moments::{Moments, TailIndices};
use crate::numerics::Probability;

/// Mixture law: cdf `sum of weight * F(x)`, moments composed from those of the components. The quantile is the atom
/// whose jump covers p or else found by Newton between the neighbouring atoms and kinks and the components' quantiles;
/// its relative error is some 1e-15 divided by `x * density / tail`.
#[derive(Debug)]
pub(in crate::distributions) struct Mixture {
    components: Vec<(f64, Law)>,
    support: (f64, f64),
    breaks: Vec<Break>,
}

/// An atom or a kink, with the cdf just below and at it.
#[derive(Debug)]
struct Break {
    x: f64,
    below: Probability,
    up_to: Probability,
}

impl Mixture {
    pub(in crate::distributions) fn new(components: Vec<(f64, Law)>) -> Result<Self, LawError> {
        if components.is_empty() {
            return Err(LawError::of("components", LawProblem::NoValues));
        }
        for (weight, _) in &components {
            if !(*weight >= 0.0 && weight.is_finite()) {
                return Err(LawError::range("weight", *weight, "a number that is not negative"));
            }
        }
        let total: f64 = components.iter().map(|(weight, _)| weight).sum();
        if !(total > 0.0 && total.is_finite()) {
            return Err(LawError::range("weight", total, "weights with a finite positive sum"));
        }
        // Weights that sum to 1 but for rounding stay as they were written.
        let total = if (total - 1.0).abs() < 1e-14 { 1.0 } else { total };
        let components: Vec<(f64, Law)> =
            components.into_iter().filter(|(weight, _)| *weight > 0.0).map(|(w, law)| (w / total, law)).collect();
        let mut edges = Vec::new();
        let mut support = (f64::INFINITY, f64::NEG_INFINITY);
        for (_, law) in &components {
            let (low, high) = law.support();
            support = (support.0.min(low), support.1.max(high));
            edges.extend(law.inner().breaks());
            edges.extend([low, high].into_iter().filter(|end| end.is_finite()));
        }
        edges.sort_by(f64::total_cmp);
        edges.dedup();
        let mut mixture = Self { components, support, breaks: Vec::new() };
        mixture.breaks =
            edges.into_iter().map(|x| Break { x, below: mixture.below(x), up_to: mixture.cdf(x) }).collect();
        Ok(mixture)
    }

    /// Weighted sum, from the end where it is the smaller.
    fn weighted(&self, part: impl Fn(&Law) -> Probability) -> Probability {
        let (mut lower, mut upper) = (0.0, 0.0);
        for (weight, law) in &self.components {
            let p = part(law);
            lower += weight * p.p();
            upper += weight * p.q();
        }
        if lower <= upper { Probability::lower(lower) } else { Probability::upper(upper) }
    }

    /// The atom at p, or the stretch without atoms or kinks that holds p.
    fn place(&self, p: Probability) -> Result<f64, (f64, f64)> {
        let index = self.breaks.partition_point(|edge| edge.up_to < p);
        let before = index.checked_sub(1).map_or(self.support.0, |i| self.breaks[i].x);
        match self.breaks.get(index) {
            Some(edge) if p > edge.below => Ok(edge.x),
            Some(edge) => Err((before, edge.x)),
            None => Err((before, self.support.1)),
        }
    }

    fn search(&self, p: Probability, bracket: (f64, f64), guess: f64, polish: Polish) -> f64 {
        invert(p, bracket, guess, polish, |x| self.cdf(x), |x| self.density(x))
    }
}

impl Family for Mixture {
    fn kind(&self) -> Kind<'_> {
        Kind::Mixture(&self.components)
    }

    fn cdf(&self, x: f64) -> Probability {
        self.weighted(|law| law.cdf(x))
    }

    fn below(&self, x: f64) -> Probability {
        self.weighted(|law| law.below(x))
    }

    fn quantile(&self, p: Probability) -> f64 {
        if p.tail() == 0.0 {
            return if p.is_upper() { self.support.1 } else { self.support.0 };
        }
        let (mut low, mut high) = match self.place(p) {
            Ok(atom) => return atom,
            Err(stretch) => stretch,
        };
        // The components' own quantiles enclose that of the mixture.
        let own = self.components.iter().map(|(_, law)| law.quantile(p));
        let (least, most) = own.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
        (low, high) = (low.max(least), high.min(most));
        if low >= high { low.min(high) } else { self.search(p, (low, high), f64::NAN, Polish::Exact) }
    }

    fn quantile_near(&self, p: Probability, guess: f64) -> f64 {
        if p.tail() == 0.0 {
            return self.quantile(p);
        }
        self.place(p).unwrap_or_else(|stretch| self.search(p, stretch, guess, Polish::Table))
    }

    fn density(&self, x: f64) -> f64 {
        self.components.iter().map(|(weight, law)| weight * law.density(x)).sum()
    }

    fn support(&self) -> (f64, f64) {
        self.support
    }

    fn tail_indices(&self) -> TailIndices {
        self.components.iter().fold((f64::INFINITY, f64::INFINITY), |least, (_, law)| {
            let (lower, upper) = law.tail_indices();
            (least.0.min(lower), least.1.min(upper))
        })
    }

    fn atoms(&self) -> Vec<(f64, f64)> {
        let mut all: Vec<(f64, f64)> = Vec::new();
        for (weight, law) in &self.components {
            all.extend(law.atoms().into_iter().map(|(x, mass)| (x, weight * mass)));
        }
        all.sort_by(|one, other| one.0.total_cmp(&other.0));
        all.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                earlier.1 += later.1;
            }
            same
        });
        all
    }

    fn breaks(&self) -> Vec<f64> {
        self.breaks.iter().map(|edge| edge.x).collect()
    }

    fn parts(&self) -> Vec<(f64, Law)> {
        self.components.clone()
    }

    fn moments(&self) -> Option<Moments> {
        let parts: Vec<(f64, Moments)> = self.components.iter().map(|(weight, law)| (*weight, law.moments())).collect();
        Some(Moments::mixed(&parts))
    }
}
