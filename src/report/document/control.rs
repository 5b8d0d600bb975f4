//! What is this document of, and who stands for it?

use super::model::{Depth, Section, Text, blank};
use crate::outcome::Outcome;
use crate::report::findings::simulated_years;

/// `blanks`: how many the rest of the document has.
pub(super) fn section(outcome: &Outcome, blanks: usize) -> Section {
    let provenance = &outcome.provenance;
    let mut section = Section::new("control", Depth::Part, "Document control");
    let mut facts = vec![("Model", Text::from(&outcome.title))];
    if let Some(hospital) = provenance.inputs.as_ref().and_then(|inputs| inputs.hospital.as_ref()) {
        facts.push(("Hospital", Text::from(hospital)));
    }
    let program = format!(
        "tailcost {}, value version {}, {} engine",
        provenance.program_version, outcome.value_version, provenance.engine
    );
    facts.extend([
        ("Program", Text::from(program)),
        ("Result", Text::from(format!("{}, seed {}", simulated_years(outcome.years), outcome.seed))),
        ("Config (blake3)", Text::default().code(&provenance.config_hash)),
    ]);
    let people = [
        ("Identifier in the model inventory", "identifier, and the tier of risk it was given"),
        ("Model owner", "name and function"),
        ("Prepared by", "name, credentials, date"),
        ("Validated by", "name, credentials, date; nobody who prepared the model"),
        ("Approved by", "name, function, date, conditions"),
        ("Date of next review", "date, and what would bring it forward"),
    ];
    let all = blanks + people.len();
    facts.extend(people.map(|(name, what)| (name, blank(what))));
    section.text(
        "Written by tailcost from a stored result; no figure in it comes from elsewhere. Amounts are USD a year unless a unit is given. \
         Brackets behind a figure are its 95% interval of sampling error: how far it may be from what endlessly many simulated years would \
         give. They say nothing of inputs that are wrong. A figure without brackets is exact, or the result keeps no interval for it."
    );
    section.text(
        Text::from(format!("{all} places are left for people, marked ")).strong("to be filled in").and(
            " in brackets. Nothing stands there that a program could know. What the program could have computed but was not asked for is \
             called not computed, with the command that computes it; in commands CONFIG is the config of this result and RUN its folder.",
        ),
    );
    section.text(
        "Part I has the headings of ASOP No. 56, Modeling (Actuarial Standards Board). Part II has the areas of SR 26-2, the guidance on \
         model risk management of the Federal Reserve, OCC and FDIC of April 2026, which replaced SR 11-7; it is addressed to banking \
         organizations and is used here as a list of questions. Neither part says that a standard is met: that is for those who sign.",
    );
    section.facts("Identification", facts);
    section
}
