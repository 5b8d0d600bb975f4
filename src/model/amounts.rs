//! What do the events of a year cost, summed in one draw or told apart?

use super::inputs::{Builder, Inputs, LawSlot, SumSlot};
use crate::config::{Driver, Value};
use crate::distributions::standard_normal;
use crate::numerics::simd::{Pack, Simd, SimdBase, f64x8};
use crate::random::{Stream, YearWords};

/// Sum over the events of a year, `S = F_N^-1(u)`: one uniform a year and line, shared by all options, so that the sum moves
/// monotonically with the count.
pub(super) enum Sum {
    /// Every event has the same amount.
    Fixed(f64),
    Compiled {
        law: SumSlot,
        stream: Stream,
    },
}

impl Sum {
    /// `absent` stands in where the driver is not given; sums are planned up to `largest_count` events a year.
    pub fn new(
        driver: Option<&Driver>,
        absent: f64,
        largest_count: f64,
        stream: Stream,
        builder: &mut Builder<'_>,
    ) -> Self {
        match driver.map(|driver| &driver.value) {
            None => Sum::Fixed(absent),
            Some(Value::Point(amount)) => Sum::Fixed(*amount),
            Some(Value::Law(law)) => Sum::Compiled { law: builder.sum(law, largest_count), stream },
        }
    }

    pub fn is_zero(&self) -> bool {
        matches!(self, Sum::Fixed(0.0))
    }

    /// Uniforms it takes a year.
    pub fn draws(&self) -> usize {
        match self {
            Sum::Fixed(_) => 0,
            Sum::Compiled { .. } => 1,
        }
    }

    /// Probability of at most the year's sum, given how many events it is over; none where nothing is drawn.
    pub fn probability(&self, year: u64) -> Option<f64> {
        match self {
            Sum::Fixed(_) => None,
            Sum::Compiled { stream, .. } => Some(stream.at(year, 0).p()),
        }
    }

    /// The normal quantiles of the line's uniforms, shared by all options.
    pub fn normals<S: Simd>(&self, simd: S, words: &YearWords, out: &mut [Pack]) {
        if let Sum::Compiled { stream, .. } = self {
            standard_normal().draw(simd, stream.uniforms(words), out);
        }
    }

    /// The sums over `counts` events.
    pub fn fill<S: Simd>(
        &self,
        simd: S,
        inputs: &Inputs,
        words: &YearWords,
        counts: &[Pack],
        normals: &[Pack],
        out: &mut [Pack],
    ) {
        match self {
            Sum::Fixed(amount) => {
                for (out, count) in out.iter_mut().zip(counts) {
                    out.store(count.load(simd) * f64x8::splat(simd, *amount));
                }
            }
            Sum::Compiled { law, stream } => {
                inputs.compiled_sum(*law).fill(simd, counts, normals, stream.uniforms(words), out);
            }
        }
    }
}

/// Amount of one event, for events that are rare and told apart: breaches and fines.
pub(super) enum Single {
    Fixed(f64),
    Drawn { law: LawSlot, stream: Stream },
}

impl Single {
    pub fn new(driver: Option<&Driver>, absent: f64, stream: Stream, builder: &mut Builder<'_>) -> Self {
        match driver.map(|driver| &driver.value) {
            None => Single::Fixed(absent),
            Some(Value::Point(amount)) => Single::Fixed(*amount),
            Some(Value::Law(law)) => Single::Drawn { law: builder.law(law), stream },
        }
    }

    /// The amounts of the `event`-th event of some years.
    pub fn draw<S: Simd>(&self, simd: S, inputs: &Inputs, words: &YearWords, event: u32, out: &mut [Pack]) {
        match self {
            Single::Fixed(amount) => out.fill(Pack::splat(*amount)),
            Single::Drawn { law, stream } => {
                inputs.sampler(*law).draw(simd, stream.event(event).uniforms(words), out);
            }
        }
    }

    /// Probability of at most the amount of the `event`-th event of one year; none where nothing is drawn.
    pub fn probability(&self, year: u64, event: u32) -> Option<f64> {
        match self {
            Single::Fixed(_) => None,
            Single::Drawn { stream, .. } => Some(stream.at(year, event).p()),
        }
    }

    /// The amount of the `event`-th event of one year.
    pub fn at(&self, inputs: &Inputs, year: u64, event: u32) -> f64 {
        match self {
            Single::Fixed(amount) => *amount,
            Single::Drawn { law, stream } => inputs.sampler(*law).at(stream.at(year, event)),
        }
    }
}
