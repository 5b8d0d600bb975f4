//! What is the likelihood of the gamma law?

use super::{Figures, Tails, differences, stretched};
use crate::fitting::jet::Jet;
use crate::fitting::sample::Sample;
use crate::numerics::elementary::ln;
use crate::numerics::special::{digamma, gamma_cdf, gamma_pdf};

pub(super) fn sum<const P: usize>(sample: &Sample, at: &[Jet<P>]) -> Jet<P> {
    let (n, sums) = (sample.count(), sample.sums());
    let shape = at[0].exp();
    (shape - 1.0) * sums.ln_y - (-at[1]).exp() * sums.y - (shape.ln_gamma() + shape * at[1]) * n
}

pub(super) fn ln_density<const P: usize>(y: f64, ln_y: f64, at: &[Jet<P>]) -> Jet<P> {
    let shape = at[0].exp();
    (shape - 1.0) * ln_y - (-at[1]).exp() * y - shape.ln_gamma() - shape * at[1]
}

/// By the shape alone the tail is differentiated numerically, in its logarithm; all that involves the value is exact.
pub(super) fn tails<const P: usize>(y: f64, at: &[Jet<P>]) -> Tails<P> {
    let z = (-at[1]).exp() * y;
    let shape = at[0].exp();
    let a = shape.v;
    let p = gamma_cdf(a, z.v);
    let (tail, sign) = (p.tail(), if p.is_upper() { -1.0 } else { 1.0 });
    let shapes = stretched(a);
    let ln_tails = shapes.map(|shape| {
        let other = gamma_cdf(shape, z.v);
        ln(if p.is_upper() { other.q() } else { other.p() })
    });
    let (first, second) = differences(&ln_tails);
    // Of the tail by ln shape: from the derivatives of its logarithm.
    let (by_shape, by_shape_twice) = (tail * first, tail * (second + first * first));
    let density = gamma_pdf(a, z.v);
    let mixed = density * (ln(z.v) - digamma(a)) * a;
    let curvature = density * ((a - 1.0) / z.v - 1.0);
    let jet = Jet::chain2(at[0], z, tail, [by_shape, sign * density], [by_shape_twice, sign * mixed, sign * curvature]);
    Tails::nearer(jet, p.is_upper())
}

/// The usual approximation to the maximum: Minka 2002, Estimating a gamma distribution.
pub(super) fn start(figures: &Figures) -> Vec<f64> {
    let s = (ln(figures.mean.max(1e-300)) - figures.ln_mean).max(1e-9);
    let shape = (3.0 - s + ((s - 3.0) * (s - 3.0) + 24.0 * s).sqrt()) / (12.0 * s);
    let shape = shape.clamp(1e-3, 1e8);
    vec![ln(shape), ln(figures.mean.max(1e-300) / shape)]
}
