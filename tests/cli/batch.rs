//! Does a batch survive what nights bring: kills, full disks, bad rows, changed plans?
#![cfg(unix)]

use super::{Sandbox, text};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// 167 hospitals, three groups of members that are kept together.
const PLAN: [&str; 6] = ["batch", "book-2018", "--set", "members.where=\"discharges>=30000\"", "--years", "1000"];
const FILES: [&str; 4] = ["members.parquet", "headline.csv", "batch.json", "index.html"];

fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
    PLAN.iter().chain(more).copied().collect()
}

fn files_of(sandbox: &Sandbox, directory: &str) -> Vec<Vec<u8>> {
    let read = |name: &&str| std::fs::read(sandbox.path(&format!("{directory}/{name}"))).unwrap();
    FILES.iter().map(read).collect()
}

/// The moments come from a fixed sequence over the time that a whole batch took here, so that some fall before the first members are kept,
/// some between groups, some while tables are written; how many is the machine's affair.
#[test]
fn twenty_kills_change_no_byte() {
    let sandbox = Sandbox::new();
    let started = Instant::now();
    sandbox.succeeds(&arguments(&["--out", "whole", "--quiet"]));
    let whole = started.elapsed();
    let mut killed = 0;
    for kill in 1..=20_u32 {
        let fraction = f64::from(kill) * 0.618_034 % 1.0;
        let mut child = sandbox
            .process(&arguments(&["--out", "killed", "--quiet"]))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole.mul_f64(0.8 * fraction).max(Duration::from_millis(5)));
        killed += u32::from(child.try_wait().unwrap().is_none());
        // SIGKILL: nothing of the program runs after it.
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert!(killed > 0, "every batch ended before it could be killed");
    sandbox.succeeds(&arguments(&["--out", "killed", "--quiet"]));
    assert!(files_of(&sandbox, "killed") == files_of(&sandbox, "whole"), "a resumed batch has other bytes");
    let left = |directory: &str| std::fs::read_dir(sandbox.path(directory)).unwrap().count();
    assert_eq!(left("killed"), left("whole"), "what was half-written when it was killed is gone");
}

#[test]
fn shards_end_in_the_bytes_of_the_whole() {
    let sandbox = Sandbox::new();
    sandbox.succeeds(&arguments(&["--out", "whole", "--quiet"]));
    for shard in ["2/3", "1/3"] {
        sandbox.succeeds(&arguments(&["--shard", shard, "--out", "shards", "--quiet"]));
    }
    let missing = sandbox.tailcost(&arguments(&["--out", "shards"])).assert().code(2).get_output().clone();
    assert!(text(&missing.stderr).contains("3/3"), "{}", text(&missing.stderr));
    sandbox.succeeds(&arguments(&["--shard", "3/3", "--out", "shards", "--quiet"]));
    sandbox.succeeds(&arguments(&["--out", "shards", "--quiet", "--threads", "1"]));
    assert!(files_of(&sandbox, "shards") == files_of(&sandbox, "whole"));
    let seed = sandbox.tailcost(&arguments(&["--out", "shards", "--set", "batch.seed=9"])).assert().code(2);
    let message = text(&seed.get_output().stderr);
    assert!(message.contains("its seed is 2026, this one's is 9"), "{message}");
}

/// A small file system of its own, where the machine lets one be made.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(at: std::path::PathBuf, size: &str) -> Option<Self> {
        std::fs::create_dir(&at).unwrap();
        let options = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&at).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(at))
    }

    fn grow(&self, size: &str) {
        let options = format!("remount,size={size}");
        let status = Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_said_and_gone_on_from() {
    let sandbox = Sandbox::new();
    let Some(disk) = SmallDisk::mount(sandbox.path("disk"), "1200k") else {
        println!("skipped: no file system can be mounted here");
        return;
    };
    let full = sandbox.tailcost(&arguments(&["--out", "disk/night"])).assert().code(4).get_output().clone();
    let message = text(&full.stderr);
    assert!(message.contains("No space left on device") && message.contains("disk/night"), "{message}");
    let named = FILES.iter().filter(|name| sandbox.path("disk/night").join(name).exists()).count();
    assert_eq!(named, 0, "nothing half-written has a name");
    disk.grow("64m");
    sandbox.succeeds(&arguments(&["--out", "disk/night", "--quiet"]));
    sandbox.succeeds(&arguments(&["--out", "whole", "--quiet"]));
    assert!(files_of(&sandbox, "disk/night") == files_of(&sandbox, "whole"));
}

/// Rows that are wrong in ten ways, twenty of each, between ten good ones.
#[test]
fn two_hundred_malformed_rows_are_named_and_the_rest_is_done() {
    let sandbox = Sandbox::new();
    let mut table = String::from("id,discharges,cmi\n");
    for row in 1..=210 {
        let (good, kind) = (row % 21 == 0, row % 10);
        table.push_str(&match (good, kind) {
            (true, _) => format!("good{row},{},1.6\n", 1000 + row),
            (false, 0) => format!("m{row},,1.6\n"),
            (false, 1) => format!("m{row},-{row},1.6\n"),
            (false, 2) => format!("m{row},many,1.6\n"),
            (false, 3) => format!("m{row},1000\n"),
            (false, 4) => format!("m{row},1e300,1.6\n"),
            (false, 5) => format!("m{row},NaN,1.6\n"),
            (false, 6) => format!("m{row},1000,1.6,7,8\n"),
            (false, 7) => format!(",1000,{row}\n"),
            (false, 8) => format!("m{row},1000,inf\n"),
            (false, _) if row < 21 => format!("m{row},1e3x,1.6\n"),
            (false, _) => "good21,1000,1.6\n".to_owned(),
        });
    }
    sandbox.write("table.csv", &table);
    let plan = "schema = 1\ntitle = \"Bad rows\"\n[members]\nfile = \"table.csv\"\nid = \"id\"\n[members.values]\n\
                inpatient_encounters = \"discharges\"\npayment_per_encounter = \"8432 * cmi\"\nreference_hours = \"discharges / 2.5\"\n\
                [scenarios]\nevidence = \"evidence\"\n[batch]\nyears = 1000\n";
    sandbox.write("plan.toml", plan);
    let output = sandbox.tailcost(&["batch", "plan.toml", "--out", "night"]).assert().code(3).get_output().clone();
    let log = text(&output.stderr);
    let failures = sandbox.read("night/failures.csv");
    let rows: Vec<usize> = failures.lines().skip(1).filter_map(|line| line.split(',').nth(1)?.parse().ok()).collect();
    let expected: Vec<usize> = (1..=210).filter(|row| row % 21 != 0).collect();
    assert_eq!(rows, expected, "{failures}");
    for row in expected {
        assert!(log.contains(&format!("table.csv row {row} ")), "row {row} is not named");
    }
    let headline = sandbox.read("night/headline.csv");
    assert_eq!(headline.lines().count(), 1 + 10 * 3, "ten members with three options");
}

#[test]
fn logs_and_metrics_are_for_machines() {
    let sandbox = Sandbox::new();
    let more = ["--out", "night", "--log", "json", "--metrics", "night.prom"];
    let output = sandbox.tailcost(&arguments(&more)).assert().success().get_output().clone();
    let events: Vec<serde_json::Value> =
        text(&output.stderr).lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect();
    let named = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert_eq!((named("batch_began"), named("batch_done")), (1, 1));
    assert!(events.iter().all(|event| event["time"].is_number() && event["level"].is_string()));
    let metrics = sandbox.read("night.prom");
    let value = |name: &str| -> f64 {
        let line =
            metrics.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap_or_else(|| panic!("{name}"));
        line.split(' ').nth(1).unwrap().parse().unwrap()
    };
    assert_eq!(value("tailcost_batch_members_done"), 167.0);
    assert_eq!(value("tailcost_batch_members_failed"), 0.0);
    assert_eq!(value("tailcost_batch_exit_code"), 0.0);
    assert!(value("tailcost_batch_last_success_timestamp_seconds") > 1.7e9);
    // A night that fails keeps the time of the last one that did not.
    let before = value("tailcost_batch_last_success_timestamp_seconds");
    let more = ["--out", "night", "--metrics", "night.prom", "--set", "batch.seed=1"];
    sandbox.tailcost(&arguments(&more)).assert().code(2);
    let metrics = sandbox.read("night.prom");
    assert!(metrics.contains("tailcost_batch_exit_code 2\n"), "{metrics}");
    assert!(metrics.contains(&format!("tailcost_batch_last_success_timestamp_seconds {before}\n")), "{metrics}");
}

#[test]
fn a_batch_that_runs_out_of_time_goes_on_later() {
    let sandbox = Sandbox::new();
    let more = ["--years", "100000", "--max-time", "1s", "--out", "night"];
    let plan: Vec<&str> = PLAN[..4].iter().chain(&more).copied().collect();
    let output = sandbox.tailcost(&plan).assert().code(130).get_output().clone();
    assert!(text(&output.stderr).contains("out of time: "), "{}", text(&output.stderr));
    assert!(sandbox.path("night/state-0001-of-0001").is_dir(), "what was done is kept");
}
