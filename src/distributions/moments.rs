//! What are the first four central moments of a law?

use std::sync::OnceLock;

use super::families::Family;
use super::pieces::{Piece, pieces};
use crate::numerics::Probability;
use crate::numerics::elementary::{cos, exp};

/// Mean and central moments. A moment is `INFINITY` where its integral diverges to one side and NaN where it is
/// undefined (both tails diverge, or a lower moment is not finite).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    pub mean: f64,
    pub variance: f64,
    /// Third central moment, which is also the third cumulant.
    pub third: f64,
    /// Fourth central moment.
    pub fourth: f64,
}

impl Moments {
    pub fn skewness(&self) -> f64 {
        self.third / (self.variance * self.variance.sqrt())
    }

    pub fn excess_kurtosis(&self) -> f64 {
        self.fourth / (self.variance * self.variance) - 3.0
    }

    pub fn third_cumulant(&self) -> f64 {
        self.third
    }

    pub fn fourth_cumulant(&self) -> f64 {
        self.fourth - 3.0 * self.variance * self.variance
    }

    /// From mean, variance and the two standardised shapes, as tables of families give them.
    pub(super) fn from_shape(mean: f64, variance: f64, skewness: f64, excess_kurtosis: f64) -> Self {
        let fourth = (excess_kurtosis + 3.0) * variance * variance;
        Self { mean, variance, third: skewness * variance * variance.sqrt(), fourth }
    }

    /// Of `location + scale * X`.
    pub(super) fn rescaled(&self, location: f64, scale: f64) -> Self {
        let square = scale * scale;
        Self {
            mean: location + scale * self.mean,
            variance: square * self.variance,
            third: square * scale * self.third,
            fourth: square * square * self.fourth,
        }
    }

    /// Of a mixture of laws with these moments; weights sum to 1.
    pub(super) fn mixed(parts: &[(f64, Moments)]) -> Self {
        let mean: f64 = parts.iter().map(|(weight, part)| weight * part.mean).sum();
        let mut mixed = Self { mean, variance: 0.0, third: 0.0, fourth: 0.0 };
        for (weight, part) in parts {
            let shift = part.mean - mean;
            // A vanishing shift must not meet an infinite moment: 0 * INFINITY is NaN.
            let shifted = |factor: f64, moment: f64| if shift == 0.0 { 0.0 } else { factor * moment };
            mixed.variance += weight * (part.variance + shift * shift);
            mixed.third += weight * (part.third + shifted(3.0 * shift, part.variance) + shift * shift * shift);
            mixed.fourth += weight
                * (part.fourth
                    + shifted(4.0 * shift, part.third)
                    + shifted(6.0 * shift * shift, part.variance)
                    + shift * shift * shift * shift);
        }
        mixed.finite_only_in_order(
            parts.iter().any(|(_, part)| part.variance == f64::INFINITY),
            parts.iter().any(|(_, part)| part.fourth == f64::INFINITY),
        )
    }

    fn finite_only_in_order(mut self, variance_diverges: bool, fourth_diverges: bool) -> Self {
        if variance_diverges && !self.mean.is_nan() {
            self.variance = f64::INFINITY;
        }
        if !self.variance.is_finite() {
            self.third = f64::NAN;
            self.fourth = f64::NAN;
        } else if fourth_diverges {
            self.fourth = f64::INFINITY;
        }
        self
    }
}

/// Tail indices of a law, lower then upper: `E|X|^k` over that tail is finite exactly for `k` below the index.
pub(super) type TailIndices = (f64, f64);

/// What the tails say before any integral: the moments that are not finite, `None` for those that are.
fn divergent(order: f64, (lower, upper): TailIndices) -> Option<f64> {
    match (order < lower, order < upper) {
        (true, true) => None,
        (true, false) => Some(f64::INFINITY),
        (false, true) => Some(if order % 2.0 == 1.0 { f64::NEG_INFINITY } else { f64::INFINITY }),
        (false, false) => Some(if order % 2.0 == 1.0 { f64::NAN } else { f64::INFINITY }),
    }
}

/// Moments by quadrature over the quantile function, smooth piece by smooth piece, each folded in the middle and
/// integrated in `-ln(2 tail)` by 20-point Gauss-Legendre panels until the panels no longer matter; central moments
/// are taken about the mean, so nothing cancels. Relative accuracy 1e-10 or better for light and for power tails.
pub(super) fn by_quadrature(law: &dyn Family) -> Moments {
    let tails = law.tail_indices();
    let mut moments = Moments { mean: f64::NAN, variance: f64::NAN, third: f64::NAN, fourth: f64::NAN };
    if let Some(mean) = divergent(1.0, tails) {
        moments.mean = mean;
        moments.variance = if mean.is_nan() { f64::NAN } else { f64::INFINITY };
        return moments;
    }
    let highest = (1..=4).rev().find(|order| divergent(f64::from(*order), tails).is_none()).unwrap_or(1);
    let rule = Rule::of(law, highest);
    let centre = law.quantile(Probability::lower(0.5));
    moments.mean = centre + rule.integrate(|x| x - centre, 1);
    // The second pass about the first mean removes what the first pass lost to cancellation.
    moments.mean += rule.integrate(|x| x - moments.mean, 1);
    let mean = moments.mean;
    let central = |order: u32| {
        divergent(f64::from(order), tails).unwrap_or_else(|| rule.integrate(|x| power(x - mean, order), order))
    };
    moments.variance = central(2);
    if moments.variance.is_finite() {
        (moments.third, moments.fourth) = (central(3), central(4));
    }
    moments
}

/// Values with the probability that each stands for, for expectations of what does not grow.
pub(super) fn nodes(law: &dyn Family) -> Vec<(f64, f64)> {
    let mut nodes = Rule::of(law, 1).points;
    let mass: f64 = nodes.iter().map(|(share, _)| share).sum();
    nodes.iter_mut().for_each(|(share, _)| *share /= mass);
    nodes
}

fn power(base: f64, order: u32) -> f64 {
    (1..order).fold(base, |product, _| product * base)
}

/// Values of a law with the probability each stands for.
struct Rule {
    points: Vec<(f64, f64)>,
    /// Where a power tail was cut off: the probability beyond, the value there and the tail's index.
    cuts: Vec<(f64, f64, f64)>,
}

impl Rule {
    /// Good for expectations of powers up to `highest`.
    fn of(law: &dyn Family, highest: u32) -> Self {
        let (lower_index, upper_index) = law.tail_indices();
        let centre = law.quantile(Probability::lower(0.5));
        let mut rule = Self { points: Vec::new(), cuts: Vec::new() };
        for piece in pieces(law) {
            match piece {
                Piece::Atom { x, span } => rule.points.push((span.mass(), x)),
                Piece::Smooth { span, low, high } => {
                    let value = |local: Probability| law.quantile(span.outward(local)).clamp(low, high);
                    let light = f64::INFINITY;
                    let lower = if span.from().p() == 0.0 { lower_index } else { light };
                    let upper = if span.to().q() == 0.0 { upper_index } else { light };
                    let size = |x: f64| power(x - centre, highest).abs();
                    rule.half(span.mass(), |tail| value(Probability::lower(tail)), size, lower);
                    rule.half(span.mass(), |tail| value(Probability::upper(tail)), size, upper);
                }
            }
        }
        rule
    }

    /// Adds the points of one half of a piece, tails in (0, 1/2), until neither their probability nor their `size`
    /// adds to what is there.
    fn half(&mut self, mass: f64, value: impl Fn(f64) -> f64, size: impl Fn(f64) -> f64, index: f64) {
        const EDGES: [f64; 9] = [0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 16.0];
        const LONGEST_PANEL: f64 = 8.0;
        const FARTHEST: f64 = 688.0;
        let (mut total, mut probability, mut quiet) = (0.0, 0.0, 0);
        let (mut edge, mut from) = (1, 0.0);
        while from < FARTHEST && quiet < 3 {
            let to = EDGES.get(edge).copied().unwrap_or(from + LONGEST_PANEL);
            let (middle, half_width) = (0.5 * (from + to), 0.5 * (to - from));
            let (mut part, mut part_probability) = (0.0, 0.0);
            for (node, weight) in legendre() {
                let tail = 0.5 * exp(-(middle + half_width * node));
                let (x, share) = (value(tail), mass * half_width * weight * tail);
                part += share * size(x);
                part_probability += share;
                self.points.push((share, x));
            }
            (total, probability) = (total + part, probability + part_probability);
            let still = part <= 1e-17 * total && part_probability <= 1e-17 * probability;
            quiet = if still { quiet + 1 } else { 0 };
            (edge, from) = (edge + 1, to);
        }
        if quiet < 3 && index.is_finite() {
            let tail = 0.5 * exp(-from);
            self.cuts.push((mass * tail, value(tail), index));
        }
    }

    /// The expectation of a function that grows like the power `order`.
    fn integrate(&self, term: impl Fn(f64) -> f64, order: u32) -> f64 {
        let body: f64 = self.points.iter().map(|(share, x)| share * term(*x)).sum();
        // Beyond a cut the tail is a pure power, and the rest of the integral a geometric remainder.
        let rest = |(share, x, index): &(f64, f64, f64)| share * term(*x) / (1.0 - f64::from(order) / index);
        body + self.cuts.iter().map(rest).sum::<f64>()
    }
}

/// Nodes and weights of the 20-point Gauss-Legendre rule on [-1, 1], by Newton on the Legendre polynomial.
fn legendre() -> &'static [(f64, f64); 20] {
    static RULE: OnceLock<[(f64, f64); 20]> = OnceLock::new();
    RULE.get_or_init(|| {
        let mut rule = [(0.0, 0.0); 20];
        for (i, slot) in rule.iter_mut().enumerate() {
            let mut x = cos(std::f64::consts::PI * (i as f64 + 0.75) / 20.5);
            let mut slope = 1.0;
            for _ in 0..8 {
                let (mut here, mut before) = (1.0, 0.0);
                for degree in 1..=20 {
                    let n = f64::from(degree);
                    (here, before) = (((2.0 * n - 1.0) * x * here - (n - 1.0) * before) / n, here);
                }
                slope = 20.0 * (x * here - before) / (x * x - 1.0);
                x -= here / slope;
            }
            *slot = (x, 2.0 / ((1.0 - x * x) * slope * slope));
        }
        rule
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_integrates_polynomials_of_degree_39() {
        for power in [0, 2, 20, 38] {
            let sum: f64 =
                legendre().iter().map(|(x, w)| w * crate::numerics::elementary::pow(*x, f64::from(power))).sum();
            assert!((sum * f64::from(power + 1) / 2.0 - 1.0).abs() < 1e-13, "{power}: {sum}");
        }
    }

    #[test]
    fn power_tails_keep_their_remainder() {
        // Integral of t^(-0.99) over (0, 1/2) is 0.5^0.01 / 0.01, of which the f64 range holds 99.9%.
        let mut rule = Rule { points: Vec::new(), cuts: Vec::new() };
        let value = |tail: f64| crate::numerics::elementary::pow(tail, -0.99);
        rule.half(1.0, value, |x| x, 1.0 / 0.99);
        let found = rule.integrate(|x| x, 1);
        assert!((found / (value(0.5) * 0.5 / 0.01) - 1.0).abs() < 1e-10, "{found}");
    }
}
