//! What must a reader of the result know of its limits?

use super::model::{Depth, Section, Text};
use crate::outcome::Outcome;
use crate::report::method_words::limits;

pub(super) fn section(outcome: &Outcome) -> Section {
    let mut section = Section::new("limitations", Depth::Section, "3. Limitations");
    section.text("Of the model, in every case:");
    section.items(limits(outcome));
    match outcome.cautions.is_empty() {
        true => section.text("The run raised no caution about this result."),
        false => section.text("The run raised these cautions about this result:"),
    }
    section.items(
        outcome
            .cautions
            .iter()
            .map(|caution| Text::default().code(&caution.code).and(format!(": {}", caution.message))),
    );
    section.text(Text::default().blank("limitations of this application beyond these, and how users are told of them"));
    section
}
