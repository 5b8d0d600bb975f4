//! How far is the simulation from its analytic twin?

use super::summary::Figures;
use crate::config::{Component, Scenario};
use crate::engine::Tallies;
use crate::outcome::{Adjusted, Caution, TwinFigures};
use crate::statistics::{Estimate, Moments, Moments3, Tails, mean_estimate, mean_score, variance_score};
use crate::twin::{Exact, lines, total_mean};

/// Scores beyond this are a caution: once in 16,000 figures by chance.
const SUSPECT: f64 = 4.0;
/// How well a mean is known to both sides, relative: quadrature of the twin, quantile tables of the engine.
const WITHIN: f64 = 1e-6;
/// The same where the engine takes sums of many amounts from a compiled law (METHODS, section 6).
const WITHIN_SUMS: f64 = 3e-5;
/// Of a variance, relative.
const VARIANCE_WITHIN: f64 = 1e-5;
const VARIANCE_WITHIN_SUMS: f64 = 2e-4;

/// The twin of a case.
pub struct Twin {
    /// By option, then by component.
    lines: Vec<[Exact; Component::ALL.len()]>,
    totals: Vec<Option<f64>>,
    counted: Vec<bool>,
}

impl Twin {
    pub fn of(scenario: &Scenario) -> Self {
        let lines: Vec<_> = (0..scenario.options.len()).map(|option| lines(scenario, option)).collect();
        let totals = lines.iter().map(|lines| total_mean(scenario, lines)).collect();
        let counted = Component::ALL.iter().map(|part| !scenario.simulation.exclude.contains(part)).collect();
        Self { lines, totals, counted }
    }

    /// By option: the counted components whose mean it does not know, which is what a run has to add up for
    /// [`adjust`](Self::adjust).
    pub fn rests(&self) -> Vec<Vec<usize>> {
        let unknown = |lines: &[Exact; Component::ALL.len()]| {
            (0..lines.len()).filter(|&part| self.counted[part] && lines[part].mean.is_none()).collect()
        };
        self.lines.iter().map(unknown).collect()
    }

    /// Puts the twin beside the figures; cautions where they are too far apart.
    pub fn score(&self, tallies: &Tallies, figures: &mut Figures) -> Vec<Caution> {
        let mut far = Vec::new();
        for (a, (option, sums)) in figures.options.iter_mut().zip(&tallies.sums.alternatives).enumerate() {
            for (component, (exact, moments)) in Component::ALL.iter().zip(self.lines[a].iter().zip(&sums.parts)) {
                let twin = scored(*component, *exact, moments);
                let measures = option.components.get_mut(component.key()).expect("a result has every component");
                measures.twin = twin;
                far.extend(twin.and_then(|twin| suspicion(&format!("{}: {component}", option.name), &twin)));
            }
            option.total.twin = self.total(a, &sums.total);
            far.extend(option.total.twin.and_then(|twin| suspicion(&format!("{}: total", option.name), &twin)));
        }
        let sums = &tallies.sums.differences;
        for (d, (difference, sums)) in figures.differences.iter_mut().zip(sums).enumerate() {
            let exact = self.totals[d + 1].zip(self.totals[0]).map(|(own, base)| own - base);
            let within = self.within(d + 1) + self.within(0);
            difference.total.twin = exact.map(|mean| TwinFigures {
                mean,
                mean_z: mean_score(&sums.total, mean, None, within),
                sd: None,
                sd_z: None,
            });
        }
        caution(&far).into_iter().collect()
    }

    /// Means in which the lines that the twin knows have their exact mean, where that leaves less to chance.
    pub fn adjust(&self, tallies: &Tallies, figures: &mut Figures) {
        let options = figures.options.len();
        let known = |a: usize| -> f64 {
            let lines = self.lines[a].iter().zip(&self.counted).filter(|(_, counted)| **counted);
            lines.filter_map(|(line, _)| line.mean).sum()
        };
        let rests = &tallies.sums.rests;
        for (a, (option, sums)) in figures.options.iter_mut().zip(&tallies.sums.alternatives).enumerate() {
            option.total.mean_adjusted = Some(adjusted(known(a), &rests[a], &sums.total));
        }
        for (d, (difference, sums)) in figures.differences.iter_mut().zip(&tallies.sums.differences).enumerate() {
            let known = known(d + 1) - known(0);
            difference.total.mean_adjusted = Some(adjusted(known, &rests[options + d], &sums.total));
        }
    }

    fn total(&self, a: usize, moments: &Moments) -> Option<TwinFigures> {
        let mean = self.totals[a]?;
        Some(TwinFigures { mean, mean_z: mean_score(moments, mean, None, self.within(a)), sd: None, sd_z: None })
    }

    /// How well the mean of an option's total is known.
    fn within(&self, a: usize) -> f64 {
        let lines = Component::ALL.iter().zip(&self.lines[a]).zip(&self.counted).filter(|(_, counted)| **counted);
        lines.map(|((component, line), _)| line.mean.map_or(0.0, |mean| mean.abs() * accuracy(*component).0)).sum()
    }
}

/// Relative accuracy of a mean and of a variance.
fn accuracy(component: Component) -> (f64, f64) {
    use Component as C;
    match component {
        C::Onboarding | C::DenialRework | C::DenialWriteOff | C::Dnfb | C::Breach | C::Penalties => {
            (WITHIN_SUMS, VARIANCE_WITHIN_SUMS)
        }
        _ => (WITHIN, VARIANCE_WITHIN),
    }
}

fn scored(component: Component, exact: Exact, moments: &Moments) -> Option<TwinFigures> {
    let (within, variance_within) = accuracy(component);
    let mean = exact.mean?;
    let sd = exact.variance.map(f64::sqrt);
    Some(TwinFigures {
        mean,
        mean_z: mean_score(moments, mean, sd, within * mean.abs()),
        sd,
        sd_z: exact.variance.and_then(|variance| variance_score(moments, variance, variance_within)),
    })
}

/// The known mean plus that of the rest; the simulated mean itself where the rest varies more than the total.
pub(super) fn adjusted(known: f64, rest: &Moments3, total: &Moments) -> Adjusted {
    const NO_TAILS: Tails = Tails { lower: None, upper: None, known: None };
    let ratio = if total.variance() > 0.0 { rest.variance() / total.variance() } else { 0.0 };
    if ratio >= 1.0 {
        return Adjusted { mean: mean_estimate(total, &NO_TAILS).estimate, variance_ratio: 1.0 };
    }
    let rest = mean_estimate(rest, &NO_TAILS).estimate;
    let shifted = |bound: Option<f64>| bound.map(|bound| known + bound);
    let mean = Estimate { value: known + rest.value, low: shifted(rest.low), high: shifted(rest.high) };
    Adjusted { mean, variance_ratio: ratio }
}

/// What is to be said of a line that is too far from its twin.
fn suspicion(subject: &str, twin: &TwinFigures) -> Option<String> {
    let beyond = |z: Option<f64>| z.filter(|z| z.abs() > SUSPECT);
    let mean = beyond(twin.mean_z).map(|z| format!("mean of {subject} (z = {z:.1})"));
    let sd = beyond(twin.sd_z).map(|z| format!("standard deviation of {subject} (z = {z:.1})"));
    mean.or(sd)
}

fn caution(far: &[String]) -> Option<Caution> {
    let message = format!(
        "simulated figures lie more than {SUSPECT} standard errors from what they must be: {}; by chance that happens to a figure \
         once in 16,000, so compare another seed and run `tailcost verify`",
        far.join(", ")
    );
    (!far.is_empty()).then(|| Caution { code: "twin".into(), message })
}
