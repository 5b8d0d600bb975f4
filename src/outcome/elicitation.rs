//! What is the result of an elicitation, as plain data and as the schema of `--json`?

use super::{Caution, Quantile};
use serde::{Deserialize, Serialize};

/// One quantity, as one or several people see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Elicitation {
    pub program_version: String,
    /// Path of the driver in a config, or a placeholder for it.
    pub driver: String,
    /// Least and largest possible value, where they were given.
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// Values at which every curve below is given, ascending.
    pub grid: Vec<f64>,
    pub experts: Vec<ExpertOpinion>,
    /// The linear pool, where several were asked.
    pub pool: Option<Pool>,
    pub cautions: Vec<Caution>,
    /// The driver as a config writes it.
    pub fragment: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExpertOpinion {
    pub name: String,
    /// Share of the pool; the shares sum to 1.
    pub weight: f64,
    pub judgement: Judgement,
    /// Laws that were tried, the one that is taken first.
    pub laws: Vec<ElicitedLaw>,
    /// Families that have no law for this judgement, and why.
    pub refused: Vec<RefusedFamily>,
    /// Absent where a metalog runs through the quantiles, or none was asked for.
    pub infeasible: Option<Infeasible>,
    /// Largest difference between this expert's cumulative probability and the pool's; absent without a pool.
    pub distance_from_pool: Option<f64>,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// Ascending.
    Quantiles(Vec<Quantile>),
    Pert {
        min: f64,
        mode: f64,
        max: f64,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ElicitedLaw {
    pub family: String,
    /// As in `lognormal(mu 1.79, sigma 0.6)`.
    pub law: String,
    /// Keys of a config with their values as TOML, `dist` first.
    pub written: Vec<(String, String)>,
    /// Does it run through what was said, to 1e-6 of probability?
    pub is_exact: bool,
    /// Largest difference between its cumulative probability at a value and what was said of it.
    pub miss: f64,
    /// Its values at the probabilities that were asked for.
    pub fitted: Vec<Quantile>,
    pub summary: LawSummary,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LawSummary {
    /// Absent where it is infinite.
    pub mean: Option<f64>,
    /// Absent where it is infinite.
    pub sd: Option<f64>,
    /// At the same probabilities for every law.
    pub quantiles: Vec<Quantile>,
    /// On the grid; absent where it is infinite.
    pub density: Vec<Option<f64>>,
    pub cumulative: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefusedFamily {
    pub family: String,
    pub reason: String,
}

/// Quantiles through which no metalog runs, and what would have to change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Infeasible {
    pub reason: String,
    /// Each quantile that alone can be moved so that there is one, with the values it may have; the smallest move first.
    pub remedies: Vec<Remedy>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    pub p: f64,
    pub said: f64,
    pub low: f64,
    pub high: f64,
}

/// The mixture of the experts' laws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    pub law: String,
    pub written: Vec<(String, String)>,
    pub summary: LawSummary,
    pub disagreement: Disagreement,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disagreement {
    /// Share of the pool's variance that is the variance of the experts' means; absent where a variance is infinite.
    pub variance_share: Option<f64>,
    /// Width of the pool's central 90% over the experts' own on average by weight: 1 where all say the same.
    pub width_ratio: f64,
    /// Pairs of experts whose central 90% do not meet.
    pub apart: Vec<(String, String)>,
}
