//! Does the table have every column that the plan names?

use super::draft::{Members, Text, byte_of, inside};
use crate::config::files::Files;
use crate::config::problem::{Problem, Violation};
use crate::config::tree::{Place, shortened};
use crate::data::nearest;

/// Everything that is wrong with the named columns.
pub(super) fn problems(members: &Members, columns: &[String], files: &Files) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut check = |key: &str, column: &str, place: Place| problems.extend(problem(key, column, place, columns));
    for (key, named) in [("members.id", &members.id), ("members.name", &members.name)] {
        if let Some(Text { text, place }) = named {
            check(key, text, place.clone());
        }
    }
    for (filter, text) in &members.filters {
        for comparison in filter.comparisons() {
            let start = byte_of(&text.text, comparison.character);
            let shown = text.text[start..].find(&comparison.column).map_or(start, |at| start + at);
            let end = (shown + comparison.column.len()).min(text.text.len());
            check("members.where", &comparison.column, inside(files, text, shown.min(end)..end));
        }
    }
    for mapping in &members.values {
        let whole = Text { text: mapping.expression.text.clone(), place: mapping.place.clone() };
        for column in &mapping.expression.columns {
            check(&mapping.path(), &column.name, inside(files, &whole, column.bytes.clone()));
        }
    }
    problems
}

fn problem(key: &str, column: &str, place: Place, columns: &[String]) -> Option<Problem> {
    const MOST_NAMED: usize = 30;
    match columns.iter().filter(|known| *known == column).count() {
        1 => None,
        0 => {
            let close = nearest(column, columns.iter().map(String::as_str));
            let label = close.map_or("unknown column".to_owned(), |close| format!("unknown, nearest is {close}"));
            let mut known: Vec<String> = columns.iter().take(MOST_NAMED).map(|name| shortened(name)).collect();
            if columns.len() > MOST_NAMED {
                known.push(format!("and {} more", columns.len() - MOST_NAMED));
            }
            let violation = Violation::UnknownName {
                key: key.to_owned(),
                what: "column",
                found: shortened(column),
                nearest: close.map(str::to_owned),
                known,
            };
            Some(Problem::new(violation, &place, label))
        }
        times => {
            let found = format!("a column {column:?} that the table has {times} times");
            let violation =
                Violation::Written { key: key.to_owned(), found, expected: "a column that it has once".into() };
            Some(Problem::new(violation, &place, "which of them?"))
        }
    }
}
