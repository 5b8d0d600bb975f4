//! What of a row is kept, and what is refused?

use super::cell::Cell;
use super::date::Date;
use super::error::{DataFault, quoted};
use super::filter::{Comparison, Filter, Operand};
use super::row_fault::RowFault;
use std::collections::BTreeMap;
use std::num::NonZeroU64;

/// What is wanted of a file.
#[derive(Debug, Clone)]
pub struct Request {
    /// In the order in which the table has them; each name once as a kind.
    pub columns: Vec<Wanted>,
    pub filter: Filter,
    /// Only rows 1, 1 + every, 1 + 2 every ... are looked at.
    pub every: NonZeroU64,
    /// Rows that are kept or collected as bad at most; one more is an error. [`Request::MOST`] unless the use is slower than reading.
    pub most: usize,
    pub bad_rows: BadRows,
}

/// What becomes of a row that cannot be read as was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadRows {
    /// The first one ends the reading.
    Refused,
    /// Each is passed over and noted in [`DataTable::faults`]. A row of a CSV file stands on one line then, so that a quote that is not
    /// closed takes no other row with it.
    Collected,
}

/// One wanted column.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// Finite numbers.
    Number { name: String, blank: Blank },
    /// Texts; a blank cell is an empty one.
    Text { name: String },
    /// Days.
    Day { name: String },
}

/// What a blank cell among numbers is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Blank {
    /// An error that names it.
    Refused,
    /// Its row is skipped and counted.
    Skipped,
    /// This number, as where a blank limit is no limit.
    Means(f64),
}

/// The kept rows of the wanted columns, and how they came about.
#[derive(Debug, Clone, PartialEq)]
pub struct DataTable {
    /// As in `blake3:9f2c...`, of the bytes of the file.
    pub hash: String,
    /// Rows of the file, kept or not.
    pub rows_read: u64,
    pub rows_kept: usize,
    /// Rows that the filter would have kept and a blank cell dropped, by [`Blank::Skipped`].
    pub blanks_skipped: u64,
    /// Rows that a comparison with a blank cell dropped, by column of the filter; those with none left out.
    pub blanks_in_filter: Vec<(String, u64)>,
    /// Rows that could not be read, in their order, by [`BadRows::Collected`].
    pub faults: Vec<RowFault>,
    numbers: Vec<(String, Vec<f64>)>,
    texts: Vec<(String, Texts)>,
    days: Vec<(String, Vec<Date>)>,
    /// By kept row, by [`BadRows::Collected`] of a CSV file.
    lines: Vec<u64>,
    /// (index of a kept row, its number in the file) wherever rows before it were dropped.
    jumps: Vec<(usize, u64)>,
}

/// A column of texts, each different one held once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Texts {
    /// In the order in which they were met.
    pub different: Vec<String>,
    /// Index into `different`, by kept row.
    pub codes: Vec<u32>,
}

impl Request {
    /// Rows that are kept at most, unless asked otherwise: 800 MB a column of numbers.
    pub const MOST: usize = 100_000_000;

    /// These columns of every row.
    pub fn of(columns: Vec<Wanted>) -> Self {
        Self { columns, ..Self::numbers(&[], Filter::none()) }
    }

    /// Columns of numbers without blanks, of the rows that the filter keeps.
    pub fn numbers(names: &[&str], filter: Filter) -> Self {
        let number = |name: &&str| Wanted::Number { name: (*name).to_owned(), blank: Blank::Refused };
        Self {
            columns: names.iter().map(number).collect(),
            filter,
            every: NonZeroU64::MIN,
            most: Self::MOST,
            bad_rows: BadRows::Refused,
        }
    }
}

impl Wanted {
    pub fn name(&self) -> &str {
        match self {
            Wanted::Number { name, .. } | Wanted::Text { name } | Wanted::Day { name } => name,
        }
    }
}

impl DataTable {
    /// # Panics
    /// If the column was not asked for as numbers.
    pub fn numbers(&self, name: &str) -> &[f64] {
        column(&self.numbers, name).as_slice()
    }

    /// # Panics
    /// If the column was not asked for as texts.
    pub fn texts(&self, name: &str) -> &Texts {
        column(&self.texts, name)
    }

    /// # Panics
    /// If the column was not asked for as days.
    pub fn days(&self, name: &str) -> &[Date] {
        column(&self.days, name).as_slice()
    }

    /// Number in the file, from 1, of a kept row, counted from 0.
    pub fn row(&self, index: usize) -> u64 {
        let jump = self.jumps.partition_point(|(from, _)| *from <= index);
        match jump.checked_sub(1).and_then(|jump| self.jumps.get(jump)) {
            Some((from, row)) => row + (index - from) as u64,
            None => index as u64 + 1,
        }
    }

    /// Line of a CSV file, from 1 with the line of names, of a kept row; known where bad rows are collected.
    pub fn line(&self, index: usize) -> Option<u64> {
        self.lines.get(index).copied()
    }

    /// What of the reading is worth knowing but not fatal, as (stable code, sentence).
    pub fn remarks(&self) -> Vec<(&'static str, String)> {
        let mut remarks = Vec::new();
        if self.blanks_skipped > 0 {
            let message = format!(
                "{} rows have a blank cell where a number is wanted and were skipped: if blanks are not by chance, what is left is no \
                 fair sample",
                self.blanks_skipped
            );
            remarks.push(("blank_cells_skipped", message));
        }
        for (column, rows) in &self.blanks_in_filter {
            let message =
                format!("{rows} rows are blank in column {column} and were dropped by the filter's comparison with it");
            remarks.push(("blank_cells_in_filter", message));
        }
        remarks
    }
}

impl Texts {
    /// The text of a kept row.
    pub fn at(&self, index: usize) -> &str {
        &self.different[self.codes[index] as usize]
    }
}

fn column<'t, T>(columns: &'t [(String, T)], name: &str) -> &'t T {
    let found = columns.iter().find(|(known, _)| known == name);
    &found.unwrap_or_else(|| panic!("column {name} was not asked for as this kind")).1
}

/// Takes rows one by one.
pub(super) struct Gather<'r> {
    request: &'r Request,
    /// Columns that are looked at: those wanted, then those of the filter that are not among them.
    names: Vec<&'r str>,
    comparisons: Vec<(usize, &'r Comparison)>,
    /// Rows that came through each comparison, and rows that were blank for it.
    passed: Vec<u64>,
    blank: Vec<u64>,
    values: Vec<f64>,
    codes: Vec<BTreeMap<String, u32>>,
    table: DataTable,
}

impl<'r> Gather<'r> {
    pub fn new(request: &'r Request) -> Self {
        let mut names: Vec<&str> = request.columns.iter().map(Wanted::name).collect();
        let mut comparisons = Vec::new();
        for comparison in &request.filter.comparisons {
            let known = names.iter().position(|name| *name == comparison.column);
            let at = known.unwrap_or_else(|| {
                names.push(&comparison.column);
                names.len() - 1
            });
            comparisons.push((at, comparison));
        }
        let mut table = DataTable {
            hash: String::new(),
            rows_read: 0,
            rows_kept: 0,
            blanks_skipped: 0,
            blanks_in_filter: Vec::new(),
            faults: Vec::new(),
            numbers: Vec::new(),
            texts: Vec::new(),
            days: Vec::new(),
            lines: Vec::new(),
            jumps: Vec::new(),
        };
        let mut codes = Vec::new();
        for wanted in &request.columns {
            let name = wanted.name().to_owned();
            match wanted {
                Wanted::Number { .. } => table.numbers.push((name, Vec::new())),
                Wanted::Text { .. } => {
                    table.texts.push((name, Texts::default()));
                    codes.push(BTreeMap::new());
                }
                Wanted::Day { .. } => table.days.push((name, Vec::new())),
            }
        }
        let count = comparisons.len();
        Self {
            request,
            names,
            comparisons,
            passed: vec![0; count],
            blank: vec![0; count],
            values: Vec::new(),
            codes,
            table,
        }
    }

    /// The columns whose cells a row must bring, in this order.
    pub fn names(&self) -> &[&'r str] {
        &self.names
    }

    /// Does the next row matter at all? To be asked before its cells are read.
    pub fn wants_next(&self) -> bool {
        self.table.rows_read % self.request.every == 0
    }

    pub fn pass_over(&mut self) {
        self.table.rows_read += 1;
    }

    /// Takes the next row.
    pub fn row(&mut self, line: Option<u64>, cells: &[Cell<'_>]) -> Result<(), DataFault> {
        self.table.rows_read += 1;
        let row = self.table.rows_read;
        let wrong = |at: usize, expected: String| DataFault::Cell {
            row,
            line,
            column: self.names[at].to_owned(),
            found: shortened(&cells[at].text()),
            expected,
        };
        for (index, (at, comparison)) in self.comparisons.iter().enumerate() {
            let cell = &cells[*at];
            match cell.holds(comparison.operator, &comparison.operand) {
                Ok(true) => self.passed[index] += 1,
                Ok(false) => {
                    self.blank[index] += u64::from(matches!(cell, Cell::Blank) && !comparison.drops_blanks_alone());
                    return Ok(());
                }
                Err(expected) => {
                    let fault = wrong(*at, expected);
                    return self.note(row, line, vec![fault], cells);
                }
            }
        }
        self.values.clear();
        let mut is_skipped = false;
        let mut faults = Vec::new();
        for (at, wanted) in self.request.columns.iter().enumerate() {
            let cell = &cells[at];
            let is_blank = matches!(cell, Cell::Blank);
            match wanted {
                Wanted::Number { blank: Blank::Means(value), .. } if is_blank => self.values.push(*value),
                Wanted::Number { blank: Blank::Skipped, .. } if is_blank => is_skipped = true,
                Wanted::Number { name, .. } | Wanted::Day { name } if is_blank => {
                    let expected = if matches!(wanted, Wanted::Day { .. }) { "a date" } else { "a finite number" };
                    faults.push(DataFault::Blank { row, line, column: name.clone(), expected });
                }
                Wanted::Number { .. } => match cell.finite() {
                    Some(value) => self.values.push(value),
                    None => faults.push(wrong(at, "a finite number".into())),
                },
                Wanted::Day { .. } if cell.day().is_none() => {
                    faults.push(wrong(at, "a date such as 2019-01-31".into()));
                }
                Wanted::Text { .. } | Wanted::Day { .. } => {}
            }
        }
        if !faults.is_empty() {
            return self.note(row, line, faults, cells);
        }
        if is_skipped {
            self.table.blanks_skipped += 1;
            return Ok(());
        }
        self.check_most(row)?;
        if self.request.bad_rows == BadRows::Collected {
            self.table.lines.extend(line);
        }
        self.keep(row, cells);
        Ok(())
    }

    /// Takes the next row, which has faults before its cells can be looked at; `texts` is what can be read of them.
    pub fn flawed(&mut self, line: Option<u64>, faults: Vec<DataFault>, texts: &[String]) -> Result<(), DataFault> {
        self.table.rows_read += 1;
        let cells: Vec<Cell<'_>> = texts.iter().map(|text| Cell::Text(text)).collect();
        self.note(self.table.rows_read, line, faults, &cells)
    }

    fn note(
        &mut self,
        row: u64,
        line: Option<u64>,
        faults: Vec<DataFault>,
        cells: &[Cell<'_>],
    ) -> Result<(), DataFault> {
        let mut noted = Vec::new();
        for fault in faults {
            match self.request.bad_rows {
                BadRows::Refused => return Err(fault),
                BadRows::Collected => noted.push(fault.of_cell()?),
            }
        }
        self.check_most(row)?;
        let asked = self.request.columns.iter().zip(cells);
        let texts = asked.filter(|(wanted, _)| matches!(wanted, Wanted::Text { .. }));
        let texts = texts.map(|(_, cell)| cell.text().into_owned()).collect();
        self.table.faults.push(RowFault { row, line, cells: noted, texts });
        Ok(())
    }

    fn check_most(&self, row: u64) -> Result<(), DataFault> {
        let most = self.request.most;
        if self.table.rows_kept + self.table.faults.len() == most {
            return Err(DataFault::TooMany { row, most });
        }
        Ok(())
    }

    fn keep(&mut self, row: u64, cells: &[Cell<'_>]) {
        let table = &mut self.table;
        let expected = match table.jumps.last() {
            Some((from, first)) => first + (table.rows_kept - from) as u64,
            None => table.rows_kept as u64 + 1,
        };
        if row != expected {
            table.jumps.push((table.rows_kept, row));
        }
        table.rows_kept += 1;
        for ((_, values), value) in table.numbers.iter_mut().zip(&self.values) {
            values.push(*value);
        }
        let (mut texts, mut days) = (table.texts.iter_mut().zip(&mut self.codes), table.days.iter_mut());
        for (wanted, cell) in self.request.columns.iter().zip(cells) {
            match wanted {
                Wanted::Number { .. } => {}
                Wanted::Text { .. } => {
                    if let Some(((_, column), codes)) = texts.next() {
                        let text = cell.text();
                        let code = match codes.get(text.as_ref()) {
                            Some(code) => *code,
                            None => {
                                let code = column.different.len() as u32;
                                column.different.push(text.clone().into_owned());
                                codes.insert(text.into_owned(), code);
                                code
                            }
                        };
                        column.codes.push(code);
                    }
                }
                Wanted::Day { .. } => {
                    if let Some(((_, column), day)) = days.next().zip(cell.day()) {
                        column.push(day);
                    }
                }
            }
        }
    }

    /// The table, unless nothing is left.
    pub fn finish(mut self, hash: String) -> Result<DataTable, DataFault> {
        if self.table.rows_read == 0 {
            return Err(DataFault::NoRows);
        }
        if self.table.rows_kept == 0 && self.table.faults.is_empty() {
            let rows = self.table.rows_read;
            if self.table.blanks_skipped > 0 {
                return Err(DataFault::AllBlank { rows: self.table.blanks_skipped });
            }
            let counts = self.comparisons.iter().zip(&self.passed);
            let comparisons = counts.map(|((_, comparison), passed)| (comparison.written(), *passed)).collect();
            return Err(DataFault::NothingKept { filter: self.request.filter.text.clone(), rows, comparisons });
        }
        for ((at, _), blank) in self.comparisons.iter().zip(&self.blank).filter(|(_, blank)| **blank > 0) {
            let name = self.names[*at];
            match self.table.blanks_in_filter.iter_mut().find(|(known, _)| known == name) {
                Some((_, rows)) => *rows += blank,
                None => self.table.blanks_in_filter.push((name.to_owned(), *blank)),
            }
        }
        self.table.hash = hash;
        Ok(self.table)
    }
}

impl Comparison {
    /// `C!=''`: made for dropping blanks, which then need no remark.
    fn drops_blanks_alone(&self) -> bool {
        matches!(&self.operand, Operand::Text(text) if text.is_empty()) && !self.operator.orders()
    }

    fn written(&self) -> String {
        let sign = super::filter::Operator::ALL.iter().rev().find(|(_, operator)| *operator == self.operator);
        let operand = match &self.operand {
            Operand::Number(value) => value.to_string(),
            Operand::Day(day) => day.to_string(),
            Operand::Text(text) => quoted(text),
        };
        format!("{}{}{operand}", quoted(&self.column), sign.map_or("", |(sign, _)| sign))
    }
}

/// A cell as a message can hold it.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    format!("{}...", text.chars().take(LONGEST).collect::<String>())
}
