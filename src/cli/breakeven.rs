//! `tailcost breakeven`: at which value of a driver, or of two, are the two sides of a question equal?

use super::exit::Failure;
use super::study::Study;
use crate::analysis::{BreakEvenSettings, Equation, Mover, break_even};
use crate::outcome::breakeven::Movement;
use crate::report::breakeven::break_even_table;
use crate::report::charts::break_even_charts;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost breakeven hfma-2018 --vary workforce.offshore.rate --until \"mean difference = 0\"
  tailcost breakeven evidence --vary workforce.offshore.case_mix_drift --until \"costs more = 0.5\"
  tailcost breakeven evidence --vary workforce.offshore.case_mix_drift --by shift --charts charts \\
      --until \"tvar@0.99 of Offshore = tvar@0.99 of Domestic\"
  tailcost breakeven evidence --vary workforce.offshore.case_mix_drift \\
      --vary workforce.offshore.rate --until \"mean difference = 0\" --json frontier.json

Measures: mean, sd, var@LEVEL, tvar@LEVEL, each also with \" difference\" (the option less the first), costs more, cheapest,
regret; \" of OPTION\" may be left out, and then the second option is meant.

That no value meets the question is an answer too: it is said, with the measure at both ends, and the exit code is 0.")]
pub struct BreakEvenArguments {
    #[command(flatten)]
    pub study: Study,
    /// Driver to move, as in workforce.offshore.rate; a second one gives the frontier of both
    #[arg(long, value_name = "DRIVER", required = true)]
    pub vary: Vec<String>,
    /// What is to be equal, as in "mean difference = 0", "costs more = 0.5", "tvar@0.99 of A = tvar@0.99 of B"
    #[arg(long, value_name = "EXPR")]
    pub until: String,
    /// How the driver is moved; default: a number in place of a number, a factor where values cannot be negative, else a shift
    #[arg(long, value_enum)]
    pub by: Option<By>,
    /// Least mean of the (first) driver to try; default: 0, a tenth of today's, or ten standard deviations below it; of two drivers P1
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub from: Option<f64>,
    /// Largest mean to try; default: ten times today's, or ten standard deviations above it; of two drivers P99
    #[arg(long, value_name = "Y", allow_negative_numbers = true)]
    pub to: Option<f64>,
}

/// How a driver is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Every value plus the same amount
    Shift,
    /// Every value times the same factor
    Scale,
    /// A number in place of the law
    Point,
}

/// Years of each trial: some ten trials take a second on the article's case with two threads.
const YEARS: u64 = 1 << 19;

pub fn breakeven(arguments: &BreakEvenArguments) -> Result<(), Failure> {
    let study = &arguments.study;
    let loaded = study.load()?;
    let years = study.years(YEARS)?;
    let scenario = &loaded.scenario;
    let options: Vec<String> = scenario.options.iter().map(|option| option.name.clone()).collect();
    let equation = Equation::read(&arguments.until, &options)
        .map_err(|error| Failure::input(format!("error: --until: {error}")))?;
    let refused = |error: crate::analysis::MoveError| Failure::input(format!("error: --vary: {error}"));
    let by = arguments.by.map(|by| match by {
        By::Shift => Movement::Shift,
        By::Scale => Movement::Scale,
        By::Point => Movement::Point,
    });
    let (first, second) = match arguments.vary.as_slice() {
        [first] => (first, None),
        [first, second] if first != second => (first, Some(second)),
        [first, _] => return Err(Failure::input(format!("error: --vary: {first} is named twice"))),
        more => return Err(Failure::input(format!("error: --vary: expected one driver or two, found {}", more.len()))),
    };
    let mover = Mover::new(scenario, first, by).map_err(refused)?;
    let second = second.map(|path| Mover::new(scenario, path, by)).transpose().map_err(refused)?;
    let settings = BreakEvenSettings { years, seed: study.seed(&loaded), from: arguments.from, to: arguments.to };
    let found = break_even(&loaded, &equation, &mover, second.as_ref(), &settings).map_err(refused)?;
    study.deliver(
        &loaded,
        &break_even_table(&found),
        &found,
        || break_even_charts(&found),
        |outcome| {
            outcome.break_even.retain(|known| {
                (&known.question, &known.driver.path, known.frontier.is_some())
                    != (&found.question, &found.driver.path, found.frontier.is_some())
            });
            outcome.break_even.push(found.clone());
        },
    )
}
