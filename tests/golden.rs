//! Have the figures of the built-in cases changed since the value version was last raised?
//!
//! `tests/golden.json` holds for each case two digests (blake3) to the last bit, and a few figures to read: `draws`, every
//! column of the first 2,000 years, and `figures`, all options and differences of the outcome of 20,000 years. On every
//! machine, in every build, they must come out the same.
//!
//! When they change on purpose, one command writes the file anew:
//!
//! ```text
//! TAILCOST_BLESS=1 cargo test --release --test golden
//! ```
//!
//! Where `draws` changed, and values of this version were ever released, raise `VALUE_VERSION` in `src/lib.rs` in the same
//! commit and say "value-breaking" in `CHANGELOG.md`: results stored before and after must be told apart. Where `figures` alone
//! changed, the same years are summed up in another way, an interval say: that needs its line in `CHANGELOG.md` and no more.

mod support;

use serde_json::{Map, Value, json};
use std::path::PathBuf;
use support::{loaded, outcome};
use tailcost::VALUE_VERSION;
use tailcost::analysis::all_years;
use tailcost::config::{Source, builtin_cases};
use tailcost::model::Model;
use tailcost::outcome::{Column, Outcome};

const YEARS: u64 = 20_000;
/// Years whose every column is held.
const DRAWN: u64 = 2_000;
/// Set to write the golden file instead of reading it.
const BLESS: &str = "TAILCOST_BLESS";

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden.json")
}

/// The same value with the keys of all objects in order, so that the order of fields in the source is no value.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort();
            Value::Object(keys.into_iter().map(|key| (key.clone(), canonical(&fields[key]))).collect())
        }
        Value::Array(items) => items.iter().map(canonical).collect(),
        other => other.clone(),
    }
}

/// Digest of single years: totals, components, rates, largest breaches and drivers.
fn digest_of_draws(model: &Model) -> String {
    let mut hasher = blake3::Hasher::new();
    for (name, column) in all_years(model, DRAWN).flat_map(|table| table.columns) {
        hasher.update(name.as_bytes());
        match column {
            Column::Number(values) => values.iter().for_each(|x| {
                hasher.update(&x.to_bits().to_le_bytes());
            }),
            Column::Count(values) => values.iter().for_each(|x| {
                hasher.update(&x.to_le_bytes());
            }),
            other => panic!("{name} is a column of kind {}", other.kind()),
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// Digest of the figures; floats are written in the shortest form that reads back to the same bits.
fn digest(outcome: &Outcome) -> String {
    let core = json!({ "years": outcome.years, "options": outcome.options, "differences": outcome.differences });
    blake3::hash(canonical(&core).to_string().as_bytes()).to_hex().to_string()
}

/// Enough to see which way and how far values have moved.
fn to_read(outcome: &Outcome) -> Value {
    let of = |option: &tailcost::outcome::OptionOutcome| {
        let level = option.total.levels.iter().find(|level| level.level == 0.99).expect("a level");
        (option.name.clone(), json!({ "mean": option.total.mean.value, "tvar_99": level.tvar.value }))
    };
    Value::Object(outcome.options.iter().map(of).collect::<Map<_, _>>())
}

fn found() -> Value {
    let case = |name: &str| {
        let loaded = loaded(Source::Builtin(name.into()));
        let model = Model::new(&loaded.scenario, loaded.scenario.simulation.seed);
        let outcome = outcome(&model, &loaded, YEARS, 2);
        json!({ "draws": digest_of_draws(&model), "figures": digest(&outcome), "to_read": to_read(&outcome) })
    };
    let cases: Map<String, Value> =
        builtin_cases().iter().map(|known| (known.name.to_owned(), case(known.name))).collect();
    json!({ "value_version": VALUE_VERSION, "years": YEARS, "cases": cases })
}

#[test]
fn values_are_what_they_were() {
    let found = found();
    if std::env::var_os(BLESS).is_some() {
        let text = serde_json::to_string_pretty(&found).expect("plain data") + "\n";
        std::fs::write(path(), text).expect("writing the golden file");
        return;
    }
    let text = std::fs::read_to_string(path()).expect("the golden file");
    let golden: Value = serde_json::from_str(&text).expect("JSON");
    let changed: Vec<String> = found["cases"]
        .as_object()
        .expect("cases")
        .iter()
        .filter(|(name, case)| golden["cases"][name.as_str()] != **case)
        .map(|(name, case)| format!("{name}\n  was {}\n  is  {case}", golden["cases"][name.as_str()]))
        .collect();
    assert!(
        changed.is_empty() && golden == found,
        "values of the golden file, version {}, are not those of this program, version {VALUE_VERSION}:\n{}\n\
         If no value was meant to change, this is a bug, or this machine computes other bits.\n\
         If it was meant, write the file anew in the same commit, with\n  \
         {BLESS}=1 cargo test --release --test golden\n\
         Where `draws` changed and values of that version were released, also raise VALUE_VERSION in src/lib.rs and say \
         \"value-breaking\" in CHANGELOG.md; where `figures` alone changed, say in CHANGELOG.md what is worked out in another way.",
        golden["value_version"],
        changed.join("\n")
    );
}
