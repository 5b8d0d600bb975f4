//! How do the drivers of a case become columns of values, one draw a year?

use super::copula_group::Group;
use crate::config::drivers::{Absent, DriverSpec};
use crate::config::{Driver, DriverId, Scenario, Value};
use crate::distributions::{Law, Sampler};
use crate::engine::{BLOCK, parallel_map};
use crate::numerics::Probability;
use crate::random::{Key, Stream, Years};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where the values of a driver stand among the columns of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(usize);

/// Every yearly driver of the case, compiled.
pub(super) struct Inputs {
    drawn: Vec<Drawn>,
    constants: Vec<f64>,
    /// Which column a slot came to: the drawn ones first.
    columns: Vec<usize>,
    group: Option<Group>,
}

/// A driver that varies from year to year.
struct Drawn {
    path: String,
    stream: Stream,
    sampler: Arc<Sampler>,
    /// Where its uniforms come from: its own stream, or its place in the dependence group.
    member: Option<usize>,
}

/// Collects drivers and compiles each law once, however many drivers share it.
pub(super) struct Builder<'a> {
    scenario: &'a Scenario,
    seed: u64,
    slots: Vec<Pending>,
    laws: LawTable,
}

enum Pending {
    Constant(f64),
    Drawn { path: String, stream: Stream, law: usize, id: DriverId },
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

/// Slots are numbered as they are asked for; constants and draws are told apart when the builder finishes.
impl<'a> Builder<'a> {
    pub fn new(scenario: &'a Scenario, seed: u64) -> Self {
        Self { scenario, seed, slots: Vec::new(), laws: LawTable::default() }
    }

    pub fn stream(&self, scope: &[&str], line: &str) -> Stream {
        Stream::new(Key { seed: self.seed, scope, driver: line, replicate: 0 })
    }

    /// The slot of a yearly driver.
    pub fn yearly(&mut self, scope: &[&str], id: DriverId, spec: &DriverSpec, driver: Option<&Driver>) -> Slot {
        let pending = match driver.map(|driver| &driver.value) {
            None => Pending::Constant(absent(spec)),
            Some(Value::Point(value)) => Pending::Constant(*value),
            Some(Value::Law(law)) => Pending::Drawn {
                path: format!("{}.{}", scope.join("."), spec.key),
                stream: self.stream(scope, spec.key),
                law: self.laws.insert(law),
                id,
            },
        };
        self.slots.push(pending);
        Slot(self.slots.len() - 1)
    }

    /// Can the driver be anything but 0?
    pub fn is_zero(&self, slot: Slot) -> bool {
        matches!(self.slots[slot.0], Pending::Constant(0.0))
    }

    /// Largest value worth planning for: far in the upper tail, but a law's far tail need not be compiled for.
    pub fn large(&self, slot: Slot) -> f64 {
        match &self.slots[slot.0] {
            Pending::Constant(value) => *value,
            Pending::Drawn { law, .. } => self.laws.laws[*law].quantile(Probability::upper(1e-6)),
        }
    }

    /// Compiles all laws, in parallel, and lays out the columns: draws first, then constants.
    pub fn finish(self) -> Inputs {
        let samplers: Vec<Arc<Sampler>> = parallel_map(&self.laws.laws, |law| Arc::new(Sampler::compile(law)));
        let members = self.scenario.dependence.as_ref().map(|group| {
            group.members.iter().enumerate().map(|(place, member)| (member.driver, place)).collect::<BTreeMap<_, _>>()
        });
        let mut drawn = Vec::new();
        let mut constants = Vec::new();
        let mut places = Vec::new();
        for pending in &self.slots {
            places.push(match pending {
                Pending::Constant(value) => {
                    let known = constants.iter().position(|c: &f64| c.to_bits() == value.to_bits());
                    Place::Constant(known.unwrap_or_else(|| {
                        constants.push(*value);
                        constants.len() - 1
                    }))
                }
                Pending::Drawn { path, stream, law, id } => {
                    let member = members.as_ref().and_then(|members| members.get(id).copied());
                    let sampler = Arc::clone(&samplers[*law]);
                    drawn.push(Drawn { path: path.clone(), stream: *stream, sampler, member });
                    Place::Drawn(drawn.len() - 1)
                }
            });
        }
        let group = self.scenario.dependence.as_ref().map(|group| Group::new(group, self.scenario, self.seed));
        let columns = places
            .into_iter()
            .map(|place| match place {
                Place::Drawn(i) => i,
                Place::Constant(i) => drawn.len() + i,
            })
            .collect();
        Inputs { drawn, constants, columns, group }
    }
}

enum Place {
    Drawn(usize),
    Constant(usize),
}

/// Working columns of the inputs.
pub(super) struct InputScratch {
    values: Vec<f64>,
    own: Vec<Probability>,
    group: Vec<Vec<Probability>>,
    rows: usize,
}

impl Inputs {
    pub fn scratch(&self) -> InputScratch {
        let mut values = vec![0.0; (self.drawn.len() + self.constants.len()) * BLOCK];
        for (column, constant) in values[self.drawn.len() * BLOCK..].chunks_exact_mut(BLOCK).zip(&self.constants) {
            column.fill(*constant);
        }
        let members = self.group.as_ref().map_or(0, Group::len);
        let none = Probability::lower(0.0);
        InputScratch { values, own: vec![none; BLOCK], group: vec![vec![none; BLOCK]; members], rows: 0 }
    }

    /// Draws every driver for a block of years.
    pub fn draw(&self, years: Years<'_>, scratch: &mut InputScratch) {
        let rows = years.len();
        scratch.rows = rows;
        if let Some(group) = &self.group {
            group.fill(years, &mut scratch.group);
        }
        for (drawn, column) in self.drawn.iter().zip(scratch.values.chunks_exact_mut(BLOCK)) {
            let probabilities = match drawn.member {
                Some(member) => &scratch.group[member][..rows],
                None => {
                    drawn.stream.fill(years, 0, &mut scratch.own[..rows]);
                    &scratch.own[..rows]
                }
            };
            drawn.sampler.fill(probabilities, &mut column[..rows]);
        }
    }

    pub fn names(&self) -> Vec<String> {
        self.drawn.iter().map(|drawn| drawn.path.clone()).collect()
    }

    /// The block's values of one driver.
    #[inline]
    pub fn column<'a>(&self, scratch: &'a InputScratch, slot: Slot) -> &'a [f64] {
        let start = self.columns[slot.0] * BLOCK;
        &scratch.values[start..start + scratch.rows]
    }

    /// The block's values of every driver that varies, as [`Inputs::names`] names them.
    pub fn drawn_columns<'a>(&self, scratch: &'a InputScratch) -> Vec<&'a [f64]> {
        scratch.values.chunks_exact(BLOCK).take(self.drawn.len()).map(|column| &column[..scratch.rows]).collect()
    }
}

/// What stands in for an absent driver; no limit is an infinite one.
pub(super) fn absent(spec: &DriverSpec) -> f64 {
    match spec.absent {
        Absent::Value(value) => value,
        Absent::Unlimited => f64::INFINITY,
    }
}
