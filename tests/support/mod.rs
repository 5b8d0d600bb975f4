//! How does a test turn a config into an outcome without the command line?

use std::sync::atomic::{AtomicBool, AtomicU64};
use tailcost::analysis::{Profiling, Settings, run_case};
use tailcost::config::{Loaded, Source, load};
use tailcost::engine::Kernel;
use tailcost::numerics::simd::{Instructions, Level};
use tailcost::outcome::Outcome;

/// A valid config; what is wrong with it otherwise is the message.
pub fn loaded(source: Source) -> Loaded {
    load(&source, &[]).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Runs a compiled case.
pub fn outcome<K: Kernel>(kernel: &K, loaded: &Loaded, years: u64, threads: usize) -> Outcome {
    outcome_on(Instructions::best(), kernel, loaded, years, threads)
}

/// Runs a compiled case with the tallies on a level's instructions.
pub fn outcome_on<K: Kernel>(level: Level, kernel: &K, loaded: &Loaded, years: u64, threads: usize) -> Outcome {
    let settings = Settings {
        years,
        seed: loaded.scenario.simulation.seed,
        threads,
        until: None,
        engine: "test",
        command: Vec::new(),
        level,
        profiling: Profiling::Off,
        control_variates: false,
    };
    let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
    run_case(kernel, loaded, &settings, &interrupt, &done).expect("the run is valid").0
}
