//! Which test functions have influences that are known exactly?

use super::Experiment;
use super::linear::{cholesky, forward};
use crate::numerics::Probability;
use crate::numerics::special::normal_quantile;
use crate::random::{Key, Stream};
use std::ops::Range;

/// Streams of the factors in one of two worlds.
pub(super) fn streams(seed: u64, factors: usize, replicate: u32) -> Vec<Stream> {
    let name = |i: usize| format!("x{i}");
    (0..factors).map(|i| Stream::new(Key { seed, scope: &["test"], driver: &name(i), replicate })).collect()
}

/// A function of independent uniforms.
pub(super) struct OfUniforms<F> {
    pub seed: u64,
    pub factors: usize,
    pub function: F,
}

impl<F: Fn(&[f64]) -> f64 + Sync> Experiment for OfUniforms<F> {
    fn factors(&self) -> usize {
        self.factors
    }

    fn outcomes(&self, second: &[bool], years: Range<u64>) -> Vec<f64> {
        let worlds = [0, 1].map(|replicate| streams(self.seed, self.factors, replicate));
        let mut point = vec![0.0; self.factors];
        years
            .map(|year| {
                for (i, value) in point.iter_mut().enumerate() {
                    *value = worlds[usize::from(second[i])][i].at(year, 0).p();
                }
                (self.function)(&point)
            })
            .collect()
    }
}

/// Ishigami and Homma 1990 with `a = 7`, `b = 0.1`: `sin x1 + a sin^2 x2 + b x3^4 sin x1`, each x uniform over (-pi, pi).
pub(super) fn ishigami(u: &[f64]) -> f64 {
    let x = |i: usize| std::f64::consts::PI * (2.0 * u[i] - 1.0);
    let fourth = x(2) * x(2) * x(2) * x(2);
    libm::sin(x(0)) + 7.0 * libm::sin(x(1)) * libm::sin(x(1)) + 0.1 * fourth * libm::sin(x(0))
}

/// Its first-order and total indices: `V1 = (1 + b pi^4 / 5)^2 / 2`, `V2 = a^2 / 8`, `V13 = 8 b^2 pi^8 / 225`.
pub(super) fn ishigami_shares() -> [(f64, f64); 3] {
    let fourth = std::f64::consts::PI * std::f64::consts::PI * std::f64::consts::PI * std::f64::consts::PI;
    let (v1, v2) = (0.5 * (1.0 + 0.1 * fourth / 5.0) * (1.0 + 0.1 * fourth / 5.0), 49.0 / 8.0);
    let v13 = 8.0 * 0.01 * fourth * fourth / 225.0;
    let variance = v1 + v2 + v13;
    [(v1 / variance, (v1 + v13) / variance), (v2 / variance, v2 / variance), (0.0, v13 / variance)]
}

/// Sobol's G: the product of `(|4 u - 2| + a) / (1 + a)`.
pub(super) fn g_function(a: &[f64]) -> impl Fn(&[f64]) -> f64 + Sync + '_ {
    move |u| u.iter().zip(a).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product()
}

/// `V_i = 1 / (3 (1 + a_i)^2)`, the variance the product of `1 + V_i`, less 1.
pub(super) fn g_shares(a: &[f64]) -> Vec<(f64, f64)> {
    let part = |a: &f64| 1.0 / (3.0 * (1.0 + a) * (1.0 + a));
    let all: f64 = a.iter().map(|a| 1.0 + part(a)).product();
    a.iter().map(|a| (part(a) / (all - 1.0), part(a) * all / (1.0 + part(a)) / (all - 1.0))).collect()
}

/// `sum of slope_i x_i`, x normal with a covariance; in the second world x is drawn given what stays in the first.
pub(super) struct LinearGaussian {
    pub seed: u64,
    pub slopes: Vec<f64>,
    pub covariance: Vec<Vec<f64>>,
}

impl LinearGaussian {
    fn order(&self, second: &[bool]) -> Vec<usize> {
        let (stay, go): (Vec<usize>, Vec<usize>) = (0..self.slopes.len()).partition(|&i| !second[i]);
        [stay, go].concat()
    }

    /// `Var(E[Y | x of these])`.
    pub fn explained(&self, known: &[usize]) -> f64 {
        let pick = |rows: &[usize], columns: &[usize]| -> Vec<Vec<f64>> {
            rows.iter().map(|&i| columns.iter().map(|&j| self.covariance[i][j]).collect()).collect()
        };
        let all: Vec<usize> = (0..self.slopes.len()).collect();
        if known.is_empty() {
            return 0.0;
        }
        // |L^-1 C slopes|^2 with L L' the covariance of the known, C that of the known with all.
        let factor = cholesky(&pick(known, known)).unwrap();
        let across: Vec<f64> =
            pick(known, &all).iter().map(|row| row.iter().zip(&self.slopes).map(|(c, b)| c * b).sum()).collect();
        forward(&factor, &across).iter().map(|x| x * x).sum()
    }

    /// Shapley effects by their definition over all subsets (Owen and Prieur 2017, doi 10.1137/16M1097717).
    pub fn shapley(&self) -> Vec<f64> {
        let n = self.slopes.len();
        let factorial = |k: usize| (1..=k).product::<usize>() as f64;
        let variance = self.explained(&(0..n).collect::<Vec<_>>());
        (0..n)
            .map(|player| {
                let mut effect = 0.0;
                for subset in (0..1usize << n).filter(|subset| subset >> player & 1 == 0) {
                    let without: Vec<usize> = (0..n).filter(|i| subset >> i & 1 == 1).collect();
                    let with: Vec<usize> = (0..n).filter(|i| subset >> i & 1 == 1 || *i == player).collect();
                    let weight = factorial(without.len()) * factorial(n - without.len() - 1) / factorial(n);
                    effect += weight * (self.explained(&with) - self.explained(&without));
                }
                effect / variance
            })
            .collect()
    }
}

impl Experiment for LinearGaussian {
    fn factors(&self) -> usize {
        self.slopes.len()
    }

    fn outcomes(&self, second: &[bool], years: Range<u64>) -> Vec<f64> {
        let n = self.slopes.len();
        let worlds = [0, 1].map(|replicate| streams(self.seed, n, replicate));
        let natural = cholesky(&self.covariance).unwrap();
        // Innovations of the first world in the order of conditioning: the values that stay come first, so that theirs are a function
        // of them alone; the others' are drawn afresh.
        let order = self.order(second);
        let ordered: Vec<Vec<f64>> =
            order.iter().map(|&i| order.iter().map(|&j| self.covariance[i][j]).collect()).collect();
        let factor = cholesky(&ordered).unwrap();
        years
            .map(|year| {
                let draw = |world: usize, i: usize| normal_quantile(worlds[world][i].at(year, 0));
                let first: Vec<f64> =
                    natural.iter().map(|row| row.iter().enumerate().map(|(i, l)| l * draw(0, i)).sum()).collect();
                let mut innovations: Vec<f64> = Vec::new();
                let mut total = 0.0;
                for (row, &i) in factor.iter().zip(&order) {
                    let done: f64 = row.iter().zip(&innovations).map(|(l, e)| l * e).sum();
                    let last = row[innovations.len()];
                    let value = if second[i] { done + last * draw(1, i) } else { first[i] };
                    innovations.push((value - done) / last);
                    total += self.slopes[i] * value;
                }
                total
            })
            .collect()
    }
}

/// Is the truth within the interval? A withheld one says no.
pub(super) fn covers(estimate: &crate::statistics::Estimate, truth: f64) -> bool {
    estimate.low.is_some_and(|low| low <= truth) && estimate.high.is_some_and(|high| truth <= high)
}

/// Standard errors from the truth, from the width of the interval.
pub(super) fn score(estimate: &crate::statistics::Estimate, truth: f64) -> f64 {
    let half = (estimate.high.unwrap() - estimate.low.unwrap()) / 2.0;
    1.96 * (estimate.value - truth) / half
}

/// A uniform as a [`Probability`]'s value.
pub(super) fn uniforms(seed: u64, name: &str, years: u64) -> Vec<f64> {
    let stream = Stream::new(Key { seed, scope: &["test"], driver: name, replicate: 0 });
    (0..years).map(|year| stream.at(year, 0).p()).collect()
}

pub(super) fn normals(uniforms: &[f64]) -> Vec<f64> {
    uniforms.iter().map(|u| normal_quantile(Probability::lower(*u))).collect()
}
