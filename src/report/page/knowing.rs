//! What would it be worth to know more before choosing?

use super::html::{Html, el};
use super::pieces::{Grid, Section, amount_cell, figure, unit_of};
use crate::outcome::{Outcome, Worth};
use crate::report::charts::{ChartError, Pictures, worth_part};
use crate::report::format::percent;
use crate::report::influence::name_of;
use crate::report::worth::finding;

/// Rows of the table; the result has them all.
const ROWS: usize = 12;

pub(super) fn section(outcome: &Outcome, pictures: Pictures) -> Result<Option<Section>, ChartError> {
    let Some(worth) = &outcome.worth else { return Ok(None) };
    let mut section = Section::new(
        "knowing",
        "Worth of knowing",
        "What would it be worth to know more before choosing?",
        &finding(worth),
    );
    for part in worth_part(worth, pictures)? {
        section.add(figure(&part, table(worth)));
    }
    Ok(Some(section))
}

fn table(worth: &Worth) -> Html {
    let all = [worth.everything.worth.value, worth.drivers_together.worth.value];
    let unit = unit_of(all.into_iter());
    let head = [
        "Known before choosing".to_string(),
        format!("Worth, {} a year", unit.label()),
        "Years in which the choice changes".into(),
    ];
    let mut grid = Grid::new("What knowing is worth; 95% intervals of sampling error", head);
    let mut row = |name: Html, knowing: &crate::statistics::Estimate, changes: f64| {
        grid.row(name, [amount_cell(knowing, unit), percent(changes, None).into()]);
    };
    row("Everything, chance included".into(), &worth.everything.worth, worth.everything.changes);
    row("All inputs together, at least".into(), &worth.drivers_together.worth, worth.drivers_together.changes);
    for driver in worth.drivers.iter().take(ROWS) {
        let mut name: Html = name_of(&driver.path).into();
        if driver.is_guess {
            name.add(" ");
            name.add(el("span").class("badge guess").add("Guess"));
        }
        row(name, &driver.worth, driver.changes);
    }
    grid.table()
}
