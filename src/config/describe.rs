//! What does each driver of a case amount to, in figures that a reader can judge?

use super::cautions::is_guess;
use super::driver::Scope;
use super::drivers::{DriverSpec, HospitalDriver, OptionDriver, Use, WorkforceDriver, WorldDriver};
use super::scenario::{Driver, Drivers, Scenario, Value};
use crate::numerics::Probability;
use crate::outcome::Biography;

/// One given driver of a scenario; what is absent has no line.
#[derive(Debug, Clone, PartialEq)]
pub struct DriverDescription {
    /// As in `workforce.offshore.productivity`.
    pub path: String,
    /// `value` for a number.
    pub family: String,
    /// The law with its parameters, as in `gamma(shape 4, scale 0.25)`; the number itself for a number.
    pub law: String,
    pub mean: f64,
    /// Infinite where the variance is.
    pub sd: f64,
    pub p5: f64,
    pub p50: f64,
    pub p95: f64,
    pub source: Option<String>,
    pub biography: Option<Box<Biography>>,
    /// The source calls itself a guess.
    pub is_guess: bool,
    pub used: Use,
    pub unit: &'static str,
    pub meaning: &'static str,
}

/// Every given driver: world, hospital, workforces by name, options in their order; within each, in the order of the schema.
pub fn describe(scenario: &Scenario) -> Vec<DriverDescription> {
    let mut lines = scope::<WorldDriver>("world", &scenario.world);
    lines.extend(scope::<HospitalDriver>("hospital", &scenario.hospital));
    for workforce in &scenario.workforces {
        lines.extend(scope::<WorkforceDriver>(&format!("workforce.{}", workforce.name), &workforce.drivers));
    }
    for option in &scenario.options {
        lines.extend(scope::<OptionDriver>(&format!("option.{}", option.name), &option.drivers));
    }
    lines
}

/// Every given driver, in the order of [`describe`].
pub fn drivers_by_path(scenario: &Scenario) -> Vec<&Driver> {
    fn all<K: Copy + Ord>(drivers: &Drivers<K>) -> impl Iterator<Item = &Driver> {
        drivers.iter().map(|(_, driver)| driver)
    }
    let workforces = scenario.workforces.iter().flat_map(|workforce| all(&workforce.drivers));
    let options = scenario.options.iter().flat_map(|option| all(&option.drivers));
    all(&scenario.world).chain(all(&scenario.hospital)).chain(workforces).chain(options).collect()
}

fn scope<K: Scope>(name: &str, drivers: &Drivers<K>) -> Vec<DriverDescription> {
    drivers.iter().map(|(key, driver)| one(name, key.specification(), driver)).collect()
}

fn one(scope: &str, spec: &DriverSpec, driver: &Driver) -> DriverDescription {
    let (family, law, [mean, sd, p5, p50, p95]) = match &driver.value {
        Value::Point(value) => ("value".to_owned(), value.to_string(), [*value, 0.0, *value, *value, *value]),
        Value::Law(law) => {
            let quantile = |p| law.quantile(Probability::lower(p));
            let figures = [law.mean(), law.variance().sqrt(), quantile(0.05), quantile(0.5), quantile(0.95)];
            (law.family().to_owned(), law.to_string(), figures)
        }
    };
    DriverDescription {
        path: format!("{scope}.{}", spec.key),
        family,
        law,
        mean,
        sd,
        p5,
        p50,
        p95,
        source: driver.source.clone(),
        biography: driver.biography.clone(),
        is_guess: is_guess(driver),
        used: spec.used,
        unit: spec.unit,
        meaning: spec.meaning,
    }
}
