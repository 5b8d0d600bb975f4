//! How does a coordinate that may be any number become a parameter, and back?

use crate::numerics::elementary::{exp, ln};

/// The scale of one parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// `shift + unit * c`.
    Line { shift: f64, unit: f64 },
    /// `unit * exp(c)`.
    Positive { unit: f64 },
    /// `low + (high - low) / (1 + exp(-c))`.
    Between { low: f64, high: f64 },
}

impl Scale {
    pub const PLAIN: Self = Self::Line { shift: 0.0, unit: 1.0 };
    pub const SHAPE: Self = Self::Positive { unit: 1.0 };

    pub fn natural(self, c: f64) -> f64 {
        match self {
            Self::Line { shift, unit } => shift + unit * c,
            Self::Positive { unit } => unit * exp(c),
            Self::Between { low, high } => low + (high - low) / (1.0 + exp(-c)),
        }
    }

    pub fn working(self, natural: f64) -> f64 {
        match self {
            Self::Line { shift, unit } => (natural - shift) / unit,
            Self::Positive { unit } => ln(natural / unit),
            Self::Between { low, high } => ln((natural - low) / (high - natural)),
        }
    }

    /// Derivative of the parameter by the coordinate.
    pub fn slope(self, c: f64) -> f64 {
        match self {
            Self::Line { unit, .. } => unit,
            Self::Positive { unit } => unit * exp(c),
            Self::Between { low, high } => {
                let share = 1.0 / (1.0 + exp(-c));
                (high - low) * share * (1.0 - share)
            }
        }
    }
}
