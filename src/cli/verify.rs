//! `tailcost verify`: does this build, on this machine, tell the truth about this case?

use super::args::Verify;
use super::case::load_case;
use super::exit::Failure;
use super::run::cores;
use super::study::{attach, outcome_at, same_config};
use crate::engine::limit_threads;
use crate::numerics::simd::Instructions;
use crate::outcome::Extent;
use crate::report::files::write_whole;
use crate::report::verification::verification_table;
use crate::verification::{Context, groups, verify as verify_case};

pub fn verify(arguments: &Verify) -> Result<(), Failure> {
    if let Some(threads) = arguments.threads {
        limit_threads(usize::from(threads));
    }
    for name in &arguments.only {
        if !groups().any(|group| group == name) {
            let known: Vec<&str> = groups().collect();
            return Err(Failure::input(format!("error: --only: no group `{name}`; groups are {}", known.join(", "))));
        }
    }
    let loaded = load_case(&arguments.case)?;
    if let Some(run) = &arguments.attach {
        same_config(&outcome_at(run)?, run, &loaded.hash)?;
    }
    let context = Context {
        loaded: &loaded,
        seed: arguments.seed.unwrap_or(loaded.scenario.simulation.seed),
        extent: if arguments.full { Extent::Full } else { Extent::Quick },
        generator_bytes: arguments.generator_bytes,
        threads: arguments.threads.map_or_else(cores, usize::from),
        instructions: best(),
    };
    let tell = |group: &str| {
        if !arguments.quiet {
            anstream::eprintln!("verifying: {group}");
        }
    };
    let verification = verify_case(&context, &arguments.only, tell);
    super::print(&verification_table(&verification, arguments.all))?;
    if let Some(path) = &arguments.json {
        let text = serde_json::to_string_pretty(&verification).map_err(Failure::internal)?;
        write_whole(path, text.as_bytes()).map_err(Failure::internal)?;
    }
    let passed = verification.passed;
    if let Some(run) = &arguments.attach {
        attach(run, &loaded.hash, |outcome| outcome.verification = Some(verification))?;
    }
    if passed { Ok(()) } else { Err(Failure::CheckFailed) }
}

fn best() -> Instructions {
    let has = Instructions::ALL.into_iter().rev().find(|known| known.level().is_some());
    has.expect("plain instructions are on every machine")
}
