//! Which inputs differ between two batches: versions, the plan, its configs and their data?

use super::against::Finished;
use super::work::Workshop;
use crate::config::{ConfigDifference, Source, differences, plan_differences};
use crate::outcome::book::Book;
use crate::outcome::comparison::{ConfigChange, OnlyInOne};
use crate::outcome::moved::{InputsMoved, ScenarioInputs};

/// What differs between the configs of a scenario that both batches have.
pub(super) struct ScenarioDifferences {
    pub scenario: String,
    /// Place among the present scenarios.
    pub now: usize,
    /// The earlier config as it was.
    pub source: Source,
    /// In the order of the schema, or why they cannot be found.
    pub found: Result<Vec<ConfigDifference>, String>,
    /// Data files whose bytes differ.
    pub data: Vec<String>,
}

/// Every input that differs but for what the table gives single members.
pub(super) fn inputs_moved(
    workshop: &Workshop<'_>,
    before: Finished<'_>,
    now: Finished<'_>,
) -> (InputsMoved, Vec<ScenarioDifferences>) {
    let mut inputs = InputsMoved { batch: of_batch(before.book, now.book), ..InputsMoved::default() };
    let (old, new) = (&before.book.provenance, &now.book.provenance);
    let plan = plan_differences(&old.plan, &new.plan).unwrap_or_default();
    let is_told_already = |path: &str| ["batch.years", "batch.seed"].contains(&path);
    inputs.plan = plan
        .into_iter()
        .filter(|change| !is_told_already(&change.path))
        .map(|change| ConfigChange {
            matters: !["title", "analysis", "members.name"].contains(&change.path.as_str()),
            path: change.path,
            a: change.parent,
            b: change.own,
        })
        .collect();
    let (earlier, present) = (&before.night.catalogue().scenarios, &now.night.catalogue().scenarios);
    let mut only = |what: String, side: &str| inputs.only_in_one.push(OnlyInOne { what, side: side.to_owned() });
    let mut all = Vec::new();
    for scenario in earlier.iter().filter(|own| present.iter().all(|other| other.name != own.name)) {
        only(format!("scenario {}", scenario.name), "A");
    }
    for (place_now, scenario) in present.iter().enumerate() {
        let Some(place_before) = earlier.iter().position(|other| other.name == scenario.name) else {
            only(format!("scenario {}", scenario.name), "B");
            continue;
        };
        let other = &earlier[place_before];
        for (own, than, side) in [(other, scenario, "A"), (scenario, other, "B")] {
            for option in own.options.iter().filter(|option| !than.options.contains(option)) {
                only(format!("option {option} of scenario {}", scenario.name), side);
            }
        }
        let loaded = &workshop.members.plan.scenarios[place_now].loaded;
        let places = loaded
            .data_files
            .iter()
            .filter_map(|file| Some((file.path.clone(), file.location.as_ref().map(std::path::PathBuf::from)?)));
        let places: Vec<_> = places.collect();
        let source = |what: &str, text: &str| Source::Stored {
            name: format!("the {what} config of {}", scenario.name),
            text: text.to_owned(),
            data: places.clone(),
        };
        let earlier_source = source("earlier", &old.configs[place_before]);
        let found = differences(&earlier_source, &source("present", &new.configs[place_now]));
        let data: Vec<String> = scenario.data.iter().chain(&other.data).map(|(path, _)| path.clone()).collect();
        let bytes = |data: &[(String, String)], path: &str| {
            data.iter().find(|(known, _)| known == path).map(|(_, hash)| hash.clone())
        };
        let mut data: Vec<String> =
            data.into_iter().filter(|path| bytes(&scenario.data, path) != bytes(&other.data, path)).collect();
        data.sort();
        data.dedup();
        all.push(ScenarioDifferences {
            scenario: scenario.name.clone(),
            now: place_now,
            source: earlier_source,
            found: found.map_err(|errors| errors.to_string()),
            data,
        });
    }
    for own in &all {
        let keys: Vec<ConfigChange> = own.found.iter().flatten().map(changed).collect();
        if !keys.is_empty() || !own.data.is_empty() {
            inputs.scenarios.push(ScenarioInputs { name: own.scenario.clone(), keys, data: own.data.clone() });
        }
    }
    (inputs, all)
}

fn changed(difference: &ConfigDifference) -> ConfigChange {
    let change = &difference.change;
    ConfigChange {
        path: change.path.clone(),
        a: change.parent.clone(),
        b: change.own.clone(),
        matters: difference.matters,
    }
}

/// How a key of a batch is written.
type Reading<'a> = &'a dyn Fn(&Book) -> String;

/// Versions, years, seed and the table of members.
fn of_batch(before: &Book, now: &Book) -> Vec<ConfigChange> {
    let table = |book: &Book| {
        let hash = book.provenance.table.blake3.trim_start_matches("blake3:");
        format!("blake3 {}", &hash[..hash.len().min(12)])
    };
    let keys: [(&str, bool, Reading<'_>); 5] = [
        ("program version", true, &|book| book.provenance.program_version.clone()),
        ("value version", true, &|book| book.value_version.to_string()),
        ("years", true, &|book| book.years.to_string()),
        ("seed", true, &|book| book.seed.to_string()),
        // What it gives a member is told member by member.
        ("table of members", false, &table),
    ];
    let change = |(path, matters, of): (&str, bool, Reading<'_>)| {
        let (a, b) = (of(before), of(now));
        (a != b).then(|| ConfigChange { path: path.to_owned(), a: Some(a), b: Some(b), matters })
    };
    keys.into_iter().filter_map(change).collect()
}
