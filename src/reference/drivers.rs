//! Which value does each driver of a scope have in a year?

use std::marker::PhantomData;
use std::ops::Index;

use super::sampling::{Draw, draw};
use super::streams::Line;
use crate::config::drivers::{Absent, DriverSpec, Use};
use crate::config::{DriverId, Drivers, HospitalDriver, OptionDriver, Value, WorkforceDriver, WorldDriver};

/// What the four tables of drivers have in common.
pub trait Schema: Copy + Ord + 'static {
    const EVERY: &'static [Self];
    fn spec(self) -> &'static DriverSpec;
    fn position(self) -> usize;
}

macro_rules! schema {
    ($($drivers:ident),*) => {$(
        impl Schema for $drivers {
            const EVERY: &'static [Self] = $drivers::ALL;
            fn spec(self) -> &'static DriverSpec {
                $drivers::spec(self)
            }
            fn position(self) -> usize {
                self as usize
            }
        }
    )*};
}

schema!(WorldDriver, HospitalDriver, WorkforceDriver, OptionDriver);

/// Where a driver's values come from.
enum Source {
    Number(f64),
    Drawn {
        line: Line,
        draw: Draw,
    },
    /// Drawn together with others.
    Group(DriverId),
}

/// The drivers of one scope, absent ones standing at their defaults.
pub struct Scope<K> {
    path: String,
    sources: Vec<(K, Source)>,
}

impl<K: Schema> Scope<K> {
    /// `together` gives the identity of a driver that the dependence group draws.
    pub fn new(seed: u64, path: &[&str], given: &Drivers<K>, together: impl Fn(K) -> Option<DriverId>) -> Self {
        let source = |driver: K| match (together(driver), given.get(driver).map(|given| &given.value)) {
            (Some(member), _) => Source::Group(member),
            (None, Some(Value::Point(value))) => Source::Number(*value),
            (None, Some(Value::Law(law))) => {
                Source::Drawn { line: Line::new(seed, path, driver.spec().key), draw: draw(law) }
            }
            (None, None) => Source::Number(match driver.spec().absent {
                Absent::Value(value) => value,
                Absent::Unlimited => f64::INFINITY,
            }),
        };
        Self { path: path.join("."), sources: K::EVERY.iter().map(|driver| (*driver, source(*driver))).collect() }
    }

    /// The year's value of every driver but the "each" ones.
    pub fn year(&self, year: u64, group: &[(DriverId, f64)]) -> Values<K> {
        let value = |(driver, source): &(K, Source)| match source {
            _ if driver.spec().used == Use::Each => None,
            Source::Number(value) => Some(*value),
            Source::Drawn { line, draw } => Some(draw(&mut line.year(year))),
            Source::Group(member) => group.iter().find(|(driver, _)| driver == member).map(|(_, value)| *value),
        };
        Values { values: self.sources.iter().map(value).collect(), drivers: PhantomData }
    }

    /// The year's amounts of an "each" driver, one after another.
    pub fn amounts(&self, driver: K, year: u64) -> Box<dyn Iterator<Item = f64> + '_> {
        match &self.sources[driver.position()].1 {
            Source::Number(value) => Box::new(std::iter::repeat(*value)),
            Source::Drawn { line, draw } => {
                let mut generator = line.year(year);
                Box::new(std::iter::repeat_with(move || draw(&mut generator)))
            }
            Source::Group(member) => unreachable!("a scenario's group has yearly drivers alone, not {member:?}"),
        }
    }

    /// The yearly drivers that vary, with their paths.
    pub fn varying(&self) -> impl Iterator<Item = (K, String)> {
        self.sources
            .iter()
            .filter(|(driver, source)| driver.spec().used == Use::Yearly && !matches!(source, Source::Number(_)))
            .map(|(driver, _)| (*driver, format!("{}.{}", self.path, driver.spec().key)))
    }
}

/// The values of a scope's drivers in one year.
pub struct Values<K> {
    values: Vec<Option<f64>>,
    drivers: PhantomData<K>,
}

impl<K: Schema> Index<K> for Values<K> {
    type Output = f64;

    fn index(&self, driver: K) -> &f64 {
        self.values[driver.position()].as_ref().expect("drivers drawn for each event have no yearly value")
    }
}
