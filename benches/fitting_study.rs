//! Do fitted parameters hit the true ones, and do their 95% intervals hold them, over thousands of samples?
//!
//! `cargo bench --bench fitting_study -- [--repetitions 2000] [--family NAME] [--threads N]` prints the table of METHODS. Samples are
//! keyed: the same table on every machine and number of threads.

use tailcost::distributions::counts::poisson_quantile;
use tailcost::distributions::{Law, Sampler};
use tailcost::fitting::{Bound, Columns, Counts, Ends, Intervals, Observations, fit_counts, fit_family};
use tailcost::numerics::Probability;
use tailcost::numerics::elementary::ln;
use tailcost::numerics::parallel::{limit_threads, parallel_map};
use tailcost::outcome::fit::{FitState, Interval, Parameter, ParameterRole};
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

/// Counts of a year, with exposures of 0.5, 1 and 2 in turn.
struct CountCase {
    family: &'static str,
    parameters: &'static [(&'static str, f64)],
}

/// A few events a year, clustered, some units without any.
const COUNT_CASES: &[CountCase] = &[
    CountCase { family: "poisson", parameters: &[("mean", 1.5)] },
    CountCase { family: "negative_binomial", parameters: &[("mean", 1.5), ("size", 2.0)] },
    CountCase { family: "zero_inflated_poisson", parameters: &[("mean", 3.0), ("zero_share", 0.3)] },
    CountCase {
        family: "zero_inflated_negative_binomial",
        parameters: &[("mean", 6.0), ("size", 4.0), ("zero_share", 0.3)],
    },
];

impl CountCase {
    fn sample(&self, repetition: u32, n: usize) -> Counts {
        let parameter = |name: &str| self.parameters.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
        let (mean, size) = (parameter("mean").expect("a mean"), parameter("size"));
        let level = size
            .map(|size| Law::from_parameters("gamma", &[("shape", size), ("scale", 1.0 / size)]).expect("a valid law"));
        let level = level.as_ref().map(Sampler::compile);
        let stream = |driver: &str| {
            let key = Key { seed: 2026, scope: &["fitting study", self.family], driver, replicate: 0 };
            Stream::new(key).event(repetition + 1)
        };
        let (none, levels, counts) = (stream("none"), stream("level"), stream("count"));
        let exposures: Vec<f64> = [0.5, 1.0, 2.0].into_iter().cycle().take(n).collect();
        let drawn = exposures.iter().enumerate().map(|(i, exposure)| {
            let i = i as u64;
            if parameter("zero_share").is_some_and(|share| none.at(i, 0).p() < share) {
                return 0.0;
            }
            let level = level.as_ref().map_or(1.0, |sampler| sampler.at(levels.at(i, 0)));
            poisson_quantile(mean * exposure * level, counts.at(i, 0))
        });
        Counts::new(&drawn.collect::<Vec<f64>>(), Some(&exposures), None).expect("a valid sample")
    }
}

/// What a fit of one repetition found; nothing where it was refused.
type Fitted = Option<(Vec<Parameter>, FitState)>;

/// Bias and coverage by parameter, repetitions at an edge or without a fit.
fn study(truths: &[(&str, f64)], repetitions: u32, intervals: Intervals, fit: impl Fn(u32) -> Fitted + Sync) -> Study {
    let indices: Vec<u32> = (0..repetitions).collect();
    let truth_of = |name: &str| truths.iter().find(|(own, _)| *own == name).expect("a parameter").1;
    let runs = parallel_map(&indices, |&repetition| {
        let (parameters, state) = fit(repetition)?;
        let tries: Vec<(String, Try)> = parameters
            .iter()
            .filter(|parameter| parameter.role != ParameterRole::Given)
            .map(|parameter| {
                let truth = truth_of(&parameter.name);
                let interval = match intervals {
                    Intervals::Wald => parameter.exact.or(parameter.wald),
                    Intervals::Profile => parameter.exact.or(parameter.profile),
                };
                let held = interval.map(|interval| holds(&interval, truth));
                (parameter.name.clone(), Try { estimate: parameter.estimate, held })
            })
            .collect();
        Some((tries, state))
    });
    let refused = runs.iter().filter(|run| run.is_none()).count() as u32;
    let edge = runs.iter().flatten().filter(|(_, state)| !matches!(state, FitState::Converged)).count() as u32;
    // At an edge (the degrees of freedom of a t law that grow without bound) an estimate says nothing of bias; its profile interval,
    // open above, counts for the coverage like any other.
    let all: Vec<&(Vec<(String, Try)>, FitState)> = runs.iter().flatten().collect();
    let Some((first, _)) = all.iter().max_by_key(|(tries, _)| tries.len()) else {
        return (Vec::new(), [edge, refused]);
    };
    let found = (0..first.len()).map(|i| {
        let name = first[i].0.clone();
        let inner: Vec<f64> = all
            .iter()
            .filter(|(_, state)| matches!(state, FitState::Converged))
            .map(|(tries, _)| on_scale(&name, tries[i].1.estimate))
            .collect();
        let count = inner.len() as f64;
        let truth = on_scale(&name, truth_of(&name));
        let mean = inner.iter().sum::<f64>() / count;
        let variance = inner.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (count - 1.0);
        // A parameter that an edge leaves without an estimate was not held.
        let held: Vec<bool> =
            all.iter().filter_map(|(tries, _)| tries.get(i).map_or(Some(false), |(_, tried)| tried.held)).collect();
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
    let asked = |family: &str| only.as_ref().is_none_or(|name| name == family);
    for case in CASES.iter().filter(|case| asked(case.family)) {
        for (seen, name) in Seen::ALL {
            let draws = Draws::new(case, seen, name);
            let of = |n: usize, intervals: Intervals| {
                study(case.parameters, repetitions, intervals, |repetition| {
                    let fit = fit_family(case.family, &draws.sample(repetition, n), case.ends, intervals).ok()?;
                    Some((fit.parameters, fit.state))
                })
            };
            print_rows(case.family, name, &of(5000, Intervals::Wald), &of(200, Intervals::Profile));
        }
    }
    for case in COUNT_CASES.iter().filter(|case| asked(case.family)) {
        let of = |n: usize, intervals: Intervals| {
            study(case.parameters, repetitions, intervals, |repetition| {
                let fit = fit_counts(case.family, &case.sample(repetition, n), intervals).ok()?;
                Some((fit.parameters, fit.state))
            })
        };
        print_rows(case.family, "counts", &of(5000, Intervals::Wald), &of(200, Intervals::Profile));
    }
}

/// What [`study`] finds.
type Study = (Vec<(String, Found)>, [u32; 2]);

fn print_rows(family: &str, seen: &str, (large, lost): &Study, (small, edges): &Study) {
    for (at, (parameter, found)) in large.iter().enumerate() {
        let percent = |coverage: Option<f64>| coverage.map_or("-".to_owned(), |c| format!("{:.1}", 100.0 * c));
        let other = small.get(at).map(|(_, found)| found);
        let mut edge = format!("{}", edges[0] + edges[1]);
        if lost[0] + lost[1] > 0 {
            edge = format!("{edge} (n 5000: {})", lost[0] + lost[1]);
        }
        println!(
            "| {family} | {seen} | {parameter} | {:+.3} | {} | {} | {} | {edge} |",
            found.bias,
            percent(found.coverage),
            other.map_or("-".to_owned(), |found| format!("{:+.3}", found.bias)),
            percent(other.and_then(|found| found.coverage)),
        );
    }
}
