//! How are the method, its words and its limits told, on the committee's page and in the model document alike?

use super::findings::{component_name, simulated_years};
use crate::outcome::{Component, Outcome};

/// How a year was simulated.
pub(super) fn how(outcome: &Outcome) -> String {
    format!(
        "{} were drawn with the {} engine. In each of them the world, the hospital and every workforce draw their uncertain inputs once; \
         departures, denials, breaches, fines, audits and new laws happen or do not; and each option's cost is added up from {} lines. All \
         options live through the same years, so that they are compared like with like.",
        simulated_years(outcome.years),
        outcome.provenance.engine,
        Component::ALL.len(),
    )
}

/// Words of the field and what they mean.
pub(super) const WORDS: [(&str, &str); 6] = [
    ("Expected cost", "the average over all simulated years."),
    (
        "1-in-100-year cost (VaR 99)",
        "the amount that 99 years of 100 stay below. It is no worst case: one year in 100 costs more, some far more.",
    ),
    ("Average of the worst 1% (TVaR 99)", "what a year costs on average when it is among the worst one in a hundred."),
    ("Return period", "1 in 100 years means a chance of 1% in any one year, not once a century by the calendar."),
    (
        "95% interval",
        "in 95 of 100 runs of as many years an interval so made holds what endlessly many years would give.",
    ),
    ("Expected regret", "what an option costs, on average, over the option that turns out the cheapest in the year."),
];

/// What the model leaves out, and which lines the config does.
pub(super) fn limits(outcome: &Outcome) -> Vec<String> {
    let mut limits: Vec<String> = [
        "One year at a time: no growth, no learning, no discounting over several years, no year that follows from the one before.",
        "What is not among the cost lines costs nothing here: reputation, patient harm, management's time beyond the fee, the way back.",
        "Inputs are as independent as the case says they are; bad things that come together more often than it says make worse years.",
        "Where an input is a guess, its spread is a guess too. Intervals of sampling error do not contain that.",
        "Rare events follow the laws that were written down for them: an event that no one thought of is not among the years.",
    ]
    .map(String::from)
    .into();
    let excluded = excluded(outcome);
    if !excluded.is_empty() {
        limits.push(format!("Left out of every total by the config: {}.", excluded.join(", ")));
    }
    limits
}

/// Lines that the config leaves out of every total.
pub(super) fn excluded(outcome: &Outcome) -> Vec<&'static str> {
    let is_excluded = |component: &Component| {
        outcome.options.iter().any(|o| o.components.get(component.key()).is_some_and(|line| line.excluded))
    };
    Component::ALL.into_iter().filter(is_excluded).map(|component| component_name(component.key())).collect()
}
