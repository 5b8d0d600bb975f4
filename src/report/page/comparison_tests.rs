//! Is the page of several results whole, honest about its verdicts, and deaf to what a config says?

use super::tests::hostile;
use super::{MOST, Named, comparison_page};
use crate::outcome::comparison::{
    Compared, ComparedKind, Comparison, ConfigChange, DriverChange, DriverFigures, MeasureChange, MeasureKind,
    OnlyInOne, Pairing, Step, StepsOf, Verdict,
};
use crate::outcome::{Caution, Estimate, Outcome};
use crate::report::fixtures;

const PAYLOAD: &str = "</title></script><script>window.owned=1</script><img src=x onerror=window.owned=2>\"'`";

/// A comparison in which every text is this one behind a word.
fn compared(text: &str) -> Comparison {
    let word = |at: &str| format!("{at}{text}");
    let side = |at: &str| Compared {
        name: word(at),
        kind: ComparedKind::Outcome,
        title: word("title"),
        years: 1000,
        seed: 1,
        value_version: 1,
        program_version: word("0"),
        config_hash: word("hash"),
    };
    let around = |value: f64| Estimate::between(value, value - 1e4, value + 1e4);
    let row = |measure: &str, kind, verdict| MeasureChange {
        measure: measure.into(),
        option: word("option"),
        kind,
        a: around(3e6),
        b: around(1e6),
        change: -2e6,
        standard_error: Some(7e3),
        z: Some(-285.0),
        verdict,
    };
    let share = MeasureChange {
        a: Estimate::between(0.9, 0.89, 0.91),
        b: Estimate::bare(0.5),
        change: -0.4,
        standard_error: None,
        z: None,
        ..row("costs more", MeasureKind::Probability, Verdict::Unknown)
    };
    let steps = StepsOf {
        option: word("option"),
        baseline: word("first"),
        years: 1000,
        a: 3e6,
        b: 1e6,
        steps: (0..20).map(|i| Step { path: format!("{i}{text}"), change: around(-1e6 / f64::from(i + 1)) }).collect(),
        together: around(2e5),
        not_alone: vec![word("mix")],
    };
    let figures = DriverFigures { law: word("law"), mean: None, sd: None, p5: 1.0, p95: 2.0 };
    Comparison {
        program_version: word("0.1.0"),
        a: side("a"),
        b: side("b"),
        pairing: Pairing::SameYears,
        notes: vec![Caution { code: word("code"), message: word("message") }],
        config: vec![ConfigChange { path: word("path"), a: Some(word("1")), b: None, matters: true }],
        drivers: vec![DriverChange { path: word("driver"), unit: word("unit"), a: Some(figures), b: None }],
        only_in_one: vec![OnlyInOne { what: word("option"), side: "A".into() }],
        baseline: Some(word("first")),
        measures: vec![
            row("mean", MeasureKind::Total, Verdict::Changed),
            row("tvar@0.99", MeasureKind::Total, Verdict::Noise),
            row("labour", MeasureKind::Component, Verdict::Changed),
            share,
        ],
        // Two options whose names make the same file name.
        steps: vec![steps.clone(), steps],
        fail_beyond: None,
    }
}

fn page(outcomes: &[Outcome], text: &str) -> String {
    let named = |(index, outcome)| Named { name: format!("run {index}{text}"), outcome };
    let named: Vec<Named<'_>> = outcomes.iter().enumerate().map(named).collect();
    let comparisons: Vec<Comparison> = outcomes.iter().skip(1).map(|_| compared(text)).collect();
    String::from_utf8(comparison_page(&named, &comparisons, crate::report::charts::Pictures::Drawn).unwrap()).unwrap()
}

#[test]
fn any_results_have_a_whole_page() {
    for (case, outcome) in fixtures::all() {
        for number in [2, 3, MOST] {
            let mut outcomes = vec![outcome.clone(); number];
            outcomes[1] = fixtures::article();
            let html = page(&outcomes, "");
            for tag in ["section", "table", "figure", "svg", "tr", "td", "span", "details", "ul", "li", "p", "h3"] {
                let opened = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
                assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{case}: {tag}");
            }
            let mut ids: Vec<&str> = html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
            for link in html.split(" href=\"#").skip(1) {
                assert!(ids.contains(&link.split('"').next().unwrap()), "{case}: {}", &link[..20]);
            }
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all, "{case}: an id stands once on a page");
            let body = html.split_once("<body>").unwrap().1.rsplit_once("<script>").unwrap().0;
            assert!(!body.contains("NaN") && !body.contains(">inf<"), "{case}");
        }
    }
}

#[test]
fn the_headline_is_never_surer_than_the_results() {
    let headline = |outcomes: &[Outcome]| {
        let html = page(outcomes, "");
        html.split_once("<h1>").unwrap().1.split_once("</h1>").unwrap().0.to_string()
    };
    let sure = fixtures::article();
    assert_eq!(headline(&[sure.clone(), sure.clone()]), "Both results speak for Domestic: it costs least on average");
    let mut other = sure.clone();
    for (option, difference) in other.options.iter_mut().skip(1).zip(&mut other.differences) {
        difference.total.mean = Estimate::between(-1e6, -1.1e6, -0.9e6);
        option.total.mean.value = sure.options[0].total.mean.value - 1e6;
    }
    other.differences[0].total.mean = Estimate::between(-3e6, -3.1e6, -2.9e6);
    other.options[1].total.mean.value -= 2e6;
    assert_eq!(headline(&[sure.clone(), other]), "Run 0 speaks for Domestic; run 1 speaks for Offshore");
    let mut unsure = sure.clone();
    for difference in &mut unsure.differences {
        difference.total.mean.low = Some(-1.0);
    }
    assert!(headline(&[sure, unsure]).contains("run 1 cannot tell which option costs less"));
}

#[test]
fn words_of_a_config_stay_words() {
    let plain = page(&[fixtures::article(), fixtures::article()], "");
    let html = page(&[hostile(), hostile()], PAYLOAD);
    assert!(html.contains("&lt;script&gt;window.owned=1"));
    for tag in ["<script", "<img", "</script", "<title", "</title"] {
        assert_eq!(html.matches(tag).count(), plain.matches(tag).count(), "{tag}");
    }
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let outside: String = tag.split('"').step_by(2).collect();
        assert!(!outside.contains("onerror") && !outside.contains("owned"), "{tag}");
    }
}
