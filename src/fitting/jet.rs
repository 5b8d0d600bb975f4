//! How does a formula give its own first and second derivatives?

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::numerics::elementary::{exp, ln, ln_1p};
use crate::numerics::special::{digamma, ln_gamma, trigamma};

/// A number that knows its derivatives of first and second order by `P` parameters: exact, no step to choose.
///
/// Of the symmetric second derivatives only those with `row >= column` are kept up. With `P = 0` it is a plain number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Jet<const P: usize> {
    pub v: f64,
    pub g: [f64; P],
    pub h: [[f64; P]; P],
}

impl<const P: usize> Jet<P> {
    pub fn constant(v: f64) -> Self {
        Self { v, g: [0.0; P], h: [[0.0; P]; P] }
    }

    /// The parameter with this index.
    pub fn parameter(v: f64, index: usize) -> Self {
        let mut jet = Self::constant(v);
        jet.g[index] = 1.0;
        jet
    }

    pub fn all(values: &[f64; P]) -> [Self; P] {
        std::array::from_fn(|i| Self::parameter(values[i], i))
    }

    /// `f(self)`, from `f` and its two derivatives there.
    #[inline]
    pub fn chain(self, f: f64, f1: f64, f2: f64) -> Self {
        let mut out = Self::constant(f);
        for i in 0..P {
            out.g[i] = f1 * self.g[i];
            for j in 0..=i {
                out.h[i][j] = f1 * self.h[i][j] + f2 * self.g[i] * self.g[j];
            }
        }
        out
    }

    /// `f(a, b)`, from `f`, its gradient and its second derivatives `[aa, ab, bb]`.
    #[inline]
    pub fn chain2(a: Self, b: Self, f: f64, gradient: [f64; 2], second: [f64; 3]) -> Self {
        let mut out = Self::constant(f);
        for i in 0..P {
            out.g[i] = gradient[0] * a.g[i] + gradient[1] * b.g[i];
            for j in 0..=i {
                out.h[i][j] = gradient[0] * a.h[i][j]
                    + gradient[1] * b.h[i][j]
                    + second[0] * a.g[i] * a.g[j]
                    + second[1] * (a.g[i] * b.g[j] + a.g[j] * b.g[i])
                    + second[2] * b.g[i] * b.g[j];
            }
        }
        out
    }

    pub fn exp(self) -> Self {
        let e = exp(self.v);
        self.chain(e, e, e)
    }

    pub fn ln(self) -> Self {
        let r = 1.0 / self.v;
        self.chain(ln(self.v), r, -r * r)
    }

    pub fn ln_1p(self) -> Self {
        let r = 1.0 / (1.0 + self.v);
        self.chain(ln_1p(self.v), r, -r * r)
    }

    pub fn recip(self) -> Self {
        let r = 1.0 / self.v;
        self.chain(r, -r * r, 2.0 * r * r * r)
    }

    pub fn ln_gamma(self) -> Self {
        self.chain(ln_gamma(self.v), digamma(self.v), trigamma(self.v))
    }

    pub fn square(self) -> Self {
        self.chain(self.v * self.v, 2.0 * self.v, 2.0)
    }
}

impl<const P: usize> Add for Jet<P> {
    type Output = Self;
    #[inline]
    fn add(mut self, other: Self) -> Self {
        self.v += other.v;
        for i in 0..P {
            self.g[i] += other.g[i];
            for j in 0..=i {
                self.h[i][j] += other.h[i][j];
            }
        }
        self
    }
}

impl<const P: usize> Sub for Jet<P> {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl<const P: usize> Neg for Jet<P> {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        self * -1.0
    }
}

impl<const P: usize> Mul for Jet<P> {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        Self::chain2(self, other, self.v * other.v, [other.v, self.v], [0.0, 1.0, 0.0])
    }
}

#[expect(clippy::suspicious_arithmetic_impl, reason = "a quotient is a product with the reciprocal")]
impl<const P: usize> Div for Jet<P> {
    type Output = Self;
    #[inline]
    fn div(self, other: Self) -> Self {
        self * other.recip()
    }
}

impl<const P: usize> Add<f64> for Jet<P> {
    type Output = Self;
    #[inline]
    fn add(mut self, other: f64) -> Self {
        self.v += other;
        self
    }
}

impl<const P: usize> Sub<f64> for Jet<P> {
    type Output = Self;
    #[inline]
    fn sub(self, other: f64) -> Self {
        self + -other
    }
}

impl<const P: usize> Mul<f64> for Jet<P> {
    type Output = Self;
    #[inline]
    fn mul(mut self, factor: f64) -> Self {
        self.v *= factor;
        for i in 0..P {
            self.g[i] *= factor;
            for j in 0..=i {
                self.h[i][j] *= factor;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `x exp(-y) / (x + y^2) + ln Gamma(x) + ln(1 + x y) - ln(x / y)` at (2, 0.5); derivatives against central differences.
    #[test]
    fn derivatives_agree_with_differences() {
        fn f<const P: usize>(x: Jet<P>, y: Jet<P>) -> Jet<P> {
            x * (-y).exp() / (x + y.square()) + x.ln_gamma() + (x * y).ln_1p() - (x / y).ln()
        }
        let plain = |x: f64, y: f64| f::<0>(Jet::constant(x), Jet::constant(y)).v;
        let [x, y] = Jet::all(&[2.0, 0.5]);
        let jet = f(x, y);
        let d = 1e-4;
        let gradient = [
            (plain(2.0 + d, 0.5) - plain(2.0 - d, 0.5)) / (2.0 * d),
            (plain(2.0, 0.5 + d) - plain(2.0, 0.5 - d)) / (2.0 * d),
        ];
        let corner = |a: f64, b: f64| plain(2.0 + a * d, 0.5 + b * d);
        let mixed = (corner(1.0, 1.0) - corner(1.0, -1.0) - corner(-1.0, 1.0) + corner(-1.0, -1.0)) / (4.0 * d * d);
        let pure = (corner(1.0, 0.0) - 2.0 * corner(0.0, 0.0) + corner(-1.0, 0.0)) / (d * d);
        // Truncation of the differences is of order d^2, rounding of order 1e-16 / d^2.
        assert!((jet.g[0] - gradient[0]).abs() < 1e-7 && (jet.g[1] - gradient[1]).abs() < 1e-7);
        assert!((jet.h[1][0] - mixed).abs() < 1e-6 && (jet.h[0][0] - pure).abs() < 1e-6);
    }
}
