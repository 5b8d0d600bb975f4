//! How is a year told in a terminal: what it cost, what happened, which drivers were unusual?

use super::findings::{capitalised, component_name, simulated_years};
use super::format::{Unit, count, figure, grouped, money, one_in, percent, printable};
use super::story_words::{breaches_words, chosen_words, expected, fines_words, percentile, switch_words};
use super::summary::wrapped;
use crate::outcome::{BreachesOfYear, Chosen, Outcome, PolicyOfYear, Story, WorkforceOfYear};
use comfy_table::{CellAlignment, Table, presets};
use std::fmt::Write;

const WIDTH: usize = 100;
/// Drivers that are listed, the most unusual ones.
const DRIVERS: usize = 12;
/// Letters of a driver's path.
const PATH: usize = 46;
/// Between columns.
const GAP: usize = 2;
/// Half a cent: a line that is nothing.
const NOTHING: f64 = 0.005;

/// The stories one below the other, with a line that compares them where there are several of a year.
pub fn stories_text(outcome: &Outcome, stories: &[Story]) -> String {
    let mut text = String::new();
    if let Some(line) = side_by_side(stories) {
        let _ = writeln!(text, "{}\n", wrapped(&line, WIDTH).join("\n"));
    }
    for (i, story) in stories.iter().enumerate() {
        if i > 0 {
            text.push_str("\n\n");
        }
        text += &story_text(story);
    }
    let mut ending = format!(
        "{}, {}, seed {}. The replayed years are those of the run to the bit; percentile: how many years of 100 have at \
         most this value.",
        outcome.title,
        simulated_years(outcome.years),
        outcome.seed
    );
    let is_of_a_period = |chosen: &Chosen| matches!(chosen, Chosen::ReturnPeriod { .. });
    if stories.iter().any(|story| story.chosen.iter().any(is_of_a_period)) {
        ending += " A return period's year is one way of getting there; its neighbours may have other causes, and the run's \
                   co-TVaRs say what such years are made of on average.";
    }
    let _ = writeln!(text, "\n{}", wrapped(&ending, WIDTH).join("\n"));
    text
}

/// The same year of several options in a line.
fn side_by_side(stories: &[Story]) -> Option<String> {
    let first = stories.first()?;
    if stories.len() < 2 || stories.iter().any(|story| story.year != first.year) {
        return None;
    }
    let costs: Vec<String> =
        stories.iter().map(|story| format!("{} {}", story.option, money(story.total, None))).collect();
    Some(format!("What year {} costs: {}", count(first.year), costs.join(", ")))
}

/// One story.
pub fn story_text(story: &Story) -> String {
    let heading = format!("{}, year {}: {}", story.option, count(story.year), money(story.total, None));
    let mut text = format!("{}\n", wrapped(&heading, WIDTH).join("\n"));
    let _ = writeln!(text, "{}\n", wrapped(&standing(story), WIDTH).join("\n"));
    let _ = writeln!(text, "{}\n", wrapped(&story.sentences.join(" "), WIDTH).join("\n"));
    text += &components(story);
    text += &events(story);
    text += &drivers(story);
    text
}

/// Why it is told, and where it stands.
fn standing(story: &Story) -> String {
    let mut parts: Vec<String> =
        story.chosen.iter().filter(|chosen| **chosen != Chosen::Asked).map(chosen_words).collect();
    match (story.place, story.return_period) {
        (Some(place), Some(period)) => {
            let years = (place as f64 * period).round();
            parts.push(format!("place {} of {} from the worst", count(place), grouped(years, 0)));
        }
        (None, Some(period)) => parts.push(format!("as bad or worse about {} years", one_in(period))),
        _ => {}
    }
    parts.join("; ")
}

fn components(story: &Story) -> String {
    let largest = story.components.iter().map(|line| line.amount.abs().max(line.mean.abs()));
    // A billion would leave the other lines without digits.
    let unit = Unit::of(largest.fold(story.total.abs().max(story.mean.abs()), f64::max)).min(Unit::Million);
    let show = |amount: f64| grouped(amount / unit.dollars(), if unit == Unit::Dollar { 2 } else { 3 });
    let signed = |amount: f64| {
        let plain = show(amount);
        if amount > 0.0 && plain != show(0.0) { format!("+{plain}") } else { plain }
    };
    let mut table = table(["", "this year", "average", "above average", "of the excess"]);
    let mut is_excluded = false;
    for line in story.components.iter().filter(|line| line.amount.abs().max(line.mean.abs()) >= NOTHING) {
        is_excluded |= line.excluded;
        let mark = if line.excluded { " *" } else { "" };
        let share = line.share_of_excess.map_or_else(|| "-".into(), |share| format!("{}%", grouped(100.0 * share, 1)));
        table.add_row([
            format!("  {}{mark}", capitalised(component_name(line.component.key()))),
            show(line.amount),
            show(line.mean),
            signed(line.amount - line.mean),
            share,
        ]);
    }
    table.add_row(["  Total".into(), show(story.total), show(story.mean), signed(story.excess()), "100.0%".into()]);
    let mut text = format!("Cost in {}\n{}\n", unit.label(), lines(&table));
    if is_excluded {
        text += "  * left out of the total by the config\n";
    }
    text
}

fn events(story: &Story) -> String {
    let mut text = String::from("\nWhat happened\n");
    for told in &story.workforces {
        let share =
            if told.share == 1.0 { String::new() } else { format!(", {} of the volume", percent(told.share, None)) };
        push_indented(&mut text, "  ", &format!("{}{share}", told.name));
        for event in workforce_events(told) {
            push_indented(&mut text, "    ", &event);
        }
    }
    if let Some(policy) = &story.policy {
        push_indented(&mut text, "  ", &policy_line(policy));
    }
    text
}

fn workforce_events(told: &WorkforceOfYear) -> Vec<String> {
    let mut events = Vec::new();
    if let Some(switch) = &told.switch {
        events.push(format!("switch: {}", switch_words(switch)));
    }
    for of_year in &told.counts {
        let mut line = format!(
            "{}: {}, {} expected, percentile {}",
            of_year.what.replace('_', "-"),
            count(of_year.count),
            expected(of_year.expected),
            percentile(of_year.percentile)
        );
        if let Some(amounts) = of_year.amounts.as_ref().filter(|_| of_year.count > 0) {
            let unit = amounts.unit.split(',').next().unwrap_or(&amounts.unit);
            let each = figure(amounts.sum / of_year.count as f64, 3);
            let usual = amounts.usual.map_or_else(String::new, |usual| format!(" (usually {})", figure(usual, 3)));
            let _ = write!(line, "; {each} {unit} each{usual}");
        }
        if of_year.what == "departures" && told.lost_hours > 0.0 {
            let _ = write!(line, "; {} hours lost", grouped(told.lost_hours, 0));
        }
        events.push(line);
    }
    if let Some(breaches) = &told.breaches {
        events.extend(breach_lines(breaches));
    }
    if let Some(found) = &told.compliance {
        events.push(format!(
            "audit by a payer or regulator: {} of encounters coded wrongly, {} of them overpaid: {} repaid",
            percent(found.error_rate, None),
            percent(found.overpaid_share, None),
            money(found.cost, None)
        ));
    }
    if let Some(law) = &told.regulation {
        events.push(format!(
            "a new law brings the work back on shore for {} months: {}",
            figure(law.months, 3),
            money(law.cost, None)
        ));
    }
    if events.is_empty() {
        events.push("nothing but work".into());
    }
    events
}

fn breach_lines(breaches: &BreachesOfYear) -> Vec<String> {
    let rare = |severity: Option<f64>| {
        severity.map_or_else(String::new, |p| format!("; severity at percentile {}", percentile(p)))
    };
    let mut lines = vec![breaches_words(breaches)];
    match breaches.each.as_slice() {
        [only] => lines[0] += &format!(", {} kept{}", money(only.kept, None), rare(only.percentile)),
        several => lines.extend(several.iter().enumerate().map(|(i, breach)| {
            let (gross, kept) = (money(breach.gross, None), money(breach.kept, None));
            format!("  breach {}: {gross}, {kept} kept{}", i + 1, rare(breach.percentile))
        })),
    }
    if breaches.fined > 0 {
        lines.push(fines_words(breaches));
    }
    lines
}

fn policy_line(policy: &PolicyOfYear) -> String {
    let mut line = format!("cyber policy: premium {}", money(policy.premium, None));
    if policy.claimed > 0.0 {
        let _ = write!(
            line,
            "; claims of {}, retention {}, limit {}: pays {}",
            money(policy.claimed, None),
            money(policy.retention, None),
            money(policy.limit, None),
            money(policy.paid, None)
        );
    }
    line
}

fn drivers(story: &Story) -> String {
    let mut ranked: Vec<_> = story.drivers.iter().filter(|driver| driver.bore).collect();
    if ranked.is_empty() {
        return String::new();
    }
    let middle = |percentile: f64| (percentile - 0.5).abs();
    ranked.sort_by(|a, b| middle(b.percentile).total_cmp(&middle(a.percentile)).then_with(|| a.path.cmp(&b.path)));
    let shown = || ranked.iter().take(DRIVERS);
    let cells: Vec<[String; 4]> = shown()
        .map(|driver| {
            let figures = [figure(driver.value, 4), figure(driver.usual, 4)];
            let [value, usual] = figures;
            [format!("  {}", end_of(&driver.path, PATH)), value, usual, percentile(driver.percentile)]
        })
        .collect();
    let header = ["", "value", "usual", "percentile"];
    let widest = |column: usize| {
        cells.iter().map(|cells| cells[column].chars().count()).fold(header[column].len(), usize::max) + GAP
    };
    let room = WIDTH.saturating_sub((0..header.len()).map(widest).sum());
    let mut table = table(["", "value", "usual", "percentile", "unit"]);
    for (cells, driver) in cells.iter().zip(shown()) {
        table.add_row(cells.iter().cloned().chain([beginning_of(&driver.unit, room)]));
    }
    if let Some(column) = table.column_mut(4) {
        column.set_cell_alignment(CellAlignment::Left);
    }
    let mut text = format!("\nDrivers, the most unusual first\n{}\n", lines(&table));
    if let Some(next) = ranked.get(DRIVERS) {
        let (low, high) = (middle(next.percentile), ranked.len() - DRIVERS);
        let _ = writeln!(
            text,
            "  and {high} between the percentiles {} and {}",
            percentile(0.5 - low),
            percentile(0.5 + low)
        );
    }
    text
}

/// The end of a text, at most so many letters.
fn end_of(text: &str, most: usize) -> String {
    match text.chars().count().checked_sub(most) {
        None | Some(0) => printable(text),
        Some(beyond) => printable(&format!("…{}", text.chars().skip(beyond + 1).collect::<String>())),
    }
}

/// The beginning of a text, at most so many letters.
fn beginning_of(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_string();
    }
    format!("{}…", text.chars().take(most.saturating_sub(1)).collect::<String>().trim_end())
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    for (i, column) in table.column_iter_mut().enumerate() {
        column.set_cell_alignment(if i == 0 { CellAlignment::Left } else { CellAlignment::Right });
        column.set_padding((0, GAP as u16));
    }
    table
}

fn lines(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_string()).collect::<Vec<_>>().join("\n")
}

/// A wrapped line whose further lines are indented by two more.
fn push_indented(text: &mut String, indent: &str, line: &str) {
    let further = format!("\n{indent}  ");
    let leading = line.len() - line.trim_start().len();
    let _ = writeln!(text, "{indent}{}{}", &line[..leading], wrapped(line, WIDTH - indent.len() - 2).join(&further));
}
