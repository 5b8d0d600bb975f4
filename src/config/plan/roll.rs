//! Which rows of the table are members, and what is wrong with the others?

use super::expression::Expression;
use super::plausible::most;
use super::{Member, MemberFault, Plan, Reading, Roll};
use crate::config::drivers::DriverSpec;
use crate::config::problem::{ConfigErrors, Problem, Violation};
use crate::config::reader::unfit_name;
use crate::config::scenario::Value;
use crate::config::tree::shortened;
use crate::data::{BadRows, Blank, DataTable, Request, Wanted, read_from};
use std::collections::BTreeMap;

/// Rows of a table of members at most; a country has thousands of hospitals.
pub const MOST_MEMBERS: usize = 1_000_000;

impl Plan {
    /// Reads the table: its members, and the rows that cannot be members with all that is wrong with each.
    ///
    /// # Errors
    /// A table that cannot be read as a whole, that the filter leaves nothing of, or that changed since the plan was read.
    pub fn roll(&self) -> Result<Roll, ConfigErrors> {
        let reading = &self.reading;
        let refused = |violation: Violation| {
            let problem = Problem::new(violation, &reading.file_place, "this table");
            ConfigErrors::of_plan(vec![problem], reading.files.clone())
        };
        let place = reading.at.place().map_err(refused)?;
        let request = Request {
            filter: reading.filter.clone(),
            most: MOST_MEMBERS,
            bad_rows: BadRows::Collected,
            ..Request::of(reading.wanted())
        };
        let table = read_from(place, &request).map_err(|fault| refused(reading.at.refusal(&fault)))?;
        if table.hash.trim_start_matches("blake3:") != self.table.blake3 {
            let reason = "changed while the batch was prepared".to_owned();
            let file = reading.at.name();
            return Err(refused(Violation::Data { key: super::table::FILE.into(), file, reason, advice: None }));
        }
        let specs: Vec<&DriverSpec> =
            self.scenarios.first().map(|s| s.drivers.iter().map(|id| id.spec()).collect()).unwrap_or_default();
        let values = Values { paths: &self.mapped, specs, expressions: &reading.expressions, table: &table };
        Ok(reading.members(&table, &values))
    }
}

impl Reading {
    /// Id, name and the columns of the expressions.
    fn wanted(&self) -> Vec<Wanted> {
        let mut wanted = vec![Wanted::Text { name: self.id.clone() }];
        wanted
            .extend(self.name.iter().filter(|name| **name != self.id).map(|name| Wanted::Text { name: name.clone() }));
        for column in self.expressions.iter().flat_map(|expression| &expression.columns) {
            let number = Wanted::Number { name: column.name.clone(), blank: Blank::Refused };
            if !wanted.contains(&number) {
                wanted.push(number);
            }
        }
        wanted
    }

    fn members(&self, table: &DataTable, values: &Values<'_>) -> Roll {
        let mut roll = Roll::default();
        let mut rows_by_id: BTreeMap<&str, u64> = BTreeMap::new();
        for index in 0..table.rows_kept {
            let (id, row) = (table.texts(&self.id).at(index), table.row(index));
            let name = self.name.as_ref().map(|column| table.texts(column).at(index));
            let mut wrong = Vec::new();
            wrong.extend(unfit_text(&self.id, id, "an id"));
            if let (Some(column), Some(name)) = (&self.name, name.filter(|name| !name.is_empty())) {
                wrong.extend(unfit_text(column, name, "a name"));
            }
            let values = values.of_row(index, &mut wrong);
            // An id belongs to the first row that could be a member.
            if wrong.is_empty()
                && let Some(first) = rows_by_id.get(id)
            {
                wrong.push(format!(
                    "column {} has {:?}, which row {first} has too, expected an id of its own",
                    self.id,
                    shortened(id)
                ));
            }
            if wrong.is_empty() {
                rows_by_id.insert(id, row);
                let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
                roll.members.push(Member { id: id.to_owned(), name, row, line: table.line(index), values });
            } else {
                let (id, line) = (shown(id), table.line(index));
                roll.faults.push(MemberFault { id, row, line, message: wrong.join("; ") });
            }
        }
        for fault in &table.faults {
            let cells: Vec<String> = fault.cells.iter().map(ToString::to_string).collect();
            let id = fault.texts.first().map_or(String::new(), |id| shown(id));
            roll.faults.push(MemberFault { id, row: fault.row, line: fault.line, message: cells.join("; ") });
        }
        roll.faults.sort_by_key(|fault| fault.row);
        roll
    }
}

fn unfit_text(column: &str, text: &str, what: &str) -> Option<String> {
    if text.is_empty() {
        return Some(format!("column {column} has nothing, expected {what}"));
    }
    let expected = unfit_name(text)?;
    Some(format!("column {column} has {:?}, expected {expected}", shortened(text)))
}

/// An id as a message can hold it.
fn shown(id: &str) -> String {
    shortened(id).chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// What the expressions give.
struct Values<'v> {
    paths: &'v [String],
    specs: Vec<&'v DriverSpec>,
    expressions: &'v [Expression],
    table: &'v DataTable,
}

impl Values<'_> {
    /// The values of a kept row; what is wrong with them is noted.
    fn of_row(&self, index: usize, wrong: &mut Vec<String>) -> Vec<f64> {
        let mut values = Vec::with_capacity(self.paths.len());
        for ((path, spec), expression) in self.paths.iter().zip(&self.specs).zip(self.expressions) {
            let given: Vec<f64> =
                expression.columns.iter().map(|column| self.table.numbers(&column.name)[index]).collect();
            // Adding zero takes the sign from a zero, which would be written and read as another number.
            let value = expression.value(&given) + 0.0;
            let limit = most(spec);
            let expected = if !value.is_finite() {
                Some("a finite number".to_owned())
            } else if !Value::Point(value).lies_in(spec.domain) {
                Some(spec.domain.in_words().to_owned())
            } else if value.abs() > limit {
                Some(format!("at most {limit}: no hospital has more"))
            } else {
                None
            };
            wrong.extend(expected.map(|expected| told(path, value, expression, &given, &expected)));
            values.push(value);
        }
        values
    }
}

/// As few digits as read back to the same number, with an exponent where it is far from 1.
fn shortest(value: f64) -> String {
    let is_plain = value == 0.0 || (1e-6..1e15).contains(&value.abs());
    if is_plain { value.to_string() } else { format!("{value:e}") }
}

fn told(path: &str, value: f64, expression: &Expression, given: &[f64], expected: &str) -> String {
    const MOST_COLUMNS: usize = 6;
    let columns = expression.columns.iter().zip(given).take(MOST_COLUMNS);
    let columns: Vec<String> =
        columns.map(|(column, value)| format!("{} is {}", column.name, shortest(*value))).collect();
    let place = if columns.is_empty() { String::new() } else { format!(" where {}", columns.join(", ")) };
    let found = if value.is_nan() { "no number".to_owned() } else { shortest(value) };
    format!("{path} = {} is {found}{place}, expected {expected}", shortened(&expression.text))
}
