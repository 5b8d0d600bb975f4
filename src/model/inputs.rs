//! How do the drivers of a case become columns of values, one draw a year?

use super::copula_group::{ChiSquares, Group};
use super::events::EventRows;
use super::factors::{Factor, FactorKind, FactorList, Worlds};
use crate::config::drivers::{Absent, DriverSpec, Use};
use crate::config::{Driver, DriverId, Scenario, Value};
use crate::distributions::sums::CompiledSum;
use crate::distributions::{Law, Sampler, standard_normal};
use crate::engine::{BLOCK, PACKS, parallel_map};
use crate::numerics::Probability;
use crate::numerics::simd::{Column, Pack, Simd, flat, flat_mut, packs_for};
use crate::random::{Given, Key, Stream, YearWords, Years};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Where the values of a yearly driver come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(usize);

/// A law among those compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LawSlot(usize);

/// The sums of a law among those compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SumSlot(usize);

/// In which years is a driver's value needed?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Always,
    /// Only with an event that it describes.
    WithEvent,
}

/// Every yearly driver of the case, compiled.
pub(super) struct Inputs {
    drawn: Vec<Drawn>,
    constants: Vec<Pack>,
    /// By slot.
    places: Vec<Place>,
    samplers: Vec<Arc<Sampler>>,
    sums: Vec<Arc<(Law, CompiledSum)>>,
    group: Option<Group>,
}

/// What was compiled for a case, by full description, for its variants to share.
#[derive(Clone, Default)]
pub(super) struct Shelf {
    samplers: BTreeMap<String, Arc<Sampler>>,
    /// Beside the law, the bits of the count that its sums are planned for.
    sums: BTreeMap<(String, u64), Arc<(Law, CompiledSum)>>,
    chi_squares: ChiSquares,
}

/// What the members of a batch have in common, compiled once.
#[derive(Default)]
pub struct CommonShelf {
    shelf: Mutex<Arc<Shelf>>,
}

impl CommonShelf {
    pub(super) fn all(&self) -> Arc<Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what was compiled beyond what is here.
    pub(super) fn keep(&self, own: &Shelf) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = |all: &Shelf| {
            own.sums.keys().any(|key| !all.sums.contains_key(key))
                || own.samplers.keys().any(|key| !all.samplers.contains_key(key))
        };
        if is_new(&shelf) {
            let mut all = Shelf::clone(&shelf);
            for (key, sum) in &own.sums {
                all.sums.entry(key.clone()).or_insert_with(|| sum.clone());
            }
            for (key, law) in &own.samplers {
                all.samplers.entry(key.clone()).or_insert_with(|| law.clone());
            }
            *shelf = Arc::new(all);
        }
    }
}

/// A driver that varies from year to year.
struct Drawn {
    path: String,
    id: DriverId,
    stream: Stream,
    law: LawSlot,
    source: Source,
}

/// Where the uniforms of a driver come from.
#[derive(Clone, Copy)]
enum Source {
    /// Its own stream, in every year.
    Own,
    /// Its own stream, in the years of an event.
    OwnWithEvent,
    /// Its place in the dependence group.
    Member(usize),
}

#[derive(Clone, Copy)]
enum Place {
    Drawn(usize),
    Constant(usize),
}

/// Collects drivers and laws; each law is compiled once, however many drivers share it.
pub(super) struct Builder<'a> {
    scenario: &'a Scenario,
    seed: u64,
    worlds: &'a Worlds,
    factors: FactorList,
    members: BTreeMap<DriverId, usize>,
    slots: Vec<Pending>,
    laws: LawTable,
    sums: LawTable,
    /// By sum: the most events worth planning for.
    largest: Vec<f64>,
}

enum Pending {
    Constant(f64),
    Drawn(Drawn),
}

/// Distinct laws by their full description.
#[derive(Default)]
struct LawTable {
    index: BTreeMap<String, usize>,
    laws: Vec<Law>,
    descriptions: Vec<String>,
}

impl LawTable {
    fn insert(&mut self, law: &Law) -> usize {
        let description = format!("{law:?}");
        if let Some(&known) = self.index.get(&description) {
            return known;
        }
        self.laws.push(law.clone());
        self.descriptions.push(description.clone());
        self.index.insert(description, self.laws.len() - 1);
        self.laws.len() - 1
    }
}

impl<'a> Builder<'a> {
    pub fn new(scenario: &'a Scenario, seed: u64, worlds: &'a Worlds) -> Self {
        let members = scenario.dependence.as_ref().map_or_else(BTreeMap::new, |group| {
            group.members.iter().enumerate().map(|(place, member)| (member.driver, place)).collect()
        });
        let (laws, sums) = (LawTable::default(), LawTable::default());
        let factors = FactorList::default();
        Self { scenario, seed, worlds, factors, members, slots: Vec::new(), laws, sums, largest: Vec::new() }
    }

    /// The stream of a line, which is drawn from the world of its factor.
    fn stream(&self, scope: &[&str], line: &str, factor: &str) -> Stream {
        let scope = self.worlds.scope(scope, self.worlds.is_shared(factor));
        Stream::new(Key { seed: self.seed, scope: &scope, driver: line, replicate: self.worlds.replicate(factor) })
    }

    /// The stream that says whether or how often something happens; several lines may be one factor.
    pub fn chance(&mut self, scope: &[&str], line: &str, factor: &str) -> Stream {
        let path = format!("{}.{factor}", scope.join("."));
        self.factors.note(&path, FactorKind::Chance);
        self.stream(scope, line, &path)
    }

    /// The stream of the amounts of events.
    pub fn amounts(&mut self, scope: &[&str], id: DriverId, driver: Option<&Driver>) -> Stream {
        let line = id.spec().key;
        let path = format!("{}.{line}", scope.join("."));
        if let Some(Driver { value: Value::Law(_), .. }) = driver {
            self.factors.note(&path, FactorKind::Each(id));
        }
        self.stream(scope, line, &path)
    }

    pub fn law(&mut self, law: &Law) -> LawSlot {
        LawSlot(self.laws.insert(law))
    }

    pub fn sum(&mut self, law: &Law, largest_count: f64) -> SumSlot {
        let largest_count = if self.worlds.is_member() { end_of_band(largest_count) } else { largest_count };
        let slot = self.sums.insert(law);
        self.largest.resize(self.sums.laws.len(), 0.0);
        self.largest[slot] = self.largest[slot].max(largest_count);
        SumSlot(slot)
    }

    /// The slot of a yearly driver.
    pub fn yearly(
        &mut self,
        scope: &[&str],
        id: DriverId,
        spec: &DriverSpec,
        driver: Option<&Driver>,
        when: When,
    ) -> Slot {
        let pending = match driver.map(|driver| &driver.value) {
            // What is drawn for each event has no value of the year.
            _ if spec.used == Use::Each => Pending::Constant(absent(spec)),
            None => Pending::Constant(absent(spec)),
            Some(Value::Point(value)) => Pending::Constant(*value),
            Some(Value::Law(law)) => {
                let path = format!("{}.{}", scope.join("."), spec.key);
                self.factors.note(&path, FactorKind::Driver(id));
                Pending::Drawn(Drawn {
                    stream: self.stream(scope, spec.key, &path),
                    path,
                    id,
                    law: self.law(law),
                    source: match (self.members.get(&id), when) {
                        (Some(&member), _) => Source::Member(member),
                        (None, When::Always) => Source::Own,
                        (None, When::WithEvent) => Source::OwnWithEvent,
                    },
                })
            }
        };
        self.slots.push(pending);
        Slot(self.slots.len() - 1)
    }

    /// Is the driver 0 in every year?
    pub fn is_zero(&self, slot: Slot) -> bool {
        matches!(self.slots[slot.0], Pending::Constant(0.0))
    }

    /// Largest value worth planning for: far in the upper tail, but a law's far tail need not be compiled for.
    pub fn large(&self, slot: Slot) -> f64 {
        match &self.slots[slot.0] {
            Pending::Constant(value) => *value,
            Pending::Drawn(drawn) => self.laws.laws[drawn.law.0].quantile(Probability::upper(1e-6)),
        }
    }

    /// Compiles all laws and sums that are not on the shelf, in parallel, and lays out the columns; gives the shelf of this case.
    pub fn finish(self, shelf: &Shelf) -> (Inputs, Vec<Factor>, Shelf) {
        let sum_keys: Vec<(String, u64)> =
            self.sums.descriptions.into_iter().zip(self.largest.iter().map(|largest| largest.to_bits())).collect();
        let law_keys = self.laws.descriptions;
        let missing_sums = sum_keys.iter().zip(&self.sums.laws).filter(|(key, _)| !shelf.sums.contains_key(key));
        let missing_laws = law_keys.iter().zip(&self.laws.laws).filter(|(key, _)| !shelf.samplers.contains_key(*key));
        let work: Vec<Work<'_>> = std::iter::once(Work::Normal)
            .chain(missing_sums.map(|(key, law)| Work::Sum(key, law)))
            .chain(missing_laws.map(|(key, law)| Work::Law(key, law)))
            .collect();
        let mut known = Shelf { chi_squares: shelf.chi_squares.clone(), ..Shelf::default() };
        for done in parallel_map(&work, Work::run) {
            match done {
                Done::Normal => {}
                Done::Sum(key, sum) => drop(known.sums.insert(key, sum)),
                Done::Law(key, sampler) => drop(known.samplers.insert(key, sampler)),
            }
        }
        for key in &sum_keys {
            known.sums.entry(key.clone()).or_insert_with(|| shelf.sums[key].clone());
        }
        for key in &law_keys {
            known.samplers.entry(key.clone()).or_insert_with(|| shelf.samplers[key].clone());
        }
        let (mut drawn, mut constants, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for pending in self.slots {
            places.push(match pending {
                Pending::Constant(value) => {
                    constants.push(Pack::splat(value));
                    Place::Constant(constants.len() - 1)
                }
                Pending::Drawn(column) => {
                    drawn.push(column);
                    Place::Drawn(drawn.len() - 1)
                }
            });
        }
        let group = self.scenario.dependence.as_ref();
        let group = group.map(|group| Group::new(group, self.scenario, self.seed, self.worlds, &known.chi_squares));
        let samplers = law_keys.iter().map(|key| known.samplers[key].clone()).collect();
        let sums = sum_keys.iter().map(|key| known.sums[key].clone()).collect();
        (Inputs { drawn, constants, places, samplers, sums, group }, self.factors.finish(), known)
    }
}

/// The count rounded up to a power of 4 times 16, which is where a band of compiled sums ends, so that members of about the same size share
/// their sums and none of them depends on which others there are.
fn end_of_band(largest_count: f64) -> f64 {
    /// Far beyond what is compiled, of which the rest is an expansion.
    const MOST: f64 = 1e9;
    let mut end = 16.0;
    while end < largest_count.min(MOST) {
        end *= 4.0;
    }
    end
}

/// What is compiled side by side, the longest first.
enum Work<'a> {
    Normal,
    Sum(&'a (String, u64), &'a Law),
    Law(&'a String, &'a Law),
}

enum Done {
    Normal,
    Sum((String, u64), Arc<(Law, CompiledSum)>),
    Law(String, Arc<Sampler>),
}

impl Work<'_> {
    fn run(&self) -> Done {
        match *self {
            Work::Normal => {
                standard_normal();
                Done::Normal
            }
            Work::Sum(key, law) => {
                let sum = CompiledSum::compile(law, f64::from_bits(key.1));
                Done::Sum(key.clone(), Arc::new((law.clone(), sum)))
            }
            Work::Law(key, law) => Done::Law(key.clone(), Arc::new(Sampler::compile(law))),
        }
    }
}

/// Working columns of the inputs.
pub(super) struct InputScratch {
    pub words: YearWords,
    values: Vec<Pack>,
    group: Vec<Vec<Pack>>,
    rows: usize,
}

impl InputScratch {
    pub fn rows(&self) -> usize {
        self.rows
    }
}

impl Inputs {
    pub fn scratch(&self) -> InputScratch {
        let members = self.group.as_ref().map_or(0, Group::len);
        InputScratch {
            words: YearWords::new(BLOCK),
            values: vec![Pack::ZERO; self.drawn.len() * PACKS],
            group: vec![vec![Pack::ZERO; PACKS]; members],
            rows: 0,
        }
    }

    /// Draws for a block of years every driver that is needed in all of them.
    pub fn draw<S: Simd>(&self, simd: S, years: Years<'_>, scratch: &mut InputScratch) {
        let packs = packs_for(years.len());
        scratch.rows = years.len();
        scratch.words.set(years);
        if let Some(group) = &self.group {
            group.fill(simd, &scratch.words, scratch.rows, &mut scratch.group);
        }
        for (drawn, column) in self.drawn.iter().zip(scratch.values.chunks_exact_mut(PACKS)) {
            let (sampler, out) = (self.sampler(drawn.law), &mut column[..packs]);
            match drawn.source {
                Source::Own => sampler.draw(simd, drawn.stream.uniforms(&scratch.words), out),
                Source::OwnWithEvent => {}
                Source::Member(member) => sampler.draw(simd, Given(&scratch.group[member]), out),
            }
        }
    }

    /// Draws what [`Inputs::draw`] left to the years of an event, for all years: a year table shows every driver.
    pub fn draw_rest<S: Simd>(&self, simd: S, scratch: &mut InputScratch) {
        let packs = packs_for(scratch.rows);
        for (drawn, column) in self.drawn.iter().zip(scratch.values.chunks_exact_mut(PACKS)) {
            if let Source::OwnWithEvent = drawn.source {
                self.sampler(drawn.law).draw(simd, drawn.stream.uniforms(&scratch.words), &mut column[..packs]);
            }
        }
    }

    /// Uniforms that every year takes.
    pub fn draws(&self) -> usize {
        let always = self.drawn.iter().filter(|drawn| !matches!(drawn.source, Source::OwnWithEvent)).count();
        always + usize::from(self.group.as_ref().is_some_and(Group::has_mixing))
    }

    pub fn names(&self) -> Vec<String> {
        self.drawn.iter().map(|drawn| drawn.path.clone()).collect()
    }

    /// The block's values of a driver that is needed in every year.
    #[inline]
    pub fn column<'a>(&'a self, scratch: &'a InputScratch, slot: Slot) -> Column<'a> {
        match self.places[slot.0] {
            Place::Constant(i) => Column::constant(&self.constants[i]),
            Place::Drawn(i) => {
                debug_assert!(!matches!(self.drawn[i].source, Source::OwnWithEvent), "drawn with its event alone");
                Column::varying(&scratch.values[i * PACKS..(i + 1) * PACKS])
            }
        }
    }

    /// The values of a driver in the rows of an event, packed.
    pub fn packed<S: Simd>(&self, simd: S, scratch: &InputScratch, slot: Slot, events: &EventRows, out: &mut [Pack]) {
        let out = &mut out[..events.packs()];
        match self.places[slot.0] {
            Place::Constant(i) => out.fill(self.constants[i]),
            Place::Drawn(i) => match self.drawn[i].source {
                Source::OwnWithEvent => {
                    self.sampler(self.drawn[i].law).draw(simd, self.drawn[i].stream.uniforms(&events.words), out);
                }
                Source::Own | Source::Member(_) => {
                    let column = self.column(scratch, slot);
                    for (value, row) in flat_mut(out).iter_mut().zip(events.rows()) {
                        *value = column.at(row);
                    }
                }
            },
        }
    }

    #[inline]
    pub fn sampler(&self, slot: LawSlot) -> &Sampler {
        &self.samplers[slot.0]
    }

    #[inline]
    pub fn compiled_sum(&self, slot: SumSlot) -> &CompiledSum {
        &self.sums[slot.0].1
    }

    /// Every law that is drawn from, compiled.
    pub fn samplers(&self) -> impl Iterator<Item = &Sampler> {
        self.samplers.iter().map(Arc::as_ref)
    }

    /// Every amount that is summed, compiled.
    pub fn sums(&self) -> impl Iterator<Item = &(Law, CompiledSum)> {
        self.sums.iter().map(Arc::as_ref)
    }

    /// The probability of each driver that varies in each of some years, for those that `wanted` names: its own uniform, after the copula.
    pub fn probabilities<S: Simd>(
        &self,
        simd: S,
        wanted: &[DriverId],
        years: Years<'_>,
        scratch: &mut InputScratch,
    ) -> Vec<Vec<f64>> {
        scratch.rows = years.len();
        scratch.words.set(years);
        if let Some(group) = &self.group {
            group.fill(simd, &scratch.words, scratch.rows, &mut scratch.group);
        }
        let column = |id: &DriverId| {
            let drawn = self.drawn.iter().find(|drawn| drawn.id == *id).expect("a driver that varies");
            let of_year = |row: usize| match drawn.source {
                Source::Member(member) => Probability::from_folded(flat(&scratch.group[member])[row]).p(),
                Source::Own | Source::OwnWithEvent => drawn.stream.at(years.at(row), 0).p(),
            };
            (0..years.len()).map(of_year).collect()
        };
        wanted.iter().map(column).collect()
    }

    /// The value of a driver in a row of the block, with what describes events once [`Inputs::draw_rest`] has drawn it.
    pub fn value(&self, scratch: &InputScratch, slot: Slot, row: usize) -> f64 {
        match self.places[slot.0] {
            Place::Constant(i) => self.constants[i].0[0],
            Place::Drawn(i) => flat(&scratch.values[i * PACKS..(i + 1) * PACKS])[row],
        }
    }

    /// Path, value and probability of every driver that varies, in a row of the block, which is the year's: of a member of the dependence
    /// group after the copula. What describes events must have been drawn by [`Inputs::draw_rest`].
    pub fn row<'a>(
        &'a self,
        scratch: &'a InputScratch,
        row: usize,
        year: u64,
    ) -> impl Iterator<Item = (&'a str, f64, f64)> {
        self.drawn.iter().zip(scratch.values.chunks_exact(PACKS)).map(move |(drawn, column)| {
            let probability = match drawn.source {
                Source::Member(member) => Probability::from_folded(flat(&scratch.group[member])[row]),
                Source::Own | Source::OwnWithEvent => drawn.stream.at(year, 0),
            };
            (drawn.path.as_str(), flat(column)[row], probability.p())
        })
    }

    /// The block's values of every driver that varies, as [`Inputs::names`] names them.
    pub fn drawn_columns<'a>(&self, scratch: &'a InputScratch) -> Vec<&'a [f64]> {
        scratch.values.chunks_exact(PACKS).map(|column| &flat(column)[..scratch.rows]).collect()
    }
}

/// What stands in for an absent driver; no limit is an infinite one.
pub(super) fn absent(spec: &DriverSpec) -> f64 {
    match spec.absent {
        Absent::Value(value) => value,
        Absent::Unlimited => f64::INFINITY,
    }
}
