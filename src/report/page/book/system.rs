//! What do all members cost together under a scenario, and what do they save by being many?

use super::members::{heaviest, spread};
use super::{Chapter, MemberReport};
use crate::outcome::Estimate;
use crate::outcome::book::{Book, ScenarioOfBook, SystemOption};
use crate::report::charts::{ChartError, system_part};
use crate::report::findings::{capitalised, near_level, worst_years};
use crate::report::format::{grouped, half_width, level, money, one_in, percent};
use crate::report::page::html::Html;
use crate::report::page::pieces::{
    Grid, amount_cell, amount_words, cell, disclosure, figure, plain, share_cell, swatched, unit_of,
};

/// A row for about every so many points of a curve: `batch.json` has them all.
const POINTS: usize = 24;

pub(super) fn chapter(
    book: &Book,
    index: usize,
    scenario: &ScenarioOfBook,
    reports: &[MemberReport],
) -> Result<Chapter, ChartError> {
    let question = format!("{}: what do all members cost together?", scenario.name);
    let mut chapter = Chapter::new(format!("scenario-{}", index + 1), &scenario.name, &question, &finding(scenario));
    chapter.text(&scenario.title);
    chapter.add(figures(scenario));
    if !scenario.differences.is_empty() {
        chapter.add(differences(scenario));
    }
    let title = curve_title(scenario);
    let subtitle = format!("{} · {} · {} years", book.title, scenario.name, grouped(book.years as f64, 0));
    chapter.heading(&title);
    chapter.text(
        "Read a curve from an amount on the base line up to the option's line: on the left is the chance that a year of all members \
         together costs more, on the right how many years pass between such years on average.",
    );
    let part = system_part(scenario, book.years, index, (&title, &subtitle))?;
    chapter.add(figure(&part, points(scenario)));
    chapter.heading("What the members save by being many");
    chapter.text(
        "The bad years of members do not all come together, so all together hold less than the sum of what each would hold alone. A benefit \
         of 0% would mean that they do.",
    );
    chapter.add(diversification(scenario));
    heaviest(&mut chapter, book, scenario, reports);
    spread(&mut chapter, scenario);
    Ok(chapter)
}

/// Who pays more, and how often all together do.
fn finding(scenario: &ScenarioOfBook) -> String {
    let told = scenario.differences.iter().map(|difference| {
        format!(
            "{} costs more than {} for {} of members, and for all together in {} of years",
            difference.option,
            difference.baseline,
            percent(difference.members_that_pay_more, None),
            percent(difference.probability_costs_more.value, half_width(&difference.probability_costs_more))
        )
    });
    let all: Vec<String> = told.collect();
    match (all.is_empty(), scenario.costliest()) {
        (false, _) => capitalised(&all.join("; ")),
        (true, Some(option)) => {
            let mean = &option.total.mean;
            format!("All members together cost {} a year on average", money(mean.value, half_width(mean)))
        }
        (true, None) => "No option was simulated".into(),
    }
}

fn curve_title(scenario: &ScenarioOfBook) -> String {
    let Some((option, at)) = scenario.costliest().and_then(|o| Some((o, near_level(&o.total.levels, super::LEVEL)?)))
    else {
        return "How often a year of all members together costs more than an amount".into();
    };
    let years = grouped(at.return_period, 0);
    format!(
        "One year in {years}, {} costs all members together more than {}",
        option.name,
        money(at.var.value, half_width(&at.var))
    )
}

/// A row for each measure, a column for each option.
fn figures(scenario: &ScenarioOfBook) -> Html {
    let unit = unit_of(scenario.options.iter().map(|option| option.total.mean.value));
    let head = std::iter::once("Figure".to_owned()).chain(scenario.options.iter().map(|option| option.name.clone()));
    let caption = format!("A year of all members together, {}; 95% intervals of sampling error", unit.label());
    let mut grid = Grid::new(caption, head);
    let mut row = |name: String, of: &dyn Fn(&SystemOption) -> Option<Estimate>| {
        let cells =
            scenario.options.iter().map(|option| of(option).map_or_else(Html::default, |e| amount_cell(&e, unit)));
        grid.row(name, cells.collect::<Vec<Html>>());
    };
    row("Average year (mean)".into(), &|option| Some(option.total.mean));
    let levels: Vec<f64> =
        scenario.options.first().map(|o| o.total.levels.iter().map(|at| at.level).collect()).unwrap_or_default();
    let at = |option: &SystemOption, wanted: f64| option.total.levels.iter().find(|at| at.level == wanted).cloned();
    for wanted in &levels {
        let years = grouped((1.0 / (1.0 - wanted)).round(), 0);
        row(format!("1 in {years} years costs more (VaR {})", level(*wanted)), &|o| at(o, *wanted).map(|at| at.var));
    }
    for wanted in &levels {
        let worst = capitalised(&worst_years(*wanted));
        row(format!("{worst}, on average (TVaR {})", level(*wanted)), &|o| at(o, *wanted).map(|at| at.tvar));
    }
    grid.table()
}

fn differences(scenario: &ScenarioOfBook) -> Html {
    let all = &scenario.differences;
    let near = all.iter().find_map(|d| near_level(&d.total.levels, super::LEVEL)).map(|at| at.level);
    let mut head = vec!["Difference".to_owned(), "On average".into()];
    head.extend(near.map(|near| format!("In its {}", worst_years(near))));
    head.extend(["Years in which all together pay more".to_owned(), "Members that pay more on average".into()]);
    let mut grid = Grid::new("Against the first option, in the same years", head);
    for difference in all {
        let amount = |estimate: &Estimate| {
            let (value, interval) = amount_words(estimate);
            cell(&value, &interval)
        };
        let mut cells = vec![amount(&difference.total.mean)];
        if near.is_some() {
            let at = near_level(&difference.total.levels, super::LEVEL);
            cells.push(at.map_or_else(Html::default, |at| amount(&at.tvar)));
        }
        cells.push(share_cell(&difference.probability_costs_more));
        cells.push(percent(difference.members_that_pay_more, None).into());
        let place = scenario.options.iter().position(|option| option.name == difference.option);
        grid.row(swatched(place, &format!("{} less {}", difference.option, difference.baseline)), cells);
    }
    grid.table()
}

fn points(scenario: &ScenarioOfBook) -> Html {
    let mut html = Html::default();
    for option in scenario.options.iter().filter(|option| !option.exceedance.is_empty()) {
        let unit = unit_of(option.exceedance.iter().map(|point| point.amount));
        let head = [format!("Amount, {}", unit.label()), "Years that cost more".into(), "Once in".into()];
        let mut grid = Grid::new(format!("{}: a year of all members together", option.name), head);
        let step = option.exceedance.len().div_ceil(POINTS).max(1);
        for point in option.exceedance.iter().step_by(step) {
            let p = point.probability.value;
            let period = if p > 0.0 { format!("{} years", one_in(1.0 / p).replace("1 in ", "")) } else { "-".into() };
            grid.row(plain(point.amount, unit), [share_cell(&point.probability), period.into()]);
        }
        html.add(disclosure(&option.name, grid.table()));
    }
    html
}

fn diversification(scenario: &ScenarioOfBook) -> Html {
    let all = || scenario.options.iter().flat_map(|option| &option.diversification);
    let unit = unit_of(all().map(|saved| saved.sum_of_tvar));
    let head = [
        "Option".to_owned(),
        "Level".into(),
        "VaR, members' sum".into(),
        "VaR, together".into(),
        "TVaR, members' sum".into(),
        "TVaR, together".into(),
        "Benefit, of TVaR".into(),
    ];
    let mut grid = Grid::new(format!("Diversification, {}", unit.label()), head);
    for (index, option) in scenario.options.iter().enumerate() {
        for saved in &option.diversification {
            let amounts = [saved.sum_of_var, saved.var, saved.sum_of_tvar, saved.tvar].map(|a| plain(a, unit).into());
            // A sum of nothing saves nothing that could be told.
            let benefit = if saved.benefit.is_finite() { percent_of(saved.benefit) } else { "-".into() };
            let cells = std::iter::once(Html::from(format!("{}%", level(saved.level))));
            grid.row(swatched(Some(index), &option.name), cells.chain(amounts).chain([benefit.into()]));
        }
    }
    grid.table()
}

/// A share that may be below 0.
fn percent_of(share: f64) -> String {
    format!("{}%", grouped(100.0 * share, 1))
}
