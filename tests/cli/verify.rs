//! Does `verify` prove what it says, and refuse what it cannot?

use super::Sandbox;
use tailcost::outcome::{Extent, Verification};

#[test]
fn a_case_that_holds_is_passed_and_written_down() {
    let sandbox = Sandbox::new();
    let printed = sandbox.succeeds(&["verify", "hfma-2018", "--quiet", "--json", "v.json"]);
    assert!(printed.contains("passed: ") && printed.contains("A program without a fault fails"), "{printed}");
    let found: Verification = serde_json::from_str(&sandbox.read("v.json")).expect("a verification");
    assert!(found.passed && found.extent == Extent::Quick && found.false_alarm <= 1e-4);
    assert!(found.assertions.len() > 60 && found.assertions.iter().all(|assertion| assertion.passed));
    for group in ["twin", "compound", "drivers", "tables", "generator", "identity"] {
        assert!(found.assertions.iter().any(|assertion| assertion.group == group), "{group}");
        assert!(printed.lines().any(|line| line.trim_start().starts_with(group)), "{group}: {printed}");
    }
}

#[test]
fn one_group_alone_is_tried_on_request() {
    let sandbox = Sandbox::new();
    let printed = sandbox.succeeds(&["verify", "evidence", "--only", "identity", "--all", "--quiet"]);
    assert!(printed.contains("3 shards") && !printed.contains("compound"), "{printed}");
    assert!(sandbox.files().is_empty(), "nothing is written unless asked for");
}

#[test]
fn a_case_without_the_lines_of_a_group_says_so() {
    let sandbox = Sandbox::new();
    let text = "schema = 1\ntitle = \"Hours alone\"\n[hospital]\nreference_hours = 1000\n[workforce.a]\nrate = 50\n\
                [[option]]\nname = \"A\"\nmix = { a = 1.0 }\n";
    sandbox.write("hours.toml", text);
    let printed = sandbox.succeeds(&["verify", "hours.toml", "--only", "compound", "--quiet"]);
    assert!(printed.contains("Nothing of this case was asserted"), "{printed}");
}

#[test]
fn a_group_that_nobody_knows_is_refused() {
    let sandbox = Sandbox::new();
    let error = sandbox.refuses(&["verify", "article", "--only", "twins"], 2);
    assert!(error.contains("no group `twins`") && error.contains("twin, compound"), "{error}");
    sandbox.refuses(&["verify", "article", "--set", "workforce.offshore.rate=-1"], 2);
}
