//! Which limits did the committee set, and does the result keep them?

use super::Estimate;
use serde::{Deserialize, Serialize};

/// A line of the config's appetite, held against the result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppetiteLine {
    /// In the committee's words, as in `Board tolerance`.
    pub name: String,
    /// As in `tvar@0.99`.
    pub measure: String,
    pub option: String,
    /// Most that the measure may be: USD a year, or a probability.
    pub limit: f64,
    pub unit: AppetiteUnit,
    /// What the run found.
    pub found: Estimate,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppetiteUnit {
    /// USD a year.
    Usd,
    Probability,
}

/// What the interval of a measure says of its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All of the interval lies at or below the limit.
    Within,
    /// All of the interval lies above the limit.
    Breach,
    /// The limit lies inside the interval, or the interval is withheld.
    CannotTell,
}

impl Verdict {
    /// What a figure with its interval says of a limit.
    ///
    /// ```
    /// use tailcost::outcome::{Estimate, Verdict};
    /// assert_eq!(Verdict::of(&Estimate::between(5.0, 4.0, 6.0), 6.0), Verdict::Within);
    /// assert_eq!(Verdict::of(&Estimate::between(5.0, 4.0, 6.0), 5.5), Verdict::CannotTell);
    /// assert_eq!(Verdict::of(&Estimate::between(5.0, 4.0, 6.0), 3.0), Verdict::Breach);
    /// assert_eq!(Verdict::of(&Estimate::bare(5.0), 3.0), Verdict::CannotTell);
    /// ```
    pub fn of(found: &Estimate, limit: f64) -> Self {
        match (found.low, found.high) {
            (Some(_), Some(high)) if high <= limit => Verdict::Within,
            (Some(low), Some(_)) if low > limit => Verdict::Breach,
            _ => Verdict::CannotTell,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Verdict::Within => "within",
            Verdict::Breach => "breach",
            Verdict::CannotTell => "cannot tell",
        }
    }
}
