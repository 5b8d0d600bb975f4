//! `tailcost compare`: what changed between two configs or results, and is it more than noise?

use super::case::load_case;
use super::exit::Failure;
use super::study::{Output, held, outcome_at, outcome_file};
use super::{args, interrupt};
use crate::analysis::{
    Changed, Profiling, Settings, beyond, compare_cases, compare_drivers, compare_outcomes, run_case, steps,
};
use crate::config::{Loaded, Scenario, Source, differences, load};
use crate::engine::EngineError;
use crate::model::Model;
use crate::numerics::simd::Instructions;
use crate::outcome::comparison::{Compared, ComparedKind, Comparison, ConfigChange, Pairing};
use crate::outcome::{Caution, Outcome, Provenance};
use crate::report::charts::comparison_charts;
use crate::report::comparison::comparison_table;
use clap::Args;
use std::path::Path;
use std::sync::atomic::AtomicU64;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost compare article evidence
  tailcost compare article evidence --charts charts --json comparison.json
  tailcost compare outputs/before outputs/after --fail-beyond 3sigma
  tailcost compare outputs/last-year my-hospital.toml

Two configs live through the same years, so that a change shows long before it would between two runs; what each change of the config does
alone is shown as well. A config beside a result is run with that result's seed and years.

Exits with 1 if --fail-beyond is given and a measure changed by more. Of independent runs of one config that happens by chance in 0.27% of
measures at 3sigma, and there are some hundred measures, which move together: 4sigma is a limit that chance hardly meets.")]
pub struct Compare {
    /// A config, a built-in case, the directory of a run or its outcome.json
    pub a: String,
    /// What it is compared with
    pub b: String,
    /// Fail if a measure changed by more standard errors than this, as in 3sigma
    #[arg(long, value_name = "LIMIT", value_parser = sigmas)]
    pub fail_beyond: Option<f64>,
    /// Years that two configs live through; default: enough for an answer in about two seconds
    #[arg(long, value_name = "N", value_parser = args::years)]
    pub years: Option<u64>,
    /// Seed of two configs; default: that of the first
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    #[command(flatten)]
    pub output: Output,
}

/// Years that two configs live through by default.
const YEARS: u64 = 1 << 18;
/// Most that are held in memory, of two cases.
const MOST_HELD: u64 = 5_000_000;

/// Reads 3sigma, 3 sigma or 3.
fn sigmas(text: &str) -> Result<f64, String> {
    let digits = text.trim().trim_end_matches("sigma").trim();
    match digits.parse::<f64>() {
        Ok(limit) if limit > 0.0 && limit.is_finite() => Ok(limit),
        _ => Err("expected a positive number of standard errors, as in 3sigma".to_owned()),
    }
}

/// What an argument stands for.
enum Side {
    Config(Box<Loaded>, Source),
    Outcome(Box<Outcome>),
}

pub fn compare(arguments: &Compare) -> Result<(), Failure> {
    arguments.output.limit_threads();
    let sides = [side(&arguments.a)?, side(&arguments.b)?];
    let found = match &sides {
        [Side::Config(a, _), Side::Config(b, _)] => configs(a, b, &sides, arguments)?,
        _ => {
            if arguments.years.is_some() || arguments.seed.is_some() {
                let message = "error: --years and --seed are for two configs; a result has its own";
                return Err(Failure::input(message));
            }
            results(&sides, [&arguments.a, &arguments.b], Steps::Without)?
        }
    };
    let found = Comparison { fail_beyond: arguments.fail_beyond, ..found };
    super::print(&comparison_table(&found))?;
    super::print(&arguments.output.write(&found, || comparison_charts(&found))?)?;
    match arguments.fail_beyond {
        Some(limit) if beyond(&found.measures, limit).next().is_some() => Err(Failure::CheckFailed),
        _ => Ok(()),
    }
}

/// A directory and a file that ends in `.json` are results, all else is a config.
fn side(argument: &str) -> Result<Side, Failure> {
    let path = Path::new(argument);
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let is_builtin = crate::config::text_of(argument).is_some();
    if !is_builtin && (path.is_dir() || is_json) {
        if path.is_dir() && !outcome_file(path).exists() {
            let message = format!("error: {argument} is a folder without an outcome.json: name the directory of a run");
            return Err(Failure::input(message));
        }
        return Ok(Side::Outcome(Box::new(outcome_at(path)?)));
    }
    let case = args::Case { config: argument.to_owned(), overrides: Vec::new() };
    Ok(Side::Config(Box::new(load_case(&case)?), Source::from_argument(argument)))
}

fn configs(a: &Loaded, b: &Loaded, sides: &[Side; 2], arguments: &Compare) -> Result<Comparison, Failure> {
    let years = held(arguments.years.unwrap_or(YEARS), MOST_HELD)?;
    let seed = arguments.seed.unwrap_or(a.scenario.simulation.seed);
    let changes = config_differences(sides)?;
    let model = Model::new(&a.scenario, seed);
    let changed = compare_cases(&a.scenario, &b.scenario, &model, years);
    let steps = steps(&a.scenario, &b.scenario, &model, &changes, years);
    let compared = |name: &str, loaded: &Loaded| Compared {
        name: name.to_owned(),
        kind: ComparedKind::Config,
        title: loaded.scenario.title.clone(),
        years,
        seed,
        value_version: crate::VALUE_VERSION,
        program_version: env!("CARGO_PKG_VERSION").into(),
        config_hash: loaded.hash.clone(),
    };
    let compared = [compared(&arguments.a, a), compared(&arguments.b, b)];
    let mut notes = Vec::new();
    if a.scenario.simulation.seed != b.scenario.simulation.seed && arguments.seed.is_none() {
        notes.push(note(
            "one_seed",
            format!("the configs have other seeds; both live through the years of seed {seed}"),
        ));
    }
    let scenarios = Some((&a.scenario, &b.scenario));
    let first = |loaded: &Loaded| loaded.scenario.options.first().map(|option| option.name.clone());
    let baseline = first(a).filter(|name| Some(name) == first(b).as_ref());
    let found = assembled(compared, Pairing::Paired, notes, changes, scenarios, changed);
    Ok(Comparison { steps, baseline, ..found })
}

fn note(code: &str, message: String) -> Caution {
    Caution { code: code.into(), message }
}

/// Is it worked out what each change of the config does alone? That simulates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Steps {
    With,
    Without,
}

/// Two stored results, with what each change of the config does alone as far as both configs can be read here.
pub fn of_outcomes([a, b]: [(&str, &Outcome); 2]) -> Result<Comparison, Failure> {
    let sides = [a.1, b.1].map(|outcome| Side::Outcome(Box::new(outcome.clone())));
    results(&sides, [a.0, b.0], Steps::With)
}

fn results(sides: &[Side; 2], names: [&str; 2], wanted: Steps) -> Result<Comparison, Failure> {
    let known = sides.iter().find_map(|side| match side {
        Side::Outcome(outcome) => Some(outcome),
        Side::Config(..) => None,
    });
    let known = known.expect("a result is among the two");
    let mut outcomes = Vec::new();
    for side in sides {
        outcomes.push(match side {
            Side::Outcome(outcome) => (**outcome).clone(),
            Side::Config(loaded, _) => run_like(loaded, known)?,
        });
    }
    let [a, b] = [&outcomes[0], &outcomes[1]];
    let (changes, mut notes) = match config_differences(sides) {
        Ok(changes) => (changes, Vec::new()),
        Err(_) => {
            let message = "a stored config cannot be read by this program: what changed in it is not known";
            (Vec::new(), vec![note("config_not_read", message.into())])
        }
    };
    let same_config = a.provenance.config_hash == b.provenance.config_hash;
    let (one, other) = (&a.provenance, &b.provenance);
    if !same_config {
        notes.insert(0, note("other_config", "the results are of different configs".into()));
    }
    if a.value_version != b.value_version {
        let message = format!("value versions {} and {}: one seed draws other years", a.value_version, b.value_version);
        notes.push(note("other_values", message));
    }
    if one.program_version != other.program_version {
        let message = format!("written by versions {} and {}", one.program_version, other.program_version);
        notes.push(note("other_program", message));
    }
    if one.engine != other.engine {
        notes.push(note("other_engine", format!("engines {} and {}", one.engine, other.engine)));
    }
    let stored = |side: &Side, outcome: &Outcome| -> Option<Scenario> {
        match side {
            Side::Config(loaded, _) => Some(loaded.scenario.clone()),
            Side::Outcome(_) => load(&stored_config(outcome), &[]).ok().map(|loaded| loaded.scenario),
        }
    };
    let scenarios = stored(&sides[0], a).zip(stored(&sides[1], b));
    if scenarios.is_none() && !same_config {
        let message = "a data file of a stored config is not here: drivers are not compared";
        notes.push(note("drivers_not_read", message.into()));
    }
    // The draws of a batch's member are keyed by its id.
    let id = |provenance: &Provenance| provenance.member.as_ref().map(|member| member.id.clone());
    let same_years = (a.seed, a.years, a.value_version) == (b.seed, b.years, b.value_version)
        && one.engine == other.engine
        && id(one) == id(other);
    let pairing = if same_years { Pairing::SameYears } else { Pairing::Independent };
    let compared = [(names[0], &sides[0], a), (names[1], &sides[1], b)].map(|(name, side, outcome)| Compared {
        name: name.to_owned(),
        kind: if matches!(side, Side::Outcome(_)) { ComparedKind::Outcome } else { ComparedKind::Config },
        title: outcome.title.clone(),
        years: outcome.years,
        seed: outcome.seed,
        value_version: outcome.value_version,
        program_version: outcome.provenance.program_version.clone(),
        config_hash: outcome.provenance.config_hash.clone(),
    });
    let scenarios = scenarios.as_ref().map(|(a, b)| (a, b));
    let alone = match (scenarios, wanted) {
        (Some((one, other)), Steps::With) => steps(one, other, &Model::new(one, a.seed), &changes, YEARS),
        _ => Vec::new(),
    };
    let first = |outcome: &Outcome| outcome.options.first().map(|option| option.name.clone());
    let baseline = first(a).filter(|name| Some(name) == first(b).as_ref());
    let found = assembled(compared, pairing, notes, changes, scenarios, compare_outcomes(a, b));
    Ok(Comparison { baseline, steps: alone, ..found })
}

/// Runs a config with the seed and years of a result.
fn run_like(loaded: &Loaded, known: &Outcome) -> Result<Outcome, Failure> {
    let settings = Settings {
        years: known.years,
        seed: known.seed,
        threads: super::run::cores(),
        until: None,
        engine: "fast",
        command: std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect(),
        level: Instructions::best(),
        profiling: Profiling::Off,
        control_variates: false,
    };
    let model = Model::new(&loaded.scenario, settings.seed);
    let interrupt = interrupt::flag()?;
    let result = run_case(&model, loaded, &settings, &interrupt, &AtomicU64::new(0));
    match result {
        Ok((outcome, _, crate::engine::Ended::Interrupted)) if outcome.years < known.years => {
            Err(Failure::Interrupted { saved: false })
        }
        Ok((outcome, ..)) => Ok(outcome),
        Err(EngineError::NothingDone) => Err(Failure::Interrupted { saved: false }),
        Err(error) => Err(Failure::internal(error)),
    }
}

fn stored_config(outcome: &Outcome) -> Source {
    Source::Text { name: "the stored config".into(), text: outcome.provenance.config.clone() }
}

fn config_differences(sides: &[Side; 2]) -> Result<Vec<crate::config::ConfigDifference>, Failure> {
    let source = |side: &Side| match side {
        Side::Config(_, source) => source.clone(),
        Side::Outcome(outcome) => stored_config(outcome),
    };
    differences(&source(&sides[0]), &source(&sides[1])).map_err(Failure::internal)
}

fn assembled(
    [a, b]: [Compared; 2],
    pairing: Pairing,
    notes: Vec<Caution>,
    changes: Vec<crate::config::ConfigDifference>,
    scenarios: Option<(&Scenario, &Scenario)>,
    (measures, only_in_one): Changed,
) -> Comparison {
    let config = changes.into_iter().map(|difference| ConfigChange {
        path: difference.change.path,
        a: difference.change.parent,
        b: difference.change.own,
        matters: difference.matters,
    });
    Comparison {
        program_version: env!("CARGO_PKG_VERSION").into(),
        a,
        b,
        pairing,
        notes,
        config: config.collect(),
        drivers: scenarios.map_or_else(Vec::new, |(a, b)| compare_drivers(a, b)),
        only_in_one,
        baseline: None,
        measures,
        steps: Vec::new(),
        fail_beyond: None,
    }
}
