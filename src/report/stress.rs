//! How are stresses shown beside the base, and how is the year told that brings a loss most easily?

use super::biography::ending;
use super::format::{Unit, count, decimals_for, figure, grouped, half_width, money, percent};
use super::layout::to_the_right;
use super::summary::wrapped;
use super::uncertainty::shortened;
use crate::outcome::{DesignYear, ReverseStress, StressFigure, StressTest};
use crate::statistics::Estimate;
use comfy_table::{Table, presets};
use std::fmt::Write;

const WIDTH: usize = 100;
/// The tail that tables and charts show.
const TAIL: &str = "tvar@0.99";
/// Drivers of a design year, and of the typical one, that a table shows.
const MOST_DRIVERS: usize = 8;
/// Further years that a table shows.
const MOST_YEARS: usize = 3;

/// The finding, a block of figures for each option, what the stresses change, the reverse stress, definitions and cautions.
pub fn stress_table(found: &StressTest) -> String {
    let mut text = format!("{}\n", found.title);
    for line in wrapped(&finding(found), WIDTH) {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "\n{} years for each case, seed {}", count(found.years), found.seed);
    if !found.stresses.is_empty() {
        for (index, option) in found.options.iter().enumerate() {
            let unit = unit(found, option);
            let _ = writeln!(text, "\n{}, {}", shortened(option, 60), unit.label());
            let _ = writeln!(text, "{}", block(found, index, option, unit));
        }
        text.push('\n');
        for stress in &found.stresses {
            let what = stress.description.as_ref().map_or(String::new(), |what| format!(": {what}"));
            for line in wrapped(&format!("{}{what}", stress.name), WIDTH) {
                let _ = writeln!(text, "{line}");
            }
            for change in &stress.changes {
                let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "absent".into());
                let line = format!("{}: {} -> {}", change.path, value(&change.base), value(&change.stressed));
                let _ = writeln!(text, "  {}", wrapped(&line, WIDTH - 4).join("\n    "));
            }
        }
    }
    if let Some(reverse) = &found.reverse {
        text.push('\n');
        text.push_str(&reverse_table(reverse, !found.stresses.is_empty()));
    }
    text.push('\n');
    for line in found.definitions.iter().flat_map(|definition| wrapped(definition, WIDTH)) {
        let _ = writeln!(text, "{line}");
    }
    text + &ending(&found.cautions, None)
}

/// What the committee should know first: the stress that raises a tail most, else the reverse stress.
pub(super) fn finding(found: &StressTest) -> String {
    let mut worst: Option<(usize, &StressFigure)> = None;
    for (index, stress) in found.stresses.iter().enumerate() {
        for figure in stress.figures.iter().filter(|figure| is(figure, TAIL)) {
            let size = |figure: &StressFigure| figure.change.map_or(0.0, |change| change.value);
            if worst.is_none_or(|(_, most)| size(figure) > size(most)) {
                worst = Some((index, figure));
            }
        }
    }
    match (worst, &found.reverse) {
        (Some((index, figure)), _) => {
            let stress = &found.stresses[index].name;
            let change = figure.change.unwrap_or(Estimate::bare(0.0));
            let of = match found.stresses.len() {
                1 => format!("Under {stress}"),
                many => format!("Of {many} stresses, {stress} hurts most: under it"),
            };
            if change.value <= 0.0 {
                return format!("{of} no option's TVaR 99 rises.");
            }
            format!(
                "{of} the worst 1% of years of {} cost {} on average, {} more than in the base.",
                figure.option,
                money(figure.value.value, half_width(&figure.value)),
                money(change.value, half_width(&change))
            )
        }
        (None, Some(reverse)) => reverse_finding(reverse),
        (None, None) => "No stress.".into(),
    }
}

fn is(figure: &StressFigure, measure: &str) -> bool {
    figure.measure == format!("{measure} of {}", figure.option)
}

/// The unit of an option's table.
fn unit(found: &StressTest, option: &str) -> Unit {
    let cases = [None].into_iter().chain((0..found.stresses.len()).map(Some));
    let tails = cases.filter_map(|stress| found.figure(stress, &format!("{TAIL} of {option}")));
    Unit::of(tails.map(|figure| figure.value.value.abs()).fold(0.0, f64::max))
}

fn block(found: &StressTest, index: usize, option: &str, unit: Unit) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let of = |stress: Option<usize>, measure: &str| found.figure(stress, &format!("{measure} of {option}"));
    let mut header = vec![String::new(), "mean".into(), "change (95%)".into(), "TVaR 99".into(), "change (95%)".into()];
    if index > 0 {
        header.extend(["difference".into(), "costs more".into()]);
    }
    table.set_header(header);
    let write = |estimate: &Estimate| {
        let half = half_width(estimate).unwrap_or(0.0) / unit.dollars();
        grouped(estimate.value / unit.dollars(), decimals_for(half, 3))
    };
    let change = |figure: Option<&StressFigure>| {
        let Some(change) = figure.and_then(|figure| figure.change) else { return String::new() };
        let half = half_width(&change).unwrap_or(0.0) / unit.dollars();
        if change.value == 0.0 && half == 0.0 {
            return "0".into();
        }
        let sign = if change.value > 0.0 { "+" } else { "" };
        let decimals = decimals_for(half, 3);
        let value = format!("{sign}{}", grouped(change.value / unit.dollars(), decimals));
        // Half of the last digit shown is as good as nothing.
        match grouped(half, decimals) {
            half if half.bytes().any(|b| (b'1'..=b'9').contains(&b)) => format!("{value} +-{half}"),
            _ => value,
        }
    };
    let names = [None].into_iter().chain((0..found.stresses.len()).map(Some));
    for stress in names {
        let name = stress.map_or("base", |at| found.stresses[at].name.as_str());
        let (mean, tail) = (of(stress, "mean"), of(stress, TAIL));
        let mut row = vec![
            format!("  {}", shortened(name, 22)),
            mean.map_or(String::new(), |figure| write(&figure.value)),
            change(mean),
            tail.map_or(String::new(), |figure| write(&figure.value)),
            change(tail),
        ];
        if index > 0 {
            row.push(of(stress, "mean difference").map_or(String::new(), |figure| write(&figure.value)));
            row.push(of(stress, "costs more").map_or(String::new(), |figure| percent(figure.value.value, None)));
        }
        table.add_row(row);
    }
    to_the_right(&mut table, 1);
    table
}

pub(super) fn reverse_finding(reverse: &ReverseStress) -> String {
    let Some(design) = reverse.design.first() else {
        return format!("No simulated year of {} is beyond {}.", reverse.option, money(reverse.beyond, None));
    };
    let mut causes: Vec<String> = design.events.iter().map(|event| cause(&event.path, &event.what)).collect();
    causes.extend(
        design
            .drivers
            .iter()
            .take(3)
            .filter(|driver| driver.score.abs() > 1.0)
            .map(|driver| format!("{} {}", without_scope(&driver.path), standing(driver.percentile))),
    );
    let causes = match causes.split_last() {
        None => "nothing out of the ordinary".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    };
    format!(
        "The most probable of the {} simulated years in which {} costs more than {} is year {}: {causes}.",
        count(reverse.looked_at),
        reverse.option,
        money(reverse.beyond, None),
        design.year
    )
}

pub(super) fn cause(path: &str, what: &str) -> String {
    let workforce = path.strip_prefix("workforce.").and_then(|rest| rest.split('.').next());
    workforce.map_or(what.to_owned(), |workforce| format!("{what} ({workforce})"))
}

pub(super) fn without_scope(path: &str) -> &str {
    path.strip_prefix("workforce.").unwrap_or(path)
}

/// Where a driver stands: `at its 97th percentile`, `in its lowest 0.48%`.
pub(super) fn standing(p: f64) -> String {
    let percent = 100.0 * p;
    if percent < 0.5 {
        return format!("in its lowest {}%", figure(percent, 2));
    }
    if percent >= 99.5 {
        return format!("in its highest {}%", figure(100.0 - percent, 2));
    }
    let whole = percent.round() as u64;
    let ending = match (whole % 10, whole % 100) {
        (1, at) if at != 11 => "st",
        (2, at) if at != 12 => "nd",
        (3, at) if at != 13 => "rd",
        _ => "th",
    };
    format!("at its {whole}{ending} percentile")
}

fn reverse_table(reverse: &ReverseStress, is_told: bool) -> String {
    let mut text = format!(
        "Reverse stress: years of {} beyond {} (1 in {}; {} of {} simulated)\n",
        reverse.option,
        money(reverse.beyond, None),
        figure(reverse.return_period, 3),
        count(reverse.years_beyond),
        count(reverse.years)
    );
    // Without a stress this is the finding, which has been said.
    if is_told {
        for line in wrapped(&reverse_finding(reverse), WIDTH) {
            let _ = writeln!(text, "{line}");
        }
    }
    let Some(design) = reverse.design.first() else { return text };
    let _ = writeln!(text, "\n{}", design_table(design));
    let others: Vec<String> = reverse
        .design
        .iter()
        .skip(1)
        .take(MOST_YEARS)
        .map(|year| format!("year {} (distance {:.2}, {})", year.year, year.distance, money(year.total, None)))
        .collect();
    let mut line = format!(
        "Its distance from an ordinary year is {:.2} (drivers and amounts {:.2}, events {:.2}); half of the years beyond are farther than {:.2}.",
        design.distance,
        design.drivers_part.max(0.0).sqrt(),
        design.events_part.max(0.0).sqrt(),
        reverse.median_distance
    );
    if !others.is_empty() {
        let _ = write!(line, " Next: {}.", others.join(", "));
    }
    for line in wrapped(&line, WIDTH) {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "\nAmong all years beyond, against usual years\n{}", typical_table(reverse));
    text
}

fn design_table(design: &DesignYear) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        format!("year {}, {}", design.year, money(design.total, None)),
        "value".into(),
        "percentile".into(),
        "standard normal".into(),
    ]);
    for event in &design.events {
        table.add_row([
            format!("  {}", shortened(&cause(&event.path, &event.what), 52)),
            String::new(),
            format!("chance {}", percent(event.probability, None)),
            String::new(),
        ]);
    }
    for driver in design.drivers.iter().take(MOST_DRIVERS) {
        table.add_row([
            format!("  {}", shortened(without_scope(&driver.path), 52)),
            driver.value.map_or(String::new(), |value| figure(value, 3)),
            format!("{:.1}", 100.0 * driver.percentile),
            format!("{:+.2}", driver.score),
        ]);
    }
    to_the_right(&mut table, 1);
    table
}

fn typical_table(reverse: &ReverseStress) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["", "beyond", "usual"]);
    for event in &reverse.events {
        table.add_row([
            format!("  years with {}", cause(&event.path, &event.what)),
            percent(event.share_beyond, None),
            percent(event.share_usual, None),
        ]);
    }
    for driver in reverse.typical.iter().take(MOST_DRIVERS) {
        table.add_row([
            format!("  median percentile of {}", shortened(without_scope(&driver.path), 48)),
            format!("{:.0}", 100.0 * driver.median_percentile),
            "50".into(),
        ]);
    }
    to_the_right(&mut table, 1);
    table
}
