//! What does a batch say in the terminal?

use super::moved::moved_summary;
use crate::outcome::book::{Book, ScenarioOfBook};
use crate::report::format::{grouped, printable};
use crate::report::layout::{lines_of, plain_table};
use crate::statistics::Estimate;

/// The system of each scenario, and how many members failed.
pub fn book_summary(book: &Book) -> String {
    let mut text = format!(
        "{}\n{} members, {} years each, seed {}\n",
        printable(&book.title),
        grouped(book.members as f64, 0),
        grouped(book.years as f64, 0),
        book.seed
    );
    for scenario in &book.scenarios {
        text.push_str(&of_scenario(scenario));
    }
    if !book.failures.is_empty() {
        text.push_str(&format!("\n{} members failed: failures.csv says why\n", book.failures.len()));
    }
    text.extend(book.moved.as_ref().map(moved_summary));
    text
}

fn of_scenario(scenario: &ScenarioOfBook) -> String {
    const LEVEL: f64 = 0.99;
    let mut table = plain_table(2, ["all members together", "mean", "VaR 99%", "TVaR 99%", "saved by diversification"]);
    for option in &scenario.options {
        let level = option.total.levels.iter().find(|level| level.level == LEVEL);
        let saved = option.diversification.iter().find(|saved| saved.level == LEVEL);
        table.add_row([
            printable(&option.name),
            millions(&option.total.mean),
            level.map_or_else(String::new, |level| millions(&level.var)),
            level.map_or_else(String::new, |level| millions(&level.tvar)),
            saved.map_or_else(String::new, |saved| format!("{:.1}%", 100.0 * saved.benefit)),
        ]);
    }
    let mut text = format!(
        "\n{}: {} (million USD a year)\n{}",
        printable(&scenario.name),
        printable(&scenario.title),
        lines_of(&table, "  ") + "\n"
    );
    for difference in &scenario.differences {
        text.push_str(&format!(
            "{} costs more than {} for {:.1}% of members, and for all together in {:.2}% of years\n",
            printable(&difference.option),
            printable(&difference.baseline),
            100.0 * difference.members_that_pay_more,
            100.0 * difference.probability_costs_more.value
        ));
    }
    text
}

fn millions(estimate: &Estimate) -> String {
    let million = |value: f64| grouped(value / 1e6, 1);
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => format!("{} ({} to {})", million(estimate.value), million(low), million(high)),
        _ => million(estimate.value),
    }
}
