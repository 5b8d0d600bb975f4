//! Which figures of the config does a reader of the result want to see beside it?

use crate::config::drivers::Use;
use crate::config::{DriverDescription, Scenario, describe};
use crate::outcome::{DriverKind, DriverRecord, Inputs, MixOfOption, ShareOfWorkforce};

/// Every given driver, and what the options are made of.
pub fn inputs(scenario: &Scenario) -> Inputs {
    let mixes = scenario.options.iter().map(|option| MixOfOption {
        option: option.name.clone(),
        shares: option
            .mix
            .iter()
            .map(|(index, share)| ShareOfWorkforce {
                workforce: scenario.workforces[*index].name.clone(),
                share: *share,
            })
            .collect(),
    });
    Inputs {
        hospital: scenario.hospital_name.clone(),
        mixes: mixes.collect(),
        drivers: describe(scenario).into_iter().map(record).collect(),
    }
}

fn record(driver: DriverDescription) -> DriverRecord {
    let finite = |figure: f64| figure.is_finite().then_some(figure);
    DriverRecord {
        kind: match driver.used {
            _ if driver.family == "value" => DriverKind::Number,
            Use::Each => DriverKind::Each,
            Use::Yearly | Use::Fixed => DriverKind::Yearly,
        },
        path: driver.path,
        meaning: driver.meaning.into(),
        unit: driver.unit.into(),
        law: driver.law,
        mean: finite(driver.mean),
        sd: finite(driver.sd),
        p5: driver.p5,
        p50: driver.p50,
        p95: driver.p95,
        source: driver.source,
        biography: driver.biography.map(|biography| *biography),
        is_guess: driver.is_guess,
    }
}
