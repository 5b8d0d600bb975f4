//! Which law says what people said?
//!
//! Two quantiles have a law of every family with two parameters; three and more have a metalog, where there is one, and the nearest law
//! of each family. Several people are pooled by the mixture of their laws.

#![allow(clippy::neg_cmp_op_on_partial_ord, reason = "checks are written so that NaN fails")]

mod candidates;
mod feasibility;
mod minimum;
mod pool;
#[cfg(test)]
mod tests;

use crate::distributions::{FAMILIES, Law, LawError};
use crate::numerics::Probability;
use crate::outcome::{Biography, Caution, Elicitation, ElicitedLaw, ExpertOpinion, Judgement, LawSummary, Quantile};
use candidates::{Candidate, candidates};

/// What is asked about one quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub experts: Vec<Expert>,
    /// Least and largest possible value, where they are known.
    pub bounds: Bounds,
    /// Taken for everybody in place of the family that would be chosen.
    pub family: Option<String>,
}

/// One person's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Expert {
    pub name: String,
    pub judgement: Judgement,
    /// 0 or more; weights need not sum to 1.
    pub weight: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bounds {
    pub min: Option<f64>,
    pub max: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ElicitError {
    #[error("nobody was asked: give quantiles, a PERT judgement or experts")]
    Nobody,
    #[error("{expert}: {found} quantile, expected two or more (or --pert min,mode,max)")]
    TooFew { expert: String, found: usize },
    #[error("{expert}: {found} quantiles, expected at most {most}")]
    TooMany { expert: String, found: usize, most: usize },
    #[error("{expert}: the probability {found}, expected one strictly between 0 and 1")]
    Probability { expert: String, found: f64 },
    #[error("{expert}: {found} is no finite number")]
    NotFinite { expert: String, found: f64 },
    #[error("{expert}: {high} at {p_high} after {low} at {p_low}: values must rise with their probabilities")]
    NotRising { expert: String, p_low: f64, low: f64, p_high: f64, high: f64 },
    #[error("{expert}: {value} lies outside of the bounds: expected values strictly between {min} and {max}")]
    OutsideBounds { expert: String, value: f64, min: f64, max: f64 },
    #[error("{expert}: a PERT judgement has its own ends, {min} and {max}, and takes no other bounds")]
    BoundedPert { expert: String, min: f64, max: f64 },
    #[error("{expert}: {error}")]
    Pert { expert: String, error: Box<LawError> },
    #[error("the least possible value {min} is not below the largest, {max}")]
    EmptyBounds { min: f64, max: f64 },
    #[error("{expert} has the weight {found}, expected 0 or more")]
    Weight { expert: String, found: f64 },
    #[error("the weights sum to 0, expected one above 0")]
    NoWeight,
    #[error("two experts are called {name:?}, expected a name for each")]
    SameName { name: String },
    #[error("there is no family {found:?}; families are {}", known.join(", "))]
    NoFamily { found: String, known: Vec<String> },
    #[error("{expert}: no {family} says this: {reason}")]
    NotInFamily { expert: String, family: String, reason: String },
    #[error("{expert}: no law was found that says this")]
    NoLaw { expert: String },
}

/// Most quantiles of one person: a metalog takes no more.
const MOST_QUANTILES: usize = 16;
/// Probabilities at which every law is shown.
pub const SHOWN: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
/// Points of a curve.
const POINTS: usize = 320;

/// Finds the laws, pools them, and says what is worth knowing; `driver` is the path under which the fragment stands.
///
/// ```
/// use tailcost::elicitation::{Bounds, Expert, Question, elicit};
/// use tailcost::outcome::{Judgement, Quantile};
/// let said = [(0.1, 3.0), (0.5, 6.0), (0.9, 14.0)].map(|(p, value)| Quantile { p, value });
/// let expert = Expert { name: "Ann".into(), judgement: Judgement::Quantiles(said.into()), weight: 1.0 };
/// let question = Question { experts: vec![expert], bounds: Bounds { min: Some(0.0), max: None }, family: None };
/// let found = elicit(&question, "workforce.offshore.onboarding_weeks").unwrap();
/// assert_eq!(found.experts[0].laws[0].family, "metalog");
/// assert!(found.experts[0].laws[0].is_exact);
/// ```
pub fn elicit(question: &Question, driver: &str) -> Result<Elicitation, ElicitError> {
    check(question)?;
    let total: f64 = question.experts.iter().map(|expert| expert.weight).sum();
    let mut taken = Vec::new();
    for expert in &question.experts {
        taken.push(of_expert(expert, question)?);
    }
    let weights: Vec<f64> = question.experts.iter().map(|expert| expert.weight / total).collect();
    let chosen: Vec<&Law> = taken.iter().map(|found| &found.laws[0].law).collect();
    let pooled = pool::law(&weights, &chosen);
    let grid = grid(&question.experts, &taken, pooled.as_ref());
    let pool = pooled.as_ref().map(|law| {
        let names: Vec<&str> = question.experts.iter().map(|expert| expert.name.as_str()).collect();
        pool::described(law, &names, &weights, &chosen, summary(law, &grid))
    });
    let opinions = question.experts.iter().zip(&taken).zip(&weights).map(|((expert, found), weight)| ExpertOpinion {
        name: expert.name.clone(),
        weight: *weight,
        judgement: expert.judgement.clone(),
        laws: found.laws.iter().map(|candidate| described(candidate, &expert.judgement, &grid)).collect(),
        refused: found.refused.clone(),
        infeasible: found.infeasible.clone(),
        distance_from_pool: pooled.as_ref().map(|pooled| pool::distance(&found.laws[0].law, pooled)),
    });
    let mut elicitation = Elicitation {
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        driver: driver.to_owned(),
        min: question.bounds.min,
        max: question.bounds.max,
        grid: grid.clone(),
        experts: opinions.collect(),
        pool,
        cautions: Vec::new(),
        fragment: String::new(),
    };
    elicitation.cautions = cautions(&elicitation);
    Ok(elicitation)
}

/// The biography of the driver that was elicited.
pub fn biography(elicitation: &Elicitation) -> Biography {
    let experts = &elicitation.experts;
    let said = |opinion: &ExpertOpinion| match &opinion.judgement {
        Judgement::Quantiles(quantiles) => {
            quantiles.iter().map(|quantile| format!("{}={}", quantile.p, quantile.value)).collect::<Vec<_>>().join(", ")
        }
        Judgement::Pert { min, mode, max } => format!("min {min}, mode {mode}, max {max}"),
    };
    let bound = |name: &str, value: Option<f64>| value.map_or(String::new(), |value| format!(", {name} {value}"));
    let bounds = bound("least possible", elicitation.min) + &bound("largest possible", elicitation.max);
    let mut biography = Biography::default();
    match experts.as_slice() {
        [one] => {
            biography.method = Some(format!("elicited: {}{bounds}", said(one)));
            if one.name != UNNAMED {
                biography.experts = vec![one.name.clone()];
                biography.weights = vec![1.0];
            }
            let law = &one.laws[0];
            biography.chosen = Some(format!("{}: {}", law.family, how_well(law)));
            let others = one.laws.iter().skip(1).map(|other| match other.summary.quantiles.last() {
                Some(last) if other.is_exact => {
                    format!("{}: says the same, {} at {}", other.family, short(last.value), last.p)
                }
                _ => format!("{}: {}", other.family, how_well(other)),
            });
            let infeasible = one.infeasible.iter().map(|infeasible| format!("metalog: {}", infeasible.reason));
            biography.rejected = others.chain(infeasible).collect();
        }
        many => {
            biography.method = Some(format!("elicited: linear pool of {} experts{bounds}", many.len()));
            biography.experts = many.iter().map(|opinion| format!("{}: {}", opinion.name, said(opinion))).collect();
            biography.weights = many.iter().map(|opinion| opinion.weight).collect();
            let families = many.iter().map(|opinion| format!("{} for {}", opinion.laws[0].family, opinion.name));
            biography.chosen = Some(families.collect::<Vec<_>>().join(", "));
        }
    }
    biography
}

/// What a single expert is called who gave no name.
pub const UNNAMED: &str = "the expert";

fn how_well(law: &ElicitedLaw) -> String {
    if law.is_exact {
        "runs through what was said".into()
    } else {
        format!("misses it by up to {:.1} points", 100.0 * law.miss)
    }
}

fn check(question: &Question) -> Result<(), ElicitError> {
    let Bounds { min, max } = question.bounds;
    if let Some(bound) = [min, max].into_iter().flatten().find(|bound| !bound.is_finite()) {
        return Err(ElicitError::NotFinite { expert: "the bounds".into(), found: bound });
    }
    if let (Some(min), Some(max)) = (min, max)
        && !(min < max)
    {
        return Err(ElicitError::EmptyBounds { min, max });
    }
    if question.experts.is_empty() {
        return Err(ElicitError::Nobody);
    }
    if let Some(found) =
        question.family.as_ref().filter(|family| !candidates::FAMILIES_TRIED.contains(&family.as_str()))
    {
        let known = FAMILIES.iter().map(|family| family.name).filter(|name| candidates::FAMILIES_TRIED.contains(name));
        return Err(ElicitError::NoFamily { found: found.clone(), known: known.map(str::to_owned).collect() });
    }
    for (index, expert) in question.experts.iter().enumerate() {
        if question.experts[..index].iter().any(|earlier| earlier.name == expert.name) {
            return Err(ElicitError::SameName { name: expert.name.clone() });
        }
        if !(expert.weight >= 0.0 && expert.weight.is_finite()) {
            return Err(ElicitError::Weight { expert: expert.name.clone(), found: expert.weight });
        }
        check_expert(expert, question.bounds)?;
    }
    let total: f64 = question.experts.iter().map(|expert| expert.weight).sum();
    if total > 0.0 { Ok(()) } else { Err(ElicitError::NoWeight) }
}

fn check_expert(expert: &Expert, bounds: Bounds) -> Result<(), ElicitError> {
    let name = || expert.name.clone();
    let quantiles = match &expert.judgement {
        Judgement::Pert { min, max, .. } if bounds != Bounds::default() => {
            return Err(ElicitError::BoundedPert { expert: name(), min: *min, max: *max });
        }
        Judgement::Pert { .. } => return Ok(()),
        Judgement::Quantiles(quantiles) => quantiles,
    };
    if quantiles.len() < 2 {
        return Err(ElicitError::TooFew { expert: name(), found: quantiles.len() });
    }
    if quantiles.len() > MOST_QUANTILES {
        return Err(ElicitError::TooMany { expert: name(), found: quantiles.len(), most: MOST_QUANTILES });
    }
    for Quantile { p, value } in quantiles {
        if !(*p > 0.0 && *p < 1.0) {
            return Err(ElicitError::Probability { expert: name(), found: *p });
        }
        if !value.is_finite() {
            return Err(ElicitError::NotFinite { expert: name(), found: *value });
        }
        let (min, max) = (bounds.min.unwrap_or(f64::NEG_INFINITY), bounds.max.unwrap_or(f64::INFINITY));
        if !(*value > min && *value < max) {
            return Err(ElicitError::OutsideBounds { expert: name(), value: *value, min, max });
        }
    }
    for pair in quantiles.windows(2) {
        if !(pair[0].p < pair[1].p && pair[0].value < pair[1].value) {
            let (low, high) = (&pair[0], &pair[1]);
            let expert = name();
            return Err(ElicitError::NotRising {
                expert,
                p_low: low.p,
                low: low.value,
                p_high: high.p,
                high: high.value,
            });
        }
    }
    Ok(())
}

/// What was found for one person, the law that is taken first.
struct Found {
    laws: Vec<Candidate>,
    refused: Vec<crate::outcome::RefusedFamily>,
    infeasible: Option<crate::outcome::Infeasible>,
}

fn of_expert(expert: &Expert, question: &Question) -> Result<Found, ElicitError> {
    let mut found = candidates(expert, question.bounds)?;
    let wanted = match &question.family {
        Some(family) => Some(family.as_str()),
        None => preferred(&found.laws, &expert.judgement, question.bounds),
    };
    match wanted.and_then(|family| found.laws.iter().position(|law| law.law.family() == family)) {
        Some(at) => found.laws[..=at].rotate_right(1),
        None => {
            let name = expert.name.clone();
            let Some(family) = question.family.clone() else { return Err(ElicitError::NoLaw { expert: name }) };
            let reason = found.refused.iter().find(|refused| refused.family == family);
            let reason = reason.map_or_else(|| "it was not tried".to_owned(), |refused| refused.reason.clone());
            return Err(ElicitError::NotInFamily { expert: name, family, reason });
        }
    }
    Ok(found)
}

/// The metalog where it runs through three quantiles or more, the nearest law where there is none. Two quantiles cannot tell families
/// apart: then by what the number is, between two bounds beta, above 0 lognormal, any sign normal.
fn preferred<'l>(laws: &'l [Candidate], judgement: &Judgement, bounds: Bounds) -> Option<&'l str> {
    let best = laws.iter().min_by(|a, b| a.miss.total_cmp(&b.miss))?.law.family();
    let Judgement::Quantiles(quantiles) = judgement else { return Some("pert") };
    let plain = match (bounds.min, bounds.max) {
        _ if quantiles.len() > 2 => "metalog",
        (Some(_), Some(_)) => "beta",
        (Some(min), None) if min < 0.0 => "metalog",
        (None, Some(_)) => "metalog",
        _ if quantiles[0].value > 0.0 => "lognormal",
        _ => "normal",
    };
    let has = laws.iter().any(|candidate| candidate.law.family() == plain && candidate.is_exact());
    Some(if has { plain } else { best })
}

/// Values from below nearly all of every law that is taken, and of what was said, to above nearly all of it.
fn grid(experts: &[Expert], taken: &[Found], pooled: Option<&Law>) -> Vec<f64> {
    let laws = || taken.iter().map(|found| &found.laws[0].law).chain(pooled);
    let low = laws().map(|law| law.quantile(Probability::lower(0.002))).fold(f64::INFINITY, f64::min);
    let high = laws().map(|law| law.quantile(Probability::upper(0.01))).fold(f64::NEG_INFINITY, f64::max);
    let said = experts.iter().flat_map(|expert| match &expert.judgement {
        Judgement::Quantiles(quantiles) => quantiles.iter().map(|quantile| quantile.value).collect(),
        Judgement::Pert { min, max, .. } => vec![*min, *max],
    });
    let (low, high) = said.fold((low, high), |(low, high), value| (low.min(value), high.max(value)));
    let step = (high - low) / (POINTS - 1) as f64;
    (0..POINTS).map(|i| low + step * i as f64).collect()
}

fn summary(law: &Law, grid: &[f64]) -> LawSummary {
    let finite = |value: f64| Some(value).filter(|value| value.is_finite());
    LawSummary {
        mean: finite(law.mean()),
        sd: finite(law.variance().sqrt()),
        quantiles: SHOWN.iter().map(|p| Quantile { p: *p, value: law.quantile(Probability::lower(*p)) }).collect(),
        density: grid.iter().map(|x| finite(law.density(*x))).collect(),
        cumulative: grid.iter().map(|x| law.cdf(*x).p()).collect(),
    }
}

fn described(candidate: &Candidate, judgement: &Judgement, grid: &[f64]) -> ElicitedLaw {
    let law = &candidate.law;
    let asked: Vec<f64> = match judgement {
        Judgement::Quantiles(quantiles) => quantiles.iter().map(|quantile| quantile.p).collect(),
        Judgement::Pert { .. } => Vec::new(),
    };
    let written = law.written().unwrap_or_default();
    ElicitedLaw {
        family: law.family().to_owned(),
        law: law.to_string(),
        written: written.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        is_exact: candidate.is_exact(),
        miss: candidate.miss,
        fitted: asked.iter().map(|p| Quantile { p: *p, value: law.quantile(Probability::lower(*p)) }).collect(),
        summary: summary(law, grid),
    }
}

fn cautions(elicitation: &Elicitation) -> Vec<Caution> {
    let mut cautions = Vec::new();
    let mut add = |code: &str, message: String| cautions.push(Caution { code: code.into(), message });
    for opinion in &elicitation.experts {
        let name = &opinion.name;
        let Judgement::Quantiles(quantiles) = &opinion.judgement else { continue };
        if let Some(infeasible) = &opinion.infeasible {
            let remedy = infeasible.remedies.first().map_or_else(
                || "no single quantile can be moved to make one; give fewer quantiles or bounds".to_owned(),
                |remedy| {
                    let (low, high) = (short(remedy.low), short(remedy.high));
                    format!("with {low} to {high} in place of {} at {} there would be one", remedy.said, remedy.p)
                },
            );
            add(
                "metalog_infeasible",
                format!("{name}: no metalog runs through these quantiles ({}): {remedy}", infeasible.reason),
            );
        }
        let at = |p: f64| {
            let found = opinion.laws.iter().filter(|law| law.miss < ALIKE);
            let values = found.filter_map(|law| law.summary.quantiles.iter().find(|q| q.p == p)).map(|q| q.value);
            let values: Vec<f64> = values.collect();
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            (values.len(), low, high)
        };
        let (count, low, high) = at(0.99);
        let last = quantiles.last().map_or(0.0, |quantile| quantile.p);
        if count > 1 && last < 0.99 && high - low > 0.05 * high.abs().max(low.abs()) {
            let message = format!(
                "{name}: nothing was said beyond {last}. At 0.99 the {count} families that say the same (within {:.0} point) go from {} to \
                 {}: the choice of family decides the tail",
                100.0 * ALIKE,
                short(low),
                short(high)
            );
            add("tail_is_the_family", message);
        }
        let law = &opinion.laws[0];
        if law.miss > FAR {
            let message = format!(
                "{name}: no law that was tried comes near; the nearest, {}, misses what was said by {:.0} points. Give bounds, fewer quantiles, \
                 or ask again",
                law.family,
                100.0 * law.miss
            );
            add("no_law_is_near", message);
        }
        if elicitation.min.is_none() && quantiles[0].value > 0.0 && law.summary.quantiles[0].value < 0.0 {
            let message = format!(
                "{name}: every value said is above 0, but the {} reaches below it ({} at 0.01): give --min 0 if nothing below 0 is possible",
                law.family,
                short(law.summary.quantiles[0].value)
            );
            add("reaches_below_zero", message);
        }
        if law.summary.mean.is_none() {
            add(
                "infinite_mean",
                format!("{name}: the {} has no finite mean; give --max or another --family", law.family),
            );
        }
    }
    if let Some(pool) = &elicitation.pool {
        for (one, other) in &pool.disagreement.apart {
            let message = format!(
                "the central 90% of {one} and of {other} do not meet: ask why before pooling; a pool of two camps has a mean that neither \
                 believes"
            );
            add("experts_apart", message);
        }
    }
    cautions
}

/// A law that misses by more does not say what was said.
const FAR: f64 = 0.03;
/// Laws that miss by less say the same as far as anybody can tell who judges by points of probability.
const ALIKE: f64 = 0.01;

/// A value of three or four digits.
fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    rounded.to_string()
}
