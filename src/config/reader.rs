//! How is a typed value read from the tree, every mismatch being noted instead of ending the reading?

use super::data_files::DataFiles;
use super::files::Files;
use super::problem::{Problem, Violation};
use super::tree::{Entry, Node, Number, Place, Table, Tree};
use crate::data::nearest;

/// Reads a tree and collects what is wrong with it.
pub(crate) struct Reader<'a> {
    pub files: &'a Files,
    pub problems: Vec<Problem>,
    pub data: DataFiles,
}

/// Longest name of a workforce, an option, a title, in characters.
const LONGEST_NAME: usize = 120;

impl Reader<'_> {
    pub fn refuse(&mut self, violation: Violation, place: &Place, label: impl Into<String>) {
        self.problems.push(Problem::new(violation, place, label));
    }

    pub fn mismatch(&mut self, key: &str, node: &Node, expected: impl Into<String>) {
        let expected = expected.into();
        let violation = Violation::Mismatch { key: key.to_owned(), found: node.found(), expected: expected.clone() };
        /// A longer expectation is read in the message, not below the line.
        const LONGEST_LABEL: usize = 48;
        let is_short = expected.len() <= LONGEST_LABEL;
        self.refuse(violation, &node.place, if is_short { format!("expected {expected}") } else { "not this".into() });
    }

    pub fn missing(&mut self, key: &str, expected: &str, place: &Place) {
        let violation = Violation::Missing { key: key.to_owned(), expected: expected.to_owned() };
        self.refuse(violation, place, format!("no {} in here", last(key)));
    }

    /// Notes every key of `table` that is not among `known`, `"absent"` ones included.
    pub fn only(&mut self, table: &Table, path: &str, known: &[&str]) {
        for entry in table.entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            self.unknown(entry, path, known);
        }
    }

    pub fn unknown(&mut self, entry: &Entry, path: &str, known: &[&str]) {
        let close = nearest(&entry.key, known.iter().copied());
        let label = close.map_or("unknown key".to_owned(), |close| format!("unknown, nearest is {close}"));
        let violation = Violation::UnknownKey {
            key: joined(path, &entry.key),
            nearest: close.map(str::to_owned),
            known: known.iter().map(|&name| name.to_owned()).collect(),
        };
        self.refuse(violation, &entry.key_place, label);
    }

    pub fn table<'t>(&mut self, node: &'t Node, key: &str) -> Option<&'t Table> {
        if node.as_table().is_none() {
            self.mismatch(key, node, "a table");
        }
        node.as_table()
    }

    pub fn list<'t>(&mut self, node: &'t Node, key: &str, expected: &str) -> Option<&'t [Node]> {
        match &node.value {
            Tree::List(items) => Some(items),
            _ => {
                self.mismatch(key, node, expected);
                None
            }
        }
    }

    pub fn text<'t>(&mut self, node: &'t Node, key: &str) -> Option<&'t str> {
        match &node.value {
            Tree::Text(text) => Some(text),
            _ => {
                self.mismatch(key, node, "a text");
                None
            }
        }
    }

    /// A text that can stand in a table or a file name: not empty, one line, of a sensible length.
    pub fn name(&mut self, node: &Node, key: &str) -> Option<String> {
        let text = self.text(node, key)?;
        if let Some(expected) = unfit_name(text) {
            self.mismatch(key, node, expected);
            return None;
        }
        Some(text.to_owned())
    }

    /// A finite number, integer or float.
    pub fn number(&mut self, node: &Node, key: &str) -> Option<f64> {
        let number = self.any_number(node, key)?;
        self.finite(node, key, number)
    }

    /// A number or an infinity, where that means unlimited.
    pub fn number_or_infinity(&mut self, node: &Node, key: &str) -> Option<f64> {
        match self.any_number(node, key)? {
            number if number.written.trim_start_matches(['+', '-']) == "inf" => Some(number.value),
            number => self.finite(node, key, number),
        }
    }

    fn finite(&mut self, node: &Node, key: &str, number: &Number) -> Option<f64> {
        if number.value.is_finite() {
            return Some(number.value);
        }
        let written = &number.written;
        let found = match written.trim_start_matches(['+', '-']) {
            "nan" => "NaN (not a number)".to_owned(),
            "inf" => format!("{written} (infinite)"),
            _ => format!("{}, too large for a double", super::tree::shortened(written)),
        };
        self.refuse(Violation::NotFinite { key: key.to_owned(), found }, &node.place, "expected a finite number");
        None
    }

    /// A whole number within `range`; `1e6` is whole.
    pub fn whole(&mut self, node: &Node, key: &str, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
        let number = self.any_number(node, key)?;
        self.finite(node, key, number)?;
        match number.whole.and_then(|whole| u64::try_from(whole).ok()).filter(|whole| range.contains(whole)) {
            Some(whole) => Some(whole),
            None => {
                self.mismatch(key, node, format!("a whole number from {} to {}", range.start(), range.end()));
                None
            }
        }
    }

    fn any_number<'t>(&mut self, node: &'t Node, key: &str) -> Option<&'t Number> {
        match &node.value {
            Tree::Number(number) => Some(number),
            _ => {
                self.mismatch(key, node, "a number");
                None
            }
        }
    }
}

/// Why `text` cannot be a name, as what was expected instead.
pub(crate) fn unfit_name(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        Some("a name that is not empty".into())
    } else if text.chars().any(char::is_control) {
        Some("a name of one line without control characters".into())
    } else if text.chars().count() > LONGEST_NAME {
        Some(format!("a name of at most {LONGEST_NAME} characters"))
    } else {
        None
    }
}

/// `path.key`, the key quoted where it would be misread.
pub(crate) fn joined(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let key = if plain { key.to_owned() } else { format!("{:?}", super::tree::shortened(key)) };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

fn last(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}
