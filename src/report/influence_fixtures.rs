//! Which answers about what matters do the tests of tables and charts share?

use crate::outcome::{
    Caution, ChoiceRange, DriverWorth, Estimate, ExpectedExtra, FactorRole, Knowing, MeasureUnit, OptionCost,
    RankCoefficient, RankInfluence, Sensitivity, ShapleyDivision, ShapleyEffect, Swing, SwingEnd, TailDriver,
    TailEvent, TailSensitivity, VarianceDivision, VarianceOfFactor, Worth,
};

/// Paths, some of them as long as a config may have them.
fn path(index: usize) -> String {
    match index % 4 {
        0 => format!("workforce.offshore.driver_{index}"),
        1 => "world.threat".to_owned(),
        2 => format!(
            "workforce.A vendor whose legal name alone takes more than a line {index}.breach.penalty.annual_cap"
        ),
        _ => format!("workforce.<b>&{index}.switch.detection_weeks"),
    }
}

fn around(value: f64, half: f64) -> Estimate {
    Estimate::between(value, value - half, value + half)
}

fn role(index: usize) -> FactorRole {
    [FactorRole::Driver, FactorRole::Amounts, FactorRole::Chance, FactorRole::Group][index % 4]
}

/// So many drivers around a base of `size`, wide and narrow, on one side and on both, surely and not.
pub(crate) fn sensitivity(drivers: usize, size: f64, unit: MeasureUnit) -> Sensitivity {
    let swing = |index: usize| {
        let reach = size / (1.0 + index as f64);
        let low = if index % 5 == 3 { 0.4 * reach } else { -reach };
        let end =
            |value: f64, change: f64| SwingEnd { value, figure: size + change, change: around(change, 0.2 * reach) };
        let swing = around(reach - low, 0.1 * reach);
        Swing {
            path: path(index),
            role: role(index),
            is_guess: index.is_multiple_of(2),
            in_group: index.is_multiple_of(3),
            low: end(-0.001_72 * 40f64.powi(index as i32 % 7), low),
            high: end(12_345.678 * 40f64.powi(index as i32 % 5), reach),
            swing,
            is_noise: index + 2 > drivers,
        }
    };
    let share = |index: usize| match index % 6 {
        5 => Estimate::bare(0.4 / (1.0 + index as f64)),
        _ => around(0.4 / (1.0 + index as f64), 0.02),
    };
    let factor = |index: usize| VarianceOfFactor {
        path: if role(index) == FactorRole::Group { "dependence group".into() } else { path(index) },
        role: role(index),
        members: if role(index) == FactorRole::Group { vec![path(0), path(2)] } else { Vec::new() },
        first: around(0.3 / (1.0 + index as f64), 0.03),
        total: share(index),
    };
    let effect = |index: usize| ShapleyEffect {
        path: path(index),
        role: FactorRole::Driver,
        in_group: index.is_multiple_of(2),
        effect: share(index),
    };
    let tail_driver = |index: usize| TailDriver {
        path: path(index),
        mean: around(0.6, 0.02),
        p10: 0.001,
        p50: 0.7,
        p90: 0.999_7,
        distance: 0.3,
        p_value: 1e-9,
        is_unusual: index < 20,
    };
    let tail_event = |index: usize| TailEvent {
        path: path(index),
        in_worst: 0.2,
        in_all: 0.01,
        lift: if index == 0 { Estimate::bare(0.0) } else { around(20.0 / index as f64, 1.0) },
    };
    Sensitivity {
        title: "A case with a title of some length, of a hospital that has more to say about itself than one line"
            .into(),
        measure: "tvar@0.995 difference of An option with a rather long name".into(),
        unit,
        years: 65_536,
        seed: 2026,
        base: around(size, 0.01 * size),
        tornado: (0..drivers).map(swing).collect(),
        variance: VarianceDivision {
            score: "the excess of the yearly difference of An option with a rather long name over its VaR".into(),
            years: 65_536,
            factors: (0..drivers).map(factor).collect(),
            alone: 0.62,
        },
        shapley: (drivers > 0).then(|| ShapleyDivision {
            years: 65_536,
            orders: 32,
            effects: (0..drivers).map(effect).collect(),
        }),
        ranks: (drivers > 0).then(|| RankInfluence {
            years: 65_536,
            explained: around(0.7, 0.01),
            coefficients: (0..drivers)
                .map(|index| RankCoefficient {
                    path: path(index),
                    coefficient: around(0.5 / (1.0 + index as f64), 0.01),
                })
                .collect(),
        }),
        tail: (drivers > 1).then(|| TailSensitivity {
            level: 0.995,
            worst: 328,
            years: 65_536,
            limit: 0.07,
            drivers: (0..drivers).map(tail_driver).collect(),
            events: (0..drivers.min(11)).map(tail_event).collect(),
        }),
        cautions: vec![Caution { code: "few_years_decide".into(), message: "no interval for some shares".into() }],
    }
}

/// So many drivers whose knowledge is worth something of `size`, and as many that is worth nothing.
pub(crate) fn worth(drivers: usize, size: f64) -> Worth {
    let options =
        ["Domestic", "Offshore", "An option whose name is longer than any committee would have it", "<i>&amp;"];
    let percentiles: Vec<f64> = (0..21).map(|i| (0.01 + 0.049 * f64::from(i)).min(0.99)).collect();
    let driver = |index: usize| {
        let value = if index < drivers { size / (1.0 + index as f64) } else { 0.0 };
        let curve = |option: usize| ExpectedExtra {
            option: options[option].into(),
            over_best: percentiles.iter().map(|p| size * (1.0 + option as f64 - 2.0 * p)).collect(),
        };
        let range = |option: usize, from: f64, to: f64| ChoiceRange {
            option: options[option].into(),
            from,
            to,
            from_value: (from > 0.0).then_some(12_345_678.0 * from),
            to_value: (to < 1.0).then_some(12_345_678.0 * to),
        };
        DriverWorth {
            path: path(index),
            is_guess: index.is_multiple_of(2),
            unit: "USD a year".into(),
            worth: if value > 0.0 { around(value, 0.1 * value) } else { Estimate::exact(0.0) },
            changes: 0.1,
            choices: vec![range(1, 0.0, 0.2), range(2, 0.2, 0.6), range(0, 0.6, 1.0)],
            margin: size * (index as f64 - drivers as f64),
            rival: options[2].into(),
            expected: vec![curve(1), curve(2), curve(3)],
        }
    };
    let option = |index: usize| OptionCost {
        name: options[index].into(),
        mean: around(size * (10.0 + index as f64), 0.01 * size),
        over_best: if index == 0 { Estimate::exact(0.0) } else { around(size * index as f64, 0.01 * size) },
    };
    Worth {
        title: "A case".into(),
        years: 524_288,
        seed: 2026,
        best: options[0].into(),
        options: (0..4).map(option).collect(),
        everything: Knowing { worth: around(3.0 * size, 0.1 * size), changes: 0.2 },
        drivers_together: Knowing { worth: around(2.0 * size, 0.1 * size), changes: 0.15 },
        percentiles: percentiles.clone(),
        drivers: (0..2 * drivers).map(driver).collect(),
        cautions: Vec::new(),
    }
}
