//! What moves a measure of a case, as plain data and as the schema of `--json`?

use super::{Caution, Estimate};
use serde::{Deserialize, Serialize};

/// The answer of `tailcost sensitivity`. Intervals are 95%, of sampling error alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    pub title: String,
    /// As in `mean difference of Offshore`.
    pub measure: String,
    pub unit: MeasureUnit,
    /// Years of each variant of the case.
    pub years: u64,
    pub seed: u64,
    /// The measure of the case as it is, in those years.
    pub base: Estimate,
    /// Drivers with a law, the widest swing first.
    pub tornado: Vec<Swing>,
    pub variance: VarianceDivision,
    /// Shares that add up to 1 where drivers depend on each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shapley: Option<ShapleyDivision>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranks: Option<RankInfluence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tail: Option<TailSensitivity>,
    pub cautions: Vec<Caution>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureUnit {
    /// USD a year.
    Usd,
    Probability,
}

/// What a piece of a year's randomness is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorRole {
    /// A driver of the year: one draw.
    Driver,
    /// The amounts of events: severities, claims, onboarding weeks.
    Amounts,
    /// Whether and how often something happens.
    Chance,
    /// All drivers of the dependence group together.
    Group,
}

/// What the measure is with one driver at its 10% and at its 90% quantile, all else as it is in the same years.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Swing {
    pub path: String,
    pub role: FactorRole,
    /// A guess by its own source.
    pub is_guess: bool,
    /// Moved alone, though it depends on others.
    pub in_group: bool,
    pub low: SwingEnd,
    pub high: SwingEnd,
    /// The measure at the high end less that at the low one.
    pub swing: Estimate,
    /// Neither end nor the swing can be told from nothing.
    pub is_noise: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SwingEnd {
    /// The driver's value.
    pub value: f64,
    /// The measure.
    pub figure: f64,
    /// The measure less its base.
    pub change: Estimate,
}

/// Sobol' indices of every factor, the largest total first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VarianceDivision {
    /// The yearly amount whose variance is divided, in words.
    pub score: String,
    pub years: u64,
    pub factors: Vec<VarianceOfFactor>,
    /// What all factors explain alone, together; the rest is how they work together.
    pub alone: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VarianceOfFactor {
    pub path: String,
    pub role: FactorRole,
    /// Members, where it is the dependence group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Share of the variance that it explains alone.
    pub first: Estimate,
    /// Share of the variance that it takes part in.
    pub total: Estimate,
}

/// Shapley effects: shares of the variance, the largest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShapleyDivision {
    pub years: u64,
    /// Random orders of the factors that were walked, forwards and backwards.
    pub orders: u64,
    pub effects: Vec<ShapleyEffect>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShapleyEffect {
    pub path: String,
    pub role: FactorRole,
    pub in_group: bool,
    pub effect: Estimate,
}

/// Standardised rank regression coefficients, the largest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankInfluence {
    pub years: u64,
    /// Share of the variance of ranks that all drivers together explain.
    pub explained: Estimate,
    pub coefficients: Vec<RankCoefficient>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankCoefficient {
    pub path: String,
    pub coefficient: Estimate,
}

/// What the worst years have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TailSensitivity {
    /// Years beyond this quantile of the amount are looked at.
    pub level: f64,
    /// How many they are, and of how many.
    pub worst: u64,
    pub years: u64,
    /// Distance from uniform beyond which chance alone takes one of these drivers in one study of twenty.
    pub limit: f64,
    /// The farthest from uniform first.
    pub drivers: Vec<TailDriver>,
    /// The largest lift first.
    pub events: Vec<TailEvent>,
}

/// Where a driver's percentiles lie in the worst years; in all years half of them lie below 0.5.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TailDriver {
    pub path: String,
    pub mean: Estimate,
    pub p10: f64,
    pub p50: f64,
    pub p90: f64,
    /// Kolmogorov's, from uniform.
    pub distance: f64,
    pub p_value: f64,
    pub is_unusual: bool,
}

/// How often something happens in the worst years.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TailEvent {
    pub path: String,
    /// Share of the worst years, and of all.
    pub in_worst: f64,
    pub in_all: f64,
    /// The one over the other.
    pub lift: Estimate,
}
