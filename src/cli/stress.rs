//! `tailcost stress`: what do bad assumptions cost, and which year brings a given loss most easily?

use super::case::refused;
use super::exit::Failure;
use super::study::Study;
use crate::analysis::{Beyond, ReverseError, StressBase, reverse_definitions, reverse_stress, stress_test};
use crate::config::{Loaded, Stress as Stressed};
use crate::outcome::Caution;
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
    /// Which year brings a yearly cost beyond this most easily, USD, as in 5e6
    #[arg(long, value_name = "AMOUNT", value_parser = amount, allow_hyphen_values = true, conflicts_with = "return_period")]
    pub beyond: Option<f64>,
    /// The same for the cost that is exceeded once in so many years
    #[arg(long, value_name = "YEARS", value_parser = amount)]
    pub return_period: Option<f64>,
    /// Whose cost; default: the second option's
    #[arg(long, value_name = "NAME")]
    pub option: Option<String>,
}

/// A number as people write it, as in 5_000_000 or 5e6.
fn amount(text: &str) -> Result<f64, String> {
    let value: f64 =
        text.trim().replace(['_', ','], "").parse().map_err(|_| "expected a number, as in 5e6".to_owned())?;
    if value.is_finite() { Ok(value) } else { Err("expected a finite number".to_owned()) }
}

pub fn stress(arguments: &Stress) -> Result<(), Failure> {
    let loaded = arguments.study.load()?;
    let years = arguments.study.years(DEFAULT_YEARS)?;
    let seed = arguments.study.seed(&loaded);
    let stresses = stresses(&loaded, &arguments.stresses)?;
    let beyond = arguments.beyond.map(Beyond::Amount).or(arguments.return_period.map(Beyond::ReturnPeriod));
    if stresses.is_empty() && beyond.is_none() {
        return Err(Failure::input(NOTHING));
    }
    let base = StressBase::new(&loaded, years, seed);
    let mut found = stress_test(&loaded, &base, &stresses, seed);
    if let Some(beyond) = beyond {
        let reverse =
            reverse_stress(&loaded.scenario, &base, arguments.option.as_deref(), beyond).map_err(refused_reverse)?;
        if reverse.looked_at < reverse.years_beyond {
            found.cautions.push(Caution {
                code: "first_years_beyond".into(),
                message: format!(
                    "of {} years beyond the loss the first {} were looked at: a loss that is exceeded so often needs no reverse stress",
                    reverse.years_beyond, reverse.looked_at
                ),
            });
        }
        found.reverse = Some(reverse);
        found.definitions.extend(reverse_definitions());
    }
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

fn refused_reverse(error: ReverseError) -> Failure {
    let help = match &error {
        ReverseError::NoSuchOption { .. } => "name one of the options with --option",
        ReverseError::NotAPeriod(_) => "write --return-period 200 for a cost that is exceeded once in 200 years",
        ReverseError::NoYear { .. } => "ask for less, or simulate more years with --years",
    };
    Failure::input(format!("error: {error}\n  help: {help}"))
}

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
