//! Which mean and which variance must each line have, worked out without drawing a year?
//!
//! The analytic twin of the simulation: closed forms, and quadrature where a law leaves no other way. Where drivers depend on
//! each other, only what stays exact: a line that at most one member of the dependence group decides. Variances of totals are not
//! given, since lines share drivers.

mod events;
mod exposure;
mod involved;
mod laws;
mod losses;
mod raw;
mod staff;
#[cfg(test)]
mod tests;

use crate::config::Component::{self, *};
use crate::config::HospitalDriver::*;
use crate::config::WorldDriver::*;
use crate::config::{HospitalDriver, OptionDriver, Scenario, WorldDriver};
use involved::{Moment, in_group, involved};
use laws::{hospital_law, option_law, world_law};
pub use losses::{losses, losses_between};
use raw::Raw;
use staff::{LINES, Staff, inverse, moments};

/// Exact figures of a line; absent where neither closed forms nor quadrature reach, or where they are
/// infinite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exact {
    pub mean: Option<f64>,
    pub variance: Option<f64>,
}

/// Mean and variance of each line of an option (an index of the scenario), in the order of [`Component::ALL`], in USD a year and its square.
///
/// ```
/// use tailcost::config::{Component, Source, load};
/// let case = load(&Source::Builtin("hfma-2018".into()), &[]).unwrap();
/// let labour = tailcost::twin::lines(&case.scenario, 0)[Component::Labour as usize];
/// assert!(labour.mean.unwrap() > 0.0 && labour.variance.unwrap() >= 0.0);
/// ```
pub fn lines(scenario: &Scenario, option: usize) -> [Exact; LINES] {
    let choice = &scenario.options[option];
    let parts: Vec<[Option<Raw>; LINES]> = choice
        .mix
        .iter()
        .map(|(workforce, share)| Staff::new(scenario, &scenario.workforces[*workforce].drivers, *share).lines())
        .collect();
    Component::ALL.map(|component| {
        let line = match component {
            Transition => {
                let law = option_law(&choice.drivers, OptionDriver::TransitionCost);
                Exact { mean: Some(law.mean()), variance: Some(law.variance()) }
            }
            _ => together(scenario, component, &parts),
        };
        // Each part's mean needs its own drivers to be independent; the variance needs all of them to be.
        let mean_stays = choice.mix.iter().all(|(workforce, _)| {
            in_group(scenario, &involved(scenario, option, *workforce, component, Moment::Mean)) <= 1
        });
        let of_all: Vec<_> = choice
            .mix
            .iter()
            .flat_map(|(workforce, _)| involved(scenario, option, *workforce, component, Moment::Variance))
            .collect();
        let variance_stays = in_group(scenario, &of_all) <= 1;
        Exact {
            mean: line.mean.filter(|mean| mean.is_finite() && mean_stays),
            variance: line.variance.filter(|variance| variance.is_finite() && variance_stays).map(|v| v.max(0.0)),
        }
    })
}

/// Mean of an option's total, of the lines that it counts; absent where one of them is.
pub fn total_mean(scenario: &Scenario, lines: &[Exact; LINES]) -> Option<f64> {
    let counted = Component::ALL.iter().zip(lines).filter(|(line, _)| !scenario.simulation.exclude.contains(line));
    counted.map(|(_, line)| line.mean).sum()
}

/// A line of all workforces together.
fn together(scenario: &Scenario, component: Component, parts: &[[Option<Raw>; LINES]]) -> Exact {
    const UNKNOWN: Exact = Exact { mean: None, variance: None };
    let policy = |key| moments(&hospital_law(&scenario.hospital, key));
    let Some(each) = parts.iter().map(|part| part[component as usize]).collect::<Option<Vec<Raw>>>() else {
        return UNKNOWN;
    };
    let insured = component == Breach && policy(InsuranceLimit).one > 0.0;
    if insured && parts.len() > 1 {
        return UNKNOWN;
    }
    let mean: f64 = each.iter().map(|part| part.one).sum();
    // What workforces share makes them covary: given the shared factor G their means are proportional to it.
    let alone = each.iter().filter(|part| part.two > 0.0).count() <= 1;
    let variation = if alone { Some(0.0) } else { shared_variation(scenario, component) };
    let variance = variation.map(|variation| {
        let squares: f64 = each.iter().map(|part| part.one * part.one).sum();
        each.iter().map(|part| part.variance()).sum::<f64>() + (mean * mean - squares) * variation
    });
    if component == Breach {
        let premium = policy(InsurancePremium);
        return Exact {
            mean: Some(mean + premium.one),
            variance: variance.map(|variance| variance + premium.variance()),
        };
    }
    Exact { mean: Some(mean), variance }
}

/// `Var G / (E G)^2` of the factor that all workforces' conditional means of a line share.
fn shared_variation(scenario: &Scenario, component: Component) -> Option<f64> {
    let world = |key: WorldDriver| moments(&world_law(&scenario.world, key));
    let hospital = |key: HospitalDriver| moments(&hospital_law(&scenario.hospital, key));
    let encounters = world(Volume) * hospital(InpatientEncounters);
    let hours = world(Volume) * hospital(ReferenceHours);
    let coders = hours * inverse(&hospital_law(&scenario.hospital, HoursPerCoder));
    let shared = match component {
        Labour | Management => hours,
        Audit | Onboarding => coders,
        Queries | Compliance => encounters,
        DenialRework | DenialWriteOff => encounters * world(PayerStrictness),
        CaseMix => encounters * hospital(CaseMixValue),
        Breach => world(Threat),
        Transition => Raw::constant(1.0),
        // Not proportional to one factor: a closed form only where nothing shared varies.
        Dnfb => {
            let all = encounters * world(PayerStrictness) * hospital(PaymentPerEncounter) * hospital(CostOfCapital);
            return (all * coders).is_constant().then_some(0.0);
        }
        Penalties => return world(Threat).is_constant().then_some(0.0),
        // Shares of the mix scale one and the same law, whose premium part alone is shared.
        Regulation => return hours.is_constant().then_some(0.0),
    };
    if shared.one == 0.0 {
        return Some(0.0);
    }
    Some(shared.variance() / (shared.one * shared.one))
}
