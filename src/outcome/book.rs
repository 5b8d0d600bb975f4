//! What is the result of a batch, as plain data?
//!
//! [`Book`] is the file `batch.json`: the system of all members and what is worth reading first. Every figure of every member stands in a
//! table beside it, one [`MemberFigures`] at a time.

use super::moved::Moved;
use super::{DataFile, Estimate, ExceedancePoint, Measures};
use serde::{Deserialize, Serialize};

/// Version of `batch.json`.
pub const BOOK_SCHEMA: u32 = 1;

/// Result of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Book {
    pub schema: u32,
    pub title: String,
    /// The plan's paragraph.
    pub analysis: Option<String>,
    /// Years of each member under each scenario, the same years for all.
    pub years: u64,
    pub seed: u64,
    pub value_version: u32,
    /// Members that are in the figures.
    pub members: u64,
    /// Members that are not, and why, in the order of the table.
    pub failures: Vec<MemberFailure>,
    /// What strikes all members alike, beside the world.
    pub shared: Vec<String>,
    /// Config keys that the table of members decides.
    pub mapped: Vec<String>,
    pub scenarios: Vec<ScenarioOfBook>,
    /// What moved since an earlier batch, where that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    pub provenance: BookProvenance,
}

/// A member that has no figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberFailure {
    /// Empty where the row has none.
    pub member: String,
    /// In the table, from 1, without the line of names.
    pub row: u64,
    /// Of a CSV file, from 1 with the line of names.
    pub line: Option<u64>,
    pub reason: String,
}

/// The system under one scenario: what all members cost together in the same simulated year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioOfBook {
    /// As the plan calls it.
    pub name: String,
    /// As the config calls itself.
    pub title: String,
    pub config_hash: String,
    /// In the order of the config: differences are against the first.
    pub options: Vec<SystemOption>,
    pub differences: Vec<SystemDifference>,
}

impl ScenarioOfBook {
    /// The option that costs most on average; among equals the first.
    #[must_use]
    pub fn costliest(&self) -> Option<&SystemOption> {
        let dearer = |most: &SystemOption, other: &SystemOption| other.total.mean.value > most.total.mean.value;
        self.options.iter().reduce(|most, other| if dearer(most, other) { other } else { most })
    }
}

/// What all members cost together if each chooses this option.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SystemOption {
    pub name: String,
    pub total: Measures,
    pub exceedance: Vec<ExceedancePoint>,
    pub diversification: Vec<Diversification>,
    /// Members with the largest part in the system's tail at the lowest level that has parts, the largest first.
    pub heaviest: Vec<HeaviestMember>,
    /// How a figure is spread over members.
    pub spread: Vec<Spread>,
}

/// All members together with this option less all with the first, in the same years.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SystemDifference {
    pub option: String,
    pub baseline: String,
    pub total: Measures,
    pub probability_costs_more: Estimate,
    /// Share of the members whose own mean difference is above 0.
    pub members_that_pay_more: f64,
}

/// What a system's tail saves against its members' tails.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Diversification {
    pub level: f64,
    /// Sums over members of what each would have to hold alone.
    pub sum_of_var: f64,
    pub sum_of_tvar: f64,
    /// What the members hold together.
    pub var: f64,
    pub tvar: f64,
    /// `1 - tvar / sum_of_tvar`: 0 where all bad years come together.
    pub benefit: f64,
}

/// A member's part in the system's worst years.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeaviestMember {
    pub member: String,
    pub name: Option<String>,
    pub row: u64,
    pub mean: f64,
    /// Its own TVaR at the level.
    pub tvar: f64,
    pub level: f64,
    /// Its mean over the years that make the system's TVaR: over all members these add up to the system's.
    pub co_tvar: Estimate,
}

/// How a figure is spread over members: order statistics, each member counting once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub measure: String,
    /// What the option is compared with, where the figure is of a difference.
    pub less: Option<String>,
    pub least: f64,
    pub p05: f64,
    pub p25: f64,
    pub median: f64,
    pub p75: f64,
    pub p95: f64,
    pub greatest: f64,
}

/// Where a batch's result came from. Nothing in it differs between two runs of the same plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BookProvenance {
    pub program_version: String,
    /// The plan as resolved, as TOML.
    pub plan: String,
    /// blake3 of the plan, its configs, their data files and the table of members.
    pub plan_hash: String,
    pub table: DataFile,
    /// By scenario: the config as resolved, as TOML.
    pub configs: Vec<String>,
}

/// What a figure is of, and which one it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FigureKey {
    pub option: String,
    /// What the option is compared with, where the figure is of a difference.
    pub less: Option<String>,
    /// As in `mean`, `var@0.99`, `mean.labour`, `probability_costs_more`.
    pub measure: String,
}

impl FigureKey {
    /// An option, or `OPTION less BASELINE`: for people.
    #[must_use]
    pub fn of(&self) -> String {
        difference_name(&self.option, self.less.as_deref())
    }
}

/// An option, or `OPTION less BASELINE`.
#[must_use]
pub fn difference_name(option: &str, less: Option<&str>) -> String {
    less.map_or_else(|| option.to_owned(), |less| format!("{option} less {less}"))
}

/// The figures of one member under one scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberFigures<'a> {
    pub member: &'a str,
    pub name: Option<&'a str>,
    pub row: u64,
    pub scenario: &'a str,
    pub keys: &'a [FigureKey],
    /// In the order of the keys.
    pub values: &'a [Estimate],
}
