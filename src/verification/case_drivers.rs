//! Which drivers of a case vary, and which law does each follow?

use crate::config::drivers::{DriverSpec, Use};
use crate::config::{DriverId, Drivers, HospitalDriver, OptionDriver, Scenario, Value, WorkforceDriver, WorldDriver};
use crate::distributions::Law;
use crate::random::{Key, Stream};

/// A driver that follows a law.
pub(super) struct CaseDriver<'a> {
    pub id: DriverId,
    scope: Vec<&'a str>,
    pub spec: &'static DriverSpec,
    pub law: &'a Law,
}

impl CaseDriver<'_> {
    /// As in `workforce.offshore.productivity`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.scope.join("."), self.spec.key)
    }

    /// Is it drawn for each event of a year?
    pub fn is_each(&self) -> bool {
        self.spec.used == Use::Each
    }

    /// The stream that MODEL section 2 keys it by.
    pub fn stream(&self, seed: u64) -> Stream {
        Stream::new(Key { seed, scope: &self.scope, driver: self.spec.key, replicate: 0 })
    }
}

/// The drivers that vary, of workforces that some option uses.
pub(super) fn varying(scenario: &Scenario) -> Vec<CaseDriver<'_>> {
    let mut found = Vec::new();
    add(&mut found, &scenario.world, &["world"], DriverId::World, WorldDriver::spec);
    add(&mut found, &scenario.hospital, &["hospital"], DriverId::Hospital, HospitalDriver::spec);
    for (index, workforce) in scenario.workforces.iter().enumerate() {
        if scenario.options.iter().any(|option| option.mix.iter().any(|(used, _)| *used == index)) {
            let id = |driver| DriverId::Workforce(index, driver);
            add(&mut found, &workforce.drivers, &["workforce", &workforce.name], id, WorkforceDriver::spec);
        }
    }
    for (index, option) in scenario.options.iter().enumerate() {
        let id = |driver| DriverId::Option(index, driver);
        add(&mut found, &option.drivers, &["option", &option.name], id, OptionDriver::spec);
    }
    found
}

fn add<'a, K: Copy + Ord>(
    found: &mut Vec<CaseDriver<'a>>,
    drivers: &'a Drivers<K>,
    scope: &[&'a str],
    id: impl Fn(K) -> DriverId,
    spec: impl Fn(K) -> &'static DriverSpec,
) {
    for (driver, given) in drivers.iter() {
        if let Value::Law(law) = &given.value {
            found.push(CaseDriver { id: id(driver), scope: scope.to_vec(), spec: spec(driver), law });
        }
    }
}
