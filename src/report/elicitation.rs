//! How is it shown what experts said, and how does it become a driver?

use super::biography::{driver_toml, ending};
use super::format::figure;
use super::summary::wrapped;
use crate::outcome::{Biography, Elicitation, ElicitedLaw, ExpertOpinion, Judgement, LawSummary, Quantile};
use comfy_table::{CellAlignment, Table, presets};
use std::fmt::Write;

const WIDTH: usize = 100;
/// Probabilities of the tables' columns.
const COLUMNS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
const TAIL: f64 = 0.99;

/// What was said, the laws that say it, the pool and how far the experts are apart, cautions, and the driver to paste.
pub fn elicitation_table(elicitation: &Elicitation) -> String {
    let experts = &elicitation.experts;
    let mut text = format!("{}\n", elicitation.driver);
    for opinion in experts {
        let weight = if experts.len() > 1 { format!(", weight {:.1}%", 100.0 * opinion.weight) } else { String::new() };
        let _ = writeln!(text, "  {}{weight}: {}", opinion.name, said(&opinion.judgement));
    }
    let bounds = [("least possible", elicitation.min), ("largest possible", elicitation.max)];
    for (name, bound) in bounds.iter().filter_map(|(name, bound)| bound.map(|bound| (name, bound))) {
        let _ = writeln!(text, "  {name}: {}", figure(bound, 6));
    }
    match (experts.as_slice(), &elicitation.pool) {
        ([one], _) => {
            let _ = writeln!(text, "\n{}", law_table(one));
            let _ =
                writeln!(text, "* taken; --family takes another. miss: largest difference of probabilities, in points");
            for refused in &one.refused {
                let line = format!("no {}: {}", refused.family, refused.reason);
                let _ = writeln!(text, "{}", wrapped(&line, WIDTH).join("\n  "));
            }
        }
        (_, Some(pool)) => {
            let _ = writeln!(text, "\n{}", pool_table(elicitation, &pool.summary));
            for line in disagreement(elicitation) {
                let _ = writeln!(text, "{}", wrapped(&line, WIDTH).join("\n"));
            }
        }
        _ => {}
    }
    for opinion in experts {
        for remedy in opinion.infeasible.iter().flat_map(|infeasible| &infeasible.remedies) {
            let (low, high) = (figure(remedy.low, 4), figure(remedy.high, 4));
            let _ = writeln!(
                text,
                "{}: a metalog takes {low} to {high} at {}, the others staying; {} was said",
                opinion.name,
                remedy.p,
                figure(remedy.said, 6)
            );
        }
    }
    text + &ending(&elicitation.cautions, Some(&elicitation.fragment))
}

/// The driver as a config writes it.
pub fn elicitation_fragment(elicitation: &Elicitation, biography: &Biography) -> String {
    let written = match &elicitation.pool {
        Some(pool) => &pool.written,
        None => &elicitation.experts[0].laws[0].written,
    };
    let law: Vec<(&str, String)> = written.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    let names: Vec<&str> = elicitation.experts.iter().map(|opinion| opinion.name.as_str()).collect();
    let source =
        if elicitation.pool.is_some() { format!("elicited from {}", names.join(", ")) } else { "elicited".into() };
    driver_toml(&elicitation.driver, &law, &source, biography)
}

fn said(judgement: &Judgement) -> String {
    match judgement {
        Judgement::Quantiles(quantiles) => {
            let list = quantiles.iter().map(|Quantile { p, value }| format!("{} at {p}", figure(*value, 6)));
            list.collect::<Vec<_>>().join(", ")
        }
        Judgement::Pert { min, mode, max } => {
            format!("from {} to {}, most likely {}", figure(*min, 6), figure(*max, 6), figure(*mode, 6))
        }
    }
}

fn law_table(opinion: &ExpertOpinion) -> Table {
    let mut header = vec!["".to_owned(), "Family".into(), "miss".into()];
    header.extend(column_names());
    header.extend(["mean".into(), "sd".into()]);
    let mut table = new_table(header);
    for (index, law) in opinion.laws.iter().enumerate() {
        let mark = if index == 0 { "*" } else { "" };
        let mut row = vec![mark.to_owned(), law.family.clone(), miss(law)];
        row.extend(figures(&law.summary));
        table.add_row(row);
    }
    align(&mut table, 2);
    table
}

fn pool_table(elicitation: &Elicitation, pool: &LawSummary) -> Table {
    let mut header = vec!["Expert".to_owned(), "law".into(), "weight".into(), "miss".into()];
    header.extend(column_names());
    header.extend(["mean".into(), "sd".into(), "from pool".into()]);
    let mut table = new_table(header);
    for opinion in &elicitation.experts {
        let law = &opinion.laws[0];
        let mut row =
            vec![opinion.name.clone(), law.family.clone(), format!("{:.1}%", 100.0 * opinion.weight), miss(law)];
        row.extend(figures(&law.summary));
        row.push(
            opinion.distance_from_pool.map_or(String::new(), |distance| format!("{:.0} points", 100.0 * distance)),
        );
        table.add_row(row);
    }
    let mut row = vec!["Pool".to_owned(), "mixture".into(), "100%".into(), String::new()];
    row.extend(figures(pool));
    row.push(String::new());
    table.add_row(row);
    align(&mut table, 2);
    table
}

/// Sentences on how far the experts are apart.
fn disagreement(elicitation: &Elicitation) -> Vec<String> {
    let Some(pool) = &elicitation.pool else { return Vec::new() };
    let mut lines = vec![format!(
        "The pool's central 90% is {:.2} times as wide as the experts' own on average (1: all say the same).",
        pool.disagreement.width_ratio
    )];
    if let Some(share) = pool.disagreement.variance_share {
        lines.push(format!(
            "{:.0}% of the pool's variance is the difference of the experts' means, {:.0}% what each is unsure of.",
            100.0 * share,
            100.0 * (1.0 - share)
        ));
    }
    let farthest = elicitation.experts.iter().filter_map(|opinion| Some((opinion.distance_from_pool?, &opinion.name)));
    if let Some((distance, name)) = farthest.max_by(|a, b| a.0.total_cmp(&b.0)) {
        lines.push(format!(
            "Farthest from the pool is {name}: some probability differs by {:.0} points.",
            100.0 * distance
        ));
    }
    lines
}

fn miss(law: &ElicitedLaw) -> String {
    if law.is_exact { "exact".into() } else { format!("{:.2}", 100.0 * law.miss) }
}

fn column_names() -> impl Iterator<Item = String> {
    COLUMNS.into_iter().chain([TAIL]).map(|p| format!("P{}", 100.0 * p))
}

fn figures(summary: &LawSummary) -> Vec<String> {
    let at = |p: &f64| {
        summary.quantiles.iter().find(|quantile| quantile.p == *p).map_or(f64::NAN, |quantile| quantile.value)
    };
    let quantiles = COLUMNS.iter().chain([&TAIL]).map(|p| figure(at(p), 4));
    let moment = |moment: Option<f64>| moment.map_or("infinite".to_owned(), |moment| figure(moment, 4));
    quantiles.chain([moment(summary.mean), moment(summary.sd)]).collect()
}

fn new_table(header: Vec<String>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    table
}

fn align(table: &mut Table, first: usize) {
    let columns = table.column_count();
    for column in first..columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}
