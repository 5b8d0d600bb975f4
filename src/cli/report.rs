//! `tailcost report`: how does a stored result become a page for the committee, and several of them one that sets them side by side?

use super::compare::of_outcomes;
use super::exit::Failure;
use super::study::{outcome_at, outcome_file};
use crate::outcome::Outcome;
use crate::report::charts::Pictures;
use crate::report::files::{COMPARISON_FILE, OUTCOME_FILE, REPORT_FILE, write_whole};
use crate::report::format::grouped;
use crate::report::page::{MOST, Named, comparison_page, page};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = "\
The page is one HTML file that needs no network: it opens from a mail attachment, prints on A4 and Letter
and is read on a phone. What other verbs found (--attach RUN) is on it too. Of several results each is set
beside the first: what both say, where they disagree beyond chance, and which difference of their configs
makes it, for which years are simulated anew.

Examples:
  tailcost run article --out outputs/article
  tailcost report outputs/article
  tailcost report outputs/article/outcome.json --out committee.html
  tailcost report outputs/article --charts png --out mail.html
  tailcost run evidence --out outputs/evidence
  tailcost report outputs/article outputs/evidence --out comparison.html")]
pub struct Report {
    /// A run: its directory, or its outcome.json; several are set side by side
    #[arg(value_name = "OUTCOME", required = true)]
    pub outcomes: Vec<PathBuf>,
    /// File to write; default: report.html beside the result, or comparison.html here for several
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
    let (bytes, default) = match arguments.outcomes.as_slice() {
        [only] => {
            let bytes = page(&outcome_at(only)?, arguments.charts.pictures()).map_err(Failure::internal)?;
            (bytes, outcome_file(only).with_file_name(REPORT_FILE))
        }
        several => (side_by_side(several, arguments.charts.pictures())?, PathBuf::from(COMPARISON_FILE)),
    };
    let path = arguments.out.clone().unwrap_or(default);
    write_whole(&path, &bytes).map_err(Failure::internal)?;
    super::print(&format!("{}  {} kB\n", path.display(), grouped(bytes.len() as f64 / 1e3, 0)))
}

fn side_by_side(paths: &[PathBuf], pictures: Pictures) -> Result<Vec<u8>, Failure> {
    if paths.len() > MOST {
        let message = format!("error: at most {MOST} results stand side by side on a page; found {}", paths.len());
        return Err(Failure::input(message));
    }
    let outcomes = paths.iter().map(|path| outcome_at(path)).collect::<Result<Vec<Outcome>, Failure>>()?;
    let names = names(paths);
    let first = (names[0].as_str(), &outcomes[0]);
    let others = names.iter().zip(&outcomes).skip(1);
    let comparisons =
        others.map(|(name, outcome)| of_outcomes([first, (name, outcome)])).collect::<Result<Vec<_>, _>>()?;
    let named = names.iter().zip(&outcomes).map(|(name, outcome)| Named { name: name.clone(), outcome });
    comparison_page(&named.collect::<Vec<_>>(), &comparisons, pictures).map_err(Failure::internal)
}

/// The folder of each run, or as it was typed where that tells two of them not apart.
fn names(paths: &[PathBuf]) -> Vec<String> {
    let typed = |path: &PathBuf| path.display().to_string();
    let short = |path: &PathBuf| {
        let folder = if path.ends_with(OUTCOME_FILE) { path.parent() } else { Some(Path::new(path)) };
        folder.and_then(Path::file_stem).map_or_else(|| typed(path), |name| name.to_string_lossy().into_owned())
    };
    let all: Vec<String> = paths.iter().map(short).collect();
    let stands_once = |name: &String| all.iter().filter(|other| *other == name).count() == 1;
    all.iter().zip(paths).map(|(name, path)| if stands_once(name) { name.clone() } else { typed(path) }).collect()
}
