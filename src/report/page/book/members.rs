//! Which members weigh most, how do figures spread over members, which failed, and what do all share?

use super::{Chapter, MemberReport, members_of};
use crate::outcome::book::{Book, HeaviestMember, ScenarioOfBook, Spread, SystemOption, difference_name};
use crate::report::book::FAILURES_FILE;
use crate::report::findings::worst_years;
use crate::report::format::{count, grouped, level, percent};
use crate::report::page::html::{Html, el};
use crate::report::page::pieces::{Grid, amount_cell, disclosure, plain, swatched, unit_of};

/// Failures that the page tells; the table beside it has them all.
const FAILURES: usize = 200;

/// The members with the largest part in the tail of the costliest option, those of the others behind disclosures.
pub(super) fn heaviest(chapter: &mut Chapter, book: &Book, scenario: &ScenarioOfBook, reports: &[MemberReport]) {
    let Some(option) = scenario.costliest() else { return };
    let Some(at) = option.heaviest.first().map(|member| member.level) else { return };
    let whole = tvar(option, at);
    let parts: f64 = option.heaviest.iter().map(|member| member.co_tvar.value).sum();
    let number = option.heaviest.len() as u64;
    let share = whole.map_or_else(String::new, |whole| {
        let of_all = if number < book.members { format!(" of {}", count(book.members)) } else { String::new() };
        format!(": {number}{of_all} make {}", percent(parts / whole, None))
    });
    chapter.heading(&format!("Who makes the {} of all together with {}{share}", worst_years(at), option.name));
    chapter.text(
        "Co-TVaR is what a member costs on average in the worst years of all members together; over all members it adds up to the TVaR of all \
         together. A member whose co-TVaR is near its own TVaR has its bad years when everybody has.",
    );
    chapter.add(ranking(option, scenario, reports));
    for other in scenario.options.iter().filter(|other| other.name != option.name && !other.heaviest.is_empty()) {
        chapter.add(disclosure(&format!("The same with {}", other.name), ranking(other, scenario, reports)));
    }
}

fn tvar(option: &SystemOption, wanted: f64) -> Option<f64> {
    option.total.levels.iter().find(|at| at.level == wanted).map(|at| at.tvar.value).filter(|tvar| *tvar != 0.0)
}

fn ranking(option: &SystemOption, scenario: &ScenarioOfBook, reports: &[MemberReport]) -> Html {
    // The least of them still has digits before the point.
    let unit = unit_of(option.heaviest.last().map(|member| member.mean).into_iter());
    let at = option.heaviest.first().map_or(super::LEVEL, |member| member.level);
    let head = [
        "Member".to_owned(),
        "Row".into(),
        "Mean".into(),
        format!("Own TVaR {}", level(at)),
        format!("Co-TVaR {}", level(at)),
        "Share of all together".into(),
    ];
    let caption = format!("{}: heaviest members, {}; 95% intervals of sampling error", option.name, unit.label());
    let mut grid = Grid::new(caption, head);
    for member in &option.heaviest {
        let share =
            tvar(option, member.level).map_or_else(|| "-".into(), |all| percent(member.co_tvar.value / all, None));
        grid.row(
            name(member, scenario, reports),
            [
                count(member.row).into(),
                plain(member.mean, unit).into(),
                plain(member.tvar, unit).into(),
                amount_cell(&member.co_tvar, unit),
                share.into(),
            ],
        );
    }
    grid.table()
}

/// Name and id, with a link to the member's own report where there is one.
fn name(member: &HeaviestMember, scenario: &ScenarioOfBook, reports: &[MemberReport]) -> Html {
    let shown = member.name.as_ref().unwrap_or(&member.member);
    let is_of = |report: &&MemberReport| report.member == member.member && report.scenario == scenario.name;
    let mut html: Html = match reports.iter().find(is_of) {
        Some(report) => el("a").beside(&report.path).add(shown).into(),
        None => shown.into(),
    };
    if member.name.is_some() {
        html.add(el("span").class("interval").add(&member.member));
    }
    html
}

/// Order statistics over members.
pub(super) fn spread(chapter: &mut Chapter, scenario: &ScenarioOfBook) {
    if scenario.options.iter().all(|option| option.spread.is_empty()) {
        return;
    }
    chapter.heading("How the figures are spread over members");
    chapter.text(
        "Each member counts once, whatever its size. Half of the members lie between the columns of a quarter and of three quarters.",
    );
    let head = [
        "Figure of a member",
        "Least",
        "5% lie below",
        "A quarter lies below",
        "Middle member",
        "Three quarters lie below",
        "95% lie below",
        "Greatest",
    ];
    let mut grid = Grid::new("Distribution over members", head.map(str::to_owned));
    for (index, option) in scenario.options.iter().enumerate() {
        for spread in &option.spread {
            let (words, values) = in_words(spread, &option.name);
            grid.row(swatched(Some(index), &words), values.into_iter().map(Html::from));
        }
    }
    chapter.add(grid.table());
}

/// The figure as a department reads it, and its values in the unit that the words name.
fn in_words(spread: &Spread, option: &str) -> (String, Vec<String>) {
    let all = [spread.least, spread.p05, spread.p25, spread.median, spread.p75, spread.p95, spread.greatest];
    let (measure, of) = (spread.measure.as_str(), difference_name(option, spread.less.as_deref()));
    match measure {
        "probability_costs_more" => {
            let baseline = spread.less.as_deref().unwrap_or("the first option");
            let words = format!("{option}: chance that a year costs more than with {baseline}");
            (words, all.iter().map(|share| percent(*share, None)).collect())
        }
        "all_in_hourly_rate" => {
            (format!("{of}: all-in hourly rate, USD"), all.iter().map(|rate| grouped(*rate, 2)).collect())
        }
        _ => {
            let what = match (measure, measure.strip_prefix("tvar@").and_then(|at| at.parse::<f64>().ok())) {
                (_, Some(at)) => format!("average of the {}", worst_years(at)),
                ("mean", _) => "average year".to_owned(),
                (other, _) => other.to_owned(),
            };
            let unit = unit_of([spread.p05, spread.median, spread.p95].into_iter());
            let shown = all.iter().map(|amount| plain(*amount, unit)).collect();
            (format!("{of}: {what}, {}", unit.label()), shown)
        }
    }
}

/// Members without figures, and why.
pub(super) fn failed(book: &Book) -> Option<Chapter> {
    let number = book.failures.len();
    if number == 0 {
        return None;
    }
    let have = if number == 1 { "has" } else { "have" };
    let title = format!("{} {have} no figures", members_of(number as u64));
    let mut chapter = Chapter::new("failed", "Failed", "Which members are missing, and why?", &title);
    let mut text: Html = "The figures above are of the others alone. All rows stand in ".into();
    text.add(el("a").beside(FAILURES_FILE).add(FAILURES_FILE)).add(".");
    chapter.text(text);
    let head = ["Member", "Row of the table", "Line of the file", "Reason"].map(str::to_owned);
    let mut grid = Grid::new("Members that failed", head);
    for failure in book.failures.iter().take(FAILURES) {
        let id = if failure.member.is_empty() { "(no id)" } else { &failure.member };
        let line = failure.line.map_or_else(|| "-".to_owned(), count);
        grid.row(id, [count(failure.row).into(), line.into(), el("span").class("reason").add(&failure.reason).into()]);
    }
    chapter.add(grid.table());
    if number > FAILURES {
        chapter.text(format!("And {} more.", count((number - FAILURES) as u64)));
    }
    Some(chapter)
}

/// What strikes all alike, and what each has of its own.
pub(super) fn shared(book: &Book) -> Chapter {
    let title = match book.shared.len() {
        0 => "Members share the world of a year, and nothing else".to_owned(),
        1 => "Members share the world of a year, and one thing more".to_owned(),
        several => format!("Members share the world of a year, and {several} things more"),
    };
    let mut chapter = Chapter::new("shared", "Shared", "What strikes all members in the same year?", &title);
    chapter.text(
        "In a simulated year all members live in the same world: what the configs say of the world is drawn once for all. Everything else is \
         drawn for each member, from its id, and does not change when members are added, removed or put in another order.",
    );
    let keys = |keys: &[String]| el("ul").class("plain").all(keys.iter().map(|key| el("li").add(el("code").add(key))));
    if !book.shared.is_empty() {
        chapter.text("By the plan these strike all members alike too:");
        chapter.add(keys(&book.shared));
    }
    if !book.mapped.is_empty() {
        chapter.text("The table of members decides these keys; whatever else the configs say is the same for all:");
        chapter.add(keys(&book.mapped));
    }
    chapter
}
