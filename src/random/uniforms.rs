//! Where do the uniforms of a block of years come from?

use super::mixer::mix_pack;
use super::stream::Stream;
use crate::numerics::simd::{Bytes, Pack, Simd, SimdBase, SimdCvtFloat, Words, f64x8, u64x8};

/// A source of folded uniforms (see [`Probability`](crate::numerics::Probability)), eight years at a time.
pub trait Uniforms: Copy {
    fn pack<S: Simd>(&self, simd: S, index: usize) -> f64x8<S>;
}

/// A stream's uniforms for the years whose words are given.
#[derive(Clone, Copy)]
pub(super) struct Streamed<'a> {
    pub stream: Stream,
    pub words: &'a [Words],
}

/// Uniforms that stand in a column, as those of drivers that move together.
#[derive(Clone, Copy)]
pub struct Given<'a>(pub &'a [Pack]);

impl Uniforms for Streamed<'_> {
    #[inline(always)]
    fn pack<S: Simd>(&self, simd: S, index: usize) -> f64x8<S> {
        folded(simd, mix_pack(simd, &self.words[index], self.stream.key()))
    }
}

impl Uniforms for Given<'_> {
    #[inline(always)]
    fn pack<S: Simd>(&self, simd: S, index: usize) -> f64x8<S> {
        self.0[index].load(simd)
    }
}

/// [`Probability::from_bits`](crate::numerics::Probability::from_bits) of eight words.
#[inline(always)]
fn folded<S: Simd>(simd: S, bits: u64x8<S>) -> f64x8<S> {
    const STEP: f64 = 1.0 / 18_446_744_073_709_551_616.0;
    let tail = bits & u64x8::splat(simd, u64::MAX >> 1);
    let tail = (f64x8::float_from(tail) + f64x8::splat(simd, 0.5)) * f64x8::splat(simd, STEP);
    let side = bits & u64x8::splat(simd, 1 << 63);
    (tail.bitcast::<u64x8<S>>() | side).bitcast()
}
