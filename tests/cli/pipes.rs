//! What happens when nobody reads what the program says, or when it cannot be said?

use super::Sandbox;
use std::io::Read;
use std::process::Stdio;
use tailcost::numerics::Probability;
use tailcost::random::{Key, Stream};

/// Everything that prints to standard output.
const PRINTERS: [&[&str]; 9] = [
    &["list"],
    &["schema"],
    &["init"],
    &["check", "article"],
    &["--help"],
    &["help", "run"],
    &["--version"],
    &["raw-stream"],
    &["run", "hfma-2018", "--years", "2000", "--no-charts", "--out", "o"],
];

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for arguments in PRINTERS {
        let sandbox = Sandbox::new();
        let mut child = sandbox
            .process(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let message = super::text(&output.stderr);
        assert!(!message.contains("panicked"), "{arguments:?}: {message}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {message}");
    }
}

#[test]
fn errors_that_nobody_reads_keep_their_exit_code() {
    let sandbox = Sandbox::new();
    for (arguments, code) in [(&["run", "evidnce"][..], 2), (&["walk"], 2), (&["init", "/dev/null/case.toml"], 4)] {
        let mut child = sandbox
            .process(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stderr.take());
        assert_eq!(child.wait().expect("it ends").code(), Some(code), "{arguments:?}");
    }
}

/// Year by year a word of each stream: what it begins with are the article's own words of the year 0, and no help mentions it.
#[test]
fn the_raw_stream_is_that_of_the_engine() {
    let sandbox = Sandbox::new();
    let mut child = sandbox
        .process(&["raw-stream", "--seed", "2026"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut first = [0; 16];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("words");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let key = Key { seed: 2026, scope: &["world"], driver: "volume", replicate: 0 };
    for (event, word) in first.chunks_exact(8).enumerate() {
        let word = u64::from_le_bytes(word.try_into().expect("eight bytes"));
        assert_eq!(Probability::from_bits(word), Stream::new(key).at(0, event as u32));
    }
    assert!(!sandbox.succeeds(&["--help"]).contains("raw-stream"));
}

/// A full disk under standard output is an error of its own, without a panic; the result file is there all the same.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    for arguments in [&["list"][..], &["run", "hfma-2018", "--years", "2000", "--no-charts", "--out", "o"]] {
        let sandbox = Sandbox::new();
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the full device");
        let output = sandbox.process(arguments).stdin(Stdio::null()).stdout(full).output().expect("it runs");
        let message = super::text(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {message}");
        assert!(message.contains("error: ") && !message.contains("panicked"), "{arguments:?}: {message}");
        assert_eq!(sandbox.path("o/outcome.json").is_file(), arguments[0] == "run");
    }
}
