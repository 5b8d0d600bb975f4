//! Which law runs exactly through a handful of elicited quantiles?

use super::{Family, Kind};
use crate::distributions::error::{LawError, LawProblem, finite};
use crate::distributions::invert::root;
use crate::distributions::moments::{Moments, TailIndices};
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, ln, ln_1p};

/// Metalog law: its quantile function is `M(p) = T(c) + S(c) ln(p/(1-p))` with `c = p - 1/2` and polynomials T and S
/// of as many terms together as quantiles were given, so that it runs through each of them; with a lower bound
/// `min + exp(M)`, with an upper bound `max - exp(-M)`, with both `(min + max exp(M))/(1 + exp(M))`.
///
/// Such a function is a law only where it rises. That is proved at construction, not sampled: on intervals of the
/// log-odds a bound on the second derivative shows `dM/d(log-odds) > 0` or the interval is halved. Between two and
/// sixteen quantiles; more are too ill-conditioned for an exact fit. Keelin 2016, doi:10.1287/deca.2016.0338.
#[derive(Debug)]
pub struct Metalog {
    quantiles: Vec<(f64, f64)>,
    min: Option<f64>,
    max: Option<f64>,
    /// Coefficients of T and of S, in rising powers of c.
    location: Vec<f64>,
    slope: Vec<f64>,
}

/// Beyond these log-odds the probability is below every other tolerance of the crate.
const FARTHEST_LOG_ODDS: f64 = 40.0;

impl Metalog {
    /// The `(p, x)` pairs the law runs through, ascending.
    pub fn quantiles(&self) -> &[(f64, f64)] {
        &self.quantiles
    }

    /// Lower bound, where one was given.
    pub fn min(&self) -> Option<f64> {
        self.min
    }

    /// Upper bound, where one was given.
    pub fn max(&self) -> Option<f64> {
        self.max
    }

    pub(in crate::distributions) fn through(
        quantiles: &[(f64, f64)],
        min: Option<f64>,
        max: Option<f64>,
    ) -> Result<Self, LawError> {
        let mut quantiles = quantiles.to_vec();
        quantiles.sort_by(|one, other| one.0.total_cmp(&other.0));
        let count = quantiles.len();
        if !(2..=16).contains(&count) {
            return Err(LawError::range("quantiles", count as f64, "between 2 and 16 pairs [p, x]"));
        }
        for bound in [("min", min), ("max", max)] {
            bound.1.map_or(Ok(0.0), |value| finite(bound.0, value))?;
        }
        for (p, x) in &quantiles {
            if !(*p > 0.0 && *p < 1.0) {
                return Err(LawError::range("quantiles", *p, "probabilities strictly between 0 and 1"));
            }
            finite("quantiles", *x)?;
            if !(min.is_none_or(|min| *x > min) && max.is_none_or(|max| *x < max)) {
                return Err(LawError::range("quantiles", *x, "values strictly inside min and max"));
            }
        }
        for pair in quantiles.windows(2) {
            if !(pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1) {
                let expected = format!("more than {} at p = {}, as p rises from {}", pair[0].1, pair[1].0, pair[0].0);
                return Err(LawError::range("quantiles", pair[1].1, expected));
            }
        }
        let mut metalog = Self { quantiles, min, max, location: Vec::new(), slope: Vec::new() };
        metalog.fit()?;
        match metalog.falls_near() {
            Some(near) => Err(LawError::of("quantiles", LawProblem::InfeasibleMetalog { near })),
            None => Ok(metalog),
        }
    }

    fn fit(&mut self) -> Result<(), LawError> {
        let targets: Vec<f64> = self.quantiles.iter().map(|(_, x)| self.unbounded(*x)).collect();
        let count = targets.len();
        let rows: Vec<Vec<f64>> = self
            .quantiles
            .iter()
            .map(|(p, _)| {
                let (c, odds) = coordinates(Probability::lower(*p));
                (0..count).map(|term| if is_slope(term) { odds } else { 1.0 } * power(c, degree(term))).collect()
            })
            .collect();
        let coefficients = solve(rows, targets.clone());
        let size = targets.iter().fold(0.0f64, |most, z| most.max(z.abs()));
        for (term, coefficient) in coefficients.iter().enumerate() {
            if is_slope(term) { self.slope.push(*coefficient) } else { self.location.push(*coefficient) }
        }
        if self.slope.iter().all(|s| s.abs() <= 1e-13 * size) {
            // Evenly spread quantiles: what is left of the logarithmic part is rounding and would decide the far tail.
            self.slope.iter_mut().for_each(|s| *s = 0.0);
        }
        for ((p, _), target) in self.quantiles.iter().zip(&targets) {
            let (c, odds) = coordinates(Probability::lower(*p));
            let miss = horner(&self.location, c) + horner(&self.slope, c) * odds - target;
            if !(miss.abs() <= 1e-10 * size) {
                return Err(LawError::range("quantiles", count as f64, "fewer quantiles, or farther apart"));
            }
        }
        Ok(())
    }

    /// From x to the scale on which M lives.
    fn unbounded(&self, x: f64) -> f64 {
        match (self.min, self.max) {
            (None, None) => x,
            (Some(min), None) => ln(x - min),
            (None, Some(max)) => -ln(max - x),
            (Some(min), Some(max)) => ln((x - min) / (max - x)),
        }
    }

    fn bounded(&self, z: f64) -> f64 {
        match (self.min, self.max) {
            (None, None) => z,
            (Some(min), None) => min + exp(z),
            (None, Some(max)) => max - exp(-z),
            (Some(min), Some(max)) if z <= 0.0 => min + (max - min) * (exp(z) / (1.0 + exp(z))),
            (Some(min), Some(max)) => max - (max - min) * (exp(-z) / (1.0 + exp(-z))),
        }
    }

    /// `dM/d(log-odds)`; the law is feasible where it is positive.
    fn rise(&self, p: Probability) -> f64 {
        let (c, odds) = coordinates(p);
        let weight = p.tail() * (1.0 - p.tail());
        horner(&self.slope, c) + weight * (odds * derivative(&self.slope, c) + derivative(&self.location, c))
    }

    /// A probability near which M does not rise, if there is one.
    fn falls_near(&self) -> Option<f64> {
        let mut intervals: Vec<(f64, f64)> =
            (0..80).rev().map(|i| (f64::from(i) - FARTHEST_LOG_ODDS, f64::from(i + 1) - FARTHEST_LOG_ODDS)).collect();
        if self.end_slope(0.5) < 0.0 || self.end_slope(-0.5) < 0.0 {
            return Some(if self.end_slope(0.5) < 0.0 { 1.0 } else { 0.0 });
        }
        while let Some((from, to)) = intervals.pop() {
            let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
            let rise = self.rise(of_log_odds(middle));
            if rise > self.steepest_change(from, to) * half {
                continue;
            }
            if !(rise > 0.0) || half < 1e-6 {
                return Some(of_log_odds(middle).p());
            }
            intervals.extend([(middle, to), (from, middle)]);
        }
        None
    }

    /// A bound on `|d rise/d(log-odds)|` over an interval of log-odds.
    fn steepest_change(&self, from: f64, to: f64) -> f64 {
        let nearest = if from <= 0.0 && to >= 0.0 { 0.0 } else { from.abs().min(to.abs()) };
        let farthest = from.abs().max(to.abs());
        let tail = of_log_odds(-nearest).p();
        let weight = tail * (1.0 - tail);
        let c = coordinates(of_log_odds(farthest)).0;
        let bound = |coefficients: &[f64], order: usize| -> f64 {
            (order..coefficients.len())
                .map(|j| {
                    let factor = if order == 1 { j } else { j * (j - 1) } as f64;
                    factor * coefficients[j].abs() * power(c, j - order)
                })
                .sum()
        };
        let (slope_1, slope_2) = (bound(&self.slope, 1), bound(&self.slope, 2));
        let (location_1, location_2) = (bound(&self.location, 1), bound(&self.location, 2));
        weight
            * (2.0 * slope_1
                + 2.0 * c * farthest * slope_1
                + weight * farthest * slope_2
                + 2.0 * c * location_1
                + weight * location_2)
    }

    /// S at an end: how fast M runs off with the log-odds there.
    fn end_slope(&self, c: f64) -> f64 {
        horner(&self.slope, c)
    }

    fn end(&self, c: f64) -> f64 {
        if self.end_slope(c) > 0.0 { self.bounded(c * f64::INFINITY) } else { self.bounded(horner(&self.location, c)) }
    }
}

/// Is a term, counted from 0, one of S rather than of T? Keelin's order: 1, L, cL, c, c^2, c^2 L, c^3, c^3 L ...
fn is_slope(term: usize) -> bool {
    match term {
        0 | 3 => false,
        1 | 2 => true,
        _ => term % 2 == 1,
    }
}

fn degree(term: usize) -> usize {
    match term {
        0 | 1 => 0,
        2 | 3 => 1,
        _ => term / 2,
    }
}

/// `p - 1/2` and the log-odds of p.
fn coordinates(p: Probability) -> (f64, f64) {
    let (c, odds) = (p.tail() - 0.5, ln(p.tail()) - ln_1p(-p.tail()));
    if p.is_upper() { (-c, -odds) } else { (c, odds) }
}

fn of_log_odds(odds: f64) -> Probability {
    let tail = exp(-odds.abs()) / (1.0 + exp(-odds.abs()));
    if odds > 0.0 { Probability::upper(tail) } else { Probability::lower(tail) }
}

fn power(base: f64, degree: usize) -> f64 {
    (0..degree).fold(1.0, |product, _| product * base)
}

fn horner(coefficients: &[f64], c: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * c + coefficient)
}

fn derivative(coefficients: &[f64], c: f64) -> f64 {
    (1..coefficients.len()).rev().fold(0.0, |sum, j| sum * c + j as f64 * coefficients[j])
}

/// Gaussian elimination with row pivoting and one round of refinement.
fn solve(rows: Vec<Vec<f64>>, targets: Vec<f64>) -> Vec<f64> {
    let first = eliminate(rows.clone(), targets.clone());
    let residuals = rows
        .iter()
        .zip(&targets)
        .map(|(row, target)| target - row.iter().zip(&first).map(|(a, x)| a * x).sum::<f64>())
        .collect();
    let correction = eliminate(rows, residuals);
    first.iter().zip(correction).map(|(x, step)| x + step).collect()
}

fn eliminate(mut rows: Vec<Vec<f64>>, mut targets: Vec<f64>) -> Vec<f64> {
    let count = targets.len();
    for column in 0..count {
        let pivot = (column..count)
            .max_by(|one, other| rows[*one][column].abs().total_cmp(&rows[*other][column].abs()))
            .unwrap_or(column);
        rows.swap(column, pivot);
        targets.swap(column, pivot);
        for row in column + 1..count {
            let factor = rows[row][column] / rows[column][column];
            let (above, from_row) = rows.split_at_mut(row);
            for (entry, pivot) in from_row[0][column..].iter_mut().zip(&above[column][column..]) {
                *entry -= factor * pivot;
            }
            targets[row] -= factor * targets[column];
        }
    }
    for row in (0..count).rev() {
        let known: f64 = (row + 1..count).map(|k| rows[row][k] * targets[k]).sum();
        targets[row] = (targets[row] - known) / rows[row][row];
    }
    targets
}

impl Family for Metalog {
    fn kind(&self) -> Kind<'_> {
        Kind::Metalog(self)
    }

    fn cdf(&self, x: f64) -> Probability {
        let (low, high) = self.support();
        if x <= low {
            return Probability::lower(0.0);
        }
        if x >= high {
            return Probability::upper(0.0);
        }
        let z = self.unbounded(x);
        let excess = |odds: f64| {
            let c = coordinates(of_log_odds(odds)).0;
            horner(&self.location, c) + horner(&self.slope, c) * odds - z
        };
        let mut reach = 4.0;
        while reach < 740.0 && !(excess(-reach) < 0.0 && excess(reach) > 0.0) {
            reach *= 2.0;
        }
        let reach = reach.min(740.0);
        if excess(-reach) >= 0.0 {
            Probability::lower(0.0)
        } else if excess(reach) <= 0.0 {
            Probability::upper(0.0)
        } else {
            of_log_odds(root(excess, -reach, reach))
        }
    }

    fn quantile(&self, p: Probability) -> f64 {
        if p.tail() == 0.0 {
            return self.end(if p.is_upper() { 0.5 } else { -0.5 });
        }
        let (c, odds) = coordinates(p);
        self.bounded(horner(&self.location, c) + horner(&self.slope, c) * odds)
    }

    fn density(&self, x: f64) -> f64 {
        let (low, high) = self.support();
        if !(x > low && x < high) {
            return 0.0;
        }
        let p = self.cdf(x);
        let stretch = match (self.min, self.max) {
            (None, None) => 1.0,
            (Some(min), None) => x - min,
            (None, Some(max)) => max - x,
            (Some(min), Some(max)) => (x - min) * ((max - x) / (max - min)),
        };
        p.tail() * (1.0 - p.tail()) / (self.rise(p) * stretch)
    }

    fn support(&self) -> (f64, f64) {
        (self.end(-0.5), self.end(0.5))
    }

    fn tail_indices(&self) -> TailIndices {
        let index = |c: f64| if self.end_slope(c) > 0.0 { 1.0 / self.end_slope(c) } else { f64::INFINITY };
        match (self.min, self.max) {
            (Some(_), None) => (f64::INFINITY, index(0.5)),
            (None, Some(_)) => (index(-0.5), f64::INFINITY),
            _ => (f64::INFINITY, f64::INFINITY),
        }
    }

    fn moments(&self) -> Option<Moments> {
        None
    }
}
