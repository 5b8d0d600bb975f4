//! Do the special functions agree with references of 40 digits, and with each other?

// Oracles of tests decide no drawn value: std's functions are a second opinion on our own.
#![allow(clippy::disallowed_methods)]

mod reference;

use self::reference::*;
use super::*;
use crate::numerics::Probability;

/// Relative error promised for tails, densities and quantiles.
const PROMISED: f64 = 1e-12;

/// What the normal law reaches: a few units in the last place, and rounding of the exponent in the far tail.
const NORMAL_CDF: f64 = 3e-13;
const NORMAL_QUANTILE: f64 = 1e-15;

fn from_tail(upper: bool, tail: f64) -> Probability {
    if upper { Probability::upper(tail) } else { Probability::lower(tail) }
}

fn side(upper: bool, p: Probability) -> f64 {
    if upper { p.q() } else { p.p() }
}

#[track_caller]
fn assert_near(found: f64, expected: f64, tolerance: f64, what: &str) {
    let error = (found / expected - 1.0).abs();
    assert!(error < tolerance, "{what}: {found:e} instead of {expected:e}, relative error {error:e}");
}

#[test]
fn gamma_agrees() {
    for (a, x, upper, tail) in GAMMA {
        let what = format!("gamma {a} at {x:e}");
        assert_near(side(upper, gamma_cdf(a, x)), tail, PROMISED, &what);
        assert_near(gamma_quantile(a, from_tail(upper, tail)), x, PROMISED, &what);
    }
}

#[test]
fn beta_agrees() {
    for (a, b, x, upper, tail) in BETA {
        let what = format!("beta {a} {b} at {x:e}");
        assert_near(side(upper, beta_cdf(a, b, x)), tail, PROMISED, &what);
        assert_near(beta_quantile(a, b, from_tail(upper, tail)), x, PROMISED, &what);
    }
}

#[test]
fn student_t_agrees() {
    for (dof, x, tail) in STUDENT_T {
        let what = format!("t {dof} at {x:e}");
        for (sign, upper) in [(1.0, true), (-1.0, false)] {
            assert_near(side(upper, student_t_cdf(dof, sign * x)), tail, PROMISED, &what);
            let quantile = student_t_quantile(dof, from_tail(upper, tail));
            // Near the centre the tail, rounded to 6e-17, is all that is known of x.
            assert!((quantile - sign * x).abs() < PROMISED * x + 3e-16, "{what}: {quantile}");
        }
    }
}

#[test]
fn student_t_tends_to_the_normal_law() {
    // The relative difference at z is (z^2 + 1) / (4 dof) for the quantile: 2e-11 at dof 1e12.
    for tail in [0.3, 1e-5, 1e-19] {
        let p = Probability::upper(tail);
        assert_near(student_t_quantile(1e12, p), normal_quantile(p), 3e-11, "t of 1e12 dof");
    }
}

#[test]
fn normal_agrees() {
    for (x, tail) in NORMAL {
        for (sign, upper) in [(1.0, true), (-1.0, false)] {
            assert_near(side(upper, normal_cdf(sign * x)), tail, NORMAL_CDF, "normal cdf");
            let quantile = normal_quantile(from_tail(upper, tail));
            assert!((quantile - sign * x).abs() < NORMAL_QUANTILE * x + 3e-16, "normal quantile {quantile}");
        }
    }
}

#[test]
fn densities_agree() {
    for (a, x, density) in GAMMA_DENSITY {
        assert_near(gamma_pdf(a, x), density, PROMISED, "gamma density");
    }
    for (a, b, x, density) in BETA_DENSITY {
        assert_near(beta_pdf(a, b, x), density, PROMISED, "beta density");
    }
    for (dof, x, density) in STUDENT_T_DENSITY {
        assert_near(student_t_pdf(dof, x), density, PROMISED, "t density");
    }
}

#[test]
fn regimes_meet() {
    // Where quadrature takes over from series and fraction: the shape just below must give nearly the same.
    let below = |shape: f64| shape * (1.0 - 1e-15);
    for z in [-20.0, -6.0, -1.0, -0.01, 0.01, 1.0, 6.0, 20.0] {
        let x = 300.0 + z * 300f64.sqrt();
        if x > 0.0 {
            assert_near(gamma_cdf(below(300.0), x).tail(), gamma_cdf(300.0, x).tail(), PROMISED, "gamma");
        }
        let x = 0.5 + z / 130.0;
        for other in [2000.0, 2500.0] {
            let (low, high) = (beta_cdf(below(2000.0), other, x), beta_cdf(2000.0, other, x));
            assert_near(low.tail(), high.tail(), PROMISED, "beta");
        }
    }
}

#[test]
fn quantiles_invert_cdfs() {
    let tails = [0.5, 0.3, 0.04, 1e-4, 1e-9, 1e-14, 1e-20, 1e-60, 1e-300];
    for p in tails.into_iter().flat_map(|t| [Probability::lower(t), Probability::upper(t)]) {
        for a in [0.01, 0.05, 0.3, 0.999, 1.0, 4.0, 50.0, 299.0, 301.0, 1e4, 1e7] {
            let x = gamma_quantile(a, p);
            if x > 1e-290 {
                // An x that is off by one unit in the last place moves the tail by density times spacing.
                let slack = x * gamma_pdf(a, x) / p.tail() * 4.0 * f64::EPSILON;
                assert_near(side(p.is_upper(), gamma_cdf(a, x)), p.tail(), PROMISED + slack, &format!("gamma {a}"));
            }
        }
        for dof in [0.5, 1.0, 3.0, 17.0, 1e3, 1e7] {
            let x = student_t_quantile(dof, p);
            if x.is_infinite() {
                // Half a degree of freedom has its 1e-300 quantile at 1e600.
                assert!(dof < 1.0 && p.tail() < 1e-150);
                continue;
            }
            let slack = x.abs() * student_t_pdf(dof, x) / p.tail() * 4.0 * f64::EPSILON;
            assert_near(student_t_cdf(dof, x).tail(), p.tail(), PROMISED + slack, &format!("t {dof}"));
        }
        for (a, b) in [
            (0.05, 0.05),
            (0.05, 9.0),
            (0.05, 1e6),
            (0.5, 2.0),
            (1.0, 1.0),
            (3.0, 1e6),
            (70.0, 80.0),
            (5e3, 3e3),
            (1e6, 1e6),
        ] {
            // Asked for from the end where x is small.
            let flip = beta_quantile(a, b, p) > 0.5;
            let (a, b, p) = if flip { (b, a, p.complement()) } else { (a, b, p) };
            let x = beta_quantile(a, b, p);
            if x > 1e-290 {
                let slack = x * beta_pdf(a, b, x) / p.tail() * 4.0 * f64::EPSILON;
                let found = side(p.is_upper(), beta_cdf(a, b, x));
                assert_near(found, p.tail(), PROMISED + slack, &format!("beta {a} {b}"));
            }
        }
    }
}

#[test]
fn ends() {
    let (least, most) = (Probability::lower(0.0), Probability::upper(0.0));
    assert_eq!((gamma_quantile(2.0, least), gamma_quantile(2.0, most)), (0.0, f64::INFINITY));
    assert_eq!((beta_quantile(2.0, 3.0, least), beta_quantile(2.0, 3.0, most)), (0.0, 1.0));
    assert_eq!(normal_quantile(least), f64::NEG_INFINITY);
    assert_eq!(student_t_quantile(3.0, most), f64::INFINITY);
    assert_eq!(gamma_cdf(2.0, -1.0).p(), 0.0);
    assert_eq!(gamma_cdf(2.0, f64::INFINITY).q(), 0.0);
    assert_eq!((beta_cdf(2.0, 3.0, -1.0).p(), beta_cdf(2.0, 3.0, 2.0).q()), (0.0, 0.0));
    assert_eq!(student_t_cdf(0.5, f64::INFINITY).q(), 0.0);
    assert_eq!(student_t_quantile(3.0, Probability::lower(0.5)), 0.0);
    assert_eq!((gamma_pdf(1.0, 0.0), gamma_pdf(2.0, 0.0), gamma_pdf(2.0, -1.0)), (1.0, 0.0, 0.0));
    assert_eq!((beta_pdf(1.0, 3.0, 0.0), beta_pdf(3.0, 1.0, 1.0), beta_pdf(2.0, 2.0, 1.5)), (3.0, 3.0, 0.0));
}

#[test]
fn logarithms_of_products() {
    let product: f64 = (1..=20).map(f64::from).product();
    assert_near(ln_factorial(20.0), product.ln(), 1e-14, "20!");
    assert_near(ln_choose(60.0, 30.0), 118_264_581_564_861_424_f64.ln(), 1e-14, "60 over 30");
    // One huge argument: a plain logarithm of the ratio would be off by 1e-7.
    assert_near(ln_choose(1e9, 2.0), (0.5e9 * (1e9f64 - 1.0)).ln(), 1e-14, "1e9 over 2");
    assert!((ln_beta(1.0, 1e9) + 1e9f64.ln()).abs() < 1e-13);
    assert_eq!((ln_choose(7.0, 0.0), ln_choose(7.0, 7.0)), (0.0, 0.0));
    assert_near(ln_beta(3.0, 4.0), -(60f64.ln()), 1e-14, "B(3, 4)");
}
