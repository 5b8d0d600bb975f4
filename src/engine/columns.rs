//! What does every alternative cost in each of these years, held in memory?

use super::{BLOCK, Kernel, Table};
use crate::random::Years;
use rayon::prelude::*;
use std::ops::Range;

/// The total of every alternative in these years, a column an alternative: for questions that look at single years, some hundred thousand of
/// them. Simulated in parallel; the figures do not depend on threads.
pub fn totals<K: Kernel>(kernel: &K, years: Range<u64>) -> Vec<Vec<f64>> {
    let alternatives = kernel.layout().alternatives.len();
    let count = (years.end - years.start) as usize;
    let blocks = count.div_ceil(BLOCK);
    let parts: Vec<Vec<Vec<f64>>> = (0..blocks)
        .into_par_iter()
        // One piece a thread: memory is taken once for each.
        .with_min_len(blocks.div_ceil(rayon::current_num_threads()).max(1))
        .map_init(
            || (kernel.scratch(), Table::new(kernel.layout())),
            |(scratch, table), block| {
                let start = years.start + (block * BLOCK) as u64;
                let len = BLOCK.min((years.end - start) as usize);
                kernel.simulate(Years::Range { start, len }, scratch, table);
                (0..alternatives).map(|alternative| table.total(alternative).to_vec()).collect()
            },
        )
        .collect();
    let mut columns = vec![Vec::with_capacity(count); alternatives];
    for part in parts {
        for (column, values) in columns.iter_mut().zip(part) {
            column.extend(values);
        }
    }
    columns
}
