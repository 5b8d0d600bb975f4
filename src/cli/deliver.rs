//! What does a run leave behind and say, in one piece or merged from shards?

use super::exit::Failure;
use super::print;
use crate::analysis::{all_years, run_stories, worst_years};
use crate::config::{Loaded, Scenario};
use crate::engine::{Kernel, Tallies};
use crate::model::Model;
use crate::outcome::{Outcome, Story, Verdict, YearTable};
use crate::report::charts::{Pictures, charts};
use crate::report::files::{REPORT_FILE, YEARS_FILE, remove_earlier, write_all, write_whole};
use crate::report::findings::appetite_line;
use crate::report::format::printable;
use crate::report::page::page;
use crate::report::parquet::YearWriter;
use crate::report::story_words::sentences;
use crate::report::summary::{Style, summary};
use crate::report::uncertainty::uncertainty_table;
use clap::{Args, ValueEnum};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Digits of the config's hash in the name of the result's directory.
const HASH_DIGITS: usize = 8;

/// What of a run is written and said.
#[derive(Debug, Args)]
pub struct Left {
    /// Which years go to years.parquet: the worst 10,000 of each option and difference, all, or none
    #[arg(long, value_enum, default_value_t = Keep::Tail)]
    pub keep: Keep,
    /// Leave out the charts
    #[arg(long)]
    pub no_charts: bool,
    /// Write report.html beside the result: one page for the committee
    #[arg(long)]
    pub report: bool,
    /// Exit with 1 unless the result keeps every limit of the config's appetite
    #[arg(long)]
    pub enforce: bool,
    /// No progress and no summary; errors and cautions only
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Keep {
    All,
    Tail,
    None,
}

impl Left {
    /// Refuses what cannot be asked of this case, before any work.
    pub fn check(&self, scenario: &Scenario) -> Result<(), Failure> {
        if self.enforce && scenario.appetite.is_empty() {
            let message = "error: --enforce: the config sets no limits; add [appetite] with lines such as \
                           { measure = \"tvar@0.99\", of = \"Offshore\", limit = 12_000_000, name = \"Board tolerance\" }";
            return Err(Failure::input(message));
        }
        Ok(())
    }

    /// Where it is asked for, fails unless every limit of the appetite is kept; what cannot be told is not kept.
    pub fn enforce(&self, outcome: &Outcome) -> Result<(), Failure> {
        if !self.enforce {
            return Ok(());
        }
        let failed: Vec<_> = outcome.appetite.iter().filter(|line| line.verdict != Verdict::Within).collect();
        if failed.is_empty() {
            return Ok(());
        }
        for line in failed {
            anstream::eprintln!("not kept: {}", printable(&appetite_line(line)));
        }
        Err(Failure::CheckFailed)
    }
}

/// What was typed: a record for people, in which what is no text is shown as well as it can be.
pub(super) fn command() -> Vec<String> {
    std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect()
}

/// Single years of the run, in words too.
pub(super) fn stories(model: &Model, scenario: &Scenario, outcome: &Outcome, tallies: &Tallies) -> Vec<Story> {
    let mut stories = run_stories(model, scenario, outcome, tallies);
    stories.iter_mut().for_each(|story| story.sentences = sentences(story));
    stories
}

/// Writes the result and says what it is.
pub(super) fn deliver<K: Kernel>(
    kernel: &K,
    outcome: &Outcome,
    tallies: &Tallies,
    directory: &Path,
    left: &Left,
) -> Result<(), Failure> {
    let files = write(kernel, outcome, tallies, directory, left)?;
    if left.quiet {
        for caution in &outcome.cautions {
            anstream::eprintln!("caution: {}: {}", caution.code, caution.message);
        }
        return Ok(());
    }
    print(&summary(outcome, width(), style(), &files))?;
    match &outcome.uncertainty {
        Some(found) => print(&format!("\n{}", uncertainty_table(found))),
        None => Ok(()),
    }
}

/// Everything a run leaves behind.
fn write<K: Kernel>(
    kernel: &K,
    outcome: &Outcome,
    tallies: &Tallies,
    directory: &Path,
    left: &Left,
) -> Result<Vec<PathBuf>, Failure> {
    let charts = if left.no_charts { Vec::new() } else { charts(outcome).map_err(Failure::internal)? };
    remove_earlier(directory).map_err(Failure::internal)?;
    let mut files = write_all(directory, outcome, &charts).map_err(Failure::internal)?;
    if left.report {
        let path = directory.join(REPORT_FILE);
        write_whole(&path, &page(outcome, Pictures::Drawn).map_err(Failure::internal)?).map_err(Failure::internal)?;
        files.push(path);
    }
    let years = directory.join(YEARS_FILE);
    match left.keep {
        Keep::None => {}
        Keep::Tail => files.push(write_years(&years, outcome, worst_years(kernel, tallies))?),
        Keep::All => files.push(write_years(&years, outcome, all_years(kernel, tallies.years))?),
    }
    Ok(files)
}

fn write_years(path: &Path, outcome: &Outcome, tables: impl Iterator<Item = YearTable>) -> Result<PathBuf, Failure> {
    let notes = [
        ("title".to_string(), outcome.title.clone()),
        ("seed".to_string(), outcome.seed.to_string()),
        ("config_hash".to_string(), outcome.provenance.config_hash.clone()),
        ("value_version".to_string(), outcome.value_version.to_string()),
    ];
    let mut tables = tables.peekable();
    let like = tables.peek().expect("a run has at least one year");
    let mut writer = YearWriter::create(path, like, &notes).map_err(Failure::internal)?;
    for table in tables {
        writer.push(&table).map_err(Failure::internal)?;
    }
    writer.finish().map_err(Failure::internal)
}

/// `outputs/<title>-<hash>`, the same for the same question.
pub(super) fn default_directory(loaded: &Loaded) -> PathBuf {
    directory_of(&loaded.scenario.title, &loaded.hash)
}

pub(super) fn directory_of(title: &str, hash: &str) -> PathBuf {
    let title: String = title
        .chars()
        .filter(|c| *c != '\'')
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let slug = title.split('-').filter(|word| !word.is_empty()).take(8).collect::<Vec<_>>().join("-");
    let slug = if slug.is_empty() { "case" } else { &slug };
    Path::new("outputs").join(format!("{slug}-{}", &hash[..HASH_DIGITS]))
}

/// Columns of the terminal; 80 elsewhere.
fn width() -> usize {
    const NARROWEST: usize = 60;
    const WIDEST: usize = 120;
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or(80).clamp(NARROWEST, WIDEST)
}

fn style() -> Style {
    if std::io::stdout().is_terminal() { Style::Colour } else { Style::Plain }
}
