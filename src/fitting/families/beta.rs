//! What is the likelihood of the beta law on (0, 1), and of the PERT law, which is one?

use super::{Figures, PERT_LAMBDA, Tails, differences, stretched};
use crate::fitting::jet::Jet;
use crate::fitting::sample::Sample;
use crate::numerics::elementary::{exp, ln, ln_1p};
use crate::numerics::special::beta_cdf;

fn ln_beta<const P: usize>(alpha: Jet<P>, beta: Jet<P>) -> Jet<P> {
    alpha.ln_gamma() + beta.ln_gamma() - (alpha + beta).ln_gamma()
}

pub(super) fn sum<const P: usize>(sample: &Sample, alpha: Jet<P>, beta: Jet<P>) -> Jet<P> {
    let sums = sample.sums();
    (alpha - 1.0) * sums.ln_y + (beta - 1.0) * sums.ln_rest - ln_beta(alpha, beta) * sample.count()
}

pub(super) fn ln_density<const P: usize>(y: f64, alpha: Jet<P>, beta: Jet<P>) -> Jet<P> {
    (alpha - 1.0) * ln(y) + (beta - 1.0) * ln_1p(-y) - ln_beta(alpha, beta)
}

/// Derivatives by both shapes are numerical, in the logarithms of tail and shapes; the mixed one from the diagonal.
pub(super) fn tails<const P: usize>(y: f64, alpha: Jet<P>, beta: Jet<P>) -> Tails<P> {
    let (a, b) = (alpha.v, beta.v);
    let p = beta_cdf(a, b, y);
    let tail = p.tail();
    let ln_tail = |a: f64, b: f64| {
        let other = beta_cdf(a, b, y);
        ln(if p.is_upper() { other.q() } else { other.p() })
    };
    let (along_a, along_b) = (stretched(a), stretched(b));
    let (a1, aa) = differences(&along_a.map(|a| ln_tail(a, b)));
    let (b1, bb) = differences(&along_b.map(|b| ln_tail(a, b)));
    let (_, both) = differences(&std::array::from_fn(|i| ln_tail(along_a[i], along_b[i])));
    let ab = 0.5 * (both - aa - bb);
    let jet = Jet::chain2(
        alpha.ln(),
        beta.ln(),
        tail,
        [tail * a1, tail * b1],
        [tail * (aa + a1 * a1), tail * (ab + a1 * b1), tail * (bb + b1 * b1)],
    );
    Tails::nearer(jet, p.is_upper())
}

/// `1 + lambda mode` and `1 + lambda (1 - mode)`, from the logit of the mode.
pub(super) fn pert_shapes<const P: usize>(logit: Jet<P>) -> [Jet<P>; 2] {
    let mode = 1.0 / (1.0 + exp(-logit.v));
    let slope = mode * (1.0 - mode);
    let mode = logit.chain(mode, slope, slope * (1.0 - 2.0 * mode));
    [mode * PERT_LAMBDA + 1.0, -mode * PERT_LAMBDA + (1.0 + PERT_LAMBDA)]
}

pub(super) fn start(figures: &Figures) -> [f64; 2] {
    let mean = figures.mean.clamp(1e-6, 1.0 - 1e-6);
    let size = (mean * (1.0 - mean) / (figures.sd * figures.sd) - 1.0).clamp(0.1, 1e6);
    [ln(mean * size), ln((1.0 - mean) * size)]
}
