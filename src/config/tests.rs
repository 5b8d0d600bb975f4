//! Do extends, `--set`, the canonical text, laws, correlations and cautions do what the schema says?

use super::*;
use crate::distributions::FAMILIES;
use std::fs;

const BASE: &str = r#"
schema = 1
title = "Base"
[simulation]
years = 1e6
seed = 18446744073709551615
levels = [0.99, 0.9, 0.99]
exclude = ["dnfb", "labour"]
[hospital]
reference_hours = 7322
hours_per_coder = 1920
[workforce.b]
rate = { dist = "gamma", mean = 50, sd = 5, source = "a Guess" }
turnover = 0.2
[workforce.a]
rate = 60.0
[[option]]
name = "One"
mix = { a = 1, b = 0 }
[[option]]
name = "Two 60/40"
mix = { b = 0.4, a = 0.6 }
"#;

fn text(text: impl Into<String>) -> Source {
    Source::Text { name: "test".into(), text: text.into() }
}

fn loaded(source: &Source, overrides: &[&str]) -> Loaded {
    let overrides: Vec<String> = overrides.iter().map(|&argument| argument.to_owned()).collect();
    load(source, &overrides).unwrap_or_else(|errors| panic!("{errors}"))
}

fn point(driver: Option<&Driver>) -> f64 {
    match driver.map(|driver| &driver.value) {
        Some(Value::Point(value)) => *value,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_config_becomes_its_scenario() {
    let scenario = loaded(&text(BASE), &[]).scenario;
    assert_eq!((scenario.simulation.years, scenario.simulation.seed), (1_000_000, u64::MAX));
    let levels: Vec<f64> = scenario.simulation.levels.iter().map(|level| level.value()).collect();
    assert_eq!(levels, [0.9, 0.99]);
    assert_eq!(scenario.simulation.exclude, [Component::Labour, Component::Dnfb]);
    let names: Vec<&str> = scenario.workforces.iter().map(|workforce| workforce.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(scenario.options[0].mix, [(0, 1.0)], "a share of 0 is absent");
    assert_eq!(scenario.options[1].mix, [(0, 0.6), (1, 0.4)]);
    let rate = scenario.workforces[1].drivers.get(WorkforceDriver::Rate).unwrap();
    assert!(is_guess(rate) && matches!(&rate.value, Value::Law(law) if (law.mean() - 50.0).abs() < 1e-12));
    let lines = describe(&scenario);
    let paths: Vec<&str> = lines.iter().map(|line| line.path.as_str()).collect();
    let expected = ["hospital.reference_hours", "hospital.hours_per_coder", "workforce.a.rate", "workforce.b.rate"];
    assert_eq!(paths[..4], expected);
    assert!((lines[3].sd - 5.0).abs() < 1e-12 && lines[3].family == "gamma" && lines[3].is_guess);
}

#[test]
fn set_reaches_tables_drivers_and_named_elements() {
    let arguments = [
        "option.Two 60/40.transition_cost=-1e5",
        "option.\"One\".mix={ a = 0.5, b = 0.5 }",
        "workforce.b.rate.sd=7",
        "hospital.hours_per_coder=absent",
        "title=A plain title",
        "world.threat={ dist = \"gamma\", mean = 1, sd = 0.5 }",
    ];
    let loaded = loaded(&text(BASE), &arguments);
    let scenario = &loaded.scenario;
    assert_eq!(point(scenario.options[1].drivers.get(OptionDriver::TransitionCost)), -1e5);
    assert_eq!(scenario.options[0].mix, [(0, 0.5), (1, 0.5)]);
    let rate = scenario.workforces[1].drivers.get(WorkforceDriver::Rate).unwrap();
    assert!(matches!(&rate.value, Value::Law(law) if (law.variance() - 49.0).abs() < 1e-9));
    assert!(scenario.hospital.get(HospitalDriver::HoursPerCoder).is_none());
    assert_eq!(scenario.title, "A plain title");
    assert!(scenario.world.get(WorldDriver::Threat).is_some());
    let changes = loaded.changes.unwrap();
    assert_eq!((changes.parent.as_str(), changes.values.len()), ("test", 6 + 1), "both shares of the mix: {changes:?}");
    let gone = changes.values.iter().find(|change| change.path == "hospital.hours_per_coder").unwrap();
    assert_eq!((gone.parent.as_deref(), gone.own.as_deref()), (Some("1920"), None));
}

#[test]
fn extends_merges_tables_and_replaces_drivers_and_lists() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("sub")).unwrap();
    write("base.toml", BASE);
    write(
        "sub/middle.toml",
        "extends = \"../base.toml\"\n[workforce.b]\nrate = { dist = \"uniform\", min = 1, max = 2 }\n",
    );
    let own = "extends = \"sub/middle.toml\"\ntitle = \"Own\"\n[simulation]\nlevels = [0.5]\n[workforce.b]\nturnover = \"absent\"\n";
    write("own.toml", own);
    let loaded = loaded(&Source::Path(folder.path().join("own.toml")), &[]);
    let scenario = &loaded.scenario;
    assert_eq!(scenario.title, "Own");
    assert_eq!((scenario.simulation.years, scenario.simulation.levels.len()), (1_000_000, 1));
    let b = &scenario.workforces[1].drivers;
    assert!(b.get(WorkforceDriver::Turnover).is_none());
    let rate = b.get(WorkforceDriver::Rate).unwrap();
    assert_eq!(rate.source, None, "a driver is replaced whole, its source with it");
    assert!(matches!(&rate.value, Value::Law(law) if law.family() == "uniform"));
    assert!(!loaded.resolved_toml.contains("absent") && !loaded.resolved_toml.contains("extends"));
    assert!(loaded.changes.unwrap().parent.ends_with("middle.toml"));
}

#[test]
fn the_hash_is_of_the_case_and_not_of_its_spelling() {
    let reference = loaded(&text(BASE), &[]);
    let respelled = BASE.replace("60.0", "6e1 # a comment").replace("0.40", "0.4").replace("7322", "7_322.0");
    let (head, tail) = respelled.split_once("[workforce.b]").unwrap();
    let (b, a_and_options) = tail.split_once("[workforce.a]").unwrap();
    let (a, options) = a_and_options.split_once("[[option]]").unwrap();
    let reordered = format!("{head}[workforce.a]{a}[workforce.b]{b}[[option]]{options}");
    assert_eq!(loaded(&text(reordered), &[]).hash, reference.hash);
    assert_ne!(loaded(&text(BASE), &["workforce.a.rate=60.1"]).hash, reference.hash);
}

#[test]
fn the_hash_covers_the_data() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    let config = BASE.replace(
        "turnover = 0.2",
        "turnover = { dist = \"empirical\", file = \"t.csv\", column = \"rate\", source = \"ours\" }",
    );
    fs::write(&path, config).unwrap();
    let with = |csv: &str| {
        fs::write(folder.path().join("t.csv"), csv).unwrap();
        loaded(&Source::Path(path.clone()), &[])
    };
    let (one, two) = (with("name,rate\nx,0.1\ny, 0.3\n"), with("rate\n0.1\n0.4\n"));
    assert_eq!(one.resolved_toml, two.resolved_toml);
    assert_ne!(one.hash, two.hash);
    assert_eq!(one.data_files[0].path, "t.csv");
    let turnover = one.scenario.workforces[1].drivers.get(WorkforceDriver::Turnover).unwrap();
    assert!(matches!(&turnover.value, Value::Law(law) if (law.mean() - 0.2).abs() < 1e-15));
}

#[test]
fn every_family_can_be_written() {
    let own = |family: &str| {
        match family {
        "metalog" => "quantiles = [[0.1, 5], [0.5, 8], [0.9, 14]], min = 0".to_owned(),
        "discrete" => "values = [1, 2], weights = [3, 1]".to_owned(),
        "mixture" => "components = [{ weight = 1, value = 5, source = \"x\" }, { weight = 2, dist = \"gamma\", mean = 5, sd = 1 }]".to_owned(),
        "splice" => "body = { dist = \"gamma\", mean = 5, sd = 1 }, tail = { dist = \"pareto\", shape = 2, scale = 3 }, threshold = 6, tail_weight = 0.1".to_owned(),
        "empirical" => "file = \"builtin:data/hhs_breach_costs.csv\", column = \"cost_usd\"".to_owned(),
        other => panic!("no example of {other}"),
    }
    };
    let figure = |parameter: &str| match parameter {
        "min" => 1.0,
        "mode" => 2.0,
        "max" => 4.0,
        "sd" | "sigma" => 0.2,
        _ => 1.5,
    };
    for family in FAMILIES {
        let mut bodies = Vec::new();
        if family.form == crate::distributions::Form::Parameters {
            for set in family.parameter_sets {
                let parameters: Vec<String> = set.iter().map(|name| format!("{name} = {}", figure(name))).collect();
                let beside = if family.name == "beta" { ", min = 0, max = 3" } else { "" };
                bodies.push(parameters.join(", ") + beside);
            }
            if family.two_quantiles {
                let dof = if family.name == "student_t" { ", dof = 4" } else { "" };
                bodies.push(format!("quantiles = {{ p10 = 0.02, p87_5 = 0.9 }}{dof}"));
            }
        } else {
            bodies.push(own(family.name));
        }
        for body in bodies {
            // Every sign is allowed, so that the domain does not refuse what the family offers.
            let driver = format!("case_mix_drift = {{ dist = \"{}\", {body}, truncate = [0.1, inf] }}", family.name);
            let case = loaded(&text(BASE.replace("turnover = 0.2", &driver)), &[]);
            let again = loaded(&text(case.resolved_toml.clone()), &[]);
            assert_eq!(case.hash, again.hash, "{driver}");
        }
    }
}

#[test]
fn correlations_become_a_group_in_the_order_of_the_paths() {
    let driver = "{ dist = \"gamma\", mean = 1, sd = 0.5 }";
    let with = |pairs: &str| {
        let world = format!("[world]\nthreat = {driver}\nvolume = {driver}\n");
        let rest = format!("[dependence]\ncopula = \"t\"\ndof = 5\nrank_correlations = [{pairs}]\n");
        loaded(
            &text(format!("{BASE}\n{world}{rest}")),
            &["option.Two 60/40.transition_cost={ dist = \"normal\", mean = 0, sd = 1 }"],
        )
    };
    let pairs = [
        "[\"workforce.b.rate\", \"world.threat\", 0.5]",
        "[\"world.volume\", \"option.Two 60/40.transition_cost\", -0.25]",
    ];
    let group = with(&pairs.join(", ")).scenario.dependence.unwrap();
    let paths: Vec<&str> = group.members.iter().map(|member| member.path.as_str()).collect();
    assert_eq!(paths, ["option.Two 60/40.transition_cost", "workforce.b.rate", "world.threat", "world.volume"]);
    assert_eq!(group.members[1].driver, DriverId::Workforce(1, WorkforceDriver::Rate));
    assert_eq!(group.copula, CopulaKind::T { dof: 5.0 });
    assert_eq!(group.requested, [(0, 3, -0.25), (1, 2, 0.5)]);
    // 2 sin(pi / 12) = 0.5176...
    assert!((group.correlation[2][1] - 0.517_638_090_205_041_5).abs() < 1e-15);
    assert_eq!(group.correlation[0][1], 0.0);
    let swapped = with(&[pairs[1], pairs[0], pairs[0]].join(", ")).scenario.dependence.unwrap();
    assert_eq!(swapped.correlation, group.correlation, "neither order nor repetition matters");
    assert!(with("").scenario.dependence.is_none());
}

#[test]
fn cautions_say_what_is_odd() {
    let codes = |overrides: &[&str]| -> Vec<String> {
        loaded(&text(BASE), overrides).cautions.into_iter().map(|caution| caution.code).collect()
    };
    assert_eq!(codes(&[]), Vec::<String>::new());
    assert_eq!(codes(&["hospital.hours_per_coder=absent"]), ["default_hours_per_coder"]);
    assert_eq!(codes(&["hospital.reference_hours=0"]), ["no_reference_hours"]);
    assert_eq!(codes(&["simulation.seed=absent"]), ["simulation_default"]);
    assert_eq!(codes(&["workforce.a.breach.severity=5"]), ["mechanism_off"]);
    assert_eq!(codes(&["workforce.a.breach.frequency=5", "workforce.a.breach.penalty.amount=5"]), ["mechanism_off"]);
    assert_eq!(codes(&["option.Two 60/40.mix={ a = 1.0, b = 0 }"]), ["unused_workforce"]);
    let payment = "hospital.payment_per_encounter=10";
    assert_eq!(codes(&[payment, "hospital.case_mix_value=21"]), ["case_mix_inconsistent"]);
    assert_eq!(codes(&[payment, "hospital.case_mix_value=20"]), Vec::<String>::new());
    let heavy = "workforce.a.rate={ dist = \"pareto\", shape = 0.9, scale = 5 }";
    assert_eq!(codes(&[heavy]), ["infinite_mean"]);
}

#[test]
fn the_correlations_offered_instead_are_accepted() {
    let world =
        "[world]\nthreat = LAW\nvolume = LAW\npayer_strictness = LAW\n[hospital.cyber_insurance]\npremium = LAW\n"
            .replace("LAW", "{ dist = \"gamma\", mean = 1, sd = 0.5 }");
    let with = |pairs: &str| {
        let rest = format!("[dependence]\ncopula = \"gaussian\"\nrank_correlations = [{pairs}]\n");
        load(&text(format!("{BASE}\n{world}{rest}")), &[])
    };
    let names = ["world.threat", "world.volume", "world.payer_strictness", "hospital.cyber_insurance.premium"];
    let mut pairs = String::new();
    for (i, j, rho) in [(0, 1, 0.99), (0, 2, -0.99), (1, 2, 0.99), (2, 3, 0.999), (0, 3, 0.999), (1, 3, -0.5)] {
        pairs.push_str(&format!("[\"{}\", \"{}\", {rho}],", names[i], names[j]));
    }
    let report = with(&pairs).unwrap_err().to_string();
    let (_, offered) = report.split_once("that are possible:").unwrap();
    assert_eq!(offered.matches('[').count(), 6, "{report}");
    with(offered).unwrap_or_else(|errors| panic!("{errors}"));
}

const BIOGRAPHY: &str = "\
schema = 1
title = \"T\"
[hospital]
reference_hours = 1000
[[option]]
name = \"A\"
mix = { a = 1 }
[workforce.a]
rate = 50
[workforce.a.productivity]
dist = \"lognormal\"
mu = 0
sigma = 0.1
source = \"own hours\"
";

const BIOGRAPHY_TABLE: &str = "\
[workforce.a.productivity.biography]
rejected = [\"gamma: AIC +3.1\"]
data = \"hours.csv\"
hash = \"blake3:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"
column = \"hours\"
filter = \"hours>0\"
sample_size = 3_916
method = \"maximum likelihood\"
chosen = \"lognormal: lowest AIC\"
uncertainty = { parameters = [\"mu\", \"sigma\"], estimates = [0, 0.1], covariance = [[4e-4, 1e-5], [1e-5, 2e-4]] }
";

#[test]
fn a_biography_is_kept_and_changes_nothing_else() {
    let load = |text: String| super::load(&Source::Text { name: "t".into(), text }, &[]).unwrap();
    let (without, with) = (load(BIOGRAPHY.into()), load(format!("{BIOGRAPHY}{BIOGRAPHY_TABLE}")));
    assert_eq!(without.hash, with.hash, "it does not change what is drawn");
    let driver =
        |loaded: &Loaded| loaded.scenario.workforces[0].drivers.get(WorkforceDriver::Productivity).unwrap().clone();
    assert_eq!(driver(&without).biography, None);
    let biography = driver(&with).biography.unwrap();
    assert_eq!((biography.sample_size, biography.rejected.len()), (Some(3916), 1));
    assert_eq!(biography.uncertainty.as_ref().unwrap().covariance[1], [1e-5, 2e-4]);
    let line = with.resolved_toml.lines().find(|line| line.starts_with("productivity")).unwrap();
    assert!(line.contains("source = \"own hours\", biography = { data = \"hours.csv\", hash = "), "{line}");
    let again = load(with.resolved_toml.clone());
    assert_eq!(driver(&again).biography.as_ref(), Some(&biography));
    assert_eq!(again.resolved_toml, with.resolved_toml);
}
