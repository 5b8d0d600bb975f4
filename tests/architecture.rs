//! Do the imports keep the floors and invariants that ARCHITECTURE.md states?

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Modules by floor: a module uses only modules of lower floors, and itself.
const FLOORS: &[&[&str]] = &[
    &["numerics"],
    &["random"],
    &["data", "distributions", "statistics"],
    &["compound", "dependence", "outcome"],
    &["association", "config", "elicitation", "fitting"],
    &["engine"],
    &["model", "reference", "twin"],
    &["analysis"],
    &["report", "verification"],
    &["batch"],
    &["cli"],
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(directory: &Path, out: &mut Vec<(PathBuf, String)>) {
        let mut entries: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                out.push((path, text));
            }
        }
    }
    let mut out = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut out);
    out
}

/// The module below `src` that a file belongs to; `lib.rs` and `main.rs` are not in a room.
fn room(path: &Path) -> Option<String> {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    (below.components().count() > 1)
        .then(|| below.components().next().unwrap().as_os_str().to_str().unwrap().to_string())
}

/// Code without comments, so that documentation may name any room.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Names that follow `crate::` in a file.
fn used_rooms(text: &str) -> Vec<String> {
    code(text)
        .match_indices("crate::")
        .flat_map(|(at, found)| {
            let rest = &code(text)[at + found.len()..];
            let names = match rest.strip_prefix('{') {
                Some(group) => group.split('}').next().unwrap_or("").split(',').map(str::to_string).collect(),
                None => vec![rest.to_string()],
            };
            names.into_iter().map(|name: String| {
                name.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>()
            })
        })
        .collect()
}

fn floors() -> BTreeMap<&'static str, usize> {
    FLOORS.iter().enumerate().flat_map(|(floor, rooms)| rooms.iter().map(move |room| (*room, floor))).collect()
}

#[test]
fn a_room_uses_only_what_stands_below_it() {
    let floors = floors();
    let mut seen = 0;
    for (path, text) in sources() {
        let Some(room) = room(&path) else { continue };
        let floor = floors.get(room.as_str()).unwrap_or_else(|| panic!("{room} has no floor in this test"));
        for used in used_rooms(&text) {
            let Some(other) = floors.get(used.as_str()) else { continue };
            seen += 1;
            assert!(other < floor || used == room, "{}: {room} may not use {used}", path.display());
        }
    }
    assert!(seen > 50, "the test must find the imports, found {seen}");
}

/// Where a word may stand in code, by room.
fn only_in(word: &str, rooms: &[&str]) {
    for (path, text) in sources() {
        let Some(room) = room(&path) else { continue };
        assert!(
            !code(&text).contains(word) || rooms.contains(&room.as_str()),
            "{}: `{word}` belongs in {rooms:?} alone",
            path.display()
        );
    }
}

/// Years run on threads in the engine; charts are painted side by side. `numerics::parallel` keeps the order of its items, so that what
/// is built on it (tables, candidates of a fit) does not know threads either.
#[test]
fn nothing_that_decides_a_value_knows_threads() {
    only_in("rayon", &["numerics", "engine", "report"]);
}

#[test]
fn the_report_reads_the_outcome_alone() {
    for (path, text) in sources() {
        if room(&path).as_deref() == Some("report") {
            for used in used_rooms(text.split("#[cfg(test)]").next().unwrap()) {
                let allowed = ["outcome", "report", "statistics"].contains(&used.as_str());
                let is_room = floors().contains_key(used.as_str());
                assert!(allowed || !is_room, "{}: the report may not use {used}", path.display());
            }
        }
    }
}

#[test]
fn nothing_but_the_config_knows_toml() {
    only_in("toml::", &["config"]);
}

#[test]
fn nothing_but_what_fits_laws_knows_the_optimiser() {
    only_in("argmin", &["association", "elicitation", "fitting"]);
}

#[test]
fn nothing_but_the_report_draws() {
    only_in("plotters::", &["report"]);
}

#[test]
fn second_opinions_stay_out_of_the_engine() {
    for (path, text) in sources() {
        let Some(room) = room(&path) else { continue };
        let product = code(text.split("#[cfg(test)]").next().unwrap());
        let is_test = ["test", "fixtures"].iter().any(|word| path.to_str().unwrap().contains(word));
        assert!(
            is_test || room == "reference" || !(product.contains("rand_distr") || product.contains("statrs")),
            "{}: rand_distr and statrs depend on the platform's libm",
            path.display()
        );
    }
}

#[test]
fn no_hash_order_and_no_clock_below_the_analysis() {
    let floors = floors();
    for (path, text) in sources() {
        let Some(room) = room(&path) else { continue };
        if floors[room.as_str()] >= floors["analysis"] {
            continue;
        }
        for word in ["HashMap", "HashSet", "Instant::now", "SystemTime", "std::env"] {
            assert!(!code(&text).contains(word), "{}: `{word}` can change a value", path.display());
        }
    }
}

/// `src/planted.rs` stands in no room: it reads the environment, and every room below may ask it. A normal build has nothing of it, as
/// whatever names it is compiled under its feature alone.
#[test]
fn planted_faults_leave_no_trace_in_a_normal_build() {
    const GATE: &str = "#[cfg(feature = \"planted-faults\")]";
    let mut seen = 0;
    for (path, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let code = line.split("//").next().unwrap();
            if code.contains("crate::planted") || code.contains("mod planted") {
                seen += 1;
                // The statement begins at most two lines above.
                let gated = lines[at.saturating_sub(2)..at].iter().any(|line| line.trim() == GATE);
                assert!(gated, "{}:{}: not behind {GATE}", path.display(), at + 1);
            }
        }
        if room(&path).is_none() && !path.ends_with("src/planted.rs") {
            assert!(
                !code(&text).contains("std::env"),
                "{}: the command line alone reads the environment",
                path.display()
            );
        }
    }
    assert!(seen >= 5, "the test must find the faults, found {seen}");
}

#[test]
fn every_file_says_what_question_it_answers_and_stays_short() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{} does not open with a //! sentence", path.display());
        let lines = text.lines().count();
        assert!(lines <= 800, "{} has {lines} lines", path.display());
    }
}
