//! How would an editor check a config while it is typed?

use super::driver::{Scope, described};
use super::drivers::{Absent, Domain, DriverSpec, HospitalDriver, OptionDriver, Use, WorkforceDriver, WorldDriver};
use super::ignorance::{MOST_GUESSES, MOST_INNER, MOST_OUTER, UncertaintySettings};
use super::sections::{DEFAULT_LEVELS, DEFAULT_SEED, DEFAULT_YEARS, MOST_YEARS};
use crate::distributions::{FAMILIES, FamilySpec, Form};
use crate::outcome::{Component, ParameterUncertainty};
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of a config file, made from the tables that the program itself reads configs by.
///
/// It says which keys and types there are. What needs arithmetic (shares that sum to 1, laws inside their domain,
/// correlations that are possible) only the program checks. `"absent"` is allowed for every key, since it removes an
/// inherited one, and nothing but `schema` is required, since a file may extend another.
pub fn json_schema() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tailcost config, version 1",
        "description": "A sourcing decision: the hospital, the workforces and the options between which it chooses.",
        "type": "object",
        "required": ["schema"],
        "additionalProperties": false,
        "properties": {
            "schema": { "const": 1, "description": "Version of the config schema" },
            "title": text("Name of the case"),
            "analysis": text("A paragraph for the report"),
            "extends": text("Config that this one changes: a path relative to this file, or the name of a built-in case"),
            "simulation": or_absent(simulation()),
            "hospital": or_absent(scope::<HospitalDriver>("The hospital, the same for every option", &[("name", text("Name of the hospital"))])),
            "world": or_absent(scope::<WorldDriver>("The world, shared by every option", &[])),
            "workforce": or_absent(json!({
                "type": "object",
                "description": "Ways of staffing, by name",
                "additionalProperties": or_absent(scope::<WorkforceDriver>("A way of staffing", &[])),
            })),
            "option": or_absent(json!({ "type": "array", "minItems": 1, "items": option(), "description": "What is chosen between; differences are taken against the first" })),
            "dependence": or_absent(dependence()),
            "appetite": or_absent(appetite()),
            "uncertainty": or_absent(uncertainty()),
            "stress": or_absent(json!({
                "type": "object",
                "description": "Overrides by name, run beside the base on the same draws; they change nothing of the base",
                "additionalProperties": or_absent(stress()),
            })),
        },
        "$defs": definitions(),
    })
}

fn simulation() -> Value {
    let components: Vec<&str> = Component::ALL.iter().map(|component| component.key()).collect();
    json!({
        "type": "object",
        "description": "How many years are simulated and what is measured",
        "additionalProperties": false,
        "properties": {
            "years": { "type": "number", "minimum": 1, "maximum": MOST_YEARS, "multipleOf": 1, "default": DEFAULT_YEARS, "description": "Years to simulate" },
            "seed": { "type": "number", "minimum": 0, "multipleOf": 1, "default": DEFAULT_SEED, "description": "Seed of every draw" },
            "levels": {
                "type": "array", "minItems": 1, "default": DEFAULT_LEVELS,
                "items": { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 },
                "description": "Levels of VaR and TVaR",
            },
            "exclude": { "type": "array", "items": { "enum": components }, "description": "Cost lines left out of the total" },
        },
    })
}

fn option() -> Value {
    let mut schema = scope::<OptionDriver>(
        "An option",
        &[
            ("name", json!({ "type": "string", "description": "Name of the option" })),
            (
                "mix",
                json!({
                    "type": "object",
                    "description": "Share of the volume by workforce; the shares sum to 1",
                    "additionalProperties": { "type": "number", "minimum": 0, "maximum": 1 },
                }),
            ),
        ],
    );
    schema["required"] = json!(["name", "mix"]);
    schema
}

fn dependence() -> Value {
    json!({
        "type": "object",
        "description": "Drivers that move together",
        "required": ["copula"],
        "additionalProperties": false,
        "properties": {
            "copula": { "enum": ["gaussian", "t"], "description": "Under t, extreme years come together" },
            "dof": { "type": "number", "exclusiveMinimum": 0, "description": "Degrees of freedom of the t copula" },
            "rank_correlations": {
                "type": "array",
                "description": "Spearman correlations of pairs of yearly drivers that have a law, as in [\"world.threat\", \"workforce.offshore.breach.frequency\", 0.4]",
                "items": {
                    "type": "array", "minItems": 3, "maxItems": 3,
                    "prefixItems": [
                        { "type": "string" }, { "type": "string" },
                        { "type": "number", "exclusiveMinimum": -1, "exclusiveMaximum": 1 },
                    ],
                },
            },
        },
    })
}

fn uncertainty() -> Value {
    let settings = UncertaintySettings::default();
    json!({
        "type": "object",
        "description": "What is not known for sure: draws of uncertain parameters around draws of years",
        "additionalProperties": false,
        "properties": {
            "outer": { "type": "number", "minimum": 2, "maximum": MOST_OUTER, "multipleOf": 1, "default": settings.outer, "description": "Draws of the uncertain parameters" },
            "inner": { "type": "number", "minimum": 2, "maximum": MOST_INNER, "multipleOf": 1, "default": settings.inner, "description": "Years for each of them, the same for all" },
            "fits": { "type": "boolean", "default": true, "description": "Are fitted parameters drawn by the covariance in their driver's biography?" },
            "guesses": { "type": "number", "exclusiveMinimum": 0, "maximum": MOST_GUESSES, "description": "Relative standard deviation of the factor by which every driver whose source is a guess may be off: your assumption" },
        },
    })
}

fn stress() -> Value {
    let same = |section: &str| json!({ "$ref": format!("#/properties/{section}") });
    let mut option = option();
    option.as_object_mut().expect("an object").remove("required");
    json!({
        "type": "object",
        "description": "Keys of the config with the values that they have under stress",
        "additionalProperties": false,
        "properties": {
            "description": { "type": "string", "description": "What happens" },
            "simulation": {
                "type": "object",
                "additionalProperties": false,
                "properties": { "exclude": { "type": "array", "items": { "type": "string" }, "description": "Cost lines left out of the total" } },
            },
            "hospital": same("hospital"),
            "world": same("world"),
            "workforce": same("workforce"),
            "option": { "type": "object", "description": "Options by name", "additionalProperties": or_absent(option) },
            "dependence": same("dependence"),
        },
    })
}

fn appetite() -> Value {
    json!({
        "type": "object",
        "description": "Limits that the committee sets; a run says of each whether it is kept",
        "required": ["lines"],
        "additionalProperties": false,
        "properties": {
            "lines": {
                "type": "array",
                "description": "As in { measure = \"tvar@0.99\", of = \"Offshore\", limit = 12_000_000, name = \"Board tolerance\" }",
                "items": {
                    "type": "object",
                    "required": ["measure", "limit"],
                    "additionalProperties": false,
                    "properties": {
                        "name": { "type": "string", "description": "Whose limit it is" },
                        "measure": { "type": "string", "description": "mean, sd, var@LEVEL, tvar@LEVEL, each also with \" difference\", costs more, regret" },
                        "of": { "type": "string", "description": "Name of an option; absent is every option" },
                        "limit": { "type": "number", "description": "Most that the measure may be: USD a year, or a probability" },
                    },
                },
            },
        },
    })
}

/// The drivers of a scope, dotted keys as nested tables, and other keys besides.
fn scope<K: Scope>(description: &str, others: &[(&str, Value)]) -> Value {
    let mut schema = table(description);
    for (key, value) in others {
        schema["properties"][*key] = value.clone();
    }
    for driver in K::all() {
        let spec = driver.specification();
        let mut place = &mut schema;
        let mut steps: Vec<&str> = spec.key.split('.').collect();
        let last = steps.pop().unwrap_or(spec.key);
        for step in steps {
            let entry = &mut place["properties"][step];
            if entry.is_null() {
                *entry = or_absent(table(&format!("Drivers of the mechanism {step:?}; absent is off")));
            }
            place = &mut entry["anyOf"][0];
        }
        place["properties"][last] = self::driver(spec);
    }
    schema
}

fn table(description: &str) -> Value {
    json!({ "type": "object", "description": description, "additionalProperties": false, "properties": {} })
}

fn driver(spec: &DriverSpec) -> Value {
    let absent = match spec.absent {
        Absent::Value(value) => format!("absent is {value}"),
        Absent::Unlimited => "absent is unlimited".to_owned(),
    };
    let used = match spec.used {
        Use::Yearly => "one draw a year",
        Use::Each => "one draw for each event",
        Use::Fixed => "a number, never a law",
    };
    let description = format!("{} [{}]; {}; {used}; {absent}", spec.meaning, spec.unit, described(spec.domain));
    let number = bounded(spec.domain);
    let mut forms = vec![number.clone()];
    if spec.used == Use::Fixed {
        forms.push(value_table(&number));
    } else {
        forms.push(value_table(&json!({ "anyOf": [number, { "$ref": "#/$defs/law" }] })));
        forms.push(json!({ "$ref": "#/$defs/law" }));
    }
    forms.push(json!({ "const": "absent" }));
    json!({ "description": description, "anyOf": forms })
}

fn value_table(number: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["value"],
        "additionalProperties": false,
        "properties": {
            "value": number,
            "source": { "$ref": "#/$defs/source" },
            "biography": { "$ref": "#/$defs/biography" },
        },
    })
}

fn bounded(domain: Domain) -> Value {
    match domain {
        Domain::Share => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        Domain::ShareBelowOne => json!({ "type": "number", "minimum": 0, "exclusiveMaximum": 1 }),
        Domain::NotNegative => json!({ "type": "number", "minimum": 0 }),
        Domain::Positive => json!({ "type": "number", "exclusiveMinimum": 0 }),
        Domain::CountingNumber => json!({ "type": "number", "minimum": 1, "multipleOf": 1 }),
        Domain::AnySign => json!({ "type": "number" }),
    }
}

fn definitions() -> Value {
    let laws: Vec<Value> = FAMILIES.iter().flat_map(family).collect();
    let any_number = json!({ "type": "number" });
    json!({
        "source": { "type": "string", "description": "Where the figure comes from; the word guess marks a guess" },
        "biography": biography(),
        "truncate": {
            "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "number" },
            "description": "The law is conditioned to [low, high]; inf and -inf leave an end open",
        },
        "law": { "description": "A law, by dist and one set of its parameters", "anyOf": laws },
        "driver": { "anyOf": [any_number, value_table(&any_number), { "$ref": "#/$defs/law" }] },
        "parameter": {
            "description": "A number or, where it is uncertain itself, the law of what it may be",
            "anyOf": [any_number, value_table(&any_number), { "$ref": "#/$defs/law" }],
        },
    })
}

fn biography() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let texts =
        |description: &str| json!({ "type": "array", "items": { "type": "string" }, "description": description });
    let numbers = json!({ "type": "array", "items": { "type": "number" } });
    json!({
        "type": "object",
        "description": "How the driver was made; changes nothing that is drawn",
        "additionalProperties": false,
        "properties": {
            "data": text("File that the law was fitted to"),
            "hash": { "type": "string", "pattern": "^blake3:[0-9a-fA-F]{64}$", "description": "Of the bytes of that file" },
            "column": text("Column of the file"),
            "filter": text("Which rows, as in date>=2019-01-01,affected>501"),
            "sample_size": { "type": "number", "minimum": 1, "multipleOf": 1, "description": "Rows that were used" },
            "method": text("How the parameters were found"),
            "experts": texts("People who were asked"),
            "weights": { "type": "array", "items": { "type": "number", "minimum": 0 }, "description": "Weight of each expert" },
            "chosen": text("Which family, and why"),
            "rejected": texts("What else was tried, and why not"),
            "uncertainty": {
                "type": "object",
                "description": "How sure the parameters are",
                "required": ParameterUncertainty::KEYS,
                "additionalProperties": false,
                "properties": {
                    "parameters": texts("Their names"),
                    "estimates": numbers,
                    "covariance": { "type": "array", "items": numbers, "description": "Of the estimates, row by row" },
                },
            },
        },
    })
}

/// One schema for each set of parameters of a family.
fn family(family: &FamilySpec) -> Vec<Value> {
    let mut sets: Vec<Vec<&str>> = family.parameter_sets.iter().map(|set| set.to_vec()).collect();
    if family.two_quantiles {
        sets.push(vec!["quantiles"]);
    }
    let schema = |set: &Vec<&str>| {
        let mut properties = Map::new();
        properties.insert("dist".into(), json!({ "const": family.name }));
        let beside_quantiles = (family.two_quantiles && set.contains(&"quantiles"))
            .then(|| family.parameter_sets.iter().copied().flatten().copied().filter(|name| *name == "dof"));
        let optional = family.optional.iter().map(|parameter| parameter.name);
        for name in set.iter().copied().chain(optional).chain(beside_quantiles.into_iter().flatten()) {
            properties.insert(name.into(), parameter(name, family.form));
        }
        properties.insert("truncate".into(), json!({ "$ref": "#/$defs/truncate" }));
        properties.insert("source".into(), json!({ "$ref": "#/$defs/source" }));
        properties.insert("biography".into(), json!({ "$ref": "#/$defs/biography" }));
        properties
            .insert("weight".into(), json!({ "type": "number", "minimum": 0, "description": "In a mixture only" }));
        let required: Vec<&str> = ["dist"].into_iter().chain(set.iter().copied()).collect();
        json!({
            "type": "object",
            "description": format!("{}; support: {}", family.meaning, family.support),
            "required": required,
            "additionalProperties": false,
            "properties": properties,
        })
    };
    sets.iter().map(schema).collect()
}

fn parameter(name: &str, form: Form) -> Value {
    let numbers = json!({ "type": "array", "minItems": 1, "items": { "type": "number" } });
    match (name, form) {
        ("quantiles", Form::Parameters) => json!({
            "type": "object",
            "description": "Two quantiles, as in { p10 = 5, p90 = 14 }",
            "minProperties": 2, "maxProperties": 2, "additionalProperties": false,
            "patternProperties": { "^p[0-9]{1,2}([._][0-9]+)?$": { "$ref": "#/$defs/parameter" } },
        }),
        ("quantiles", Form::Composed) => json!({
            "type": "array",
            "description": "[probability, value] pairs",
            "items": { "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "number" } },
        }),
        ("file" | "column", _) => json!({ "type": "string" }),
        ("values" | "weights", _) => numbers,
        ("components", _) => json!({
            "type": "array", "minItems": 1,
            "items": { "anyOf": [
                { "type": "object", "required": ["weight", "value"], "additionalProperties": false, "properties": {
                    "weight": { "type": "number", "minimum": 0 }, "value": { "type": "number" }, "source": { "$ref": "#/$defs/source" } } },
                { "allOf": [{ "$ref": "#/$defs/law" }, { "required": ["weight"] }] },
            ] },
        }),
        ("body" | "tail", _) => json!({ "$ref": "#/$defs/driver" }),
        _ => json!({ "$ref": "#/$defs/parameter" }),
    }
}

pub(crate) fn or_absent(schema: Value) -> Value {
    let description = schema["description"].clone();
    let forms = json!([schema, { "const": "absent" }]);
    if description.is_null() {
        json!({ "anyOf": forms })
    } else {
        json!({ "description": description, "anyOf": forms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'s>(schema: &'s Value, scope: &str, key: &str) -> &'s Value {
        let inner = |schema: &'s Value| schema.get("anyOf").map_or(schema, |forms| &forms[0]);
        let mut place = inner(&schema["properties"][scope]);
        match scope {
            "workforce" => place = inner(&place["additionalProperties"]),
            "option" => place = &place["items"],
            _ => {}
        }
        let mut steps = key.split('.').peekable();
        while let Some(step) = steps.next() {
            let entry = &place["properties"][step];
            place = if steps.peek().is_some() { inner(entry) } else { entry };
        }
        place
    }

    fn check<K: Scope>(schema: &Value, scope: &str) {
        for driver in K::all() {
            let spec = driver.specification();
            let found = at(schema, scope, spec.key);
            let description = found["description"].as_str().unwrap_or_default();
            assert!(description.starts_with(spec.meaning), "{scope}.{}: {found}", spec.key);
            let laws = found["anyOf"].to_string().contains("#/$defs/law");
            assert_eq!(laws, spec.used != Use::Fixed, "{scope}.{}", spec.key);
        }
    }

    #[test]
    fn every_driver_has_its_place() {
        let schema = json_schema();
        check::<WorldDriver>(&schema, "world");
        check::<HospitalDriver>(&schema, "hospital");
        check::<WorkforceDriver>(&schema, "workforce");
        check::<OptionDriver>(&schema, "option");
    }

    #[test]
    fn the_keys_of_a_biography_are_those_that_are_read() {
        let keys: Vec<String> = biography()["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, crate::outcome::Biography::KEYS);
    }

    #[test]
    fn every_family_and_set_has_its_schema() {
        let schema = json_schema();
        let laws = schema["$defs"]["law"]["anyOf"].as_array().unwrap();
        for family in FAMILIES {
            let own = laws.iter().filter(|law| law["properties"]["dist"]["const"] == family.name).count();
            assert_eq!(own, family.parameter_sets.len() + usize::from(family.two_quantiles), "{}", family.name);
        }
    }
}
