//! Is the document whole for every outcome, honest about what it lacks, and deaf to what a config says?

use super::*;
use crate::outcome::{Assertion, Extent, Limit, MeasureUnit, Verification};
use crate::report::{fixtures, influence_fixtures};

fn markdown_of(outcome: &Outcome) -> String {
    String::from_utf8(document_markdown(outcome)).unwrap()
}

fn html_of(outcome: &Outcome) -> String {
    String::from_utf8(document_html(outcome)).unwrap()
}

fn verification(passed: bool) -> Verification {
    let limit = Limit::AtMost(5.0);
    let found = if passed { 1.0 } else { 7.5 };
    let assertion = Assertion {
        group: "twin".into(),
        subject: "Offshore: breach".into(),
        measure: "z".into(),
        found,
        limit,
        false_alarm: 1e-7,
        passed: limit.holds(found),
        detail: "as drawn".into(),
    };
    Verification {
        title: "A case".into(),
        program_version: "0.1.0".into(),
        value_version: 1,
        config_hash: "0".repeat(64),
        seed: 1,
        extent: Extent::Quick,
        only: vec!["twin".into()],
        machine: "Avx2, 2 threads".into(),
        seconds: 1.0,
        false_alarm: 1e-7,
        passed,
        assertions: vec![assertion],
    }
}

#[test]
fn every_outcome_has_a_whole_document() {
    for (case, outcome) in fixtures::all() {
        let (text, html) = (markdown_of(&outcome), html_of(&outcome));
        for heading in [
            "Intended purpose",
            "Limitations",
            "Reliance on data",
            "Reliance on models developed by others",
            "Reliance on experts",
            "Evaluation and mitigation of model risk",
            "9. Documentation",
            "A. Development and use",
            "B. Validation and monitoring",
            "C. Governance and controls",
        ] {
            assert!(text.lines().any(|line| line.starts_with('#') && line.ends_with(heading)), "{case}: {heading}");
            assert!(html.contains(&format!("{heading}</h")), "{case}: {heading}");
        }
        assert!(!text.contains("NaN") && !text.contains(" inf"), "{case}");
        for tag in ["section", "table", "tr", "td", "th", "ul", "li", "p", "span", "code", "strong"] {
            let opened = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{case}: {tag}");
        }
        if let Some(folder) = std::env::var_os("TAILCOST_CHART_DIR") {
            std::fs::write(std::path::Path::new(&folder).join(format!("document-{case}.html")), &html).unwrap();
        }
    }
}

#[test]
fn the_same_is_said_in_both_formats() {
    let outcome = fixtures::article();
    let document = document(&outcome);
    let (text, html) = (markdown_of(&outcome), html_of(&outcome));
    assert_eq!(text.matches("[to be filled in: ").count(), document.blanks());
    assert_eq!(html.matches("class=\"blank\"").count(), document.blanks());
    assert!(text.contains(&format!("{} places are left for people", document.blanks())));
    let rows: usize = document
        .sections
        .iter()
        .flat_map(|section| &section.blocks)
        .map(|block| match block {
            model::Block::Table(table) => table.rows.len() + 1,
            _ => 0,
        })
        .sum();
    assert_eq!(html.matches("<tr>").count(), rows);
    // Every link leads to a section, and ids stand once.
    let mut ids: Vec<&str> = document.sections.iter().map(|section| section.id).collect();
    for link in html.split(" href=\"#").skip(1) {
        let to = link.split('"').next().unwrap();
        assert!(to == "main" || ids.contains(&to), "{to}");
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), document.sections.len());
}

#[test]
fn what_was_not_computed_names_its_command_until_it_was() {
    let mut outcome = fixtures::article();
    let verbs = ["verify", "sensitivity", "uncertainty", "stress", "breakeven", "voi"];
    let named = |text: &str, verb: &str| {
        text.contains("**Not computed:**") && text.contains(&format!("`tailcost {verb} CONFIG"))
    };
    let text = markdown_of(&outcome);
    assert!(verbs.iter().all(|verb| named(&text, verb)), "{text}");
    assert_eq!(text.matches("- Not computed: ").count(), verbs.len(), "and is an open point");
    outcome.verification = Some(verification(true));
    outcome.sensitivity = Some(influence_fixtures::sensitivity(9, 1e6, MeasureUnit::Usd));
    outcome.worth = Some(influence_fixtures::worth(5, 1e5));
    let text = markdown_of(&outcome);
    for verb in ["verify", "sensitivity", "voi"] {
        assert!(!named(&text, verb), "{verb}");
    }
    assert!(text.contains("**Passed:** 1 of 1 assertions hold") && text.contains("the groups twin alone"), "{text}");
    assert!(text.contains("Verified in some groups alone"));
}

#[test]
fn a_failed_verification_is_not_hidden() {
    let mut outcome = fixtures::article();
    outcome.verification = Some(verification(false));
    let text = markdown_of(&outcome);
    assert!(text.contains("**FAILED:** 0 of 1 assertions hold") && text.contains("**What failed**"), "{text}");
    assert!(text.contains("**The verification failed:**"));
    // Made by another program than the result.
    outcome.verification.as_mut().unwrap().value_version += 1;
    assert!(markdown_of(&outcome).contains("another program than the one that made this result"));
    outcome.verification.as_mut().unwrap().assertions.clear();
    outcome.verification.as_mut().unwrap().passed = true;
    let text = markdown_of(&outcome);
    assert!(text.contains("Nothing of this case was asserted") && !text.contains("Passed"), "nothing is no proof");
}

#[test]
fn words_of_a_config_stay_words() {
    let (plain, hostile) = (fixtures::article(), crate::report::page::hostile());
    let tags = |html: &str, tag: &str| html.matches(tag).count();
    let (harmless, html) = (html_of(&plain), html_of(&hostile));
    assert!(html.contains("&lt;script&gt;window.owned=1"));
    for tag in ["<script", "<img", "<svg", "</script", "<title", "</title"] {
        assert_eq!(tags(&html, tag), tags(&harmless, tag), "{tag}");
    }
    let text = markdown_of(&hostile);
    assert!(text.contains(r"\<script\>window.owned=1"));
    let (text, listing) = text.split_once("```text").unwrap();
    assert!(listing.contains("<script>"), "a listing is as it is");
    // A tag outside of a listing or of code is escaped.
    for (at, _) in text.match_indices('<') {
        let line = &text[text[..at].rfind('\n').unwrap_or(0)..at];
        assert!(line.ends_with('\\') || line.matches('`').count() % 2 == 1, "{line}");
    }
}
