//! `tailcost stress`: what do bad assumptions cost, and which year brings a given loss most easily?

use super::case::refused;
use super::exit::Failure;
use super::study::Study;
use crate::analysis::{StressBase, stress_test};
use crate::config::{Loaded, Stress as Stressed};
use crate::report::charts::stress_charts;
use crate::report::stress::stress_table;
use clap::Args;

/// Years that answer in about two seconds.
const DEFAULT_YEARS: u64 = 100_000;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost stress article --stress 'rate 45:workforce.offshore.rate=45'
  tailcost stress article --stress 'breaches:workforce.offshore.breach.frequency=0.1' \\
      --stress 'breaches:world.threat=2' --charts charts --json stress.json
  tailcost stress article --return-period 200 --option Offshore

A config's own stresses are tables of overrides, run beside the base on the same draws:
  [stress.strike]
  description = \"Half of the coders leave\"
  workforce.offshore.turnover = 0.5")]
pub struct Stress {
    #[command(flatten)]
    pub study: Study,
    /// A stress besides the config's; the same NAME again adds to it
    #[arg(long = "stress", value_name = "NAME:KEY=VALUE")]
    pub stresses: Vec<String>,
}

pub fn stress(arguments: &Stress) -> Result<(), Failure> {
    let loaded = arguments.study.load()?;
    let years = arguments.study.years(DEFAULT_YEARS)?;
    let seed = arguments.study.seed(&loaded);
    let stresses = stresses(&loaded, &arguments.stresses)?;
    if stresses.is_empty() {
        return Err(Failure::input(NOTHING));
    }
    let base = StressBase::new(&loaded, years, seed);
    let found = stress_test(&loaded, &base, &stresses, seed);
    arguments.study.deliver(
        &loaded,
        &stress_table(&found),
        &found,
        || stress_charts(&found),
        |outcome| {
            outcome.stress = Some(found.clone());
        },
    )
}

const NOTHING: &str = "error: there is no stress to run
  help: add one, as in --stress 'rate 45:workforce.offshore.rate=45', or a table to the config:
          [stress.dear]
          workforce.offshore.rate = 45
        or ask which year brings a loss: --return-period 200 --option Offshore";

/// Those of the config, then those that were typed.
fn stresses(loaded: &Loaded, typed: &[String]) -> Result<Vec<Stressed>, Failure> {
    let mut stresses = loaded.stresses.clone();
    let mut named: Vec<(String, Vec<String>)> = Vec::new();
    for argument in typed {
        let Some((name, change)) = argument.split_once(':').filter(|(name, _)| !name.trim().is_empty()) else {
            return Err(Failure::input(format!(
                "error: --stress: found {argument:?}, expected NAME:KEY=VALUE, as in 'rate 45:workforce.offshore.rate=45'"
            )));
        };
        let name = name.trim();
        match named.iter_mut().find(|(known, _)| known == name) {
            Some((_, changes)) => changes.push(change.to_owned()),
            None => named.push((name.to_owned(), vec![change.to_owned()])),
        }
    }
    for (name, changes) in named {
        if stresses.iter().any(|stress| stress.name == name) {
            return Err(Failure::input(format!(
                "error: --stress: the config has a stress {name:?}; give yours another name"
            )));
        }
        stresses.push(loaded.stressed(&name, &changes).map_err(|errors| refused(&errors))?);
    }
    Ok(stresses)
}
