//! What does a year cost when the assumptions turn bad, and which year brings a given loss most easily?

use super::html::{Html, el};
use super::pieces::{Grid, Section, amount_cell, disclosure, figure, named, option_name, plain, share_cell, unit_of};
use crate::outcome::{DesignYear, Estimate, Outcome, ReverseStress, StressCurves, StressTest};
use crate::report::charts::Part;
use crate::report::findings::capitalised;
use crate::report::format::{count, figure as digits, grouped, money, one_in, percent};
use crate::report::stress::{cause, finding, reverse_finding, standing, without_scope};

/// Rows of a table; the result has them all.
const ROWS: usize = 12;

pub(super) fn section(outcome: &Outcome, parts: &[Part]) -> Option<Section> {
    let found = outcome.stress.as_ref()?;
    let question = "What if the assumptions turn bad?";
    let mut section = Section::new("stress", "Stress", question, finding(found).trim_end_matches('.'));
    if !found.stresses.is_empty() {
        section.text(format!(
            "A stress changes some inputs and leaves the others as they are. Base and stresses live through the same {} simulated years, so \
             a change is what the stress does, not luck. How probable a stress is, it does not say.",
            count(found.years)
        ));
        section.add(what_changes(found));
        if let Some(part) = named(parts, "stress-changes") {
            section.add(figure(part, figures(outcome, found)));
        }
        // The charts stand in the order of the curves.
        let charts = parts.iter().filter(|part| part.name.starts_with("stress-") && part.name != "stress-changes");
        for (curves, part) in found.exceedance.iter().zip(charts) {
            section.add(el("h3").add(&part.title));
            section.add(figure(part, points(found, curves)));
        }
    }
    if let Some(reverse) = &found.reverse {
        let heading = format!("Which year brings {} more than {}?", reverse.option, money(reverse.beyond, None));
        section.add(el("h3").add(heading));
        // Without a stress this is the finding, which has been said.
        if !found.stresses.is_empty() {
            section.text(reverse_finding(reverse));
        }
        section.text(format!(
            "{} of {} simulated years are beyond it, {} years. A year counts as more probable the closer its inputs and events are to \
             ordinary ones.",
            count(reverse.years_beyond),
            count(reverse.years),
            one_in(reverse.return_period)
        ));
        if let Some(design) = reverse.design.first() {
            section.add(design_table(design));
        }
        section.add(disclosure("What all years beyond have in common", typical(reverse)));
    }
    if !found.definitions.is_empty() {
        let list = el("ul").all(found.definitions.iter().map(|text| el("li").add(text)));
        section.add(disclosure("What these words mean", list));
    }
    Some(section)
}

/// Each stress by name, what it stands for and the inputs that it sets.
fn what_changes(found: &StressTest) -> Html {
    let mut list = el("dl").class("words");
    for stress in &found.stresses {
        let mut told = el("dd");
        if let Some(description) = &stress.description {
            told = told.add(el("p").add(description));
        }
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "absent".into());
        let changes = stress.changes.iter().map(|change| {
            el("li").add(el("code").add(&change.path)).add(format!(
                ": {} instead of {}",
                value(&change.stressed),
                value(&change.base)
            ))
        });
        list = list.add(
            el("div")
                .add(el("dt").add(&stress.name))
                .add(told.add(disclosure("The inputs that it sets", el("ul").all(changes)))),
        );
    }
    list.into()
}

/// Figures of every option in the base and under each stress.
fn figures(outcome: &Outcome, found: &StressTest) -> Html {
    let mut html = Html::default();
    for (index, option) in found.options.iter().enumerate() {
        let of = |stress: Option<usize>, measure: &str| found.figure(stress, &format!("{measure} of {option}"));
        let cases = || [None].into_iter().chain((0..found.stresses.len()).map(Some));
        let unit = unit_of(cases().filter_map(|case| of(case, "tvar@0.99")).map(|figure| figure.value.value));
        let mut head = ["Case", "Expected cost", "Change", "Average of the worst 1% (TVaR 99)", "Change"]
            .map(str::to_string)
            .to_vec();
        if index > 0 {
            let baseline = found.options.first().map_or("", String::as_str);
            head.push(format!("Mean gap to {baseline}"));
            head.push(format!("Years that cost more than {baseline}"));
        }
        let mut grid = Grid::new(format!("{option}, {}; 95% intervals of sampling error", unit.label()), head);
        for case in cases() {
            let amount = |estimate: Option<Estimate>| estimate.map_or_else(Html::default, |it| amount_cell(&it, unit));
            let (mean, tail) = (of(case, "mean"), of(case, "tvar@0.99"));
            let mut cells = vec![
                amount(mean.map(|figure| figure.value)),
                amount(mean.and_then(|figure| figure.change)),
                amount(tail.map(|figure| figure.value)),
                amount(tail.and_then(|figure| figure.change)),
            ];
            if index > 0 {
                cells.push(amount(of(case, "mean difference").map(|figure| figure.value)));
                let share = of(case, "costs more");
                cells.push(share.map_or_else(Html::default, |figure| share_cell(&figure.value)));
            }
            grid.row(case.map_or("Base", |at| found.stresses[at].name.as_str()), cells);
        }
        html.add(el("h4").add(option_name(outcome, option))).add(grid.table());
    }
    html
}

/// Amounts of an option's curves: a row for each probability, a column for the base and each stress.
fn points(found: &StressTest, curves: &StressCurves) -> Html {
    let all: Vec<&Vec<f64>> = std::iter::once(&curves.base).chain(&curves.stressed).collect();
    let unit = unit_of(all.iter().flat_map(|curve| curve.iter().copied()));
    let names = std::iter::once("Base".to_string()).chain(found.stresses.iter().map(|stress| stress.name.clone()));
    let head = ["Years that cost more".to_string()].into_iter().chain(names);
    let mut grid = Grid::new(format!("{}: amounts that years exceed, {}", curves.option, unit.label()), head);
    let step = curves.probabilities.len().div_ceil(ROWS).max(1);
    for (place, p) in curves.probabilities.iter().enumerate().step_by(step) {
        let cells = all.iter().map(|curve| curve.get(place).map_or_else(Html::default, |x| plain(*x, unit).into()));
        grid.row(percent(*p, None), cells);
    }
    grid.table()
}

fn design_table(design: &DesignYear) -> Html {
    let head = ["What was out of the ordinary", "Value", "Where it stands"].map(str::to_string);
    let caption = format!("Year {}, {}: events first", count(design.year), money(design.total, None));
    let mut grid = Grid::new(caption, head);
    for event in &design.events {
        let chance = format!("happens in {} of years", percent(event.probability, None));
        grid.row(capitalised(&cause(&event.path, &event.what)), [Html::from("-"), chance.into()]);
    }
    for driver in design.drivers.iter().take(ROWS) {
        let value = driver.value.map_or_else(|| "-".to_string(), |value| digits(value, 3));
        grid.row(el("code").add(without_scope(&driver.path)), [value.into(), standing(driver.percentile).into()]);
    }
    grid.table()
}

fn typical(reverse: &ReverseStress) -> Html {
    let mut html = Html::default();
    let head = ["Event", "Of the years beyond", "Of all years"].map(str::to_string);
    let mut grid = Grid::new("How often something happens", head);
    for event in &reverse.events {
        let shares = [event.share_beyond, event.share_usual].map(|share| Html::from(percent(share, None)));
        grid.row(capitalised(&cause(&event.path, &event.what)), shares);
    }
    if !grid.rows.is_empty() {
        html.add(grid.table());
    }
    let head = ["Input", "Middle of its percentiles in the years beyond"].map(str::to_string);
    let mut grid = Grid::new("Inputs that are unusual there; in all years the middle is 50", head);
    for driver in reverse.typical.iter().take(ROWS) {
        let middle = grouped(100.0 * driver.median_percentile, 0);
        grid.row(el("code").add(without_scope(&driver.path)), [middle.into()]);
    }
    if !grid.rows.is_empty() {
        html.add(grid.table());
    }
    html
}
