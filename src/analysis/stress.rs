//! What does each option cost under each stress, on the same draws as the base?

use super::measure::Measure;
use super::sample::Sample;
use super::uncertainty::{curve, estimate, measures, probabilities, with_error};
use crate::config::{Loaded, Stress};
use crate::engine::parallel_map;
use crate::model::Model;
use crate::outcome::{Estimate, StressCurves, StressFigure, StressTest, StressedCase, StressedValue};

/// A compiled base with its years, for stresses and for what lies beyond a loss.
pub struct StressBase {
    pub model: Model,
    pub sample: Sample,
}

impl StressBase {
    /// Simulates the base in the first `years`.
    pub fn new(loaded: &Loaded, years: u64, seed: u64) -> Self {
        let model = Model::new(&loaded.scenario, seed);
        let sample = Sample::of(&model, 0..years);
        Self { model, sample }
    }
}

/// Every measure of the base and of each stress, and its change in the same years.
pub fn stress_test(loaded: &Loaded, base: &StressBase, stresses: &[Stress], seed: u64) -> StressTest {
    let options = &base.sample.options;
    let years = base.sample.years() as u64;
    let measures = measures(options, &loaded.scenario.simulation.levels);
    let probabilities = probabilities(years);
    let influences = parallel_map(&measures, |measure| base.sample.influence(measure));
    let figures = parallel_map(&measures, |measure| figure(measure, estimate(&base.sample, measure), None));
    let mut exceedance: Vec<StressCurves> = options
        .iter()
        .zip(&base.sample.totals)
        .map(|(option, column)| StressCurves {
            option: option.clone(),
            probabilities: probabilities.clone(),
            base: curve(column, &probabilities),
            stressed: Vec::new(),
        })
        .collect();
    let mut cases = Vec::new();
    for stress in stresses {
        let sample = Sample::of(&base.model.changed(&stress.scenario), 0..years);
        for (curves, column) in exceedance.iter_mut().zip(&sample.totals) {
            curves.stressed.push(curve(column, &probabilities));
        }
        let places: Vec<usize> = (0..measures.len()).collect();
        let figures = parallel_map(&places, |&place| {
            let measure = &measures[place];
            let influence = sample.influence(measure);
            let value = sample.figure(measure);
            let apart: Vec<f64> = influence.iter().zip(&influences[place]).map(|(own, base)| own - base).collect();
            let change = with_error(value - base.sample.figure(measure), Sample::standard_error(&apart));
            figure(measure, with_error(value, Sample::standard_error(&influence)), Some(change))
        });
        let changes = stress.changes.iter().map(|change| StressedValue {
            path: change.path.clone(),
            base: change.parent.clone(),
            stressed: change.own.clone(),
        });
        cases.push(StressedCase {
            name: stress.name.clone(),
            description: stress.description.clone(),
            changes: changes.collect(),
            figures,
        });
    }
    StressTest {
        title: loaded.scenario.title.clone(),
        config_hash: loaded.hash.clone(),
        seed,
        years,
        options: options.clone(),
        base: figures,
        stresses: cases,
        exceedance,
        reverse: None,
        definitions: vec![
            "Base and stresses are the same years: every draw that a stress does not change is the same. Intervals are 95%, sampling error alone; \
             those of changes are paired."
                .to_owned(),
        ],
        cautions: loaded.cautions.iter().filter(|caution| caution.code == "uncertain_parameters").cloned().collect(),
    }
}

fn figure(measure: &Measure, value: Estimate, change: Option<Estimate>) -> StressFigure {
    StressFigure { measure: measure.to_string(), option: measure.option.clone(), value, change }
}
