//! What did the user ask for, and where in which file is it wrong?

mod appetite;
mod biography;
mod canonical;
mod cases;
mod cautions;
mod chain;
mod columns;
mod compare;
mod correlations;
mod data_files;
mod describe;
mod driver;
pub mod drivers;
mod files;
mod guesses;
mod ignorance;
#[cfg(test)]
mod ignorance_tests;
mod law;
mod load;
mod overrides;
mod plan;
mod problem;
mod reader;
mod scenario;
mod schema;
mod sections;
mod starter;
mod stress;
#[cfg(test)]
mod tests;
mod tree;
mod uncertain;

pub use crate::outcome::{Biography, Component};
pub use cases::{BuiltinCase, builtin_cases, builtin_plans, plan_text_of, text_of};
pub use cautions::is_guess;
pub use chain::Source;
pub use compare::{ConfigDifference, changed_keys, differences, plan_differences};
pub use describe::{DriverDescription, describe, drivers_by_path};
pub use drivers::{HospitalDriver, OptionDriver, WorkforceDriver, WorldDriver};
pub use ignorance::{
    BlockParameter, Fits, IgnoranceBlock, MOST_GUESSES, MOST_INNER, MOST_OUTER, Origin, UncertaintySettings,
    UnusableFit,
};
pub use load::{Change, Changes, Loaded, load};
pub use plan::{MOST_MEMBERS, Member, MemberFault, Plan, PlanScenario, Roll, is_plan, load_plan, plan_json_schema};
pub use problem::{ConfigErrors, ErrorKind, Position, Rendering};
pub use scenario::{
    AppetiteLimit, Choice, CopulaKind, DependenceGroup, Driver, DriverId, Drivers, GroupMember, Scenario, Simulation,
    UnknownDriver, Value, Workforce,
};
pub use schema::json_schema;
pub use starter::starter;
pub use stress::{Stress, nearest_stress};
pub use uncertain::UncertainParameter;
