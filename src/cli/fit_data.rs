//! Which amounts or counts does a data file hold, and how were they seen?

use super::exit::Failure;
use super::experts::refused;
use super::fit_args::Fit;
use super::fit_words::{Bound, IntervalColumns, Periods};
use crate::data::{Blank, Comparison, DataTable, Date, Filter, Operand, Operator, Request, Wanted, read};
use crate::fitting::{
    Bound as Limit, Calendar, Columns, CountError, Counts, DataSource, Experience, ObservationError, Observations,
    Prior,
};
use crate::outcome::Caution;
use std::collections::BTreeMap;
use std::ops::Bound as Range;
use std::path::Path;

/// Rows that are fitted at most: beyond, each family takes the better part of a minute and no digit of use is gained.
const MOST_ROWS: usize = 10_000_000;
/// Rows from which a caution says how to wait less.
const MANY_ROWS: u64 = 2_000_000;
/// Periods at most.
const MOST_PERIODS: usize = 100_000;

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

pub(super) struct ByPeriod {
    pub counts: Counts,
    pub source: DataSource,
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
                table.rows_kept
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

/// The counts that the arguments ask for.
pub(super) fn by_period(arguments: &Asked<'_>, periods: &Periods) -> Result<ByPeriod, Failure> {
    let blank = if arguments.rows.skip_blank { Blank::Skipped } else { Blank::Refused };
    let mut wanted = Vec::new();
    let mut cautions = Vec::new();
    let constant = match &arguments.exposure {
        Some(Bound::Constant(exposure)) => *exposure,
        _ => 1.0,
    };
    let exposure_column = match &arguments.exposure {
        Some(Bound::Column(column)) => Some(column.as_str()),
        _ => None,
    };
    let needs_counts = || {
        Failure::input(
            "error: --exposure names a column, but rows are counted by period and each has an exposure of its own; give one number for \
             all periods, or counts by period with --column",
        )
    };
    let (counts, exposures, labels, name, table) = match (periods, &arguments.column) {
        (Periods::Calendar { column: day, calendar }, None) => {
            if exposure_column.is_some() {
                return Err(needs_counts());
            }
            wanted.push(Wanted::Day { name: day.clone() });
            let table = table(arguments, wanted)?;
            cautions.extend(remarks(&table));
            let (from, to) = watched(arguments, day);
            if from.is_none() || to.is_none() {
                cautions.push(open_ends(table.days(day), day));
            }
            if *calendar != Calendar::Year {
                cautions.push(caution(
                    "parts_of_a_year",
                    "exposures are in years, but how much the mean varies is that between parts of a year, seasons included: years vary less"
                        .to_owned(),
                ));
            }
            let counted = calendar.count(table.days(day), from, to);
            if counted.counts.len() > MOST_PERIODS {
                return Err(too_many_periods(arguments, counted.counts.len()));
            }
            let exposures: Vec<f64> = counted.exposures.iter().map(|years| years * constant).collect();
            (counted.counts, exposures, counted.labels, format!("rows by {day}"), table)
        }
        (Periods::Calendar { .. }, Some(_)) => {
            return Err(Failure::input(
                "error: --counts-by COLUMN:year counts rows, and --column brings counts: give one of them, or name the period's column \
                 without :year",
            ));
        }
        (Periods::Column(period), Some(column)) => {
            want(&mut wanted, column, blank)?;
            if let Some(exposure) = exposure_column {
                want(&mut wanted, exposure, blank)?;
            }
            if wanted.iter().any(|known| known.name() == period) {
                return Err(Failure::input(format!("error: --counts-by: column {period} is used as a number already")));
            }
            wanted.push(Wanted::Text { name: period.clone() });
            let table = table(arguments, wanted)?;
            cautions.extend(remarks(&table));
            if table.rows_kept > MOST_PERIODS {
                return Err(too_many_periods(arguments, table.rows_kept));
            }
            let texts = table.texts(period);
            let labels = (0..table.rows_kept).map(|row| texts.at(row).to_owned()).collect();
            let exposures = match exposure_column {
                Some(exposure) => table.numbers(exposure).to_vec(),
                None => vec![constant; table.rows_kept],
            };
            (table.numbers(column).to_vec(), exposures, labels, column.clone(), table)
        }
        (Periods::Column(period), None) => {
            if exposure_column.is_some() {
                return Err(needs_counts());
            }
            wanted.push(Wanted::Text { name: period.clone() });
            let table = table(arguments, wanted)?;
            cautions.extend(remarks(&table));
            let (counts, labels) = counted_texts(arguments, &table, period, &mut cautions)?;
            let exposures = vec![constant; counts.len()];
            (counts, exposures, labels, format!("rows by {period}"), table)
        }
    };
    let rows_are_periods = arguments.column.is_some();
    let made = Counts::new(&counts, Some(&exposures), Some(&labels)).map_err(|error: CountError| {
        let place = error.row().map(|index| match rows_are_periods {
            true => format!("row {}, ", table.row(index)),
            false => format!("period {}, ", labels.get(index).map_or("", String::as_str)),
        });
        Failure::input(format!("error: {}: {}{error}", arguments.data.display(), place.unwrap_or_default()))
    })?;
    Ok(ByPeriod { counts: made, source: source(arguments, &table, &name), cautions })
}

/// Experience of other groups.
pub(super) fn prior_of_file(path: &Path) -> Result<Prior, Failure> {
    let number = |name: &str| Wanted::Number { name: name.into(), blank: Blank::Refused };
    let columns = vec![Wanted::Text { name: "group".into() }, number("total"), number("exposure")];
    let request = Request { columns, most: MOST_PERIODS, ..Request::numbers(&[], crate::data::Filter::none()) };
    let table = read(path, &request).map_err(|error| Failure::input(format!("error: --prior: {error}")))?;
    let texts = table.texts("group");
    let mut groups: Vec<(String, Vec<Experience>)> =
        texts.different.iter().map(|name| (name.clone(), Vec::new())).collect();
    for (row, (&total, &exposure)) in table.numbers("total").iter().zip(table.numbers("exposure")).enumerate() {
        if !(exposure > 0.0) {
            return Err(Failure::input(format!(
                "error: --prior: {}: row {}: exposure is {exposure}, expected a positive number",
                path.display(),
                table.row(row)
            )));
        }
        groups[texts.codes[row] as usize].1.push(Experience { total, exposure });
    }
    Ok(Prior::Groups(groups))
}

fn want(wanted: &mut Vec<Wanted>, name: &str, blank: Blank) -> Result<(), Failure> {
    if wanted.iter().any(|known| known.name() == name) {
        return Err(Failure::input(format!(
            "error: column {name} is asked for twice, expected a column for each purpose"
        )));
    }
    wanted.push(Wanted::Number { name: name.to_owned(), blank });
    Ok(())
}

fn table(arguments: &Asked<'_>, columns: Vec<Wanted>) -> Result<DataTable, Failure> {
    let request = Request { columns, filter: arguments.filter.clone(), every: arguments.rows.every, most: MOST_ROWS };
    read(&arguments.data, &request).map_err(refused)
}

fn caution(code: &str, message: String) -> Caution {
    Caution { code: code.to_owned(), message }
}

fn remarks(table: &DataTable) -> Vec<Caution> {
    table.remarks().into_iter().map(|(code, message)| caution(code, message)).collect()
}

fn source(arguments: &Asked<'_>, table: &DataTable, column: &str) -> DataSource {
    let every = (arguments.rows.every.get() > 1).then(|| format!("every {} rows one", arguments.rows.every));
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

/// The first and last day that a filter lets through.
fn watched(arguments: &Asked<'_>, column: &str) -> (Option<Date>, Option<Date>) {
    let (mut from, mut to): (Option<Date>, Option<Date>) = (None, None);
    let own = |comparison: &&Comparison| comparison.column == column;
    for comparison in arguments.filter.comparisons().iter().filter(own) {
        let Operand::Day(day) = comparison.operand else { continue };
        let moved = |by: i32| Date::of_days(day.days() + by);
        let mut later = |day: Date| from = Some(from.map_or(day, |known| known.max(day)));
        let mut earlier = |day: Date| to = Some(to.map_or(day, |known| known.min(day)));
        match comparison.operator {
            Operator::AtLeast => later(day),
            Operator::Above => later(moved(1)),
            Operator::AtMost => earlier(day),
            Operator::Below => earlier(moved(-1)),
            Operator::Equal => {
                later(day);
                earlier(day);
            }
            Operator::NotEqual => {}
        }
    }
    (from, to)
}

fn open_ends(days: &[Date], column: &str) -> Caution {
    let (least, most) = (days.iter().min(), days.iter().max());
    let day = |day: Option<&Date>| day.map_or_else(String::new, Date::to_string);
    caution(
        "open_ends",
        format!(
            "rows run from {} to {}: the first and the last period count as watched whole unless the filter says when the watch began and \
             ended, as in {column}>=2019-01-01,{column}<2025-01-01",
            day(least),
            day(most)
        ),
    )
}

fn too_many_periods(arguments: &Asked<'_>, found: usize) -> Failure {
    Failure::input(format!("error: {}: {found} periods, expected at most {MOST_PERIODS}", arguments.data.display()))
}

/// Rows counted by the text of a column; whole numbers as periods have no gaps.
fn counted_texts(
    arguments: &Asked<'_>,
    table: &DataTable,
    period: &str,
    cautions: &mut Vec<Caution>,
) -> Result<(Vec<f64>, Vec<String>), Failure> {
    let texts = table.texts(period);
    let mut rows = vec![0.0; texts.different.len()];
    texts.codes.iter().for_each(|code| rows[*code as usize] += 1.0);
    let numbers: Option<Vec<i64>> = texts.different.iter().map(|text| text.parse().ok()).collect();
    let Some(numbers) = numbers else {
        let message = format!("column {period} holds texts: a period without a row is not counted as 0");
        cautions.push(caution("periods_by_text", message));
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|a, b| texts.different[*a].cmp(&texts.different[*b]));
        let labels: Vec<String> = order.iter().map(|at| texts.different[*at].clone()).collect();
        return if rows.len() > MOST_PERIODS {
            Err(too_many_periods(arguments, rows.len()))
        } else {
            Ok((order.iter().map(|at| rows[*at]).collect(), labels))
        };
    };
    let mut counts = BTreeMap::new();
    numbers.iter().zip(&rows).for_each(|(number, rows)| *counts.entry(*number).or_insert(0.0) += rows);
    let (Some((first, _)), Some((last, _))) = (counts.first_key_value(), counts.last_key_value()) else {
        return Ok((Vec::new(), Vec::new()));
    };
    let (first, last) = (*first, *last);
    let span = i128::from(last) - i128::from(first) + 1;
    if span > MOST_PERIODS as i128 {
        return Err(too_many_periods(arguments, usize::try_from(span).unwrap_or(usize::MAX)));
    }
    let all = first..=last;
    Ok((
        all.clone().map(|number| counts.get(&number).copied().unwrap_or(0.0)).collect(),
        all.map(|n| n.to_string()).collect(),
    ))
}
