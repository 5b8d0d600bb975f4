//! How is it shown how columns move together, and how does it become a part of a config?

use super::biography::{ending, number, quoted};
use super::format::{count, figure};
use super::summary::wrapped;
use crate::outcome::{DependenceEstimate, PairDependence, RankCorrelation};
use comfy_table::{CellAlignment, Table, presets};
use std::fmt::Write;

const WIDTH: usize = 100;

/// Matrices, pairs with intervals, both copulas and the test between them, cautions, and the lines to paste.
pub fn dependence_table(found: &DependenceEstimate) -> String {
    let data = &found.data;
    let filter = if data.filter.is_empty() { String::new() } else { format!(" with {}", data.filter) };
    let rows = count(data.rows_kept as u64);
    let mut text = format!("{}: {rows} of {} rows{filter}\n\n", data.path, count(data.rows_read));
    let _ = writeln!(text, "{}\n", matrix(found));
    let _ = writeln!(text, "{}\n", pair_table(found));
    for line in sentences(found) {
        let _ = writeln!(text, "{}", wrapped(&line, WIDTH).join("\n"));
    }
    text + &ending(&found.cautions, Some(&found.fragment))
}

/// The table `[dependence]` of a config.
pub fn dependence_fragment(found: &DependenceEstimate) -> String {
    let data = &found.data;
    let filter = if data.filter.is_empty() { String::new() } else { format!(", {}", data.filter) };
    let mut text =
        format!("# From {}{filter}: {} rows, {}\n", comment(&data.path), count(data.rows_kept as u64), data.hash);
    text.push_str("[dependence]\n");
    match &found.t {
        Some(t) if found.test.prefers_t => {
            let _ = writeln!(text, "copula = \"t\"\ndof = {}", number((10.0 * t.dof).round() / 10.0));
        }
        _ => text.push_str("copula = \"gaussian\"\n"),
    }
    text.push_str("rank_correlations = [\n");
    for pair in &found.pairs {
        let rho = found.proposed[pair.first][pair.second];
        let names = [&found.drivers[pair.first], &found.drivers[pair.second]].map(|name| quoted(name));
        let _ = writeln!(text, "  [{}, {}, {}],", names[0], names[1], number(rho));
    }
    text.push_str("]\n");
    text
}

/// A text that cannot end a comment.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn matrix(found: &DependenceEstimate) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let header = ["Spearman \\ Kendall".to_owned()].into_iter().chain(found.columns.iter().cloned());
    table.set_header(header.collect::<Vec<_>>());
    for (i, name) in found.columns.iter().enumerate() {
        let cell = |j: usize| {
            let of = |a: usize, b: usize| found.pairs.iter().find(|pair| (pair.first, pair.second) == (a, b));
            match i.cmp(&j) {
                std::cmp::Ordering::Equal => "1".to_owned(),
                // Below the diagonal Spearman, above it Kendall.
                std::cmp::Ordering::Greater => of(j, i).map_or(String::new(), |pair| rho(pair.spearman.value)),
                std::cmp::Ordering::Less => of(i, j).map_or(String::new(), |pair| rho(pair.kendall.value)),
            }
        };
        let row = [name.clone()].into_iter().chain((0..found.columns.len()).map(cell));
        table.add_row(row.collect::<Vec<_>>());
    }
    align(&mut table, 1);
    table
}

fn pair_table(found: &DependenceEstimate) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "Pair",
        "Spearman",
        "95%",
        "Kendall",
        "95%",
        "Gaussian r",
        "t r",
        "tail, t",
        "top 5% both",
        "bottom 5%",
    ]);
    let optional = |value: Option<f64>| value.map_or("-".to_owned(), rho);
    let percent = |share: f64| format!("{:.0}%", 100.0 * share);
    for pair in &found.pairs {
        table.add_row([
            pair_name(found, pair),
            rho(pair.spearman.value),
            interval(&pair.spearman),
            rho(pair.kendall.value),
            interval(&pair.kendall),
            rho(pair.gaussian),
            optional(pair.t),
            optional(pair.tail_dependence),
            percent(pair.upper_together),
            percent(pair.lower_together),
        ]);
    }
    align(&mut table, 1);
    table
}

fn sentences(found: &DependenceEstimate) -> Vec<String> {
    let test = &found.test;
    let gaussian = &found.gaussian;
    let mut lines = vec![format!(
        "Gaussian copula: log-likelihood {}, AIC {}.",
        figure(gaussian.log_likelihood, 6),
        figure(gaussian.aic, 6)
    )];
    match &found.t {
        None => lines.push("t copula: its likelihood is greatest with infinitely many degrees of freedom, where it is the Gaussian one.".into()),
        Some(t) => {
            let high = t.dof_high.map_or("infinite".to_owned(), |high| figure(high, 3));
            lines.push(format!(
                "t copula: {} degrees of freedom (95% profile interval {} to {high}), log-likelihood {}, AIC {}.",
                figure(t.dof, 3),
                figure(t.dof_low, 3),
                figure(t.fit.log_likelihood, 6),
                figure(t.fit.aic, 6)
            ));
        }
    }
    let verdict = if test.prefers_t {
        "extremes come together more often than a Gaussian copula has them: t"
    } else {
        "the Gaussian copula is enough"
    };
    lines.push(format!(
        "Likelihood ratio {}, p {} from {} samples of the Gaussian copula: {verdict}.",
        figure(test.likelihood_ratio, 4),
        figure(test.p_value, 2),
        test.replicates
    ));
    lines.push(
        "Columns tail, t: chance that one is extreme when the other is, in the limit, under the fitted t (0 under the Gaussian); top 5% both: \
         of the rows highest in one, those highest in both (5% if independent)."
            .into(),
    );
    lines
}

pub(super) fn pair_name(found: &DependenceEstimate, pair: &PairDependence) -> String {
    format!("{} ~ {}", found.columns[pair.first], found.columns[pair.second])
}

fn interval(estimate: &RankCorrelation) -> String {
    format!("{} to {}", rho(estimate.low), rho(estimate.high))
}

fn rho(value: f64) -> String {
    let text = format!("{value:.3}");
    if text == "-0.000" { "0.000".into() } else { text }
}

fn align(table: &mut Table, first: usize) {
    for index in first..table.column_count() {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}
