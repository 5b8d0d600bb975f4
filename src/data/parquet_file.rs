//! How do the rows of a Parquet file go by, a few thousand at a time?

use super::cell::Cell;
use super::date::Date;
use super::error::DataFault;
use super::gather::{DataTable, Gather};
use super::read::places;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as PhysicalType};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use std::fs::File;
use std::io::Seek;

/// Rows of each column in memory at a time.
const BATCH: usize = 8192;

/// The names of the columns, and the hash of the whole file.
pub(super) fn inspect(mut file: File) -> Result<(Vec<String>, String), DataFault> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(&mut file).map_err(DataFault::Unreadable)?;
    file.rewind().map_err(DataFault::Unreadable)?;
    let reader = SerializedFileReader::new(file).map_err(|error| broken("its metadata", &error))?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let names = schema.columns().iter().map(|column| column.path().parts().join(".")).collect();
    Ok((names, format!("blake3:{}", hasher.finalize().to_hex())))
}

pub(super) fn read(mut file: File, mut gather: Gather<'_>) -> Result<DataTable, DataFault> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(&mut file).map_err(DataFault::Unreadable)?;
    file.rewind().map_err(DataFault::Unreadable)?;
    let reader = SerializedFileReader::new(file).map_err(|error| broken("its metadata", &error))?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let names: Vec<String> = schema.columns().iter().map(|column| column.path().parts().join(".")).collect();
    let places = places(&names, gather.names().iter().copied())?;
    let kinds: Vec<Kind> = places.iter().map(|place| kind(&schema.column(*place))).collect::<Result<_, _>>()?;
    let mut row = 0;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(|error| broken(&format!("row {}", row + 1), &error))?;
        read_group(group.as_ref(), &places, &kinds, &mut gather, &mut row)?;
    }
    gather.finish(format!("blake3:{}", hasher.finalize().to_hex()))
}

fn read_group(
    group: &dyn RowGroupReader,
    places: &[usize],
    kinds: &[Kind],
    gather: &mut Gather<'_>,
    row: &mut u64,
) -> Result<(), DataFault> {
    let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
    let at_row = |row: u64, error: &ParquetError| broken(&format!("row {}", row + 1), error);
    let columns = places.iter().zip(kinds).map(|(place, kind)| {
        let reader = group.get_column_reader(*place)?;
        Ok(Column { reader, kind: *kind, levels: Vec::new(), values: Values::Numbers(Vec::new()) })
    });
    let mut columns: Vec<Column> =
        columns.collect::<Result<_, ParquetError>>().map_err(|error| at_row(*row, &error))?;
    let mut done = 0;
    while done < rows {
        let count = BATCH.min(rows - done);
        for column in &mut columns {
            column.read(count).map_err(|error| at_row(*row, &error))?;
        }
        let mut cursors: Vec<Cursor<'_>> = columns.iter().map(|column| Cursor { column, level: 0, value: 0 }).collect();
        let mut cells = vec![Cell::Blank; columns.len()];
        let mut faults = Vec::new();
        for _ in 0..count {
            for ((cell, cursor), name) in cells.iter_mut().zip(&mut cursors).zip(gather.names()) {
                *cell = cursor.next().unwrap_or_else(|byte| {
                    let column = (*name).to_owned();
                    faults.push(DataFault::NotUtf8 { row: *row + 1, line: None, column, byte });
                    Cell::Blank
                });
            }
            *row += 1;
            if !gather.wants_next() {
                gather.pass_over();
                faults.clear();
            } else if faults.is_empty() {
                gather.row(None, &cells)?;
            } else {
                let texts: Vec<String> = cells.iter().map(|cell| cell.text().into_owned()).collect();
                gather.flawed(None, std::mem::take(&mut faults), &texts)?;
            }
        }
        done += count;
    }
    Ok(())
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// Numbers over this power of ten.
    Number {
        scale: f64,
    },
    /// Whole numbers whose sign bit is a digit.
    Unsigned,
    Day,
    /// Points in time, so many units a day.
    Time {
        a_day: i64,
    },
    Text,
}

fn kind(column: &ColumnDescriptor) -> Result<Kind, DataFault> {
    const DAY: i64 = 86_400;
    let physical = column.physical_type();
    let plain = Kind::Number { scale: 1.0 };
    let scale = || Kind::Number { scale: (0..column.type_scale().max(0)).fold(1.0, |scale, _| scale * 10.0) };
    let is_bytes = matches!(physical, PhysicalType::BYTE_ARRAY | PhysicalType::FIXED_LEN_BYTE_ARRAY);
    let found = match (column.logical_type_ref(), column.converted_type()) {
        _ if column.max_rep_level() > 0 => None,
        (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => Some(Kind::Day),
        (Some(LogicalType::Timestamp(time)), _) => Some(Kind::Time {
            a_day: match time.unit {
                TimeUnit::MILLIS => DAY * 1_000,
                TimeUnit::MICROS => DAY * 1_000_000,
                TimeUnit::NANOS => DAY * 1_000_000_000,
            },
        }),
        (None, ConvertedType::TIMESTAMP_MILLIS) => Some(Kind::Time { a_day: DAY * 1_000 }),
        (None, ConvertedType::TIMESTAMP_MICROS) => Some(Kind::Time { a_day: DAY * 1_000_000 }),
        (Some(LogicalType::Integer(integer)), _) => Some(if integer.is_signed { plain } else { Kind::Unsigned }),
        (None, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64) => {
            Some(Kind::Unsigned)
        }
        (Some(LogicalType::Decimal(_)), _) | (None, ConvertedType::DECIMAL) => Some(scale()),
        (Some(LogicalType::String | LogicalType::Enum | LogicalType::Json), _)
        | (None, ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON) => Some(Kind::Text),
        (None, ConvertedType::NONE) if physical == PhysicalType::BYTE_ARRAY => Some(Kind::Text),
        (None, ConvertedType::NONE | ConvertedType::INT_8 | ConvertedType::INT_16)
        | (None, ConvertedType::INT_32 | ConvertedType::INT_64)
            if !is_bytes && physical != PhysicalType::INT96 =>
        {
            Some(plain)
        }
        _ => None,
    };
    found.ok_or_else(|| DataFault::OtherKind {
        column: column.path().parts().join("."),
        kind: match column.logical_type_ref() {
            _ if column.max_rep_level() > 0 => "list".into(),
            Some(logical) => format!("{logical:?}"),
            None => physical.to_string(),
        },
    })
}

/// A column and its values of a few thousand rows.
struct Column {
    reader: ColumnReader,
    kind: Kind,
    /// Which rows have a value; empty where all have.
    levels: Vec<bool>,
    values: Values,
}

enum Values {
    Numbers(Vec<f64>),
    Days(Vec<Date>),
    Texts(Vec<ByteArray>),
}

impl Column {
    fn read(&mut self, count: usize) -> Result<(), ParquetError> {
        let kind = self.kind;
        let levels = &mut self.levels;
        self.values = match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => {
                numbers(batch(reader, count, levels)?, |value| f64::from(u8::from(*value)))
            }
            ColumnReader::Int32ColumnReader(reader) => {
                let values = batch(reader, count, levels)?;
                match kind {
                    Kind::Day => Values::Days(values.into_iter().map(Date::of_days).collect()),
                    Kind::Unsigned => numbers(values, |value| f64::from(value.cast_unsigned())),
                    _ => numbers(values, |value| f64::from(*value) / scale(kind)),
                }
            }
            ColumnReader::Int64ColumnReader(reader) => {
                let values = batch(reader, count, levels)?;
                match kind {
                    Kind::Time { a_day } => {
                        let day = |value: &i64| {
                            let days = i32::try_from(value.div_euclid(a_day));
                            days.map(Date::of_days)
                                .map_err(|_| ParquetError::General(format!("{value} is no point in time")))
                        };
                        Values::Days(values.iter().map(day).collect::<Result<_, _>>()?)
                    }
                    Kind::Unsigned => numbers(values, |value| value.cast_unsigned() as f64),
                    _ => numbers(values, |value| *value as f64 / scale(kind)),
                }
            }
            ColumnReader::FloatColumnReader(reader) => {
                numbers(batch(reader, count, levels)?, |value| f64::from(*value))
            }
            ColumnReader::DoubleColumnReader(reader) => Values::Numbers(batch(reader, count, levels)?),
            ColumnReader::ByteArrayColumnReader(reader) => {
                let values = batch(reader, count, levels)?;
                match kind {
                    Kind::Number { scale } => numbers(values, |value| decimal(value.data()) / scale),
                    _ => Values::Texts(values),
                }
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                numbers(batch(reader, count, levels)?, |value: &FixedLenByteArray| decimal(value.data()) / scale(kind))
            }
            ColumnReader::Int96ColumnReader(_) => {
                return Err(ParquetError::General("a point in time of an old kind".into()));
            }
        };
        Ok(())
    }
}

fn numbers<T>(values: Vec<T>, number: impl Fn(&T) -> f64) -> Values {
    Values::Numbers(values.iter().map(number).collect())
}

fn scale(kind: Kind) -> f64 {
    match kind {
        Kind::Number { scale } => scale,
        _ => 1.0,
    }
}

/// A whole number in two's complement, the highest byte first.
fn decimal(bytes: &[u8]) -> f64 {
    let sign = bytes.first().map_or(0, |byte| byte.cast_signed() >> 7);
    bytes.iter().fold(i128::from(sign), |number, byte| (number << 8) | i128::from(*byte)) as f64
}

/// Reads `count` rows and notes in `levels` which have a value.
fn batch<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    count: usize,
    levels: &mut Vec<bool>,
) -> Result<Vec<T::T>, ParquetError> {
    let (mut values, mut definitions) = (Vec::with_capacity(count), Vec::new());
    let (records, ..) = reader.read_records(count, Some(&mut definitions), None, &mut values)?;
    if records != count {
        return Err(ParquetError::General(format!("the column ends {} rows early", count - records)));
    }
    levels.clear();
    // A value stands where every optional level is there; a required column has no levels at all.
    let full = definitions.iter().copied().max().unwrap_or(0);
    if values.len() < count {
        levels.extend(definitions.iter().map(|level| *level == full && !values.is_empty()));
    }
    Ok(values)
}

/// Goes along a column, row by row.
struct Cursor<'c> {
    column: &'c Column,
    level: usize,
    value: usize,
}

impl<'c> Cursor<'c> {
    /// The next cell; or the byte that is no UTF-8.
    fn next(&mut self) -> Result<Cell<'c>, u8> {
        let has_value = self.column.levels.get(self.level).copied().unwrap_or(true);
        self.level += 1;
        if !has_value {
            return Ok(Cell::Blank);
        }
        let at = self.value;
        self.value += 1;
        Ok(match &self.column.values {
            Values::Numbers(values) => Cell::Number(values[at]),
            Values::Days(values) => Cell::Day(values[at]),
            Values::Texts(values) => {
                let bytes = values[at].data();
                match std::str::from_utf8(bytes).map(str::trim) {
                    Ok("") => Cell::Blank,
                    Ok(text) => Cell::Text(text),
                    Err(error) => return Err(bytes[error.valid_up_to()]),
                }
            }
        })
    }
}

fn broken(place: &str, error: &ParquetError) -> DataFault {
    DataFault::Broken { place: place.to_owned(), reason: format!("not a Parquet file that can be read: {error}") }
}
