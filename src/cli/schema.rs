//! `tailcost schema`: what may stand in a config or a plan, for editors?

use super::args::Schema;
use super::exit::Failure;
use crate::config::{json_schema, plan_json_schema};

pub fn schema(arguments: &Schema) -> Result<(), Failure> {
    let schema = if arguments.plan { plan_json_schema() } else { json_schema() };
    let schema = serde_json::to_string_pretty(&schema).map_err(Failure::internal)?;
    super::print(&(schema + "\n"))
}
