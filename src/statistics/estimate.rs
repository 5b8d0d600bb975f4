//! What is a figure together with how sure it is?

use serde::{Deserialize, Serialize};

/// A figure with its 95% interval: equal bounds where it is exact, none where the interval is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// A figure, and why it has no interval when it has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    pub estimate: Estimate,
    pub withheld: Option<Withheld>,
}

/// Why an interval is withheld.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Withheld {
    #[error("no more than {beyond} of the {needed} years needed")]
    TooFewYears { beyond: u64, needed: u64 },
    #[error("the tail index is about {index:.2} or more, and an interval needs it below {limit}")]
    HeavyTail { index: f64, limit: f64 },
    #[error("{years} years have a value that is not finite, or too large to be added up")]
    NotFinite { years: u64 },
    #[error("the tail sums start above the VaR, at {threshold}: the pilot was not like the run")]
    TailNotReached { threshold: f64 },
    #[error("all years of the tail have the same amount, which says nothing of how it varies")]
    NoVariation,
}

impl Estimate {
    /// Known without sampling error.
    pub fn exact(value: f64) -> Self {
        Self::between(value, value, value)
    }

    pub fn between(value: f64, low: f64, high: f64) -> Self {
        Self { value, low: Some(low), high: Some(high) }
    }

    /// Without an interval.
    pub fn bare(value: f64) -> Self {
        Self { value, low: None, high: None }
    }
}

impl Judged {
    pub(super) fn sure(estimate: Estimate) -> Self {
        Self { estimate, withheld: None }
    }

    pub(super) fn withheld(value: f64, reason: Withheld) -> Self {
        Self { estimate: Estimate::bare(value), withheld: Some(reason) }
    }
}
