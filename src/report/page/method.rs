//! How were the figures made, and what do they leave out?

use super::html::el;
use super::pieces::Section;
use crate::outcome::Outcome;
use crate::report::method_words;

pub(super) fn section(outcome: &Outcome) -> Section {
    let mut section = Section::new(
        "method",
        "Method and limits",
        "How were these figures made, and what do they leave out?",
        "A year was simulated many times over, for all options at once",
    );
    section.text(method_words::how(outcome));
    if let Some(analysis) = &outcome.provenance.analysis {
        section.add(el("h3").add("What the author of the case says of it"));
        section.add(el("blockquote").add(el("p").add(analysis)));
    }
    section.add(el("h3").add("Words"));
    section.add(
        el("dl").class("words").all(
            method_words::WORDS
                .iter()
                .map(|(term, meaning)| el("div").add(el("dt").add(*term)).add(el("dd").add(*meaning))),
        ),
    );
    section.add(el("h3").add("Limits"));
    let limits = method_words::limits(outcome);
    section.add(el("ul").all(limits.iter().map(|limit| el("li").add(limit))));
    section
}
