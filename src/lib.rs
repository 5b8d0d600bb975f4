//! What does a sourcing decision really cost, year by year, option against option, its tail above all?
//!
//! The crate is built in floors; a module uses only what stands below it (`ARCHITECTURE.md`, held by `tests/architecture.rs`).

#[cfg(feature = "planted-faults")]
mod planted;

pub mod numerics;
pub mod random;

pub mod data;
pub mod distributions;
pub mod statistics;

pub mod compound;
pub mod dependence;
pub mod outcome;

pub mod association;
pub mod batch;
pub mod config;
pub mod elicitation;
pub mod fitting;

pub mod engine;

pub mod model;
pub mod reference;
pub mod twin;

pub mod analysis;

pub mod report;
pub mod verification;

pub mod cli;

/// Version of the drawn values: raised whenever any drawn value changes for the same config and seed.
pub const VALUE_VERSION: u32 = 2;
