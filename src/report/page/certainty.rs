//! How sure are the figures, and of what are they sure?

use super::html::{Html, el};
use super::pieces::{Grid, Section, amount_cell, option_name, relative_width, share_cell, unit_of};
use crate::outcome::Outcome;
use crate::report::findings::{self, near_level};
use crate::report::format::{count, grouped, level};
use crate::report::twin::twin_sentence;
use crate::statistics::Estimate;

pub(super) fn section(outcome: &Outcome) -> Option<Section> {
    outcome.options.first()?;
    let mut section = Section::new("sure", "How sure", "How sure are these figures, and of what?", &finding(outcome));
    section.text(format!(
        "Every interval on this page is a 95% interval of sampling error: how far a figure may be from what endlessly many simulated years \
         would give. It says how well {} answer the question as it was put. It says nothing of inputs that are wrong: the assumption \
         register does.",
        findings::simulated_years(outcome.years)
    ));
    section.add(table(outcome));
    section.text(format!(
        "Intervals narrow with the square root of the years: half the width takes four times {} years. The widest ones belong to the rarest \
         years.",
        count(outcome.years)
    ));
    if let Some(text) = twin_sentence(outcome) {
        section.text(format!("Checked against exact means: {text}"));
    }
    if !outcome.cautions.is_empty() {
        section.add(el("h3").add("Cautions"));
        let caution = |caution: &crate::outcome::Caution| {
            el("li").add(el("code").add(&caution.code)).add(": ").add(&caution.message)
        };
        section.add(el("ul").class("cautions").all(outcome.cautions.iter().map(caution)));
    }
    Some(section)
}

fn finding(outcome: &Outcome) -> String {
    let figures = || outcome.options.iter().filter_map(|o| Some((o, near_level(&o.total.levels, 0.99)?)));
    if outcome.options.iter().all(|option| findings::is_certain(&option.total)) {
        return "Nothing varies in this case: its figures are exact".into();
    }
    if let Some((option, _)) = figures().find(|(_, at)| at.tvar.low.is_none()) {
        return format!("The average of {}'s worst years is known without an interval: see the cautions", option.name);
    }
    let widths = figures().filter_map(|(option, at)| Some((option, at, relative_width(&at.tvar)?)));
    match widths.max_by(|a, b| a.2.total_cmp(&b.2)) {
        Some((option, at, width)) => {
            format!(
                "Sampling error is at most {}% of the average of the {}; it is widest for {}",
                grouped((width * 1000.0).ceil() / 10.0, 1),
                findings::worst_years(at.level),
                option.name
            )
        }
        None => "How far the figures may be off".into(),
    }
}

fn table(outcome: &Outcome) -> Html {
    let unit =
        unit_of(outcome.options.iter().filter_map(|o| near_level(&o.total.levels, 0.99)).map(|at| at.tvar.value));
    let head = ["Figure", "Value and 95% interval", "Half the interval's width"].map(str::to_string);
    let mut grid = Grid::new(format!("Sampling error of the main figures; amounts in {}", unit.label()), head);
    let width = |estimate: &Estimate| match relative_width(estimate) {
        Some(0.0) => Html::from("exact"),
        Some(width) => Html::from(format!("{}%", grouped(width * 100.0, 2))),
        None => Html::from("-"),
    };
    for option in &outcome.options {
        let mut row = |what: String, estimate: &Estimate| {
            let mut name = option_name(outcome, &option.name);
            name.add(format!(": {what}"));
            grid.row(name, [amount_cell(estimate, unit), width(estimate)]);
        };
        row("expected cost".into(), &option.total.mean);
        row("standard deviation".into(), &option.total.sd);
        for at in &option.total.levels {
            row(format!("VaR {}", level(at.level)), &at.var);
            row(format!("TVaR {}", level(at.level)), &at.tvar);
        }
    }
    for difference in &outcome.differences {
        let mut name = option_name(outcome, &difference.option);
        name.add(": share of years that cost more");
        let p = &difference.probability_costs_more;
        grid.row(name, [share_cell(p), width(p)]);
    }
    super::pieces::disclosure("Every figure with its interval", grid.table())
}
