//! Where does the table of members stand, and why can it not be read?

use crate::config::cases;
use crate::config::files::{Origin, on_disk};
use crate::config::problem::Violation;
use crate::data::{self, DataFault};
use std::path::PathBuf;

pub(super) const FILE: &str = "members.file";

#[derive(Debug, Clone)]
pub(super) enum TableAt {
    Path(PathBuf),
    /// Name of a file that the program carries along.
    Carried(String),
}

impl TableAt {
    /// What a plan means by a path.
    pub fn named(origin: &Origin, path: &str) -> Self {
        match (origin, path.strip_prefix(cases::BUILTIN_PREFIX)) {
            (_, Some(name)) => Self::Carried(name.to_owned()),
            (Origin::Builtin, None) => Self::Carried(path.to_owned()),
            _ => Self::Path(on_disk(origin, path)),
        }
    }

    /// As the resolved plan has it.
    pub fn written(&self, path: &str) -> String {
        match self {
            Self::Path(_) => path.to_owned(),
            Self::Carried(name) => format!("{}{name}", cases::BUILTIN_PREFIX),
        }
    }

    pub fn place(&self) -> Result<data::Place<'_>, Violation> {
        match self {
            Self::Path(path) => Ok(data::Place::Path(path)),
            Self::Carried(name) => match cases::embedded_data(name) {
                Some(bytes) => Ok(data::Place::Carried(bytes)),
                None => Err(Violation::NoSuchData { path: name.clone() }),
            },
        }
    }

    /// As errors call it.
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Carried(name) => format!("{}{name}", cases::BUILTIN_PREFIX),
        }
    }

    pub fn refusal(&self, fault: &DataFault) -> Violation {
        let advice = match fault {
            DataFault::Unreadable(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Some("a path starts at the folder of the plan".to_owned())
            }
            // What fails while it is read is no fault of the plan.
            DataFault::Unreadable(_) | DataFault::Broken { .. } => None,
            DataFault::TooMany { .. } => Some("make a plan for each part of the table, by members.where".to_owned()),
            other => Some(other.advice().unwrap_or_else(|| {
                "the table has a line of column names and below it a row for each member".to_owned()
            })),
        };
        Violation::Data { key: FILE.into(), file: self.name(), reason: fault.to_string(), advice }
    }
}

/// A part of a `--set` key, quoted where it would be misread.
pub(super) fn step(name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    match plain {
        true => name.to_owned(),
        // Such keys have no escapes: the other quote holds what the first cannot.
        false if name.contains('"') => format!("'{name}'"),
        false => format!("\"{name}\""),
    }
}
