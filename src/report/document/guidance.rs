//! What does guidance on model risk ask of use, validation and governance, and which of it can the result answer?

use super::model::{Depth, Section, Table, Text, blank};
use crate::outcome::Outcome;
use crate::report::format::{count, money, percent};

pub(super) fn sections(outcome: &Outcome) -> Vec<Section> {
    let part = Section::new("sr-26-2", Depth::Part, "Part II. SR 26-2");
    vec![part, development(), validation(outcome), open(outcome), governance(outcome)]
}

fn development() -> Section {
    let mut section = Section::new("development", Depth::Section, "A. Development and use");
    let mut table = Table::new("Where this document says it", ["Asked", "Answer"]);
    let see = |id, label| Text::from("see ").link(id, label);
    table.row("Purpose, design and theory", [see("purpose", "sections 1 and 2")]);
    table.row("Data and assumptions", [see("data", "sections 4 to 7")]);
    table.row("Limitations", [see("limitations", "section 3")]);
    table.row("Testing", [see("mitigation", "section 8")]);
    table.row("Alternatives considered", [blank("other models or methods that were considered, and why this one")]);
    section.table(table);
    section.facts(
        "Use",
        vec![
            ("How the result enters the decision", blank("what weight it has beside other considerations")),
            (
                "Adjustments after the run",
                blank("figures that were changed by judgement after the run, by whom, and why; or none"),
            ),
            ("Understanding by users", blank("how users were told of limits and uncertainty")),
        ],
    );
    section
}

fn validation(outcome: &Outcome) -> Section {
    let mut section = Section::new("validation", Depth::Section, "B. Validation and monitoring");
    section.text(
        Text::from("What the program can show of itself is in ")
            .link("mitigation", "section 8")
            .and(". It is evidence for a validator, not validation: the program cannot be independent of itself. A second engine draws every claim, hire and breach one by one: ")
            .code("tailcost run CONFIG --engine reference --years 1e5")
            .and("."),
    );
    section.facts(
        "Validation",
        vec![
            (
                "Conceptual soundness",
                blank("the validator's judgement of mechanisms, laws and dependence, with reasons"),
            ),
            ("Independence of the validator", blank("from development, and from use")),
            ("Findings", blank("findings, their severity, who answers them and by when")),
            ("Conclusion", blank("fit for the purpose of section 1, fit with conditions, or not fit")),
        ],
    );
    section.text(
        "Outcomes analysis: this result has not been held against what years really cost; the program keeps no record of that. The table \
         below is what to hold it against: a year that the model describes lies between its outer columns in 90% of cases.",
    );
    section.table(quantiles(outcome));
    section.text(Text::default().blank("what past years really cost, line by line, and where they lie in this table"));
    section.facts(
        "Ongoing monitoring",
        vec![
            ("How often", blank("how often the model is run anew, and on what occasions besides")),
            ("What is watched", blank("inputs and figures that are watched, and the change that calls for a review")),
        ],
    );
    section.text(
        Text::from("A change beyond chance ends with exit code 1, for a schedule: ")
            .code("tailcost compare EARLIER RUN --fail-beyond 4sigma")
            .and("; a limit of appetite that is not kept: ")
            .code("tailcost run CONFIG --enforce")
            .and("."),
    );
    section
}

/// The quantiles from 5% to 95% that every option has.
fn quantiles(outcome: &Outcome) -> Table {
    let of = |option: &crate::outcome::OptionOutcome| {
        let inner = option.total.quantiles.iter().filter(|quantile| (0.05..=0.95).contains(&quantile.p));
        inner.copied().collect::<Vec<_>>()
    };
    let first = outcome.options.first().map(of).unwrap_or_default();
    let head = std::iter::once("Option".to_string())
        .chain(first.iter().map(|q| format!("{} of years below", percent(q.p, None))));
    let mut table = Table::new("Quantiles of a simulated year's cost; the result keeps no interval for them", head);
    for option in &outcome.options {
        table.row(&option.name, of(option).iter().map(|quantile| money(quantile.value, None)));
    }
    table
}

/// What a validator may ask first.
fn open(outcome: &Outcome) -> Section {
    let mut section = Section::new("open", Depth::Subsection, "Open points that the program knows of");
    let mut items: Vec<Text> = Vec::new();
    let see = |text: String, id, label| Text::from(text).link(id, label);
    let plural = |number: usize, one: &str, many: &str| {
        format!("{} {}: ", count(number as u64), if number == 1 { one } else { many })
    };
    if !outcome.cautions.is_empty() {
        items.push(see(plural(outcome.cautions.len(), "caution", "cautions"), "limitations", "section 3"));
    }
    if let Some(inputs) = &outcome.provenance.inputs {
        let guesses = inputs.drivers.iter().filter(|driver| driver.is_guess).count();
        let unsourced = inputs.drivers.iter().filter(|driver| driver.source.is_none()).count();
        if guesses > 0 {
            let what = plural(guesses, "input is a guess by its own source", "inputs are guesses by their own source");
            items.push(see(what, "inputs", "section 5"));
        }
        if unsourced > 0 {
            items.push(see(plural(unsourced, "input names no source", "inputs name no source"), "inputs", "section 5"));
        }
    }
    let absent = [
        (outcome.verification.is_none(), "verification", "verification of the program for this case"),
        (outcome.sensitivity.is_none(), "sensitivity", "sensitivity"),
        (outcome.uncertainty.is_none(), "ignorance", "uncertainty of the inputs"),
        (outcome.stress.is_none(), "stress", "stress tests"),
        (outcome.break_even.is_empty(), "break-even", "break-even"),
        (outcome.worth.is_none(), "knowing", "worth of knowing more"),
    ];
    items.extend(
        absent
            .into_iter()
            .filter(|(is, ..)| *is)
            .map(|(_, id, what)| see(format!("Not computed: {what}: "), id, "section 8")),
    );
    if let Some(found) = &outcome.verification {
        if !found.passed {
            items.push(Text::default().strong("The verification failed: ").link("verification", "section 8"));
        }
        if !found.only.is_empty() || found.assertions.is_empty() {
            items.push(see("Verified in some groups alone: ".into(), "verification", "section 8"));
        }
    }
    let unkept = outcome.appetite.iter().filter(|line| line.verdict != crate::outcome::Verdict::Within).count();
    if unkept > 0 {
        let what = plural(
            unkept,
            "limit of appetite is breached or cannot be told",
            "limits of appetite are breached or cannot be told",
        );
        items.push(see(what, "result", "section 1"));
    }
    if items.is_empty() {
        section.text("None.");
    }
    section.items(items);
    section
}

fn governance(outcome: &Outcome) -> Section {
    let mut section = Section::new("governance", Depth::Section, "C. Governance and controls");
    section.text(
        Text::from("Owner, validator, approver and the date of the next review stand in ")
            .link("control", "Document control")
            .and("."),
    );
    section.facts(
        "Roles and policies",
        vec![
            ("Policy that applies", blank("the organization's model-risk policy and its version")),
            ("Body that oversees", blank("committee or board, and when it last saw this model")),
            ("Who may change config and data", blank("names or roles, and who reviews a change before it is used")),
            ("Internal audit", blank("last review and its findings, or none")),
        ],
    );
    section.text(format!(
        "Change control by the program: the hash that begins with {} is of the config as resolved, titles and sources included and biographies \
         of inputs apart, and of every data file that it reads; a change of any of them gives another hash. Answers of other verbs join this result only if their config has the same hash. \
         A config that the program cannot understand in full is refused.",
        outcome.provenance.config_hash.chars().take(8).collect::<String>()
    ));
    let mut table = Table::new("Sign-off", ["Role", "Name", "Date", "Signature"]);
    for role in ["Owner", "Validator", "Approver"] {
        table.row(role, [blank("name"), blank("date"), blank("signature")]);
    }
    section.table(table);
    section
}
