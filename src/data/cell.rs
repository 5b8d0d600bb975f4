//! What stands in one cell, and does it compare as a filter asks?

use super::date::Date;
use super::filter::{Operand, Operator};
use std::borrow::Cow;
use std::cmp::Ordering;

/// What stands in one cell: a CSV file has texts alone, Parquet says what it has.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    Blank,
    Number(f64),
    Day(Date),
    Text(&'a str),
}

impl Cell<'_> {
    /// The number that is written there, finite or not.
    pub fn number(&self) -> Option<f64> {
        match self {
            Cell::Number(value) => Some(*value),
            Cell::Text(text) => text.parse().ok(),
            Cell::Blank | Cell::Day(_) => None,
        }
    }

    pub fn finite(&self) -> Option<f64> {
        self.number().filter(|value| value.is_finite())
    }

    pub fn day(&self) -> Option<Date> {
        match self {
            Cell::Day(day) => Some(*day),
            Cell::Text(text) => Date::parse(text),
            Cell::Blank | Cell::Number(_) => None,
        }
    }

    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Cell::Blank => Cow::Borrowed(""),
            Cell::Number(value) => Cow::Owned(value.to_string()),
            Cell::Day(day) => Cow::Owned(day.to_string()),
            Cell::Text(text) => Cow::Borrowed(text),
        }
    }

    /// Does the comparison hold? A blank cell compares with nothing. `Err` says what was expected in a cell that cannot be compared.
    pub fn holds(&self, operator: Operator, operand: &Operand) -> Result<bool, String> {
        if matches!(self, Cell::Blank) {
            return Ok(false);
        }
        let order = match operand {
            Operand::Number(value) => match self.finite() {
                Some(found) => found.partial_cmp(value),
                // A column of texts and numbers can still be asked for one of its numbers.
                None if !operator.orders() => None,
                None => return Err(format!("a finite number to compare with {value}")),
            },
            Operand::Day(day) => match self.day() {
                Some(found) => Some(found.cmp(day)),
                None => return Err(format!("a date such as {day} to compare with")),
            },
            Operand::Text(text) => (self.text() == text.as_str()).then_some(Ordering::Equal),
        };
        Ok(operator.accepts(order))
    }
}
