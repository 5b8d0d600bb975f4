//! How is a run repeated many times over years that no other run has?

use super::super::Context;
use super::cover::{Figure, figures};
use crate::analysis::{LawTails, Precision, totals};
use crate::engine::{Control, Kernel, Request, Shifted, Tallies, parallel_map, run};
use crate::model::Model;
use crate::statistics::Estimate;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// Years between the beginnings of two kinds of run, far more than any has.
const APART: u64 = 1 << 40;
/// The kind that is the truth.
const TRUTH: u64 = 1 << 10;
/// Half-widths to stop at are those of a run of so many years: between two looks of a stop rule, so that chance says which it is.
const STOP_NEAR: f64 = 160_000.0;
/// A run that no rule has stopped ends here.
const STOP_MOST: u64 = 600_000;

/// A case to be run again and again.
pub struct Study<'a> {
    context: &'a Context<'a>,
    model: Model,
    tails: Vec<LawTails>,
}

/// The figures of many runs of one kind.
pub struct Repeated {
    pub title: String,
    /// By run, in the order of [`figures`]; one figure alone where a rule stopped the runs.
    pub runs: Vec<Vec<Estimate>>,
    /// Which figures those are, in the order of [`figures`].
    pub places: Vec<usize>,
}

impl<'a> Study<'a> {
    pub fn new(context: &'a Context<'a>) -> Self {
        let scenario = &context.loaded.scenario;
        Self { context, model: Model::on(context.level(), scenario, context.seed), tails: LawTails::of(scenario) }
    }

    /// The figures of a run of its own years on all threads.
    pub fn truth(&self, years: u64) -> Vec<Figure> {
        let shifted = Shifted { kernel: &self.model, first: TRUTH * APART };
        let tallies = self.run(&shifted, years, self.context.threads, None);
        self.figures(&tallies)
    }

    /// `runs` runs of `years` years each, one a thread.
    pub fn repeat(&self, kind: u64, runs: u64, years: u64) -> Repeated {
        let starts: Vec<u64> = (0..runs).map(|run| kind * APART + run * years).collect();
        let of = |first: &u64| {
            let shifted = Shifted { kernel: &self.model, first: *first };
            self.figures(&self.run(&shifted, years, 1, None)).iter().map(|figure| figure.estimate).collect()
        };
        let runs: Vec<Vec<Estimate>> = parallel_map(&starts, of);
        let places = (0..runs.first().map_or(0, Vec::len)).collect();
        Repeated { title: format!("{years} years"), runs, places }
    }

    /// Runs that end when the interval of one figure is narrow enough, for a few figures.
    pub fn repeat_stopped(&self, kind: u64, runs: u64, truth: &[Figure], truth_years: u64) -> Vec<Repeated> {
        let rules: Vec<(usize, f64)> = stop_figures(truth)
            .into_iter()
            .filter_map(|place| {
                let half = truth[place].half_width()?;
                (half > 0.0).then(|| (place, half * (truth_years as f64 / STOP_NEAR).sqrt()))
            })
            .collect();
        let starts: Vec<u64> = (0..runs).map(|run| kind * APART + run * STOP_MOST).collect();
        // A stopped run is a prefix of a longer one: one run serves all rules.
        let ends: Vec<Vec<Estimate>> = parallel_map(&starts, |first| {
            let shifted = Shifted { kernel: &self.model, first: *first };
            let mut ends: Vec<Option<Estimate>> = vec![None; rules.len()];
            let mut look = |tallies: &Tallies| {
                let figures = self.figures(tallies);
                for (end, (place, half)) in ends.iter_mut().zip(&rules) {
                    let estimate = figures[*place].estimate;
                    if end.is_none() && Precision::Absolute(*half).holds(&estimate) {
                        *end = Some(estimate);
                    }
                }
                ends.iter().all(Option::is_some)
            };
            let tallies = self.run(&shifted, STOP_MOST, 1, Some(&mut look));
            let last = self.figures(&tallies);
            let end = |(end, (place, _)): (Option<Estimate>, &(usize, f64))| end.unwrap_or(last[*place].estimate);
            ends.into_iter().zip(&rules).map(end).collect()
        });
        let of_rule = |(index, (place, _)): (usize, &(usize, f64))| Repeated {
            title: "stopped".to_string(),
            runs: ends.iter().map(|ends| vec![ends[index]]).collect(),
            places: vec![*place],
        };
        rules.iter().enumerate().map(of_rule).collect()
    }

    fn run(
        &self,
        kernel: &Shifted<'_, Model>,
        years: u64,
        threads: usize,
        stop: Option<&mut dyn FnMut(&Tallies) -> bool>,
    ) -> Tallies {
        let levels = &self.context.loaded.scenario.simulation.levels;
        let request = Request { years, threads, levels, level: self.context.level(), rests: &[] };
        let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
        let control = Control { interrupt: &interrupt, done: &done, stop: stop.map(|stop| stop as _) };
        run(kernel, &request, control).expect("a run that nobody interrupts").0
    }

    fn figures(&self, tallies: &Tallies) -> Vec<Figure> {
        let levels = &self.context.loaded.scenario.simulation.levels;
        figures(&totals(self.model.layout(), tallies, levels, &self.tails))
    }
}

/// What stop rules are tried on: the mean and the TVaR next to 0.99 of the last option that varies, and the same of the last difference.
fn stop_figures(truth: &[Figure]) -> Vec<usize> {
    let varies = |figure: &&Figure| figure.half_width().is_some_and(|half| half > 0.0);
    let subject = |difference: bool| {
        let of_kind = truth.iter().rev().filter(move |figure| figure.is_difference == difference).filter(varies);
        of_kind.map(|figure| figure.subject.as_str()).next()
    };
    let mut places = Vec::new();
    for subject in [subject(false), subject(true)].into_iter().flatten() {
        let of_subject = || truth.iter().enumerate().filter(move |(_, figure)| figure.subject == subject);
        places.extend(of_subject().find(|(_, figure)| figure.measure == "mean").map(|(place, _)| place));
        let tail = of_subject().filter(|(_, figure)| figure.measure == "TVaR").filter(|(_, figure)| varies(figure));
        let near = |figure: &Figure| (figure.level.unwrap_or(0.0) - 0.99).abs();
        places.extend(tail.min_by(|a, b| near(a.1).total_cmp(&near(b.1))).map(|(place, _)| place));
    }
    places
}
