//! How do the rows of a CSV file go by where each stands on a line of its own, however wrong some of them are?
//!
//! A quote that is not closed would otherwise swallow the rows below it: here a row ends where its line does.

use super::cell::Cell;
use super::csv_file::{Hashing, name_of};
use super::error::DataFault;
use super::gather::{DataTable, Gather};
use super::read::places;
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};

/// Longest line that is read, in bytes: rows of tables have some hundreds.
const LONGEST_LINE: u64 = 1 << 20;

/// Reads every row, those at fault too.
pub(super) fn read(input: impl Read, separator: u8, mut gather: Gather<'_>) -> Result<DataTable, DataFault> {
    let mut lines = Lines::new(input);
    let names = header(&mut lines, separator)?;
    let places = places(&names, gather.names().iter().copied())?;
    let mut row = 0;
    while lines.next(row)? {
        row += 1;
        if !gather.wants_next() {
            gather.pass_over();
            continue;
        }
        let line = Some(lines.line);
        let Split { cells, flaw } = split(lines.bytes(), separator);
        let raw = |place: &usize| cells.get(*place).map(|cell| cell.trim_ascii()).unwrap_or_default();
        let mut faults = Vec::new();
        if let Some((found, expected)) = flaw {
            faults.push(DataFault::Quote { row, line, found, expected });
        } else if cells.len() != names.len() {
            let (found, expected) = (cells.len() as u64, names.len() as u64);
            faults.push(DataFault::Ragged { row, line, found, expected });
        }
        let mut read = Vec::with_capacity(places.len());
        for (place, column) in places.iter().zip(gather.names()) {
            let bytes = raw(place);
            match std::str::from_utf8(bytes) {
                Ok("") => read.push(Cell::Blank),
                Ok(text) => read.push(Cell::Text(text)),
                Err(error) => {
                    let byte = bytes[error.valid_up_to()];
                    faults.push(DataFault::NotUtf8 { row, line, column: (*column).to_owned(), byte });
                }
            }
        }
        if faults.is_empty() {
            gather.row(line, &read)?;
        } else {
            let texts: Vec<String> =
                places.iter().map(|place| String::from_utf8_lossy(raw(place)).into_owned()).collect();
            gather.flawed(line, faults, &texts)?;
        }
    }
    let hash = lines.reader.into_inner().hash();
    gather.finish(hash)
}

/// The names of the columns, and the hash of the whole file.
pub(super) fn inspect(input: impl Read, separator: u8) -> Result<(Vec<String>, String), DataFault> {
    let mut lines = Lines::new(input);
    let names = header(&mut lines, separator)?;
    let mut hashing = lines.reader.into_inner();
    std::io::copy(&mut hashing, &mut std::io::sink()).map_err(DataFault::Unreadable)?;
    Ok((names, hashing.hash()))
}

fn header<R: Read>(lines: &mut Lines<R>, separator: u8) -> Result<Vec<String>, DataFault> {
    if !lines.next(0)? {
        return Err(DataFault::Empty);
    }
    let broken = |reason: String| DataFault::Broken { place: format!("line {}", lines.line), reason };
    let Split { cells, flaw } = split(lines.bytes(), separator);
    match flaw {
        Some((found, _)) => Err(broken(format!("the line of names has {found}"))),
        None if lines.bytes().contains(&0) => Err(DataFault::OtherFormat { found: "no text (it has bytes of zero)" }),
        None => Ok(cells.iter().map(|cell| name_of(cell)).collect()),
    }
}

/// Goes along the lines that are not empty.
struct Lines<R> {
    reader: BufReader<Hashing<R>>,
    chunk: Vec<u8>,
    /// What of the chunk is still to come.
    at: usize,
    current: std::ops::Range<usize>,
    /// Number of the current line, from 1.
    line: u64,
}

impl<R: Read> Lines<R> {
    fn new(input: R) -> Self {
        let reader = BufReader::with_capacity(1 << 18, Hashing::new(input));
        Self { reader, chunk: Vec::new(), at: 0, current: 0..0, line: 0 }
    }

    fn bytes(&self) -> &[u8] {
        &self.chunk[self.current.clone()]
    }

    /// Goes on to the next line; `row` is the last row, for errors.
    fn next(&mut self, row: u64) -> Result<bool, DataFault> {
        loop {
            if self.at >= self.chunk.len() && !self.fill(row)? {
                return Ok(false);
            }
            // Files of old machines end their lines by a carriage return alone.
            let rest = &self.chunk[self.at..];
            let end = rest.iter().position(|byte| *byte == b'\r').unwrap_or(rest.len());
            self.current = self.at..self.at + end;
            self.at += end + 1;
            self.line += 1;
            if !self.current.is_empty() {
                return Ok(true);
            }
        }
    }

    /// Reads up to the next line feed.
    fn fill(&mut self, row: u64) -> Result<bool, DataFault> {
        self.chunk.clear();
        self.at = 0;
        let mut limited = Read::take(&mut self.reader, LONGEST_LINE + 1);
        let count = limited.read_until(b'\n', &mut self.chunk).map_err(DataFault::Unreadable)?;
        if count as u64 > LONGEST_LINE {
            let reason = format!("a line is longer than {} MiB, which no row of a table is", LONGEST_LINE >> 20);
            return Err(DataFault::Broken { place: format!("row {}", row + 1), reason });
        }
        let ends_in = |chunk: &[u8], byte: u8| chunk.last() == Some(&byte);
        let was_ended = ends_in(&self.chunk, b'\n');
        if was_ended {
            self.chunk.pop();
            if ends_in(&self.chunk, b'\r') {
                self.chunk.pop();
            }
        }
        if self.chunk.is_empty() && was_ended {
            self.line += 1;
            return self.fill_more(row);
        }
        Ok(count > 0)
    }

    /// Passes over empty lines without a call for each.
    fn fill_more(&mut self, row: u64) -> Result<bool, DataFault> {
        loop {
            let empty = match self.reader.fill_buf().map_err(DataFault::Unreadable)? {
                [b'\n', ..] => 1,
                [b'\r', b'\n', ..] => 2,
                _ => break,
            };
            self.reader.consume(empty);
            self.line += 1;
        }
        self.fill(row)
    }
}

/// The cells of a line, up to what is wrong with it as (found, expected).
struct Split<'l> {
    cells: Vec<Cow<'l, [u8]>>,
    flaw: Option<(&'static str, &'static str)>,
}

fn split(line: &[u8], separator: u8) -> Split<'_> {
    const UNCLOSED: (&str, &str) =
        ("a quote that is not closed on its line", "quotes in pairs, and each row on a line of its own");
    const INSIDE: (&str, &str) = ("characters between a closing quote and the next cell", "quotes around whole cells");
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let end;
        if line.get(at) == Some(&b'"') {
            let Some((cell, closed)) = quoted(&line[at + 1..]) else {
                return Split { cells, flaw: Some(UNCLOSED) };
            };
            cells.push(cell);
            let after = at + 1 + closed;
            end = line[after..].iter().position(|byte| *byte == separator).map_or(line.len(), |found| after + found);
            if !line[after..end].trim_ascii().is_empty() {
                return Split { cells, flaw: Some(INSIDE) };
            }
        } else {
            end = line[at..].iter().position(|byte| *byte == separator).map_or(line.len(), |found| at + found);
            cells.push(Cow::Borrowed(&line[at..end]));
        }
        if end == line.len() {
            return Split { cells, flaw: None };
        }
        at = end + 1;
    }
}

/// A cell in quotes, from behind the first, and how far it goes with the closing one; none where there is no closing one.
fn quoted(text: &[u8]) -> Option<(Cow<'_, [u8]>, usize)> {
    let mut cell = Cow::Borrowed(&text[..0]);
    let mut at = 0;
    loop {
        let quote = at + text[at..].iter().position(|byte| *byte == b'"')?;
        match (text.get(quote + 1), &mut cell) {
            (Some(b'"'), cell) => {
                cell.to_mut().extend_from_slice(&text[at..=quote]);
                at = quote + 2;
            }
            (_, Cow::Borrowed(_)) => return Some((Cow::Borrowed(&text[..quote]), quote + 1)),
            (_, Cow::Owned(cell)) => {
                cell.extend_from_slice(&text[at..quote]);
                return Some((Cow::Owned(std::mem::take(cell)), quote + 1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(line: &str) -> Result<Vec<String>, &'static str> {
        let Split { cells, flaw } = split(line.as_bytes(), b',');
        match flaw {
            Some((found, _)) => Err(found),
            None => Ok(cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()),
        }
    }

    #[test]
    fn quotes_hold_separators_and_must_close() {
        assert_eq!(cells("a,b,,").unwrap(), ["a", "b", "", ""]);
        assert_eq!(cells(r#""a, b","say ""x""",  c"#).unwrap(), ["a, b", "say \"x\"", "  c"]);
        assert_eq!(cells(r#""""","" ,5' 3""#).unwrap(), ["\"", "", "5' 3\""]);
        assert!(cells(r#"1,"NY,3"#).unwrap_err().contains("not closed"));
        assert!(cells(r#"1,"NY"x,3"#).unwrap_err().contains("between"));
    }

    proptest! {
        /// What the csv crate reads of a line that is well formed is what is read here.
        #[test]
        fn lines_are_split_as_the_csv_crate_splits_them(cells in prop::collection::vec("[a ,\"'é;]{0,6}", 1..6)) {
            let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
            writer.write_record(&cells).expect("in memory");
            let line = writer.into_inner().expect("in memory");
            let line = line.trim_ascii_end();
            let Split { cells: found, flaw } = split(line, b',');
            prop_assert_eq!(flaw, None);
            let found: Vec<String> = found.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
            // Blanks at the end of the line were trimmed with its end.
            let trimmed = |cells: &[String]| cells.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
            prop_assert_eq!(trimmed(&found), trimmed(&cells));
        }
    }

    #[test]
    fn every_kind_of_line_end_is_one() {
        for text in ["a\n1\n\n2\n", "a\r\n1\r\n\r\n2", "a\r1\r\r2\r", "\n\na\n1\n2"] {
            let mut lines = Lines::new(text.as_bytes());
            let mut found = Vec::new();
            while lines.next(0).unwrap() {
                found.push((lines.line, String::from_utf8(lines.bytes().to_vec()).unwrap()));
            }
            let last = if text.starts_with('\n') { 5 } else { 4 };
            let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
            assert_eq!(texts, ["a", "1", "2"], "{text:?}");
            assert_eq!(found[2].0, last, "{text:?}");
        }
    }
}
