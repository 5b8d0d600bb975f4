//! How is a resolved tree written so that the same case always gives the same text?
//!
//! Keys stand in the order of the schema, numbers are the shortest that read back to the same double, drivers are inline
//! tables, `"absent"` keys are gone. What remains different between two texts is a different case or a different source note.

use super::driver::children;
use super::drivers::{HospitalDriver, OptionDriver, WorkforceDriver, WorldDriver};
use super::ignorance::UNCERTAINTY;
use super::sections::{DEPENDENCE, SIMULATION, TOP_LEVEL};
use super::stress;
use super::tree::{Entry, Node, Number, Table, Tree};
use crate::distributions::FAMILIES;
use crate::outcome::{Biography, ParameterUncertainty};
use std::fmt::Write;

/// Key of a driver's biography.
const BIOGRAPHY: &str = "biography";

/// The whole tree as TOML.
pub(crate) fn document(tree: &Table) -> String {
    let mut text = String::new();
    section(tree, "", &mut text);
    text.trim_start().to_owned()
}

/// The same without the biographies of drivers, which change nothing that is drawn.
pub(crate) fn without_biographies(table: &Table) -> Table {
    fn node(whole: &Node) -> Node {
        let value = match &whole.value {
            Tree::Table(table) => Tree::Table(without_biographies(table)),
            Tree::List(items) => Tree::List(items.iter().map(node).collect()),
            other => other.clone(),
        };
        Node { value, place: whole.place.clone() }
    }
    let is_biography = |entry: &&Entry| table.is_driver() && entry.key == BIOGRAPHY;
    let kept = table.entries.iter().filter(|entry| !is_biography(entry));
    Table { entries: kept.map(|entry| Entry { node: node(&entry.node), ..entry.clone() }).collect() }
}

/// One value as TOML in a single line.
pub(crate) fn inline(node: &Node) -> String {
    inline_of(node, "")
}

fn inline_of(node: &Node, name: &str) -> String {
    match &node.value {
        Tree::Text(text) => quoted(text),
        Tree::Number(number) => shortest(number),
        Tree::Boolean(value) => value.to_string(),
        Tree::Date(date) => date.clone(),
        Tree::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Tree::Table(table) => {
            let entries: Vec<String> = ordered(table, name)
                .iter()
                .map(|e| format!("{} = {}", key(&e.key), inline_of(&e.node, &e.key)))
                .collect();
            if entries.is_empty() { "{}".into() } else { format!("{{ {} }}", entries.join(", ")) }
        }
    }
}

/// Every value with its dotted path, drivers and lists whole, the elements of `option` by name.
pub(crate) fn flattened(tree: &Table) -> Vec<(String, String)> {
    let mut flat = Vec::new();
    flatten(tree, "", &mut flat);
    flat
}

fn flatten(table: &Table, path: &str, flat: &mut Vec<(String, String)>) {
    for entry in ordered(table, path) {
        let path = joined(path, &entry.key);
        match &entry.node.value {
            Tree::Table(inner) if !inner.is_driver() => flatten(inner, &path, flat),
            Tree::List(items) if path == "option" => {
                for item in items {
                    match (item.as_table(), item.as_table().and_then(|table| table.get("name"))) {
                        (Some(table), Some(Node { value: Tree::Text(name), .. })) => {
                            flatten(table, &joined(&path, name), flat);
                        }
                        _ => flat.push((path.clone(), inline(item))),
                    }
                }
            }
            _ => flat.push((path, inline(&entry.node))),
        }
    }
}

fn section(table: &Table, path: &str, text: &mut String) {
    let entries = ordered(table, path);
    for entry in entries.iter().filter(|entry| !is_section(&entry.node, &entry.key)) {
        let _ = writeln!(text, "{} = {}", key(&entry.key), inline(&entry.node));
    }
    for entry in entries.iter().filter(|entry| is_section(&entry.node, &entry.key)) {
        let path = joined(path, &entry.key);
        match &entry.node.value {
            Tree::Table(inner) => {
                // A table that only holds tables needs no header of its own.
                if inner.entries.is_empty()
                    || ordered(inner, &path).iter().any(|inner| !is_section(&inner.node, &inner.key))
                {
                    let _ = write!(text, "\n[{path}]\n");
                }
                section(inner, &path, text);
            }
            Tree::List(items) => {
                for inner in items.iter().filter_map(Node::as_table) {
                    let _ = write!(text, "\n[[{path}]]\n");
                    section(inner, &path, text);
                }
            }
            _ => {}
        }
    }
}

fn is_section(node: &Node, name: &str) -> bool {
    match &node.value {
        Tree::Table(table) => name != "mix" && !table.is_driver(),
        Tree::List(items) => name == "option" && items.iter().all(|item| item.as_table().is_some()),
        _ => false,
    }
}

/// The entries in the order of the schema; names that users give stand in alphabetical order.
fn ordered<'t>(table: &'t Table, path: &str) -> Vec<&'t Entry> {
    let order: Vec<&str> = match path {
        "" if !table.is_driver() => TOP_LEVEL.to_vec(),
        "workforce" => Vec::new(),
        "simulation" => SIMULATION.to_vec(),
        "dependence" => DEPENDENCE.to_vec(),
        BIOGRAPHY => Biography::KEYS.to_vec(),
        // The section of that name and the table of a biography.
        "uncertainty" => UNCERTAINTY.iter().chain(&ParameterUncertainty::KEYS).copied().collect(),
        "stress" => Vec::new(),
        _ if is_stress(path) => stress::known_keys(),
        _ if table.is_driver() => keys_of_laws(),
        _ => keys_of_scopes(),
    };
    let rank = |key: &str| match key {
        "name" | "dist" | "value" | "weight" if path != "workforce" => 0,
        "truncate" => order.len() + 2,
        "source" => order.len() + 3,
        BIOGRAPHY => order.len() + 4,
        _ => order.iter().position(|known| *known == key).map_or(order.len() + 1, |index| index + 1),
    };
    // In a stress `"absent"` takes something away from the base, and so stays.
    let in_stress = path == "stress" || path.starts_with("stress.");
    let mut entries: Vec<&Entry> = if in_stress { table.entries.iter().collect() } else { table.present().collect() };
    entries.sort_by(|a, b| (rank(&a.key), &a.key).cmp(&(rank(&b.key), &b.key)));
    entries
}

/// Is this the table of one stress, as in `stress.flood`?
fn is_stress(path: &str) -> bool {
    path.strip_prefix("stress.").is_some_and(|name| name.starts_with('"') || !name.contains('.'))
}

fn keys_of_scopes() -> Vec<&'static str> {
    let mut keys = vec!["name", "mix"];
    keys.extend(children::<WorldDriver>(""));
    keys.extend(children::<HospitalDriver>(""));
    keys.extend(children::<HospitalDriver>("cyber_insurance."));
    keys.extend(children::<OptionDriver>(""));
    for prefix in ["", "switch.", "breach.", "breach.penalty.", "compliance.", "regulation."] {
        keys.extend(children::<WorkforceDriver>(prefix));
    }
    keys
}

fn keys_of_laws() -> Vec<&'static str> {
    // The lower end of an interval is written before what lies in it.
    let mut keys = vec!["mean", "sd", "min", "mode", "max"];
    for family in FAMILIES {
        keys.extend(family.parameter_sets.iter().copied().flatten());
        keys.extend(family.optional.iter().map(|parameter| parameter.name));
    }
    keys
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { key(name) } else { format!("{path}.{}", key(name)) }
}

/// The place of a section among those of a file; other keys keep the order in which they were written.
pub(crate) fn rank_at_top(key: &str, top: bool) -> usize {
    if top { TOP_LEVEL.iter().position(|known| *known == key).unwrap_or(TOP_LEVEL.len()) } else { 0 }
}

pub(crate) fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare { name.to_owned() } else { quoted(name) }
}

fn shortest(number: &Number) -> String {
    match number.whole {
        Some(whole) => whole.to_string(),
        None if number.value.is_nan() => "nan".into(),
        None if number.value.is_infinite() => (if number.value > 0.0 { "inf" } else { "-inf" }).into(),
        // TOML has no integers beyond 64 bits, and long rows of zeros help nobody.
        None if number.value.abs() >= 1e18 || number.value.abs() < 1e-5 => format!("{:e}", number.value),
        None => number.value.to_string(),
    }
}

pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}
