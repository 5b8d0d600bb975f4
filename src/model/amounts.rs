//! What do the events of a year cost, summed in one draw or told apart?

use crate::config::{Driver, Value};
use crate::distributions::Sampler;
use crate::distributions::sums::CompiledSum;
use crate::numerics::Probability;
use crate::random::Stream;

/// Sum over the events of a year, `S = F_N^-1(u)`: one uniform a year and line, shared by all options, so that the sum moves
/// monotonically with the count.
pub(super) enum Sum {
    /// Every event has the same amount.
    Fixed(f64),
    Compiled {
        law: CompiledSum,
        stream: Stream,
    },
}

impl Sum {
    /// `absent` stands in where the driver is not given; sums are planned up to `largest_count` events a year.
    pub fn new(driver: Option<&Driver>, absent: f64, largest_count: f64, stream: Stream) -> Self {
        match driver.map(|driver| &driver.value) {
            None => Sum::Fixed(absent),
            Some(Value::Point(amount)) => Sum::Fixed(*amount),
            Some(Value::Law(law)) => Sum::Compiled { law: CompiledSum::compile(law, largest_count), stream },
        }
    }

    /// The line's uniforms for a block of years, shared by all options.
    pub fn uniforms(&self, years: crate::random::Years<'_>, out: &mut [Probability]) {
        if let Sum::Compiled { stream, .. } = self {
            stream.fill(years, 0, out);
        }
    }

    pub fn is_zero(&self) -> bool {
        matches!(self, Sum::Fixed(0.0))
    }

    /// The sums over `counts` events.
    pub fn fill(&self, counts: &[f64], uniforms: &[Probability], out: &mut [f64]) {
        match self {
            Sum::Fixed(amount) => {
                for (sum, count) in out.iter_mut().zip(counts) {
                    *sum = count * amount;
                }
            }
            Sum::Compiled { law, .. } => law.fill(counts, uniforms, out),
        }
    }
}

/// Amount of one event, for events that are rare and told apart: breaches and fines.
pub(super) enum Single {
    Fixed(f64),
    Drawn { sampler: Sampler, stream: Stream },
}

impl Single {
    pub fn new(driver: Option<&Driver>, absent: f64, stream: Stream) -> Self {
        match driver.map(|driver| &driver.value) {
            None => Single::Fixed(absent),
            Some(Value::Point(amount)) => Single::Fixed(*amount),
            Some(Value::Law(law)) => Single::Drawn { sampler: Sampler::compile(law), stream },
        }
    }

    /// The amount of the `event`-th event of a year.
    #[inline]
    pub fn at(&self, year: u64, event: u32) -> f64 {
        match self {
            Single::Fixed(amount) => *amount,
            Single::Drawn { sampler, stream } => sampler.at(stream.at(year, event)),
        }
    }
}
