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
    let pieces = pieces(law);
    moments.mean = integrate(law, &pieces, tails, 0.0, 1);
    // The second pass about the first mean removes what the first pass lost to cancellation.
    moments.mean += integrate(law, &pieces, tails, moments.mean, 1);
    let central = |order: i32| {
        divergent(f64::from(order), tails).unwrap_or_else(|| integrate(law, &pieces, tails, moments.mean, order))
    };
    moments.variance = central(2);
    if moments.variance.is_finite() {
        (moments.third, moments.fourth) = (central(3), central(4));
    }
    moments
}

/// `E[(X - center)^order]`.
fn integrate(law: &dyn Family, pieces: &[Piece], tails: TailIndices, center: f64, order: i32) -> f64 {
    let term = |x: f64| (1..order).fold(x - center, |power, _| power * (x - center));
    let mut total = 0.0;
    for piece in pieces {
        total += match piece {
            Piece::Atom { x, span } => span.mass() * term(*x),
            Piece::Smooth { span, low, high } => {
                let value = |local: Probability| term(law.quantile(span.outward(local)).clamp(*low, *high));
                let reaches = (span.from().p() == 0.0, span.to().q() == 0.0);
                let lower_index = if reaches.0 { tails.0 } else { f64::INFINITY };
                let upper_index = if reaches.1 { tails.1 } else { f64::INFINITY };
                span.mass()
                    * (half(|tail| value(Probability::lower(tail)), lower_index / f64::from(order))
                        + half(|tail| value(Probability::upper(tail)), upper_index / f64::from(order)))
            }
        };
    }
    total
}

/// Integral of `value(tail)` over tail in (0, 1/2), where `value` grows no faster than `tail^(-1/index)`.
fn half(value: impl Fn(f64) -> f64, index: f64) -> f64 {
    const PANELS: [f64; 9] = [0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 16.0];
    const LONGEST: f64 = 690.0;
    let rule = legendre();
    let integrand = |y: f64| {
        let tail = 0.5 * exp(-y);
        tail * value(tail)
    };
    let panel = |from: f64, to: f64| {
        let (middle, half_width) = (0.5 * (from + to), 0.5 * (to - from));
        half_width * rule.iter().map(|(node, weight)| weight * integrand(middle + half_width * node)).sum::<f64>()
    };
    let mut total: f64 = PANELS.windows(2).map(|edge| panel(edge[0], edge[1])).sum();
    let (mut from, mut quiet) = (16.0, 0);
    while from < LONGEST && quiet < 3 {
        let part = panel(from, from + 8.0);
        total += part;
        quiet = if part.abs() <= 1e-18 * total.abs() { quiet + 1 } else { 0 };
        from += 8.0;
    }
    if quiet < 3 && index.is_finite() {
        // Beyond the smallest f64 the tail is a pure power: the rest of the integral is a geometric remainder.
        total += integrand(from) / (1.0 - 1.0 / index);
    }
    total
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
            let sum: f64 = legendre().iter().map(|(x, w)| w * x.powi(power)).sum();
            assert!((sum * f64::from(power + 1) / 2.0 - 1.0).abs() < 1e-13, "{power}: {sum}");
        }
    }

    #[test]
    fn power_tails_keep_their_remainder() {
        // Integral of t^(-0.99) over (0, 1/2) is 0.5^0.01 / 0.01, of which the f64 range holds 99.9%.
        let found = half(|tail| crate::numerics::elementary::pow(tail, -0.99), 1.0 / 0.99);
        assert!((found / (crate::numerics::elementary::pow(0.5, 0.01) / 0.01) - 1.0).abs() < 1e-10, "{found}");
    }
}
