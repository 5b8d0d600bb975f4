//! How fast is what a competent engineer writes in a day: the article's case with rayon and rand_distr, year by year?
//!
//! `cargo run --release --example peer-textbook -- --years 1000000 --seed 1` prints one line of JSON with the measures of a
//! run of `tailcost`. Every year is a struct, kept in memory; quantiles and tails are selected afterwards. Sums of claims
//! take the usual normal approximation.
#![expect(clippy::disallowed_methods, reason = "a peer uses std's mathematics, as its author would")]

mod case;
mod law;
mod measures;
mod year;

use clap::Parser;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rayon::prelude::*;
use std::time::Instant;

/// Years of a task.
const CHUNK: u64 = 4_096;

/// The article's case with rayon and rand_distr.
#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(2..))]
    years: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() {
    let Arguments { years, seed } = Arguments::parse();
    // The threads stand ready, as they do for the other programs once their clock starts.
    rayon::broadcast(|_| ());
    let start = Instant::now();
    let case = case::Case::new();
    let chunks: Vec<measures::Chunk> = (0..years.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut rng = SmallRng::seed_from_u64(seed.wrapping_shl(32).wrapping_add(chunk));
            let length = CHUNK.min(years - chunk * CHUNK);
            measures::Chunk::new((0..length).map(|_| year::simulate(&case, &mut rng)).collect())
        })
        .collect();
    let simulated = start.elapsed().as_secs_f64();
    let (options, differences) = measures::measures(&chunks);
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{}",
        serde_json::json!({
            "years": years,
            "seed": seed,
            "threads": rayon::current_num_threads(),
            "seconds": seconds,
            "seconds_simulating": simulated,
            "options": options,
            "differences": differences,
        })
    );
}
