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
