//! How much of the answer is ignorance of the inputs, and how much is chance?

use super::html::{Html, el};
use super::pieces::{Grid, Section, cell, disclosure, figure, named, plain, unit_of};
use crate::outcome::{Horsetail, Outcome, Uncertainty};
use crate::report::charts::Part;
use crate::report::format::{count, figure as digits, grouped, percent};
use crate::report::uncertainty::{by_weight, deciding, finding, origin, spoken};

/// Rows of a table; the result has them all.
const ROWS: usize = 15;

pub(super) fn section(outcome: &Outcome, parts: &[Part]) -> Option<Section> {
    let found = outcome.uncertainty.as_ref()?;
    let question = "How much of this is ignorance, and how much is chance?";
    let mut section = Section::new("ignorance", "Ignorance", question, finding(found).trim_end_matches('.'));
    section.text(format!(
        "What is not known for sure was drawn {} times, and {} years were simulated for each draw. Chance would stay if everything were \
         known; ignorance would go.",
        count(found.outer),
        count(found.inner)
    ));
    section.add(bands(found));
    // The charts stand in the order of the curves.
    let charts = parts.iter().filter(|part| part.name.starts_with("horsetail-"));
    for (horsetail, part) in found.horsetails.iter().zip(charts) {
        section.add(el("h3").add(&part.title));
        section.add(figure(part, curves(horsetail)));
    }
    if let Some(part) = named(parts, "ignorance") {
        section.add(el("h3").add("Which parameters make the ignorance"));
        section.add(figure(part, parameters(found)));
    }
    if !found.definitions.is_empty() {
        section.add(el("ul").all(found.definitions.iter().map(|text| el("li").add(text))));
    }
    Some(section)
}

/// Amounts of an option's curves: the band of the draws at each probability.
fn curves(horsetail: &Horsetail) -> Html {
    let all = [&horsetail.central, &horsetail.p5, &horsetail.p50, &horsetail.p95];
    let unit = unit_of(all.iter().flat_map(|curve| curve.iter().copied()));
    let head = ["Years that cost more", "As the case has it", "Lowest 5% of draws below", "Middle", "Highest 5% above"]
        .map(str::to_string);
    let caption = format!("{}: amounts that years exceed, {}, over the draws", horsetail.option, unit.label());
    let mut grid = Grid::new(caption, head);
    let step = horsetail.probabilities.len().div_ceil(ROWS).max(1);
    for (place, p) in horsetail.probabilities.iter().enumerate().step_by(step) {
        let cells = all.iter().map(|curve| curve.get(place).map_or_else(Html::default, |x| plain(*x, unit).into()));
        grid.row(percent(*p, None), cells);
    }
    grid.table()
}

fn parameters(found: &Uncertainty) -> Html {
    let measures = deciding(found);
    let head = ["Parameter".to_string(), "Why it is uncertain".into(), "90% of the draws".into()]
        .into_iter()
        .chain(measures.iter().map(|measure| format!("Makes of the spread of {}", spoken(measure))));
    let mut grid = Grid::new("Shares of what ignorance makes; sign: does the figure rise or fall with it?", head);
    for parameter in by_weight(found, &measures).into_iter().take(ROWS) {
        let spread = format!("{} to {}", digits(parameter.p5, 3), digits(parameter.p95, 3));
        let effects = measures.iter().map(|measure| {
            let share = parameter.effect(measure).and_then(|effect| Some((effect.first_order?, effect)));
            let words = share.map(|(share, effect)| {
                let sign = if effect.rank_correlation < 0.0 { "falls" } else { "rises" };
                format!("{}%, {sign}", grouped(100.0 * share.max(0.0), 1))
            });
            Html::from(words.unwrap_or_else(|| "-".into()))
        });
        let name = parameter.path.strip_prefix("workforce.").unwrap_or(&parameter.path);
        let cells = [origin(parameter.origin).into(), spread.into()];
        grid.row(el("code").add(name), cells.into_iter().chain(effects));
    }
    grid.table()
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
