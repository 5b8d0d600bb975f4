//! Which amounts or counts does a data file hold, and how were they seen?

use super::exit::Failure;
use super::experts::refused;
use super::fit_args::Fit;
use super::fit_words::{Bound, IntervalColumns};
use crate::data::{Blank, DataTable, Filter, Request, Wanted, read};
use crate::fitting::{Bound as Limit, Columns, DataSource, Experience, ObservationError, Observations};
use crate::outcome::Caution;
use crate::report::format::count;
use std::ops::Bound as Range;
use std::path::Path;

/// Rows that are fitted at most: as many take a minute on two cores (METHODS 17), and more sharpen no digit of use.
const MOST_ROWS: usize = 10_000_000;
/// Rows from which a caution says how to wait less.
const MANY_ROWS: u64 = 2_000_000;

/// The arguments with their filter read.
pub(super) struct Asked<'a> {
    pub arguments: &'a Fit,
    pub filter: Filter,
}

impl std::ops::Deref for Asked<'_> {
    type Target = Fit;

    fn deref(&self) -> &Fit {
        self.arguments
    }
}

/// What was read, ready to be fitted.
pub(super) struct Amounts {
    pub observations: Observations,
    pub source: DataSource,
    /// Where all rows are truncated from the left at one place.
    pub truncated_at: Option<f64>,
    /// Rows by their exposure, where each was seen as it is.
    pub experience: Option<Vec<Experience>>,
    pub cautions: Vec<Caution>,
}

/// The amounts that the arguments ask for.
pub(super) fn amounts(arguments: &Asked<'_>) -> Result<Amounts, Failure> {
    let mut wanted = Vec::new();
    let blank = if arguments.rows.skip_blank { Blank::Skipped } else { Blank::Refused };
    let name = match (&arguments.interval, &arguments.column) {
        (Some(IntervalColumns { low, high }), _) => {
            want(&mut wanted, low, Blank::Means(f64::NEG_INFINITY))?;
            want(&mut wanted, high, Blank::Means(f64::INFINITY))?;
            format!("{low} to {high}")
        }
        (None, Some(column)) => {
            want(&mut wanted, column, blank)?;
            arguments.per.iter().try_for_each(|per| want(&mut wanted, per, blank))?;
            arguments.per.as_ref().map_or_else(|| column.clone(), |per| format!("{column} / {per}"))
        }
        (None, None) => return Err(Failure::input("error: --column is missing: which column is to be fitted?")),
    };
    let bounds = [
        (&arguments.left_truncated, f64::NEG_INFINITY),
        (&arguments.right_truncated, f64::INFINITY),
        (&arguments.censored_above, f64::INFINITY),
        (&arguments.censored_below, f64::NEG_INFINITY),
        (&arguments.deductible, 0.0),
        (&arguments.limit, f64::INFINITY),
    ];
    for (bound, means) in bounds {
        if let Some(Bound::Column(column)) = bound {
            want(&mut wanted, column, Blank::Means(means))?;
        }
    }
    if let Some(Bound::Column(column)) = &arguments.exposure {
        want(&mut wanted, column, blank)?;
    }
    arguments.censored_if.iter().try_for_each(|column| want(&mut wanted, column, blank))?;
    let table = table(arguments, wanted)?;
    let mut cautions = remarks(&table);
    if table.rows_kept as u64 > MANY_ROWS {
        cautions.push(caution(
            "many_rows",
            format!(
                "{} rows: every tenth (--every 10) takes a tenth of the time for standard errors about three times as wide",
                count(table.rows_kept as u64)
            ),
        ));
    }

    let divided: Vec<f64>;
    let (values, upper) = match (&arguments.interval, &arguments.per, &arguments.column) {
        (Some(IntervalColumns { low, high }), ..) => (table.numbers(low), Some(table.numbers(high))),
        (None, Some(per), Some(column)) => {
            divided = ratio(arguments, &table, column, per)?;
            (divided.as_slice(), None)
        }
        (None, _, column) => (table.numbers(column.as_deref().unwrap_or_default()), None),
    };
    let (mut below, mut above) =
        (Ends::of(arguments.left_truncated.as_ref()), Ends::of(arguments.right_truncated.as_ref()));
    let plain = arguments.interval.is_none() && arguments.per.is_none();
    if let Some(column) = arguments.column.as_ref().filter(|_| plain) {
        let bounds = arguments.filter.bounds(column);
        let payments = arguments.deductible.is_some() || arguments.limit.is_some();
        let at = |bound: Range<f64>| match bound {
            Range::Included(at) | Range::Excluded(at) => Some(at),
            Range::Unbounded => None,
        };
        let (low, high) = (at(bounds.low), at(bounds.high));
        if payments && (low.is_some() || high.is_some()) {
            cautions.push(caution(
                "filtered_payments",
                format!("the filter cuts {column}, which has payments: rows that it drops are missing from the fit, which is biased by it"),
            ));
        } else if low.is_none_or(|low| high.is_none_or(|high| low < high)) {
            below = below.tightened(low, f64::max);
            above = above.tightened(high, f64::min);
        }
        if !bounds.holes.is_empty() {
            let holes: Vec<String> = bounds.holes.iter().map(f64::to_string).collect();
            cautions.push(caution(
                "holes",
                format!(
                    "the filter drops {column} = {} alone, which the fit does not make up for: right for placeholders",
                    holes.join(", ")
                ),
            ));
        }
    }
    let lower = below.values(&table, values.len(), f64::max);
    let higher = above.values(&table, values.len(), f64::min);
    let marks = arguments.censored_if.as_ref().map(|column| marks(arguments, &table, column)).transpose()?;
    let observations = if arguments.deductible.is_some() || arguments.limit.is_some() {
        let none = Bound::Constant(0.0);
        let deductible = limit(arguments.deductible.as_ref().unwrap_or(&none), &table).unwrap_or(Limit::Constant(0.0));
        let most = arguments.limit.as_ref().and_then(|bound| limit(bound, &table));
        Observations::from_payments(values, deductible, most)
    } else {
        let columns = Columns {
            truncated_below: lower.as_ref().map(Seen::bound),
            truncated_above: higher.as_ref().map(Seen::bound),
            censored_above: arguments.censored_above.as_ref().and_then(|bound| limit(bound, &table)),
            censored_below: arguments.censored_below.as_ref().and_then(|bound| limit(bound, &table)),
            upper,
            is_censored: marks.as_deref(),
            ..Columns::of(values)
        };
        Observations::new(&columns)
    };
    let observations = observations.map_err(|error| at_row(&arguments.data, &table, &name, error))?;
    let exact = observations.censored().is_empty() && !observations.is_truncated();
    let experience = exact.then(|| experience(arguments, &table, values)).transpose()?;
    let truncated_at = observations.common_window().map(|window| window.from).filter(|from| from.is_finite());
    Ok(Amounts { source: source(arguments, &table, &name), observations, truncated_at, experience, cautions })
}

pub(super) fn want(wanted: &mut Vec<Wanted>, name: &str, blank: Blank) -> Result<(), Failure> {
    if wanted.iter().any(|known| known.name() == name) {
        return Err(Failure::input(format!(
            "error: column {name} is asked for twice, expected a column for each purpose"
        )));
    }
    wanted.push(Wanted::Number { name: name.to_owned(), blank });
    Ok(())
}

pub(super) fn table(arguments: &Asked<'_>, columns: Vec<Wanted>) -> Result<DataTable, Failure> {
    let filter = arguments.filter.clone();
    let request = Request { filter, every: arguments.rows.every, most: MOST_ROWS, ..Request::of(columns) };
    read(&arguments.data, &request).map_err(refused)
}

pub(super) fn caution(code: &str, message: String) -> Caution {
    Caution { code: code.to_owned(), message }
}

pub(super) fn remarks(table: &DataTable) -> Vec<Caution> {
    table.remarks().into_iter().map(|(code, message)| caution(code, message)).collect()
}

pub(super) fn source(arguments: &Asked<'_>, table: &DataTable, column: &str) -> DataSource {
    let every = (arguments.rows.every.get() > 1).then(|| format!("one row in {}", arguments.rows.every));
    let filter = Some(arguments.filter.text().to_owned()).filter(|text| !text.is_empty());
    let parts: Vec<String> = filter.into_iter().chain(every).collect();
    DataSource {
        path: arguments.data.display().to_string(),
        hash: table.hash.clone(),
        column: column.to_owned(),
        filter: (!parts.is_empty()).then(|| parts.join("; ")),
        rows_read: table.rows_read,
    }
}

/// Where a kind of truncation lies: by the user's column and at the tighter of the user's number and the filter's.
struct Ends<'a> {
    constant: Option<f64>,
    column: Option<&'a str>,
    /// The user said that there is none.
    is_none: bool,
}

/// The places of a truncation.
enum Seen<'t> {
    Constant(f64),
    Column(&'t [f64]),
    Made(Vec<f64>),
}

impl Seen<'_> {
    fn bound(&self) -> Limit<'_> {
        match self {
            Self::Constant(at) => Limit::Constant(*at),
            Self::Column(values) => Limit::Column(values),
            Self::Made(values) => Limit::Column(values),
        }
    }
}

impl<'a> Ends<'a> {
    fn of(bound: Option<&'a Bound>) -> Self {
        match bound {
            Some(Bound::Constant(at)) => Self { constant: Some(*at), column: None, is_none: false },
            Some(Bound::Column(name)) => Self { constant: None, column: Some(name), is_none: false },
            Some(Bound::None) => Self { constant: None, column: None, is_none: true },
            None => Self { constant: None, column: None, is_none: false },
        }
    }

    fn tightened(self, other: Option<f64>, tighter: fn(f64, f64) -> f64) -> Self {
        if self.is_none {
            return self;
        }
        let constant = match (self.constant, other) {
            (Some(one), Some(other)) => Some(tighter(one, other)),
            (one, other) => one.or(other),
        };
        Self { constant, ..self }
    }

    fn values<'t>(&self, table: &'t DataTable, rows: usize, tighter: fn(f64, f64) -> f64) -> Option<Seen<'t>> {
        match (self.constant, self.column) {
            (None, None) => None,
            (Some(at), None) => Some(Seen::Constant(at)),
            (None, Some(column)) => Some(Seen::Column(table.numbers(column))),
            (Some(at), Some(column)) => {
                let values = table.numbers(column);
                Some(Seen::Made((0..rows).map(|row| tighter(values[row], at)).collect()))
            }
        }
    }
}

fn limit<'t>(bound: &Bound, table: &'t DataTable) -> Option<Limit<'t>> {
    match bound {
        Bound::Constant(at) => Some(Limit::Constant(*at)),
        Bound::Column(column) => Some(Limit::Column(table.numbers(column))),
        Bound::None => None,
    }
}

fn ratio(arguments: &Asked<'_>, table: &DataTable, column: &str, per: &str) -> Result<Vec<f64>, Failure> {
    let divide = |(row, (value, by)): (usize, (&f64, &f64))| {
        let ratio = value / by;
        if *by > 0.0 && ratio.is_finite() {
            return Ok(ratio);
        }
        Err(Failure::input(format!(
            "error: {}: row {} has {by} in column {per}, expected a positive number to divide by\n  help: drop such rows by a filter such \
             as {per}>0",
            arguments.data.display(),
            table.row(row)
        )))
    };
    table.numbers(column).iter().zip(table.numbers(per)).enumerate().map(divide).collect()
}

fn marks(arguments: &Asked<'_>, table: &DataTable, column: &str) -> Result<Vec<bool>, Failure> {
    let mark = |(row, value): (usize, &f64)| match *value {
        0.0 => Ok(false),
        1.0 => Ok(true),
        other => Err(Failure::input(format!(
            "error: {}: row {} has {other} in column {column}, expected 0 or 1",
            arguments.data.display(),
            table.row(row)
        ))),
    };
    table.numbers(column).iter().enumerate().map(mark).collect()
}

fn experience(arguments: &Asked<'_>, table: &DataTable, values: &[f64]) -> Result<Vec<Experience>, Failure> {
    let exposures = match &arguments.exposure {
        Some(Bound::Column(column)) => Some(table.numbers(column)),
        _ => None,
    };
    let constant = match arguments.exposure {
        Some(Bound::Constant(exposure)) => exposure,
        _ => 1.0,
    };
    let of_row = |(row, &total): (usize, &f64)| {
        let exposure = exposures.map_or(constant, |all| all[row]);
        if exposure > 0.0 {
            return Ok(Experience { total, exposure });
        }
        Err(Failure::input(format!(
            "error: {}: row {}: the exposure is {exposure}, expected a positive number",
            arguments.data.display(),
            table.row(row)
        )))
    };
    values.iter().enumerate().map(of_row).collect()
}

fn at_row(path: &Path, table: &DataTable, column: &str, error: ObservationError) -> Failure {
    let row = error.row().map_or(String::new(), |row| format!("row {}, column {column}: ", table.row(row)));
    Failure::input(format!("error: {}: {row}{error}", path.display()))
}
