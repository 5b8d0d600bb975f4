//! How are observations brought into the form that a family's likelihood wants?

use std::cell::OnceCell;

use super::families::{LnProduct, Shape};
use super::jet::Jet;
use super::observations::Observations;
use super::optimum::{Expansion, Likelihood};
use crate::numerics::elementary::ln;

/// How a value becomes one of size near one: `(x - shift) / unit`, of the logarithm of x if asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Map {
    pub logarithmic: bool,
    pub shift: f64,
    pub unit: f64,
}

impl Map {
    pub fn linear(shift: f64, unit: f64) -> Self {
        Self { logarithmic: false, shift, unit }
    }

    pub fn to(self, x: f64) -> f64 {
        let x = match (self.logarithmic, x > 0.0) {
            (false, _) => x,
            (true, true) if x < f64::INFINITY => ln(x),
            (true, true) => x,
            (true, false) => f64::NEG_INFINITY,
        };
        (x - self.shift) / self.unit
    }
}

/// Bounds on some rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub low: f64,
    pub high: f64,
    pub count: f64,
}

/// Sums over the exact rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub y: f64,
    pub yy: f64,
    pub ln_y: f64,
    /// `ln(1 - y)`.
    pub ln_rest: f64,
    pub inverse: f64,
}

/// Mapped observations, with the sums that a shape needs.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    values: Vec<f64>,
    ln_values: OnceCell<Vec<f64>>,
    sums: Sums,
    /// Logarithm of the factor between the densities of x and y, over the exact rows.
    ln_jacobian: f64,
    censored: Vec<Cell>,
    windows: Vec<Cell>,
}

impl Sample {
    pub fn new(shape: Shape, map: Map, observations: &Observations) -> Self {
        let exact = observations.exact();
        let mut values = Vec::with_capacity(exact.len());
        let mut ln_x = 0.0;
        if map.logarithmic {
            let ln_all = exact.iter().map(|x| ln(*x));
            values.extend(ln_all.map(|x| {
                ln_x += x;
                (x - map.shift) / map.unit
            }));
        } else {
            values.extend(exact.iter().map(|x| (x - map.shift) / map.unit));
        }
        let cell = |low: f64, high: f64, count: f64| Cell { low: map.to(low), high: map.to(high), count };
        let (least, most) = shape.support();
        let windows = observations.windows().iter().map(|w| cell(w.from, w.to, w.count));
        // A window that the support does not pass decides nothing.
        let windows = windows.filter(|w| w.low > least || w.high < most).collect();
        let censored = observations.censored().iter().map(|row| cell(row.low, row.high, row.count)).collect();
        let mut sample = Self::bare(shape, values);
        sample.ln_jacobian = -(exact.len() as f64) * ln(map.unit) - ln_x;
        sample.censored = censored;
        sample.windows = windows;
        sample
    }

    /// Exact rows alone, already mapped and ascending.
    pub fn bare(shape: Shape, values: Vec<f64>) -> Self {
        let mut sums = Sums::default();
        match shape {
            Shape::Normal => {
                for y in &values {
                    sums.y += y;
                    sums.yy += y * y;
                }
            }
            Shape::Gamma | Shape::Weibull => {
                for y in &values {
                    sums.y += y;
                }
            }
            Shape::Exponential => sums.y = values.iter().sum(),
            Shape::InverseGaussian => {
                for y in &values {
                    sums.y += y;
                    sums.inverse += 1.0 / y;
                }
            }
            Shape::Beta | Shape::Pert => {
                let (mut below, mut above) = (LnProduct::new(), LnProduct::new());
                for y in &values {
                    below.times(*y);
                    above.times(1.0 - y);
                }
                (sums.ln_y, sums.ln_rest) = (below.ln(), above.ln());
            }
            Shape::StudentT | Shape::Pareto | Shape::Gpd => {}
        }
        let mut sample = Self {
            values,
            ln_values: OnceCell::new(),
            sums,
            ln_jacobian: 0.0,
            censored: Vec::new(),
            windows: Vec::new(),
        };
        match shape {
            Shape::Gamma | Shape::InverseGaussian => {
                let mut product = LnProduct::new();
                sample.values.iter().for_each(|y| product.times(*y));
                sample.sums.ln_y = product.ln();
            }
            Shape::Weibull => sample.sums.ln_y = sample.ln_values().iter().sum(),
            _ => {}
        }
        sample
    }

    pub fn values(&self) -> &[f64] {
        &self.values
    }

    pub fn ln_values(&self) -> &[f64] {
        self.ln_values.get_or_init(|| self.values.iter().map(|y| ln(*y)).collect())
    }

    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    pub fn count(&self) -> f64 {
        self.values.len() as f64
    }

    /// 0 without exact rows.
    pub fn largest(&self) -> f64 {
        self.values.last().copied().unwrap_or(0.0)
    }

    #[cfg(test)]
    pub fn ln_jacobian(&self) -> f64 {
        self.ln_jacobian
    }
}

/// The likelihood of one shape.
pub(super) struct ShapeLikelihood<'a> {
    pub shape: Shape,
    pub sample: &'a Sample,
}

impl ShapeLikelihood<'_> {
    fn jet<const P: usize>(&self, at: &[f64]) -> Expansion {
        let point: [f64; P] = std::array::from_fn(|i| at[i]);
        let at = Jet::all(&point);
        let mut total = self.shape.sum(self.sample, &at) + self.sample.ln_jacobian;
        for cell in &self.sample.censored {
            total = total + self.shape.ln_between(cell.low, cell.high, &at) * cell.count;
        }
        for window in &self.sample.windows {
            total = total - self.shape.ln_between(window.low, window.high, &at) * window.count;
        }
        expansion(&total)
    }
}

/// As vectors, the other half of the second derivatives filled in.
pub(super) fn expansion<const P: usize>(jet: &Jet<P>) -> Expansion {
    let entry = |i: usize, j: usize| if i >= j { jet.h[i][j] } else { jet.h[j][i] };
    Expansion {
        value: jet.v,
        gradient: jet.g.to_vec(),
        hessian: (0..P).map(|i| (0..P).map(|j| entry(i, j)).collect()).collect(),
    }
}

impl Likelihood for ShapeLikelihood<'_> {
    fn expand(&self, at: &[f64]) -> Expansion {
        match self.shape.dimension() {
            1 => self.jet::<1>(at),
            2 => self.jet::<2>(at),
            _ => self.jet::<3>(at),
        }
    }
}
