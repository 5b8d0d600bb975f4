//! Which uniform belongs to a key?
//!
//! A drawn value is a function of a key (seed, scope, replicate; year, driver, event) and of nothing else: not of
//! threads, blocks, shards, the machine, or what else is simulated. Any year can be replayed alone.

// A lane index runs through four arrays of words at once.
#![allow(clippy::needless_range_loop)]

pub mod philox;
mod stream;
mod years;

pub use stream::{Key, Stream};
pub use years::Years;
