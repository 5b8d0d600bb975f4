//! How would an editor check a plan while it is typed?

use super::draft::{LEAST_YEARS, MOST_YEARS};
use crate::config::drivers::HospitalDriver;
use crate::config::schema::or_absent;
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of a plan. Whether keys, columns and formulas exist and fit only the program checks.
pub fn plan_json_schema() -> Value {
    let text = |description: &str| json!({ "type": "string", "minLength": 1, "description": description });
    let set = json!({ "type": "array", "items": { "type": "string" }, "description": "Overrides of the config, as in \"simulation.exclude=['case_mix']\"" });
    let config = "A config: a path relative to this file, or the name of a built-in case";
    let filter = "Rows that are members: comparisons joined by commas, as in \"beds>=25, state=NY\"";
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tailcost plan, version 1",
        "description": "A batch: members from a table, what of each differs, and the configs that each is run under.",
        "type": "object",
        "required": ["schema", "title", "members", "scenarios", "batch"],
        "additionalProperties": false,
        "properties": {
            "schema": { "const": 1, "description": "Version of the plan schema" },
            "title": text("Name of the batch"),
            "analysis": or_absent(json!({ "type": "string", "description": "A paragraph for the summary" })),
            "members": {
                "type": "object",
                "description": "Where members come from",
                "required": ["file", "id", "values"],
                "additionalProperties": false,
                "properties": {
                    "file": text("Table of members, a CSV or Parquet file: a path relative to this file"),
                    "id": text("Column that names each member; each name once"),
                    "name": or_absent(text("Column of what people call a member")),
                    "where": or_absent(json!({
                        "anyOf": [text(filter), { "type": "array", "items": text(filter) }],
                        "description": filter,
                    })),
                    "values": values(),
                },
            },
            "scenarios": {
                "type": "object",
                "minProperties": 1,
                "description": "Configs that every member is run under, by name",
                "additionalProperties": { "anyOf": [
                    text(config),
                    {
                        "type": "object", "required": ["config"], "additionalProperties": false,
                        "properties": { "config": text(config), "set": or_absent(set) },
                    },
                ] },
            },
            "batch": {
                "type": "object",
                "required": ["years"],
                "additionalProperties": false,
                "properties": {
                    "years": { "type": "number", "minimum": LEAST_YEARS, "maximum": MOST_YEARS, "multipleOf": 1, "description": "Years of each member under each scenario" },
                    "seed": or_absent(json!({ "type": "number", "minimum": 0, "multipleOf": 1, "description": "Seed of every draw; absent: that of the scenarios" })),
                    "shared": or_absent(json!({
                        "type": "array", "uniqueItems": true, "items": text("A driver, a table or an event, as in workforce.offshore.breach"),
                        "description": "What strikes all members in the same year, beside the world",
                    })),
                },
            },
        },
        "$defs": {
            "values": {
                "anyOf": [expression("A formula over the table's columns"), { "type": "object", "additionalProperties": { "$ref": "#/$defs/values" } }],
            },
        },
    })
}

/// Bare keys are the hospital's; of others the dotted path is written, in quotes or as tables.
fn values() -> Value {
    let bare = HospitalDriver::ALL.iter().map(|driver| driver.spec()).filter(|spec| !spec.key.contains('.'));
    let properties: Map<String, Value> =
        bare.map(|spec| (spec.key.to_owned(), expression(&format!("{}. Unit: {}", spec.meaning, spec.unit)))).collect();
    json!({
        "type": "object",
        "minProperties": 1,
        "description": "Config keys that the table decides: a formula over its columns for each, with + - * /, parentheses, min, max, clamp",
        "properties": properties,
        "additionalProperties": { "$ref": "#/$defs/values" },
    })
}

fn expression(description: &str) -> Value {
    json!({ "type": ["string", "number"], "description": description })
}

#[cfg(test)]
mod tests {
    use super::super::draft::{BATCH, MEMBERS, SCENARIO, TOP_LEVEL};
    use super::*;

    #[test]
    fn the_keys_are_those_that_are_read() {
        let schema = plan_json_schema();
        let keys = |value: &Value| {
            let mut keys: Vec<String> = value["properties"].as_object().unwrap().keys().cloned().collect();
            keys.sort();
            keys
        };
        let sorted = |known: &[&str]| {
            let mut known: Vec<String> = known.iter().map(|key| (*key).to_owned()).collect();
            known.sort();
            known
        };
        assert_eq!(keys(&schema), sorted(&TOP_LEVEL));
        assert_eq!(keys(&schema["properties"]["members"]), sorted(&MEMBERS));
        assert_eq!(keys(&schema["properties"]["batch"]), sorted(&BATCH));
        let scenario = &schema["properties"]["scenarios"]["additionalProperties"]["anyOf"][1];
        assert_eq!(keys(scenario), sorted(&SCENARIO));
        assert!(schema["properties"]["members"]["properties"]["values"]["properties"]["reference_hours"].is_object());
    }
}
