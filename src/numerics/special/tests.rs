//! Do the special functions agree with references of 40 digits?

use super::*;
use crate::numerics::Probability;

include!("/tmp/num/big.rs");

fn tail_of(upper: bool, tail: f64) -> Probability {
    if upper { Probability::upper(tail) } else { Probability::lower(tail) }
}

fn relative(found: f64, expected: f64) -> f64 {
    (found / expected - 1.0).abs()
}

#[test]
fn tmp_sweep() {
    for (a, x, upper, tail) in GAMMA {
        let c = gamma_cdf(a, x);
        let found = if upper { c.q() } else { c.p() };
        let q = gamma_quantile(a, tail_of(upper, tail));
        // conditioning of the quantile on rounding of the tail
        let cond = 1e-16 * tail / (x * gamma_pdf(a, x));
        let e1 = relative(found, tail);
        let e2 = relative(q, x);
        let flag = if e1 > 1e-13 || e2 > 1e-13 { "***" } else { "" };
        println!("G {a:e} {x:e} {upper} {tail:e}: {e1:.1e} {e2:.1e} cond {cond:.0e} {flag}");
    }
    for (a, b, x, upper, tail) in BETA {
        let c = beta_cdf(a, b, x);
        let found = if upper { c.q() } else { c.p() };
        let q = beta_quantile(a, b, tail_of(upper, tail));
        let e1 = relative(found, tail);
        let e2 = relative(q, x);
        let flag = if e1 > 1e-13 || e2 > 1e-13 { "***" } else { "" };
        println!("B {a:e} {b:e} {x:e} {upper} {tail:e}: {e1:.1e} {e2:.1e} {flag}");
    }
    for (d, x, tail) in STUDENT_T {
        let e1 = relative(student_t_cdf(d, x).q(), tail);
        let e2 = relative(student_t_quantile(d, Probability::upper(tail)), x);
        let flag = if e1 > 1e-13 || e2 > 1e-13 { "***" } else { "" };
        println!("T {d:e} {x:e} {tail:e}: {e1:.1e} {e2:.1e} {flag}");
    }
    for (x, tail) in NORMAL {
        let e1 = relative(normal_cdf(x).q(), tail);
        let e2 = relative(normal_quantile(Probability::upper(tail)), x);
        println!("N {x:e} {tail:e}: {e1:.1e} {e2:.1e}");
    }
}
