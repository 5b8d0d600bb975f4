//! What happened in these years, exactly?

use super::{BLOCK, Kernel, Table};
use crate::random::Years;
use rayon::prelude::*;

/// Simulates any years again, in blocks and in parallel, and hands each block to `read` with its inputs; results come back
/// in the order of the years.
pub fn replay<K: Kernel, R: Send>(
    kernel: &K,
    years: &[u64],
    read: impl Fn(Years<'_>, &Table, &[&[f64]]) -> R + Sync,
) -> Vec<R> {
    years
        .par_chunks(BLOCK)
        .map_init(
            || (kernel.scratch(), Table::new(kernel.layout())),
            |(scratch, table), chunk| {
                let years = Years::List(chunk);
                kernel.simulate(years, scratch, table);
                read(years, table, &kernel.inputs(scratch))
            },
        )
        .collect()
}
