//! `tailcost fit`: which law do data speak for?

use super::dependence::filter;
use super::exit::Failure;
use super::fit_args::{Fit as Arguments, Rank};
use super::fit_data::{Asked, amounts};
use super::fit_periods::{by_period, prior_of_file};
use super::fit_words::{Periods, families};
use super::written::{save_charts, write_charts, write_json};
use crate::data::nearest;
use crate::fitting::{
    Criterion, DataSource, Ends, Experience, MIXTURE_FAMILIES, Prior, Request, SPLICE_BODIES, Scope, blend,
    fit_amounts, fit_periods,
};
use crate::outcome::fit::{Credibility, Fit, FitState};
use crate::report::charts::fit_charts;
use crate::report::files::write_whole;
use crate::report::fit::{fit_fragment, fit_table};

pub fn fit(arguments: &Arguments) -> Result<(), Failure> {
    let asked = Asked { arguments, filter: filter(&arguments.rows)? };
    let mut found = match &arguments.counts_by {
        Some(periods) => counts(&asked, periods)?,
        None => sizes(&asked)?,
    };
    let Some(fragment) = &mut found.fragment else { return Err(refusals(&found)) };
    fragment.toml = fit_fragment(&arguments.name, fragment);
    let fragment = fragment.toml.clone();
    // Everything is made before anything is said or written.
    let charts =
        arguments.charts.as_ref().map(|directory| Ok((directory, fit_charts(&found).map_err(Failure::internal)?)));
    let charts = charts.transpose()?;
    if arguments.quiet {
        for caution in &found.cautions {
            anstream::eprintln!("caution: {}: {}", caution.code, caution.message);
        }
        super::print(&fragment)?;
    } else {
        super::print(&fit_table(&found))?;
    }
    if let Some(path) = &arguments.json {
        write_json(path, &found)?;
    }
    if let Some(path) = &arguments.fragment {
        write_whole(path, fragment.as_bytes()).map_err(Failure::internal)?;
    }
    match charts {
        Some((directory, charts)) if arguments.quiet => save_charts(directory, charts).map(|_| ()),
        Some((directory, charts)) => write_charts(directory, charts),
        None => Ok(()),
    }
}

fn sizes(arguments: &Asked<'_>) -> Result<Fit, Failure> {
    let families = families(&arguments.family, false)?;
    let read = amounts(arguments)?;
    if let Some(reason) = nothing_to_fit(&read.observations) {
        return Err(Failure::input(format!("error: {}: column {}: {reason}", read.source.path, read.source.column)));
    }
    let among = |known: &[&str]| -> Vec<String> {
        families.iter().filter(|name| known.contains(&name.as_str())).cloned().collect()
    };
    let credibility = match (prior(arguments)?, &read.experience) {
        (Some(prior), Some(own)) => Some(blended(own, &prior)?),
        (Some(_), None) => {
            let text =
                "error: credibility needs amounts that were all seen as they are: without truncation and censoring";
            return Err(Failure::input(text));
        }
        (None, _) if arguments.exposure.is_some() => {
            return Err(Failure::input("error: --exposure belongs to --counts-by or --credibility"));
        }
        (None, _) => None,
    };
    let request = Request {
        credibility,
        mixtures: if arguments.mixture {
            asked("--mixture", among(MIXTURE_FAMILIES), MIXTURE_FAMILIES)?
                .into_iter()
                .map(|name| [name.clone(), name])
                .collect()
        } else {
            Vec::new()
        },
        splices: if arguments.splice.is_some() {
            asked("--splice", among(SPLICE_BODIES), SPLICE_BODIES)?
        } else {
            Vec::new()
        },
        ends: Ends { min: arguments.min, max: arguments.max, threshold: None },
        threshold: arguments.splice.or(arguments.tail_above).or(read.truncated_at),
        scope: if arguments.whole { Scope::Whole } else { Scope::Seen },
        families,
        ..request(arguments, read.source.clone())
    };
    let mut fit = fit_amounts(&request, &read.observations);
    chosen_is_there(arguments, &fit)?;
    fit.cautions.splice(0..0, read.cautions);
    Ok(fit)
}

fn counts(arguments: &Asked<'_>, periods: &Periods) -> Result<Fit, Failure> {
    let families = families(&arguments.family, true)?;
    let read = by_period(arguments, periods)?;
    let periods = read.counts.counts().iter().zip(read.counts.exposures());
    let own: Vec<Experience> =
        periods.map(|(count, exposure)| Experience { total: *count, exposure: *exposure }).collect();
    let credibility = prior(arguments)?.map(|prior| blended(&own, &prior)).transpose()?;
    let request = Request { families, credibility, ..request(arguments, read.source) };
    let mut fit = fit_periods(&request, &read.counts);
    chosen_is_there(arguments, &fit)?;
    fit.cautions.splice(0..0, read.cautions);
    Ok(fit)
}

fn request(arguments: &Arguments, source: DataSource) -> Request {
    Request {
        criterion: match arguments.rank {
            Rank::Aic => Criterion::Aic,
            Rank::Bic => Criterion::Bic,
        },
        chosen: arguments.choose.clone(),
        bootstraps: arguments.bootstraps,
        seed: arguments.seed,
        ..Request::all_amounts(source)
    }
}

fn asked(flag: &str, found: Vec<String>, known: &[&str]) -> Result<Vec<String>, Failure> {
    if found.is_empty() {
        return Err(Failure::input(format!(
            "error: {flag}: none of the families asked for can be part of it; those that can are {}",
            known.join(", ")
        )));
    }
    Ok(found)
}

/// Why no family at all can be fitted.
fn nothing_to_fit(observations: &crate::fitting::Observations) -> Option<String> {
    let exact = observations.exact();
    if observations.len() == 1 {
        return Some("there is one row, expected two or more that differ".to_owned());
    }
    match (exact.first(), exact.last(), observations.censored()) {
        (Some(least), Some(most), []) if least == most => {
            Some(format!("all {} rows are {least}, expected values that differ", observations.len()))
        }
        _ => None,
    }
}

fn chosen_is_there(arguments: &Arguments, fit: &Fit) -> Result<(), Failure> {
    let Some(name) = &arguments.choose else { return Ok(()) };
    if fit.candidates.iter().any(|candidate| candidate.name == *name && fit.choice.is_some()) {
        return Ok(());
    }
    let fitted =
        || fit.candidates.iter().filter(|candidate| candidate.aic.is_some()).map(|candidate| candidate.name.as_str());
    let help = nearest(name, fitted()).map_or(String::new(), |close| format!("\n  help: did you mean {close:?}?"));
    let all: Vec<&str> = fitted().collect();
    Err(Failure::input(format!(
        "error: --choose: no candidate {name:?} was fitted; fitted are {}{help}",
        all.join(", ")
    )))
}

fn prior(arguments: &Arguments) -> Result<Option<(Prior, String)>, Failure> {
    match (&arguments.prior, arguments.credibility) {
        (Some(path), _) => {
            let prior = prior_of_file(path)?;
            let groups = if let Prior::Groups(groups) = &prior { groups.len() } else { 0 };
            Ok(Some((prior, format!("{groups} groups of {}", path.display()))))
        }
        (None, Some(given)) => Ok(Some((given.into(), "given figures".to_owned()))),
        (None, None) => Ok(None),
    }
}

fn blended(own: &[Experience], (prior, source): &(Prior, String)) -> Result<Credibility, Failure> {
    blend(own, prior, source).map_err(|error| Failure::input(format!("error: credibility: {error}")))
}

/// Why there is no law at all.
fn refusals(fit: &Fit) -> Failure {
    let mut text = format!("error: {}: column {}: no family could be fitted", fit.data.path, fit.data.column);
    for candidate in &fit.candidates {
        if let FitState::Refused(why) = &candidate.state {
            text += &format!("\n  {}: {why}", candidate.name);
        }
    }
    Failure::input(text)
}
