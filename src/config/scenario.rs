//! What, once every check has passed, did the user ask for?
//!
//! A [`Scenario`] is valid by construction: every driver lies in its domain, every mix sums to 1, every workforce that an
//! option names exists. Nothing above this module knows TOML.

use super::drivers::{DriverSpec, HospitalDriver, OptionDriver, WorkforceDriver, WorldDriver};
use crate::data::nearest;
use crate::distributions::Law;
use crate::numerics::Probability;
use crate::outcome::{Biography, Component, Measure};
use crate::statistics::Level;

/// A validated case, ready to be compiled.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub title: String,
    /// A paragraph for the report.
    pub analysis: Option<String>,
    pub simulation: Simulation,
    pub hospital_name: Option<String>,
    pub world: Drivers<WorldDriver>,
    pub hospital: Drivers<HospitalDriver>,
    /// Sorted by name, so that the order in the file changes nothing.
    pub workforces: Vec<Workforce>,
    /// In the order of the file: differences are taken against the first.
    pub options: Vec<Choice>,
    pub dependence: Option<DependenceGroup>,
    /// In the order of the file.
    pub appetite: Vec<AppetiteLimit>,
}

/// A limit that the committee sets.
#[derive(Debug, Clone, PartialEq)]
pub struct AppetiteLimit {
    pub name: String,
    /// Of an option of the case, at a level of the run.
    pub measure: Measure,
    /// Most that the measure may be: USD a year, or a probability.
    pub limit: f64,
}

#[derive(Debug, Clone)]
pub struct Simulation {
    pub years: u64,
    pub seed: u64,
    /// Ascending.
    pub levels: Vec<Level>,
    /// Left out of the total; in the order of [`Component::ALL`].
    pub exclude: Vec<Component>,
}

/// A way of staffing.
#[derive(Debug, Clone)]
pub struct Workforce {
    pub name: String,
    pub drivers: Drivers<WorkforceDriver>,
}

/// What a committee chooses between.
#[derive(Debug, Clone)]
pub struct Choice {
    pub name: String,
    /// (index into [`Scenario::workforces`], share above 0), by index.
    pub mix: Vec<(usize, f64)>,
    pub drivers: Drivers<OptionDriver>,
}

/// The drivers of one scope; a driver that the config does not give is absent and has its schema's default.
#[derive(Debug, Clone)]
pub struct Drivers<K> {
    given: Vec<(K, Driver)>,
}

/// An uncertain input as the user gave it.
#[derive(Debug, Clone)]
pub struct Driver {
    pub value: Value,
    /// Where the figure comes from, in the user's words.
    pub source: Option<String>,
    /// How it was made; changes nothing that is drawn.
    pub biography: Option<Box<Biography>>,
}

#[derive(Debug, Clone)]
pub enum Value {
    Point(f64),
    Law(Law),
}

impl<K: Copy + Ord> Drivers<K> {
    /// From the drivers that are given; sorted by schema order.
    pub fn new(mut given: Vec<(K, Driver)>) -> Self {
        given.sort_by_key(|(key, _)| *key);
        Self { given }
    }

    pub fn get(&self, key: K) -> Option<&Driver> {
        self.given.binary_search_by_key(&key, |(k, _)| *k).ok().map(|i| &self.given[i].1)
    }

    pub fn iter(&self) -> impl Iterator<Item = (K, &Driver)> {
        self.given.iter().map(|(key, driver)| (*key, driver))
    }

    /// Puts a value in the place of the driver's, given or absent.
    fn set(&mut self, key: K, value: Value) {
        match self.given.binary_search_by_key(&key, |(k, _)| *k) {
            Ok(at) => self.given[at].1.value = value,
            Err(at) => self.given.insert(at, (key, Driver { value, source: None, biography: None })),
        }
    }
}

/// Which of a scope's drivers a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DriverId {
    World(WorldDriver),
    Hospital(HospitalDriver),
    /// Index into [`Scenario::workforces`].
    Workforce(usize, WorkforceDriver),
    /// Index into [`Scenario::options`].
    Option(usize, OptionDriver),
}

/// A path that names no driver of the case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no driver is named `{path}`{}", nearest.as_ref().map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?")))]
pub struct UnknownDriver {
    pub path: String,
    pub nearest: Option<String>,
}

impl DriverId {
    /// What the schema says of the driver.
    pub fn spec(self) -> &'static DriverSpec {
        match self {
            DriverId::World(driver) => driver.spec(),
            DriverId::Hospital(driver) => driver.spec(),
            DriverId::Workforce(_, driver) => driver.spec(),
            DriverId::Option(_, driver) => driver.spec(),
        }
    }
}

impl Scenario {
    /// The driver, where the config gives it.
    pub fn driver(&self, id: DriverId) -> Option<&Driver> {
        match id {
            DriverId::World(driver) => self.world.get(driver),
            DriverId::Hospital(driver) => self.hospital.get(driver),
            DriverId::Workforce(index, driver) => self.workforces[index].drivers.get(driver),
            DriverId::Option(index, driver) => self.options[index].drivers.get(driver),
        }
    }

    /// The case with another value of one driver. Whether the value lies in the driver's domain is the caller's to know.
    pub fn with_driver(&self, id: DriverId, value: Value) -> Scenario {
        let mut changed = self.clone();
        changed.set_driver(id, value);
        changed
    }

    /// The same in place.
    pub(crate) fn set_driver(&mut self, id: DriverId, value: Value) {
        match id {
            DriverId::World(driver) => self.world.set(driver, value),
            DriverId::Hospital(driver) => self.hospital.set(driver, value),
            DriverId::Workforce(index, driver) => self.workforces[index].drivers.set(driver, value),
            DriverId::Option(index, driver) => self.options[index].drivers.set(driver, value),
        }
    }

    /// Scope of a driver, and with its key the name of its stream: `["workforce", "offshore"]`.
    pub fn scope(&self, id: DriverId) -> Vec<&str> {
        match id {
            DriverId::World(_) => vec!["world"],
            DriverId::Hospital(_) => vec!["hospital"],
            DriverId::Workforce(index, _) => vec!["workforce", &self.workforces[index].name],
            DriverId::Option(index, _) => vec!["option", &self.options[index].name],
        }
    }

    /// As in `workforce.offshore.breach.severity`.
    pub fn path(&self, id: DriverId) -> String {
        format!("{}.{}", self.scope(id).join("."), id.spec().key)
    }

    /// Every driver that the schema has in the case's scopes, given or absent, in the order of the schema.
    pub fn driver_ids(&self) -> Vec<DriverId> {
        let mut ids: Vec<DriverId> = WorldDriver::ALL.iter().map(|driver| DriverId::World(*driver)).collect();
        ids.extend(HospitalDriver::ALL.iter().map(|driver| DriverId::Hospital(*driver)));
        for index in 0..self.workforces.len() {
            ids.extend(WorkforceDriver::ALL.iter().map(|driver| DriverId::Workforce(index, *driver)));
        }
        for index in 0..self.options.len() {
            ids.extend(OptionDriver::ALL.iter().map(|driver| DriverId::Option(index, *driver)));
        }
        ids
    }

    /// The driver that a path names, given or absent; quotes around names do not matter.
    ///
    /// # Errors
    /// A path that the schema does not have in this case; the nearest that it has is named.
    pub fn find(&self, path: &str) -> Result<DriverId, UnknownDriver> {
        let path = path.trim().replace('"', "");
        let ids = self.driver_ids();
        let paths: Vec<String> = ids.iter().map(|id| self.path(*id)).collect();
        match paths.iter().position(|known| *known == path) {
            Some(found) => Ok(ids[found]),
            None => {
                let nearest = nearest(&path, paths.iter().map(String::as_str)).map(str::to_owned);
                Err(UnknownDriver { path, nearest })
            }
        }
    }
}

/// Drivers that move together.
#[derive(Debug, Clone)]
pub struct DependenceGroup {
    pub copula: CopulaKind,
    /// Sorted by path, so that the order of the list changes nothing.
    pub members: Vec<GroupMember>,
    /// Normal correlations, row by row, positive definite, ones on the diagonal.
    pub correlation: Vec<Vec<f64>>,
    /// What was asked for: (member, member, Spearman rank correlation).
    pub requested: Vec<(usize, usize, f64)>,
}

#[derive(Debug, Clone)]
pub struct GroupMember {
    pub driver: DriverId,
    /// As in `workforce.offshore.productivity`.
    pub path: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CopulaKind {
    Gaussian,
    T { dof: f64 },
}

impl DependenceGroup {
    /// The same group with the members that `is_first` names before the others. Under a copula by Cholesky's factor a member's value follows
    /// from its own draw and those of the members before it.
    pub fn reordered(&self, is_first: impl Fn(&GroupMember) -> bool) -> Self {
        let (first, rest): (Vec<usize>, Vec<usize>) =
            (0..self.members.len()).partition(|member| is_first(&self.members[*member]));
        let order: Vec<usize> = first.into_iter().chain(rest).collect();
        let place = |old: usize| order.iter().position(|member| *member == old).expect("every member has a place");
        Self {
            copula: self.copula,
            members: order.iter().map(|member| self.members[*member].clone()).collect(),
            correlation: order.iter().map(|i| order.iter().map(|j| self.correlation[*i][*j]).collect()).collect(),
            requested: self.requested.iter().map(|(a, b, rho)| (place(*a), place(*b), *rho)).collect(),
        }
    }

    /// Degrees of freedom under t.
    pub fn copula_dof(&self) -> Option<f64> {
        match self.copula {
            CopulaKind::Gaussian => None,
            CopulaKind::T { dof } => Some(dof),
        }
    }
}

impl Driver {
    /// The value of a driver that the schema holds to a number.
    ///
    /// # Panics
    /// If the driver is a law, which the config refuses for such a key.
    pub fn point(&self) -> f64 {
        match self.value {
            Value::Point(value) => value,
            Value::Law(_) => panic!("a number was checked for"),
        }
    }

    /// A value near the lower end: the point itself, or the 1-in-a-million quantile.
    pub fn low(&self) -> f64 {
        match &self.value {
            Value::Point(value) => *value,
            Value::Law(law) => law.quantile(Probability::lower(1e-6)),
        }
    }
}
