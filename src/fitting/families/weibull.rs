//! What are the likelihoods of the exponential and the Weibull laws?

use crate::fitting::jet::Jet;
use crate::fitting::sample::Sample;
use crate::numerics::elementary::{exp, ln};

pub(super) fn exponential_sum<const P: usize>(sample: &Sample, at: &[Jet<P>]) -> Jet<P> {
    -(-at[0]).exp() * sample.sums().y - at[0] * sample.count()
}

/// `(y/s)^k` from ln k and ln s.
fn power<const P: usize>(ln_y: f64, at: &[Jet<P>]) -> Jet<P> {
    (at[0].exp() * (-at[1] + ln_y)).exp()
}

pub(super) fn hazard<const P: usize>(y: f64, at: &[Jet<P>]) -> Jet<P> {
    power(ln(y), at)
}

pub(super) fn ln_density<const P: usize>(ln_y: f64, at: &[Jet<P>]) -> Jet<P> {
    let shape = at[0].exp();
    at[0] + (shape - 1.0) * ln_y - shape * at[1] - power(ln_y, at)
}

pub(super) fn sum<const P: usize>(sample: &Sample, at: &[Jet<P>]) -> Jet<P> {
    let (n, sums) = (sample.count(), sample.sums());
    let (k, ln_scale) = (exp(at[0].v), at[1].v);
    let mut moments = [0.0; 3];
    for ln_y in sample.ln_values() {
        let t = ln_y - ln_scale;
        let power = exp(k * t);
        moments[0] += power;
        moments[1] += power * t;
        moments[2] += power * t * t;
    }
    let [m0, m1, m2] = moments;
    // By ln shape c and ln scale l: the exponent is exp(c) (ln y - l).
    let powers =
        Jet::chain2(at[0], at[1], m0, [k * m1, -k * m0], [k * m1 + k * k * m2, -k * m0 - k * k * m1, k * k * m0]);
    let shape = at[0].exp();
    (at[0] - shape * at[1]) * n + (shape - 1.0) * sums.ln_y - powers
}
