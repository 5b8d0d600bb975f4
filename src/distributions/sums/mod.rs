//! What is the sum of N independent amounts, as one quantile function of a count and a uniform?

mod closed;
mod convolution;
mod fourier;
mod general;
mod points;
mod steps;
mod table;

use super::{Kind, Law};
use crate::numerics::{Probability, special};
use general::General;

/// The laws of all sums of one amount, compiled: `S = F_N^-1(u)`.
pub struct CompiledSum {
    plan: Plan,
}

enum Plan {
    Point { value: f64 },
    Normal { mean: f64, sd: f64 },
    General(Box<General>),
}

impl CompiledSum {
    /// Compiles the sums of `amount` for counts up to about `largest_count`; larger ones are answered by an expansion.
    pub fn compile(amount: &Law, largest_count: f64) -> Self {
        let plan = match amount.kind() {
            Kind::Point { value } => Plan::Point { value },
            Kind::Normal { mean, sd } => Plan::Normal { mean, sd },
            _ => match amount.atoms().as_slice() {
                [(value, weight)] if *weight >= 1.0 => Plan::Point { value: *value },
                _ => Plan::General(Box::new(General::compile(amount, largest_count))),
            },
        };
        Self { plan }
    }

    /// The sum of `count` amounts (a whole number) at probability `p`; 0 when there are none.
    #[inline]
    pub fn quantile(&self, count: f64, p: Probability) -> f64 {
        if !(count >= 1.0) {
            return 0.0;
        }
        match &self.plan {
            Plan::Point { value } => count * value,
            Plan::Normal { mean, sd } => count * mean + count.sqrt() * sd * special::normal_quantile(p),
            Plan::General(general) => general.quantile(count, p),
        }
    }

    /// One sum a year.
    pub fn fill(&self, counts: &[f64], p: &[Probability], out: &mut [f64]) {
        for ((&count, &p), sum) in counts.iter().zip(p).zip(out) {
            *sum = self.quantile(count, p);
        }
    }

    /// Memory of the tables, in bytes.
    pub fn bytes(&self) -> usize {
        match &self.plan {
            Plan::General(general) => general.bytes(),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests;
