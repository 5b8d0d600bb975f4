//! How much of a result is ignorance of parameters, and how much is chance?

use super::{Caution, Estimate};
use serde::{Deserialize, Serialize};

/// Two-dimensional Monte Carlo: `outer` draws of what is not known, each with the same `inner` years of what is random.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Uncertainty {
    pub title: String,
    pub config_hash: String,
    pub seed: u64,
    /// Draws of the uncertain parameters.
    pub outer: u64,
    /// Years for each of them, the same for all.
    pub inner: u64,
    /// Draws that made a law leave its domain and were drawn again.
    pub redrawn: u64,
    /// Relative standard deviation that guesses were given by the user; absent where they were taken at their word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guesses: Option<f64>,
    /// Sorted by path.
    pub parameters: Vec<ParameterDoubt>,
    pub measures: Vec<MeasureBand>,
    pub splits: Vec<Split>,
    pub horsetails: Vec<Horsetail>,
    /// What the figures mean, in words.
    pub definitions: Vec<String>,
    pub cautions: Vec<Caution>,
}

/// A parameter that is not known for sure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParameterDoubt {
    /// As in `workforce.offshore.rate.mean`.
    pub path: String,
    pub driver: String,
    pub origin: DoubtOrigin,
    /// What a plain run has.
    pub central: f64,
    pub p5: f64,
    pub p95: f64,
    /// On the measures of [`Uncertainty::measures`] that are means, TVaR 99 or chances.
    pub effects: Vec<ParameterEffect>,
}

/// Why a parameter is uncertain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoubtOrigin {
    /// The config gives it a law.
    Stated,
    /// Fitted to data: by the covariance of the estimates.
    Fitted,
    /// The source of the driver is a guess, and the user said how far guesses may be off.
    Guess,
}

/// How a measure follows a parameter over the outer draws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParameterEffect {
    /// As in `tvar@0.99 of Offshore`.
    pub measure: String,
    /// Spearman's.
    pub rank_correlation: f64,
    /// Share of the measure's variance over the outer draws that a quadratic in the parameter's rank explains, adjusted for its two
    /// coefficients; absent with fewer than 20 draws.
    pub first_order: Option<f64>,
}

/// A measure over the outer draws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasureBand {
    /// As in `tvar@0.99 of Offshore`.
    pub measure: String,
    pub option: String,
    /// With every parameter at what a plain run has, in the same years; the interval is sampling error alone.
    pub central: Estimate,
    pub mean: f64,
    pub p5: f64,
    pub p50: f64,
    pub p95: f64,
}

/// How much of a yearly amount's variance and tail is ignorance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Split {
    pub option: String,
    /// Absent where the amount is the option's own total.
    pub baseline: Option<String>,
    pub variance: VarianceSplit,
    pub tvar: TvarSplit,
}

/// `Var(Y) = Var(E[Y | parameters]) + E[Var(Y | parameters)]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VarianceSplit {
    /// Standard deviation of the yearly amount over both, USD.
    pub total_sd: f64,
    /// Standard deviation of its conditional mean, USD.
    pub ignorance_sd: f64,
    /// Root of the mean conditional variance, USD.
    pub chance_sd: f64,
    /// Of the variance; the interval is that of drawing parameters `outer` times.
    pub ignorance_share: Estimate,
}

/// TVaR of the predictive law, parameters unknown, against the average of TVaRs with them known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TvarSplit {
    pub level: f64,
    /// Mean of the yearly amount, USD.
    pub mean: f64,
    /// Average over the draws of the TVaR given the parameters, USD.
    pub known: f64,
    /// TVaR of all years of all draws together, USD.
    pub pooled: f64,
    /// `(pooled - known) / (pooled - mean)`: of what the tail costs above the mean.
    pub ignorance_share: f64,
}

/// Exceedance curves of an option, one for each draw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Horsetail {
    pub option: String,
    /// Of being exceeded, falling.
    pub probabilities: Vec<f64>,
    /// Amounts exceeded with those probabilities, USD: of the central run, and quantiles over the draws at each probability.
    pub central: Vec<f64>,
    pub p5: Vec<f64>,
    pub p50: Vec<f64>,
    pub p95: Vec<f64>,
    /// Of the draws from the first.
    pub curves: Vec<Vec<f64>>,
}

impl Uncertainty {
    /// The band of a measure.
    pub fn band(&self, measure: &str) -> Option<&MeasureBand> {
        self.measures.iter().find(|band| band.measure == measure)
    }
}

impl ParameterDoubt {
    pub fn effect(&self, measure: &str) -> Option<&ParameterEffect> {
        self.effects.iter().find(|effect| effect.measure == measure)
    }
}
