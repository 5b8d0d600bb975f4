//! How are the rounds shown, as a table for a README?

use crate::Entry;
use crate::programs::Run;

/// Tailcost and its peers; ratios are taken round by round.
pub fn markdown(ours: &Entry, peers: &[Entry]) -> String {
    let mut lines = vec![
        "| program | threads | years a run | years a second: median (least to most) | whole process | tailcost is faster by |"
            .to_string(),
        "|---|---|---|---|---|---|".to_string(),
    ];
    lines.push(row(ours, String::new()));
    for peer in peers {
        let ratios = Spread::of(
            ours.runs.iter().zip(&peer.runs).map(|(ours, peer)| ours.years_per_second() / peer.years_per_second()),
        );
        lines.push(row(
            peer,
            format!("**{}** ({} to {})", digits(ratios.median), digits(ratios.least), digits(ratios.most)),
        ));
    }
    lines.join("\n")
}

fn row(entry: &Entry, ratio: String) -> String {
    let speed = Spread::of(entry.runs.iter().map(Run::years_per_second));
    let process = Spread::of(entry.runs.iter().map(Run::years_per_process_second));
    let first = &entry.runs[0];
    format!(
        "| {} | {} | {} | {} ({} to {}) | {} | {ratio} |",
        entry.program.description(),
        first.threads,
        whole(rate(first.years as f64)),
        rate(speed.median),
        rate(speed.least),
        rate(speed.most),
        rate(process.median),
    )
}

/// Where the figures were taken, and with which versions.
pub fn circumstances(facts: &[String], entries: &[Entry]) -> String {
    let mut words = facts.to_vec();
    for (name, version) in entries.iter().flat_map(|entry| &entry.runs[0].versions) {
        let word = format!("{name} {version}");
        if !words.contains(&word) {
            words.push(word);
        }
    }
    format!("{}; {} rounds, programs in turn.", words.join(", "), entries[0].runs.len())
}

/// Three digits and a word for the thousands.
pub fn rate(x: f64) -> String {
    match x {
        x if x >= 1e6 => format!("{} million", digits(x / 1e6)),
        x if x >= 1e3 => format!("{} thousand", digits(x / 1e3)),
        x => digits(x),
    }
}

/// `50.0 million` is whole: `50 million`.
fn whole(rate: String) -> String {
    match rate.split_once(' ') {
        Some((digits, word)) if digits.contains('.') => {
            format!("{} {word}", digits.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => rate,
    }
}

fn digits(x: f64) -> String {
    match x {
        x if x >= 100.0 => format!("{x:.0}"),
        x if x >= 10.0 => format!("{x:.1}"),
        x => format!("{x:.2}"),
    }
}

struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_unstable_by(f64::total_cmp);
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 };
        Self { least: values[0], median, most: values[values.len() - 1] }
    }
}
