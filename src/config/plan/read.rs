//! How does a plan become its scenarios, its mapping and its table, with all that is wrong said at once?

use super::draft::{Draft, Entry, Mapping, Text, inside};
use super::table::TableAt;
use super::{Plan, PlanScenario, Reading, columns};
use crate::config::canonical;
use crate::config::cases;
use crate::config::chain::{self, Source};
use crate::config::data_files::DataFiles;
use crate::config::files::{File, FileId, Files, Origin, location};
use crate::config::load::{Loaded, load};
use crate::config::overrides;
use crate::config::problem::{ConfigErrors, Problem, Violation};
use crate::config::reader::Reader;
use crate::config::scenario::{DriverId, Scenario};
use crate::config::tree::Place;
use crate::data::{Filter, inspect, nearest};
use crate::outcome::DataFile;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// Reads a plan with its configs and the line of names of its table, applies `overrides` (`KEY=VALUE`) and checks everything but the rows.
///
/// All that is wrong is reported at once: in the plan, in its configs, in the columns that its expressions name.
///
/// # Errors
/// A plan, a config or a table that cannot be read or is wrong.
///
/// ```
/// use tailcost::config::{load_plan, Source};
/// let plan = load_plan(&Source::Builtin("book-2018".into()), &["batch.years=1e3".into()]).unwrap();
/// assert_eq!((plan.years, plan.scenarios.len()), (1000, 2));
/// assert_eq!(plan.roll().unwrap().members.len(), 3182);
/// ```
pub fn load_plan(source: &Source, overrides: &[String]) -> Result<Plan, ConfigErrors> {
    let mut files = Files::default();
    let id = match open(source) {
        Ok(file) => files.add(file),
        Err(violation) => return Err(ConfigErrors::of_plan(vec![Problem::placeless(violation)], files)),
    };
    let tree =
        chain::parse(id, &files).and_then(|mut tree| overrides::apply(&mut tree, overrides, &mut files).map(|()| tree));
    let tree = match tree {
        Ok(tree) => tree,
        Err(problems) => return Err(ConfigErrors::of_plan(problems, files)),
    };
    let mut reader = Reader { files: &files, problems: Vec::new(), data: DataFiles::default() };
    let draft = reader.plan(&tree, &Place { file: FileId(0), bytes: 0..0 });
    let mut problems = reader.problems;

    let loaded = load_scenarios(&draft.scenarios, &mut files, &mut problems);
    let mapped = mapped(&draft, &loaded, &mut problems);
    let seed = seed(&draft, &loaded, &mut problems);
    let table = table(&draft, &files, &mut problems);

    let all = (draft.members.file.clone(), draft.members.id.clone(), draft.years, seed, table);
    let (Some(file), Some(id), Some(years), Some(seed), Some((at, table))) = all else {
        return Err(ConfigErrors::of_plan(problems, files));
    };
    if !problems.is_empty() {
        return Err(ConfigErrors::of_plan(problems, files));
    }
    let filter = joined_filter(&draft.members.filters);
    let (mut paths, mut expressions) = (Vec::new(), Vec::new());
    let mut drivers = vec![Vec::new(); loaded.len()];
    for Mapped { path, ids, mapping } in mapped {
        paths.push(path);
        expressions.push(mapping.expression.clone());
        drivers.iter_mut().zip(ids).for_each(|(drivers, id)| drivers.push(id));
    }
    let Draft { title, analysis, members, scenarios: entries, shared, .. } = draft;
    let scenario = |((entry, (source, loaded)), drivers): ((Entry, (Source, Loaded)), Vec<DriverId>)| PlanScenario {
        name: entry.name,
        config: entry.config.text,
        source,
        set: entry.set.into_iter().map(|set| set.text).collect(),
        loaded,
        drivers,
    };
    let loaded = loaded.into_iter().flatten();
    let scenarios: Vec<PlanScenario> = entries.into_iter().zip(loaded).zip(drivers).map(scenario).collect();
    let shared_places = shared.iter().map(|shared| shared.place.clone()).collect();
    let mut plan = Plan {
        title,
        analysis,
        scenarios,
        mapped: paths,
        years,
        seed,
        shared: shared.into_iter().map(|shared| shared.text).collect(),
        resolved_toml: String::new(),
        hash: String::new(),
        table,
        reading: Arc::new(Reading {
            files,
            file_place: file.place,
            shared_places,
            at,
            id: id.text,
            name: members.name.map(|name| name.text),
            filter,
            expressions,
        }),
    };
    plan.resolved_toml = resolved(&plan);
    plan.hash = hash(&plan.parts());
    Ok(plan)
}

/// Does an argument name a plan rather than a config: a built-in one, or a file with a section that plans alone have?
pub fn is_plan(argument: &str) -> bool {
    let is_plans = |text: &str| {
        let (document, _) = toml::de::DeTable::parse_recoverable(text);
        document.get_ref().keys().any(|key| OWN_SECTIONS.contains(&key.get_ref().as_ref()))
    };
    cases::plan_text_of(argument).is_some()
        || (cases::text_of(argument).is_none()
            && File::read(Path::new(argument)).is_ok_and(|file| is_plans(&file.text)))
}

/// Sections that configs do not have.
const OWN_SECTIONS: [&str; 3] = ["members", "scenarios", "batch"];

fn open(source: &Source) -> Result<File, Violation> {
    match source {
        Source::Builtin(name) => builtin(name).ok_or_else(|| unknown(name)),
        Source::Path(path) => File::read(path).or_else(|violation| match violation {
            Violation::NoSuchFile { path: name, .. } if !name.contains(['/', '\\', '.']) => {
                builtin(&name).ok_or_else(|| unknown(&name))
            }
            Violation::NoSuchFile { path, .. } => {
                let nearest = cases::nearest_plan(&path).map(str::to_owned);
                Err(Violation::NoSuchPlanFile { path, nearest })
            }
            other => Err(other),
        }),
        Source::Text { name, text } => File::text(name, text),
        Source::Stored { name, text, data } => File::stored(name, text, data),
    }
}

fn builtin(name: &str) -> Option<File> {
    cases::plan_text_of(name).map(|text| File::builtin_plan(name, text))
}

fn unknown(name: &str) -> Violation {
    let nearest = cases::nearest_plan(name).map(str::to_owned);
    Violation::NoSuchPlan { name: name.to_owned(), is_config: cases::text_of(name).is_some(), nearest }
}

/// Each config where it is valid, with where it stands; what is wrong with the others is noted once.
fn load_scenarios(entries: &[Entry], files: &mut Files, problems: &mut Vec<Problem>) -> Vec<Option<(Source, Loaded)>> {
    let mut seen: Vec<(String, Option<(String, usize)>)> = Vec::new();
    let mut loaded = Vec::new();
    for entry in entries {
        let source = chain::named_in(&files.get(entry.config.place.file).origin, &entry.config.text);
        let set: Vec<String> = entry.set.iter().map(|set| set.text.clone()).collect();
        match load(&source, &set) {
            Ok(config) => loaded.push(Some((source, config))),
            Err(errors) => {
                loaded.push(None);
                let (others, of) = errors.into_parts();
                let offset = files.absorb(of);
                for problem in others {
                    let problem = moved(problem, offset, entry, files);
                    let first = problem.marks.first();
                    let place = first.map(|mark| (files.get(mark.place.file).name.clone(), mark.place.bytes.start));
                    // Scenarios that share a parent share what is wrong with it.
                    let said = (problem.violation.to_string(), place);
                    if !seen.contains(&said) {
                        seen.push(said);
                        problems.push(problem);
                    }
                }
            }
        }
    }
    loaded
}

/// A problem of a config as one of the plan: its files have other numbers, its overrides stand in the plan.
fn moved(mut problem: Problem, offset: usize, entry: &Entry, files: &Files) -> Problem {
    for mark in &mut problem.marks {
        mark.place.file.0 += offset;
        let file = files.get(mark.place.file);
        if file.origin == Origin::Argument
            && let Some(set) = entry.set.iter().find(|set| set.text == file.text)
        {
            mark.place = inside(files, set, mark.place.bytes.clone());
        }
    }
    if problem.marks.is_empty() { problem.and(&entry.config.place, "named here") } else { problem }
}

/// A config key that the table decides.
struct Mapped<'d> {
    /// As in `hospital.inpatient_encounters`.
    path: String,
    /// By scenario.
    ids: Vec<DriverId>,
    mapping: &'d Mapping,
}

/// The mapped keys in the order of the schema, each looked up in every scenario that could be loaded.
fn mapped<'d>(draft: &'d Draft, loaded: &[Option<(Source, Loaded)>], problems: &mut Vec<Problem>) -> Vec<Mapped<'d>> {
    let named = draft.scenarios.iter().zip(loaded);
    let (names, cases): (Vec<&str>, Vec<&Scenario>) =
        named.filter_map(|(entry, loaded)| Some((entry.name.as_str(), &loaded.as_ref()?.1.scenario))).unzip();
    let mut all: Vec<Mapped<'d>> = Vec::new();
    for mapping in &draft.members.values {
        let found: Vec<Result<DriverId, Option<String>>> =
            cases.iter().map(|case| driver_named(case, &mapping.key)).collect();
        if let Some(Err(nearest)) = found.iter().find(|found| found.is_err()) {
            problems.push(unknown_key(mapping, nearest.clone(), &found, &names));
            continue;
        }
        let ids: Vec<DriverId> = found.into_iter().flatten().collect();
        let Some((case, id)) = cases.first().zip(ids.first()) else { continue };
        let path = case.path(*id);
        if let Some(first) = all.iter().find(|first| first.path == path) {
            let violation = Violation::Duplicate { key: "members.values".into(), name: path };
            let problem = Problem::new(violation, &mapping.key_place, "again here");
            problems.push(problem.and(&first.mapping.key_place, "first here"));
            continue;
        }
        if let DriverId::World(_) = id {
            let reason = "all members see the same world, of which no row of a table can be".to_owned();
            let violation = Violation::NotALaw { key: mapping.path(), reason };
            problems.push(Problem::new(violation, &mapping.key_place, "of the world"));
            continue;
        }
        for ((case, name), id) in cases.iter().zip(&names).zip(&ids) {
            let is_correlated = |group: &crate::config::DependenceGroup| group.members.iter().any(|m| m.driver == *id);
            if case.dependence.as_ref().is_some_and(is_correlated) {
                let reason = format!(
                    "it is correlated with other drivers in the scenario {name} (dependence.rank_correlations) and so must keep its \
                     law; the table would make it a number"
                );
                let violation = Violation::NotALaw { key: mapping.path(), reason };
                problems.push(Problem::new(violation, &mapping.key_place, "correlated"));
                break;
            }
        }
        all.push(Mapped { path, ids, mapping });
    }
    all.sort_by_key(|mapped| mapped.ids.first().copied());
    all
}

/// The driver that a key of `members.values` means: a bare one is the hospital's. `Err` is the nearest that there is.
fn driver_named(case: &Scenario, key: &str) -> Result<DriverId, Option<String>> {
    const SCOPES: [&str; 4] = ["world.", "hospital.", "workforce.", "option."];
    if SCOPES.iter().any(|scope| key.starts_with(scope)) {
        return case.find(key).map_err(|unknown| unknown.nearest);
    }
    case.find(&format!("hospital.{key}")).map_err(|_| {
        let paths: Vec<String> = case.driver_ids().into_iter().map(|id| case.path(id)).collect();
        let hospital = paths.iter().filter_map(|path| path.strip_prefix("hospital."));
        let elsewhere = || paths.iter().find(|path| path.ends_with(&format!(".{key}"))).map(String::as_str);
        let close = elsewhere().or_else(|| nearest(key, hospital));
        close.or_else(|| nearest(key, paths.iter().map(String::as_str))).map(str::to_owned)
    })
}

fn unknown_key(
    mapping: &Mapping,
    nearest: Option<String>,
    found: &[Result<DriverId, Option<String>>],
    names: &[&str],
) -> Problem {
    let lacking: Vec<&str> =
        found.iter().zip(names).filter(|(found, _)| found.is_err()).map(|(_, name)| *name).collect();
    let mut label = nearest.as_ref().map_or("unknown key".to_owned(), |close| format!("unknown, nearest is {close}"));
    let violation = if lacking.len() == names.len() {
        let known = ["world", "hospital", "workforce.NAME", "option.NAME"].map(|scope| format!("{scope}.KEY")).into();
        Violation::UnknownKey { key: mapping.path(), nearest, known }
    } else {
        label = "not in every scenario".to_owned();
        let reason =
            format!("no such key in the scenario {}, expected one that every scenario has", lacking.join(", "));
        Violation::NotALaw { key: mapping.path(), reason }
    };
    Problem::new(violation, &mapping.key_place, label)
}

/// The batch's seed: the plan's, or the one that all scenarios have.
fn seed(draft: &Draft, loaded: &[Option<(Source, Loaded)>], problems: &mut Vec<Problem>) -> Option<u64> {
    if draft.seed.is_some() {
        return draft.seed;
    }
    let seeds: Vec<(&str, u64)> = draft
        .scenarios
        .iter()
        .zip(loaded)
        .filter_map(|(entry, loaded)| Some((entry.name.as_str(), loaded.as_ref()?.1.scenario.simulation.seed)))
        .collect();
    let (_, first) = *seeds.first()?;
    if seeds.iter().all(|(_, seed)| *seed == first) {
        return Some(first);
    }
    let told: Vec<String> = seeds.iter().map(|(name, seed)| format!("{name} has {seed}")).collect();
    let expected = format!("one seed for the batch, since those of its scenarios differ: {}", told.join(", "));
    let violation = Violation::Missing { key: "batch.seed".into(), expected };
    problems.push(Problem::new(violation, &draft.batch, "no seed in here"));
    None
}

/// The table where it stands, its columns checked.
fn table(draft: &Draft, files: &Files, problems: &mut Vec<Problem>) -> Option<(TableAt, DataFile)> {
    let Text { text, place } = draft.members.file.as_ref()?;
    let origin = &files.get(place.file).origin;
    let at = TableAt::named(origin, text);
    let inspected = at.place().and_then(|place| inspect(place).map_err(|fault| at.refusal(&fault)));
    match inspected {
        Ok(inspected) => {
            problems.extend(columns::problems(&draft.members, &inspected.columns, files));
            let blake3 = inspected.hash.trim_start_matches("blake3:").to_owned();
            let path = at.written(text);
            Some((at, DataFile { location: location(origin, text), path, blake3 }))
        }
        Err(violation) => {
            let label = match &violation {
                Violation::NoSuchData { .. } => "not built in",
                _ => "this file",
            };
            problems.push(Problem::new(violation, place, label));
            None
        }
    }
}

/// All of the filters at once.
fn joined_filter(filters: &[(Filter, Text)]) -> Filter {
    let texts: Vec<&str> = filters.iter().map(|(filter, _)| filter.text()).collect();
    Filter::parse(&texts.join(", ")).expect("filters that can be read are read when they are joined")
}

/// The plan as TOML, always written the same way.
fn resolved(plan: &Plan) -> String {
    use canonical::{key, quoted};
    let list = |texts: &[String]| texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ");
    let reading = &plan.reading;
    let mut text = format!("schema = 1\ntitle = {}\n", quoted(&plan.title));
    let mut line = |line: String| {
        let _ = writeln!(text, "{line}");
    };
    if let Some(analysis) = &plan.analysis {
        line(format!("analysis = {}", quoted(analysis)));
    }
    line(format!("\n[members]\nfile = {}\nid = {}", quoted(&plan.table.path), quoted(&reading.id)));
    if let Some(name) = &reading.name {
        line(format!("name = {}", quoted(name)));
    }
    if !reading.filter.text().is_empty() {
        line(format!("where = {}", quoted(reading.filter.text())));
    }
    line("\n[members.values]".into());
    for (path, expression) in plan.mapped.iter().zip(&reading.expressions) {
        line(format!("{} = {}", key(path), quoted(&expression.text)));
    }
    line("\n[scenarios]".into());
    for PlanScenario { name, config, set, .. } in &plan.scenarios {
        let config = quoted(config);
        line(match set.is_empty() {
            true => format!("{} = {config}", key(name)),
            false => format!("{} = {{ config = {config}, set = [{}] }}", key(name), list(set)),
        });
    }
    line(format!("\n[batch]\nyears = {}\nseed = {}", plan.years, plan.seed));
    if !plan.shared.is_empty() {
        line(format!("shared = [{}]", list(&plan.shared)));
    }
    text
}

/// blake3 of the names and hashes of all parts, each with its length before it.
fn hash(parts: &[(String, String)]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts.iter().flat_map(|(name, hash)| [name, hash]) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}
