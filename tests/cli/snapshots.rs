//! What exactly does a user read: the help of each verb, the list of cases, the summary of a run?
//!
//! To accept a change that is meant: `INSTA_UPDATE=always cargo test --release --test cli snapshots`.

use super::Sandbox;

fn at_80_columns(arguments: &[&str]) -> String {
    let sandbox = Sandbox::new();
    let output = sandbox.tailcost(arguments).env("COLUMNS", "80").assert().success().get_output().clone();
    super::text(&output.stdout)
}

fn snapshot(name: &str, printed: &str) {
    let settings = || {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings
    };
    settings().bind(|| insta::assert_snapshot!(name, printed));
}

#[test]
fn help() {
    snapshot("help", &at_80_columns(&["--help"]));
    const VERBS: [&str; 18] = [
        "batch",
        "run",
        "check",
        "explain",
        "breakeven",
        "compare",
        "document",
        "fit",
        "elicit",
        "init",
        "list",
        "merge",
        "report",
        "schema",
        "sensitivity",
        "stress",
        "uncertainty",
        "voi",
    ];
    for verb in VERBS {
        snapshot(&format!("help_{verb}"), &at_80_columns(&[verb, "--help"]));
    }
}

#[test]
fn list() {
    snapshot("list", &at_80_columns(&["list"]));
}

#[test]
fn summary() {
    let printed = at_80_columns(&["run", "hfma-2018", "--years", "20_000", "--out", "result"]);
    snapshot("summary_hfma_2018", &without_time(&printed));
}

/// `..., in 0.26 s (fast engine)` becomes `..., in TIME (fast engine)`.
fn without_time(printed: &str) -> String {
    let (before, rest) = printed.split_once(", in ").expect("a time");
    let (_, after) = rest.split_once(" (").expect("an engine");
    format!("{before}, in TIME ({after}")
}
