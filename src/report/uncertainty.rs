//! How is it shown how much of a result is ignorance?

use super::biography::ending;
use super::format::{Unit, count, decimals_for, figure, grouped, half_width, percent};
use super::layout::to_the_right;
use super::summary::wrapped;
use crate::outcome::{DoubtOrigin, ParameterDoubt, Split, Uncertainty};
use crate::statistics::Estimate;
use comfy_table::{CellAlignment, Table, presets};
use std::fmt::Write;

const WIDTH: usize = 100;
/// Parameters that a table shows; the file has all of them.
const MOST_PARAMETERS: usize = 12;
/// A level near enough to be called 99.
const NEAR: f64 = 1e-9;

/// The finding, bands of every measure, the split into ignorance and chance, the parameters that matter, definitions and cautions.
pub fn uncertainty_table(found: &Uncertainty) -> String {
    let mut text = format!("{}\n", found.title);
    for line in wrapped(&finding(found), WIDTH) {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(
        text,
        "\n{} draws of {} uncertain parameter{}, {} years each, seed {}",
        count(found.outer),
        count(found.parameters.len() as u64),
        if found.parameters.len() == 1 { "" } else { "s" },
        count(found.inner),
        found.seed
    );
    let unit = unit(found);
    let _ = writeln!(text, "\n{}\n(every level: --json)\n", bands(found, unit));
    let _ = writeln!(
        text,
        "How much is ignorance: standard deviations, and shares of the variance and of the tail\n{}\n",
        splits(found, unit)
    );
    if let Some((measures, table)) = parameters(found) {
        let _ = writeln!(text, "Which parameter matters: rank correlation and first-order share\n{table}");
        for (index, measure) in measures.iter().enumerate() {
            let _ = writeln!(text, "  ({}) {}", index + 1, shortened(spoken(measure).trim_end(), WIDTH - 10));
        }
        if found.parameters.len() > MOST_PARAMETERS {
            let _ = writeln!(
                text,
                "  the {MOST_PARAMETERS} that matter most of {}; --json has all of them",
                found.parameters.len()
            );
        }
        text.push('\n');
    }
    for line in found.definitions.iter().flat_map(|definition| wrapped(definition, WIDTH)) {
        let _ = writeln!(text, "{line}");
    }
    text + &ending(&found.cautions, None)
}

/// What the committee should know first.
pub(super) fn finding(found: &Uncertainty) -> String {
    let assumed = match found.guesses {
        Some(spread) => format!(", if guesses are off by {:.0}% (your assumption)", 100.0 * spread),
        None => String::new(),
    };
    let chosen = found.splits.iter().find(|split| split.baseline.is_some()).or(found.splits.first());
    let Some(split) = chosen else { return "Nothing is uncertain.".into() };
    let share = percent_whole(split.variance.ignorance_share.value);
    let of = match &split.baseline {
        Some(baseline) => format!("the yearly difference of {} against {baseline}", split.option),
        None => format!("the yearly cost of {}", split.option),
    };
    let share = match share.strip_prefix("under") {
        Some(rest) => format!("Under{rest}"),
        None => share,
    };
    let mut text = format!("{share} of the variance of {of} is ignorance of parameters, the rest chance{assumed}.");
    let costs_more = split.baseline.as_ref().and_then(|_| found.band(&format!("costs more of {}", split.option)));
    if let Some(band) = costs_more {
        let [central, low, high] = [band.central.value, band.p5, band.p95].map(percent_whole);
        let _ = match low == high {
            true => write!(text, " {} costs more in {central} of years, whatever is not known.", split.option),
            false => write!(
                text,
                " {} costs more in {central} of years: in {low} to {high} over 90% of the draws of what is not known.",
                split.option
            ),
        };
    }
    text
}

fn percent_whole(share: f64) -> String {
    match share {
        _ if share > 0.0 && share < 0.005 => "under 1%".into(),
        _ if share < 1.0 && share > 0.995 => "over 99%".into(),
        _ => format!("{:.0}%", 100.0 * share),
    }
}

/// The same in a table.
fn short_percent(share: f64) -> String {
    percent_whole(share).replace("under ", "<").replace("over ", ">")
}

fn unit(found: &Uncertainty) -> Unit {
    let most = found.measures.iter().filter(|band| is_money(&band.measure)).map(|band| band.central.value.abs());
    Unit::of(most.fold(0.0, f64::max))
}

fn is_money(measure: &str) -> bool {
    !(measure.starts_with("costs more") || measure.starts_with("cheapest"))
}

/// Levels that a table shows; the file has all of them.
fn is_shown(found: &Uncertainty, measure: &str) -> bool {
    let level = found.splits.first().map_or(f64::NAN, |split| split.tvar.level);
    let shown = format!("@{level} ");
    !measure.contains('@') || measure.contains(&shown)
}

/// A measure as a table names it: `TVaR 99%`, `costs more than the first`.
pub(super) fn label(measure: &str, option: &str) -> String {
    let figure = measure.strip_suffix(&format!(" of {option}")).unwrap_or(measure);
    let (figure, difference) = match figure.strip_suffix(" difference") {
        Some(figure) => (figure, "difference, "),
        None => (figure, ""),
    };
    let level = |digits: &str| {
        let level: f64 = digits.parse().unwrap_or(f64::NAN);
        grouped(100.0 * level, if (100.0 * level).fract().abs() < NEAR { 0 } else { 1 })
    };
    match figure.split_once('@') {
        Some(("var", digits)) => format!("{difference}VaR {}", level(digits)),
        Some(("tvar", digits)) => format!("{difference}TVaR {}", level(digits)),
        _ => match figure {
            "sd" => format!("{difference}standard deviation"),
            "costs more" => "costs more than the first".into(),
            other => format!("{difference}{other}"),
        },
    }
}

/// A measure in a sentence.
pub(super) fn spoken(measure: &str) -> String {
    match measure.split_once(" of ") {
        Some((_, option)) => format!("{}, {option}", label(measure, option)),
        None => measure.to_owned(),
    }
}

fn bands(found: &Uncertainty, unit: Unit) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let money = format!("{}, or share of years", unit.label());
    table.set_header([money.as_str(), "central", "95% sampling", "5%", "50%", "95% of draws"]);
    let mut last = "";
    for band in found.measures.iter().filter(|band| is_shown(found, &band.measure)) {
        if band.option != last {
            table.add_row([shortened(&band.option, 30).as_str(), "", "", "", "", ""]);
            last = &band.option;
        }
        let money = is_money(&band.measure);
        let half = half_width(&band.central).unwrap_or(0.0).min((band.p95 - band.p5) / 2.0);
        let write = |value: f64| match money {
            true => grouped(value / unit.dollars(), decimals_for(half / unit.dollars(), 3)),
            false => percent(value, None),
        };
        table.add_row([
            format!("  {}", label(&band.measure, &band.option)),
            write(band.central.value),
            interval(&band.central, &write),
            write(band.p5),
            write(band.p50),
            write(band.p95),
        ]);
    }
    to_the_right(&mut table, 1);
    table
}

fn interval(estimate: &Estimate, write: &dyn Fn(f64) -> String) -> String {
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) if low < high => format!("{} to {}", write(low), write(high)),
        (Some(_), Some(_)) => String::new(),
        _ => "withheld".into(),
    }
}

fn splits(found: &Uncertainty, unit: Unit) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let tail = found.splits.first().map_or(0.99, |split| split.tvar.level);
    table.set_header([
        unit.label().to_owned(),
        "sd".into(),
        "ignorance".into(),
        "chance".into(),
        "variance (95%)".into(),
        format!("TVaR {:.0} known", 100.0 * tail),
        "unknown".into(),
        "tail".into(),
    ]);
    for Split { option, baseline, variance, tvar } in &found.splits {
        let name = match baseline {
            Some(baseline) => format!("{option} less {baseline}"),
            None => option.clone(),
        };
        let size = variance.total_sd / 100.0 / unit.dollars();
        let write = |value: f64| grouped(value / unit.dollars(), decimals_for(size, 3));
        let share = &variance.ignorance_share;
        let share = match (share.low, share.high) {
            (Some(low), Some(high)) => {
                format!("{} ({:.0} to {:.0})", short_percent(share.value), 100.0 * low, 100.0 * high)
            }
            _ => short_percent(share.value),
        };
        table.add_row([
            shortened(&name, 25),
            write(variance.total_sd),
            write(variance.ignorance_sd),
            write(variance.chance_sd),
            share,
            write(tvar.known),
            write(tvar.pooled),
            short_percent(tvar.ignorance_share),
        ]);
    }
    to_the_right(&mut table, 1);
    table
}

/// Measures that decide: of the comparison, or of the only option.
pub(super) fn deciding(found: &Uncertainty) -> Vec<String> {
    let compared = found.splits.iter().find(|split| split.baseline.is_some()).or(found.splits.first());
    let Some(split) = compared else { return Vec::new() };
    let option = &split.option;
    let wanted = match split.baseline {
        Some(_) => vec![format!("mean difference of {option}"), format!("tvar@{} of {option}", split.tvar.level)],
        None => vec![format!("mean of {option}"), format!("tvar@{} of {option}", split.tvar.level)],
    };
    wanted.into_iter().filter(|measure| found.band(measure).is_some()).collect()
}

/// Parameters by the most that they explain of a deciding measure.
pub(super) fn by_weight<'a>(found: &'a Uncertainty, measures: &[String]) -> Vec<&'a ParameterDoubt> {
    let weight = |parameter: &ParameterDoubt| {
        let effects = measures.iter().filter_map(|measure| parameter.effect(measure));
        effects.map(|effect| effect.first_order.unwrap_or(effect.rank_correlation.powi(2))).fold(0.0, f64::max)
    };
    let mut sorted: Vec<&ParameterDoubt> = found.parameters.iter().collect();
    sorted.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    sorted
}

fn parameters(found: &Uncertainty) -> Option<(Vec<String>, Table)> {
    let measures = deciding(found);
    if measures.is_empty() {
        return None;
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let mut header = vec![String::new(), "from".into(), "5% to 95%".into()];
    for index in 1..=measures.len() {
        header.push(format!("corr., share ({index})"));
    }
    table.set_header(header);
    for parameter in by_weight(found, &measures).into_iter().take(MOST_PARAMETERS) {
        let mut row = vec![
            shortened(parameter.path.strip_prefix("workforce.").unwrap_or(&parameter.path), 34),
            origin(parameter.origin).to_owned(),
            format!("{} to {}", figure(parameter.p5, 3), figure(parameter.p95, 3)),
        ];
        for measure in &measures {
            let effect = parameter.effect(measure);
            row.push(effect.map_or(String::new(), |effect| {
                let share = effect.first_order.map_or("-".to_owned(), percent_whole);
                format!("{:+.2} {share:>5}", effect.rank_correlation)
            }));
        }
        table.add_row(row);
    }
    to_the_right(&mut table, 1);
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Left);
    }
    Some((measures, table))
}

pub(super) fn origin(origin: DoubtOrigin) -> &'static str {
    match origin {
        DoubtOrigin::Stated => "config",
        DoubtOrigin::Fitted => "fit",
        DoubtOrigin::Guess => "guess",
    }
}

/// The end of a path says more than its beginning.
pub(super) fn shortened(name: &str, most: usize) -> String {
    let length = name.chars().count();
    if length <= most {
        return name.to_owned();
    }
    let end: String = name.chars().skip(length - (most - 3)).collect();
    format!("...{end}")
}
