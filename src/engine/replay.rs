//! What happened in these years, exactly?

use super::{BLOCK, Kernel, Table};
use crate::random::Years;
use rayon::prelude::*;

/// Simulates any years again, in blocks and in parallel, and hands each block to `read`, with the memory that
/// [`Kernel::inputs`] takes; results come back in the order of the years.
pub fn replay<K: Kernel, R: Send>(
    kernel: &K,
    years: &[u64],
    read: impl Fn(Years<'_>, &Table, &mut K::Scratch) -> R + Sync,
) -> Vec<R> {
    in_blocks(kernel, years, |years, scratch, table| {
        kernel.simulate(years, scratch, table);
        read(years, table, scratch)
    })
}

/// [`replay`] of one alternative: the columns of the others may hold anything.
pub fn replay_alternative<K: Kernel, R: Send>(
    kernel: &K,
    alternative: usize,
    years: &[u64],
    read: impl Fn(&Table) -> R + Sync,
) -> Vec<R> {
    in_blocks(kernel, years, |years, scratch, table| {
        kernel.simulate_alternative(alternative, years, scratch, table);
        read(table)
    })
}

fn in_blocks<K: Kernel, R: Send>(
    kernel: &K,
    years: &[u64],
    work: impl Fn(Years<'_>, &mut K::Scratch, &mut Table) -> R + Sync,
) -> Vec<R> {
    let blocks = years.len().div_ceil(BLOCK);
    years
        .par_chunks(BLOCK)
        // One piece a thread: memory is taken once for each.
        .with_min_len(blocks.div_ceil(rayon::current_num_threads()))
        .map_init(
            || (kernel.scratch(), Table::new(kernel.layout())),
            |(scratch, table), chunk| work(Years::List(chunk), scratch, table),
        )
        .collect()
}
