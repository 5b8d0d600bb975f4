//! What can be typed, and what does each word mean?

use super::deliver::Left;
use super::experts::{expert, pert, quantile};
use super::fit_args::Fit;
use super::report::Report;
use crate::elicitation::Expert;
use crate::engine::Shard;
use crate::outcome::{Judgement, Quantile};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

/// What a sourcing decision really costs: the whole distribution of yearly cost, its tail above all.
///
/// Without a command, runs the built-in case `article`.
#[derive(Debug, Parser)]
#[command(name = "tailcost", version, max_term_width = 100, after_help = AFTER)]
pub struct Arguments {
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

impl Arguments {
    /// What runs when no command is typed: the built-in case `article`.
    pub fn default_verb() -> Verb {
        Arguments::parse_from(["tailcost", "run"]).verb.expect("a command was given")
    }
}

const AFTER: &str = "\
Examples:
  tailcost run article                          a built-in case
  tailcost run my-hospital.toml --years 1e7     your own
  tailcost merge parts                          the shards of a run, added up
  tailcost report outputs/RUN                   one page for the committee
  tailcost batch book-2018 --years 1e4          every hospital of a book, and all together
  tailcost document outputs/RUN                 the model document for a validator
  tailcost init my-hospital.toml                a commented config to start from
  tailcost check evidence                       every driver as resolved, guesses marked
  tailcost explain outputs/RUN --worst 3        what happened in those years
  tailcost verify evidence                      proof that the figures are right
  tailcost sensitivity evidence                 what moves the difference
  tailcost voi evidence                         what knowing more would be worth
  tailcost fit losses.csv --column loss         the law that data speak for
  tailcost elicit --q 0.1=3 --q 0.9=14          the law an expert has in mind
  tailcost dependence data.csv --columns A,B    how columns move together

Exit codes: 0 done; 1 done, but a check that was asked for failed; 2 bad arguments or config;
3 batch finished with failed members; 4 files could not be read or written, or an internal error;
130 interrupted, with what was done so far saved.";

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Simulate a case: result file, charts, summary
    Run(Run),
    /// Run a book of members, every one under every scenario, and the system of all of them
    Batch(Box<super::batch::BatchArguments>),
    /// Add up the shards of a run: the same result as the run in one piece
    Merge(super::merge::MergeArguments),
    /// Validate a config or a plan and show every driver or row as resolved
    Check(Check),
    /// Find the value of a driver, or of two, at which options break even
    Breakeven(super::breakeven::BreakEvenArguments),
    /// Find what changed between two configs or results, and whether it is more than noise
    Compare(super::compare::Compare),
    /// Prove that this build, on this machine, tells the truth about a case
    Verify(Verify),
    /// Tell ignorance from chance: bands over what is not known, and which parameter matters
    Uncertainty(super::uncertainty::Uncertainty),
    /// Run stresses beside the base, or find the year that brings a loss most easily
    Stress(super::stress::Stress),
    /// Say what moves a measure: tornado, shares of variance, the worst years
    Sensitivity(super::sensitivity::Sensitivity),
    /// Say what knowing a driver before choosing would be worth
    Voi(super::voi::Voi),
    /// Find the law that data speak for: severities, shares, counts by period
    Fit(Box<Fit>),
    /// Find out how columns of data move together
    Dependence(Dependence),
    /// Find the law that says what experts said
    Elicit(Elicit),
    /// Write a result as one page for the committee: self-contained HTML
    Report(Report),
    /// Write the model document that a validator reads, from a result: Markdown and HTML
    Document(super::document::Document),
    /// Tell what happened in single years of a run
    Explain(super::explain::Explain),
    /// Write a commented config to start from
    Init(Init),
    /// Show the built-in cases and plans
    List,
    /// Print the JSON Schema of configs or plans, for editors
    Schema(Schema),
    /// Write the words of the article's streams by turns, for a battery of randomness tests, until nobody reads on
    #[command(hide = true)]
    RawStream(RawStream),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost schema
  tailcost schema --plan")]
pub struct Schema {
    /// Of the plans of batches
    #[arg(long)]
    pub plan: bool,
}

/// Which case, with which changes.
#[derive(Debug, Args)]
pub struct Case {
    /// Path of a config, or the name of a built-in case
    #[arg(default_value = "article")]
    pub config: String,
    /// Override a key of the config, as in --set workforce.offshore.rate=28; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub overrides: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost run article --years 1e7 --threads 2
  tailcost run article --until \"tvar@0.99 of Offshore within 0.5%\" --max-years 1e9
  tailcost run evidence --set workforce.offshore.rate=28 --out outputs/rate-28
  tailcost run hfma-2018 --engine reference --years 20_000
  tailcost run article --shard 3/16 --out parts/3.tcs")]
pub struct Run {
    #[command(flatten)]
    pub case: Case,
    /// Years to simulate, as in 1e9 or 1_000_000; default: the config's
    #[arg(long, value_name = "N", value_parser = years)]
    pub years: Option<u64>,
    /// Seed of every draw; default: the config's
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Threads; default: one for each core. The result does not depend on it
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub threads: Option<u16>,
    /// Directory for the result; default: outputs/TITLE-HASH. With --shard the file of the part
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Run one shard of the years alone, as in 3/16 (the first is 1/16, the last 16/16), and write it to the file --out for tailcost merge.
    /// Does nothing where that file holds this shard already
    #[arg(long, value_name = "I/N", requires = "out", conflicts_with_all = ["profile", "keep", "no_charts", "report", "enforce"])]
    pub shard: Option<Shard>,
    /// Stop when the 95% interval of a measure is narrow enough, as in "tvar@0.99 of Offshore within 0.5%"
    #[arg(long, value_name = "RULE", conflicts_with = "years")]
    pub until: Option<String>,
    /// Most years a stop rule may take
    #[arg(long, value_name = "N", value_parser = years, requires = "until", default_value = "1e9")]
    pub max_years: u64,
    /// Which engine: fast, or the plain second opinion that draws every claim and hire
    #[arg(long, value_enum, default_value_t = Engine::Fast)]
    pub engine: Engine,
    /// Vector instructions; default: the best of this machine, plain being what every machine has. The result does not depend on
    /// them
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub simd: Option<Simd>,
    /// Show where the time of the run went, and what its draws alone would cost
    #[arg(long)]
    pub profile: bool,
    /// Tighten means by what is known exactly (closed forms), beside the simulated ones, and say by how much
    #[arg(long)]
    pub control_variates: bool,
    #[command(flatten)]
    pub left: Left,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    Fast,
    Reference,
}

/// Vector instructions that can be asked for: plain is SSE2, or NEON on ARM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Simd {
    Plain,
    Avx2,
    Avx512,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost check evidence
  tailcost check my-hospital.toml --charts marginals
  tailcost check book-2018

Of a plan it shows the formulas and the rows that cannot be members, and exits with 1 if there are any.")]
pub struct Check {
    #[command(flatten)]
    pub case: Case,
    /// Draw the marginal of every driver into this directory
    #[arg(long, value_name = "DIR")]
    pub charts: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost verify
  tailcost verify my-hospital.toml --full --json verification.json
  tailcost verify evidence --only twin --all
  tailcost verify evidence --attach outputs/evidence
  tailcost verify --only generator --generator-bytes 1e11

Exits with 1 if anything fails.")]
pub struct Verify {
    #[command(flatten)]
    pub case: Case,
    /// Everything, in minutes rather than seconds
    #[arg(long)]
    pub full: bool,
    /// Only these groups, separated by commas
    #[arg(long, value_name = "GROUP", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Bytes that each test of the group `generator` reads, as in 1e11 (ten minutes of one core with AVX-512); default: 4e7, or 1e9 with
    /// --full
    #[arg(long, value_name = "N", value_parser = bytes)]
    pub generator_bytes: Option<u64>,
    /// List every assertion, not only the groups and what failed
    #[arg(long)]
    pub all: bool,
    /// Write every assertion to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Add what was found, passed or not, to a run of the same config: its directory, or its outcome.json
    #[arg(long, value_name = "RUN")]
    pub attach: Option<PathBuf>,
    /// Seed of what is drawn; default: the config's
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Threads; default: one for each core
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub threads: Option<u16>,
    /// Do not say which group is being tried
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost dependence configs/data/cms_hospital_profiles_2018.csv --columns beds,cmi --skip-blank
  tailcost dependence configs/data/cms_hospital_profiles_2018.csv --columns beds,discharges,cmi \\
      --skip-blank --where 'rural_urban=U,beds>=100' --names cmi=world.threat
  tailcost dependence configs/data/cms_tic_puf_py2024_issuer.csv --columns recv_in,den_in \\
      --skip-blank --charts charts --json dependence.json

Filters: comparisons joined by commas, all of which must hold; texts in quotes where they look like something else.")]
pub struct Dependence {
    /// CSV or Parquet file
    pub data: PathBuf,
    /// Columns of numbers, two or more, separated by commas
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', required = true)]
    pub columns: Vec<String>,
    #[command(flatten)]
    pub rows: Rows,
    /// The driver that a column stands for, as in cmi=world.threat; repeated
    #[arg(long, value_name = "COLUMN=DRIVER", value_delimiter = ',')]
    pub names: Vec<String>,
    /// Samples drawn for the p-value of t against Gaussian
    #[arg(long, value_name = "N", default_value_t = 199, value_parser = clap::value_parser!(u32).range(19..=100_000))]
    pub bootstrap: u32,
    /// Seed of those samples
    #[arg(long, value_name = "S", default_value_t = 2026)]
    pub seed: u64,
    /// Write everything to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Draw ranks and correlations into this directory
    #[arg(long, value_name = "DIR")]
    pub charts: Option<PathBuf>,
}

/// Which rows of a data file.
#[derive(Debug, Args)]
pub struct Rows {
    /// Rows to keep, as in 'date>=2019-01-01,affected>501,state=TX,type!=Theft'
    #[arg(long = "where", value_name = "FILTER", default_value = "", hide_default_value = true)]
    pub filter: String,
    /// Skip rows with a blank cell where a number is wanted, in place of refusing them
    #[arg(long)]
    pub skip_blank: bool,
    /// Look at every Nth row alone
    #[arg(long, value_name = "N", default_value = "1", hide_default_value = true)]
    pub every: NonZeroU64,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tailcost elicit --q 0.1=3 --q 0.5=6 --q 0.9=14 --min 0
  tailcost elicit --pert 2,5,12 --name workforce.offshore.onboarding_weeks
  tailcost elicit --expert 'Ann: 0.1=3, 0.5=6, 0.9=14; weight 2' --expert 'Bo: 0.1=5, 0.9=20' \\
      --min 0 --charts charts --json pool.json

The chosen law comes as a table of a config, with who said what as its biography.")]
pub struct Elicit {
    /// A quantile, as in 0.1=3: with probability 0.1 the value is at most 3; repeated
    #[arg(long = "q", value_name = "P=VALUE", value_parser = quantile, conflicts_with_all = ["pert", "experts", "file"])]
    pub quantiles: Vec<Quantile>,
    /// Least, most likely and largest value
    #[arg(long, value_name = "MIN,MODE,MAX", value_parser = pert, allow_hyphen_values = true, conflicts_with_all = ["experts", "file"])]
    pub pert: Option<Judgement>,
    /// What one expert said, as in 'Ann: 0.1=3, 0.5=6, 0.9=14; weight 2' or 'Bo: pert 2,5,12'; repeated
    #[arg(long = "expert", value_name = "EXPERT", value_parser = expert)]
    pub experts: Vec<Expert>,
    /// CSV or Parquet file of experts: columns expert, p, value and, if weights differ, weight
    #[arg(long = "experts", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Least possible value
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub min: Option<f64>,
    /// Largest possible value
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub max: Option<f64>,
    /// Family to take; default: the metalog through three quantiles or more, of two by the kind of number
    #[arg(long, value_name = "FAMILY")]
    pub family: Option<String>,
    /// Path of the driver in your config, as in workforce.offshore.onboarding_weeks
    #[arg(long, value_name = "DRIVER", default_value = "workforce.NAME.DRIVER")]
    pub name: String,
    /// Write everything to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Draw what was said into this directory
    #[arg(long, value_name = "DIR")]
    pub charts: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Init {
    /// File to write; default: standard output
    pub file: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
pub struct RawStream {
    /// How many of the streams, from the first; default: all
    #[arg(long, value_name = "N")]
    pub streams: Option<NonZeroUsize>,
    /// Seed of half of the streams; the next is that of the others
    #[arg(long, value_name = "S", default_value_t = 2026)]
    pub seed: u64,
}

/// Reads a number of years: 1000000, 1_000_000, 1e6.
pub(super) fn years(text: &str) -> Result<u64, String> {
    count(text, "years")
}

/// Reads a number of bytes: 1000000, 1_000_000, 1e6.
fn bytes(text: &str) -> Result<u64, String> {
    count(text, "bytes")
}

fn count(text: &str, of: &str) -> Result<u64, String> {
    let plain = text.replace(['_', ','], "");
    if let Ok(count) = plain.parse::<u64>() {
        return if count == 0 { Err(format!("expected {of}, found none")) } else { Ok(count) };
    }
    match plain.parse::<f64>() {
        Ok(count) if (1.0..=1e15).contains(&count) && count.fract() == 0.0 => Ok(count as u64),
        Ok(count) => Err(format!("expected a whole number of {of} from 1 to 1e15, found {count}")),
        Err(_) => Err(format!("expected a number of {of} such as 1000000, 1_000_000 or 1e6")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn years_are_read_as_people_write_them() {
        for text in ["1000000", "1_000_000", "1e6", "1.0E6", "1,000,000"] {
            assert_eq!(years(text), Ok(1_000_000), "{text}");
        }
        for text in ["0", "-5", "1.5", "1e16", "nan", "inf", "many", ""] {
            assert!(years(text).is_err(), "{text}");
        }
        assert!(bytes("1.5").unwrap_err().contains("whole number of bytes"));
    }
}
