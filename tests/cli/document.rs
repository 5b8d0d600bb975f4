//! Does a stored result become the document of a validator, in both formats, wherever it is asked for?

use super::Sandbox;

fn run(sandbox: &Sandbox) {
    let arguments =
        ["run", "article", "--years", "20_000", "--out", "result", "--no-charts", "--keep", "none", "--quiet"];
    sandbox.succeeds(&arguments);
}

#[test]
fn both_formats_stand_beside_the_result() {
    let sandbox = Sandbox::new();
    run(&sandbox);
    let printed = sandbox.succeeds(&["document", "result"]);
    assert!(printed.contains("result/document.md  ") && printed.contains("result/document.html  "), "{printed}");
    let (text, html) = (sandbox.read("result/document.md"), sandbox.read("result/document.html"));
    assert!(text.starts_with("# Model document: ") && text.contains("**[to be filled in: "));
    assert!(html.starts_with("<!doctype html>") && html.contains("Content-Security-Policy"));
    // Another run into the same folder leaves no document of an earlier one.
    run(&sandbox);
    assert!(!sandbox.path("result/document.md").exists() && !sandbox.path("result/document.html").exists());
}

#[test]
fn it_goes_where_it_is_asked_to() {
    let sandbox = Sandbox::new();
    run(&sandbox);
    sandbox.succeeds(&["document", "result/outcome.json", "--out", "papers", "--format", "md"]);
    sandbox.succeeds(&["document", "result", "--out", "model.html"]);
    sandbox.succeeds(&["document", "result", "--out", "model.md", "--format", "md"]);
    let files = sandbox.files();
    let has = |name: &str| files.iter().any(|file| file == name);
    assert!(has("papers/document.md") && !has("papers/document.html") && has("model.html") && has("model.md"));
    assert_eq!(sandbox.read("papers/document.md"), sandbox.read("model.md"));
    let message = sandbox.refuses(&["document", "result", "--out", "model.md", "--format", "html"], 2);
    assert!(message.contains("model.md does not end in .html"), "{message}");
    assert!(sandbox.refuses(&["document", "absent"], 2).contains("absent"));
}

#[test]
fn tables_for_a_spreadsheet_hold_no_formula() {
    let sandbox = Sandbox::new();
    let text = "extends = \"article\"\n[workforce.offshore]\nrate = { value = 35, source = \"=HYPERLINK(1); @x\" }\n";
    sandbox.write("own.toml", text);
    sandbox.succeeds(&[
        "run",
        "own.toml",
        "--years",
        "20_000",
        "--out",
        "result",
        "--no-charts",
        "--keep",
        "none",
        "--quiet",
    ]);
    sandbox.succeeds(&["document", "result", "--tables", "tables"]);
    let inputs = sandbox.read("tables/inputs.csv");
    assert!(inputs.contains("\"'=HYPERLINK(1); '@x\"") && !inputs.contains(",\"="), "{inputs}");
    let figures = sandbox.read("tables/figures.csv");
    let mean = sandbox.outcome("result").differences[0].total.mean.value;
    assert!(figures.contains(&format!("\"Offshore\",\"Domestic\",\"mean\",,\"USD a year\",{mean},")), "{figures}");
    assert!(sandbox.read("tables/exceedance.csv").lines().count() > 100);
}

#[test]
fn a_verification_joins_a_run_of_its_own_config_alone() {
    let sandbox = Sandbox::new();
    run(&sandbox);
    assert!(sandbox.outcome("result").verification.is_none());
    let verify = ["verify", "article", "--only", "tables", "--quiet", "--attach", "result"];
    sandbox.succeeds(&verify);
    let found = sandbox.outcome("result").verification.expect("it was attached");
    assert!(found.passed && found.only == ["tables"] && !found.assertions.is_empty());
    sandbox.succeeds(&["document", "result", "--format", "md"]);
    let text = sandbox.read("result/document.md");
    assert!(text.contains("**Passed:**") && text.contains("the groups tables alone"), "{text}");
    let message = sandbox.refuses(&["verify", "evidence", "--only", "tables", "--quiet", "--attach", "result"], 2);
    assert!(message.contains("is a run of another config"), "{message}");
}
