//! What is kept of the years that have been simulated?
//!
//! Two kinds, by how they merge. [`Counts`] hold integers and exact extremes: they merge in any order to the same bits, so
//! each thread has its own. [`Sums`] hold floating-point moments of whole tasks: they merge in the canonical tree over tasks.

mod block;
mod compare;
mod plan;
mod rests;
mod stored;

pub use block::Tally;
pub use plan::TallyPlan;
pub(super) use stored::StoredCounts;

use crate::statistics::{Merge, Moments, Moments3, Sketch, TailSums, Worst};
use serde::{Deserialize, Serialize};

/// Worst years kept exactly, for each alternative and each difference: 1 in 100 of a million, and a few more.
pub const WORST: usize = 10_240;
/// Years of the largest peaks kept exactly, for each alternative: the far end of a curve.
const WORST_PEAKS: usize = 2048;

/// Everything kept of a run.
#[derive(Debug, Clone)]
pub struct Tallies {
    pub years: u64,
    pub sums: Sums,
    pub counts: Counts,
}

/// Order-free part of a tally.
#[derive(Debug, Clone)]
pub struct Counts {
    pub alternatives: Vec<AlternativeCounts>,
    /// Of each alternative after the first against the first.
    pub differences: Vec<DifferenceCounts>,
}

#[derive(Debug, Clone)]
pub struct AlternativeCounts {
    pub total: SeriesCounts,
    /// Parts that the tail sums of the total hold, in their order: all but those that are 0 in every year.
    pub tail_parts: Vec<usize>,
    /// For ratios whose quantiles are wanted.
    pub ratios: Vec<Option<Sketch>>,
    pub peak: Sketch,
    pub peak_worst: Worst,
    /// Years in which the alternative was the cheapest, by how many others were so as well.
    pub won: Vec<u64>,
}

#[derive(Debug, Clone)]
pub struct DifferenceCounts {
    pub total: SeriesCounts,
    /// Years in which the alternative costs more than the first.
    pub more: u64,
}

/// Distribution of one series: quantiles, the worst years, the sums of its tail.
#[derive(Debug, Clone)]
pub struct SeriesCounts {
    pub sketch: Sketch,
    pub worst: Worst,
    pub tail: TailSums,
}

/// Floating-point part of a tally.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sums {
    pub alternatives: Vec<AlternativeSums>,
    pub differences: Vec<DifferenceSums>,
    /// What was asked for as rest: of the alternatives, then of the differences. Empty where nothing was.
    pub rests: Vec<Moments3>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AlternativeSums {
    pub total: Moments,
    pub parts: Vec<Moments>,
    pub ratios: Vec<Moments3>,
    /// What the alternative costs above the cheapest of the year.
    pub regret: Moments3,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DifferenceSums {
    pub total: Moments,
    pub parts: Vec<Moments3>,
}

impl Merge for Counts {
    fn merge(&mut self, right: &Self) {
        self.alternatives.merge(&right.alternatives);
        self.differences.merge(&right.differences);
    }
}

impl Merge for AlternativeCounts {
    fn merge(&mut self, right: &Self) {
        self.total.merge(&right.total);
        for (left, right) in self.ratios.iter_mut().zip(&right.ratios) {
            if let (Some(left), Some(right)) = (left, right) {
                left.merge(right);
            }
        }
        self.peak.merge(&right.peak);
        self.peak_worst.merge(&right.peak_worst);
        for (left, right) in self.won.iter_mut().zip(&right.won) {
            *left += right;
        }
    }
}

impl Merge for DifferenceCounts {
    fn merge(&mut self, right: &Self) {
        self.total.merge(&right.total);
        self.more += right.more;
    }
}

impl Merge for SeriesCounts {
    fn merge(&mut self, right: &Self) {
        self.sketch.merge(&right.sketch);
        self.worst.merge(&right.worst);
        self.tail.merge(&right.tail);
    }
}

impl Merge for Sums {
    fn merge(&mut self, right: &Self) {
        self.alternatives.merge(&right.alternatives);
        self.differences.merge(&right.differences);
        self.rests.merge(&right.rests);
    }
}

impl Merge for AlternativeSums {
    fn merge(&mut self, right: &Self) {
        self.total.merge(&right.total);
        self.parts.merge(&right.parts);
        self.ratios.merge(&right.ratios);
        self.regret.merge(&right.regret);
    }
}

impl Merge for DifferenceSums {
    fn merge(&mut self, right: &Self) {
        self.total.merge(&right.total);
        self.parts.merge(&right.parts);
    }
}
