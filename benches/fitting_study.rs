//! Do fitted parameters hit the true ones, and do their 95% intervals hold them, over thousands of samples?
//!
//! `cargo bench --bench fitting_study -- [--repetitions 2000] [--family NAME] [--threads N]` prints the table of METHODS. Samples are
//! keyed: the same table on every machine and number of threads.

use tailcost::distributions::{Law, Sampler};
use tailcost::fitting::{Bound, Columns, Ends, Intervals, Observations, fit_family};
use tailcost::numerics::Probability;
use tailcost::numerics::elementary::ln;
use tailcost::numerics::parallel::{limit_threads, parallel_map};
use tailcost::outcome::fit::{FitState, Interval, ParameterRole};
use tailcost::random::{Key, Stream};

/// A family with the true parameters that its samples are drawn from.
struct Case {
    family: &'static str,
    /// The ends that the fit is told.
    ends: Ends,
    parameters: &'static [(&'static str, f64)],
}

const NO_ENDS: Ends = Ends { min: None, max: None, threshold: None };
const SHARE: Ends = Ends { min: Some(0.0), max: Some(1.0), threshold: None };

/// Sizes as they are met in the field: claim sizes, durations, shares, rates.
const CASES: &[Case] = &[
    Case { family: "normal", ends: NO_ENDS, parameters: &[("mean", 40.0), ("sd", 7.0)] },
    Case { family: "lognormal", ends: NO_ENDS, parameters: &[("mu", 9.0), ("sigma", 1.4)] },
    Case { family: "gamma", ends: NO_ENDS, parameters: &[("shape", 2.5), ("scale", 300.0)] },
    Case { family: "beta", ends: SHARE, parameters: &[("alpha", 3.2), ("beta", 14.0)] },
    Case { family: "uniform", ends: NO_ENDS, parameters: &[("min", 2.0), ("max", 10.0)] },
    Case {
        family: "triangular",
        ends: Ends { min: Some(2.0), max: Some(14.0), threshold: None },
        parameters: &[("min", 2.0), ("mode", 5.0), ("max", 14.0)],
    },
    Case {
        family: "pert",
        ends: Ends { min: Some(2.0), max: Some(14.0), threshold: None },
        parameters: &[("min", 2.0), ("mode", 5.0), ("max", 14.0)],
    },
    Case { family: "exponential", ends: NO_ENDS, parameters: &[("mean", 20.0)] },
    Case { family: "weibull", ends: NO_ENDS, parameters: &[("shape", 0.8), ("scale", 500.0)] },
    Case { family: "inverse_gaussian", ends: NO_ENDS, parameters: &[("mean", 10.0), ("shape", 15.0)] },
    Case { family: "student_t", ends: NO_ENDS, parameters: &[("location", 1.0), ("scale", 0.2), ("dof", 3.0)] },
    Case { family: "pareto", ends: NO_ENDS, parameters: &[("shape", 2.0), ("scale", 1000.0)] },
    Case {
        family: "gpd",
        ends: Ends { min: None, max: None, threshold: Some(10.0) },
        parameters: &[("threshold", 10.0), ("scale", 7.0), ("shape", 0.5)],
    },
];

/// What was seen of a sample: from the 10% quantile on, up to the 90% quantile.
#[derive(Clone, Copy, PartialEq)]
enum Seen {
    Complete,
    Truncated,
    Censored,
    Both,
}

impl Seen {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Complete, "complete"),
        (Self::Truncated, "left-truncated"),
        (Self::Censored, "right-censored"),
        (Self::Both, "both"),
    ];
}

struct Draws {
    sampler: Sampler,
    from: Option<f64>,
    limit: Option<f64>,
    stream: Stream,
}

impl Draws {
    fn new(case: &Case, seen: Seen, name: &str) -> Self {
        let law = Law::from_parameters(case.family, case.parameters).expect("a valid law");
        let at = |p: f64| law.quantile(Probability::lower(p));
        let from = matches!(seen, Seen::Truncated | Seen::Both).then(|| at(0.1));
        let limit = matches!(seen, Seen::Censored | Seen::Both).then(|| at(0.9));
        let drawn = match from {
            Some(from) => law.truncated(from, f64::INFINITY).expect("a truncated law"),
            None => law,
        };
        let stream =
            Stream::new(Key { seed: 2026, scope: &["fitting study", case.family], driver: name, replicate: 0 });
        Self { sampler: Sampler::compile(&drawn), from, limit, stream }
    }

    fn sample(&self, repetition: u32, n: usize) -> Observations {
        let stream = self.stream.event(repetition + 1);
        let values: Vec<f64> = (0..n).map(|i| self.sampler.at(stream.at(i as u64, 0))).collect();
        let columns = Columns {
            truncated_below: self.from.map(Bound::Constant),
            censored_above: self.limit.map(Bound::Constant),
            ..Columns::of(&values)
        };
        Observations::new(&columns).expect("a valid sample")
    }
}

/// Of one parameter in one repetition.
#[derive(Clone, Copy)]
struct Try {
    estimate: f64,
    held: Option<bool>,
}

/// Of one parameter over all repetitions.
struct Found {
    bias: f64,
    coverage: Option<f64>,
}

fn holds(interval: &Interval, truth: f64) -> bool {
    interval.low.is_none_or(|low| low <= truth) && interval.high.is_none_or(|high| truth <= high)
}

/// Bias and coverage by parameter, repetitions at an edge or without a fit.
fn study(
    case: &Case,
    draws: &Draws,
    n: usize,
    repetitions: u32,
    intervals: Intervals,
) -> (Vec<(String, Found)>, [u32; 2]) {
    let indices: Vec<u32> = (0..repetitions).collect();
    let runs = parallel_map(&indices, |&repetition| {
        let fit = fit_family(case.family, &draws.sample(repetition, n), case.ends, intervals).ok()?;
        let tries: Vec<(String, Try)> = fit
            .parameters
            .iter()
            .filter(|parameter| parameter.role != ParameterRole::Given)
            .map(|parameter| {
                let truth = case.parameters.iter().find(|(name, _)| *name == parameter.name).expect("a parameter").1;
                let interval = match intervals {
                    Intervals::Wald => parameter.exact.or(parameter.wald),
                    Intervals::Profile => parameter.exact.or(parameter.profile),
                };
                let held = interval.map(|interval| holds(&interval, truth));
                (parameter.name.clone(), Try { estimate: parameter.estimate, held })
            })
            .collect();
        Some((tries, fit.state))
    });
    let refused = runs.iter().filter(|run| run.is_none()).count() as u32;
    let edge = runs.iter().flatten().filter(|(_, state)| !matches!(state, FitState::Converged)).count() as u32;
    // At an edge (the degrees of freedom of a t law that grow without bound) an estimate says nothing of bias; its profile interval,
    // open above, counts for the coverage like any other.
    let all: Vec<&(Vec<(String, Try)>, FitState)> = runs.iter().flatten().collect();
    let Some((first, _)) = all.first() else { return (Vec::new(), [edge, refused]) };
    let found = (0..first.len()).map(|i| {
        let name = first[i].0.clone();
        let inner: Vec<f64> = all
            .iter()
            .filter(|(_, state)| matches!(state, FitState::Converged))
            .map(|(tries, _)| on_scale(&name, tries[i].1.estimate))
            .collect();
        let count = inner.len() as f64;
        let truth = case.parameters.iter().find(|(own, _)| *own == name).expect("a parameter").1;
        let truth = on_scale(&name, truth);
        let mean = inner.iter().sum::<f64>() / count;
        let variance = inner.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (count - 1.0);
        let held: Vec<bool> = all.iter().filter_map(|(tries, _)| tries[i].1.held).collect();
        let coverage = (!held.is_empty()).then(|| held.iter().filter(|held| **held).count() as f64 / held.len() as f64);
        (name, Found { bias: (mean - truth) / variance.sqrt(), coverage })
    });
    (found.collect(), [edge, refused])
}

/// Bias of the degrees of freedom is that of their logarithm, the scale on which their estimate is near normal.
fn on_scale(name: &str, value: f64) -> f64 {
    if name == "dof" { ln(value) } else { value }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let repetitions: u32 = value("--repetitions").map_or(2000, |text| text.parse().expect("a number"));
    if let Some(threads) = value("--threads") {
        limit_threads(threads.parse().expect("a number"));
    }
    let only = value("--family");
    println!(
        "{repetitions} repetitions; bias in standard deviations of the estimate; coverage of 95% intervals in percent."
    );
    println!("Truncation at the 10% quantile, censoring at the 90% quantile.");
    println!(
        "| family | seen | parameter | bias, n 5000 | Wald, n 5000 | bias, n 200 | profile, n 200 | at an edge, n 200 |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for case in CASES.iter().filter(|case| only.as_ref().is_none_or(|name| name == case.family)) {
        for (seen, name) in Seen::ALL {
            let draws = Draws::new(case, seen, name);
            let (large, lost) = study(case, &draws, 5000, repetitions, Intervals::Wald);
            let (small, edges) = study(case, &draws, 200, repetitions, Intervals::Profile);
            for (at, (parameter, found)) in large.iter().enumerate() {
                let percent = |coverage: Option<f64>| coverage.map_or("-".to_owned(), |c| format!("{:.1}", 100.0 * c));
                let other = small.get(at).map(|(_, found)| found);
                let mut edge = format!("{}", edges[0] + edges[1]);
                if lost[0] + lost[1] > 0 {
                    edge = format!("{edge} (n 5000: {})", lost[0] + lost[1]);
                }
                println!(
                    "| {} | {name} | {parameter} | {:+.3} | {} | {} | {} | {edge} |",
                    case.family,
                    found.bias,
                    percent(found.coverage),
                    other.map_or("-".to_owned(), |found| format!("{:+.3}", found.bias)),
                    percent(other.and_then(|found| found.coverage)),
                );
            }
        }
    }
}
