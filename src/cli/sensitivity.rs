//! `tailcost sensitivity`: what moves a measure of a case?

use super::exit::Failure;
use super::study::Study;
use crate::analysis::{Measure, MeasureError, SensitivityQuestion, Shares, sensitivity};
use crate::config::CopulaKind;
use crate::data::nearest;
use crate::report::charts::sensitivity_charts;
use crate::report::sensitivity::sensitivity_table;
use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost sensitivity article
  tailcost sensitivity evidence --of \"tvar@0.99 of Offshore\" --charts charts
  tailcost sensitivity evidence --of \"costs more\" --shapley --json sensitivity.json

Measures: mean, sd, var@LEVEL, tvar@LEVEL, each also with ` difference` (against the first option); costs more, cheapest, regret.
Without ` of OPTION` the second option is meant.")]
pub struct Sensitivity {
    #[command(flatten)]
    pub study: Study,
    /// Which measure, as in "tvar@0.99 of Offshore"; default: the mean difference of the second option
    #[arg(long, value_name = "MEASURE")]
    pub of: Option<String>,
    /// Shapley effects too, where no drivers depend on each other
    #[arg(long)]
    pub shapley: bool,
}

/// Years of each variant: the article's case has about 200 of them. A dependence group takes its time in every one, a t copula more.
const YEARS: u64 = 1 << 16;
const YEARS_GAUSSIAN: u64 = 1 << 15;
const YEARS_T: u64 = 1 << 14;

pub fn run(arguments: &Sensitivity) -> Result<(), Failure> {
    let study = &arguments.study;
    let loaded = study.load()?;
    let scenario = &loaded.scenario;
    let years = study.years(match scenario.dependence.as_ref().map(|group| group.copula) {
        None => YEARS,
        Some(CopulaKind::Gaussian) => YEARS_GAUSSIAN,
        Some(CopulaKind::T { .. }) => YEARS_T,
    })?;
    let options: Vec<String> = scenario.options.iter().map(|option| option.name.clone()).collect();
    let default = if options.len() > 1 { "mean difference" } else { "mean" };
    let measure = read_measure("--of", arguments.of.as_deref().unwrap_or(default), &options)?;
    let found = sensitivity(&SensitivityQuestion {
        title: &scenario.title,
        scenario,
        measure: &measure,
        seed: study.seed(&loaded),
        years,
        shares: if arguments.shapley { Shares::Shapley } else { Shares::WhereDependent },
    });
    let table = sensitivity_table(&found);
    study.deliver(
        &loaded,
        &table,
        &found,
        || sensitivity_charts(&found),
        |outcome| {
            outcome.sensitivity = Some(found.clone());
        },
    )
}

/// A measure that an argument names; a slip of the option is answered with the nearest.
fn read_measure(argument: &str, text: &str, options: &[String]) -> Result<Measure, Failure> {
    Measure::read(text, options).map_err(|error| {
        let help = match &error {
            MeasureError::NoSuchOption { found, .. } => nearest(found, options.iter().map(String::as_str)),
            _ => None,
        };
        let help = help.map_or_else(String::new, |nearest| format!("\n  help: did you mean `{nearest}`?"));
        Failure::input(format!("error: {argument}: {error}{help}"))
    })
}
