//! How does a committee read a result in one file, on a screen, on a phone, on paper?
//!
//! From the outcome alone. A section stands in a file of its own and is on the page where the outcome has its data.

mod book;
mod certainty;
mod comparison;
#[cfg(test)]
mod comparison_tests;
mod composition;
mod crossing;
mod curves;
mod differences;
mod document;
mod first;
mod hourly;
mod html;
mod ignorance;
mod influence;
mod knowing;
mod method;
mod pieces;
mod register;
mod reproduction;
mod stories;
mod stresses;
#[cfg(test)]
mod tests;
mod verdict;

pub use book::{MemberReport, book_page};
pub use comparison::{MOST, Named, comparison_page};
pub(in crate::report) use document::document_page;
pub(in crate::report) use first::{measure_words, mix, question};
#[cfg(test)]
pub(in crate::report) use tests::hostile;
pub(in crate::report) use verdict::verdict;

use super::charts::{ChartError, Part, Pictures, faces, outcome_parts};
use crate::outcome::Outcome;
use html::{Embedded, Html, el};
use pieces::Section;
use sha2::{Digest, Sha256};

static STYLE: &str = include_str!("style.css");
static SCRIPT: &str = include_str!("script.js");

/// The page: one HTML file that needs no network.
///
/// # Errors
/// A chart that cannot be painted.
pub fn page(outcome: &Outcome, pictures: Pictures) -> Result<Vec<u8>, ChartError> {
    let parts = outcome_parts(outcome, pictures)?;
    let sections = sections(outcome, &parts, pictures)?;
    let mut body = Html::default();
    body.add(first::first(outcome));
    body.add(contents(sections.iter().map(|section| (section.id, section.label))));
    let main = sections.into_iter().map(Section::finished);
    body.add(el("div").class("sections").all(main));
    body.add(el("footer").add(closing(outcome)));
    body.add(Html::embedded(Embedded::Data("curves", &curves::data(outcome, &parts))));
    let title = format!("{} - {}", super::findings::totals(outcome), outcome.title);
    Ok(whole(&title, "page", "Skip to the finding", pictures, body))
}

/// A file that needs no network, with the program's own style and script.
fn whole(title: &str, class: &str, skip: &'static str, pictures: Pictures, content: Html) -> Vec<u8> {
    let mut body = Html::default();
    body.add(el("a").class("skip").to("main").add(skip));
    body.add(tools());
    body.add(content);
    body.add(Html::embedded(Embedded::Script(SCRIPT)));
    let main = el("main").class(class).with("id", "main").add(body);
    let html = el("html").with("lang", "en").add(head(title, pictures)).add(el("body").add(main));
    format!("<!doctype html>\n{}", Html::from(html).text()).into_bytes()
}

fn sections(outcome: &Outcome, parts: &[Part], pictures: Pictures) -> Result<Vec<Section>, ChartError> {
    let all = [
        curves::section(outcome, parts),
        differences::section(outcome, parts),
        composition::section(outcome, parts),
        hourly::section(outcome, parts),
        influence::section(outcome, pictures)?,
        crossing::section(outcome, pictures)?,
        stresses::section(outcome, parts),
        knowing::section(outcome, pictures)?,
        stories::section(outcome, pictures)?,
        certainty::section(outcome),
        ignorance::section(outcome, parts),
        register::section(outcome),
        Some(method::section(outcome)),
        Some(reproduction::section(outcome)),
    ];
    Ok(all.into_iter().flatten().collect())
}

fn head(title: &str, pictures: Pictures) -> Html {
    let mut head = Html::default();
    head.add(el("meta").with("charset", "utf-8"));
    head.add(el("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1"));
    head.add(policy(pictures));
    head.add(el("meta").with("name", "color-scheme").with("content", "light dark"));
    head.add(el("title").add(title));
    head.add(Html::embedded(Embedded::Style(&format!("{}{STYLE}", faces()))));
    el("head").add(head).into()
}

/// Nothing is fetched, and the program's own script alone runs: a second wall behind the escaping.
fn policy(pictures: Pictures) -> Html {
    let images = match pictures {
        Pictures::Drawn => "",
        Pictures::Painted => " img-src data:;",
    };
    let digest = super::charts::base64(&Sha256::digest(SCRIPT.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; font-src data:;{images} script-src 'sha256-{digest}'; base-uri 'none'; \
         form-action 'none'"
    );
    el("meta").policy(&policy).into()
}

/// Shown by the script alone.
fn tools() -> Html {
    let button = |id: &'static str, label: &'static str| el("button").with("type", "button").with("id", id).add(label);
    el("div").class("tools").hidden().add(button("theme", "Dark")).add(button("paper", "Print")).into()
}

fn contents<'a>(sections: impl Iterator<Item = (&'a str, &'a str)>) -> Html {
    let links = sections.map(|(id, label)| el("li").add(el("a").to(id).add(label)));
    el("nav").with("aria-label", "Contents").add(el("ol").all(links)).into()
}

fn closing(outcome: &Outcome) -> Html {
    let text = format!(
        "{}. Made by tailcost {} from a stored result, {} and seed {}, config {}. Amounts are USD a year.",
        outcome.title,
        outcome.provenance.program_version,
        super::findings::simulated_years(outcome.years),
        outcome.seed,
        outcome.provenance.config_hash.chars().take(8).collect::<String>()
    );
    el("p").add(text).into()
}
