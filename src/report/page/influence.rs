//! What moves the answer, and what do the worst years have in common?

use super::html::{Html, el};
use super::pieces::{Grid, Section, figure, named};
use crate::outcome::{Outcome, Sensitivity};
use crate::report::charts::{ChartError, Pictures, sensitivity_parts};
use crate::report::findings::{capitalised, worst_years};
use crate::report::format::{count, grouped, percent};
use crate::report::influence::{compact, measure_in_words, name_of, share, share_interval, told};
use crate::report::sensitivity::{deciding, scale_of, widest};

/// Rows of a table; the result has them all.
const ROWS: usize = 15;

pub(super) fn section(outcome: &Outcome, pictures: Pictures) -> Result<Option<Section>, ChartError> {
    let Some(found) = &outcome.sensitivity else { return Ok(None) };
    let parts = sensitivity_parts(found, pictures)?;
    let mut section = Section::new("matters", "What moves it", "What drives the answer?", &deciding(found));
    section.text(format!(
        "Looked at: {}. One input after the other was set to its 10% and to its 90% quantile, all else as it is in the same {} years. A wide \
         bar that is a guess, marked *, is where a week of work is best spent.",
        measure_in_words(&found.measure),
        count(found.years)
    ));
    if let Some(part) = named(&parts, "tornado") {
        section.add(el("h3").add(widest(found).unwrap_or_else(|| part.title.clone())));
        section.add(figure(part, tornado(found)));
    }
    if let Some(part) = named(&parts, "variance") {
        section.add(el("h3").add("Alone, and together with everything else"));
        section.add(figure(part, variance(found)));
    }
    if let Some(part) = named(&parts, "shapley") {
        section.add(el("h3").add(&part.title));
        section.add(figure(part, shapley(found)));
    }
    if let (Some(part), Some(tail)) = (named(&parts, "tail"), &found.tail) {
        section.add(el("h3").add(format!("What the {} have in common", worst_years(tail.level))));
        section.text(capitalised(&part.title));
        section.add(figure(part, tail_table(found)));
    }
    Ok(Some(section))
}

fn tornado(found: &Sensitivity) -> Html {
    let scale = scale_of(found);
    let unit = scale.label();
    let head = [
        "Input".to_string(),
        format!("At its 10% quantile, {unit}"),
        format!("At its 90% quantile, {unit}"),
        format!("Swing, {unit}"),
    ];
    let mut grid = Grid::new(format!("{}, with one input moved", capitalised(&measure_in_words(&found.measure))), head);
    for swing in found.tornado.iter().filter(|swing| !swing.is_noise).take(ROWS) {
        let mut name: Html = told(&swing.path, swing.role).into();
        if swing.is_guess {
            name.add(" ");
            name.add(el("span").class("badge guess").add("Guess"));
        }
        let end = |end: &crate::outcome::SwingEnd| {
            super::pieces::cell(&scale.number(end.figure), &format!("input at {}", compact(end.value)))
        };
        let swung = super::pieces::cell(&scale.change(swing.swing.value), &scale.change_interval(&swing.swing));
        grid.row(name, [end(&swing.low), end(&swing.high), swung]);
    }
    grid.table()
}

fn variance(found: &Sensitivity) -> Html {
    let head = ["What is random", "Explains alone", "Takes part in"].map(str::to_string);
    let mut grid = Grid::new(format!("Shares of the variance of {}", found.variance.score), head);
    for factor in found.variance.factors.iter().filter(|factor| factor.total.value > 0.0).take(ROWS) {
        let cell = |estimate| super::pieces::cell(&share(estimate), &share_interval(estimate));
        grid.row(told(&factor.path, factor.role), [cell(&factor.first), cell(&factor.total)]);
    }
    grid.table()
}

fn shapley(found: &Sensitivity) -> Html {
    let head = ["Input", "Share of the variance"].map(str::to_string);
    let caption = format!("Shapley effects: shares of the variance of {} that add up to 100%", found.variance.score);
    let mut grid = Grid::new(caption, head);
    for effect in found.shapley.iter().flat_map(|division| &division.effects).take(ROWS) {
        let mark = if effect.in_group { " (depends on others)" } else { "" };
        let cell = super::pieces::cell(&share(&effect.effect), &share_interval(&effect.effect));
        grid.row(format!("{}{mark}", told(&effect.path, effect.role)), [cell]);
    }
    grid.table()
}

fn tail_table(found: &Sensitivity) -> Html {
    let Some(tail) = &found.tail else { return Html::default() };
    let mut html = Html::default();
    let head = ["Input", "Middle of its percentiles", "Tenth to ninetieth of them"].map(str::to_string);
    let mut grid = Grid::new("Inputs that are unusual in the worst years; in all years the middle is 50", head);
    let hundred = |share: f64| grouped(100.0 * share, 0);
    for driver in tail.drivers.iter().filter(|driver| driver.is_unusual).take(ROWS) {
        let spread = format!("{} to {}", hundred(driver.p10), hundred(driver.p90));
        grid.row(name_of(&driver.path), [hundred(driver.p50).into(), spread.into()]);
    }
    if !grid.rows.is_empty() {
        html.add(grid.table());
    }
    let head = ["Event", "Of the worst years", "Of all years", "Times as often"].map(str::to_string);
    let mut grid = Grid::new("Events in the worst years", head);
    for event in tail.events.iter().take(ROWS) {
        let lift = super::pieces::cell(&grouped(event.lift.value, 1), "");
        grid.row(
            name_of(&event.path),
            [percent(event.in_worst, None).into(), percent(event.in_all, None).into(), lift],
        );
    }
    if !grid.rows.is_empty() {
        html.add(grid.table());
    }
    html
}
