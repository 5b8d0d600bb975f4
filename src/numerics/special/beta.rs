//! What is the density, the cdf and the quantile of a beta law of any shapes?

use super::gamma::{CLOSE, MOST_STEPS, ln_lower, log_halley};
use super::normal::normal_quantile;
use super::pieces::{INV_ROOT_TWO_PI, deviance, exp_m1_less, ln_1p_less, stirling_error, tail_integral};
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, exp_m1, ln, ln_1p};

/// From this smaller shape on the tails are integrated numerically; below it the continued fraction is short.
const LARGE_SHAPE: f64 = 2000.0;

/// Logarithm of the beta function of `a > 0` and `b > 0`, without the cancellation of three gamma functions.
pub fn ln_beta(a: f64, b: f64) -> f64 {
    let sum = a + b;
    let errors = stirling_error(a) + stirling_error(b) - stirling_error(sum);
    // B = sqrt(2 pi n / (a b)) (a / n)^a (b / n)^b exp(errors), n = a + b; the logarithm of a ratio near 1 needs ln(1 + t).
    errors + 0.5 * ln(sum / a / b) - ln(INV_ROOT_TWO_PI) - a * ln_1p(b / a) - b * ln_1p(a / b)
}

/// Density of the beta law of shapes `a > 0` and `b > 0`: `x^(a-1) (1-x)^(b-1) / B(a, b)` on [0, 1].
///
/// Relative error below 1e-12 wherever it is a normal number, in Loader's saddle-point form.
///
/// ```
/// use tailcost::numerics::special::beta_pdf;
/// assert!((beta_pdf(2.0, 3.0, 0.25) - 1.6875).abs() < 1e-14);
/// ```
pub fn beta_pdf(a: f64, b: f64, x: f64) -> f64 {
    if x > 0.0 && x < 1.0 {
        return logit_density(a, b, x, 1.0 - x) / (x * (1.0 - x));
    }
    let (shape, other) = if x == 0.0 { (a, b) } else { (b, a) };
    if !(x == 0.0 || x == 1.0) || shape > 1.0 {
        0.0
    } else if shape < 1.0 {
        f64::INFINITY
    } else {
        other
    }
}

/// Cdf of the beta law of shapes `a > 0` and `b > 0` at `x`; 0 below 0 and 1 above 1.
///
/// The nearer tail has a relative error below 1e-12 for shapes from 0.05 to 1e6. The continued fraction of DiDonato and
/// Morris (1992, doi 10.1145/131766.131776, equation 9) when a shape is small, else quadrature in the logit of `x`.
///
/// ```
/// use tailcost::numerics::special::beta_cdf;
/// assert!((beta_cdf(3.0, 1.0, 1e-50).p() / 1e-150 - 1.0).abs() < 1e-12);
/// ```
pub fn beta_cdf(a: f64, b: f64, x: f64) -> Probability {
    if x <= 0.0 {
        Probability::lower(0.0)
    } else if x >= 1.0 {
        Probability::upper(0.0)
    } else {
        beta_cdf_at(a, b, x, 1.0 - x)
    }
}

/// The `x` at which the beta law of shapes `a > 0` and `b > 0` has cdf `p`.
///
/// Halley's iteration on the logarithm of the nearer tail as a function of the logit of `x`, which is concave.
/// Relative error below 1e-12 for shapes from 0.05 to 1e6 and tails from 1e-300. Near 1 the result is only as fine as
/// an `f64` near 1: for `1 - x` ask for `beta_quantile(b, a, p.complement())`.
///
/// ```
/// use tailcost::numerics::{Probability, special::beta_quantile};
/// assert!((beta_quantile(0.5, 1.0, Probability::lower(1e-20)) / 1e-40 - 1.0).abs() < 1e-12);
/// ```
pub fn beta_quantile(a: f64, b: f64, p: Probability) -> f64 {
    1.0 / (1.0 + exp(-beta_quantile_logit(a, b, p)))
}

/// [`beta_cdf`] at `x` with `y = 1 - x`, both in full precision.
pub(super) fn beta_cdf_at(a: f64, b: f64, x: f64, y: f64) -> Probability {
    let density = logit_density(a, b, x, y);
    if a.min(b) >= LARGE_SHAPE {
        let gap = logit_slope(a, b, x, y);
        if gap > 0.0 {
            Probability::lower(density * large_shapes_tail(a, b, x, y, gap))
        } else {
            Probability::upper(density * large_shapes_tail(b, a, y, x, -gap))
        }
    } else if (a + 1.0) * y > (b + 1.0) * x {
        Probability::lower(density / lower_fraction(a, b, x, y))
    } else {
        Probability::upper(density / lower_fraction(b, a, y, x))
    }
}

/// Logit of [`beta_quantile`], which keeps full precision near both ends.
pub(super) fn beta_quantile_logit(a: f64, b: f64, p: Probability) -> f64 {
    let tail = p.tail();
    if tail == 0.0 {
        return if p.is_upper() { f64::INFINITY } else { f64::NEG_INFINITY };
    }
    // Near an end the cdf is a power of the distance.
    let ln_power = ln_beta(a, b);
    let near_zero = (ln_lower(p) + ln(a) + ln_power) / a;
    if near_zero < -600.0 {
        return near_zero;
    }
    let near_one = (ln_lower(p.complement()) + ln(b) + ln_power) / b;
    if near_one < -600.0 {
        return -near_one;
    }
    let mut logit = first_logit(a, b, p, near_zero, near_one);
    let ln_target = ln(tail);
    for _ in 0..MOST_STEPS {
        let (x, y) = (1.0 / (1.0 + exp(-logit)), 1.0 / (1.0 + exp(logit)));
        let reached = beta_cdf_at(a, b, x, y);
        let (now, sign) = if p.is_upper() { (reached.q(), -1.0) } else { (reached.p(), 1.0) };
        let step = log_halley(now, ln_target, sign * logit_density(a, b, x, y), logit_slope(a, b, x, y));
        logit += step;
        if step.abs() < CLOSE {
            break;
        }
    }
    logit
}

/// A first value for the logit of a quantile.
fn first_logit(a: f64, b: f64, p: Probability, near_zero: f64, near_one: f64) -> f64 {
    if a >= 1.0 && b >= 1.0 {
        // Abramowitz and Stegun 26.5.22.
        let z = normal_quantile(p);
        let (low, high) = (1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0));
        let h = 2.0 / (low + high);
        let l = (z * z - 3.0) / 6.0;
        let w = z * (h + l).max(0.0).sqrt() / h + (high - low) * (l + 5.0 / 6.0 - 2.0 / (3.0 * h));
        return ln(a / b) + 2.0 * w;
    }
    // The power law of the end that holds p, if its distance from there is small.
    let logit = |ln_distance: f64| {
        let bounded = ln_distance.min(-1e-3);
        bounded - ln(-exp_m1(bounded))
    };
    if near_zero < near_one { logit(near_zero) } else { -logit(near_one) }
}

/// Density of `logit X` at `logit x`: `x^a y^b / B(a, b)`.
fn logit_density(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let sum = a + b;
    let gap = logit_slope(a, b, x, y);
    let depth = deviance(a, sum * x, gap) + deviance(b, sum * y, -gap);
    let errors = stirling_error(sum) - stirling_error(a) - stirling_error(b);
    INV_ROOT_TWO_PI * (a / sum * b).sqrt() * exp(errors - depth)
}

/// Lower tail over the density of `logit X`, for `gap = a y - b x >= 0`.
fn large_shapes_tail(a: f64, b: f64, x: f64, y: f64, gap: f64) -> f64 {
    // Moving the logit down by s multiplies x by exp(-s) / (y + x exp(-s)) and y by 1 / (y + x exp(-s)), so that the
    // rise is n ln(y + x exp(-s)) + a s. Written with the smaller of x and y nothing cancels.
    let sum = a + b;
    tail_integral(gap, sum * x * y, |s| {
        let (share, move_by) = if x <= y { (x, -s) } else { (y, s) };
        let less = exp_m1_less(move_by);
        sum * (ln_1p_less(share * (less + move_by)) + share * less) + gap * s
    })
}

/// `a y - b x` with one rounding: it is squared and divided by small numbers where the law is narrow.
fn logit_slope(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let product = b * x;
    a.mul_add(y, -product) - b.mul_add(x, -product)
}

/// Density of `logit X` over the lower tail, by Lentz's evaluation of the continued fraction.
fn lower_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let gap = logit_slope(a, b, x, y);
    let mut fraction = a * (gap + 1.0) / (a + 1.0);
    let (mut c, mut d) = (fraction, 0.0);
    for m in 1..2000 {
        let m = f64::from(m);
        let middle = a + 2.0 * m - 1.0;
        let numerator = (m * (a + m - 1.0) / middle) * ((a + b + m - 1.0) / middle) * (b - m) * x * x;
        let step = m + m * (b - m) * x / middle + (a + m) * (gap + 1.0 + m * (2.0 - x)) / (middle + 2.0);
        d = 1.0 / (step + numerator * d);
        c = step + numerator / c;
        let factor = c * d;
        fraction *= factor;
        if (factor - 1.0).abs() < 2e-16 {
            break;
        }
    }
    fraction
}
