//! `tailcost document`: how does a stored result become the document a validator reads?

use super::exit::Failure;
use super::study::{outcome_at, outcome_file};
use crate::report::document::{document_html, document_markdown};
use crate::report::files::{DOCUMENT, write_whole};
use crate::report::format::grouped;
use crate::report::tables::csv_tables;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = "\
The document stands under the headings of ASOP 56 and SR 26-2. Every figure is of the stored result; what a person must answer is a marked
blank; what was not computed names the command that computes it. Answers join a result by --attach RUN.

Examples:
  tailcost document outputs/RUN
  tailcost document outputs/RUN --format md --out model.md
  tailcost document outputs/RUN/outcome.json --out documents --tables documents")]
pub struct Document {
    /// A run: its directory, or its outcome.json
    #[arg(value_name = "OUTCOME")]
    pub outcome: PathBuf,
    /// File (ends in .md or .html) or directory to write to; default: document.md and document.html beside the result
    #[arg(long, value_name = "DIR or FILE")]
    pub out: Option<PathBuf>,
    /// Write figures, exceedance curves and inputs as CSV for a spreadsheet into this directory
    #[arg(long, value_name = "DIR")]
    pub tables: Option<PathBuf>,
    /// Only one of the two
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Markdown: CommonMark with tables
    Md,
    /// One self-contained page
    Html,
}

impl Format {
    const ALL: [Format; 2] = [Format::Md, Format::Html];

    fn extension(self) -> &'static str {
        match self {
            Format::Md => "md",
            Format::Html => "html",
        }
    }

    /// The format that a file's name asks for.
    fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?;
        Self::ALL.into_iter().find(|format| extension.eq_ignore_ascii_case(format.extension()))
    }
}

pub fn document(arguments: &Document) -> Result<(), Failure> {
    let files = files(arguments)?;
    let outcome = outcome_at(&arguments.outcome)?;
    let mut said = String::new();
    for (path, format) in files {
        let bytes = match format {
            Format::Md => document_markdown(&outcome),
            Format::Html => document_html(&outcome),
        };
        write(&path, &bytes, &mut said)?;
    }
    if let Some(folder) = &arguments.tables {
        for (name, bytes) in csv_tables(&outcome) {
            write(&folder.join(name), &bytes, &mut said)?;
        }
    }
    super::print(&said)
}

fn write(path: &Path, bytes: &[u8], said: &mut String) -> Result<(), Failure> {
    write_whole(path, bytes).map_err(Failure::internal)?;
    *said += &format!("{}  {} kB\n", path.display(), grouped(bytes.len() as f64 / 1e3, 0));
    Ok(())
}

/// What is to be written, and where.
fn files(arguments: &Document) -> Result<Vec<(PathBuf, Format)>, Failure> {
    let formats = || Format::ALL.into_iter().filter(|format| arguments.format.is_none_or(|only| only == *format));
    let named = |folder: &Path| {
        formats().map(|format| (folder.join(format!("{DOCUMENT}.{}", format.extension())), format)).collect()
    };
    let Some(out) = &arguments.out else {
        let beside = outcome_file(&arguments.outcome);
        return Ok(named(beside.parent().unwrap_or(Path::new(""))));
    };
    match (Format::of(out).filter(|_| !out.is_dir()), arguments.format) {
        (Some(by_name), Some(asked)) if by_name != asked => Err(Failure::input(format!(
            "error: --out: {} does not end in .{}, which --format asks for",
            out.display(),
            asked.extension()
        ))),
        (Some(by_name), _) => Ok(vec![(out.clone(), by_name)]),
        (None, _) => Ok(named(out)),
    }
}
