//! `tailcost schema`: what may stand in a config, for editors?

use super::exit::Failure;

pub fn schema() -> Result<(), Failure> {
    let schema = serde_json::to_string_pretty(&crate::config::json_schema()).map_err(Failure::internal)?;
    super::print(&(schema + "\n"))
}
