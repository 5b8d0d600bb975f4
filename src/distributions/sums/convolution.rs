//! What is the law of the sum of exactly n independent amounts?
//!
//! Amounts above a floor only ever add up, so `P(S <= s)` needs no amount beyond `s`: one Fourier grid for each scale,
//! a factor 4 apart, gives the law near that scale with the same relative resolution whatever the tail, infinite mean
//! included. What wraps round a grid's end is held down by an exponential tilt; a sharp lower bound of the sum (where
//! its probability is below 1e-14) moves the grid up to where a sum of many amounts really is.

use super::fourier::{Complex, RealFourier};
use super::points::Points;
use crate::numerics::elementary::{exp, ln};

/// How strongly a grid below, at or above the bulk of a sum is tilted: the exponent over its length.
///
/// A sum that wraps round once weighs `exp(-tilt)`, rounding noise grows by `exp(tilt / 2)` at mid-grid. Below the bulk
/// of the sum what wraps is the bulk, and is much. Above it, what wraps is less than the tail that is told.
#[derive(Clone, Copy)]
enum Tilt {
    Below,
    At,
    Above,
}

impl Tilt {
    fn exponent(self) -> f64 {
        match self {
            Self::Below => 36.0,
            Self::At => 20.0,
            Self::Above => 13.0,
        }
    }
}

/// Tail probability down to which laws are worked out, a little past what tables hold.
const DEPTH: f64 = 9.3e-10;
/// Cut-off exponent of the lower bound: `exp(-32)` is 1e-14.
const CUT_EXPONENT: f64 = 32.0;
/// A frequency that weighs less than `exp` of minus this beside the constant is left out.
const NEGLIGIBLE_EXPONENT: f64 = 45.0;
/// Longest grid on which a lattice law is worked out point by point.
const MOST_LATTICE: usize = 16_384;
/// Scales reach `4^SCALES` times the unit either way.
const SCALES: i32 = 60;
/// Sums of fewer than this many non-atomic amounts have kinks, which linear splitting keeps free of ripples.
const KINKED: f64 = 1.5;

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
    /// By scale: masses of one amount, not tilted.
    masses: Vec<Option<Vec<f64>>>,
    /// By scale and tilt.
    spectra: Vec<Option<Vec<Complex>>>,
    /// By tilt: growth that undoes it at each place.
    growth: [Vec<f64>; 3],
}

impl Grid {
    fn new(length: usize, splitting: Splitting) -> Self {
        let slots = 2 * SCALES as usize + 1;
        Self {
            fourier: RealFourier::new(length),
            splitting,
            masses: vec![None; slots],
            spectra: vec![None; 3 * slots],
            growth: [Tilt::Below, Tilt::At, Tilt::Above].map(|tilt| growth(tilt.exponent(), length)),
        }
    }

    /// Makes sure that the spectrum of one amount on a grid of this step is there.
    fn prepare(&mut self, points: &Points, scale: i32, tilt: Tilt, step: f64) -> usize {
        let slot = (scale + SCALES) as usize;
        let place = 3 * slot + tilt as usize;
        let size = self.fourier.length();
        if self.spectra[place].is_none() {
            let splitting = self.splitting;
            let masses = self.masses[slot].get_or_insert_with(|| split(points, size, step, splitting));
            self.spectra[place] = Some(self.fourier.forward(&tilted(masses, size, tilt.exponent())));
        }
        place
    }
}

/// Works out sums of one amount; spectra are kept from one count to the next.
pub(super) struct Convolver<'a> {
    points: &'a Points,
    unit: f64,
    /// Caps, one a scale, with the mean of the capped amount.
    capped: Vec<(f64, f64)>,
    /// Rates with the log of the amount's Laplace transform.
    transforms: Vec<(f64, f64)>,
    kinked: Grid,
    smooth: Grid,
    lattice: Option<f64>,
}

impl<'a> Convolver<'a> {
    pub fn new(points: &'a Points, lattice: Option<f64>) -> Self {
        let middle = points.heights.partition_point(|h| h.0 <= 0.0);
        let typical = points.heights[(middle + points.heights.len()) / 2].0;
        let unit = libm::exp2(libm::log2(typical).round());
        let caps = (-SCALES..=SCALES).map(|scale| length_of(unit, scale));
        let capped = caps.clone().map(|cap| (cap, points.capped_mean(cap))).collect();
        let coarse = points.grouped(512);
        let least = coarse[0].0;
        let rates = caps.flat_map(|cap| [1.0 / cap, 2.0 / cap]);
        let transforms = rates
            .map(|rate| {
                let scaled: f64 = coarse.iter().map(|&(height, weight)| weight * exp(rate * (least - height))).sum();
                (rate, ln(scaled) - rate * least)
            })
            .collect();
        Self {
            points,
            unit,
            capped,
            transforms,
            kinked: Grid::new(8192, Splitting::Linear),
            smooth: Grid::new(4096, Splitting::Cubic),
            lattice,
        }
    }

    /// The law of the sum of `count` amounts, above `count` floors. An atom at the floor itself is left out and the
    /// rest conditioned, unless the amount is a lattice law.
    pub fn law(&mut self, count: u64) -> CountLaw {
        let n = count as f64;
        let start_height = self.surely_exceeded(n);
        if let Some(law) = self.lattice.and_then(|step| self.lattice_law(count, step, start_height)) {
            return law;
        }
        let atom = if self.lattice.is_some() { 0.0 } else { libm::pow(self.points.floor_weight, n) };
        let crowded = self.capped.iter().rposition(|&(cap, mean)| 0.25 * cap < n * mean - start_height);
        let first = crowded.map_or(0, |slot| (slot + 1).min(self.capped.len() - 1)) as i32 - SCALES;
        let mut windows = vec![self.window(count, first, Tilt::At, start_height, atom)];
        let mut scale = first;
        while windows[0].lower[0] > DEPTH && scale > -SCALES {
            scale -= 1;
            windows.insert(0, self.window(count, scale, Tilt::Below, start_height, atom));
        }
        scale = first;
        while *windows[windows.len() - 1].upper.last().unwrap() > DEPTH && scale < SCALES {
            scale += 1;
            windows.push(self.window(count, scale, Tilt::Above, start_height, atom));
        }
        let mut joined = CountLaw::default();
        for window in windows {
            for ((&height, &lower), &upper) in window.heights.iter().zip(&window.lower).zip(&window.upper) {
                joined.push(height, lower, upper);
            }
        }
        joined
    }

    /// A height below which the sum stays with a probability under 1e-14, by Chernoff's bound:
    /// `P(S <= a) <= exp(r a) E[exp(-r Y)]^n` for every rate `r`.
    fn surely_exceeded(&self, n: f64) -> f64 {
        let bound = |&(rate, log_transform): &(f64, f64)| -(CUT_EXPONENT + n * log_transform) / rate;
        self.transforms.iter().map(bound).fold(0.0, f64::max)
    }

    /// The law between an eighth and a half of one grid.
    fn window(&mut self, count: u64, scale: i32, tilt: Tilt, start_height: f64, atom: f64) -> CountLaw {
        let n = count as f64;
        let spread_atoms = self.points.upper_atoms + self.points.floor_weight;
        let kinked = n * (1.0 - spread_atoms.min(0.999)) < KINKED && self.lattice.is_none() && n < 64.0;
        let length = length_of(self.unit, scale);
        let grid = if kinked { &mut self.kinked } else { &mut self.smooth };
        let size = grid.fourier.length();
        let step = length / size as f64;
        let place = grid.prepare(self.points, scale, tilt, step);
        let start = (start_height / step).floor();
        let sum = Summing { fourier: &grid.fourier, growth: &grid.growth[tilt as usize], step, count, start, atom };
        let cells = matches!(grid.splitting, Splitting::Cubic);
        grid.spectra[place].as_ref().map_or_else(CountLaw::default, |single| sum.law(single, cells, size / 8))
    }

    /// A lattice law on a grid that is its lattice; nothing when the sum spreads over too many points of it.
    fn lattice_law(&self, count: u64, step: f64, start_height: f64) -> Option<CountLaw> {
        let n = count as f64;
        let top = self.points.heights.last()?.0;
        let (mean, variance) = self.points.mean_and_variance();
        let reach = (n * mean + 12.0 * (n * variance).sqrt() + 8.0 * top).min(n * top) - start_height;
        let size = ((2.0 * reach / step) as usize + 64).next_power_of_two();
        if size > MOST_LATTICE {
            return None;
        }
        let fourier = RealFourier::new(size);
        let tilt = Tilt::At.exponent();
        let masses = split(self.points, size, step, Splitting::Linear);
        let single = fourier.forward(&tilted(&masses, size, tilt));
        let start = (start_height / step).round();
        let growth = growth(tilt, size);
        Some(Summing { fourier: &fourier, growth: &growth, step, count, start, atom: 0.0 }.law(&single, false, 0))
    }
}

/// One sum on one grid.
struct Summing<'a> {
    fourier: &'a RealFourier,
    /// What undoes the tilt, from the margin before the start to the middle.
    growth: &'a [f64],
    step: f64,
    count: u64,
    /// Grid place that the sum is surely above.
    start: f64,
    /// Probability at the floor, left out.
    atom: f64,
}

impl Summing<'_> {
    /// From the spectrum of one amount, the cdf half-way between grid places, from `first` places after the start to
    /// mid-grid. `cells` says that the spectrum is that of a density, to be turned into masses of cells.
    fn law(&self, single: &[Complex], cells: bool, first: usize) -> CountLaw {
        let size = self.fourier.length();
        // Growth by one place, to the power of the places that each amount moves the start.
        let lift = libm::pow(self.growth[1] / self.growth[0], self.start / self.count as f64);
        let size_of = |z: Complex| z.re * z.re + z.im * z.im;
        let negligible = size_of(single[0]) * exp(-2.0 * NEGLIGIBLE_EXPONENT / self.count as f64);
        let spectrum: Vec<Complex> = single
            .iter()
            // Where no amount fits the grid all is 0, and the lift may be infinite.
            .map(|z| if size_of(*z) <= negligible { Complex::ZERO } else { z.scaled(lift).power(self.count) })
            .collect();
        let mut masses = vec![0.0; size];
        self.fourier.inverse(&spectrum, &mut masses);
        let mut sum = if self.start == 0.0 { -self.atom } else { 0.0 };
        let rest = 1.0 - self.atom;
        let mut law = CountLaw::default();
        if first == 0 {
            law.push((self.start - 0.5) * self.step, 0.0, 1.0);
        }
        // Cubic splitting lets a sum fall some places below its least value.
        let margin = size / 16;
        let mut place = ((self.start % size as f64) as usize + size - margin) % size;
        let mut mass = masses[place] * self.growth[0];
        for i in 0..size / 2 + margin {
            sum += mass;
            place = (place + 1) % size;
            let next = masses[place] * self.growth[i + 1];
            if i >= margin + first {
                // Masses of a smooth law are densities at places; their cells' edges differ by a second difference.
                let edge = if cells { (next - mass) / 24.0 } else { 0.0 };
                let lower = (sum + edge) / rest;
                law.push((self.start + (i as f64 - margin as f64) + 0.5) * self.step, lower, 1.0 - lower);
            }
            mass = next;
        }
        law
    }
}

fn length_of(unit: f64, scale: i32) -> f64 {
    libm::ldexp(unit, 2 * scale)
}

/// What undoes a tilt, from a sixteenth of the grid before its start to its middle.
fn growth(tilt: f64, size: usize) -> Vec<f64> {
    let margin = (size / 16) as f64;
    (0..=size / 2 + size / 16).map(|i| exp(tilt * (i as f64 - margin) / size as f64)).collect()
}

/// Masses of one amount from one place before the grid on; amounts beyond the grid are left out.
fn split(points: &Points, size: usize, step: f64, splitting: Splitting) -> Vec<f64> {
    // The place before the grid will wrap round; the two after it are beyond what is read.
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
    masses
}

/// Tilted masses on the grid itself.
fn tilted(masses: &[f64], size: usize, tilt: f64) -> Vec<f64> {
    let mut all: Vec<f64> =
        masses.iter().enumerate().map(|(j, mass)| mass * exp(-tilt * (j as f64 - 1.0) / size as f64)).collect();
    let before = all.remove(0);
    all.truncate(size);
    all[size - 1] += before;
    all
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

    /// The height at which a side reaches `p`, between the heights at `at - 1` and `at`: where even spacing allows, on
    /// the cubic through the four nearest points (one secant step from the straight line).
    pub fn between(&self, at: usize, p: f64, side: &[f64]) -> f64 {
        if at == 0 {
            return self.heights[0];
        }
        let (a, b) = (side[at - 1], side[at]);
        let step = self.heights[at] - self.heights[at - 1];
        let mut share = if a == b { 1.0 } else { ((p - a) / (b - a)).clamp(0.0, 1.0) };
        let even = |i: usize| (self.heights[i] - self.heights[i - 1] - step).abs() < 1e-6 * step;
        if at >= 2 && at + 1 < side.len() && even(at - 1) && even(at + 1) {
            let (before, after) = (side[at - 2], side[at + 1]);
            // A kink or an atom: the straight line is safer.
            let steady = |x: f64| (0.5..2.0).contains(&(x / (b - a)));
            if steady(a - before) && steady(after - b) {
                let (f, g) = (share, share - 1.0);
                let value = (b * (f + 1.0) * f * (2.0 - f) - a * (f + 1.0) * g * (2.0 - f)) / 2.0
                    - before * f * g * (f - 2.0) / 6.0
                    + after * (f + 1.0) * f * g / 6.0;
                share = (share + (p - value) / (b - a)).clamp(0.0, 1.0);
            }
        }
        self.heights[at - 1] + share * step
    }
}
