//! What would have to be different for another option to pay?

use super::html::{Html, el};
use super::pieces::{Grid, Section, figure};
use crate::outcome::Outcome;
use crate::outcome::breakeven::BreakEven;
use crate::report::breakeven::{finding, how_moved, measure, plain, with_interval};
use crate::report::charts::{ChartError, Pictures, break_even_parts};
use crate::report::findings::capitalised;
use crate::report::format::count;

/// Rows of a curve's table, about; the result has them all.
const ROWS: usize = 12;

pub(super) fn section(outcome: &Outcome, pictures: Pictures) -> Result<Option<Section>, ChartError> {
    let Some(first) = outcome.break_even.first() else { return Ok(None) };
    let question = "What would change the answer?";
    let mut section = Section::new("break-even", "Break-even", question, &capitalised(&finding(first)));
    section.text(
        "One input is moved, everything else stays as it is in the same simulated years, until the question is met. Whether the input can \
         be moved so far is for people to say.",
    );
    for (index, found) in outcome.break_even.iter().enumerate() {
        if index > 0 {
            section.add(el("h3").add(capitalised(&finding(found))));
        }
        section.text(format!(
            "Asked: at which value of {} is {} = {}? {} years for each trial.",
            found.driver.path,
            found.question.left,
            found.question.right,
            count(found.years)
        ));
        let parts = break_even_parts(found, index, pictures)?;
        for part in &parts {
            section.add(figure(part, table(found)));
        }
        if parts.is_empty() {
            section.add(table(found));
        }
    }
    Ok(Some(section))
}

fn table(found: &BreakEven) -> Html {
    let mut html = Html::default();
    let unit = &found.driver.unit;
    let head =
        [format!("{}, {unit}", found.driver.path), found.question.left.clone(), "Change for one unit more".into()];
    let mut grid = Grid::new(
        format!("Where {} = {}; {}", found.question.left, found.question.right, how_moved(&found.driver)),
        head,
    );
    for root in &found.roots {
        let cells = [measure(root.left, found.question.unit).into(), measure(root.slope, found.question.unit).into()];
        grid.row(with_interval(&root.value), cells);
    }
    if !grid.rows.is_empty() {
        html.add(grid.table());
    }
    let head = [format!("{}, {unit}", found.driver.path), found.question.left.clone()];
    let mut grid = Grid::new("Trials", head);
    let step = found.curve.len().div_ceil(ROWS).max(1);
    for trial in found.curve.iter().step_by(step) {
        grid.row(plain(trial.value), [measure(trial.left, found.question.unit).into()]);
    }
    html.add(grid.table());
    html
}
