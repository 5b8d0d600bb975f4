//! Do `sensitivity` and `voi` answer, join a run, and refuse what is wrong?

use super::Sandbox;
use tailcost::outcome::{Sensitivity, Worth};

/// Every line keeps to 100 columns.
fn assert_narrow(text: &str) {
    for line in text.lines() {
        assert!(line.trim_end().chars().count() <= 100, "{}: {line}", line.chars().count());
    }
}

#[test]
fn answers_join_the_run_they_belong_to() {
    let sandbox = Sandbox::new();
    sandbox.succeeds(&["run", "evidence", "--years", "5000", "--out", "run", "--no-charts"]);
    let args =
        ["sensitivity", "evidence", "--years", "4000", "--json", "s.json", "--charts", "pictures", "--attach", "run"];
    let printed = sandbox.succeeds(&args);
    assert_narrow(&printed);
    assert!(printed.contains("offshore.case_mix_drift") && printed.contains("95%"), "{printed}");
    for chart in ["tornado", "variance", "tail"] {
        for kind in ["svg", "png"] {
            assert!(sandbox.path(&format!("pictures/{chart}.{kind}")).is_file(), "{chart}.{kind}");
        }
    }
    let printed = sandbox.succeeds(&["voi", "evidence", "--years", "4000", "--json", "v.json", "--attach", "run"]);
    assert_narrow(&printed);
    let sensitivity: Sensitivity = serde_json::from_str(&sandbox.read("s.json")).unwrap();
    let worth: Worth = serde_json::from_str(&sandbox.read("v.json")).unwrap();
    assert_eq!((sensitivity.measure.as_str(), worth.best.as_str()), ("mean difference of Offshore", "Domestic"));
    let outcome = sandbox.outcome("run");
    assert_eq!(outcome.sensitivity, Some(sensitivity));
    assert_eq!(outcome.worth, Some(worth));
    assert_eq!(outcome.years, 5000);
}

#[test]
fn every_measure_is_told_within_a_hundred_columns() {
    let sandbox = Sandbox::new();
    for of in [
        "tvar@0.95 of Blended 60/40",
        "var@0.9 difference of Offshore",
        "sd",
        "cheapest of Domestic",
        "regret",
        "costs more",
    ] {
        assert_narrow(&sandbox.succeeds(&["sensitivity", "evidence", "--years", "1000", "--of", of]));
    }
    assert_narrow(&sandbox.succeeds(&["sensitivity", "article", "--years", "1000"]));
    assert_narrow(&sandbox.succeeds(&["sensitivity", "hfma-2018", "--years", "1000", "--shapley"]));
    for case in ["article", "hfma-2018", "hhs-breaches"] {
        assert_narrow(&sandbox.succeeds(&["voi", case, "--years", "2000"]));
    }
}

#[test]
fn results_do_not_depend_on_threads() {
    let sandbox = Sandbox::new();
    for (verb, name) in [("sensitivity", "s"), ("voi", "v")] {
        for threads in ["1", "3"] {
            let file = format!("{name}{threads}.json");
            sandbox.succeeds(&[verb, "evidence", "--years", "1500", "--threads", threads, "--json", &file]);
        }
        assert_eq!(sandbox.read(&format!("{name}1.json")), sandbox.read(&format!("{name}3.json")));
    }
}

#[test]
fn what_is_wrong_is_refused() {
    let sandbox = Sandbox::new();
    for (arguments, named) in [
        (&["sensitivity", "evidnce"][..], "evidence"),
        (&["sensitivity", "--of", "median of Offshore"], "tvar@LEVEL"),
        (&["sensitivity", "--of", "mean of Ofshore"], "did you mean `Offshore`"),
        (&["sensitivity", "--of", "mean difference of Domestic"], "first option"),
        (&["sensitivity", "--of", "tvar@1.5 of Offshore"], "1.5"),
        (&["sensitivity", "--years", "10"], "1000"),
        (&["sensitivity", "--attach", "nowhere"], "nowhere"),
        (&["sensitivity", "--yeers", "10"], "--years"),
        (&["voi", "--years", "1e12"], "20000000"),
        (&["voi", "--of", "mean"], "--of"),
        (&["voi", "evidence", "--set", "workforce.offshore.rat=5"], "rate"),
    ] {
        let message = sandbox.refuses(arguments, 2);
        assert!(message.contains(named), "{arguments:?}: {message}");
    }
    sandbox.succeeds(&["run", "evidence", "--years", "2000", "--out", "run", "--no-charts"]);
    let before = sandbox.read("run/outcome.json");
    for verb in ["sensitivity", "voi"] {
        let message = sandbox.refuses(&[verb, "article", "--years", "1000", "--attach", "run"], 2);
        assert!(message.contains("another config"), "{message}");
    }
    assert_eq!(sandbox.read("run/outcome.json"), before);
}
