//! How do the rows of a CSV file go by, its bytes being hashed on the way?

use super::cell::Cell;
use super::error::DataFault;
use super::gather::{DataTable, Gather};
use super::read::places;
use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use std::io::Read;

/// Hashes what is read through it.
pub(super) struct Hashing<R> {
    inner: R,
    hasher: blake3::Hasher,
}

impl<R> Hashing<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, hasher: blake3::Hasher::new() }
    }

    /// As in `blake3:9f2c...`.
    pub fn hash(self) -> String {
        format!("blake3:{}", self.hasher.finalize().to_hex())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}

/// Reads every row; the first at fault ends the reading.
pub(super) fn read(input: impl Read, separator: u8, mut gather: Gather<'_>) -> Result<DataTable, DataFault> {
    let mut reader =
        ReaderBuilder::new().delimiter(separator).buffer_capacity(1 << 18).from_reader(Hashing::new(input));
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
    gather.finish(reader.into_inner().hash())
}

/// A column's name without the mark that some editors begin a file with.
pub(super) fn name_of(bytes: &[u8]) -> String {
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
