//! (room being built)

pub mod counts;
