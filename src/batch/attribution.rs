//! Which changed input makes a member's figures, or all members' together, what they are now?
//!
//! The case of before and the case of now live through the same years of the present seed, and so does the case of before with each changed
//! input alone; what all do together beyond the sum of that is told as well.

use super::error::BatchError;
use super::inputs_moved::ScenarioDifferences;
use super::night::Night;
use super::sums::UNIT;
use super::work::Workshop;
use crate::analysis::{Statistic, changes_alone, highest_supported};
use crate::config::{DriverId, Scenario, Value, load};
use crate::engine::{parallel_map, totals};
use crate::outcome::Estimate;
use crate::outcome::book::Book;
use crate::outcome::book::difference_name;
use crate::outcome::comparison::Step;
use crate::outcome::moved::{Attribution, NotAttributed};
use std::collections::BTreeSet;

/// Most years that a step is run for.
const YEARS: u64 = 1 << 14;
/// Fewest years for all members together.
const FEWEST_YEARS: u64 = 1 << 8;
/// Years over all members and steps of a scenario: some seconds of work.
const YEARS_OF_ALL: u64 = 1 << 25;
/// Members run side by side: their years are held in memory.
const CHUNK: usize = 16;
const JOINED: &str = "members that joined";
const LEFT: &str = "members that left";

/// Runs the steps from before to now.
pub(super) struct Attributor<'a> {
    pub workshop: &'a Workshop<'a>,
    pub before: &'a Night,
    pub now: &'a Night,
}

/// The case of a scenario before and now.
pub(super) struct Pair {
    scenario: String,
    /// Place among the present scenarios.
    now_place: usize,
    /// Options that both have.
    options: Vec<String>,
    /// Is the first of them the first in both, which differences are taken to?
    same_baseline: bool,
    before: Mapped,
    now: Mapped,
    steps: Vec<Alone>,
    not_alone: Vec<String>,
    /// Does the config itself differ, so that every member's case does?
    config_differs: bool,
}

/// A config and where the table's values go.
struct Mapped {
    scenario: Scenario,
    /// By key that the table decides before or now: the driver, and the place among the table's values where it is the table that decides.
    keys: Vec<(Option<DriverId>, Option<usize>)>,
}

/// An input that can be changed alone.
enum Alone {
    /// A key that the table decides, by its place among [`Mapped::keys`].
    Key { path: String, key: usize },
    /// A key of the config: the earlier config with the present value.
    Config { path: String, case: Box<Mapped> },
}

impl Alone {
    fn path(&self) -> &str {
        match self {
            Alone::Key { path, .. } | Alone::Config { path, .. } => path,
        }
    }
}

impl Mapped {
    fn new(scenario: Scenario, keys: &[String], mapped: &[String]) -> Self {
        let place = |key: &String| mapped.iter().position(|known| known == key);
        let keys = keys.iter().map(|key| (scenario.find(key).ok(), place(key))).collect();
        Self { scenario, keys }
    }

    /// What a key is for a member with these values of the table.
    fn value(&self, key: usize, values: &[f64]) -> Option<Value> {
        match self.keys[key] {
            (_, Some(place)) => values.get(place).map(|value| Value::Point(*value)),
            (Some(driver), None) => self.scenario.driver(driver).map(|driver| driver.value.clone()),
            (None, None) => None,
        }
    }

    /// The case of a member.
    fn case(&self, values: &[f64]) -> Scenario {
        let mut case = self.scenario.clone();
        for (driver, place) in &self.keys {
            if let (Some(driver), Some(value)) = (driver, place.and_then(|place| values.get(place))) {
                case.set_driver(*driver, Value::Point(*value));
            }
        }
        case
    }
}

/// Yearly totals by option, in the order of [`Pair::options`].
type Columns = Vec<Vec<f64>>;

/// A figure to be led back: its name, the option and what is taken from it, the measure.
type Question<'q> = (String, (usize, Option<usize>), &'q (String, Statistic));

/// A member's years before and now, and with each step alone where that changes anything.
struct Walked {
    before: Columns,
    now: Columns,
    steps: Vec<Option<Columns>>,
}

impl Attributor<'_> {
    /// The scenarios whose cases can be run as they were.
    pub fn pairs(&self, book: &Book, differences: Vec<ScenarioDifferences>) -> (Vec<Pair>, Vec<NotAttributed>) {
        let (mut pairs, mut refused) = (Vec::new(), Vec::new());
        let shared = (&book.shared, &self.workshop.members.plan.shared);
        for difference in differences {
            let scenario = difference.scenario.clone();
            let pair = if book.value_version != crate::VALUE_VERSION {
                Err(format!("the earlier figures are of value version {}", book.value_version))
            } else if shared.0 != shared.1 {
                Err("what strikes all members alike (batch.shared) differs".to_owned())
            } else {
                self.pair(difference)
            };
            match pair {
                Ok(pair) => pairs.push(pair),
                Err(reason) => refused.push(NotAttributed { scenario, reason }),
            }
        }
        (pairs, refused)
    }

    fn pair(&self, difference: ScenarioDifferences) -> Result<Pair, String> {
        if let Some(path) = difference.data.first() {
            return Err(format!("{path} has other bytes than before, and those of before are not kept"));
        }
        let found = difference.found?;
        let before = load(&difference.source, &[]).map_err(|errors| errors.to_string())?.scenario;
        let now = self.workshop.members.plan.scenarios[difference.now].loaded.scenario.clone();
        let (old, new) = (self.before.catalogue(), self.now.catalogue());
        let only_before = old.mapped.iter().filter(|key| !new.mapped.contains(key));
        let keys: Vec<String> = new.mapped.iter().chain(only_before).cloned().collect();
        let mut steps: Vec<Alone> =
            keys.iter().enumerate().map(|(key, path)| Alone::Key { path: path.clone(), key }).collect();
        let mut not_alone = Vec::new();
        // What the table decides is no matter of the config, and told as the table's.
        let own = found.into_iter().filter(|own| own.matters && !keys.contains(&own.change.path.replace('"', "")));
        for difference in own {
            let path = difference.change.path;
            match difference.alone {
                Some(case) => {
                    let case = Box::new(Mapped::new(case, &keys, &old.mapped));
                    steps.push(Alone::Config { path, case });
                }
                None => not_alone.push(path),
            }
        }
        let config_differs = !not_alone.is_empty() || steps.len() > keys.len();
        let names = |case: &Scenario| case.options.iter().map(|option| option.name.clone()).collect::<Vec<_>>();
        let (mut options, others) = (names(&before), names(&now));
        let same_baseline = options.first() == others.first();
        options.retain(|option| others.contains(option));
        let before = Mapped::new(before, &keys, &old.mapped);
        let now = Mapped::new(now, &keys, &new.mapped);
        let now_place = difference.now;
        let scenario = difference.scenario;
        Ok(Pair { scenario, now_place, options, same_baseline, before, now, steps, not_alone, config_differs })
    }

    /// Nothing where the case lacks an option.
    fn years_of(&self, pair: &Pair, case: &Scenario, id: &str, years: u64) -> Option<Columns> {
        let place = |option: &String| case.options.iter().position(|own| own.name == *option);
        let places: Vec<usize> = pair.options.iter().map(place).collect::<Option<_>>()?;
        let columns = totals(&self.workshop.members.model(case, id), 0..years);
        Some(places.into_iter().map(|place| columns[place].clone()).collect())
    }

    /// The years of a member; nothing where none of its inputs differs.
    fn walk(&self, pair: &Pair, id: &str, years: u64) -> Result<Option<Walked>, BatchError> {
        let (Some(old), Some(new)) = (self.before.member(id)?, self.now.member(id)?) else { return Ok(None) };
        let is_changed = |key: usize| {
            let (was, is) = (pair.before.value(key, &old.values), pair.now.value(key, &new.values));
            format!("{was:?}") != format!("{is:?}")
        };
        let keys = pair.before.keys.len();
        if !pair.config_differs && !(0..keys).any(is_changed) {
            return Ok(None);
        }
        let case = pair.before.case(&old.values);
        let step = |step: &Alone| match step {
            Alone::Key { key, .. } => {
                let driver = pair.before.keys[*key].0.filter(|_| is_changed(*key))?;
                let value = pair.now.value(*key, &new.values)?;
                let mut changed = case.clone();
                changed.set_driver(driver, value);
                self.years_of(pair, &changed, id, years)
            }
            Alone::Config { case, .. } => self.years_of(pair, &case.case(&old.values), id, years),
        };
        let steps = pair.steps.iter().map(step).collect();
        let before = self.years_of(pair, &case, id, years);
        let now = self.years_of(pair, &pair.now.case(&new.values), id, years);
        Ok(before.zip(now).map(|(before, now)| Walked { before, now, steps }))
    }

    /// What each changed input does alone to a member.
    pub fn of_member(&self, pairs: &[Pair], id: &str) -> Result<Vec<Attribution>, BatchError> {
        let years = YEARS.min(self.workshop.members.plan.years);
        let mut all = Vec::new();
        for pair in pairs {
            let Some(Walked { before, now, steps }) = self.walk(pair, id, years)? else { continue };
            let (paths, steps): (Vec<&str>, Vec<Columns>) =
                pair.steps.iter().zip(steps).filter_map(|(step, columns)| Some((step.path(), columns?))).unzip();
            all.extend(self.told(pair, years, (&before, &now), &paths, &steps));
        }
        Ok(all)
    }

    /// What each changed input does alone to all members together, those that joined or left among them. `both` have figures before and now,
    /// `changed` are those to which the table gives another value.
    pub fn of_system(
        &self,
        pairs: &[Pair],
        both: &[String],
        changed: &BTreeSet<String>,
    ) -> Result<Vec<Attribution>, BatchError> {
        let good = |night: &Night| -> Vec<String> {
            night.ids().filter(|id| !night.has_failed(id)).map(str::to_owned).collect()
        };
        let common: BTreeSet<&String> = both.iter().collect();
        let only = |night: &Night| good(night).into_iter().filter(|id| !common.contains(id)).collect::<Vec<_>>();
        let (left, joined) = (only(self.before), only(self.now));
        let mut all = Vec::new();
        for pair in pairs {
            let affected: Vec<String> =
                both.iter().filter(|id| pair.config_differs || changed.contains(*id)).cloned().collect();
            if affected.is_empty() && left.is_empty() && joined.is_empty() {
                continue;
            }
            all.extend(self.of_system_under(pair, &affected, &left, &joined)?);
        }
        Ok(all)
    }

    fn of_system_under(
        &self,
        pair: &Pair,
        affected: &[String],
        left: &[String],
        joined: &[String],
    ) -> Result<Vec<Attribution>, BatchError> {
        let models = (affected.len() * (pair.steps.len() + 2) + left.len() + joined.len()) as u64;
        let years = (YEARS_OF_ALL / models.max(1)).clamp(FEWEST_YEARS, YEARS).min(self.workshop.members.plan.years);
        let zero = || vec![vec![0.0; years as usize]; pair.options.len()];
        let (mut change, mut alone) = (zero(), pair.steps.iter().map(|_| None).collect::<Vec<Option<Columns>>>());
        for chunk in affected.chunks(CHUNK) {
            for walked in parallel_map(chunk, |id| self.walk(pair, id, years)) {
                let Some(walked) = walked? else { continue };
                add(&mut change, &walked.now, &walked.before);
                for (sum, step) in alone.iter_mut().zip(&walked.steps) {
                    if let Some(step) = step {
                        add(sum.get_or_insert_with(zero), step, &walked.before);
                    }
                }
            }
        }
        let whole = |night: &Night, case: &Mapped, ids: &[String]| -> Result<Columns, BatchError> {
            let (nothing, mut sums) = (zero(), zero());
            for chunk in ids.chunks(CHUNK) {
                let run = |id: &String| -> Result<Option<Columns>, BatchError> {
                    let kept = night.member(id)?;
                    Ok(kept.and_then(|kept| self.years_of(pair, &case.case(&kept.values), id, years)))
                };
                for columns in parallel_map(chunk, run) {
                    columns?.iter().for_each(|columns| add(&mut sums, columns, &nothing));
                }
            }
            Ok(sums)
        };
        let gone = whole(self.before, &pair.before, left)?;
        let come = whole(self.now, &pair.now, joined)?;
        // From the years of now, which were run with the present seed, back to those of before.
        let (mut before, mut now) = (zero(), zero());
        let catalogue = &self.now.catalogue().scenarios[pair.now_place];
        for (option, name) in pair.options.iter().enumerate() {
            let Some(place) = catalogue.options.iter().position(|own| own == name) else { continue };
            let column = self.now.column(pair.now_place, place)?;
            for year in 0..years as usize {
                let is = column[year] as f64 * UNIT;
                now[option][year] = is;
                before[option][year] = is - change[option][year] - come[option][year] + gone[option][year];
            }
        }
        let (mut paths, mut steps): (Vec<&str>, Vec<Columns>) = (Vec::new(), Vec::new());
        let plus = |columns: &Columns, sign: f64| -> Columns {
            let sum = |(one, other): (&Vec<f64>, &Vec<f64>)| {
                one.iter().zip(other).map(|(one, other)| one + sign * other).collect()
            };
            before.iter().zip(columns).map(sum).collect()
        };
        for (step, sum) in pair.steps.iter().zip(&alone) {
            if let Some(sum) = sum {
                paths.push(step.path());
                steps.push(plus(sum, 1.0));
            }
        }
        for (path, members, columns, sign) in [(JOINED, joined, &come, 1.0), (LEFT, left, &gone, -1.0)] {
            if !members.is_empty() {
                paths.push(path);
                steps.push(plus(columns, sign));
            }
        }
        Ok(self.told(pair, years, (&before, &now), &paths, &steps))
    }

    /// Every option's mean and a tail that the years reach, and every difference's mean.
    fn told(
        &self,
        pair: &Pair,
        years: u64,
        (before, now): (&Columns, &Columns),
        paths: &[&str],
        steps: &[Columns],
    ) -> Vec<Attribution> {
        let levels = &pair.now.scenario.simulation.levels;
        let tail = highest_supported(levels, years).map(|level| {
            let measure = format!("tvar@{}", level.value());
            (measure, Statistic::Tvar(level))
        });
        let mean = ("mean".to_owned(), Statistic::Mean);
        let mut questions: Vec<Question<'_>> = Vec::new();
        for (option, name) in pair.options.iter().enumerate() {
            let both = std::iter::once(&mean).chain(&tail);
            questions.extend(both.map(|statistic| (name.clone(), (option, None), statistic)));
        }
        for (option, name) in pair.options.iter().enumerate().skip(1).filter(|_| pair.same_baseline) {
            questions.push((difference_name(name, Some(&pair.options[0])), (option, Some(0)), &mean));
        }
        let amount = |columns: &Columns, (own, less): (usize, Option<usize>)| -> Vec<f64> {
            let own = &columns[own];
            match less {
                None => own.clone(),
                Some(less) => own.iter().zip(&columns[less]).map(|(own, less)| own - less).collect(),
            }
        };
        let answer = |(option, of, (measure, statistic)): &Question<'_>| {
            let alone = steps.iter().map(|columns| amount(columns, *of)).collect();
            let found = changes_alone(*statistic, amount(before, *of), amount(now, *of), alone);
            let step = |(path, change): (&&str, Estimate)| Step { path: (*path).to_owned(), change };
            let mut steps: Vec<Step> = paths.iter().zip(found.alone).map(step).collect();
            steps.sort_by(|a, b| b.change.value.abs().total_cmp(&a.change.value.abs()));
            Attribution {
                scenario: pair.scenario.clone(),
                option: option.clone(),
                less: of.1.map(|less| pair.options[less].clone()),
                measure: measure.clone(),
                years,
                before: found.before,
                now: found.now,
                steps,
                together: found.together,
                not_alone: pair.not_alone.clone(),
            }
        };
        parallel_map(&questions, answer)
    }
}

/// Adds what some amounts are above others.
fn add(sums: &mut Columns, own: &Columns, less: &Columns) {
    for ((sum, own), less) in sums.iter_mut().zip(own).zip(less) {
        sum.iter_mut().zip(own).zip(less).for_each(|((sum, own), less)| *sum += own - less);
    }
}
