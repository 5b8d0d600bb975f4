//! What is the density, the cdf and the quantile of a gamma law of any shape?

use super::normal::normal_quantile;
use super::pieces::{INV_ROOT_TWO_PI, exp_m1_less, ln_1p_less, stirling_error, tail_integral};
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, ln};

/// From this shape on the tails are integrated numerically; below it series and continued fraction are short.
const LARGE_SHAPE: f64 = 300.0;

/// Density of the gamma law of shape `a > 0` and scale 1: `x^(a-1) exp(-x) / Gamma(a)`.
///
/// Relative error below 1e-12 wherever it is a normal number, in Loader's saddle-point form.
///
/// ```
/// use tailcost::numerics::special::gamma_pdf;
/// assert!((gamma_pdf(2.0, 1.0) - (-1f64).exp()).abs() < 1e-15);
/// ```
pub fn gamma_pdf(a: f64, x: f64) -> f64 {
    if x > 0.0 {
        log_density(a, x) / x
    } else if x == 0.0 && a <= 1.0 {
        if a < 1.0 { f64::INFINITY } else { 1.0 }
    } else {
        0.0
    }
}

/// Cdf of the gamma law of shape `a > 0` and scale 1 at `x`; 0 at negative `x`.
///
/// The nearer tail has a relative error below 1e-12 for shapes from 0.01 to 1e7. Series and continued fraction
/// (<https://dlmf.nist.gov/8.7.E1>, <https://dlmf.nist.gov/8.9.E2>) for small shapes, else quadrature in `ln x`.
///
/// ```
/// use tailcost::numerics::special::gamma_cdf;
/// assert!((gamma_cdf(1.0, 700.0).q() / (-700f64).exp() - 1.0).abs() < 1e-12);
/// ```
pub fn gamma_cdf(a: f64, x: f64) -> Probability {
    if x <= 0.0 {
        return Probability::lower(0.0);
    }
    if x == f64::INFINITY {
        return Probability::upper(0.0);
    }
    let density = log_density(a, x);
    if a >= LARGE_SHAPE {
        let excess = x - a;
        if excess < 0.0 {
            Probability::lower(density * tail_integral(-excess, x, |s| x * exp_m1_less(-s) - excess * s))
        } else {
            Probability::upper(density * tail_integral(excess, x, |s| x * exp_m1_less(s) + excess * s))
        }
    } else if x < a + 1.0 {
        Probability::lower(density * lower_series(a, x))
    } else {
        Probability::upper(density * upper_fraction(a, x))
    }
}

/// The `x` at which the gamma law of shape `a > 0` and scale 1 has cdf `p`.
///
/// Halley's iteration on the logarithm of the nearer tail as a function of `ln x`, which is concave, so that it
/// converges from anywhere. Relative error below 1e-12 for shapes from 0.01 to 1e7 and tails from 1e-300, where `x` is
/// not below the smallest normal number.
///
/// ```
/// use tailcost::numerics::{Probability, special::gamma_quantile};
/// assert!((gamma_quantile(1.0, Probability::upper(1e-20)) - 46.051_701_859_880_914).abs() < 1e-12);
/// ```
pub fn gamma_quantile(a: f64, p: Probability) -> f64 {
    let tail = p.tail();
    if tail == 0.0 {
        return if p.is_upper() { f64::INFINITY } else { 0.0 };
    }
    // x^a / Gamma(a + 1) bounds the cdf from above, so its inverse is a lower bound, sharp for small x.
    let ln_bound = (ln_lower(p) + libm::lgamma(a + 1.0)) / a;
    let ln_target = ln(tail);
    if ln_bound < -600.0 {
        return exp(ln_bound);
    }
    // Wilson and Hilferty: the cube root is nearly normal.
    let cube_root = 1.0 - 1.0 / (9.0 * a) + normal_quantile(p) / (3.0 * a.sqrt());
    let mut x = exp(ln_bound).max(if cube_root > 0.0 { a * cube_root * cube_root * cube_root } else { 0.0 });
    for _ in 0..MOST_STEPS {
        let reached = gamma_cdf(a, x);
        let (now, sign) = if p.is_upper() { (reached.q(), -1.0) } else { (reached.p(), 1.0) };
        let step = log_halley(now, ln_target, sign * log_density(a, x), a - x);
        x *= exp(step);
        if step.abs() < CLOSE {
            break;
        }
    }
    x
}

/// Steps after which an iteration is given up; six suffice in practice.
pub(super) const MOST_STEPS: usize = 60;

/// A step of third order this small leaves an error below rounding.
pub(super) const CLOSE: f64 = 1e-6;

/// Logarithm of the lower-tail value of `p`.
pub(super) fn ln_lower(p: Probability) -> f64 {
    if p.is_upper() { libm::log1p(-p.tail()) } else { ln(p.tail()) }
}

/// Halley's step for `ln tail(u) = ln_target`, where `tail` has derivative `density`, whose log-derivative is `bend`.
///
/// Bounded by 4 either way, since far from the solution the logarithm is nearly flat on one side.
pub(super) fn log_halley(tail: f64, ln_target: f64, density: f64, bend: f64) -> f64 {
    if tail == 0.0 {
        // Beyond the range of f64: come back towards the bulk.
        return if density.is_sign_negative() { -1.0 } else { 1.0 };
    }
    let rate = density / tail;
    let newton = (ln_target - ln(tail)) / rate;
    let correction = 1.0 + 0.5 * newton * (bend - rate);
    let step = if correction > 0.5 { newton / correction } else { newton };
    if step.is_nan() { 0.0 } else { step.clamp(-4.0, 4.0) }
}

/// Density of `ln X` at `ln x`: `x^a exp(-x) / Gamma(a)`.
fn log_density(a: f64, x: f64) -> f64 {
    let e = (x - a) / a;
    let depth = if e.abs() < 0.5 { -a * ln_1p_less(e) } else { x - a - a * ln(x / a) };
    if depth.is_finite() { INV_ROOT_TWO_PI * a.sqrt() * exp(-depth - stirling_error(a)) } else { 0.0 }
}

/// Lower tail over the density of `ln X`, a series of positive terms.
fn lower_series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut shape) = (1.0, 1.0, a);
    while term > 1e-17 * sum {
        shape += 1.0;
        term *= x / shape;
        sum += term;
    }
    sum / a
}

/// Upper tail over the density of `ln X`, by Lentz's evaluation of the continued fraction.
fn upper_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = f64::INFINITY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for n in 1..500 {
        let n = f64::from(n);
        let numerator = n * (a - n);
        b += 2.0;
        d = 1.0 / (numerator * d + b);
        c = b + numerator / c;
        let factor = c * d;
        fraction *= factor;
        if (factor - 1.0).abs() < 2e-16 {
            break;
        }
    }
    fraction
}
