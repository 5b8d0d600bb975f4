//! Does a run over a cluster leave the bytes of one machine, with a worker killed half-way?
//!
//! Starts a Dask scheduler and two workers on loopback. Where there is no Dask the tests say so and pass: `.ci/run` installs it into
//! `target/dask`; `TAILCOST_DASK` names another folder that has `python` and `dask`.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_tailcost");
const SHARDS: usize = 12;
const CASE: [&str; 4] = ["article", "--years", "3e6", "--seed"];

/// A process and all that it started, which end with it.
struct Group(Child);

impl Group {
    fn start(command: &mut Command, log: &Path) -> Self {
        let log = std::fs::File::create(log).expect("a log");
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log);
        Self(command.process_group(0).spawn().expect("it starts"))
    }

    /// As a machine ends that loses its power.
    fn kill(&mut self) {
        let group = format!("-{}", self.0.id());
        let status = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        status.expect("kill is there");
        self.0.wait().expect("it ends");
    }

    fn lives(&mut self) -> bool {
        self.0.try_wait().expect("a process").is_none()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.lives() {
            self.kill();
        }
    }
}

/// A scheduler and its workers in a folder that all of them share.
struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    workers: Vec<Group>,
    _scheduler: Group,
}

impl Cluster {
    /// Two workers of a thread each, unless there is no Dask.
    fn start() -> Option<Self> {
        let programs = match std::env::var_os("TAILCOST_DASK") {
            Some(folder) => PathBuf::from(folder),
            None => Path::new(env!("CARGO_MANIFEST_DIR")).join("target/dask/bin"),
        };
        if !programs.join("dask").is_file() {
            eprintln!(
                "skipped: no Dask in {} (python3 -m venv target/dask; target/dask/bin/pip install dask distributed)",
                programs.display()
            );
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let dask = |arguments: &[&str], name: &str| {
            let local = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0", "--no-dashboard"];
            let file = ["--scheduler-file", "scheduler.json"];
            let mut command = Command::new(programs.join("dask"));
            command.args(arguments).args(local).args(file).current_dir(folder.path());
            Group::start(&mut command, &folder.path().join(name))
        };
        let scheduler = dask(&["scheduler", "--port", "0"], "scheduler.log");
        // No nanny would start it again.
        let worker = |index| {
            let name = format!("worker-{index}");
            dask(&["worker", "--nthreads", "1", "--no-nanny", "--local-directory", &name], &format!("{name}.log"))
        };
        let workers = (0..2).map(worker).collect();
        Some(Self { programs, workers, _scheduler: scheduler, folder })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn launcher(&self, options: &[&str], question: &[&str]) -> Command {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/dask/tailcost_dask.py");
        let mut command = Command::new(self.programs.join("python"));
        let shards = SHARDS.to_string();
        command.arg(script).args(["--scheduler-file", "scheduler.json", "--shards", &shards, "--shared", "shared"]);
        command.args(["--program", PROGRAM]).args(options).args(question).current_dir(self.folder.path());
        command.stdin(Stdio::null());
        command
    }

    fn launch(&self, options: &[&str], run: &[&str]) -> Output {
        self.launcher(options, &[&["run"], run].concat()).output().expect("Python is there")
    }

    /// Launches, kills the first worker a third of the way, and gives what was told when all is done. Both workers have shards to do until near the
    /// end, so that the first loses its own.
    fn launch_and_kill_a_worker(&mut self, options: &[&str], question: &[&str]) -> String {
        let mut launcher = self.launcher(options, question);
        let mut launcher = launcher.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("Python is there");
        let mut progress = BufReader::new(launcher.stderr.take().expect("piped"));
        let mut told = String::new();
        while !told.contains(&format!("{} of {SHARDS} shards", SHARDS / 3)) {
            assert!(progress.read_line(&mut told).expect("text") > 0, "{told}");
        }
        self.workers[0].kill();
        progress.read_to_string(&mut told).expect("text");
        assert!(launcher.wait().expect("it ends").success(), "{told}");
        assert!(told.contains("1 of 2 workers lost: their shards run elsewhere"), "{told}");
        told
    }

    /// The bytes of a result, but for the record of how it came about; then its years.
    fn result(&self, directory: &str) -> (String, Vec<u8>) {
        let text = std::fs::read_to_string(self.path(directory).join("outcome.json")).expect("a result");
        let (before, rest) = text.split_once("\n    \"run\": {\n").expect("a record");
        let (_, after) = rest.split_once("\n    }").expect("its end");
        let years = std::fs::read(self.path(directory).join("years.parquet")).expect("years");
        (format!("{before}{after}"), years)
    }

    fn one_machine(&self, run: &[&str]) {
        let out = ["--no-charts", "--quiet", "--out", "one"];
        let status = Command::new(PROGRAM).arg("run").args(run).args(out).current_dir(self.folder.path()).status();
        assert!(status.expect("it runs").success());
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_worker_that_is_killed_half_way_changes_no_byte() {
    let Some(mut cluster) = Cluster::start() else { return };
    let case = [&CASE[..], &["7"]].concat();
    cluster.one_machine(&case);
    let options = ["--workers", "2", "--out", "all", "--merge=--no-charts"];
    let told = cluster.launch_and_kill_a_worker(&options, &[&["run"], &case[..]].concat());
    assert!(told.contains(&format!("{SHARDS} of {SHARDS} shards")), "{told}");
    assert!(!cluster.workers[0].lives() && cluster.workers[1].lives());
    assert!(cluster.result("all") == cluster.result("one"), "other bytes than on one machine");

    // Once more: all is there but what is damaged, which is run again.
    let part = cluster.path("shared/parts-of-12/05.tcs");
    let mut bytes = std::fs::read(&part).expect("a part");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&part, bytes).expect("writing");
    let output = cluster.launch(&["--out", "again", "--merge=--no-charts"], &case);
    let told = text(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("05.tcs is replaced: it is corrupted"), "{told}");
    assert_eq!(told.matches(" was there; ").count(), SHARDS - 1, "{told}");
    assert!(cluster.result("again") == cluster.result("one"));
}

#[test]
fn a_batch_over_workers_of_which_one_is_killed_has_the_bytes_of_one_machine() {
    let Some(mut cluster) = Cluster::start() else { return };
    let plan = ["batch", "book-2018", "--set", "members.where=discharges>=20000", "--years", "4000"];
    let mut alone = Command::new(PROGRAM);
    alone.args(plan).args(["--quiet", "--out", "one"]).current_dir(cluster.folder.path());
    assert!(alone.stdout(Stdio::null()).status().expect("it runs").success());
    cluster.launch_and_kill_a_worker(&["--workers", "2", "--out", "all"], &plan);
    for name in ["members.parquet", "headline.csv", "batch.json"] {
        let read = |directory: &str| std::fs::read(cluster.path(directory).join(name)).expect("a result");
        assert!(read("all") == read("one"), "{name} has other bytes than on one machine");
    }
}

#[test]
fn what_no_try_can_mend_ends_the_launch_with_its_reason() {
    let Some(cluster) = Cluster::start() else { return };
    let output = cluster.launch(&[], &["artcle"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("did you mean the built-in case \"article\""), "{told}");
    let output = cluster.launch(&["--program", "/nowhere/tailcost"], &CASE[..3]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("has no program '/nowhere/tailcost'"));
    for (arguments, word) in [(&["article", "--shard", "1/2"][..], "--shard"), (&["article", "--out=x"], "--out")] {
        let output = cluster.launch(&[], arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(&format!("{word} is said by this program")), "{}", text(&output.stderr));
    }
    // A file where the folder of the parts should be: tries, then says which shards failed.
    std::fs::write(cluster.path("file"), "").expect("writing");
    let output = cluster.launch(&["--shared", "file", "--retries", "1"], &["article", "--years", "1e4"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{told}");
    assert!(told.contains("shards 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 failed"), "{told}");
    assert!(!cluster.path("outputs").exists(), "nothing is merged");
}
