//! How are drivers and the shares and amounts they are judged by written, in every answer about what matters?

use super::format::{Unit, decimals_for, grouped, half_width, percent};
use super::summary::wrapped;
use crate::outcome::{FactorRole, MeasureUnit};
use crate::statistics::Estimate;
use comfy_table::{CellAlignment, Table, presets};

/// Columns of a terminal.
pub(super) const WIDTH: usize = 100;
/// Rows of a table before the rest is folded into a line.
pub(super) const ROWS: usize = 12;
/// Letters of a driver's name in a table.
const NAME: usize = 36;

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
                // Three digits of the widest difference.
                let decimals = decimals_for(0.002 * difference / of.dollars(), 3);
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
    if value.abs() < 5e-5 && value != 0.0 {
        return "< 0.01%".into();
    }
    let decimals = half_width(estimate).filter(|half| *half > 0.0).map_or(1, |half| decimals_for(100.0 * half, 2));
    format!("{}%", grouped(100.0 * value, decimals))
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

/// A percentile from a share, as in `P85`.
pub(super) fn percentile(share: f64) -> String {
    let percent = 100.0 * share;
    let decimals = if (1.0..=99.0).contains(&percent) { 0 } else { 1 };
    format!("P{}", grouped(percent, decimals))
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

/// Are the two intervals apart?
pub(super) fn clearly_above(one: &Estimate, other: &Estimate) -> bool {
    matches!((one.low, other.high), (Some(low), Some(high)) if low > high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_both_ends() {
        assert_eq!(listed_name("workforce.offshore.rate", " *"), "offshore.rate *");
        let long = listed_name("workforce.a-rather-long-name-of-a-vendor.breach.penalty.annual_cap", "");
        assert_eq!(long.chars().count(), NAME);
        assert!(long.starts_with("a-rather-lo") && long.ends_with("penalty.annual_cap"), "{long}");
    }

    #[test]
    fn figures_show_what_their_differences_need() {
        let scale = Scale::new(MeasureUnit::Usd, 4.2e6, 3.1e6);
        assert_eq!([scale.amount(4_213_456.0), scale.change(1e3)], ["4.21 million USD", "0.00"]);
        let scale = Scale::new(MeasureUnit::Probability, 0.4, 0.1);
        assert_eq!([scale.amount(0.341), scale.change(0.02)], ["34.1%", "+2.0"]);
        assert_eq!(share(&Estimate::bare(1e-6)), "< 0.01%");
        assert_eq!([percentile(0.85), percentile(0.999)], ["P85", "P99.9"]);
    }
}
