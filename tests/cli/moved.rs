//! Does `tailcost batch --against` say what moved, why, and nothing else?

use super::Sandbox;
use tailcost::outcome::book::Book;
use tailcost::outcome::moved::{BookPairing, FigureVerdict, Moved};

const TABLE: &str = "id,name,discharges,cmi\n\
    a,Alpha,24000,1.9\nb,Beta,18000,1.6\nc,Gamma,9000,1.4\nd,Delta,30000,1.7\ne,Epsilon,12000,1.5\nf,Zeta,6000,1.3\n";

/// A plan over a table, both in the sandbox.
fn plan(sandbox: &Sandbox, name: &str, table: &str, scenarios: &str) -> String {
    sandbox.write(&format!("{name}.csv"), table);
    let text = format!(
        "schema = 1\ntitle = \"Six\"\n[members]\nfile = \"{name}.csv\"\nid = \"id\"\nname = \"name\"\n[members.values]\n\
         inpatient_encounters = \"discharges\"\nreference_hours = \"discharges / 2.5\"\n\
         payment_per_encounter = \"8432 * cmi\"\n[scenarios]\n{scenarios}\n[batch]\nyears = 2000\nseed = 1\n"
    );
    let file = format!("{name}.toml");
    sandbox.write(&file, &text);
    file
}

const ARTICLE: &str = "article = \"article\"";

fn first_night(sandbox: &Sandbox) {
    let file = plan(sandbox, "first", TABLE, ARTICLE);
    sandbox.succeeds(&["batch", &file, "--out", "first", "--quiet"]);
}

/// The exit code, what was printed, and what moved.
fn against_first(sandbox: &Sandbox, file: &str, more: &[&str]) -> (i32, String, Moved) {
    let all = ["batch", file, "--out", "now", "--against", "first", "--fail-on-drift"];
    let all: Vec<&str> = all.into_iter().chain(more.iter().copied()).collect();
    let output = sandbox.tailcost(&all).output().expect("it runs");
    let book: Book = serde_json::from_str(&sandbox.read("now/batch.json")).expect("the result reads back");
    (output.status.code().unwrap(), super::text(&output.stdout), book.moved.expect("it was asked"))
}

#[test]
fn the_same_night_again_has_not_moved_at_all() {
    let sandbox = Sandbox::new();
    first_night(&sandbox);
    let (code, printed, moved) = against_first(&sandbox, "first.toml", &[]);
    assert_eq!((code, moved.pairing), (0, BookPairing::SameYears), "{printed}");
    let counts = moved.figures;
    assert!(counts.same > 400 && counts.members_same == 6, "{counts:?}");
    assert_eq!((counts.within_noise, counts.moved, counts.noise_not_known), (0, 0, 0));
    assert!(moved.system.is_empty() && moved.system_steps.is_empty() && moved.most_moved.is_empty());
    assert!(moved.inputs == Default::default() && !moved.drifted());
    assert_eq!(sandbox.read("now/moved.csv").lines().count(), 1, "the line of names alone");
    assert!(printed.contains("nothing moved: all") && printed.contains("no input differs"), "{printed}");
    // A batch that is not compared leaves no table of another comparison behind.
    sandbox.succeeds(&["batch", "first.toml", "--out", "now", "--quiet"]);
    assert!(!sandbox.path("now/moved.csv").exists());
}

#[test]
fn a_member_whose_value_changed_is_named_with_its_key() {
    let sandbox = Sandbox::new();
    first_night(&sandbox);
    let file = plan(&sandbox, "second", &TABLE.replace("d,Delta,30000", "d,Delta,60000"), ARTICLE);
    let (code, printed, moved) = against_first(&sandbox, &file, &[]);
    assert_eq!(code, 1, "{printed}");
    assert_eq!((moved.figures.members_moved, moved.figures.members_same), (1, 5));
    let [delta] = &moved.most_moved[..] else { panic!("{:?}", moved.most_moved) };
    let keys: Vec<(&str, Option<f64>, Option<f64>)> =
        delta.inputs.iter().map(|change| (change.key.as_str(), change.before, change.now)).collect();
    assert_eq!(delta.member, "d");
    assert_eq!(
        keys,
        [
            ("hospital.inpatient_encounters", Some(30000.0), Some(60000.0)),
            ("hospital.reference_hours", Some(12000.0), Some(24000.0))
        ]
    );
    // With as few years as the run has, the steps are the run: they begin and end at its figures, and add up.
    let of = |option: &str| {
        let steps = delta.steps.iter().find(|steps| steps.measure == "mean" && steps.option == option);
        steps.unwrap_or_else(|| panic!("{option}"))
    };
    let steps = of("Offshore");
    assert_eq!((steps.years, steps.steps.len()), (2000, 2));
    let sum: f64 = steps.steps.iter().map(|step| step.change.value).sum::<f64>() + steps.together.value;
    assert!((sum / (steps.now - steps.before) - 1.0).abs() < 1e-9, "{steps:?}");
    assert!(steps.steps[0].path == "hospital.inpatient_encounters" && steps.steps[0].change.low.is_some());
    // The system moved by what this member did: nobody else changed.
    let system = moved.system_steps.iter().find(|steps| steps.measure == "mean" && steps.option == "Offshore").unwrap();
    let change = steps.now - steps.before;
    // Yearly totals are added up in 64ths of a dollar.
    assert!((system.now - system.before - change).abs() < 0.2, "{system:?}");
    let mean = moved.system.iter().find(|row| row.measure == "mean" && row.option == "Offshore").unwrap();
    assert!(mean.verdict == FigureVerdict::Moved && (mean.change - change).abs() < 0.2, "{mean:?}");
    let table = sandbox.read("now/moved.csv");
    assert!(table.contains("\ninput,d,,,,30000,60000,30000,"), "{table}");
    assert!(printed.contains("d: hospital.inpatient_encounters 30,000 -> 60,000"), "{printed}");
    assert!(printed.lines().skip_while(|line| !line.starts_with("What moved")).all(|line| !line.contains("NaN")));
    // Without the flag the same is said, and is no failure.
    sandbox.succeeds(&["batch", &file, "--out", "now", "--against", "first", "--quiet"]);
}

#[test]
fn a_key_of_a_config_that_changed_is_named() {
    let sandbox = Sandbox::new();
    first_night(&sandbox);
    let scenario = "article = { config = \"article\", set = [\"workforce.offshore.rate=70\"] }";
    let file = plan(&sandbox, "first", TABLE, scenario);
    let (code, printed, moved) = against_first(&sandbox, &file, &[]);
    assert_eq!(code, 1, "{printed}");
    let [scenario] = &moved.inputs.scenarios[..] else { panic!("{:?}", moved.inputs) };
    let keys: Vec<&str> = scenario.keys.iter().filter(|key| key.matters).map(|key| key.path.as_str()).collect();
    assert_eq!(keys, ["workforce.offshore.rate"]);
    assert_eq!((moved.inputs.members, moved.figures.members_same), (0, 0));
    let of = |option: &str| {
        let steps = moved.system_steps.iter().find(|steps| steps.measure == "mean" && steps.option == option);
        steps.unwrap_or_else(|| panic!("{option}")).steps.iter().find(|step| step.path == keys[0]).unwrap().change
    };
    assert!(of("Offshore").value > 0.0 && of("Offshore").low.is_some());
    assert_eq!(of("Domestic").value, 0.0, "the rate of another workforce");
    assert!(printed.contains("article: workforce.offshore.rate"), "{printed}");
}

/// At most one false alarm in 100 nights of other years, whatever the dependence of figures: Bonferroni over all comparisons, each by a bound
/// that heavy tails keep. Seeds are fixed, so the test passes always or never.
#[test]
fn other_years_are_noise() {
    let sandbox = Sandbox::new();
    first_night(&sandbox);
    for seed in ["batch.seed=2", "batch.seed=3", "batch.seed=4"] {
        let (code, printed, moved) = against_first(&sandbox, "first.toml", &["--set", seed]);
        assert_eq!((code, moved.pairing, moved.figures.moved), (0, BookPairing::Independent, 0), "{printed}");
        assert!(moved.figures.within_noise > 200 && moved.largest_z.unwrap() > 1.0, "noise is seen, and not told");
        assert!(moved.figures.noise_not_known > 0, "2,000 years do not reach 1 in 1,000");
        assert!(moved.most_moved.is_empty() && moved.system_steps.is_empty());
        std::fs::remove_dir_all(sandbox.path("now")).unwrap();
    }
}

#[test]
fn members_that_came_went_and_failed_are_named() {
    let sandbox = Sandbox::new();
    first_night(&sandbox);
    let table = TABLE.replace("b,Beta,18000,1.6\n", "").replace("c,Gamma,9000", "c,Gamma,-5") + "g,Eta,8000,1.2\n";
    let file = plan(&sandbox, "second", &table, ARTICLE);
    let (code, printed, moved) = against_first(&sandbox, &file, &[]);
    // What moved is not hidden behind members that failed.
    assert_eq!(code, 1, "{printed}");
    let members = &moved.members;
    assert_eq!((members.both, moved.figures.members_same), (4, 4));
    assert_eq!((&members.new.first[..], &members.gone.first[..]), (&["g".to_owned()][..], &["b".to_owned()][..]));
    assert_eq!((&members.failed_now.first[..], members.failed_before.count), (&["c".to_owned()][..], 0));
    assert!(members.reasons[0].reason.contains("-5"), "{:?}", members.reasons);
    let steps = moved.system_steps.iter().find(|steps| steps.measure == "mean" && steps.option == "Domestic").unwrap();
    let mut paths: Vec<&str> = steps.steps.iter().map(|step| step.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["members that joined", "members that left"]);
    // Without the flag the members that failed decide the code.
    sandbox.tailcost(&["batch", &file, "--out", "now", "--against", "first", "--quiet"]).assert().code(3);
    // And back again.
    sandbox.tailcost(&["batch", &file, "--out", "middle", "--quiet"]).assert().code(3);
    let back = ["batch", "first.toml", "--out", "last", "--against", "middle", "--quiet"];
    sandbox.succeeds(&back);
    let book: Book = serde_json::from_str(&sandbox.read("last/batch.json")).unwrap();
    let members = book.moved.unwrap().members;
    assert_eq!(members.failed_before.first, ["c"]);
    assert_eq!((members.new.first, members.gone.first), (vec!["b".to_owned()], vec!["g".to_owned()]));
}

#[test]
fn what_is_no_finished_batch_is_refused_by_name() {
    let sandbox = Sandbox::new();
    first_night(&sandbox);
    let refused = |directory: &str, part: &str| {
        let all = ["batch", "first.toml", "--out", "now", "--against", directory];
        let output = sandbox.tailcost(&all).assert().code(2).get_output().clone();
        let message = super::text(&output.stderr);
        assert!(message.contains(directory) && message.contains(part), "{message}");
    };
    refused("nowhere", "no such directory");
    std::fs::create_dir(sandbox.path("empty")).unwrap();
    refused("empty", "no batch.json");
    sandbox.write("empty/batch.json", "{}");
    refused("empty", "not the result of a batch");
    sandbox.write("empty/batch.json", &sandbox.read("first/batch.json"));
    refused("empty", "no part file");
    let part = "part-0001-of-0001.tcb";
    let mut bytes = std::fs::read(sandbox.path(&format!("first/{part}"))).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(sandbox.path(&format!("empty/{part}")), &bytes).unwrap();
    refused("empty", "checksum");
    sandbox.succeeds(&["batch", "first.toml", "--set", "batch.seed=9", "--out", "other", "--quiet"]);
    std::fs::copy(sandbox.path(&format!("other/{part}")), sandbox.path(&format!("empty/{part}"))).unwrap();
    refused("empty", "another batch");
    let all = ["batch", "first.toml", "--out", "first", "--against", "first"];
    sandbox.tailcost(&all).assert().code(2);
    for wrong in [&["--fail-on-drift"][..], &["--against", "first", "--shard", "1/2"][..]] {
        let all: Vec<&str> = ["batch", "first.toml", "--out", "now"].into_iter().chain(wrong.iter().copied()).collect();
        sandbox.tailcost(&all).assert().code(2);
    }
}
