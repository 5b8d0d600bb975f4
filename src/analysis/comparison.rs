//! What changed between two cases or results, and is it more than noise?
//!
//! Two configs live through the same years, and each change is held against how it varies from year to year (common random numbers; Glasserman
//! 2004, doi 10.1007/978-0-387-21617-1, section 7.1). Two results have their intervals alone.

use super::compared_series::{Series, few_decide, standard_error};
use super::measure::Statistic;
use super::sample::Sample;
use crate::config::{Component, ConfigDifference, Scenario, Value, describe, drivers_by_path};
use crate::engine::{PairedYears, paired, parallel_map};
use crate::model::Model;
use crate::outcome::comparison::{
    DriverChange, DriverFigures, MeasureChange, MeasureKind, OnlyInOne, Step, StepsOf, Verdict,
};
use crate::outcome::{Estimate, Measures, Outcome};
use crate::statistics::{Level, NORMAL_95};
use std::ops::Range;

/// Standard errors beyond which a change counts as more than noise.
const BEYOND: f64 = 2.0;
/// Of a figure: a smaller change is a rounding.
const ROUNDING: f64 = 1e-12;
/// Most years for what each change of the config does alone: there are tens of them.
const STEP_YEARS: u64 = 1 << 16;

/// Measures of both, and what one alone has.
pub type Changed = (Vec<MeasureChange>, Vec<OnlyInOne>);

/// Compares two cases over the same years.
pub fn compare_cases(a: &Scenario, b: &Scenario, model: &Model, years: u64) -> Changed {
    let names = |scenario: &Scenario| scenario.options.iter().map(|option| option.name.clone()).collect::<Vec<_>>();
    let (names_a, names_b) = (names(a), names(b));
    let mut only = only_in_one("option", &names_a, &names_b);
    let pairs = pairs(&names_a, &names_b);
    let other = model.changed(b);
    let PairedYears { totals, parts } = paired(model, &other, &pairs, 0..years);
    let levels: Vec<Level> =
        a.simulation.levels.iter().filter(|level| b.simulation.levels.contains(level)).copied().collect();
    let mut statistics = vec![Statistic::Mean, Statistic::Sd];
    statistics.extend(levels.iter().flat_map(|level| [Statistic::Var(*level), Statistic::Tvar(*level)]));
    let mut rows = Vec::new();
    let mut series: Vec<(String, MeasureKind, [usize; 2])> =
        pairs.iter().map(|(i, j)| (names_a[*i].clone(), MeasureKind::Total, [*i, *j])).collect();
    // Differences to another first option are another question.
    if names_a.first() == names_b.first() {
        let others = pairs.iter().filter(|(i, _)| *i > 0);
        series.extend(others.map(|(i, j)| (names_a[*i].clone(), MeasureKind::Difference, [*i, *j])));
    } else {
        only.push(OnlyInOne {
            what: "another first option: differences are not compared".into(),
            side: "A and B".into(),
        });
    }
    let column = |side: usize, kind: MeasureKind, index: usize| -> Vec<f64> {
        let own = &totals[side][index];
        if kind == MeasureKind::Difference {
            own.iter().zip(&totals[side][0]).map(|(own, first)| own - first).collect()
        } else {
            own.clone()
        }
    };
    for found in parallel_map(&series, |(option, kind, [i, j])| {
        let both = [Series::new(column(0, *kind, *i)), Series::new(column(1, *kind, *j))];
        let mut rows: Vec<MeasureChange> =
            statistics.iter().map(|statistic| row_of(option, *kind, *statistic, &both)).collect();
        if *kind == MeasureKind::Difference {
            let more = |side: usize| {
                let values = both[side].values();
                move |year: usize| f64::from(values[year] > 0.0)
            };
            rows.push(share_row("costs more", option, years, more(0), more(1)));
        }
        rows
    }) {
        rows.extend(found);
    }
    let single = names_a.len() == 1 && names_b.len() == 1;
    for (i, j) in pairs.iter().filter(|_| !single) {
        let cheapest = |side: usize, option: usize| {
            let columns = &totals[side];
            move |year: usize| {
                let least = columns.iter().map(|column| column[year]).fold(f64::INFINITY, f64::min);
                let tied = columns.iter().filter(|column| column[year] == least).count() as f64;
                if columns[option][year] == least { 1.0 / tied } else { 0.0 }
            }
        };
        rows.push(share_row("cheapest", &names_a[*i], years, cheapest(0, *i), cheapest(1, *j)));
    }
    for ((i, _), parts) in pairs.iter().zip(&parts) {
        for (component, part) in Component::ALL.iter().zip(parts) {
            let mean = |moments: &crate::statistics::MomentsTo<2>| {
                let error = moments.sd() / (years as f64).sqrt();
                around(moments.mean(), Some(error))
            };
            let (a, b) = (mean(&part.first), mean(&part.second));
            if (a.value, b.value) == (0.0, 0.0) {
                continue;
            }
            let error = part.change.sd() / (years as f64).sqrt();
            rows.push(judged(component.key(), &names_a[*i], MeasureKind::Component, (a, b), Some(error)));
        }
    }
    (rows, only)
}

fn pairs(a: &[String], b: &[String]) -> Vec<(usize, usize)> {
    let place = |name: &String| b.iter().position(|other| other == name);
    a.iter().enumerate().filter_map(|(i, name)| Some((i, place(name)?))).collect()
}

fn only_in_one(what: &str, a: &[String], b: &[String]) -> Vec<OnlyInOne> {
    let missing = |of: &[String], from: &[String], side: &str| {
        let names = of.iter().filter(|name| !from.contains(name));
        names.map(|name| OnlyInOne { what: format!("{what} {name}"), side: side.into() }).collect::<Vec<_>>()
    };
    [missing(a, b, "A"), missing(b, a, "B")].concat()
}

fn around(value: f64, error: Option<f64>) -> Estimate {
    match error {
        Some(error) if error.is_finite() => {
            Estimate::between(value, value - NORMAL_95 * error, value + NORMAL_95 * error)
        }
        _ => Estimate::bare(value),
    }
}

fn row_of(option: &str, kind: MeasureKind, statistic: Statistic, [a, b]: &[Series; 2]) -> MeasureChange {
    let years = a.values().len();
    let (own, other) = (a.influence(statistic), b.influence(statistic));
    let known = a.supports(statistic) && b.supports(statistic);
    // A heavy tail's deviation rests on a handful of years: a run withholds its interval as well.
    let error = |of: &dyn Fn(usize) -> f64| (known && !few_decide(years, of)).then(|| standard_error(years, of));
    let figures = (around(a.figure(statistic), error(&own)), around(b.figure(statistic), error(&other)));
    let name = if kind == MeasureKind::Difference { format!("{statistic} difference") } else { statistic.to_string() };
    judged(&name, option, kind, figures, error(&|year| other(year) - own(year)))
}

fn share_row(
    name: &str,
    option: &str,
    years: u64,
    a: impl Fn(usize) -> f64,
    b: impl Fn(usize) -> f64,
) -> MeasureChange {
    let years = years as usize;
    let share = |of: &dyn Fn(usize) -> f64| {
        let value = (0..years).map(of).sum::<f64>() / years as f64;
        let error = NORMAL_95 * standard_error(years, of);
        Estimate::between(value, (value - error).max(0.0), (value + error).min(1.0))
    };
    let figures = (share(&a), share(&b));
    let error = standard_error(years, |year| b(year) - a(year));
    judged(name, option, MeasureKind::Probability, figures, Some(error))
}

/// A change with its verdict.
fn judged(
    measure: &str,
    option: &str,
    kind: MeasureKind,
    (a, b): (Estimate, Estimate),
    error: Option<f64>,
) -> MeasureChange {
    let mut change = b.value - a.value;
    if change.abs() <= ROUNDING * a.value.abs().max(b.value.abs()) {
        change = 0.0;
    }
    let z = error.filter(|error| *error > 0.0).map(|error| change / error).filter(|z| z.is_finite());
    let verdict = match (change == 0.0, error, z) {
        (true, _, _) => Verdict::Same,
        (_, None, _) => Verdict::Unknown,
        (_, Some(_), Some(z)) if z.abs() <= BEYOND => Verdict::Noise,
        _ => Verdict::Changed,
    };
    MeasureChange {
        measure: measure.to_owned(),
        option: option.to_owned(),
        kind,
        a,
        b,
        change,
        standard_error: error,
        z,
        verdict,
    }
}

/// Compares two results by their intervals.
pub fn compare_outcomes(a: &Outcome, b: &Outcome) -> Changed {
    let names = |outcome: &Outcome| outcome.options.iter().map(|option| option.name.clone()).collect::<Vec<_>>();
    let mut only = only_in_one("option", &names(a), &names(b));
    let mut rows = Vec::new();
    let both = a.options.iter().filter_map(|own| Some((own, b.options.iter().find(|other| other.name == own.name)?)));
    let both: Vec<_> = both.collect();
    for (own, other) in &both {
        totals(&mut rows, &own.name, MeasureKind::Total, (&own.total, &other.total));
    }
    for own in &a.differences {
        let Some(other) = b.differences.iter().find(|other| other.option == own.option) else { continue };
        if own.baseline != other.baseline {
            let what = format!("difference of {} to {}", own.option, own.baseline);
            only.push(OnlyInOne { what, side: "A".into() });
            continue;
        }
        totals(&mut rows, &own.option, MeasureKind::Difference, (&own.total, &other.total));
        let figures = (own.probability_costs_more, other.probability_costs_more);
        rows.push(unpaired("costs more", &own.option, MeasureKind::Probability, figures));
    }
    if a.options.len() > 1 || b.options.len() > 1 {
        for (own, other) in &both {
            let figures = (own.probability_cheapest, other.probability_cheapest);
            rows.push(unpaired("cheapest", &own.name, MeasureKind::Probability, figures));
        }
    }
    for (own, other) in &both {
        let lines = |option: &crate::outcome::OptionOutcome| option.components.keys().cloned().collect::<Vec<_>>();
        only.extend(only_in_one(&format!("{} component", own.name), &lines(own), &lines(other)));
        for component in Component::ALL {
            let mean = |option: &crate::outcome::OptionOutcome| option.components.get(component.key()).map(|c| c.mean);
            let (Some(a), Some(b)) = (mean(own), mean(other)) else { continue };
            if (a.value, b.value) != (0.0, 0.0) {
                rows.push(unpaired(component.key(), &own.name, MeasureKind::Component, (a, b)));
            }
        }
    }
    (rows, only)
}

fn totals(rows: &mut Vec<MeasureChange>, option: &str, kind: MeasureKind, (a, b): (&Measures, &Measures)) {
    let suffix = if kind == MeasureKind::Difference { " difference" } else { "" };
    let mut row =
        |name: String, a: Estimate, b: Estimate| rows.push(unpaired(&format!("{name}{suffix}"), option, kind, (a, b)));
    row("mean".into(), a.mean, b.mean);
    row("sd".into(), a.sd, b.sd);
    for level in &a.levels {
        let Some(other) = b.levels.iter().find(|other| other.level == level.level) else { continue };
        row(format!("var@{}", level.level), level.var, other.var);
        row(format!("tvar@{}", level.level), level.tvar, other.tvar);
    }
}

fn unpaired(measure: &str, option: &str, kind: MeasureKind, (a, b): (Estimate, Estimate)) -> MeasureChange {
    let error = |estimate: Estimate| Some((estimate.high? - estimate.low?) / (2.0 * NORMAL_95));
    let together = error(a).zip(error(b)).map(|(a, b)| (a * a + b * b).sqrt());
    judged(measure, option, kind, (a, b), together)
}

/// Drivers that differ between two cases, in the order of the schema.
pub fn compare_drivers(a: &Scenario, b: &Scenario) -> Vec<DriverChange> {
    let listed = |scenario: &Scenario| {
        let values = drivers_by_path(scenario).into_iter().map(|driver| match &driver.value {
            Value::Point(value) => format!("{value}"),
            Value::Law(law) => format!("{law:?}"),
        });
        describe(scenario).into_iter().zip(values).collect::<Vec<_>>()
    };
    let (own, other) = (listed(a), listed(b));
    let figures = |description: &crate::config::DriverDescription| {
        let finite = |value: f64| value.is_finite().then_some(value);
        DriverFigures {
            law: description.law.clone(),
            mean: finite(description.mean),
            sd: finite(description.sd),
            p5: description.p5,
            p95: description.p95,
        }
    };
    let mut changes = Vec::new();
    for (description, value) in &own {
        let same = other.iter().find(|(known, _)| known.path == description.path);
        if same.is_some_and(|(_, known)| known == value) {
            continue;
        }
        changes.push(DriverChange {
            path: description.path.clone(),
            unit: description.unit.to_owned(),
            a: Some(figures(description)),
            b: same.map(|(known, _)| figures(known)),
        });
    }
    let new = other.iter().filter(|(description, _)| !own.iter().any(|(known, _)| known.path == description.path));
    changes.extend(new.map(|(description, _)| DriverChange {
        path: description.path.clone(),
        unit: description.unit.to_owned(),
        a: None,
        b: Some(figures(description)),
    }));
    changes
}

/// What each change of a config does alone to each mean difference, and what all do together beyond that.
pub fn steps(a: &Scenario, b: &Scenario, model: &Model, differences: &[ConfigDifference], years: u64) -> Vec<StepsOf> {
    let years: Range<u64> = 0..STEP_YEARS.min(years);
    let name = |scenario: &Scenario, index: usize| scenario.options.get(index).map(|option| option.name.clone());
    if name(a, 0) != name(b, 0) || !differences.iter().any(|difference| difference.matters) {
        return Vec::new();
    }
    let start = Sample::of(model, years.clone());
    let end = Sample::of(&model.changed(b), years.clone());
    let by_year = |sample: &Sample, option: &str| -> Option<Vec<f64>> {
        let place = sample.options.iter().position(|name| name == option)?;
        Some(sample.totals[place].iter().zip(&sample.totals[0]).map(|(own, first)| own - first).collect())
    };
    let options: Vec<String> = a.options.iter().skip(1).map(|option| option.name.clone()).collect();
    let options: Vec<String> = options.into_iter().filter(|option| end.options.contains(option)).collect();
    let bases: Vec<Vec<f64>> = options.iter().filter_map(|option| by_year(&start, option)).collect();
    let count = (years.end - years.start) as usize;
    let mut sums: Vec<Vec<f64>> = options.iter().map(|_| vec![0.0; count]).collect();
    let mut found: Vec<Vec<Step>> = options.iter().map(|_| Vec::new()).collect();
    let mut not_alone = Vec::new();
    for difference in differences.iter().filter(|difference| difference.matters) {
        let path = difference.change.path.clone();
        let Some(alone) = difference.alone.as_ref().filter(|alone| name(alone, 0) == name(a, 0)) else {
            not_alone.push(path);
            continue;
        };
        let sample = Sample::of(&model.changed(alone), years.clone());
        for (index, option) in options.iter().enumerate() {
            let Some(own) = by_year(&sample, option) else { continue };
            let change: Vec<f64> = own.iter().zip(&bases[index]).map(|(own, base)| own - base).collect();
            sums[index].iter_mut().zip(&change).for_each(|(sum, change)| *sum += change);
            found[index].push(Step { path: path.clone(), change: mean_of(&change) });
        }
    }
    let mut all = Vec::new();
    for (index, option) in options.into_iter().enumerate() {
        let Some(target) = by_year(&end, &option) else { continue };
        let base = &bases[index];
        let rest: Vec<f64> = (0..count).map(|year| target[year] - base[year] - sums[index][year]).collect();
        let mut steps = std::mem::take(&mut found[index]);
        steps.sort_by(|a, b| b.change.value.abs().total_cmp(&a.change.value.abs()));
        all.push(StepsOf {
            option,
            baseline: name(a, 0).unwrap_or_default(),
            years: years.end,
            a: mean_of(base).value,
            b: mean_of(&target).value,
            steps,
            together: mean_of(&rest),
            not_alone: not_alone.clone(),
        });
    }
    all
}

fn mean_of(values: &[f64]) -> Estimate {
    let value = values.iter().sum::<f64>() / values.len() as f64;
    around(value, Some(standard_error(values.len(), |year| values[year])))
}

/// Measures whose change is beyond so many standard errors; of a figure without error every change is.
pub fn beyond(measures: &[MeasureChange], limit: f64) -> impl Iterator<Item = &MeasureChange> {
    measures.iter().filter(move |row| match (row.verdict, row.z) {
        (Verdict::Same | Verdict::Unknown, _) => false,
        (_, Some(z)) => z.abs() > limit,
        (_, None) => true,
    })
}
