//! Which answers about ignorance and stresses do the tests of tables, charts and the page share?

use crate::outcome::{
    DesignYear, DoubtOrigin, EventShare, Horsetail, MeasureBand, ParameterDoubt, ParameterEffect, ReverseStress, Split,
    StressCurves, StressFigure, StressTest, StressedCase, StressedValue, TvarSplit, TypicalDriver, Uncertainty,
    UnusualDriver, UnusualEvent, VarianceSplit,
};
use crate::statistics::Estimate;

/// Draws, so many parameters, of these options with amounts of this size.
pub(crate) fn ignorance(options: &[String], factor: f64, parameters: usize) -> Uncertainty {
    let probabilities = vec![0.99, 0.5, 0.1, 0.01, 0.001];
    let curve =
        |scale: f64| probabilities.iter().map(|p: &f64| factor * scale * (1.0 + (1.0 / p).ln())).collect::<Vec<f64>>();
    let band = |measure: String, option: &str, value: f64| MeasureBand {
        measure,
        option: option.into(),
        central: Estimate::between(value, 0.95 * value, 1.05 * value),
        mean: value,
        p5: 0.8 * value,
        p50: value,
        p95: 1.3 * value,
    };
    let effect = |measure: &str, at: usize| ParameterEffect {
        measure: measure.into(),
        rank_correlation: if at.is_multiple_of(2) { 0.8 } else { -0.8 },
        first_order: Some(1.0 / (1.0 + at as f64)),
    };
    let last = options.last().unwrap();
    Uncertainty {
        title: "A case".into(),
        config_hash: "0".repeat(64),
        seed: 1,
        outer: 200,
        inner: 20_000,
        redrawn: 0,
        guesses: Some(0.25),
        parameters: (0..parameters)
            .map(|at| ParameterDoubt {
                path: format!("workforce.a_workforce_with_a_name_{at}.breach.penalty.annual_cap factor"),
                driver: "workforce.a.rate".into(),
                origin: DoubtOrigin::Guess,
                central: 1.0,
                p5: 0.64,
                p95: 1.4,
                effects: vec![
                    effect(&format!("mean difference of {last}"), at),
                    effect(&format!("tvar@0.99 of {last}"), at + 1),
                ],
            })
            .collect(),
        measures: options
            .iter()
            .flat_map(|option| {
                [
                    band(format!("mean of {option}"), option, factor),
                    band(format!("tvar@0.99 of {option}"), option, 3.0 * factor),
                    band(format!("mean difference of {option}"), option, factor),
                    band(format!("costs more of {option}"), option, 0.6),
                ]
            })
            .collect(),
        splits: vec![Split {
            option: last.clone(),
            baseline: Some(options[0].clone()),
            variance: VarianceSplit {
                total_sd: factor,
                ignorance_sd: 0.6 * factor,
                chance_sd: 0.8 * factor,
                ignorance_share: Estimate::between(0.36, 0.3, 0.42),
            },
            tvar: TvarSplit {
                level: 0.99,
                mean: factor,
                known: 2.0 * factor,
                pooled: 3.0 * factor,
                ignorance_share: 0.5,
            },
        }],
        horsetails: options
            .iter()
            .map(|option| Horsetail {
                option: option.clone(),
                probabilities: probabilities.clone(),
                central: curve(1.0),
                p5: curve(0.5),
                p50: curve(1.0),
                p95: curve(2.0),
                curves: (1..40).map(|draw| curve(f64::from(draw) / 15.0)).collect(),
            })
            .collect(),
        definitions: Vec::new(),
        cautions: Vec::new(),
    }
}

/// So many stresses of these options with amounts of this size.
pub(crate) fn stresses(options: &[String], factor: f64, count: usize) -> StressTest {
    let probabilities = vec![0.99, 0.5, 0.1, 0.01, 0.001];
    let curve =
        |scale: f64| probabilities.iter().map(|p: &f64| factor * scale * (1.0 + (1.0 / p).ln())).collect::<Vec<f64>>();
    let figures = |change: Option<f64>| {
        let of = |measure: String, option: &str| StressFigure {
            measure,
            option: option.into(),
            value: Estimate::between(factor, 0.9 * factor, 1.1 * factor),
            change: change.map(|by| {
                let half = 0.2 * (by * factor).abs();
                Estimate::between(by * factor, by * factor - half, by * factor + half)
            }),
        };
        let both =
            |option: &String| [of(format!("mean of {option}"), option), of(format!("tvar@0.99 of {option}"), option)];
        options.iter().flat_map(both).collect::<Vec<StressFigure>>()
    };
    StressTest {
        title: "A case".into(),
        config_hash: "0".repeat(64),
        seed: 1,
        years: 100_000,
        options: options.to_vec(),
        base: figures(None),
        stresses: (0..count)
            .map(|at| StressedCase {
                name: format!("a stress with a rather long name, number {at}"),
                description: Some("What a committee asks about".into()),
                changes: vec![StressedValue { path: "world.threat".into(), base: None, stressed: Some("2.0".into()) }],
                figures: figures(Some(at as f64 - 1.0)),
            })
            .collect(),
        exceedance: options
            .iter()
            .map(|option| StressCurves {
                option: option.clone(),
                probabilities: probabilities.clone(),
                base: curve(1.0),
                stressed: (0..count).map(|at| curve(1.0 + at as f64)).collect(),
            })
            .collect(),
        reverse: None,
        definitions: Vec::new(),
        cautions: Vec::new(),
    }
}

/// The years of an option beyond a loss.
pub(crate) fn reverse(option: &str) -> ReverseStress {
    ReverseStress {
        option: option.into(),
        beyond: 2e7,
        return_period: 200.0,
        years: 100_000,
        years_beyond: 500,
        looked_at: 500,
        design: vec![DesignYear {
            year: 4711,
            total: 2.1e7,
            distance: 3.2,
            drivers_part: 4.0,
            events_part: 6.2,
            drivers: vec![UnusualDriver {
                path: "workforce.offshore.case_mix_drift".into(),
                value: Some(-0.05),
                unit: "ratio".into(),
                percentile: 0.003,
                score: -2.7,
            }],
            events: vec![UnusualEvent {
                path: "workforce.offshore.breach".into(),
                what: "1 breach".into(),
                probability: 0.02,
            }],
        }],
        typical: vec![TypicalDriver {
            path: "workforce.offshore.breach.severity".into(),
            median_percentile: 0.97,
            years: 400,
        }],
        events: vec![EventShare {
            path: "workforce.offshore.breach".into(),
            what: "breaches".into(),
            share_beyond: 0.8,
            share_usual: 0.02,
        }],
        median_distance: 4.5,
    }
}
