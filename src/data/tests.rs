//! Are columns read as they stand, and is everything wrong refused by file, row and column?

use super::*;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::io::Write;
use std::num::NonZeroU64;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;
use tempfile::NamedTempFile;

fn file(bytes: impl AsRef<[u8]>) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes.as_ref()).unwrap();
    file
}

fn filter(text: &str) -> Filter {
    Filter::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn numbers(text: &str, column: &str, expression: &str) -> Result<DataTable, DataError> {
    read(file(text).path(), &Request::numbers(&[column], filter(expression)))
}

fn refused(text: &str, column: &str, expression: &str) -> String {
    let error = numbers(text, column, expression).expect_err("this must be refused");
    let message = error.to_string();
    let shown = error.path.display().to_string();
    assert!(message.starts_with(&shown), "{message}");
    message[shown.len()..].to_owned()
}

const BREACHES: &str = "date,state,type,affected\n2018-12-31,TX,Theft,900\n2019-01-01,TX,Theft,700\n2019-02-01,MO,Loss,501\n\
                        2019-03-05,TX,\"Hacking, IT\",1000\n2019-03-06,,Loss,2000\n2019-04-01,CA,Loss,\n";

#[test]
fn the_kept_rows_of_the_wanted_columns_are_read() {
    let request = Request {
        columns: vec![
            Wanted::Text { name: "state".into() },
            Wanted::Number { name: "affected".into(), blank: Blank::Refused },
            Wanted::Day { name: "date".into() },
        ],
        filter: filter("date>=2019-01-01,affected>501"),
        most: 10,
        ..Request::of(Vec::new())
    };
    let table = read(file(BREACHES).path(), &request).unwrap();
    assert_eq!((table.rows_read, table.rows_kept), (6, 3));
    assert_eq!(table.numbers("affected"), [700.0, 1000.0, 2000.0]);
    assert_eq!(table.texts("state").different, ["TX", ""]);
    assert_eq!(table.texts("state").codes, [0, 0, 1]);
    assert_eq!(table.texts("state").at(2), "");
    assert_eq!(table.days("date")[1].to_string(), "2019-03-05");
    assert_eq!([0, 1, 2].map(|index| table.row(index)), [2, 4, 5]);
    assert_eq!(table.blanks_in_filter, [("affected".to_owned(), 1)]);
    assert_eq!(table.hash, format!("blake3:{}", blake3::hash(BREACHES.as_bytes()).to_hex()));
    let remarks = table.remarks();
    assert!(remarks.len() == 1 && remarks[0].1.contains("1 rows are blank in column affected"), "{remarks:?}");
}

#[test]
fn every_comparison_does_what_it_says() {
    for (expression, kept) in [
        ("affected>700", vec![900.0, 1000.0, 2000.0]),
        ("affected>=700,affected<2e3", vec![900.0, 700.0, 1000.0]),
        ("affected<=501", vec![501.0]),
        ("affected = 501", vec![501.0]),
        ("affected==501", vec![501.0]),
        ("affected!=501,affected<1_000", vec![900.0, 700.0]),
        ("state=TX,affected>0", vec![900.0, 700.0, 1000.0]),
        ("state!=TX,affected>0", vec![501.0]),
        ("type!=Theft,affected!=''", vec![501.0, 1000.0, 2000.0]),
        ("type='Hacking, IT'", vec![1000.0]),
        ("'type'=\"Hacking, IT\"", vec![1000.0]),
        ("date=2019-02-01", vec![501.0]),
        ("date<2019-01-01", vec![900.0]),
        ("date>2019-01-01,date!=2019-02-01,date<=2019-03-05", vec![1000.0]),
    ] {
        let table = numbers(BREACHES, "affected", expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
        assert_eq!(table.numbers("affected"), kept, "{expression}");
        assert_eq!(Filter::parse(expression).unwrap().text(), expression);
    }
    let no_remark = numbers(BREACHES, "affected", "affected!=''").unwrap();
    assert_eq!((no_remark.rows_kept, no_remark.remarks().len()), (5, 0));
}

#[test]
fn a_filter_says_which_interval_it_leaves() {
    let bounds = |text: &str| filter(text).bounds("C");
    assert!(bounds("D>5,C!=x").is_everything());
    assert_eq!((bounds("C>10").low, bounds("C>10").high), (Bound::Excluded(10.0), Bound::Unbounded));
    assert_eq!(bounds("C>=10,C>10,C>3").low, Bound::Excluded(10.0));
    assert_eq!(bounds("C>10,C>=10").low, Bound::Excluded(10.0));
    assert_eq!(bounds("C<10,C<=10,C<12").high, Bound::Excluded(10.0));
    assert_eq!(bounds("C<=9,C<10").high, Bound::Included(9.0));
    assert_eq!((bounds("C=4").low, bounds("C=4").high), (Bound::Included(4.0), Bound::Included(4.0)));
    assert_eq!(bounds("C>1,C!=5,C!=0,C!=2,C!=5").holes, [2.0, 5.0]);
    assert!(bounds("C='10'").is_everything(), "a text puts no bound on numbers");
}

#[test]
fn a_filter_that_means_nothing_is_marked_where_it_ends_to_mean_something() {
    for (expression, character, expected) in [
        ("affected>>501", 10, "a number, a date"),
        ("affected", 9, "one of = != < <= > >= after affected"),
        ("affected,state=TX", 9, "one of ="),
        (",state=TX", 1, "the name of a column"),
        ("state=TX,", 10, "a comparison after the comma"),
        ("state=", 7, "a number, a date"),
        ("state>TX", 7, "texts compare by = and != alone"),
        ("date>=2019-13-01", 7, "a day that the calendar has"),
        ("affected=>5", 9, ">= or <="),
        ("affected<>5", 9, "!="),
        ("affected>1,000", 12, "without thousands separators"),
        ("affected>inf", 10, "a finite number"),
        ("affected>1e999", 10, "a double can hold"),
        ("state='TX", 10, "the closing '"),
        ("state='TX'x", 11, "a comma"),
        ("a>1;b<2", 3, "= and !="),
    ] {
        let error = Filter::parse(expression).expect_err(expression);
        assert_eq!(error.character, character, "{expression}: {error}");
        assert!(error.expected.contains(expected), "{expression}: {error}");
        let shown = error.to_string();
        let mark = shown.lines().last().unwrap();
        assert_eq!(mark.find('^'), Some(character + 1), "{shown}");
    }
    assert_eq!(Filter::parse("  ").unwrap().comparisons().len(), 0);
}

#[test]
fn what_is_no_finite_number_is_refused_by_row_and_line() {
    let with = |cell: &str| format!("loss,note\n1,\"two\nlines\"\n{cell},b\n3,c\n");
    for (cell, found) in
        [("x", "\"x\""), ("NaN", "\"NaN\""), ("inf", "\"inf\""), ("1e999", "\"1e999\""), ("2019-01-01", "2019")]
    {
        let message = refused(&with(cell), "loss", "");
        assert!(message.contains("row 2 (line 4) has") && message.contains(found), "{message}");
        assert!(message.contains("in column loss, expected a finite number"), "{message}");
    }
    let message = refused(&with("\"1,000\""), "loss", "");
    assert!(message.contains("thousands"), "{message}");
    let message = refused(&with(" "), "loss", "");
    assert!(
        message.contains("row 2 (line 4) has nothing in column loss") && message.contains("--skip-blank"),
        "{message}"
    );
    let message = refused(&with("x"), "loss", "loss>0");
    assert!(message.contains("expected a finite number to compare with 0"), "{message}");
    assert_eq!(numbers(&with("x"), "loss", "note!=b").unwrap().numbers("loss"), [1.0, 3.0], "the filter drops the row");
    assert_eq!(numbers(&with("x"), "loss", "loss!=x").unwrap().numbers("loss"), [1.0, 3.0]);
    let message = refused("day,loss\n31/12/2019,5\n", "loss", "day>=2019-01-01");
    assert!(message.contains("\"31/12/2019\"") && message.contains("a date such as 2019-01-01"), "{message}");
}

#[test]
fn blanks_are_skipped_or_stand_for_a_number_on_request() {
    let text = "loss,limit\n1,5\n,6\n3,\n";
    let with = |loss, limit| {
        let wanted = |name: &str, blank| Wanted::Number { name: name.into(), blank };
        let columns = vec![wanted("loss", loss), wanted("limit", limit)];
        read(file(text).path(), &Request { columns, ..Request::numbers(&[], Filter::none()) })
    };
    let table = with(Blank::Skipped, Blank::Means(f64::INFINITY)).unwrap();
    assert_eq!((table.numbers("loss"), table.numbers("limit")), (&[1.0, 3.0][..], &[5.0, f64::INFINITY][..]));
    assert_eq!(table.blanks_skipped, 1);
    assert!(table.remarks()[0].1.contains("1 rows have a blank cell"));
    assert!(with(Blank::Skipped, Blank::Refused).unwrap_err().to_string().contains("row 3"));
    let all = read(
        file("loss,b\n,1\n,2\n").path(),
        &Request {
            columns: vec![Wanted::Number { name: "loss".into(), blank: Blank::Skipped }],
            ..Request::numbers(&[], Filter::none())
        },
    );
    assert!(all.unwrap_err().to_string().contains("all 2 rows are blank"));
}

#[test]
fn a_wrong_file_is_refused_for_what_it_is() {
    let message = refused(BREACHES, "afected", "");
    assert!(message.contains("no column \"afected\"") && message.contains("did you mean \"affected\"?"), "{message}");
    let message = refused(BREACHES, "affected", "stat=TX");
    assert!(message.contains("no column \"stat\"") && message.contains("\"state\"?"), "{message}");
    assert!(refused("a,a\n1,2\n", "a", "").contains("2 columns named \"a\""));
    let message = refused("a,b\n1,2\n3\n", "a", "");
    assert!(message.contains("row 2 (line 3) has 1 cells, expected 2"), "{message}");
    assert!(refused("", "a", "").contains("is empty"));
    assert!(refused(" \n\n", "a", "").contains("is empty"));
    assert!(refused("a,b\n", "a", "").contains("no rows"));
    let message = refused(BREACHES, "affected", "state=TX,affected>5000");
    assert!(message.contains("keeps none of its 6 rows: state=TX leaves 3, then affected>5000 leaves 0"), "{message}");
    for (bytes, found) in [
        (&b"\x1f\x8b\x08\0"[..], "gzip"),
        (b"PK\x03\x04", "spreadsheet"),
        (b"\xff\xfea\0", "UTF-16"),
        (b"a\0b", "bytes of zero"),
    ] {
        let error = read(file(bytes).path(), &Request::numbers(&["a"], Filter::none())).unwrap_err().to_string();
        assert!(error.contains(found), "{error}");
    }
    let error = read(file(b"a,b\n1,caf\xe9\n").path(), &Request::numbers(&["a"], filter("b=cafe"))).unwrap_err();
    assert!(error.to_string().contains("row 1 (line 2), column b: byte 0xe9 is no UTF-8"), "{error}");
    let fine = read(file(b"a,b\n1,caf\xe9\n").path(), &Request::numbers(&["a"], Filter::none()));
    assert!(fine.is_ok(), "a column that nobody asked for may be anything");
    let error = read(Path::new("/nowhere/at all"), &Request::numbers(&["a"], Filter::none())).unwrap_err();
    assert!(error.to_string().starts_with("/nowhere/at all: cannot be read"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    assert!(read(folder.path(), &Request::numbers(&["a"], Filter::none())).unwrap_err().to_string().contains("folder"));
    let named = folder.path().join("a.parquet");
    std::fs::write(&named, "a\n1\n").unwrap();
    assert!(read(&named, &Request::numbers(&["a"], Filter::none())).unwrap_err().to_string().contains("PAR1"));
    let whole = parquet_bytes();
    for length in [4, 12, 200, whole.len() - 1] {
        let error = read(file(&whole[..length]).path(), &Request::numbers(&["loss"], Filter::none())).unwrap_err();
        assert!(error.to_string().contains("not a Parquet file that can be read"), "{error}");
    }
}

#[test]
fn separators_marks_and_line_ends_of_other_programs_are_read() {
    for text in
        ["\u{feff}loss;b\r\n1;2\r\n3;4\r\n", "b\tloss\n2\t1\n4\t3", "loss\n1\n\n3\n", "\"loss\" , b\n 1 ,2\n\"3\",4\n"]
    {
        assert_eq!(numbers(text, "loss", "").unwrap().numbers("loss"), [1.0, 3.0], "{text:?}");
    }
}

#[test]
fn rows_beyond_the_limit_are_refused_and_every_nth_can_be_asked_for() {
    let text = std::iter::once("a".to_owned()).chain((1..=100).map(|n| n.to_string())).collect::<Vec<_>>().join("\n");
    let request = |every, most| Request {
        every: NonZeroU64::new(every).unwrap(),
        most,
        ..Request::numbers(&["a"], filter("a>10"))
    };
    let error = read(file(&text).path(), &request(1, 50)).unwrap_err().to_string();
    assert!(error.contains("row 61 is one more than the 50 rows") && error.contains("--every 10"), "{error}");
    let table = read(file(&text).path(), &request(30, 50)).unwrap();
    assert_eq!((table.numbers("a"), table.rows_read), (&[31.0, 61.0, 91.0][..], 100));
    assert_eq!([0, 1, 2].map(|index| table.row(index)), [31, 61, 91]);
}

/// 20,000 rows in three groups of many kinds of columns.
fn parquet_bytes() -> Vec<u8> {
    let field = |name: &str, kind, logical, length: i32| {
        let repetition = if name == "loss" { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        let decimal = matches!(logical, Some(LogicalType::Decimal(_)));
        let builder = Type::primitive_type_builder(name, kind).with_repetition(repetition).with_logical_type(logical);
        let builder = if decimal { builder.with_precision(9).with_scale(2) } else { builder };
        Arc::new(builder.with_length(length).build().unwrap())
    };
    let fields = vec![
        field("loss", PhysicalType::DOUBLE, None, -1),
        field("count", PhysicalType::INT32, None, -1),
        field("day", PhysicalType::INT32, Some(LogicalType::Date), -1),
        field("at", PhysicalType::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS)), -1),
        field("state", PhysicalType::BYTE_ARRAY, Some(LogicalType::String), -1),
        field("paid", PhysicalType::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::decimal(2, 9)), 4),
        field("key", PhysicalType::INT64, Some(LogicalType::integer(64, false)), -1),
        field("flag", PhysicalType::BOOLEAN, None, -1),
    ];
    let schema = Arc::new(Type::group_type_builder("rows").with_fields(fields).build().unwrap());
    let mut bytes = Vec::new();
    let compressions = Compression::SNAPPY;
    let properties = WriterProperties::builder().set_compression(compressions).build();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    for rows in [0..9_000i64, 9_000..9_001, 9_001..20_000] {
        let mut group = writer.next_row_group().unwrap();
        let all: Vec<i64> = rows.collect();
        // Every third row is blank but in the first column.
        let some: Vec<i64> = all.iter().copied().filter(|row| row % 3 != 0).collect();
        let levels: Vec<i16> = all.iter().map(|row| i16::from(row % 3 != 0)).collect();
        let levels = Some(&levels[..]);
        let mut index = 0;
        while let Some(mut column) = group.next_column().unwrap() {
            match index {
                0 => column.typed::<DoubleType>().write_batch(
                    &all.iter().map(|row| *row as f64 + 0.5).collect::<Vec<_>>(),
                    None,
                    None,
                ),
                1 => column.typed::<Int32Type>().write_batch(
                    &some.iter().map(|row| -(*row as i32)).collect::<Vec<_>>(),
                    levels,
                    None,
                ),
                2 => column.typed::<Int32Type>().write_batch(
                    &some.iter().map(|row| *row as i32).collect::<Vec<_>>(),
                    levels,
                    None,
                ),
                3 => column.typed::<Int64Type>().write_batch(
                    &some.iter().map(|row| row * 86_400_000_000 - 1).collect::<Vec<_>>(),
                    levels,
                    None,
                ),
                4 => {
                    let texts = some.iter().map(|row| ByteArray::from(if row % 2 == 0 { " even" } else { "odd" }));
                    column.typed::<ByteArrayType>().write_batch(&texts.collect::<Vec<_>>(), levels, None)
                }
                5 => {
                    let paid = some.iter().map(|row| FixedLenByteArray::from((-(*row as i32)).to_be_bytes().to_vec()));
                    column.typed::<FixedLenByteArrayType>().write_batch(&paid.collect::<Vec<_>>(), levels, None)
                }
                6 => column.typed::<Int64Type>().write_batch(
                    &some.iter().map(|row| -row).collect::<Vec<_>>(),
                    levels,
                    None,
                ),
                _ => column.typed::<BoolType>().write_batch(
                    &some.iter().map(|row| row % 2 == 0).collect::<Vec<_>>(),
                    levels,
                    None,
                ),
            }
            .unwrap();
            column.close().unwrap();
            index += 1;
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

#[test]
fn parquet_columns_of_every_kind_are_read() {
    let bytes = parquet_bytes();
    let written = file(&bytes);
    let numbers = ["loss", "count", "paid", "key", "flag"];
    let mut request = Request::numbers(&numbers, filter("loss>8000,state=odd,day<=1992-08-20,at>=1991-01-01"));
    request.columns.push(Wanted::Text { name: "state".into() });
    request.columns.push(Wanted::Day { name: "at".into() });
    let table = read(written.path(), &request).unwrap();
    // Days up to 1992-08-20 are rows up to 8267; the points in time are the evening before.
    let rows: Vec<i64> = (8000..=8267).filter(|row| row % 3 != 0 && row % 2 == 1).collect();
    assert_eq!((table.rows_read, table.rows_kept), (20_000, rows.len()));
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(table.numbers("loss")[index], *row as f64 + 0.5);
        assert_eq!(table.numbers("count")[index], -row as f64);
        assert_eq!(table.numbers("paid")[index], -row as f64 / 100.0);
        assert_eq!(table.numbers("key")[index], (-row as u64) as f64);
        assert_eq!(table.numbers("flag")[index], 0.0);
        assert_eq!(table.texts("state").at(index), "odd");
        assert_eq!(i64::from(table.days("at")[index].days()), row - 1);
        assert_eq!(table.row(index), *row as u64 + 1);
    }
    assert_eq!(table.hash, format!("blake3:{}", blake3::hash(&bytes).to_hex()));
    let (_, blank) = &table.blanks_in_filter[0];
    assert_eq!(*blank, (8000..20_000).filter(|row| row % 3 == 0).count() as u64);
}

#[test]
fn parquet_cells_that_do_not_serve_are_refused() {
    let bytes = parquet_bytes();
    let attempt = |column: &str, expression: &str| {
        let found = read(file(&bytes).path(), &Request::numbers(&[column], filter(expression)));
        found.expect_err("this must be refused").to_string()
    };
    assert!(attempt("count", "").contains("row 1 has nothing in column count"));
    assert!(attempt("state", "state!=''").contains("row 2 has \"odd\" in column state"));
    assert!(attempt("day", "state!=''").contains("row 2 has \"1970-01-02\" in column day, expected a finite number"));
    assert!(attempt("loss", "day>5").contains("row 2 has \"1970-01-02\""), "{}", attempt("loss", "day>5"));
    assert!(attempt("los", "").contains("did you mean \"loss\"?"));
}
