//! What do finished shards say together: the system, every member's part in it, every member's figures?

use super::error::BatchError;
use super::shares::{Tails, shares};
use super::store::{Identity, Store};
use super::sums::SystemSums;
use super::system::figures;
use super::work::Workshop;
use crate::analysis::SystemFigures;
use crate::config::{Member, Roll};
use crate::engine::parallel_map;
use crate::numerics::simd;
use crate::outcome::book::{
    BOOK_SCHEMA, Book, BookProvenance, Diversification, FigureKey, HeaviestMember, MemberFailure, MemberFigures,
    ScenarioOfBook, Spread, SystemDifference, SystemOption,
};
use crate::statistics::{Estimate, Level};
use std::path::Path;

/// Members whose parts are worked out side by side and handed on together.
const CHUNK: usize = 256;
/// Members named among those that make the system's tail.
const HEAVIEST: usize = 20;
/// What a part in the system's tail is called among a member's figures.
const CO_TVAR: &str = "system_co_tvar";

/// Takes the figures of every member, in the order of the table, then of the plan's scenarios.
pub trait MemberRows {
    /// # Errors
    /// Why they cannot be kept.
    fn push(&mut self, figures: &MemberFigures<'_>) -> Result<(), String>;
}

/// The parts in a directory that make up the whole batch.
///
/// # Errors
/// Parts of another batch, of different numbers of shards, or too few.
pub fn parts(directory: &Path, identity: &Identity) -> Result<Vec<Store>, BatchError> {
    let stores = Store::all(directory)?;
    for store in &stores {
        if let Some((key, found, expected)) = identity.difference(&store.identity) {
            return Err(BatchError::Foreign { directory: directory.to_path_buf(), key, found, expected });
        }
    }
    let Some(of) = stores.iter().map(|store| store.shard.of).max() else { return Ok(stores) };
    let stores: Vec<Store> = stores.into_iter().filter(|store| store.shard.of == of).collect();
    let missing: Vec<u32> = (0..of).filter(|index| stores.iter().all(|store| store.shard.index != *index)).collect();
    match missing.first() {
        None => Ok(stores),
        Some(first) => {
            let numbers: Vec<String> = missing.iter().map(|index| (index + 1).to_string()).collect();
            let (missing, example) = (numbers.join(", "), format!("{}/{of}", first + 1));
            Err(BatchError::ShardsMissing { directory: directory.to_path_buf(), of, missing, example })
        }
    }
}

/// Adds up all shards, hands on the figures of every member, and sums up the system.
///
/// # Errors
/// Files that cannot be read, rows that cannot be kept, members of which none has figures.
pub fn finish(
    workshop: &Workshop<'_>,
    stores: &[Store],
    level: simd::Level,
    threads: usize,
    rows: &mut dyn MemberRows,
) -> Result<Book, BatchError> {
    let (members, roll) = (&workshop.members, workshop.roll);
    let plan = members.plan;
    let sums = SystemSums::zero(members.columns(), plan.years);
    stores.iter().try_for_each(|store| sums.add(&store.columns()?))?;
    let mut columns = sums.into_columns();
    let mut systems = Vec::new();
    for (scenario, layout) in plan.scenarios.iter().zip(members.layouts()) {
        let own: Vec<Vec<i64>> = columns.drain(..layout.alternatives.len()).collect();
        let levels = &scenario.loaded.scenario.simulation.levels;
        let figures = figures(&layout.alternatives, &own, levels, level, threads)?;
        let tails = Tails::of(&own, levels);
        let keys = &members.keys()[systems.len()];
        systems.push(System::new(&layout.alternatives, levels, keys, figures, tails));
    }
    let mut failures = Vec::new();
    let indexed: Vec<(usize, &Member)> = roll.members.iter().enumerate().collect();
    for chunk in indexed.chunks(CHUNK) {
        let found = parallel_map(chunk, |(index, member)| of_member(workshop, stores, &systems, *index, member));
        for ((_, member), figures) in chunk.iter().zip(found) {
            match figures? {
                Ok(figures) => {
                    for ((system, scenario), values) in systems.iter_mut().zip(&plan.scenarios).zip(&figures) {
                        system.take(member, values);
                        let figures = MemberFigures {
                            member: &member.id,
                            name: member.name.as_deref(),
                            row: member.row,
                            scenario: &scenario.name,
                            keys: &system.keys,
                            values,
                        };
                        rows.push(&figures).map_err(BatchError::Report)?;
                    }
                }
                Err(reason) => failures.push(MemberFailure {
                    member: member.id.clone(),
                    row: member.row,
                    line: member.line,
                    reason,
                }),
            }
        }
    }
    let good = roll.members.len() - failures.len();
    if let (0, Some(first)) = (good, failures.first()) {
        let (first, reason) = (first.member.clone(), first.reason.clone());
        return Err(BatchError::AllFailed { members: failures.len(), first, reason });
    }
    Ok(book(workshop, systems, with_faults(failures, roll), good))
}

/// Rows that could not be members and members that failed, in the order of the table.
fn with_faults(mut failures: Vec<MemberFailure>, roll: &Roll) -> Vec<MemberFailure> {
    failures.extend(roll.faults.iter().map(|fault| MemberFailure {
        member: fault.id.clone(),
        row: fault.row,
        line: fault.line,
        reason: fault.message.clone(),
    }));
    failures.sort_by_key(|failure| failure.row);
    failures
}

/// The member's figures under each scenario, its part in the system's tail after its own.
fn of_member(
    workshop: &Workshop<'_>,
    stores: &[Store],
    systems: &[System],
    index: usize,
    member: &Member,
) -> Result<Result<Vec<Vec<Estimate>>, String>, BatchError> {
    for store in stores {
        let figures = match store.member(index as u32)?.map(|kept| kept.outcome) {
            None => continue,
            Some(Ok(figures)) => figures,
            Some(Err(reason)) => return Ok(Err(reason)),
        };
        let with_shares = figures.into_iter().zip(systems).enumerate().map(|(scenario, (mut figures, system))| {
            let shares = shares(&workshop.members, scenario, member, &system.tails);
            figures.extend(shares.into_iter().flatten());
            figures
        });
        return Ok(Ok(with_shares.collect()));
    }
    Ok(Err("no shard has run this member".into()))
}

/// One scenario's system, and what is gathered of its members.
struct System {
    options: Vec<String>,
    figures: SystemFigures,
    tails: Tails,
    /// Keys of a member's figures, its parts in the tail among them.
    keys: Vec<FigureKey>,
    gathered: Vec<OfOption>,
    members: u64,
}

/// What is gathered of an option, and where a member's figures have it.
struct OfOption {
    mean: usize,
    /// By level: places of VaR and TVaR, and the sums of the members' own.
    levels: Vec<([usize; 2], [f64; 2])>,
    /// Of the lowest level that has parts in the tail: the level, places of TVaR and of the part.
    part: Option<(f64, usize, usize)>,
    heaviest: Vec<HeaviestMember>,
    /// Place of the mean difference to the first option, and members for which it is above 0.
    pays_more: Option<(usize, u64)>,
    /// What is spread over members: place, and a value a member.
    spread: Vec<(usize, Vec<f64>)>,
}

impl System {
    fn new(options: &[String], levels: &[Level], own: &[FigureKey], figures: SystemFigures, tails: Tails) -> Self {
        let parts = options.iter().flat_map(|option| {
            let key = |level: &Level| FigureKey { option: option.clone(), less: None, measure: at(CO_TVAR, *level) };
            tails.levels.iter().map(key)
        });
        let keys: Vec<FigureKey> = own.iter().cloned().chain(parts).collect();
        let gathered = options.iter().map(|option| OfOption::new(&keys, option, levels, &tails.levels));
        let gathered = gathered.collect();
        Self { options: options.to_vec(), figures, tails, keys, gathered, members: 0 }
    }

    fn take(&mut self, member: &Member, values: &[Estimate]) {
        self.gathered.iter_mut().for_each(|option| option.take(member, values));
        self.members += 1;
    }
}

fn at(measure: &str, level: Level) -> String {
    format!("{measure}@{}", level.value())
}

impl OfOption {
    fn new(keys: &[FigureKey], option: &str, levels: &[Level], with_parts: &[Level]) -> Self {
        let place = |is_difference: bool, measure: &str| {
            let is_it =
                |key: &FigureKey| key.option == option && key.less.is_some() == is_difference && key.measure == measure;
            keys.iter().position(is_it)
        };
        let own = |measure: &str| place(false, measure).expect("every option has this figure");
        let top = with_parts.first().or(levels.last()).map(|level| at("tvar", *level));
        let is_spread = |key: &&FigureKey| {
            ["mean", "probability_costs_more", "all_in_hourly_rate"].contains(&key.measure.as_str())
                || Some(&key.measure) == top.as_ref()
        };
        let spread = keys.iter().enumerate().filter(|(_, key)| key.option == option && is_spread(key));
        Self {
            mean: own("mean"),
            levels: levels.iter().map(|l| (["var", "tvar"].map(|name| own(&at(name, *l))), [0.0; 2])).collect(),
            part: with_parts.first().map(|l| (l.value(), own(&at("tvar", *l)), own(&at(CO_TVAR, *l)))),
            heaviest: Vec::new(),
            pays_more: place(true, "mean").map(|place| (place, 0)),
            spread: spread.map(|(place, _)| (place, Vec::new())).collect(),
        }
    }

    fn take(&mut self, member: &Member, values: &[Estimate]) {
        for (places, sums) in &mut self.levels {
            sums.iter_mut().zip(places).for_each(|(sum, place)| *sum += values[*place].value);
        }
        if let Some((level, tvar, part)) = self.part {
            let heavy = HeaviestMember {
                member: member.id.clone(),
                name: member.name.clone(),
                row: member.row,
                mean: values[self.mean].value,
                tvar: values[tvar].value,
                level,
                co_tvar: values[part],
            };
            keep_heaviest(&mut self.heaviest, heavy);
        }
        if let Some((place, members)) = &mut self.pays_more {
            *members += u64::from(values[*place].value > 0.0);
        }
        for (place, gathered) in &mut self.spread {
            gathered.push(values[*place].value);
        }
    }
}

/// The largest part first; among equals the earlier row.
fn keep_heaviest(heaviest: &mut Vec<HeaviestMember>, member: HeaviestMember) {
    let place = heaviest.partition_point(|known| known.co_tvar.value >= member.co_tvar.value);
    if place < HEAVIEST {
        heaviest.insert(place, member);
        heaviest.truncate(HEAVIEST);
    }
}

fn book(workshop: &Workshop<'_>, systems: Vec<System>, failures: Vec<MemberFailure>, members: usize) -> Book {
    let plan = workshop.members.plan;
    let scenarios = systems.into_iter().zip(&plan.scenarios).map(|(system, scenario)| ScenarioOfBook {
        name: scenario.name.clone(),
        title: scenario.loaded.scenario.title.clone(),
        config_hash: scenario.loaded.hash.clone(),
        options: options(&system),
        differences: differences(&system),
    });
    Book {
        schema: BOOK_SCHEMA,
        title: plan.title.clone(),
        analysis: plan.analysis.clone(),
        years: plan.years,
        seed: plan.seed,
        value_version: crate::VALUE_VERSION,
        members: members as u64,
        failures,
        shared: plan.shared.clone(),
        mapped: plan.mapped.clone(),
        scenarios: scenarios.collect(),
        moved: None,
        provenance: BookProvenance {
            program_version: env!("CARGO_PKG_VERSION").into(),
            plan: plan.resolved_toml.clone(),
            plan_hash: plan.hash.clone(),
            table: plan.table.clone(),
            configs: plan.scenarios.iter().map(|scenario| scenario.loaded.resolved_toml.clone()).collect(),
        },
    }
}

fn options(system: &System) -> Vec<SystemOption> {
    let of_option = |(index, (name, gathered)): (usize, (&String, &OfOption))| {
        let total = system.figures.totals[index].clone();
        let diversification =
            total.levels.iter().zip(&gathered.levels).map(|(level, (_, [sum_of_var, sum_of_tvar]))| {
                let (var, tvar) = (level.var.value, level.tvar.value);
                let (sum_of_var, sum_of_tvar) = (*sum_of_var, *sum_of_tvar);
                Diversification {
                    level: level.level,
                    sum_of_var,
                    sum_of_tvar,
                    var,
                    tvar,
                    benefit: 1.0 - tvar / sum_of_tvar,
                }
            });
        let diversification = diversification.collect();
        let spread = gathered.spread.iter().filter_map(|(place, values)| spread_of(&system.keys[*place], values));
        SystemOption {
            name: name.clone(),
            exceedance: system.figures.curves[index].clone(),
            diversification,
            heaviest: gathered.heaviest.clone(),
            spread: spread.collect(),
            total,
        }
    };
    system.options.iter().zip(&system.gathered).enumerate().map(of_option).collect()
}

fn spread_of(key: &FigureKey, values: &[f64]) -> Option<Spread> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let at = |share: f64| sorted[((sorted.len() as f64 * share).ceil() as usize).max(1) - 1];
    Some(Spread {
        measure: key.measure.clone(),
        less: key.less.clone(),
        least: sorted[0],
        p05: at(0.05),
        p25: at(0.25),
        median: at(0.5),
        p75: at(0.75),
        p95: at(0.95),
        greatest: sorted[last],
    })
}

fn differences(system: &System) -> Vec<SystemDifference> {
    let baseline = &system.options[0];
    let compared = system.options.iter().zip(&system.gathered).skip(1).enumerate();
    let of_difference = |(index, (name, gathered)): (usize, (&String, &OfOption))| SystemDifference {
        option: name.clone(),
        baseline: baseline.clone(),
        total: system.figures.totals[system.options.len() + index].clone(),
        probability_costs_more: system.figures.costs_more[index],
        members_that_pay_more: gathered.pays_more.map_or(0, |(_, members)| members) as f64
            / system.members.max(1) as f64,
    };
    compared.map(of_difference).collect()
}
