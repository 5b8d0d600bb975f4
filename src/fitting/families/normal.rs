//! What is the likelihood of the normal law (and of the lognormal one, on logarithms)?

use super::Tails;
use crate::fitting::jet::Jet;
use crate::fitting::sample::Sample;
use crate::numerics::special::{normal_cdf, normal_pdf};

const LN_ROOT_TWO_PI: f64 = 0.918_938_533_204_672_8;

pub(super) fn sum<const P: usize>(sample: &Sample, at: &[Jet<P>]) -> Jet<P> {
    let (n, sums) = (sample.count(), sample.sums());
    // Values have a mean near 0 and a spread near 1, so that nothing cancels.
    let squares = (at[0] * (-2.0 * sums.y) + sums.yy) + at[0].square() * n;
    squares * (at[1] * -2.0).exp() * -0.5 - at[1] * n - n * LN_ROOT_TWO_PI
}

pub(super) fn ln_density<const P: usize>(y: f64, at: &[Jet<P>]) -> Jet<P> {
    let z = (-at[0] + y) * (-at[1]).exp();
    z.square() * -0.5 - at[1] - LN_ROOT_TWO_PI
}

pub(super) fn tails<const P: usize>(y: f64, at: &[Jet<P>]) -> Tails<P> {
    let z = (-at[0] + y) * (-at[1]).exp();
    let density = normal_pdf(z.v);
    let p = normal_cdf(z.v);
    let sign = if p.is_upper() { -1.0 } else { 1.0 };
    Tails::nearer(z.chain(p.tail(), sign * density, -sign * z.v * density), p.is_upper())
}
