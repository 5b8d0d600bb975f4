//! How does a case become an outcome?

use super::appetite;
use super::cautions;
use super::inputs::inputs;
use super::law_tails::LawTails;
use super::measure::StopRule;
use super::profile::{StageClock, profile};
use super::summary::{Figures, summarise};
use super::twin_scores::Twin;
use crate::config::{Loaded, Scenario, Value, WorkforceDriver};
use crate::engine::{Control, Ended, EngineError, Kernel, Layout, Request, Tallies, run, run_watched};
use crate::numerics::simd;
use crate::outcome::{Caution, Outcome, Provenance, RunRecord, SCHEMA};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Instant;

/// How a case is to be run.
pub struct Settings<'a> {
    /// Most years to simulate.
    pub years: u64,
    pub seed: u64,
    pub threads: usize,
    pub until: Option<&'a StopRule>,
    /// Name of the engine, for the record.
    pub engine: &'static str,
    pub command: Vec<String>,
    /// Instructions of the tallies; figures do not depend on them.
    pub level: simd::Level,
    pub profiling: Profiling,
    /// Are means to be adjusted by what the twin knows?
    pub control_variates: bool,
}

/// Is the time of the run's stages taken?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profiling {
    Off,
    On,
}

/// Runs a compiled case and sums it up.
pub fn run_case<K: Kernel>(
    kernel: &K,
    loaded: &Loaded,
    settings: &Settings<'_>,
    interrupt: &AtomicBool,
    done: &AtomicU64,
) -> Result<(Outcome, Tallies, Ended), EngineError> {
    let started = Instant::now();
    let levels = &loaded.scenario.simulation.levels;
    let tails = LawTails::of(&loaded.scenario);
    let twin = Twin::of(&loaded.scenario);
    let rests = if settings.control_variates { twin.rests() } else { Vec::new() };
    let request =
        Request { years: settings.years, threads: settings.threads, levels, level: settings.level, rests: &rests };
    let tails = &tails;
    let mut rule = settings.until.map(|rule| {
        move |tallies: &Tallies| {
            let figures = summarise(kernel, tallies, levels, tails);
            rule.satisfied(&figures.options, &figures.differences)
        }
    });
    let stop = rule.as_mut().map(|rule| rule as &mut dyn FnMut(&Tallies) -> bool);
    let control = Control { interrupt, done, stop };
    let (tallies, ended, clocks) = match settings.profiling {
        Profiling::Off => run(kernel, &request, control).map(|(tallies, ended)| (tallies, ended, Vec::new()))?,
        Profiling::On => run_watched(kernel, &request, control, StageClock::start)?,
    };
    let outcome = finish(kernel, loaded, settings, &twin, &tallies, ended, || {
        let seconds = started.elapsed().as_secs_f64();
        RunRecord {
            wall_seconds: seconds,
            years_per_second: tallies.years as f64 / seconds,
            profile: (settings.profiling == Profiling::On)
                .then(|| profile(&clocks, tallies.years, kernel.draws(), settings.level)),
            ..record(settings)
        }
    });
    Ok((outcome, tallies, ended))
}

/// Sums up a case that was run to its end elsewhere, in parts say.
pub fn outcome_of<K: Kernel>(kernel: &K, loaded: &Loaded, settings: &Settings<'_>, tallies: &Tallies) -> Outcome {
    finish(kernel, loaded, settings, &Twin::of(&loaded.scenario), tallies, Ended::Complete, || record(settings))
}

/// What is known of a run before it.
fn record(settings: &Settings<'_>) -> RunRecord {
    RunRecord {
        command: settings.command.clone(),
        threads: settings.threads,
        host_cores: std::thread::available_parallelism().map_or(1, usize::from),
        wall_seconds: 0.0,
        years_per_second: 0.0,
        profile: None,
    }
}

/// The figures, then the record of how long all of it took.
fn finish<K: Kernel>(
    kernel: &K,
    loaded: &Loaded,
    settings: &Settings<'_>,
    twin: &Twin,
    tallies: &Tallies,
    ended: Ended,
    record: impl FnOnce() -> RunRecord,
) -> Outcome {
    let tails = LawTails::of(&loaded.scenario);
    let mut figures = summarise(kernel, tallies, &loaded.scenario.simulation.levels, &tails);
    let suspicions = twin.score(tallies, &mut figures);
    if settings.control_variates {
        twin.adjust(tallies, &mut figures);
    }
    let record = record();
    let mut cautions = loaded.cautions.clone();
    cautions.extend(suspicions);
    cautions.extend(figures.notes.cautions());
    cautions.extend(cautions::guesses(&loaded.scenario, &figures.differences));
    if loaded.scenario.dependence.as_ref().is_some_and(|group| group.copula_dof().is_some()) {
        let message = dependence_note(&loaded.scenario).unwrap_or_default();
        cautions.push(Caution { code: "t_copula".into(), message });
    }
    let satisfied = |rule: &&StopRule| rule.satisfied(&figures.options, &figures.differences);
    cautions.extend(match (ended, settings.until) {
        (Ended::Interrupted, _) => Some(interrupted(tallies.years, settings.years)),
        // The last years may have brought the precision that no look on the way could see.
        (Ended::Complete, rule) => rule.filter(|rule| !satisfied(rule)).map(|rule| not_within(rule, tallies.years)),
        (Ended::Stopped, _) => None,
    });
    outcome(loaded, settings, tallies.years, figures, cautions, kernel.layout(), record)
}

fn outcome(
    loaded: &Loaded,
    settings: &Settings<'_>,
    years: u64,
    figures: Figures,
    cautions: Vec<Caution>,
    layout: &Layout,
    run: RunRecord,
) -> Outcome {
    let scenario = &loaded.scenario;
    Outcome {
        schema: SCHEMA,
        title: scenario.title.clone(),
        years,
        seed: settings.seed,
        value_version: crate::VALUE_VERSION,
        appetite: appetite::held(&scenario.appetite, &figures.options, &figures.differences),
        options: figures.options,
        differences: figures.differences,
        cautions,
        uncertainty: None,
        stress: None,
        break_even: Vec::new(),
        stories: Vec::new(),
        provenance: Provenance {
            program_version: env!("CARGO_PKG_VERSION").into(),
            engine: settings.engine.into(),
            config: loaded.resolved_toml.clone(),
            config_hash: loaded.hash.clone(),
            data_files: loaded.data_files.clone(),
            analysis: scenario.analysis.clone(),
            quoted_rates: layout.alternatives.iter().cloned().zip(quoted_rates(scenario)).collect::<BTreeMap<_, _>>(),
            dependence_note: dependence_note(scenario),
            inputs: Some(inputs(scenario)),
            member: None,
            run,
        },
        sensitivity: None,
        worth: None,
        verification: None,
    }
}

/// What each option's hours are quoted at: the mean rates of its workforces, by share.
fn quoted_rates(scenario: &Scenario) -> impl Iterator<Item = f64> {
    scenario.options.iter().map(|option| {
        option
            .mix
            .iter()
            .map(|(workforce, share)| {
                let rate = scenario.workforces[*workforce].drivers.get(WorkforceDriver::Rate);
                share
                    * rate.map_or(0.0, |driver| match &driver.value {
                        Value::Point(value) => *value,
                        Value::Law(law) => law.mean(),
                    })
            })
            .sum()
    })
}

fn dependence_note(scenario: &Scenario) -> Option<String> {
    let group = scenario.dependence.as_ref()?;
    let pairs = group.requested.len();
    Some(match group.copula_dof() {
        None => format!("Gaussian copula of {} drivers, {pairs} rank correlations as stated", group.members.len()),
        Some(dof) => format!(
            "t copula of {} drivers with {dof} degrees of freedom, {pairs} rank correlations; the realised ones are slightly \
             nearer 0 than stated, and pairs not listed are uncorrelated but not independent",
            group.members.len()
        ),
    })
}

fn interrupted(years: u64, of: u64) -> Caution {
    let message = format!("interrupted after {years} of {of} years; the result equals a run of {years} years");
    Caution { code: "interrupted".into(), message }
}

fn not_within(rule: &StopRule, years: u64) -> Caution {
    let message = format!(
        "{years} years were not enough to bring {} within the precision asked for; raise --max-years",
        rule.measure
    );
    Caution { code: "not_within".into(), message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Source, load};
    use crate::model::Model;
    use crate::numerics::simd::Instructions;
    use crate::outcome::Estimate;

    fn outcome_of(overrides: &[&str], years: u64) -> Outcome {
        outcome_with(overrides, years, false)
    }

    fn outcome_with(overrides: &[&str], years: u64, control_variates: bool) -> Outcome {
        let source = Source::Builtin("article".into());
        let overrides: Vec<String> = overrides.iter().map(ToString::to_string).collect();
        let loaded = load(&source, &overrides).unwrap_or_else(|errors| panic!("{errors}"));
        let settings = Settings {
            years,
            seed: 1,
            threads: 1,
            until: None,
            engine: "fast",
            command: vec![],
            level: Instructions::best(),
            profiling: Profiling::Off,
            control_variates,
        };
        let model = Model::new(&loaded.scenario, settings.seed);
        run_case(&model, &loaded, &settings, &AtomicBool::new(false), &AtomicU64::new(0)).unwrap().0
    }

    #[test]
    fn a_run_of_one_year_says_how_little_it_knows() {
        let outcome = outcome_of(&[], 1);
        for total in
            outcome.options.iter().map(|option| &option.total).chain(outcome.differences.iter().map(|d| &d.total))
        {
            assert!(total.sd.value == 0.0 && total.mean.value == total.max && total.levels[0].var.value == total.max);
            let unknown = |estimate: Estimate| estimate.low.is_none() && estimate.high.is_none();
            assert!(
                unknown(total.mean)
                    && unknown(total.sd)
                    && unknown(total.levels[0].var)
                    && unknown(total.levels[0].tvar)
            );
        }
        assert!(outcome.cautions.iter().any(|caution| caution.code == "thin_tail"));
    }

    #[test]
    fn known_lines_are_put_in_and_the_rest_is_as_simulated() {
        let plain = outcome_of(&[], 20_000);
        let outcome = outcome_with(&[], 20_000, true);
        assert!(plain.options.iter().all(|option| option.total.mean_adjusted.is_none()));
        // All lines of a pure option are known; of the blend all but its insured breaches, and what it costs less the first.
        for option in &outcome.options[..2] {
            let (twin, adjusted) = (option.total.twin.unwrap(), option.total.mean_adjusted.unwrap());
            assert_eq!((adjusted.mean, adjusted.variance_ratio), (Estimate::exact(adjusted.mean.value), 0.0));
            assert!((adjusted.mean.value / twin.mean - 1.0).abs() < 1e-12);
        }
        let blend = &outcome.options[2];
        let adjusted = blend.total.mean_adjusted.unwrap();
        let known: f64 = blend.components.values().filter_map(|line| Some(line.twin?.mean)).sum();
        let breach = blend.components["breach"].mean;
        assert!(blend.total.twin.is_none() && blend.components["breach"].twin.is_none());
        assert!((adjusted.mean.value / (known + breach.value) - 1.0).abs() < 1e-12);
        let width = |estimate: Estimate| estimate.high.unwrap() - estimate.low.unwrap();
        assert!((width(adjusted.mean) / width(breach) - 1.0).abs() < 1e-9);
        let (breach, total) = (blend.components["breach"].sd, blend.total.sd.value);
        assert!((adjusted.variance_ratio / (breach * breach / total / total) - 1.0).abs() < 1e-9);
        let difference = outcome.differences[1].total.mean_adjusted.unwrap();
        assert!(difference.variance_ratio > 0.0 && difference.variance_ratio < 0.1);
    }

    #[test]
    fn lines_that_offset_each_other_keep_their_simulated_mean() {
        // Where what is known varies against the rest, leaving it out would add to the spread.
        let ratio = |unknown: f64, known: f64| {
            let years: Vec<f64> = (0..1000).map(|i| f64::from(i % 10)).collect();
            let of = |factor: f64| years.iter().map(|x| factor * x).collect::<Vec<f64>>();
            let rest = crate::statistics::Moments3::from_slice(&of(unknown));
            let total = crate::statistics::Moments::from_slice(&of(unknown + known));
            super::super::twin_scores::adjusted(known * 4.5, &rest, &total)
        };
        assert_eq!(ratio(2.0, -1.0).variance_ratio, 1.0);
        assert_eq!(ratio(2.0, -1.0).mean.value, 4.5);
        assert!((ratio(1.0, 1.0).variance_ratio - 0.25).abs() < 1e-12);
        assert!((ratio(1.0, 1.0).mean.value - 9.0).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_otherwise_is_exact() {
        let alone = outcome_of(&[r#"option = [{ name = "Domestic", mix = { domestic = 1.0 } }]"#], 100);
        assert_eq!(alone.options[0].probability_cheapest, Estimate::exact(1.0));
        let pair = r#"option = [{ name = "A", mix = { domestic = 1.0 } }, { name = "B", mix = { domestic = 1.0 } }]"#;
        let twins = outcome_of(&[pair], 100);
        assert!(twins.options.iter().all(|option| option.probability_cheapest == Estimate::exact(0.5)));
        assert_eq!(twins.differences[0].probability_costs_more, Estimate::exact(0.0));
    }
}
