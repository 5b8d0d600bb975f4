//! How much more or less does each option cost than the first, in the same simulated year?

use super::html::{Html, el};
use super::pieces::{Grid, Section, amount_cell, figure, option_name, plain, share_cell, unit_of};
use crate::outcome::{Difference, Outcome};
use crate::report::charts::Part;
use crate::report::findings::{self, near_level};
use crate::report::format::{level, percent};

pub(super) fn section(outcome: &Outcome, parts: &[Part]) -> Option<Section> {
    let baseline = &outcome.differences.first()?.baseline;
    let finding = match outcome.differences.as_slice() {
        [only] => findings::difference(only),
        all => gaps(baseline, all),
    };
    let question = format!("What does leaving {baseline} cost or save, in the same year?");
    let mut section = Section::new("gaps", "Gap", &question, &finding);
    section.text(
        "Options live through the same simulated years, with the same demand, payers and threats, so a gap is what the choice makes of a \
         year, not luck.",
    );
    section.add(table(outcome));
    section.add(made_of(outcome));
    // The charts stand in the order of the differences.
    let charts = parts.iter().filter(|part| part.name.starts_with("difference-"));
    for (difference, part) in outcome.differences.iter().zip(charts) {
        if outcome.differences.len() > 1 {
            section.add(el("h3").add(findings::difference(difference)));
        }
        section.add(figure(part, quantiles(difference)));
    }
    Some(section)
}

/// What several gaps have in common, as far as their intervals say.
fn gaps(baseline: &str, all: &[Difference]) -> String {
    let means = || all.iter().map(|difference| difference.total.mean);
    if means().all(|mean| mean.low.is_some_and(|low| low > 0.0)) {
        format!("Every other option costs more than {baseline} on average")
    } else if means().all(|mean| mean.high.is_some_and(|high| high < 0.0)) {
        format!("Every other option costs less than {baseline} on average")
    } else {
        format!("Not every option can be told from {baseline}, or lies on the same side of it")
    }
}

/// The lines that make each gap, on average.
fn made_of(outcome: &Outcome) -> Html {
    let unit = unit_of(outcome.differences.iter().map(|difference| difference.total.mean.value));
    let line = |difference: &Difference| {
        let made = findings::made_of(outcome, difference, unit);
        let words = format!(": {}.", made.join(", "));
        (!made.is_empty()).then(|| el("li").add(option_name(outcome, &difference.option)).add(words))
    };
    let lines: Vec<_> = outcome.differences.iter().filter_map(line).collect();
    if lines.is_empty() {
        return Html::default();
    }
    let mut html = Html::default();
    html.add(el("p").add(format!("What makes the gap on average, in {}:", unit.label())));
    html.add(el("ul").class("plain").all(lines));
    html
}

fn table(outcome: &Outcome) -> Html {
    let at = outcome.differences.iter().filter_map(|d| near_level(&d.total.levels, 0.99)).map(|at| at.level).next();
    let unit = unit_of(outcome.differences.iter().map(|difference| difference.total.mean.value));
    let baseline = outcome.differences.first().map_or("", |difference| &difference.baseline);
    let mut head = vec!["Option".to_string(), "Mean gap".into()];
    head.extend(at.map(|at| format!("1-in-{}-year gap (VaR {})", (1.0 / (1.0 - at)).round(), level(at))));
    head.push(format!("Years that cost more than {baseline}"));
    let mut grid = Grid::new(format!("Cost over {baseline} in the same simulated year, {}", unit.label()), head);
    for difference in &outcome.differences {
        let mut cells = vec![amount_cell(&difference.total.mean, unit)];
        if at.is_some() {
            let measures = near_level(&difference.total.levels, 0.99);
            cells.push(measures.map_or_else(Html::default, |at| amount_cell(&at.var, unit)));
        }
        cells.push(share_cell(&difference.probability_costs_more));
        grid.row(option_name(outcome, &difference.option), cells);
    }
    grid.table()
}

/// What the chart shows, as shares of years below amounts.
fn quantiles(difference: &Difference) -> Html {
    let total = &difference.total;
    let ends = [total.min, total.max].into_iter().chain(total.quantiles.iter().map(|quantile| quantile.value));
    let unit = unit_of(ends);
    let head = ["Share of years".to_string(), format!("Gap below, {}", unit.label())];
    let caption = format!("{} less {} in the same simulated year", difference.option, difference.baseline);
    let mut grid = Grid::new(caption, head);
    grid.row("Least simulated", [plain(total.min, unit).into()]);
    for quantile in &total.quantiles {
        grid.row(percent(quantile.p, None), [plain(quantile.value, unit).into()]);
    }
    grid.row("Most simulated", [plain(total.max, unit).into()]);
    grid.row("Mean", [amount_cell(&total.mean, unit)]);
    grid.row("Years that cost more", [share_cell(&difference.probability_costs_more)]);
    grid.table()
}
