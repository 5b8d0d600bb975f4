//! Does every driver of the case follow the law that the config gives it?
//!
//! Yearly drivers are read from the kernel, as a year table shows them, and held against [`Law::cdf`] by Kolmogorov's distance. Drivers
//! drawn for each event have no one value a year: the first amount of each year is drawn from the kernel's own compiled table, at
//! the uniforms of the driver's own stream, those that are summed as a sum of one. A law with atoms is compared on both sides of
//! them; the p-value is then too large if anything, and the false alarm below what is stated.
//!
//! A copula must leave each driver its law. Where the case has no dependence group, some of its drivers are drawn again in one.

use super::case_drivers::{CaseDriver, varying};
use super::{Context, assertion};
use crate::config::{CopulaKind, DependenceGroup, GroupMember, Scenario};
use crate::distributions::sums::CompiledSum;
use crate::distributions::{Law, Sampler, standard_normal};
use crate::engine::{BLOCK, Kernel, PACKS, parallel_map, replay};
use crate::model::Model;
use crate::numerics::simd::{Level, Pack, flat};
use crate::outcome::{Assertion, Extent, Limit};
use crate::random::{Stream, YearWords, Years};
use crate::statistics::{kolmogorov_distance, kolmogorov_p_value};

/// Years drawn.
const YEARS: u64 = 1_000_000;
/// Years drawn with drivers in a group that the case does not have, when seconds count.
const QUICK_COUPLED: u64 = 250_000;
/// Drivers of such a group, the rank correlation of each pair (as of normals), and the degrees of freedom under t.
const COUPLED: usize = 6;
const CORRELATION: f64 = 0.5;
const DOF: f64 = 4.0;
/// Columns held at once: 8 MB each.
const AT_ONCE: usize = 32;

/// Each driver's distance from its law, and that no value is outside its support.
pub(super) fn find(context: &Context<'_>, alarm: f64) -> Vec<Assertion> {
    let scenario = &context.loaded.scenario;
    let model = Model::on(context.level(), scenario, context.seed);
    let drivers = varying(scenario);
    let mut fits = yearly(&model, &drivers, YEARS, "");
    fits.extend(each(&model, &drivers, context));
    if scenario.dependence.is_none() {
        let years = match context.extent {
            Extent::Quick => QUICK_COUPLED,
            Extent::Full => YEARS,
        };
        for (copula, words) in
            [(CopulaKind::Gaussian, ", in a Gaussian copula"), (CopulaKind::T { dof: DOF }, ", in a t copula")]
        {
            let Some(coupled) = coupled(scenario, &drivers, copula) else { continue };
            let members = &coupled.dependence.as_ref().expect("it was given one").members;
            let drivers: Vec<CaseDriver<'_>> =
                varying(&coupled).into_iter().filter(|driver| members.iter().any(|m| m.driver == driver.id)).collect();
            fits.extend(yearly(&Model::on(context.level(), &coupled, context.seed), &drivers, years, words));
        }
    }
    let outside: u64 = fits.iter().map(|fit| fit.outside).sum();
    let each = alarm / fits.len().max(1) as f64;
    let mut found: Vec<Assertion> = fits
        .into_iter()
        .map(|fit| {
            let detail = format!("distance {:.2e} over {} draws, {}", fit.distance, fit.draws, fit.law);
            let p = kolmogorov_p_value(fit.distance, fit.draws);
            assertion("drivers", fit.subject, "p-value", (p, Limit::AtLeast(each)), each, detail)
        })
        .collect();
    let outcome = (outside as f64, Limit::AtMost(0.0));
    let detail = format!("of {} drivers", drivers.len());
    found.push(assertion("drivers", "all drivers", "draws outside the support", outcome, 0.0, detail));
    found
}

/// How a driver's draws lie to its law.
struct Fit {
    subject: String,
    law: String,
    distance: f64,
    draws: u64,
    outside: u64,
}

impl Fit {
    fn new(subject: String, law: &Law, mut draws: Vec<f64>) -> Self {
        let (low, high) = law.support();
        let outside = draws.iter().filter(|x| !(low..=high).contains(*x)).count() as u64;
        draws.sort_unstable_by(f64::total_cmp);
        let distance = kolmogorov_distance(&draws, |x| law.below(x).p(), |x| law.cdf(x).p());
        Self { subject, law: law.to_string(), distance, draws: draws.len() as u64, outside }
    }
}

/// Those drivers that the kernel draws once a year, from its own columns.
fn yearly(model: &Model, drivers: &[CaseDriver<'_>], years: u64, words: &str) -> Vec<Fit> {
    let years: Vec<u64> = (0..years).collect();
    let names = model.input_names();
    let place = |driver: &CaseDriver<'_>| names.iter().position(|name| *name == driver.path());
    let places: Vec<(usize, &CaseDriver<'_>)> =
        drivers.iter().filter_map(|driver| Some((place(driver)?, driver))).collect();
    let mut fits = Vec::new();
    for some in places.chunks(AT_ONCE) {
        let blocks: Vec<Vec<Vec<f64>>> = replay(model, &years, |_, _, scratch| {
            let columns = model.inputs(scratch);
            some.iter().map(|(place, _)| columns[*place].to_vec()).collect()
        });
        let indices: Vec<usize> = (0..some.len()).collect();
        fits.extend(parallel_map(&indices, |&i| {
            let draws = blocks.iter().flat_map(|block| block[i].iter().copied()).collect();
            Fit::new(some[i].1.path() + words, some[i].1.law, draws)
        }));
    }
    fits
}

/// Those drivers that are drawn for each event, from what the kernel compiled of them.
fn each(model: &Model, drivers: &[CaseDriver<'_>], context: &Context<'_>) -> Vec<Fit> {
    let drivers: Vec<(&CaseDriver<'_>, Table<'_>)> = drivers
        .iter()
        .filter(|driver| driver.is_each())
        .filter_map(|driver| Some((driver, Table::of(model, driver.law)?)))
        .collect();
    parallel_map(&drivers, |(driver, table)| {
        let draws = table.draws(context.level(), driver.stream(context.seed), YEARS);
        Fit::new(driver.path(), driver.law, draws)
    })
}

/// What an amount is drawn from.
#[derive(Clone, Copy)]
enum Table<'a> {
    Sampler(&'a Sampler),
    Sum(&'a CompiledSum),
}

impl<'a> Table<'a> {
    /// None where the mechanism is off, so that nothing was compiled.
    fn of(model: &'a Model, law: &Law) -> Option<Self> {
        let same = |other: &Law| format!("{other:?}") == format!("{law:?}");
        let sum = model.sums().find(|(amount, _)| same(amount)).map(|(_, sum)| Self::Sum(sum));
        sum.or_else(|| model.samplers().find(|sampler| same(sampler.law())).map(Self::Sampler))
    }

    fn draws(self, level: Level, stream: Stream, years: u64) -> Vec<f64> {
        let mut words = YearWords::new(BLOCK);
        let one = [Pack::splat(1.0); PACKS];
        let (mut normals, mut out) = ([Pack::ZERO; PACKS], [Pack::ZERO; PACKS]);
        let mut draws = Vec::with_capacity(years as usize);
        for start in (0..years).step_by(BLOCK) {
            let len = (years - start).min(BLOCK as u64) as usize;
            words.set(Years::Range { start, len });
            let packs = words.packs().len();
            let uniforms = stream.uniforms(&words);
            match self {
                Self::Sampler(sampler) => sampler.draw_on(level, uniforms, &mut out[..packs]),
                Self::Sum(sum) => {
                    standard_normal().draw_on(level, uniforms, &mut normals[..packs]);
                    sum.on(level, &one[..packs], &normals[..packs], uniforms, &mut out[..packs]);
                }
            }
            draws.extend_from_slice(&flat(&out)[..len]);
        }
        draws
    }
}

/// The case with some of its yearly drivers in one group; none where fewer than two vary.
fn coupled(scenario: &Scenario, drivers: &[CaseDriver<'_>], copula: CopulaKind) -> Option<Scenario> {
    let yearly: Vec<&CaseDriver<'_>> = drivers.iter().filter(|driver| !driver.is_each()).collect();
    let count = yearly.len().min(COUPLED);
    if count < 2 {
        return None;
    }
    // Spread over the case, so that many families are among them.
    let mut members: Vec<GroupMember> = (0..count)
        .map(|i| yearly[i * yearly.len() / count])
        .map(|driver| GroupMember { driver: driver.id, path: driver.path() })
        .collect();
    members.sort_by(|a, b| a.path.cmp(&b.path));
    let correlation =
        (0..count).map(|i| (0..count).map(|j| if i == j { 1.0 } else { CORRELATION }).collect()).collect();
    let dependence = Some(DependenceGroup { copula, members, correlation, requested: Vec::new() });
    Some(Scenario { dependence, ..scenario.clone() })
}

#[cfg(test)]
#[path = "drivers_tests.rs"]
mod tests;
