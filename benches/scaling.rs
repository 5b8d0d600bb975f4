//! Does a year cost the same in a short run as in a long one?
//!
//! `cargo bench --bench scaling` runs `tailcost run article` at several numbers of years in turn, several times, with a run of 2,000 years
//! for the start-up, and prints medians of user CPU. The cost of a year is the median less the start-up's, by the years in
//! between.

use clap::Parser;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use std::process::{Command, Stdio};

/// A run that is all start-up.
const START_UP: u64 = 2000;

/// What a year costs in short and in long runs of the article's case.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo bench --bench scaling --", max_term_width = 100)]
struct Options {
    /// Years of the runs, separated by commas; 1e9 takes over two minutes of CPU a round
    #[arg(long, value_delimiter = ',', value_parser = years, default_value = "1e6,1e7")]
    years: Vec<u64>,
    /// Rounds; every number of years runs once in each
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// What cargo passes to every bench
    #[arg(long, hide = true)]
    bench: bool,
    /// Part of a bench's name, as in `cargo bench engine`
    #[arg(hide = true)]
    filter: Option<String>,
}

fn years(text: &str) -> Result<u64, String> {
    let number = text.parse::<f64>().ok().filter(|years| *years > START_UP as f64);
    number.map(|years| years as u64).ok_or_else(|| format!("a number of years above {START_UP}"))
}

fn main() {
    let is_bench = std::env::args().any(|argument| ["--bench", "--help", "-h"].contains(&argument.as_str()));
    if !is_bench {
        return;
    }
    let options = Options::parse();
    if options.filter.as_ref().is_some_and(|filter| !"scaling".contains(filter.as_str())) {
        return;
    }
    let sizes: Vec<u64> = std::iter::once(START_UP).chain(options.years).collect();
    let mut seconds = vec![Vec::new(); sizes.len()];
    for _ in 0..options.rounds {
        for (seconds, years) in seconds.iter_mut().zip(&sizes) {
            seconds.push(user_seconds(*years));
        }
    }
    let medians: Vec<f64> = seconds.into_iter().map(median).collect();
    println!("{:>14}  {:>12}  {:>22}", "years", "user CPU, s", "a year, less start-up");
    for (&years, seconds) in sizes.iter().zip(&medians) {
        let a_year = match years {
            START_UP => String::new(),
            _ => format!("{:.1} ns", (seconds - medians[0]) / (years - START_UP) as f64 * 1e9),
        };
        println!("{years:>14}  {seconds:>12.4}  {a_year:>22}");
    }
}

/// User CPU of one run.
fn user_seconds(years: u64) -> f64 {
    let used = || getrusage(UsageWho::RUSAGE_CHILDREN).expect("a process has usage").user_time().num_microseconds();
    let before = used();
    let out = tempfile::tempdir().expect("a directory for the result");
    let status = Command::new(env!("CARGO_BIN_EXE_tailcost"))
        .args(["run", "article", "--no-charts", "--keep", "none", "--quiet", "--years", &years.to_string(), "--out"])
        .arg(out.path())
        .stderr(Stdio::null())
        .status()
        .expect("the program starts");
    assert!(status.success(), "a run of {years} years failed");
    (used() - before) as f64 / 1e6
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { 0.5 * (values[middle - 1] + values[middle]) } else { values[middle] }
}
