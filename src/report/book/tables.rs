//! Where does every figure of every member stand?
//!
//! `members.parquet` has a row for each figure: member, row of the table, scenario, option, measure, value, low, high; bounds that are withheld
//! are null. `headline.csv` has a row for each member, scenario and option with what one looks at first.

use crate::outcome::book::{FigureKey, MemberFailure, MemberFigures};
use crate::outcome::{Column, YearTable};
use crate::report::csv::{Cell, csv};
use crate::report::files::write_whole;
use crate::report::parquet::{TableError, YearWriter};
use crate::statistics::Estimate;
use std::path::{Path, PathBuf};

/// Name of the table of all figures.
pub const MEMBERS_FILE: &str = "members.parquet";
/// Name of the table of what one looks at first.
pub const HEADLINE_FILE: &str = "headline.csv";

/// Measures of the headline, each with its bounds.
const HEADLINE: [&str; 4] = ["mean", "tvar@0.99", "probability_costs_more", "system_co_tvar@0.99"];
/// Columns of the headline.
const NAMES: [&str; 17] = [
    "member",
    "name",
    "row",
    "scenario",
    "option",
    "mean",
    "mean low",
    "mean high",
    "tvar@0.99",
    "tvar@0.99 low",
    "tvar@0.99 high",
    "probability_costs_more",
    "probability_costs_more low",
    "probability_costs_more high",
    "system_co_tvar@0.99",
    "system_co_tvar@0.99 low",
    "system_co_tvar@0.99 high",
];

/// Both tables of a batch, on their way.
pub struct BookTables {
    members: YearWriter,
    headline: Vec<[Cell; NAMES.len()]>,
    directory: PathBuf,
}

impl BookTables {
    /// Begins the tables in a directory; `notes` say where they came from.
    ///
    /// # Errors
    /// A file that cannot be made.
    pub fn create(directory: &Path, notes: &[(String, String)]) -> Result<Self, TableError> {
        let members = YearWriter::create(&directory.join(MEMBERS_FILE), &columns(&[]), notes)?;
        Ok(Self { members, headline: Vec::new(), directory: directory.to_path_buf() })
    }

    /// Adds a member under one scenario.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn push(&mut self, figures: &MemberFigures<'_>) -> Result<(), TableError> {
        self.members.push(&columns(&[figures]))?;
        for option in options(figures.keys) {
            let mut record = std::array::from_fn(|_| Cell::Nothing);
            let words = [figures.member, figures.name.unwrap_or(""), "", figures.scenario, option];
            for (cell, word) in record.iter_mut().zip(words) {
                *cell = word.into();
            }
            record[2] = (figures.row as f64).into();
            let found = HEADLINE.iter().map(|measure| find(figures, option, measure));
            for (cells, found) in record[words.len()..].chunks_mut(3).zip(found) {
                if let Some(found) = found {
                    cells.clone_from_slice(&[found.value.into(), found.low.into(), found.high.into()]);
                }
            }
            self.headline.push(record);
        }
        Ok(())
    }

    /// Gives both files their names.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn finish(self) -> Result<Vec<PathBuf>, TableError> {
        let members = self.members.finish()?;
        let headline = self.directory.join(HEADLINE_FILE);
        write_whole(&headline, &csv(NAMES, self.headline))?;
        Ok(vec![members, headline])
    }
}

/// The options among the keys, each once, in their order.
fn options(keys: &[FigureKey]) -> Vec<&str> {
    let mut options: Vec<&str> = Vec::new();
    for key in keys {
        if !options.contains(&key.option.as_str()) {
            options.push(&key.option);
        }
    }
    options
}

/// The figure of an option, its own before that of its difference to the first.
fn find(figures: &MemberFigures<'_>, option: &str, measure: &str) -> Option<Estimate> {
    let is_wanted = |key: &FigureKey| key.option == option && key.measure == measure;
    let places = figures.keys.iter().enumerate().filter(|(_, key)| is_wanted(key));
    places.min_by_key(|(_, key)| key.less.is_some()).map(|(place, _)| figures.values[place])
}

fn columns(all: &[&MemberFigures<'_>]) -> YearTable {
    let rows: usize = all.iter().map(|figures| figures.keys.len()).sum();
    let mut texts: [(Vec<String>, Vec<u32>); 4] = Default::default();
    let mut numbers = Vec::with_capacity(rows);
    let (mut values, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
    for figures in all {
        for (key, estimate) in figures.keys.iter().zip(figures.values) {
            let of = key.of();
            let parts = [figures.member, figures.scenario, &of, &key.measure];
            for ((known, codes), text) in texts.iter_mut().zip(parts) {
                let place = known.iter().position(|known| known == text).unwrap_or_else(|| {
                    known.push(text.to_owned());
                    known.len() - 1
                });
                codes.push(place as u32);
            }
            numbers.push(figures.row);
            values.push(Some(estimate.value).filter(|value| value.is_finite()));
            low.push(estimate.low);
            high.push(estimate.high);
        }
    }
    let [member, scenario, option, measure] = texts.map(|(texts, codes)| Column::Text { texts, codes });
    let named = [
        ("member", member),
        ("row", Column::Count(numbers)),
        ("scenario", scenario),
        ("option", option),
        ("measure", measure),
        ("value", Column::Given(values)),
        ("low", Column::Given(low)),
        ("high", Column::Given(high)),
    ];
    YearTable { columns: named.into_iter().map(|(name, column)| (name.to_owned(), column)).collect() }
}

/// What failed, as CSV: member, row, line, reason.
pub fn failures_csv(failures: &[MemberFailure]) -> Vec<u8> {
    let row = |failure: &MemberFailure| {
        let number = |number: Option<u64>| Cell::from(number.map(|number| number as f64));
        [
            failure.member.as_str().into(),
            number(Some(failure.row)),
            number(failure.line),
            failure.reason.as_str().into(),
        ]
    };
    csv(["member", "row", "line", "reason"], failures.iter().map(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_table_of_members_becomes_a_formula() {
        let directory = tempfile::tempdir().unwrap();
        let mut tables = BookTables::create(directory.path(), &[]).unwrap();
        let key = |less: Option<&str>| FigureKey {
            option: "@Offshore, no less".into(),
            less: less.map(str::to_owned),
            measure: "mean".into(),
        };
        let keys = [key(Some("Domestic")), key(None)];
        let values = [Estimate::bare(9.0), Estimate::between(-1.5, -2.0, -1.0)];
        let figures = MemberFigures {
            member: "=cmd|'/c calc'!A1",
            name: Some("+1,\"two\""),
            row: 7,
            scenario: "-evidence",
            keys: &keys,
            values: &values,
        };
        tables.push(&figures).unwrap();
        tables.finish().unwrap();
        let bytes = std::fs::read(directory.path().join(HEADLINE_FILE)).unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let record = reader.records().next().unwrap().unwrap();
        let cells: Vec<&str> = record.iter().take(8).collect();
        assert_eq!(
            cells,
            ["'=cmd|'/c calc'!A1", "'+1,\"two\"", "7", "'-evidence", "'@Offshore, no less", "-1.5", "-2", "-1"]
        );
        let failure = MemberFailure { member: "=1".into(), row: 3, line: Some(4), reason: "-1 is no count".into() };
        let text = String::from_utf8(failures_csv(&[failure])).unwrap();
        assert_eq!(text.lines().nth(1), Some("\"'=1\",3,4,\"'-1 is no count\""));
    }
}
