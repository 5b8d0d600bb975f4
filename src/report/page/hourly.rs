//! What does an hour of coding cost in effect?

use super::html::Html;
use super::pieces::{Grid, Section, cell, figure, named, option_name};
use crate::outcome::Outcome;
use crate::report::charts::Part;
use crate::report::findings;
use crate::report::format::{grouped, half_width};
use crate::statistics::Estimate;

pub(super) fn section(outcome: &Outcome, parts: &[Part]) -> Option<Section> {
    let finding = findings::hourly_rate(outcome)?;
    let mut section = Section::new("hour", "True hourly rate", "What does an hour cost in effect?", &finding);
    section.text(
        "The quoted rate is what an hour of work is billed at. The effective rate adds slower work, audit and the rework of denials, over \
         the hours that a coder of reference speed would take. The all-in rate adds every other line.",
    );
    let chart = named(parts, "hourly-rate")?;
    section.add(figure(chart, table(outcome)));
    Some(section)
}

fn table(outcome: &Outcome) -> Html {
    let head = ["Option", "Quoted", "Labour", "Audit", "Denial rework", "Effective rate", "All-in rate"];
    let mut grid = Grid::new("USD an hour; 95% intervals of sampling error", head.map(str::to_string));
    for option in &outcome.options {
        let plain = |value: Option<f64>| value.map_or_else(|| "-".into(), |value| Html::from(grouped(value, 2)));
        let line = |key: &str| plain(option.hourly.get(key).copied());
        let rate = |estimate: Option<Estimate>| estimate.map_or_else(|| "-".into(), |estimate| rate_cell(&estimate));
        grid.row(
            option_name(outcome, &option.name),
            [
                plain(outcome.provenance.quoted_rates.get(&option.name).copied()),
                line("labour"),
                line("audit"),
                line("denial_rework"),
                rate(option.effective_hourly_rate.as_ref().map(|rate| rate.mean)),
                rate(option.all_in_hourly_rate.as_ref().map(|rate| rate.mean)),
            ],
        );
    }
    grid.table()
}

fn rate_cell(estimate: &Estimate) -> Html {
    let value = grouped(estimate.value, 2);
    match half_width(estimate) {
        Some(0.0) => cell(&value, ""),
        Some(half) => cell(&value, &format!("± {}", grouped(half, 2))),
        None => cell(&value, "interval withheld"),
    }
}
