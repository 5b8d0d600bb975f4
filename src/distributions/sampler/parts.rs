//! How is a law in several pieces drawn from, eight probabilities at a time?

use super::guide::Guide;
use super::{Compiled, Local};
use crate::distributions::law::Law;
use crate::distributions::span::Span;
use crate::numerics::Probability;
use crate::numerics::simd::{Pack, Select, Simd, SimdBase, SimdFloat, SimdMask, f64x8, mask64x8};

/// Up to so many pieces each is evaluated for all eight, those it does not hold thrown away; more are asked one by one.
pub(super) const FEW: usize = 8;

/// The pieces of a law in rising order.
#[derive(Debug)]
pub(super) struct Parts {
    guide: Guide,
    pieces: Vec<Compiled>,
}

impl Parts {
    pub(super) fn new(pieces: Vec<Compiled>) -> Self {
        Self { guide: Guide::new(pieces.iter().map(Compiled::to).collect()), pieces }
    }

    pub(super) fn is_few(&self) -> bool {
        self.pieces.len() <= FEW
    }

    pub(super) fn smooth(&self) -> impl Iterator<Item = &Local> {
        self.pieces.iter().filter_map(|piece| if let Compiled::Smooth(local) = piece { Some(local) } else { None })
    }

    #[inline]
    pub(super) fn at(&self, law: &Law, p: Probability) -> f64 {
        self.pieces[self.guide.find(p)].at(law, p)
    }

    /// Values in place of folded probabilities: those of [`Parts::at`] to the bit.
    #[inline(always)]
    pub(super) fn replace<S: Simd>(&self, simd: S, law: &Law, out: &mut [Pack]) {
        let last = self.pieces.len() - 1;
        for out in out {
            let folded = out.load(simd);
            let upper = folded.is_sign_negative();
            let mut values = folded;
            // Those not yet given a value: all that lie above the pieces seen.
            let mut rest = folded.simd_eq(folded);
            for i in 0..=last {
                let piece = &self.pieces[i];
                let above = if i == last { rest & !rest } else { rest & is_above(simd, folded, upper, piece.to()) };
                let here = rest & !above;
                if here.any_true() {
                    let found = match piece {
                        Compiled::Atom { x, .. } => f64x8::splat(simd, *x),
                        Compiled::Smooth(local) => smooth(simd, law, local, folded, upper, here),
                    };
                    values = here.select(found, values);
                }
                rest = above;
            }
            out.store(values);
        }
    }
}

/// The values of a smooth piece, right for the lanes that lie in it.
#[inline(always)]
fn smooth<S: Simd>(
    simd: S,
    law: &Law,
    local: &Local,
    folded: f64x8<S>,
    upper: mask64x8<S>,
    here: mask64x8<S>,
) -> f64x8<S> {
    let inward = inward(simd, &local.span, folded.abs(), upper);
    let value = here.select(local.table.view().fast(simd, inward), f64x8::splat(simd, local.low));
    let value = if value.is_nan().any_true() { local.repaired(simd, law, inward, value) } else { value };
    value.max(f64x8::splat(simd, local.low)).min(f64x8::splat(simd, local.high))
}

/// The order of [`Probability`]: is it above an edge?
#[inline(always)]
fn is_above<S: Simd>(simd: S, folded: f64x8<S>, upper: mask64x8<S>, edge: Probability) -> mask64x8<S> {
    let beyond = folded.simd_gt(f64x8::splat(simd, edge.folded()));
    if edge.is_upper() { upper & beyond } else { upper | beyond }
}

/// [`Span::inward`] of eight tails, folded; for those outside the span whatever comes of it.
#[inline(always)]
fn inward<S: Simd>(simd: S, span: &Span, tail: f64x8<S>, upper: mask64x8<S>) -> f64x8<S> {
    let (zero, one, half) = (f64x8::splat(simd, 0.0), f64x8::splat(simd, 1.0), f64x8::splat(simd, 0.5));
    let (from, to) = (f64x8::splat(simd, span.from().tail()), f64x8::splat(simd, span.to().tail()));
    let below = if span.from().is_upper() { from - tail } else { upper.select((one - from) - tail, tail - from) };
    let above = if span.to().is_upper() { upper.select(tail - to, (one - tail) - to) } else { to - tail };
    let (below, above) = (below.max(zero), above.max(zero));
    let inverse = f64x8::splat(simd, span.inverse_mass());
    let low = (below * inverse).min(half);
    let high = (above * inverse).min(half);
    below.simd_le(above).select(low, -high)
}
