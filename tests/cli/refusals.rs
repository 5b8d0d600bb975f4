//! Is everything wrong refused with the right exit code, a message that says where, and nothing written?

use super::Sandbox;
use std::fs;
use std::path::{Path, PathBuf};
use tailcost::config::{Source, load};

/// Wrong configs, shared with `tests/diagnostics.rs`, which holds the whole text of the library's messages.
fn wrong_configs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let entries = fs::read_dir(folder).expect("the folder of wrong configs");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    assert!(paths.len() >= 60, "{}", paths.len());
    paths
}

#[test]
fn every_wrong_config_is_refused_by_line_and_key() {
    let sandbox = Sandbox::new();
    for (index, path) in wrong_configs().iter().enumerate() {
        let path = path.to_str().expect("text");
        let errors = load(&Source::Path(path.into()), &[]).expect_err("this config is wrong");
        // The verbs share one way in; each config goes through one of them, in turn.
        let message = match index % 2 {
            0 => sandbox.refuses(&["run", path, "--years", "1000", "--out", "result"], 2),
            _ => sandbox.refuses(&["check", path, "--charts", "result"], 2),
        };
        assert!(!errors.messages().is_empty());
        for (text, position) in errors.messages() {
            let position = position.unwrap_or_else(|| panic!("{path}: no position: {text}"));
            let is_line = |line: &str| line.trim_start().starts_with(&format!("{} | ", position.line));
            assert!(message.contains(&position.file) && message.lines().any(is_line), "{path}: {message}");
            assert!(message.contains(&text), "{path}: {message}");
        }
    }
    assert!(sandbox.files().is_empty());
}

#[test]
fn a_file_that_is_missing_or_no_text_is_refused() {
    let sandbox = Sandbox::new();
    let message = sandbox.refuses(&["run", "evidnce"], 2);
    assert!(message.contains("evidnce") && message.contains("evidence"), "the nearest case is named: {message}");
    let message = sandbox.refuses(&["run", "nowhere/case.toml"], 2);
    assert!(message.contains("nowhere/case.toml"), "{message}");
    sandbox.refuses(&["check", "nowhere/case.toml"], 2);
    let message = sandbox.refuses(&["run", "."], 2);
    assert!(message.contains("folder"), "{message}");
    fs::write(sandbox.path("binary.toml"), [0xffu8, 0, 1, 2]).unwrap();
    sandbox.refuses(&["run", "binary.toml"], 2);
    sandbox.write("empty.toml", "");
    sandbox.refuses(&["run", "empty.toml"], 2);
}

#[test]
fn a_wrong_override_is_refused() {
    let sandbox = Sandbox::new();
    for (set, named) in [
        ("workforce.offshore.rat=5", "rate"),
        ("workforce.offshore.rate=cheap", "workforce.offshore.rate"),
        ("workforce.offshore.rate=-1", "workforce.offshore.rate"),
        ("simulation.years", "simulation.years"),
        ("=5", "--set"),
        ("option.Ofshore.transition_cost=5", "Ofshore"),
    ] {
        for verb in ["run", "check"] {
            let message = sandbox.refuses(&[verb, "article", "--set", set], 2);
            assert!(message.contains(named), "{set}: {message}");
        }
    }
}

#[test]
fn wrong_arguments_are_refused() {
    let sandbox = Sandbox::new();
    for (arguments, named) in [
        (&["walk"][..], "walk"),
        (&["--frobnicate"], "--frobnicate"),
        (&["run", "article", "evidence"], "evidence"),
        (&["run", "--yeers", "5"], "--years"),
        (&["run", "--threads", "0"], "--threads"),
        (&["run", "--threads", "100000"], "--threads"),
        (&["run", "--seed", "minus one"], "--seed"),
        (&["run", "--seed", "18446744073709551616"], "--seed"),
        (&["run", "--keep", "some"], "--keep"),
        (&["run", "--out"], "--out"),
        (&["run", "--set"], "--set"),
        (&["run", "--max-years", "5"], "--until"),
        (&["run", "--years", "5", "--until", "mean of Offshore within 1%"], "--until"),
        (&["check", "--years", "5"], "--years"),
        (&["list", "extra"], "extra"),
        (&["schema", "--force"], "--force"),
        (&["init", "a.toml", "b.toml"], "b.toml"),
    ] {
        let message = sandbox.refuses(arguments, 2);
        assert!(message.contains(named), "{arguments:?}: {message}");
    }
}

#[test]
fn a_directory_that_cannot_be_written_is_refused_before_the_work() {
    let sandbox = Sandbox::new();
    sandbox.write("a file", "in the way");
    // So many years that the test would never end if the directory were looked at afterwards.
    for out in ["a file", "a file/below", "a file/far/below"] {
        let message = sandbox.refuses(&["run", "hfma-2018", "--years", "1e15", "--out", out], 4);
        assert!(message.starts_with("error: ") && message.contains("a file"), "{message}");
    }
    sandbox.refuses(&["init", "a file/case.toml"], 4);
    assert_eq!(sandbox.read("a file"), "in the way");
    // The report of `check` is printed all the same; only its charts are lost.
    sandbox.tailcost(&["check", "article", "--charts", "a file/below"]).assert().code(4);
}

/// An argument that is no UTF-8 is refused by name, not by a panic.
#[test]
#[cfg(unix)]
fn arguments_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new();
    for before in [&["run"][..], &["run", "--set"], &["check"], &["run", "--until"]] {
        let mut command = sandbox.tailcost(before);
        let output = command.arg(std::ffi::OsStr::from_bytes(b"caf\xe9")).assert().code(2).get_output().clone();
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{before:?}");
    }
    assert!(sandbox.files().is_empty());
}

/// A path that is no UTF-8 is a fine path.
#[test]
#[cfg(target_os = "linux")]
fn a_directory_whose_name_is_no_text_is_written() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
    let mut command = sandbox.tailcost(&["run", "hfma-2018", "--years", "1000", "--no-charts", "--out"]);
    let output = command.arg(name).output().expect("it runs");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{message}");
    assert!(sandbox.folder.path().join(name).join("outcome.json").is_file());
}
