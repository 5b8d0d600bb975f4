//! `tailcost voi`: what would it be worth to know more before choosing?

use super::exit::Failure;
use super::study::Study;
use crate::analysis::worth;
use crate::report::charts::worth_charts;
use crate::report::worth::worth_table;
use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost voi evidence
  tailcost voi article --charts charts --json voi.json
  tailcost voi evidence --years 1e6

Worth is USD a year: what choosing by what is known saves, over choosing once and for all. An option that is never in question makes
knowledge worth nothing, however uncertain its cost.")]
pub struct Voi {
    #[command(flatten)]
    pub study: Study,
}

/// Years of the run.
const YEARS: u64 = 1 << 19;

pub fn run(arguments: &Voi) -> Result<(), Failure> {
    let study = &arguments.study;
    let years = study.years(YEARS)?;
    let loaded = study.load()?;
    let scenario = &loaded.scenario;
    let found = worth(&scenario.title, scenario, study.seed(&loaded), years)
        .map_err(|error| Failure::input(format!("error: {error}")))?;
    let table = worth_table(&found);
    study.deliver(&loaded, &table, &found, || worth_charts(&found), |outcome| outcome.worth = Some(found.clone()))
}
