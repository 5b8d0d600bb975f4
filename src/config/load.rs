//! How does a config become a scenario, together with what is worth knowing about it?

use super::canonical;
use super::cautions;
use super::chain::{self, Source};
use super::data_files::DataFiles;
use super::files::{FileId, Files};
use super::problem::ConfigErrors;
use super::reader::Reader;
use super::scenario::Scenario;
use super::tree::{Node, Place, Table, Tree};
use crate::outcome::{Caution, DataFile};

/// A config that is valid in every respect.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub scenario: Scenario,
    /// The config after every `extends` and `--set`, always written the same way.
    pub resolved_toml: String,
    /// blake3 of the resolved config, biographies of drivers apart, and of the data files it reads.
    pub hash: String,
    /// Sorted by path.
    pub data_files: Vec<DataFile>,
    /// What the config changes: `None` when it extends nothing and nothing was set.
    pub changes: Option<Changes>,
    pub cautions: Vec<Caution>,
}

/// What a config changes of the one it extends, or the `--set` arguments of the config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The file or case that is changed.
    pub parent: String,
    /// In the order of the schema.
    pub values: Vec<Change>,
}

/// A value that differs, as TOML; `None` where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub path: String,
    pub parent: Option<String>,
    pub own: Option<String>,
}

/// Reads a config with its whole chain of `extends`, applies `overrides` (`KEY=VALUE`) and checks everything.
///
/// All that is wrong is reported at once; only what makes further reading senseless (a missing file, TOML that does not
/// parse, an override that fits nowhere) ends it early.
///
/// ```
/// use tailcost::config::{load, Source};
/// let loaded = load(&Source::Builtin("hfma-2018".into()), &["simulation.years=1e3".into()]).unwrap();
/// assert_eq!(loaded.scenario.simulation.years, 1000);
/// assert_eq!(loaded.scenario.options.len(), 2);
/// ```
pub fn load(source: &Source, overrides: &[String]) -> Result<Loaded, ConfigErrors> {
    let mut files = Files::default();
    let chain = match chain::read(source, overrides, &mut files) {
        Ok(chain) => chain,
        Err(problems) => return Err(ConfigErrors::new(problems, files)),
    };
    let mut reader = Reader { files: &files, problems: Vec::new(), data: DataFiles::default() };
    let beginning = Place { file: FileId(0), bytes: 0..0 };
    let scenario = reader.scenario(&chain.resolved, &beginning);
    let Reader { problems, data, .. } = reader;
    let scenario = match scenario {
        Some(scenario) if problems.is_empty() => scenario,
        _ => return Err(ConfigErrors::new(problems, files)),
    };
    let resolved = with_builtin_paths(chain.resolved.clone(), &files);
    let resolved_toml = canonical::document(&resolved);
    let data_files = data.sorted();
    let hash = hash(&canonical::document(&canonical::without_biographies(&resolved)), &data_files);
    let changes =
        chain.parent.map(|parent| Changes { parent: parent.name, values: changes(&parent.resolved, &chain.resolved) });
    let cautions = cautions::of(&scenario, &chain.resolved);
    Ok(Loaded { hash, scenario, resolved_toml, data_files, changes, cautions })
}

fn hash(resolved: &str, data_files: &[DataFile]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(resolved.as_bytes());
    for file in data_files {
        hasher.update(file.blake3.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

fn changes(parent: &Table, own: &Table) -> Vec<Change> {
    let (parent, own) = (canonical::flattened(parent), canonical::flattened(own));
    let find = |flat: &[(String, String)], path: &str| {
        flat.iter().find(|(known, _)| known == path).map(|(_, value)| value.clone())
    };
    let gone = parent.iter().filter(|(path, _)| find(&own, path).is_none());
    let changed = own.iter().filter(|(path, value)| find(&parent, path).as_ref() != Some(value));
    changed
        .map(|(path, value)| Change { path: path.clone(), parent: find(&parent, path), own: Some(value.clone()) })
        .chain(gone.map(|(path, value)| Change { path: path.clone(), parent: Some(value.clone()), own: None }))
        .collect()
}

/// Names embedded data so that the resolved config can be read from anywhere.
fn with_builtin_paths(mut table: Table, files: &Files) -> Table {
    fn visit(node: &mut Node, files: &Files) {
        match &mut node.value {
            Tree::List(items) => items.iter_mut().for_each(|item| visit(item, files)),
            Tree::Table(table) => rename(table, files),
            _ => {}
        }
    }
    fn rename(table: &mut Table, files: &Files) {
        let is_empirical =
            matches!(table.get("dist").map(|node| &node.value), Some(Tree::Text(dist)) if dist == "empirical");
        for entry in &mut table.entries {
            let embedded = files.get(entry.node.place.file).origin == super::files::Origin::Builtin;
            match &mut entry.node.value {
                Tree::Text(path) if is_empirical && embedded && entry.key == "file" => {
                    if !path.starts_with(super::cases::BUILTIN_PREFIX) {
                        path.insert_str(0, super::cases::BUILTIN_PREFIX);
                    }
                }
                _ => visit(&mut entry.node, files),
            }
        }
    }
    rename(&mut table, files);
    table
}
