//! Does `tailcost verify` find a fault that was planted, and say where it lies?
//!
//! Built with the feature `planted-faults` alone: `cargo test --release --features planted-faults --test planted`. Each run is the whole
//! quick verification of the article's case by the real program. What chance can fail does so once in 10,000 seeds, and the seed is the
//! case's own.

use std::process::Command;
use tailcost::outcome::Verification;
use tailcost::verification::groups;

/// A verification with a fault planted: its exit code and what it wrote.
fn verify(fault: Option<&str>) -> (i32, Verification) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("verification.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailcost"));
    command.args(["verify", "article", "--quiet", "--json"]).arg(&file).current_dir(folder.path());
    command.env_remove("TAILCOST_FAULT");
    if let Some(fault) = fault {
        command.env("TAILCOST_FAULT", fault);
    }
    let output = command.output().expect("the program starts");
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{fault:?}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().expect("no signal"), serde_json::from_str(&text).expect("a verification"))
}

/// Plants a fault; some group of each list must fail, and all of `sound` must hold. A list none of whose groups is part of this
/// program asks nothing.
fn finds(fault: &str, lists: &[&[&str]], sound: &[&str]) {
    let known: Vec<&str> = groups().collect();
    let (code, verification) = verify(Some(fault));
    let failed: Vec<(&str, &str)> = verification
        .assertions
        .iter()
        .filter(|assertion| !assertion.passed)
        .map(|assertion| (assertion.group.as_str(), assertion.subject.as_str()))
        .collect();
    println!("{fault}: {failed:?}");
    let asked: Vec<&&[&str]> = lists.iter().filter(|list| list.iter().any(|group| known.contains(group))).collect();
    for list in &asked {
        assert!(failed.iter().any(|(group, _)| list.contains(group)), "{fault}: none of {list:?} in {failed:?}");
    }
    assert!(!failed.iter().any(|(group, _)| sound.contains(group)), "{fault}: one of {sound:?} in {failed:?}");
    assert_eq!(code, i32::from(!asked.is_empty()), "{fault}: {failed:?}");
    assert_eq!(verification.passed, asked.is_empty());
}

#[test]
fn without_a_fault_everything_holds() {
    let (code, verification) = verify(None);
    assert!(verification.passed, "{:#?}", verification.assertions.iter().filter(|a| !a.passed).collect::<Vec<_>>());
    assert_eq!(code, 0);
}

/// A wrong formula leaves draws and tables as they are: only what knows the cost of a year by other means can tell.
#[test]
fn a_wrong_formula_is_found() {
    finds("formula", &[&["twin"]], &["identity", "drivers", "tables", "generator"]);
}

#[test]
fn a_shifted_table_is_found() {
    finds("table", &[&["tables"]], &["identity", "generator"]);
}

/// The bits themselves, and every driver that is drawn from them.
#[test]
fn a_biased_generator_is_found() {
    finds("generator", &[&["generator"], &["drivers"]], &["identity", "tables"]);
}

#[test]
fn a_sum_that_is_off_is_found() {
    finds("sum", &[&["tables"]], &["identity", "generator"]);
}

#[test]
fn a_fault_that_nobody_knows_is_refused() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailcost"));
    command.args(["verify", "article", "--only", "drivers"]).env("TAILCOST_FAULT", "none");
    let output = command.output().expect("the program starts");
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("no fault `none`"));
}
