//! How are billions of years run, added up, stopped and replayed?
//!
//! The engine knows years and columns, not money: a [`Kernel`] turns a block of years into a [`Table`], tallies add the
//! tables up, and nothing depends on how many threads did it.

mod columns;
mod paired;
mod replay;
mod run;
mod shard;
mod shifted;
mod table;
mod tally;
mod watch;

pub use crate::numerics::parallel::{limit_threads, parallel_map};
pub use columns::totals;
pub use paired::{PairedPart, PairedYears, paired};
pub use replay::{replay, replay_alternative};
pub use run::{Control, Ended, EngineError, Request, TASK, prefixes, run, run_watched};
pub use shard::{Merging, Part, Shard, ShardError, merge_parts, run_shard};
pub use shifted::Shifted;
pub use table::{AlternativeMut, Kernel, Layout, PACKS, Ratio, Table};
pub use tally::{
    AlternativeCounts, AlternativeSums, Counts, DifferenceCounts, DifferenceSums, SeriesCounts, Sums, Tallies, Tally,
    TallyPlan, WORST,
};
pub use watch::{NoWatch, Stage, Watch};

/// Years in a block: what a kernel works on at once. A constant of the value version, as [`TASK`] is, since the order of float
/// sums follows from them. 512 years of about 120 columns fit a 1 MB second-level cache.
pub const BLOCK: usize = 512;
