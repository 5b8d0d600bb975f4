//! What does `--set KEY=VALUE` change?
//!
//! KEY is a dotted path, quoted where a name holds a dot: `hospital.cost_of_capital`, `option."Blended 60/40".mix`. VALUE is a
//! TOML value; plain words need no quotes, and `absent` removes the key. An element of a list of tables is found by its name.

use super::chain::merge;
use super::files::{File, FileId, Files};
use super::problem::{Problem, Violation};
use super::tree::{self, Entry, Node, Place, Table, Tree};
use crate::data::nearest;
use toml::de::DeValue;

/// Applies the arguments in their order.
pub(crate) fn apply(tree: &mut Table, arguments: &[String], files: &mut Files) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for argument in arguments {
        let file = files.add(File::argument(argument));
        if let Err(problem) = apply_one(tree, argument, file) {
            problems.push(*problem);
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// A part of the dotted path.
struct Step {
    key: String,
    place: Place,
}

fn apply_one(tree: &mut Table, argument: &str, file: FileId) -> Result<(), Box<Problem>> {
    let refused = |start: usize, end: usize, reason: &str, advice: &str| {
        let violation =
            Violation::Override { argument: argument.to_owned(), reason: reason.into(), advice: advice.into() };
        Box::new(Problem::new(violation, &Place { file, bytes: start..end }, "here"))
    };
    const FORM: &str = "write --set KEY=VALUE, as in --set simulation.years=10000";
    let Some(equals) = outside_quotes(argument, '=').first().copied() else {
        return Err(refused(0, argument.len(), "there is no =", FORM));
    };
    let steps = steps_of(argument, equals, file);
    if let Some(empty) = steps.iter().find(|step| step.key.is_empty()) {
        return Err(refused(empty.place.bytes.start, empty.place.bytes.end, "a part of the key is empty", FORM));
    }
    if steps[0].key == "extends" {
        return Err(refused(0, equals, "extends cannot be set", "write a config file that extends the other one"));
    }
    let value = value_of(argument, equals + 1, file)
        .map_err(|(bytes, reason)| refused(bytes.start, bytes.end, &reason, "VALUE is a TOML value or a plain word"))?;
    place_value(tree, &steps, value, argument)
}

/// Byte positions of `wanted` that no quotes enclose. A quote opens only where a part of the path begins: names may hold
/// apostrophes.
fn outside_quotes(text: &str, wanted: char) -> Vec<usize> {
    let mut quote = None;
    let mut begins = true;
    let mut found = Vec::new();
    for (index, character) in text.char_indices() {
        match quote {
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if begins && (character == '"' || character == '\'') => quote = Some(character),
            None if character == wanted => found.push(index),
            None => {}
        }
        begins = character == '.' || (begins && character.is_whitespace());
    }
    found
}

fn steps_of(argument: &str, end: usize, file: FileId) -> Vec<Step> {
    let key = &argument[..end];
    let mut start = 0;
    let mut steps = Vec::new();
    for stop in outside_quotes(key, '.').into_iter().chain([end]) {
        let part = &argument[start..stop];
        let trimmed = part.trim();
        let quoted = |quote| trimmed.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
        let name = quoted('"').or_else(|| quoted('\'')).unwrap_or(trimmed);
        let lead = part.len() - part.trim_start().len();
        let bytes = start + lead..(start + lead + trimmed.len());
        steps.push(Step { key: name.to_owned(), place: Place { file, bytes } });
        start = (stop + 1).min(argument.len());
    }
    steps
}

fn value_of(argument: &str, start: usize, file: FileId) -> Result<Node, (std::ops::Range<usize>, String)> {
    let written = &argument[start..];
    let trimmed = written.trim();
    let offset = start + (written.len() - written.trim_start().len());
    let whole = Place { file, bytes: offset..offset + trimmed.len() };
    if trimmed.is_empty() {
        return Err((0..argument.len(), "there is no value after =".into()));
    }
    match DeValue::parse(trimmed) {
        Ok(value) => Ok(tree::from_value(&value, file, offset)),
        // What begins like TOML was meant as TOML; anything else is a plain word.
        Err(error) if trimmed.starts_with(['{', '[', '"', '\'']) => {
            let bytes = error.span().map_or(whole.bytes, |span| offset + span.start..offset + span.end);
            Err((bytes, format!("not a valid TOML value: {}", error.message())))
        }
        Err(_) => Ok(Node { value: Tree::Text(trimmed.to_owned()), place: whole }),
    }
}

fn place_value(table: &mut Table, steps: &[Step], value: Node, argument: &str) -> Result<(), Box<Problem>> {
    let (step, rest) = steps.split_first().expect("a key has at least one part");
    if rest.is_empty() {
        let entry = Entry { key: step.key.clone(), key_place: step.place.clone(), node: value };
        merge(table, Table { entries: vec![entry] });
        return Ok(());
    }
    let index = match table.entries.iter().position(|entry| entry.key == step.key) {
        Some(index) => index,
        None => {
            let node = Node { value: Tree::Table(Table::default()), place: step.place.clone() };
            table.entries.push(Entry { key: step.key.clone(), key_place: step.place.clone(), node });
            table.entries.len() - 1
        }
    };
    let refused = |step: &Step, reason: String, advice: String| {
        let violation = Violation::Override { argument: argument.to_owned(), reason, advice };
        Box::new(Problem::new(violation, &step.place, "here"))
    };
    let found = table.entries[index].node.found();
    match &mut table.entries[index].node.value {
        Tree::Table(inner) => place_value(inner, rest, value, argument),
        Tree::List(items) => {
            let (name, beyond) = rest.split_first().expect("checked above");
            let names: Vec<String> = items.iter().filter_map(name_of).collect();
            let Some(element) = items.iter().position(|item| name_of(item).as_ref() == Some(&name.key)) else {
                let advice = match nearest(&name.key, names.iter().map(String::as_str)) {
                    Some(close) => format!("did you mean {close:?}?"),
                    None if names.is_empty() => "a list is replaced whole".to_owned(),
                    None => format!("the names are {}", names.join(", ")),
                };
                return Err(refused(name, format!("{} has no element named {:?}", step.key, name.key), advice));
            };
            match (&mut items[element].value, beyond.is_empty()) {
                (_, true) if value.is_absent() => {
                    items.remove(element);
                    Ok(())
                }
                (_, true) => Err(refused(
                    name,
                    "an element of a list cannot be replaced whole".into(),
                    format!("set one of its keys, as in {}.{:?}.transition_cost=1000", step.key, name.key),
                )),
                (Tree::Table(inner), false) => place_value(inner, beyond, value, argument),
                (_, false) => unreachable!("only tables have names"),
            }
        }
        _ => Err(refused(step, format!("{} is {found} and has no keys", step.key), "set it as a whole".into())),
    }
}

fn name_of(item: &Node) -> Option<String> {
    match &item.as_table()?.get("name")?.value {
        Tree::Text(name) => Some(name.clone()),
        _ => None,
    }
}
