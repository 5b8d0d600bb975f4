//! Which members does a batch have, under which scenarios, and what of each member differs?
//!
//! A plan names a table of members, expressions over its columns that give config keys, and the configs that every member is run under.

use super::load::Loaded;
use super::scenario::{DriverId, Scenario, Value};
use crate::outcome::DataFile;

/// A plan that is valid in every respect; single members may still be wrong.
#[derive(Debug, Clone)]
pub struct Plan {
    pub title: String,
    /// A paragraph for the summary.
    pub analysis: Option<String>,
    /// In the order of the file.
    pub scenarios: Vec<PlanScenario>,
    /// Config keys that the table decides, as in `hospital.inpatient_encounters`, in the order of the schema.
    pub mapped: Vec<String>,
    /// Years of each member under each scenario.
    pub years: u64,
    pub seed: u64,
    /// What strikes all members alike beside the world: paths of drivers, tables or events, as in `workforce.offshore.breach`.
    pub shared: Vec<String>,
    /// The plan as resolved, always written the same way, without the texts of its configs.
    pub resolved_toml: String,
    /// blake3 of all that decides a result: the plan, its configs, their data files and the table of members.
    pub hash: String,
    /// The table of members.
    pub table: DataFile,
}

/// One of the configs that every member is run under.
#[derive(Debug, Clone)]
pub struct PlanScenario {
    pub name: String,
    pub loaded: Loaded,
    /// The drivers that [`Plan::mapped`] names, in the same order.
    pub drivers: Vec<DriverId>,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Each once in a batch; names the member's streams.
    pub id: String,
    /// What people call it, where the plan names a column for it.
    pub name: Option<String>,
    /// In the table, from 1, without the line of names.
    pub row: u64,
    /// Of a CSV file, from 1 with the line of names.
    pub line: Option<u64>,
    /// What the expressions give, in the order of [`Plan::mapped`]; inside the drivers' domains.
    pub values: Vec<f64>,
}

/// A row that cannot be a member, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberFault {
    /// Empty where the row has none.
    pub id: String,
    pub row: u64,
    /// Of a CSV file, from 1 with the line of names.
    pub line: Option<u64>,
    /// Column or key, what was found, what was expected.
    pub message: String,
}

/// Every row of the table that the plan's filter keeps.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Roll {
    /// In the order of the table.
    pub members: Vec<Member>,
    pub faults: Vec<MemberFault>,
}

impl Plan {
    /// The case of a member under a scenario.
    pub fn scenario_of(&self, scenario: &PlanScenario, member: &Member) -> Scenario {
        let mut case = scenario.loaded.scenario.clone();
        if let Some(name) = &member.name {
            case.hospital_name = Some(name.clone());
        }
        for (driver, value) in scenario.drivers.iter().zip(&member.values) {
            case = case.with_driver(*driver, Value::Point(*value));
        }
        case
    }
}
