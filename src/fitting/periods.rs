//! Which law do counts by period follow? All candidates, observed and expected frequencies, the driver to paste.

use super::bootstrap::Sequential;
use super::candidate::refused;
use super::counts::{CountFamily, Counts, FittedCounts, counted};
use super::fitter::Intervals;
use super::fragment::{number, rounded};
use super::linear;
use super::request::{Criterion, Request};
use crate::numerics::elementary::ln;
use crate::numerics::parallel::parallel_map;
use crate::outcome::fit::{
    Candidate, Choice, CountClass, CountPeriod, CountReport, DataFacts, Expected, Fit, FitState, Fragment, Goodness,
    GoodnessTest, Subject, Summary,
};
use crate::outcome::{Caution, ParameterUncertainty};
use crate::random::{Key, Stream};

/// Most classes of counts, and expected periods below which classes are put together (Cochran 1954, doi:10.2307/3001616).
const MOST_CLASSES: usize = 40;
const FEWEST_EXPECTED: f64 = 5.0;

/// Counts beyond which no probability is summed one by one.
const LARGE: f64 = 20_000.0;

/// Fits counts by period: every family asked for, ranked, with expected frequencies and the driver of the yearly mean.
///
/// The driver is the law of the mean of a Poisson count for a unit of exposure, as the engine draws counts: a number (Poisson), a gamma
/// law (negative binomial), 0 with the share of zeros mixed in (zero-inflated).
pub fn fit_periods(request: &Request, counts: &Counts) -> Fit {
    let families = request.families.clone();
    let fits: Vec<(String, Result<FittedCounts, String>)> = parallel_map(&families, |name| {
        let fit = CountFamily::named(name)
            .ok_or_else(|| format!("{name} is not a family of counts"))
            .and_then(|family| counted(family, counts, None, Some(Intervals::Profile)));
        (name.clone(), fit)
    });
    let classes = classes(counts);
    let candidates: Vec<(Candidate, Option<FittedCounts>)> = parallel_map(&fits, |(name, fit)| match fit {
        Ok(fit) => (candidate(request, counts, fit, &classes), Some(fit.clone())),
        Err(why) => (refused(name.clone(), name.clone(), why.clone()), None),
    });
    let mut candidates = candidates;
    let rank = |candidate: &Candidate| {
        let value = match request.criterion {
            Criterion::Aic => candidate.aic,
            Criterion::Bic => candidate.bic,
        };
        value.unwrap_or(f64::INFINITY)
    };
    candidates.sort_by(|a, b| rank(&a.0).total_cmp(&rank(&b.0)));
    let chosen = match &request.chosen {
        Some(name) => candidates.iter().position(|(c, fit)| c.name == *name && fit.is_some()),
        None => candidates.iter().position(|(c, _)| c.state == FitState::Converged),
    };
    let choice = chosen.map(|index| choice(request, &candidates, index));
    let fragment = chosen.zip(choice.as_ref()).and_then(|(index, choice)| {
        let fit = candidates[index].1.as_ref()?;
        Some(fragment(request, counts, fit, choice))
    });
    let mut cautions = Vec::new();
    let mut add = |code: &str, message: String| cautions.push(Caution { code: code.to_owned(), message });
    let n = counts.counts().len();
    if n < 10 {
        add(
            "few_periods",
            format!(
                "{n} periods say little of how much counts vary: the dispersion is uncertain, read its profile interval"
            ),
        );
    }
    if chosen.is_none() {
        add("no_fit", "no family could be fitted; each candidate says why".to_owned());
    }
    if let Some(dispersion) = counts.dispersion()
        && dispersion > 1.5
        && chosen.is_some_and(|index| candidates[index].0.name == "poisson")
    {
        add(
            "over_dispersed",
            format!(
                "counts vary {dispersion:.1} times as much as Poisson's: a yearly frequency that varies, or a trend?"
            ),
        );
    }
    if let Some(tau) = trend(counts) {
        let way = if tau > 0.0 { "rise" } else { "fall" };
        add(
            "trend",
            format!(
                "events for a unit of exposure {way} from period to period (Kendall's tau {tau:.2}, p below 0.01): the law takes the trend for \
                 chance; fit the recent periods alone, or give the driver a trend of its own"
            ),
        );
    }
    Fit {
        schema: crate::outcome::SCHEMA,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        data: facts(request, counts),
        subject: Subject::Counts,
        seed: request.seed,
        choice,
        tail: None,
        threshold: None,
        gpd: None,
        counts: Some(report(counts, &classes, &candidates)),
        credibility: request.credibility.clone(),
        charts: None,
        fragment,
        cautions,
        candidates: candidates.into_iter().map(|(candidate, _)| candidate).collect(),
    }
}

/// Kendall's tau of rate and order, where periods stand in the order of their labels and chance would not have it: beyond 2.576 standard
/// deviations of a sample without trend or ties (Kendall 1938, doi:10.1093/biomet/30.1-2.81).
fn trend(counts: &Counts) -> Option<f64> {
    /// Pairs grow with the square.
    const MOST: usize = 2_000;
    let n = counts.counts().len();
    if !(6..=MOST).contains(&n) || !counts.labels().is_sorted() {
        return None;
    }
    let rates: Vec<f64> =
        counts.counts().iter().zip(counts.exposures()).map(|(count, exposure)| count / exposure).collect();
    let mut score = 0.0;
    for (later, rate) in rates.iter().enumerate() {
        for before in &rates[..later] {
            score += f64::from(i8::from(rate > before) - i8::from(rate < before));
        }
    }
    let n = n as f64;
    let sd = (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
    (score.abs() > 2.576 * sd).then(|| score / (0.5 * n * (n - 1.0)))
}

/// Ranges of counts, the last one open.
fn classes(counts: &Counts) -> Vec<(u64, Option<u64>)> {
    let most = counts.counts().iter().copied().fold(0.0, f64::max);
    let mean = counts.total() / counts.counts().len() as f64;
    let sd =
        (counts.counts().iter().map(|k| (k - mean) * (k - mean)).sum::<f64>() / counts.counts().len() as f64).sqrt();
    if most < MOST_CLASSES as f64 {
        let top = most as u64 + 1;
        return (0..=top).map(|k| (k, (k < top).then_some(k))).collect();
    }
    let width = (0.5 * sd).max(1.0).max(most / MOST_CLASSES as f64).ceil() as u64;
    let number = most as u64 / width + 1;
    (0..=number).map(|i| (i * width, (i < number).then_some((i + 1) * width - 1))).collect()
}

/// Expected periods in each class.
fn expected(fit: &FittedCounts, counts: &Counts, classes: &[(u64, Option<u64>)]) -> Vec<f64> {
    let mut exposures: Vec<f64> = counts.exposures().to_vec();
    exposures.sort_unstable_by(f64::total_cmp);
    let mut distinct: Vec<(f64, f64)> = Vec::new();
    for exposure in exposures {
        match distinct.last_mut() {
            Some(last) if last.0 == exposure => last.1 += 1.0,
            _ => distinct.push((exposure, 1.0)),
        }
    }
    let mut out = vec![0.0; classes.len()];
    for (exposure, periods) in distinct {
        let mut rest = 1.0;
        for (slot, (from, to)) in out.iter_mut().zip(classes) {
            let probability = match to {
                Some(to) => (*from..=*to).map(|k| fit.probability(k, exposure)).sum::<f64>(),
                None => f64::max(rest, 0.0),
            };
            rest -= probability;
            *slot += periods * probability;
        }
    }
    out
}

fn observed(counts: &Counts, classes: &[(u64, Option<u64>)]) -> Vec<f64> {
    let mut out = vec![0.0; classes.len()];
    for count in counts.counts() {
        let at = classes.partition_point(|(from, _)| *from as f64 <= *count) - 1;
        out[at] += 1.0;
    }
    out
}

/// Pearson's chi-squared over classes put together until each has enough expected periods.
fn chi_squared(observed: &[f64], expected: &[f64]) -> Option<f64> {
    let mut groups: Vec<(f64, f64)> = Vec::new();
    let mut open = (0.0, 0.0);
    for (o, e) in observed.iter().zip(expected) {
        open = (open.0 + o, open.1 + e);
        if open.1 >= FEWEST_EXPECTED {
            groups.push(open);
            open = (0.0, 0.0);
        }
    }
    match groups.last_mut() {
        Some(last) => *last = (last.0 + open.0, last.1 + open.1),
        None => return None,
    }
    (groups.len() >= 2).then(|| groups.iter().map(|(o, e)| (o - e) * (o - e) / e).sum())
}

fn candidate(request: &Request, counts: &Counts, fit: &FittedCounts, classes: &[(u64, Option<u64>)]) -> Candidate {
    let k = fit.free as f64;
    let n = counts.counts().len() as f64;
    let toml = mean_law(fit);
    let mean = fit.mean * (1.0 - fit.zero_share);
    // Of the count of a period with one unit of exposure.
    let size_part = if fit.size.is_finite() { fit.mean * fit.mean / fit.size } else { 0.0 };
    let variance = (1.0 - fit.zero_share) * (fit.mean + size_part + fit.mean * fit.mean) - mean * mean;
    Candidate {
        name: fit.family.to_owned(),
        family: fit.family.to_owned(),
        state: fit.state.clone(),
        parameters: fit.parameters.clone(),
        covariance: fit.covariance.clone(),
        correlation: linear::correlation(&fit.covariance),
        log_likelihood: Some(fit.log_likelihood),
        aic: Some(2.0 * k - 2.0 * fit.log_likelihood),
        bic: Some(k * ln(n) - 2.0 * fit.log_likelihood),
        law: Some(text(fit)),
        goodness: goodness(request, counts, fit, classes),
        tail_index: None,
        mean: Some(mean),
        sd: Some(variance.max(0.0).sqrt()),
        toml: Some(toml),
        notes: vec!["Mean and standard deviation are those of a period with one unit of exposure.".to_owned()],
    }
}

fn text(fit: &FittedCounts) -> String {
    let mut parts = vec![format!("mean {}", rounded(fit.mean))];
    if fit.size.is_finite() {
        parts.push(format!("size {}", rounded(fit.size)));
    }
    if fit.zero_share > 0.0 {
        parts.push(format!("zero_share {}", rounded(fit.zero_share)));
    }
    format!("{}({})", fit.family, parts.join(", "))
}

/// The law of the Poisson mean for a unit of exposure.
fn mean_law(fit: &FittedCounts) -> String {
    let mean = || number(rounded(fit.mean));
    let gamma = || {
        format!(
            "dist = \"gamma\", shape = {}, scale = {}",
            number(rounded(fit.size)),
            number(rounded(fit.mean / fit.size))
        )
    };
    let (zero, rest) = (number(rounded(fit.zero_share)), number(1.0 - rounded(fit.zero_share)));
    match (fit.size.is_finite(), fit.zero_share > 0.0) {
        (false, false) => format!("{{ value = {} }}", mean()),
        (true, false) => format!("{{ {} }}", gamma()),
        (false, true) => format!("{{ dist = \"discrete\", values = [0.0, {}], weights = [{zero}, {rest}] }}", mean()),
        (true, true) => format!(
            "{{ dist = \"mixture\", components = [{{ weight = {zero}, value = 0.0 }}, {{ weight = {rest}, {} }}] }}",
            gamma()
        ),
    }
}

/// Chi-squared with its p-value by parametric bootstrap with refitting.
fn goodness(request: &Request, counts: &Counts, fit: &FittedCounts, classes: &[(u64, Option<u64>)]) -> Goodness {
    let none = |note: &str| Goodness { note: note.to_owned(), ..Goodness::default() };
    if counts.counts().iter().any(|count| *count > LARGE) {
        return none("not available: counts are too large to sum their probabilities one by one");
    }
    let Some(statistic) = chi_squared(&observed(counts, classes), &expected(fit, counts, classes)) else {
        return none("not available: too few periods for two classes of five expected ones");
    };
    let Some(family) = CountFamily::named(fit.family) else { return none("unknown family") };
    let stream =
        Stream::new(Key { seed: request.seed, scope: &["fit", "bootstrap"], driver: fit.family, replicate: 0 });
    let tables = Tables::new(fit, counts);
    let mut test = Sequential::default();
    for replicate in 0..request.bootstraps {
        if test.is_done() {
            break;
        }
        let drawn = counts.redrawn(tables.draw(counts, stream.event(replicate + 1)));
        let Ok(again) = counted(family, &drawn, Some(fit.working()), None) else { continue };
        let chance = chi_squared(&observed(&drawn, classes), &expected(&again, &drawn, classes));
        test.add(chance.is_some_and(|chance| chance >= statistic));
    }
    let test = GoodnessTest { statistic, p_value: test.p_value(), bootstraps: test.drawn };
    Goodness {
        chi_squared: Some(test),
        note: "classes are put together until each has five expected periods".to_owned(),
        ..Goodness::default()
    }
}

/// Cumulative probabilities by distinct exposure.
struct Tables {
    tables: Vec<(f64, Vec<f64>)>,
}

impl Tables {
    fn new(fit: &FittedCounts, counts: &Counts) -> Self {
        let mut exposures: Vec<f64> = counts.exposures().to_vec();
        exposures.sort_unstable_by(f64::total_cmp);
        exposures.dedup();
        let table = |exposure: f64| {
            let (mut sum, mut out) = (0.0, Vec::new());
            let mut k = 0u64;
            while sum < 1.0 - 1e-12 && (k as f64) < 100.0 * LARGE {
                let probability = fit.probability(k, exposure);
                sum += probability;
                out.push(sum);
                if k as f64 > fit.mean * exposure && probability < 1e-15 {
                    break;
                }
                k += 1;
            }
            out
        };
        Self { tables: exposures.into_iter().map(|exposure| (exposure, table(exposure))).collect() }
    }

    fn draw(&self, counts: &Counts, stream: Stream) -> Vec<f64> {
        let draw = |(row, exposure): (usize, &f64)| {
            let at = self.tables.partition_point(|(own, _)| own < exposure);
            let u = stream.at(row as u64, 0).p();
            self.tables[at].1.partition_point(|reached| *reached < u) as f64
        };
        counts.exposures().iter().enumerate().map(draw).collect()
    }
}

fn choice(request: &Request, candidates: &[(Candidate, Option<FittedCounts>)], index: usize) -> Choice {
    let what = match request.criterion {
        Criterion::Aic => "AIC",
        Criterion::Bic => "BIC",
    };
    let value = |candidate: &Candidate| match request.criterion {
        Criterion::Aic => candidate.aic,
        Criterion::Bic => candidate.bic,
    };
    let best = &candidates[index].0;
    let own = value(best).unwrap_or(f64::NAN);
    let reason = match &request.chosen {
        Some(_) => format!("{}: by the user's choice, {what} {own:.1}", best.name),
        None => format!("{}: lowest {what} of those at a maximum", best.name),
    };
    let rejected = candidates.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, (candidate, _))| {
        match (value(candidate), &candidate.state) {
            (Some(value), FitState::Boundary(why)) => format!("{}: {what} {:+.1}; {why}", candidate.name, value - own),
            (Some(value), _) => format!("{}: {what} {:+.1}", candidate.name, value - own),
            (None, FitState::Refused(why)) => format!("{}: {why}", candidate.name),
            (None, _) => candidate.name.clone(),
        }
    });
    Choice { name: best.name.clone(), reason, rejected: rejected.collect() }
}

fn fragment(request: &Request, counts: &Counts, fit: &FittedCounts, choice: &Choice) -> Fragment {
    let source = &request.source;
    let rows = source.filter.as_ref().map_or_else(String::new, |filter| format!(", rows {filter}"));
    let method =
        format!("maximum likelihood, {} periods of exposure {}", counts.counts().len(), rounded(counts.exposure()));
    let mut text = format!(
        "{}: {}{rows}; {method}; the mean of a Poisson count for a unit of exposure",
        source.path, source.column
    );
    // The blend moves the mean; how much the mean varies in proportion stays that of own experience.
    let blended =
        request.credibility.as_ref().filter(|credibility| credibility.blended_mean > 0.0).map(|credibility| {
            text += &format!(
                "; mean blended with {} (Buhlmann-Straub, Z = {:.3}): {} in place of {}",
                credibility.prior_source,
                credibility.z,
                rounded(credibility.blended_mean),
                rounded(credibility.own_mean)
            );
            let mut moved = fit.clone();
            moved.mean = credibility.blended_mean / (1.0 - fit.zero_share);
            moved
        });
    let with_error: Vec<_> = fit.parameters.iter().filter(|p| p.standard_error.is_some()).collect();
    let uncertainty =
        (!with_error.is_empty() && with_error.len() == fit.covariance.len()).then(|| ParameterUncertainty {
            parameters: with_error.iter().map(|p| p.name.clone()).collect(),
            estimates: with_error.iter().map(|p| p.estimate).collect(),
            covariance: fit.covariance.clone(),
        });
    let biography = request.biography(counts.counts().len(), method, choice, uncertainty);
    Fragment {
        law: mean_law(blended.as_ref().unwrap_or(fit)),
        toml: String::new(),
        conditional: false,
        source: text,
        biography,
    }
}

fn facts(request: &Request, counts: &Counts) -> DataFacts {
    let mut sorted = counts.counts().to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len();
    let mean = counts.total() / n as f64;
    let variance = sorted.iter().map(|k| (k - mean) * (k - mean)).sum::<f64>() / (n as f64 - 1.0);
    let source = &request.source;
    DataFacts {
        path: source.path.clone(),
        hash: source.hash.clone(),
        column: source.column.clone(),
        filter: source.filter.clone(),
        rows_read: source.rows_read,
        rows_kept: n as u64,
        exact: n as u64,
        left_censored: 0,
        right_censored: 0,
        interval_censored: 0,
        truncated: 0,
        truncation: String::new(),
        censoring: String::new(),
        summary: Summary {
            mean: Some(mean),
            sd: Some(variance.sqrt()).filter(|sd| sd.is_finite()),
            least: sorted.first().copied(),
            median: Some(if n % 2 == 1 { sorted[n / 2] } else { 0.5 * (sorted[n / 2 - 1] + sorted[n / 2]) }),
            largest: sorted.last().copied(),
        },
    }
}

fn report(
    counts: &Counts,
    classes: &[(u64, Option<u64>)],
    candidates: &[(Candidate, Option<FittedCounts>)],
) -> CountReport {
    let n = counts.counts().len();
    let mean = counts.total() / n as f64;
    let variance = counts.counts().iter().map(|k| (k - mean) * (k - mean)).sum::<f64>() / (n as f64 - 1.0).max(1.0);
    let small = counts.counts().iter().all(|count| *count <= LARGE);
    let expected: Vec<(String, Vec<f64>)> = candidates
        .iter()
        .filter_map(|(candidate, fit)| {
            let fit = fit.as_ref().filter(|_| small)?;
            Some((candidate.name.clone(), expected(fit, counts, classes)))
        })
        .collect();
    let observed = observed(counts, classes);
    let class = |(at, (from, to)): (usize, &(u64, Option<u64>))| CountClass {
        from: *from,
        to: *to,
        observed: observed[at] as u64,
        expected: expected.iter().map(|(name, all)| Expected { candidate: name.clone(), periods: all[at] }).collect(),
    };
    let by_period = counts.counts().iter().zip(counts.exposures()).zip(counts.labels());
    CountReport {
        periods: n as u64,
        total: counts.total(),
        exposure: counts.exposure(),
        mean,
        variance,
        dispersion: counts.dispersion().unwrap_or(1.0),
        zeros: counts.counts().iter().filter(|count| **count == 0.0).count() as u64,
        classes: classes.iter().enumerate().map(class).collect(),
        by_period: by_period
            .map(|((count, exposure), label)| CountPeriod { label: label.clone(), count: *count, exposure: *exposure })
            .collect(),
    }
}
