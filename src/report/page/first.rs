//! What must a committee see on the first screen: question, verdict, how sure, three numbers an option, the limits?

use super::html::{Element, Html, el};
use super::pieces::{amount_words, option_name, share_words};
use super::verdict::verdict;
use crate::outcome::{AppetiteLine, OptionOutcome, Outcome, Verdict};
use crate::report::findings::{self, appetite_amounts, near_level};
use crate::report::format::{grouped, level, one_in};
use crate::report::{breakeven, uncertainty};

pub(super) fn first(outcome: &Outcome) -> Html {
    let verdict = verdict(outcome);
    let mut header = el("header")
        .add(el("p").class("case").add(&outcome.title))
        .add(el("p").class("asked").add(question(outcome)))
        .add(el("h1").add(verdict.sentence))
        .add(el("p").class("sure").add(el("strong").add("How sure: ")).add(verdict.confidence))
        .all(more(outcome));
    if !outcome.options.is_empty() {
        let cards = outcome.options.iter().map(|option| card(outcome, option));
        header = header.add(el("ul").class("options").all(cards));
    }
    if !outcome.appetite.is_empty() {
        let lines = outcome.appetite.iter().map(|line| limit(outcome, line));
        header = header.add(
            el("div")
                .class("appetite")
                .add(el("h2").add(findings::appetite(&outcome.appetite)))
                .add(el("ul").all(lines)),
        );
    }
    header.into()
}

/// What other verbs found of how sure the answer is and of what would change it, each leading to its section.
fn more(outcome: &Outcome) -> Vec<Element> {
    let line = |term: &'static str, fragment: &'static str, text: String| {
        let text = format!(" {}.", text.trim_end_matches('.'));
        el("p").class("sure more").add(el("strong").add(el("a").to(fragment).add(term)).add(":")).add(text)
    };
    let crossings = outcome.break_even.iter().take(MOST_CROSSINGS).enumerate().map(|(index, found)| {
        let term = if index == 0 { "What would change it" } else { "What else would" };
        line(term, "break-even", findings::capitalised(&breakeven::finding(found)))
    });
    let ignorance =
        outcome.uncertainty.iter().map(|found| line("What is not known", "ignorance", uncertainty::finding(found)));
    ignorance.chain(crossings).collect()
}

/// Break-evens on the first screen; their section has all.
const MOST_CROSSINGS: usize = 2;

/// As in `Domestic, Offshore or Blended 60/40: which costs Community hospital least?`
pub(in crate::report) fn question(outcome: &Outcome) -> String {
    let names: Vec<&str> = outcome.options.iter().map(|option| option.name.as_str()).collect();
    let hospital = outcome.provenance.inputs.as_ref().and_then(|inputs| inputs.hospital.as_deref());
    let whom = hospital.unwrap_or("The hospital");
    match names.as_slice() {
        [] => "Nothing was asked.".into(),
        [only] => format!("{whom}: what does {only} cost, in an average year and in a bad one?"),
        [front @ .., last] => {
            format!("{whom}: does {} or {last} cost less, in an average year and in a bad one?", front.join(", "))
        }
    }
}

fn card(outcome: &Outcome, option: &OptionOutcome) -> Html {
    let mut list = el("dl");
    let mut line = |term: String, (value, interval): (String, String)| {
        let figure =
            el("dd").add(el("span").class("figure").add(value)).add(el("span").class("interval").add(interval));
        list = list.clone().add(el("div").add(el("dt").add(term)).add(figure));
    };
    line("Expected cost of a year".into(), amount_words(&option.total.mean));
    if let Some(at) = near_level(&option.total.levels, 0.99) {
        let often = grouped(at.return_period, 0);
        line(format!("1-in-{often}-year cost (VaR {})", level(at.level)), amount_words(&at.var));
    }
    let difference = outcome.differences.iter().find(|difference| difference.option == option.name);
    match difference {
        Some(difference) => {
            let term = format!("Years in which it costs more than {}", difference.baseline);
            line(term, share_words(&difference.probability_costs_more));
        }
        None if outcome.options.len() > 1 => {
            line("Years in which it is the cheapest".into(), share_words(&option.probability_cheapest));
        }
        None => {
            if let Some(at) = near_level(&option.total.levels, 0.99) {
                line(format!("Average of the {}", findings::worst_years(at.level)), amount_words(&at.tvar));
            }
        }
    }
    let mut name = el("div").add(el("h2").add(option_name(outcome, &option.name)));
    if let Some(mix) = mix(outcome, &option.name) {
        name = name.add(el("p").class("mix").add(mix));
    }
    el("li").add(name).add(list).into()
}

/// As in `60% domestic, 40% offshore`; nothing where one workforce does it all under the option's own name.
pub(in crate::report) fn mix(outcome: &Outcome, option: &str) -> Option<String> {
    let mixes = &outcome.provenance.inputs.as_ref()?.mixes;
    let mix = mixes.iter().find(|mix| mix.option == option)?;
    let share = |share: f64| grouped(share * 100.0, if (share * 100.0).fract().abs() < 1e-9 { 0 } else { 1 });
    let parts = mix.shares.iter().map(|part| format!("{}% {}", share(part.share), part.workforce));
    Some(parts.collect::<Vec<_>>().join(", "))
}

fn limit(outcome: &Outcome, line: &AppetiteLine) -> Html {
    let (found, limit) = appetite_amounts(line);
    let (class, word) = match line.verdict {
        Verdict::Within => ("badge within", "Within"),
        Verdict::Breach => ("badge breach", "Breach"),
        Verdict::CannotTell => ("badge unknown", "Cannot tell"),
    };
    let baseline = outcome.options.first().map_or("the first option", |option| &option.name);
    let what = measure_words(&line.measure, &line.option, baseline);
    let mut text = format!(" {what} is {found}; the limit is {limit}.");
    if line.verdict == Verdict::CannotTell {
        text += match line.found.low {
            None => " The interval is withheld: see the cautions.",
            Some(_) => " The interval crosses the limit: more years would tell.",
        };
    }
    el("li").add(el("span").class(class).add(word)).add(" ").add(el("strong").add(&line.name)).add(":").add(text).into()
}

/// A measure as a committee says it: `Offshore's 1-in-100-year cost (VaR 99)`.
pub(in crate::report) fn measure_words(measure: &str, option: &str, baseline: &str) -> String {
    let (statistic, is_gap) = match measure.strip_suffix(" difference") {
        Some(statistic) => (statistic, true),
        None => (measure, false),
    };
    let noun = if is_gap { "gap" } else { "cost" };
    let over = if is_gap { format!(" to {baseline}") } else { String::new() };
    let at = |digits: &str| digits.parse::<f64>().ok().filter(|level| (0.0..1.0).contains(level));
    let words = match statistic.split_once('@') {
        Some(("var", digits)) => at(digits).map(|p| {
            let period = one_in((1e9 / (1.0 - p)).round() / 1e9).replace("1 in ", "1-in-");
            format!("{option}'s {period}-year {noun}{over} (VaR {})", level(p))
        }),
        Some(("tvar", digits)) => at(digits).map(|p| {
            let worst = findings::worst_years(p);
            let of = if is_gap { format!("{option}'s gap{over}") } else { option.to_string() };
            format!("the average of the {worst} of {of} (TVaR {})", level(p))
        }),
        _ => None,
    };
    words.unwrap_or_else(|| match statistic {
        "mean" => format!("{option}'s expected {noun}{over}"),
        "sd" => format!("the standard deviation of {option}'s {noun}{over}"),
        "costs more" => format!("the share of years in which {option} costs more than {baseline}"),
        "regret" => format!("{option}'s expected regret"),
        "cheapest" => format!("the share of years in which {option} is the cheapest"),
        other => format!("{other} of {option}"),
    })
}
