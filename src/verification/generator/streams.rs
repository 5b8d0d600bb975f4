//! Which streams does the engine draw from in a case, and which words have they before a word becomes a uniform?

use crate::config::{Scenario, describe};
use crate::random::mixer::{mix, spread};
use crate::random::{Key, Stream};

/// A stream's words: what [`Stream::at`] turns into a uniform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawStream {
    pub key: [u64; 2],
}

impl RawStream {
    /// The words of one event of a stream.
    pub fn new(key: Key<'_>, event: u32) -> Self {
        Self { key: Stream::new(key).event(event).key() }
    }

    #[inline(always)]
    pub fn word(&self, year: u64) -> u64 {
        mix(spread(year), self.key)
    }
}

/// What tells a stream from the others of its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// As in `workforce.offshore.breach.frequency`.
    pub path: String,
    pub seed: u64,
    pub replicate: u32,
    pub event: u32,
}

impl Name {
    /// The scope, and the driver within it.
    fn parts(&self) -> (Vec<&str>, &str) {
        let places = if self.path.starts_with("workforce.") { 3 } else { 2 };
        let mut scope: Vec<&str> = self.path.splitn(places, '.').collect();
        let driver = scope.pop().expect("a path has a last part");
        (scope, driver)
    }

    pub fn stream(&self) -> RawStream {
        let (scope, driver) = self.parts();
        RawStream::new(Key { seed: self.seed, scope: &scope, driver, replicate: self.replicate }, self.event)
    }

    /// In which way two streams differ.
    pub fn apart(&self, other: &Self) -> Apart {
        let ((scope, driver), (other_scope, other_driver)) = (self.parts(), other.parts());
        let parts = [
            (driver != other_driver, Apart::Driver),
            (scope != other_scope, Apart::Scope),
            (self.seed != other.seed, Apart::Seed),
            (self.replicate != other.replicate, Apart::Replicate),
            (self.event != other.event, Apart::Event),
        ];
        let mut differing = parts.iter().filter(|(differs, _)| *differs);
        match (differing.next(), differing.next()) {
            (Some((_, part)), None) => *part,
            _ => Apart::More,
        }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (seed {}, replicate {}, event {})", self.path, self.seed, self.replicate, self.event)
    }
}

/// The one part of a key in which two streams differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    Driver,
    Scope,
    Seed,
    Replicate,
    Event,
    /// Several parts.
    More,
}

impl Apart {
    pub const ALL: [Self; 6] = [Self::Driver, Self::Scope, Self::Seed, Self::Replicate, Self::Event, Self::More];

    pub fn label(self) -> &'static str {
        match self {
            Self::Driver => "drivers of a scope",
            Self::Scope => "scopes of a driver",
            Self::Seed => "neighbouring seeds",
            Self::Replicate => "neighbouring replicates",
            Self::Event => "neighbouring events",
            Self::More => "streams that differ in more",
        }
    }
}

/// Streams of a driver: two seeds, two replicates, two events.
pub const OF_A_DRIVER: usize = 8;

/// Paths of the drivers that vary from year to year; of all where none does.
pub fn drivers(scenario: &Scenario) -> Vec<String> {
    let all = describe(scenario);
    let varying: Vec<String> =
        all.iter().filter(|driver| driver.family != "value").map(|driver| driver.path.clone()).collect();
    if varying.is_empty() { all.into_iter().map(|driver| driver.path).collect() } else { varying }
}

/// Streams of a case: of every driver under this seed and the next, replicates 0 and 1, events 0 and 1.
pub fn interleaved(scenario: &Scenario, seed: u64) -> Vec<Name> {
    let mut names = Vec::new();
    for path in drivers(scenario) {
        for seed in [seed, seed.wrapping_add(1)] {
            for (replicate, event) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                names.push(Name { path: path.clone(), seed, replicate, event });
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_known_by_what_differs() {
        let base = Name { path: "workforce.offshore.breach.severity".into(), seed: 1, replicate: 0, event: 0 };
        let changed = |change: fn(&mut Name)| {
            let mut name = base.clone();
            change(&mut name);
            base.apart(&name)
        };
        assert_eq!(changed(|name| name.path = "workforce.offshore.rate".into()), Apart::Driver);
        assert_eq!(changed(|name| name.path = "workforce.inhouse.breach.severity".into()), Apart::Scope);
        assert_eq!(changed(|name| name.seed = 2), Apart::Seed);
        assert_eq!(changed(|name| name.replicate = 1), Apart::Replicate);
        assert_eq!(changed(|name| name.event = 1), Apart::Event);
        assert_eq!(changed(|name| (name.event, name.seed) = (1, 2)), Apart::More);
        assert_eq!(base.parts(), (vec!["workforce", "offshore"], "breach.severity"));
    }
}
