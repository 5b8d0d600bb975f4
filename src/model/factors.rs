//! What is random in a year, piece by piece, and from which world is each piece drawn?

use super::membership::Membership;
use crate::config::{DriverId, Scenario};
use std::collections::{BTreeMap, BTreeSet};

/// A piece of a year's randomness that can be exchanged alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// As in `workforce.offshore.rate`, `workforce.offshore.breaches`, `world.threat`.
    pub path: String,
    pub kind: FactorKind,
}

/// What a factor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorKind {
    /// A driver of the year: one draw.
    Driver(DriverId),
    /// A driver of events: the amounts of a year's hires, claims, breaches or fines.
    Each(DriverId),
    /// Whether and how often something happens, whatever is known of its drivers: departures, denials, write-offs, breaches, fines,
    /// a switch, a finding, a law.
    Chance,
}

/// From which streams the factors are drawn: which from an independent second world (replicate 1), by path, and whose own they are.
#[derive(Debug, Clone, Default)]
pub(super) struct Worlds {
    second: BTreeSet<String>,
    member: Option<Membership>,
}

impl Worlds {
    pub fn new(factors: &[Factor], second: &[bool]) -> Self {
        assert_eq!(factors.len(), second.len(), "one world for each factor");
        let second = factors.iter().zip(second).filter(|(_, second)| **second).map(|(factor, _)| factor.path.clone());
        Self { second: second.collect(), member: None }
    }

    /// Those of a member of a batch.
    pub fn of_member(member: &Membership) -> Self {
        Self { second: BTreeSet::new(), member: Some(member.clone()) }
    }

    pub fn is_member(&self) -> bool {
        self.member.is_some()
    }

    /// Does every member of the batch draw the same of this factor? A case that runs alone shares all with itself.
    pub fn is_shared(&self, path: &str) -> bool {
        self.member.as_ref().is_none_or(|member| member.shared.holds(path))
    }

    /// The scope of the streams of a factor.
    pub fn scope<'a>(&'a self, scope: &[&'a str], is_shared: bool) -> Vec<&'a str> {
        match &self.member {
            Some(member) if !is_shared => ["member", &member.id].into_iter().chain(scope.iter().copied()).collect(),
            _ => scope.to_vec(),
        }
    }

    pub fn is_second(&self, path: &str) -> bool {
        self.second.contains(path)
    }

    pub fn replicate(&self, path: &str) -> u32 {
        u32::from(self.is_second(path))
    }
}

/// Factors as they are met, each once.
#[derive(Debug, Default)]
pub(super) struct FactorList {
    kinds: BTreeMap<String, FactorKind>,
}

impl FactorList {
    pub fn note(&mut self, path: &str, kind: FactorKind) {
        self.kinds.entry(path.to_owned()).or_insert(kind);
    }

    /// Sorted by path.
    pub fn finish(self) -> Vec<Factor> {
        self.kinds.into_iter().map(|(path, kind)| Factor { path, kind }).collect()
    }
}

/// Places of the dependence group's members among the factors.
pub(super) fn group_places(factors: &[Factor], scenario: &Scenario) -> Vec<usize> {
    let members = scenario.dependence.iter().flat_map(|group| &group.members);
    members
        .filter_map(|member| factors.iter().position(|factor| factor.kind == FactorKind::Driver(member.driver)))
        .collect()
}
