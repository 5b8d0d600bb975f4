//! Is the page whole, harmless and light for every outcome there is?

use super::*;
use crate::outcome::{AppetiteLine, AppetiteUnit, DriverKind, DriverRecord, Estimate, Inputs, MeasureUnit, Verdict};
use crate::report::charts::break_even_example;
use crate::report::story_words::sentences;
use crate::report::{doubt_fixtures, fixtures, influence_fixtures, story_tests};
use serde_json::Value;

/// Largest page, bytes.
const LARGEST: usize = 2_000_000;

fn rendered(outcome: &Outcome) -> String {
    rendered_with(outcome, Pictures::Drawn)
}

fn rendered_with(outcome: &Outcome, pictures: Pictures) -> String {
    String::from_utf8(page(outcome, pictures).unwrap()).unwrap()
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

/// The article's case with the answer of every verb joined, limits, cautions and inputs.
fn whole() -> Outcome {
    let mut outcome = fixtures::article();
    let names: Vec<String> = outcome.options.iter().map(|option| option.name.clone()).collect();
    let line = |verdict, limit| AppetiteLine {
        name: "Board".into(),
        measure: "tvar@0.99".into(),
        option: names[1].clone(),
        limit,
        unit: AppetiteUnit::Usd,
        found: Estimate::bare(2e6),
        verdict,
    };
    outcome.appetite = vec![line(Verdict::CannotTell, 3e6), line(Verdict::Breach, 1e6), line(Verdict::Within, 4e6)];
    outcome.cautions.push(crate::outcome::Caution { code: "few_years".into(), message: "Few years decide".into() });
    let story = |option: &str, workforce: &str| {
        let mut told = story_tests::storm(option, workforce);
        told.sentences = sentences(&told);
        told
    };
    outcome.stories = vec![story(&names[1], "offshore"), story(&names[2], "offshore")];
    outcome.sensitivity = Some(influence_fixtures::sensitivity(6, 4.2e6, MeasureUnit::Usd));
    outcome.worth = Some(influence_fixtures::worth(4, 2e5));
    outcome.break_even = vec![
        break_even_example(crate::outcome::breakeven::MeasureUnit::Usd, "0", &[1.02], 1.0),
        break_even_example(crate::outcome::breakeven::MeasureUnit::Probability, "0.5", &[], 1e3),
    ];
    outcome.uncertainty = Some(doubt_fixtures::ignorance(&names, 1e6, 5));
    let mut stress = doubt_fixtures::stresses(&names, 1e6, 3);
    stress.reverse = Some(doubt_fixtures::reverse(&names[1]));
    outcome.stress = Some(stress);
    let provenance = &mut outcome.provenance;
    provenance.analysis = Some("What the author says".into());
    provenance.dependence_note = Some("Independent".into());
    provenance.inputs = Some(Inputs {
        hospital: Some("Saint Elsewhere".into()),
        mixes: Vec::new(),
        drivers: vec![DriverRecord {
            path: "workforce.offshore.rate".into(),
            meaning: "What an hour is billed at".into(),
            unit: "USD an hour".into(),
            kind: DriverKind::Yearly,
            law: "pert(min 12, mode 18, max 35)".into(),
            mean: Some(1.0),
            sd: None,
            p5: 0.5,
            p50: 1.0,
            p95: 2.0,
            source: Some("guess".into()),
            biography: Some(crate::outcome::Biography { method: Some("asked".into()), ..Default::default() }),
            is_guess: true,
        }],
    });
    outcome
}

/// Sections that a page can have.
const SECTIONS: [&str; 14] = [
    "bad-years",
    "gaps",
    "lines",
    "hour",
    "matters",
    "break-even",
    "stress",
    "knowing",
    "stories",
    "sure",
    "ignorance",
    "assumptions",
    "method",
    "again",
];

fn section_of<'h>(html: &'h str, id: &str) -> &'h str {
    let (_, rest) = html.split_once(&format!("<section id=\"{id}\"")).unwrap_or_else(|| panic!("{id} is missing"));
    rest.split_once("</section>").unwrap().0
}

#[test]
fn every_chart_has_its_words_and_its_figures() {
    for pictures in [Pictures::Drawn, Pictures::Painted] {
        let html = rendered_with(&whole(), pictures);
        assert!(html.len() < LARGEST, "{pictures:?}: {} bytes", html.len());
        let charts: Vec<&str> =
            html.split("<figure ").skip(1).map(|rest| rest.split_once("</figure>").unwrap().0).collect();
        for chart in &charts {
            let name = chart.split('"').nth(1).unwrap();
            let words = match pictures {
                Pictures::Drawn => {
                    ["", "-phone"].iter().all(|sheet| chart.contains(&format!("<title id=\"{name}{sheet}-title\">")))
                        && chart.contains("<desc ")
                }
                Pictures::Painted => {
                    chart.contains("<img ") && chart.contains(" alt=\"") && !chart.contains(" alt=\"\"")
                }
            };
            assert!(words, "{name} is not described");
            let (_, figures) = chart.split_once("<details>").unwrap_or_else(|| panic!("{name} has no figures"));
            let rows = figures.split_once("<tbody>").map_or(0, |(_, body)| body.matches("<tr>").count());
            assert!(rows > 0, "{name} has no rows");
        }
        let known = |wanted: &str| charts.iter().any(|chart| chart.split('"').nth(1).unwrap().starts_with(wanted));
        for wanted in [
            "exceedance",
            "totals",
            "oep",
            "difference-offshore",
            "makeup",
            "hourly-rate",
            "tornado",
            "variance",
            "shapley",
            "tail",
            "break-even-1",
            "break-even-2",
            "voi",
            "story-costs",
            "horsetail-offshore",
            "ignorance",
            "stress-offshore",
            "stress-changes",
        ] {
            assert!(known(wanted), "{pictures:?}: {wanted} is not on the page");
        }
        let all = html.matches("<svg ").count() + html.matches("<img ").count();
        assert!(all >= charts.len(), "a figure without a picture");
    }
}

#[test]
fn what_other_verbs_found_is_told_on_the_first_screen() {
    let html = rendered(&whole());
    let first = html.split_once("</header>").unwrap().0;
    for link in ["#ignorance", "#break-even"] {
        assert!(first.contains(&format!("href=\"{link}\"")), "{link}");
    }
    assert!(first.contains("36% of the variance") && first.contains("No value of"), "{first}");
    let html = rendered(&fixtures::article());
    let first = html.split_once("</header>").unwrap().0;
    assert!(!first.contains("#ignorance") && !first.contains("#break-even"), "{first}");
}

const PAYLOAD: &str = "</title></script><script>window.owned=1</script><img src=x onerror=window.owned=2>\"'`<svg onload=window.owned=3>${7*7}{{7*7}}javascript:alert(1)";

/// An outcome in which every text that may be any text ends in the payload: texts of one place are changed together, and changed back
/// where no result could say so.
pub(in crate::report) fn hostile() -> Outcome {
    let mut outcome = whole();
    outcome.provenance.quoted_rates =
        outcome.provenance.quoted_rates.iter().map(|(name, rate)| (format!("{name}{PAYLOAD}"), *rate)).collect();
    let mut value = serde_json::to_value(&outcome).unwrap();
    let mut places = std::collections::BTreeSet::new();
    find_texts(&value, String::new(), &mut places);
    for place in places {
        let mut changed = value.clone();
        change_texts(&mut changed, &place, "");
        if serde_json::from_value::<Outcome>(changed.clone()).is_ok() {
            value = changed;
        }
    }
    serde_json::from_value(value).unwrap()
}

/// Where texts stand, all items of a list as one place.
fn find_texts(value: &Value, at: String, places: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::String(_) => _ = places.insert(at),
        Value::Array(items) => items.iter().for_each(|item| find_texts(item, format!("{at}[]"), places)),
        Value::Object(map) => map.iter().for_each(|(key, item)| find_texts(item, format!("{at}.{key}"), places)),
        _ => {}
    }
}

fn change_texts(value: &mut Value, place: &str, at: &str) {
    match value {
        Value::String(text) if at == place => text.push_str(PAYLOAD),
        Value::Array(items) => items.iter_mut().for_each(|item| change_texts(item, place, &format!("{at}[]"))),
        Value::Object(map) => map.iter_mut().for_each(|(key, item)| change_texts(item, place, &format!("{at}.{key}"))),
        _ => {}
    }
}

#[test]
fn words_of_a_config_stay_words() {
    let outcome = hostile();
    for pictures in [Pictures::Drawn, Pictures::Painted] {
        let (plain, html) = (rendered_with(&whole(), pictures), rendered_with(&outcome, pictures));
        for section in SECTIONS {
            assert!(
                section_of(&html, section).contains("&lt;script&gt;window.owned=1"),
                "{section} says nothing hostile"
            );
        }
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
}

/// `TAILCOST_CHART_DIR=DIR cargo test --lib hostile_page` leaves the page for the browser.
#[test]
fn hostile_page() {
    if let Some(folder) = std::env::var_os("TAILCOST_CHART_DIR") {
        std::fs::write(std::path::Path::new(&folder).join("hostile.html"), rendered(&hostile())).unwrap();
    }
}
