//! Which numbers, texts and days do the wanted columns of a data file hold, in the rows that a filter keeps?
//!
//! A CSV or Parquet file goes through once, row by row: memory holds what is kept of the wanted columns and a small part of the file.
//! Every refusal names the file, the row, the column, what was found and what was expected.
//!
//! Rows are counted from 1 without the line of names; lines of a CSV file from 1 with it.

mod cell;
mod csv_file;
mod date;
mod error;
mod filter;
mod filter_text;
mod gather;
mod lines;
mod nearest;
mod parquet_file;
mod read;
mod row_fault;
#[cfg(test)]
mod tests;

pub use date::Date;
pub use error::{DataError, DataFault};
pub use filter::{Bounds, Comparison, Filter, Operand, Operator};
pub use filter_text::FilterError;
pub use gather::{BadRows, Blank, DataTable, Request, Texts, Wanted};
pub(crate) use nearest::nearest;
pub use read::{Inspected, Place, inspect, read, read_from};
pub use row_fault::{CellFault, RowFault};
