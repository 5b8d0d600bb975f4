//! Which assumptions does the result rest on, where do they come from, which are guesses?

use super::html::{Html, el};
use super::pieces::{Section, disclosure};
use crate::outcome::{DriverKind, DriverRecord, Outcome};
use crate::report::biography::biography_lines;
use crate::report::format::figure;
use crate::report::register::{Influence, influence, rounded};

/// Digits of a driver's figures.
const DIGITS: i32 = 4;

pub(super) fn section(outcome: &Outcome) -> Option<Section> {
    let inputs = outcome.provenance.inputs.as_ref()?;
    let drivers = &inputs.drivers;
    let guesses = drivers.iter().filter(|driver| driver.is_guess).count();
    let unsourced = drivers.iter().filter(|driver| driver.source.is_none()).count();
    let finding = match guesses {
        0 => format!("{} inputs, none of them called a guess", drivers.len()),
        _ => format!("{guesses} of {} inputs are guesses by their own source", drivers.len()),
    };
    let mut section =
        Section::new("assumptions", "Assumptions", "Which inputs does this rest on, and which are guesses?", &finding);
    if unsourced > 0 {
        section.text(format!("{unsourced} inputs name no source; the config's remarks may."));
    }
    let ranks = influence(outcome);
    let mut order: Vec<&DriverRecord> = drivers.iter().collect();
    let place = |driver: &DriverRecord| ranks.get(driver.path.as_str()).map_or(usize::MAX, |rank| rank.place);
    // Stable: what has no rank stays in the order of the schema.
    order.sort_by_key(|driver| place(driver));
    match ranks.is_empty() {
        true => section.text(
            "In the order of the config. How much each matters is on this page once tailcost sensitivity has joined the result.",
        ),
        false => section.text(
            "What moves the answer most stands first: the swing between an input's 10% and its 90% quantile. Inputs that do not vary follow in \
             the order of the config.",
        ),
    };
    let ranked = !ranks.is_empty();
    let mut head = vec!["Input", "Value", "Average", "5% to 95%", "Source"];
    if ranked {
        head.insert(1, "Moves the answer by");
    }
    let heads = head.iter().map(|text| el("th").with("scope", "col").add(*text));
    let rows = order
        .iter()
        .enumerate()
        .map(|(index, driver)| row(index, driver, ranked.then(|| ranks.get(driver.path.as_str()))));
    let table = el("table")
        .class("register")
        .with("id", "register")
        .add(el("caption").add("Assumption register"))
        .add(el("thead").add(el("tr").all(heads)))
        .add(el("tbody").all(rows));
    section.add(table);
    if let Some(note) = &outcome.provenance.dependence_note {
        section.text(note.as_str());
    }
    Some(section)
}

fn row(index: usize, driver: &DriverRecord, rank: Option<Option<&Influence>>) -> Html {
    let mut name = Html::default();
    name.add(el("code").add(&driver.path));
    if driver.is_guess {
        name.add(" ");
        name.add(el("span").class("badge guess").add("Guess"));
    }
    name.add(el("span").class("meaning").add(format!("{}, {}", driver.meaning, driver.unit)));
    let mut row = el("tr").with("data-order", index);
    if driver.is_guess {
        row = row.class("guessed");
    }
    row = row.add(el("th").with("scope", "row").with("data-sort", &driver.path).add(name));
    let cell = |label: &'static str, sort: String, inner: Html| {
        el("td").with("data-label", label).with("data-sort", sort).add(inner)
    };
    if let Some(rank) = rank {
        let (words, sort) = rank.map_or(("-".to_string(), 0.0), |rank| (rank.words.clone(), rank.size));
        row = row.add(cell("Moves the answer by", sort.to_string(), words.into()));
    }
    let number = |value: Option<f64>| value.map_or_else(|| "none".to_string(), |value| figure(value, DIGITS));
    let sorted = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let spread = match driver.kind {
        DriverKind::Number => "fixed".to_string(),
        _ => format!("{} to {}", figure(driver.p5, DIGITS), figure(driver.p95, DIGITS)),
    };
    let law = match driver.kind {
        DriverKind::Number => "a number".to_string(),
        DriverKind::Yearly => rounded(&driver.law),
        DriverKind::Each => format!("{}, for each event", rounded(&driver.law)),
    };
    let mut source = Html::default();
    source.add(driver.source.as_deref().unwrap_or("none given"));
    if let Some(biography) = &driver.biography {
        let lines = biography_lines(biography).into_iter().map(|line| el("li").add(line));
        source.add(disclosure("How it was made", el("ul").all(lines)));
    }
    row = row
        .add(cell("Value", driver.law.clone(), law.into()))
        .add(cell("Average", sorted(driver.mean), number(driver.mean).into()))
        .add(cell("5% to 95%", (driver.p95 - driver.p5).to_string(), spread.into()))
        .add(cell("Source", driver.source.clone().unwrap_or_default(), source));
    row.into()
}
