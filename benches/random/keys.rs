//! What are the keys of the engine's streams? Derived a second time, to look at all 64 bits before they become a uniform.

use tailcost::config::{Source, describe, load};
use tailcost::numerics::Probability;
use tailcost::random::mixer::{mix, spread};
use tailcost::random::{Key, Stream};

/// A stream's words: what [`Stream::at`] turns into a uniform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawStream {
    pub key: [u64; 2],
}

impl RawStream {
    /// The words of one event of a stream.
    ///
    /// # Panics
    /// If the engine's uniforms are others.
    pub fn new(key: Key<'_>, event: u32) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"tailcost stream 2").update(&key.seed.to_le_bytes()).update(&key.replicate.to_le_bytes());
        for part in key.scope.iter().chain([&key.driver]) {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        let digest = hasher.finalize();
        let word = |i: usize| u64::from_le_bytes(digest.as_bytes()[8 * i..8 * i + 8].try_into().expect("eight bytes"));
        let mut raw = Self { key: [word(0), word(1)] };
        if event > 0 {
            let [first, second] = raw.key;
            raw.key = [*b"1k-tneve", *b"2k-tneve"]
                .map(|apart| mix(spread(u64::from(event)), [first ^ u64::from_le_bytes(apart), second]));
        }
        let stream = Stream::new(key);
        for year in [0, 1, 2026, 1 << 40] {
            assert_eq!(Probability::from_bits(raw.word(year)), stream.at(year, event), "{key:?}, event {event}");
        }
        raw
    }

    #[inline(always)]
    pub fn word(&self, year: u64) -> u64 {
        mix(spread(year), self.key)
    }
}

/// Paths of the drivers of a built-in case that vary from year to year, as in `workforce.offshore.breach.frequency`.
pub fn drivers(case: &str) -> Vec<String> {
    let loaded = load(&Source::Builtin(case.into()), &[]).expect("a built-in case is valid");
    let varies = describe(&loaded.scenario).into_iter().filter(|driver| driver.family != "value");
    varies.map(|driver| driver.path).collect()
}

/// The words of a driver by its path.
pub fn driver(path: &str, seed: u64, replicate: u32, event: u32) -> RawStream {
    let places = if path.starts_with("workforce.") { 3 } else { 2 };
    let mut scope: Vec<&str> = path.splitn(places, '.').collect();
    let driver = scope.pop().expect("a path has a last part");
    RawStream::new(Key { seed, scope: &scope, driver, replicate }, event)
}

/// Streams of the article's case: of every driver under seeds 2026 and 2027, replicates 0 and 1, events 0 and 1.
pub fn article() -> Vec<RawStream> {
    let mut streams = Vec::new();
    for path in drivers("article") {
        for (seed, replicate) in [(2026, 0), (2026, 1), (2027, 0), (2027, 1)] {
            streams.extend([0, 1].map(|event| driver(&path, seed, replicate, event)));
        }
    }
    streams
}
