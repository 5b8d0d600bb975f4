//! What has moved since an earlier batch, beyond noise, by member, figure and input?

use super::attribution::Attributor;
use super::error::BatchError;
use super::inputs_moved::inputs_moved;
use super::judge::{Change, Judge};
use super::night::Night;
use super::system_moved;
use super::work::Workshop;
use crate::engine::parallel_map;
use crate::outcome::book::{Book, MemberFailure};
use crate::outcome::moved::{
    BookPairing, EarlierBatch, FigureCounts, FigureMoved, FigureTally, FigureVerdict, MappedChange, MappedTally,
    MemberMoved, MembersMoved, Moved, MovedRow, Named,
};
use std::collections::BTreeSet;

/// Members compared side by side.
const CHUNK: usize = 256;
/// Ids that are named of those that came, went or failed.
const NAMED: usize = 20;
/// Members that are named among those that moved most.
const MOST_MOVED: usize = 10;

/// Takes what moved, row by row.
pub trait MovedRows {
    /// # Errors
    /// Why it cannot be kept.
    fn push(&mut self, row: MovedRow<'_>) -> Result<(), String>;
}

/// A finished batch and its result.
#[derive(Clone, Copy)]
pub struct Finished<'n> {
    pub night: &'n Night,
    pub book: &'n Book,
}

/// A figure that both batches have: where it stands in each.
struct Shared {
    of: String,
    measure: String,
    before: usize,
    now: usize,
}

/// The figures of a scenario that both batches have.
struct SharedFigures {
    scenario: String,
    before: usize,
    now: usize,
    figures: Vec<Shared>,
}

/// Compares a batch that has just been finished with an earlier one.
///
/// # Errors
/// Files that cannot be read, rows that cannot be kept.
pub fn moved(
    workshop: &Workshop<'_>,
    before: Finished<'_>,
    now: Finished<'_>,
    rows: &mut dyn MovedRows,
) -> Result<Moved, BatchError> {
    let pairing = pairing(before.book, now.book);
    let (mut inputs, differences) = inputs_moved(workshop, before, now);
    let keys = inputs.batch.iter().chain(&inputs.plan).map(|change| (None, change));
    let of_scenarios = inputs.scenarios.iter();
    let keys = keys.chain(of_scenarios.flat_map(|own| own.keys.iter().map(|key| (Some(own.name.as_str()), key))));
    for (scenario, change) in keys {
        keep(rows, MovedRow::Key { scenario, change })?;
    }
    let (members, both) = who(before, now, rows)?;
    let shared = shared_figures(before.night, now.night);
    let of_members = both.len() * shared.iter().map(|scenario| scenario.figures.len()).sum::<usize>();
    let judge = Judge::new((of_members + system_moved::count(before.book, now.book)) as u64, pairing);

    let system = system_moved::figures(&judge, before, now)?;
    for figure in &system {
        keep(rows, MovedRow::Figure { member: None, figure })?;
    }
    let mut gathered = Gathered::new(&shared);
    for chunk in both.chunks(CHUNK) {
        let found = parallel_map(chunk, |id| of_member(id, before.night, now.night, &shared, &judge));
        for (id, found) in chunk.iter().zip(found) {
            let found = found?;
            for change in &found.inputs {
                keep(rows, MovedRow::Input { member: id, change })?;
            }
            for (_, figure) in &found.figures {
                keep(rows, MovedRow::Figure { member: Some(id), figure })?;
            }
            gathered.take(id, found);
        }
    }
    inputs.members = gathered.changed.len() as u64;
    inputs.mapped = std::mem::take(&mut gathered.mapped);
    let attributor = Attributor { workshop, before: before.night, now: now.night };
    let (pairs, not_attributed) = attributor.pairs(before.book, differences);
    let mut most_moved = std::mem::take(&mut gathered.most_moved);
    for member in &mut most_moved {
        member.steps = attributor.of_member(&pairs, &member.member)?;
    }
    let system_steps = attributor.of_system(&pairs, &both, &gathered.changed)?;
    Ok(Moved {
        against: earlier(before.book),
        pairing,
        rule: judge.rule,
        inputs,
        members,
        figures: gathered.counts,
        largest_z: gathered.largest_z,
        by_figure: gathered.by_figure(&shared),
        system,
        system_steps,
        most_moved,
        not_attributed,
    })
}

fn keep(rows: &mut dyn MovedRows, row: MovedRow<'_>) -> Result<(), BatchError> {
    rows.push(row).map_err(BatchError::Report)
}

fn earlier(book: &Book) -> EarlierBatch {
    EarlierBatch {
        title: book.title.clone(),
        plan_hash: book.provenance.plan_hash.clone(),
        program_version: book.provenance.program_version.clone(),
        value_version: book.value_version,
        years: book.years,
        seed: book.seed,
        members: book.members,
    }
}

fn pairing(before: &Book, now: &Book) -> BookPairing {
    let years = |book: &Book| (book.seed, book.years, book.value_version);
    if years(before) == years(now) { BookPairing::SameYears } else { BookPairing::Independent }
}

/// Ids with figures, then ids that failed; rows without an id cannot be told from each other.
fn ids<'b>(finished: Finished<'b>) -> (Vec<&'b str>, BTreeSet<&'b str>) {
    let failures = finished.book.failures.iter().map(|failure| failure.member.as_str());
    let failed: BTreeSet<&str> = failures.filter(|id| !id.is_empty()).collect();
    let good: BTreeSet<&str> = finished.night.ids().collect();
    // A row that repeats the id of a member fails beside it.
    let failed_members: BTreeSet<&str> =
        failed.iter().copied().filter(|id| !good.contains(id) || finished.night.has_failed(id)).collect();
    let good = finished.night.ids().filter(|id| !failed_members.contains(id)).collect();
    (good, failed_members)
}

/// Who came, went and failed, and the ids of members that have figures in both, in the order of the present table.
fn who(
    before: Finished<'_>,
    now: Finished<'_>,
    rows: &mut dyn MovedRows,
) -> Result<(MembersMoved, Vec<String>), BatchError> {
    let ((good_before, failed_before), (good_now, failed_now)) = (ids(before), ids(now));
    let (was_good, is_good): (BTreeSet<&str>, BTreeSet<&str>) =
        (good_before.iter().copied().collect(), good_now.iter().copied().collect());
    let mut members = MembersMoved::default();
    let mut named = |what: &str, ids: Vec<&str>| -> Result<Named, BatchError> {
        ids.iter().try_for_each(|member| keep(rows, MovedRow::Member { member, what }))?;
        let first = ids.iter().take(NAMED).map(|id| (*id).to_owned()).collect();
        Ok(Named { count: ids.len() as u64, first })
    };
    let new = good_now.iter().copied().filter(|id| !was_good.contains(id) && !failed_before.contains(id));
    members.new = named("new", new.collect())?;
    let gone_good = good_before.iter().copied().filter(|id| !is_good.contains(id) && !failed_now.contains(id));
    let gone_failed = failed_before.iter().copied().filter(|id| !is_good.contains(id) && !failed_now.contains(id));
    members.gone = named("gone", gone_good.chain(gone_failed).collect())?;
    members.failed_now =
        named("failed now", failed_now.iter().copied().filter(|id| !failed_before.contains(id)).collect())?;
    members.failed_before =
        named("failed before", good_now.iter().copied().filter(|id| failed_before.contains(id)).collect())?;
    let is_named = |failure: &&MemberFailure| members.failed_now.first.contains(&failure.member);
    members.reasons = now.book.failures.iter().filter(is_named).cloned().collect();
    let both: Vec<String> = good_now.iter().filter(|id| was_good.contains(*id)).map(|id| (*id).to_owned()).collect();
    members.both = both.len() as u64;
    Ok((members, both))
}

/// The least and the greatest of a run's years are figures of its sample, which grow with its years: they are not compared.
const OF_THE_SAMPLE: [&str; 2] = ["min", "max"];

fn shared_figures(before: &Night, now: &Night) -> Vec<SharedFigures> {
    let (old, new) = (&before.catalogue().scenarios, &now.catalogue().scenarios);
    let mut all = Vec::new();
    for (place_now, scenario) in new.iter().enumerate() {
        let Some(place_before) = old.iter().position(|other| other.name == scenario.name) else { continue };
        let earlier = &old[place_before].keys;
        let figures = scenario.keys.iter().enumerate().filter_map(|(now, key)| {
            let before = earlier.iter().position(|other| other == key)?;
            let is_compared = !OF_THE_SAMPLE.contains(&key.measure.as_str());
            is_compared.then(|| Shared { of: key.of(), measure: key.measure.clone(), before, now })
        });
        let figures = figures.collect();
        all.push(SharedFigures { scenario: scenario.name.clone(), before: place_before, now: place_now, figures });
    }
    all
}

/// What became of one member.
struct OfMember {
    counts: FigureCounts,
    /// Most standard errors by which a figure changed.
    largest_z: Option<f64>,
    inputs: Vec<MappedChange>,
    /// Figures that moved, and those of unknown noise that are told, each with its place among the shared ones.
    figures: Vec<((usize, usize), FigureMoved)>,
}

fn of_member(
    id: &str,
    before: &Night,
    now: &Night,
    shared: &[SharedFigures],
    judge: &Judge,
) -> Result<OfMember, BatchError> {
    let mut found =
        OfMember { counts: FigureCounts::default(), largest_z: None, inputs: Vec::new(), figures: Vec::new() };
    let (Some(old), Some(new)) = (before.member(id)?, now.member(id)?) else { return Ok(found) };
    found.inputs = mapped_changes(&before.catalogue().mapped, &old.values, &now.catalogue().mapped, &new.values);
    let (Ok(old), Ok(new)) = (&old.outcome, &new.outcome) else { return Ok(found) };
    let counts = &mut found.counts;
    for (s, scenario) in shared.iter().enumerate() {
        for (f, figure) in scenario.figures.iter().enumerate() {
            let (was, is) = (old[scenario.before][figure.before], new[scenario.now][figure.now]);
            let change = judge.by_intervals(&figure.measure, was, is);
            found.largest_z = greater(found.largest_z, change.z);
            let is_told = match change.verdict {
                FigureVerdict::Same => {
                    counts.same += 1;
                    false
                }
                FigureVerdict::WithinNoise => {
                    counts.within_noise += 1;
                    false
                }
                FigureVerdict::Moved => {
                    counts.moved += 1;
                    true
                }
                FigureVerdict::NoiseNotKnown => {
                    counts.noise_not_known += 1;
                    let told = judge.is_told(was.value, is.value);
                    counts.noise_not_known_told += u64::from(told);
                    told
                }
            };
            if is_told {
                let moved = row(&scenario.scenario, &figure.of, &figure.measure, (was, is), change);
                found.figures.push(((s, f), moved));
            }
        }
    }
    counts.members_moved = u64::from(counts.moved > 0);
    counts.members_same = u64::from(counts.within_noise + counts.moved + counts.noise_not_known == 0);
    Ok(found)
}

/// The greater size of two scores.
fn greater(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).map(f64::abs).reduce(f64::max)
}

/// A figure as it is told.
pub(super) fn row(
    scenario: &str,
    option: &str,
    measure: &str,
    (before, now): (crate::outcome::Estimate, crate::outcome::Estimate),
    Change { change, standard_error, z, verdict }: Change,
) -> FigureMoved {
    let (scenario, option, measure) = (scenario.to_owned(), option.to_owned(), measure.to_owned());
    FigureMoved { scenario, option, measure, before, now, change, standard_error, z, verdict }
}

/// Keys that the table gives another value, in the order of the present plan.
fn mapped_changes(keys_before: &[String], before: &[f64], keys_now: &[String], now: &[f64]) -> Vec<MappedChange> {
    let value = |keys: &[String], values: &[f64], key: &String| {
        keys.iter().position(|known| known == key).map(|place| values[place])
    };
    let gone = keys_before.iter().filter(|key| !keys_now.contains(key));
    let changes = keys_now.iter().chain(gone).map(|key| MappedChange {
        key: key.clone(),
        before: value(keys_before, before, key),
        now: value(keys_now, now, key),
    });
    changes.filter(|change| change.before != change.now).collect()
}

/// Is the figure in USD?
fn is_usd(measure: &str) -> bool {
    !measure.starts_with("probability") && !measure.ends_with("_rate")
}

/// What is gathered over members.
struct Gathered {
    counts: FigureCounts,
    largest_z: Option<f64>,
    /// By scenario, then by figure: how often it went up and down.
    tallies: Vec<Vec<(u64, u64)>>,
    mapped: Vec<MappedTally>,
    most_moved: Vec<MemberMoved>,
    /// Members for which the table gives another value.
    changed: BTreeSet<String>,
}

impl Gathered {
    fn new(shared: &[SharedFigures]) -> Self {
        let tallies = shared.iter().map(|scenario| vec![(0, 0); scenario.figures.len()]).collect();
        let (counts, changed) = (FigureCounts::default(), BTreeSet::new());
        Self { counts, largest_z: None, tallies, mapped: Vec::new(), most_moved: Vec::new(), changed }
    }

    fn take(&mut self, id: &str, found: OfMember) {
        let (all, own) = (&mut self.counts, &found.counts);
        all.same += own.same;
        all.within_noise += own.within_noise;
        all.moved += own.moved;
        all.noise_not_known += own.noise_not_known;
        all.noise_not_known_told += own.noise_not_known_told;
        all.members_moved += own.members_moved;
        all.members_same += own.members_same;
        self.largest_z = greater(self.largest_z, found.largest_z);
        for change in &found.inputs {
            match self.mapped.iter_mut().find(|tally| tally.key == change.key) {
                Some(tally) => tally.members += 1,
                None => self.mapped.push(MappedTally { key: change.key.clone(), members: 1 }),
            }
        }
        if !found.inputs.is_empty() {
            self.changed.insert(id.to_owned());
        }
        let mut figures = found.figures;
        figures.retain(|(_, figure)| figure.verdict == FigureVerdict::Moved);
        for ((scenario, figure), moved) in &figures {
            let (up, down) = &mut self.tallies[*scenario][*figure];
            *(if moved.change > 0.0 { up } else { down }) += 1;
        }
        let Some((_, largest)) = figures.iter().max_by(|a, b| size(&a.1).total_cmp(&size(&b.1))) else { return };
        let member = MemberMoved {
            member: id.to_owned(),
            figures: own.moved,
            largest: largest.clone(),
            inputs: found.inputs,
            steps: Vec::new(),
        };
        // Among equals the earlier in the table.
        let place = self.most_moved.partition_point(|known| size(&known.largest) >= size(&member.largest));
        if place < MOST_MOVED {
            self.most_moved.insert(place, member);
            self.most_moved.truncate(MOST_MOVED);
        }
    }

    fn by_figure(&self, shared: &[SharedFigures]) -> Vec<FigureTally> {
        let mut all = Vec::new();
        for (scenario, tallies) in shared.iter().zip(&self.tallies) {
            for (figure, (up, down)) in scenario.figures.iter().zip(tallies).filter(|(_, t)| **t != (0, 0)) {
                all.push(FigureTally {
                    scenario: scenario.scenario.clone(),
                    option: figure.of.clone(),
                    measure: figure.measure.clone(),
                    up: *up,
                    down: *down,
                });
            }
        }
        all
    }
}

/// The change in USD; what is not in USD comes after.
fn size(figure: &FigureMoved) -> f64 {
    if is_usd(&figure.measure) { figure.change.abs() } else { 0.0 }
}
