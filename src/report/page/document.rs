//! How does the model document look as a page?

use super::html::{Html, el};
use super::pieces::{Grid, scroller};
use super::{closing, contents, whole};
use crate::outcome::Outcome;
use crate::report::charts::Pictures;
use crate::report::document::model::{Block, Depth, Document, Section, Span, Text};

pub(in crate::report) fn document_page(outcome: &Outcome, document: &Document) -> Vec<u8> {
    let mut body = Html::default();
    body.add(el("header").add(el("h1").add(&document.title)));
    let outer = document.sections.iter().filter(|section| section.depth != Depth::Subsection);
    body.add(contents(outer.map(|section| (section.id, section.heading))));
    body.add(el("div").class("sections").all(document.sections.iter().map(section)));
    body.add(el("footer").add(closing(outcome)));
    whole(&document.title, "document", "Skip to the document", Pictures::Drawn, body)
}

fn section(section: &Section) -> Html {
    let (heading, class) = match section.depth {
        Depth::Part => ("h2", "part"),
        Depth::Section => ("h3", "section"),
        Depth::Subsection => ("h4", "subsection"),
    };
    let id = format!("{}-heading", section.id);
    el("section")
        .class(class)
        .with("id", section.id)
        .with("aria-labelledby", &id)
        .add(el(heading).with("id", &id).add(section.heading))
        .all(section.blocks.iter().map(block))
        .into()
}

fn block(block: &Block) -> Html {
    match block {
        Block::Paragraph(words) => el("p").add(text(words)).into(),
        Block::Items(items) => el("ul").all(items.iter().map(|item| el("li").add(text(item)))).into(),
        Block::Table(table) => {
            let mut grid = Grid::new(&table.caption, table.head.iter().cloned());
            grid.rows = table.rows.iter().map(|row| row.iter().map(text).collect()).collect();
            grid.table()
        }
        Block::Quote(words) => el("blockquote").add(el("p").add(words)).into(),
        Block::Listing(lines) => scroller("Config", el("pre").class("wrapped").add(el("code").add(lines))),
    }
}

fn text(text: &Text) -> Html {
    let mut html = Html::default();
    for span in &text.0 {
        html.add(match span {
            Span::Plain(words) => Html::from(words),
            Span::Strong(words) => el("strong").add(words).into(),
            Span::Code(words) => el("code").add(words).into(),
            Span::Blank(what) => el("span").class("blank").add(format!("[to be filled in: {what}]")).into(),
            Span::Link(id, label) => el("a").to(id).add(*label).into(),
        });
    }
    html
}
