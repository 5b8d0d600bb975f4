//! Which value of a member is no hospital's, but a slip of the table?

use crate::config::drivers::DriverSpec;

/// The most that a driver of a member may be, in absolute value.
///
/// The limits are wide: what lies beyond is a shifted decimal or another column. The largest hospital of the cost reports of 2018 has
/// 128,501 discharges a year, so 10 million are out of reach; 100 million hours are the work of 52,000 coders. No amount of the schema in
/// USD, a year's insurance included, comes near a thousand million for one hospital. What is left are ratios, rates, days and weeks.
pub(super) fn most(driver: &DriverSpec) -> f64 {
    match driver.unit {
        "encounters a year" => 1e7,
        "hours a year" => 1e8,
        unit if unit.starts_with("USD") => 1e9,
        _ => 1e6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::drivers::{HospitalDriver, WorkforceDriver};

    #[test]
    fn limits_follow_the_unit() {
        for (driver, limit) in [
            (HospitalDriver::InpatientEncounters.spec(), 1e7),
            (HospitalDriver::ReferenceHours.spec(), 1e8),
            (HospitalDriver::PaymentPerEncounter.spec(), 1e9),
            (WorkforceDriver::BreachSeverity.spec(), 1e9),
            (WorkforceDriver::Productivity.spec(), 1e6),
        ] {
            assert_eq!(most(driver), limit, "{}", driver.key);
        }
    }
}
