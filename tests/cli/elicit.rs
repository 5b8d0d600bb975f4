//! Does `elicit` find the law that says what was said, and does its fragment say the same in a config?

use super::Sandbox;
use std::path::Path;
use tailcost::config::{Source, Value, WorkforceDriver, load};
use tailcost::distributions::Law;
use tailcost::numerics::Probability;
use tailcost::outcome::Elicitation;

fn elicited(sandbox: &Sandbox, arguments: &[&str]) -> (String, Elicitation) {
    let all: Vec<&str> = ["elicit"].into_iter().chain(arguments.iter().copied()).chain(["--json", "e.json"]).collect();
    let printed = sandbox.succeeds(&all);
    (printed, serde_json::from_str(&sandbox.read("e.json")).expect("an elicitation"))
}

/// The law of `workforce.a.productivity` in a config with the fragment.
fn pasted(fragment: &str) -> Law {
    let text = format!(
        "schema = 1\ntitle = \"T\"\nhospital.reference_hours = 1\noption = [{{ name = \"A\", mix = {{ a = 1 }} }}]\n\
         workforce.a.rate = 50\n{fragment}"
    );
    let loaded = load(&Source::Text { name: "pasted".into(), text }, &[]).unwrap_or_else(|errors| panic!("{errors}"));
    let driver = loaded.scenario.workforces[0].drivers.get(WorkforceDriver::Productivity).expect("the driver");
    assert!(driver.biography.is_some(), "{fragment}");
    match &driver.value {
        Value::Law(law) => law.clone(),
        Value::Point(_) => panic!("a law was written"),
    }
}

const NAME: [&str; 2] = ["--name", "workforce.a.productivity"];

#[test]
fn a_fragment_says_in_a_config_what_was_elicited() {
    let sandbox = Sandbox::new();
    let quantiles = ["--q", "0.1=3", "--q", "50%=6", "--q", "0.9=14", "--min", "0"];
    for family in
        ["metalog", "lognormal", "gamma", "weibull", "gpd", "normal", "student_t", "uniform", "inverse_gaussian"]
    {
        let arguments: Vec<&str> = quantiles.into_iter().chain(NAME).chain(["--family", family]).collect();
        let (printed, found) = elicited(&sandbox, &arguments);
        assert!(
            printed.contains(&found.fragment) && found.fragment.contains("[workforce.a.productivity.biography]"),
            "{printed}"
        );
        let taken = &found.experts[0].laws[0];
        assert_eq!(taken.family, family);
        // A driver that may not be 0 or less is refused in the config where its law reaches 0 with an atom; none of these does.
        let law = pasted(&found.fragment);
        for quantile in &taken.summary.quantiles {
            let here = law.quantile(Probability::lower(quantile.p));
            assert!((here - quantile.value).abs() <= 1e-9 * quantile.value.abs(), "{family} {quantile:?} {here}");
        }
    }
}

#[test]
fn experts_are_pooled_from_arguments_and_from_a_file_alike() {
    let sandbox = Sandbox::new();
    let file = "expert,p,value,weight\nAnn,0.1,3,2\nAnn,0.5,6,2\nAnn,0.9,14,2\nBo,0.9,20,1\nBo,0.1,5,1\n";
    sandbox.write("experts.csv", file);
    let (typed_text, typed) = elicited(
        &sandbox,
        &[
            "--expert",
            "Ann: 0.1=3, 0.5=6, 0.9=14; weight 2",
            "--expert",
            "Bo: 0.1=5, 0.9=20",
            "--min",
            "0",
            NAME[0],
            NAME[1],
        ],
    );
    let (text, read) = elicited(&sandbox, &["--experts", "experts.csv", "--min", "0", NAME[0], NAME[1]]);
    assert_eq!((typed_text, &typed), (text.clone(), &read));
    let pool = read.pool.as_ref().expect("a pool");
    let law = pasted(&read.fragment);
    for quantile in &pool.summary.quantiles {
        let here = law.quantile(Probability::lower(quantile.p));
        assert!((here - quantile.value).abs() <= 1e-9 * quantile.value, "{quantile:?} {here}");
    }
    for word in
        ["Ann", "66.7%", "Pool", "times as wide", "of the pool's variance", "experts = [\"Ann: 0.1=3, 0.5=6, 0.9=14\""]
    {
        assert!(text.contains(word), "{word}: {text}");
    }
    sandbox.write("unweighted.csv", "expert,p,value\nAnn,0.1,3\nAnn,0.9,14\n");
    let (_, alone) = elicited(&sandbox, &["--experts", "unweighted.csv"]);
    assert!(alone.pool.is_none() && alone.experts[0].name == "Ann");
}

#[test]
fn charts_are_drawn_on_request() {
    let sandbox = Sandbox::new();
    for (folder, arguments) in [
        ("one", &["--q", "0.1=3", "--q", "0.5=6", "--q", "0.9=14"][..]),
        ("pert", &["--pert", "-2,5,12"]),
        ("pool", &["--expert", "Ann: 0.1=3, 0.9=14", "--expert", "Bo: pert 4,9,20"]),
    ] {
        let all: Vec<&str> =
            ["elicit"].into_iter().chain(arguments.iter().copied()).chain(["--charts", folder]).collect();
        let printed = sandbox.succeeds(&all);
        for name in
            ["elicited-density.svg", "elicited-density.png", "elicited-cumulative.svg", "elicited-cumulative.png"]
        {
            let path = Path::new(folder).join(name);
            assert!(printed.contains(path.to_str().expect("text")), "{printed}");
            assert!(std::fs::metadata(sandbox.path(folder).join(name)).expect("a chart").len() > 10_000, "{name}");
        }
    }
}

#[test]
fn what_says_nothing_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("text.csv", "expert,p,value\nAnn,0.1,3\nAnn,half,6\n");
    sandbox.write("blank.csv", "expert,p,value\nAnn,0.1,3\nAnn,,6\n");
    sandbox.write("nan.csv", "expert,p,value\nAnn,0.1,NaN\n");
    sandbox.write("columns.csv", "who,p,value\nAnn,0.1,3\n");
    sandbox.write("near.csv", "expert,p,values\nAnn,0.1,3\n");
    sandbox.write("weights.csv", "expert,p,value,weight\nAnn,0.1,3,1\nAnn,0.9,5,2\n");
    sandbox.write("nameless.csv", "expert,p,value\n,0.1,3\n");
    sandbox.write("empty.csv", "");
    sandbox.write("one.csv", "expert,p,value\nAnn,0.1,3\n");
    sandbox.write("equal.csv", "expert,p,value\nAnn,0.1,3\nAnn,0.5,3\nAnn,0.9,3\n");
    let many: String = (0..20_000).map(|i| format!("E{i},0.5,{i}\n")).collect();
    sandbox.write("many.csv", &format!("expert,p,value\n{many}"));
    for (arguments, named) in [
        (&["elicit"][..], "nobody was asked"),
        (&["elicit", "--q", "0.5=3"], "1 quantile, expected two or more"),
        (&["elicit", "--q", "0.5"], "PROBABILITY=VALUE"),
        (&["elicit", "--q", "0.1=3", "--q", "0.9=2"], "values must rise"),
        (&["elicit", "--q", "0.1=3", "--q", "0.9=4", "--pert", "1,2,3"], "--pert"),
        (&["elicit", "--pert", "3,2,1"], "expected a number above min 3"),
        (&["elicit", "--q", "0.1=3", "--q", "0.9=4", "--family", "normall"], "no family \"normall\""),
        (&["elicit", "--expert", "Ann 0.1=3"], "NAME:"),
        (&["elicit", "--experts", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (&["elicit", "--experts", "text.csv"], "text.csv: row 2 (line 3) has \"half\" in column p"),
        (&["elicit", "--experts", "blank.csv"], "row 2 (line 3) has nothing in column p"),
        (&["elicit", "--experts", "nan.csv"], "row 1 (line 2) has \"NaN\" in column value"),
        (&["elicit", "--experts", "columns.csv"], "no column \"expert\"; its columns are who, p, value"),
        (&["elicit", "--experts", "near.csv"], "did you mean \"values\"?"),
        (&["elicit", "--experts", "weights.csv"], "row 2 gives Ann the weight 2, an earlier row 1"),
        (&["elicit", "--experts", "nameless.csv"], "row 1 has nothing in column expert"),
        (&["elicit", "--experts", "empty.csv"], "is empty"),
        (&["elicit", "--experts", "one.csv"], "Ann: 1 quantile"),
        (&["elicit", "--experts", "equal.csv"], "values must rise"),
        (&["elicit", "--experts", "many.csv"], "row 10001 is one more than the 10000 rows"),
    ] {
        let message = sandbox.refuses(arguments, 2);
        assert!(message.contains(named), "{arguments:?}: {message}");
    }
}
