//! How is a law drawn from in a few nanoseconds?

mod guide;
mod parts;
mod polynomial;
mod table;

use self::guide::Guide;
use self::parts::{FEW, Parts};
use self::table::{Curve, DEEP, SHALLOW, SLOW_SHARE, Table};
use super::families::Kind;
use super::law::Law;
use super::pieces::{Piece, pieces};
use super::span::Span;
use crate::numerics::Probability;
use crate::numerics::simd::{Level, Pack, RowIndex, Select, Simd, SimdBase, SimdFloat, SimdMask, f64x8, on_level};
use crate::random::{Given, Uniforms};
use std::sync::OnceLock;

/// Packs located before they are looked up.
const STRIP: usize = 16;

/// A law compiled for the hot loop: one probability in, one value out, non-decreasing up to rounding, in the support.
///
/// The probability axis is cut at atoms and kinks, and at bends too sharp for the cells of a table. A smooth piece becomes
/// a table of polynomials of degree 5 over cells that are fine towards both of its ends (after Derflinger, Hormann, Leydold
/// 2010, doi:10.1145/1842713.1842714); atoms and steps are exact; a uniform law is its own formula; a law of over 100 smooth
/// pieces is evaluated itself. Against [`Law::quantile`] the error is below 1e-8 of
/// `max(|x|, spread/100)` at tails from 1e-9 on, below 1e-6 at smaller ones; it is measured on every cell, and cells that
/// do not meet it are halved or left to the law, as are tails below 1.1e-13.
///
/// ```
/// use tailcost::distributions::{Law, Sampler};
/// use tailcost::numerics::Probability;
/// let law = Law::from_parameters("gamma", &[("mean", 16.0), ("sd", 6.0)]).unwrap();
/// let sampler = Sampler::compile(&law);
/// let p = Probability::upper(1e-4);
/// assert!((sampler.at(p) / law.quantile(p) - 1.0).abs() < 1e-8);
/// ```
#[derive(Debug)]
pub struct Sampler {
    law: Law,
    form: Form,
}

/// The cheapest exact-enough way to evaluate a law.
#[derive(Debug)]
enum Form {
    Uniform {
        min: f64,
        max: f64,
    },
    Smooth(Local),
    Steps {
        guide: Guide,
        values: Vec<f64>,
    },
    Pieces(Parts),
    /// So many smooth pieces that tables would take seconds to build.
    Exact,
}

/// Smooth pieces that get a table each, at about a millisecond; a mixture with a column of data has thousands.
const MOST_TABLES: usize = 100;
/// A smooth piece with a bend too sharp for its cells is cut there, its halves cut again at most so often.
const MOST_CUTS: u32 = 3;

#[derive(Debug)]
enum Compiled {
    Atom { x: f64, to: Probability },
    Smooth(Local),
}

/// A smooth piece with the table of its local quantile function.
#[derive(Debug)]
struct Local {
    span: Span,
    low: f64,
    high: f64,
    table: Table,
}

impl Sampler {
    /// Some milliseconds for a smooth law; a law in pieces takes that for each.
    pub fn compile(law: &Law) -> Self {
        Self { form: Form::of(law), law: law.clone() }
    }

    /// What is drawn from.
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// The value at a probability.
    #[inline]
    pub fn at(&self, p: Probability) -> f64 {
        match &self.form {
            Form::Uniform { min, max } => uniform(*min, *max, p),
            Form::Smooth(local) => local.at(&self.law, p),
            Form::Steps { guide, values } => values[guide.find(p)],
            Form::Pieces(parts) => parts.at(&self.law, p),
            Form::Exact => self.law.quantile(p),
        }
    }

    /// The values at a block's uniforms, eight at a time: those of [`Sampler::at`] to the bit.
    #[inline(never)]
    pub fn draw<S: Simd>(&self, simd: S, uniforms: impl Uniforms, out: &mut [Pack]) {
        simd.vectorize(
            #[inline(always)]
            || self.draw_packs(simd, uniforms, out),
        );
    }

    #[inline(always)]
    fn draw_packs<S: Simd>(&self, simd: S, uniforms: impl Uniforms, out: &mut [Pack]) {
        match &self.form {
            Form::Uniform { min, max } => {
                for (i, out) in out.iter_mut().enumerate() {
                    out.store(uniform_pack(simd, *min, *max, uniforms.pack(simd, i)));
                }
            }
            Form::Smooth(local) => {
                let view = local.table.view();
                let (low, high) = (f64x8::splat(simd, local.low), f64x8::splat(simd, local.high));
                let mut cells = [RowIndex::ZERO; STRIP];
                for (strip, out) in out.chunks_mut(STRIP).enumerate() {
                    let first = strip * STRIP;
                    // Two loops: one chain from bits to value would be too long for the processor to overlap.
                    for (i, (out, cells)) in out.iter_mut().zip(&mut cells).enumerate() {
                        out.store(view.locate(simd, uniforms.pack(simd, first + i), cells));
                    }
                    for (i, (out, cells)) in out.iter_mut().zip(&cells).enumerate() {
                        let mut value = view.at(simd, cells, out.load(simd));
                        if value.is_nan().any_true() {
                            value = local.repaired(simd, &self.law, uniforms.pack(simd, first + i), value);
                        }
                        out.store(value.max(low).min(high));
                    }
                }
            }
            Form::Pieces(parts) if parts.is_few() => {
                for (i, out) in out.iter_mut().enumerate() {
                    out.store(uniforms.pack(simd, i));
                }
                parts.replace(simd, &self.law, out);
            }
            Form::Steps { .. } | Form::Pieces(_) | Form::Exact => {
                for (i, out) in out.iter_mut().enumerate() {
                    let folded = uniforms.pack(simd, i).to_array();
                    for (out, folded) in out.0.iter_mut().zip(folded) {
                        *out = self.at(Probability::from_folded(folded));
                    }
                }
            }
        }
    }

    /// [`Sampler::draw`] on a level.
    pub fn draw_on(&self, level: Level, uniforms: impl Uniforms, out: &mut [Pack]) {
        on_level!(level, simd => self.draw(simd, uniforms, out));
    }

    /// [`Sampler::draw`] from a column of folded probabilities.
    pub fn fill(&self, level: Level, folded: &[Pack], out: &mut [Pack]) {
        assert_eq!(folded.len(), out.len(), "as many values as probabilities");
        on_level!(level, simd => self.draw(simd, Given(folded), out));
    }

    /// Probability of the draws that no polynomial of the main table serves.
    pub fn slow_share(&self) -> f64 {
        match &self.form {
            Form::Uniform { .. } | Form::Steps { .. } => 0.0,
            Form::Exact => 1.0,
            Form::Smooth(local) => local.table.slow_share(),
            Form::Pieces(parts) => parts.smooth().map(|local| local.span.mass() * local.table.slow_share()).sum(),
        }
    }

    /// The largest error measured while compiling, at tails from 1e-9 on, in units of `max(|x|, spread/100)`, where the
    /// spread is a 3.29th of the distance between the 5% and 95% quantiles; 0 where the values are exact.
    pub fn error_bound(&self) -> f64 {
        match &self.form {
            Form::Uniform { .. } | Form::Steps { .. } | Form::Exact => 0.0,
            Form::Smooth(local) => local.table.error(),
            Form::Pieces(parts) => parts.smooth().map(|local| local.table.error()).fold(0.0, f64::max),
        }
    }
}

/// The standard normal law, compiled: counts and sums are expanded about it.
pub fn standard_normal() -> &'static Sampler {
    static NORMAL: OnceLock<Sampler> = OnceLock::new();
    NORMAL.get_or_init(|| {
        let law = Law::from_parameters("normal", &[("mean", 0.0), ("sd", 1.0)]).expect("a valid law");
        Sampler::compile(&law)
    })
}

#[inline]
fn uniform(min: f64, max: f64, p: Probability) -> f64 {
    let offset = p.tail() * (max - min);
    if p.is_upper() { max - offset } else { min + offset }
}

#[inline(always)]
fn uniform_pack<S: Simd>(simd: S, min: f64, max: f64, folded: f64x8<S>) -> f64x8<S> {
    let offset = folded.abs() * f64x8::splat(simd, max - min);
    let (low, high) = (f64x8::splat(simd, min) + offset, f64x8::splat(simd, max) - offset);
    folded.is_sign_negative().select(high, low)
}

impl Form {
    fn of(law: &Law) -> Self {
        if let Kind::Uniform { min, max } = law.kind() {
            return Form::Uniform { min, max };
        }
        let family = law.inner();
        let pieces = pieces(family);
        let spread = (law.quantile(Probability::upper(0.05)) - law.quantile(Probability::lower(0.05))) / 3.29;
        let atoms: Vec<f64> =
            pieces.iter().filter_map(|piece| if let Piece::Atom { x, .. } = piece { Some(*x) } else { None }).collect();
        if atoms.len() == pieces.len() && atoms.len() > FEW {
            let guide = Guide::new(pieces.iter().map(|piece| piece.span().to()).collect());
            return Form::Steps { guide, values: atoms };
        }
        if pieces.len() - atoms.len() > MOST_TABLES {
            return Form::Exact;
        }
        let mut compiled = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Atom { x, span } => compiled.push(Compiled::Atom { x, to: span.to() }),
                Piece::Smooth { span, low, high } => {
                    let stretch = Stretch { law, span, low, high, floor: 0.01 * spread };
                    stretch.compile(MOST_CUTS, &mut compiled);
                }
            }
        }
        match <[Compiled; 1]>::try_from(compiled) {
            Ok([Compiled::Smooth(local)]) => Form::Smooth(local),
            Ok(one) => Form::Pieces(Parts::new(one.into())),
            Err(several) => Form::Pieces(Parts::new(several)),
        }
    }
}

impl Compiled {
    fn to(&self) -> Probability {
        match self {
            Compiled::Atom { to, .. } => *to,
            Compiled::Smooth(local) => local.span.to(),
        }
    }

    #[inline]
    fn at(&self, law: &Law, p: Probability) -> f64 {
        match self {
            Compiled::Atom { x, .. } => *x,
            Compiled::Smooth(local) => local.at(law, local.span.inward(p)),
        }
    }
}

impl Local {
    #[inline]
    fn at(&self, law: &Law, local: Probability) -> f64 {
        let value = self.table.fast(local);
        if value.is_nan() {
            return self.slow(law, local);
        }
        // Not `max` and `min`, which look for NaN again.
        let value = if value < self.low { self.low } else { value };
        if value > self.high { self.high } else { value }
    }

    /// The same values, those that are NaN asked of the refined cells or the law.
    #[inline(always)]
    fn repaired<S: Simd>(&self, simd: S, law: &Law, folded: f64x8<S>, values: f64x8<S>) -> f64x8<S> {
        let mut lanes = Pack(values.to_array());
        self.repair(law, folded.to_array(), &mut lanes);
        lanes.load(simd)
    }

    #[cold]
    #[inline(never)]
    fn repair(&self, law: &Law, folded: [f64; 8], values: &mut Pack) {
        for (value, folded) in values.0.iter_mut().zip(folded).filter(|(value, _)| value.is_nan()) {
            *value = self.slow(law, Probability::from_folded(folded));
        }
    }

    #[cold]
    fn slow(&self, law: &Law, local: Probability) -> f64 {
        let value = self.table.slow(local).unwrap_or_else(|| law.quantile(self.span.outward(local)));
        value.clamp(self.low, self.high)
    }
}

/// A smooth piece as the curve a table is made of.
struct Stretch<'a> {
    law: &'a Law,
    span: Span,
    low: f64,
    high: f64,
    floor: f64,
}

impl Stretch<'_> {
    fn compile(self, cuts: u32, out: &mut Vec<Compiled>) {
        let Stretch { law, span, low, high, floor } = self;
        let binades = if span.from().p() == 0.0 || span.to().q() == 0.0 { DEEP } else { SHALLOW };
        let table = Table::build(&self, binades);
        #[cfg(feature = "planted-faults")]
        let table = if crate::planted::is(crate::planted::Fault::Table) { table.shifted(0.1 * floor) } else { table };
        // Cells are fine towards the ends of a piece: an end belongs where they are needed.
        if cuts > 0
            && table.slow_share() > SLOW_SHARE
            && let Some(sharpest) = table.sharpest()
        {
            let at = span.outward(sharpest);
            let middle = law.quantile(at).clamp(low, high);
            let halves = [(Span::new(span.from(), at), low, middle), (Span::new(at, span.to()), middle, high)];
            if halves.iter().all(|(span, _, _)| span.mass() > 0.0) {
                for (span, low, high) in halves {
                    Stretch { law, span, low, high, floor }.compile(cuts - 1, out);
                }
                return;
            }
        }
        out.push(Compiled::Smooth(Local { span, low, high, table }));
    }
}

impl Curve for Stretch<'_> {
    fn value(&self, local: Probability, guess: f64) -> f64 {
        let p = self.span.outward(local);
        let family = self.law.inner();
        let x = if guess.is_nan() { family.quantile(p) } else { family.quantile_near(p, guess) };
        x.clamp(self.low, self.high)
    }

    fn floor(&self) -> f64 {
        self.floor
    }
}

#[cfg(test)]
mod tests;
