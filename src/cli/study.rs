//! What do the verbs that question a case have in common: its years, its seed, where their answer goes?

use super::args::{Case, years};
use super::case::load_case;
use super::exit::Failure;
use super::written::{save_charts, write_json};
use crate::config::Loaded;
use crate::engine::limit_threads;
use crate::outcome::Outcome;
use crate::report::charts::{ChartError, ChartFile};
use crate::report::files::{OUTCOME_FILE, outcome_json, read_outcome, write_whole};
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Arguments of a verb that asks something of a case.
#[derive(Debug, Args)]
pub struct Study {
    #[command(flatten)]
    pub case: Case,
    /// Years to simulate for each variant of the case, as in 1e5; default: enough for an answer in about two seconds
    #[arg(long, value_name = "N", value_parser = years)]
    pub years: Option<u64>,
    /// Seed of every draw; default: the config's
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    #[command(flatten)]
    pub output: Output,
    /// Add the answer to a run of the same config: its directory, or its outcome.json
    #[arg(long, value_name = "RUN")]
    pub attach: Option<PathBuf>,
}

/// On how many threads an answer is found, and where it goes beside the terminal.
#[derive(Debug, Args)]
pub struct Output {
    /// Threads; default: one for each core. The result does not depend on it
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub threads: Option<u16>,
    /// Write everything to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Draw the charts into this directory
    #[arg(long, value_name = "DIR")]
    pub charts: Option<PathBuf>,
}

impl Output {
    /// Holds all that runs side by side to the threads asked for.
    pub fn limit_threads(&self) {
        if let Some(threads) = self.threads {
            limit_threads(usize::from(threads));
        }
    }

    /// Writes the JSON and the charts as far as they were asked for; gives what is to be said of them.
    pub fn write<T: Serialize>(
        &self,
        result: &T,
        charts: impl FnOnce() -> Result<Vec<ChartFile>, ChartError>,
    ) -> Result<String, Failure> {
        if let Some(path) = &self.json {
            write_json(path, result)?;
        }
        match &self.charts {
            Some(directory) => save_charts(directory, charts().map_err(Failure::internal)?),
            None => Ok(String::new()),
        }
    }
}

/// Most years that are held in memory.
const MOST_HELD: u64 = 20_000_000;
/// Fewest years that have an interval.
const FEWEST: u64 = 1000;

impl Study {
    /// The case, with the threads limited as asked for. A run that the answer is to be attached to must be of the same config: this is looked
    /// at before any work.
    pub fn load(&self) -> Result<Loaded, Failure> {
        self.output.limit_threads();
        let loaded = load_case(&self.case)?;
        if let Some(run) = &self.attach {
            same_config(&outcome_at(run)?, run, &loaded.hash)?;
        }
        Ok(loaded)
    }

    pub fn seed(&self, loaded: &Loaded) -> u64 {
        self.seed.unwrap_or(loaded.scenario.simulation.seed)
    }

    /// Years of each variant, `default` where nothing is said.
    pub fn years(&self, default: u64) -> Result<u64, Failure> {
        held(self.years.unwrap_or(default), MOST_HELD)
    }

    /// Prints the table, then writes the JSON and the charts and joins the answer to a run, as far as they were asked for.
    pub fn deliver<T: Serialize>(
        &self,
        loaded: &Loaded,
        table: &str,
        result: &T,
        charts: impl FnOnce() -> Result<Vec<ChartFile>, ChartError>,
        put: impl FnOnce(&mut Outcome),
    ) -> Result<(), Failure> {
        super::print(table)?;
        super::print(&self.output.write(result, charts)?)?;
        if let Some(run) = &self.attach {
            attach(run, &loaded.hash, put)?;
        }
        Ok(())
    }
}

/// So many years, if they can be held in memory and have an interval.
pub fn held(years: u64, most: u64) -> Result<u64, Failure> {
    if (FEWEST..=most).contains(&years) {
        return Ok(years);
    }
    let message =
        format!("error: --years: expected {FEWEST} to {most}, as the years are held in memory; found {years}");
    Err(Failure::input(message))
}

/// Adds to a stored result of the same config, and writes it back whole.
pub fn attach(run: &Path, hash: &str, put: impl FnOnce(&mut Outcome)) -> Result<(), Failure> {
    let mut outcome = outcome_at(run)?;
    same_config(&outcome, run, hash)?;
    put(&mut outcome);
    let bytes = outcome_json(&outcome).map_err(Failure::internal)?;
    write_whole(&outcome_file(run), &bytes).map_err(Failure::internal)
}

/// The stored result of a run: its directory, or the file itself.
pub fn outcome_at(run: &Path) -> Result<Outcome, Failure> {
    read_outcome(&outcome_file(run)).map_err(|error| Failure::input(format!("error: {error}")))
}

/// The result file of a run.
pub fn outcome_file(run: &Path) -> PathBuf {
    if run.is_dir() { run.join(OUTCOME_FILE) } else { run.to_path_buf() }
}

/// A run that an answer is to be attached to must be of the same config.
pub fn same_config(outcome: &Outcome, run: &Path, hash: &str) -> Result<(), Failure> {
    let found = &outcome.provenance.config_hash;
    if found == hash {
        return Ok(());
    }
    Err(Failure::input(format!(
        "error: {} is a run of another config ({}, this one is {}): run this config, or name the run's own with the same --set",
        run.display(),
        &found[..found.len().min(8)],
        &hash[..hash.len().min(8)]
    )))
}
