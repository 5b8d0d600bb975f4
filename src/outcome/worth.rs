//! What would knowing more before choosing be worth, as plain data and as the schema of `--json`?

use super::{Caution, Estimate};
use serde::{Deserialize, Serialize};

/// The answer of `tailcost voi`. Amounts are USD a year; intervals are 95%, of sampling error alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Worth {
    pub title: String,
    pub years: u64,
    pub seed: u64,
    /// The option of least mean cost: what to choose when nothing more is known.
    pub best: String,
    pub options: Vec<OptionCost>,
    /// To know all that the year brings, chance included.
    pub everything: Knowing,
    /// To know all yearly drivers together, but not chance; at least.
    pub drivers_together: Knowing,
    /// Percentiles, as shares, at which each driver's expected costs are given.
    pub percentiles: Vec<f64>,
    /// To know one driver, the worthiest first; of those worth nothing the one that comes closest to changing the choice.
    pub drivers: Vec<DriverWorth>,
    pub cautions: Vec<Caution>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OptionCost {
    pub name: String,
    pub mean: Estimate,
    /// Mean cost over that of the best option.
    pub over_best: Estimate,
}

/// What knowing something is worth, and how often it changes the choice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Knowing {
    pub worth: Estimate,
    /// Share of years in which another option would be chosen.
    pub changes: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriverWorth {
    pub path: String,
    /// A guess by its own source.
    pub is_guess: bool,
    pub unit: String,
    pub worth: Estimate,
    /// Share of years in which another option would be chosen.
    pub changes: f64,
    /// Which option to choose where the driver lies, from low to high; one where it changes nothing.
    pub choices: Vec<ChoiceRange>,
    /// How much dearer the next option is expected to be at the driver's value that speaks most for it, among the percentiles; negative
    /// where it is the cheaper one.
    pub margin: f64,
    /// The option that comes so near.
    pub rival: String,
    pub expected: Vec<ExpectedExtra>,
}

/// What an option is expected to cost more than the best one, at each of the percentiles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExpectedExtra {
    pub option: String,
    pub over_best: Vec<f64>,
}

/// An option is the choice between two values of a driver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChoiceRange {
    pub option: String,
    /// Percentiles, as shares.
    pub from: f64,
    pub to: f64,
    /// The driver's values there; absent at the ends of an unbounded driver.
    pub from_value: Option<f64>,
    pub to_value: Option<f64>,
}
