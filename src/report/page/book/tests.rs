//! Does the page of a batch say what the batch found, and nothing of a table as markup?

use super::*;
use crate::outcome::book::{
    BookProvenance, Diversification, HeaviestMember, MemberFailure, Spread, SystemDifference, SystemOption,
};
use crate::outcome::moved::{
    BookPairing, EarlierBatch, FigureCounts, FigureMoved, FigureVerdict, InputsMoved, MappedChange, MemberMoved,
    MembersMoved, Moved, MovedRule, Named,
};
use crate::outcome::{DataFile, Estimate, ExceedancePoint, LevelMeasures, Measures};

const PAYLOAD: &str = "</title></script><script>window.owned=1</script><img src=x onerror=window.owned=2>\"'`";

fn about(value: f64) -> Estimate {
    Estimate { value, low: Some(0.99 * value), high: Some(1.01 * value) }
}

fn measures(mean: f64) -> Measures {
    let at = |level: f64, times: f64| LevelMeasures {
        level,
        return_period: 1.0 / (1.0 - level),
        var: about(times * mean),
        tvar: about(1.2 * times * mean),
    };
    Measures {
        mean: about(mean),
        sd: about(0.3 * mean),
        skewness: None,
        min: 0.1 * mean,
        max: 9.0 * mean,
        quantiles: Vec::new(),
        levels: vec![at(0.95, 2.0), at(0.99, 3.0)],
        twin: None,
        mean_adjusted: None,
    }
}

fn option(tag: &str, name: &str, mean: f64) -> SystemOption {
    let total = measures(mean);
    let point = |p: f64| ExceedancePoint {
        amount: mean * (1.0 - p.ln()),
        probability: Estimate { value: p, low: Some(0.9 * p), high: Some(1.1 * p) },
    };
    let saved = |at: &LevelMeasures| Diversification {
        level: at.level,
        sum_of_var: 1.5 * at.var.value,
        sum_of_tvar: 1.6 * at.tvar.value,
        var: at.var.value,
        tvar: at.tvar.value,
        benefit: 1.0 - 1.0 / 1.6,
    };
    let heavy = |row: u64| HeaviestMember {
        member: format!("m{row}{tag}"),
        name: (row != 2).then(|| format!("Hospital {row}{tag}")),
        row,
        mean: mean / 9.0,
        tvar: mean,
        level: 0.99,
        co_tvar: about(mean * 0.36 / row as f64),
    };
    let spread = |(measure, is_difference): (&str, bool)| Spread {
        measure: format!("{measure}{tag}"),
        less: is_difference.then(|| format!("Domestic{tag}")),
        least: 1e3,
        p05: 2e3,
        p25: 3e3,
        median: 4e3,
        p75: 5e3,
        p95: 6e3,
        greatest: 7e3,
    };
    SystemOption {
        name: format!("{name}{tag}"),
        exceedance: [0.9, 0.5, 0.1, 0.05, 0.01, 0.005].map(point).to_vec(),
        diversification: total.levels.iter().map(saved).collect(),
        heaviest: [1, 2, 3].map(heavy).to_vec(),
        spread: [("mean", false), ("tvar@0.99", false), ("mean", true)].map(spread).to_vec(),
        total,
    }
}

/// A book with everything that a page shows; `tag` ends every text that a user may choose.
fn book(tag: &str) -> Book {
    let scenario = |name: &str| ScenarioOfBook {
        name: format!("{name}{tag}"),
        title: format!("The case{tag}"),
        config_hash: "c".repeat(64),
        options: vec![option(tag, "Domestic", 2e8), option(tag, "Offshore", 4e8)],
        differences: vec![SystemDifference {
            option: format!("Offshore{tag}"),
            baseline: format!("Domestic{tag}"),
            total: measures(2e8),
            probability_costs_more: Estimate { value: 0.25, low: Some(0.24), high: Some(0.26) },
            members_that_pay_more: 0.625,
        }],
    };
    let failure = |row: u64| MemberFailure {
        member: format!("f{row}{tag}"),
        row,
        line: Some(row + 1),
        reason: format!("column beds has \"x\"{tag}"),
    };
    let figure = FigureMoved {
        scenario: format!("article{tag}"),
        option: format!("Offshore{tag}"),
        measure: "mean".into(),
        before: about(3e8),
        now: about(4e8),
        change: 1e8,
        standard_error: Some(1e6),
        z: Some(100.0),
        verdict: FigureVerdict::Moved,
    };
    let named = |id: &str| Named { count: 1, first: vec![format!("{id}{tag}")] };
    let moved = Moved {
        against: EarlierBatch {
            title: format!("Last night{tag}"),
            plan_hash: format!("blake3:{tag}"),
            program_version: "0.1.0".into(),
            value_version: 2,
            years: 1000,
            seed: 1,
            members: 8,
        },
        pairing: BookPairing::SameYears,
        rule: MovedRule { comparisons: 99, false_alarm: 0.01, standard_errors: 4.0, told_beyond: 0.02 },
        inputs: InputsMoved::default(),
        members: MembersMoved { both: 8, new: named("n1"), gone: named("g1"), ..MembersMoved::default() },
        figures: FigureCounts { same: 5, moved: 3, members_moved: 1, members_same: 7, ..FigureCounts::default() },
        largest_z: Some(100.0),
        by_figure: Vec::new(),
        system: vec![figure.clone()],
        system_steps: Vec::new(),
        most_moved: vec![MemberMoved {
            member: format!("m1{tag}"),
            figures: 3,
            largest: figure,
            inputs: vec![MappedChange { key: format!("hospital.beds{tag}"), before: Some(1.0), now: Some(2.0) }],
            steps: Vec::new(),
        }],
        not_attributed: Vec::new(),
    };
    Book {
        schema: 1,
        title: format!("The book{tag}"),
        analysis: Some(format!("Why{tag}")),
        years: 1000,
        seed: 7,
        value_version: 2,
        members: 9,
        failures: vec![failure(4), failure(6)],
        shared: vec![format!("workforce.offshore.breach{tag}")],
        mapped: vec![format!("hospital.inpatient_encounters{tag}")],
        scenarios: vec![scenario("article"), scenario("evidence")],
        moved: Some(moved),
        provenance: BookProvenance {
            program_version: "0.1.0".into(),
            plan: format!("title = \"{tag}\"\n"),
            plan_hash: "a".repeat(64),
            table: DataFile { path: format!("book.csv{tag}"), blake3: "b".repeat(64), location: None },
            configs: vec![format!("schema = 1 # {tag}\n"); 2],
        },
    }
}

fn rendered(book: &Book, reports: &[MemberReport]) -> String {
    String::from_utf8(book_page(book, reports).unwrap()).unwrap()
}

/// Between the tags, runs of space as one.
fn words(html: &str) -> String {
    let body = html.split_once("<body>").unwrap().1.rsplit_once("<script>").unwrap().0;
    let text: String =
        body.split('<').map(|rest| rest.split_once('>').map_or(rest, |(_, text)| text).to_owned() + " ").collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_page_says_what_the_book_says() {
    let report =
        MemberReport { member: "m1".into(), scenario: "article".into(), path: "members/m1/article/report.html".into() };
    let html = rendered(&book(""), &[report]);
    let text = words(&html);
    for said in [
        "Under article, 9 members together cost 400 million USD a year on average with Offshore",
        "and 1.44 billion USD in the worst 1% of years",
        "1 figure of all together moved beyond noise",
        "Offshore costs more than Domestic for 62.5% of members, and for all together in 25.0% of years",
        "24.0% to 26.0%",
        "1 in 100 years costs more (VaR 99)",
        "Worst 1% of years, on average (TVaR 99)",
        "1,440 1,426 to 1,454",
        "37.5%",
        "Hospital 1 m1 1 44.4 400 144.0 142.6 to 145.4 10.0%",
        "3 of 9 make 18.3%",
        "Offshore: average of the worst 1% of years, thousand USD 1.00 2.00 3.00 4.00 5.00 6.00 7.00",
        "2 members have no figures",
        "f4 4 5 column beds has",
        "3 figures of 1 member moved beyond noise",
        "hospital.beds 1 to 2",
        "workforce.offshore.breach",
        "tailcost batch plan.toml --set batch.seed=7 --years 1000",
        &"a".repeat(64),
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert!(html.contains("<a href=\"members/m1/article/report.html\">Hospital 1</a>"));
    // In the ranking of each option of that scenario, and nowhere else.
    assert_eq!(html.matches("href=\"members/").count(), 2, "members without a report have no link");
    for tag in ["section", "table", "figure", "svg", "details", "td", "th"] {
        let opened = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{tag}");
    }
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "each id once");
    for link in html.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(ids.contains(&link), "{link}");
    }
    assert!(!text.contains("NaN") && !text.contains("undefined"));
}

#[test]
fn a_book_without_failures_or_another_night_has_no_such_parts() {
    let mut book = book("");
    (book.failures, book.moved, book.shared) = (Vec::new(), None, Vec::new());
    let html = rendered(&book, &[]);
    for absent in ["id=\"failed\"", "id=\"moved\"", "moved.csv", "failures.csv", "By the plan"] {
        assert!(!html.contains(absent), "{absent}");
    }
}

#[test]
fn words_of_a_plan_stay_words() {
    let report = |tag: &str| MemberReport {
        member: format!("m1{tag}"),
        scenario: format!("article{tag}"),
        path: "members/m1/article/report.html".into(),
    };
    let (plain, html) = (rendered(&book(""), &[report("")]), rendered(&book(PAYLOAD), &[report(PAYLOAD)]));
    assert!(html.contains("&lt;script&gt;window.owned=1"));
    for tag in ["<script", "<title", "<img", "</script", "</title", "<a "] {
        assert_eq!(html.matches(tag).count(), plain.matches(tag).count(), "{tag}");
    }
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let outside: String = tag.split('"').step_by(2).collect();
        assert!(!outside.contains("onerror") && !outside.contains("owned"), "{tag}");
    }
}
