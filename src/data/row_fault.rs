//! What is wrong with a row that is passed over instead of ending the reading?

use super::error::DataFault;
use std::fmt;

/// A row that cannot be read as was asked, under [`super::BadRows::Collected`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// From 1, without the line of names.
    pub row: u64,
    /// Of a CSV file, from 1 with the line of names.
    pub line: Option<u64>,
    /// At least one, in the order of the columns asked for.
    pub cells: Vec<CellFault>,
    /// What stands in the columns asked for as texts, in their order, as far as it can be read; else empty.
    pub texts: Vec<String>,
}

/// A cell, or the whole row, that is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    /// None where the whole row is at fault.
    pub column: Option<String>,
    pub found: String,
    pub expected: String,
}

impl fmt::Display for CellFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column, found, expected } = self;
        match column {
            Some(column) => write!(f, "column {column} has {found}, expected {expected}"),
            None => write!(f, "the row has {found}, expected {expected}"),
        }
    }
}

impl DataFault {
    /// The same of its row alone; as it is where it is no row's.
    pub(super) fn of_cell(self) -> Result<CellFault, Self> {
        Ok(match self {
            DataFault::Ragged { found, expected, .. } => CellFault {
                column: None,
                found: format!("{found} {}", if found == 1 { "cell" } else { "cells" }),
                expected: format!("{expected}, as many as the line of names"),
            },
            DataFault::Blank { column, expected, .. } => {
                CellFault { column: Some(column), found: "nothing".into(), expected: expected.into() }
            }
            DataFault::Cell { column, found, expected, .. } => {
                CellFault { column: Some(column), found: format!("{found:?}"), expected }
            }
            DataFault::NotUtf8 { column, byte, .. } => CellFault {
                column: Some(column),
                found: format!("the byte 0x{byte:02x}, which is no UTF-8"),
                expected: "text in UTF-8".into(),
            },
            DataFault::Quote { found, expected, .. } => {
                CellFault { column: None, found: found.into(), expected: expected.into() }
            }
            other => return Err(other),
        })
    }
}
