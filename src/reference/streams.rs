//! Which generator, independent of the fast engine's, belongs to a line of the model in a year?

use chacha20::ChaCha8Rng;
use rand::SeedableRng;
use rand::distr::{Distribution, Open01};

/// One line of the model that is drawn by itself: a driver, an event, a count.
///
/// The generator is ChaCha8. Seed, scope and name of the line are hashed into its 256-bit key, and the year is its
/// stream, so that a value depends on (seed, scope, line, year) and on its place within the line, and on nothing else.
#[derive(Debug, Clone)]
pub struct Line {
    key: [u8; 32],
}

impl Line {
    pub fn new(seed: u64, scope: &[&str], name: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"tailcost reference line 1");
        hasher.update(&seed.to_le_bytes());
        for part in scope.iter().chain([&name]) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Self { key: *hasher.finalize().as_bytes() }
    }

    /// The line's generator at the start of a year.
    pub fn year(&self, year: u64) -> ChaCha8Rng {
        let mut generator = ChaCha8Rng::from_seed(self.key);
        generator.set_stream(year);
        generator
    }

    /// The first value of the year under `law`.
    pub fn first<T>(&self, year: u64, law: impl Distribution<T>) -> T {
        law.sample(&mut self.year(year))
    }

    /// The first uniform of the year, never 0 or 1.
    pub fn uniform(&self, year: u64) -> f64 {
        self.first(year, Open01)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_key_matters_and_nothing_else() {
        let value = |seed, scope: &[&str], name, year| Line::new(seed, scope, name).uniform(year);
        let base = value(1, &["workforce", "offshore"], "rate", 7);
        assert_eq!(base, value(1, &["workforce", "offshore"], "rate", 7));
        assert_ne!(base, value(2, &["workforce", "offshore"], "rate", 7));
        assert_ne!(base, value(1, &["workforce/offshore"], "rate", 7));
        assert_ne!(base, value(1, &["workforce", "offshore"], "turnover", 7));
        assert_ne!(base, value(1, &["workforce", "offshore"], "rate", 8));
        assert_ne!(base, value(1, &["workforce", "offshore"], "rate", 7 + (1 << 40)));
    }
}
