//! `tailcost report`: how does a stored result become a page for the committee?

use super::exit::Failure;
use super::study::{outcome_at, outcome_file};
use crate::report::charts::Pictures;
use crate::report::files::{REPORT_FILE, write_whole};
use crate::report::format::grouped;
use crate::report::page::page;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = "\
The page is one HTML file that needs no network: it opens from a mail attachment, prints on A4 and Letter
and is read on a phone. What other verbs found (--attach RUN) is on it too.

Examples:
  tailcost run article --out outputs/article
  tailcost report outputs/article
  tailcost report outputs/article/outcome.json --out committee.html
  tailcost report outputs/article --charts png --out mail.html")]
pub struct Report {
    /// A run: its directory, or its outcome.json
    #[arg(value_name = "OUTCOME")]
    pub outcome: PathBuf,
    /// File to write; default: report.html beside the result
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// How the charts are put into the page
    #[arg(long, value_enum, default_value = "svg")]
    pub charts: ChartsAs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChartsAs {
    /// Drawings, sharp at any size, in the colours of light and dark
    Svg,
    /// Pictures, for mail programs and viewers that show no SVG
    Png,
}

impl ChartsAs {
    fn pictures(self) -> Pictures {
        match self {
            Self::Svg => Pictures::Drawn,
            Self::Png => Pictures::Painted,
        }
    }
}

pub fn report(arguments: &Report) -> Result<(), Failure> {
    let outcome = outcome_at(&arguments.outcome)?;
    let bytes = page(&outcome, arguments.charts.pictures()).map_err(Failure::internal)?;
    let path = arguments.out.clone().unwrap_or_else(|| beside(&outcome_file(&arguments.outcome)));
    write_whole(&path, &bytes).map_err(Failure::internal)?;
    super::print(&format!("{}  {} kB\n", path.display(), grouped(bytes.len() as f64 / 1e3, 0)))
}

/// `report.html` in the folder of the result.
fn beside(outcome: &Path) -> PathBuf {
    outcome.with_file_name(REPORT_FILE)
}
