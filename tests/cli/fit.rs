//! Does `fit` find what the data hold, say so in every form, and refuse what is no data?

use super::Sandbox;
use serde_json::Value;
use std::fmt::Write;
use tailcost::config::{Source, Value as DriverValue, WorkforceDriver, load};
use tailcost::distributions::Law;
use tailcost::numerics::Probability;
use tailcost::outcome::fit::Fit;

/// The committed data beside the sandbox's own files.
fn with_data() -> Sandbox {
    let sandbox = Sandbox::new();
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
    #[cfg(unix)]
    std::os::unix::fs::symlink(data, sandbox.path("configs")).expect("a link");
    sandbox
}

fn fitted(sandbox: &Sandbox, arguments: &[&str]) -> (String, Fit) {
    let all: Vec<&str> = ["fit"].into_iter().chain(arguments.iter().copied()).chain(["--json", "fit.json"]).collect();
    let printed = sandbox.succeeds(&all);
    (printed, serde_json::from_str(&sandbox.read("fit.json")).expect("a fit"))
}

fn parameter(fit: &Fit, candidate: &str, name: &str) -> f64 {
    let candidate = fit.candidates.iter().find(|known| known.name == candidate).expect("the candidate");
    candidate.parameters.iter().find(|known| known.name == name).expect("the parameter").estimate
}

/// A column of the law's quantiles at even probabilities.
fn column(law: &Law, rows: usize) -> String {
    let quantile = |i: usize| law.quantile(Probability::lower((i as f64 + 0.5) / rows as f64));
    let mut text = "C\n".to_owned();
    (0..rows).for_each(|i| writeln!(text, "{}", quantile(i)).expect("writing to a string"));
    text
}

const BREACHES: &str = "configs/data/hhs_ocr_breaches_trim.csv";
const SINCE_2019: &str = "date>=2019-01-01,date<2025-01-01,affected>501";

/// configs/data/README.md, found independently: lognormal 7.12 and 3.12 from 3,916 rows; above 100,000 xi about 0.90.
#[test]
fn records_per_breach() {
    let sandbox = with_data();
    let arguments =
        [BREACHES, "--column", "affected", "--where", SINCE_2019, "--family", "lognormal,weibull", "--bootstraps", "0"];
    let (printed, fit) = fitted(&sandbox, &arguments);
    assert_eq!(fit.data.rows_kept, 3916);
    assert!((parameter(&fit, "lognormal", "mu") - 7.12).abs() < 0.05, "{printed}");
    assert!((parameter(&fit, "lognormal", "sigma") - 3.12).abs() < 0.05, "{printed}");
    assert!(printed.contains("3,916 of 7,147 rows; left-truncated at 501"), "{printed}");
    let tail: Vec<&str> = arguments.into_iter().chain(["--tail-above", "100000"]).collect();
    let (printed, fit) = fitted(&sandbox, &tail);
    let gpd = fit.gpd.expect("a tail");
    assert!((gpd.xi - 0.90).abs() < 0.01 && gpd.n == 519, "{gpd:?}");
    assert!(printed.contains("Generalised Pareto above 100,000: xi 0.89"), "{printed}");
}

/// The same: case-mix index of 2018 lognormal 0.444 and 0.234; denial rates beta(3.19, 14.23).
#[test]
fn case_mix_and_denial_rates() {
    let sandbox = with_data();
    let case_mix = "configs/data/cms_medicare_cmi_by_hospital_2006_2018.csv";
    let family = ["--family", "lognormal", "--bootstraps", "0"];
    let arguments: Vec<&str> =
        [case_mix, "--column", "cmi", "--where", "year=2018"].into_iter().chain(family).collect();
    let (_, fit) = fitted(&sandbox, &arguments);
    assert!((parameter(&fit, "lognormal", "mu") - 0.444).abs() < 0.0005);
    assert!((parameter(&fit, "lognormal", "sigma") - 0.234).abs() < 0.0005);
    let issuers = "configs/data/cms_tic_puf_py2024_issuer.csv";
    let rate = ["--column", "den_in", "--per", "recv_in", "--where", "recv_in>=1000,den_in>0"];
    let arguments: Vec<&str> =
        [issuers].into_iter().chain(rate).chain(["--family", "beta", "--bootstraps", "0"]).collect();
    let (printed, fit) = fitted(&sandbox, &arguments);
    assert_eq!(fit.data.rows_kept, 168, "{printed}");
    assert!((parameter(&fit, "beta", "alpha") - 3.19).abs() < 0.005);
    assert!((parameter(&fit, "beta", "beta") - 14.23).abs() < 0.005);
    assert!(
        printed.contains("den_in / recv_in") && !printed.contains("truncated"),
        "a filter on a part is none on the ratio: {printed}"
    );
}

/// Of the quantiles of a generalised Pareto law above 10 at 109 even probabilities: xi and beta within a standard error of the law's
/// (0.13 and 1.1), the same in every place of the JSON, with and without the rows below.
#[test]
fn a_bound_on_the_column_is_a_truncation_and_the_tail_starts_there() {
    let sandbox = Sandbox::new();
    let law = Law::from_parameters("gpd", &[("threshold", 10.0), ("scale", 7.0), ("shape", 0.5)]).expect("a law");
    let below: String = (0..2000).map(|i| format!("{}\n", 1.0 + 9.0 * f64::from(i) / 2000.0)).collect();
    sandbox.write("fire.csv", &format!("{}{below}", column(&law, 109)));
    let (printed, fit) = fitted(&sandbox, &["fire.csv", "--column", "C", "--where", "C>10"]);
    let gpd = fit.gpd.expect("a tail");
    assert_eq!((gpd.threshold, gpd.n), (10.0, 109));
    assert!((gpd.xi - 0.5).abs() < 0.13 && (gpd.beta - 7.0).abs() < 1.1, "{gpd:?}");
    assert!((parameter(&fit, "gpd", "shape") / gpd.xi - 1.0).abs() < 1e-6);
    assert!((parameter(&fit, "gpd", "scale") / gpd.beta - 1.0).abs() < 1e-6);
    assert_eq!(parameter(&fit, "gpd", "threshold"), 10.0);
    assert!(
        printed.contains("left-truncated at 10") && printed.contains("Generalised Pareto above 10: xi"),
        "{printed}"
    );
    let raw: Value = serde_json::from_str(&sandbox.read("fit.json")).expect("JSON");
    assert_eq!(raw["gpd"]["xi"].as_f64(), Some(gpd.xi));
    assert_eq!(raw["gpd"]["beta"].as_f64(), Some(gpd.beta));
    let (printed, whole) =
        fitted(&sandbox, &["fire.csv", "--column", "C", "--tail-above", "10", "--family", "exponential"]);
    let same = whole.gpd.expect("a tail");
    assert!((same.xi / gpd.xi - 1.0).abs() < 1e-6 && (same.beta / gpd.beta - 1.0).abs() < 1e-6, "{printed}");
    let none = ["fire.csv", "--column", "C", "--where", "C>10", "--left-truncated", "none", "--family", "exponential"];
    assert!(fitted(&sandbox, &none).1.data.truncation.is_empty());
}

/// Losses of an exponential law as a policy with a deductible and a limit pays them, and the same written in each other way.
#[test]
fn every_way_of_seeing_a_loss_in_part() {
    let sandbox = Sandbox::new();
    let law = Law::from_parameters("exponential", &[("mean", 100.0)]).expect("a law");
    let (mut payments, mut losses, mut intervals) =
        ("paid,d,u\n".to_owned(), "loss,least,cap,hit\n".to_owned(), "low,high\n".to_owned());
    let (mut total, mut exact) = (0.0, 0.0);
    for i in 0..500 {
        let loss = law.quantile(Probability::lower((f64::from(i) + 0.5) / 500.0));
        if loss <= 50.0 {
            continue;
        }
        let seen = loss.min(300.0);
        (total, exact) = (total + seen - 50.0, exact + f64::from(u8::from(loss < 300.0)));
        let hit = u8::from(loss >= 300.0);
        let high = if hit == 1 { String::new() } else { seen.to_string() };
        writeln!(payments, "{},50,300", seen - 50.0).expect("a string");
        writeln!(losses, "{seen},50,300,{hit}").expect("a string");
        writeln!(intervals, "{seen},{high}").expect("a string");
    }
    sandbox.write("payments.csv", &payments);
    sandbox.write("losses.csv", &losses);
    sandbox.write("intervals.csv", &intervals);
    // Exponential losses above a deductible: what was paid in all over the rows that did not hit the limit.
    let mean = total / exact;
    for arguments in [
        &["payments.csv", "--column", "paid", "--deductible", "50", "--limit", "300"][..],
        &["payments.csv", "--column", "paid", "--deductible", "d", "--limit", "u"],
        &["losses.csv", "--column", "loss", "--left-truncated", "50", "--censored-above", "300"],
        &["losses.csv", "--column", "loss", "--where", "loss>50", "--censored-above", "cap"],
        &["losses.csv", "--column", "loss", "--left-truncated", "least", "--censored-if", "hit"],
        &["intervals.csv", "--interval", "low,high", "--left-truncated", "50"],
    ] {
        let all: Vec<&str> =
            arguments.iter().copied().chain(["--family", "exponential", "--bootstraps", "0"]).collect();
        let (printed, fit) = fitted(&sandbox, &all);
        assert!((parameter(&fit, "exponential", "mean") / mean - 1.0).abs() < 1e-9, "{arguments:?} {mean}: {printed}");
        assert!(fit.data.right_censored > 0 && printed.contains("left-truncated at 50"), "{arguments:?}: {printed}");
    }
}

/// The law and biography of `workforce.a.breach.severity` in a config with the fragment.
fn pasted(fragment: &str) -> (Law, tailcost::outcome::Biography) {
    let text = format!(
        "schema = 1\ntitle = \"T\"\nhospital.reference_hours = 1\noption = [{{ name = \"A\", mix = {{ a = 1 }} }}]\n\
         workforce.a.rate = 50\nworkforce.a.breach.frequency = 1\n{fragment}"
    );
    let loaded = load(&Source::Text { name: "pasted".into(), text }, &[]).unwrap_or_else(|errors| panic!("{errors}"));
    let driver = loaded.scenario.workforces[0].drivers.get(WorkforceDriver::BreachSeverity).expect("the driver");
    let biography = driver.biography.as_deref().expect("a biography").clone();
    match &driver.value {
        DriverValue::Law(law) => (law.clone(), biography),
        DriverValue::Point(_) => panic!("a law was written"),
    }
}

#[test]
fn every_candidate_becomes_a_driver() {
    let sandbox = with_data();
    let base = [
        BREACHES,
        "--column",
        "affected",
        "--where",
        SINCE_2019,
        "--every",
        "7",
        "--mixture",
        "--splice",
        "100000",
        "--bootstraps",
        "0",
        "--name",
        "workforce.a.breach.severity",
    ];
    let (_, all) = fitted(&sandbox, &base);
    let names: Vec<&str> =
        all.candidates.iter().filter(|known| known.aic.is_some()).map(|known| known.name.as_str()).collect();
    assert!(names.len() > 12, "{names:?}");
    for name in names {
        let arguments: Vec<&str> = base.into_iter().chain(["--choose", name, "--fragment", "driver.toml"]).collect();
        let (printed, fit) = fitted(&sandbox, &arguments);
        let fragment = fit.fragment.expect("a fragment");
        assert_eq!(sandbox.read("driver.toml"), fragment.toml);
        assert!(printed.ends_with(&fragment.toml), "{printed}");
        // Laws of severity may not be below 0: a normal law or one that begins there is refused by the config, as it should be.
        if ["normal", "student_t", "triangular", "pert"].contains(&name) {
            continue;
        }
        let (law, biography) = pasted(&fragment.toml);
        assert_eq!(biography, fragment.biography, "{name}");
        let mean = fit.candidates.iter().find(|known| known.name == name).and_then(|known| known.mean);
        if let Some(mean) = mean {
            // Parameters are written to seven digits; of a tail with an index near 1 the mean has four of them.
            assert!((law.mean() / mean - 1.0).abs() < 1e-3, "{name}: {} {mean}", law.mean());
        }
    }
}

#[test]
fn check_tells_where_a_fitted_driver_is_from() {
    let sandbox = with_data();
    let fit = [
        "fit",
        BREACHES,
        "--column",
        "affected",
        "--where",
        SINCE_2019,
        "--family",
        "lognormal,gamma",
        "--bootstraps",
        "0",
    ];
    let fit: Vec<&str> = fit.into_iter().chain(["--name", "workforce.offshore.breach.severity", "--quiet"]).collect();
    let driver = sandbox.succeeds(&fit);
    assert!(driver.starts_with("[workforce.offshore.breach.severity]\ndist = \"lognormal\""), "{driver}");
    sandbox.write("mine.toml", &format!("schema = 1\nextends = \"article\"\ntitle = \"Mine\"\n{driver}"));
    let checked = sandbox.succeeds(&["check", "mine.toml"]);
    let joined = checked.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "column affected, rows with date>=2019-01-01",
        "3,916 values, blake3:",
        "chosen: lognormal: lowest AIC",
        "rejected: gamma",
    ] {
        assert!(joined.contains(words), "{words}: {checked}");
    }
}

#[test]
fn counts_by_period() {
    let sandbox = with_data();
    let (printed, fit) =
        fitted(&sandbox, &[BREACHES, "--counts-by", "date:year", "--where", "date>=2010-01-01,date<2024-01-01"]);
    let report = fit.counts.as_ref().expect("counts");
    assert_eq!((report.periods, report.total, report.exposure), (14, 5877.0, 14.0));
    assert_eq!(fit.choice.expect("a choice").name, "negative_binomial");
    assert!(fit.cautions.iter().any(|caution| caution.code == "trend"), "{printed}");
    // Without days in the filter nobody knows whether the first year was watched whole.
    let (_, open) = fitted(&sandbox, &[BREACHES, "--counts-by", "date:quarter", "--bootstraps", "0"]);
    let codes: Vec<&str> = open.cautions.iter().map(|caution| caution.code.as_str()).collect();
    assert!(codes.contains(&"open_ends") && codes.contains(&"parts_of_a_year"), "{codes:?}");

    sandbox.write("claims.csv", "year,claims,beds\n2019,3,100\n2020,5,120\n2021,2,90\n2022,8,200\n");
    let given = ["claims.csv", "--column", "claims", "--counts-by", "year", "--exposure", "beds", "--bootstraps", "0"];
    let (_, fit) = fitted(&sandbox, &given);
    assert!((parameter(&fit, "poisson", "mean") - 18.0 / 510.0).abs() < 1e-9);
    sandbox.write("events.csv", "year\n2019\n2019\n2021\n");
    let (_, fit) = fitted(&sandbox, &["events.csv", "--counts-by", "year", "--bootstraps", "0"]);
    let counted: Vec<f64> = fit.counts.expect("counts").by_period.iter().map(|period| period.count).collect();
    assert_eq!(counted, [2.0, 0.0, 1.0]);
}

/// By hand: with exposures of 1 the within variance of 3, 5, 2, 8 is 7; k = 7 / 3.5 = 2, Z = 4 / 6.
#[test]
fn credibility_blends_the_mean() {
    let sandbox = Sandbox::new();
    sandbox.write("claims.csv", "year,claims\n2019,3\n2020,5\n2021,2\n2022,8\n");
    let own = ["claims.csv", "--column", "claims", "--counts-by", "year", "--family", "poisson", "--bootstraps", "0"];
    let given: Vec<&str> = own.into_iter().chain(["--credibility", "mean=9,between=3.5"]).collect();
    let (printed, fit) = fitted(&sandbox, &given);
    let blend = fit.credibility.expect("a blend");
    assert!((blend.z - 2.0 / 3.0).abs() < 1e-12 && (blend.blended_mean - 6.0).abs() < 1e-12, "{blend:?}");
    assert!(printed.contains("Z = 0.667") && printed.contains("\nvalue = 6.0\n"), "{printed}");
    // Worked in src/fitting/credibility.rs: Z = 0.9375, prior mean 7.
    sandbox.write("own.csv", "year,claims\n2019,0\n2020,2\n");
    sandbox.write("prior.csv", "group,total,exposure\nb,4,1\nb,6,1\nc,8,1\nc,10,1\n");
    let own = [
        "own.csv",
        "--column",
        "claims",
        "--counts-by",
        "year",
        "--family",
        "poisson",
        "--bootstraps",
        "0",
        "--prior",
        "prior.csv",
    ];
    let blend = fitted(&sandbox, &own).1.credibility.expect("a blend");
    assert!((blend.z - 0.9375).abs() < 1e-12 && (blend.prior_mean - 7.0).abs() < 1e-12, "{blend:?}");
}

#[test]
fn charts_are_drawn_on_request() {
    let sandbox = with_data();
    let amounts = ["density", "qq", "pp", "survival", "return-levels", "mean-excess", "stability", "hill"];
    let where_amounts =
        ["--column", "affected", "--where", SINCE_2019, "--every", "4", "--family", "lognormal,weibull,gpd"];
    let counts = ["--counts-by", "date:year", "--where", "date>=2010-01-01,date<2024-01-01"];
    for (names, arguments) in [(&amounts[..], &where_amounts[..]), (&["counts", "periods"], &counts)] {
        let all: Vec<&str> = ["fit", BREACHES]
            .into_iter()
            .chain(arguments.iter().copied())
            .chain(["--bootstraps", "19", "--charts", "drawn"])
            .collect();
        let printed = sandbox.succeeds(&all);
        for name in names {
            for ending in ["svg", "png"] {
                let file = format!("drawn/fit-{name}.{ending}");
                assert!(printed.contains(&file), "{printed}");
                assert!(std::fs::metadata(sandbox.path(&file)).expect("a chart").len() > 10_000, "{file}");
            }
        }
    }
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let sandbox = with_data();
    let fit = ["fit", BREACHES, "--column", "affected", "--where", SINCE_2019, "--every", "9", "--mixture", "--json"];
    for (threads, file) in [("1", "one.json"), ("3", "three.json")] {
        let mut command = sandbox.tailcost(&fit);
        command.arg(file).env("RAYON_NUM_THREADS", threads).assert().success();
    }
    assert_eq!(sandbox.read("one.json"), sandbox.read("three.json"));
}

#[test]
fn lines_keep_to_a_hundred_columns() {
    let sandbox = with_data();
    let arguments = [
        BREACHES,
        "--column",
        "affected",
        "--where",
        SINCE_2019,
        "--every",
        "9",
        "--splice",
        "100000",
        "--mixture",
        "--bootstraps",
        "19",
    ];
    let (printed, _) = fitted(&sandbox, &arguments);
    let table = printed.split("To paste into a config").next().expect("a table");
    for line in table.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn what_is_no_data_is_refused() {
    let sandbox = with_data();
    sandbox.write("good.csv", "date,loss,count,flag\n2019-01-01,3,1,0\n2019-02-01,5,2,0\n2019-03-01,8,0,2\n");
    sandbox.write("text.csv", "loss\n3\nmany\n5\n");
    sandbox.write("thousands.csv", "loss\n3\n\"1,200\"\n");
    sandbox.write("nan.csv", "loss\n3\nNaN\n");
    sandbox.write("infinite.csv", "loss\n3\ninf\n");
    sandbox.write("blank.csv", "loss,other\n3,1\n,1\n");
    sandbox.write("empty.csv", "");
    sandbox.write("names.csv", "loss\n");
    sandbox.write("one.csv", "loss\n3\n");
    sandbox.write("equal.csv", "loss\n3\n3\n3\n");
    sandbox.write("negative.csv", "loss,low\n-3,5\n4,6\n5,7\n");
    for (arguments, named) in [
        (&["fit"][..], "DATA"),
        (&["fit", "good.csv"], "--column"),
        (&["fit", "nowhere.csv", "--column", "loss"], "nowhere.csv: cannot be read"),
        (&["fit", ".", "--column", "loss"], "is a folder"),
        (&["fit", "good.csv", "--column", "los"], "did you mean \"loss\"?"),
        (&["fit", "good.csv", "--column", "loss", "--where", "losss>1"], "did you mean \"loss\"?"),
        (&["fit", "good.csv", "--column", "loss", "--where", "loss>>1"], "character 6"),
        (&["fit", "good.csv", "--column", "loss", "--where", "loss>100"], "keeps none of its 3 rows"),
        (
            &["fit", "good.csv", "--column", "date"],
            "row 1 (line 2) has \"2019-01-01\" in column date, expected a finite number",
        ),
        (&["fit", "text.csv", "--column", "loss"], "text.csv: row 2 (line 3) has \"many\" in column loss"),
        (&["fit", "thousands.csv", "--column", "loss"], "without thousands separators"),
        (&["fit", "nan.csv", "--column", "loss"], "row 2 (line 3) has \"NaN\" in column loss"),
        (&["fit", "infinite.csv", "--column", "loss"], "row 2 (line 3) has \"inf\" in column loss"),
        (&["fit", "blank.csv", "--column", "loss"], "--skip-blank"),
        (&["fit", "blank.csv", "--column", "loss", "--skip-blank"], "one row"),
        (&["fit", "empty.csv", "--column", "loss"], "is empty"),
        (&["fit", "names.csv", "--column", "loss"], "no rows"),
        (&["fit", "one.csv", "--column", "loss"], "one.csv: column loss: there is one row"),
        (&["fit", "equal.csv", "--column", "loss"], "all 3 rows are 3"),
        (&["fit", "good.csv", "--column", "loss", "--family", "lognorml"], "did you mean lognormal?"),
        (&["fit", "good.csv", "--column", "loss", "--choose", "gama"], "did you mean \"gamma\"?"),
        (&["fit", "negative.csv", "--column", "loss", "--family", "gamma"], "gamma laws live"),
        (
            &["fit", "good.csv", "--column", "loss", "--left-truncated", "4"],
            "row 1, column loss: the value is 3, expected a number within",
        ),
        (&["fit", "negative.csv", "--column", "loss", "--deductible", "2"], "row 1, column loss: the payment is -3"),
        (&["fit", "good.csv", "--column", "loss", "--per", "count"], "row 3 has 0 in column count"),
        (
            &["fit", "good.csv", "--column", "loss", "--censored-if", "flag"],
            "row 3 has 2 in column flag, expected 0 or 1",
        ),
        (&["fit", "negative.csv", "--interval", "low,loss"], "row 1, column low to loss: the upper end is -3"),
        (&["fit", "good.csv", "--column", "loss", "--counts-by", "date:week"], "year, quarter or month"),
        (&["fit", "good.csv", "--counts-by", "loss:year"], "row 1 (line 2) has \"3\" in column loss, expected a date"),
        (&["fit", "negative.csv", "--column", "loss", "--counts-by", "low"], "row 1, the count is -3"),
        (
            &["fit", "good.csv", "--column", "loss", "--counts-by", "date", "--exposure", "flag"],
            "row 1, the exposure is 0",
        ),
        (&["fit", "good.csv", "--column", "loss", "--exposure", "3"], "--exposure belongs to"),
        (&["fit", "good.csv", "--column", "loss", "--credibility", "mean=1"], "mean=X,between=Y"),
        (
            &["fit", "good.csv", "--column", "loss", "--where", "loss>1", "--credibility", "mean=1,between=1"],
            "credibility needs",
        ),
        (&["fit", "good.csv", "--column", "loss", "--prior", "good.csv"], "has no column \"group\""),
        (&["fit", "good.csv", "--column", "loss", "--splice", "4", "--family", "beta"], "none of the families"),
    ] {
        let with_files: Vec<&str> = arguments
            .iter()
            .copied()
            .chain(["--json", "out.json", "--charts", "charts", "--fragment", "f.toml"])
            .collect();
        let message = sandbox.refuses(&with_files, 2);
        assert!(message.contains(named), "{arguments:?}: {message}");
    }
}

/// Ten million rows and one more: refused with the way out, before anything is fitted.
#[test]
fn too_many_rows_are_refused_with_the_way_out() {
    let sandbox = Sandbox::new();
    sandbox.write("many.csv", &format!("C\n{}", "1\n2\n3\n".repeat(3_333_334)));
    let message = sandbox.refuses(&["fit", "many.csv", "--column", "C"], 2);
    assert!(
        message.contains("row 10000001 is one more than the 10000000 rows") && message.contains("--every 10"),
        "{message}"
    );
    let (_, fit) = fitted(
        &sandbox,
        &[
            "many.csv",
            "--column",
            "C",
            "--every",
            "1000",
            "--where",
            "C<5",
            "--left-truncated",
            "none",
            "--right-truncated",
            "none",
            "--family",
            "normal",
            "--bootstraps",
            "0",
            "--skip-blank",
        ],
    );
    assert_eq!(fit.data.rows_read, 10_000_002);
}

/// The commands of docs/fitting.md, in its order, by a shell in a folder that has what the repository's root has.
#[cfg(unix)]
#[test]
fn fitting_guide() {
    let sandbox = with_data();
    let printed = super::guides::run_guide("fitting.md", &sandbox);
    // What the text says of the figures.
    for figure in [
        "3,916 of 7,147 rows; left-truncated at 501",
        "mu 7.13 +- 0.18, sigma 3.122",
        "100,000,000 (weibull) to 548,000,000",
        "xi 0.895",
        "+- 0.085",
        "n 519",
        "truncate = [501.0, inf]",
        "few_periods",
    ] {
        assert!(printed.contains(figure), "{figure}");
    }
    assert_eq!(sandbox.outcome("result").years, 100_000);
}
