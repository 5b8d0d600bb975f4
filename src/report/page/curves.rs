//! How bad can a year be, and how often: curves, the amounts at return periods, a tool to read them?

use super::html::{Html, el};
use super::pieces::{COLOURS, Grid, Section, amount_cell, disclosure, figure, named, option_name, unit_of};
use crate::outcome::{Estimate, ExceedancePoint, LevelMeasures, OptionOutcome, Outcome};
use crate::report::charts::{Line, Part};
use crate::report::findings::{self, capitalised, has_breaches, worst_years};
use crate::report::format::{Unit, grouped, level, one_in, percent};
use serde_json::{Value, json};

pub(super) fn section(outcome: &Outcome, parts: &[Part]) -> Option<Section> {
    let chart = named(parts, "exceedance")?;
    let mut section = Section::new("bad-years", "Bad years", "How bad can a year be, and how often?", &chart.title);
    section.text(
        "Read a curve from an amount on the base line up to the option's line: on the left is the chance that a year costs more, on the \
         right how many years pass between such years on average.",
    );
    section.add(reader(outcome));
    let first = if chart.readings.is_some_and(|[desk, _]| desk.x.is_log) { "logarithmic" } else { "linear" };
    let curves = || points(outcome, |o| &o.exceedance, &chart.title);
    section.add(scale("exceedance", figure(chart, curves()), first));
    let other = if first == "linear" { "logarithmic" } else { "linear" };
    if let Some(part) = named(parts, &format!("exceedance-{other}")) {
        section.add(scale("exceedance", figure(part, curves()), other));
    }
    let once = |p: f64| format!("1 in {} years (VaR {})", grouped((1.0 / (1.0 - p)).round(), 0), level(p));
    section.add(levels(outcome, "What a bad year costs at least", |at| at.var, once).table());
    let worst = |p: f64| format!("{} (TVaR {})", capitalised(&worst_years(p)), level(p));
    section.add(levels(outcome, "What the worst years cost on average", |at| at.tvar, worst).table());
    if let Some(part) = named(parts, "totals") {
        section.add(el("h3").add(&part.title));
        section.add(figure(part, quantiles(outcome)));
    }
    if let Some(part) = named(parts, "oep") {
        section.add(el("h3").add(&part.title));
        section.add(figure(part, points(outcome, |o| &o.oep, &part.title)));
    }
    Some(section)
}

/// One of two ways to lay out the same curves: the second is shown by the script.
fn scale(of: &'static str, figure: Html, spacing: &'static str) -> Html {
    el("div").class("scale").with("data-scale-of", of).with("data-scale", spacing).add(figure).into()
}

/// The tool: hidden where no script runs, since the tables say the same.
fn reader(outcome: &Outcome) -> Html {
    let unit = reader_unit(outcome);
    let amount = el("input").with("id", "amount").with("type", "text").with("inputmode", "decimal");
    let slide = el("input").with("id", "slide").with("type", "range").with("min", 0).with("max", 1000).with("step", 1);
    let controls = el("div")
        .class("controls")
        .add(el("label").with("for", "amount").add(format!("A year that costs more than, in {}", unit.label())))
        .add(amount)
        .add(el("label").class("unseen").with("for", "slide").add("Amount along the curve"))
        .add(slide);
    let options = outcome.options.iter().enumerate().map(|(index, option)| {
        let mut label = Html::default();
        let id = format!("show-{index}");
        label.add(el("input").with("type", "checkbox").with("id", &id).with("data-option", index));
        label.add(el("label").with("for", &id).add(option_name(outcome, &option.name)));
        el("span").class("choice").add(label)
    });
    let scale = el("button").with("type", "button").with("id", "scale").add("Logarithmic axis");
    el("div")
        .class("reader")
        .with("id", "reader")
        .hidden()
        .add(controls)
        .add(el("div").with("id", "readings").with("role", "status").with("aria-live", "polite"))
        .add(
            el("div")
                .class("choices")
                .with("role", "group")
                .with("aria-label", "Options shown")
                .all(options)
                .add(scale),
        )
        .into()
}

fn reader_unit(outcome: &Outcome) -> Unit {
    unit_of(outcome.options.iter().map(|option| option.total.mean.value))
}

/// Amounts at return periods: a row for each, a column for each option.
fn levels(
    outcome: &Outcome,
    caption: &str,
    of: impl Fn(&LevelMeasures) -> Estimate,
    name: impl Fn(f64) -> String,
) -> Grid {
    let unit = unit_of(outcome.options.iter().flat_map(|option| &option.total.levels).map(|at| of(at).value));
    let head = std::iter::once("Years".to_string()).chain(outcome.options.iter().map(|option| option.name.clone()));
    let mut grid = Grid::new(format!("{caption}, {}; 95% intervals of sampling error", unit.label()), head);
    let all = outcome.options.first().map(|option| option.total.levels.as_slice()).unwrap_or_default();
    for wanted in all.iter().map(|at| at.level) {
        let cells = outcome.options.iter().map(|option| {
            let at = option.total.levels.iter().find(|at| at.level == wanted);
            at.map_or_else(Html::default, |at| amount_cell(&of(at), unit))
        });
        grid.row(name(wanted), cells);
    }
    grid
}

fn points(outcome: &Outcome, of: impl Fn(&OptionOutcome) -> &Vec<ExceedancePoint>, title: &str) -> Html {
    /// A row for about every so many points: the file has them all.
    const ROWS: usize = 24;
    let mut html = Html::default();
    for option in outcome.options.iter().filter(|option| !of(option).is_empty()) {
        let unit = unit_of(of(option).iter().map(|point| point.amount));
        let head = [format!("Amount, {}", unit.label()), "Years that cost more".into(), "Once in".into()];
        let mut grid = Grid::new(format!("{}: {title}", option.name), head);
        let step = of(option).len().div_ceil(ROWS).max(1);
        for point in of(option).iter().step_by(step) {
            let p = point.probability.value;
            let period = if p > 0.0 { format!("{} years", one_in(1.0 / p).replace("1 in ", "")) } else { "-".into() };
            let name = super::pieces::plain(point.amount, unit);
            grid.row(name, [super::pieces::share_cell(&point.probability), period.into()]);
        }
        html.add(disclosure(&option.name, grid.table()));
    }
    html
}

fn quantiles(outcome: &Outcome) -> Html {
    let unit = unit_of(outcome.options.iter().flat_map(|o| &o.total.quantiles).map(|quantile| quantile.value));
    let Some(first) = outcome.options.first() else { return Html::default() };
    let head = std::iter::once("Option".to_string())
        .chain(first.total.quantiles.iter().map(|quantile| format!("{} of years below", percent(quantile.p, None))))
        .chain(["Mean".into(), "Costliest simulated year".into()]);
    let mut grid = Grid::new(format!("The spread of a year's cost, {}", unit.label()), head);
    for option in &outcome.options {
        let quantiles = option.total.quantiles.iter().map(|quantile| super::pieces::plain(quantile.value, unit).into());
        let rest = [amount_cell(&option.total.mean, unit), super::pieces::plain(option.total.max, unit).into()];
        grid.row(option_name(outcome, &option.name), quantiles.chain(rest));
    }
    grid.table()
}

/// What the script reads: curves, and where values lie on the plots.
pub(super) fn data(outcome: &Outcome, parts: &[Part]) -> Value {
    let options = outcome.options.iter().enumerate().map(|(index, option)| {
        let mut points: Vec<&ExceedancePoint> = option.exceedance.iter().collect();
        points.sort_by(|a, b| a.amount.total_cmp(&b.amount));
        let points = points.into_iter().map(|point| {
            let estimate = point.probability;
            json!([point.amount, estimate.value, estimate.low, estimate.high])
        });
        json!({
            "name": option.name,
            "colour": index % COLOURS,
            "certain": findings::is_certain(&option.total),
            "points": points.collect::<Vec<Value>>(),
            "least": option.total.min,
            "most": option.total.max,
            "breaches": has_breaches(option),
        })
    });
    let line = |line: Line| json!({ "low": line.low, "high": line.high, "start": line.start, "end": line.end, "log": line.is_log });
    let planes = parts.iter().filter(|part| part.name.starts_with("exceedance")).filter_map(|part| {
        let planes = part.readings?.map(|reading| json!({ "x": line(reading.x), "y": line(reading.y) }));
        Some((part.name.clone(), json!(planes)))
    });
    let unit = reader_unit(outcome);
    json!({
        "options": options.collect::<Vec<Value>>(),
        "planes": planes.collect::<serde_json::Map<String, Value>>(),
        "unit": unit.dollars(),
        "label": unit.label(),
        "years": outcome.years,
    })
}
