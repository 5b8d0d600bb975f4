//! How much of the answer is ignorance of the inputs, and how much is chance?

use super::html::{Html, el};
use super::pieces::{Grid, Section, cell, disclosure, figure, plain, unit_of};
use crate::outcome::{Outcome, Uncertainty};
use crate::report::charts::{ChartError, uncertainty_parts};
use crate::report::format::{count, grouped};
use crate::report::uncertainty::{finding, spoken};

pub(super) fn section(outcome: &Outcome) -> Result<Option<Section>, ChartError> {
    let Some(found) = &outcome.uncertainty else { return Ok(None) };
    let question = "How much of this is ignorance, and how much is chance?";
    let mut section = Section::new("ignorance", "Ignorance", question, finding(found).trim_end_matches('.'));
    section.text(format!(
        "What is not known for sure was drawn {} times, and {} years were simulated for each draw. Chance would stay if everything were \
         known; ignorance would go.",
        count(found.outer),
        count(found.inner)
    ));
    section.add(bands(found));
    for part in uncertainty_parts(found)? {
        let is_parameters = part.name == "ignorance";
        section.add(el("h3").add(if is_parameters { "Which parameters make the ignorance" } else { &part.title }));
        section.add(figure(&part, None));
    }
    if !found.definitions.is_empty() {
        section.add(el("ul").all(found.definitions.iter().map(|text| el("li").add(text))));
    }
    Ok(Some(section))
}

fn bands(found: &Uncertainty) -> Html {
    let mut html = Html::default();
    let is_share = |measure: &str| ["costs more", "cheapest"].iter().any(|word| measure.starts_with(word));
    let unit = unit_of(found.measures.iter().filter(|band| !is_share(&band.measure)).map(|band| band.central.value));
    let head = ["Figure", "As the case has it", "Middle of the draws", "90% of the draws"].map(str::to_string);
    let mut grid = Grid::new(format!("Bands of ignorance; amounts in {}", unit.label()), head);
    for band in &found.measures {
        let show = |value: f64| {
            if is_share(&band.measure) { format!("{}%", grouped(100.0 * value, 1)) } else { plain(value, unit) }
        };
        let spread = format!("{} to {}", show(band.p5), show(band.p95));
        grid.row(spoken(&band.measure), [show(band.central.value).into(), show(band.p50).into(), spread.into()]);
    }
    let every = disclosure("Every figure with its band of ignorance", grid.table());
    let head =
        ["Yearly amount", "Variance that is ignorance", "Worst years' cost that is ignorance"].map(str::to_string);
    let mut grid = Grid::new("Ignorance against chance", head);
    let share = |value: f64| format!("{}%", grouped(100.0 * value, 1));
    for split in &found.splits {
        let name = match &split.baseline {
            Some(baseline) => format!("{} less {baseline}", split.option),
            None => split.option.clone(),
        };
        let variance = &split.variance.ignorance_share;
        let interval = match (variance.low, variance.high) {
            (Some(low), Some(high)) => format!("{} to {}", share(low), share(high)),
            _ => String::new(),
        };
        grid.row(name, [cell(&share(variance.value), &interval), share(split.tvar.ignorance_share).into()]);
    }
    html.add(grid.table()).add(every);
    html
}
