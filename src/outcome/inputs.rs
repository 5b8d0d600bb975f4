//! What went into a run, as plain data: who decides, between which mixes, on which drivers?

use super::Biography;
use serde::{Deserialize, Serialize};

/// The config in figures that a reader can judge.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Inputs {
    pub hospital: Option<String>,
    /// In the order of the options.
    pub mixes: Vec<MixOfOption>,
    /// Every driver that the config gives, in the order of the schema.
    pub drivers: Vec<DriverRecord>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MixOfOption {
    pub option: String,
    /// Shares of the volume above 0.
    pub shares: Vec<ShareOfWorkforce>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShareOfWorkforce {
    pub workforce: String,
    pub share: f64,
}

/// A driver as the config gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriverRecord {
    /// As in `workforce.offshore.rate`.
    pub path: String,
    pub meaning: String,
    pub unit: String,
    pub kind: DriverKind,
    /// The law with its parameters, or the number.
    pub law: String,
    /// Absent where the law has none.
    pub mean: Option<f64>,
    /// Absent where the law has none.
    pub sd: Option<f64>,
    pub p5: f64,
    pub p50: f64,
    pub p95: f64,
    /// In the words of whoever wrote the config.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub biography: Option<Biography>,
    /// The source calls itself a guess.
    pub is_guess: bool,
}

/// How a driver is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriverKind {
    /// The same number in every year.
    Number,
    /// One draw a year.
    Yearly,
    /// One draw for each event.
    Each,
}
