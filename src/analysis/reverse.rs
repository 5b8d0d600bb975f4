//! Which year would bring a given loss most easily?
//!
//! Of the simulated years beyond the loss, the one with the highest joint density: the design point of first-order reliability (Hasofer and
//! Lind 1974, doi 10.1061/JMCEA3.0001848; with dependence Der Kiureghian and Liu 1986, doi 10.1061/(ASCE)0733-9399(1986)112:1(85)), looked for among
//! years that were simulated instead of along a gradient, since years have events as well as drivers.

use super::stress::StressBase;
use crate::config::{CopulaKind, DependenceGroup, Scenario, Value, WorkforceDriver};
use crate::dependence::cholesky;
use crate::engine::parallel_map;
use crate::model::OptionYear;
use crate::numerics::Probability;
use crate::numerics::elementary::{ln, ln_1p};
use crate::numerics::special::{ln_choose, ln_factorial, normal_quantile, student_t_quantile};
use crate::outcome::{
    DesignYear, EventShare, ReverseStress, TypicalDriver, UnusualDriver, UnusualEvent, WorkforceOfYear,
};
use crate::statistics::Level;
use std::collections::BTreeMap;

/// Which loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Beyond {
    /// USD.
    Amount(f64),
    /// The VaR of the level `1 - 1 / years`.
    ReturnPeriod(f64),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReverseError {
    #[error("no option is named `{found}`; options are {known}")]
    NoSuchOption { found: String, known: String },
    #[error("a return period is a number of years above 1; found {0}")]
    NotAPeriod(f64),
    #[error(
        "none of the {years} simulated years of {option} costs more than {beyond} USD; the worst costs {worst} USD"
    )]
    NoYear { option: String, years: u64, beyond: f64, worst: f64 },
}

/// Years that are looked at one by one, from the first: more would take more than seconds.
const MOST_TOLD: usize = 20_000;
/// Years from which shares of usual years are taken.
const USUAL: u64 = 5_000;
/// Years that are reported, the most probable first.
const REPORTED: usize = 5;
/// Years told by one teller.
const BATCH: usize = 64;
/// A driver that bore in fewer years beyond than this says nothing typical.
const FEWEST_BEARING: usize = 10;
/// Drivers closer to their medians than this are as usual.
const USUAL_SCORE: f64 = 0.5;

/// The most probable years beyond a loss, and what the years beyond have in common.
///
/// # Errors
/// When the option is unknown, the period none, or no simulated year is beyond.
pub fn reverse_stress(
    scenario: &Scenario,
    base: &StressBase,
    option: Option<&str>,
    beyond: Beyond,
) -> Result<ReverseStress, ReverseError> {
    let options = &base.sample.options;
    let place = match option {
        None => usize::from(options.len() > 1),
        Some(name) => options
            .iter()
            .position(|known| known == name)
            .ok_or_else(|| ReverseError::NoSuchOption { found: name.to_owned(), known: options.join(", ") })?,
    };
    let totals = &base.sample.totals[place];
    let years = totals.len() as u64;
    let amount = match beyond {
        Beyond::Amount(amount) => amount,
        Beyond::ReturnPeriod(period) => {
            let level = Level::new(1.0 - 1.0 / period).map_err(|_| ReverseError::NotAPeriod(period))?;
            let mut sorted = totals.clone();
            *sorted.select_nth_unstable_by(level.rank(years) as usize - 1, f64::total_cmp).1
        }
    };
    let found: Vec<u64> = (0..years).filter(|year| totals[*year as usize] > amount).collect();
    if found.is_empty() {
        let worst = totals.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        return Err(ReverseError::NoYear { option: options[place].clone(), years, beyond: amount, worst });
    }
    let ordinary = Ordinary::new(scenario, place);
    let tell = |years: &[u64]| -> Vec<Told> {
        let batches: Vec<&[u64]> = years.chunks(BATCH).collect();
        let told = parallel_map(&batches, |batch| {
            let mut teller = base.model.teller(scenario);
            batch.iter().map(|year| ordinary.told(*year, &teller.tell(place, *year))).collect::<Vec<Told>>()
        });
        told.concat()
    };
    let beyond_years = tell(&found[..found.len().min(MOST_TOLD)]);
    let usual = tell(&(0..years.min(USUAL)).collect::<Vec<u64>>());
    let mut distances: Vec<f64> = beyond_years.iter().map(Told::distance).collect();
    let mut order: Vec<usize> = (0..beyond_years.len()).collect();
    order.sort_by(|a, b| distances[*a].total_cmp(&distances[*b]));
    let design = order.iter().take(REPORTED).map(|index| beyond_years[*index].reported()).collect();
    distances.sort_by(f64::total_cmp);
    Ok(ReverseStress {
        option: options[place].clone(),
        beyond: amount,
        return_period: years as f64 / found.len() as f64,
        years,
        years_beyond: found.len() as u64,
        looked_at: beyond_years.len() as u64,
        design,
        typical: typical(&beyond_years),
        events: shares(&beyond_years, &usual),
        median_distance: distances[distances.len() / 2],
    })
}

/// What the most probable year is, in words.
pub fn reverse_definitions() -> Vec<String> {
    vec![
        "Most probable year: of the simulated years beyond the loss, the one with the highest joint density of drivers, counts and amounts, each \
         on its standard normal scale (a dependence group with its correlations), times the probability of what happened: the design point \
         of first-order reliability (Hasofer and Lind 1974)."
            .to_owned(),
        "Distance: the root of twice the log of how much less probable the year is than one with every driver at its median and nothing \
         happening: in standard deviations."
            .to_owned(),
    ]
}

/// A year, as coordinates and events.
#[derive(Debug, Clone)]
struct Told {
    year: u64,
    total: f64,
    drivers: Vec<UnusualDriver>,
    events: Vec<UnusualEvent>,
    /// Path and words of what happened, without numbers.
    happened: Vec<(String, &'static str)>,
    drivers_part: f64,
    events_part: f64,
}

impl Told {
    fn distance(&self) -> f64 {
        (self.drivers_part + self.events_part).max(0.0).sqrt()
    }

    fn reported(&self) -> DesignYear {
        let mut drivers = self.drivers.clone();
        drivers.retain(|driver| driver.score.abs() > USUAL_SCORE);
        drivers.sort_by(|a, b| b.score.abs().total_cmp(&a.score.abs()));
        DesignYear {
            year: self.year,
            total: self.total,
            distance: self.distance(),
            drivers_part: self.drivers_part,
            events_part: self.events_part,
            drivers,
            events: self.events.clone(),
        }
    }
}

/// The ordinary year that others are measured against.
struct Ordinary<'a> {
    scenario: &'a Scenario,
    group: Option<&'a DependenceGroup>,
    /// By workforce of the option: log-probability that nothing happens, drivers at their medians.
    quiet: f64,
}

impl<'a> Ordinary<'a> {
    fn new(scenario: &'a Scenario, option: usize) -> Self {
        use WorkforceDriver as D;
        let middle = |value: Option<&Value>, absent: f64| match value {
            None => absent,
            Some(Value::Point(value)) => *value,
            Some(Value::Law(law)) => law.quantile(Probability::lower(0.5)),
        };
        let threat = middle(scenario.world.get(crate::config::WorldDriver::Threat).map(|driver| &driver.value), 1.0);
        let quiet = scenario.options[option].mix.iter().map(|&(index, _)| {
            let drivers = &scenario.workforces[index].drivers;
            let of = |driver: D| middle(drivers.get(driver).map(|driver| &driver.value), 0.0);
            let events = [D::SwitchProbability, D::ComplianceProbability, D::RegulationProbability];
            let never: f64 = events.into_iter().map(of).map(|p| ln(p.max(1.0 - p))).sum();
            let breaches = threat * of(D::BreachFrequency);
            never + ln_poisson(breaches.floor(), breaches)
        });
        let quiet = quiet.sum();
        Self { scenario, group: scenario.dependence.as_ref(), quiet }
    }

    fn told(&self, year: u64, of_year: &OptionYear) -> Told {
        let mut drivers: Vec<UnusualDriver> = of_year
            .drivers
            .iter()
            .filter(|driver| driver.bore)
            .map(|driver| unusual(driver.path.clone(), Some(driver.value), &driver.unit, driver.percentile))
            .collect();
        let (mut events, mut happened, mut log_probability) = (Vec::new(), Vec::new(), 0.0);
        for workforce in &of_year.workforces {
            self.counts(workforce, &mut drivers);
            log_probability += self.events(of_year, workforce, &mut events, &mut happened);
        }
        let drivers_part = self.drivers_part(&drivers);
        let events_part = 2.0 * (self.quiet - log_probability);
        Told { year, total: of_year.total, drivers, events, happened, drivers_part, events_part }
    }

    /// Counts of many, sums of amounts and severities, as coordinates of their own.
    fn counts(&self, workforce: &WorkforceOfYear, drivers: &mut Vec<UnusualDriver>) {
        let scope = format!("workforce.{}", workforce.name);
        for count in workforce.counts.iter().filter(|count| count.what != "breaches") {
            let path = format!("{scope}.{}", count.what);
            drivers.push(unusual(path, Some(count.count as f64), &count.what, count.percentile));
            if let Some(amounts) = &count.amounts
                && let Some(percentile) = amounts.percentile
            {
                drivers.push(unusual(format!("{} (sum)", amounts.path), Some(amounts.sum), &amounts.unit, percentile));
            }
        }
        for breach in workforce.breaches.iter().flat_map(|breaches| &breaches.each) {
            if let Some(percentile) = breach.percentile {
                let path = format!("{scope}.breach.severity");
                drivers.push(unusual(path, Some(breach.severity), "USD", percentile));
            }
        }
    }

    /// Log-probability of what happened and did not.
    fn events(
        &self,
        of_year: &OptionYear,
        workforce: &WorkforceOfYear,
        events: &mut Vec<UnusualEvent>,
        happened: &mut Vec<(String, &'static str)>,
    ) -> f64 {
        use WorkforceDriver as D;
        let scope = format!("workforce.{}", workforce.name);
        let value = |driver: D| self.value(of_year, workforce, driver);
        let mut log_probability = 0.0;
        let chances = [
            (D::SwitchProbability, workforce.switch.is_some(), "switch", "a switch of coders"),
            (D::ComplianceProbability, workforce.compliance.is_some(), "compliance", "an audit of the coding"),
            (D::RegulationProbability, workforce.regulation.is_some(), "regulation", "a law that brings the work back"),
        ];
        for (driver, happens, key, words) in chances {
            let p = value(driver);
            log_probability += if happens { ln(p) } else { ln_1p(-p) };
            if happens {
                let path = format!("{scope}.{key}");
                let what = match (&workforce.switch, key) {
                    (Some(switch), "switch") => format!("{words} in week {:.0}", switch.week),
                    _ => words.to_owned(),
                };
                events.push(UnusualEvent { path: path.clone(), what, probability: p });
                happened.push((path, words));
            }
        }
        if let Some(count) = workforce.count("breaches") {
            let log = ln_poisson(count.count as f64, count.expected);
            log_probability += log;
            if let Some(breaches) = &workforce.breaches {
                let path = format!("{scope}.breach");
                let what = if count.count == 1 { "1 breach".to_owned() } else { format!("{} breaches", count.count) };
                events.push(UnusualEvent { path: path.clone(), what, probability: libm::exp(log) });
                happened.push((path, "a breach"));
                let p = value(D::PenaltyProbability);
                let (trials, fined) = (count.count as f64, breaches.fined as f64);
                let log = ln_binomial(fined, trials, p);
                log_probability += log;
                if breaches.fined > 0 {
                    let path = format!("{scope}.breach.penalty");
                    let what = if breaches.fined == 1 { "a fine".to_owned() } else { format!("{fined} fines") };
                    events.push(UnusualEvent { path: path.clone(), what, probability: libm::exp(log) });
                    happened.push((path, "a fine"));
                }
            }
        }
        log_probability
    }

    /// The year's value of a driver, or the case's number.
    fn value(&self, of_year: &OptionYear, workforce: &WorkforceOfYear, driver: WorkforceDriver) -> f64 {
        let staff = self.scenario.workforces.iter().find(|known| known.name == workforce.name);
        match staff.and_then(|staff| staff.drivers.get(driver)).map(|driver| &driver.value) {
            None => 0.0,
            Some(Value::Point(value)) => *value,
            Some(Value::Law(_)) => {
                let path = format!("workforce.{}.{}", workforce.name, driver.spec().key);
                of_year.drivers.iter().find(|known| known.path == path).map_or(0.0, |known| known.value)
            }
        }
    }

    /// Twice the log of how much less dense the drivers are than at their medians.
    fn drivers_part(&self, drivers: &[UnusualDriver]) -> f64 {
        let Some(group) = self.group else { return drivers.iter().map(|driver| driver.score * driver.score).sum() };
        let place = |driver: &UnusualDriver| group.members.iter().position(|member| member.path == driver.path);
        let alone: f64 =
            drivers.iter().filter(|driver| place(driver).is_none()).map(|driver| driver.score * driver.score).sum();
        let members: Vec<(usize, &UnusualDriver)> =
            drivers.iter().filter_map(|driver| Some((place(driver)?, driver))).collect();
        let rows = members.iter().map(|(i, _)| members.iter().map(|(j, _)| group.correlation[*i][*j]).collect());
        let correlation: Vec<Vec<f64>> = rows.collect();
        let roots = cholesky(&correlation).expect("a part of a positive definite matrix");
        alone
            + match group.copula {
                CopulaKind::Gaussian => {
                    squared_length(&roots, &members.iter().map(|(_, driver)| driver.score).collect::<Vec<_>>())
                }
                CopulaKind::T { dof } => {
                    let at: Vec<f64> = members
                        .iter()
                        .map(|(_, driver)| student_t_quantile(dof, Probability::lower(driver.percentile)))
                        .collect();
                    let joint = (dof + at.len() as f64) * ln_1p(squared_length(&roots, &at) / dof);
                    let single: f64 = at.iter().map(|x| (dof + 1.0) * ln_1p(x * x / dof)).sum();
                    let normal: f64 = members.iter().map(|(_, driver)| driver.score * driver.score).sum();
                    joint - single + normal
                }
            }
    }
}

/// `x' R^-1 x` by the lower root of R.
fn squared_length(roots: &[Vec<f64>], x: &[f64]) -> f64 {
    let mut solved: Vec<f64> = Vec::with_capacity(x.len());
    for (row, x) in roots.iter().zip(x) {
        let before: f64 = row.iter().zip(&solved).map(|(root, y)| root * y).sum();
        solved.push((x - before) / row[solved.len()]);
    }
    solved.iter().map(|y| y * y).sum()
}

fn unusual(path: String, value: Option<f64>, unit: &str, percentile: f64) -> UnusualDriver {
    /// A percentile is a double: beyond this it cannot say how far out it is.
    const FARTHEST: f64 = 1e-15;
    let score = normal_quantile(Probability::lower(percentile.clamp(FARTHEST, 1.0 - FARTHEST)));
    UnusualDriver { path, value, unit: unit.to_owned(), percentile, score }
}

fn ln_poisson(count: f64, mean: f64) -> f64 {
    match mean > 0.0 {
        true => count * ln(mean) - mean - ln_factorial(count),
        false => 0.0,
    }
}

fn ln_binomial(count: f64, trials: f64, p: f64) -> f64 {
    let term = |count: f64, p: f64| if count > 0.0 { count * ln(p) } else { 0.0 };
    ln_choose(trials, count) + term(count, p) + term(trials - count, 1.0 - p)
}

/// Drivers by how far the median of their percentiles is from usual, those that bore in many years first.
fn typical(years: &[Told]) -> Vec<TypicalDriver> {
    let mut by_path: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for driver in years.iter().flat_map(|told| &told.drivers) {
        by_path.entry(&driver.path).or_default().push(driver.percentile);
    }
    let mut drivers: Vec<TypicalDriver> = by_path
        .into_iter()
        .filter(|(_, percentiles)| percentiles.len() >= FEWEST_BEARING.min(years.len()))
        .map(|(path, mut percentiles)| {
            percentiles.sort_by(f64::total_cmp);
            let median_percentile = percentiles[percentiles.len() / 2];
            TypicalDriver { path: path.to_owned(), median_percentile, years: percentiles.len() as u64 }
        })
        .collect();
    let weight = |driver: &TypicalDriver| (driver.median_percentile - 0.5).abs() * (driver.years as f64).sqrt();
    drivers.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    drivers
}

fn shares(beyond: &[Told], usual: &[Told]) -> Vec<EventShare> {
    let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, words) in beyond.iter().chain(usual).flat_map(|told| &told.happened) {
        kinds.insert(path, words);
    }
    let share = |years: &[Told], path: &str| {
        let with = years.iter().filter(|told| told.happened.iter().any(|(known, _)| known == path)).count();
        with as f64 / years.len() as f64
    };
    let mut events: Vec<EventShare> = kinds
        .into_iter()
        .map(|(path, what)| EventShare {
            path: path.to_owned(),
            what: what.to_owned(),
            share_beyond: share(beyond, path),
            share_usual: share(usual, path),
        })
        .collect();
    events.sort_by(|a, b| {
        let rise = |event: &EventShare| event.share_beyond - event.share_usual;
        rise(b).total_cmp(&rise(a))
    });
    events
}
