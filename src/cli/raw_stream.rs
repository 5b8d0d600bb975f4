//! `tailcost raw-stream`: which bits does a battery of randomness tests read?
//!
//! Year by year from 0, one word of each stream of the article's case: what could be wrong between streams stands side by side.

use super::args::RawStream as Arguments;
use super::exit::Failure;
use crate::config::{Source, load};
use crate::random::mixer::{mix, spread};
use crate::verification::generator::streams::{Name, RawStream, interleaved};
use std::io::{ErrorKind, Write};

/// Words written at once, or a few less.
const WORDS: usize = 1 << 17;

/// Writes to standard output until it is closed.
pub fn raw_stream(arguments: &Arguments) -> Result<(), Failure> {
    let article = load(&Source::Builtin("article".into()), &[]).map_err(Failure::internal)?;
    let names = interleaved(&article.scenario, arguments.seed);
    let count = arguments.streams.map_or(names.len(), usize::from);
    let streams: Vec<RawStream> = names.iter().take(count).map(Name::stream).collect();
    let years = (WORDS / streams.len()).max(1);
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
            written => written.map_err(Failure::internal)?,
        }
    }
    Ok(())
}
