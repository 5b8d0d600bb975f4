//! Which numbers does a column of a CSV file hold?

use super::cases::BUILTIN_PREFIX;
use super::data_files::DataFiles;
use super::files::{self, Origin};
use super::problem::Violation;
use crate::data::nearest;

/// Why a column cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct ColumnError {
    reason: ColumnFault,
    /// The column is to blame rather than the file.
    pub concerns_column: bool,
}

#[derive(Debug, thiserror::Error)]
enum ColumnFault {
    #[error("{0}")]
    File(Violation),
    #[error("not a CSV file: {0}")]
    NotCsv(csv::Error),
    #[error("there is no column {column:?}, the columns are {}", known.join(", "))]
    NoColumn { column: String, nearest: Option<String>, known: Vec<String> },
    #[error("row {row} (line {line}) has {found:?} in column {column}, expected a finite number")]
    NotANumber { row: usize, line: u64, found: String, column: String },
    #[error("column {column} has no values")]
    Empty { column: String },
}

impl ColumnError {
    /// As an error of the config at `key`.
    pub fn into_violation(self, key: &str, file: &str) -> Violation {
        let advice = match &self.reason {
            // The system failed, not the config: no advice helps.
            ColumnFault::File(Violation::Unreadable { .. }) => None,
            ColumnFault::File(_) => Some("paths start from the folder of the config that names the file".to_owned()),
            ColumnFault::NotCsv(_) => Some("the first line of the file names the columns".to_owned()),
            ColumnFault::NoColumn { nearest: Some(close), .. } => Some(format!("did you mean {close:?}?")),
            ColumnFault::NoColumn { .. } => Some("the first line of the file names the columns".to_owned()),
            ColumnFault::NotANumber { .. } => Some("remove the row or write a number".to_owned()),
            ColumnFault::Empty { .. } => Some("an empirical law needs at least one value".to_owned()),
        };
        Violation::Data { key: key.to_owned(), file: file.to_owned(), reason: self.to_string(), advice }
    }
}

/// The values of `column`, in the order of the file, whose bytes are noted in `data`.
pub(crate) fn read(origin: &Origin, path: &str, column: &str, data: &mut DataFiles) -> Result<Vec<f64>, ColumnError> {
    let of_file = |reason| ColumnError { reason, concerns_column: false };
    let bytes = files::read_data(origin, path).map_err(|violation| of_file(ColumnFault::File(violation)))?;
    let embedded = *origin == Origin::Builtin && !path.starts_with(BUILTIN_PREFIX);
    let name = if embedded { format!("{BUILTIN_PREFIX}{path}") } else { path.to_owned() };
    data.note(&name, &bytes, files::location(origin, path));
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
    let headers = reader.headers().map_err(|error| of_file(ColumnFault::NotCsv(error)))?.clone();
    let names = || headers.iter().map(|name| name.trim_start_matches('\u{feff}'));
    let Some(index) = names().position(|name| name == column) else {
        let known: Vec<String> = names().take(20).map(super::tree::shortened).collect();
        let nearest = nearest(column, names()).map(str::to_owned);
        let reason = ColumnFault::NoColumn { column: column.to_owned(), nearest, known };
        return Err(ColumnError { reason, concerns_column: true });
    };
    let mut values = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| of_file(ColumnFault::NotCsv(error)))?;
        let cell = record.get(index).unwrap_or("");
        match cell.parse::<f64>() {
            Ok(value) if value.is_finite() => values.push(value),
            _ => {
                return Err(of_file(ColumnFault::NotANumber {
                    row: row + 1,
                    line: record.position().map_or(0, csv::Position::line),
                    found: super::tree::shortened(cell),
                    column: column.to_owned(),
                }));
            }
        }
    }
    if values.is_empty() {
        return Err(ColumnError { reason: ColumnFault::Empty { column: column.to_owned() }, concerns_column: true });
    }
    Ok(values)
}
