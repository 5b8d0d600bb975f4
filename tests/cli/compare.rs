//! Does `tailcost compare` tell a change from noise, and refuse what cannot be compared?

use super::Sandbox;
use tailcost::outcome::comparison::{Comparison, MeasureKind, Pairing, Verdict};

fn compared(sandbox: &Sandbox, arguments: &[&str]) -> Comparison {
    let all: Vec<&str> = ["compare"].into_iter().chain(arguments.iter().copied()).chain(["--json", "c.json"]).collect();
    sandbox.succeeds(&all);
    serde_json::from_str(&sandbox.read("c.json")).expect("what was written reads back")
}

fn runs(sandbox: &Sandbox) {
    for (out, case, seed) in [("a", "article", "1"), ("b", "article", "2"), ("e", "evidence", "1")] {
        sandbox.succeeds(&["run", case, "--years", "20_000", "--seed", seed, "--out", out, "--no-charts", "--quiet"]);
    }
}

#[test]
fn the_same_result_has_not_changed() {
    let sandbox = Sandbox::new();
    runs(&sandbox);
    let found = compared(&sandbox, &["a", "a/outcome.json", "--fail-beyond", "1sigma"]);
    assert!(found.measures.iter().all(|row| row.verdict == Verdict::Same && row.change == 0.0));
    assert!(found.notes.is_empty() && found.config.is_empty() && found.drivers.is_empty());
}

/// Seeds are fixed, so this passes always or never: of about a hundred measures that move together, none is beyond 5 standard errors.
#[test]
fn another_seed_is_noise_and_another_case_is_not() {
    let sandbox = Sandbox::new();
    runs(&sandbox);
    let found = compared(&sandbox, &["a", "b", "--fail-beyond", "5 sigma"]);
    assert_eq!(found.pairing, Pairing::Independent);
    let scores: Vec<f64> = found.measures.iter().filter_map(|row| row.z).collect();
    assert!(scores.len() > 60 && scores.iter().any(|z| z.abs() > 0.1));
    let all = ["compare", "a", "e", "--fail-beyond", "5sigma"];
    let output = sandbox.tailcost(&all).assert().code(1).get_output().clone();
    let printed = super::text(&output.stdout);
    assert!(printed.contains("other_config") && printed.contains("are beyond 5 standard errors"), "{printed}");
    assert!(printed.lines().all(|line| line.chars().count() <= 100), "{printed}");
    let found = compared(&sandbox, &["a", "e"]);
    assert_eq!(found.pairing, Pairing::SameYears);
    assert!(found.drivers.iter().any(|driver| driver.path == "workforce.offshore.rate"));
}

/// The noise of a paired change is far below that of two runs: the rate alone, over the same years.
#[test]
fn configs_live_through_the_same_years() {
    let sandbox = Sandbox::new();
    sandbox.write("own.toml", "extends = \"article\"\n[workforce.offshore]\nrate = 36.0\nquery_cost = 21.0\n");
    let found = compared(&sandbox, &["article", "own.toml", "--years", "20_000"]);
    assert_eq!(found.pairing, Pairing::Paired);
    assert_eq!(found.config.iter().filter(|change| change.matters).count(), 2);
    let row = |measure: &str, option: &str| {
        let same = |row: &&tailcost::outcome::comparison::MeasureChange| row.measure == measure && row.option == option;
        found.measures.iter().find(same).unwrap_or_else(|| panic!("{measure} of {option}"))
    };
    let mean = row("mean difference", "Offshore");
    let alone = mean.b.high.unwrap() - mean.b.value;
    assert!(mean.change > 0.0 && mean.standard_error.unwrap() < 0.02 * alone, "{mean:?}");
    assert_eq!(row("mean", "Domestic").verdict, Verdict::Same);
    assert_eq!(
        (row("labour", "Offshore").kind, row("labour", "Offshore").verdict),
        (MeasureKind::Component, Verdict::Changed)
    );
    // One dollar of rate and one of query cost do not touch each other: each alone adds up to both.
    let steps = &found.steps[0];
    let sum: f64 = steps.steps.iter().map(|step| step.change.value).sum();
    assert!(steps.steps.len() == 2 && steps.not_alone.is_empty());
    assert!((sum + steps.together.value - (steps.b - steps.a)).abs() < 1e-6 * sum.abs());
    assert!(steps.together.value.abs() < 1e-9 * sum.abs(), "{steps:?}");
}

#[test]
fn what_one_side_alone_has_is_named() {
    let sandbox = Sandbox::new();
    let options =
        "option = [{ name = \"Domestic\", mix = { domestic = 1.0 } }, { name = \"New\", mix = { offshore = 1.0 } }]\n";
    sandbox.write("own.toml", &format!("{options}extends = \"article\"\n"));
    let found = compared(&sandbox, &["article", "own.toml", "--years", "2000"]);
    let only: Vec<&str> = found.only_in_one.iter().map(|only| only.what.as_str()).collect();
    assert_eq!(only, ["option Offshore", "option Blended 60/40", "option New"]);
}

#[test]
fn a_config_beside_a_result_has_its_seed_and_years() {
    let sandbox = Sandbox::new();
    runs(&sandbox);
    let found = compared(&sandbox, &["b", "article", "--fail-beyond", "1sigma"]);
    assert_eq!((found.b.seed, found.b.years), (2, 20_000));
    assert!(found.measures.iter().all(|row| row.verdict == Verdict::Same));
}

#[test]
fn charts_are_written() {
    let sandbox = Sandbox::new();
    compared(&sandbox, &["article", "evidence", "--years", "2000", "--charts", "charts"]);
    for name in ["charts/changes-offshore.png", "charts/measures.svg"] {
        assert!(sandbox.files().contains(&name.to_owned()), "{name}");
    }
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("no.json", "{\"schema\": 1}");
    sandbox.write("text.json", "hello");
    std::fs::create_dir(sandbox.path("empty")).unwrap();
    for (case, words) in [
        (&["article", "no.json"][..], "no.json is not a result file"),
        (&["text.json", "article"], "text.json is not a result file"),
        (&["empty", "article"], "without an outcome.json"),
        (&["artcle", "article"], "article"),
        (&["article", "missing.json"], "missing.json"),
        (&["article", "evidence", "--fail-beyond", "none"], "as in 3sigma"),
        (&["article", "evidence", "--years", "5"], "--years"),
    ] {
        let all: Vec<&str> = ["compare"].into_iter().chain(case.iter().copied()).collect();
        let message = sandbox.refuses(&all, 2);
        assert!(message.contains(words), "{case:?}: {message}");
    }
}
