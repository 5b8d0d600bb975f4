//! What happened in the worst years?

use super::html::{Html, el};
use super::pieces::{Grid, Section, disclosure, figure, option_name, plain, unit_of};
use crate::outcome::{Chosen, OptionOutcome, Outcome, Story};
use crate::report::charts::{ChartError, Pictures, story_part};
use crate::report::findings::{capitalised, component_name};
use crate::report::format::{count, figure as digits, grouped, money};
use crate::report::story_words::{chosen_words, percentile};

/// Half a cent: a line that is nothing.
const NOTHING: f64 = 0.005;
/// Drivers of a year that are shown, the most unusual first.
const DRIVERS: usize = 8;
/// The story of each option that is told first.
const FIRST: f64 = 1000.0;

pub(super) fn section(outcome: &Outcome, pictures: Pictures) -> Result<Option<Section>, ChartError> {
    let Some(first) = headline(outcome) else { return Ok(None) };
    let finding =
        first.sentences.first().map_or_else(|| "Bad years, told".to_string(), |s| s.trim_end_matches('.').to_string());
    let mut section = Section::new("stories", "The worst years, told", "What happened in the worst years?", &finding);
    section.text(
        "These are simulated years of this run, each replayed to the cent. They show how bad years come about; the next bad year will be \
         another one.",
    );
    // The headline's year first; it stands among its option's years below as well.
    section.add(el("p").class("told").add(first.sentences.iter().skip(1).cloned().collect::<Vec<_>>().join(" ")));
    for part in story_part(outcome, first, pictures)? {
        section.add(figure(&part, costs(first)));
    }
    for option in &outcome.options {
        let stories = told(outcome, option);
        if stories.is_empty() {
            continue;
        }
        section.add(el("h3").add(option_name(outcome, &option.name)));
        let mut rest = Html::default();
        for story in stories {
            // The years of the return periods and the very worst are read; the others are for who asks.
            let is_read = story.chosen.iter().any(|chosen| !matches!(chosen, Chosen::Worst { place } if *place > 1));
            let article = article(story);
            match is_read {
                true => _ = section.add(article),
                false => _ = rest.add(article),
            }
        }
        if !rest.is_empty() {
            section.add(disclosure(&format!("The other worst years of {}", option.name), rest));
        }
    }
    Ok(Some(section))
}

/// The 1-in-1000 year of the option whose bad years cost most.
fn headline(outcome: &Outcome) -> Option<&Story> {
    let of_first = |story: &&Story| {
        story.chosen.iter().any(|c| matches!(c, Chosen::ReturnPeriod { years, .. } if *years == FIRST))
    };
    let costliest = |a: &&Story, b: &&Story| a.total.total_cmp(&b.total);
    outcome.stories.iter().filter(of_first).max_by(costliest).or_else(|| outcome.stories.iter().max_by(costliest))
}

/// Stories of an option, the mildest first.
fn told<'o>(outcome: &'o Outcome, option: &OptionOutcome) -> Vec<&'o Story> {
    let mut stories: Vec<&Story> = outcome.stories.iter().filter(|story| story.option == option.name).collect();
    stories.sort_by(|a, b| a.total.total_cmp(&b.total));
    stories
}

fn article(story: &Story) -> Html {
    let why: Vec<String> = story.chosen.iter().map(chosen_words).collect();
    let heading =
        format!("{}: {} in year {}", capitalised(&why.join(", ")), money(story.total, None), count(story.year));
    let mut article = el("article").class("story").add(el("h4").add(heading));
    article = article.add(el("p").add(story.sentences.join(" ")));
    let mut figures = costs(story);
    figures.add(drivers(story));
    article.add(disclosure("Every line and the unusual inputs of this year", figures)).into()
}

fn costs(story: &Story) -> Html {
    let unit = unit_of([story.total, story.mean].into_iter());
    let head = ["Cost line", "This year", "Average year", "Share of the excess"].map(str::to_string);
    let mut grid = Grid::new(format!("{} in year {}, {}", story.option, count(story.year), unit.label()), head);
    for line in story.components.iter().filter(|line| line.amount.abs().max(line.mean.abs()) >= NOTHING) {
        let mark = if line.excluded { " (left out of the total)" } else { "" };
        let share = line.share_of_excess.map_or_else(|| "-".into(), |share| format!("{}%", grouped(share * 100.0, 1)));
        grid.row(
            format!("{}{mark}", capitalised(component_name(line.component.key()))),
            [plain(line.amount, unit).into(), plain(line.mean, unit).into(), share.into()],
        );
    }
    grid.row("Total", [plain(story.total, unit).into(), plain(story.mean, unit).into(), Html::from("")]);
    grid.table()
}

fn drivers(story: &Story) -> Html {
    let mut rows: Vec<_> = story.drivers.iter().filter(|driver| driver.bore).collect();
    rows.sort_by(|a, b| {
        (b.percentile - 0.5).abs().total_cmp(&(a.percentile - 0.5).abs()).then_with(|| a.path.cmp(&b.path))
    });
    let head = ["Input", "This year", "Usual", "Percentile"].map(str::to_string);
    let mut grid = Grid::new("Inputs that bore on the year, the most unusual first", head);
    for driver in rows.into_iter().take(DRIVERS) {
        let mut name: Html = el("code").add(&driver.path).into();
        name.add(format!(", {}", driver.unit));
        grid.row(
            name,
            [digits(driver.value, 4).into(), digits(driver.usual, 4).into(), percentile(driver.percentile).into()],
        );
    }
    if grid.rows.is_empty() { Html::default() } else { grid.table() }
}
