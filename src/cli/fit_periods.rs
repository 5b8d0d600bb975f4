//! How many events had each period, and what is known of others?

use super::exit::Failure;
use super::fit_data::{Asked, caution, remarks, source, table, want};
use super::fit_words::{Bound, Periods};
use crate::data::{Blank, Comparison, DataTable, Date, Operand, Operator, Request, Wanted, read};
use crate::fitting::{Calendar, CountError, Counts, DataSource, Experience, Prior};
use crate::outcome::Caution;
use std::collections::BTreeMap;
use std::path::Path;

/// Periods at most.
const MOST_PERIODS: usize = 100_000;

/// Counts that were read, ready to be fitted.
pub(super) struct ByPeriod {
    pub counts: Counts,
    pub source: DataSource,
    pub cautions: Vec<Caution>,
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
        // Numbers that were read are finite.
        if exposure <= 0.0 {
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
