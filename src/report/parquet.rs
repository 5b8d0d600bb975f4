//! How are the simulated years themselves kept for other programs?

use super::files::{FileError, PendingFile};
use crate::outcome::{Column, YearTable};
use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as PhysicalType, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("writing {path}: {source}")]
    Parquet { path: PathBuf, source: ParquetError },
    #[error("column {column} has {found} values, the first column {expected}")]
    Ragged { column: String, found: usize, expected: usize },
    #[error("the table's columns are [{found}], the file began with [{expected}]")]
    OtherColumns { found: String, expected: String },
    #[error("column {column} has code {code}, but only {texts} texts")]
    NoSuchText { column: String, code: u32, texts: usize },
}

/// Bytes gathered before they are written as a row group: large enough for columns to compress well, small against the memory of
/// the run itself.
const BYTES_IN_A_GROUP: usize = 16 << 20;
/// Bytes of a value, near enough.
const BYTES_IN_A_VALUE: usize = 8;

/// Writes tables of the same columns one after another into one file, which appears when it is finished.
///
/// Memory holds one row group, however many years there are.
pub struct YearWriter {
    writer: SerializedFileWriter<PendingFile>,
    path: PathBuf,
    gathered: YearTable,
}

impl YearWriter {
    /// Begins a file with the columns of `like` (whose values are not written) and `notes` as its key-value metadata.
    pub fn create(path: &Path, like: &YearTable, notes: &[(String, String)]) -> Result<Self, TableError> {
        let failed = |source| TableError::Parquet { path: path.to_path_buf(), source };
        let schema = schema(like).map_err(failed)?;
        let notes = notes.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
        let mut properties = WriterProperties::builder()
            .set_created_by(concat!("tailcost ", env!("CARGO_PKG_VERSION")).to_string())
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_key_value_metadata(Some(notes))
            .set_dictionary_enabled(false);
        for (name, column) in &like.columns {
            let place = ColumnPath::from(name.clone());
            properties = match column {
                Column::Count(_) => properties.set_column_encoding(place, Encoding::DELTA_BINARY_PACKED),
                // Sign and exponent bytes of one column repeat: apart from the mantissas they compress.
                Column::Number(_) | Column::Given(_) => {
                    properties.set_column_encoding(place, Encoding::BYTE_STREAM_SPLIT)
                }
                Column::Text { .. } => properties.set_column_dictionary_enabled(place, true),
                Column::Flag(_) => properties,
            };
        }
        let file = PendingFile::create(path)?;
        let writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties.build())).map_err(failed)?;
        let columns = like.columns.iter().map(|(name, column)| (name.clone(), column.emptied())).collect();
        Ok(Self { writer, path: path.to_path_buf(), gathered: YearTable { columns } })
    }

    /// Adds years.
    pub fn push(&mut self, table: &YearTable) -> Result<(), TableError> {
        self.check(table)?;
        for ((_, kept), (_, more)) in self.gathered.columns.iter_mut().zip(&table.columns) {
            kept.extend(more);
        }
        let bytes = self.gathered.rows() * self.gathered.columns.len() * BYTES_IN_A_VALUE;
        if bytes >= BYTES_IN_A_GROUP { self.write_group() } else { Ok(()) }
    }

    /// Writes what is left and gives the file its name.
    pub fn finish(mut self) -> Result<PathBuf, TableError> {
        if self.gathered.rows() > 0 {
            self.write_group()?;
        }
        let path = self.path;
        let file = self.writer.into_inner().map_err(|source| TableError::Parquet { path: path.clone(), source })?;
        file.keep()?;
        Ok(path)
    }

    fn check(&self, table: &YearTable) -> Result<(), TableError> {
        let names = |t: &YearTable| t.columns.iter().map(|(n, c)| format!("{n} {}", c.kind())).collect::<Vec<_>>();
        let (found, expected) = (names(table), names(&self.gathered));
        if found != expected {
            return Err(TableError::OtherColumns { found: found.join(", "), expected: expected.join(", ") });
        }
        let expected = table.rows();
        for (name, column) in &table.columns {
            if column.len() != expected {
                return Err(TableError::Ragged { column: name.clone(), found: column.len(), expected });
            }
            if let Column::Text { texts, codes } = column
                && let Some(code) = codes.iter().find(|code| **code as usize >= texts.len())
            {
                return Err(TableError::NoSuchText { column: name.clone(), code: *code, texts: texts.len() });
            }
        }
        Ok(())
    }

    fn write_group(&mut self) -> Result<(), TableError> {
        let path = &self.path;
        write_group(&mut self.writer, &self.gathered)
            .map_err(|source| TableError::Parquet { path: path.clone(), source })?;
        for (_, column) in &mut self.gathered.columns {
            *column = column.emptied();
        }
        Ok(())
    }
}

fn schema(like: &YearTable) -> Result<Type, ParquetError> {
    let fields = like.columns.iter().map(|(name, column)| {
        let (physical, logical) = match column {
            Column::Count(_) => (PhysicalType::INT64, Some(LogicalType::integer(64, false))),
            Column::Number(_) | Column::Given(_) => (PhysicalType::DOUBLE, None),
            Column::Text { .. } => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
            Column::Flag(_) => (PhysicalType::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(name, physical)
            .with_repetition(if matches!(column, Column::Given(_)) {
                Repetition::OPTIONAL
            } else {
                Repetition::REQUIRED
            })
            .with_logical_type(logical)
            .build()?;
        Ok(Arc::new(field))
    });
    Type::group_type_builder("years").with_fields(fields.collect::<Result<_, ParquetError>>()?).build()
}

fn write_group(writer: &mut SerializedFileWriter<PendingFile>, table: &YearTable) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for (_, column) in &table.columns {
        let mut place =
            group.next_column()?.ok_or_else(|| ParquetError::General("the schema has fewer columns".into()))?;
        match column {
            Column::Count(values) => {
                // Unsigned numbers travel as the signed ones of the same bits.
                let bits: Vec<i64> = values.iter().map(|value| value.cast_signed()).collect();
                place.typed::<Int64Type>().write_batch(&bits, None, None)?;
            }
            Column::Number(values) => {
                place.typed::<DoubleType>().write_batch(values, None, None)?;
            }
            Column::Given(values) => {
                let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
                let values: Vec<f64> = values.iter().flatten().copied().collect();
                place.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
            }
            Column::Text { texts, codes } => {
                let texts: Vec<ByteArray> = texts.iter().map(|text| ByteArray::from(text.as_str())).collect();
                let values: Vec<ByteArray> = codes.iter().map(|code| texts[*code as usize].clone()).collect();
                place.typed::<ByteArrayType>().write_batch(&values, None, None)?;
            }
            Column::Flag(values) => {
                place.typed::<BoolType>().write_batch(values, None, None)?;
            }
        }
        place.close()?;
    }
    group.close()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    fn table(from: u64, rows: u64) -> YearTable {
        let years: Vec<u64> = (from..from + rows).collect();
        let totals = years.iter().map(|year| (*year as f64).sqrt() * 1e6 - 3e8).collect();
        // Texts in another order in every table, as blocks may bring them.
        let texts = if from == 0 {
            vec!["Domestic".into(), "Offshore".into()]
        } else {
            vec!["Offshore".into(), "Łódź".into()]
        };
        let codes = years.iter().map(|year| (year % 2) as u32).collect();
        let breach = years.iter().map(|year| year.is_multiple_of(7)).collect();
        let seeds = years.iter().map(|year| u64::MAX - year).collect();
        let columns = vec![
            ("year".into(), Column::Count(years)),
            ("total".into(), Column::Number(totals)),
            ("cheapest".into(), Column::Text { texts, codes }),
            ("breach".into(), Column::Flag(breach)),
            ("key".into(), Column::Count(seeds)),
        ];
        YearTable { columns }
    }

    #[test]
    fn what_is_written_reads_back_equal() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("years.parquet");
        let notes = [("seed".to_string(), "2026".to_string())];
        let tables = [table(0, 300_000), table(300_000, 130_000), table(430_000, 1_000)];
        let mut writer = YearWriter::create(&path, &tables[0], &notes).unwrap();
        for table in &tables {
            writer.push(table).unwrap();
        }
        assert!(!path.exists(), "a file that is not finished has no name");
        assert_eq!(writer.finish().unwrap(), path);

        let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        let metadata = reader.metadata();
        assert_eq!(metadata.num_row_groups(), 2, "16 MB of five columns, then the rest");
        let found = metadata.file_metadata().key_value_metadata().unwrap();
        assert!(found.iter().any(|note| note.key == "seed" && note.value.as_deref() == Some("2026")));
        let mut rows = reader.get_row_iter(None).unwrap();
        for table in &tables {
            let [
                (_, Column::Count(years)),
                (_, Column::Number(totals)),
                (_, Column::Text { texts, codes }),
                (_, Column::Flag(flags)),
                (_, Column::Count(keys)),
            ] = table.columns.as_slice()
            else {
                panic!("the columns of the test")
            };
            for i in 0..table.rows() {
                let row = rows.next().unwrap().unwrap();
                assert_eq!(row.get_ulong(0).unwrap(), years[i]);
                assert_eq!(row.get_double(1).unwrap().to_bits(), totals[i].to_bits());
                assert_eq!(row.get_string(2).unwrap(), &texts[codes[i] as usize]);
                assert_eq!(row.get_bool(3).unwrap(), flags[i]);
                assert_eq!(row.get_ulong(4).unwrap(), keys[i]);
            }
        }
        assert!(rows.next().is_none());
        if let Some(kept) = std::env::var_os("TAILCOST_CHART_DIR") {
            std::fs::copy(&path, Path::new(&kept).join("years.parquet")).unwrap();
        }
    }

    #[test]
    fn tables_that_do_not_fit_are_refused_and_leave_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("years.parquet");
        let good = table(0, 3);
        let mut writer = YearWriter::create(&path, &good, &[]).unwrap();
        let mut ragged = table(0, 3);
        ragged.columns[3].1 = Column::Flag(vec![true]);
        assert!(matches!(writer.push(&ragged), Err(TableError::Ragged { found: 1, expected: 3, .. })));
        let mut other = table(0, 3);
        other.columns[1].0 = "sum".into();
        assert!(matches!(writer.push(&other), Err(TableError::OtherColumns { .. })));
        let mut nameless = table(0, 3);
        nameless.columns[2].1 = Column::Text { texts: vec!["a".into()], codes: vec![0, 1, 0] };
        assert!(matches!(writer.push(&nameless), Err(TableError::NoSuchText { code: 1, texts: 1, .. })));
        drop(writer);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_without_years_is_a_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("years.parquet");
        YearWriter::create(&path, &table(0, 0), &[]).unwrap().finish().unwrap();
        let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    }
}
