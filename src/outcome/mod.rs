//! What is the result of a run, as plain data and as the schema of `outcome.json`?
//!
//! The types below *are* the file: MODEL section 6 fixes the core, further sections may be added. A stored outcome can be
//! rendered again without simulating.

mod appetite;
mod biography;
pub mod book;
pub mod breakeven;
pub mod comparison;
mod component;
mod dependence;
mod elicitation;
pub mod fit;
mod inputs;
mod measure;
pub mod moved;
mod sensitivity;
mod story;
mod stress;
mod uncertainty;
mod verification;
mod worth;
mod year_table;

pub use appetite::{AppetiteLine, AppetiteUnit, Verdict};
pub use biography::{Biography, ParameterUncertainty};
pub use component::Component;
pub use dependence::{
    CopulaFit, DataOrigin, DependenceEstimate, DependenceTest, PairDependence, RankCorrelation, SampledRows, TCopulaFit,
};
pub use elicitation::{
    Disagreement, Elicitation, ElicitedLaw, ExpertOpinion, Infeasible, Judgement, LawSummary, Pool, RefusedFamily,
    Remedy,
};
pub use inputs::{DriverKind, DriverRecord, Inputs, MixOfOption, ShareOfWorkforce};
pub use measure::{Figure, Measure, MeasureError, Statistic};
pub use sensitivity::{
    FactorRole, MeasureUnit, RankCoefficient, RankInfluence, Sensitivity, ShapleyDivision, ShapleyEffect, Swing,
    SwingEnd, TailDriver, TailEvent, TailSensitivity, VarianceDivision, VarianceOfFactor,
};
pub use story::{
    Against, AmountsOfYear, BreachOfYear, BreachesOfYear, Chosen, ComplianceOfYear, ComponentOfYear, CountOfYear,
    DriverOfYear, Nearest, PolicyOfYear, ProvisionOfYear, RegulationOfYear, Story, SwitchOfYear, Usual,
    WorkforceOfYear,
};
pub use stress::{
    DesignYear, EventShare, ReverseStress, StressCurves, StressFigure, StressTest, StressedCase, StressedValue,
    TypicalDriver, UnusualDriver, UnusualEvent,
};
pub use uncertainty::{
    DoubtOrigin, Horsetail, MeasureBand, ParameterDoubt, ParameterEffect, Split, TvarSplit, Uncertainty, VarianceSplit,
};
pub use verification::{Assertion, Extent, Limit, Verification};
pub use worth::{ChoiceRange, DriverWorth, ExpectedExtra, Knowing, OptionCost, Worth};
pub use year_table::{Column, YearTable};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use crate::statistics::Estimate;

/// Version of the result file.
pub const SCHEMA: u32 = 1;

/// Result of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub schema: u32,
    pub title: String,
    /// Years simulated, fewer than asked for when stopped or interrupted.
    pub years: u64,
    pub seed: u64,
    pub value_version: u32,
    pub options: Vec<OptionOutcome>,
    pub differences: Vec<Difference>,
    /// The config's limits, held against the result.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appetite: Vec<AppetiteLine>,
    pub cautions: Vec<Caution>,
    /// Bands of ignorance, where the config asks for them or they were attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<Uncertainty>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stress: Option<StressTest>,
    /// Answers of `breakeven` that joined the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub break_even: Vec<breakeven::BreakEven>,
    /// Single years told: the worst ones of each option, and those at its return periods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stories: Vec<Story>,
    pub provenance: Provenance,
    /// What moves a measure, joined by `sensitivity --attach`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// What knowing more is worth, joined by `voi --attach`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<Worth>,
    /// What was held against exact and independent answers, joined by `verify --attach`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OptionOutcome {
    pub name: String,
    pub total: Measures,
    /// By component key, all 14, those left out of the total included.
    pub components: BTreeMap<String, ComponentMeasures>,
    pub effective_hourly_rate: Option<RateMeasures>,
    pub all_in_hourly_rate: Option<RateMeasures>,
    /// The effective hourly rate line by line: mean over years of `labour`, `audit` and `denial_rework`, each over the
    /// sum of `h0`, so that the three add up to the rate's mean. Empty where there is no rate.
    #[serde(default)]
    pub hourly: BTreeMap<String, f64>,
    pub probability_cheapest: Estimate,
    pub expected_regret: Estimate,
    /// Yearly total (AEP).
    pub exceedance: Vec<ExceedancePoint>,
    /// Largest single breach of the year (OEP).
    pub oep: Vec<ExceedancePoint>,
    /// Density of the total for charts.
    pub density: Vec<DensityBin>,
}

/// An option against the first one, in the same simulated years.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    pub option: String,
    pub baseline: String,
    pub total: Measures,
    pub components: BTreeMap<String, MeanOnly>,
    pub probability_costs_more: Estimate,
    pub exceedance: Vec<ExceedancePoint>,
    pub density: Vec<DensityBin>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    pub mean: Estimate,
    pub sd: Estimate,
    /// Absent where the total is constant.
    pub skewness: Option<f64>,
    pub min: f64,
    pub max: f64,
    pub quantiles: Vec<Quantile>,
    pub levels: Vec<LevelMeasures>,
    /// What the mean must be, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<TwinFigures>,
    /// The mean with what is known of it put in, when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_adjusted: Option<Adjusted>,
}

/// What the analytic twin says of an amount, and how many standard errors the simulation is from it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TwinFigures {
    /// Exact, by closed form or quadrature.
    pub mean: f64,
    /// Standard normal score of the simulated mean; absent where the law has no variance.
    pub mean_z: Option<f64>,
    pub sd: Option<f64>,
    /// Score of the simulated standard deviation; absent where a few years decide it.
    pub sd_z: Option<f64>,
}

/// A mean in which what is known exactly is not left to chance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Adjusted {
    pub mean: Estimate,
    /// Variance of this mean over that of the simulated one: 0 where all is known, 1 where nothing helps. As many times fewer years
    /// give the same interval.
    pub variance_ratio: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quantile {
    pub p: f64,
    pub value: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelMeasures {
    pub level: f64,
    pub return_period: f64,
    pub var: Estimate,
    pub tvar: Estimate,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComponentMeasures {
    pub mean: Estimate,
    pub sd: f64,
    pub min: f64,
    pub max: f64,
    /// Left out of the total by `exclude`; its co-TVaR is then reported all the same but adds nothing.
    pub excluded: bool,
    pub co_tvar: Vec<CoTvar>,
    /// What mean and standard deviation must be, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<TwinFigures>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoTvar {
    pub level: f64,
    pub value: Estimate,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeanOnly {
    pub mean: Estimate,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RateMeasures {
    pub mean: Estimate,
    pub sd: f64,
    pub min: f64,
    pub max: f64,
    pub quantiles: Vec<Quantile>,
}

/// P(amount is exceeded).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExceedancePoint {
    pub amount: f64,
    pub probability: Estimate,
}

/// Share of years between two amounts; an atom has equal bounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DensityBin {
    pub low: f64,
    pub high: f64,
    pub share: f64,
}

/// What is worth knowing but not fatal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Caution {
    /// Stable, as in `thin_tail`.
    pub code: String,
    /// What was found, what it means, and the way out.
    pub message: String,
}

/// Where a result came from. All that may differ between two runs of the same question is in here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    pub program_version: String,
    /// `fast` or `reference`.
    pub engine: String,
    /// The config as resolved, every `extends` and `--set` applied, as TOML.
    pub config: String,
    /// blake3 of `config`, biographies of drivers apart, and of every data file it reads.
    pub config_hash: String,
    /// File name and blake3 of data files read.
    pub data_files: Vec<DataFile>,
    /// The config's paragraph.
    pub analysis: Option<String>,
    /// Inputs the waterfall of the hourly rate starts from, by option: mean quoted rate in USD per worked hour.
    pub quoted_rates: BTreeMap<String, f64>,
    pub dependence_note: Option<String>,
    /// Every driver as the config gives it; absent in results of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Inputs>,
    /// Whose years these are, where the case is a member of a batch: its draws are keyed by it, so that a run of the same config has other ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberOfBatch>,
    pub run: RunRecord,
}

/// The member of a batch that a result is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberOfBatch {
    pub id: String,
    /// As the plan calls it.
    pub scenario: String,
    pub plan_hash: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataFile {
    /// As the config has it.
    pub path: String,
    pub blake3: String,
    /// Where it stood when it was read, from the root of the file system; absent for what the program carries with it. Says nothing about
    /// the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

/// Timings and circumstances: the only fields that differ between runs of the same config and seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    pub command: Vec<String>,
    pub threads: usize,
    pub host_cores: usize,
    pub wall_seconds: f64,
    pub years_per_second: f64,
    /// Where the time went, when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
}

/// Where the time of a run went, by kind of work, in nanoseconds of a thread for each year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub stages: Vec<StageTime>,
    pub thread_ns_per_year: f64,
    /// Uniforms that every year takes; those of events come on top. Unknown for the reference engine.
    pub draws_per_year: Option<usize>,
    /// Cost of one draw from a table, uniform included, measured in this run.
    pub ns_per_draw: f64,
    /// Draws a year times the cost of a draw: what a year costs at least.
    pub floor_ns_per_year: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageTime {
    pub stage: String,
    pub thread_ns_per_year: f64,
}
