//! Does a stop rule stop where it should, and is a stopped run a run of that many years?

use super::{Sandbox, codes};

fn until(sandbox: &Sandbox, case: &str, rule: &str, most: &str) {
    let arguments =
        ["run", case, "--until", rule, "--max-years", most, "--no-charts", "--keep", "none", "--out", "until"];
    sandbox.succeeds(&arguments);
}

/// Runs as many years as the stopped run took, in another way.
fn plain(sandbox: &Sandbox, case: &str) {
    let years = sandbox.outcome("until").years.to_string();
    let arguments =
        ["run", case, "--years", &years, "--threads", "1", "--no-charts", "--keep", "none", "--out", "plain"];
    sandbox.succeeds(&arguments);
}

#[test]
fn a_stopped_run_is_a_run_of_that_many_years() {
    let sandbox = Sandbox::new();
    // The standard error of the mean is 118 sqrt(520 / n): 7.4 USD at the first look, 131,072 years; 6.1 USD at the
    // second, 196,608. Half an interval is 1.96 of them, so 13 USD needs two looks, 20 USD one.
    for (within, years) in [("20", 131_072), ("13", 196_608)] {
        until(&sandbox, "hfma-2018", &format!("mean of Offshore within {within}"), "1e6");
        assert_eq!(sandbox.outcome("until").years, years, "within {within}");
        plain(&sandbox, "hfma-2018");
        assert_eq!(sandbox.figures("until"), sandbox.figures("plain"));
    }
}

#[test]
fn every_kind_of_measure_can_stop_a_run() {
    let sandbox = Sandbox::new();
    for rule in [
        "mean of Domestic within 0.1%",
        "mean difference of Offshore within 5%",
        "sd of Offshore within 5%",
        "var@0.99 of Offshore within 5%",
        "tvar@0.995 of Offshore within 5%",
        "tvar@0.9 difference of Offshore within 5%",
        "costs more of Offshore within 1%",
        "cheapest of Domestic within 1%",
        "regret of Offshore within 1e6",
    ] {
        until(&sandbox, "hfma-2018", rule, "1e6");
        let outcome = sandbox.outcome("until");
        assert_eq!(outcome.years, 131_072, "{rule}");
        assert!(!codes(&outcome).contains(&"not_within"), "{rule}");
    }
}

#[test]
fn a_rule_that_is_not_met_ends_at_the_limit_with_a_caution() {
    let sandbox = Sandbox::new();
    until(&sandbox, "hfma-2018", "mean of Offshore within 0.000_1", "150_000");
    let outcome = sandbox.outcome("until");
    assert_eq!(outcome.years, 150_000);
    let caution = outcome.cautions.iter().find(|caution| caution.code == "not_within").expect("a caution");
    assert!(caution.message.contains("mean of Offshore") && caution.message.contains("--max-years"), "{caution:?}");
    plain(&sandbox, "hfma-2018");
    assert_eq!(sandbox.figures_alone("until"), sandbox.figures_alone("plain"));
}

/// Too short for a look on the way, but precise enough at the end: nothing to warn of.
#[test]
fn a_rule_that_is_met_at_the_limit_is_met() {
    let sandbox = Sandbox::new();
    for most in ["20_000", "131_072"] {
        until(&sandbox, "hfma-2018", "mean of Offshore within 5%", most);
        let outcome = sandbox.outcome("until");
        assert_eq!(outcome.years.to_string(), most.replace('_', ""));
        assert!(!codes(&outcome).contains(&"not_within"), "{most} years: {:?}", outcome.cautions);
    }
}

#[test]
fn a_wrong_rule_is_refused_and_says_what_was_expected() {
    let sandbox = Sandbox::new();
    for (rule, named) in [
        ("tvar@0.99 of Ofshore within 1%", "no option is named `Ofshore`; options are Domestic, Offshore"),
        ("tvar@0.97 of Offshore within 1%", "level 0.97 is not among the run's levels 0.9, 0.95, 0.99, 0.995, 0.999"),
        ("tvar@1.5 of Offshore within 1%", "tvar@1.5"),
        ("tvar@high of Offshore within 1%", "not a level such as 0.99"),
        ("median of Offshore within 1%", "unknown measure `median`"),
        ("costs more of Domestic within 1%", "`Domestic` is the first option"),
        ("mean difference of Domestic within 1%", "`Domestic` is the first option"),
        ("mean of Offshore", "expected `MEASURE of OPTION within 0.5%`"),
        ("mean within 1%", "expected `MEASURE of OPTION`"),
        ("mean of Offshore within 0%", "positive number"),
        ("mean of Offshore within -1", "positive number"),
        ("mean of Offshore within nan", "positive number"),
        ("mean of Offshore within a little", "positive number"),
        ("", "expected"),
    ] {
        let message = sandbox.refuses(&["run", "hfma-2018", "--until", rule], 2);
        assert!(message.starts_with("error: ") && message.contains(named), "{rule:?}: {message}");
        assert!(message.contains("--until"), "{rule:?}: {message}");
    }
}
