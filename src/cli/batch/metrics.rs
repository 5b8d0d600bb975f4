//! What does a monitor see of a batch, by Prometheus' textfile collector?

use crate::cli::exit::Failure;
use crate::config::Plan;
use crate::report::files::{FileError, write_whole};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Figures of a batch, written when it ends, however it ends.
pub struct Metrics {
    path: Option<PathBuf>,
    members: u64,
    failed: u64,
    years: u64,
}

/// The last success that a file of before told of.
const LAST_SUCCESS: &str = "tailcost_batch_last_success_timestamp_seconds";

impl Metrics {
    pub fn begin(path: Option<&Path>) -> Self {
        Self { path: path.map(Path::to_path_buf), members: 0, failed: 0, years: 0 }
    }

    pub fn members(&mut self, done: u64, failed: u64, plan: &Plan) {
        (self.members, self.failed) = (done, failed);
        self.years = done * plan.years * plan.scenarios.len() as u64;
    }

    /// Writes the file whole. A batch with members that failed has still been done.
    pub fn write(&self, result: &Result<(), Failure>, elapsed: Duration) -> Result<(), FileError> {
        let Some(path) = &self.path else { return Ok(()) };
        let code = result.as_ref().err().map_or(0, Failure::code);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let succeeded = matches!(code, 0 | 1 | 3);
        let last_success = if succeeded { Some(now) } else { earlier_success(path) };
        let seconds = elapsed.as_secs_f64();
        let mut text = String::new();
        let mut gauge = |name: &str, help: &str, value: f64| {
            text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n"));
        };
        if let Some(last_success) = last_success {
            gauge(LAST_SUCCESS, "When a batch last ended with every table written.", last_success);
        }
        gauge("tailcost_batch_exit_code", "Exit code of the last batch.", f64::from(code));
        gauge("tailcost_batch_members_done", "Members with figures.", self.members as f64);
        gauge("tailcost_batch_members_failed", "Members without figures.", self.failed as f64);
        gauge("tailcost_batch_seconds", "Wall time of the last batch.", seconds);
        gauge("tailcost_batch_years_per_second", "Simulated years a second.", self.years as f64 / seconds.max(1e-9));
        write_whole(path, text.as_bytes())
    }
}

fn earlier_success(path: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| line.strip_prefix(LAST_SUCCESS)?.trim().parse().ok())
}
