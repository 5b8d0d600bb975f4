//! Does `tailcost breakeven` answer, say when there is no answer, and refuse what is no question?

use super::Sandbox;
use tailcost::outcome::breakeven::{BreakEven, Movement};

const RATE: [&str; 3] = ["hfma-2018", "--vary", "workforce.offshore.rate"];

fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["breakeven"].into_iter().chain(RATE).chain(more.iter().copied()).collect()
}

/// 35 x (60 - 10.25) / 52.85 = 32.947 USD an hour from the article's own figures. Denials are a count with its own chance, so the break-even has an
/// interval; with the denials at their mean it is exact. 200,000 years have a half-width near 0.001: a cent is seven standard errors and more.
#[test]
fn the_study_breaks_even_at_32_95() {
    let sandbox = Sandbox::new();
    let printed =
        sandbox.succeeds(&arguments(&["--until", "mean difference = 0", "--years", "2e5", "--json", "found.json"]));
    assert!(printed.contains("break-even"), "{printed}");
    let found: BreakEven = serde_json::from_str(&sandbox.read("found.json")).unwrap();
    let [root] = found.roots.as_slice() else { panic!("{:?}", found.roots) };
    assert!((root.value.value - 35.0 * (60.0 - 10.25) / 52.85).abs() < 0.01, "{root:?}");
    assert!(root.value.high.unwrap() - root.value.low.unwrap() < 0.01, "{root:?}");
    assert!(root.left.abs() < 1e-3 && root.slope > 0.0, "{root:?}");
    assert_eq!(found.driver.by, Movement::Point);
    // Read back and written again, it is the same text.
    let again = serde_json::to_string_pretty(&found).unwrap() + "\n";
    assert_eq!(again, sandbox.read("found.json"));
}

#[test]
fn nothing_depends_on_threads() {
    let sandbox = Sandbox::new();
    let of = |threads: &str| {
        sandbox.succeeds(&[
            "breakeven",
            "evidence",
            "--vary",
            "workforce.offshore.case_mix_drift",
            "--until",
            "costs more = 50%",
            "--years",
            "20_000",
            "--threads",
            threads,
        ])
    };
    assert_eq!(of("1"), of("3"));
}

#[test]
fn never_is_an_answer() {
    let sandbox = Sandbox::new();
    let printed = sandbox.succeeds(&arguments(&["--until", "mean difference = 1e12", "--years", "2000"]));
    assert!(printed.contains("No value of workforce.offshore.rate from 0 to 350"), "{printed}");
    assert!(printed.contains("lowest searched") && printed.contains("highest searched"), "{printed}");
}

#[test]
fn two_drivers_give_a_frontier() {
    let sandbox = Sandbox::new();
    let more = [
        "--vary",
        "workforce.offshore.productivity",
        "--until",
        "mean difference = 0",
        "--years",
        "2000",
        "--json",
        "found.json",
        "--charts",
        "charts",
    ];
    sandbox.succeeds(&arguments(&more));
    let found: BreakEven = serde_json::from_str(&sandbox.read("found.json")).unwrap();
    let frontier = found.frontier.unwrap();
    // (60 - audit and rework, about 10.25 at today's productivity) x productivity = rate: the slower, the cheaper they must be.
    let met: Vec<(f64, f64)> = frontier.points.iter().map(|point| (point.first, point.second.unwrap().value)).collect();
    assert!(met.is_sorted_by(|a, b| a.0 < b.0 && a.1 < b.1), "{met:?}");
    assert!(sandbox.files().contains(&"charts/frontier.png".to_owned()));
}

#[test]
fn an_answer_joins_a_run() {
    let sandbox = Sandbox::new();
    sandbox.succeeds(&["run", "hfma-2018", "--years", "2000", "--out", "run", "--no-charts"]);
    let more = ["--until", "mean difference = 0", "--years", "2000", "--attach", "run"];
    sandbox.succeeds(&arguments(&more));
    sandbox.succeeds(&arguments(&more));
    let outcome = sandbox.outcome("run");
    assert_eq!(outcome.break_even.len(), 1, "the same question twice is one answer");
    let message = sandbox
        .refuses(&["breakeven", "article", "--vary", "world.volume", "--until", "mean = 0", "--attach", "run"], 2);
    assert!(message.contains("another config"), "{message}");
}

#[test]
fn what_is_no_question_is_refused() {
    let sandbox = Sandbox::new();
    for (case, words) in [
        (&["--vary", "workforce.ofshore.rate", "--until", "mean difference = 0"][..], "workforce.offshore.rate"),
        (&["--vary", "workforce.offshore.denial_dispersion", "--until", "mean difference = 0"], "fixed number"),
        (&["--vary", "workforce.offshore.rate", "--until", "mean difference"], "expected `MEASURE = NUMBER`"),
        (&["--vary", "workforce.offshore.rate", "--until", "median = 0"], "unknown measure `median`"),
        (&["--vary", "workforce.offshore.rate", "--until", "mean of Nearshore = 0"], "no option is named `Nearshore`"),
        (&["--vary", "workforce.offshore.rate", "--until", "costs more = 2"], "between 0 and 1"),
        (
            &["--vary", "workforce.offshore.rate", "--until", "mean = 0", "--from", "9", "--to", "3"],
            "--from below --to",
        ),
        (&["--vary", "workforce.offshore.rate", "--until", "mean = 0", "--from", "-4"], "a number of 0 or more"),
        (&["--vary", "option.Offshore.transition_cost", "--until", "mean = 0"], "--from and --to"),
        (&["--vary", "world.threat", "--vary", "world.threat", "--until", "mean = 0"], "named twice"),
        (&["--vary", "workforce.offshore.rate", "--until", "mean = 0", "--years", "10"], "--years"),
    ] {
        let all: Vec<&str> = ["breakeven", "article"].into_iter().chain(case.iter().copied()).collect();
        let message = sandbox.refuses(&all, 2);
        assert!(message.contains(words), "{case:?}: {message}");
    }
}
