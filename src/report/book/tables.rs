//! Where does every figure of every member stand?
//!
//! `members.parquet` has a row for each figure: member, row of the table, scenario, option, measure, value, low, high; bounds that are withheld
//! are null. `headline.csv` has a row for each member, scenario and option with what one looks at first.

use crate::outcome::book::{FigureKey, MemberFailure, MemberFigures};
use crate::outcome::{Column, YearTable};
use crate::report::files::{FileError, write_whole};
use crate::report::parquet::{TableError, YearWriter};
use crate::statistics::Estimate;
use std::path::{Path, PathBuf};

/// Name of the table of all figures.
pub const MEMBERS_FILE: &str = "members.parquet";
/// Name of the table of what one looks at first.
pub const HEADLINE_FILE: &str = "headline.csv";

/// Measures of the headline, each with its bounds.
const HEADLINE: [&str; 4] = ["mean", "tvar@0.99", "probability_costs_more", "system_co_tvar@0.99"];

/// Both tables of a batch, on their way.
pub struct BookTables {
    members: YearWriter,
    headline: csv::Writer<Vec<u8>>,
    directory: PathBuf,
}

impl BookTables {
    /// Begins the tables in a directory; `notes` say where they came from.
    ///
    /// # Errors
    /// A file that cannot be made.
    pub fn create(directory: &Path, notes: &[(String, String)]) -> Result<Self, TableError> {
        let members = YearWriter::create(&directory.join(MEMBERS_FILE), &columns(&[]), notes)?;
        let mut headline = csv::Writer::from_writer(Vec::new());
        let bounds =
            HEADLINE.iter().flat_map(|name| [(*name).to_owned(), format!("{name} low"), format!("{name} high")]);
        let names = ["member", "name", "row", "scenario", "option"].into_iter().map(str::to_owned).chain(bounds);
        headline.write_record(names).expect("memory can be written");
        Ok(Self { members, headline, directory: directory.to_path_buf() })
    }

    /// Adds a member under one scenario.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn push(&mut self, figures: &MemberFigures<'_>) -> Result<(), TableError> {
        self.members.push(&columns(&[figures]))?;
        for option in options(figures.keys) {
            let row = figures.row.to_string();
            let mut record: Vec<String> = vec![
                figures.member.into(),
                figures.name.unwrap_or("").into(),
                row,
                figures.scenario.into(),
                option.into(),
            ];
            for measure in HEADLINE {
                record.extend(written(find(figures, option, measure)));
            }
            self.headline.write_record(record).expect("memory can be written");
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
        write_whole(&headline, &self.headline.into_inner().expect("memory can be written"))?;
        Ok(vec![members, headline])
    }
}

/// The options among the keys, each once, in their order.
fn options(keys: &[FigureKey]) -> Vec<&str> {
    let mut options: Vec<&str> = Vec::new();
    for key in keys {
        if !key.of.contains(" less ") && !options.contains(&key.of.as_str()) {
            options.push(&key.of);
        }
    }
    options
}

/// The figure of an option; what compares it stands with its difference to the first.
fn find(figures: &MemberFigures<'_>, option: &str, measure: &str) -> Option<Estimate> {
    let is_of = |key: &&FigureKey| {
        key.of == option || key.of.strip_prefix(option).is_some_and(|rest| rest.starts_with(" less "))
    };
    let place = figures.keys.iter().position(|key| key.measure == measure && is_of(&key))?;
    Some(figures.values[place])
}

/// Value and bounds; nothing where there is none.
fn written(estimate: Option<Estimate>) -> [String; 3] {
    let text = |value: Option<f64>| value.filter(|value| value.is_finite()).map_or_else(String::new, |v| v.to_string());
    match estimate {
        Some(found) => [text(Some(found.value)), text(found.low), text(found.high)],
        None => Default::default(),
    }
}

fn columns(all: &[&MemberFigures<'_>]) -> YearTable {
    let rows: usize = all.iter().map(|figures| figures.keys.len()).sum();
    let mut texts: [(Vec<String>, Vec<u32>); 4] = Default::default();
    let mut numbers = Vec::with_capacity(rows);
    let (mut values, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
    for figures in all {
        for (key, estimate) in figures.keys.iter().zip(figures.values) {
            let parts = [figures.member, figures.scenario, &key.of, &key.measure];
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
pub fn failures_csv(failures: &[MemberFailure]) -> Result<Vec<u8>, FileError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["member", "row", "line", "reason"]).expect("memory can be written");
    for failure in failures {
        let line = failure.line.map_or_else(String::new, |line| line.to_string());
        let record = [failure.member.clone(), failure.row.to_string(), line, failure.reason.clone()];
        writer.write_record(record).expect("memory can be written");
    }
    Ok(writer.into_inner().expect("memory can be written"))
}
