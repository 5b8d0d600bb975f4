//! Which assumptions does the result rest on, where do they come from, which are guesses?

use super::html::{Html, el};
use super::pieces::{Section, disclosure};
use crate::outcome::{DriverKind, DriverRecord, Outcome, Swing};
use crate::report::biography::biography_lines;
use crate::report::format::figure;
use crate::report::sensitivity::scale_of;
use std::collections::BTreeMap;

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

/// How much a driver moves the answer.
struct Rank {
    place: usize,
    /// In words.
    words: String,
    size: f64,
}

/// By path, where the outcome has looked.
fn influence(outcome: &Outcome) -> BTreeMap<&str, Rank> {
    let Some(found) = &outcome.sensitivity else { return BTreeMap::new() };
    let scale = scale_of(found);
    let rank = |(place, swing): (usize, &'_ Swing)| {
        let size = swing.swing.value.abs();
        let words = if swing.is_noise { "noise".into() } else { scale.amount(size) };
        Rank { place, words, size }
    };
    found.tornado.iter().enumerate().map(|(place, swing)| (swing.path.as_str(), rank((place, swing)))).collect()
}

fn row(index: usize, driver: &DriverRecord, rank: Option<Option<&Rank>>) -> Html {
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

/// A law with its parameters to as many digits as a reader takes in; the config below has them all.
fn rounded(law: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mut out = String::new();
    let mut rest = law;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let end = rest[start..].find(|c: char| !is_part(c)).map_or(rest.len(), |length| start + length);
        let number = &rest[start..end];
        out.push_str(&rest[..start]);
        // An exponent that follows, or a name with digits in it, stays as it is.
        let alone = !rest[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_')
            && !rest[end..].starts_with(|c: char| c.is_alphanumeric());
        match number.parse::<f64>() {
            Ok(value) if alone && number.contains('.') && number.len() > 6 => out.push_str(&figure(value, DIGITS)),
            _ => out.push_str(number),
        }
        rest = &rest[end..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_are_read_with_four_digits() {
        assert_eq!(
            rounded("lognormal(mu -0.000799360682, sigma 0.0399840139)"),
            "lognormal(mu -0.0007994, sigma 0.03998)"
        );
        assert_eq!(rounded("gamma(shape 25, scale 0.04)"), "gamma(shape 25, scale 0.04)");
        assert_eq!(rounded("pert(min 1.5e-12, max 250000000)"), "pert(min 1.5e-12, max 250000000)");
        assert_eq!(rounded(""), "");
    }
}
