//! How fast is tailcost beside what a user would write instead, on the same case and the same measures?
//!
//! `cargo bench --bench peers` runs five programs in turn, several times, and prints medians and ratios:
//!
//! - **tailcost**: `tailcost run article`, as cargo builds it.
//! - **textbook** (`textbook/`): rayon and rand_distr, a struct for each year, claims by the normal approximation; built
//!   for this processor and with link-time optimisation, which tailcost is not.
//! - **reference**: `tailcost run article --engine reference`, every claim and every hire drawn, in parallel.
//! - **numpy** (`year_numpy.py`): vectorised, on one core, which is what NumPy uses.
//! - **numba** (`year_numba.py`): compiled, parallel, the clock started after compilation.
//!
//! The clock of each program is its own: simulation and all measures of a run, without the start of the process, reading
//! the config, compiling, or writing files; years a second of the whole process by the wall clock stand beside it. Each
//! round takes another seed. The comparison is void unless every peer's means, of components too, and VaR 99 agree with
//! tailcost's.

mod agreement;
mod figures;
mod machine;
mod options;
mod programs;
mod table;

use agreement::Verdict;
use options::Options;
use programs::{Failure, Program, Run};
use std::process::ExitCode;

/// A program with what it did in each round.
struct Entry {
    program: Program,
    runs: Vec<Run>,
}

fn main() -> ExitCode {
    let Some(options) = Options::of_command_line() else { return ExitCode::SUCCESS };
    match compare(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn compare(options: &Options) -> Result<(), Failure> {
    let facts = machine::facts();
    let mut entries = Vec::new();
    for program in Program::ALL.into_iter().filter(|program| options.includes(*program)) {
        match program.prepare(options) {
            Ok(()) => entries.push(Entry { program, runs: Vec::new() }),
            Err(Failure::Missing(what)) => eprintln!("{program} is skipped: {what}"),
            Err(failure) => return Err(failure),
        }
    }
    for round in 0..options.rounds {
        for entry in &mut entries {
            let run = entry.program.run(options, options.seed + u64::from(round))?;
            eprintln!(
                "round {} of {}: {} {} years a second",
                round + 1,
                options.rounds,
                entry.program,
                table::rate(run.years_per_second())
            );
            entry.runs.push(run);
        }
    }

    let (ours, peers) = entries.split_first().expect("tailcost always runs");
    println!("{}\n", table::markdown(ours, peers));
    println!("{}", table::circumstances(&facts, &entries));
    let mut void = false;
    for peer in peers {
        let verdict = Verdict::of(peer.program, &peer.runs, &ours.runs);
        println!("{}: {verdict}", peer.program);
        void |= !verdict.agrees();
    }
    if void { Err(Failure::Void) } else { Ok(()) }
}
