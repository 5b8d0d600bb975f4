//! How do the drivers of a case become columns of values, one draw a year?

use super::copula_group::Group;
use super::events::EventRows;
use crate::config::drivers::{Absent, DriverSpec, Use};
use crate::config::{Driver, DriverId, Scenario, Value};
use crate::distributions::sums::CompiledSum;
use crate::distributions::{Law, Sampler, standard_normal};
use crate::engine::{BLOCK, PACKS, parallel_map};
use crate::numerics::Probability;
use crate::numerics::simd::{Column, Pack, Simd, flat, flat_mut, packs_for};
use crate::random::{Given, Key, Stream, YearWords, Years};
use std::collections::BTreeMap;

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
    samplers: Vec<Sampler>,
    sums: Vec<(Law, CompiledSum)>,
    group: Option<Group>,
}

/// A driver that varies from year to year.
struct Drawn {
    path: String,
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
}

impl LawTable {
    fn insert(&mut self, law: &Law) -> usize {
        let next = self.laws.len();
        let laws = &mut self.laws;
        *self.index.entry(format!("{law:?}")).or_insert_with(|| {
            laws.push(law.clone());
            next
        })
    }
}

impl<'a> Builder<'a> {
    pub fn new(scenario: &'a Scenario, seed: u64) -> Self {
        let members = scenario.dependence.as_ref().map_or_else(BTreeMap::new, |group| {
            group.members.iter().enumerate().map(|(place, member)| (member.driver, place)).collect()
        });
        let (laws, sums) = (LawTable::default(), LawTable::default());
        Self { scenario, seed, members, slots: Vec::new(), laws, sums, largest: Vec::new() }
    }

    pub fn stream(&self, scope: &[&str], line: &str) -> Stream {
        Stream::new(Key { seed: self.seed, scope, driver: line, replicate: 0 })
    }

    pub fn law(&mut self, law: &Law) -> LawSlot {
        LawSlot(self.laws.insert(law))
    }

    pub fn sum(&mut self, law: &Law, largest_count: f64) -> SumSlot {
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
            Some(Value::Law(law)) => Pending::Drawn(Drawn {
                path: format!("{}.{}", scope.join("."), spec.key),
                stream: self.stream(scope, spec.key),
                law: self.law(law),
                source: match (self.members.get(&id), when) {
                    (Some(&member), _) => Source::Member(member),
                    (None, When::Always) => Source::Own,
                    (None, When::WithEvent) => Source::OwnWithEvent,
                },
            }),
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

    /// Compiles all laws and sums, in parallel, and lays out the columns.
    pub fn finish(self) -> Inputs {
        let work: Vec<Work<'_>> = std::iter::once(Work::Normal)
            .chain(self.sums.laws.iter().zip(&self.largest).map(|(law, largest)| Work::Sum(law, *largest)))
            .chain(self.laws.laws.iter().map(Work::Law))
            .collect();
        let (mut samplers, mut sums) = (Vec::new(), Vec::new());
        for done in parallel_map(&work, Work::run) {
            match done {
                Done::Normal => {}
                Done::Sum(sum) => sums.push(*sum),
                Done::Law(sampler) => samplers.push(*sampler),
            }
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
        let group = self.scenario.dependence.as_ref().map(|group| Group::new(group, self.scenario, self.seed));
        let sums = self.sums.laws.into_iter().zip(sums).collect();
        Inputs { drawn, constants, places, samplers, sums, group }
    }
}

/// What is compiled side by side, the longest first.
enum Work<'a> {
    Normal,
    Sum(&'a Law, f64),
    Law(&'a Law),
}

enum Done {
    Normal,
    Sum(Box<CompiledSum>),
    Law(Box<Sampler>),
}

impl Work<'_> {
    fn run(&self) -> Done {
        match self {
            Work::Normal => {
                standard_normal();
                Done::Normal
            }
            Work::Sum(law, largest) => Done::Sum(Box::new(CompiledSum::compile(law, *largest))),
            Work::Law(law) => Done::Law(Box::new(Sampler::compile(law))),
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
    pub fn samplers(&self) -> &[Sampler] {
        &self.samplers
    }

    /// Every amount that is summed, compiled.
    pub fn sums(&self) -> &[(Law, CompiledSum)] {
        &self.sums
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
