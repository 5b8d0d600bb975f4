//! Which bits does a battery of randomness tests read? Words of many streams by turns, on standard output until it is closed.
//!
//! `cargo run --release --example raw-stream | dieharder -a -g 200`. Year by year from 0, one word of each of [`keys::article`]: what
//! could be wrong between streams stands side by side. With a number as argument, of so many of them: `raw-stream 1` writes one.

mod keys;

use std::io::{ErrorKind, Write};
use std::num::NonZeroUsize;
use tailcost::random::mixer::{mix, spread};

/// Words written at once, or a few less.
const WORDS: usize = 1 << 17;

fn main() -> std::io::Result<()> {
    let mut streams = keys::article();
    if let Some(argument) = std::env::args().nth(1) {
        let number: NonZeroUsize = argument.parse().expect("the argument is a number of streams, 1 or more");
        streams.truncate(number.get());
    }
    let years = WORDS / streams.len();
    let mut bytes = vec![0; years * streams.len() * size_of::<u64>()];
    let mut out = std::io::stdout().lock();
    for start in (0..).step_by(years) {
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
