//! Does every wrong config get an error that names the line, the key and the way out, and does none panic?
//!
//! `tests/diagnostics/*.toml` are wrong configs. A comment `# <- TEXT` marks each line at which an error is expected whose
//! message contains TEXT; there must be as many errors as marks. The whole report is a snapshot beside them. `tests/diagnostics/plans` holds wrong plans.

use std::fs;
use std::path::{Path, PathBuf};
use tailcost::config::{ConfigErrors, ErrorKind, Rendering, Source, load, load_plan, starter, text_of};

const FOLDER: &str = "tests/diagnostics";
const PLANS: &str = "tests/diagnostics/plans";
const MARK: &str = "# <- ";

fn snapshot(name: &str, report: &str) {
    insta::with_settings!({ snapshot_path => "diagnostics", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, report);
    });
}

fn refused(source: &Source, overrides: &[&str]) -> ConfigErrors {
    let overrides: Vec<String> = overrides.iter().map(|&argument| argument.to_owned()).collect();
    load(source, &overrides).expect_err("this config is wrong")
}

#[test]
fn every_wrong_config_is_refused_where_it_is_wrong() {
    let paths = wrong_files(FOLDER);
    assert!(paths.len() >= 60, "{}", paths.len());
    for path in paths {
        let errors = refused(&Source::Path(path.clone()), &[]);
        marks_are_met(&path, &errors);
        snapshot(path.file_stem().unwrap().to_str().unwrap(), &errors.to_string());
    }
}

#[test]
fn every_wrong_plan_is_refused_where_it_is_wrong() {
    let paths = wrong_files(PLANS);
    assert!(paths.len() >= 12, "{}", paths.len());
    for path in paths {
        let errors = load_plan(&Source::Path(path.clone()), &[]).expect_err("this plan is wrong");
        marks_are_met(&path, &errors);
        let name = format!("plan_{}", path.file_stem().unwrap().to_str().unwrap());
        snapshot(&name, &errors.to_string());
    }
}

#[test]
fn what_is_no_plan_is_refused() {
    let path = |path: &str| Source::Path(PathBuf::from(path));
    let builtin = |name: &str| Source::Builtin(name.into());
    let cases: [(&str, Source, &[&str]); 6] = [
        ("plan_unknown", builtin("book-2017"), &[]),
        ("plan_unknown_by_path", path("book2018"), &[]),
        ("plan_missing", path("plans/book-2018.toml"), &[]),
        ("plan_that_is_a_config", builtin("article"), &[]),
        ("plan_that_is_a_configs_file", path("configs/evidence.toml"), &[]),
        (
            "plan_set_wrong",
            builtin("book-2018"),
            &["batch.yeers=5", "members.values.reference_hours=dischages / 2.5", "members.where=beds>"],
        ),
    ];
    for (name, source, overrides) in cases {
        let overrides: Vec<String> = overrides.iter().map(|&argument| argument.to_owned()).collect();
        let errors = load_plan(&source, &overrides).expect_err("this is no plan");
        assert_eq!(errors.kind(), ErrorKind::Config, "{errors}");
        snapshot(name, &errors.to_string());
    }
}

fn wrong_files(folder: &str) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    paths
}

/// Each error stands on a line with a mark that names it, and each mark of the file has one.
fn marks_are_met(path: &Path, errors: &ConfigErrors) {
    assert_eq!(errors.kind(), ErrorKind::Config, "{errors}");
    for (message, position) in errors.messages() {
        let position = position.unwrap_or_else(|| panic!("{}: no position: {message}", path.display()));
        let text = fs::read_to_string(&position.file).unwrap();
        let line = text.lines().nth(position.line - 1).unwrap();
        let (_, expected) = line.rsplit_once(MARK).unwrap_or_else(|| panic!("no mark on {line:?}: {message}"));
        assert!(message.contains(expected.trim()), "{}: {message:?} lacks {expected:?}", path.display());
    }
    let own = fs::read_to_string(path).unwrap();
    if own.contains(MARK) {
        let elsewhere = errors
            .messages()
            .iter()
            .filter(|(_, at)| at.as_ref().is_some_and(|at| path != Path::new(&at.file)))
            .count();
        assert_eq!(errors.count() - elsewhere, own.matches(MARK).count(), "{errors}");
    }
}

#[test]
fn files_that_are_no_config_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        Source::Path(path)
    };
    let mut junk: Vec<u8> = (0..4096u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80).collect();
    junk[100] = 0;
    let cases = [
        ("file_missing", Source::Path(folder.path().join("evidnce.toml"))),
        ("file_is_a_folder", Source::Path(folder.path().to_path_buf())),
        ("file_too_large", write("large.toml", &b"a = 1\n".repeat(10 << 20)[..10 << 20])),
        ("file_binary", write("binary.toml", &junk)),
        ("file_not_utf8", write("latin.toml", b"schema = 1\ntitle = \"Caf\xe9\"\n")),
        ("file_empty", write("empty.toml", b"")),
        ("file_with_commands_for_the_terminal", write("escape.toml", b"schema = 1\ntitle = \"\x1b[31mred\"\n")),
        ("file_nested_too_deep", write("deep.toml", format!("a = {}", "[".repeat(100_000)).as_bytes())),
        ("file_of_one_endless_line", write("line.toml", format!("title = {}", "x".repeat(10_000)).as_bytes())),
        ("builtin_unknown", Source::Builtin("artikel".into())),
    ];
    for (name, source) in cases {
        let errors = refused(&source, &[]);
        assert_eq!(errors.kind(), ErrorKind::Config, "{errors}");
        let report = errors.to_string().replace(folder.path().to_str().unwrap(), "FOLDER");
        assert!(report.is_ascii(), "a plain report is ASCII: {report}");
        assert!(!report.contains('\u{1b}'), "{report:?}");
        snapshot(name, &report);
    }
}

#[test]
fn a_wrong_set_argument_is_shown() {
    let cases: [(&str, &[&str]); 9] = [
        ("set_without_equals", &["simulation.years"]),
        ("set_of_an_unknown_key", &["workforce.offshore.rat=5"]),
        ("set_of_a_text", &["workforce.offshore.rate=cheap"]),
        ("set_of_broken_toml", &["workforce.offshore.rate={ dist = \"normal\", mean = }"]),
        ("set_of_an_unknown_option", &["option.Ofshore.transition_cost=5"]),
        ("set_below_a_number", &["hospital.reference_hours.mean=5"]),
        ("set_of_an_empty_key", &["hospital..name=x"]),
        ("set_of_extends", &["extends=evidence"]),
        ("set_twice_wrong", &["simulation.years=0", "simulation.seed=-1"]),
    ];
    for (name, overrides) in cases {
        snapshot(name, &refused(&Source::Builtin("article".into()), overrides).to_string());
    }
}

#[test]
fn a_terminal_gets_colour_and_a_file_does_not() {
    let errors = refused(&Source::Builtin("article".into()), &["simulation.years=0"]);
    assert!(errors.render(Rendering::Terminal).contains('\u{1b}'));
    assert!(!errors.render(Rendering::Plain).contains('\u{1b}'));
}

/// Configs that were damaged at random: a refusal or a scenario, and never a panic.
#[test]
fn damaged_configs_do_not_panic() {
    let texts = [text_of("article").unwrap().to_owned(), starter()];
    let mut state = 20_261_123u64;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit.max(1)
    };
    let scraps = ["\"absent\"", "nan", "-inf", "{", "]", "=", "[[option]]", "\u{7f}", "é", "1e400", "dist", ".", "\n"];
    let mut accepted = 0;
    for round in 0..600 {
        let mut text = texts[round % 2].clone();
        for _ in 0..1 + below(3) {
            let boundaries: Vec<usize> = text.char_indices().map(|(index, _)| index).collect();
            let start = below(boundaries.len());
            let end = (start + below(12)).min(boundaries.len() - 1);
            let scrap = if below(2) == 0 { scraps[below(scraps.len())] } else { "" };
            text.replace_range(boundaries[start.min(end)]..boundaries[end], scrap);
        }
        match load(&Source::Text { name: "damaged".into(), text }, &[]) {
            Ok(_) => accepted += 1,
            Err(errors) => assert!(errors.count() > 0 && !errors.render(Rendering::Terminal).is_empty()),
        }
    }
    assert!(accepted > 10, "damage to comments alone is harmless: {accepted}");
}
