//! Which polynomial stands for a quantile function on one cell, and how far is it off?

use std::f64::consts::PI;
use std::sync::OnceLock;

use crate::numerics::elementary::cos;

/// Coefficients in rising powers of the place in the cell, which runs from -1/2 to 1/2.
pub(super) type Coefficients = [f64; 6];

/// The value at a place in [-1/2, 1/2], by Estrin's scheme: three short chains instead of one long.
#[inline]
pub(super) fn evaluate(c: &Coefficients, s: f64) -> f64 {
    let square = s * s;
    (c[0] + c[1] * s) + square * ((c[2] + c[3] * s) + square * (c[4] + c[5] * s))
}

/// Where a cell is sampled: the six Chebyshev-Lobatto points, both edges among them, so that neighbours meet.
pub(super) fn nodes() -> &'static [f64; 6] {
    &fixed().nodes
}

/// Places between the nodes, near the largest deviations of an interpolant.
pub(super) const PROBES: [f64; 3] = [-0.455, -0.151, 0.338];

/// The polynomial through six values at [`nodes`].
pub(super) fn through(values: &[f64; 6]) -> Coefficients {
    let fixed = fixed();
    // Differences from the first value keep the rounding of a large common offset out of the higher coefficients.
    let first = values[0];
    let mut coefficients = [0.0; 6];
    for (row, slot) in fixed.inverse.iter().zip(&mut coefficients) {
        *slot = row.iter().zip(values).map(|(weight, value)| weight * (value - first)).sum();
    }
    coefficients[0] += first;
    coefficients
}

/// A lower bound on the slope over the cell: the least Bernstein coefficient of the derivative.
pub(super) fn least_slope(c: &Coefficients) -> f64 {
    let derivative = [c[1], 2.0 * c[2], 3.0 * c[3], 4.0 * c[4], 5.0 * c[5]];
    // Shifted to run over [0, 1]: powers of (s - 1/2) expanded.
    const CHOOSE: [[f64; 5]; 5] = [
        [1.0, 0.0, 0.0, 0.0, 0.0],
        [1.0, 1.0, 0.0, 0.0, 0.0],
        [1.0, 2.0, 1.0, 0.0, 0.0],
        [1.0, 3.0, 3.0, 1.0, 0.0],
        [1.0, 4.0, 6.0, 4.0, 1.0],
    ];
    let mut shifted = [0.0; 5];
    for (power, coefficient) in derivative.iter().enumerate() {
        let mut half = 1.0;
        for lower in (0..=power).rev() {
            shifted[lower] += coefficient * CHOOSE[power][lower] * half;
            half *= -0.5;
        }
    }
    (0..5).map(|i| (0..=i).map(|j| CHOOSE[i][j] / CHOOSE[4][j] * shifted[j]).sum::<f64>()).fold(f64::INFINITY, f64::min)
}

struct Fixed {
    nodes: [f64; 6],
    /// From values at the nodes to coefficients.
    inverse: [[f64; 6]; 6],
}

fn fixed() -> &'static Fixed {
    static FIXED: OnceLock<Fixed> = OnceLock::new();
    FIXED.get_or_init(|| {
        let mut nodes = [0.0; 6];
        for (i, node) in nodes.iter_mut().enumerate() {
            *node = -0.5 * cos(PI * i as f64 / 5.0);
        }
        (nodes[0], nodes[5]) = (-0.5, 0.5);
        // Column k holds the coefficients of the Lagrange polynomial that is 1 at node k and 0 at the others.
        let mut inverse = [[0.0; 6]; 6];
        for k in 0..6 {
            let mut product = [0.0; 6];
            product[0] = 1.0;
            for (j, node) in nodes.iter().enumerate().filter(|(j, _)| *j != k) {
                let scale = 1.0 / (nodes[k] - node);
                let degree = if j < k { j } else { j - 1 };
                for power in (0..=degree + 1).rev() {
                    let raised = if power > 0 { product[power - 1] } else { 0.0 };
                    product[power] = (raised - node * product[power]) * scale;
                }
            }
            for (row, coefficient) in inverse.iter_mut().zip(product) {
                row[k] = coefficient;
            }
        }
        Fixed { nodes, inverse }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quintic_is_its_own_interpolant() {
        let quintic = |s: f64| 3.0 + s - 2.0 * s * s + 4.0 * s * s * s + s * s * s * s * s;
        let coefficients = through(&nodes().map(quintic));
        for s in [-0.5, -0.2, 0.0, 0.11, 0.5] {
            assert!((evaluate(&coefficients, s) - quintic(s)).abs() < 1e-14);
        }
    }

    #[test]
    fn the_slope_bound_holds_and_is_tight_on_a_line() {
        assert_eq!(least_slope(&[7.0, 2.0, 0.0, 0.0, 0.0, 0.0]), 2.0);
        // s^2 has slope 2s, least -1 at the left edge.
        assert_eq!(least_slope(&[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]), -1.0);
    }
}
