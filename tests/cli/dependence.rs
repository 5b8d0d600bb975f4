//! Does `dependence` say how columns move together, and refuse data that say nothing?

use super::Sandbox;
use std::fmt::Write;
use tailcost::config::{Source, load};
use tailcost::outcome::DependenceEstimate;

/// Rows of three columns: `b` rises with `a`, `c` falls.
fn data(rows: usize) -> String {
    let mut state = 12_345u64;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut text = String::from("year,kind,a,b,c\n");
    for row in 0..rows {
        let (common, own, other) = (uniform(), uniform(), uniform());
        let kind = if row % 4 == 0 { "x" } else { "y" };
        let _ = writeln!(text, "{},{kind},{:.6},{:.6},{:.6}", 2000 + row % 20, common, common + own, other - common);
    }
    text
}

fn estimated(sandbox: &Sandbox, arguments: &[&str]) -> (String, DependenceEstimate) {
    let all: Vec<&str> =
        ["dependence"].into_iter().chain(arguments.iter().copied()).chain(["--json", "d.json"]).collect();
    let printed = sandbox.succeeds(&all);
    (printed, serde_json::from_str(&sandbox.read("d.json")).expect("an estimate"))
}

#[test]
fn the_fragment_is_a_part_of_a_config_that_loads() {
    let sandbox = Sandbox::new();
    sandbox.write("data.csv", &data(600));
    let names = "a=workforce.a.rate,b=workforce.a.productivity,c=workforce.a.denial_rate";
    let (printed, found) = estimated(
        &sandbox,
        &["data.csv", "--columns", "a,b,c", "--where", "kind=y,year>=2005", "--names", names, "--bootstrap", "39"],
    );
    assert!(printed.contains(&found.fragment), "{printed}");
    assert_eq!((found.data.rows_read, found.data.filter.as_str()), (600, "kind=y,year>=2005"));
    assert!(found.pairs[0].spearman.low > 0.4 && found.pairs[1].spearman.high < -0.4, "{:?}", found.pairs);
    let law = "{ dist = \"beta\", alpha = 2, beta = 5 }";
    let text = format!(
        "schema = 1\ntitle = \"T\"\nhospital.reference_hours = 1\noption = [{{ name = \"A\", mix = {{ a = 1 }} }}]\n\
         workforce.a = {{ rate = {law}, productivity = {law}, denial_rate = {law} }}\n{}",
        found.fragment
    );
    let loaded = load(&Source::Text { name: "pasted".into(), text }, &[]).unwrap_or_else(|errors| panic!("{errors}"));
    let group = loaded.scenario.dependence.expect("a group");
    assert_eq!(group.requested.len(), 3);
    assert!(group.requested.iter().all(|(_, _, rho)| found.proposed.iter().flatten().any(|proposed| proposed == rho)));
}

#[test]
fn charts_and_placeholders_come_without_names() {
    let sandbox = Sandbox::new();
    sandbox.write("data.csv", &data(100));
    let printed =
        sandbox.succeeds(&["dependence", "data.csv", "--columns", "a,b,c", "--bootstrap", "19", "--charts", "charts"]);
    assert!(printed.contains("[\"DRIVER OF a\", \"DRIVER OF b\", "), "{printed}");
    for name in
        ["dependence-ranks.svg", "dependence-ranks.png", "dependence-correlations.svg", "dependence-correlations.png"]
    {
        assert!(std::fs::metadata(sandbox.path("charts").join(name)).expect("a chart").len() > 10_000, "{name}");
    }
}

#[test]
fn a_million_rows_are_ranked_and_the_copulas_say_how_many_they_used() {
    let sandbox = Sandbox::new();
    sandbox.write("many.csv", &data(1_000_000));
    let (printed, found) = estimated(&sandbox, &["many.csv", "--columns", "a,b", "--bootstrap", "19"]);
    assert_eq!((found.data.rows_kept, found.copula_rows), (1_000_000, 5_000));
    assert!(printed.contains("copula_rows: the copulas were fitted to 5000 of the 1000000 rows"), "{printed}");
    // Of a uniform X with the sum S of two: 12 E[X G(S)] - 3 = 6 E[S G(S)] - 3 = 0.7, G being the triangular law of S. The standard
    // error is below 0.001; the limit is 4 of them, on rows that are always the same.
    assert!((found.pairs[0].spearman.value - 0.7).abs() < 0.004, "{:?}", found.pairs[0].spearman);
    let thinned =
        sandbox.succeeds(&["dependence", "many.csv", "--columns", "a,b", "--bootstrap", "19", "--every", "1000"]);
    assert!(thinned.contains("1,000 of 1,000,000 rows"), "{thinned}");
}

#[test]
fn data_that_say_nothing_are_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("data.csv", &data(40));
    sandbox.write("text.csv", "a,b\n1,2\n3,many\n");
    sandbox.write("nan.csv", "a,b\n1,2\n3,NaN\n");
    sandbox.write("blank.csv", "a,b\n1,2\n3,\n");
    sandbox.write("empty.csv", "");
    sandbox.write("names.csv", "a,b\n");
    sandbox.write("one.csv", "a,b\n1,2\n");
    let equal: String = (0..30).map(|row| format!("{row},7\n")).collect();
    sandbox.write("equal.csv", &format!("a,b\n{equal}"));
    for (arguments, named) in [
        (&["data.csv", "--columns", "a,d"][..], "data.csv: has no column \"d\""),
        (&["data.csv", "--columns", "a,yaer"], "did you mean \"year\"?"),
        (&["data.csv", "--columns", "a"], "data.csv: 1 column, expected two or more"),
        (&["data.csv", "--columns", "a,a"], "a is named twice"),
        (&["data.csv", "--columns", "a,kind"], "row 1 (line 2) has \"x\" in column kind"),
        (&["data.csv", "--columns", "a,b", "--where", "a>"], "at character 3"),
        (&["data.csv", "--columns", "a,b", "--where", "a>2"], "keeps none of its 40 rows"),
        (&["data.csv", "--columns", "a,b", "--names", "d=world.threat"], "\"d\" is none of the columns a, b"),
        (&["data.csv", "--columns", "a,b", "--names", "a"], "expected COLUMN=DRIVER"),
        (
            &["text.csv", "--columns", "a,b"],
            "text.csv: row 2 (line 3) has \"many\" in column b, expected a finite number",
        ),
        (&["nan.csv", "--columns", "a,b"], "row 2 (line 3) has \"NaN\" in column b"),
        (&["blank.csv", "--columns", "a,b"], "row 2 (line 3) has nothing in column b"),
        (&["empty.csv", "--columns", "a,b"], "is empty"),
        (&["names.csv", "--columns", "a,b"], "no rows"),
        (&["one.csv", "--columns", "a,b"], "1 rows, expected at least 10"),
        (&["equal.csv", "--columns", "a,b"], "column b has the same value, 7, in all 30 rows"),
        (&["nowhere.csv", "--columns", "a,b"], "nowhere.csv: cannot be read"),
        (&["data.csv"], "--columns"),
    ] {
        let all: Vec<&str> = ["dependence"].into_iter().chain(arguments.iter().copied()).collect();
        let message = sandbox.refuses(&all, 2);
        assert!(message.contains(named), "{arguments:?}: {message}");
    }
}
