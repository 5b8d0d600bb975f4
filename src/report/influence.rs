//! How are drivers and the shares and amounts they are judged by written, in every answer about what matters?

use super::format::{Unit, decimals_for, figure, grouped, half_width, level, percent};
use super::summary::wrapped;
use crate::outcome::{FactorRole, MeasureUnit};
use crate::statistics::Estimate;
use comfy_table::{CellAlignment, Table, presets};

/// Columns of a terminal.
pub(super) const WIDTH: usize = 100;
/// Rows of a table before the rest is folded into a line.
pub(super) const ROWS: usize = 12;
/// Letters of a driver's name in a table.
const NAME: usize = 33;

/// A driver's path as a reader knows it: `offshore.case_mix_drift` for `workforce.offshore.case_mix_drift`.
pub(super) fn name_of(path: &str) -> &str {
    path.strip_prefix("workforce.").unwrap_or(path)
}

/// The name in a sentence, a role that is no driver of the year said.
pub(super) fn told(path: &str, role: FactorRole) -> String {
    match role {
        FactorRole::Driver | FactorRole::Chance => name_of(path).to_owned(),
        FactorRole::Amounts => format!("{} (each)", name_of(path)),
        FactorRole::Group => "the dependence group".to_owned(),
    }
}

/// The name in a table: cut in the middle where it is long, since both ends tell drivers apart.
pub(super) fn listed_name(path: &str, mark: &str) -> String {
    let name: Vec<char> = name_of(path).chars().collect();
    let room = NAME - mark.chars().count();
    if name.len() <= room {
        return format!("{}{mark}", name_of(path));
    }
    let head = room / 3;
    let tail = room - head - 1;
    let start: String = name[..head].iter().collect();
    let end: String = name[name.len() - tail..].iter().collect();
    format!("{start}…{end}{mark}")
}

/// How the figures of a table are written: all in one unit with as many decimals as the widest difference needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    unit: MeasureUnit,
    size: f64,
    decimals: usize,
    label: &'static str,
}

impl Scale {
    /// For figures of this size whose differences have that one.
    pub fn new(unit: MeasureUnit, largest: f64, difference: f64) -> Self {
        match unit {
            MeasureUnit::Probability => Self { unit, size: 0.01, decimals: 1, label: "%" },
            MeasureUnit::Usd => {
                let of = Unit::of(largest);
                // Two or three digits of the widest difference.
                let decimals = decimals_for(0.01 * difference / of.dollars(), 3);
                Self { unit, size: of.dollars(), decimals, label: of.label() }
            }
        }
    }

    pub fn label(&self) -> &'static str {
        self.label
    }

    pub fn number(&self, value: f64) -> String {
        grouped(value / self.size, self.decimals)
    }

    /// With its sign.
    pub fn change(&self, value: f64) -> String {
        let text = self.number(value);
        if value > 0.0 && text.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) { format!("+{text}") } else { text }
    }

    /// As in `2.61 million USD` and `34.0%`.
    pub fn amount(&self, value: f64) -> String {
        match self.unit {
            MeasureUnit::Usd => format!("{} {}", self.number(value), self.label),
            MeasureUnit::Probability => format!("{}%", self.number(value)),
        }
    }

    pub fn change_interval(&self, estimate: &Estimate) -> String {
        match (estimate.low, estimate.high) {
            (Some(low), Some(high)) if low < high => format!("{} to {}", self.change(low), self.change(high)),
            (Some(_), Some(_)) => "exact".into(),
            _ => "withheld".into(),
        }
    }
}

/// A share as a percentage that reads 0% where it is 0 alone, to what its interval supports.
pub(super) fn share(estimate: &Estimate) -> String {
    let value = estimate.value;
    let half = half_width(estimate).filter(|half| *half > 0.0);
    if value != 0.0 && value.abs() < if half.is_some() { 5e-5 } else { 5e-4 } {
        return if half.is_some() { "< 0.01%".into() } else { "< 0.1%".into() };
    }
    format!("{}%", grouped(100.0 * value, half.map_or(1, |half| decimals_for(100.0 * half, 2))))
}

pub(super) fn share_interval(estimate: &Estimate) -> String {
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) if low < high => {
            let decimals = decimals_for(50.0 * (high - low), 2);
            format!("{} to {}", grouped(100.0 * low, decimals), grouped(100.0 * high, decimals))
        }
        (Some(_), Some(_)) => "exact".into(),
        _ => "withheld".into(),
    }
}

/// A percentile from a share, as in `P85`; near the ends with a digit of what is left.
pub(super) fn percentile(share: f64) -> String {
    let near = 100.0 * share.min(1.0 - share);
    let decimals = if near >= 1.0 || near <= 0.0 { 0 } else { (-near.log10().floor()).clamp(1.0, 6.0) as usize };
    format!("P{}", grouped(100.0 * share, decimals))
}

/// A driver's value for a reader: three digits, large ones in thousands (k), millions (M) or billions (bn).
pub(super) fn compact(value: f64) -> String {
    const LARGE: f64 = 99_950.0;
    let letter = match Unit::of(value) {
        _ if value.abs() < LARGE => return figure(value, 3),
        Unit::Dollar | Unit::Thousand => "k",
        Unit::Million => "M",
        Unit::Billion => "bn",
    };
    format!("{}{letter}", figure(value / Unit::of(value).dollars(), 3))
}

/// A measure as a sentence names it: `the mean difference of Offshore`, `the chance that Offshore costs more`.
pub(super) fn measure_in_words(measure: &str) -> String {
    let Some((figure, option)) = measure.split_once(" of ") else { return format!("the {measure}") };
    let statistic = |text: &str| match text.split_once('@') {
        Some((name, at)) => {
            let at = at.parse().map_or_else(|_| at.to_owned(), level);
            format!("{} {at}%", if name == "var" { "VaR" } else { "TVaR" })
        }
        None if text == "sd" => "standard deviation".to_owned(),
        None => text.to_owned(),
    };
    match (figure, figure.strip_suffix(" difference")) {
        ("costs more", _) => format!("the chance that {option} costs more"),
        ("cheapest", _) => format!("the chance that {option} is the cheapest"),
        ("regret", _) => format!("the expected regret of {option}"),
        (_, Some("mean")) => format!("the mean difference of {option}"),
        (_, Some(of)) => format!("the {} of the difference of {option}", statistic(of)),
        _ => format!("the {} of {option}", statistic(figure)),
    }
}

/// `1 driver`, `2 drivers`.
pub(super) fn drivers(count: usize) -> String {
    format!("{count} driver{}", if count == 1 { "" } else { "s" })
}

/// A plain share of years.
pub(super) fn plain_share(share: f64) -> String {
    percent(share, None)
}

pub(super) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header.iter().map(ToString::to_string).collect::<Vec<_>>());
    for column in 1..header.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The lines of a paragraph, each ended.
pub(super) fn paragraph(text: &str) -> String {
    wrapped(text, WIDTH).join("\n") + "\n"
}

/// Are the two intervals apart? Where one is withheld, is the one figure more than twice the other?
pub(super) fn clearly_above(one: &Estimate, other: &Estimate) -> bool {
    match (one.low, other.high) {
        (Some(low), Some(high)) => low > high,
        _ => one.value > 2.0 * other.value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_both_ends() {
        assert_eq!(listed_name("workforce.offshore.rate", " *"), "offshore.rate *");
        let long = listed_name("workforce.a-rather-long-name-of-a-vendor.breach.penalty.annual_cap", "");
        assert_eq!(long.chars().count(), NAME);
        assert!(long.starts_with("a-rather-l") && long.ends_with("penalty.annual_cap"), "{long}");
    }

    #[test]
    fn measures_are_named_as_one_speaks() {
        for (text, words) in [
            ("mean difference of Offshore", "the mean difference of Offshore"),
            ("tvar@0.995 of A of B", "the TVaR 99.5% of A of B"),
            ("sd difference of A", "the standard deviation of the difference of A"),
            ("costs more of A", "the chance that A costs more"),
        ] {
            assert_eq!(measure_in_words(text), words);
        }
    }

    #[test]
    fn figures_show_what_their_differences_need() {
        let scale = Scale::new(MeasureUnit::Usd, 4.2e6, 3.1e6);
        assert_eq!([scale.amount(4_213_456.0), scale.change(1e3)], ["4.21 million USD", "0.00"]);
        let scale = Scale::new(MeasureUnit::Probability, 0.4, 0.1);
        assert_eq!([scale.amount(0.341), scale.change(0.02)], ["34.1%", "+2.0"]);
        assert_eq!(share(&Estimate::bare(1e-6)), "< 0.1%");
        assert_eq!([percentile(0.85), percentile(0.999), percentile(0.99968)], ["P85", "P99.9", "P99.97"]);
        assert_eq!([compact(16_713_468.0), compact(22_072.4), compact(-0.032)], ["16.7M", "22,072", "-0.032"]);
    }
}
