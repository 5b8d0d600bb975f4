//! How is the batch of an earlier night found, and what moved since told?

use super::failure;
use crate::batch::{BatchError, Finished, MovedRows, Night, Store, Workshop, moved};
use crate::cli::exit::Failure;
use crate::outcome::book::Book;
use crate::outcome::moved::MovedRow;
use crate::report::book::{BOOK_FILE, MOVED_FILE, MovedTable, read_book};
use crate::report::files::FileError;
use std::path::{Path, PathBuf};

/// The batch to compare with.
pub struct Earlier {
    night: Night,
    book: Book,
}

impl Earlier {
    /// Reads it before anything is run, so that a wrong directory is refused at once.
    pub fn open(directory: &Path, own: &Path) -> Result<Self, Failure> {
        let refused = |reason: String| failure(BatchError::NotABatch { directory: directory.to_path_buf(), reason });
        if !directory.is_dir() {
            return Err(refused("there is no such directory".into()));
        }
        if let (Ok(one), Ok(other)) = (directory.canonicalize(), own.canonicalize())
            && one == other
        {
            return Err(refused("this batch writes there itself; name the directory of an earlier one".into()));
        }
        let book = read_book(directory).map_err(|error| match error {
            FileError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                refused(format!("it has no {BOOK_FILE}, which a batch writes when it ends"))
            }
            FileError::NotAnOutcome { source, .. } => {
                refused(format!("its {BOOK_FILE} is not the result of a batch: {source}"))
            }
            other => Failure::internal(other),
        })?;
        let night = Night::of_directory(directory, &book).map_err(|error| match error {
            BatchError::Stored { path, reason } => refused(format!("{}: {reason}", path.display())),
            other => failure(other),
        })?;
        Ok(Self { night, book })
    }

    /// Says in `book` what moved, and writes the table of it.
    pub fn compare(
        &self,
        workshop: &Workshop<'_>,
        stores: Vec<Store>,
        book: &mut Book,
        directory: &Path,
    ) -> Result<PathBuf, Failure> {
        let now = Night::of_stores(stores).map_err(failure)?;
        let mut table = Table(MovedTable::create(directory).map_err(Failure::internal)?);
        let before = Finished { night: &self.night, book: &self.book };
        let found = moved(workshop, before, Finished { night: &now, book }, &mut table).map_err(failure)?;
        book.moved = Some(found);
        table.0.finish().map_err(Failure::internal)
    }
}

/// Of an earlier batch in the same directory.
pub fn remove_table(directory: &Path) {
    let _ = std::fs::remove_file(directory.join(MOVED_FILE));
}

/// The table as the batch knows it.
struct Table(MovedTable);

impl MovedRows for Table {
    fn push(&mut self, row: MovedRow<'_>) -> Result<(), String> {
        self.0.push(row).map_err(|error| error.to_string())
    }
}
