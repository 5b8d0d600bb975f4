//! What moves a measure: how is it told to a committee?

use super::biography::ending;
use super::findings::capitalised;
use super::format::{count, grouped, level};
use super::influence::{
    ROWS, Scale, clearly_above, compact, drivers, listed_name, measure_in_words, name_of, paragraph, percentile,
    plain_share, share, share_interval, table, told,
};
use crate::outcome::{FactorRole, MeasureUnit, Sensitivity, Swing, VarianceOfFactor};
use std::fmt::Write;

/// The finding, then the tornado, the shares of variance, ranks and the worst years; what has little to say is folded.
pub fn sensitivity_table(found: &Sensitivity) -> String {
    let mut text = paragraph(&format!("{}.", deciding(found)));
    if let Some(swing) = widest(found) {
        text += &paragraph(&format!("Of drivers moved alone, {swing}."));
    }
    let scale = scale_of(found);
    let base = match (found.base.low, found.base.high) {
        (Some(low), Some(high)) if low < high => {
            format!("{} ({} to {})", scale.amount(found.base.value), scale.number(low), scale.number(high))
        }
        _ => scale.amount(found.base.value),
    };
    let base = format!("{}, as the case is: {base}", capitalised(&measure_in_words(&found.measure)));
    text += &format!("\n{}\n", paragraph(&base));
    text += &tornado(found, &scale);
    text += &variance(found);
    text += &shapley(found);
    text += &ranks(found);
    text += &tail(found);
    let guesses = found.tornado.iter().any(|swing| swing.is_guess);
    let group = found.tornado.iter().any(|swing| swing.in_group);
    let mut marks = Vec::new();
    if guesses {
        marks.push("* a guess by its own source");
    }
    if group {
        marks.push("+ depends on others, moved alone");
    }
    if !marks.is_empty() {
        let _ = writeln!(text, "{}", marks.join("; "));
    }
    text += &paragraph(&format!(
        "{} years of each variant, all of the same draws, seed {}; intervals are 95%, sampling error alone.",
        count(found.years),
        found.seed
    ));
    text + &ending(&found.cautions, None)
}

pub(super) fn scale_of(found: &Sensitivity) -> Scale {
    let ends = found.tornado.iter().flat_map(|swing| [swing.low.figure, swing.high.figure]);
    let largest = ends.chain([found.base.value]).map(f64::abs).fold(0.0, f64::max);
    let difference = found.tornado.first().map_or(0.0, |swing| swing.swing.value.abs());
    Scale::new(found.unit, largest, difference)
}

/// Which factor decides, and how surely.
pub(super) fn deciding(found: &Sensitivity) -> String {
    let factors: Vec<&VarianceOfFactor> =
        found.variance.factors.iter().filter(|factor| factor.total.value > 0.0).collect();
    let (of, measure) = (&found.variance.score, measure_in_words(&found.measure));
    let [first, rest @ ..] = factors.as_slice() else { return format!("Nothing that is random moves {measure}") };
    let name = told(&first.path, first.role);
    let sentence = match rest.first() {
        Some(second) if !clearly_above(&first.total, &second.total) => format!(
            "{name} and {} move {measure} most: they take part in {} and {} of the variance of {of}",
            told(&second.path, second.role),
            share(&first.total),
            share(&second.total)
        ),
        _ if first.first.value > 0.5 => {
            format!("{name} decides {measure}: alone it explains {} of the variance of {of}", share(&first.first))
        }
        _ => format!(
            "{name} moves {measure} most: it takes part in {} of the variance of {of}, {} alone",
            share(&first.total),
            share(&first.first)
        ),
    };
    match sentence.strip_prefix("the ") {
        Some(rest) => format!("The {rest}"),
        None => sentence,
    }
}

/// What the widest swing does.
pub(super) fn widest(found: &Sensitivity) -> Option<String> {
    let swing = found.tornado.first().filter(|swing| !swing.is_noise)?;
    let scale = scale_of(found);
    Some(format!(
        "{} moves {} from {} at its 10% quantile ({}) to {} at its 90% quantile ({})",
        told(&swing.path, swing.role),
        measure_in_words(&found.measure),
        scale.amount(swing.low.figure),
        compact(swing.low.value),
        scale.amount(swing.high.figure),
        compact(swing.high.value)
    ))
}

fn mark(swing: &Swing) -> &'static str {
    match (swing.is_guess, swing.in_group) {
        (true, true) => " *+",
        (true, false) => " *",
        (false, true) => " +",
        (false, false) => "",
    }
}

fn tornado(found: &Sensitivity, scale: &Scale) -> String {
    let telling: Vec<&Swing> = found.tornado.iter().filter(|swing| !swing.is_noise).collect();
    if telling.is_empty() {
        return "No driver moves it by more than its noise.\n\n".into();
    }
    let mut rows = table(&["Driver moved alone", "P10", "P90", "at P10", "at P90", "swing", "95%"]);
    for swing in telling.iter().take(ROWS) {
        rows.add_row([
            listed_name(&swing.path, mark(swing)),
            compact(swing.low.value),
            compact(swing.high.value),
            scale.number(swing.low.figure),
            scale.number(swing.high.figure),
            scale.change(swing.swing.value),
            scale.change_interval(&swing.swing),
        ]);
    }
    let unit = if found.unit == MeasureUnit::Usd { scale.label() } else { "percent of years" };
    let mut text = format!("{rows}\n");
    text += &paragraph(&format!("P10, P90: the driver's values; then the measure there and what it moves by, {unit}"));
    if let Some(next) = telling.get(ROWS) {
        let _ = writeln!(
            text,
            "{} more, each {} or less",
            drivers(telling.len() - ROWS),
            scale.amount(next.swing.value.abs())
        );
    }
    let idle = found.tornado.iter().filter(|swing| swing.is_noise && swing.swing.value == 0.0).count();
    let noisy: Vec<&str> = found
        .tornado
        .iter()
        .filter(|swing| swing.is_noise && swing.swing.value != 0.0)
        .map(|swing| name_of(&swing.path))
        .collect();
    if !noisy.is_empty() {
        text += &paragraph(&format!("No more than noise, and not ranked: {}", noisy.join(", ")));
    }
    if idle > 0 {
        let _ = writeln!(text, "{} without any effect on it", drivers(idle));
    }
    text + "\n"
}

fn variance(found: &Sensitivity) -> String {
    let division = &found.variance;
    let acting: Vec<&VarianceOfFactor> = division.factors.iter().filter(|factor| factor.total.value > 0.0).collect();
    if acting.is_empty() {
        return String::new();
    }
    let mut rows = table(&["Share of the variance (Sobol')", "what", "alone", "95%", "with others", "95%"]);
    for factor in acting.iter().take(ROWS) {
        let kind = match factor.role {
            FactorRole::Driver => "driver",
            FactorRole::Amounts => "amounts",
            FactorRole::Chance => "chance",
            FactorRole::Group => "group",
        };
        rows.add_row([
            listed_name(&factor.path, ""),
            kind.into(),
            share(&factor.first),
            share_interval(&factor.first),
            share(&factor.total),
            share_interval(&factor.total),
        ]);
    }
    let mut text = format!("{rows}\n");
    if acting.len() > ROWS {
        let rest: f64 = acting[ROWS..].iter().map(|factor| factor.total.value).sum();
        let _ = writeln!(text, "{} more, together below {}", acting.len() - ROWS, rounded_up(rest));
    }
    for group in acting.iter().filter(|factor| factor.role == FactorRole::Group) {
        let members: Vec<&str> = group.members.iter().map(|path| name_of(path)).collect();
        text += &paragraph(&format!("The dependence group: {}", members.join(", ")));
    }
    text += &paragraph(&format!(
        "Of the variance of {}. All factors alone: {}%; the rest is how they work together.",
        division.score,
        grouped(100.0 * division.alone, 0)
    ));
    text + "\n"
}

/// A share that is said to be an upper bound: one digit more than a percent, rounded up.
pub(super) fn rounded_up(share: f64) -> String {
    let decimals = if share < 0.01 { 2 } else { 1 };
    let unit = if share < 0.01 { 1e4 } else { 1e3 };
    format!("{}%", grouped(100.0 * ((share * unit).ceil() / unit), decimals))
}

fn shapley(found: &Sensitivity) -> String {
    let Some(division) = &found.shapley else { return String::new() };
    let mut rows = table(&["Share of the variance (Shapley)", "share", "95%"]);
    for effect in division.effects.iter().take(ROWS) {
        let mark = if effect.in_group { " +" } else { "" };
        rows.add_row([listed_name(&effect.path, mark), share(&effect.effect), share_interval(&effect.effect)]);
    }
    let mut text = format!("{rows}\n");
    if division.effects.len() > ROWS {
        let rest: f64 = division.effects[ROWS..].iter().map(|effect| effect.effect.value).sum();
        let _ = writeln!(text, "{} more, together {}", division.effects.len() - ROWS, rounded_up(rest.max(0.0)));
    }
    text + "\n"
}

fn ranks(found: &Sensitivity) -> String {
    let Some(ranks) = &found.ranks else { return String::new() };
    let telling = |low: Option<f64>, high: Option<f64>| matches!((low, high), (Some(l), Some(h)) if l > 0.0 || h < 0.0);
    let shown: Vec<String> = ranks
        .coefficients
        .iter()
        .filter(|found| telling(found.coefficient.low, found.coefficient.high))
        .take(6)
        .map(|found| format!("{} {:+.2}", name_of(&found.path), found.coefficient.value))
        .collect();
    if shown.is_empty() {
        return String::new();
    }
    paragraph(&format!(
        "Ranks (standardised rank regression, {} of ranks explained): {}",
        share(&ranks.explained),
        shown.join(", ")
    )) + "\n"
}

fn tail(found: &Sensitivity) -> String {
    let Some(tail) = &found.tail else { return String::new() };
    let unusual: Vec<_> = tail.drivers.iter().filter(|driver| driver.is_unusual).collect();
    let beyond = level(1.0 - tail.level);
    let mut text = String::new();
    if unusual.is_empty() {
        let _ = writeln!(text, "No driver is unusual in the worst {beyond}% of years ({}).", count(tail.worst));
    } else {
        let head = format!("In the worst {beyond}% of years");
        let mut rows = table(&[&head, "P10", "median", "P90", "mean percentile", "distance"]);
        for driver in unusual.iter().take(ROWS) {
            rows.add_row([
                listed_name(&driver.path, ""),
                percentile(driver.p10),
                percentile(driver.p50),
                percentile(driver.p90),
                grouped(100.0 * driver.mean.value, 0),
                grouped(driver.distance, 2),
            ]);
        }
        let _ = writeln!(text, "{rows}");
        text += &paragraph(&format!(
            "Percentiles of all years that the driver has in {} years; others are no farther from even (Kolmogorov's distance {}) than chance \
             takes one of them once in 20 studies.",
            count(tail.worst),
            grouped(tail.limit, 3)
        ));
    }
    if !tail.events.is_empty() {
        let head = format!("What happens in the worst {beyond}%");
        let mut rows = table(&[&head, "there", "in all years", "times as often", "95%"]);
        for event in &tail.events {
            let interval = match (event.lift.low, event.lift.high) {
                (Some(low), Some(high)) => format!("{} to {}", grouped(low, 1), grouped(high, 1)),
                _ => "withheld".into(),
            };
            rows.add_row([
                listed_name(&event.path, ""),
                plain_share(event.in_worst),
                plain_share(event.in_all),
                grouped(event.lift.value, 1),
                interval,
            ]);
        }
        let _ = write!(text, "\n{rows}\n");
    }
    text + "\n"
}
