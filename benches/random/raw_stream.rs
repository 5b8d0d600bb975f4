//! Which bits does a battery of randomness tests read? Words of many streams by turns, on standard output until it is closed.
//!
//! `cargo run --release --example raw-stream | dieharder -a -g 200`. Year by year from 0, one word of each of these: the drivers of the
//! article's case, seeds 2026 and 2027, replicates 0 and 1, events 0 and 1. What could be wrong between streams stands side by side.

mod keys;

use keys::{RawStream, driver, drivers};
use std::io::{ErrorKind, Write};
use tailcost::random::mixer::{mix, spread};

/// Years written at once.
const YEARS: u64 = 256;

fn main() -> std::io::Result<()> {
    let mut streams: Vec<RawStream> = Vec::new();
    for path in drivers("article") {
        for seed in [2026, 2027] {
            for replicate in [0, 1] {
                streams.extend([0, 1].map(|event| driver(&path, seed, replicate, event)));
            }
        }
    }
    let mut bytes = vec![0; YEARS as usize * streams.len() * size_of::<u64>()];
    let mut out = std::io::stdout().lock();
    for start in (0..).step_by(YEARS as usize) {
        for (year, row) in (start..).zip(bytes.chunks_exact_mut(streams.len() * size_of::<u64>())) {
            let year = spread(year);
            for (bytes, stream) in row.chunks_exact_mut(size_of::<u64>()).zip(&streams) {
                bytes.copy_from_slice(&mix(year, stream.key).to_le_bytes());
            }
        }
        match out.write_all(&bytes) {
            Err(closed) if closed.kind() == ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
    Ok(())
}
