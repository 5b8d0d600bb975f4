//! What is the law of a sum on a lattice, and what can be asked of it?

use super::frequency::Frequency;
use super::severity::{lattice_step, masses};
use crate::distributions::Law;
use crate::numerics::elementary::exp;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

/// Tilt from one end of the lattice to the other: what wraps round shrinks by `e^-14`, what is rounded grows by `e^14`.
const TILT: f64 = 14.0;
/// Most points of a lattice that is given by the amounts themselves.
const MOST_POINTS: usize = 1 << 20;
/// By how many steps a place is uncertain where amounts have atoms off the lattice.
const OFF_LATTICE: f64 = 2.5;
/// Relative width of a value that was rounded on its way.
const ROUNDED: f64 = 1e-9;

/// Where the probability of a mass is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    /// On the point itself.
    OnPoint,
    /// Spread over a step on either side.
    Around,
    /// The same, and it may stand on one value.
    Atoms,
}

/// The law of a yearly sum from 0 to the end of a lattice; above, only its mean is known.
#[derive(Debug, Clone)]
pub struct Lattice {
    step: f64,
    place: Place,
    /// `P(S = 0)`.
    none: f64,
    mean: f64,
    /// Probability up to each point.
    cumulative: Vec<f64>,
    /// Mean amount up to each point.
    partial: Vec<f64>,
}

impl Lattice {
    /// The law of a compound sum up to `span`, on so many cells, by a tilted transform.
    pub fn compound(frequency: &Frequency, amount: &Law, span: f64, cells: usize) -> Self {
        let given = lattice_step(amount, span / MOST_POINTS as f64);
        let (step, points, place) = match given {
            Some(step) => (step, (span / step).ceil() as usize + 2, Place::OnPoint),
            None if amount.atoms().iter().any(|(value, _)| *value > 0.0) => (span / cells as f64, cells, Place::Atoms),
            None => (span / cells as f64, cells, Place::Around),
        };
        let masses = compound_masses(frequency, masses(amount, step, points));
        let none = frequency.none(amount.cdf(0.0).p());
        Self::new(step, place, none, frequency.mean() * amount.mean(), &masses)
    }

    /// From masses that are the whole law.
    pub(super) fn whole(step: f64, none: f64, masses: &[f64]) -> Self {
        let mean = masses.iter().enumerate().map(|(j, mass)| j as f64 * step * mass).sum();
        Self::new(step, Place::Atoms, none, mean, masses)
    }

    fn new(step: f64, place: Place, none: f64, mean: f64, masses: &[f64]) -> Self {
        let (mut probability, mut amount) = (0.0, 0.0);
        let running = masses.iter().enumerate().map(|(j, mass)| {
            probability += mass;
            amount += mass * j as f64 * step;
            (probability, amount)
        });
        let (cumulative, partial) = running.unzip();
        Self { step, place, none, mean, cumulative, partial }
    }

    /// All amounts times `scale`.
    #[must_use]
    pub fn scaled(mut self, scale: f64) -> Self {
        self.step *= scale;
        self.mean *= scale;
        self.partial.iter_mut().for_each(|amount| *amount *= scale);
        self
    }

    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// `E S^2` over the lattice: all of it where the law ends there.
    pub fn square_within(&self) -> f64 {
        let mut before = 0.0;
        let square = |(j, probability): (usize, &f64)| {
            let mass = probability - before;
            before = *probability;
            let x = j as f64 * self.step;
            mass * x * x
        };
        self.cumulative.iter().enumerate().map(square).sum()
    }

    /// `P(S = 0)`.
    pub fn none(&self) -> f64 {
        self.none
    }

    /// The smallest amount whose probability of not being exceeded reaches the level; `None` beyond the lattice.
    pub fn var(&self, level: f64) -> Option<f64> {
        if level <= self.none {
            return Some(0.0);
        }
        // Levels and probabilities are decimals that were rounded.
        let j = self.cumulative.partition_point(|probability| *probability < level - 1e-13);
        let reached = *self.cumulative.get(j)?;
        if self.place == Place::OnPoint {
            return Some(j as f64 * self.step);
        }
        let (from, before) =
            if j == 0 { (0.0, self.none) } else { ((j as f64 - 0.5) * self.step, self.cumulative[j - 1]) };
        let to = (j as f64 + 0.5) * self.step;
        let share = if reached > before { ((level - before) / (reached - before)).clamp(0.0, 1.0) } else { 1.0 };
        Some(from + (to - from) * share)
    }

    /// `E max(S - d, 0)`.
    pub fn stop_loss(&self, d: f64) -> f64 {
        if d <= 0.0 {
            return self.mean - d;
        }
        let j = ((d / self.step) as usize).min(self.cumulative.len() - 1);
        self.mean - d + d * self.cumulative[j] - self.partial[j]
    }

    /// Mean of the worst years that have probability `1 - level`, an atom at the VaR shared: no tail is cut off, since
    /// `TVaR = VaR + E max(S - VaR, 0) / (1 - level)` and the stop loss follows from the exact mean.
    pub fn tvar(&self, level: f64) -> Option<f64> {
        self.var(level).map(|var| var + self.stop_loss(var) / (1.0 - level))
    }

    /// `E max(S - d, 0)` over those years.
    pub(super) fn excess_in_tail(&self, level: f64, d: f64) -> Option<f64> {
        let var = self.var(level)?;
        Some(if d >= var { self.stop_loss(d) } else { (1.0 - level) * (var - d) + self.stop_loss(var) })
    }

    /// Bounds on `P(S < x)` and `P(S <= x)`.
    pub fn around(&self, x: f64) -> (f64, f64) {
        match self.place {
            Place::OnPoint => {
                let reach = x.abs() * ROUNDED;
                (self.up_to_point((x - reach) / self.step, false), self.up_to_point((x + reach) / self.step, true))
            }
            Place::Around => (if x <= 0.0 { 0.0 } else { self.up_to(x) }, self.up_to(x)),
            Place::Atoms => {
                let reach = OFF_LATTICE * self.step;
                (if x <= 0.0 { 0.0 } else { self.up_to(x - reach) }, self.up_to(if x <= 0.0 { x } else { x + reach }))
            }
        }
    }

    fn up_to_point(&self, place: f64, inclusive: bool) -> f64 {
        let points = if inclusive { place.floor() + 1.0 } else { place.ceil() };
        if points < 1.0 { 0.0 } else { self.cumulative[(points as usize - 1).min(self.cumulative.len() - 1)] }
    }

    /// `P(S <= x)` where the law is smooth.
    fn up_to(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        let place = x / self.step - 0.5;
        if place < 0.0 {
            return self.none + (self.cumulative[0] - self.none) * (2.0 * (place + 0.5));
        }
        let j = (place as usize).min(self.cumulative.len() - 1);
        let next = (j + 1).min(self.cumulative.len() - 1);
        self.cumulative[j] + (self.cumulative[next] - self.cumulative[j]) * (place - j as f64).min(1.0)
    }
}

/// Masses of the sum from those of an amount; mass beyond the end may be missing.
fn compound_masses(frequency: &Frequency, amount: Vec<f64>) -> Vec<f64> {
    let points = amount.len();
    let size = points.next_power_of_two().max(4);
    let slope = TILT / size as f64;
    let mut values = amount;
    values.resize(size, 0.0);
    for (j, value) in values.iter_mut().enumerate() {
        *value *= exp(-slope * j as f64);
    }
    let mut planner = RealFftPlanner::<f64>::new();
    let mut spectrum = vec![Complex::new(0.0, 0.0); size / 2 + 1];
    planner.plan_fft_forward(size).process(&mut values, &mut spectrum).expect("sizes agree");
    for z in &mut spectrum {
        *z = frequency.generating(*z);
    }
    // What a real sequence has there is real.
    spectrum[0].im = 0.0;
    spectrum[size / 2].im = 0.0;
    planner.plan_fft_inverse(size).process(&mut spectrum, &mut values).expect("sizes agree");
    values.truncate(points);
    for (j, value) in values.iter_mut().enumerate() {
        *value *= exp(slope * j as f64) / size as f64;
    }
    values
}
