//! Which order statistic is the VaR at a level, in exact decimal arithmetic?

use std::fmt;

/// A confidence level such as 0.995, kept as the decimal it was written as.
///
/// `ceil(n * level)` in binary floating point is wrong where `n * level` is whole: 0.99 is not a binary number.
/// A level is therefore `digits / 10^places`, read from the shortest decimal that prints the number.
///
/// ```
/// use tailcost::statistics::Level;
/// let level = Level::new(0.99).unwrap();
/// assert_eq!(level.rank(1_000_000), 990_000);
/// assert_eq!(level.rank(101), 100);
/// assert_eq!(level.return_period(), 100.0);
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Level {
    value: f64,
    digits: u64,
    scale: u64,
}

/// Why a number is not a level.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LevelError {
    #[error("a level lies strictly between 0 and 1, found {0}")]
    OutOfRange(f64),
    #[error("a level has at most 15 decimal places, found {0}")]
    TooFine(f64),
}

impl Level {
    /// The level that prints as `value`.
    pub fn new(value: f64) -> Result<Self, LevelError> {
        if !(value > 0.0 && value < 1.0) {
            return Err(LevelError::OutOfRange(value));
        }
        let text = format!("{value}");
        let decimals = text.strip_prefix("0.").filter(|d| d.len() <= 15).ok_or(LevelError::TooFine(value))?;
        let digits = decimals.parse().map_err(|_| LevelError::TooFine(value))?;
        Ok(Self { value, digits, scale: 10u64.pow(decimals.len() as u32) })
    }

    pub fn value(self) -> f64 {
        self.value
    }

    /// `k = ceil(n * level)`: VaR is the `k`-th smallest of `n` years, counted from 1.
    pub fn rank(self, years: u64) -> u64 {
        (u128::from(years) * u128::from(self.digits)).div_ceil(u128::from(self.scale)) as u64
    }

    /// How many of `n` years the tail average weighs: `n - k + 1`.
    pub fn tail_weight(self, years: u64) -> u64 {
        years - self.rank(years) + 1
    }

    /// Years between exceedances on average, `1 / (1 - level)`.
    pub fn return_period(self) -> f64 {
        self.scale as f64 / (self.scale - self.digits) as f64
    }
}

impl fmt::Debug for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Level({})", self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_exact_where_floats_are_not() {
        for (value, years, rank) in
            [(0.99, 100, 99), (0.999, 1_000_000_000_000, 999_000_000_000), (0.07, 100, 7), (0.995, 201, 200)]
        {
            assert_eq!(Level::new(value).unwrap().rank(years), rank);
        }
        assert_eq!((0.07f64 * 100.0).ceil(), 8.0, "what the decimal arithmetic is for");
    }

    #[test]
    fn refuses_what_is_not_inside() {
        for value in [0.0, 1.0, -0.1, f64::NAN, 1.0 - 1e-16] {
            assert!(Level::new(value).is_err(), "{value}");
        }
    }
}
