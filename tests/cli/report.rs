//! Does a stored result become a page, and does `--enforce` hold a run to its limits?

use super::Sandbox;
use tailcost::outcome::Verdict;

const YEARS: [&str; 2] = ["--years", "20_000"];

/// A run of the article's case with these limits.
fn run<'a>(lines: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["run", "article", "--set", lines, "--out", "result", "--no-charts", "--keep", "none"];
    arguments.extend(YEARS);
    arguments.extend(more);
    arguments
}

#[test]
fn a_result_is_written_as_one_page_without_simulating() {
    let sandbox = Sandbox::new();
    sandbox.succeeds(&run("hospital.name=\"Saint Elsewhere\"", &["--report"]));
    let page = sandbox.read("result/report.html");
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    assert!(page.contains("Saint Elsewhere") && page.contains("costs least on average"));
    let printed = sandbox.succeeds(&["report", "result", "--out", "again.html"]);
    assert!(printed.starts_with("again.html"), "{printed}");
    assert_eq!(sandbox.read("again.html"), page, "the same bytes from the stored result");
    sandbox.succeeds(&["report", "result/outcome.json"]);
    assert_eq!(sandbox.read("result/report.html"), page);
    // Another run into the same folder leaves no page of an earlier one.
    sandbox.succeeds(&run("hospital.name=\"Other\"", &[]));
    assert!(!sandbox.path("result/report.html").exists());
}

#[test]
fn what_is_no_result_is_refused() {
    let sandbox = Sandbox::new();
    assert!(sandbox.refuses(&["report", "absent"], 2).contains("absent"));
    sandbox.write("case.json", "{}");
    assert!(sandbox.refuses(&["report", "case.json"], 2).contains("not a result file"));
}

#[test]
fn limits_are_told_and_enforced() {
    let limit = |amount: &str| {
        format!(
            "appetite.lines=[{{ measure = \"tvar@0.99\", of = \"Offshore\", limit = {amount}, name = \"Board tolerance\" }}]"
        )
    };
    let sandbox = Sandbox::new();
    let (kept, broken) = (limit("500_000_000"), limit("12_000_000"));
    let printed = sandbox.succeeds(&run(&kept, &["--enforce"]));
    assert!(
        printed.contains("Appetite: the limit is kept") && printed.contains("WITHIN: Board tolerance"),
        "{printed}"
    );
    assert_eq!(sandbox.outcome("result").appetite[0].verdict, Verdict::Within);

    let output = sandbox.tailcost(&run(&broken, &["--enforce"])).assert().code(1).get_output().clone();
    let message = super::text(&output.stderr);
    assert!(message.contains("not kept: BREACH: Board tolerance: tvar@0.99 of Offshore is"), "{message}");
    let outcome = sandbox.outcome("result");
    assert_eq!(outcome.appetite[0].verdict, Verdict::Breach, "the result is written all the same");
    let found = outcome.appetite[0].found;
    sandbox.succeeds(&run(&broken, &[]));

    // A limit inside the interval cannot be told, and so is not kept.
    let doubtful = limit(&format!("{}", found.value));
    let output = sandbox.tailcost(&run(&doubtful, &["--enforce", "--quiet"])).assert().code(1).get_output().clone();
    assert!(super::text(&output.stderr).contains("cannot tell"));
    assert_eq!(sandbox.outcome("result").appetite[0].verdict, Verdict::CannotTell);
}

#[test]
fn limits_change_no_figure_and_there_must_be_some() {
    let sandbox = Sandbox::new();
    let message = sandbox.refuses(&["run", "article", "--enforce"], 2);
    assert!(message.contains("sets no limits") && message.contains("[appetite]"), "{message}");
    sandbox.succeeds(&run("appetite.lines=[{ measure = \"mean\", limit = 1e6 }]", &[]));
    let with = sandbox.outcome("result");
    assert_eq!(with.appetite.len(), 3, "without an option the limit is on all of them");
    sandbox.succeeds(&run("hospital.hours_per_coder=1920", &[]));
    let without = sandbox.outcome("result");
    assert_eq!(with.options, without.options);
    assert_eq!(with.differences, without.differences);
}

#[test]
fn results_stand_side_by_side_with_what_makes_them_differ() {
    let sandbox = Sandbox::new();
    for case in ["article", "evidence", "hfma-2018"] {
        let out = format!("runs/{case}");
        let arguments = ["run", case, "--years", "20_000", "--out", &out, "--no-charts", "--keep", "none", "--quiet"];
        sandbox.succeeds(&arguments);
    }
    let printed = sandbox.succeeds(&["report", "runs/article", "runs/evidence/outcome.json"]);
    assert!(printed.starts_with("comparison.html"), "{printed}");
    let page = sandbox.read("comparison.html");
    assert!(page.contains("Both results speak for Domestic") && page.contains("Content-Security-Policy"));
    // Case mix decides, and the page says so: the value that each config has, and what it makes.
    assert!(page.contains("workforce.offshore.case_mix_drift alone makes"), "the heading of why");
    assert!(page.contains("case_mix_value") && page.contains("Inputs that differ"));
    // The same results give the same bytes.
    sandbox.succeeds(&["report", "runs/article", "runs/evidence", "--out", "again.html"]);
    assert_eq!(sandbox.read("again.html"), page);
    sandbox.succeeds(&["report", "runs/article", "runs/evidence", "runs/hfma-2018", "--out", "three.html"]);
    let three = sandbox.read("three.html");
    assert!(three.contains("id=\"why-2\"") && three.contains("A is article, B is hfma-2018."));

    let many = [
        "report",
        "runs/article",
        "runs/article",
        "runs/article",
        "runs/article",
        "runs/article",
        "runs/article",
        "runs/article",
    ];
    assert!(sandbox.refuses(&many, 2).contains("at most 6 results"));
    assert!(sandbox.refuses(&["report", "runs/article", "absent"], 2).contains("absent"));
    sandbox.refuses(&["report"], 2);
}

#[test]
fn one_result_beside_itself_differs_in_nothing() {
    let sandbox = Sandbox::new();
    sandbox.succeeds(&run("hospital.hours_per_coder=1920", &[]));
    sandbox.succeeds(&["report", "result", "result/outcome.json", "--out", "same.html"]);
    let page = sandbox.read("same.html");
    assert!(page.contains("Nothing changed: all") && page.contains("Nothing that matters differs in the configs"));
    assert!(page.contains("No input differs"));
}
