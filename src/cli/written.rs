//! How do a verb's JSON and charts reach the disk?

use super::exit::Failure;
use crate::report::charts::ChartFile;
use crate::report::files::write_whole;
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;

/// Writes a result as indented JSON, whole or not at all.
pub(super) fn write_json(path: &Path, result: &impl Serialize) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(result).map_err(Failure::internal)?;
    text.push('\n');
    write_whole(path, text.as_bytes()).map_err(Failure::internal)
}

/// Writes charts into a directory, made if need be, and says which.
pub(super) fn write_charts(directory: &Path, charts: Vec<ChartFile>) -> Result<(), Failure> {
    super::print(&save_charts(directory, charts)?)
}

/// The same without a word; gives what would be said.
pub(super) fn save_charts(directory: &Path, charts: Vec<ChartFile>) -> Result<String, Failure> {
    let mut text = String::from("\nCharts\n");
    for chart in charts {
        let path = directory.join(&chart.name);
        write_whole(&path, &chart.bytes).map_err(Failure::internal)?;
        let _ = writeln!(text, "  {}", path.display());
    }
    Ok(text)
}
