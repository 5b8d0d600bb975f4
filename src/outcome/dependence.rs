//! What is known of how columns of data move together, as plain data and as the schema of `--json`?

use super::Caution;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DependenceEstimate {
    pub program_version: String,
    pub data: DataOrigin,
    pub columns: Vec<String>,
    /// What each column is called in the fragment: the path of a driver, or a placeholder.
    pub drivers: Vec<String>,
    /// Every pair of columns, first by first.
    pub pairs: Vec<PairDependence>,
    pub gaussian: CopulaFit,
    /// Absent where the likelihood rises all the way to infinitely many degrees of freedom: then t is the Gaussian copula.
    pub t: Option<TCopulaFit>,
    pub test: DependenceTest,
    /// Rows that the copulas were fitted to, drawn at random where that is not all of them.
    pub copula_rows: usize,
    /// Spearman correlations as the fragment has them, row by row: the estimates, or the nearest that are possible together.
    pub proposed: Vec<Vec<f64>>,
    /// Largest change from what was estimated to what is possible; 0 where nothing had to change.
    pub repair: f64,
    /// Rows for charts.
    pub sample: SampledRows,
    pub cautions: Vec<Caution>,
    pub fragment: String,
}

/// Which rows of which file were used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataOrigin {
    pub path: String,
    /// `blake3:` and hexadecimal digits, of the bytes of the file.
    pub hash: String,
    /// Empty where every row was wanted.
    pub filter: String,
    pub rows_read: u64,
    pub rows_kept: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairDependence {
    /// Index into the columns.
    pub first: usize,
    pub second: usize,
    pub spearman: RankCorrelation,
    pub kendall: RankCorrelation,
    /// Correlation of the fitted Gaussian copula.
    pub gaussian: f64,
    /// Correlation of the fitted t copula.
    pub t: Option<f64>,
    /// Chance that one is extreme given that the other is, in the limit, of the fitted t copula; 0 of the Gaussian.
    pub tail_dependence: Option<f64>,
    /// Rows in the highest 5% of both, over those in the highest 5% of one; and so for the lowest.
    pub upper_together: f64,
    pub lower_together: f64,
}

/// A rank correlation with its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RankCorrelation {
    pub value: f64,
    pub standard_error: f64,
    pub low: f64,
    pub high: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CopulaFit {
    /// Correlations of the copula, row by row.
    pub correlation: Vec<Vec<f64>>,
    /// Of the pseudo-observations.
    pub log_likelihood: f64,
    /// Parameters that were free.
    pub parameters: usize,
    pub aic: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TCopulaFit {
    pub dof: f64,
    /// Ends of the 95% profile-likelihood interval; `dof_high` is absent where it has no end.
    pub dof_low: f64,
    pub dof_high: Option<f64>,
    pub fit: CopulaFit,
}

/// Is the Gaussian copula enough?
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DependenceTest {
    /// Twice the difference of the log-likelihoods.
    pub likelihood_ratio: f64,
    /// Share of samples drawn from the fitted Gaussian copula with a ratio at least as large.
    pub p_value: f64,
    pub replicates: usize,
    pub seed: u64,
    /// Is t proposed, at 5%?
    pub prefers_t: bool,
}

/// Ranks over the number of rows plus 1, row by row, of some of the rows that the copulas were fitted to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampledRows {
    pub rows: Vec<Vec<f64>>,
}
