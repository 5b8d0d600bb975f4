//! `tailcost uncertainty`: how much of the result is ignorance, and how much is chance?

use super::exit::Failure;
use super::study::Study;
use super::{interrupt, progress};
use crate::analysis::{UncertaintyError, uncertainty as analyse};
use crate::config::{Loaded, MOST_GUESSES, MOST_INNER, MOST_OUTER, UncertaintySettings};
use crate::outcome::{Caution, Outcome, Uncertainty as Found};
use crate::report::charts::uncertainty_charts;
use crate::report::uncertainty::uncertainty_table;
use clap::Args;
use std::sync::atomic::{AtomicBool, AtomicU64};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost uncertainty article --guesses 0.25 --outer 40
  tailcost uncertainty article --outer 40 --years 5_000 \\
      --set 'workforce.offshore.rate={ value = { dist = \"normal\", mean = 35, sd = 2 } }'
  tailcost uncertainty evidence --guesses 0.25 --outer 40 --years 5_000 \\
      --charts charts --json ignorance.json

What is uncertain: parameters that are given a law, as in mean = { dist = \"normal\", mean = 35, sd = 2 }; fitted drivers
that have a covariance beside them; and, with --guesses, every driver whose source is a guess. --years is the number of
years for each draw.")]
pub struct Uncertainty {
    #[command(flatten)]
    pub study: Study,
    /// Draws of what is uncertain; default: the config's, or 200
    #[arg(long, value_name = "N", value_parser = super::args::years)]
    pub outer: Option<u64>,
    /// Your assumption of how far guesses may be off: relative standard deviation of a factor on each, as in 0.25
    #[arg(long, value_name = "SD")]
    pub guesses: Option<f64>,
    /// Say nothing of progress
    #[arg(long, short)]
    pub quiet: bool,
}

pub fn uncertainty(arguments: &Uncertainty) -> Result<(), Failure> {
    let loaded = arguments.study.load()?;
    let settings = settings(arguments, &loaded)?;
    let display = progress::Display::choose(arguments.quiet);
    let interrupt = interrupt::flag()?;
    let found = ignorance(&loaded, &settings, arguments.study.seed(&loaded), display, &interrupt)
        .map_err(|error| refused(&loaded, &settings, error))?;
    let table = uncertainty_table(&found);
    arguments.study.deliver(
        &loaded,
        &table,
        &found,
        || uncertainty_charts(&found),
        |outcome| {
            outcome.uncertainty = Some(found.clone());
        },
    )
}

/// The section of a run whose config asks for it; a caution where there is nothing to show or it went wrong, since the run itself is done.
pub(super) fn join(loaded: &Loaded, outcome: &mut Outcome, display: progress::Display, interrupt: &AtomicBool) {
    let Some(settings) = &loaded.uncertainty else { return };
    let message = match ignorance(loaded, settings, outcome.seed, display, interrupt) {
        Ok(found) => {
            outcome.uncertainty = Some(found);
            return;
        }
        Err(UncertaintyError::NothingUncertain) => {
            "the config has the section [uncertainty], but no parameter is uncertain: give one a law of its own, or guesses = 0.25".to_owned()
        }
        Err(UncertaintyError::Interrupted) => "the bands of ignorance were interrupted, and are left out".to_owned(),
        Err(error) => format!("the bands of ignorance are left out: {error}"),
    };
    outcome.cautions.push(Caution { code: "no_uncertainty".into(), message });
}

fn ignorance(
    loaded: &Loaded,
    settings: &UncertaintySettings,
    seed: u64,
    display: progress::Display,
    interrupt: &AtomicBool,
) -> Result<Found, UncertaintyError> {
    let done = AtomicU64::new(0);
    progress::watch(display, settings.outer * settings.inner, &done, || {
        analyse(loaded, settings, seed, interrupt, &done)
    })
}

fn refused(loaded: &Loaded, settings: &UncertaintySettings, error: UncertaintyError) -> Failure {
    match error {
        UncertaintyError::NothingUncertain => Failure::input(nothing(loaded, settings)),
        UncertaintyError::NoValidDraw { .. } => Failure::input(format!(
            "error: {error}\n  help: give the parameter a law that stays inside, or truncate it"
        )),
        UncertaintyError::Interrupted => Failure::Interrupted { saved: false },
    }
}

fn nothing(loaded: &Loaded, settings: &UncertaintySettings) -> String {
    let unusable = loaded.ignorance(settings).1;
    let mut text = "error: no parameter of the case is uncertain, so that there is no ignorance to show\n  help: give a parameter a law of its \
                    own, as in\n          rate = { dist = \"normal\", mean = { dist = \"normal\", mean = 35, sd = 2 }, sd = 3 }\n        \
                    or a number, as in rate = { value = { dist = \"pert\", min = 30, mode = 35, max = 45 } };\n        paste a driver from \
                    tailcost fit, which brings the covariance of its parameters;\n        or say how far guesses may be off: --guesses 0.25"
        .to_owned();
    for fit in unusable {
        text += &format!("\n  note: the covariance of {} is not used, as {}", fit.driver, fit.reason);
    }
    text
}

fn settings(arguments: &Uncertainty, loaded: &Loaded) -> Result<UncertaintySettings, Failure> {
    let mut settings = loaded.uncertainty.unwrap_or_default();
    if let Some(outer) = arguments.outer {
        settings.outer = outer;
    }
    if let Some(inner) = arguments.study.years {
        settings.inner = inner;
    }
    if let Some(spread) = arguments.guesses {
        // Written so that NaN fails.
        if !(spread > 0.0 && spread <= MOST_GUESSES) {
            return Err(Failure::input(format!(
                "error: --guesses: expected a number above 0, at most {MOST_GUESSES}, as in 0.25; found {spread}"
            )));
        }
        settings.guesses = Some(spread);
    }
    if !(2..=MOST_OUTER).contains(&settings.outer) {
        return Err(Failure::input(format!(
            "error: --outer: expected 2 to {MOST_OUTER} draws; found {}",
            settings.outer
        )));
    }
    /// Fewer years have no tail to speak of.
    const FEWEST: u64 = 100;
    if !(FEWEST..=MOST_INNER).contains(&settings.inner) {
        return Err(Failure::input(format!(
            "error: --years: expected {FEWEST} to {MOST_INNER} years for each draw; found {}",
            settings.inner
        )));
    }
    Ok(settings)
}
