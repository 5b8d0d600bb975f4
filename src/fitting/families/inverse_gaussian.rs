//! What is the likelihood of the inverse Gaussian law?

use super::{Figures, Tails};
use crate::fitting::jet::Jet;
use crate::fitting::sample::Sample;
use crate::numerics::elementary::ln;
use crate::numerics::special::scaled_erfc;

const LN_ROOT_TWO_PI: f64 = 0.918_938_533_204_672_8;

pub(super) fn sum<const P: usize>(sample: &Sample, at: &[Jet<P>]) -> Jet<P> {
    let (n, sums) = (sample.count(), sample.sums());
    // Sum of (y - m)^2 / (m^2 y).
    let inverse = (-at[0]).exp();
    let squares = inverse.square() * sums.y - inverse * (2.0 * n) + sums.inverse;
    at[1] * (0.5 * n) - at[1].exp() * squares * 0.5 - (n * LN_ROOT_TWO_PI + 1.5 * sums.ln_y)
}

pub(super) fn ln_density<const P: usize>(y: f64, ln_y: f64, at: &[Jet<P>]) -> Jet<P> {
    let relative = (-at[0]).exp() * y - 1.0;
    at[1] * 0.5 - at[1].exp() * relative.square() * (0.5 / y) - (LN_ROOT_TWO_PI + 1.5 * ln_y)
}

/// `exp(x^2) erfc(x)`, whose derivative is `2 x f - 2 / sqrt(pi)`.
fn scaled<const P: usize>(x: Jet<P>) -> Jet<P> {
    const TWO_BY_ROOT_PI: f64 = std::f64::consts::FRAC_2_SQRT_PI;
    let f = scaled_erfc(x.v);
    // The difference cancels as x grows: an asymptotic series there, <https://dlmf.nist.gov/7.12.E1>.
    let first = if x.v < 12.0 {
        2.0 * x.v * f - TWO_BY_ROOT_PI
    } else {
        let r = 1.0 / (x.v * x.v);
        -0.5 * TWO_BY_ROOT_PI * r * (1.0 - r * (1.5 - r * (3.75 - r * (13.125 - r * 59.0625))))
    };
    let second = if x.v < 12.0 {
        2.0 * f + 2.0 * x.v * first
    } else {
        let r = 1.0 / (x.v * x.v);
        TWO_BY_ROOT_PI * r / x.v * (1.0 - r * (3.0 - r * (11.25 - r * 52.5)))
    };
    x.chain(f, first, second)
}

/// As the law itself has them, see [`Law`](crate::distributions::Law): no overflow, both tails precise.
pub(super) fn tails<const P: usize>(y: f64, at: &[Jet<P>]) -> Tails<P> {
    let root = (at[1] * 0.5).exp() * (0.5 / y).sqrt();
    let ratio = (-at[0]).exp() * y;
    let (a, b) = (root * (ratio - 1.0), root * (ratio + 1.0));
    let scale = (-a.square()).exp() * 0.5;
    if a.v < 0.0 {
        Tails::nearer(scale * (scaled(-a) + scaled(b)), false)
    } else {
        Tails::nearer(scale * (scaled(a) - scaled(b)), true)
    }
}

pub(super) fn start(figures: &Figures) -> Vec<f64> {
    let mean = figures.mean.max(1e-300);
    let spread = (figures.inverse_mean - 1.0 / mean).max(1e-9 / mean);
    vec![ln(mean), ln((1.0 / spread).clamp(1e-6 * mean, 1e9 * mean))]
}
