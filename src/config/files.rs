//! Which texts did a config come from, and is each of them a text at all?

use super::cases;
use super::problem::Violation;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Index into [`Files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileId(pub usize);

/// Every text that was read for a config: the chain of files and the `--set` arguments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files {
    files: Vec<File>,
}

#[derive(Debug, Clone)]
pub(crate) struct File {
    /// As errors call it.
    pub name: String,
    pub text: String,
    pub origin: Origin,
}

/// Where paths inside of a file start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Builtin,
    /// The folder of the file.
    Folder(PathBuf),
    /// A `--set` argument: paths start where the program was started.
    Argument,
    /// A stored result, whose data files stand where they stood: path and place of each. Other paths start where the program was
    /// started.
    Stored(Vec<(String, PathBuf)>),
}

/// Largest config that is read, in bytes. The built-in cases have 10 kB; what is larger is no config.
const LARGEST_CONFIG: u64 = 1 << 20;
/// Largest data file that is read, in bytes.
const LARGEST_DATA: u64 = 1 << 28;

impl Files {
    pub fn add(&mut self, file: File) -> FileId {
        self.files.push(file);
        FileId(self.files.len() - 1)
    }

    /// Takes the files of another reading; gives how far their numbers move.
    pub fn absorb(&mut self, others: Files) -> usize {
        let offset = self.files.len();
        self.files.extend(others.files);
        offset
    }

    pub fn get(&self, id: FileId) -> &File {
        &self.files[id.0]
    }
}

impl File {
    pub fn builtin(name: &str, text: &str) -> Self {
        Self { name: format!("built-in case {name}"), text: text.to_owned(), origin: Origin::Builtin }
    }

    pub fn builtin_plan(name: &str, text: &str) -> Self {
        Self { name: format!("built-in plan {name}"), text: text.to_owned(), origin: Origin::Builtin }
    }

    pub fn argument(text: &str) -> Self {
        Self { name: "--set".into(), text: text.to_owned(), origin: Origin::Argument }
    }

    pub fn text(name: &str, text: &str) -> Result<Self, Violation> {
        let text = config_text(name, text.as_bytes().to_vec())?;
        Ok(Self { name: name.to_owned(), text, origin: Origin::Folder(PathBuf::new()) })
    }

    pub fn stored(name: &str, text: &str, data: &[(String, PathBuf)]) -> Result<Self, Violation> {
        Ok(Self { origin: Origin::Stored(data.to_vec()), ..Self::text(name, text)? })
    }

    pub fn read(path: &Path) -> Result<Self, Violation> {
        let name = path.display().to_string();
        let bytes = read_at_most(path, LARGEST_CONFIG)?;
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(Self { text: config_text(&name, bytes)?, name, origin: Origin::Folder(folder) })
    }
}

/// The bytes of a data file, `path` being relative to where `origin` says.
pub(crate) fn read_data(origin: &Origin, path: &str) -> Result<Vec<u8>, Violation> {
    let embedded = match (origin, path.strip_prefix(cases::BUILTIN_PREFIX)) {
        (_, Some(name)) => Some(name),
        (Origin::Builtin, None) => Some(path),
        _ => None,
    };
    if let Some(name) = embedded {
        return match cases::embedded_data(name) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => Err(Violation::NoSuchData { path: path.to_owned() }),
        };
    }
    read_at_most(&on_disk(origin, path), LARGEST_DATA)
}

/// Where a data file that is not carried along stands.
pub(crate) fn on_disk(origin: &Origin, path: &str) -> PathBuf {
    match origin {
        Origin::Folder(folder) => folder.join(path),
        Origin::Builtin | Origin::Argument => PathBuf::from(path),
        Origin::Stored(places) => places
            .iter()
            .find(|(known, _)| known == path)
            .map_or_else(|| PathBuf::from(path), |(_, place)| place.clone()),
    }
}

/// Where a data file stands, from the root of the file system; none where the program carries it along, or where that is no text.
pub(crate) fn location(origin: &Origin, path: &str) -> Option<String> {
    if *origin == Origin::Builtin || path.starts_with(cases::BUILTIN_PREFIX) {
        return None;
    }
    fs::canonicalize(on_disk(origin, path)).ok()?.to_str().map(str::to_owned)
}

fn read_at_most(path: &Path, largest: u64) -> Result<Vec<u8>, Violation> {
    let name = path.display().to_string();
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => {
            Violation::NoSuchFile { path: name.clone(), nearest: cases::nearest_name(&name).map(str::to_owned) }
        }
        _ => Violation::Unreadable { path: name.clone(), reason: error.to_string() },
    };
    let size = fs::metadata(path).map_err(unreadable)?;
    if size.is_dir() {
        return Err(Violation::Unreadable { path: name.clone(), reason: "it is a folder".into() });
    }
    let file = fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // One byte more than allowed, so that a pipe or a growing file is held to the same size.
    file.take(largest + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > largest {
        return Err(Violation::TooLarge { path: name, largest });
    }
    Ok(bytes)
}

fn config_text(name: &str, bytes: Vec<u8>) -> Result<String, Violation> {
    if bytes.len() as u64 > LARGEST_CONFIG {
        return Err(Violation::TooLarge { path: name.to_owned(), largest: LARGEST_CONFIG });
    }
    let line_of = |byte: usize| bytes[..byte].iter().filter(|&&b| b == b'\n').count() + 1;
    if let Some(byte) = bytes.iter().position(|&b| b == 0) {
        return Err(Violation::Binary { path: name.to_owned(), byte, line: line_of(byte) });
    }
    if let Err(error) = std::str::from_utf8(&bytes) {
        let byte = error.valid_up_to();
        return Err(Violation::NotUtf8 { path: name.to_owned(), byte, line: line_of(byte), found: bytes[byte] });
    }
    let text = String::from_utf8(bytes).expect("checked above");
    // A byte-order mark is what Windows editors leave; offsets count from after it.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
