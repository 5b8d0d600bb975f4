//! Is the case that a run read still there, from the config and the data files that a file of the run names?

use super::exit::Failure;
use crate::config::{ErrorKind, Loaded, Rendering, Source, load};
use crate::outcome::DataFile;
use std::path::{Path, PathBuf};

/// The case as the run had it: its resolved config, as `path` holds it, with data files that have not changed.
pub(super) fn stored_case(
    path: &Path,
    config: &str,
    config_hash: &str,
    data_files: &[DataFile],
) -> Result<Loaded, Failure> {
    let mut data = Vec::new();
    for (i, file) in data_files.iter().enumerate() {
        if data_files[..i].iter().any(|other| other.path == file.path) {
            return Err(Failure::input(format!(
                "error: the run read two data files that its config calls {:?}; they cannot be told apart any more",
                file.path
            )));
        }
        data.extend(unchanged(file)?.map(|place| (file.path.clone(), place)));
    }
    let name = format!("the config in {}", path.display());
    let source = Source::Stored { name, text: config.to_owned(), data };
    let loaded = load(&source, &[]).map_err(|errors| {
        let report = errors.render(Rendering::Plain);
        match errors.kind() {
            ErrorKind::Config => Failure::Input(report),
            ErrorKind::Io => Failure::Internal(report),
        }
    })?;
    if loaded.hash != config_hash {
        return Err(Failure::input(format!(
            "error: the config in {} is not the one that was run: its hash is {}, the run's {config_hash}",
            path.display(),
            loaded.hash
        )));
    }
    Ok(loaded)
}

/// Where a data file of the run stands now, if its contents are those that the run read; nothing for those that the program carries.
fn unchanged(file: &DataFile) -> Result<Option<PathBuf>, Failure> {
    if file.path.starts_with("builtin:") {
        return Ok(None);
    }
    let places: Vec<PathBuf> = file.location.iter().chain([&file.path]).map(PathBuf::from).collect();
    let mut other = None;
    for place in places.iter().filter(|place| place.is_file()) {
        let bytes =
            std::fs::read(place).map_err(|error| Failure::internal(format!("reading {}: {error}", place.display())))?;
        let found = blake3::hash(&bytes).to_hex().to_string();
        if found == file.blake3 {
            return Ok(Some(place.clone()));
        }
        other.get_or_insert((place, found));
    }
    const DIGITS: usize = 16;
    Err(Failure::input(match other {
        None => format!(
            "error: data file {:?}, which the run read, is gone; it was looked for at {}",
            file.path,
            places.iter().map(|place| place.display().to_string()).collect::<Vec<_>>().join(" and ")
        ),
        Some((place, found)) => format!(
            "error: data file {:?} has changed since the run: {} has the blake3 {}..., the run read {}...; bring it back, or \
             run the case again",
            file.path,
            place.display(),
            &found[..DIGITS],
            file.blake3.get(..DIGITS).unwrap_or(&file.blake3)
        ),
    }))
}
