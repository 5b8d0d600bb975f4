//! Does Ctrl-C keep what was done, and is that a run of as many years?
#![cfg(unix)]

use super::{Sandbox, codes};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use tailcost::engine::TASK;

/// Sends a signal by the system's own tool: the standard library has none.
fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(status.expect("kill is there").success());
}

fn start(sandbox: &Sandbox, arguments: &[&str]) -> Child {
    let mut command = sandbox.process(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
}

/// Waits for the first line of progress, which comes after some seconds, then interrupts: the run is under way by then on
/// however slow a machine.
#[test]
fn an_interrupted_run_is_saved_and_is_a_shorter_run() {
    let sandbox = Sandbox::new();
    let arguments =
        ["run", "hfma-2018", "--years", "1e15", "--threads", "1", "--out", "cut", "--no-charts", "--keep", "none"];
    let mut child = start(&sandbox, &arguments);
    let mut messages = BufReader::new(child.stderr.take().expect("piped"));
    let mut progress = String::new();
    messages.read_line(&mut progress).expect("a line");
    // 1234567 of 1000000000000000 years, 0%, 987654 years/s, 12345 s left
    let words: Vec<&str> = progress.split_whitespace().collect();
    let reported: u64 = words[0].parse().unwrap_or_else(|_| panic!("{progress:?}"));
    assert_eq!(words[1..4], ["of", "1000000000000000", "years,"], "{progress:?}");
    assert!(progress.contains("years/s, ") && progress.ends_with("s left\n"), "{progress:?}");

    signal(&child, "INT");
    let mut rest = String::new();
    messages.read_to_string(&mut rest).expect("text");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{rest}");
    assert!(rest.contains("interrupted") && !rest.contains("panicked"), "{rest}");
    assert!(super::text(&output.stdout).contains("interrupted"), "the summary says so too");

    let outcome = sandbox.outcome("cut");
    assert!(outcome.years >= reported && outcome.years.is_multiple_of(TASK), "{} years", outcome.years);
    let caution = outcome.cautions.iter().find(|caution| caution.code == "interrupted").expect("a caution");
    assert!(caution.message.contains(&outcome.years.to_string()), "{caution:?}");

    let years = outcome.years.to_string();
    sandbox.succeeds(&["run", "hfma-2018", "--years", &years, "--out", "whole", "--no-charts", "--keep", "none"]);
    assert_eq!(sandbox.figures_alone("cut"), sandbox.figures_alone("whole"));
    let whole = sandbox.outcome("whole");
    let others: Vec<&str> = codes(&outcome).into_iter().filter(|code| *code != "interrupted").collect();
    assert_eq!(others, codes(&whole));
}

/// A shard has no use but as a whole.
#[test]
fn an_interrupted_shard_leaves_nothing() {
    let sandbox = Sandbox::new();
    let mut child = start(&sandbox, &["run", "hfma-2018", "--years", "1e15", "--shard", "2/3", "--out", "part.tcs"]);
    let mut messages = BufReader::new(child.stderr.take().expect("piped"));
    let mut text = String::new();
    messages.read_line(&mut text).expect("a line of progress");
    signal(&child, "INT");
    messages.read_to_string(&mut text).expect("text");
    assert_eq!(child.wait_with_output().expect("it ends").status.code(), Some(130), "{text}");
    assert!(text.contains("interrupted before anything could be saved"), "{text}");
    assert!(sandbox.files().is_empty(), "{:?}", sandbox.files());
}

/// Terminated as soon as it listens: the run may have something to save or not, and says which.
#[test]
#[cfg(target_os = "linux")]
fn a_run_that_is_terminated_early_is_saved_or_says_that_it_is_not() {
    let sandbox = Sandbox::new();
    let child = start(&sandbox, &["run", "hfma-2018", "--years", "1e15", "--out", "cut", "--no-charts"]);
    while !catches_termination(&child) {
        std::thread::yield_now();
    }
    signal(&child, "TERM");
    let output = child.wait_with_output().expect("it ends");
    let message = super::text(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{message}");
    let saved = sandbox.path("cut/outcome.json").is_file();
    assert_ne!(saved, message.contains("before anything could be saved"), "{message}");
    if saved {
        assert!(codes(&sandbox.outcome("cut")).contains(&"interrupted"));
    }
}

/// Bit 14 of `SigCgt` is SIGTERM, number 15.
#[cfg(target_os = "linux")]
fn catches_termination(child: &Child) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0").trim();
    u64::from_str_radix(caught, 16).is_ok_and(|caught| caught >> 14 & 1 == 1)
}
