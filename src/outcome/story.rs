//! What happened in one simulated year, told so that a committee can follow it?

use super::Component;
use serde::{Deserialize, Serialize};

/// One year of one option: what it cost, what happened in it, and how unusual each of its drivers was.
///
/// Its figures are those of the run to the bit; [`Story::sentences`] say the same in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Story {
    pub option: String,
    /// Years of a run are counted from 0.
    pub year: u64,
    /// Why it is told.
    pub chosen: Vec<Chosen>,
    /// USD.
    pub total: f64,
    /// Mean of the option's total over the run, USD.
    pub mean: f64,
    /// How many years of the run cost as much or more, 1 for the worst; of equal years the earlier one counts as worse. Absent where the run was too
    /// long to look.
    pub place: Option<u64>,
    /// A year like this or worse comes once in so many, as the run or a part of it has it.
    pub return_period: Option<f64>,
    /// The first option in the same year; absent for the first option.
    pub against: Option<Against>,
    /// In plain English, what explains most first.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// All 14, in the order of the total.
    pub components: Vec<ComponentOfYear>,
    /// Those of the world, the hospital, the option and its workforces that vary from year to year.
    pub drivers: Vec<DriverOfYear>,
    /// Those of the option's mix.
    pub workforces: Vec<WorkforceOfYear>,
    /// The hospital's cyber policy, where it has one.
    pub policy: Option<PolicyOfYear>,
}

/// Why a year is told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "as")]
pub enum Chosen {
    /// By its number.
    Asked,
    /// The `place`-th worst of the run, counted from 1.
    Worst { place: u64 },
    /// The VaR of the level `1 - 1 / years`.
    ReturnPeriod {
        years: f64,
        /// Where the run is too long to know its year at that rank: the year whose total is nearest to it among the first ones.
        nearest: Option<Nearest>,
    },
}

/// A year near an amount.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    /// How many years, from the first, were looked at.
    pub scanned: u64,
    /// The amount it is nearest to, USD.
    pub amount: f64,
}

/// The first option in the same year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Against {
    pub baseline: String,
    /// USD.
    pub total: f64,
    /// What the story's option costs more, USD.
    pub difference: f64,
}

/// A cost line of the year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ComponentOfYear {
    #[serde(with = "by_key")]
    pub component: Component,
    /// USD.
    pub amount: f64,
    /// Over the run, USD.
    pub mean: f64,
    /// Left out of the total by `exclude`.
    pub excluded: bool,
    /// Its part in the total's distance from its mean; absent where it is left out, or the total is its mean.
    pub share_of_excess: Option<f64>,
}

/// A driver's value in the year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriverOfYear {
    /// As in `workforce.offshore.rate`.
    pub path: String,
    pub unit: String,
    pub value: f64,
    /// Probability of at most this value, from 0 to 1: of a member of the dependence group whatever the other members are.
    pub percentile: f64,
    pub usual: f64,
    pub usual_is: Usual,
    /// Did it bear on what the year cost? What describes an event, or makes it likely, did so only if it happened.
    pub bore: bool,
}

/// What stands for the usual value of a driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Usual {
    Mean,
    /// Of a law without a mean.
    Median,
}

/// What happened in a workforce, for its share of the option.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkforceOfYear {
    pub name: String,
    /// Of the volume.
    pub share: f64,
    /// Experienced coders swapped for novices.
    pub switch: Option<SwitchOfYear>,
    /// Absent in a year without.
    pub breaches: Option<BreachesOfYear>,
    /// A payer or regulator who audited the coding.
    pub compliance: Option<ComplianceOfYear>,
    /// A law that forced the work back on shore.
    pub regulation: Option<RegulationOfYear>,
    /// Those that the config has: `departures`, `denials`, `write_offs`, `breaches`.
    pub counts: Vec<CountOfYear>,
    /// Hours of output lost to onboarding.
    pub lost_hours: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SwitchOfYear {
    pub week: f64,
    /// Absent where the year ends first.
    pub found_in_week: Option<f64>,
    pub weeks_exposed: f64,
    pub share_of_year: f64,
}

/// Breaches of a workforce and the fines for them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BreachesOfYear {
    /// Level of breach costs in the year.
    pub severity_level: f64,
    pub recovered_share: f64,
    /// In the order in which they are drawn.
    pub each: Vec<BreachOfYear>,
    /// What is left of them after recovery and before insurance, USD: `share * (sum of severities * (level * (1 - recovered_share)))`.
    pub kept: f64,
    /// How many of them are fined.
    pub fined: u64,
    /// Fines by provision; empty where none is fined.
    pub provisions: Vec<ProvisionOfYear>,
    /// Sum of what is due, USD.
    pub penalties: f64,
}

/// One breach, USD.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BreachOfYear {
    /// As drawn.
    pub severity: f64,
    /// Probability of at most this severity; absent where every breach costs the same.
    pub percentile: Option<f64>,
    /// At the year's level, for the workforce's share.
    pub gross: f64,
    pub recovered: f64,
    pub kept: f64,
}

/// Fines under one provision, USD.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProvisionOfYear {
    pub fines: Vec<f64>,
    /// Absent where there is none.
    pub annual_cap: Option<f64>,
    pub due: f64,
}

/// What an audit found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ComplianceOfYear {
    pub error_rate: f64,
    pub overpaid_share: f64,
    /// USD per overpaid case.
    pub repayment: f64,
    /// Repaid, USD.
    pub cost: f64,
}

/// A law that came.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RegulationOfYear {
    pub months: f64,
    /// USD per reference hour.
    pub premium_per_hour: f64,
    /// USD.
    pub one_off: f64,
    /// For the workforce's share, USD.
    pub cost: f64,
}

/// How often something happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountOfYear {
    /// `departures`, `denials`, `write_offs` or `breaches`.
    pub what: String,
    pub count: u64,
    /// Mean count of a year with these drivers, turnover and novices included.
    pub expected: f64,
    /// Probability of fewer plus half that of as many, in a year with these drivers.
    pub percentile: f64,
    /// What each amounted to, where that is drawn for each.
    pub amounts: Option<AmountsOfYear>,
}

/// The amounts of the events of a line, before the year's level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AmountsOfYear {
    /// As in `workforce.offshore.rework_cost`.
    pub path: String,
    pub unit: String,
    pub sum: f64,
    /// Mean amount of one event; absent where its law has no mean.
    pub usual: Option<f64>,
    /// Probability of at most this sum with as many events; absent where every event has the same amount.
    pub percentile: Option<f64>,
}

/// The hospital's cyber policy in the year, USD.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PolicyOfYear {
    /// Breach cost of the option's workforces after recovery.
    pub claimed: f64,
    pub retention: f64,
    pub limit: f64,
    pub paid: f64,
    pub premium: f64,
}

impl Story {
    /// The line of a component.
    pub fn component(&self, component: Component) -> &ComponentOfYear {
        &self.components[component as usize]
    }

    /// What the year costs above the option's mean, USD.
    pub fn excess(&self) -> f64 {
        self.total - self.mean
    }
}

impl WorkforceOfYear {
    /// The count of that name, where the config has it.
    pub fn count(&self, what: &str) -> Option<&CountOfYear> {
        self.counts.iter().find(|count| count.what == what)
    }
}

/// A component as its key.
mod by_key {
    use super::Component;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(component: &Component, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(component.key())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Component, D::Error> {
        let key = String::deserialize(deserializer)?;
        Component::from_key(&key).ok_or_else(|| serde::de::Error::custom(format!("no component is called {key:?}")))
    }
}
