//! What is a law whose values are all multiplied by a factor and moved by a shift?

use super::{Family, Kind, Law};
use crate::distributions::error::{LawError, finite};
use crate::distributions::moments::{Moments, TailIndices};
use crate::numerics::Probability;
use crate::numerics::elementary::ln;

/// The law of `shift + scale X`, `scale` above 0. As exact as the law of X: probabilities are those of X, values are rounded twice.
/// Atoms and ends stay where their images are, to the bit.
#[derive(Debug)]
pub(in crate::distributions) struct Moved {
    law: Law,
    shift: f64,
    scale: f64,
    /// Where the cdf of X may jump or turn, ends of its support among them, ascending, each with its image.
    edges: Vec<(f64, f64)>,
}

impl Moved {
    pub(in crate::distributions) fn new(law: &Law, shift: f64, scale: f64) -> Result<Self, LawError> {
        finite("shift", shift)?;
        if !(scale > 0.0 && scale.is_finite()) {
            return Err(LawError::range("scale", scale, "a number above 0"));
        }
        // Moving twice is moving once.
        if let Kind::Moved { law: inner, shift: inner_shift, scale: inner_scale } = law.kind() {
            return Self::new(inner, shift + scale * inner_shift, scale * inner_scale);
        }
        let (low, high) = law.support();
        let ends = [low, high].into_iter().filter(|end| end.is_finite());
        let mut edges: Vec<f64> = law.inner().breaks().into_iter().chain(ends).collect();
        edges.sort_by(f64::total_cmp);
        edges.dedup();
        let edges = edges.into_iter().map(|x| (x, shift + scale * x)).collect();
        Ok(Self { law: law.clone(), shift, scale, edges })
    }

    fn image(&self, x: f64) -> f64 {
        self.shift + self.scale * x
    }

    /// The value of X whose image is `y`, on the side of every edge on which `y` is of the edge's image.
    fn origin(&self, y: f64) -> f64 {
        let x = (y - self.shift) / self.scale;
        let above = self.edges.partition_point(|(_, image)| *image <= y);
        let x = match above.checked_sub(1).map(|i| self.edges[i]) {
            Some((edge, image)) if image == y => return edge,
            Some((edge, _)) => x.max(edge.next_up()),
            None => x,
        };
        self.edges.get(above).map_or(x, |(edge, _)| x.min(edge.next_down()))
    }
}

/// The law of `shift + scale X` where it is of X's own family: its sums then stay what they are, closed or quick to compile.
pub(in crate::distributions) fn in_family(kind: Kind<'_>, shift: f64, scale: f64) -> Option<Result<Law, LawError>> {
    let made = |family, parameters: &[(&'static str, f64)]| Some(Law::from_parameters(family, parameters));
    match kind {
        Kind::Normal { mean, sd } => made("normal", &[("mean", shift + scale * mean), ("sd", scale * sd)]),
        _ if shift != 0.0 || !(scale > 0.0 && scale.is_finite()) => None,
        Kind::Lognormal { mu, sigma } => made("lognormal", &[("mu", mu + ln(scale)), ("sigma", sigma)]),
        Kind::Gamma { shape, scale: own } => made("gamma", &[("shape", shape), ("scale", scale * own)]),
        Kind::Weibull { shape, scale: own } => made("weibull", &[("shape", shape), ("scale", scale * own)]),
        Kind::Pareto { shape, scale: own } => made("pareto", &[("shape", shape), ("scale", scale * own)]),
        Kind::Exponential { mean } => made("exponential", &[("mean", scale * mean)]),
        Kind::InverseGaussian { mean, shape } => {
            made("inverse_gaussian", &[("mean", scale * mean), ("shape", scale * shape)])
        }
        _ => None,
    }
}

impl Family for Moved {
    fn kind(&self) -> Kind<'_> {
        Kind::Moved { law: &self.law, shift: self.shift, scale: self.scale }
    }

    fn cdf(&self, y: f64) -> Probability {
        self.law.cdf(self.origin(y))
    }

    fn below(&self, y: f64) -> Probability {
        // Edges whose images fall together begin with the first.
        let first = self.edges.partition_point(|(_, image)| *image < y);
        match self.edges.get(first) {
            Some((edge, image)) if *image == y => self.law.below(*edge),
            _ => self.law.below(self.origin(y)),
        }
    }

    fn quantile(&self, p: Probability) -> f64 {
        self.image(self.law.quantile(p))
    }

    fn quantile_near(&self, p: Probability, guess: f64) -> f64 {
        self.image(self.law.inner().quantile_near(p, self.origin(guess)))
    }

    fn density(&self, y: f64) -> f64 {
        self.law.density(self.origin(y)) / self.scale
    }

    fn support(&self) -> (f64, f64) {
        let (low, high) = self.law.support();
        (self.image(low), self.image(high))
    }

    fn tail_indices(&self) -> TailIndices {
        self.law.tail_indices()
    }

    fn atoms(&self) -> Vec<(f64, f64)> {
        let mut atoms: Vec<(f64, f64)> = Vec::new();
        for (x, mass) in self.law.atoms() {
            match atoms.last_mut() {
                Some(last) if last.0 == self.image(x) => last.1 += mass,
                _ => atoms.push((self.image(x), mass)),
            }
        }
        atoms
    }

    fn breaks(&self) -> Vec<f64> {
        self.law.inner().breaks().into_iter().map(|x| self.image(x)).collect()
    }

    fn parts(&self) -> Vec<(f64, Law)> {
        let moved =
            |(weight, part): (f64, Law)| Some((weight, Law::of(Self::new(&part, self.shift, self.scale).ok()?)));
        self.law.inner().parts().into_iter().filter_map(moved).collect()
    }

    fn moments(&self) -> Option<Moments> {
        Some(self.law.moments().rescaled(self.shift, self.scale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distributions::tests::{composed, continuous, ladder};

    #[test]
    fn a_moved_law_is_the_law_elsewhere() {
        // What is moved already is moved once more in other roundings.
        let unmoved = |law: &Law| !matches!(law.kind(), Kind::Moved { .. });
        for law in continuous().into_iter().chain(composed()).filter(unmoved) {
            for (shift, scale) in [(0.0, 1.7), (-3.0, 1.0), (1e3, 0.01), (0.1, 1e6)] {
                let moved = law.moved(shift, scale).unwrap();
                for p in ladder() {
                    assert_eq!(moved.quantile(p), shift + scale * law.quantile(p), "{moved}");
                }
                let (plain, other) = (law.moments(), moved.moments());
                if plain.mean.is_finite() {
                    let mean = shift + scale * plain.mean;
                    assert!((other.mean - mean).abs() <= 1e-14 * (shift.abs() + (scale * plain.mean).abs()), "{moved}");
                }
                if plain.variance.is_finite() {
                    assert!((other.variance / (scale * scale * plain.variance) - 1.0).abs() < 1e-14, "{moved}");
                }
                // Atoms are hit although their places are rounded.
                for (y, mass) in moved.atoms() {
                    assert!((moved.cdf(y).p() - moved.below(y).p() - mass).abs() < 1e-15, "{moved} at {y}");
                    assert_eq!(moved.cdf(y.next_down()).p().min(moved.below(y).p()), moved.cdf(y.next_down()).p());
                }
            }
        }
    }

    #[test]
    fn moving_twice_is_moving_once_and_nowhere_is_the_law() {
        let law = Law::from_parameters("gamma", &[("mean", 2.0), ("sd", 1.0)]).unwrap();
        let twice = law.moved(1.0, 2.0).unwrap().moved(3.0, 4.0).unwrap();
        assert!(matches!(twice.kind(), Kind::Moved { shift: 7.0, scale: 8.0, .. }), "{twice:?}");
        assert_eq!(twice.to_string(), "7 + 8 x gamma(shape 4, scale 0.5)");
        assert_eq!(law.moved(0.0, 2.5).unwrap().to_string(), "2.5 x gamma(shape 4, scale 0.5)");
        assert_eq!(law.moved(-2.0, 1.0).unwrap().to_string(), "gamma(shape 4, scale 0.5) - 2");
        assert_eq!(format!("{:?}", law.moved(0.0, 1.0).unwrap()), format!("{law:?}"));
        assert_ne!(format!("{:?}", law.moved(0.5, 1.0).unwrap()), format!("{law:?}"));
        assert_eq!(law.moved(3.0, 0.0).unwrap().atoms(), [(3.0, 1.0)]);
        assert!(law.moved(0.0, -1.0).is_err() && law.moved(f64::NAN, 1.0).is_err());
        assert!(twice.written().is_none());
    }
}
