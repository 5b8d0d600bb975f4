//! In which values do two configs differ, and what is the one config with a single value of the other?

use super::canonical::inline;
use super::chain::{self, Source};
use super::data_files::DataFiles;
use super::files::{File, FileId, Files};
use super::load::{Change, changes};
use super::problem::{ConfigErrors, Problem};
use super::reader::Reader;
use super::scenario::Scenario;
use super::tree::{Entry, Node, Place, Table, Tree};

/// A value in which two configs differ, drivers whole; a table that one of them alone has is one value.
#[derive(Debug, Clone)]
pub struct ConfigDifference {
    /// `parent` is the first config's value, `own` the second's.
    pub change: Change,
    /// Does it change anything that is simulated? Titles, sources and the number of years do not.
    pub matters: bool,
    /// The first config with this value of the second; absent where that is no valid config.
    pub alone: Option<Scenario>,
}

/// Keys whose table means nothing in parts: shares of a mix sum to 1, a dependence group is one.
const WHOLE: [&str; 2] = ["mix", "dependence"];
/// What changes no simulated year of a case.
const WORDS: [&str; 8] = [
    "title",
    "analysis",
    "hospital.name",
    "simulation.years",
    "simulation.seed",
    "simulation.levels",
    "uncertainty",
    "stress",
];
/// Keys of a driver that change nothing that is drawn.
const ORIGIN: [&str; 2] = ["source", "biography"];

/// Every value in which two configs differ.
///
/// ```
/// use tailcost::config::{Source, differences};
/// let text = "extends = \"article\"\n[workforce.offshore]\nrate = 30\n[simulation]\nyears = 1000\n";
/// let own = Source::Text { name: "own".into(), text: text.into() };
/// let found = differences(&Source::Builtin("article".into()), &own).unwrap();
/// let paths: Vec<(&str, bool)> = found.iter().map(|d| (d.change.path.as_str(), d.matters)).collect();
/// assert_eq!(paths, [("simulation.years", false), ("workforce.offshore.rate", true)]);
/// assert_eq!(found[1].change.own.as_deref(), Some("30"));
/// assert!(found[1].alone.is_some());
/// ```
pub fn differences(a: &Source, b: &Source) -> Result<Vec<ConfigDifference>, ConfigErrors> {
    let mut files = Files::default();
    let first = match chain::read(a, &[], &mut files) {
        Ok(chain) => chain.resolved,
        Err(problems) => return Err(ConfigErrors::new(problems, files)),
    };
    let second = match chain::read(b, &[], &mut files) {
        Ok(chain) => chain.resolved,
        Err(problems) => return Err(ConfigErrors::new(problems, files)),
    };
    let mut found = Vec::new();
    compare(&first, &second, &mut Vec::new(), &mut found);
    let describe = |spot: Spot<'_>| {
        let path = spot.path.iter().map(|step| super::canonical::key(step)).collect::<Vec<_>>().join(".");
        let words = WORDS.iter().any(|word| path == *word || path.starts_with(&format!("{word}.")));
        let matters = !words && spot.a.map(substance) != spot.b.map(substance);
        let alone = matters.then(|| alone(&first, &spot, &files)).flatten();
        ConfigDifference {
            change: Change { path, parent: spot.a.map(inline), own: spot.b.map(inline) },
            matters,
            alone,
        }
    };
    Ok(found.into_iter().map(describe).collect())
}

/// The keys in which two resolved configs differ, words too, in the order of the schema.
///
/// # Errors
/// One of them is no config.
pub fn changed_keys(a: &str, b: &str) -> Result<Vec<String>, ConfigErrors> {
    let mut files = Files::default();
    let mut read =
        |text: &str| chain::read(&Source::Text { name: "config".into(), text: text.into() }, &[], &mut files);
    match (read(a), read(b)) {
        (Ok(a), Ok(b)) => Ok(changes(&a.resolved, &b.resolved).into_iter().map(|change| change.path).collect()),
        (Err(problems), _) | (_, Err(problems)) => Err(ConfigErrors::new(problems, files)),
    }
}

/// Every key in which two plans of a batch differ, from their resolved texts.
///
/// # Errors
/// A text that is not TOML.
pub fn plan_differences(a: &str, b: &str) -> Result<Vec<Change>, ConfigErrors> {
    let mut files = Files::default();
    let mut trees = Vec::new();
    for (name, text) in [("the earlier plan", a), ("the plan", b)] {
        let read = File::text(name, text).map_err(|violation| vec![Problem::placeless(violation)]);
        match read.and_then(|file| chain::parse(files.add(file), &files)) {
            Ok(tree) => trees.push(tree),
            Err(problems) => return Err(ConfigErrors::of_plan(problems, files)),
        }
    }
    let mut found = Vec::new();
    compare(&trees[0], &trees[1], &mut Vec::new(), &mut found);
    let change = |spot: Spot<'_>| {
        let path = spot.path.iter().map(|step| super::canonical::key(step)).collect::<Vec<_>>().join(".");
        Change { path, parent: spot.a.map(inline), own: spot.b.map(inline) }
    };
    Ok(found.into_iter().map(change).collect())
}

/// A place where two trees differ.
struct Spot<'t> {
    path: Vec<String>,
    a: Option<&'t Node>,
    b: Option<&'t Node>,
}

fn compare<'t>(a: &'t Table, b: &'t Table, path: &mut Vec<String>, found: &mut Vec<Spot<'t>>) {
    let of_b = b.present().map(|entry| &entry.key).filter(|key| a.entry(key).is_none());
    let mut keys: Vec<&String> = a.present().map(|entry| &entry.key).chain(of_b).collect();
    keys.sort_by_key(|key| super::canonical::rank_at_top(key, path.is_empty()));
    for key in keys {
        path.push(key.clone());
        compare_nodes(a.get(key), b.get(key), path, found);
        path.pop();
    }
}

fn compare_nodes<'t>(a: Option<&'t Node>, b: Option<&'t Node>, path: &mut Vec<String>, found: &mut Vec<Spot<'t>>) {
    let name = path.last().map_or("", String::as_str);
    match (a.map(|node| &node.value), b.map(|node| &node.value)) {
        (Some(Tree::Table(a)), Some(Tree::Table(b))) if !a.is_driver() && !b.is_driver() && !WHOLE.contains(&name) => {
            compare(a, b, path, found);
        }
        (Some(Tree::List(one)), Some(Tree::List(other))) if path.len() == 1 && name == "option" => {
            let names = |items: &'t [Node]| items.iter().filter_map(named).collect::<Vec<(&str, &Node)>>();
            let (one, other) = (names(one), names(other));
            let in_other = |name: &str| other.iter().find(|(known, _)| *known == name).map(|(_, node)| *node);
            for (option, node) in &one {
                path.push((*option).to_owned());
                compare_nodes(Some(*node), in_other(option), path, found);
                path.pop();
            }
            for (option, node) in other.iter().filter(|(option, _)| !one.iter().any(|(known, _)| known == option)) {
                path.push((*option).to_owned());
                compare_nodes(None, Some(*node), path, found);
                path.pop();
            }
            // The first option is what all others are held against.
            let order = |list: &[(&str, &Node)], of: &[(&str, &Node)]| {
                let both = list.iter().filter(|(name, _)| of.iter().any(|(known, _)| known == name));
                both.map(|(name, _)| (*name).to_owned()).collect::<Vec<String>>()
            };
            if order(&one, &other) != order(&other, &one) {
                found.push(Spot { path: path.clone(), a, b });
            }
        }
        _ => {
            if a.map(inline) != b.map(inline) {
                found.push(Spot { path: path.clone(), a, b });
            }
        }
    }
}

fn named(item: &Node) -> Option<(&str, &Node)> {
    match &item.as_table()?.get("name")?.value {
        Tree::Text(name) => Some((name, item)),
        _ => None,
    }
}

/// A value without what it came from.
fn substance(node: &Node) -> String {
    let Tree::Table(table) = &node.value else { return inline(node) };
    if !table.is_driver() {
        return inline(node);
    }
    let kept = table.present().filter(|entry| !ORIGIN.contains(&entry.key.as_str()));
    let kept: Vec<Entry> = kept.cloned().collect();
    match kept.as_slice() {
        [only] if only.key == "value" => inline(&only.node),
        _ => inline(&Node { value: Tree::Table(Table { entries: kept }), place: node.place.clone() }),
    }
}

/// The first config with one value of the second, if that is a valid one.
fn alone(first: &Table, spot: &Spot<'_>, files: &Files) -> Option<Scenario> {
    let mut changed = first.clone();
    if !put(&mut changed, &spot.path, spot.b) {
        return None;
    }
    let mut reader = Reader { files, problems: Vec::new(), data: DataFiles::default() };
    let scenario = reader.scenario(&changed, &Place { file: FileId(0), bytes: 0..0 });
    scenario.filter(|_| reader.problems.is_empty())
}

/// Puts a value at a path or removes what is there; false where the path leads nowhere.
fn put(table: &mut Table, path: &[String], value: Option<&Node>) -> bool {
    let Some((step, rest)) = path.split_first() else { return false };
    let index = table.entries.iter().position(|entry| entry.key == *step);
    if rest.is_empty() {
        match (index, value) {
            (Some(index), Some(node)) => table.entries[index].node = node.clone(),
            (Some(index), None) => {
                table.entries.remove(index);
            }
            (None, Some(node)) => {
                table.entries.push(Entry { key: step.clone(), key_place: node.place.clone(), node: node.clone() });
            }
            (None, None) => return false,
        }
        return true;
    }
    match index.map(|index| &mut table.entries[index].node.value) {
        Some(Tree::Table(inner)) => put(inner, rest, value),
        Some(Tree::List(items)) => {
            let element = items.iter_mut().find(|item| named(item).is_some_and(|(name, _)| *name == rest[0]));
            match element.map(|item| &mut item.value) {
                Some(Tree::Table(inner)) if rest.len() > 1 => put(inner, &rest[1..], value),
                _ => false,
            }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, bool, bool)> {
        let own = Source::Text { name: "own".into(), text: format!("extends = \"article\"\n{text}") };
        let all = differences(&Source::Builtin("article".into()), &own).unwrap_or_else(|errors| panic!("{errors}"));
        all.into_iter().map(|d| (d.change.path, d.matters, d.alone.is_some())).collect()
    }

    #[test]
    fn nothing_differs_from_itself() {
        assert!(found("").is_empty());
    }

    #[test]
    fn sources_and_titles_do_not_matter() {
        let text = "title = \"Other\"\n[hospital]\ncase_mix_value = { value = 45_000, source = \"elsewhere\" }\n";
        assert_eq!(
            found(text),
            [("title".to_owned(), false, false), ("hospital.case_mix_value".to_owned(), false, false)]
        );
    }

    #[test]
    fn a_mix_is_one_value_and_a_new_option_cannot_stand_alone() {
        let text = "option = [{ name = \"Domestic\", mix = { domestic = 1.0 } }, \
                    { name = \"Offshore\", mix = { offshore = 0.9, domestic = 0.1 } }, \
                    { name = \"Third\", mix = { offshore = 0.5, domestic = 0.5 } }]\n";
        let changes = found(text);
        assert!(changes.contains(&("option.Offshore.mix".into(), true, true)), "{changes:?}");
        assert!(changes.contains(&("option.Third".into(), true, false)), "{changes:?}");
    }

    #[test]
    fn keys_of_plans_that_differ_are_named() {
        let text = |years: &str, expression: &str| {
            format!("title = \"T\"\n[members.values]\n\"hospital.x\" = {expression:?}\n[batch]\nyears = {years}\n")
        };
        assert!(plan_differences(&text("10", "a"), &text("10", "a")).unwrap().is_empty());
        let found = plan_differences(&text("10", "a"), &text("20", "a * 2")).unwrap();
        let found: Vec<(&str, Option<&str>)> = found.iter().map(|c| (c.path.as_str(), c.own.as_deref())).collect();
        assert_eq!(found, [("members.values.\"hospital.x\"", Some("\"a * 2\"")), ("batch.years", Some("20"))]);
        assert!(plan_differences("=", "").is_err());
    }

    #[test]
    fn what_is_removed_is_a_change() {
        let changes = found("[workforce.offshore]\nswitch = \"absent\"\n");
        assert_eq!(changes, [("workforce.offshore.switch".to_owned(), true, true)]);
    }
}
