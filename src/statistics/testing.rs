//! Which seeded samples do the tests of this module share?

use crate::numerics::{Probability, elementary, special};

/// A counter hashed by the finaliser of SplitMix64: enough for tests, and independent of the engine's generator.
pub struct Stream(u64);

impl Stream {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xD134_2543_DE82_EF95))
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    pub fn normal(&mut self) -> f64 {
        special::normal_quantile(Probability::from_bits(self.bits()))
    }
}

pub fn lognormal(stream: &mut Stream, sigma: f64) -> f64 {
    elementary::exp(sigma * stream.normal())
}
