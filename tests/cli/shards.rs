//! Do shards, merged, leave what the run in one piece leaves, and is everything else refused by name?

use super::Sandbox;
use tailcost::analysis::read_part;

/// Twelve tasks and a bit: of 16 shards some have no years.
const YEARS: &str = "100_000";

/// The bytes of the result, but for the record of how it came about.
fn result(sandbox: &Sandbox, directory: &str) -> String {
    let run = sandbox.outcome(directory).provenance.run;
    assert!(run.wall_seconds > 0.0 && run.years_per_second > 0.0 && run.threads > 0);
    let text = sandbox.read(&format!("{directory}/outcome.json"));
    let (before, rest) = text.split_once("\n    \"run\": {\n").expect("a record");
    let (_, after) = rest.split_once("\n    }").expect("its end");
    format!("{before}{after}")
}

/// Files of a directory, relative to it.
fn files(sandbox: &Sandbox, directory: &str) -> Vec<String> {
    let inside = format!("{directory}/");
    sandbox.files().iter().filter_map(|name| name.strip_prefix(&inside)).map(str::to_owned).collect()
}

fn shard(sandbox: &Sandbox, arguments: &[&str], index: u64, of: u64, path: &str) -> String {
    let shard = format!("{index}/{of}");
    sandbox.succeeds(&[&["run"], arguments, &["--shard", &shard, "--out", path]].concat())
}

/// Runs all shards, on one thread or two, into a folder.
fn shards(sandbox: &Sandbox, arguments: &[&str], of: u64, folder: &str) {
    for index in 1..=of {
        let threads = if index % 2 == 0 { "1" } else { "2" };
        let arguments = [arguments, &["--threads", threads]].concat();
        let path = format!("{folder}/{index}.tcs");
        let said = shard(sandbox, &arguments, index, of, &path);
        assert!(said.starts_with(&format!("{path}  shard {index}/{of}: ")), "{said}");
    }
}

/// Asserts that a run in one piece and merged from shards leave the same, byte for byte.
fn same(sandbox: &Sandbox, arguments: &[&str], leaving: &[&str], counts: &[u64]) {
    sandbox.succeeds(&[&["run"], arguments, leaving, &["--out", "whole", "--quiet"]].concat());
    let expected = result(sandbox, "whole");
    for &of in counts {
        let (folder, out) = (format!("parts-{of}"), format!("merged-{of}"));
        shards(sandbox, arguments, of, &folder);
        sandbox.succeeds(&[&["merge", &folder], leaving, &["--out", &out, "--quiet"]].concat());
        assert!(result(sandbox, &out) == expected, "{arguments:?} in {of} shards");
        let names = files(sandbox, "whole");
        assert_eq!(names, files(sandbox, &out));
        for name in names.iter().filter(|name| *name != "outcome.json" && *name != "report.html") {
            let bytes = |directory: &str| std::fs::read(sandbox.path(directory).join(name)).ok();
            assert!(bytes("whole") == bytes(&out), "{arguments:?} in {of} shards: {name}");
        }
    }
}

const ALL: [u64; 4] = [1, 2, 7, 16];
const BARE: [&str; 1] = ["--no-charts"];

#[test]
fn the_article_in_shards_is_the_article() {
    let sandbox = Sandbox::new();
    same(&sandbox, &["article", "--years", YEARS], &["--report"], &[7]);
    // The page differs in the command and the time alone.
    let lines = |directory: &str| {
        let text = sandbox.read(&format!("{directory}/report.html"));
        text.replace('>', ">\n").lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (whole, merged) = (lines("whole"), lines("merged-7"));
    assert_eq!(whole.len(), merged.len());
    let differ: Vec<&String> = merged.iter().zip(&whole).filter(|(a, b)| a != b).map(|(a, _)| a).collect();
    assert!(differ.len() <= 3, "{differ:?}");
    same(&Sandbox::new(), &["article", "--years", YEARS, "--seed", "5", "--control-variates"], &BARE, &ALL);
}

#[test]
fn the_evidence_in_shards_is_the_evidence() {
    same(&Sandbox::new(), &["evidence", "--years", YEARS, "--set", "workforce.offshore.rate=28"], &BARE, &ALL);
}

#[test]
fn a_dependence_group_in_shards_is_the_same_group() {
    let sandbox = Sandbox::new();
    let text = "extends = \"article\"\n[dependence]\ncopula = \"t\"\ndof = 4\nrank_correlations = [\n\
                [\"world.threat\", \"workforce.offshore.breach.frequency\", 0.5],\n\
                [\"workforce.offshore.productivity\", \"workforce.offshore.denial_rate\", -0.5] ]\n\
                [uncertainty]\nguesses = 0.25\nouter = 20\ninner = 2000\n";
    sandbox.write("case.toml", text);
    same(&sandbox, &["case.toml", "--years", YEARS], &BARE, &ALL);
    assert!(sandbox.outcome("merged-7").uncertainty.is_some(), "the bands of ignorance are there as well");
}

#[test]
fn data_files_are_found_again_or_missed_by_name() {
    let sandbox = Sandbox::new();
    same(&sandbox, &["hhs-breaches", "--years", YEARS], &BARE, &ALL);
    // On disk, relative to a config that lies elsewhere.
    std::fs::create_dir_all(sandbox.path("cases/data")).expect("a folder");
    let losses: String = (1..400).map(|i| format!("{}\n", i * 1000 + i * i)).collect();
    let data = sandbox.write("cases/data/losses.csv", &format!("usd\n{losses}"));
    let text = "extends = \"article\"\n[workforce.offshore.breach]\nseverity = { dist = \"empirical\", file = \"data/losses.csv\", \
                column = \"usd\" }\n";
    sandbox.write("cases/own.toml", text);
    let elsewhere = Sandbox::new();
    let config = sandbox.path("cases/own.toml");
    let arguments = [config.to_str().expect("text"), "--years", "20_000"];
    same(&elsewhere, &arguments, &BARE, &[2]);
    sandbox.write("cases/data/losses.csv", "usd\n5\n6\n7\n");
    let message = elsewhere.refuses(&["merge", "parts-2"], 2);
    assert!(message.contains("losses.csv") && message.contains("has changed since the run"), "{message}");
    // A part of the changed data is foreign to the others.
    shard(&elsewhere, &arguments, 2, 2, "parts-2/2.tcs");
    let message = elsewhere.refuses(&["merge", "parts-2"], 2);
    assert!(message.contains("2.tcs has another contents of data file \"data/losses.csv\""), "{message}");
    std::fs::remove_file(data).expect("a file");
    std::fs::remove_file(elsewhere.path("parts-2/2.tcs")).expect("a file");
    let message = elsewhere.refuses(&["merge", "merged-2/../parts-2"], 2);
    assert!(message.contains("1 of 2 shards is missing: 2"), "{message}");
}

#[test]
fn the_second_opinion_in_shards_is_the_same_opinion() {
    same(&Sandbox::new(), &["article", "--engine", "reference", "--years", "30_000"], &BARE, &[3]);
}

/// A part of 2 years has all that a part has.
#[test]
fn every_changed_byte_of_a_part_is_refused() {
    let sandbox = Sandbox::new();
    let case = ["hfma-2018", "--years", "2"];
    shards(&sandbox, &case, 1, "parts");
    let path = sandbox.path("parts/1.tcs");
    let bytes = std::fs::read(&path).expect("a part");
    assert!(read_part(&bytes).is_ok() && bytes.len() > 5000, "{} bytes", bytes.len());
    for index in 0..bytes.len() {
        let mut other = bytes.clone();
        other[index] ^= 1 << (index % 8);
        assert!(read_part(&other).is_err(), "byte {index}");
        assert!(read_part(&bytes[..index]).is_err(), "{index} bytes");
    }
    // The program says so, and a shard that finds such a part runs again.
    for index in [0, 9, 13, 400, bytes.len() - 500, bytes.len() - 1] {
        let mut other = bytes.clone();
        other[index] ^= 0x20;
        std::fs::write(&path, &other).expect("writing");
        let message = sandbox.refuses(&["merge", "parts"], 2);
        assert!(message.contains("parts/1.tcs: it "), "{message}");
        let mut output =
            sandbox.tailcost(&["run", "hfma-2018", "--years", "2", "--shard", "1/1", "--out", "parts/1.tcs"]);
        let output = output.unwrap();
        let told = super::text(&output.stderr);
        assert!(told.contains("parts/1.tcs is replaced: it "), "{told}");
        let again = read_part(&std::fs::read(&path).expect("a part")).expect("a whole part");
        assert_eq!(again.tallies, read_part(&bytes).expect("a part").tallies);
    }
    for (name, text) in [("empty", ""), ("other", "schema = 1\n")] {
        std::fs::write(&path, text).expect("writing");
        let message = sandbox.refuses(&["merge", "parts"], 2);
        assert!(message.contains("parts/1.tcs: it is "), "{name}: {message}");
    }
    std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("writing");
    assert!(sandbox.refuses(&["merge", "parts"], 2).contains("it is truncated: "));
}

#[test]
fn what_does_not_make_up_a_run_is_refused_by_name() {
    let sandbox = Sandbox::new();
    let case = ["article", "--years", "50_000"];
    shards(&sandbox, &case, 5, "parts");
    let parts: Vec<String> = (1..=5).map(|index| format!("parts/{index}.tcs")).collect();
    let refused = |given: &[&str]| sandbox.refuses(&[&["merge"], given].concat(), 2);
    // Names do not matter, nor does the order.
    sandbox.succeeds(&[
        "merge",
        &parts[3],
        &parts[1],
        &parts[4],
        &parts[0],
        &parts[2],
        "--no-charts",
        "--out",
        "mixed",
    ]);
    assert_eq!(sandbox.outcome("mixed").years, 50_000);
    for (given, missing) in [
        (vec![1, 2, 4, 5], "1 of 5 shards is missing: 3\n"),
        (vec![1, 2, 3], "2 of 5 shards are missing: 4-5\n"),
        (vec![3], "4 of 5 shards are missing: 1-2, 4-5\n"),
        (vec![2, 4], "3 of 5 shards are missing: 1, 3, 5\n"),
    ] {
        let given: Vec<&str> = given.iter().map(|index| parts[index - 1].as_str()).collect();
        let message = refused(&given);
        assert!(message.contains(missing) && message.contains("/5 --out FILE"), "{message}");
    }
    let message = refused(&["parts", &parts[1]]);
    assert!(message.contains("parts/2.tcs and parts/2.tcs are both shard 2/5"), "{message}");
    std::fs::copy(sandbox.path(&parts[0]), sandbox.path("copy.tcs")).expect("a copy");
    let message = refused(&[&parts[0], "copy.tcs", &parts[2], &parts[3], &parts[4]]);
    assert!(message.contains("parts/1.tcs and copy.tcs are both shard 1/5"), "{message}");
    for (changed, of, key) in [
        (vec!["--seed", "9"], 5, "seed: 9 here, 2026 there"),
        (vec!["--years", "50_001"], 5, "years: 50001 here, 50000 there"),
        (vec!["--set", "workforce.offshore.rate=30"], 5, "config (workforce.offshore.rate)"),
        (vec!["--set", "title=\"Mine\""], 5, "config (title)"),
        (vec!["--engine", "reference"], 5, "engine: reference here, fast there"),
        (vec!["--control-variates"], 5, "control variates: on here, off there"),
        (vec![], 6, "number of shards: 6 here, 5 there"),
    ] {
        let arguments = if changed.contains(&"--years") { vec!["article"] } else { case.to_vec() };
        shard(&sandbox, &[arguments, changed].concat(), 2, of, "foreign.tcs");
        let message = refused(&[&parts[0], "foreign.tcs", &parts[2], &parts[3], &parts[4]]);
        assert!(message.contains(&format!("foreign.tcs has another {key}")), "{message}");
    }
    std::fs::create_dir(sandbox.path("nothing")).expect("a folder");
    assert!(refused(&["nothing"]).contains("the folder nothing has no file that ends in .tcs"));
    assert!(refused(&["absent.tcs"]).contains("absent.tcs: No such file"));
    // A temporary file of a run that was killed is no part.
    sandbox.write("parts/.tailcost-killed.tcs", "half of a part");
    sandbox.succeeds(&["merge", "parts", "--no-charts", "--out", "mixed"]);
}

#[test]
fn a_part_that_is_there_is_not_run_again() {
    let sandbox = Sandbox::new();
    let case = ["article", "--years", "20_000"];
    let bytes = || std::fs::read(sandbox.path("part.tcs")).expect("a part");
    shard(&sandbox, &case, 1, 2, "part.tcs");
    let first = bytes();
    assert_eq!(shard(&sandbox, &case, 1, 2, "part.tcs"), "part.tcs  shard 1/2 is there already\n");
    assert_eq!(bytes(), first, "not even its record changes");
    // Of another question it is not: what was asked for last is what stands there.
    shard(&sandbox, &case, 2, 2, "part.tcs");
    assert_ne!(bytes(), first);
    for other in [vec!["--seed", "3"], vec!["--set", "workforce.offshore.rate=30"]] {
        let arguments = [&["run"][..], &case, &other, &["--shard", "2/2", "--out", "part.tcs"]].concat();
        let output = sandbox.tailcost(&arguments).assert().success().get_output().clone();
        let told = super::text(&output.stderr);
        assert!(told.contains("part.tcs is replaced: it held a part of another run, with other "), "{told}");
    }
}

#[test]
fn what_makes_no_sense_of_a_shard_is_refused() {
    let sandbox = Sandbox::new();
    let refused = |arguments: &[&str]| sandbox.refuses(&[&["run", "article"], arguments].concat(), 2);
    let until = "tvar@0.99 of Offshore within 0.5%";
    assert!(
        refused(&["--shard", "1/2", "--out", "a.tcs", "--until", until]).contains("a stop rule looks at all years")
    );
    assert!(refused(&["--shard", "0/2", "--out", "a.tcs"]).contains("shards are counted from 1"));
    assert!(refused(&["--shard", "3/2", "--out", "a.tcs"]).contains("the last 2/2; found 3/2"));
    assert!(refused(&["--shard", "3", "--out", "a.tcs"]).contains("as in 3/16"));
    assert!(refused(&["--shard", "1/2"]).contains("--out"));
    for flag in [&["--report"][..], &["--enforce"], &["--keep", "all"], &["--no-charts"], &["--profile"]] {
        let message = refused(&[&["--shard", "1/2", "--out", "a.tcs"], flag].concat());
        assert!(message.contains(flag[0]) && message.contains("cannot be used with"), "{message}");
    }
    std::fs::create_dir(sandbox.path("folder")).expect("a folder");
    assert!(refused(&["--shard", "1/2", "--out", "folder"]).contains("found a folder"));
    let own = sandbox.write("notes.txt", "mine");
    assert!(refused(&["--shard", "1/2", "--out", "notes.txt"]).contains("it is left alone"));
    assert_eq!(std::fs::read_to_string(own).expect("a file"), "mine");
}
