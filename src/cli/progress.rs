//! How far has the run come, how fast is it, and how long will it take?

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const REDRAW: Duration = Duration::from_millis(100);
const PLAIN_LINE: Duration = Duration::from_secs(5);

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Display {
    Bar,
    /// A line every few seconds, for logs.
    Lines,
    Hidden,
}

impl Display {
    /// A bar on a terminal, lines elsewhere.
    pub fn choose(quiet: bool) -> Self {
        match (quiet, std::io::stderr().is_terminal()) {
            (true, _) => Display::Hidden,
            (false, true) => Display::Bar,
            (false, false) => Display::Lines,
        }
    }
}

/// Shows `done` of `total` years on standard error while `work` runs.
pub fn watch<R: Send>(display: Display, total: u64, done: &AtomicU64, work: impl FnOnce() -> R + Send) -> R {
    let finished = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| match display {
            Display::Bar => bar(total, done, &finished),
            Display::Lines => lines(total, done, &finished),
            Display::Hidden => {}
        });
        // A panic in the work must still release the watcher, or the scope would wait for ever.
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        finished.store(true, Ordering::Release);
        watcher.thread().unpark();
        match result {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn bar(total: u64, done: &AtomicU64, finished: &AtomicBool) {
    let style =
        ProgressStyle::with_template("{bar:30} {percent:>3}%  {human_pos} of {human_len} years  {per_sec}  {eta} left")
            .expect("the template is valid");
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr()).with_style(style);
    while !finished.load(Ordering::Acquire) {
        bar.set_position(done.load(Ordering::Relaxed));
        std::thread::park_timeout(REDRAW);
    }
    bar.finish_and_clear();
}

fn lines(total: u64, done: &AtomicU64, finished: &AtomicBool) {
    let start = Instant::now();
    let mut next = PLAIN_LINE;
    while !finished.load(Ordering::Acquire) {
        std::thread::park_timeout(REDRAW);
        if start.elapsed() < next {
            continue;
        }
        next += PLAIN_LINE;
        let years = done.load(Ordering::Relaxed);
        let rate = years as f64 / start.elapsed().as_secs_f64();
        if rate > 0.0 {
            let left = (total.saturating_sub(years)) as f64 / rate;
            anstream::eprintln!(
                "{years} of {total} years, {:.0}%, {rate:.0} years/s, {left:.0} s left",
                100.0 * years as f64 / total as f64
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_is_done_and_its_result_handed_back() {
        let done = AtomicU64::new(0);
        assert_eq!(watch(Display::Hidden, 10, &done, || 42), 42);
        assert_eq!(watch(Display::Lines, 10, &done, || 43), 43);
    }
}
