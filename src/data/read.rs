//! Which kind of file is it, and who reads it?

use super::error::{DataError, DataFault};
use super::gather::{BadRows, DataTable, Gather, Request};
use super::nearest::nearest;
use super::{csv_file, lines, parquet_file};
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

/// Reads what is wanted of a CSV or Parquet file; which of the two it is its first bytes say.
///
/// A CSV file has a line of column names; cells are separated by commas, or by tabs or semicolons where the first line has these and no
/// comma. Blanks around a cell are no part of it. Of Parquet flat columns are read, of numbers, decimals, booleans (0 and 1), texts,
/// dates and points in time (the day alone).
///
/// Memory: the kept values (8 bytes a number, 4 a text or day and each different text once) and a small part of the file.
///
/// # Errors
/// A file that cannot be opened or read, a column that is missing or twice there, a blank, a text or a number that is not finite where a
/// finite number is wanted in a row that the filter keeps, a cell that cannot be compared, no row kept, more than [`Request::most`] rows.
///
/// ```
/// use std::io::Write;
/// use tailcost::data::{Filter, Request, read};
/// let mut file = tempfile::NamedTempFile::new().unwrap();
/// write!(file, "date,loss\n2018-05-01,3\n2019-02-01,12.5\n2019-03-01,8\n").unwrap();
/// let filter = Filter::parse("date>=2019-01-01,loss>10").unwrap();
/// let table = read(file.path(), &Request::numbers(&["loss"], filter)).unwrap();
/// assert_eq!((table.rows_read, table.rows_kept, table.numbers("loss")), (3, 1, &[12.5][..]));
/// ```
pub fn read(path: &Path, request: &Request) -> Result<DataTable, DataError> {
    read_from(Place::Path(path), request).map_err(|fault| DataError { path: path.to_path_buf(), fault })
}

/// Where a data file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'p> {
    Path(&'p Path),
    /// A CSV file that the program carries along.
    Carried(&'p [u8]),
}

/// What a data file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// Names of the columns, in the order of the file.
    pub columns: Vec<String>,
    /// As in `blake3:9f2c...`, of the bytes of the file.
    pub hash: String,
}

/// The same as [`read`], from any place.
///
/// # Errors
/// As [`read`].
pub fn read_from(place: Place<'_>, request: &Request) -> Result<DataTable, DataFault> {
    let gather = Gather::new(request);
    match open(place, request.bad_rows)? {
        Opened::Csv { input, separator } => match request.bad_rows {
            BadRows::Refused => csv_file::read(input, separator, gather),
            BadRows::Collected => lines::read(input, separator, gather),
        },
        Opened::Parquet(file) => parquet_file::read(file, gather),
    }
}

/// The columns of a data file and its hash, without looking at its rows.
///
/// # Errors
/// A file that cannot be opened or read, or that is neither a CSV nor a Parquet file.
pub fn inspect(place: Place<'_>) -> Result<Inspected, DataFault> {
    let (columns, hash) = match open(place, BadRows::Collected)? {
        Opened::Csv { input, separator } => lines::inspect(input, separator)?,
        Opened::Parquet(file) => parquet_file::inspect(file)?,
    };
    Ok(Inspected { columns, hash })
}

enum Opened<'p> {
    Csv { input: Box<dyn Read + 'p>, separator: u8 },
    Parquet(File),
}

fn open(place: Place<'_>, bad_rows: BadRows) -> Result<Opened<'_>, DataFault> {
    let path = match place {
        Place::Path(path) => path,
        Place::Carried(bytes) => {
            return Ok(Opened::Csv { input: Box::new(bytes), separator: separator(bytes) });
        }
    };
    let mut file = File::open(path).map_err(DataFault::Unreadable)?;
    if file.metadata().map_err(DataFault::Unreadable)?.is_dir() {
        return Err(DataFault::Folder);
    }
    let mut start = Vec::new();
    let mut head = Read::take(&mut file, HEAD);
    head.read_to_end(&mut start).map_err(DataFault::Unreadable)?;
    match format(&start, path, bad_rows)? {
        Format::Csv { separator } => Ok(Opened::Csv { input: Box::new(Cursor::new(start).chain(file)), separator }),
        Format::Parquet => {
            file.rewind().map_err(DataFault::Unreadable)?;
            Ok(Opened::Parquet(file))
        }
    }
}

/// Bytes that are looked at to tell what a file is.
const HEAD: u64 = 1 << 16;

enum Format {
    Csv { separator: u8 },
    Parquet,
}

fn format(start: &[u8], path: &Path, bad_rows: BadRows) -> Result<Format, DataFault> {
    const OTHERS: [(&[u8], &str); 8] = [
        (b"\x1f\x8b", "compressed (gzip)"),
        (b"\x28\xb5\x2f\xfd", "compressed (zstd)"),
        (b"BZh", "compressed (bzip2)"),
        (b"PK\x03\x04", "a spreadsheet or a compressed (zip) archive"),
        (b"\xd0\xcf\x11\xe0", "a spreadsheet of an old kind"),
        (b"\xff\xfe", "a text in UTF-16"),
        (b"\xfe\xff", "a text in UTF-16"),
        (b"PARE", "an encrypted Parquet file"),
    ];
    if start.starts_with(b"PAR1") {
        return Ok(Format::Parquet);
    }
    if let Some((_, found)) = OTHERS.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Err(DataFault::OtherFormat { found });
    }
    if start.iter().all(u8::is_ascii_whitespace) {
        return Err(DataFault::Empty);
    }
    // A row may have a zero by accident; a file of another format has some in its first line.
    let looked_at = match bad_rows {
        BadRows::Refused => start,
        BadRows::Collected => first_line(start),
    };
    if looked_at.contains(&0) {
        return Err(DataFault::OtherFormat { found: "no text (it has bytes of zero)" });
    }
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet")) {
        return Err(DataFault::OtherFormat {
            found: "no Parquet file, whatever its name says (it does not begin with PAR1)",
        });
    }
    Ok(Format::Csv { separator: separator(start) })
}

fn first_line(start: &[u8]) -> &[u8] {
    start.split(|byte| *byte == b'\n').next().unwrap_or(start)
}

fn separator(start: &[u8]) -> u8 {
    let line = first_line(start);
    [b',', b'\t', b';'].into_iter().find(|separator| line.contains(separator)).unwrap_or(b',')
}

/// Where each wanted name stands among the names of a file.
pub(super) fn places<'n>(names: &[String], wanted: impl Iterator<Item = &'n str>) -> Result<Vec<usize>, DataFault> {
    let place = |column: &str| {
        let mut found = names.iter().enumerate().filter(|(_, name)| *name == column).map(|(at, _)| at);
        match (found.next(), found.count()) {
            (Some(at), 0) => Ok(at),
            (Some(_), more) => Err(DataFault::ManyColumns { column: column.to_owned(), times: more + 1 }),
            (None, _) => {
                const MOST_NAMED: usize = 30;
                let mut known: Vec<String> =
                    names.iter().take(MOST_NAMED).map(|name| super::gather::shortened(name)).collect();
                if names.len() > MOST_NAMED {
                    known.push(format!("and {} more", names.len() - MOST_NAMED));
                }
                let nearest = nearest(column, names.iter().map(String::as_str)).map(str::to_owned);
                Err(DataFault::NoColumn { column: column.to_owned(), nearest, known })
            }
        }
    };
    wanted.map(place).collect()
}
