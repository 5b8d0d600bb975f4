//! Which parameters of drivers are drivers themselves, and where in the tree do they stand?
//!
//! `rate = { dist = "normal", mean = { dist = "normal", mean = 35, sd = 2 }, sd = 3 }`: chance is what the outer law says, ignorance what
//! the inner one says. A plain run holds such a parameter at the mean of its law.

use super::drivers::{Use, WorkforceDriver};
use super::problem::Violation;
use super::reader::{Reader, joined};
use super::scenario::Value;
use super::tree::{Entry, Node, Number, Place, Table, Tree};
use crate::distributions::Law;

/// A parameter that has a law of its own.
#[derive(Debug, Clone)]
pub struct UncertainParameter {
    /// As in `workforce.offshore.rate.mean`.
    pub path: String,
    /// The driver that it is a parameter of, as in `workforce.offshore.rate`.
    pub driver: String,
    pub law: Law,
    /// Where the law comes from, in the user's words.
    pub source: Option<String>,
    pub(crate) location: Location,
}

/// The way from the top of a tree to a node.
pub(crate) type Location = Vec<Step>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Item(usize),
}

/// Keys of a driver's table that say something else than a parameter.
const NO_PARAMETERS: [&str; 7] = ["dist", "source", "biography", "truncate", "file", "column", "weights"];

impl Reader<'_> {
    /// The tree with every uncertain parameter held at its mean, and those parameters in the order of the tree. A driver of which one cannot
    /// be read is left out, so that nothing is said of it twice.
    pub fn settled(&mut self, tree: &Table) -> (Table, Vec<UncertainParameter>) {
        let mut settled = tree.clone();
        let mut found = Vec::new();
        for (_, location) in drivers(tree) {
            let Some(node) = node_at(tree, &location) else { continue };
            let before = self.problems.len();
            let mut own = Vec::new();
            self.parameters_of(node, &location, &mut own);
            for parameter in &mut own {
                parameter.driver = named_path(tree, &location);
                parameter.path = named_path(tree, &parameter.location);
            }
            if self.problems.len() > before {
                remove(&mut settled, &location);
                continue;
            }
            for parameter in &own {
                put_number(&mut settled, &parameter.location, parameter.law.mean());
            }
            found.extend(own);
        }
        (settled, found)
    }

    fn parameters_of(&mut self, node: &Node, location: &Location, found: &mut Vec<UncertainParameter>) {
        let Some(table) = node.as_table() else { return };
        for Entry { key, node, .. } in table.present().filter(|entry| !NO_PARAMETERS.contains(&entry.key.as_str())) {
            let at = below(location, Step::Key(key.clone()));
            match (&node.value, key.as_str()) {
                (Tree::Table(_), "body" | "tail") => self.parameters_of(node, &at, found),
                (Tree::List(items), "components") => {
                    for (index, item) in items.iter().enumerate() {
                        self.parameters_of(item, &below(&at, Step::Item(index)), found);
                    }
                }
                (Tree::Table(quantiles), "quantiles") => {
                    for entry in quantiles.present() {
                        let at = below(&at, Step::Key(entry.key.clone()));
                        self.parameter(&entry.node, at, found);
                    }
                }
                _ => self.parameter(node, at, found),
            }
        }
    }

    /// Reads the law of a parameter that has one.
    fn parameter(&mut self, node: &Node, at: Location, found: &mut Vec<UncertainParameter>) {
        if !node.as_table().is_some_and(Table::is_driver) {
            return;
        }
        let key = key_of(&at);
        const FORM: &str = "a number or, where it is uncertain, { dist = ..., ... }";
        let Some(read) = self.value_or_law(node, &key, FORM) else { return };
        let law = match read.value {
            Value::Law(law) => law,
            Value::Point(value) => match Law::point(value) {
                Ok(law) => law,
                Err(_) => return,
            },
        };
        if !law.mean().is_finite() {
            let reason = "the law of a parameter needs a finite mean, at which a plain run holds it".to_owned();
            self.refuse(Violation::NotALaw { key, reason }, &node.place, "no finite mean");
            return;
        }
        found.push(UncertainParameter {
            path: String::new(),
            driver: String::new(),
            law,
            source: read.source,
            location: at,
        });
    }
}

impl UncertainParameter {
    /// Is it a number after all, with a source of its own?
    pub(crate) fn is_certain(&self) -> bool {
        let (low, high) = self.law.support();
        low == high
    }
}

/// Every driver of the tree that may have uncertain parameters: its path and where it stands.
pub(crate) fn drivers(tree: &Table) -> Vec<(String, Location)> {
    let mut found = Vec::new();
    let mut section = |table: &Table, location: Location| scope(table, &location, &mut found);
    for entry in tree.present() {
        let location = vec![Step::Key(entry.key.clone())];
        match (entry.key.as_str(), &entry.node.value) {
            ("world" | "hospital", Tree::Table(table)) => section(table, location),
            ("workforce", Tree::Table(table)) => {
                for workforce in table.present() {
                    if let Some(inner) = workforce.node.as_table() {
                        section(inner, below(&location, Step::Key(workforce.key.clone())));
                    }
                }
            }
            ("option", Tree::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    if let Some(inner) = item.as_table() {
                        section(inner, below(&location, Step::Item(index)));
                    }
                }
            }
            _ => {}
        }
    }
    found.into_iter().map(|location| (named_path(tree, &location), location)).collect()
}

fn scope(table: &Table, location: &Location, found: &mut Vec<Location>) {
    for entry in table.present().filter(|entry| entry.key != "mix") {
        let at = below(location, Step::Key(entry.key.clone()));
        match &entry.node.value {
            // What the schema holds to a number is left for the reader to refuse.
            Tree::Table(inner) if inner.is_driver() && is_fixed(&at) => {}
            Tree::Table(inner) if inner.is_driver() => found.push(at),
            Tree::Table(inner) => scope(inner, &at, found),
            _ => {}
        }
    }
}

/// Is it a driver of a workforce that the schema holds to a number?
fn is_fixed(location: &[Step]) -> bool {
    let keys: Vec<&str> = location.iter().skip(2).filter_map(Step::key).collect();
    let key = keys.join(".");
    WorkforceDriver::ALL.iter().any(|driver| driver.spec().used == Use::Fixed && driver.spec().key == key)
}

impl Step {
    fn key(&self) -> Option<&str> {
        match self {
            Step::Key(key) => Some(key),
            Step::Item(_) => None,
        }
    }
}

pub(crate) fn below(location: &Location, step: Step) -> Location {
    let mut longer = location.clone();
    longer.push(step);
    longer
}

/// As messages name it, keys quoted where they would be misread.
pub(crate) fn key_of(location: &[Step]) -> String {
    location.iter().fold(String::new(), |path, step| match step {
        Step::Key(key) => joined(&path, key),
        Step::Item(index) => format!("{path}[{}]", index + 1),
    })
}

fn path_of(location: &[Step]) -> String {
    location.iter().fold(String::new(), |path, step| match step {
        Step::Key(key) if path.is_empty() => key.clone(),
        Step::Key(key) => format!("{path}.{key}"),
        Step::Item(index) => format!("{path}[{}]", index + 1),
    })
}

/// As drivers are named elsewhere: an option by its name.
pub(crate) fn named_path(tree: &Table, location: &[Step]) -> String {
    if let [Step::Key(option), Step::Item(_), ..] = location
        && option == "option"
        && let Some(Node { value: Tree::Table(inner), .. }) = node_at(tree, &location[..2])
        && let Some(Node { value: Tree::Text(name), .. }) = inner.get("name")
    {
        let rest = path_of(&location[2..]);
        return if rest.is_empty() { format!("option.{name}") } else { format!("option.{name}.{rest}") };
    }
    path_of(location)
}

/// The node at a location; `None` where there is nothing.
pub(crate) fn node_at<'t>(tree: &'t Table, location: &[Step]) -> Option<&'t Node> {
    let (first, rest) = location.split_first()?;
    let mut node = tree.get(first.key()?)?;
    for step in rest {
        node = match (step, &node.value) {
            (Step::Key(key), Tree::Table(table)) => table.get(key)?,
            (Step::Item(index), Tree::List(items)) => items.get(*index)?,
            _ => return None,
        };
    }
    Some(node)
}

fn node_at_mut<'t>(tree: &'t mut Table, location: &[Step]) -> Option<&'t mut Node> {
    fn child<'t>(table: &'t mut Table, key: &str) -> Option<&'t mut Node> {
        table.entries.iter_mut().find(|entry| entry.key == key && !entry.node.is_absent()).map(|entry| &mut entry.node)
    }
    let (first, rest) = location.split_first()?;
    let mut node = child(tree, first.key()?)?;
    for step in rest {
        node = match (step, &mut node.value) {
            (Step::Key(key), Tree::Table(table)) => child(table, key)?,
            (Step::Item(index), Tree::List(items)) => items.get_mut(*index)?,
            _ => return None,
        };
    }
    Some(node)
}

/// Puts a number where something else stood; it keeps the place that errors point at.
pub(crate) fn put_number(tree: &mut Table, location: &[Step], value: f64) {
    if let Some(node) = node_at_mut(tree, location) {
        *node = number(value, node.place.clone());
    }
}

fn number(value: f64, place: Place) -> Node {
    let whole = (value.fract() == 0.0 && value.abs() < 1e18).then_some(value as i128);
    Node { value: Tree::Number(Number { value, whole, written: format!("{value}") }), place }
}

fn remove(tree: &mut Table, location: &[Step]) {
    let Some((Step::Key(last), parent)) = location.split_last() else { return };
    if let Some(Node { value: Tree::Table(table), .. }) = node_at_mut(tree, parent) {
        table.entries.retain(|entry| entry.key != *last);
    }
}
