//! How were the figures made, and what do they leave out?

use super::html::el;
use super::pieces::Section;
use crate::outcome::{Component, Outcome};
use crate::report::findings::{self, component_name};

pub(super) fn section(outcome: &Outcome) -> Section {
    let mut section = Section::new(
        "method",
        "Method and limits",
        "How were these figures made, and what do they leave out?",
        "A year was simulated many times over, for all options at once",
    );
    section.text(format!(
        "{} were drawn with the {} engine. In each of them the world, the hospital and every workforce draw their uncertain inputs once; \
         departures, denials, breaches, fines, audits and new laws happen or do not; and each option's cost is added up from {} lines. All \
         options live through the same years, so that they are compared like with like.",
        findings::simulated_years(outcome.years),
        outcome.provenance.engine,
        Component::ALL.len(),
    ));
    if let Some(analysis) = &outcome.provenance.analysis {
        section.add(el("h3").add("What the author of the case says of it"));
        section.add(el("blockquote").add(el("p").add(analysis)));
    }
    section.add(el("h3").add("Words"));
    let words = [
        ("Expected cost", "the average over all simulated years."),
        (
            "1-in-100-year cost (VaR 99)",
            "the amount that 99 years of 100 stay below. It is no worst case: one year in 100 costs more, some far more.",
        ),
        (
            "Average of the worst 1% (TVaR 99)",
            "what a year costs on average when it is among the worst one in a hundred.",
        ),
        ("Return period", "1 in 100 years means a chance of 1% in any one year, not once a century by the calendar."),
        (
            "95% interval",
            "in 95 of 100 runs of as many years an interval so made holds what endlessly many years would give.",
        ),
        (
            "Expected regret",
            "what an option costs, on average, over the option that turns out the cheapest in the year.",
        ),
    ];
    section.add(
        el("dl")
            .class("words")
            .all(words.iter().map(|(term, meaning)| el("div").add(el("dt").add(*term)).add(el("dd").add(*meaning)))),
    );
    section.add(el("h3").add("Limits"));
    let excluded: Vec<&str> = Component::ALL
        .into_iter()
        .filter(|c| outcome.options.iter().any(|o| o.components.get(c.key()).is_some_and(|line| line.excluded)))
        .map(|c| component_name(c.key()))
        .collect();
    let mut limits = vec![
        "One year at a time: no growth, no learning, no discounting over several years, no year that follows from the one before.".to_string(),
        "What is not among the cost lines costs nothing here: reputation, patient harm, management's time beyond the fee, the way back.".into(),
        "Inputs are as independent as the case says they are; bad things that come together more often than it says make worse years.".into(),
        "Where an input is a guess, its spread is a guess too. Intervals on this page do not contain that.".into(),
        "Rare events follow the laws that were written down for them: an event that no one thought of is not among the years.".into(),
    ];
    if !excluded.is_empty() {
        limits.push(format!("Left out of every total by the config: {}.", excluded.join(", ")));
    }
    section.add(el("ul").all(limits.iter().map(|limit| el("li").add(limit))));
    section
}
