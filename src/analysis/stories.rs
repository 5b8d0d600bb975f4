//! Which single years of a run are worth telling, and where does each stand among the others?

use crate::config::{Component, Scenario};
use crate::engine::{Tallies, totals};
use crate::model::{Model, YearTeller};
use crate::outcome::{Against, Chosen, ComponentOfYear, Nearest, OptionOutcome, Outcome, Story};
use crate::statistics::Extreme;
use std::cmp::Ordering;

/// Years that a run looks at again for a rank that its worst years do not reach: some hundredths of a second, and 65 of them lie beyond the
/// 1-in-1,000 year, so that the nearest is close.
pub const SCANNED_BY_A_RUN: u64 = 1 << 16;
/// Worst years of each option that a run tells.
const WORST_TOLD: u64 = 5;
/// Return periods that a run tells, in years.
const PERIODS_TOLD: [u64; 2] = [100, 1000];

/// Relative error of a mean of billions of years.
const ROUNDING: f64 = 1e-9;

/// Why a year cannot be found.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StoryError {
    #[error("the run has {years} years, counted from 0: there is no year {year}")]
    NoSuchYear { year: u64, years: u64 },
    #[error("the run has {years} years: there is no worst year number {place}")]
    NoSuchPlace { place: u64, years: u64 },
    #[error("a return period lies above 1 year and is at most the run's {years}, found {period}")]
    NoSuchPeriod { period: f64, years: u64 },
    #[error(
        "the run has {years} years, of which the first {scanned} are looked at again: worst year number {place} is not \
         among those that it told; years.parquet has the worst 10,000, to be asked for with --year"
    )]
    NotKept { place: u64, years: u64, scanned: u64 },
    #[error(
        "the run has {years} years, of which the first {scanned} are looked at again: they do not reach a return period \
         of {period} years"
    )]
    NotScanned { period: f64, years: u64, scanned: u64 },
}

/// A year that is to be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    pub year: u64,
    pub chosen: Vec<Chosen>,
    /// Among all years of the run, 1 for the worst.
    pub place: Option<u64>,
    pub return_period: Option<f64>,
}

/// The place from the top of a return period's year among `years`: `n - ceil(n (1 - 1/period)) + 1`, which is the order statistic of the VaR.
///
/// ```
/// use tailcost::analysis::place_of_period;
/// assert_eq!(place_of_period(1000.0, 1_000_000), 1001);
/// assert_eq!(place_of_period(3.0, 100), 34);
/// ```
pub fn place_of_period(period: f64, years: u64) -> u64 {
    // Whole periods are divided exactly.
    let beyond =
        if period.fract() == 0.0 && period < 1e18 { years / period as u64 } else { (years as f64 / period) as u64 };
    beyond + 1
}

/// Tells years of a run: the run's figures beside the replayed year.
pub struct Storyteller<'a> {
    outcome: &'a Outcome,
    years: YearTeller<'a>,
}

impl<'a> Storyteller<'a> {
    /// `model` and `scenario` are those of the outcome.
    pub fn new(model: &'a Model, scenario: &'a Scenario, outcome: &'a Outcome) -> Self {
        Self { outcome, years: model.teller(scenario) }
    }

    /// The story of one year of the option at a place, without its sentences.
    pub fn tell(&mut self, option: usize, pick: Pick) -> Story {
        let told = self.years.tell(option, pick.year);
        let OptionOutcome { name, total, components, .. } = &self.outcome.options[option];
        let excess = told.total - total.mean.value;
        // What a total that never varies is off its mean by is rounding.
        let varies = excess.abs() > ROUNDING * told.total.abs();
        let component = |(component, amount): (Component, f64)| {
            let over_the_run = &components[component.key()];
            let mean = over_the_run.mean.value;
            let share = (!over_the_run.excluded && varies).then(|| (amount - mean) / excess);
            ComponentOfYear { component, amount, mean, excluded: over_the_run.excluded, share_of_excess: share }
        };
        let baseline = &self.outcome.options[0].name;
        Story {
            option: name.clone(),
            year: pick.year,
            chosen: pick.chosen,
            total: told.total,
            mean: total.mean.value,
            place: pick.place,
            return_period: pick.return_period,
            against: (option > 0).then(|| Against {
                baseline: baseline.clone(),
                total: told.baseline,
                difference: told.total - told.baseline,
            }),
            sentences: Vec::new(),
            components: Component::ALL.into_iter().zip(told.components).map(component).collect(),
            drivers: told.drivers,
            workforces: told.workforces,
            policy: told.policy,
        }
    }
}

/// The worst five years and the 1-in-100 and 1-in-1,000 year of each option, worst first, from what the run kept of its worst years. Where
/// these do not reach a rank, the year nearest to that amount among the first [`SCANNED_BY_A_RUN`]. A year that is several of these is told once.
pub fn run_stories(model: &Model, scenario: &Scenario, outcome: &Outcome, tallies: &Tallies) -> Vec<Story> {
    let years = tallies.years;
    let kept: Vec<Vec<Extreme>> =
        tallies.counts.alternatives.iter().map(|counts| counts.total.worst.sorted()).collect();
    let is_kept = |place: u64| kept.iter().all(|worst| place <= worst.len() as u64);
    let periods = || PERIODS_TOLD.into_iter().filter(|period| *period <= years);
    let needs_scan = periods().any(|period| !is_kept(place_of_period(period as f64, years)));
    let scan = needs_scan.then(|| Ranking::scan(model, years, SCANNED_BY_A_RUN));
    let mut teller = Storyteller::new(model, scenario, outcome);
    let mut stories = Vec::new();
    for (option, worst) in kept.iter().enumerate() {
        let mut picks: Vec<Pick> = Vec::new();
        let at = |place: u64, chosen: Chosen, picks: &mut Vec<Pick>| {
            let Some(extreme) = worst.get(place as usize - 1) else { return };
            match picks.iter_mut().find(|pick| pick.year == extreme.year) {
                Some(pick) => pick.chosen.push(chosen),
                None => picks.push(Pick {
                    year: extreme.year,
                    chosen: vec![chosen],
                    place: Some(place),
                    return_period: Some(years as f64 / place as f64),
                }),
            }
        };
        for place in 1..=WORST_TOLD {
            at(place, Chosen::Worst { place }, &mut picks);
        }
        for period in periods().rev() {
            let place = place_of_period(period as f64, years);
            if place <= worst.len() as u64 {
                at(place, Chosen::ReturnPeriod { years: period as f64, nearest: None }, &mut picks);
            } else if let Some(scan) = &scan {
                let sketch = tallies.counts.alternatives[option].total.sketch.ranked();
                picks.push(scan.nearest(option, period as f64, sketch.quantile(years - place + 1)));
            }
        }
        stories.extend(picks.into_iter().map(|pick| teller.tell(option, pick)));
    }
    stories
}

/// Yearly totals held in memory, to see where a year stands.
pub struct Ranking {
    /// Years of the run.
    years: u64,
    /// By option, the first years of the run, perhaps all.
    totals: Vec<Vec<f64>>,
}

impl Ranking {
    /// Simulates the run's first years again, at most so many.
    pub fn scan(model: &Model, years: u64, at_most: u64) -> Self {
        let totals = totals(model, 0..years.min(at_most));
        Self { years, totals }
    }

    pub fn scanned(&self) -> u64 {
        self.totals[0].len() as u64
    }

    /// Are these all years of the run?
    pub fn is_complete(&self) -> bool {
        self.scanned() == self.years
    }

    /// The years of the first places from the top of an option, of all years scanned.
    fn top(&self, option: usize, places: u64) -> Vec<u64> {
        let mut ranked: Vec<(f64, u64)> = self.totals[option].iter().copied().zip(0..).collect();
        let by_cost = |a: &(f64, u64), b: &(f64, u64)| worse(a.0, b.0).then(a.1.cmp(&b.1));
        ranked.select_nth_unstable_by(places as usize - 1, by_cost);
        ranked.truncate(places as usize);
        ranked.sort_unstable_by(by_cost);
        ranked.into_iter().map(|(_, year)| year).collect()
    }

    /// How many scanned years are worse than a total, or as bad and earlier.
    fn worse_than(&self, option: usize, total: f64, year: u64) -> u64 {
        let is_worse = |(other, before): (f64, u64)| match worse(other, total) {
            Ordering::Less => true,
            Ordering::Equal => before < year,
            Ordering::Greater => false,
        };
        self.totals[option].iter().copied().zip(0..).filter(|scanned| is_worse(*scanned)).count() as u64
    }

    /// Where a year stands among the run's: exactly where all years were scanned, else about how often one as bad comes.
    fn standing(&self, option: usize, year: u64, total: f64) -> (Option<u64>, Option<f64>) {
        let worse = self.worse_than(option, total, year);
        if self.is_complete() {
            let place = worse + 1;
            return (Some(place), Some(self.years as f64 / place as f64));
        }
        (None, (worse > 0).then(|| self.scanned() as f64 / worse as f64))
    }

    /// A year asked for by its number, whose total the caller knows.
    ///
    /// # Errors
    /// A year that the run does not have.
    pub fn year(&self, option: usize, year: u64, total: f64) -> Result<Pick, StoryError> {
        if year >= self.years {
            return Err(StoryError::NoSuchYear { year, years: self.years });
        }
        let (place, return_period) = self.standing(option, year, total);
        Ok(Pick { year, chosen: vec![Chosen::Asked], place, return_period })
    }

    /// The years of the first places from the worst.
    ///
    /// # Errors
    /// More than the run has, or one that is neither scanned nor among the stories that the run told.
    pub fn worst(&self, outcome: &Outcome, option: usize, places: u64) -> Result<Vec<Pick>, StoryError> {
        if places == 0 || places > self.years {
            return Err(StoryError::NoSuchPlace { place: places, years: self.years });
        }
        if self.is_complete() {
            let years = self.top(option, places).into_iter();
            return Ok(years.zip(1..).map(|(year, place)| self.pick(year, place, Chosen::Worst { place })).collect());
        }
        let name = &outcome.options[option].name;
        let told = |place: u64| {
            let chosen = Chosen::Worst { place };
            let mut stories = outcome.stories.iter();
            let story = stories.find(|story| story.option == *name && story.chosen.contains(&chosen));
            story.map(|story| self.pick(story.year, place, chosen)).ok_or(StoryError::NotKept {
                place,
                years: self.years,
                scanned: self.scanned(),
            })
        };
        (1..=places).map(told).collect()
    }

    /// The year of a return period: the order statistic of its VaR. Where not all years were scanned, the one that the run told, or else
    /// the one of the scanned years.
    ///
    /// # Errors
    /// A period that the years do not reach.
    pub fn period(&self, outcome: &Outcome, option: usize, period: f64) -> Result<Pick, StoryError> {
        if !(period > 1.0 && period <= self.years as f64) {
            return Err(StoryError::NoSuchPeriod { period, years: self.years });
        }
        if self.is_complete() {
            let chosen = Chosen::ReturnPeriod { years: period, nearest: None };
            let place = place_of_period(period, self.years);
            return Ok(self.pick(self.at(option, place), place, chosen));
        }
        let of = &outcome.options[option];
        let is_it =
            |chosen: &&Chosen| matches!(chosen, Chosen::ReturnPeriod { years, nearest: None } if *years == period);
        let mut told = outcome.stories.iter().filter(|story| story.option == of.name);
        if let Some((story, chosen)) = told.find_map(|story| Some((story, *story.chosen.iter().find(is_it)?))) {
            let Story { year, place, return_period, .. } = *story;
            return Ok(Pick { year, chosen: vec![chosen], place, return_period });
        }
        if period > self.scanned() as f64 {
            return Err(StoryError::NotScanned { period, years: self.years, scanned: self.scanned() });
        }
        let known = of.total.levels.iter().find(|level| (level.return_period / period - 1.0).abs() < 1e-9);
        let amount = known.map_or_else(
            || self.totals[option][self.at(option, place_of_period(period, self.scanned())) as usize],
            |level| level.var.value,
        );
        Ok(self.nearest(option, period, amount))
    }

    fn at(&self, option: usize, place: u64) -> u64 {
        *self.top(option, place).last().expect("a place is counted from 1")
    }

    fn pick(&self, year: u64, place: u64, chosen: Chosen) -> Pick {
        let return_period = Some(self.years as f64 / place as f64);
        Pick { year, chosen: vec![chosen], place: Some(place), return_period }
    }

    /// The scanned year whose total is nearest to an amount, the earliest of several.
    fn nearest(&self, option: usize, period: f64, amount: f64) -> Pick {
        let distance = |total: f64| (total - amount).abs();
        let totals = self.totals[option].iter().copied().zip(0..);
        let (_, year) =
            totals.min_by(|a: &(f64, u64), b| distance(a.0).total_cmp(&distance(b.0))).expect("a run has years");
        let nearest = Some(Nearest { scanned: self.scanned(), amount });
        let chosen = vec![Chosen::ReturnPeriod { years: period, nearest }];
        Pick { year, chosen, place: None, return_period: Some(period) }
    }
}

/// Larger totals first; both zeros are equal, as they are to the run.
fn worse(a: f64, b: f64) -> Ordering {
    (b + 0.0).total_cmp(&(a + 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Profiling, Settings, run_case};
    use crate::config::{Source, load};
    use crate::numerics::simd::Instructions;
    use std::sync::atomic::{AtomicBool, AtomicU64};

    fn told(case: &str, years: u64) -> (Outcome, Tallies, Scenario, Model) {
        let loaded = load(&Source::Builtin(case.into()), &[]).unwrap_or_else(|errors| panic!("{errors}"));
        let settings = Settings {
            years,
            seed: 2026,
            threads: 2,
            until: None,
            engine: "fast",
            command: vec![],
            level: Instructions::best(),
            profiling: Profiling::Off,
            control_variates: false,
        };
        let model = Model::new(&loaded.scenario, settings.seed);
        let (mut outcome, tallies, _) =
            run_case(&model, &loaded, &settings, &AtomicBool::new(false), &AtomicU64::new(0)).unwrap();
        outcome.stories = run_stories(&model, &loaded.scenario, &outcome, &tallies);
        (outcome, tallies, loaded.scenario, model)
    }

    fn of<'a>(outcome: &'a Outcome, option: &str, chosen: &Chosen) -> &'a Story {
        outcome.stories.iter().find(|story| story.option == option && story.chosen.contains(chosen)).unwrap()
    }

    #[test]
    fn a_run_tells_its_worst_years_and_those_of_its_vars() {
        let (outcome, tallies, _, model) = told("evidence", 20_000);
        let ranking = Ranking::scan(&model, outcome.years, outcome.years);
        assert!(ranking.is_complete());
        for (o, option) in outcome.options.iter().enumerate() {
            let worst = tallies.counts.alternatives[o].total.worst.sorted();
            for place in 1..=WORST_TOLD {
                let story = of(&outcome, &option.name, &Chosen::Worst { place });
                let extreme = worst[place as usize - 1];
                assert_eq!((story.year, story.total.to_bits()), (extreme.year, extreme.value.to_bits()));
                assert_eq!(
                    (story.place, ranking.worst(&outcome, o, place).unwrap()[place as usize - 1].year),
                    (Some(place), story.year)
                );
            }
            assert_eq!(of(&outcome, &option.name, &Chosen::Worst { place: 1 }).total, option.total.max);
            for (period, level) in [(100.0, 0.99), (1000.0, 0.999)] {
                let story = of(&outcome, &option.name, &Chosen::ReturnPeriod { years: period, nearest: None });
                let var = option.total.levels.iter().find(|at| at.level == level).unwrap().var.value;
                assert_eq!(story.total.to_bits(), var.to_bits(), "{}: 1 in {period}", option.name);
                assert_eq!(ranking.period(&outcome, o, period).unwrap().year, story.year);
                assert_eq!(ranking.year(o, story.year, story.total).unwrap().place, story.place);
            }
        }
        for story in &outcome.stories {
            let shares: f64 = story.components.iter().filter_map(|line| line.share_of_excess).sum();
            assert!((shares - 1.0).abs() < 1e-6, "the shares of the excess add up to {shares}");
            assert_eq!(story.against.is_none(), story.option == outcome.options[0].name);
        }
    }

    /// Of a short run a year is told once, whatever it is.
    #[test]
    fn a_year_is_told_once() {
        let (outcome, ..) = told("article", 1000);
        let first = &outcome.options[0].name;
        let thousandth = of(&outcome, first, &Chosen::ReturnPeriod { years: 1000.0, nearest: None });
        assert!(thousandth.chosen.contains(&Chosen::Worst { place: 2 }), "rank 999 of 1,000: {:?}", thousandth.chosen);
        assert_eq!(outcome.stories.len(), 3 * 6);
        assert_eq!(told("article", 90).0.stories.len(), 3 * 5);
        assert_eq!(told("article", 3).0.stories.len(), 3 * 3);
    }

    /// The 1-in-100 year of 1.2 million is number 12,001 from the top: beyond the worst years kept. The nearest of 65,536 years is within 1% of
    /// the spread: about 655 of them lie beyond, so that their neighbours are some thousandths of it apart.
    #[test]
    fn beyond_the_worst_years_kept_the_nearest_is_told() {
        let (outcome, _, _, model) = told("hfma-2018", 1_200_000);
        let scan = Ranking::scan(&model, outcome.years, SCANNED_BY_A_RUN);
        assert!(!scan.is_complete());
        // Domestic costs the same every year.
        let (o, option) = (1, &outcome.options[1]);
        let at = option.total.levels.iter().find(|at| at.level == 0.99).unwrap();
        let is_it = |chosen: &Chosen| matches!(chosen, Chosen::ReturnPeriod { years: 100.0, nearest: Some(_) });
        let story = outcome.stories.iter().find(|s| s.option == option.name && s.chosen.iter().any(is_it)).unwrap();
        let Chosen::ReturnPeriod { nearest: Some(nearest), .. } = story.chosen[0] else { panic!() };
        assert_eq!((nearest.scanned, nearest.amount), (SCANNED_BY_A_RUN, at.var.value));
        assert!((story.total - at.var.value).abs() < 0.01 * option.total.sd.value);
        assert!(story.year < SCANNED_BY_A_RUN && story.place.is_none());
        // Asked again, of a scan of a part: the same year; what the run told; and what nobody knows is refused.
        assert_eq!(scan.period(&outcome, o, 100.0).unwrap().year, story.year);
        assert_eq!(scan.worst(&outcome, o, 5).unwrap()[4].place, Some(5));
        assert!(matches!(scan.worst(&outcome, o, 6), Err(StoryError::NotKept { place: 6, .. })));
        assert!(matches!(scan.period(&outcome, o, 1e5), Err(StoryError::NotScanned { .. })));
        let unusual = scan.period(&outcome, o, 250.0).unwrap();
        assert!(matches!(unusual.chosen[0], Chosen::ReturnPeriod { nearest: Some(_), .. }));
    }

    #[test]
    fn what_the_run_does_not_have_is_refused() {
        let (outcome, _, _, model) = told("hfma-2018", 500);
        let ranking = Ranking::scan(&model, 500, 500);
        for period in [1.0, 0.0, -3.0, 501.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(ranking.period(&outcome, 1, period), Err(StoryError::NoSuchPeriod { .. })), "{period}");
        }
        assert!(matches!(ranking.worst(&outcome, 1, 501), Err(StoryError::NoSuchPlace { .. })));
        assert!(matches!(ranking.year(1, 500, 0.0), Err(StoryError::NoSuchYear { year: 500, years: 500 })));
        // Ties: the earlier year is the worse one.
        assert_eq!(ranking.worst(&outcome, 0, 3).unwrap()[2].year, 2);
        assert_eq!(ranking.year(0, 7, outcome.options[0].total.max).unwrap().place, Some(8));
    }
}
