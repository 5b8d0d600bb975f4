//! What do all members cost together, year by year, whatever order they are added in?

use super::error::BatchError;
use std::sync::{Mutex, PoisonError};

/// What yearly totals are added up in: a 64th of a dollar. A member's year is rounded to the nearest, so that the system's year is off by less
/// than 0.8 cents times the number of members, and adding is exact in any order.
pub const UNIT: f64 = 1.0 / 64.0;

/// Most that a member's year may cost or save, in USD: ten thousand such members still add up without overflow.
pub const MOST_A_YEAR: f64 = 1e12;

/// A yearly total in units; nothing where it is not a number that can be added up.
#[inline]
pub(super) fn in_units(total: f64) -> Option<i64> {
    (total.abs() <= MOST_A_YEAR).then(|| (total * (1.0 / UNIT)).round_ties_even() as i64)
}

/// The system's yearly totals, a column for each option of each scenario.
#[derive(Debug)]
pub(super) struct SystemSums {
    columns: Vec<Mutex<Vec<i64>>>,
}

impl SystemSums {
    pub fn zero(columns: usize, years: u64) -> Self {
        Self { columns: (0..columns).map(|_| Mutex::new(vec![0; years as usize])).collect() }
    }

    pub fn from_columns(columns: Vec<Vec<i64>>) -> Self {
        Self { columns: columns.into_iter().map(Mutex::new).collect() }
    }

    /// Adds a member's years, or the sums of other members.
    ///
    /// # Errors
    /// The first year whose sum is too large; the sums are of no use then.
    pub fn add(&self, columns: &[Vec<i64>]) -> Result<(), BatchError> {
        for (sums, column) in self.columns.iter().zip(columns) {
            let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
            let mut overflowed = false;
            for (sum, value) in sums.iter_mut().zip(column) {
                let (added, over) = sum.overflowing_add(*value);
                *sum = added;
                overflowed |= over;
            }
            if overflowed {
                let year = column.iter().enumerate().max_by_key(|(_, value)| value.unsigned_abs());
                return Err(BatchError::TooMuch { year: year.map_or(0, |(year, _)| year as u64) });
            }
        }
        Ok(())
    }

    /// Reads every column in its order.
    pub fn read<R>(&self, mut with: impl FnMut(&[i64]) -> R) -> Vec<R> {
        self.columns.iter().map(|column| with(&column.lock().unwrap_or_else(PoisonError::into_inner))).collect()
    }

    pub fn into_columns(self) -> Vec<Vec<i64>> {
        self.columns.into_iter().map(|column| column.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_64ths_and_what_is_no_amount_is_refused() {
        assert_eq!(in_units(1.0), Some(64));
        assert_eq!(in_units(-2.5 / 64.0), Some(-2));
        assert_eq!(in_units(MOST_A_YEAR), Some(64_000_000_000_000));
        for wrong in [f64::NAN, f64::INFINITY, -f64::INFINITY, MOST_A_YEAR * 1.001] {
            assert_eq!(in_units(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_sum_beyond_64_bits_is_an_error() {
        let sums = SystemSums::zero(1, 2);
        sums.add(&[vec![1, i64::MAX]]).unwrap();
        assert!(matches!(sums.add(&[vec![1, 1]]), Err(BatchError::TooMuch { .. })));
    }
}
