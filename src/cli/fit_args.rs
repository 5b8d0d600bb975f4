//! What can be typed after `tailcost fit`?

use super::args::Rows;
use super::fit_words::{self, Bound, GivenPrior, IntervalColumns, Periods};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost fit configs/data/hhs_ocr_breaches_trim.csv --column affected --where 'affected>501'
  tailcost fit configs/data/hhs_breach_costs.csv --column cost_usd --splice 2e7 --charts charts
  tailcost fit configs/data/cms_tic_puf_py2024_issuer.csv --column den_in --per recv_in --skip-blank
  tailcost fit configs/data/hhs_ocr_breaches_trim.csv --counts-by date:year --json counts.json

A bound of the filter on the fitted column itself, as in 'loss>10', is a left truncation at 10: rows below are not in the data, and the \
law is fitted as what was seen above. The tail (key gpd of the JSON) then begins at 10.

docs/fitting.md is a worked case.")]
pub struct Fit {
    /// CSV or Parquet file
    pub data: PathBuf,
    /// Column of amounts, or of counts with --counts-by
    #[arg(long, value_name = "COLUMN", required_unless_present_any = ["interval", "counts_by"])]
    pub column: Option<String>,
    /// Divide by this column, as claims denied by claims received
    #[arg(long, value_name = "COLUMN", requires = "column")]
    pub per: Option<String>,
    #[command(flatten)]
    pub rows: Rows,
    /// Families to try, separated by commas; default: all
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub family: Vec<String>,
    /// Mixtures of two laws as well
    #[arg(long, conflicts_with = "counts_by")]
    pub mixture: bool,
    /// Bodies with a generalised Pareto tail above U as well
    #[arg(long, value_name = "U", allow_negative_numbers = true, conflicts_with_all = ["counts_by", "tail_above"])]
    pub splice: Option<f64>,
    /// Fit and judge the tail above U; default: above the left truncation, without one above the 90% quantile
    #[arg(long, value_name = "U", allow_negative_numbers = true, conflicts_with = "counts_by")]
    pub tail_above: Option<f64>,
    /// Rank by
    #[arg(long, value_enum, default_value_t = Rank::Aic)]
    pub rank: Rank,
    /// Propose this candidate whatever its rank, by the name that the table gives it
    #[arg(long, value_name = "NAME")]
    pub choose: Option<String>,
    /// Amounts below are not in the data: a number or a column; `none` keeps a bound of the filter from being one
    #[arg(long, value_name = "X", value_parser = fit_words::bound, allow_negative_numbers = true, conflicts_with_all = ["counts_by", "deductible", "limit"])]
    pub left_truncated: Option<Bound>,
    /// Amounts above are not in the data: a number or a column
    #[arg(long, value_name = "X", value_parser = fit_words::bound, allow_negative_numbers = true, conflicts_with_all = ["counts_by", "deductible", "limit"])]
    pub right_truncated: Option<Bound>,
    /// An amount at or above X says no more than that it is as large: a number or a column
    #[arg(long, value_name = "X", value_parser = fit_words::bound, allow_negative_numbers = true, conflicts_with_all = ["counts_by", "deductible", "limit"])]
    pub censored_above: Option<Bound>,
    /// An amount at or below X says no more than that it is as small: a number or a column
    #[arg(long, value_name = "X", value_parser = fit_words::bound, allow_negative_numbers = true, conflicts_with_all = ["counts_by", "deductible", "limit"])]
    pub censored_below: Option<Bound>,
    /// Column of 0 and 1: where it is 1 the amount was at least as large as it stands there
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["counts_by", "deductible", "limit", "interval"])]
    pub censored_if: Option<String>,
    /// Two columns between which each amount lies, as in low,high; a blank end is open
    #[arg(long, value_name = "LOW,HIGH", value_parser = fit_words::interval, conflicts_with_all = ["counts_by", "column", "deductible", "limit"])]
    pub interval: Option<IntervalColumns>,
    /// The column has payments above this deductible: a number or a column
    #[arg(long, value_name = "X", value_parser = fit_words::bound, conflicts_with = "counts_by")]
    pub deductible: Option<Bound>,
    /// The column has payments of losses up to this limit: a number or a column
    #[arg(long, value_name = "X", value_parser = fit_words::bound, conflicts_with = "counts_by")]
    pub limit: Option<Bound>,
    /// Least possible amount, for families that end there
    #[arg(long, value_name = "X", allow_negative_numbers = true, conflicts_with = "counts_by")]
    pub min: Option<f64>,
    /// Largest possible amount, for families that end there
    #[arg(long, value_name = "X", allow_negative_numbers = true, conflicts_with = "counts_by")]
    pub max: Option<f64>,
    /// Propose the whole law, for a frequency that counts what was truncated too; default: the law of what was seen
    #[arg(long, conflicts_with = "counts_by")]
    pub whole: bool,
    /// Count rows by date:year, date:quarter or date:month, or by a column that names the period; with --column the counts themselves
    #[arg(long, value_name = "PERIOD", value_parser = fit_words::periods)]
    pub counts_by: Option<Periods>,
    /// Exposure of a period (or, with --credibility, of a row): a number or a column
    #[arg(long, value_name = "X", value_parser = fit_words::bound)]
    pub exposure: Option<Bound>,
    /// Blend with the experience of others, as in mean=0.02,between=0.0001
    #[arg(long, value_name = "PRIOR", value_parser = fit_words::prior, conflicts_with = "prior")]
    pub credibility: Option<GivenPrior>,
    /// The same from a file with the columns group, total and exposure: a row for each group and period
    #[arg(long, value_name = "FILE")]
    pub prior: Option<PathBuf>,
    /// Samples drawn for a p-value at most; 0 for none
    #[arg(long, alias = "bootstrap", value_name = "N", default_value_t = 199)]
    pub bootstraps: u32,
    /// Seed of these samples
    #[arg(long, value_name = "S", default_value_t = 2026)]
    pub seed: u64,
    /// Path of the driver in your config, as in workforce.offshore.breach.severity
    #[arg(long, value_name = "DRIVER", default_value = "workforce.NAME.DRIVER")]
    pub name: String,
    /// Write everything to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Draw charts into this directory
    #[arg(long, value_name = "DIR")]
    pub charts: Option<PathBuf>,
    /// Write the driver to this file
    #[arg(long, value_name = "FILE")]
    pub fragment: Option<PathBuf>,
    /// Print the driver alone; cautions go to standard error
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rank {
    Aic,
    Bic,
}
