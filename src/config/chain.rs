//! Which tree results from a config, the files it extends and the `--set` arguments?

use super::cases;
use super::files::{File, FileId, Files, Origin};
use super::overrides;
use super::problem::{Problem, Violation};
use super::tree::{self, Entry, Place, Table, Tree};
use std::path::{Path, PathBuf};

/// Where a config comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Path(PathBuf),
    /// The name of a built-in case, as in `article`.
    Builtin(String),
    /// A text and what errors call it; paths in it start where the program was started.
    Text {
        name: String,
        text: String,
    },
    /// The resolved config of a stored result, and where each of its data files stands now.
    Stored {
        /// What errors call it.
        name: String,
        text: String,
        /// Path as the config has it, place.
        data: Vec<(String, PathBuf)>,
    },
}

impl Source {
    /// What a person means by `argument`: the built-in case of that name, or else a path.
    pub fn from_argument(argument: &str) -> Self {
        Self::named(argument, cases::text_of(argument))
    }

    /// The same where a plan is meant: the built-in plan of that name, or else a path.
    pub fn plan_from_argument(argument: &str) -> Self {
        Self::named(argument, cases::plan_text_of(argument))
    }

    fn named(argument: &str, builtin: Option<&str>) -> Self {
        match builtin {
            Some(_) => Source::Builtin(argument.to_owned()),
            None => Source::Path(PathBuf::from(argument)),
        }
    }
}

/// The trees of a config.
pub(crate) struct Chain {
    /// After every `extends` and every `--set`.
    pub resolved: Table,
    /// What the config changes: the file it extends, or itself without the `--set` arguments.
    pub parent: Option<Parent>,
}

pub(crate) struct Parent {
    pub name: String,
    pub resolved: Table,
}

/// Longest chain of files that extend each other; people stop at three.
const LONGEST_CHAIN: usize = 16;

/// Reads the whole chain of `source`, the given file first, and merges it from its far end.
pub(crate) fn read(source: &Source, arguments: &[String], files: &mut Files) -> Result<Chain, Vec<Problem>> {
    let mut layers = read_layers(source, files)?;
    let own = layers.remove(0);
    let mut resolved = Table::default();
    let parent_name = layers.first().map(|layer| layer.name.clone());
    for layer in layers.into_iter().rev() {
        merge(&mut resolved, layer.table);
    }
    let mut parent = parent_name.map(|name| Parent { name, resolved: resolved.clone() });
    merge(&mut resolved, own.table);
    if parent.is_none() && !arguments.is_empty() {
        parent = Some(Parent { name: own.name, resolved: resolved.clone() });
    }
    overrides::apply(&mut resolved, arguments, files)?;
    Ok(Chain { resolved, parent })
}

/// Puts `over` on top of `under`: tables merge key by key, everything else and every driver is replaced whole.
pub(crate) fn merge(under: &mut Table, over: Table) {
    for entry in over.entries {
        match under.entries.iter().position(|existing| existing.key == entry.key) {
            Some(index) if entry.node.is_absent() => {
                under.entries.remove(index);
            }
            Some(index) => merge_entry(&mut under.entries[index], entry),
            None => under.entries.push(entry),
        }
    }
}

fn merge_entry(under: &mut Entry, over: Entry) {
    match (&mut under.node.value, over.node.value) {
        (Tree::Table(below), Tree::Table(above)) if !below.is_driver() && !above.is_driver() => {
            merge(below, above);
            under.key_place = over.key_place;
            under.node.place = over.node.place;
        }
        (_, value) => {
            *under =
                Entry { key: over.key, key_place: over.key_place, node: tree::Node { value, place: over.node.place } };
        }
    }
}

struct Layer {
    name: String,
    table: Table,
}

fn read_layers(source: &Source, files: &mut Files) -> Result<Vec<Layer>, Vec<Problem>> {
    let mut layers = Vec::new();
    let mut passed: Vec<Identity> = Vec::new();
    let mut next = Some((source.clone(), None::<Place>));
    while let Some((source, place)) = next {
        let blame = |violation: Violation| match &place {
            Some(place) => vec![Problem::new(violation, place, "named here")],
            None => vec![Problem::placeless(violation)],
        };
        if layers.len() == LONGEST_CHAIN {
            return Err(blame(Violation::TooManyParents { longest: LONGEST_CHAIN }));
        }
        let (file, identity) = open(&source).map_err(blame)?;
        if passed.contains(&identity) {
            let mut names: Vec<String> = layers.iter().map(|layer: &Layer| layer.name.clone()).collect();
            names.push(file.name.clone());
            return Err(blame(Violation::Circular { name: file.name, passed: names }));
        }
        passed.push(identity);
        let name = file.name.clone();
        let id = files.add(file);
        let table = parse(id, files)?;
        next = parent_of(&table, id, files)?;
        layers.push(Layer { name, table: without_extends(table) });
    }
    Ok(layers)
}

/// What makes two mentions of a file the same file.
#[derive(PartialEq)]
enum Identity {
    Builtin(String),
    Path(PathBuf),
    Text,
}

fn open(source: &Source) -> Result<(File, Identity), Violation> {
    match source {
        Source::Builtin(name) => match cases::text_of(name) {
            Some(text) => Ok((File::builtin(name, text), Identity::Builtin(name.clone()))),
            None => {
                Err(Violation::NoSuchFile { path: name.clone(), nearest: cases::nearest_name(name).map(str::to_owned) })
            }
        },
        Source::Path(path) => {
            let file = File::read(path)?;
            let identity = path.canonicalize().unwrap_or_else(|_| path.clone());
            Ok((file, Identity::Path(identity)))
        }
        Source::Text { name, text } => Ok((File::text(name, text)?, Identity::Text)),
        Source::Stored { name, text, data } => Ok((File::stored(name, text, data)?, Identity::Text)),
    }
}

pub(crate) fn parse(id: FileId, files: &Files) -> Result<Table, Vec<Problem>> {
    let (document, mut errors) = toml::de::DeTable::parse_recoverable(&files.get(id).text);
    if errors.is_empty() {
        return Ok(tree::from_document(document.get_ref(), id));
    }
    errors.sort_by_key(|error| error.span().map(|span| span.start));
    // Whatever follows at the same byte is a consequence.
    errors.dedup_by_key(|error| error.span().map(|span| span.start));
    let problem = |error: &toml::de::Error| {
        let culprit =
            error.span().and_then(|bytes| files.get(id).text.get(bytes)).filter(|text| !text.trim().is_empty());
        let message = match culprit {
            Some(text) => format!("{}, at {:?}", error.message(), tree::shortened(text)),
            None => error.message().to_owned(),
        };
        let violation = Violation::Syntax { message };
        match error.span() {
            Some(bytes) => Problem::new(violation, &Place { file: id, bytes }, "here"),
            None => Problem::placeless(violation),
        }
    };
    Err(errors.iter().map(problem).collect())
}

fn parent_of(table: &Table, id: FileId, files: &Files) -> Result<Option<(Source, Option<Place>)>, Vec<Problem>> {
    let Some(node) = table.get("extends") else { return Ok(None) };
    let Tree::Text(path) = &node.value else {
        let violation = Violation::Mismatch {
            key: "extends".into(),
            found: node.found(),
            expected: "the path of a config or the name of a built-in case".into(),
        };
        return Err(vec![Problem::new(violation, &node.place, "not a path")]);
    };
    Ok(Some((named_in(&files.get(id).origin, path), Some(node.place.clone()))))
}

/// The config that a file means by a path or a name.
pub(crate) fn named_in(origin: &Origin, path: &str) -> Source {
    let builtin = |name: &str| Source::Builtin(name.to_owned());
    let file = match origin {
        Origin::Builtin => return builtin(path.strip_suffix(".toml").unwrap_or(path)),
        Origin::Folder(folder) => folder.join(Path::new(path)),
        Origin::Argument | Origin::Stored(_) => PathBuf::from(path),
    };
    if !file.exists() && cases::text_of(path).is_some() { builtin(path) } else { Source::Path(file) }
}

fn without_extends(mut table: Table) -> Table {
    table.entries.retain(|entry| entry.key != "extends");
    table
}
