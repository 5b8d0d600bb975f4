//! Does `tailcost run` leave behind what it says, where it says, for every way of asking?

use super::{CASES, Sandbox, codes};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

/// Options for a run of which only the result file matters.
const BARE: [&str; 3] = ["--no-charts", "--keep", "none"];

fn bare(sandbox: &Sandbox, arguments: &[&str]) -> String {
    sandbox.succeeds(&[&["run"], arguments, &BARE].concat())
}

#[test]
fn without_a_command_the_article_is_run() {
    let sandbox = Sandbox::new();
    let printed = sandbox.succeeds(&[]);
    assert!(
        printed.starts_with("Domestic or offshore coding: the article's case\n1,000,000 simulated years"),
        "{printed}"
    );
    let directory = only_directory(&sandbox);
    let outcome = sandbox.outcome(&directory);
    assert_eq!(outcome.years, 1_000_000);
    assert!(sandbox.path(&directory).join("years.parquet").is_file());
}

/// The one directory below `outputs`.
fn only_directory(sandbox: &Sandbox) -> String {
    let below: Vec<String> = sandbox.files().into_iter().filter(|name| name.matches('/').count() == 1).collect();
    assert!(below.len() == 1 && below[0].starts_with("outputs/"), "{below:?}");
    below[0].clone()
}

#[test]
fn every_case_leaves_result_charts_and_years() {
    for case in CASES {
        let sandbox = Sandbox::new();
        let printed = sandbox.succeeds(&["run", case, "--years", "2000"]);
        let directory = only_directory(&sandbox);
        let outcome = sandbox.outcome(&directory);
        assert_eq!((outcome.years, outcome.provenance.engine.as_str()), (2000, "fast"));
        assert!(printed.starts_with(&outcome.title), "{printed}");
        let (slug, hash) = directory.rsplit_once('-').expect("a hash");
        assert_eq!(hash, &outcome.provenance.config_hash[..8]);
        let title = outcome.title.to_lowercase().replace('\'', "");
        assert!(slug["outputs/".len()..].split('-').all(|word| title.contains(word)), "{slug} of {title}");
        let files = sandbox.files();
        for chart in ["totals", "exceedance", "makeup"] {
            let svg = sandbox.read(&format!("{directory}/charts/{chart}.svg"));
            assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{chart}");
            let png = std::fs::read(sandbox.path(&format!("{directory}/charts/{chart}.png"))).expect("a chart");
            assert!(png.starts_with(b"\x89PNG\r\n"), "{chart}");
        }
        let parquet = std::fs::read(sandbox.path(&directory).join("years.parquet")).expect("years");
        assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
        assert!(files.iter().all(|name| !name.contains(".part")), "temporary files are gone: {files:?}");
        for caution in codes(&outcome) {
            assert!(printed.contains(caution), "{case}: {caution} is not printed");
        }
    }
}

/// Rows of `years.parquet` and its columns' names.
fn parquet(sandbox: &Sandbox, path: &str) -> (usize, Vec<String>) {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let reader = SerializedFileReader::new(std::fs::File::open(sandbox.path(path)).expect("a file")).expect("Parquet");
    let metadata = reader.metadata().file_metadata();
    let names = metadata.schema().get_fields().iter().map(|field| field.name().to_owned()).collect();
    (metadata.num_rows() as usize, names)
}

#[test]
fn keep_says_which_years_are_written() {
    let sandbox = Sandbox::new();
    let run = |keep: &str, out: &str| {
        sandbox.succeeds(&["run", "hfma-2018", "--years", "25_000", "--no-charts", "--keep", keep, "--out", out])
    };
    run("all", "all");
    run("tail", "tail");
    run("none", "none");
    let (all, names) = parquet(&sandbox, "all/years.parquet");
    assert_eq!(all, 25_000);
    assert!(names.contains(&"year".into()) && names.contains(&"Offshore: total".into()), "{names:?}");
    // Domestic is constant, so its worst are any 10,000; those of Offshore and of the difference are the same years.
    let (tail, names) = parquet(&sandbox, "tail/years.parquet");
    assert!((10_000..=20_000).contains(&tail), "{tail}");
    assert!(names.contains(&"worst of Offshore less Domestic".into()), "{names:?}");
    let files = sandbox.files();
    assert_eq!(files.iter().filter(|name| name.starts_with("none/")).collect::<Vec<_>>(), ["none/outcome.json"]);
}

#[test]
fn no_charts_leaves_none() {
    let sandbox = Sandbox::new();
    bare(&sandbox, &["hfma-2018", "--years", "2000", "--out", "o"]);
    assert_eq!(sandbox.files(), ["o", "o/outcome.json"]);
}

#[test]
fn out_may_be_deep_and_exist_already() {
    let sandbox = Sandbox::new();
    for years in ["2000", "3000"] {
        bare(&sandbox, &["hfma-2018", "--years", years, "--out", "a/b c/d"]);
        assert_eq!(sandbox.outcome("a/b c/d").years.to_string(), years);
    }
}

#[test]
fn years_are_read_as_people_write_them() {
    let sandbox = Sandbox::new();
    for (text, years) in [("1e4", 10_000), ("1_000", 1_000), ("1,500", 1_500), ("2.5e3", 2_500), ("2", 2)] {
        bare(&sandbox, &["hfma-2018", "--years", text, "--out", "o"]);
        assert_eq!(sandbox.outcome("o").years, years, "{text}");
    }
    for text in ["0", "-5", "1.5", "1e16", "nan", "inf", "many", "", "1e-3"] {
        let message = sandbox.refuses(&["run", "hfma-2018", "--years", text], 2);
        assert!(message.contains("--years") || text == "-5", "{text}: {message}");
    }
}

/// Of one year there is no spread, so no standard deviation and no interval.
#[test]
fn one_year_is_too_few() {
    let sandbox = Sandbox::new();
    for arguments in [
        &["run", "article", "--years", "1"][..],
        &["run", "article", "--set", "simulation.years=1"],
        &["run", "article", "--until", "mean of Offshore within 1%", "--max-years", "1"],
    ] {
        let message = sandbox.refuses(arguments, 2);
        assert!(message.contains("at least 2 years"), "{message}");
    }
    bare(&sandbox, &["article", "--years", "2", "--out", "o"]);
}

#[test]
fn the_config_says_how_many_years() {
    let sandbox = Sandbox::new();
    bare(&sandbox, &["hfma-2018", "--set", "simulation.years=1234", "--out", "o"]);
    assert_eq!(sandbox.outcome("o").years, 1234);
}

#[test]
fn the_seed_decides_the_draws_and_is_kept() {
    let sandbox = Sandbox::new();
    for (seed, out) in [("7", "a"), ("7", "b"), ("8", "c"), ("18446744073709551615", "d")] {
        bare(&sandbox, &["article", "--years", "2000", "--seed", seed, "--out", out]);
        assert_eq!(sandbox.outcome(out).seed.to_string(), seed);
    }
    assert_eq!(sandbox.figures("a"), sandbox.figures("b"));
    let mean = |out: &str| sandbox.outcome(out).options[1].total.mean.value;
    assert!(mean("a") != mean("c") && mean("c") != mean("d"));
    // A seed in the config is the same as one in the command.
    bare(&sandbox, &["article", "--years", "2000", "--set", "simulation.seed=7", "--out", "e"]);
    assert_eq!(sandbox.figures("a"), sandbox.figures("e"));
}

#[test]
fn an_override_is_the_same_as_the_config_so_changed() {
    let sandbox = Sandbox::new();
    let changed =
        "schema = 1\nextends = \"article\"\n[workforce.offshore]\nrate = 28\n[simulation]\nexclude = [\"case_mix\"]\n";
    sandbox.write("changed.toml", changed);
    let set = ["--set", "workforce.offshore.rate=28", "--set", "simulation.exclude=[\"case_mix\"]"];
    bare(&sandbox, &[&["article", "--years", "2000", "--out", "a"], &set[..]].concat());
    bare(&sandbox, &["changed.toml", "--years", "2000", "--out", "b"]);
    assert_eq!(sandbox.figures("a"), sandbox.figures("b"));
    let (a, b) = (sandbox.outcome("a"), sandbox.outcome("b"));
    assert_eq!(a.provenance.config_hash, b.provenance.config_hash);
    assert_eq!(a.provenance.quoted_rates["Offshore"], 28.0);
    assert!(a.options[1].components["case_mix"].excluded);
}

/// The resolved config in the result is the whole question: running it gives the same result.
#[test]
fn the_resolved_config_gives_the_same_result() {
    let sandbox = Sandbox::new();
    for case in ["evidence", "hhs-breaches"] {
        bare(&sandbox, &[case, "--years", "2000", "--out", "a"]);
        sandbox.write("again.toml", &sandbox.outcome("a").provenance.config);
        bare(&sandbox, &["again.toml", "--years", "2000", "--out", "b"]);
        assert_eq!(sandbox.figures("a"), sandbox.figures("b"), "{case}");
        assert_eq!(sandbox.outcome("a").provenance.config_hash, sandbox.outcome("b").provenance.config_hash);
    }
}

#[test]
fn the_reference_engine_answers_the_same_question() {
    let sandbox = Sandbox::new();
    bare(&sandbox, &["hfma-2018", "--years", "4000", "--engine", "reference", "--out", "reference"]);
    bare(&sandbox, &["hfma-2018", "--years", "4000", "--out", "fast"]);
    let (reference, fast) = (sandbox.outcome("reference"), sandbox.outcome("fast"));
    assert_eq!(reference.provenance.engine, "reference");
    // Domestic is a matter of arithmetic; Offshore's mean has a standard error of 118 sqrt(520 / 4000) = 43 USD in each.
    assert_eq!(reference.options[0].total.mean, fast.options[0].total.mean);
    let gap = reference.options[1].total.mean.value - fast.options[1].total.mean.value;
    assert!(gap != 0.0 && gap.abs() < 5.0 * 43.0 * std::f64::consts::SQRT_2, "{gap}");
    sandbox.refuses(&["run", "hfma-2018", "--engine", "guess"], 2);
}

#[test]
fn provenance_says_what_was_run() {
    let sandbox = Sandbox::new();
    bare(&sandbox, &["hhs-breaches", "--years", "2000", "--threads", "3", "--out", "o"]);
    let provenance = sandbox.outcome("o").provenance;
    assert_eq!(provenance.program_version, env!("CARGO_PKG_VERSION"));
    assert_eq!(provenance.run.command[1..6], ["run", "hhs-breaches", "--years", "2000", "--threads"]);
    assert_eq!(provenance.run.threads, 3);
    assert!(provenance.run.wall_seconds > 0.0 && provenance.run.years_per_second > 0.0);
    assert_eq!(provenance.data_files.len(), 1);
    assert!(provenance.data_files[0].path.ends_with("hhs_breach_costs.csv"));
    assert!(provenance.analysis.expect("a paragraph").contains("Jacobs (2014)"));
}

#[test]
fn quiet_says_nothing_but_cautions() {
    let sandbox = Sandbox::new();
    for flag in ["--quiet", "-q"] {
        let output = sandbox
            .tailcost(&[&["run", "hfma-2018", "--years", "2000", flag, "--out", "o"], &BARE[..]].concat())
            .assert();
        output.success().stdout("").stderr(
            contains("caution: case_mix_inconsistent")
                .and(predicate::function(|text: &str| text.lines().all(|line| line.starts_with("caution: ")))),
        );
    }
    assert!(sandbox.path("o/outcome.json").is_file());
}

#[test]
fn the_summary_names_the_files() {
    let sandbox = Sandbox::new();
    let printed = sandbox.succeeds(&["run", "hfma-2018", "--years", "2000", "--out", "my results"]);
    assert!(printed.contains("my results") && printed.contains("outcome.json"), "{printed}");
    assert!(printed.lines().all(|line| line.chars().count() <= 80), "80 columns where there is no terminal: {printed}");
}

#[test]
fn years_kept_are_the_same_in_a_longer_run() {
    use parquet::file::reader::SerializedFileReader;
    let sandbox = Sandbox::new();
    let rows = |years: &str| -> Vec<Value> {
        sandbox.succeeds(&["run", "article", "--years", years, "--no-charts", "--keep", "all", "--out", years]);
        let file = std::fs::File::open(sandbox.path(years).join("years.parquet")).expect("a file");
        let reader = SerializedFileReader::new(file).expect("Parquet");
        reader.into_iter().map(|row| Value::String(row.expect("a row").to_string())).collect()
    };
    let (short, long) = (rows("700"), rows("1900"));
    assert_eq!((short.len(), long.len()), (700, 1900));
    assert!(short == long[..700], "a year is the same however many come after it");
}
