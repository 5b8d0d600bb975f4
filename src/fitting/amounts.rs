//! Which law do amounts follow? All candidates, the choice, its tail, charts and the driver to paste.

use super::bootstrap;
use super::candidate::{Fitted, fitted, fitter, refused};
use super::charts::{Levels, charts};
use super::fitter::{Fitter, Intervals};
use super::fragment::law_toml;
use super::goodness::visible;
use super::linear;
use super::mixture::Mixture;
use super::observations::Observations;
use super::request::{Criterion, Request, Scope};
use super::splice::{SPLICE_BODIES, Splice};
use super::tail_note::{akaike_weight, finite_moments, readable, tail_note};
use super::thresholds::thresholds;
use crate::distributions::Law;
use crate::numerics::parallel::parallel_map;
use crate::outcome::fit::{
    Candidate, Choice, DataFacts, Fit, FitState, Fragment, Goodness, GpdTail, ParameterRole, Subject, Summary,
};
use crate::outcome::{Caution, ParameterUncertainty};
use crate::random::{Key, Stream};

/// One thing to try.
enum Attempt {
    Family(String),
    Mixture([String; 2]),
    Splice(String),
}

/// What came of it.
struct Tried {
    candidate: Candidate,
    fit: Option<(Box<dyn Fitter>, Fitted)>,
}

/// Fits amounts: every family asked for by maximum likelihood, ranked, with all that is needed to judge and to use the result.
///
/// The same bits on any number of threads. A family that cannot be fitted stands among the candidates with the reason; where none can,
/// there is no choice and no fragment.
///
/// ```
/// use tailcost::fitting::{Columns, DataSource, Observations, Request, fit_amounts};
/// let values: Vec<f64> = (1..200).map(|i| 100.0 * (-(1.0 - f64::from(i) / 200.0f64).ln())).collect();
/// let seen = Observations::new(&Columns::of(&values)).unwrap();
/// let request = Request { families: vec!["exponential".to_owned(), "normal".to_owned()], ..Request::all_amounts(DataSource::default()) };
/// let fit = fit_amounts(&request, &seen);
/// assert_eq!(fit.choice.unwrap().name, "exponential");
/// assert!((fit.candidates[0].parameters[0].estimate - 98.5).abs() < 1.0);
/// ```
pub fn fit_amounts(request: &Request, observations: &Observations) -> Fit {
    let threshold = request.threshold.or_else(|| default_threshold(observations));
    let mut attempts: Vec<Attempt> = request.families.iter().cloned().map(Attempt::Family).collect();
    attempts.extend(request.mixtures.iter().cloned().map(Attempt::Mixture));
    attempts.extend(request.splices.iter().cloned().map(Attempt::Splice));
    let mut tried = parallel_map(&attempts, |attempt| try_one(attempt, request, threshold, observations));
    let rank = |tried: &Tried| {
        let value = match request.criterion {
            Criterion::Aic => tried.candidate.aic,
            Criterion::Bic => tried.candidate.bic,
        };
        // Above a truncation the Pareto law is a generalised Pareto one from there: of two names for one law that which needs no
        // truncation goes first.
        let rounded = value.map_or(f64::INFINITY, |value| (1e4 * value).round());
        (value.is_none(), rounded, tried.candidate.family != "gpd")
    };
    tried.sort_by(|a, b| {
        let (a, b) = (rank(a), rank(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2))
    });
    let chosen = chosen(request, &tried);
    let threshold_report =
        threshold.map(|at| thresholds(observations, at, request.bootstraps, stream(request, "threshold tail")));
    let gpd = threshold_report.as_ref().and_then(|report| report.tail.as_ref()).map(GpdTail::figures);
    let mut fit = Fit {
        schema: crate::outcome::SCHEMA,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        data: facts(request, observations),
        subject: Subject::Amounts,
        seed: request.seed,
        candidates: Vec::new(),
        choice: None,
        tail: None,
        threshold: threshold_report,
        gpd,
        counts: None,
        credibility: request.credibility.clone(),
        charts: None,
        fragment: None,
        cautions: Vec::new(),
    };
    let all: Vec<&Fitted> = tried.iter().filter_map(|tried| tried.fit.as_ref().map(|(_, fit)| fit)).collect();
    if let Some(index) = chosen {
        let (fitter, best) = tried[index].fit.as_ref().expect("the choice is among the fitted");
        let choice = choice(request, &tried, index);
        let with_aic: Vec<(&Fitted, f64)> = tried
            .iter()
            .filter(|tried| tried.candidate.state == FitState::Converged)
            .filter_map(|tried| Some((&tried.fit.as_ref()?.1, tried.candidate.aic?)))
            .collect();
        fit.tail = tail_note(best, &with_aic, observations);
        let levels = Levels {
            natural: &best.point.natural,
            covariance: &best.covariance,
            law: &|natural: &[f64]| fitter.law(natural).ok(),
        };
        fit.charts = Some(charts(observations, &all, Some(&levels)));
        fit.fragment = Some(fragment(request, observations, best, &choice));
        fit.choice = Some(choice);
    } else if !all.is_empty() {
        fit.charts = Some(charts(observations, &all, None));
    }
    fit.cautions = cautions(&fit, observations, &tried, chosen);
    fit.candidates = tried.into_iter().map(|tried| tried.candidate).collect();
    fit
}

/// AIC by which two names of one law may differ, as their searches end.
const SAME: f64 = 1e-3;

fn stream(request: &Request, driver: &str) -> Stream {
    Stream::new(Key { seed: request.seed, scope: &["fit", "bootstrap"], driver, replicate: 0 })
}

/// The 90% quantile of the exact rows, where at least 20 rows lie above it.
fn default_threshold(observations: &Observations) -> Option<f64> {
    let exact = observations.exact();
    (exact.len() >= 200).then(|| exact[exact.len() * 9 / 10])
}

fn try_one(attempt: &Attempt, request: &Request, threshold: Option<f64>, observations: &Observations) -> Tried {
    let (name, family) = match attempt {
        Attempt::Family(family) => (family.clone(), family.clone()),
        Attempt::Mixture([one, other]) if one == other => (format!("mixture of two {one}"), "mixture".to_owned()),
        Attempt::Mixture([one, other]) => (format!("mixture of {one} and {other}"), "mixture".to_owned()),
        Attempt::Splice(body) => (format!("splice of {body} and gpd"), "splice".to_owned()),
    };
    let made: Result<Box<dyn Fitter>, String> = match attempt {
        Attempt::Family(family) => {
            // A threshold of the tail is not the family's unless all rows lie above it.
            let mut ends = request.ends;
            ends.threshold = ends.threshold.filter(|at| super::single::bounds(observations).0 >= *at);
            fitter(family, observations, ends)
        }
        Attempt::Mixture([one, other]) => {
            Mixture::new([one, other], observations).map(|mixture| Box::new(mixture) as Box<dyn Fitter>)
        }
        Attempt::Splice(body) => splice(body, threshold, observations),
    };
    let result = made.and_then(|made| {
        let intervals = if observations.len() as f64 * made.effort() <= MOST_PROFILED {
            Intervals::Profile
        } else {
            Intervals::Wald
        };
        let fit = fitted(made.as_ref(), observations, intervals)?;
        Ok((made, fit))
    });
    match result {
        Ok((fitter, fit)) => {
            let stream = stream(request, &fit.name);
            let goodness =
                bootstrap::goodness(fitter.as_ref(), &fit.point, &fit.law, observations, request.bootstraps, stream);
            let candidate = candidate(request, observations, &fit, goodness);
            Tried { candidate, fit: Some((fitter, fit)) }
        }
        Err(why) => Tried { candidate: refused(name, family, why), fit: None },
    }
}

/// Rows (times what a fit costs) beyond which profile intervals are not made: they then agree with Wald's.
const MOST_PROFILED: f64 = 50_000.0;

fn splice(body: &str, threshold: Option<f64>, observations: &Observations) -> Result<Box<dyn Fitter>, String> {
    let threshold = threshold.ok_or("a splice needs a threshold: give one")?;
    let known = SPLICE_BODIES.iter().find(|name| **name == body);
    let body = known.ok_or_else(|| format!("{body} cannot be the body of a splice"))?;
    Ok(Box::new(Splice::new(body, threshold, observations)?))
}

/// The law as a driver has it.
fn driver_law(request: &Request, observations: &Observations, law: &Law) -> (Law, bool) {
    match (request.scope, observations.common_window()) {
        (Scope::Seen, Some(window)) if !window.is_all() => {
            // Where the law starts at the truncation anyway, as a generalised Pareto one, there is nothing to condition.
            let (least, most) = law.support();
            let (from, to) = (window.from.max(least), window.to.min(most));
            if from <= least && to >= most {
                return (law.clone(), true);
            }
            let ends =
                (if from <= least { f64::NEG_INFINITY } else { from }, if to >= most { f64::INFINITY } else { to });
            law.truncated(ends.0, ends.1).map_or_else(|_| (law.clone(), false), |law| (law, true))
        }
        _ => (law.clone(), false),
    }
}

fn candidate(request: &Request, observations: &Observations, fit: &Fitted, goodness: Goodness) -> Candidate {
    let k = fit.free as f64;
    let n = observations.len() as f64;
    let (law, _) = driver_law(request, observations, &fit.law);
    let (mean, sd) = finite_moments(&law);
    let index = law.tail_indices().1;
    Candidate {
        name: fit.name.clone(),
        family: fit.family.to_owned(),
        state: fit.state.clone(),
        parameters: fit.parameters.clone(),
        covariance: fit.covariance.clone(),
        correlation: linear::correlation(&fit.covariance),
        log_likelihood: Some(fit.log_likelihood),
        aic: Some(2.0 * k - 2.0 * fit.log_likelihood),
        bic: Some(k * crate::numerics::elementary::ln(n) - 2.0 * fit.log_likelihood),
        law: Some(law.to_string()),
        goodness,
        tail_index: index.is_finite().then_some(index),
        mean,
        sd,
        toml: Some(law_toml(&law)),
        notes: fit.notes.clone(),
    }
}

/// Index of the candidate that is proposed: the one asked for, else the first that is at a maximum.
fn chosen(request: &Request, tried: &[Tried]) -> Option<usize> {
    let fitted = |tried: &Tried| tried.fit.is_some();
    if let Some(name) = &request.chosen {
        return tried.iter().position(|tried| tried.candidate.name == *name && fitted(tried));
    }
    let at_maximum = |tried: &Tried| fitted(tried) && tried.candidate.state == FitState::Converged;
    tried.iter().position(at_maximum).or_else(|| tried.iter().position(fitted))
}

fn choice(request: &Request, tried: &[Tried], index: usize) -> Choice {
    let (what, value): (_, fn(&Candidate) -> Option<f64>) = match request.criterion {
        Criterion::Aic => ("AIC", |candidate| candidate.aic),
        Criterion::Bic => ("BIC", |candidate| candidate.bic),
    };
    let best = &tried[index].candidate;
    let own = value(best).unwrap_or(f64::NAN);
    let reason = match &request.chosen {
        Some(_) => format!("{}: by the user's choice, {what} {own:.1}", best.name),
        None => format!("{}: lowest {what}", best.name),
    };
    let rejected = tried.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, tried)| {
        let candidate = &tried.candidate;
        match (value(candidate), &candidate.state) {
            (Some(value), FitState::Boundary(why)) => format!("{}: {what} {:+.1}; {why}", candidate.name, value - own),
            (Some(value), _) => format!("{}: {what} {:+.1}", candidate.name, value - own),
            (None, FitState::Refused(why)) => format!("{}: {why}", candidate.name),
            (None, _) => candidate.name.clone(),
        }
    });
    Choice { name: best.name.clone(), reason, rejected: rejected.collect() }
}

fn facts(request: &Request, observations: &Observations) -> DataFacts {
    let exact = observations.exact();
    let n = exact.len() as f64;
    let mean = exact.iter().sum::<f64>() / n;
    let variance = exact.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let finite = |x: f64| Some(x).filter(|x| x.is_finite());
    let middle = exact.len() / 2;
    let median = match exact.len() {
        0 => None,
        n if n % 2 == 1 => Some(exact[middle]),
        _ => Some(0.5 * (exact[middle - 1] + exact[middle])),
    };
    let source = &request.source;
    DataFacts {
        path: source.path.clone(),
        hash: source.hash.clone(),
        column: source.column.clone(),
        filter: source.filter.clone(),
        rows_read: source.rows_read,
        rows_kept: observations.len() as u64,
        exact: exact.len() as u64,
        left_censored: observations.left_censored(),
        right_censored: observations.right_censored(),
        interval_censored: observations.interval_censored(),
        truncated: observations.truncated_rows(),
        truncation: observations.truncation(),
        censoring: observations.censoring(),
        summary: Summary {
            mean: finite(mean),
            sd: finite(variance.sqrt()),
            least: exact.first().copied(),
            median,
            largest: exact.last().copied(),
        },
    }
}

fn fragment(request: &Request, observations: &Observations, best: &Fitted, choice: &Choice) -> Fragment {
    let seen: Vec<String> =
        [observations.truncation(), observations.censoring()].into_iter().filter(|text| !text.is_empty()).collect();
    let method = ["maximum likelihood".to_owned()].into_iter().chain(seen).collect::<Vec<String>>().join(", ");
    let (law, conditional) = driver_law(request, observations, &best.law);
    let source = &request.source;
    let rows = source.filter.as_ref().map_or_else(String::new, |filter| format!(", rows {filter}"));
    let mut text = format!("{}: {}{rows}, n = {}; {method}", source.path, source.column, observations.len());
    if conditional {
        text += "; the law of events within the truncation, for a frequency that counts these alone";
    } else if observations.is_truncated() {
        text += "; the whole law, for a frequency that counts events outside the truncation too";
    }
    let estimated: Vec<_> =
        best.parameters.iter().filter(|p| p.role == ParameterRole::Estimated && p.standard_error.is_some()).collect();
    let uncertainty =
        (!estimated.is_empty() && estimated.len() == best.covariance.len()).then(|| ParameterUncertainty {
            parameters: estimated.iter().map(|p| p.name.clone()).collect(),
            estimates: estimated.iter().map(|p| p.estimate).collect(),
            covariance: best.covariance.clone(),
        });
    let biography = request.biography(observations.len(), method, choice, uncertainty);
    Fragment { law: law_toml(&law), toml: String::new(), conditional, source: text, biography }
}

/// A test below this at 95% of 20 fits would be chance; below 1% it is not waved away.
const POOR: f64 = 0.01;

fn cautions(fit: &Fit, observations: &Observations, tried: &[Tried], chosen: Option<usize>) -> Vec<Caution> {
    let mut out = Vec::new();
    let mut add = |code: &str, message: String| out.push(Caution { code: code.to_owned(), message });
    let n = observations.len();
    let exact = observations.exact();
    if n < 30 {
        add(
            "few_rows",
            format!(
                "{n} rows: standard errors are rough and families hardly differ; read the profile intervals, and prefer a simple family"
            ),
        );
    }
    // The most frequent value.
    let mut most = (0usize, 0.0);
    let mut at = 0;
    while at < exact.len() {
        let past = at + exact[at..].partition_point(|x| *x <= exact[at]);
        if past - at > most.0 {
            most = (past - at, exact[at]);
        }
        at = past;
    }
    if most.0 as f64 > 0.05 * n as f64 && most.0 > 3 {
        add(
            "ties",
            format!(
                "{} of {n} rows have the value {}: a placeholder, a limit or rounding? Filter it out, or treat it as censored",
                most.0,
                readable(most.1)
            ),
        );
    }
    if !observations.censored().is_empty() && (exact.len() as f64) < 0.2 * n as f64 {
        add(
            "mostly_censored",
            format!("{} of {n} rows are censored: beyond their limits the fit is extrapolation", n - exact.len()),
        );
    }
    let Some(index) = chosen else {
        add("no_fit", "no family could be fitted; each candidate says why".to_owned());
        return out;
    };
    let best = &tried[index].candidate;
    if let FitState::Boundary(why) = &best.state {
        add("edge", format!("{}: {why}", best.name));
    }
    if best.parameters.iter().any(|parameter| parameter.role == ParameterRole::ReadOff) && n < 1000 {
        add(
            "ends_from_sample",
            format!(
                "{} ends where the sample ends, which AIC and BIC do not make it pay for: of so few rows prefer a family without such ends, or \
                 give the ends",
                best.name
            ),
        );
    }
    let tests = [
        ("Kolmogorov-Smirnov", best.goodness.kolmogorov_smirnov),
        ("Anderson-Darling", best.goodness.anderson_darling),
        ("Cramer-von Mises", best.goodness.cramer_von_mises),
    ];
    let poor: Vec<String> = tests
        .iter()
        .filter_map(|(name, test)| Some((name, (*test)?.p_value?)))
        .filter(|(_, p)| *p <= POOR)
        .map(|(name, p)| format!("{name} p = {p:.3}"))
        .collect();
    if !poor.is_empty() {
        add(
            "poor_fit",
            format!(
                "the data are farther from {} than chance explains ({}): look at the QQ chart where, and try a splice or a mixture",
                best.name,
                poor.join(", ")
            ),
        );
    }
    let close: Vec<String> = tried
        .iter()
        .enumerate()
        .filter(|(at, tried)| *at != index && tried.candidate.state == FitState::Converged)
        .filter_map(|(_, tried)| Some((tried, tried.candidate.aic? - best.aic?)))
        .filter(|(_, difference)| difference.abs() < 4.0 && difference.abs() >= SAME)
        .map(|(tried, difference)| {
            format!("{} ({difference:+.1}, {:.2} times as likely)", tried.candidate.name, akaike_weight(difference))
        })
        .collect();
    if !close.is_empty() {
        add(
            "close_families",
            format!("by AIC {} can hardly be told from {}: run the config with each", best.name, close.join(", ")),
        );
    }
    if fit.tail.as_ref().is_some_and(|tail| !tail.mean_finite) {
        add(
            "infinite_mean",
            format!(
                "the fitted {} has no finite mean: give the driver a `truncate` or the mechanism a limit",
                best.name
            ),
        );
    }
    if observations.common_window().is_none() {
        add("own_windows", "rows are truncated at different places: curves of the charts are those of the whole law, and no p-value was drawn".to_owned());
    }
    out
}

/// The law of what could be seen, for whoever lays a fitted law over data.
pub fn visible_law(law: &Law, observations: &Observations) -> Option<Law> {
    visible(law, observations.common_window()?).ok()
}
