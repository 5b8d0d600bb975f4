//! How do the rows of a CSV file go by, its bytes being hashed on the way?

use super::cell::Cell;
use super::error::DataFault;
use super::gather::{DataTable, Gather};
use super::read::places;
use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use std::fs::File;
use std::io::{Cursor, Read};

/// Hashes what is read through it.
struct Hashing<R> {
    inner: R,
    hasher: blake3::Hasher,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}

/// Reads the file, of which `start` is read already.
pub(super) fn read(start: Vec<u8>, file: File, separator: u8, mut gather: Gather<'_>) -> Result<DataTable, DataFault> {
    let whole = Hashing { inner: Cursor::new(start).chain(file), hasher: blake3::Hasher::new() };
    let mut reader = ReaderBuilder::new().delimiter(separator).buffer_capacity(1 << 18).from_reader(whole);
    let headers = reader.byte_headers().map_err(|error| broken(error, 0))?;
    let names: Vec<String> = headers.iter().map(name_of).collect();
    let places = places(&names, gather.names().iter().copied())?;
    let mut record = ByteRecord::new();
    let mut row = 0;
    while reader.read_byte_record(&mut record).map_err(|error| broken(error, row + 1))? {
        row += 1;
        if !gather.wants_next() {
            gather.pass_over();
            continue;
        }
        let line = record.position().map(csv::Position::line);
        let mut cells = [const { Cell::Blank }; 16];
        let mut more = Vec::new();
        let cells = if places.len() <= cells.len() {
            &mut cells[..places.len()]
        } else {
            more.resize(places.len(), Cell::Blank);
            &mut more[..]
        };
        for (cell, (place, column)) in cells.iter_mut().zip(places.iter().zip(gather.names())) {
            let bytes = record.get(*place).unwrap_or_default().trim_ascii();
            let text = std::str::from_utf8(bytes).map_err(|error| DataFault::NotUtf8 {
                row,
                line,
                column: (*column).to_owned(),
                byte: bytes[error.valid_up_to()],
            })?;
            *cell = if text.is_empty() { Cell::Blank } else { Cell::Text(text) };
        }
        gather.row(line, cells)?;
    }
    let hash = reader.into_inner().hasher.finalize();
    gather.finish(format!("blake3:{}", hash.to_hex()))
}

/// A column's name without the mark that some editors begin a file with.
fn name_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').trim().to_owned()
}

fn broken(error: csv::Error, row: u64) -> DataFault {
    match error.kind() {
        ErrorKind::UnequalLengths { pos, expected_len, len } => {
            DataFault::Ragged { row, line: pos.as_ref().map(csv::Position::line), found: *len, expected: *expected_len }
        }
        ErrorKind::Io(_) => match error.into_kind() {
            ErrorKind::Io(error) => DataFault::Unreadable(error),
            _ => DataFault::Broken { place: format!("row {row}"), reason: "it cannot be read".into() },
        },
        _ => DataFault::Broken { place: format!("row {row}"), reason: error.to_string() },
    }
}
