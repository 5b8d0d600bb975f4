//! Which bits does a battery of randomness tests read? Words of many streams by turns, on standard output until it is closed.
//!
//! `cargo run --release --example raw-stream | dieharder -a -g 200`. Year by year from 0, one word of each of [`keys::article`]: what
//! could be wrong between streams stands side by side.

mod keys;

use std::io::{ErrorKind, Write};
use tailcost::random::mixer::{mix, spread};

/// Years written at once.
const YEARS: u64 = 256;

fn main() -> std::io::Result<()> {
    let streams = keys::article();
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
