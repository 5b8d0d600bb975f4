//! How are independent pieces of work spread over the cores, outside a run?

use rayon::prelude::*;

/// The results in the order of the items, whatever order they were computed in.
pub fn parallel_map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    items.par_iter().map(work).collect()
}
