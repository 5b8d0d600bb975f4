//! What moved since an earlier batch, in the terminal and as a table?

use crate::outcome::comparison::{ConfigChange, Step};
use crate::outcome::moved::{
    Attribution, BookPairing, FigureMoved, FigureVerdict, MemberMoved, Moved, MovedRow, Named,
};
use crate::report::csv::guarded;
use crate::report::files::{FileError, PendingFile};
use crate::report::format::{count, figure, grouped, printable};
use crate::report::layout::{lines_of, paragraph, plain_table};
use crate::statistics::{Estimate, NORMAL_95};
use std::path::{Path, PathBuf};

/// Name of the table of what moved.
pub const MOVED_FILE: &str = "moved.csv";

const WIDTH: usize = 100;
const INDENT: &str = "  ";
/// Keys of configs and figures of the system that are shown; the rest is counted.
const SHOWN: usize = 12;
/// Longest value of a key on a line.
const LONGEST: usize = 40;
/// Steps that are shown of one figure.
const STEPS: usize = 6;
/// Measures of the system that are shown.
const HEADLINE: [&str; 4] = ["mean", "var@0.99", "tvar@0.99", "probability_costs_more"];

/// Everything that moved, row by row.
pub struct MovedTable {
    writer: csv::Writer<PendingFile>,
    path: PathBuf,
}

const COLUMNS: [&str; 12] = [
    "what",
    "member",
    "scenario",
    "option",
    "measure",
    "before",
    "now",
    "change",
    "standard_error",
    "z",
    "verdict",
    "key",
];

impl MovedTable {
    /// Begins the table in a directory.
    ///
    /// # Errors
    /// A file that cannot be made.
    pub fn create(directory: &Path) -> Result<Self, FileError> {
        let path = directory.join(MOVED_FILE);
        let mut table = Self { writer: csv::Writer::from_writer(PendingFile::create(&path)?), path };
        table.record(&COLUMNS.map(str::to_owned))?;
        Ok(table)
    }

    fn record(&mut self, record: &[String; 12]) -> Result<(), FileError> {
        let path = &self.path;
        // Numbers begin with a sign or a digit and stay as they are; whatever else begins so is a text of a table or a config.
        let guarded = record.iter().map(|cell| if cell.parse::<f64>().is_ok() { cell.clone() } else { guarded(cell) });
        self.writer.write_record(guarded).map_err(|error| FileError::Io {
            action: "writing",
            path: path.clone(),
            source: std::io::Error::other(error),
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn push(&mut self, row: MovedRow<'_>) -> Result<(), FileError> {
        let number = |value: Option<f64>| {
            value.filter(|value| value.is_finite()).map_or_else(String::new, |value| value.to_string())
        };
        let mut cells: [String; 12] = Default::default();
        let mut set = |name: &str, text: String| {
            if let Some(place) = COLUMNS.iter().position(|column| *column == name) {
                cells[place] = text;
            }
        };
        match row {
            MovedRow::Key { scenario, change } => {
                set("what", "key".into());
                set("scenario", scenario.unwrap_or_default().into());
                set("key", change.path.clone());
                set("before", change.a.clone().unwrap_or_default());
                set("now", change.b.clone().unwrap_or_default());
            }
            MovedRow::Member { member, what } => {
                set("what", what.into());
                set("member", member.into());
            }
            MovedRow::Input { member, change } => {
                set("what", "input".into());
                set("member", member.into());
                set("key", change.key.clone());
                set("before", number(change.before));
                set("now", number(change.now));
                set("change", number(change.before.zip(change.now).map(|(before, now)| now - before)));
            }
            MovedRow::Figure { member, figure } => {
                set("what", if member.is_some() { "figure" } else { "system" }.into());
                set("member", member.unwrap_or_default().into());
                set("scenario", figure.scenario.clone());
                set("option", figure.option.clone());
                set("measure", figure.measure.clone());
                set("before", number(Some(figure.before.value)));
                set("now", number(Some(figure.now.value)));
                set("change", number(Some(figure.change)));
                set("standard_error", number(figure.standard_error));
                set("z", number(figure.z));
                set("verdict", verdict(figure.verdict).into());
            }
        }
        self.record(&cells)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn finish(self) -> Result<PathBuf, FileError> {
        let Self { writer, path } = self;
        let failed = |source| FileError::Io { action: "writing", path: path.clone(), source };
        let file = writer.into_inner().map_err(|error| failed(error.into_error()))?;
        file.keep()?;
        Ok(path)
    }
}

/// As in `batch.json`.
fn verdict(verdict: FigureVerdict) -> &'static str {
    match verdict {
        FigureVerdict::Same => "same",
        FigureVerdict::WithinNoise => "within_noise",
        FigureVerdict::Moved => "moved",
        FigureVerdict::NoiseNotKnown => "noise_not_known",
    }
}

/// What moved, for people.
pub fn moved_summary(moved: &Moved) -> String {
    let against = &moved.against;
    let mut text = format!("\nWhat moved since {}\n", printable(&against.title));
    let hash = against.plan_hash.trim_start_matches("blake3:");
    let mut say = |sentence: String| paragraph(&mut text, WIDTH, INDENT, &sentence);
    say(format!(
        "plan {}: {} members, {} years, seed {}; {}",
        &hash[..hash.len().min(12)],
        count(against.members),
        count(against.years),
        against.seed,
        match moved.pairing {
            BookPairing::SameYears => "the same years, so that what has not changed is equal to the bit",
            BookPairing::Independent => "other years than now, so that every figure has changed by its noise",
        }
    ));
    inputs(moved, &mut say);
    members(moved, &mut say);
    figures(moved, &mut say);
    system(moved, &mut text);
    most_moved(moved, &mut text);
    text
}

fn inputs(moved: &Moved, say: &mut impl FnMut(String)) {
    let inputs = &moved.inputs;
    let mut keys: Vec<String> = Vec::new();
    let change = |prefix: &str, change: &ConfigChange| {
        let value = |value: &Option<String>| value.as_deref().map_or_else(|| "absent".to_owned(), elided);
        let words = if change.matters { "" } else { " (changes no figure by itself)" };
        format!("{prefix}{} {} -> {}{words}", printable(&change.path), value(&change.a), value(&change.b))
    };
    keys.extend(inputs.batch.iter().map(|own| change("", own)));
    keys.extend(inputs.plan.iter().map(|own| change("plan: ", own)));
    for scenario in &inputs.scenarios {
        let prefix = format!("{}: ", printable(&scenario.name));
        keys.extend(scenario.keys.iter().map(|own| change(&prefix, own)));
        keys.extend(scenario.data.iter().map(|file| format!("{prefix}{} has other bytes", printable(file))));
    }
    for only in &inputs.only_in_one {
        let side = if only.side == "A" { "gone" } else { "new" };
        keys.push(format!("{} is {side}", printable(&only.what)));
    }
    keys.extend(
        inputs
            .mapped
            .iter()
            .map(|own| format!("table of members: {} differs for {}", printable(&own.key), of_members(own.members))),
    );
    if keys.is_empty() {
        say("no input differs".into());
    }
    let more = keys.len().saturating_sub(SHOWN);
    keys.truncate(SHOWN);
    keys.into_iter().for_each(&mut *say);
    if more > 0 {
        say(format!("and {more} more inputs: {MOVED_FILE} has them all"));
    }
}

fn of_members(count_of: u64) -> String {
    if count_of == 1 { "1 member".into() } else { format!("{} members", count(count_of)) }
}

fn members(moved: &Moved, say: &mut impl FnMut(String)) {
    let members = &moved.members;
    let groups = [
        ("new", &members.new),
        ("gone", &members.gone),
        ("failed now", &members.failed_now),
        ("failed before", &members.failed_before),
    ];
    for (what, named) in groups.into_iter().filter(|(_, named)| named.count > 0) {
        say(format!("{} {what}: {}", of_members(named.count), ids(named)));
    }
    for failure in &members.reasons {
        say(format!("{} failed: {}", printable(&failure.member), printable(&failure.reason)));
    }
}

fn ids(named: &Named) -> String {
    const MOST: usize = 6;
    let shown: Vec<String> = named.first.iter().take(MOST).map(|id| printable(id)).collect();
    let more = named.count - shown.len() as u64;
    let rest = if more > 0 { format!(" and {} more", count(more)) } else { String::new() };
    shown.join(", ") + &rest
}

fn figures(moved: &Moved, say: &mut impl FnMut(String)) {
    let counts = &moved.figures;
    let total = counts.same + counts.within_noise + counts.moved + counts.noise_not_known;
    if total == counts.same && moved.system.is_empty() {
        say(format!(
            "nothing moved: all {} figures of {} are the same, and the system's",
            count(total),
            of_members(moved.members.both)
        ));
        return;
    }
    say(format!(
        "of {} figures of {} in both: {} the same, {} changed within noise, {} moved beyond it ({}), {} changed with noise \
         not known ({} of them by more than {}%)",
        count(total),
        of_members(moved.members.both),
        count(counts.same),
        count(counts.within_noise),
        count(counts.moved),
        of_members(counts.members_moved),
        count(counts.noise_not_known),
        count(counts.noise_not_known_told),
        figure(100.0 * moved.rule.told_beyond, 3)
    ));
    say(format!(
        "beyond noise: more than {:.2} standard errors, so that of {} comparisons a single one is a false alarm in at most \
         {}% of nights; the largest change of a member is {} of them{}",
        moved.rule.standard_errors,
        count(moved.rule.comparisons),
        figure(100.0 * moved.rule.false_alarm, 3),
        moved.largest_z.map_or_else(|| "none".to_owned(), |z| grouped(z, 1)),
        match moved.pairing {
            BookPairing::SameYears => {
                "; in the same years a figure changes only where an input does: within noise means that two runs of other \
                 years would not tell it"
            }
            BookPairing::Independent => "",
        }
    ));
}

fn system(moved: &Moved, text: &mut String) {
    let shown: Vec<&FigureMoved> =
        moved.system.iter().filter(|figure| HEADLINE.contains(&figure.measure.as_str())).collect();
    if !shown.is_empty() {
        let header = ["all members together", "measure", "before", "now", "change", "standard errors"];
        let mut table = plain_table(2, header);
        for figure in shown.iter().take(SHOWN) {
            let of = format!("{}: {}", printable(&figure.scenario), printable(&figure.option));
            table.add_row([
                of,
                figure.measure.clone(),
                amount(&figure.measure, figure.before.value),
                amount(&figure.measure, figure.now.value),
                amount(&figure.measure, figure.change),
                judged(figure),
            ]);
        }
        text.extend(["\n", &lines_of(&table, INDENT), "\n"]);
    }
    text.push_str(&system_steps(&moved.system_steps));
    for refused in &moved.not_attributed {
        let sentence = format!(
            "{}: changes are not led back to inputs: {}",
            printable(&refused.scenario),
            printable(&refused.reason)
        );
        paragraph(text, WIDTH, INDENT, &sentence);
    }
}

/// What each input does alone to the mean of all members together.
fn system_steps(all: &[Attribution]) -> String {
    let mut table = plain_table(2, ["input, alone", "mean of", "change", "standard error", "years"]);
    let mut rows = 0;
    for steps in all.iter().filter(|steps| steps.measure == "mean" && steps.less.is_none()) {
        let mut add = |what: String, change: &Estimate| {
            rows += 1;
            if rows <= SHOWN {
                let of = format!("{}: {}", printable(&steps.scenario), printable(&steps.option));
                table.add_row([what, of, amount("mean", change.value), error("mean", change), count(steps.years)]);
            }
        };
        for Step { path, change } in steps.steps.iter().filter(|step| step.change.value != 0.0) {
            add(printable(path), change);
        }
        let several = steps.steps.len() > 1 && steps.now != steps.before;
        if several || !steps.not_alone.is_empty() {
            let keys: Vec<String> = steps.not_alone.iter().map(|key| printable(key)).collect();
            let what = if keys.is_empty() { String::new() } else { format!(" ({})", keys.join(", ")) };
            add(format!("together beyond that{what}"), &steps.together);
        }
    }
    if rows == 0 {
        return String::new();
    }
    let more = if rows > SHOWN { format!("{INDENT}and {} more in batch.json\n", rows - SHOWN) } else { String::new() };
    format!("\n{}\n{more}", lines_of(&table, INDENT))
}

/// Standard error of a step.
fn error(measure: &str, change: &Estimate) -> String {
    match change.low.zip(change.high) {
        Some((low, high)) if high > low => amount(measure, (high - low) / (2.0 * NORMAL_95)),
        Some(_) => "the same in every year".into(),
        None => "not known".into(),
    }
}

fn most_moved(moved: &Moved, text: &mut String) {
    if moved.most_moved.is_empty() {
        return;
    }
    let header =
        ["members that moved most", "scenario, option", "measure", "before", "now", "standard errors", "figures"];
    let mut table = plain_table(2, header);
    for member in &moved.most_moved {
        let MemberMoved { member, figures, largest, .. } = member;
        table.add_row([
            printable(member),
            format!("{}: {}", printable(&largest.scenario), printable(&largest.option)),
            largest.measure.clone(),
            amount(&largest.measure, largest.before.value),
            amount(&largest.measure, largest.now.value),
            judged(largest),
            count(*figures),
        ]);
    }
    text.extend(["\n", &lines_of(&table, INDENT), "\n"]);
    for member in &moved.most_moved {
        let because: Vec<String> = member
            .inputs
            .iter()
            .map(|change| {
                let value = |value: Option<f64>| value.map_or_else(|| "not mapped".to_owned(), |v| figure(v, 7));
                format!("{} {} -> {}", printable(&change.key), value(change.before), value(change.now))
            })
            .collect();
        // The mean of what moved most, or else of the first that was run.
        let is_of = |steps: &&Attribution| steps.measure == "mean" && steps.option == member.largest.option;
        let steps = member.steps.iter().filter(|steps| steps.scenario == member.largest.scenario).find(is_of);
        let sentence = match (because.is_empty(), steps) {
            (true, None) => format!("{}: no input of its own differs", printable(&member.member)),
            (_, steps) => {
                let mut parts = because;
                parts.extend(steps.map(attributed));
                format!("{}: {}", printable(&member.member), parts.join("; "))
            }
        };
        paragraph(text, WIDTH, INDENT, &sentence);
    }
}

/// One figure led back to its inputs, in a sentence.
fn attributed(steps: &Attribution) -> String {
    let shown = steps
        .steps
        .iter()
        .take(STEPS)
        .map(|Step { path, change }| format!("{} alone {}", printable(path), with_error(&steps.measure, change)));
    let mut parts: Vec<String> = shown.collect();
    let more = steps.steps.len().saturating_sub(STEPS);
    if more > 0 {
        parts.push(format!("{more} more in batch.json"));
    }
    if steps.steps.len() > 1 || !steps.not_alone.is_empty() {
        parts.push(format!("together beyond that {}", with_error(&steps.measure, &steps.together)));
    }
    if !steps.not_alone.is_empty() {
        let keys: Vec<String> = steps.not_alone.iter().map(|key| printable(key)).collect();
        parts.push(format!("not alone: {}", keys.join(", ")));
    }
    format!(
        "{} of {} ({}) {} -> {} over {} years: {}",
        steps.measure,
        printable(&steps.option),
        printable(&steps.scenario),
        amount(&steps.measure, steps.before),
        amount(&steps.measure, steps.now),
        count(steps.years),
        if parts.is_empty() { "no input differs".to_owned() } else { parts.join(", ") }
    )
}

fn with_error(measure: &str, change: &Estimate) -> String {
    let sign = if change.value > 0.0 { "+" } else { "" };
    let known = change.low.zip(change.high).is_some_and(|(low, high)| high > low);
    let error = error(measure, change);
    let error = if known { format!("standard error {error}") } else { error };
    format!("{sign}{} ({error})", amount(measure, change.value))
}

/// Standard errors of a change.
pub(in crate::report) fn judged(figure: &FigureMoved) -> String {
    match (figure.verdict, figure.z) {
        (FigureVerdict::NoiseNotKnown, _) => "not known".into(),
        (FigureVerdict::WithinNoise, Some(z)) => format!("{z:.1}, noise"),
        (_, Some(z)) => format!("{z:.1}"),
        (_, None) => "no noise".into(),
    }
}

/// A figure in its unit.
pub(in crate::report) fn amount(measure: &str, value: f64) -> String {
    if measure.starts_with("probability") {
        return format!("{}%", figure(100.0 * value, 4));
    }
    if measure.ends_with("_rate") || value.abs() < 100.0 { figure(value, 4) } else { grouped(value, 0) }
}

fn elided(text: &str) -> String {
    let text = printable(text);
    if text.chars().count() <= LONGEST {
        return text;
    }
    let kept: String = text.chars().take(LONGEST - 3).collect();
    format!("{}...", kept.trim_end())
}
