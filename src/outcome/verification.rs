//! What did `tailcost verify` try, and what did it find?

use serde::{Deserialize, Serialize};

/// Everything that was tried on one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    pub title: String,
    pub program_version: String,
    pub value_version: u32,
    pub config_hash: String,
    pub seed: u64,
    pub extent: Extent,
    /// Groups that were asked for; empty where all were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// Instructions and threads of the runs.
    pub machine: String,
    pub seconds: f64,
    /// A bound on the probability that a program without a fault fails any of the assertions, over seeds.
    pub false_alarm: f64,
    pub passed: bool,
    pub assertions: Vec<Assertion>,
}

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Seconds.
    Quick,
    /// Minutes.
    Full,
}

/// One thing that must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assertion {
    /// What kind of truth it is, as in `twin`, `compound`, `drivers`.
    pub group: String,
    /// What it is about, as in `Offshore: breach, VaR 0.99`.
    pub subject: String,
    /// What `found` is, as in `z`, `relative error`, `p-value`, `values that differ`.
    pub measure: String,
    pub found: f64,
    pub limit: Limit,
    /// How often a program without a fault fails it, over seeds; 0 where chance plays no part.
    pub false_alarm: f64,
    pub passed: bool,
    /// The figures behind it, in words.
    pub detail: String,
}

/// What `found` must be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// In absolute value.
    AtMost(f64),
    AtLeast(f64),
    Between(f64, f64),
}

impl Limit {
    /// NaN never does.
    pub fn holds(self, found: f64) -> bool {
        match self {
            Self::AtMost(limit) => found.abs() <= limit,
            Self::AtLeast(limit) => found >= limit,
            Self::Between(low, high) => (low..=high).contains(&found),
        }
    }
}
