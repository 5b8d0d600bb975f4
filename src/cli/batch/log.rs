//! How is the progress of a batch told, to people and to machines?

use crate::batch::{Progress, Shard};
use crate::config::{MemberFault, Plan};
use crate::outcome::moved::Moved;
use crate::report::format::{duration, grouped, printable};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Between two lines of progress.
const PROGRESS: Duration = Duration::from_secs(10);

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people
    Text,
    /// A JSON object a line: time, level, event, its figures
    Json,
}

/// What happens in a batch.
pub enum Event<'a> {
    Began {
        title: &'a str,
        members: usize,
        faults: usize,
        scenarios: usize,
        years: u64,
        directory: &'a Path,
    },
    /// A row that cannot be a member.
    Fault {
        table: &'a str,
        fault: &'a MemberFault,
    },
    MemberFailed {
        member: &'a str,
        reason: &'a str,
    },
    Running {
        done: u64,
        members: u64,
        years_per_second: f64,
        seconds_left: f64,
    },
    Stopped {
        reason: &'a str,
        done: u64,
        members: u64,
    },
    ShardDone {
        shard: Shard,
        members: usize,
        directory: &'a Path,
    },
    Wrote {
        file: &'a Path,
    },
    /// A member of `--outcomes` that has no figures.
    NoOutcome {
        member: &'a str,
    },
    Moved {
        moved: &'a Moved,
    },
    Done {
        members: u64,
        failed: usize,
        seconds: f64,
        directory: &'a Path,
    },
    Failed {
        code: u8,
    },
}

/// Writes events to standard error.
pub struct Log {
    format: LogFormat,
    quiet: bool,
    /// When progress was last told, and how much was done when this run began.
    last: Mutex<(Duration, Option<u64>)>,
}

impl Log {
    pub fn new(format: LogFormat, quiet: bool) -> Self {
        Self { format, quiet, last: Mutex::new((Duration::ZERO, None)) }
    }

    pub fn say(&self, event: &Event<'_>) {
        let (level, name, fields) = event.fields();
        if self.quiet && level == "info" {
            return;
        }
        match self.format {
            LogFormat::Text => anstream::eprintln!("{}", event.sentence()),
            LogFormat::Json => {
                let mut line = json!({ "time": now(), "level": level, "event": name });
                if let (Value::Object(line), Value::Object(fields)) = (&mut line, fields) {
                    line.extend(fields);
                }
                anstream::eprintln!("{line}");
            }
        }
    }

    /// A member that has just been finished; said now and then.
    pub fn progress(&self, progress: &Progress<'_>, plan: &Plan, elapsed: Duration) {
        if let Some(reason) = progress.failure {
            self.say(&Event::MemberFailed { member: progress.member, reason });
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // What an earlier run of this batch has done says nothing of this one's speed.
        let before = *last.1.get_or_insert(progress.done.saturating_sub(1));
        if elapsed.saturating_sub(last.0) < PROGRESS && progress.done != progress.members {
            return;
        }
        last.0 = elapsed;
        drop(last);
        let seconds = elapsed.as_secs_f64();
        let own = progress.done.saturating_sub(before) as f64;
        let years_per_second = own * (plan.years * plan.scenarios.len() as u64) as f64 / seconds;
        let seconds_left = (progress.members - progress.done) as f64 * seconds / own;
        self.say(&Event::Running { done: progress.done, members: progress.members, years_per_second, seconds_left });
    }
}

impl Event<'_> {
    /// Level, name and figures.
    fn fields(&self) -> (&'static str, &'static str, Value) {
        match self {
            Event::Began { title, members, faults, scenarios, years, directory } => {
                let fields = json!({ "title": title, "members": members, "faulty_rows": faults, "scenarios": scenarios, "years": years, "directory": directory });
                ("info", "batch_began", fields)
            }
            Event::Fault { table, fault } => {
                let fields = json!({ "table": table, "row": fault.row, "line": fault.line, "member": fault.id, "reason": fault.message });
                ("error", "row_refused", fields)
            }
            Event::MemberFailed { member, reason } => {
                ("error", "member_failed", json!({ "member": member, "reason": reason }))
            }
            Event::Running { done, members, years_per_second, seconds_left } => {
                let fields = json!({ "done": done, "members": members, "years_per_second": years_per_second, "seconds_left": seconds_left });
                ("info", "progress", fields)
            }
            Event::Stopped { reason, done, members } => {
                ("warn", "batch_stopped", json!({ "reason": reason, "done": done, "members": members }))
            }
            Event::ShardDone { shard, members, directory } => {
                let fields =
                    json!({ "shard": shard.index + 1, "of": shard.of, "members": members, "directory": directory });
                ("info", "shard_done", fields)
            }
            Event::Wrote { file } => ("info", "file_written", json!({ "file": file })),
            Event::NoOutcome { member } => ("warn", "no_outcome", json!({ "member": member })),
            Event::Moved { moved } => {
                let (counts, members) = (&moved.figures, &moved.members);
                let fields = json!({
                    "drifted": moved.drifted(),
                    "figures_moved": counts.moved,
                    "members_moved": counts.members_moved,
                    "new": members.new.count,
                    "gone": members.gone.count,
                    "failed_now": members.failed_now.count,
                    "failed_before": members.failed_before.count,
                });
                (if moved.drifted() { "warn" } else { "info" }, "compared", fields)
            }
            Event::Done { members, failed, seconds, directory } => {
                let fields =
                    json!({ "members": members, "failed": failed, "seconds": seconds, "directory": directory });
                ("info", "batch_done", fields)
            }
            Event::Failed { code } => ("error", "batch_ended_with", json!({ "exit_code": code })),
        }
    }

    fn sentence(&self) -> String {
        match self {
            Event::Began { title, members, faults, scenarios, years, directory } => {
                let wrong =
                    if *faults == 0 { String::new() } else { format!(", {faults} rows that cannot be members") };
                format!(
                    "{}: {members} members{wrong}, {scenarios} scenarios, {} years each, into {}",
                    printable(title),
                    grouped(*years as f64, 0),
                    directory.display()
                )
            }
            Event::Fault { table, fault } => {
                let line = fault.line.map_or_else(String::new, |line| format!(" (line {line})"));
                let id = if fault.id.is_empty() { String::new() } else { format!(" {}", printable(&fault.id)) };
                format!("{table} row {}{line}{id}: {}", fault.row, printable(&fault.message))
            }
            Event::MemberFailed { member, reason } => format!("member {}: {}", printable(member), printable(reason)),
            Event::Running { done, members, years_per_second, seconds_left } => format!(
                "{done} of {members} members, {} years/s, {} left",
                grouped(*years_per_second, 0),
                duration(*seconds_left)
            ),
            Event::Stopped { reason, done, members } => {
                format!("{reason}: {done} of {members} members are done and kept; the same command goes on from there")
            }
            Event::ShardDone { shard, members, directory } => format!(
                "shard {}/{}: {members} members are done, in {}; the same command without --shard adds the shards up",
                shard.index + 1,
                shard.of,
                directory.display()
            ),
            Event::Wrote { file } => format!("wrote {}", file.display()),
            Event::NoOutcome { member } => {
                format!("--outcomes {}: this member failed and has no outcome", printable(member))
            }
            Event::Moved { moved } if moved.drifted() => format!(
                "something moved beyond noise: figures {}, members with such figures {}, members that came, went or failed {}",
                moved.figures.moved,
                moved.figures.members_moved,
                moved.came_or_went()
            ),
            Event::Moved { .. } => "nothing moved beyond noise".into(),
            Event::Done { members, failed, seconds, .. } => {
                let failed = if *failed == 0 { String::new() } else { format!(", {failed} failed") };
                format!("{members} members done{failed}, {}", duration(*seconds))
            }
            Event::Failed { code } => format!("exit code {code}"),
        }
    }
}

/// Seconds since 1970, to the millisecond, as log collectors take it.
fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis() as f64 / 1e3
}
