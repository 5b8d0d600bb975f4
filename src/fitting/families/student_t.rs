//! What is the likelihood of Student's t law?

use super::{LnProduct, Tails, differences, stretched};
use crate::fitting::jet::Jet;
use crate::fitting::sample::Sample;
use crate::numerics::elementary::ln;
use crate::numerics::special::{digamma, student_t_cdf, student_t_pdf};

/// Log-density at the centre but for the scale.
fn constant<const P: usize>(dof: Jet<P>) -> Jet<P> {
    let half = dof * 0.5;
    (half + 0.5).ln_gamma() - half.ln_gamma() - (dof * std::f64::consts::PI).ln() * 0.5
}

pub(super) fn sum<const P: usize>(sample: &Sample, at: &[Jet<P>]) -> Jet<P> {
    let n = sample.count();
    let (location, dof) = (at[0], at[2].exp());
    // ln(1 + (y - m)^2 / q) with q = dof scale^2.
    let q = (at[1] * 2.0 + at[2]).exp();
    let mut product = LnProduct::new();
    let (mut r1, mut r2, mut r11, mut r12, mut r22) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for y in sample.values() {
        let r = y - location.v;
        let rr = r * r;
        let inverse = 1.0 / (q.v + rr);
        product.times((q.v + rr) / q.v);
        let share = r * inverse;
        r1 -= share;
        // 1 / (q + r^2) - 1 / q without cancellation.
        r2 -= rr * inverse;
        r11 += inverse - 2.0 * share * share;
        r12 += share * inverse;
        // 1 / q^2 - 1 / (q + r^2)^2.
        r22 += rr * inverse * (1.0 / q.v + inverse);
    }
    let logs = Jet::chain2(location, q, product.ln(), [2.0 * r1, r2 / q.v], [2.0 * r11, 2.0 * r12, r22 / q.v]);
    (constant(dof) - at[1]) * n - (dof + 1.0) * 0.5 * logs
}

pub(super) fn ln_density<const P: usize>(y: f64, at: &[Jet<P>]) -> Jet<P> {
    let dof = at[2].exp();
    let z = (-at[0] + y) * (-at[1]).exp();
    constant(dof) - at[1] - (dof + 1.0) * 0.5 * (z.square() / dof).ln_1p()
}

/// By the degrees of freedom alone the tail is differentiated numerically.
pub(super) fn tails<const P: usize>(y: f64, at: &[Jet<P>]) -> Tails<P> {
    let z = (-at[0] + y) * (-at[1]).exp();
    let dof = at[2].exp().v;
    let p = student_t_cdf(dof, z.v);
    let (tail, sign) = (p.tail(), if p.is_upper() { -1.0 } else { 1.0 });
    let ln_tails = stretched(dof).map(|dof| {
        let other = student_t_cdf(dof, z.v);
        ln(if p.is_upper() { other.q() } else { other.p() })
    });
    let (first, second) = differences(&ln_tails);
    let density = student_t_pdf(dof, z.v);
    let square = z.v * z.v;
    let by_dof = 0.5
        * (digamma(0.5 * dof + 0.5) - digamma(0.5 * dof) - 1.0 / dof - libm::log1p(square / dof)
            + (dof + 1.0) * square / (dof * (dof + square)));
    let curvature = -density * (dof + 1.0) * z.v / (dof + square);
    let jet = Jet::chain2(
        at[2],
        z,
        tail,
        [tail * first, sign * density],
        [tail * (second + first * first), sign * density * by_dof * dof, sign * curvature],
    );
    Tails::nearer(jet, p.is_upper())
}
