//! What is the model for, and what does it say?

use super::model::{Depth, Section, Table, Text, blank};
use crate::outcome::{OptionOutcome, Outcome};
use crate::report::findings::{appetite_amounts, capitalised, money_and_interval, near_level};
use crate::report::format::{grouped, level, percent_with_interval};
use crate::report::page::{measure_words, mix, question, verdict};

pub(super) fn sections(outcome: &Outcome) -> Vec<Section> {
    let part = Section::new("asop-56", Depth::Part, "Part I. ASOP 56");
    vec![part, purpose(outcome), result(outcome)]
}

fn purpose(outcome: &Outcome) -> Section {
    let mut section = Section::new("purpose", Depth::Section, "1. Intended purpose");
    section.text(Text::from("The question put to the model: ").strong(question(outcome)));
    section.text(
        "The model answers with the distribution of one year's cost of each option, in USD, over the cost lines of section 2. It compares \
         options in the same simulated years. It does not say which option to choose.",
    );
    let mut options = Table::new("Options", ["Option", "Who does the work"]);
    for option in &outcome.options {
        options.row(&option.name, [mix(outcome, &option.name).unwrap_or_else(|| "not stored in this result".into())]);
    }
    section.table(options);
    if let Some(analysis) = &outcome.provenance.analysis {
        section.text("In the words of the case's author:");
        section.blocks.push(super::model::Block::Quote(analysis.clone()));
    }
    let blanks = [
        ("Decision it is to support", "the decision, its date, and who takes it"),
        ("Intended users", "who may rely on this result, and for what"),
        ("Uses it is not meant for", "uses that the owner excludes"),
        ("Materiality", "the amount below which a difference between options does not matter to the decision, and why"),
    ];
    section.facts("Purpose and users", blanks.map(|(name, what)| (name, blank(what))).into());
    section
}

fn result(outcome: &Outcome) -> Section {
    let mut section = Section::new("result", Depth::Subsection, "What the model says");
    let verdict = verdict(outcome);
    section.text(Text::default().strong(format!("{}.", verdict.sentence.trim_end_matches('.'))));
    section.text(format!("How sure: {}", verdict.confidence));
    section.table(main(outcome));
    section.table(levels(outcome));
    section.table(gaps(outcome));
    limits(&mut section, outcome);
    section
}

fn main(outcome: &Outcome) -> Table {
    let at = outcome.options.first().and_then(|option| near_level(&option.total.levels, 0.99)).map(|at| at.level);
    let mut head = vec!["Option".to_string(), "Expected cost of a year".into(), "Standard deviation".into()];
    if let Some(at) = at {
        head.push(format!("1-in-{}-year cost (VaR {})", grouped((1.0 / (1.0 - at)).round(), 0), level(at)));
        head.push(format!("Average of the worst {}% (TVaR {})", level(1.0 - at), level(at)));
    }
    let compared = outcome.options.len() > 1;
    if compared {
        head.push("Years in which it is the cheapest".into());
        head.push("Expected regret".into());
    }
    let mut table = Table::new("Cost of a year by option", head);
    for option in &outcome.options {
        let mut cells = vec![money_and_interval(&option.total.mean), money_and_interval(&option.total.sd)];
        if at.is_some() {
            let found = near_level(&option.total.levels, 0.99);
            cells.extend(found.into_iter().flat_map(|at| [money_and_interval(&at.var), money_and_interval(&at.tvar)]));
        }
        if compared {
            cells.push(percent_with_interval(&option.probability_cheapest));
            cells.push(money_and_interval(&option.expected_regret));
        }
        table.row(&option.name, cells);
    }
    table
}

fn levels(outcome: &Outcome) -> Table {
    let head = ["Option and return period", "Costs at least (VaR)", "Costs on average when it is that bad (TVaR)"];
    let mut table = Table::new("Bad years", head);
    let rows = |option: &OptionOutcome| {
        let name = |at: &crate::outcome::LevelMeasures| {
            format!("{}: 1 year in {} ({}%)", option.name, grouped(at.return_period, 0), level(at.level))
        };
        let levels = option.total.levels.iter();
        levels.map(|at| (name(at), [money_and_interval(&at.var), money_and_interval(&at.tvar)])).collect::<Vec<_>>()
    };
    outcome.options.iter().flat_map(rows).for_each(|(name, cells)| table.row(name, cells));
    table
}

fn gaps(outcome: &Outcome) -> Table {
    let mut table = Table::new(
        "Differences in the same simulated years",
        ["Difference", "On average", "Years in which it costs more"],
    );
    for difference in &outcome.differences {
        let name = format!("{} less {}", difference.option, difference.baseline);
        let often = percent_with_interval(&difference.probability_costs_more);
        table.row(name, [money_and_interval(&difference.total.mean), often]);
    }
    table
}

fn limits(section: &mut Section, outcome: &Outcome) {
    if outcome.appetite.is_empty() {
        section.text(
            Text::from("The config sets no limits of appetite (")
                .code("[appetite]")
                .and("), so the result is held against none. ")
                .blank("limits that the governing body set, and how the figures stand to them"),
        );
        return;
    }
    let baseline = outcome.options.first().map_or("the first option", |option| &option.name);
    let head = ["Limit", "Measure", "Found", "Most that it may be", "Verdict"];
    let mut table =
        Table::new("Appetite: within and breach are said only where the whole interval lies on one side", head);
    for line in &outcome.appetite {
        let (found, limit) = appetite_amounts(line);
        let measure = capitalised(&measure_words(&line.measure, &line.option, baseline));
        table.row(&line.name, [measure, found, limit, line.verdict.words().to_string()]);
    }
    section.table(table);
}
