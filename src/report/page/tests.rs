//! Is the page whole, harmless and light for every outcome there is?

use super::*;
use crate::outcome::{AppetiteLine, AppetiteUnit, DriverKind, DriverRecord, Estimate, Inputs, Verdict};
use crate::report::fixtures;

/// Largest page, bytes.
const LARGEST: usize = 2_000_000;

fn rendered(outcome: &Outcome) -> String {
    String::from_utf8(page(outcome).unwrap()).unwrap()
}

#[test]
fn every_outcome_has_a_whole_page() {
    for (case, outcome) in fixtures::all() {
        let html = rendered(&outcome);
        assert!(html.len() < LARGEST, "{case}: {} bytes", html.len());
        for tag in [
            "html", "head", "body", "main", "section", "table", "figure", "svg", "details", "script", "style", "td",
            "th",
        ] {
            let opened = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{case}: {tag}");
        }
        // Fonts and the script may spell anything.
        let body = html.split_once("<body>").unwrap().1.rsplit_once("<script>").unwrap().0;
        assert!(!body.contains("NaN") && !body.contains(">inf"), "{case}");
        for option in &outcome.options {
            let escaped = Html::from(option.name.as_str());
            assert!(html.contains(escaped.text()), "{case}: {} is missing", option.name);
        }
        if let Some(folder) = std::env::var_os("TAILCOST_CHART_DIR") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{case}.html")), &html).unwrap();
        }
    }
}

#[test]
fn nothing_is_fetched_and_every_link_leads_somewhere() {
    let html = rendered(&fixtures::article());
    for word in ["http:", "https:", " src=", "url(", "@import", "<link", "<iframe", "<img", "fetch(", "XMLHttp"] {
        let outside: Vec<_> = html.match_indices(word).filter(|(at, _)| !is_known(&html, *at)).collect();
        assert!(outside.is_empty(), "{word}: {}", &html[outside[0].0..(outside[0].0 + 80).min(html.len())]);
    }
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    for link in html.split(" href=\"#").skip(1) {
        assert!(ids.contains(&link.split('"').next().unwrap()), "{}", &link[..20]);
    }
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands once on a page");
}

/// The names of XML and the embedded fonts are addresses that nothing is fetched from.
fn is_known(html: &str, at: usize) -> bool {
    html[at..].starts_with("http://www.w3.org/2000/svg") || html[at..].starts_with("url(data:font/ttf;base64,")
}

/// What a config can say, in every place of an outcome that holds its words.
pub(in crate::report) fn hostile() -> Outcome {
    const PAYLOAD: &str = "</title></script><script>window.owned=1</script><img src=x onerror=window.owned=2>\"'`><svg onload=window.owned=3>${7*7}{{7*7}}javascript:alert(1)";
    let mut outcome = fixtures::article();
    let payload = |at: &str| format!("{at}{PAYLOAD}");
    let names: Vec<String> = outcome.options.iter().map(|option| option.name.clone()).collect();
    let renamed = |name: &str| payload(&names.iter().position(|known| known == name).unwrap().to_string());
    outcome.title = payload("title");
    for option in &mut outcome.options {
        option.name = renamed(&option.name);
    }
    for difference in &mut outcome.differences {
        difference.option = renamed(&difference.option);
        difference.baseline = renamed(&difference.baseline);
    }
    outcome.provenance.quoted_rates =
        outcome.provenance.quoted_rates.iter().map(|(name, rate)| (renamed(name), *rate)).collect();
    outcome.appetite = vec![AppetiteLine {
        name: payload("board"),
        measure: payload("tvar@0.99"),
        option: payload("0"),
        limit: 3e6,
        unit: AppetiteUnit::Usd,
        found: Estimate::bare(2e6),
        verdict: Verdict::CannotTell,
    }];
    outcome.cautions.push(crate::outcome::Caution { code: payload("code"), message: payload("message") });
    let provenance = &mut outcome.provenance;
    provenance.analysis = Some(payload("analysis"));
    provenance.config = payload("config");
    provenance.config_hash = payload("hash");
    provenance.engine = payload("engine");
    provenance.dependence_note = Some(payload("note"));
    provenance.run.command = vec![payload("command")];
    provenance.data_files[0].path = payload("file");
    provenance.inputs = Some(Inputs {
        hospital: Some(payload("hospital")),
        mixes: Vec::new(),
        drivers: vec![DriverRecord {
            path: payload("path"),
            meaning: payload("meaning"),
            unit: payload("unit"),
            kind: DriverKind::Yearly,
            law: payload("law"),
            mean: Some(1.0),
            sd: None,
            p5: 0.5,
            p50: 1.0,
            p95: 2.0,
            source: Some(payload("source")),
            biography: Some(crate::outcome::Biography { method: Some(payload("method")), ..Default::default() }),
            is_guess: true,
        }],
    });
    outcome
}

#[test]
fn words_of_a_config_stay_words() {
    let (plain, html) = (rendered(&fixtures::article()), rendered(&hostile()));
    assert!(html.contains("&lt;script&gt;window.owned=1"));
    // Elements that the payloads name are as many as in a harmless page, and no tag carries what they ask for.
    for tag in ["<script", "<title", "<img", "</script", "</title"] {
        assert_eq!(html.matches(tag).count(), plain.matches(tag).count(), "{tag}");
    }
    assert!(html.contains(r"\u003cscript\u003e"), "and in the data of the script");
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let outside: String = tag.split('"').step_by(2).collect();
        assert!(!outside.contains("onerror") && !outside.contains("onload") && !outside.contains("owned"), "{tag}");
    }
}

/// `TAILCOST_CHART_DIR=DIR cargo test --lib hostile_page` leaves the page for the browser.
#[test]
fn hostile_page() {
    if let Some(folder) = std::env::var_os("TAILCOST_CHART_DIR") {
        std::fs::write(std::path::Path::new(&folder).join("hostile.html"), rendered(&hostile())).unwrap();
    }
}
