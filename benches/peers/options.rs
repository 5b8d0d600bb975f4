//! What can be typed after `cargo bench --bench peers --`?

use crate::programs::Program;
use clap::Parser;
use std::num::NonZero;

/// What `cargo test` and its relatives pass to a binary of tests: there are none here.
const FLAGS_OF_TESTS: [&str; 6] = ["--test", "--list", "--exact", "--nocapture", "--ignored", "--include-ignored"];

/// Runs tailcost and what a user would write instead in turn, on the article's case, and prints medians and ratios.
///
/// Exits with 1 and the word VOID where means or VaR 99 disagree.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo bench --bench peers --", max_term_width = 100)]
pub struct Options {
    /// Rounds; every program runs once in each
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// Threads of all programs but numpy; default: one for each core
    #[arg(long)]
    pub threads: Option<NonZero<u16>>,
    /// Seed of the first round; each round takes the next one
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Peers to run beside tailcost, separated by commas; default: all
    #[arg(long, value_delimiter = ',', value_enum)]
    only: Vec<Program>,
    /// Python that has NumPy and numba
    #[arg(long, default_value = "python3")]
    pub python: String,
    /// Years of a run of tailcost
    #[arg(long, value_name = "N", value_parser = years, default_value = "5e7")]
    years_tailcost: u64,
    /// Years of a run of rayon and rand_distr, about 0.4 kB each
    #[arg(long, value_name = "N", value_parser = years, default_value = "5e6")]
    years_textbook: u64,
    /// Years of a run of the reference engine
    #[arg(long, value_name = "N", value_parser = years, default_value = "2e5")]
    years_reference: u64,
    /// Years of a run of NumPy, about 0.4 kB each
    #[arg(long, value_name = "N", value_parser = years, default_value = "2e6")]
    years_numpy: u64,
    /// Years of a run of numba, about 0.4 kB each
    #[arg(long, value_name = "N", value_parser = years, default_value = "2e6")]
    years_numba: u64,
    /// What cargo passes to every bench
    #[arg(long, hide = true)]
    bench: bool,
    /// Part of a bench's name, as in `cargo bench engine`
    #[arg(hide = true)]
    filter: Option<String>,
}

impl Options {
    /// `None` where this binary was started for its tests, or a filter means another bench.
    pub fn of_command_line() -> Option<Self> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let is = |word: &str| arguments.iter().any(|argument| argument == word);
        if FLAGS_OF_TESTS.into_iter().any(is) || !(is("--bench") || is("--help") || is("-h")) {
            return None;
        }
        let options = Self::parse();
        let meant = options.filter.as_ref().is_none_or(|filter| "peers".contains(filter.as_str()));
        meant.then_some(options)
    }

    pub fn includes(&self, program: Program) -> bool {
        program == Program::Tailcost || self.only.is_empty() || self.only.contains(&program)
    }

    pub fn years(&self, program: Program) -> u64 {
        match program {
            Program::Tailcost => self.years_tailcost,
            Program::Textbook => self.years_textbook,
            Program::Reference => self.years_reference,
            Program::Numpy => self.years_numpy,
            Program::Numba => self.years_numba,
        }
    }

    pub fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(cores, |threads| usize::from(threads.get()))
    }
}

/// Reads 2000000, 2_000_000 or 2e6.
fn years(text: &str) -> Result<u64, String> {
    /// The tail of VaR 99 needs some years on both sides for its interval.
    const FEWEST: f64 = 10_000.0;
    match text.replace('_', "").parse::<f64>() {
        Ok(years) if (FEWEST..=1e12).contains(&years) && years.fract() == 0.0 => Ok(years as u64),
        _ => Err(format!("expected a whole number of years from {FEWEST} to 1e12, as in 2e6")),
    }
}
