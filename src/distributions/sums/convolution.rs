//! What is the law of the sum of exactly n independent amounts?
//!
//! Amounts above a floor only ever add up, so `P(S <= s)` needs no amount beyond `s`: one Fourier grid for each scale,
//! a factor 4 apart, gives the law near that scale with the same relative resolution whatever the tail, infinite mean
//! included. What wraps round a grid's end is held down by an exponential tilt; a sharp lower bound of the sum (where
//! its probability is below 1e-14) moves the grid up to where a sum of many amounts really is.

use super::fourier::{Complex, RealFourier};
use super::points::Points;
use crate::numerics::elementary::{exp, ln};
use std::f64::consts::PI;

/// How strongly a grid is tilted: the exponent over its length.
///
/// A sum that wraps round once weighs `exp(-tilt)`, rounding noise grows by `exp(tilt / 2)` at mid-grid. Below the bulk
/// of the sum what wraps is the bulk, and is much; elsewhere it is a tail.
#[derive(Clone, Copy)]
enum Tilt {
    BelowBulk,
    FromBulk,
}

impl Tilt {
    fn exponent(self) -> f64 {
        match self {
            Self::BelowBulk => 36.0,
            Self::FromBulk => 20.0,
        }
    }
}

/// Tail probability down to which laws are worked out, a little past what tables hold.
const DEPTH: f64 = 9.3e-10;
/// Cut-off exponent of the lower bound: `exp(-32)` is 1e-14.
const CUT_EXPONENT: f64 = 32.0;
/// Scales reach `4^SCALES` times the unit either way.
const SCALES: i32 = 60;
/// Sums of fewer than this many non-atomic amounts have kinks, which linear splitting keeps free of ripples.
const KINKED: f64 = 5.0;

/// The cdf of a sum at rising heights above its floor, each end told from its own side.
#[derive(Debug, Clone, Default)]
pub(super) struct CountLaw {
    pub heights: Vec<f64>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
}

impl CountLaw {
    fn push(&mut self, height: f64, lower: f64, upper: f64) {
        let low = self.lower.last().copied().unwrap_or(0.0);
        let high = self.upper.last().copied().unwrap_or(1.0);
        self.heights.push(height);
        self.lower.push(lower.clamp(low, 1.0));
        self.upper.push(upper.clamp(0.0, high));
    }
}

/// How an amount between two grid points is shared among its neighbours.
#[derive(Clone, Copy, PartialEq)]
enum Splitting {
    /// Between two: keeps the mean and every mass positive.
    Linear,
    /// Among four: keeps three moments; right where the sum is smooth over many grid steps.
    Cubic,
}

struct Grid {
    fourier: RealFourier,
    splitting: Splitting,
    spectra: Vec<Option<Vec<Complex>>>,
}

/// Works out sums of one amount; spectra are kept from one count to the next.
pub(super) struct Convolver<'a> {
    points: &'a Points,
    unit: f64,
    capped: Vec<(f64, f64, f64)>,
    kinked: Grid,
    smooth: Grid,
    lattice: Option<f64>,
}

impl<'a> Convolver<'a> {
    pub fn new(points: &'a Points, lattice: Option<f64>) -> Self {
        let middle = points.heights.partition_point(|h| h.0 <= 0.0);
        let typical = points.heights[(middle + points.heights.len()) / 2].0;
        let unit = libm::exp2(libm::log2(typical).round());
        let slots = 2 * (2 * SCALES as usize + 1);
        let grid = |length, splitting| Grid {
            fourier: RealFourier::new(length),
            splitting,
            spectra: (0..slots).map(|_| None).collect(),
        };
        let capped = (-SCALES..=SCALES)
            .map(|scale| {
                let cap = length_of(unit, scale);
                let moments = points.capped(cap);
                (cap, moments.mean, moments.square)
            })
            .collect();
        Self { points, unit, capped, kinked: grid(8192, Splitting::Linear), smooth: grid(4096, Splitting::Cubic), lattice }
    }

    /// The law of the sum of `count` amounts, above `count` floors. An atom at the floor itself is left out and the
    /// rest conditioned, unless the amount is a lattice law.
    pub fn law(&mut self, count: u64) -> CountLaw {
        let n = count as f64;
        let start_height = self.surely_exceeded(n);
        let atom = if self.lattice.is_some() { 0.0 } else { libm::pow(self.points.floor_weight, n) };
        let crowded = self.capped.iter().rposition(|&(cap, mean, _)| 0.25 * cap < n * mean - start_height);
        let first = crowded.map_or(0, |slot| (slot + 1).min(self.capped.len() - 1)) as i32 - SCALES;
        if std::env::var("DBG").is_ok() { println!("n {n} start {start_height} first {first} {}", length_of(self.unit, first)); }
        let mut windows = vec![self.window(count, first, Tilt::FromBulk, start_height, atom)];
        let mut scale = first;
        while windows[0].lower[0] > DEPTH && scale > -SCALES {
            scale -= 1;
            windows.insert(0, self.window(count, scale, Tilt::BelowBulk, start_height, atom));
        }
        scale = first;
        while *windows[windows.len() - 1].upper.last().unwrap() > DEPTH && scale < SCALES {
            scale += 1;
            windows.push(self.window(count, scale, Tilt::FromBulk, start_height, atom));
        }
        if std::env::var("DBG").is_ok() { for w in &windows { println!("   {:e}..{:e}  F {:e}..{:e} U {:e}", w.heights[0], w.heights.last().unwrap(), w.lower[0], w.lower.last().unwrap(), w.upper.last().unwrap()); } }
        let mut joined = CountLaw::default();
        for window in windows {
            for ((&height, &lower), &upper) in window.heights.iter().zip(&window.lower).zip(&window.upper) {
                joined.push(height, lower, upper);
            }
        }
        joined
    }

    /// A height below which the sum stays with a probability under 1e-14.
    ///
    /// For amounts of at least 0, capped anywhere, with mean `m`, mean square `q` and variance `v`:
    /// `P(S < n m - x)` is at most `exp(-x^2 / (2 n q))` and, by Bernstein, `exp(-x^2 / (2 n v + 2 m x / 3))`.
    fn surely_exceeded(&self, n: f64) -> f64 {
        self.capped.iter().fold(0.0, |best: f64, &(_, mean, square)| {
            let by_square = (2.0 * CUT_EXPONENT * n * square).sqrt();
            let linear = CUT_EXPONENT * mean / 3.0;
            let variance = (square - mean * mean).max(0.0);
            let by_variance = linear + (linear * linear + 2.0 * CUT_EXPONENT * n * variance).sqrt();
            best.max(n * mean - by_square.min(by_variance))
        })
    }

    /// The law between an eighth and a half of one grid.
    fn window(&mut self, count: u64, scale: i32, tilt: Tilt, start_height: f64, atom: f64) -> CountLaw {
        let n = count as f64;
        let spread_atoms = self.points.upper_atoms + self.points.floor_weight;
        let kinked = n * (1.0 - spread_atoms.min(0.999)) < KINKED && self.lattice.is_none() && n < 64.0;
        let length = length_of(self.unit, scale);
        let (points, lattice) = (self.points, self.lattice);
        let grid = if kinked { &mut self.kinked } else { &mut self.smooth };
        let size = grid.fourier.length();
        let step = length / size as f64;
        let slot = 2 * (scale + SCALES) as usize + tilt as usize;
        let tilt = tilt.exponent();
        if grid.spectra[slot].is_none() {
            let masses = split(points, size, step, grid.splitting, tilt);
            grid.spectra[slot] = Some(grid.fourier.forward(&masses));
        }
        let single = grid.spectra[slot].as_ref().unwrap();
        let offset = (start_height / step).floor();
        let lift = exp(tilt * offset / size as f64 / n);
        let mut spectrum: Vec<Complex> = single.iter().map(|z| z.scaled(lift).power(count)).collect();
        if let Some(span) = lattice.filter(|span| *span >= 2.0 * step) {
            continuous(&mut spectrum, span / length);
        }
        let mut masses = vec![0.0; size];
        grid.fourier.inverse(&spectrum, &mut masses);
        let rotation = (offset % size as f64) as usize;
        let mut sum = if offset == 0.0 { -atom } else { 0.0 };
        let mut law = CountLaw::default();
        let rest = 1.0 - atom;
        if masses.iter().any(|m| m.is_nan()) { println!("NaN n {n} scale {scale} length {length} start {start_height} lift {lift} single {:?}", single[0]); }
        for i in 0..size / 2 {
            sum += masses[(rotation + i) % size] * exp(tilt * i as f64 / size as f64);
            if i >= size / 8 {
                let lower = sum / rest;
                law.push((offset + i as f64 + 0.5) * step, lower, 1.0 - lower);
            }
        }
        law
    }
}

fn length_of(unit: f64, scale: i32) -> f64 {
    libm::ldexp(unit, 2 * scale)
}

/// Tilted masses of one amount on the grid; amounts beyond the grid are left out.
fn split(points: &Points, size: usize, step: f64, splitting: Splitting, tilt: f64) -> Vec<f64> {
    // One place before the grid and two after it; the first wraps round, the others are beyond what is read.
    let mut masses = vec![0.0; size + 3];
    let end = points.heights.partition_point(|h| h.0 < step * size as f64);
    let inverse = 1.0 / step;
    for &(height, weight) in &points.heights[..end] {
        let position = height * inverse;
        let f = position - position.floor();
        let near = &mut masses[position as usize..position as usize + 4];
        match splitting {
            Splitting::Linear => {
                near[1] += weight * (1.0 - f);
                near[2] += weight * f;
            }
            Splitting::Cubic => {
                let (a, b, c) = (f + 1.0, f - 1.0, f - 2.0);
                near[0] -= weight * f * b * c / 6.0;
                near[1] += weight * a * b * c / 2.0;
                near[2] -= weight * a * f * c / 2.0;
                near[3] += weight * a * f * b / 6.0;
            }
        }
    }
    for (j, mass) in masses.iter_mut().enumerate() {
        *mass *= exp(-tilt * (j as f64 - 1.0) / size as f64);
    }
    let before = masses.remove(0);
    masses.truncate(size);
    masses[size - 1] += before;
    masses
}

/// Spreads a lattice law (span in grid lengths) into the smooth one with the same cdf half-way between lattice points.
fn continuous(spectrum: &mut [Complex], span: f64) {
    for (k, z) in spectrum.iter_mut().enumerate().skip(1) {
        let half_angle = PI * k as f64 * span;
        *z = if half_angle < 0.5 * PI { z.scaled(half_angle / libm::sin(half_angle)) } else { z.scaled(0.0) };
    }
}

impl CountLaw {
    /// Log of the height at a rising sequence of lower-tail probabilities, by linear interpolation of the cdf.
    pub fn log_heights_from_below(&self, tails: impl Iterator<Item = f64>, lift: f64) -> Vec<f64> {
        let mut at = 0;
        tails
            .map(|p| {
                while at + 1 < self.lower.len() && self.lower[at] < p {
                    at += 1;
                }
                ln(lift + self.between(at, p, &self.lower))
            })
            .collect()
    }

    /// The same for a rising sequence of upper-tail probabilities.
    pub fn log_heights_from_above(&self, tails: impl Iterator<Item = f64>, lift: f64) -> Vec<f64> {
        let mut at = self.upper.len() - 1;
        tails
            .map(|q| {
                while at > 1 && self.upper[at - 1] < q {
                    at -= 1;
                }
                ln(lift + self.between(at, q, &self.upper))
            })
            .collect()
    }

    pub fn between(&self, at: usize, p: f64, side: &[f64]) -> f64 {
        if at == 0 {
            return self.heights[0];
        }
        let (a, b) = (side[at - 1], side[at]);
        let share = if a == b { 1.0 } else { ((p - a) / (b - a)).clamp(0.0, 1.0) };
        self.heights[at - 1] + share * (self.heights[at] - self.heights[at - 1])
    }
}
