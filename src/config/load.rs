//! How does a config become a scenario, together with what is worth knowing about it?

use super::canonical;
use super::cautions;
use super::chain::{self, Source};
use super::data_files::DataFiles;
use super::files::{FileId, Files};
use super::ignorance::{Fits, UncertaintySettings};
use super::problem::{ConfigErrors, Problem, Violation};
use super::reader::Reader;
use super::scenario::Scenario;
use super::stress::{self, Stress};
use super::tree::{Node, Place, Table, Tree};
use super::uncertain::UncertainParameter;
use crate::outcome::{Caution, DataFile};
use std::sync::Arc;

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
    /// The section `[uncertainty]`, where there is one.
    pub uncertainty: Option<UncertaintySettings>,
    /// Parameters of drivers that have a law of their own, in the order of the config; `scenario` holds them at their means.
    pub uncertain: Vec<UncertainParameter>,
    /// In the order of the config.
    pub stresses: Vec<Stress>,
    pub cautions: Vec<Caution>,
    /// The tree that `scenario` was read from.
    pub(crate) settled: Arc<Table>,
    /// The same before uncertain parameters were held.
    pub(crate) resolved: Arc<Table>,
    pub(crate) files: Arc<Files>,
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
    let (settled, uncertain) = reader.settled(&chain.resolved);
    let scenario = reader.scenario(&settled, &beginning());
    let uncertainty = reader.uncertainty_settings(chain.resolved.get("uncertainty"));
    // What is wrong with the base would be said again of every stress.
    let stresses = match &scenario {
        Some(scenario) if reader.problems.is_empty() => reader.stresses(&chain.resolved, scenario),
        _ => Vec::new(),
    };
    let Reader { problems, data, .. } = reader;
    let scenario = match scenario {
        Some(scenario) if problems.is_empty() => scenario,
        _ => return Err(ConfigErrors::new(problems, files)),
    };
    let resolved = with_builtin_paths(chain.resolved.clone(), &files);
    let resolved_toml = canonical::document(&resolved);
    let data_files = data.sorted();
    // A covariance that parameters are drawn by decides what is drawn.
    let hashed = match uncertainty {
        Some(UncertaintySettings { fits: Fits::Uncertain, .. }) => resolved_toml.clone(),
        _ => canonical::document(&canonical::without_biographies(&resolved)),
    };
    let hash = hash(&hashed, &data_files);
    let changes =
        chain.parent.map(|parent| Changes { parent: parent.name, values: changes(&parent.resolved, &chain.resolved) });
    let mut cautions = cautions::of(&scenario, &chain.resolved);
    cautions.extend(cautions::uncertain(&uncertain));
    let (settled, resolved, files) = (Arc::new(settled), Arc::new(chain.resolved), Arc::new(files));
    Ok(Loaded {
        hash,
        scenario,
        resolved_toml,
        data_files,
        changes,
        uncertainty,
        uncertain,
        stresses,
        cautions,
        settled,
        resolved,
        files,
    })
}

fn beginning() -> Place {
    Place { file: FileId(0), bytes: 0..0 }
}

impl Loaded {
    /// A scenario from another tree of the same files, with every check.
    pub(crate) fn read_again(&self, tree: &Table) -> Result<Scenario, ConfigErrors> {
        let mut reader = Reader { files: &self.files, problems: Vec::new(), data: DataFiles::default() };
        let scenario = reader.scenario(tree, &beginning());
        match scenario {
            Some(scenario) if reader.problems.is_empty() => Ok(scenario),
            _ => Err(ConfigErrors::new(reader.problems, (*self.files).clone())),
        }
    }

    /// An error without a place: `key` is not what it should be, for this reason.
    pub(crate) fn refusal(&self, key: &str, reason: String) -> ConfigErrors {
        let violation = Violation::NotALaw { key: key.to_owned(), reason };
        ConfigErrors::new(vec![Problem::placeless(violation)], (*self.files).clone())
    }

    /// The case with these overrides on top, as `--set` takes them, under a name.
    ///
    /// # Errors
    /// An override that fits nowhere, and all that is wrong with the case then.
    pub fn stressed(&self, name: &str, overrides: &[String]) -> Result<Stress, ConfigErrors> {
        let mut files = (*self.files).clone();
        let tree = match stress::tree_with(&self.resolved, overrides, &mut files) {
            Ok(tree) => tree,
            Err(problems) => return Err(ConfigErrors::new(problems, files)),
        };
        let mut reader = Reader { files: &files, problems: Vec::new(), data: DataFiles::default() };
        let (settled, _) = reader.settled(&tree);
        let scenario = reader.scenario(&settled, &beginning());
        let mut problems = reader.problems;
        if let Some(scenario) = scenario.filter(|_| problems.is_empty()) {
            match stress::other_options(&self.scenario, &scenario, &format!("stress.{name}")) {
                None => {
                    let changes = changes(&self.resolved, &tree);
                    return Ok(Stress { name: name.to_owned(), description: None, scenario, changes });
                }
                Some(violation) => problems.push(Problem::placeless(violation)),
            }
        }
        Err(ConfigErrors::new(problems, files))
    }
}

fn hash(resolved: &str, data_files: &[DataFile]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(resolved.as_bytes());
    for file in data_files {
        hasher.update(file.blake3.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// What stands differently in two trees, in the order of the schema.
pub(crate) fn changes(parent: &Table, own: &Table) -> Vec<Change> {
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
