//! Which fault was planted, so that `tailcost verify` can be seen to find it?
//!
//! Compiled under the feature `planted-faults` alone, which no normal build has; `tests/planted.rs` plants one after another. This is
//! the one place that reads the environment: what decides a value asks here, and only in such a build.

use std::sync::OnceLock;

/// A fault that the variable `TAILCOST_FAULT` plants by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A year of audits has 11 months.
    Formula,
    /// Every quantile table is off by a thousandth of the law's spread.
    Table,
    /// The second bit of every random word is 1 a little too often: 33 times in 64.
    Generator,
    /// Every compiled sum is 0.5% too large.
    Sum,
}

impl Fault {
    pub const ALL: [(&'static str, Self); 4] =
        [("formula", Self::Formula), ("table", Self::Table), ("generator", Self::Generator), ("sum", Self::Sum)];
}

/// Is this the fault that was planted?
///
/// # Panics
/// When the variable names no fault: a test that plants nothing would see nothing found.
pub fn is(fault: Fault) -> bool {
    static PLANTED: OnceLock<Option<Fault>> = OnceLock::new();
    let planted = PLANTED.get_or_init(|| {
        let name = std::env::var("TAILCOST_FAULT").ok()?;
        let known = Fault::ALL.into_iter().find(|(known, _)| *known == name);
        Some(known.unwrap_or_else(|| panic!("TAILCOST_FAULT: no fault `{name}`")).1)
    });
    *planted == Some(fault)
}
