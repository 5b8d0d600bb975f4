//! `tailcost explain`: what happened in single years of a run?

use super::exit::Failure;
use super::stored_case::stored_case;
use super::study::{Output, attach, outcome_file};
use crate::analysis::{Pick, Ranking, StoryError, Storyteller};
use crate::config::Loaded;
use crate::data::nearest;
use crate::model::Model;
use crate::outcome::{Outcome, Provenance, Story};
use crate::report::charts::story_charts;
use crate::report::files::{FileError, read_outcome};
use crate::report::format::printable;
use crate::report::story::stories_text;
use crate::report::story_words::sentences;
use clap::{ArgGroup, Args};
use std::path::{Path, PathBuf};

/// Years that are looked at again to see where a year stands: half a second of the article's case.
const SCANNED: u64 = 2_000_000;
/// Worst years that are told at most: each is a page.
const MOST_WORST: u64 = 100;

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("which").required(true).args(["year", "return_period", "worst"]),
    after_help = "\
Examples:
  tailcost run article --out outputs/article
  tailcost explain outputs/article --return-period 1000 --option Offshore
  tailcost explain outputs/article --worst 2 --charts charts --json worst.json
  tailcost explain outputs/article --year 41
  tailcost explain outputs/article --return-period 250 --attach

The years are simulated again from the config and the data files that the run read, to the same bits. A data file that has \
changed since is refused."
)]
pub struct Explain {
    /// Directory of a run, or its outcome.json
    pub run: PathBuf,
    /// The year of this number, counted from 0, in every option or the one of --option
    #[arg(long, value_name = "N", value_parser = number)]
    pub year: Option<u64>,
    /// The year of this return period, in years: the order statistic of its VaR
    #[arg(long, value_name = "T", value_parser = period)]
    pub return_period: Option<f64>,
    /// The worst years, so many
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(1..=MOST_WORST))]
    pub worst: Option<u64>,
    /// The option whose year it is; default: the one that costs most there, with --year all
    #[arg(long, value_name = "NAME")]
    pub option: Option<String>,
    /// Put the stories into the run's outcome.json
    #[arg(long)]
    pub attach: bool,
    #[command(flatten)]
    pub output: Output,
}

pub fn explain(arguments: &Explain) -> Result<(), Failure> {
    arguments.output.limit_threads();
    let path = outcome_file(&arguments.run);
    let outcome = stored(&path)?;
    let option = arguments.option.as_deref().map(|name| place_of(name, &outcome)).transpose()?;
    if let Some(year) = arguments.year.filter(|year| *year >= outcome.years) {
        return Err(refused(StoryError::NoSuchYear { year, years: outcome.years }));
    }
    let Provenance { config, config_hash, data_files, .. } = &outcome.provenance;
    let loaded = stored_case(&path, config, config_hash, data_files)?;
    let model = Model::new(&loaded.scenario, outcome.seed);
    let stories = told(arguments, option, &outcome, &loaded, &model)?;
    let text = stories_text(&outcome, &stories);
    let mut written = arguments.output.write(&stories, || story_charts(&outcome, &stories))?;
    if arguments.attach {
        let mut added = String::new();
        attach(&path, &loaded.hash, |outcome| added = join(outcome, stories))?;
        written += &format!("\n{added} added to {}\n", path.display());
    }
    super::print(&(text + &written))
}

/// The stored outcome, if its years can be simulated again by this program.
fn stored(path: &Path) -> Result<Outcome, Failure> {
    let outcome = read_outcome(path).map_err(|error| match error {
        FileError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => Failure::input(format!(
            "error: there is no result at {}; expected the directory of a run or its outcome.json, as `tailcost run article \
             --out DIR` leaves it",
            path.display()
        )),
        FileError::Io { .. } => Failure::internal(error),
        broken => Failure::input(format!("error: {broken}")),
    })?;
    let name = path.display();
    if let Some(member) = &outcome.provenance.member {
        return Err(Failure::input(format!(
            "error: {name} is of member {} of a batch, whose years are keyed by the member; its report.html tells the worst of them",
            printable(&member.id)
        )));
    }
    if outcome.provenance.engine != "fast" {
        return Err(Failure::input(format!(
            "error: {name} was run by the {} engine, whose years are not those of the fast one; run the case with --engine fast",
            outcome.provenance.engine
        )));
    }
    if outcome.value_version != crate::VALUE_VERSION {
        return Err(Failure::input(format!(
            "error: {name} was run by tailcost {} with value version {}; this program draws the values of version {}: explain \
             it with the program that ran it, or run it again",
            outcome.provenance.program_version,
            outcome.value_version,
            crate::VALUE_VERSION
        )));
    }
    if outcome.options.is_empty() || outcome.years == 0 {
        return Err(Failure::input(format!("error: {name} has no option or no year to tell of")));
    }
    Ok(outcome)
}

/// The place of the option of that name.
fn place_of(name: &str, outcome: &Outcome) -> Result<usize, Failure> {
    let names = || outcome.options.iter().map(|option| option.name.as_str());
    names().position(|known| known == name).ok_or_else(|| {
        let close = nearest(name, names()).map_or_else(String::new, |close| format!("; did you mean {close:?}?"));
        let known: Vec<String> = names().map(|known| format!("{known:?}")).collect();
        Failure::input(format!(
            "error: --option: the run has no option {name:?}{close}\nthe options are {}",
            known.join(", ")
        ))
    })
}

/// The stories asked for.
fn told(
    arguments: &Explain,
    option: Option<usize>,
    outcome: &Outcome,
    loaded: &Loaded,
    model: &Model,
) -> Result<Vec<Story>, Failure> {
    let mut teller = Storyteller::new(model, &loaded.scenario, outcome);
    let ranking = Ranking::scan(model, outcome.years, SCANNED);
    let options = || match option {
        Some(option) => option..option + 1,
        None => 0..outcome.options.len(),
    };
    let total = |option: usize, pick: &Pick, teller: &mut Storyteller<'_>| teller.tell(option, pick.clone()).total;
    let picks: Vec<(usize, Pick)> = if let Some(year) = arguments.year {
        let all = options().map(|option| {
            let asked = Pick { year, chosen: Vec::new(), place: None, return_period: None };
            let total = total(option, &asked, &mut teller);
            Ok((option, ranking.year(option, year, total)?))
        });
        all.collect::<Result<_, StoryError>>().map_err(refused)?
    } else {
        // Of the options, the one that costs most there.
        let find = |option: usize| match arguments.return_period {
            Some(period) => ranking.period(outcome, option, period),
            None => ranking.worst(outcome, option, 1).map(|mut worst| worst.remove(0)),
        };
        let found = options().map(|option| Ok((option, find(option)?)));
        let found: Vec<(usize, Pick)> = found.collect::<Result<_, StoryError>>().map_err(refused)?;
        let costs: Vec<f64> = found.iter().map(|(option, pick)| total(*option, pick, &mut teller)).collect();
        let most = (0..found.len()).reduce(|best, i| if costs[i] > costs[best] { i } else { best });
        let (option, pick) = found[most.expect("a run has an option")].clone();
        match arguments.worst {
            None => vec![(option, pick)],
            Some(worst) => {
                let picks = ranking.worst(outcome, option, worst).map_err(refused)?;
                picks.into_iter().map(|pick| (option, pick)).collect()
            }
        }
    };
    let tell = |(option, pick): (usize, Pick)| {
        let mut story = teller.tell(option, pick);
        story.sentences = sentences(&story);
        story
    };
    let stories: Vec<Story> = picks.into_iter().map(tell).collect();
    agree(outcome, &stories)?;
    Ok(stories)
}

/// Do years that the run told have the same totals now?
fn agree(outcome: &Outcome, stories: &[Story]) -> Result<(), Failure> {
    for story in stories {
        let same = |told: &&Story| told.option == story.option && told.year == story.year;
        if let Some(told) = outcome.stories.iter().find(same)
            && told.total.to_bits() != story.total.to_bits()
        {
            return Err(Failure::input(format!(
                "error: year {} of {} costs {} USD in the run and {} USD now: another program ran it; run the case again",
                story.year, story.option, told.total, story.total
            )));
        }
    }
    Ok(())
}

/// Adds what the outcome does not tell yet; says how many.
fn join(outcome: &mut Outcome, stories: Vec<Story>) -> String {
    let before = outcome.stories.len();
    for story in stories {
        let same = |told: &&mut Story| told.option == story.option && told.year == story.year;
        match outcome.stories.iter_mut().find(same) {
            Some(told) => {
                for chosen in story.chosen {
                    if !told.chosen.contains(&chosen) {
                        told.chosen.push(chosen);
                    }
                }
            }
            None => outcome.stories.push(story),
        }
    }
    match outcome.stories.len() - before {
        0 => "no story".into(),
        1 => "1 story".into(),
        several => format!("{several} stories"),
    }
}

fn refused(error: StoryError) -> Failure {
    Failure::input(format!("error: {error}"))
}

/// Reads the number of a year: 41, 123_456, 1e6.
fn number(text: &str) -> Result<u64, String> {
    match text {
        "0" => Ok(0),
        _ => super::args::years(text),
    }
}

fn period(text: &str) -> Result<f64, String> {
    let period = text.replace(['_', ','], "").parse::<f64>().ok().filter(|period| period.is_finite() && *period > 1.0);
    period.ok_or_else(|| format!("expected a number of years above 1, as in 1000, found {text:?}"))
}
