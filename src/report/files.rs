//! How do results reach the disk whole or not at all, and come back?

use super::charts::ChartFile;
use crate::outcome::{Outcome, SCHEMA};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Name of the result file in an output directory.
pub const OUTCOME_FILE: &str = "outcome.json";

/// Name of the single years in an output directory.
pub const YEARS_FILE: &str = "years.parquet";

/// Name of the committee's page in an output directory.
pub const REPORT_FILE: &str = "report.html";

/// Name of a page that sets several results side by side.
pub const COMPARISON_FILE: &str = "comparison.html";

/// Name of the model document in an output directory, less its extension.
pub const DOCUMENT: &str = "document";

/// Folder of the charts in an output directory.
pub const CHART_FOLDER: &str = "charts";

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{action} {path}: {source}")]
    Io { action: &'static str, path: PathBuf, source: std::io::Error },
    #[error("the result holds a figure that JSON cannot: every figure must be finite ({0})")]
    NotFinite(String),
    #[error("{path} is not a result file: {source}")]
    NotAnOutcome { path: PathBuf, source: serde_json::Error },
    #[error("{path} has result schema {found}, this program reads {SCHEMA}: render it with the program that wrote it")]
    OtherSchema { path: PathBuf, found: u64 },
}

/// Can a result be written into `directory`? Makes it if need be, and leaves no file: to be asked before hours of work.
pub fn prepare(directory: &Path) -> Result<(), FileError> {
    PendingFile::create(&directory.join(OUTCOME_FILE)).map(drop)
}

/// Writes the result and its charts into `directory`, made if need be; returns the files in the order written.
///
/// The result comes first: whatever goes wrong later, the figures are kept.
pub fn write_all(directory: &Path, outcome: &Outcome, charts: &[ChartFile]) -> Result<Vec<PathBuf>, FileError> {
    let mut written = vec![directory.join(OUTCOME_FILE)];
    write_whole(&written[0], &outcome_json(outcome)?)?;
    for chart in charts {
        let path = directory.join(CHART_FOLDER).join(&chart.name);
        write_whole(&path, &chart.bytes)?;
        written.push(path);
    }
    Ok(written)
}

/// The result file's bytes: indented, every float in the shortest form that reads back to the same bits.
///
/// JSON has no NaN and no infinity; serde writes them as null without a word. The bytes are therefore read back, and
/// refused unless they give the same result.
pub fn outcome_json(outcome: &Outcome) -> Result<Vec<u8>, FileError> {
    let not_finite = |error: serde_json::Error| FileError::NotFinite(error.to_string());
    let mut bytes = serde_json::to_vec_pretty(outcome).map_err(not_finite)?;
    bytes.push(b'\n');
    let back: Outcome = serde_json::from_slice(&bytes).map_err(not_finite)?;
    if back != *outcome {
        return Err(FileError::NotFinite("an optional figure came back absent".into()));
    }
    Ok(bytes)
}

/// Removes the years, charts, page and document of an earlier run from `directory`, so that none of them stands beside the new result.
pub fn remove_earlier(directory: &Path) -> Result<(), FileError> {
    let mut stale = vec![directory.join(YEARS_FILE), directory.join(REPORT_FILE)];
    stale.extend(["md", "html"].map(|extension| directory.join(DOCUMENT).with_extension(extension)));
    let folder = directory.join(CHART_FOLDER);
    for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "svg" || extension == "png") {
            stale.push(path);
        }
    }
    for path in stale {
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => return Err(io("removing", &path, source)),
            _ => {}
        }
    }
    Ok(())
}

/// Reads a stored result.
pub fn read_outcome(path: &Path) -> Result<Outcome, FileError> {
    let bytes = std::fs::read(path).map_err(|source| io("reading", path, source))?;
    let wrong = |source| FileError::NotAnOutcome { path: path.to_path_buf(), source };
    // The schema first: a file of another one need not have these fields.
    #[derive(serde::Deserialize)]
    struct Head {
        schema: u64,
    }
    let head: Head = serde_json::from_slice(&bytes).map_err(wrong)?;
    if head.schema != u64::from(SCHEMA) {
        return Err(FileError::OtherSchema { path: path.to_path_buf(), found: head.schema });
    }
    serde_json::from_slice(&bytes).map_err(wrong)
}

/// Writes a file under a temporary name beside it, syncs it and renames it: a reader sees the old file or the new one,
/// never a part. Makes the folder if need be.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut file = PendingFile::create(path)?;
    file.write_all(bytes).map_err(|source| io("writing", path, source))?;
    file.keep()
}

/// How the temporary names of unfinished files begin and end.
const PENDING: (&str, &str) = (".tailcost-", ".part");

/// Removes what programs that were killed have left unfinished in a folder. Nobody else may be writing there.
pub fn sweep(folder: &Path) -> Result<(), FileError> {
    for entry in std::fs::read_dir(folder).map_err(|source| io("reading the folder", folder, source))? {
        let path = entry.map_err(|source| io("reading the folder", folder, source))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(PENDING.0) && name.ends_with(PENDING.1) {
            std::fs::remove_file(&path).map_err(|source| io("removing", &path, source))?;
        }
    }
    Ok(())
}

/// A file that appears under its name when it is complete, and is gone when dropped before.
pub struct PendingFile {
    temporary: tempfile::NamedTempFile,
    path: PathBuf,
}

impl PendingFile {
    /// Makes the folder, if need be, and a file of a temporary name in it.
    pub fn create(path: &Path) -> Result<Self, FileError> {
        let folder = folder_of(path);
        std::fs::create_dir_all(folder).map_err(|source| io("making the folder", folder, source))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(PENDING.0).suffix(PENDING.1);
        // Temporary files are private by default; results are as readable as the user's umask makes any file.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let temporary =
            builder.tempfile_in(folder).map_err(|source| io("making a temporary file in", folder, source))?;
        Ok(Self { temporary, path: path.to_path_buf() })
    }

    /// Syncs the file and gives it its name.
    pub fn keep(self) -> Result<(), FileError> {
        let Self { temporary, path } = self;
        temporary.as_file().sync_all().map_err(|source| io("syncing", &path, source))?;
        temporary.persist(&path).map_err(|error| io("renaming into place", &path, error.error))?;
        // The rename itself is durable once the folder is synced; where folders cannot be opened it is left to the system.
        if let Ok(folder) = std::fs::File::open(folder_of(&path)) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Write for PendingFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.temporary.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.temporary.flush()
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn io(action: &'static str, path: &Path, source: std::io::Error) -> FileError {
    FileError::Io { action, path: path.to_path_buf(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures;

    #[test]
    fn an_earlier_run_leaves_nothing_beside_the_new_one() {
        let folder = tempfile::tempdir().unwrap();
        for name in [YEARS_FILE, "charts/old.svg", "charts/old.png", "charts/notes.txt", "mine.csv"] {
            write_whole(&folder.path().join(name), b"x").unwrap();
        }
        remove_earlier(folder.path()).unwrap();
        remove_earlier(folder.path()).unwrap();
        let left = |name: &str| folder.path().join(name).exists();
        assert!(!left(YEARS_FILE) && !left("charts/old.svg") && !left("charts/old.png"));
        assert!(left("charts/notes.txt") && left("mine.csv"));
    }

    #[test]
    fn a_result_comes_back_equal_and_complete() {
        let directory = tempfile::tempdir().unwrap();
        for (case, outcome) in [("article", fixtures::article()), ("withheld", fixtures::withheld())] {
            let out = directory.path().join(case).join("deeper");
            let chart = ChartFile { name: "totals.svg".into(), bytes: b"<svg/>".to_vec() };
            let written = write_all(&out, &outcome, &[chart]).unwrap();
            assert_eq!(written, [out.join("outcome.json"), out.join("charts/totals.svg")]);
            assert_eq!(read_outcome(&written[0]).unwrap(), outcome);
            let left: Vec<_> = std::fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name()).collect();
            assert_eq!(left.len(), 2, "nothing temporary stays behind: {left:?}");
        }
    }

    #[test]
    fn writing_again_replaces_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.txt");
        write_whole(&path, b"first, and longer").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
    }

    #[test]
    fn a_file_that_is_never_kept_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let mut pending = PendingFile::create(&directory.path().join("a.txt")).unwrap();
        pending.write_all(b"part").unwrap();
        drop(pending);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn figures_that_json_cannot_hold_are_refused() {
        for bad in [f64::NAN, f64::INFINITY] {
            let mut required = fixtures::hfma();
            required.options[0].total.max = bad;
            assert!(matches!(outcome_json(&required), Err(FileError::NotFinite(_))));
            let mut optional = fixtures::hfma();
            optional.options[0].total.mean.high = Some(bad);
            assert!(matches!(outcome_json(&optional), Err(FileError::NotFinite(_))));
        }
        let text = String::from_utf8(outcome_json(&fixtures::article()).unwrap()).unwrap();
        assert!(!text.contains("NaN") && !text.contains("inf"));
    }

    #[test]
    fn other_schemas_and_other_files_are_told_apart() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("outcome.json");
        std::fs::write(&path, r#"{"schema": 7}"#).unwrap();
        assert!(matches!(read_outcome(&path), Err(FileError::OtherSchema { found: 7, .. })));
        std::fs::write(&path, "[]").unwrap();
        assert!(matches!(read_outcome(&path), Err(FileError::NotAnOutcome { .. })));
        assert!(matches!(read_outcome(&directory.path().join("absent")), Err(FileError::Io { .. })));
    }

    #[test]
    fn results_of_before_the_hourly_lines_still_read() {
        let mut value = serde_json::to_value(fixtures::hfma()).unwrap();
        value["options"][0].as_object_mut().unwrap().remove("hourly").unwrap();
        let outcome: Outcome = serde_json::from_value(value).unwrap();
        assert!(outcome.options[0].hourly.is_empty());
    }
}
