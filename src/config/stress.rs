//! What does `[stress.NAME]` change of the case, and is the case valid then?
//!
//! A table of overrides: nested tables or dotted keys as in the config itself, an option by its name, and `description`, which changes
//! nothing. Every stressed case is read with all checks when the config is; the base does not know of it.

use super::chain::merge;
use super::files::Files;
use super::load::{Change, changes};
use super::overrides;
use super::problem::{Problem, Violation};
use super::reader::{Reader, joined, unfit_name};
use super::scenario::Scenario;
use super::sections::TOP_LEVEL;
use super::tree::{Entry, Node, Place, Table, Tree};
use crate::data::nearest;

/// A case under stress.
#[derive(Debug, Clone)]
pub struct Stress {
    pub name: String,
    /// In the user's words.
    pub description: Option<String>,
    pub scenario: Scenario,
    /// What differs from the base, in the order of the schema.
    pub changes: Vec<Change>,
}

pub(crate) const DESCRIPTION: &str = "description";

/// Sections that a stress may change. Years and seed stay, so that the draws are those of the base; what is called a title is its name.
const STRESSED: [&str; 6] = ["simulation", "hospital", "world", "workforce", "option", "dependence"];

/// Keys of a stress, for suggestions and the JSON Schema.
pub(crate) fn known_keys() -> Vec<&'static str> {
    [DESCRIPTION].into_iter().chain(STRESSED).collect()
}

impl Reader<'_> {
    /// Every stress of the config: none of one that is wrong.
    pub fn stresses(&mut self, tree: &Table, base: &Scenario) -> Vec<Stress> {
        let Some(node) = tree.get("stress") else { return Vec::new() };
        let Some(table) = self.table(node, "stress") else { return Vec::new() };
        let mut stresses = Vec::new();
        for Entry { key: name, key_place, node } in table.present() {
            let key = joined("stress", name);
            if let Some(expected) = unfit_stress(name) {
                let found = format!("the name {:?}", super::tree::shortened(name));
                self.refuse(Violation::Mismatch { key: "stress".into(), found, expected }, key_place, "not a name");
                continue;
            }
            let Some(table) = self.table(node, &key) else { continue };
            stresses.extend(self.stress(tree, base, name, table, &key, &node.place));
        }
        stresses
    }

    fn stress(
        &mut self,
        tree: &Table,
        base: &Scenario,
        name: &str,
        table: &Table,
        key: &str,
        place: &Place,
    ) -> Option<Stress> {
        let before = self.problems.len();
        let known = known_keys();
        // What removes a key is known by its key as well.
        for entry in table.entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            if TOP_LEVEL.contains(&entry.key.as_str()) {
                let found = format!("the key {}", entry.key);
                let expected = format!("keys of {}", STRESSED.join(", "));
                self.refuse(
                    Violation::Mismatch { key: key.to_owned(), found, expected },
                    &entry.key_place,
                    "a stress does not change this",
                );
            } else {
                self.unknown(entry, key, &known);
            }
        }
        let description =
            table.get(DESCRIPTION).and_then(|node| self.text(node, &joined(key, DESCRIPTION))).map(str::to_owned);
        let mut stressed = tree.clone();
        for Entry { key: section, key_place, node } in
            table.entries.iter().filter(|e| STRESSED.contains(&e.key.as_str()))
        {
            let path = joined(key, section);
            match (section.as_str(), &node.value) {
                ("simulation", Tree::Table(inner)) => self.only(inner, &path, &["exclude"]),
                ("option", Tree::Table(inner)) => {
                    self.options_by_name(&mut stressed, inner, &path);
                    continue;
                }
                ("workforce", Tree::Table(inner)) => {
                    let known: Vec<&str> = base.workforces.iter().map(|workforce| workforce.name.as_str()).collect();
                    for entry in inner.entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
                        self.unknown_name(&path, "workforce", &entry.key, &known, &entry.key_place);
                    }
                }
                ("option", _) => {
                    self.mismatch(&path, node, "options by name, as in option.Offshore.transition_cost = 1e5");
                    continue;
                }
                _ => {}
            }
            let entry = Entry { key: section.clone(), key_place: key_place.clone(), node: node.clone() };
            merge(&mut stressed, Table { entries: vec![entry] });
        }
        if self.problems.len() > before {
            return None;
        }
        let (settled, _) = self.settled(&stressed);
        let scenario = self.scenario(&settled, place);
        if self.problems.len() > before {
            self.blame(before, table, place, name);
            return None;
        }
        let scenario = scenario?;
        if let Some(violation) = other_options(base, &scenario, key) {
            self.refuse(violation, place, "changes which options there are");
            return None;
        }
        let changes = changes(tree, &stressed);
        Some(Stress { name: name.to_owned(), description, scenario, changes })
    }

    fn options_by_name(&mut self, stressed: &mut Table, named: &Table, path: &str) {
        let Some(Node { value: Tree::List(items), .. }) =
            stressed.entries.iter_mut().find(|entry| entry.key == "option").map(|entry| &mut entry.node)
        else {
            return;
        };
        for Entry { key: name, key_place, node } in &named.entries {
            let names: Vec<String> = items.iter().filter_map(name_of).collect();
            let found = items.iter_mut().find(|item| name_of(item).as_deref() == Some(name));
            match (found.map(|item| &mut item.value), &node.value) {
                (Some(Tree::Table(option)), Tree::Table(over)) => merge(option, over.clone()),
                (Some(_), _) => self.mismatch(&joined(path, name), node, "a table of the option's keys"),
                (None, _) => {
                    let known: Vec<&str> = names.iter().map(String::as_str).collect();
                    self.unknown_name(path, "option", name, &known, key_place);
                }
            }
        }
    }

    /// Problems that show elsewhere arise from the stress: that is where they point first.
    fn blame(&mut self, before: usize, table: &Table, place: &Place, name: &str) {
        for problem in &mut self.problems[before..] {
            if !problem.marks.iter().any(|mark| stands_in(table, &mark.place)) {
                let label = format!("under the stress {name}");
                problem.marks.insert(0, super::problem::Mark { place: place.clone(), label });
            }
        }
    }
}

/// Is the place that of a key or value of the table, however deep?
fn stands_in(table: &Table, place: &Place) -> bool {
    let within = |outer: &Place| {
        outer.file == place.file && outer.bytes.start <= place.bytes.start && place.bytes.end <= outer.bytes.end
    };
    table.entries.iter().any(|entry| {
        let inner = entry.node.as_table().is_some_and(|inner| stands_in(inner, place));
        within(&entry.key_place) || within(&entry.node.place) || inner
    })
}

/// One stress given as arguments `KEY=VALUE`.
pub(crate) fn tree_with(tree: &Table, arguments: &[String], files: &mut Files) -> Result<Table, Vec<Problem>> {
    let mut stressed = tree.clone();
    overrides::apply(&mut stressed, arguments, files)?;
    Ok(stressed)
}

pub(crate) fn other_options(base: &Scenario, stressed: &Scenario, key: &str) -> Option<Violation> {
    let names = |scenario: &Scenario| scenario.options.iter().map(|option| option.name.clone()).collect::<Vec<_>>();
    let (expected, found) = (names(base), names(stressed));
    let staff = |scenario: &Scenario| scenario.workforces.iter().map(|w| w.name.clone()).collect::<Vec<_>>();
    let known = staff(base);
    if let Some(added) = staff(stressed).into_iter().find(|name| !known.contains(name)) {
        return Some(Violation::UnknownName {
            key: key.to_owned(),
            what: "workforce",
            nearest: nearest(&added, known.iter().map(String::as_str)).map(str::to_owned),
            found: added,
            known,
        });
    }
    let same_years = base.simulation.years == stressed.simulation.years
        && base.simulation.seed == stressed.simulation.seed
        && base.simulation.levels == stressed.simulation.levels;
    if expected != found {
        return Some(Violation::Mismatch {
            key: key.to_owned(),
            found: format!("a case with the options {}", found.join(", ")),
            expected: format!("the options of the base, {}", expected.join(", ")),
        });
    }
    (!same_years).then(|| Violation::Mismatch {
        key: key.to_owned(),
        found: "other years, another seed or other levels".into(),
        expected: "those of the base, so that both are the same draws".into(),
    })
}

fn unfit_stress(name: &str) -> Option<String> {
    match name {
        // A table with these keys is read as a driver.
        "dist" | "value" => Some("a name other than dist and value".to_owned()),
        _ => unfit_name(name),
    }
}

fn name_of(item: &Node) -> Option<String> {
    match &item.as_table()?.get("name")?.value {
        Tree::Text(name) => Some(name.clone()),
        _ => None,
    }
}

/// The name of the stress that was probably meant.
pub fn nearest_stress<'a>(name: &str, stresses: &'a [Stress]) -> Option<&'a str> {
    nearest(name, stresses.iter().map(|stress| stress.name.as_str()))
}
