//! What does the file of a plan say, before its configs and its table are looked at?

use super::expression::{Expression, Unreadable};
use crate::config::problem::{Problem, Violation};
use crate::config::reader::{Reader, joined, unfit_name};
use crate::config::tree::{Node, Place, Table, Tree, shortened};
use crate::data::Filter;
use std::ops::Range;

pub(crate) const TOP_LEVEL: [&str; 6] = ["schema", "title", "analysis", "members", "scenarios", "batch"];
pub(crate) const MEMBERS: [&str; 5] = ["file", "id", "name", "where", "values"];
pub(crate) const SCENARIO: [&str; 2] = ["config", "set"];
pub(crate) const BATCH: [&str; 3] = ["years", "seed", "shared"];

/// A spread takes two.
pub(crate) const LEAST_YEARS: u64 = 2;
/// The system's years are held in memory, 8 bytes for each option of each scenario, and as much again for each member that is run.
pub(crate) const MOST_YEARS: u64 = 20_000_000;

const VALUES: &str = "members.values";
const AN_EXPRESSION: &str = "an expression over the table's columns, as in \"discharges / 2.5\"";
const SHARED: &str = "a list of what strikes all members alike, as in [\"workforce.offshore.breach\"]";

/// What is there of a plan; what is wrong with the rest has been noted.
pub(super) struct Draft {
    pub title: String,
    pub analysis: Option<String>,
    pub members: Members,
    pub scenarios: Vec<Entry>,
    pub years: Option<u64>,
    pub seed: Option<u64>,
    /// Where a seed would stand.
    pub batch: Place,
    pub shared: Vec<Text>,
}

/// A text and where it stands.
#[derive(Clone)]
pub(super) struct Text {
    pub text: String,
    pub place: Place,
}

#[derive(Default)]
pub(super) struct Members {
    pub file: Option<Text>,
    pub id: Option<Text>,
    pub name: Option<Text>,
    pub filters: Vec<(Filter, Text)>,
    pub values: Vec<Mapping>,
}

/// A config key and the expression that gives it.
pub(super) struct Mapping {
    /// As written, with dots.
    pub key: String,
    pub key_place: Place,
    pub expression: Expression,
    pub place: Place,
}

/// A scenario as the plan names it.
pub(super) struct Entry {
    pub name: String,
    pub config: Text,
    pub set: Vec<Text>,
}

impl Mapping {
    /// As errors call it.
    pub fn path(&self) -> String {
        format!("{VALUES}.{}", self.key)
    }
}

/// Where some bytes of a text stand in the file that has it between quotes; all of it where escapes make that unclear.
pub(super) fn inside(files: &crate::config::files::Files, whole: &Text, bytes: Range<usize>) -> Place {
    let Text { text, place } = whole;
    let file = files.get(place.file);
    let raw = file.text.get(place.bytes.clone()).unwrap_or_default();
    // Behind its end an argument has nothing that could be marked.
    let is_behind = bytes.is_empty() && place.bytes.end == file.text.len();
    match raw.find(text.as_str()).filter(|_| !text.is_empty() && !is_behind) {
        Some(at) => {
            let start = place.bytes.start + at;
            Place { file: place.file, bytes: start + bytes.start..start + bytes.end }
        }
        None => place.clone(),
    }
}

impl Reader<'_> {
    pub(super) fn plan(&mut self, tree: &Table, beginning: &Place) -> Draft {
        self.only(tree, "", &TOP_LEVEL);
        self.schema(tree, beginning);
        let title = match tree.get("title") {
            Some(node) => self.name(node, "title"),
            None => {
                self.missing("title", "a name for the batch", beginning);
                None
            }
        };
        let analysis = tree.get("analysis").and_then(|node| self.text(node, "analysis")).map(str::to_owned);
        let members = match tree.get("members") {
            Some(node) => self.plan_members(node),
            None => {
                self.missing("members", "a table [members] with file, id and values", beginning);
                Members::default()
            }
        };
        let scenarios = self.plan_scenarios(tree.get("scenarios"), beginning);
        let mut draft = Draft {
            title: title.unwrap_or_default(),
            analysis,
            members,
            scenarios,
            years: None,
            seed: None,
            batch: beginning.clone(),
            shared: Vec::new(),
        };
        match tree.get("batch") {
            Some(node) => self.plan_batch(node, &mut draft),
            None => self.missing("batch", "a table [batch] with years", beginning),
        }
        draft
    }

    fn plan_members(&mut self, node: &Node) -> Members {
        let Some(table) = self.table(node, "members") else { return Members::default() };
        self.only(table, "members", &MEMBERS);
        let mut wanted = |key: &str, expected: &str| {
            let path = joined("members", key);
            match table.get(key) {
                Some(node) => self.plan_text(node, &path),
                None => {
                    self.missing(&path, expected, &node.place);
                    None
                }
            }
        };
        let file = wanted("file", "the table of members: a path to a CSV or Parquet file");
        let id = wanted("id", "the column that names each member");
        let name = table.get("name").and_then(|node| self.plan_text(node, "members.name"));
        let filters = table.get("where").map(|node| self.plan_filters(node)).unwrap_or_default();
        let mut values = Vec::new();
        match table.get("values") {
            Some(node) => {
                if let Some(inner) = self.table(node, VALUES) {
                    self.plan_values(inner, "", &mut values);
                    if inner.present().next().is_none() {
                        self.mismatch(VALUES, node, "at least one config key that the table decides");
                    }
                }
            }
            None => self.missing(VALUES, "config keys and the expressions that give them", &node.place),
        }
        Members { file, id, name, filters, values }
    }

    /// A text that is not empty.
    fn plan_text(&mut self, node: &Node, key: &str) -> Option<Text> {
        let text = self.text(node, key)?;
        if text.trim().is_empty() {
            self.mismatch(key, node, "a text that is not empty");
            return None;
        }
        Some(Text { text: text.trim().to_owned(), place: node.place.clone() })
    }

    fn plan_filters(&mut self, node: &Node) -> Vec<(Filter, Text)> {
        const KEY: &str = "members.where";
        let items = match &node.value {
            Tree::Text(_) => std::slice::from_ref(node),
            Tree::List(items) => items,
            _ => {
                self.mismatch(KEY, node, "a filter such as \"beds>=25\", or a list of them");
                &[]
            }
        };
        let mut filters = Vec::new();
        for item in items {
            let Some(text) = self.plan_text(item, KEY) else { continue };
            match Filter::parse(&text.text) {
                Ok(filter) => filters.push((filter, text)),
                Err(error) => {
                    let at = byte_of(&text.text, error.character);
                    let end = text.text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
                    let place = inside(self.files, &text, at..end);
                    let violation =
                        Violation::Written { key: KEY.into(), found: error.found, expected: error.expected };
                    self.refuse(violation, &place, "here");
                }
            }
        }
        filters
    }

    /// The leaves of the table and of those below it, with their dotted keys.
    fn plan_values(&mut self, table: &Table, path: &str, values: &mut Vec<Mapping>) {
        for entry in table.present() {
            let key = if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
            let full = format!("{VALUES}.{key}");
            let expression = match &entry.node.value {
                Tree::Table(inner) if !inner.is_driver() => {
                    self.plan_values(inner, &key, values);
                    continue;
                }
                Tree::Number(number) => {
                    self.number(&entry.node, &full).map(|value| Expression::constant(value, &number.written))
                }
                Tree::Text(text) => match Expression::parse(text) {
                    Ok(expression) => Some(expression),
                    Err(Unreadable { bytes, found, expected }) => {
                        let whole = Text { text: text.clone(), place: entry.node.place.clone() };
                        let place = inside(self.files, &whole, bytes);
                        let label = if place == whole.place { "in here" } else { "here" };
                        self.refuse(Violation::Written { key: full, found, expected }, &place, label);
                        continue;
                    }
                },
                _ => {
                    self.mismatch(&full, &entry.node, AN_EXPRESSION);
                    continue;
                }
            };
            let (key_place, place) = (entry.key_place.clone(), entry.node.place.clone());
            values.extend(expression.map(|expression| Mapping { key, key_place, expression, place }));
        }
    }

    fn plan_scenarios(&mut self, node: Option<&Node>, beginning: &Place) -> Vec<Entry> {
        const EXPECTED: &str = "at least one config by name, as in article = \"article\"";
        let Some(node) = node else {
            self.missing("scenarios", EXPECTED, beginning);
            return Vec::new();
        };
        let Some(table) = self.table(node, "scenarios") else { return Vec::new() };
        if table.present().next().is_none() {
            self.mismatch("scenarios", node, EXPECTED);
        }
        let mut scenarios = Vec::new();
        for entry in table.present() {
            if let Some(expected) = unfit_name(&entry.key) {
                let found = format!("the name {:?}", shortened(&entry.key));
                self.refuse(
                    Violation::Mismatch { key: "scenarios".into(), found, expected },
                    &entry.key_place,
                    "not a name",
                );
            }
            let key = joined("scenarios", &entry.key);
            let name = entry.key.clone();
            match &entry.node.value {
                Tree::Text(_) => {
                    let config = self.plan_text(&entry.node, &key);
                    scenarios.extend(config.map(|config| Entry { name, config, set: Vec::new() }));
                }
                Tree::Table(inner) => {
                    self.only(inner, &key, &SCENARIO);
                    let set = inner.get("set").map(|node| self.plan_set(node, &joined(&key, "set")));
                    let config = match inner.get("config") {
                        Some(node) => self.plan_text(node, &joined(&key, "config")),
                        None => {
                            let expected = "the path of a config or the name of a built-in case";
                            self.missing(&joined(&key, "config"), expected, &entry.node.place);
                            None
                        }
                    };
                    scenarios.extend(config.map(|config| Entry { name, config, set: set.unwrap_or_default() }));
                }
                _ => self.mismatch(
                    &key,
                    &entry.node,
                    "the path of a config, the name of a built-in case, or { config = ..., set = [...] }",
                ),
            }
        }
        scenarios
    }

    fn plan_set(&mut self, node: &Node, key: &str) -> Vec<Text> {
        let items = self.list(node, key, "a list of overrides, as in [\"hospital.cost_of_capital=0.05\"]");
        let items = items.unwrap_or_default();
        items.iter().filter_map(|item| self.plan_text(item, key)).collect()
    }

    fn plan_batch(&mut self, node: &Node, draft: &mut Draft) {
        let Some(table) = self.table(node, "batch") else { return };
        draft.batch = node.place.clone();
        self.only(table, "batch", &BATCH);
        match table.get("years") {
            Some(node) => draft.years = self.whole(node, "batch.years", LEAST_YEARS..=MOST_YEARS),
            None => self.missing("batch.years", "the years of each member under each scenario", &node.place),
        }
        draft.seed = table.get("seed").and_then(|node| self.whole(node, "batch.seed", 0..=u64::MAX));
        let Some(list) = table.get("shared") else { return };
        for item in self.list(list, "batch.shared", SHARED).unwrap_or_default() {
            let Some(text) = self.plan_text(item, "batch.shared") else { continue };
            match draft.shared.iter().find(|known| known.text == text.text) {
                Some(first) => {
                    let violation = Violation::Duplicate { key: "batch.shared".into(), name: text.text };
                    let problem = Problem::new(violation, &text.place, "again here");
                    self.problems.push(problem.and(&first.place, "first here"));
                }
                None => draft.shared.push(text),
            }
        }
    }
}

/// Where a character, counted from 1, begins.
pub(super) fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character.saturating_sub(1)).map_or(text.len(), |(at, _)| at)
}
