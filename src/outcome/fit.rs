//! What did `tailcost fit` find in a column of data: parameters, how sure, how good, and what to paste?
//!
//! The types below are the file that `--json` writes; every chart can be drawn from it alone. Ends that are infinite are absent
//! (`None`), since JSON has no infinity.

use serde::{Deserialize, Serialize};

use super::{Biography, Caution};

/// Everything that was learned of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    pub schema: u32,
    pub program_version: String,
    pub data: DataFacts,
    pub subject: Subject,
    /// Seed of the bootstrap draws.
    pub seed: u64,
    /// Every family that was tried, the lowest AIC first, the refused ones last.
    pub candidates: Vec<Candidate>,
    /// Absent where no family could be fitted.
    pub choice: Option<Choice>,
    /// What the tail beyond the data rests on; absent for counts.
    pub tail: Option<TailNote>,
    /// Threshold diagnostics and the generalised Pareto tail; absent for counts and where it was not asked for.
    pub threshold: Option<ThresholdReport>,
    /// That tail in plain figures; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpd: Option<GpdFigures>,
    /// Observed and expected frequencies; absent for amounts.
    pub counts: Option<CountReport>,
    /// Absent where it was not asked for.
    pub credibility: Option<Credibility>,
    /// Curves and points; absent for counts.
    pub charts: Option<FitCharts>,
    /// The driver to paste; absent where no family could be fitted.
    pub fragment: Option<Fragment>,
    pub cautions: Vec<Caution>,
}

/// What kind of number the column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Amounts, sizes, shares, durations.
    Amounts,
    /// Counts by period.
    Counts,
}

/// Where the numbers came from and how they were seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataFacts {
    pub path: String,
    /// As in `blake3:6b1c...`.
    pub hash: String,
    pub column: String,
    /// As it was typed; absent where no row was left out.
    pub filter: Option<String>,
    pub rows_read: u64,
    pub rows_kept: u64,
    /// Rows whose value is known exactly.
    pub exact: u64,
    pub left_censored: u64,
    pub right_censored: u64,
    pub interval_censored: u64,
    /// Rows that could be seen only within a window.
    pub truncated: u64,
    /// In words, as in `left-truncated at 501`; empty where there is none.
    pub truncation: String,
    /// In words, as in `214 rows right-censored at 1,000,000`; empty where there is none.
    pub censoring: String,
    /// Of the exact rows.
    pub summary: Summary,
}

/// Plain figures of the exact rows; all absent without any.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Summary {
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    pub least: Option<f64>,
    pub median: Option<f64>,
    pub largest: Option<f64>,
}

/// One family, tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Unique among the candidates, as in `lognormal`, `mixture of two lognormal`, `splice lognormal + gpd`.
    pub name: String,
    /// The value of `dist` in a config; of counts the family's own name.
    pub family: String,
    pub state: FitState,
    /// Estimated ones first in the order of `covariance`, given ones after them.
    pub parameters: Vec<Parameter>,
    /// Of the estimated parameters that have a standard error, in their order; empty where there is none.
    pub covariance: Vec<Vec<f64>>,
    pub correlation: Vec<Vec<f64>>,
    pub log_likelihood: Option<f64>,
    pub aic: Option<f64>,
    pub bic: Option<f64>,
    /// How the law prints, as in `lognormal(mu 7.12, sigma 3.12) on [501, inf]`.
    pub law: Option<String>,
    pub goodness: Goodness,
    /// Index of the law's upper tail, moments of this order and above being infinite; absent for light and bounded tails.
    pub tail_index: Option<f64>,
    /// The mean and the standard deviation of the fitted law as it would be pasted; absent where infinite.
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    /// The driver as a TOML inline table without source and biography.
    pub toml: Option<String>,
    /// What a reader must know of this fit, each a sentence.
    pub notes: Vec<String>,
}

/// How a fit ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "reason")]
pub enum FitState {
    /// At a maximum inside the parameter space.
    Converged,
    /// The likelihood rises towards an edge of the parameter space, where another law stands; says which.
    Boundary(String),
    /// No fit; says why.
    Refused(String),
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// As a config writes it.
    pub name: String,
    pub estimate: f64,
    pub role: ParameterRole,
    pub standard_error: Option<f64>,
    /// From the observed information, on the scale that suits the parameter (logarithmic for positive ones).
    pub wald: Option<Interval>,
    /// From the profile likelihood.
    pub profile: Option<Interval>,
    /// From the exact law of the estimate, where that is known.
    pub exact: Option<Interval>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterRole {
    Estimated,
    /// By the user, or by the truncation (the threshold of a tail).
    Given,
    /// Read off the sample (an end of the support): the usual intervals do not hold.
    ReadOff,
}

/// A two-sided 95% interval; an end that is infinite is absent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// How far the sample is from the fitted law.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Goodness {
    pub kolmogorov_smirnov: Option<GoodnessTest>,
    pub anderson_darling: Option<GoodnessTest>,
    pub cramer_von_mises: Option<GoodnessTest>,
    /// For counts, over classes with enough expected periods.
    pub chi_squared: Option<GoodnessTest>,
    /// Why a test is missing, or in which variant it was made (censored data); empty where all is plain.
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GoodnessTest {
    pub statistic: f64,
    /// By parametric bootstrap with refitting; absent where it was not made. Never 0: at least 1 / (bootstraps + 1).
    pub p_value: Option<f64>,
    /// Samples drawn and fitted for it. The drawing stops once enough of them are farther off than the data.
    pub bootstraps: u32,
}

/// Which family is proposed, and against which others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Name of the candidate.
    pub name: String,
    /// As in `lognormal: lowest AIC`.
    pub reason: String,
    /// As in `weibull: AIC +40.1`, the nearest first.
    pub rejected: Vec<String>,
}

/// What the tail beyond the data rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TailNote {
    /// All of it in plain sentences.
    pub sentence: String,
    /// The fitted 99% quantile, and observations above it.
    pub quantile_99: f64,
    pub above_99: u64,
    pub expected_above_99: f64,
    pub largest: f64,
    /// Probability under the fitted law that the largest of as many is at least as large.
    pub largest_probability: Option<f64>,
    /// The fitted median of the largest of as many.
    pub typical_largest: Option<f64>,
    /// Absent for light and bounded tails.
    pub tail_index: Option<f64>,
    pub mean_finite: bool,
    pub variance_finite: bool,
    /// Quantiles beyond the data under each candidate of some plausibility, to show what the choice of the family decides.
    pub beyond: Vec<BeyondPoint>,
}

/// A quantile beyond the data under one candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BeyondPoint {
    pub candidate: String,
    /// Exceedance probability, per event.
    pub probability: f64,
    pub value: Option<f64>,
}

/// How high a threshold, and what the tail above it looks like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThresholdReport {
    pub mean_excess: Vec<MeanExcessPoint>,
    pub stability: Vec<StabilityPoint>,
    pub hill: Vec<HillPoint>,
    pub tail: Option<GpdTail>,
    pub note: String,
}

/// Mean of what exceeds a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MeanExcessPoint {
    pub threshold: f64,
    pub exceedances: u64,
    pub mean_excess: f64,
    /// 95% band, normal; absent below ten exceedances.
    pub band: Option<Interval>,
}

/// Generalised Pareto fit above one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StabilityPoint {
    pub threshold: f64,
    pub exceedances: u64,
    /// Shape.
    pub xi: f64,
    pub xi_interval: Option<Interval>,
    /// `beta - xi * threshold`, which does not change with the threshold where the tail is generalised Pareto.
    pub modified_scale: f64,
    pub modified_scale_interval: Option<Interval>,
}

/// Hill's estimate from the `k` largest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HillPoint {
    pub k: u64,
    /// The value that the `k` largest exceed.
    pub threshold: f64,
    pub xi: f64,
    pub interval: Interval,
}

/// The generalised Pareto tail above a threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GpdTail {
    pub threshold: f64,
    pub exceedances: u64,
    /// Share of the rows that exceed it.
    pub share: f64,
    pub xi: Parameter,
    pub beta: Parameter,
    pub covariance: Vec<Vec<f64>>,
    pub log_likelihood: f64,
    pub goodness: Goodness,
    pub toml: String,
}

impl GpdTail {
    pub fn figures(&self) -> GpdFigures {
        GpdFigures {
            threshold: self.threshold,
            n: self.exceedances,
            xi: self.xi.estimate,
            beta: self.beta.estimate,
            xi_standard_error: self.xi.standard_error,
            beta_standard_error: self.beta.standard_error,
        }
    }
}

/// The generalised Pareto law of what exceeds a threshold: `P(X > x | X > threshold) = (1 + xi (x - threshold) / beta)^(-1 / xi)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GpdFigures {
    pub threshold: f64,
    /// Rows that exceed the threshold.
    pub n: u64,
    pub xi: f64,
    pub beta: f64,
    pub xi_standard_error: Option<f64>,
    pub beta_standard_error: Option<f64>,
}

/// Counts by period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountReport {
    pub periods: u64,
    pub total: f64,
    pub exposure: f64,
    /// Mean and variance of the counts, and their ratio for each unit of exposure (Pearson's): 1 for Poisson.
    pub mean: f64,
    pub variance: f64,
    pub dispersion: f64,
    pub zeros: u64,
    pub classes: Vec<CountClass>,
    pub by_period: Vec<CountPeriod>,
}

/// How many periods had so many events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountClass {
    pub from: u64,
    /// Inclusive; absent in the last class.
    pub to: Option<u64>,
    pub observed: u64,
    /// Expected periods by candidate.
    pub expected: Vec<Expected>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    pub candidate: String,
    pub periods: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountPeriod {
    pub label: String,
    pub count: f64,
    pub exposure: f64,
}

/// Own experience blended with that of others (Buhlmann and Straub).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Credibility {
    /// Mean of own experience by exposure.
    pub own_mean: f64,
    pub own_exposure: f64,
    pub own_periods: u64,
    pub prior_mean: f64,
    /// In words: a table of how many groups, or given figures.
    pub prior_source: String,
    /// Expected variance within a group, for a unit of exposure.
    pub within_variance: f64,
    /// Variance of the groups' true means.
    pub between_variance: f64,
    /// `within / between`; absent where the groups do not differ (Z is then 0).
    pub k: Option<f64>,
    /// Weight of own experience.
    pub z: f64,
    pub blended_mean: f64,
    /// Of the blended mean, given the structure parameters.
    pub standard_error: f64,
    /// Of a table of groups, each one's own.
    pub groups: Vec<CredibilityGroup>,
    pub sentence: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CredibilityGroup {
    pub name: String,
    pub mean: f64,
    pub exposure: f64,
    pub z: f64,
    pub blended_mean: f64,
}

/// What the charts of a fit show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FitCharts {
    /// Does a logarithmic axis suit the values (all positive, the largest farther above the median than twenty times the least is below it)?
    pub logarithmic: bool,
    /// Density of the exact rows: bins on the axis that suits (with `logarithmic`, of equal width in the logarithm); the density is
    /// for a unit of x in either case.
    pub histogram: Vec<HistogramBin>,
    /// Empirical probability to exceed (Kaplan and Meier's with censored rows), thinned to some hundreds of points with all of the
    /// largest kept.
    pub empirical_survival: Vec<XY>,
    /// One for each candidate that was fitted, in their order.
    pub curves: Vec<CandidateCurves>,
    /// Of the chosen candidate.
    pub return_levels: Vec<ReturnLevel>,
    /// Observations placed at their empirical return period, the largest ones.
    pub return_points: Vec<XY>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct XY {
    pub x: f64,
    pub y: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HistogramBin {
    pub low: f64,
    pub high: f64,
    pub count: u64,
    /// For a unit of x.
    pub density: f64,
}

/// Curves of one candidate, conditioned to what could be seen (the truncation), so that they may be laid over the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CandidateCurves {
    pub candidate: String,
    pub density: Vec<XY>,
    /// Probability to exceed, on a log-log chart from the least value to beyond the largest.
    pub survival: Vec<XY>,
    /// x: fitted quantile, y: observed.
    pub qq: Vec<XY>,
    /// x: fitted probability, y: empirical.
    pub pp: Vec<XY>,
}

/// The value exceeded once in so many events.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReturnLevel {
    /// In events (rows), not years.
    pub period: f64,
    pub value: f64,
    /// 95% band by the delta method on the logarithm of the level where that is positive.
    pub band: Option<Interval>,
}

/// What to paste into a config.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fragment {
    /// The law as an inline table: `{ dist = "lognormal", mu = ..., sigma = ... }`; of counts that of the mean for a unit of exposure.
    pub law: String,
    /// The driver as a table of a config, with source and biography; empty until its place in a config is known.
    pub toml: String,
    /// Does the law stand for events above the truncation alone (it then carries `truncate`), as its frequency must?
    pub conditional: bool,
    pub source: String,
    pub biography: Biography,
}
