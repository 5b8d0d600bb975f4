//! How often do the 95% intervals of mean, VaR and TVaR hold the truth, when the whole run is repeated?
//!
//! Repeated runs are stretches of years of one seed that share no year: as independent as runs of other seeds, for the price of
//! compiling once. The truth is a run so long that its own error hardly counts, over years of its own.

mod cover;
mod limits;
mod repeated;

use super::{Context, assertion};
use crate::outcome::{Assertion, Extent, Limit};
use cover::{Cover, counted};
use repeated::{Repeated, Study};

/// An interval of 95% is to hold the truth so often.
const COVERED: [f64; 2] = [0.93, 0.97];
/// The truth's own half-width, of that of the intervals it judges, at most; a quick look allows more.
const TRUTH_ERROR: f64 = 0.1;
/// Figures that fewer runs report are not judged: the others say that too few years lie beyond the level, or that the tail is heavy.
const FEWEST_REPORTED: u64 = 40;
/// More intervals than this end at the truth itself only where the amount is one that many years share. An interval that
/// ends at such amounts holds more than it must.
const ON_A_SHARED_AMOUNT: f64 = 0.01;

/// Runs of a length, and how many.
struct Length {
    runs: u64,
    years: u64,
}

/// Coverage of every figure at each length, and of runs that a stop rule ended.
pub(super) fn find(context: &Context<'_>, alarm: f64) -> Vec<Assertion> {
    let (lengths, truth_years, truth_error, stopped) = match context.extent {
        // Long enough that intervals which only a long run has are there, and those that a short run lacks are withheld.
        Extent::Quick => (&[Length { runs: 64, years: 100_000 }][..], 6_000_000, 0.25, 0),
        Extent::Full => (
            &[
                Length { runs: 4000, years: 10_000 },
                Length { runs: 1000, years: 100_000 },
                Length { runs: 200, years: 1_000_000 },
            ][..],
            300_000_000,
            TRUTH_ERROR,
            4000,
        ),
    };
    let study = Study::new(context);
    let truth = study.truth(truth_years);
    let mut found: Vec<(String, Cover)> = Vec::new();
    for (place, length) in lengths.iter().enumerate() {
        let repeated = study.repeat(place as u64, length.runs, length.years);
        found.extend(judged(&repeated, &truth));
    }
    if stopped > 0 {
        for repeated in study.repeat_stopped(lengths.len() as u64, stopped, &truth, truth_years) {
            found.extend(judged(&repeated, &truth));
        }
    }
    // The share of each side of each assertion.
    let alarm = alarm / (2 * found.len().max(1)) as f64;
    let mut assertions: Vec<Assertion> =
        found.iter().map(|(subject, cover)| assert_cover(subject, cover, alarm)).collect();
    let worst = found.iter().map(|(_, cover)| cover.truth_error()).fold(0.0, f64::max);
    let detail = format!("one run of {truth_years} years");
    let outcome = (worst, Limit::AtMost(truth_error));
    assertions.push(assertion("coverage", "the truth", "its half-width, of an interval's", outcome, 0.0, detail));
    assertions
}

/// The figures that had an interval, and how often it held the truth.
fn judged(repeated: &Repeated, truth: &[cover::Figure]) -> Vec<(String, Cover)> {
    let covers = counted(repeated, truth).into_iter();
    covers
        .filter(|(_, cover)| cover.reported >= FEWEST_REPORTED)
        .map(|(name, cover)| (format!("{}: {name}", repeated.title), cover))
        .collect()
}

fn assert_cover(subject: &str, cover: &Cover, alarm: f64) -> Assertion {
    let exact_or_shared = cover.touched > ON_A_SHARED_AMOUNT;
    let low = limits::least(COVERED[0], cover.reported, alarm);
    let high = if exact_or_shared { 1.0 } else { limits::most(COVERED[1], cover.reported, alarm) };
    assertion(
        "coverage",
        subject,
        "share covered",
        (cover.share(), Limit::Between(low, high)),
        2.0 * alarm,
        cover.to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Estimate;

    /// Of 4,000 runs of which a share covers.
    fn passes(share: f64) -> bool {
        let hits = (4000.0 * share) as usize;
        let of = |run: usize| {
            let low = if run < hits { 0.0 } else { 2.0 };
            Estimate::between(low, low, low + 3.0)
        };
        let cover = Cover::of((0..4000).map(of), &Estimate::between(1.0, 0.99, 1.01));
        assert_cover("a figure", &cover, 1e-7).passed
    }

    /// The limits leave room for chance (five standard errors of 0.004), and no more.
    #[test]
    fn too_little_and_too_much_cover_fail() {
        assert!(passes(0.93) && passes(0.95) && passes(0.97));
        assert!(!passes(0.90) && !passes(0.99) && !passes(0.0));
    }
}
