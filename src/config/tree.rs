//! Which values does a TOML file hold, and at which bytes of which file does each stand?
//!
//! The tree is untyped. It keeps the order of the file and remembers for every key and value where it was written, so that
//! an error in the third file of an `extends` chain points into that file, and an error in a `--set` argument at it.

use super::files::FileId;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Some bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub file: FileId,
    pub bytes: Range<usize>,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub value: Tree,
    pub place: Place,
}

#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Text(String),
    Number(Number),
    Boolean(bool),
    Date(String),
    List(Vec<Node>),
    Table(Table),
}

/// A TOML integer or float: the schema takes either wherever it asks for a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Number {
    /// The nearest double; infinite when written so or when out of range.
    pub value: f64,
    /// The exact value, where it is whole.
    pub whole: Option<i128>,
    /// As in the file, without underscores.
    pub written: String,
}

/// Keys and values in the order of the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub key: String,
    pub key_place: Place,
    pub node: Node,
}

/// What removes an inherited key.
pub(crate) const ABSENT: &str = "absent";

impl Table {
    /// The value of `key`; `key = "absent"` counts as not given.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.present().find(|entry| entry.key == key)
    }

    /// The entries that are not `"absent"`.
    pub fn present(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.node.is_absent())
    }

    /// Is this a driver? Then it is replaced as a whole and never merged.
    pub fn is_driver(&self) -> bool {
        self.entries.iter().any(|entry| entry.key == "dist" || entry.key == "value")
    }
}

impl Node {
    pub fn is_absent(&self) -> bool {
        matches!(&self.value, Tree::Text(text) if text == ABSENT)
    }

    pub fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Tree::Table(table) => Some(table),
            _ => None,
        }
    }

    /// What an error says was found here.
    pub fn found(&self) -> String {
        match &self.value {
            Tree::Text(text) => format!("the text {:?}", shortened(text)),
            Tree::Number(number) => format!("the number {}", shortened(&number.written)),
            Tree::Boolean(value) => format!("the boolean {value}"),
            Tree::Date(date) => format!("the date {date}"),
            Tree::List(items) if items.is_empty() => "an empty list".into(),
            Tree::List(items) if items.len() == 1 => "a list of 1 value".into(),
            Tree::List(items) => format!("a list of {} values", items.len()),
            Tree::Table(table) if table.entries.is_empty() => "an empty table".into(),
            Tree::Table(table) => {
                let keys: Vec<&str> = table.entries.iter().take(4).map(|entry| entry.key.as_str()).collect();
                let more = if table.entries.len() > 4 { ", ..." } else { "" };
                shortened(&format!("a table with {}{more}", keys.join(", ")))
            }
        }
    }
}

/// The start of a text that is too long to be quoted.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// A parsed document as a tree.
pub(crate) fn from_document(document: &DeTable<'_>, file: FileId) -> Table {
    table(document, file, 0)
}

/// A parsed value as a tree; `offset` is where its text starts in the file.
pub(crate) fn from_value(value: &Spanned<DeValue<'_>>, file: FileId, offset: usize) -> Node {
    let place = Place { file, bytes: shifted(value.span(), offset) };
    let tree = match value.get_ref() {
        DeValue::String(text) => Tree::Text(text.to_string()),
        DeValue::Integer(integer) => {
            let whole = i128::from_str_radix(integer.as_str(), integer.radix()).ok();
            let value = whole.map_or(f64::INFINITY, |whole| whole as f64);
            Tree::Number(Number { value, whole, written: integer.to_string() })
        }
        DeValue::Float(float) => {
            let value: f64 = float.as_str().parse().unwrap_or(f64::NAN);
            let whole = (value.fract() == 0.0 && value.abs() < 1e18).then_some(value as i128);
            Tree::Number(Number { value, whole, written: float.to_string() })
        }
        DeValue::Boolean(value) => Tree::Boolean(*value),
        DeValue::Datetime(date) => Tree::Date(date.to_string()),
        DeValue::Array(items) => Tree::List(items.iter().map(|item| from_value(item, file, offset)).collect()),
        DeValue::Table(entries) => Tree::Table(table(entries, file, offset)),
    };
    Node { value: tree, place }
}

fn table(table: &DeTable<'_>, file: FileId, offset: usize) -> Table {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_place: Place { file, bytes: shifted(key.span(), offset) },
            node: from_value(value, file, offset),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_place.bytes.start);
    Table { entries }
}

fn shifted(span: Range<usize>, offset: usize) -> Range<usize> {
    span.start + offset..span.end + offset
}
