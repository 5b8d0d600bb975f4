//! How are independent pieces of work spread over the cores, outside a run?

use rayon::prelude::*;

/// Holds all that runs side by side outside a run (compiling, replays, charts) to so many threads. The first call counts; results do
/// not depend on it.
pub fn limit_threads(threads: usize) {
    // An error says that a limit stands already.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
}

/// The results in the order of the items, whatever order they were computed in.
pub fn parallel_map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    items.par_iter().map(work).collect()
}
