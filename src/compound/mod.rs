//! What is the exact law of a year's sum of independent amounts?
//!
//! A second opinion on the engine's sums that shares no code with them: the amount on a lattice that keeps its mean
//! (Gerber 1982), the sum by one transform whose wrapping is tilted away (Grübel & Hermesmeier 1999, ASTIN Bulletin 29,
//! doi 10.2143/AST.29.2.504611), at two resolutions whose difference is the error that is stated.

mod capped;
mod frequency;
mod lattice;
mod severity;

pub use capped::capped;
pub use frequency::{Frequency, nodes};
pub use lattice::Lattice;

use crate::distributions::Law;
use crate::numerics::Probability;

/// A sum of independent amounts and what becomes of it.
#[derive(Debug, Clone)]
pub struct Sum {
    pub frequency: Frequency,
    pub amount: Law,
    /// Each amount times this.
    pub scale: f64,
    pub terms: Terms,
}

/// What becomes of a sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Terms {
    Plain,
    /// A policy pays what lies above the retention, up to a limit, for a premium.
    Policy {
        retention: f64,
        limit: f64,
        premium: f64,
    },
    /// So many sums of as many amounts, each capped.
    Capped {
        provisions: u32,
        cap: f64,
    },
}

/// A figure and the difference of two resolutions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    pub value: f64,
    pub error: f64,
}

/// The exact law of a [`Sum`] at two resolutions.
#[derive(Debug, Clone)]
pub struct Exact {
    fine: Year,
    coarse: Year,
}

/// A lattice and what becomes of its sum.
#[derive(Debug, Clone)]
struct Year {
    lattice: Lattice,
    terms: Terms,
}

/// Tries to find a span.
const TRIALS: usize = 200;
/// Cells of a trial.
const TRIAL_CELLS: usize = 4096;

impl Sum {
    /// The law on `cells` and on half as many, up to beyond the VaR at the level `top`; `None` where that is out of reach.
    pub fn exact(&self, top: f64, cells: usize) -> Option<Exact> {
        let year = |cells| self.year(top, cells);
        Some(Exact { fine: year(cells)?, coarse: year(cells / 2)? })
    }

    fn year(&self, top: f64, cells: usize) -> Option<Year> {
        let Self { frequency, amount, scale, terms } = self;
        let (lattice, terms) = match *terms {
            // Sums of as many amounts that are not capped are one sum of more.
            Terms::Capped { provisions, cap } if cap.is_infinite() => {
                let counts = frequency.counts();
                let mut more = vec![0.0; (counts.len() - 1) * provisions as usize + 1];
                counts.into_iter().enumerate().for_each(|(n, p)| more[n * provisions as usize] = p);
                let frequency = Frequency::Counts(more);
                (Lattice::compound(&frequency, amount, span(&frequency, amount, top, 0.0)?, cells), Terms::Plain)
            }
            Terms::Capped { provisions, cap } => {
                (capped(frequency, amount, provisions, cap / scale, cells / 8), Terms::Plain)
            }
            Terms::Policy { retention, limit, .. } => {
                let span = span(frequency, amount, top, (retention + limit) / scale)?;
                (Lattice::compound(frequency, amount, span, cells), *terms)
            }
            Terms::Plain => {
                (Lattice::compound(frequency, amount, span(frequency, amount, top, 0.0)?, cells), Terms::Plain)
            }
        };
        Some(Year { lattice: lattice.scaled(*scale), terms })
    }
}

impl Exact {
    /// Is the mean known, and with it the TVaR?
    pub fn has_mean(&self) -> bool {
        self.fine.lattice.mean().is_finite()
    }

    /// `P(S = 0)` before terms.
    pub fn none(&self) -> f64 {
        self.fine.lattice.none()
    }

    pub fn var(&self, level: f64) -> Option<Figure> {
        figure(self.fine.var(level)?, self.coarse.var(level)?)
    }

    pub fn tvar(&self, level: f64) -> Option<Figure> {
        figure(self.fine.tvar(level)?, self.coarse.tvar(level)?)
    }

    /// Bounds on `P(S < x)` and `P(S <= x)`, the numerical error allowed for.
    pub fn around(&self, x: f64) -> (f64, f64) {
        let (fine, coarse) = (self.fine.around(x), self.coarse.around(x));
        (fine.0 - (fine.0 - coarse.0).abs(), fine.1 + (fine.1 - coarse.1).abs())
    }
}

fn figure(fine: f64, coarse: f64) -> Option<Figure> {
    Some(Figure { value: fine, error: (fine - coarse).abs() })
}

impl Year {
    fn var(&self, level: f64) -> Option<f64> {
        let sum = self.lattice.var(level)?;
        Some(match self.terms {
            Terms::Policy { retention, limit, premium } => sum - (sum - retention).max(0.0).min(limit) + premium,
            Terms::Plain | Terms::Capped { .. } => sum,
        })
    }

    fn tvar(&self, level: f64) -> Option<f64> {
        let sum = self.lattice.tvar(level)?;
        Some(match self.terms {
            Terms::Policy { retention, limit, premium } => {
                let excess = |d: f64| self.lattice.excess_in_tail(level, d);
                sum - (excess(retention)? - excess(retention + limit)?) / (1.0 - level) + premium
            }
            Terms::Plain | Terms::Capped { .. } => sum,
        })
    }

    fn around(&self, x: f64) -> (f64, f64) {
        match self.terms {
            Terms::Policy { retention, limit, premium } => {
                // What the policy leaves stands at the retention over the whole limit; subtractions round.
                let kept = x - premium;
                let reach = 1e-9 * (x.abs() + premium);
                let below = if kept - reach <= retention { kept - reach.min(kept.abs()) } else { kept + limit - reach };
                let up_to = if kept + reach < retention { kept + reach } else { kept + limit + reach };
                (self.lattice.around(below).0, self.lattice.around(up_to).1)
            }
            Terms::Plain | Terms::Capped { .. } => self.lattice.around(x),
        }
    }
}

/// How far a lattice must reach for the VaR at a level, and for another place.
fn span(frequency: &Frequency, amount: &Law, top: f64, place: f64) -> Option<f64> {
    let beyond = 0.5 * (1.0 - top);
    let mean = frequency.mean();
    let middle = amount.quantile(Probability::lower(0.75));
    let largest = amount.quantile(Probability::upper((beyond / mean.max(1.0)).min(0.25)));
    let mut span = 2.0 * mean * middle + largest;
    if !(span > 0.0 && span.is_finite()) {
        return None;
    }
    for _ in 0..TRIALS {
        match Lattice::compound(frequency, amount, span, TRIAL_CELLS).var(1.0 - beyond) {
            None => span *= 1.5,
            Some(var) if var > 0.9 * span => span *= 1.2,
            Some(var) if var > 0.0 && var < 0.1 * span => span = 3.0 * var,
            Some(var) => {
                let enough = if var > 0.0 { 1.2 * var } else { span };
                return Some(enough.max(1.02 * place));
            }
        }
    }
    None
}
