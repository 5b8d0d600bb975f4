//! What does a validator read of a model and its result, under which headings, and what is left for people to fill?
//!
//! From the outcome alone. Headings of ASOP No. 56 (Modeling, Actuarial Standards Board) and areas of SR 26-2 (Board of Governors of the
//! Federal Reserve System, April 2026, which replaced SR 11-7). Nothing that a person must decide is made up: it is a blank. What was not
//! computed names the verb that computes it.

mod control;
mod guidance;
mod limitations;
mod markdown;
mod mitigation;
pub(in crate::report) mod model;
mod purpose;
mod record;
mod reliance;
mod studies;
#[cfg(test)]
mod tests;
mod working;

use crate::outcome::Outcome;
use model::Document;

/// The model document as Markdown: CommonMark with tables.
pub fn document_markdown(outcome: &Outcome) -> Vec<u8> {
    markdown::markdown(&document(outcome)).into_bytes()
}

/// The same as a page that needs no network.
pub fn document_html(outcome: &Outcome) -> Vec<u8> {
    super::page::document_page(outcome, &document(outcome))
}

fn document(outcome: &Outcome) -> Document {
    let mut sections = purpose::sections(outcome);
    sections.extend(working::sections(outcome));
    sections.push(limitations::section(outcome));
    sections.extend(reliance::sections(outcome));
    sections.extend(mitigation::sections(outcome));
    sections.extend(studies::sections(outcome));
    sections.extend(record::sections(outcome));
    sections.extend(guidance::sections(outcome));
    let title = format!("Model document: {}", outcome.title);
    let mut document = Document { title, sections };
    let blanks = document.blanks();
    document.sections.insert(0, control::section(outcome, blanks));
    document
}
