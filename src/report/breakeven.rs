//! What does a break-even say in a terminal?

use super::biography::ending;
use super::format::{count, decimals_for, figure, grouped, half_width, money, percent, significant_decimals};
use super::layout::{lines_of, paragraph, plain_table};
use crate::outcome::Estimate;
use crate::outcome::breakeven::{BreakEven, Frontier, MeasureUnit, MovedDriver, Movement, Root, Trial};
use std::fmt::Write;

const WIDTH: usize = 100;
/// Digits of a value that is known exactly.
const DIGITS: i32 = 8;

/// The finding, then the values of the driver: today's, those that meet the question, and the ends of the search where none does.
pub fn break_even_table(found: &BreakEven) -> String {
    let mut text = format!("{}\n", found.title);
    paragraph(&mut text, WIDTH, "", &finding(found));
    text.push('\n');
    match &found.frontier {
        Some(frontier) => frontier_rows(&mut text, found, frontier),
        None => rows(&mut text, found),
    }
    text.push_str(&ending(&found.cautions, None));
    let years = found.frontier.as_ref().map_or(found.years, |frontier| frontier.years);
    let line = format!(
        "{} years for each trial, the same for all, seed {}; intervals are 95%, of sampling error alone.",
        count(years),
        found.seed
    );
    text.push('\n');
    paragraph(&mut text, WIDTH, "", &line);
    text
}

/// The question and its answer in one sentence.
///
/// A driver's name stands as in a config, so that it can be pasted.
pub fn finding(found: &BreakEven) -> String {
    let (driver, question) = (&found.driver, &found.question);
    if let Some(frontier) = &found.frontier {
        return frontier_finding(found, frontier);
    }
    match found.roots.as_slice() {
        [] if found.cautions.iter().any(|caution| caution.code == "met_everywhere") => {
            format!("{} = {} at every value of {}", question.left, question.right, driver.path)
        }
        [] => {
            let ends = match (found.curve.first(), found.curve.last()) {
                (Some(first), Some(last)) => format!(
                    ": it is {} at the one and {} at the other",
                    measure(first.left, question.unit),
                    measure(last.left, question.unit)
                ),
                _ => String::new(),
            };
            let side = match found.curve.first().map(|trial| trial.gap.value > 0.0) {
                Some(true) => format!("; throughout, {}", question.above),
                Some(false) => format!("; throughout, {}", question.below),
                None => String::new(),
            };
            format!(
                "No value of {} from {} to {} gives {} = {}{ends}{side}",
                driver.path,
                plain(driver.from),
                plain(driver.to),
                question.left,
                question.right
            )
        }
        [root] => {
            let (before, _) = sides(found, root);
            format!(
                "{} until {} reaches {} {}; {}",
                before,
                driver.path,
                with_interval(&root.value),
                driver.unit,
                against_today(driver, root)
            )
        }
        several => {
            let values: Vec<String> = several.iter().map(|root| value(&root.value)).collect();
            format!(
                "{} = {} at {} values of {}: {}",
                question.left,
                question.right,
                several.len(),
                driver.path,
                values.join(", ")
            )
        }
    }
}

/// What is the case at smaller values of the driver, and at larger ones?
pub(super) fn sides<'a>(found: &'a BreakEven, root: &Root) -> (&'a str, &'a str) {
    let question = &found.question;
    if root.slope < 0.0 { (&question.above, &question.below) } else { (&question.below, &question.above) }
}

fn against_today(driver: &MovedDriver, root: &Root) -> String {
    let Some(today) = driver.today else { return "today it has no limit".to_owned() };
    let name = if driver.by == Movement::Point { "today it is" } else { "today its mean is" };
    let inside = |low: f64, high: f64| today >= low && today <= high && low < high;
    let near = root.value.low.zip(root.value.high).is_some_and(|(low, high)| inside(low, high));
    let untold = if near { ", which the interval does not tell from it" } else { "" };
    format!("{name} {}{untold}", plain(today))
}

fn frontier_finding(found: &BreakEven, frontier: &Frontier) -> String {
    let (first, second) = (&found.driver, &frontier.driver);
    let met: Vec<_> = frontier.points.iter().filter_map(|point| Some((point.first, point.second?))).collect();
    let question = format!("{} = {}", found.question.left, found.question.right);
    // The point of the case itself says most: what the second driver must be with the first as it is.
    let today = met.iter().find(|(at, _)| Some(*at) == first.today);
    if let Some((at, root)) = today {
        return format!(
            "With {} at today's {}, {question} where {} is {} {}",
            first.path,
            plain(*at),
            second.path,
            with_interval(root),
            second.unit
        );
    }
    match (met.first(), met.last()) {
        (Some(from), Some(to)) if met.len() > 1 => format!(
            "{question} where {} is {} at {} = {}, and {} at {}",
            second.path,
            value(&from.1),
            first.path,
            plain(from.0),
            value(&to.1),
            plain(to.0)
        ),
        _ => format!(
            "{question} at {} of {} from {} to {} and {} from {} to {}",
            if met.is_empty() { "no pair" } else { "hardly any pair" },
            first.path,
            plain(first.from),
            plain(first.to),
            second.path,
            plain(second.from),
            plain(second.to)
        ),
    }
}

fn rows(text: &mut String, found: &BreakEven) {
    let (driver, question) = (&found.driver, &found.question);
    let moved = match driver.by {
        Movement::Point => "",
        Movement::Shift => "shift",
        Movement::Scale => "factor",
    };
    let mut table = plain_table(3, ["", &driver_column(driver), "95% interval", moved, &question.left]);
    let mut row = |name: &str, value: String, interval: String, by: String, left: f64| {
        table.add_row([name.to_owned(), value, interval, by, measure(left, question.unit)]);
    };
    let ends: Vec<(&str, &Trial)> = match (found.roots.is_empty(), found.curve.first(), found.curve.last()) {
        (true, Some(first), Some(last)) => vec![("lowest searched", first), ("highest searched", last)],
        _ => Vec::new(),
    };
    let today = driver.today.map_or("no limit".to_owned(), plain);
    row("today", today, String::new(), by_text(driver, driver.today), found.today.left);
    for root in &found.roots {
        row(
            "break-even",
            value(&root.value),
            interval(&root.value),
            by_text(driver, Some(root.value.value)),
            root.left,
        );
    }
    for (name, trial) in ends {
        row(name, plain(trial.value), String::new(), by_text(driver, Some(trial.value)), trial.left);
    }
    let _ = writeln!(text, "{}", lines_of(&table, ""));
    text.push('\n');
    paragraph(text, WIDTH, "", &how_moved(driver));
}

fn frontier_rows(text: &mut String, found: &BreakEven, frontier: &Frontier) {
    let columns = ["", &found.driver.path, &frontier.driver.path, "95% interval"];
    let mut table = plain_table(3, columns);
    for point in &frontier.points {
        let today = if Some(point.first) == found.driver.today { "today" } else { "" };
        let (second, interval) = match &point.second {
            Some(second) => (value(second), interval(second)),
            None => ("none".to_owned(), String::new()),
        };
        table.add_row([today.to_owned(), plain(point.first), second, interval]);
    }
    let _ = writeln!(text, "{}", lines_of(&table, ""));
    text.push('\n');
    for driver in [&found.driver, &frontier.driver] {
        paragraph(text, WIDTH, "", &how_moved(driver));
    }
}

fn driver_column(driver: &MovedDriver) -> String {
    let name = driver.path.rsplit('.').next().unwrap_or(&driver.path);
    format!("{name}, {}", driver.unit)
}

fn by_text(driver: &MovedDriver, at: Option<f64>) -> String {
    let (Some(at), Some(today)) = (at, driver.today) else { return String::new() };
    match driver.by {
        Movement::Point => String::new(),
        Movement::Shift if at == today => "0".to_owned(),
        Movement::Shift => format!("{}{}", if at > today { "+" } else { "" }, figure(at - today, 4)),
        Movement::Scale => format!("x {}", figure(at / today, 4)),
    }
}

/// What the driver is, how it is moved and how far.
pub(super) fn how_moved(driver: &MovedDriver) -> String {
    let how = match driver.by {
        Movement::Point => "replaced by a number",
        Movement::Shift => "every value moved by the same amount, the mean shown",
        Movement::Scale => "every value times the same factor, the mean shown",
    };
    let limit = driver.limit.as_ref().map_or_else(String::new, |limit| format!("; {limit}"));
    format!(
        "{}: {}, {} today; {how}; searched from {} to {}{limit}.",
        driver.path,
        driver.meaning,
        driver.law,
        plain(driver.from),
        plain(driver.to)
    )
}

/// An amount or a probability.
pub(super) fn measure(value: f64, unit: MeasureUnit) -> String {
    match unit {
        MeasureUnit::Usd => {
            // The rest of a crossing that was solved to rounding is no amount.
            const ROUNDING: f64 = 5e-3;
            money(if value.abs() < ROUNDING { 0.0 } else { value }, None)
        }
        MeasureUnit::Probability => percent(value, Some(1e-3)),
    }
}

/// A value known exactly, with the digits that it needs.
pub(super) fn plain(value: f64) -> String {
    figure(value, 4)
}

/// A value with the digits that its interval supports.
pub(super) fn value(estimate: &Estimate) -> String {
    match half_width(estimate) {
        Some(half) if half > 0.0 => supported(estimate.value, estimate, half),
        _ => figure(estimate.value, DIGITS),
    }
}

/// An end or the middle of an interval to the digits that its half-width supports.
fn supported(value: f64, estimate: &Estimate, half: f64) -> String {
    let decimals = decimals_for(half, 9).max(significant_decimals(estimate.value, 3).min(2));
    // Digits before the point that the interval does not support are rounded away too.
    let step = 10f64.powi((half.log10().floor() as i32 - 1).max(0));
    if step > 1.0 { grouped((value / step).round() * step, 0) } else { grouped(value, decimals) }
}

fn interval(estimate: &Estimate) -> String {
    match (estimate.low, estimate.high, half_width(estimate)) {
        (Some(low), Some(high), Some(half)) if half > 0.0 => {
            format!("{} to {}", supported(low, estimate, half), supported(high, estimate, half))
        }
        (Some(_), Some(_), _) => "exact".to_owned(),
        _ => "withheld".to_owned(),
    }
}

pub(super) fn with_interval(estimate: &Estimate) -> String {
    match interval(estimate) {
        exact if exact == "exact" => value(estimate),
        interval => format!("{} ({interval})", value(estimate)),
    }
}
