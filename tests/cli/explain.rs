//! Does `explain` tell the years of a run, and refuse what is no longer the run's?

use super::Sandbox;
use serde_json::Value;
use std::fs;
use tailcost::outcome::{Chosen, Story};

/// A case whose turnover comes from a column of data beside the config.
const CASE: &str = r#"
schema = 1
extends = "article"
title = "With data"

[workforce.offshore]
turnover = { dist = "empirical", file = "data/turnover.csv", column = "rate" }
"#;
const DATA: &str = "rate\n0.2\n0.3\n0.35\n0.5\n";

fn stories(sandbox: &Sandbox, file: &str) -> Vec<Story> {
    serde_json::from_str(&sandbox.read(file)).expect("stories")
}

fn run_article(sandbox: &Sandbox, out: &str) {
    sandbox.succeeds(&["run", "article", "--years", "20_000", "--no-charts", "--keep", "none", "--out", out]);
}

#[test]
fn a_run_keeps_the_stories_that_explain_tells() {
    let sandbox = Sandbox::new();
    run_article(&sandbox, "o");
    let outcome = sandbox.outcome("o");
    // Worst five, 1 in 100, 1 in 1,000 of three options.
    assert_eq!(outcome.stories.len(), 21);
    assert!(outcome.stories.iter().all(|story| !story.sentences.is_empty() && story.components.len() == 14));
    for option in &outcome.options {
        let text = sandbox.succeeds(&["explain", "o", "--worst", "5", "--option", &option.name, "--json", "w.json"]);
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        let kept = outcome.stories.iter().filter(|story| story.option == option.name);
        let worst: Vec<&Story> = kept.clone().filter(|s| matches!(s.chosen[0], Chosen::Worst { .. })).collect();
        assert_eq!(stories(&sandbox, "w.json").iter().collect::<Vec<_>>(), worst);
        for period in ["100", "1e3"] {
            let arguments = ["explain", "o/outcome.json", "--return-period", period, "--option", &option.name];
            sandbox.succeeds(&[&arguments[..], &["--json", "p.json", "--threads", "1"]].concat());
            let told = &stories(&sandbox, "p.json")[0];
            assert!(kept.clone().any(|story| story == told), "1 in {period} of {}", option.name);
        }
    }
    // One thread runs the same stories.
    let one =
        ["run", "article", "--years", "20_000", "--no-charts", "--keep", "none", "--threads", "1", "--out", "one"];
    sandbox.succeeds(&one);
    assert_eq!(sandbox.outcome("one").stories, outcome.stories);
    // The plain second opinion has years of its own.
    let reference = ["run", "article", "--years", "1000", "--engine", "reference", "--no-charts", "--out", "reference"];
    sandbox.succeeds(&reference);
    assert!(sandbox.raw("reference").get("stories").is_none());
    let message = sandbox.refuses(&["explain", "reference", "--year", "1"], 2);
    assert!(message.contains("reference engine") && message.contains("--engine fast"), "{message}");
}

#[test]
fn a_year_is_told_of_all_options_and_joins_the_run() {
    let sandbox = Sandbox::new();
    run_article(&sandbox, "o");
    let text = sandbox.succeeds(&["explain", "o", "--year", "19_999", "--json", "y.json", "--charts", "c", "--attach"]);
    assert!(text.starts_with("What year 19,999 costs: Domestic "), "{text}");
    assert!(text.contains("3 stories added to "), "{text}");
    let told = stories(&sandbox, "y.json");
    let outcome = sandbox.outcome("o");
    assert_eq!(outcome.stories[21..], told);
    let names: Vec<&str> = told.iter().map(|story| story.option.as_str()).collect();
    assert_eq!(names, ["Domestic", "Offshore", "Blended 60/40"]);
    for story in &told {
        let against = story.against.as_ref().map_or(told[0].total, |against| against.total);
        assert_eq!(against, told[0].total);
        assert!(story.place.is_some_and(|place| place <= 20_000));
    }
    for name in ["domestic", "offshore", "blended-60-40"] {
        for chart in ["costs.svg", "costs.png", "drivers.svg", "drivers.png"] {
            let file = sandbox.path("c").join(format!("story-{name}-year-19999-{chart}"));
            assert!(fs::metadata(&file).expect("a chart").len() > 10_000, "{}", file.display());
        }
    }
    let text = sandbox.succeeds(&["explain", "o", "--year", "0", "--option", "Offshore"]);
    assert!(text.starts_with("Offshore, year 0: "), "{text}");
    // What is told already is not told twice.
    let text = sandbox.succeeds(&["explain", "o", "--worst", "2", "--attach"]);
    assert!(text.contains("no story added"), "{text}");
    assert_eq!(sandbox.outcome("o").stories.len(), 24);
}

#[test]
fn data_files_are_found_from_anywhere_and_held_to_what_was_read() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("cases/data")).unwrap();
    sandbox.write("cases/case.toml", CASE);
    let data = sandbox.write("cases/data/turnover.csv", DATA);
    let run = ["run", "cases/case.toml", "--years", "2000", "--no-charts", "--keep", "none", "--out", "o"];
    sandbox.succeeds(&run);
    let explain = ["explain", "o", "--worst", "1"];
    let told = sandbox.succeeds(&explain);
    // From another folder, the run named by its path.
    fs::create_dir(sandbox.path("elsewhere")).unwrap();
    let mut command = sandbox.process(&["explain", "../o", "--worst", "1"]);
    let output = command.current_dir(sandbox.path("elsewhere")).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), told);
    // One more value, one changed, gone.
    for changed in [format!("{DATA}0.4\n"), DATA.replace("0.35", "0.36")] {
        fs::write(&data, changed).unwrap();
        let message = sandbox.refuses(&explain, 2);
        assert!(message.contains("data/turnover.csv") && message.contains("has changed since the run"), "{message}");
    }
    fs::remove_file(&data).unwrap();
    let message = sandbox.refuses(&explain, 2);
    assert!(message.contains("data/turnover.csv") && message.contains("is gone"), "{message}");
    fs::write(&data, DATA).unwrap();
    assert_eq!(sandbox.succeeds(&explain), told);
    // Moved as a whole, it is found from the folder of the config.
    fs::rename(sandbox.path("cases"), sandbox.path("moved")).unwrap();
    let mut command = sandbox.process(&["explain", "../o", "--worst", "1"]);
    let output = command.current_dir(sandbox.path("moved")).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), told, "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_the_run_does_not_have_is_refused() {
    let sandbox = Sandbox::new();
    run_article(&sandbox, "o");
    for (arguments, named) in [
        (&["explain", "o", "--year", "20000"][..], "counted from 0: there is no year 20000"),
        (&["explain", "o", "--year", "-1"], "-1"),
        (&["explain", "o", "--year", "1.5"], "1.5"),
        (&["explain", "o", "--return-period", "30000"], "30000"),
        (&["explain", "o", "--return-period", "1"], "above 1"),
        (&["explain", "o", "--return-period", "nan"], "nan"),
        (&["explain", "o", "--worst", "0"], "1..=100"),
        (&["explain", "o", "--worst", "101"], "1..=100"),
        (&["explain", "o"], "--worst"),
        (&["explain", "o", "--year", "1", "--worst", "2"], "cannot be used with"),
        (&["explain", "o", "--worst", "1", "--option", "Ofshore"], "did you mean \"Offshore\"?"),
        (&["explain", "o", "--worst", "1", "--option", "xyz"], "\"Blended 60/40\""),
        (&["explain", "nowhere", "--worst", "1"], "nowhere"),
        (&["explain", "article", "--worst", "1"], "tailcost run article"),
    ] {
        let message = sandbox.refuses(arguments, 2);
        assert!(message.contains(named), "{arguments:?}: {message}");
    }
}

#[test]
fn a_broken_result_file_is_refused() {
    let sandbox = Sandbox::new();
    run_article(&sandbox, "o");
    let whole = sandbox.raw("o");
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut value = whole.clone();
        change(&mut value);
        serde_json::to_string(&value).unwrap()
    };
    let half = serde_json::to_string(&whole).unwrap();
    for (text, named) in [
        (half[..half.len() / 2].to_string(), "is not a result file"),
        ("{}".into(), "is not a result file"),
        (changed(&|value| value["schema"] = 9.into()), "schema 9"),
        (changed(&|value| value["value_version"] = 1_000_000.into()), "value version 1000000"),
        (changed(&|value| value["provenance"]["config"] = "nonsense".into()), "the config in"),
        (
            changed(&|value| {
                let config = value["provenance"]["config"].as_str().unwrap().replace("seed = 2026", "seed = 2027");
                value["provenance"]["config"] = config.into();
            }),
            "is not the one that was run",
        ),
        (changed(&|value| value["stories"][0]["total"] = 1.into()), "another program ran it"),
    ] {
        sandbox.write("bad.json", &text);
        let message = sandbox.refuses(&["explain", "bad.json", "--worst", "1", "--option", "Domestic"], 2);
        assert!(message.contains(named) && message.contains("bad.json") | message.contains("year"), "{message}");
        fs::remove_file(sandbox.path("bad.json")).unwrap();
    }
    // Results of before there were stories are explained all the same.
    sandbox.write("old.json", &changed(&|value| drop(value.as_object_mut().unwrap().remove("stories"))));
    sandbox.succeeds(&["explain", "old.json", "--worst", "1"]);
}
