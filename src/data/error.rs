//! Why can a data file not be read as was asked, where is it at fault, and what is the way out?

use super::filter::Filter;
use std::fmt;
use std::path::PathBuf;

/// A file that cannot be read as was asked.
#[derive(Debug)]
pub struct DataError {
    pub path: PathBuf,
    pub fault: DataFault,
}

/// The violated condition. Rows are counted from 1 without the line of names, lines of a CSV file from 1 with it; Parquet has no lines.
#[derive(Debug, thiserror::Error)]
pub enum DataFault {
    #[error("cannot be read: {0}")]
    Unreadable(std::io::Error),
    #[error("is a folder, expected a CSV or Parquet file")]
    Folder,
    #[error("is {found}, expected a CSV or Parquet file")]
    OtherFormat { found: &'static str },
    #[error("is empty, expected a line of column names and rows below it")]
    Empty,
    #[error("has column names and no rows")]
    NoRows,
    #[error("has no column {column:?}; its columns are {}", known.join(", "))]
    NoColumn { column: String, nearest: Option<String>, known: Vec<String> },
    #[error("has {times} columns named {column:?}, expected one")]
    ManyColumns { column: String, times: usize },
    #[error("column {column} is of the kind {kind}, which cannot be read as numbers, days or texts")]
    OtherKind { column: String, kind: String },
    #[error("row {row}{} has {found} cells, expected {expected}, as many as the line of names", on_line(*line))]
    Ragged { row: u64, line: Option<u64>, found: u64, expected: u64 },
    #[error("row {row}{} has nothing in column {column}, expected {expected}", on_line(*line))]
    Blank { row: u64, line: Option<u64>, column: String, expected: &'static str },
    #[error("row {row}{} has {found:?} in column {column}, expected {expected}", on_line(*line))]
    Cell { row: u64, line: Option<u64>, column: String, found: String, expected: String },
    #[error("row {row}{} has {found}, expected {expected}", on_line(*line))]
    Quote { row: u64, line: Option<u64>, found: &'static str, expected: &'static str },
    #[error("row {row}{}, column {column}: byte 0x{byte:02x} is no UTF-8", on_line(*line))]
    NotUtf8 { row: u64, line: Option<u64>, column: String, byte: u8 },
    #[error("the filter {filter:?} keeps none of its {rows} rows{}", alone(comparisons))]
    NothingKept {
        filter: String,
        rows: u64,
        /// Each comparison as written and how many rows it kept of those that came to it.
        comparisons: Vec<(String, u64)>,
    },
    #[error("all {rows} rows are blank where a number is wanted")]
    AllBlank { rows: u64 },
    #[error("row {row} is one more than the {most} rows that are kept at most")]
    TooMany { row: u64, most: usize },
    #[error("{place}: {reason}")]
    Broken { place: String, reason: String },
}

fn on_line(line: Option<u64>) -> String {
    line.map_or(String::new(), |line| format!(" (line {line})"))
}

fn alone(comparisons: &[(String, u64)]) -> String {
    match comparisons {
        [] | [_] => String::new(),
        many => {
            let counts = many.iter().map(|(comparison, kept)| format!("{comparison} leaves {kept}"));
            format!(": {}", counts.collect::<Vec<_>>().join(", then "))
        }
    }
}

impl DataFault {
    /// The way out, where one is known.
    pub fn advice(&self) -> Option<String> {
        match self {
            DataFault::NoColumn { nearest: Some(close), .. } => Some(format!("did you mean {close:?}?")),
            DataFault::ManyColumns { .. } => Some("give each column its own name".into()),
            DataFault::Blank { column, .. } => Some(format!(
                "fill the cell, drop the rows by a filter such as {column}!='', or skip blank cells with --skip-blank"
            )),
            DataFault::Cell { found, .. } if found.contains(',') && found.replace(',', "").parse::<f64>().is_ok() => {
                Some("write numbers without thousands separators and with a point for decimals".into())
            }
            DataFault::Cell { column, found, .. } if !found.contains(['\'', '"']) => Some(format!(
                "correct the cell, or drop its row by a filter such as {}!='{found}'",
                quoted(column)
            )),
            DataFault::NotUtf8 { .. } => Some("save the file as UTF-8".into()),
            DataFault::TooMany { .. } => Some(
                "keep fewer: by a filter (--where), or by every tenth row (--every 10), whose estimates have errors about three times as wide"
                    .into(),
            ),
            DataFault::OtherFormat { found } if found.contains("compressed") => Some("unpack it first".into()),
            DataFault::OtherFormat { .. } => Some("export it as CSV in UTF-8 or as Parquet".into()),
            DataFault::NothingKept { .. } => Some(format!("the filter is: {}", Filter::GRAMMAR)),
            _ => None,
        }
    }
}

impl Filter {
    /// The grammar in a sentence, for help and advice.
    pub const GRAMMAR: &'static str = "comparisons joined by commas, all of which must hold: a column, one of = != < <= > >=, and a \
                                       number, a date as in 2019-01-31, or a text (in quotes where it looks like something else)";
}

/// A name as a filter can hold it.
pub(super) fn quoted(name: &str) -> String {
    let plain = !name.is_empty() && !name.contains([',', '=', '!', '<', '>', '\'', '"']) && name.trim() == name;
    if plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "''")) }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.fault)?;
        match self.fault.advice() {
            Some(advice) => write!(f, "\n  help: {advice}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for DataError {}
