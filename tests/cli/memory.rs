//! Does memory stay the same however many years are run?
#![cfg(target_os = "linux")]

use super::Sandbox;
use std::process::Stdio;
use std::time::Duration;

/// Most memory that a run may take, in kB: the figure the documents promise, 200 MB.
const MOST: u64 = 200_000;
/// What may differ between two runs of any length, in kB: how full the threads' stacks and the allocator's pools are.
const SLACK: u64 = 4_000;

/// Peak resident memory of a run in kB, by the kernel's own high-water mark. It only rises, so the last reading before the
/// end misses at most what the last 2 ms added.
fn peak(case: &str, years: &str) -> u64 {
    let sandbox = Sandbox::new();
    let arguments =
        ["run", case, "--years", years, "--threads", "2", "--quiet", "--no-charts", "--keep", "none", "--out", "o"];
    let mut command = sandbox.process(&arguments);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut peak = 0;
    let status = loop {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let mark = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let mark = mark.and_then(|mark| mark.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(mark.unwrap_or(0));
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(status.success());
    peak
}

/// Twenty times the years with the same memory, to 10%.
#[test]
fn memory_does_not_grow_with_the_years() {
    for (case, few, many) in [("hfma-2018", "2e5", "4e6"), ("article", "6e4", "1.2e6")] {
        let (few, many) = (peak(case, few), peak(case, many));
        assert!(few > 1_000, "the reading works: {few} kB");
        assert!(many <= few + few / 10 + SLACK, "{case}: {few} kB, then {many} kB");
        assert!(many < MOST, "{case}: {many} kB");
    }
}
