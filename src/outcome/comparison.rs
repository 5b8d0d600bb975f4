//! What differs between two results or configs, as plain data and as the schema of `--json`?

use super::{Caution, Estimate};
use serde::{Deserialize, Serialize};

/// Answer to `tailcost compare`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub program_version: String,
    pub a: Compared,
    pub b: Compared,
    pub pairing: Pairing,
    /// What may differ beside the config: versions, hashes, seeds. Worth saying first.
    pub notes: Vec<Caution>,
    pub config: Vec<ConfigChange>,
    pub drivers: Vec<DriverChange>,
    pub only_in_one: Vec<OnlyInOne>,
    /// The first option, which differences are taken to; absent where the two sides have another one, and differences are not compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<String>,
    /// Measures of total and differences, then components' means.
    pub measures: Vec<MeasureChange>,
    /// What each change of the config does alone, for each difference; of configs alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepsOf>,
    /// Standard errors beyond which a change fails, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_beyond: Option<f64>,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// As it was typed.
    pub name: String,
    pub kind: ComparedKind,
    pub title: String,
    pub years: u64,
    pub seed: u64,
    pub value_version: u32,
    pub program_version: String,
    pub config_hash: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparedKind {
    Outcome,
    Config,
}

/// How the noise of a change was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pairing {
    /// Both sides lived through the same years, and their difference was followed year by year.
    Paired,
    /// Both sides lived through the same years, but that cannot be followed: noise is overstated.
    SameYears,
    /// Years of their own.
    Independent,
}

/// A value of the config that differs, as TOML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigChange {
    pub path: String,
    pub a: Option<String>,
    pub b: Option<String>,
    /// Does it change anything that is simulated? Titles and sources do not.
    pub matters: bool,
}

/// A driver that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriverChange {
    pub path: String,
    pub unit: String,
    pub a: Option<DriverFigures>,
    pub b: Option<DriverFigures>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriverFigures {
    /// The law or number.
    pub law: String,
    /// Absent where it is infinite.
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    pub p5: f64,
    pub p95: f64,
}

/// Something that one side alone has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlyInOne {
    /// As in `option Nearshore`.
    pub what: String,
    /// `A` or `B`.
    pub side: String,
}

/// A measure on both sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasureChange {
    /// As in `tvar@0.99`, `mean difference`, `labour`.
    pub measure: String,
    pub option: String,
    pub kind: MeasureKind,
    pub a: Estimate,
    pub b: Estimate,
    /// B less A.
    pub change: f64,
    /// Of the change; absent where an interval is withheld.
    pub standard_error: Option<f64>,
    /// Change over standard error; absent where there is no error to hold it against.
    pub z: Option<f64>,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// USD a year of an option's total.
    Total,
    /// USD a year of an option less the first.
    Difference,
    Probability,
    /// USD a year of one line of an option, on average.
    Component,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The same number.
    Same,
    /// Within two standard errors.
    Noise,
    /// Beyond two standard errors, or any change of a figure without error.
    Changed,
    /// No interval to judge by.
    Unknown,
}

/// From A's mean difference to B's, one change of the config at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepsOf {
    pub option: String,
    pub baseline: String,
    pub years: u64,
    pub a: f64,
    pub b: f64,
    /// Each change applied alone to A, the largest first.
    pub steps: Vec<Step>,
    /// What the changes do together beyond the sum of what each does alone, those that cannot stand alone included.
    pub together: Estimate,
    /// Changes that cannot be applied alone, as in an option that A does not have.
    pub not_alone: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub path: String,
    /// Of the mean difference, with its interval.
    pub change: Estimate,
}
