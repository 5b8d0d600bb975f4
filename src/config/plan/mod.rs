//! Which members does a batch have, under which scenarios, and what of each member differs?
//!
//! A plan names a table of members, expressions over its columns that give config keys, and the configs that every member is run under.

mod columns;
mod draft;
mod expression;
mod plausible;
mod read;
mod roll;
mod schema;
mod table;
#[cfg(test)]
mod tests;

use super::chain::Source;
use super::files::Files;
use super::load::Loaded;
use super::problem::{ConfigErrors, Problem, Violation};
use super::scenario::{DriverId, Scenario, Value};
use super::tree::Place;
use crate::data::Filter;
use crate::outcome::DataFile;
use expression::Expression;
use std::sync::Arc;
use table::TableAt;

pub use read::{is_plan, load_plan};
pub use roll::MOST_MEMBERS;
pub use schema::plan_json_schema;

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
    /// What strikes all members alike beside the world: paths of drivers, tables or events, as in `workforce.offshore.breach`. In the
    /// order of the file, each once; whether there is such a thing in every scenario is not checked here.
    pub shared: Vec<String>,
    /// The plan as resolved, always written the same way, without the texts of its configs.
    pub resolved_toml: String,
    /// blake3 of all that decides a result: the plan, its configs, their data files and the table of members; see [`Plan::parts`].
    pub hash: String,
    /// The table of members.
    pub table: DataFile,
    /// What the roll and later errors need of the reading.
    reading: Arc<Reading>,
}

/// One of the configs that every member is run under.
#[derive(Debug, Clone)]
pub struct PlanScenario {
    pub name: String,
    /// As the plan has it: a path or the name of a built-in case.
    pub config: String,
    /// Where that is.
    pub source: Source,
    /// `KEY=VALUE` arguments that the plan sets on top.
    pub set: Vec<String>,
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
    /// Column or key, what was found, what was expected; where there are several, joined by semicolons.
    pub message: String,
}

/// Every row of the table that the plan's filter keeps.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Roll {
    /// In the order of the table.
    pub members: Vec<Member>,
    /// In the order of the table.
    pub faults: Vec<MemberFault>,
}

#[derive(Debug)]
struct Reading {
    files: Files,
    /// Of `members.file`.
    file_place: Place,
    shared_places: Vec<Place>,
    at: TableAt,
    id: String,
    name: Option<String>,
    filter: Filter,
    /// In the order of [`Plan::mapped`].
    expressions: Vec<Expression>,
}

impl Plan {
    /// The case of a member under a scenario: the config with the plan's years and seed, the member's name and its values.
    pub fn scenario_of(&self, scenario: &PlanScenario, member: &Member) -> Scenario {
        let mut case = scenario.loaded.scenario.clone();
        case.simulation.years = self.years;
        case.simulation.seed = self.seed;
        case.hospital_name = Some(member.called().to_owned());
        for (driver, value) in scenario.drivers.iter().zip(&member.values) {
            case.set_driver(*driver, Value::Point(*value));
        }
        case
    }

    /// The `--set` arguments that make the scenario's config the case of the member, those of the plan first.
    pub fn overrides_of(&self, scenario: &PlanScenario, member: &Member) -> Vec<String> {
        let mut arguments = scenario.set.clone();
        arguments.push(format!("simulation.years={}", self.years));
        arguments.push(format!("simulation.seed={}", self.seed));
        arguments.push(format!("hospital.name={}", super::canonical::quoted(member.called())));
        let case = &scenario.loaded.scenario;
        for (driver, value) in scenario.drivers.iter().zip(&member.values) {
            let scope: Vec<String> = case.scope(*driver).into_iter().map(table::step).collect();
            arguments.push(format!("{}.{}={value}", scope.join("."), driver.spec().key));
        }
        arguments
    }

    /// Each of [`Plan::mapped`] with its formula as it was written.
    pub fn formulas(&self) -> impl Iterator<Item = (&str, &str)> {
        let texts = self.reading.expressions.iter().map(|expression| expression.text.as_str());
        self.mapped.iter().map(String::as_str).zip(texts)
    }

    /// What [`Plan::hash`] is made of, each with its own hash: the plan's text, `scenario NAME` for each config, the table of members.
    pub fn parts(&self) -> Vec<(String, String)> {
        let text = blake3::hash(self.resolved_toml.as_bytes()).to_hex().to_string();
        let scenarios = self.scenarios.iter().map(|s| (format!("scenario {}", s.name), s.loaded.hash.clone()));
        let table = ("table of members".to_owned(), self.table.blake3.clone());
        std::iter::once(("plan".to_owned(), text)).chain(scenarios).chain([table]).collect()
    }

    /// Element `index` of `batch.shared` is not what it should be, for this reason.
    ///
    /// # Panics
    /// If there is no such element.
    pub fn shared_refused(&self, index: usize, reason: &str, nearest: Option<&str>) -> ConfigErrors {
        let key = format!("batch.shared[{}]", index + 1);
        let found = format!("{:?}", super::tree::shortened(&self.shared[index]));
        let violation = Violation::Shared { key, found, reason: reason.into(), nearest: nearest.map(str::to_owned) };
        let problem = Problem::new(violation, &self.reading.shared_places[index], "not this");
        ConfigErrors::of_plan(vec![problem], self.reading.files.clone())
    }
}

impl Member {
    /// Its name, or else its id.
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

impl MemberFault {
    /// The whole sentence: file, row, line, id, what is wrong.
    pub fn in_file(&self, file: &str) -> String {
        let line = self.line.map_or(String::new(), |line| format!(" (line {line})"));
        let id = if self.id.is_empty() { String::new() } else { format!(", member {:?}", self.id) };
        format!("{file}: row {}{line}{id}: {}", self.row, self.message)
    }
}
