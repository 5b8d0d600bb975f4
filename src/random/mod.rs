//! Which uniform belongs to a key?
//!
//! A drawn value is a function of a key (seed, scope, replicate; year, driver, event) and of nothing else: not of
//! threads, blocks, shards, the machine, or what else is simulated. Any year can be replayed alone.

pub mod mixer;
mod stream;
mod uniforms;
mod years;

pub use stream::{Key, Stream};
pub use uniforms::{Given, Uniforms};
pub use years::{YearWords, Years};
