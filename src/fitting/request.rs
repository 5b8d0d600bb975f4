//! What is asked of a fit?

use super::single::Ends;
use crate::outcome::fit::{Choice, Credibility};
use crate::outcome::{Biography, ParameterUncertainty};

/// Where the numbers came from, for the record.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DataSource {
    pub path: String,
    /// As in `blake3:6b1c...`.
    pub hash: String,
    pub column: String,
    pub filter: Option<String>,
    pub rows_read: u64,
}

/// By what families are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    Aic,
    Bic,
}

/// Is the driver the law of what could be seen, or of all there is?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Conditioned to the truncation, as it must be where the frequency counts reported events alone.
    Seen,
    /// The whole law, as it must be where the frequency counts every event, reported or not.
    Whole,
}

/// What is asked of a fit.
#[derive(Debug, Clone)]
pub struct Request {
    pub source: DataSource,
    /// By name; of [`AMOUNT_FAMILIES`](super::AMOUNT_FAMILIES) or [`COUNT_FAMILIES`](super::COUNT_FAMILIES).
    pub families: Vec<String>,
    /// Pairs of [`MIXTURE_FAMILIES`](super::MIXTURE_FAMILIES).
    pub mixtures: Vec<[String; 2]>,
    /// Bodies that get a generalised Pareto tail above the threshold.
    pub splices: Vec<String>,
    pub ends: Ends,
    /// Of the tail, its diagnostics and the splices; the 90% quantile of the exact rows where it is not given.
    pub threshold: Option<f64>,
    /// The name of the candidate to propose, whatever its rank.
    pub chosen: Option<String>,
    pub criterion: Criterion,
    pub scope: Scope,
    /// Samples drawn for a p-value at most; 0 for none.
    pub bootstraps: u32,
    pub seed: u64,
    /// Own experience blended with that of others: counts then take the blended mean for their driver.
    pub credibility: Option<Credibility>,
}

impl Request {
    /// Where a driver comes from that was fitted to so many rows or periods.
    pub(super) fn biography(
        &self,
        sample_size: usize,
        method: String,
        choice: &Choice,
        uncertainty: Option<ParameterUncertainty>,
    ) -> Biography {
        let source = &self.source;
        Biography {
            data: Some(source.path.clone()),
            hash: Some(source.hash.clone()),
            column: Some(source.column.clone()),
            filter: source.filter.clone(),
            sample_size: Some(sample_size as u64),
            method: Some(method),
            chosen: Some(choice.reason.clone()),
            rejected: choice.rejected.clone(),
            uncertainty,
            ..Biography::default()
        }
    }

    /// Every family, no mixture, no splice, by AIC, p-values from up to 199 samples.
    pub fn all_amounts(source: DataSource) -> Self {
        Self::of(source, super::AMOUNT_FAMILIES)
    }

    /// Every family of counts.
    pub fn all_counts(source: DataSource) -> Self {
        Self::of(source, super::COUNT_FAMILIES)
    }

    fn of(source: DataSource, families: &[&str]) -> Self {
        Self {
            source,
            families: families.iter().map(|name| (*name).to_owned()).collect(),
            mixtures: Vec::new(),
            splices: Vec::new(),
            ends: Ends::default(),
            threshold: None,
            chosen: None,
            criterion: Criterion::Aic,
            scope: Scope::Seen,
            bootstraps: 199,
            seed: 2026,
            credibility: None,
        }
    }
}
