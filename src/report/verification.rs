//! How is it shown what was verified?

use super::format::grouped;
use crate::outcome::{Assertion, Extent, Limit, Verification};
use comfy_table::{CellAlignment, Table, presets};
use std::fmt::Write;

/// A line for each group, then what failed; `all` lists every assertion.
pub fn verification_table(verification: &Verification, all: bool) -> String {
    let mut text = format!("{}\n", verification.title);
    let extent = match verification.extent {
        Extent::Quick => "quick",
        Extent::Full => "full",
    };
    let _ = writeln!(
        text,
        "verification, {extent}: tailcost {}, value version {}, config {}, seed {}, {}\n",
        verification.program_version,
        verification.value_version,
        verification.config_hash.get(..8).unwrap_or_default(),
        verification.seed,
        verification.machine
    );
    let _ = writeln!(text, "{}\n", group_table(&verification.assertions));
    if all {
        let _ = writeln!(text, "{}\n", assertion_table(verification.assertions.iter()));
    }
    let failed: Vec<&Assertion> = verification.assertions.iter().filter(|assertion| !assertion.passed).collect();
    if !failed.is_empty() {
        let _ = writeln!(text, "FAILED\n{}\n", assertion_table(failed.iter().copied()));
    }
    if verification.assertions.is_empty() {
        text.push_str("Nothing of this case was asserted: it has no such lines, or the group belongs to --full.\n");
        return text;
    }
    let verdict = if verification.passed { "passed" } else { "FAILED" };
    let count = grouped(verification.assertions.len() as f64, 0);
    let _ = writeln!(
        text,
        "{verdict}: {} of {count} assertions hold, {:.1} s. A program without a fault fails with probability at most {:.1e}.",
        grouped((verification.assertions.len() - failed.len()) as f64, 0),
        verification.seconds,
        verification.false_alarm
    );
    text
}

fn group_table(assertions: &[Assertion]) -> Table {
    let mut table = new_table(["Group", "assertions", "held", "nearest to its limit", ""]);
    for of_group in assertions.chunk_by(|a, b| a.group == b.group) {
        let held = of_group.iter().filter(|assertion| assertion.passed).count();
        let nearest = nearest(of_group).expect("a chunk has one");
        table.add_row([
            of_group[0].group.clone(),
            grouped(of_group.len() as f64, 0),
            grouped(held as f64, 0),
            nearest.subject.clone(),
            format!("{} {}, {}", nearest.measure, number(nearest.found), limit(nearest.limit)),
        ]);
    }
    align(&mut table, [1, 2]);
    table
}

fn assertion_table<'a>(assertions: impl Iterator<Item = &'a Assertion>) -> Table {
    let mut table = new_table(["Group", "subject", "measure", "found", "must be", "figures"]);
    for assertion in assertions {
        table.add_row([
            assertion.group.clone(),
            assertion.subject.clone(),
            assertion.measure.clone(),
            number(assertion.found),
            limit(assertion.limit),
            assertion.detail.clone(),
        ]);
    }
    align(&mut table, [3]);
    table
}

fn new_table<const COLUMNS: usize>(header: [&str; COLUMNS]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    table
}

fn align<const COLUMNS: usize>(table: &mut Table, right: [usize; COLUMNS]) {
    for index in right {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// The assertion that has gone farthest to its limit.
pub(super) fn nearest(assertions: &[Assertion]) -> Option<&Assertion> {
    assertions.iter().max_by(|a, b| nearness(a).total_cmp(&nearness(b)))
}

/// How much of the way to its limit an assertion has gone; above 1 it has failed.
fn nearness(assertion: &Assertion) -> f64 {
    let found = assertion.found;
    let share = match assertion.limit {
        Limit::AtMost(0.0) => found.abs(),
        Limit::AtMost(limit) => found.abs() / limit,
        Limit::AtLeast(limit) => limit / found,
        Limit::Between(low, high) => (found - 0.5 * (low + high)).abs() / (0.5 * (high - low)),
    };
    if share.is_nan() { f64::INFINITY } else { share }
}

pub(super) fn limit(limit: Limit) -> String {
    match limit {
        Limit::AtMost(limit) => format!("at most {}", number(limit)),
        Limit::AtLeast(limit) => format!("at least {}", number(limit)),
        Limit::Between(low, high) => format!("{} to {}", number(low), number(high)),
    }
}

/// Three digits, as a power of ten where it is far from 1.
pub(super) fn number(x: f64) -> String {
    match x.abs() {
        0.0 => "0".into(),
        size if (0.001..100_000.0).contains(&size) => {
            let decimals = (2 - size.log10().floor() as i32).clamp(0, 5) as usize;
            format!("{x:.decimals$}")
        }
        _ => format!("{x:.2e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assertion(group: &str, found: f64, limit: Limit) -> Assertion {
        Assertion {
            group: group.into(),
            subject: format!("{group} of it"),
            measure: "z".into(),
            found,
            limit,
            false_alarm: 1e-7,
            passed: limit.holds(found),
            detail: "as drawn".into(),
        }
    }

    fn verification(assertions: Vec<Assertion>) -> Verification {
        Verification {
            title: "A case".into(),
            program_version: "0.1.0".into(),
            value_version: 2,
            config_hash: "0123456789".into(),
            seed: 1,
            extent: Extent::Quick,
            only: Vec::new(),
            machine: "Avx2, 2 threads".into(),
            seconds: 1.25,
            false_alarm: 2e-7,
            passed: assertions.iter().all(|assertion| assertion.passed),
            assertions,
        }
    }

    #[test]
    fn what_failed_is_named() {
        let text = verification_table(
            &verification(vec![
                assertion("twin", -0.4, Limit::AtMost(5.0)),
                assertion("twin", 7.0, Limit::AtMost(5.0)),
                assertion("drivers", 0.2, Limit::AtLeast(1e-6)),
            ]),
            false,
        );
        assert!(text.contains("FAILED: 2 of 3 assertions hold, 1.2 s."), "{text}");
        assert!(text.contains("at most 5.00") && text.contains("7.00"), "{text}");
        assert!(!text.contains("-0.400"), "what holds is not listed: {text}");
    }

    #[test]
    fn nothing_that_failed_is_passed() {
        let text = verification_table(&verification(vec![assertion("twin", f64::NAN, Limit::AtMost(5.0))]), true);
        assert!(text.contains("FAILED: 0 of 1"), "{text}");
        let text = verification_table(&verification(vec![assertion("twin", 1.0, Limit::Between(0.0, 2.0))]), true);
        assert!(text.contains("passed: 1 of 1") && text.contains("0 to 2.00"), "{text}");
    }
}
