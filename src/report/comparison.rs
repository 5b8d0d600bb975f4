//! What does a comparison say in a terminal?

use super::findings::near_level;
use super::format::{Unit, count, decimals_for, figure, grouped, money, percent};
use super::layout::{lines_of, paragraph, plain_table};
use crate::outcome::comparison::{
    Comparison, ConfigChange, DriverChange, DriverFigures, MeasureChange, MeasureKind, Pairing, StepsOf, Verdict,
};
use crate::outcome::{Estimate, LevelMeasures};
use std::fmt::Write;

const WIDTH: usize = 100;
/// Longest value of a config, and longest name, on a line.
const LONGEST: usize = 86;
const LONGEST_NAME: usize = 36;
/// Lines of cost that are shown of an option, the largest changes first.
const LINES: usize = 6;
/// Single changes that are shown.
const STEPS: usize = 12;
/// The level whose VaR and TVaR are shown.
const LEVEL: f64 = 0.99;

/// The finding, then what differs: versions, config, drivers, measures, and what each change does alone.
pub fn comparison_table(found: &Comparison) -> String {
    let mut text = String::new();
    paragraph(&mut text, WIDTH, "", &finding(found));
    for note in &found.notes {
        paragraph(&mut text, WIDTH, "  ", &format!("{}: {}", note.code, note.message));
    }
    let _ = writeln!(text, "\nA  {}\nB  {}", side(&found.a), side(&found.b));
    config(&mut text, &found.config);
    drivers(&mut text, &found.drivers);
    measures(&mut text, found);
    for steps in &found.steps {
        single_changes(&mut text, steps);
    }
    ending(&mut text, found);
    text
}

fn side(side: &crate::outcome::comparison::Compared) -> String {
    let hash = &side.config_hash[..side.config_hash.len().min(8)];
    let what = format!("{}: {}; {} years, seed {}, config {hash}", side.name, side.title, count(side.years), side.seed);
    elided(&what, WIDTH - 3)
}

fn elided(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 3).collect();
    format!("{}...", kept.trim_end())
}

/// What changed, in a sentence or two.
pub fn finding(found: &Comparison) -> String {
    let total = found.measures.len();
    let changed = found.measures.iter().filter(|row| row.verdict == Verdict::Changed).count();
    if found.measures.iter().all(|row| row.verdict == Verdict::Same) {
        return format!("Nothing changed: all {total} measures are the same on both sides");
    }
    if changed == 0 {
        let largest = found.measures.iter().filter_map(|row| row.z).fold(0.0f64, |most, z| most.max(z.abs()));
        return format!(
            "No measure changed by more than noise: the largest of {total} changes is {} standard errors",
            grouped(largest, 1)
        );
    }
    let counted = format!("{changed} of {total} measures changed by more than noise");
    if let Some(steps) = found.steps.first() {
        let (before, after) = (money(steps.a, None), money(steps.b, None));
        let alone = steps.steps.first().filter(|step| step.change.value != 0.0).map_or_else(String::new, |step| {
            format!("; the largest single change, {}, makes {} of it alone", step.path, signed_money(step.change.value))
        });
        return format!(
            "{} costs {before} a year more than {} in A, {after} in B{alone}; {counted}",
            steps.option, steps.baseline
        );
    }
    let mean = found.measures.iter().filter(|row| row.measure.starts_with("mean") && row.verdict == Verdict::Changed);
    let largest = mean.reduce(|best, row| if row.change.abs() > best.change.abs() { row } else { best });
    match largest {
        Some(row) => format!(
            "{counted}; the {} of {} goes from {} to {}",
            row.measure,
            row.option,
            money(row.a.value, None),
            money(row.b.value, None)
        ),
        None => counted,
    }
}

fn signed_money(amount: f64) -> String {
    let text = money(amount, None);
    if amount > 0.0 { format!("+{text}") } else { text }
}

fn config(text: &mut String, changes: &[ConfigChange]) {
    if changes.is_empty() {
        return;
    }
    let words = changes.iter().filter(|change| !change.matters).count();
    let _ = writeln!(text, "\nConfig: {} values differ, {words} of them in words alone", changes.len());
    for change in changes.iter().filter(|change| change.matters) {
        let _ = writeln!(text, "  {}", change.path);
        for (mark, value) in [("-", &change.a), ("+", &change.b)] {
            let _ = writeln!(text, "    {mark} {}", elided(value.as_deref().unwrap_or("absent"), LONGEST));
        }
    }
}

fn drivers(text: &mut String, changes: &[DriverChange]) {
    if changes.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nDrivers that differ");
    let mut table = plain_table(2, ["", "", "mean", "sd", "P5", "P95"]);
    for change in changes {
        let rows = [("A", &change.a), ("B", &change.b)];
        for (index, (side, figures)) in rows.into_iter().enumerate() {
            let name = if index == 0 { elided(&change.path, 52) } else { String::new() };
            let row = match figures {
                Some(DriverFigures { mean, sd, p5, p95, .. }) => {
                    let finite = |value: &Option<f64>| value.map_or("infinite".to_owned(), |value| figure(value, 3));
                    [name, side.to_owned(), finite(mean), finite(sd), figure(*p5, 3), figure(*p95, 3)]
                }
                None => [name, side.to_owned(), "absent".to_owned(), String::new(), String::new(), String::new()],
            };
            table.add_row(row);
        }
    }
    let _ = writeln!(text, "{}", lines_of(&table, "  "));
}

/// Means, deviations and one level of totals and differences, probabilities, and of components the largest changes.
fn measures(text: &mut String, found: &Comparison) {
    let level = shown_level(found);
    let is_shown = |row: &MeasureChange| match level {
        _ if row.measure.starts_with("mean") || row.measure.starts_with("sd") => true,
        Some(level) => row.measure.split(' ').next().is_some_and(|name| name.ends_with(&format!("@{level}"))),
        None => false,
    };
    let money_kinds = |row: &&MeasureChange| matches!(row.kind, MeasureKind::Total | MeasureKind::Difference);
    let amounts: Vec<&MeasureChange> = found.measures.iter().filter(money_kinds).filter(|row| is_shown(row)).collect();
    amount_rows(text, "Cost of a year", &amounts, found);
    let shares: Vec<&MeasureChange> =
        found.measures.iter().filter(|row| row.kind == MeasureKind::Probability).collect();
    share_rows(text, &shares, found);
    let mut lines: Vec<&MeasureChange> =
        found.measures.iter().filter(|row| row.kind == MeasureKind::Component && row.change != 0.0).collect();
    lines.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()));
    lines.truncate(LINES);
    amount_rows(text, "Lines whose mean changed most", &lines, found);
}

/// The level nearest to 99% that is compared.
fn shown_level(found: &Comparison) -> Option<f64> {
    let levels =
        found.measures.iter().filter_map(|row| row.measure.strip_prefix("var@")?.split(' ').next()?.parse().ok());
    let levels: Vec<LevelMeasures> = levels
        .map(|level: f64| LevelMeasures {
            level,
            return_period: 1.0 / (1.0 - level),
            var: Estimate::bare(0.0),
            tvar: Estimate::bare(0.0),
        })
        .collect();
    near_level(&levels, LEVEL).map(|found| found.level)
}

/// As in `Offshore: mean`, `Offshore less Domestic: mean`.
pub(super) fn row_name(row: &MeasureChange, baseline: Option<&str>) -> String {
    let option = elided(&row.option, LONGEST_NAME);
    match row.kind {
        MeasureKind::Difference => {
            let half = LONGEST_NAME / 2;
            let (option, first) = (elided(&row.option, half), elided(baseline.unwrap_or("the first"), half));
            format!("{option} less {first}: {}", row.measure.trim_end_matches(" difference"))
        }
        MeasureKind::Probability if row.measure == "cheapest" => format!("{option} is cheapest"),
        MeasureKind::Probability => format!("{option} {}", row.measure),
        MeasureKind::Total | MeasureKind::Component => format!("{option}: {}", row.measure.replace('_', " ")),
    }
}

fn amount_rows(text: &mut String, title: &str, rows: &[&MeasureChange], found: &Comparison) {
    let largest = rows.iter().flat_map(|row| [row.a.value.abs(), row.b.value.abs()]).fold(0.0, f64::max);
    let unit = Unit::of(largest);
    let size = unit.dollars();
    let show = |row: &MeasureChange, value: f64| grouped(value / size, decimals(row, size));
    measure_rows(text, &format!("{title}, {}", unit.label()), rows, found, &show);
}

fn share_rows(text: &mut String, rows: &[&MeasureChange], found: &Comparison) {
    let show = |row: &MeasureChange, value: f64| grouped(100.0 * value, decimals(row, 0.01));
    measure_rows(text, "Probabilities, %", rows, found, &show);
}

fn decimals(row: &MeasureChange, size: f64) -> usize {
    match row.standard_error {
        Some(error) if error > 0.0 => decimals_for(error / size, 4),
        _ => 2,
    }
}

fn measure_rows(
    text: &mut String,
    title: &str,
    rows: &[&MeasureChange],
    found: &Comparison,
    show: &dyn Fn(&MeasureChange, f64) -> String,
) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}");
    let mut table = plain_table(2, ["", "A", "B", "change", "std error", "z"]);
    let limit = found.fail_beyond;
    for row in rows {
        let change = if row.change > 0.0 { format!("+{}", show(row, row.change)) } else { show(row, row.change) };
        let error = row.standard_error.map_or("unknown".to_owned(), |error| show(row, error));
        let name = row_name(row, found.baseline.as_deref());
        table.add_row([name, show(row, row.a.value), show(row, row.b.value), change, error, score(row, limit)]);
    }
    let _ = writeln!(text, "{}", lines_of(&table, "  "));
}

/// Change in standard errors, marked where it is more than noise.
fn score(row: &MeasureChange, limit: Option<f64>) -> String {
    let mark = match (row.verdict, row.z, limit) {
        (Verdict::Changed, Some(z), Some(limit)) if z.abs() > limit => " !",
        (Verdict::Changed, None, Some(_)) => " !",
        (Verdict::Changed, _, _) => " *",
        _ => "",
    };
    match (row.verdict, row.z) {
        (Verdict::Same, _) => "same".to_owned(),
        (Verdict::Unknown, _) => "unknown".to_owned(),
        (_, Some(z)) if z.abs() >= 999.5 => format!("{}1000{mark}", if z > 0.0 { ">" } else { "<-" }),
        (_, Some(z)) => format!("{}{mark}", grouped(z, 1)),
        (_, None) => format!("exact{mark}"),
    }
}

fn single_changes(text: &mut String, steps: &StepsOf) {
    let unit =
        Unit::of(steps.a.abs().max(steps.b.abs()).max(steps.steps.first().map_or(0.0, |s| s.change.value.abs())));
    let size = unit.dollars();
    let title = format!(
        "What each change does alone to {} less {}, on average, {} ({} years)",
        steps.option,
        steps.baseline,
        unit.label(),
        count(steps.years)
    );
    text.push('\n');
    paragraph(text, WIDTH, "", &title);
    let half = |change: &Estimate| change.high.map(|high| high - change.value).filter(|half| *half > 0.0);
    let show = |value: f64, half: Option<f64>| {
        let decimals = half.map_or(2, |half| decimals_for(half / size, 4).max(1));
        format!("{}{}", if value > 0.0 { "+" } else { "" }, grouped(value / size, decimals))
    };
    let error = |change: &Estimate| {
        half(change)
            .map_or(String::new(), |half| format!("± {}", grouped(half / size, decimals_for(half / size, 4).max(1))))
    };
    let mut table = plain_table(2, ["in A", "change", "95%"]);
    let plain = |value: f64| grouped(value / size, 2);
    table.set_header(["in A".to_owned(), plain(steps.a), "95%".to_owned()]);
    for step in steps.steps.iter().take(STEPS) {
        let name = elided(&step.path, 60);
        table.add_row([name, show(step.change.value, half(&step.change)), error(&step.change)]);
    }
    if steps.steps.len() > STEPS {
        let rest: f64 = steps.steps[STEPS..].iter().map(|step| step.change.value).sum();
        table.add_row([format!("{} smaller changes", steps.steps.len() - STEPS), show(rest, None), String::new()]);
    }
    table.add_row([
        "together, beyond the sum of each alone".to_owned(),
        show(steps.together.value, half(&steps.together)),
        error(&steps.together),
    ]);
    table.add_row(["in B".to_owned(), plain(steps.b), String::new()]);
    let _ = writeln!(text, "{}", lines_of(&table, "  "));
    if !steps.not_alone.is_empty() {
        paragraph(
            text,
            WIDTH,
            "  ",
            &format!("cannot stand alone in A, and so count as together: {}", steps.not_alone.join(", ")),
        );
    }
}

/// How the noise of a change was found.
pub(super) fn how(found: &Comparison) -> String {
    match found.pairing {
        Pairing::Paired => "Both sides lived through the same years, and each change is held against how it varies from year to year".to_owned(),
        Pairing::SameYears if found.a.config_hash == found.b.config_hash => {
            "Both sides asked the same question: one config, one seed, as many years".to_owned()
        }
        Pairing::SameYears => {
            "Both sides lived through the same years, but results keep no single ones: noise is taken as if their years were independent, which \
             overstates it. Compare the configs for less"
                .to_owned()
        }
        Pairing::Independent => {
            let chance = percent(0.0455, None);
            format!("Years of their own: of measures that did not change, {chance} are beyond 2 standard errors by chance")
        }
    }
}

fn ending(text: &mut String, found: &Comparison) {
    text.push('\n');
    if !found.only_in_one.is_empty() {
        let names: Vec<String> =
            found.only_in_one.iter().map(|only| format!("{} ({} alone)", only.what, only.side)).collect();
        paragraph(text, WIDTH, "", &format!("Not compared: {}.", names.join(", ")));
    }
    if let Some(limit) = found.fail_beyond {
        let beyond: Vec<String> = found
            .measures
            .iter()
            .filter(|row| match (row.verdict, row.z) {
                (Verdict::Same | Verdict::Unknown, _) => false,
                (_, Some(z)) => z.abs() > limit,
                (_, None) => true,
            })
            .map(|row| row_name(row, found.baseline.as_deref()))
            .collect();
        let line = if beyond.is_empty() {
            format!("No change is beyond {} standard errors.", figure(limit, 3))
        } else {
            let shown: Vec<&str> = beyond.iter().take(4).map(String::as_str).collect();
            let more = if beyond.len() > shown.len() { ", ..." } else { "" };
            format!(
                "{} of {} changes are beyond {} standard errors: {}{more}.",
                beyond.len(),
                found.measures.len(),
                figure(limit, 3),
                shown.join(", ")
            )
        };
        paragraph(text, WIDTH, "", &line);
    }
    let how = how(found);
    let line = format!(
        "{how}. * beyond 2 standard errors{}; {} measures in all, every one in --json. Sampling error alone.",
        if found.fail_beyond.is_some() { ", ! beyond the limit" } else { "" },
        found.measures.len()
    );
    paragraph(text, WIDTH, "", &line);
}
