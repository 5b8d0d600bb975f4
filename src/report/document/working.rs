//! How does the model work, and of what is a year's cost made?

use super::model::{Depth, Section, Table, Text};
use crate::outcome::{Component, Outcome};
use crate::report::findings::{
    capitalised, component_name, makeup, money_and_interval, near_cotvar, near_level, worst_years,
};
use crate::report::method_words::{WORDS, how};

/// Half a cent a year: no option has such a line.
const NOTHING: f64 = 0.005;

pub(super) fn sections(outcome: &Outcome) -> Vec<Section> {
    let mut section = Section::new("working", Depth::Section, "2. How the model works");
    section.text(how(outcome));
    section.text(match &outcome.provenance.dependence_note {
        Some(note) => format!("Dependence between yearly inputs, as the config states it: {note}."),
        None => "The config states no dependence between inputs: each is drawn on its own. All options share the draws of the world and the \
                 hospital, and those of a workforce that they both employ."
            .into(),
    });
    section.text(
        Text::from("The formula, units and sources of every mechanism stand in ")
            .code("METHODS.md")
            .and(" of the program's source, and what tilts the built-in cases in ")
            .code("ASSUMPTIONS.md")
            .and("."),
    );
    section.items(WORDS.map(|(word, meaning)| Text::default().strong(word).and(format!(": {meaning}"))));
    let mut lines = Section::new("lines", Depth::Subsection, "Cost lines");
    lines.text(format!("{}.", makeup(outcome)));
    lines.table(means(outcome));
    lines.table(worst(outcome));
    vec![section, lines]
}

fn head(outcome: &Outcome) -> Vec<String> {
    std::iter::once("Cost line".to_string()).chain(outcome.options.iter().map(|option| option.name.clone())).collect()
}

fn name(outcome: &Outcome, component: Component) -> String {
    let is_excluded = |o: &crate::outcome::OptionOutcome| o.components.get(component.key()).is_some_and(|c| c.excluded);
    let mark = if outcome.options.iter().any(is_excluded) { " (left out of the total)" } else { "" };
    format!("{}{mark}", capitalised(component_name(component.key())))
}

fn means(outcome: &Outcome) -> Table {
    let mut table = Table::new("What an average year is made of; a negative line is a gain", head(outcome));
    for component in Component::ALL {
        let of = || outcome.options.iter().map(|option| option.components.get(component.key()));
        if of().flatten().any(|line| line.mean.value.abs() >= NOTHING) {
            let cells = of().map(|line| line.map_or_else(String::new, |line| money_and_interval(&line.mean)));
            table.row(name(outcome, component), cells);
        }
    }
    table.row("Total", outcome.options.iter().map(|option| money_and_interval(&option.total.mean)));
    table
}

fn worst(outcome: &Outcome) -> Table {
    let at = outcome.options.first().and_then(|option| near_level(&option.total.levels, 0.99));
    let Some(at) = at.map(|at| at.level) else { return Table::new("", head(outcome)) };
    let caption = format!("What the {} are made of, on average over them (co-TVaR)", worst_years(at));
    let mut table = Table::new(caption, head(outcome));
    for component in Component::ALL {
        let lines = outcome.options.iter().map(|option| option.components.get(component.key()));
        let of: Vec<_> = lines.map(|line| line.and_then(|line| near_cotvar(line, at))).collect();
        if of.iter().flatten().any(|line| line.value.value.abs() >= NOTHING) {
            let cells = of.iter().map(|line| line.map_or_else(String::new, |line| money_and_interval(&line.value)));
            table.row(name(outcome, component), cells);
        }
    }
    let total = |option| near_level(option, at).map_or_else(String::new, |at| money_and_interval(&at.tvar));
    table.row("Total (TVaR)", outcome.options.iter().map(|option| total(&option.total.levels)));
    table
}
