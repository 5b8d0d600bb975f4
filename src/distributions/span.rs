//! Which probability of the whole law is a local probability of one stretch of it?

use crate::numerics::Probability;

/// A stretch of the probability axis. A law conditioned to an interval, a smooth piece of a mixture and the body of a
/// splice are all the whole law seen through a span. Offsets are taken from the nearer edge on the nearer side, so
/// that a span far out in a tail keeps its relative precision.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    from: Probability,
    to: Probability,
    mass: f64,
    inverse_mass: f64,
}

impl Span {
    pub(super) fn new(from: Probability, to: Probability) -> Self {
        let mass = distance(from, to);
        Self { from, to, mass, inverse_mass: 1.0 / mass }
    }

    /// Probability the span holds; 0 when it is empty or turned round.
    pub(super) fn mass(&self) -> f64 {
        self.mass
    }

    pub(super) fn inverse_mass(&self) -> f64 {
        self.inverse_mass
    }

    /// From a local probability to that of the whole law.
    #[inline]
    pub(super) fn outward(&self, local: Probability) -> Probability {
        let offset = local.tail() * self.mass;
        let outer = if local.is_upper() { step_down(self.to, offset) } else { step_up(self.from, offset) };
        if outer < self.from {
            self.from
        } else if outer > self.to {
            self.to
        } else {
            outer
        }
    }

    /// From a probability of the whole law to the local one, clamped to the span.
    #[inline]
    pub(super) fn inward(&self, outer: Probability) -> Probability {
        let below = distance(self.from, outer);
        let above = distance(outer, self.to);
        if below <= above {
            Probability::lower((below * self.inverse_mass).min(0.5))
        } else {
            Probability::upper((above * self.inverse_mass).min(0.5))
        }
    }

    pub(super) fn from(&self) -> Probability {
        self.from
    }

    pub(super) fn to(&self) -> Probability {
        self.to
    }
}

/// Probability between two points of the axis; 0 when they are in the wrong order.
#[inline]
pub(super) fn distance(from: Probability, to: Probability) -> f64 {
    let distance = match (from.is_upper(), to.is_upper()) {
        (false, false) => to.tail() - from.tail(),
        (true, true) => from.tail() - to.tail(),
        (false, true) => 1.0 - from.tail() - to.tail(),
        (true, false) => 0.0,
    };
    distance.max(0.0)
}

fn step_up(from: Probability, offset: f64) -> Probability {
    if from.is_upper() {
        return Probability::from_folded(-(from.tail() - offset).max(0.0));
    }
    let p = from.tail() + offset;
    if p <= 0.5 { Probability::lower(p) } else { Probability::upper((0.5 - from.tail()) - (offset - 0.5)) }
}

fn step_down(to: Probability, offset: f64) -> Probability {
    step_up(to.complement(), offset).complement()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_spans_keep_their_precision() {
        let span = Span::new(Probability::upper(3e-20), Probability::upper(1e-20));
        assert!((span.mass() / 2e-20 - 1.0).abs() < 1e-15);
        let outer = span.outward(Probability::lower(0.25));
        assert!((outer.q() / 2.5e-20 - 1.0).abs() < 1e-15);
        assert!((span.inward(outer).p() / 0.25 - 1.0).abs() < 1e-14);
    }

    #[test]
    fn outward_and_inward_undo_each_other() {
        for (from, to) in [(0.0, 1.0), (0.1, 0.4), (0.3, 0.9), (0.6, 0.8), (0.0, 0.2)] {
            let span = Span::new(Probability::lower(from), Probability::lower(to));
            for local in [0.0, 1e-6, 0.2, 0.5]
                .map(Probability::lower)
                .into_iter()
                .chain([0.5, 0.3, 1e-6].map(Probability::upper))
            {
                let back = span.inward(span.outward(local));
                assert!((back.p() - local.p()).abs() < 1e-14, "{from} {to} {local:?} {back:?}");
            }
        }
    }

    #[test]
    fn the_complement_of_zero_is_one() {
        assert_eq!(Probability::lower(0.0).complement().p(), 1.0);
        assert_eq!(Span::new(Probability::lower(0.0), Probability::upper(0.0)).mass(), 1.0);
    }
}
