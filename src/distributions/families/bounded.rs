//! What are the uniform and the triangular laws?

use super::{Family, Kind};
use crate::distributions::error::{LawError, interval};
use crate::distributions::moments::Moments;
use crate::numerics::Probability;

/// Uniform law on [min, max]: density `1/(max - min)`.
#[derive(Debug)]
pub(in crate::distributions) struct Uniform {
    min: f64,
    max: f64,
}

impl Uniform {
    pub(in crate::distributions) fn new(min: f64, max: f64) -> Result<Self, LawError> {
        interval("min", min, "max", max)?;
        Ok(Self { min, max })
    }
}

impl Family for Uniform {
    fn kind(&self) -> Kind<'_> {
        Kind::Uniform { min: self.min, max: self.max }
    }

    fn cdf(&self, x: f64) -> Probability {
        let width = self.max - self.min;
        if x <= self.min {
            Probability::lower(0.0)
        } else if x >= self.max {
            Probability::upper(0.0)
        } else if x - self.min <= self.max - x {
            Probability::lower((x - self.min) / width)
        } else {
            Probability::upper((self.max - x) / width)
        }
    }

    fn quantile(&self, p: Probability) -> f64 {
        let offset = p.tail() * (self.max - self.min);
        if p.is_upper() { self.max - offset } else { self.min + offset }
    }

    fn density(&self, x: f64) -> f64 {
        if x >= self.min && x <= self.max { 1.0 / (self.max - self.min) } else { 0.0 }
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn moments(&self) -> Option<Moments> {
        let width = self.max - self.min;
        Some(Moments::from_shape(0.5 * self.min + 0.5 * self.max, width * width / 12.0, 0.0, -1.2))
    }
}

/// Triangular law on [min, max] with its peak at `mode`, which may be an end.
///
/// The cdf is `(x - min)^2 / ((max - min)(mode - min))` up to the mode, the mirror image above it.
#[derive(Debug)]
pub(in crate::distributions) struct Triangular {
    min: f64,
    mode: f64,
    max: f64,
}

impl Triangular {
    pub(in crate::distributions) fn new(min: f64, mode: f64, max: f64) -> Result<Self, LawError> {
        interval("min", min, "max", max)?;
        if !(mode >= min && mode <= max) {
            return Err(LawError::range("mode", mode, format!("a number from {min} to {max}")));
        }
        Ok(Self { min, mode, max })
    }
}

/// One straight side of the triangle, seen from its own end; the law beyond the mode is the rest.
struct Side {
    length: f64,
    width: f64,
}

impl Triangular {
    fn rising(&self) -> Side {
        Side { length: self.mode - self.min, width: self.max - self.min }
    }

    fn falling(&self) -> Side {
        Side { length: self.max - self.mode, width: self.max - self.min }
    }
}

impl Side {
    /// Probability between the end and a place, which may be near 1 where the side is the whole triangle: the rest is
    /// then what lies between the place and the mode and the other side, not 1 less something.
    fn cdf(&self, from_end: f64, from_mode: f64) -> Probability {
        let own = from_end / self.width * (from_end / self.length);
        if own <= 0.5 {
            return Probability::lower(own);
        }
        let other_side = (self.width - self.length) / self.width;
        Probability::upper(other_side + from_mode / self.width * ((from_end + self.length) / self.length))
    }

    /// Where the side has reached p: distances from its end and from the mode.
    fn place(&self, p: Probability) -> (f64, f64) {
        let from_end = (p.p() * self.width * self.length).sqrt();
        if !p.is_upper() {
            return (from_end, self.length - from_end);
        }
        let strip = (p.tail() - (self.width - self.length) / self.width).max(0.0) * self.width * self.length;
        let from_mode = strip / (self.length + (self.length * self.length - strip).max(0.0).sqrt());
        (self.length - from_mode, from_mode)
    }
}

impl Family for Triangular {
    fn kind(&self) -> Kind<'_> {
        Kind::Triangular { min: self.min, mode: self.mode, max: self.max }
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= self.min {
            Probability::lower(0.0)
        } else if x >= self.max {
            Probability::upper(0.0)
        } else if x < self.mode {
            self.rising().cdf(x - self.min, self.mode - x)
        } else {
            self.falling().cdf(self.max - x, x - self.mode).complement()
        }
    }

    fn quantile(&self, p: Probability) -> f64 {
        let x = if p <= self.cdf(self.mode) {
            let (from_end, from_mode) = self.rising().place(p);
            if from_end <= from_mode { self.min + from_end } else { self.mode - from_mode }
        } else {
            let (from_end, from_mode) = self.falling().place(p.complement());
            if from_end <= from_mode { self.max - from_end } else { self.mode + from_mode }
        };
        x.clamp(self.min, self.max)
    }

    fn density(&self, x: f64) -> f64 {
        let width = self.max - self.min;
        if !(x >= self.min && x <= self.max) {
            0.0
        } else if x < self.mode {
            2.0 * (x - self.min) / (width * (self.mode - self.min))
        } else if x > self.mode {
            2.0 * (self.max - x) / (width * (self.max - self.mode))
        } else {
            2.0 / width
        }
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn breaks(&self) -> Vec<f64> {
        vec![self.mode]
    }

    fn moments(&self) -> Option<Moments> {
        // In units of the width from min, where a = 0, b = 1 and the mode is c.
        let width = self.max - self.min;
        let c = (self.mode - self.min) / width;
        let size = 1.0 - c + c * c;
        let skewness = std::f64::consts::SQRT_2 * (1.0 - 2.0 * c) * (2.0 - c) * (1.0 + c) / (5.0 * size * size.sqrt());
        Some(Moments::from_shape((1.0 + c) / 3.0, size / 18.0, skewness, -0.6).rescaled(self.min, width))
    }
}
