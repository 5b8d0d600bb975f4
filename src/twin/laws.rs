//! Which law does a driver follow, defaults included?

use crate::config::drivers::Absent;
use crate::config::{Driver, Drivers, HospitalDriver, OptionDriver, Value, WorkforceDriver, WorldDriver};
use crate::distributions::Law;

macro_rules! lookup {
    ($name:ident, $key:ty) => {
        pub(super) fn $name(drivers: &Drivers<$key>, key: $key) -> Law {
            let absent = match key.spec().absent {
                Absent::Value(value) => value,
                Absent::Unlimited => f64::MAX,
            };
            law_of(drivers.get(key), absent)
        }
    };
}

lookup!(world_law, WorldDriver);
lookup!(hospital_law, HospitalDriver);
lookup!(workforce_law, WorkforceDriver);
lookup!(option_law, OptionDriver);

fn law_of(driver: Option<&Driver>, absent: f64) -> Law {
    match driver.map(|driver| &driver.value) {
        None => Law::point(absent).expect("a finite default"),
        Some(Value::Point(value)) => Law::point(*value).expect("a finite number"),
        Some(Value::Law(law)) => law.clone(),
    }
}

/// Does the config say something of the driver?
pub(super) fn is_given(drivers: &Drivers<WorkforceDriver>, key: WorkforceDriver) -> bool {
    drivers.get(key).is_some()
}
