//! How can anyone get the same book again, and where is every figure?

use super::Chapter;
use crate::outcome::book::Book;
use crate::report::book::{BOOK_FILE, HEADLINE_FILE, MEMBERS_FILE, MOVED_FILE};
use crate::report::format::count;
use crate::report::page::html::{Html, el};
use crate::report::page::pieces::{disclosure, scroller};

pub(super) fn chapter(book: &Book) -> Chapter {
    let provenance = &book.provenance;
    let mut chapter = Chapter::new(
        "again",
        "Reproduction",
        "How can anyone get the same figures again?",
        "The same plan, table, seed and years give the same figures to the bit",
    );
    let mut list = el("dl").class("facts");
    let mut fact = |term: &str, value: Html| {
        list = list.clone().add(el("div").add(el("dt").add(term)).add(el("dd").add(value)));
    };
    let command = format!("tailcost batch plan.toml --set batch.seed={} --years {}", book.seed, book.years);
    fact("Command", el("code").add(command).into());
    fact(
        "Program",
        format!("tailcost {}, values of version {}", provenance.program_version, book.value_version).into(),
    );
    fact("Years and seed", format!("{} years of each member, seed {}", count(book.years), book.seed).into());
    fact("Plan (blake3)", el("code").add(&provenance.plan_hash).into());
    let mut table = Html::default();
    table.add(el("code").add(&provenance.table.path)).add(" ").add(el("code").add(&provenance.table.blake3));
    fact("Table of members (blake3)", table);
    for scenario in &book.scenarios {
        fact(&format!("Config of {} (blake3)", scenario.name), el("code").add(&scenario.config_hash).into());
    }
    chapter.add(list);
    chapter.text(
        "Save the plan below as plan.toml beside the table and the configs that it names; the command gives this book on any machine, with any \
         number of threads or shards.",
    );
    let file = |name: &str, what: &str| el("li").add(el("a").beside(name).add(name)).add(format!(": {what}"));
    let mut files = el("ul").class("plain");
    files = files.add(file(HEADLINE_FILE, "mean, TVaR and part in the tail of every member"));
    files = files.add(file(MEMBERS_FILE, "every figure of every member"));
    files = files.add(file(BOOK_FILE, "the figures of this page"));
    if book.moved.is_some() {
        files = files.add(file(MOVED_FILE, "everything that moved"));
    }
    chapter.add(files);
    let text = |label: &str, text: &str| disclosure(label, scroller(label, el("pre").add(el("code").add(text))));
    chapter.add(text("The plan as it was run", &provenance.plan));
    for (scenario, config) in book.scenarios.iter().zip(&provenance.configs) {
        chapter.add(text(&format!("The config of {}", scenario.name), config));
    }
    chapter
}
