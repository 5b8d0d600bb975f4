//! How does a risk department read a batch in one file: the system, the members that weigh most, what failed, what moved?
//!
//! From the book alone, and from where members have reports of their own. The same book gives the same bytes.

mod again;
mod members;
mod moved;
mod system;
#[cfg(test)]
mod tests;

use super::html::{Element, Html, el};
use super::pieces::{amount_words, cell, swatched};
use super::{contents, whole};
use crate::outcome::book::{Book, ScenarioOfBook};
use crate::report::charts::{ChartError, Pictures};
use crate::report::findings::{near_level, worst_years};
use crate::report::format::{count, grouped, half_width, money};

/// The level that the first screen speaks of, or the nearest that there is.
const LEVEL: f64 = 0.99;

/// Where a member's own report stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberReport {
    pub member: String,
    pub scenario: String,
    /// Of the page, from its own folder, with `/` between the steps.
    pub path: String,
}

/// A part of the page, as the contents know it.
struct Chapter {
    id: String,
    label: String,
    body: Html,
}

impl Chapter {
    fn new(id: impl Into<String>, label: impl Into<String>, question: &str, finding: &str) -> Self {
        let id = id.into();
        let mut body = Html::default();
        body.add(el("p").class("asked").add(question));
        body.add(el("h2").with("id", format!("{id}-finding")).add(finding));
        Self { id, label: label.into(), body }
    }

    fn add(&mut self, part: impl Into<Html>) -> &mut Self {
        self.body.add(part);
        self
    }

    fn text(&mut self, text: impl Into<Html>) -> &mut Self {
        self.add(el("p").add(text))
    }

    fn heading(&mut self, text: &str) -> &mut Self {
        self.add(el("h3").add(text))
    }

    fn finished(self) -> Element {
        let finding = format!("{}-finding", self.id);
        el("section").with("id", &self.id).with("aria-labelledby", finding).add(self.body)
    }
}

/// The page of a batch: one HTML file that needs no network, beside the batch's other files.
///
/// # Errors
/// A chart that cannot be painted.
pub fn book_page(book: &Book, reports: &[MemberReport]) -> Result<Vec<u8>, ChartError> {
    let mut chapters = Vec::new();
    for (index, scenario) in book.scenarios.iter().enumerate() {
        chapters.push(system::chapter(book, index, scenario, reports)?);
    }
    chapters.extend(members::failed(book));
    chapters.extend(book.moved.as_ref().map(moved::chapter));
    chapters.push(members::shared(book));
    chapters.push(again::chapter(book));
    let mut body = Html::default();
    body.add(first(book));
    body.add(contents(chapters.iter().map(|chapter| (chapter.id.as_str(), chapter.label.as_str()))));
    body.add(el("div").class("sections").all(chapters.into_iter().map(Chapter::finished)));
    let closing = format!(
        "{}. Made by tailcost {} from a batch of {} years a member, seed {}. Intervals are 95% and of sampling error alone. Amounts are USD a \
         year.",
        book.title,
        book.provenance.program_version,
        count(book.years),
        book.seed
    );
    body.add(el("footer").add(el("p").add(closing)));
    Ok(whole(&format!("{} - {}", headline(book), book.title), "book", "Skip to the finding", Pictures::Drawn, body))
}

/// As in `12 members`.
fn members_of(number: u64) -> String {
    format!("{} member{}", count(number), if number == 1 { "" } else { "s" })
}

/// As in `1 figure`.
fn figures_of(number: u64) -> String {
    format!("{} figure{}", count(number), if number == 1 { "" } else { "s" })
}

/// What the costliest option costs all members together, under the first scenario.
fn headline(book: &Book) -> String {
    let members = members_of(book.members);
    let Some((scenario, option)) = book.scenarios.iter().find_map(|s| Some((s, s.costliest()?))) else {
        return format!("{members}, no option");
    };
    let under = if book.scenarios.len() > 1 { format!("Under {}, ", scenario.name) } else { String::new() };
    let mean = money(option.total.mean.value, half_width(&option.total.mean));
    let worst = near_level(&option.total.levels, LEVEL).map_or_else(String::new, |at| {
        format!(", and {} in the {}", money(at.tvar.value, half_width(&at.tvar)), worst_years(at.level))
    });
    let most = if scenario.options.len() > 1 { ", the costliest option" } else { "" };
    format!("{under}{members} together cost {mean} a year on average with {}{most}{worst}", option.name)
}

fn first(book: &Book) -> Html {
    let scenarios = match book.scenarios.len() {
        1 => "one scenario".to_owned(),
        several => format!("{several} scenarios"),
    };
    let mut header = el("header")
        .add(el("p").class("case").add(&book.title))
        .add(el("p").class("asked").add("What do all members cost together, and who makes the bad years?"))
        .add(el("h1").add(headline(book)));
    header = header.add(el("p").class("sure").add(format!(
        "{} in the figures, {scenarios}, {} simulated years each, the same years for all.",
        members_of(book.members),
        count(book.years)
    )));
    if !book.failures.is_empty() {
        let failed = format!("{} failed", members_of(book.failures.len() as u64));
        let are = if book.failures.len() == 1 { " and is" } else { " and are" };
        let text = el("p").class("sure").add(el("span").class("badge breach").add("Incomplete")).add(" ");
        header =
            header.add(text.add(el("a").to("failed").add(failed)).add(format!("{are} in no figure of this page.")));
    }
    if let Some(moved) = &book.moved {
        let (class, word) = if moved.drifted() { ("badge breach", "Moved") } else { ("badge within", "Steady") };
        let text = el("p").class("sure").add(el("span").class(class).add(word)).add(" ");
        header = header.add(text.add(el("a").to("moved").add(moved::headline(moved))).add("."));
    }
    header = header.add(el("ul").class("options").all(book.scenarios.iter().map(card)));
    if let Some(analysis) = &book.analysis {
        header = header.add(el("p").add(analysis));
    }
    header.into()
}

/// Mean and bad year of each option under a scenario.
fn card(scenario: &ScenarioOfBook) -> Element {
    let mut list = el("dl");
    for (index, option) in scenario.options.iter().enumerate() {
        let mut figures = Html::default();
        let (value, interval) = amount_words(&option.total.mean);
        figures.add(cell(&format!("{value} on average"), &interval));
        if let Some(at) = near_level(&option.total.levels, LEVEL) {
            let (value, interval) = amount_words(&at.var);
            let years = grouped(at.return_period, 0);
            figures.add(el("span").class("interval").add(format!("1-in-{years}-year cost {value}, {interval}")));
        }
        let name = el("dt").add(swatched(Some(index), &option.name));
        list = list.add(el("div").add(name).add(el("dd").add(figures)));
    }
    el("li").add(el("h2").add(&scenario.name)).add(el("p").class("mix").add(&scenario.title)).add(list)
}
