//! How much of each measure is ignorance of parameters, and how much is chance?
//!
//! Two-dimensional Monte Carlo on common random numbers: every draw of the uncertain parameters is given the same inner years, so that bands
//! over the draws are those of ignorance and not of luck. Years and draws are crossed, so that the variance splits by a two-way analysis of
//! variance without bias however few the inner years are.

use super::measure::{Figure, Measure, Statistic};
use super::sample::Sample;
use super::split::{Quantity, SplitSums};
use crate::association::{ranks, spearman};
use crate::config::{IgnoranceBlock, Loaded, Origin, Scenario, UncertaintySettings};
use crate::engine::parallel_map;
use crate::model::Model;
use crate::outcome::{
    Caution, DoubtOrigin, Estimate, Horsetail, MeasureBand, ParameterDoubt, ParameterEffect, Uncertainty,
};
use crate::random::{Key, Stream};
use crate::statistics::Level;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum UncertaintyError {
    #[error("no parameter of the case is uncertain")]
    NothingUncertain,
    #[error("draw {draw} of the parameters makes an invalid case {TRIES} times over, the last time: {reason}")]
    NoValidDraw { draw: u64, reason: String },
    #[error("interrupted")]
    Interrupted,
}

/// Replicates of a draw that are tried before the laws are taken to be at fault.
const TRIES: u32 = 50;
/// Draws simulated side by side, and the most years that they hold between them.
const BATCH: usize = 16;
const HELD: u64 = 4_000_000;
/// Curves that are kept.
const MOST_CURVES: usize = 200;
/// Exceedance probabilities of a curve, as long as so many inner years are beyond.
const LEAST_BEYOND: f64 = 10.0;
const PROBABILITIES: [f64; 30] = [
    0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.015, 0.01, 0.007, 0.005,
    0.003, 0.002, 0.0015, 0.001, 7e-4, 5e-4, 3e-4, 2e-4, 1.5e-4, 1e-4,
];
/// Fewer inner years than this beyond a level leave its band to single years.
const THIN: f64 = 100.0;
/// Fewer outer draws than this give no share of a quadratic.
const FEW_DRAWS: usize = 20;
/// The level whose tail is split.
pub(super) const TAIL: f64 = 0.99;
/// Standard normal 97.5% quantile.
const Z: f64 = 1.959_963_984_540_054;

/// What one draw of the parameters gives.
struct Drawn {
    values: Vec<f64>,
    redrawn: u64,
    figures: Vec<f64>,
    columns: Vec<Vec<f64>>,
    curves: Vec<Vec<f64>>,
}

/// Runs `outer` draws of what is uncertain with `inner` years each; `done` counts the years.
///
/// # Errors
/// When nothing is uncertain, a draw cannot be made valid, or `interrupt` is set.
pub fn uncertainty(
    loaded: &Loaded,
    settings: &UncertaintySettings,
    seed: u64,
    interrupt: &AtomicBool,
    done: &AtomicU64,
) -> Result<Uncertainty, UncertaintyError> {
    let (blocks, unusable) = loaded.ignorance(settings);
    if blocks.is_empty() {
        return Err(UncertaintyError::NothingUncertain);
    }
    let base = Model::new(&loaded.scenario, seed);
    let central = Sample::of(&base, 0..settings.inner);
    let measures = measures(&central.options, &loaded.scenario.simulation.levels);
    let quantities = Quantity::all(&central.options);
    let probabilities = probabilities(settings.inner);
    let mut sums: Vec<SplitSums> =
        quantities.iter().map(|_| SplitSums::new(settings.outer, settings.inner, tail_level())).collect();
    let (mut values, mut figures, mut redrawn) = (Vec::new(), Vec::new(), 0);
    let mut curves: Vec<Vec<Vec<f64>>> = vec![Vec::new(); central.options.len()];
    let held = (HELD / settings.inner.max(1)).max(1) as usize;
    let draws: Vec<u64> = (0..settings.outer).collect();
    for batch in draws.chunks(BATCH.min(held)) {
        if interrupt.load(Ordering::Relaxed) {
            return Err(UncertaintyError::Interrupted);
        }
        for drawn in parallel_map(batch, |&draw| {
            let (values, scenario, redrawn) = valid_draw(loaded, &blocks, seed, draw)?;
            let sample = Sample::of(&base.changed(&scenario), 0..settings.inner);
            let figures = measures.iter().map(|measure| sample.figure(measure)).collect();
            let columns = quantities.iter().map(|quantity| quantity.column(&sample)).collect();
            let curves = sample.totals.iter().map(|column| curve(column, &probabilities)).collect();
            done.fetch_add(settings.inner, Ordering::Relaxed);
            Ok::<Drawn, UncertaintyError>(Drawn { values, redrawn, figures, columns, curves })
        }) {
            let drawn = drawn?;
            for (sums, column) in sums.iter_mut().zip(&drawn.columns) {
                sums.add(column);
            }
            for (kept, curve) in curves.iter_mut().zip(drawn.curves) {
                kept.push(curve);
            }
            values.push(drawn.values);
            figures.push(drawn.figures);
            redrawn += drawn.redrawn;
        }
    }
    let bands: Vec<MeasureBand> = measures
        .iter()
        .enumerate()
        .map(|(index, measure)| {
            let column: Vec<f64> = figures.iter().map(|row: &Vec<f64>| row[index]).collect();
            band(measure, estimate(&central, measure), &column)
        })
        .collect();
    let splits = quantities.iter().zip(sums).map(|(quantity, sums)| sums.finish(quantity)).collect();
    let horsetails = central
        .options
        .iter()
        .zip(&central.totals)
        .zip(curves)
        .map(|((option, column), curves)| horsetail(option, &probabilities, curve(column, &probabilities), curves))
        .collect();
    let mut cautions: Vec<Caution> = unusable
        .into_iter()
        .map(|unusable| Caution {
            code: "fit_not_used".into(),
            message: format!(
                "{}: the covariance in its biography is not used, as {}; fit it anew, or give its parameters laws",
                unusable.driver, unusable.reason
            ),
        })
        .collect();
    cautions.extend(thin(loaded, settings));
    if redrawn > 0 {
        cautions.push(Caution {
            code: "redrawn".into(),
            message: format!(
                "{redrawn} draws of the parameters made a law leave its domain and were drawn again from the next replicate: their laws \
                 are those given it stays inside"
            ),
        });
    }
    Ok(Uncertainty {
        title: loaded.scenario.title.clone(),
        config_hash: loaded.hash.clone(),
        seed,
        outer: settings.outer,
        inner: settings.inner,
        redrawn,
        guesses: settings.guesses,
        parameters: doubts(&blocks, &values, &measures, &figures),
        measures: bands,
        splits,
        horsetails,
        definitions: definitions(settings),
        cautions,
    })
}

/// The draw's values and its case: the first replicate under which the case is valid.
fn valid_draw(
    loaded: &Loaded,
    blocks: &[IgnoranceBlock],
    seed: u64,
    draw: u64,
) -> Result<(Vec<f64>, Scenario, u64), UncertaintyError> {
    let mut reason = String::new();
    for replicate in 0..TRIES {
        let uniform =
            |path: &str| Stream::new(Key { seed, scope: &["uncertainty"], driver: path, replicate }).at(draw, 0);
        let values: Vec<Vec<f64>> = blocks
            .iter()
            .map(|block| {
                let uniforms: Vec<_> = block.parameters.iter().map(|parameter| uniform(&parameter.path)).collect();
                block.draw(&uniforms)
            })
            .collect();
        match loaded.with_values(blocks, &values) {
            Ok(scenario) => return Ok((values.concat(), scenario, u64::from(replicate))),
            Err(errors) => {
                reason = errors.messages().first().map_or_else(String::new, |(message, _)| message.clone());
            }
        }
    }
    Err(UncertaintyError::NoValidDraw { draw, reason })
}

/// What is shown with a band, TVaR 99 always among it.
pub(super) fn measures(options: &[String], levels: &[Level]) -> Vec<Measure> {
    let mut levels = levels.to_vec();
    if !levels.contains(&tail_level()) {
        levels.push(tail_level());
        levels.sort_by(|a, b| a.value().total_cmp(&b.value()));
    }
    let mut measures = Vec::new();
    for (index, option) in options.iter().enumerate() {
        let mut add = |figure| measures.push(Measure { figure, option: option.clone() });
        add(Figure::Total(Statistic::Mean));
        add(Figure::Total(Statistic::Sd));
        for level in &levels {
            add(Figure::Total(Statistic::Var(*level)));
            add(Figure::Total(Statistic::Tvar(*level)));
        }
        if index > 0 {
            add(Figure::Difference(Statistic::Mean));
            add(Figure::Difference(Statistic::Tvar(tail_level())));
            add(Figure::CostsMore);
        }
        if options.len() > 1 {
            add(Figure::Cheapest);
        }
    }
    measures
}

pub(super) fn tail_level() -> Level {
    Level::new(TAIL).expect("a level")
}

/// A figure with its 95% interval of sampling error.
pub(super) fn estimate(sample: &Sample, measure: &Measure) -> Estimate {
    let value = sample.figure(measure);
    with_error(value, Sample::standard_error(&sample.influence(measure)))
}

pub(super) fn with_error(value: f64, error: f64) -> Estimate {
    if error.is_finite() {
        Estimate::between(value, value - Z * error, value + Z * error)
    } else {
        Estimate::bare(value)
    }
}

/// Exceedance probabilities that so many years support.
pub(super) fn probabilities(years: u64) -> Vec<f64> {
    let supported = PROBABILITIES.iter().copied().filter(|p| p * years as f64 >= LEAST_BEYOND * (1.0 - 1e-9));
    supported.collect()
}

/// The amounts that are exceeded with these probabilities: order statistics.
pub(super) fn curve(column: &[f64], probabilities: &[f64]) -> Vec<f64> {
    let mut sorted = column.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let amount = |p: &f64| {
        let beyond = (p * sorted.len() as f64).round() as usize;
        sorted[(sorted.len() - 1).saturating_sub(beyond)]
    };
    probabilities.iter().map(amount).collect()
}

/// The order statistic at `p` of figures over the draws.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let rank = (p * sorted.len() as f64).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

fn three(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    [0.05, 0.5, 0.95].map(|p| quantile(&sorted, p))
}

fn band(measure: &Measure, central: Estimate, figures: &[f64]) -> MeasureBand {
    let [p5, p50, p95] = three(figures);
    let mean = figures.iter().sum::<f64>() / figures.len() as f64;
    MeasureBand { measure: measure.to_string(), option: measure.option.clone(), central, mean, p5, p50, p95 }
}

fn horsetail(option: &str, probabilities: &[f64], central: Vec<f64>, mut curves: Vec<Vec<f64>>) -> Horsetail {
    let at = |index: usize| three(&curves.iter().map(|curve| curve[index]).collect::<Vec<_>>());
    let bands: Vec<[f64; 3]> = (0..probabilities.len()).map(at).collect();
    curves.truncate(MOST_CURVES);
    Horsetail {
        option: option.to_owned(),
        probabilities: probabilities.to_vec(),
        central,
        p5: bands.iter().map(|band| band[0]).collect(),
        p50: bands.iter().map(|band| band[1]).collect(),
        p95: bands.iter().map(|band| band[2]).collect(),
        curves,
    }
}

fn doubts(
    blocks: &[IgnoranceBlock],
    values: &[Vec<f64>],
    measures: &[Measure],
    figures: &[Vec<f64>],
) -> Vec<ParameterDoubt> {
    let asked: Vec<(usize, &Measure)> =
        measures.iter().enumerate().filter(|(_, measure)| is_asked(measure.figure)).collect();
    let columns: Vec<Vec<f64>> =
        asked.iter().map(|(index, _)| figures.iter().map(|row| row[*index]).collect()).collect();
    let parameters: Vec<_> =
        blocks.iter().flat_map(|block| block.parameters.iter().map(move |parameter| (block, parameter))).collect();
    let mut doubts = Vec::new();
    for (index, (block, parameter)) in parameters.into_iter().enumerate() {
        let drawn: Vec<f64> = values.iter().map(|row| row[index]).collect();
        let effects = asked.iter().zip(&columns).map(|((_, measure), column)| ParameterEffect {
            measure: measure.to_string(),
            rank_correlation: correlation(&drawn, column),
            first_order: first_order(&drawn, column),
        });
        doubts.push(ParameterDoubt {
            path: parameter.path.clone(),
            driver: block.driver.clone(),
            origin: match block.origin {
                Origin::Stated => DoubtOrigin::Stated,
                Origin::Fitted => DoubtOrigin::Fitted,
                Origin::Guess => DoubtOrigin::Guess,
            },
            central: parameter.central,
            p5: parameter.p5,
            p95: parameter.p95,
            effects: effects.collect(),
        });
    }
    doubts.sort_by(|a, b| a.path.cmp(&b.path));
    doubts
}

/// Measures that parameters are ranked by.
fn is_asked(figure: Figure) -> bool {
    match figure {
        Figure::Total(Statistic::Tvar(level)) | Figure::Difference(Statistic::Tvar(level)) => level == tail_level(),
        Figure::Total(Statistic::Mean) | Figure::Difference(Statistic::Mean) | Figure::CostsMore => true,
        _ => false,
    }
}

fn correlation(first: &[f64], second: &[f64]) -> f64 {
    let value = spearman(&ranks(first), &ranks(second)).value;
    if value.is_finite() { value } else { 0.0 }
}

/// `R^2` of the figures on the first two Legendre polynomials of the parameter's rank, adjusted for them.
fn first_order(parameter: &[f64], figures: &[f64]) -> Option<f64> {
    let draws = figures.len();
    if draws < FEW_DRAWS {
        return None;
    }
    let count = draws as f64;
    let mean = figures.iter().sum::<f64>() / count;
    let total: f64 = figures.iter().map(|y| (y - mean) * (y - mean)).sum();
    // A measure that no draw moves.
    if total == 0.0 {
        return Some(0.0);
    }
    let places: Vec<f64> = ranks(parameter).iter().map(|rank| 2.0 * (rank - 0.5) / count - 1.0).collect();
    let line: Vec<f64> = centred(places.clone());
    let mut bend = centred(places.iter().map(|x| 1.5 * x * x - 0.5).collect());
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let along = product(&bend, &line) / product(&line, &line);
    for (bend, line) in bend.iter_mut().zip(&line) {
        *bend -= along * line;
    }
    let explained: f64 = [&line, &bend]
        .into_iter()
        .filter(|column| product(column, column) > 0.0)
        .map(|column| product(column, figures) * product(column, figures) / product(column, column))
        .sum();
    let share = explained / total;
    Some((1.0 - (1.0 - share) * (count - 1.0) / (count - 3.0)).clamp(0.0, 1.0))
}

fn centred(mut values: Vec<f64>) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter_mut().for_each(|value| *value -= mean);
    values
}

/// Levels whose tails have too few inner years for a band that means anything.
fn thin(loaded: &Loaded, settings: &UncertaintySettings) -> Option<Caution> {
    let thin: Vec<String> = loaded
        .scenario
        .simulation
        .levels
        .iter()
        .filter(|level| settings.inner as f64 / level.return_period() < THIN)
        .map(|level| level.value().to_string())
        .collect();
    (!thin.is_empty()).then(|| Caution {
        code: "thin_inner_tail".into(),
        message: format!(
            "fewer than {THIN} of the inner years lie beyond the level{} {}: those bands are around the tail of few years, the same for all \
             draws; more inner years tell more (--years)",
            if thin.len() > 1 { "s" } else { "" },
            thin.join(", ")
        ),
    })
}

fn definitions(settings: &UncertaintySettings) -> Vec<String> {
    let mut definitions = vec![
        "Every draw of what is uncertain is run with the same years: bands (5%, 50%, 95% of the draws) are ignorance, not luck.".to_owned(),
        "Central: every uncertain parameter at the value of a plain run, in the same years; its interval is 95%, sampling error alone.".to_owned(),
        "Variance: the share of Var(E[Y | parameters]) in Var(Y), by analysis of variance of draws crossed with years.".to_owned(),
        format!(
            "TVaR {:.0}: of all draws together (parameters unknown) against the average of those given the parameters (known); the share is of \
             what it exceeds the mean by.",
            100.0 * TAIL
        ),
    ];
    if let Some(spread) = settings.guesses {
        definitions.push(format!(
            "Your assumption, not the config's: every driver whose source is a guess is off by a factor of mean 1 and standard deviation \
             {spread}, each on its own (a share on its odds; a driver of either sign by a shift; of a level with mean 1, such as the \
             volume, the spread alone)."
        ));
    }
    definitions
}
