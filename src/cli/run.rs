//! `tailcost run`: from a config to a result, charts and a summary.

use super::args::{Engine, Run, Simd};
use super::case::load_case;
use super::deliver::{command, default_directory, deliver, stories};
use super::exit::Failure;
use super::shard::shard_file;
use super::{interrupt, print, progress};
use crate::analysis::{Profiling, Settings, StopRule, run_case};
use crate::config::{Loaded, Scenario};
use crate::engine::{Ended, EngineError, Kernel, Tallies, limit_threads};
use crate::model::Model;
use crate::numerics::simd::{Instructions, Level};
use crate::outcome::{Outcome, Story};
use crate::reference::ReferenceKernel;
use crate::report::files::prepare;
use crate::report::profile::profile_table;
use std::sync::atomic::AtomicU64;

pub fn run(arguments: &Run) -> Result<(), Failure> {
    if let Some(threads) = arguments.threads {
        limit_threads(usize::from(threads));
    }
    let loaded = load_case(&arguments.case)?;
    arguments.left.check(&loaded.scenario)?;
    let years = years(arguments, &loaded.scenario)?;
    let seed = arguments.seed.unwrap_or(loaded.scenario.simulation.seed);
    let level = level(arguments)?;
    if let Some(shard) = arguments.shard {
        let settings = settings(arguments, seed, years, None, level);
        return match arguments.engine {
            Engine::Fast => shard_file(&Model::on(level, &loaded.scenario, seed), &loaded, &settings, shard, arguments),
            Engine::Reference => {
                shard_file(&ReferenceKernel::new(&loaded.scenario, seed), &loaded, &settings, shard, arguments)
            }
        };
    }
    match arguments.engine {
        Engine::Fast => {
            let model = Model::on(level, &loaded.scenario, seed);
            let tell = |outcome: &Outcome, tallies: &Tallies| stories(&model, &loaded.scenario, outcome, tallies);
            with_kernel(&model, &loaded, seed, years, arguments, tell)
        }
        Engine::Reference => {
            let model = ReferenceKernel::new(&loaded.scenario, seed);
            with_kernel(&model, &loaded, seed, years, arguments, |_, _| Vec::new())
        }
    }
}

/// The instructions asked for, or the best there are.
fn level(arguments: &Run) -> Result<Level, Failure> {
    let Some(asked) = arguments.simd else { return Ok(Instructions::best()) };
    let instructions = match asked {
        Simd::Plain => Instructions::Plain,
        Simd::Avx2 => Instructions::Avx2,
        Simd::Avx512 => Instructions::Avx512,
    };
    instructions.level().ok_or_else(|| {
        let has = Instructions::ALL.into_iter().filter(|known| known.level().is_some());
        let has: Vec<String> = has.map(|known| format!("{known:?}").to_lowercase()).collect();
        Failure::input(format!("error: --simd: this machine has no {instructions:?}; it has {}", has.join(", ")))
    })
}

/// Most years to simulate.
fn years(arguments: &Run, scenario: &Scenario) -> Result<u64, Failure> {
    let years = match arguments.until {
        Some(_) => arguments.max_years,
        None => arguments.years.unwrap_or(scenario.simulation.years),
    };
    match years {
        0 | 1 => Err(Failure::input(format!("error: a spread takes at least 2 years, found {years}"))),
        years => Ok(years),
    }
}

fn settings<'a>(arguments: &Run, seed: u64, years: u64, until: Option<&'a StopRule>, level: Level) -> Settings<'a> {
    Settings {
        years,
        seed,
        threads: arguments.threads.map_or_else(cores, usize::from),
        until,
        engine: match arguments.engine {
            Engine::Fast => "fast",
            Engine::Reference => "reference",
        },
        command: command(),
        level,
        control_variates: arguments.control_variates,
        profiling: if arguments.profile { Profiling::On } else { Profiling::Off },
    }
}

fn with_kernel<K: Kernel>(
    kernel: &K,
    loaded: &Loaded,
    seed: u64,
    years: u64,
    arguments: &Run,
    tell: impl Fn(&Outcome, &Tallies) -> Vec<Story>,
) -> Result<(), Failure> {
    let until = stop_rule(arguments, &loaded.scenario)?;
    let settings = settings(arguments, seed, years, until.as_ref(), level(arguments)?);
    let directory = arguments.out.clone().unwrap_or_else(|| default_directory(loaded));
    prepare(&directory).map_err(Failure::internal)?;
    let interrupt = interrupt::flag()?;
    let done = AtomicU64::new(0);
    let display = progress::Display::choose(arguments.left.quiet);
    let result = progress::watch(display, years, &done, || run_case(kernel, loaded, &settings, &interrupt, &done));
    let (mut outcome, tallies, ended) = result.map_err(|error| match error {
        EngineError::NothingDone => Failure::Interrupted { saved: false },
        error => Failure::internal(error),
    })?;
    if ended != Ended::Interrupted {
        super::uncertainty::join(loaded, &mut outcome, progress::Display::choose(arguments.left.quiet), &interrupt);
    }
    outcome.stories = tell(&outcome, &tallies);
    deliver(kernel, &outcome, &tallies, &directory, &arguments.left)?;
    if let Some(profile) = &outcome.provenance.run.profile {
        print(&profile_table(profile))?;
    }
    match ended {
        Ended::Interrupted => Err(Failure::Interrupted { saved: true }),
        Ended::Complete | Ended::Stopped => arguments.left.enforce(&outcome),
    }
}

fn stop_rule(arguments: &Run, scenario: &Scenario) -> Result<Option<StopRule>, Failure> {
    let Some(text) = &arguments.until else { return Ok(None) };
    let rule = StopRule::parse(text).map_err(|error| Failure::input(format!("error: --until: {error}")))?;
    let options: Vec<String> = scenario.options.iter().map(|option| option.name.clone()).collect();
    rule.measure
        .check(&options, &scenario.simulation.levels)
        .map_err(|error| Failure::input(format!("error: --until: {error}")))?;
    Ok(Some(rule))
}

pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
