//! What does a case cost under stress, and which year would bring a given loss most easily?

use super::{Caution, Estimate};
use serde::{Deserialize, Serialize};

/// The base and its stresses on the same draws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StressTest {
    pub title: String,
    pub config_hash: String,
    pub seed: u64,
    pub years: u64,
    pub options: Vec<String>,
    pub base: Vec<StressFigure>,
    pub stresses: Vec<StressedCase>,
    /// By option.
    pub exceedance: Vec<StressCurves>,
    /// Asked for by `--beyond` or `--return-period`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverse: Option<ReverseStress>,
    pub definitions: Vec<String>,
    pub cautions: Vec<Caution>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StressedCase {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub changes: Vec<StressedValue>,
    /// As [`StressTest::base`].
    pub figures: Vec<StressFigure>,
}

/// A value that the stress changes, as TOML.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StressedValue {
    pub path: String,
    /// Absent where the base has none.
    pub base: Option<String>,
    /// Absent where the stress takes it away.
    pub stressed: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StressFigure {
    /// As in `tvar@0.99 of Offshore`.
    pub measure: String,
    pub option: String,
    pub value: Estimate,
    /// Against the base in the same years; absent for the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Estimate>,
}

/// Exceedance curves of an option.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StressCurves {
    pub option: String,
    /// Of being exceeded, falling.
    pub probabilities: Vec<f64>,
    /// USD.
    pub base: Vec<f64>,
    /// By stress.
    pub stressed: Vec<Vec<f64>>,
}

/// Of the simulated years beyond a loss, the most probable one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReverseStress {
    pub option: String,
    /// The loss, USD.
    pub beyond: f64,
    /// One year in so many is beyond it.
    pub return_period: f64,
    /// Years that were simulated and those of them beyond the loss.
    pub years: u64,
    pub years_beyond: u64,
    /// Of those, how many were looked at one by one, from the first.
    pub looked_at: u64,
    /// The most probable first; the others are the next ones.
    pub design: Vec<DesignYear>,
    /// Drivers of which the years beyond are unlike the usual ones, most unlike first.
    pub typical: Vec<TypicalDriver>,
    pub events: Vec<EventShare>,
    /// Median distance of the years beyond.
    pub median_distance: f64,
}

/// A year, and how far it is from an ordinary one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DesignYear {
    pub year: u64,
    /// USD.
    pub total: f64,
    /// `sqrt(2 (log density of an ordinary year - log density of this year))`: in standard deviations, as far out as a year in which one
    /// normal driver alone is this many of them from its median and nothing happens.
    pub distance: f64,
    /// Part of `distance^2` that drivers and amounts make.
    pub drivers_part: f64,
    /// Part of it that what happened makes.
    pub events_part: f64,
    /// Farthest from their medians first.
    pub drivers: Vec<UnusualDriver>,
    pub events: Vec<UnusualEvent>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnusualDriver {
    pub path: String,
    /// Absent for a count or a sum of amounts, which has no one value of a driver.
    pub value: Option<f64>,
    pub unit: String,
    /// From 0 to 1.
    pub percentile: f64,
    /// Standard normal.
    pub score: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnusualEvent {
    /// As in `workforce.offshore.switch`.
    pub path: String,
    /// As in `1 breach`, `a switch`.
    pub what: String,
    /// That it happens so in a year with these drivers.
    pub probability: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypicalDriver {
    pub path: String,
    /// Median over the years beyond of the driver's percentile; 0.5 is usual.
    pub median_percentile: f64,
    /// Of those years in which it bore on the cost.
    pub years: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventShare {
    pub path: String,
    /// As in `a switch`, `breaches`.
    pub what: String,
    /// Of the years beyond the loss.
    pub share_beyond: f64,
    /// Of all years.
    pub share_usual: f64,
}

impl StressTest {
    /// A figure of the base or, by its place, of a stress.
    pub fn figure(&self, stress: Option<usize>, measure: &str) -> Option<&StressFigure> {
        let figures = match stress {
            None => &self.base,
            Some(index) => &self.stresses.get(index)?.figures,
        };
        figures.iter().find(|figure| figure.measure == measure)
    }
}
