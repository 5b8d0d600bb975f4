//! `tailcost dependence`: how do columns of data move together?

use super::args::{Dependence, Rows};
use super::exit::Failure;
use super::experts::refused;
use super::written::{write_charts, write_json};
use crate::association::{Question, associate};
use crate::data::{Blank, DataTable, Filter, Request, Wanted, read};
use crate::outcome::{Caution, DataOrigin};
use crate::report::charts::dependence_charts;
use crate::report::dependence::{dependence_fragment, dependence_table};
use std::path::Path;

/// Rows that are ranked at most: ten million take some ten seconds a pair.
const MOST_ROWS: usize = 10_000_000;

pub fn dependence(arguments: &Dependence) -> Result<(), Failure> {
    let columns = distinct(&arguments.columns)?;
    let drivers = drivers(&columns, &arguments.names)?;
    let filter = filter(&arguments.rows)?;
    let table = numbers(&arguments.data, &columns, &filter, &arguments.rows)?;
    let question = Question {
        columns: columns.iter().map(|name| (name.clone(), table.numbers(name))).collect(),
        drivers,
        data: DataOrigin {
            path: arguments.data.display().to_string(),
            hash: table.hash.clone(),
            filter: filter.text().to_owned(),
            rows_read: table.rows_read,
            rows_kept: table.rows_kept,
        },
        replicates: arguments.bootstrap as usize,
        seed: arguments.seed,
    };
    let of_file = |error| Failure::input(format!("error: {}: {error}", arguments.data.display()));
    let mut found = associate(&question).map_err(of_file)?;
    let remarks = table.remarks().into_iter().map(|(code, message)| Caution { code: code.into(), message });
    found.cautions.splice(0..0, remarks);
    found.fragment = dependence_fragment(&found);
    super::print(&dependence_table(&found))?;
    if let Some(path) = &arguments.json {
        write_json(path, &found)?;
    }
    if let Some(directory) = &arguments.charts {
        write_charts(directory, dependence_charts(&found).map_err(Failure::internal)?)?;
    }
    Ok(())
}

/// The filter of the rows that were asked for.
pub(super) fn filter(rows: &Rows) -> Result<Filter, Failure> {
    Filter::parse(&rows.filter)
        .map_err(|error| Failure::input(format!("error: --where: {error}\n  help: {}", Filter::GRAMMAR)))
}

fn numbers(path: &Path, columns: &[String], filter: &Filter, rows: &Rows) -> Result<DataTable, Failure> {
    let blank = if rows.skip_blank { Blank::Skipped } else { Blank::Refused };
    let wanted = columns.iter().map(|name| Wanted::Number { name: name.clone(), blank });
    let request =
        Request { filter: filter.clone(), every: rows.every, most: MOST_ROWS, ..Request::of(wanted.collect()) };
    read(path, &request).map_err(refused)
}

fn distinct(columns: &[String]) -> Result<Vec<String>, Failure> {
    let columns: Vec<String> = columns.iter().map(|name| name.trim().to_owned()).collect();
    match columns.iter().enumerate().find(|(at, name)| columns[..*at].contains(name)) {
        Some((_, name)) => Err(Failure::input(format!("error: --columns: {name} is named twice"))),
        None => Ok(columns),
    }
}

/// What each column is called in a config: as `--names` says, or a placeholder.
fn drivers(columns: &[String], names: &[String]) -> Result<Vec<String>, Failure> {
    let mut drivers: Vec<String> = columns.iter().map(|name| format!("DRIVER OF {name}")).collect();
    for name in names {
        let Some((column, driver)) = name.split_once('=') else {
            return Err(Failure::input(format!("error: --names: found {name:?}, expected COLUMN=DRIVER")));
        };
        let Some(at) = columns.iter().position(|known| known == column.trim()) else {
            let known = columns.join(", ");
            return Err(Failure::input(format!("error: --names: {column:?} is none of the columns {known}")));
        };
        drivers[at] = driver.trim().to_owned();
    }
    Ok(drivers)
}
