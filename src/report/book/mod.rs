//! How does the result of a batch reach its readers: one table of all figures, a headline, what failed, a summary?

mod folders;
mod moved;
mod summary;
mod tables;

pub use folders::{MEMBERS_FOLDER, folder_of_member, path_of};
pub use moved::{MOVED_FILE, MovedTable};
pub(super) use moved::{amount, judged};
pub use summary::book_summary;
pub use tables::{BookTables, HEADLINE_FILE, MEMBERS_FILE, failures_csv};

use super::files::{FileError, write_whole};
use crate::outcome::book::Book;
use std::path::{Path, PathBuf};

/// Name of a batch's result in its directory.
pub const BOOK_FILE: &str = "batch.json";

/// Name of the table of what failed.
pub const FAILURES_FILE: &str = "failures.csv";

/// Name of a batch's page in its directory.
pub const PAGE_FILE: &str = "index.html";

/// Reads the result of a batch in a directory.
///
/// # Errors
/// A file that cannot be read or is no such result.
pub fn read_book(directory: &Path) -> Result<Book, FileError> {
    let path = directory.join(BOOK_FILE);
    let bytes =
        std::fs::read(&path).map_err(|source| FileError::Io { action: "reading", path: path.clone(), source })?;
    serde_json::from_slice(&bytes).map_err(|source| FileError::NotAnOutcome { path, source })
}

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
