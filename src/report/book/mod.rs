//! How does the result of a batch reach its readers: one table of all figures, a headline, what failed, a summary?

mod summary;
mod tables;

pub use summary::book_summary;
pub use tables::{BookTables, HEADLINE_FILE, MEMBERS_FILE, failures_csv};

use super::files::{FileError, write_whole};
use crate::outcome::book::Book;
use std::path::{Path, PathBuf};

/// Name of a batch's result in its directory.
pub const BOOK_FILE: &str = "batch.json";

/// Writes the batch's result.
///
/// # Errors
/// A file that cannot be written.
pub fn write_book(directory: &Path, book: &Book) -> Result<PathBuf, FileError> {
    let path = directory.join(BOOK_FILE);
    let mut bytes = serde_json::to_vec_pretty(book).map_err(|error| FileError::NotFinite(error.to_string()))?;
    bytes.push(b'\n');
    write_whole(&path, &bytes)?;
    Ok(path)
}
