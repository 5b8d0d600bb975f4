//! What is wrong with a config, where, and what is the way out?

use super::files::{File, Files};
use super::tree::Place;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents};
use miette::{SourceCode, SourceSpan, SpanContents};
use std::fmt;

/// Everything that is wrong with a config, all of it at once.
pub struct ConfigErrors {
    problems: Vec<Problem>,
    files: Files,
    /// What the report says is wrong: a config or a plan.
    of: &'static str,
}

/// Whose fault it is, which decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The config is missing, unreadable or wrong: exit code 2.
    Config,
    /// A data file failed while it was read: exit code 4.
    Io,
}

/// How a report is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rendering {
    /// ASCII without colour, for files, logs and pipes.
    Plain,
    /// With colour and box-drawing characters.
    Terminal,
}

/// Where one of the errors is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
}

/// A violated condition and the places it concerns, the one at fault first.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub violation: Violation,
    pub marks: Vec<Mark>,
}

#[derive(Debug, Clone)]
pub(crate) struct Mark {
    pub place: Place,
    pub label: String,
}

/// The conditions that a config can violate. Keys are full paths, as in `workforce.offshore.rate`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum Violation {
    #[error("cannot find the file {path}")]
    NoSuchFile { path: String, nearest: Option<String> },
    #[error("no data file {path} is built in")]
    NoSuchData { path: String },
    #[error("cannot read {path}: {reason}")]
    Unreadable { path: String, reason: String },
    #[error("{path} is larger than {} MiB, which no file of this kind is", largest >> 20)]
    TooLarge { path: String, largest: u64 },
    #[error("{path} is not a text file: byte {byte} on line {line} is zero")]
    Binary { path: String, byte: usize, line: usize },
    #[error("{path} is not UTF-8: byte {byte} on line {line} is 0x{found:02x}")]
    NotUtf8 { path: String, byte: usize, line: usize, found: u8 },
    #[error("not valid TOML: {message}")]
    Syntax { message: String },
    #[error("no plan {name} is built in")]
    NoSuchPlan { name: String, is_config: bool, nearest: Option<String> },
    #[error("cannot find the file {path}")]
    NoSuchPlanFile { path: String, nearest: Option<String> },
    #[error("{key} is {found}: {reason}")]
    Shared { key: String, found: String, reason: String, nearest: Option<String> },
    #[error("{key} has {found}, expected {expected}")]
    Written { key: String, found: String, expected: String },
    #[error("extends: the chain comes back to {name}, having passed {}", passed.join(" -> "))]
    Circular { name: String, passed: Vec<String> },
    #[error("extends: the chain is longer than {longest} files")]
    TooManyParents { longest: usize },
    #[error("--set {argument}: {reason}")]
    Override { argument: String, reason: String, advice: String },
    #[error("{key} is not a key of the schema")]
    UnknownKey { key: String, nearest: Option<String>, known: Vec<String> },
    #[error("{key} is missing, expected {expected}")]
    Missing { key: String, expected: String },
    #[error("{key} is {found}, expected {expected}")]
    Mismatch { key: String, found: String, expected: String },
    #[error("{key} is {found}, expected a finite number")]
    NotFinite { key: String, found: String },
    #[error("{key} leaves its domain, {domain}, with probability {probability:.3e}; at most 1e-9 is allowed")]
    LeavesDomain { key: String, probability: f64, domain: &'static str, truncate: &'static str },
    #[error("{key}: there is no {what} {found:?}")]
    UnknownName { key: String, what: &'static str, found: String, nearest: Option<String>, known: Vec<String> },
    #[error("{key} mixes parameter sets: found {}, expected one of {}", found.join(", "), expected.join(" | "))]
    MixedParameters { key: String, found: Vec<String>, expected: Vec<String> },
    #[error("{key}: {reason}")]
    NotALaw { key: String, reason: String },
    #[error("{key}: {file}: {reason}")]
    Data { key: String, file: String, reason: String, advice: Option<String> },
    #[error("{key} gives {name:?} twice")]
    Duplicate { key: String, name: String },
    #[error("{key}: the shares sum to {sum}, expected 1")]
    SharesSum { key: String, sum: f64 },
    #[error("dependence.rank_correlations: {path} cannot be correlated: {reason}")]
    NotCorrelatable { path: String, reason: String },
    #[error("dependence.rank_correlations gives {first} and {second} both {one} and {other}")]
    Contradiction { first: String, second: String, one: f64, other: f64 },
    #[error("dependence.rank_correlations: no drivers can be correlated like this: the matrix of {} is not positive definite", members.join(", "))]
    NotPositiveDefinite { members: Vec<String>, nearest: String },
}

impl Violation {
    /// The way out, where one is known.
    fn help(&self) -> Option<String> {
        match self {
            Violation::NoSuchFile { nearest, .. } => Some(match nearest {
                Some(name) => {
                    format!("did you mean the built-in case {name:?}? Write it without a path and without .toml")
                }
                None => format!("the built-in cases are {}", super::cases::names().join(", ")),
            }),
            Violation::NoSuchPlan { is_config: true, .. } => Some(
                "this is the name of a config; a plan names a table of members and the configs they are run under"
                    .into(),
            ),
            Violation::NoSuchPlanFile { nearest: Some(name), .. } => {
                Some(format!("did you mean the built-in plan {name:?}? Write it without a path and without .toml"))
            }
            Violation::NoSuchPlanFile { .. } => {
                Some(format!("the built-in plans are {}", super::cases::plan_names().join(", ")))
            }
            Violation::Shared { nearest, .. } => nearest.as_ref().map(|nearest| format!("did you mean {nearest:?}?")),
            Violation::NoSuchPlan { nearest: Some(nearest), .. } => Some(format!("did you mean {nearest:?}?")),
            Violation::NoSuchPlan { .. } => {
                Some(format!("the built-in plans are {}", super::cases::plan_names().join(", ")))
            }
            Violation::NotUtf8 { .. } => Some("save the file as UTF-8".into()),
            Violation::Override { advice, .. } => Some(advice.clone()),
            Violation::UnknownKey { nearest: Some(nearest), .. } => Some(format!("did you mean {nearest}?")),
            Violation::UnknownKey { known, .. } => Some(format!("known here: {}", known.join(", "))),
            Violation::NotFinite { .. } => Some("write a number".into()),
            Violation::LeavesDomain { truncate, .. } => {
                Some(format!("add truncate = {truncate}, or choose a law that stays inside"))
            }
            Violation::UnknownName { nearest: Some(nearest), known, .. } => {
                Some(format!("did you mean {nearest:?}? Known: {}", known.join(", ")))
            }
            Violation::UnknownName { known, .. } if !known.is_empty() => Some(format!("known: {}", known.join(", "))),
            Violation::MixedParameters { .. } => Some("give the parameters of one set and remove the others".into()),
            Violation::Data { advice, .. } => advice.clone(),
            Violation::Duplicate { .. } => Some("give each its own name".into()),
            Violation::NotPositiveDefinite { nearest, .. } => {
                Some(format!("the nearest rank correlations that are possible:\n{nearest}"))
            }
            _ => None,
        }
    }
}

impl Problem {
    pub fn new(violation: Violation, place: &Place, label: impl Into<String>) -> Self {
        Self { violation, marks: vec![Mark { place: place.clone(), label: label.into() }] }
    }

    pub fn placeless(violation: Violation) -> Self {
        Self { violation, marks: Vec::new() }
    }

    pub fn and(mut self, place: &Place, label: impl Into<String>) -> Self {
        self.marks.push(Mark { place: place.clone(), label: label.into() });
        self
    }
}

impl ConfigErrors {
    /// In the order of the files, top to bottom.
    pub(crate) fn new(mut problems: Vec<Problem>, files: Files) -> Self {
        debug_assert!(!problems.is_empty());
        problems.sort_by_key(|problem| problem.marks.first().map(|mark| (mark.place.file.0, mark.place.bytes.start)));
        Self { problems, files, of: "config" }
    }

    /// The same of a plan.
    pub(crate) fn of_plan(problems: Vec<Problem>, files: Files) -> Self {
        Self { of: "plan", ..Self::new(problems, files) }
    }

    pub(crate) fn into_parts(self) -> (Vec<Problem>, Files) {
        (self.problems, self.files)
    }

    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        let io = |problem: &Problem| matches!(problem.violation, Violation::Data { advice: None, .. });
        if self.problems.iter().all(io) { ErrorKind::Io } else { ErrorKind::Config }
    }

    /// How many errors there are.
    pub fn count(&self) -> usize {
        self.problems.len()
    }

    /// What each error says, and where it is when it stands in a file.
    pub fn messages(&self) -> Vec<(String, Option<Position>)> {
        let position = |problem: &Problem| {
            problem.marks.first().map(|mark| position_in(self.files.get(mark.place.file), mark.place.bytes.start))
        };
        self.problems.iter().map(|problem| (problem.violation.to_string(), position(problem))).collect()
    }

    /// The whole report: each error with its line of the file, what was found there and what was expected.
    pub fn render(&self, rendering: Rendering) -> String {
        /// More would scroll the first ones, which often explain the others, out of sight.
        const MOST: usize = 40;
        let theme = match rendering {
            Rendering::Plain => GraphicalTheme::none(),
            Rendering::Terminal => GraphicalTheme::unicode(),
        };
        let handler = GraphicalReportHandler::new_themed(theme).with_wrap_lines(false);
        let mut report = match self.problems.len() {
            1 => format!("1 error in the {}\n", self.of),
            count => format!("{count} errors in the {}\n", self.of),
        };
        for problem in self.problems.iter().take(MOST) {
            let drawn = Drawn::new(problem, &self.files);
            if handler.render_report(&mut report, &drawn).is_err() {
                report.push_str(&drawn.message);
            }
            report.push('\n');
        }
        if self.problems.len() > MOST {
            report.push_str(&format!("... and {} more\n", self.problems.len() - MOST));
        }
        // Trailing blanks carry nothing and differ between terminals.
        report.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(Rendering::Plain).trim_end())
    }
}

impl fmt::Debug for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigErrors {}

/// One problem as the report handler wants it.
struct Drawn {
    message: String,
    help: Option<String>,
    source: Option<WholeLines>,
    labels: Vec<LabeledSpan>,
}

impl Drawn {
    fn new(problem: &Problem, files: &Files) -> Self {
        /// A longer line is not shown: it is no line that a person wrote.
        const LONGEST_LINE: usize = 400;
        let mut message = printable(&problem.violation.to_string());
        let help = problem.violation.help().map(|help| printable(&help));
        let Some(first) = problem.marks.first() else {
            return Self { message, help, source: None, labels: Vec::new() };
        };
        let file = files.get(first.place.file);
        let (start, end) = line_around(&file.text, first.place.bytes.start);
        if end - start > LONGEST_LINE {
            let position = position_in(file, first.place.bytes.start);
            message.push_str(&format!(" ({} line {} column {})", file.name, position.line, position.column));
            return Self { message, help, source: None, labels: Vec::new() };
        }
        let labels = problem.marks.iter().filter(|mark| mark.place.file == first.place.file).map(|mark| {
            let bytes = &mark.place.bytes;
            let (_, line_end) = line_around(&file.text, bytes.start);
            // A value of many lines is underlined on its first line only.
            let length = bytes.end.min(line_end).saturating_sub(bytes.start);
            LabeledSpan::new(Some(printable(&mark.label)), bytes.start, length)
        });
        Self {
            labels: labels.collect(),
            source: Some(WholeLines { name: file.name.clone(), text: printable(&file.text) }),
            message,
            help,
        }
    }
}

impl fmt::Debug for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl Diagnostic for Drawn {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty())
            .then(|| Box::new(self.labels.iter().cloned()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}

/// A text of which the report shows the lines that are marked, each from its start to its end.
#[derive(Debug)]
struct WholeLines {
    name: String,
    text: String,
}

impl SourceCode for WholeLines {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, _) = line_around(&self.text, span.offset());
        let (_, end) = line_around(&self.text, span.offset() + span.len());
        let line = self.text[..start].matches('\n').count();
        let lines = SourceSpan::from((start, end - start));
        let shown = &self.text.as_bytes()[start..end];
        let column = self.text[start..span.offset()].chars().count();
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), shown, lines, line, column, line + 1)))
    }
}

/// Bytes from and to which the line at `byte` runs, without its end.
fn line_around(text: &str, byte: usize) -> (usize, usize) {
    let byte = byte.min(text.len());
    let start = text[..byte].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[byte..].find('\n').map_or(text.len(), |newline| byte + newline);
    (start, end)
}

fn position_in(file: &File, byte: usize) -> Position {
    let before = &file.text[..byte.min(file.text.len())];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Position {
        file: file.name.clone(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

/// The same text, of the same length in bytes, without characters that would command a terminal.
fn printable(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && character != '\n' && character != '\t' {
            clean.extend(std::iter::repeat_n(if character == '\r' { ' ' } else { '?' }, character.len_utf8()));
        } else {
            clean.push(character);
        }
    }
    clean
}
