//! Do `uncertainty` and `stress` answer, refuse and leave behind what they say?

use super::Sandbox;
use tailcost::outcome::{StressTest, Uncertainty};

const CASE: &str = r#"
schema = 1
title = "A rate"
[simulation]
years = 2_000
seed = 1
[hospital]
reference_hours = 1000
hours_per_coder = 1920
[workforce.a]
rate = { dist = "normal", mean = { dist = "normal", mean = 35, sd = 2, source = "guess" }, sd = 3 }
[workforce.b]
rate = 30
[[option]]
name = "B"
mix = { b = 1.0 }
[[option]]
name = "A"
mix = { a = 1.0 }
[uncertainty]
outer = 30
inner = 1_000
[stress.dear]
description = "A year in which coders are dear"
workforce.a.rate = 50
"#;

#[test]
fn ignorance_reaches_the_run_the_files_and_the_eye() {
    let sandbox = Sandbox::new();
    sandbox.write("case.toml", CASE);
    let check = sandbox.succeeds(&["check", "case.toml"]);
    assert!(check.contains("uncertain: mean ~ normal(mean 35, sd 2)"), "{check}");
    assert!(check.contains("stress dear: A year in which coders are dear"), "{check}");
    let run = sandbox.succeeds(&["run", "case.toml", "--out", "out", "--keep", "none"]);
    assert!(run.contains("uncertain_parameters") && run.contains("of the variance of the yearly difference"), "{run}");
    let outcome = sandbox.outcome("out");
    let section = outcome.uncertainty.as_ref().expect("the config asks for it");
    assert_eq!((section.outer, section.inner, section.parameters.len()), (30, 1_000, 1));
    assert!(sandbox.files().iter().any(|file| file == "out/charts/horsetail-a.svg"), "{:?}", sandbox.files());
    let arguments = ["uncertainty", "case.toml", "--json", "ignorance.json", "--charts", "charts", "--outer", "40"];
    let table = sandbox.succeeds(&arguments);
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
    let read: Uncertainty = serde_json::from_str(&sandbox.read("ignorance.json")).expect("as it was written");
    assert_eq!(read.outer, 40);
    assert!(sandbox.files().contains(&"charts/ignorance.png".to_owned()));
    // The same draws, so that a run of the same config has the same bands.
    sandbox.succeeds(&["uncertainty", "case.toml", "--json", "same.json", "--attach", "out"]);
    let same: Uncertainty = serde_json::from_str(&sandbox.read("same.json")).unwrap();
    assert_eq!((&same, outcome.uncertainty.as_ref()), (section, sandbox.outcome("out").uncertainty.as_ref()));
}

#[test]
fn stresses_reach_the_files_and_the_eye() {
    let sandbox = Sandbox::new();
    sandbox.write("case.toml", CASE);
    let arguments = [
        "stress",
        "case.toml",
        "--years",
        "2000",
        "--stress",
        "cheap:workforce.a.rate=20",
        "--return-period",
        "100",
        "--json",
        "stress.json",
        "--charts",
        "charts",
    ];
    let table = sandbox.succeeds(&arguments);
    assert!(table.contains("Of 2 stresses, dear hurts most") && table.contains("Reverse stress"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
    let read: StressTest = serde_json::from_str(&sandbox.read("stress.json")).expect("as it was written");
    let change = read.figure(Some(0), "mean of A").unwrap().change.unwrap();
    // 15 USD an hour more, less what the mean of 2,000 years is off: five standard errors, `5 * 3e3 / sqrt(2000)`.
    assert!((change.value - 15_000.0).abs() < 340.0, "{change:?}");
    assert_eq!(read.reverse.as_ref().unwrap().years_beyond, 20);
    assert!(sandbox.files().contains(&"charts/stress-changes.svg".to_owned()));
    sandbox.succeeds(&["run", "case.toml", "--out", "out", "--keep", "none", "--no-charts", "--quiet"]);
    sandbox.succeeds(&["stress", "case.toml", "--years", "2000", "--attach", "out"]);
    assert_eq!(sandbox.outcome("out").stress.unwrap().stresses.len(), 1);
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("case.toml", CASE);
    for (arguments, expected) in [
        (&["uncertainty", "article"][..], "no parameter of the case is uncertain"),
        (&["uncertainty", "case.toml", "--outer", "1"], "--outer: expected 2 to 100000"),
        (&["uncertainty", "case.toml", "--years", "10"], "--years: expected 100 to"),
        (&["uncertainty", "case.toml", "--guesses", "3"], "--guesses: expected a number above 0"),
        (&["stress", "article"], "there is no stress to run"),
        (&["stress", "article", "--stress", "x=3"], "expected NAME:KEY=VALUE"),
        (&["stress", "article", "--stress", "x:workforce.offshor.rate=3"], "there is no workforce \"offshor\""),
        (&["stress", "article", "--stress", "x:workforce.offshore.rte=3"], "did you mean rate?"),
        (&["stress", "article", "--stress", "x:simulation.seed=3"], "expected those of the base"),
        (&["stress", "case.toml", "--stress", "dear:workforce.a.rate=3"], "give yours another name"),
        (&["stress", "case.toml", "--beyond", "1e12"], "none of the 100000 simulated years of A"),
        (&["stress", "case.toml", "--beyond", "much"], "expected a number, as in 5e6"),
        (&["stress", "case.toml", "--return-period", "0.5"], "a number of years above 1"),
        (&["stress", "case.toml", "--beyond", "1", "--option", "C"], "options are B, A"),
    ] {
        let message = sandbox.refuses(arguments, 2);
        assert!(message.contains(expected), "{arguments:?}: {message}");
    }
}
