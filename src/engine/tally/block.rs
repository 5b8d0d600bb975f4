//! How is a block of years taken into the tallies?

use super::compare::Comparison;
use super::plan::TallyPlan;
use super::{AlternativeSums, Counts, DifferenceSums, Sums};
use crate::engine::Table;
use crate::numerics::simd::{Level, Simd, on_level};
use crate::statistics::{Moments3, PowerSums, TailWork};

/// One thread's tallies: the counts of all its years, the sums of powers of the task it is at, and working memory. Taking a block
/// in allocates nothing but cells that were empty so far.
#[derive(Debug, Clone)]
pub struct Tally {
    counts: Counts,
    alternatives: Vec<AlternativePowers>,
    differences: Vec<DifferencePowers>,
    comparison: Comparison,
    tail_work: TailWork,
    /// Years in the sums of powers.
    years: u64,
}

#[derive(Debug, Clone)]
struct AlternativePowers {
    total: PowerSums<4>,
    /// Nothing for parts that are 0 in every year.
    parts: Vec<Option<PowerSums<3>>>,
    ratios: Vec<PowerSums<3>>,
    regret: PowerSums<3>,
}

#[derive(Debug, Clone)]
struct DifferencePowers {
    total: PowerSums<4>,
    /// Nothing where one of the two is 0 in every year: then the other's moments tell.
    parts: Vec<Option<PowerSums<3>>>,
}

impl Tally {
    pub fn new(plan: &TallyPlan) -> Self {
        let powers = |pivot: Option<f64>| pivot.map(PowerSums::new);
        let alternatives = plan.alternatives.iter().map(|plan| AlternativePowers {
            total: PowerSums::new(plan.total.pivot),
            parts: plan.parts.iter().map(|&pivot| powers(pivot)).collect(),
            ratios: plan.ratios.iter().map(|ratio| PowerSums::new(ratio.pivot)).collect(),
            regret: PowerSums::new(plan.regret),
        });
        let base = &plan.alternatives[0];
        let differences = plan.differences.iter().zip(&plan.alternatives[1..]).map(|(plan, alternative)| {
            let parts = alternative.parts.iter().zip(&base.parts);
            DifferencePowers {
                total: PowerSums::new(plan.total.pivot),
                parts: parts.map(|(own, base)| powers(own.zip(*base).map(|(own, base)| own - base))).collect(),
            }
        });
        Self {
            counts: plan.counts(),
            alternatives: alternatives.collect(),
            differences: differences.collect(),
            comparison: Comparison::new(plan.alternatives.len()),
            tail_work: TailWork::default(),
            years: 0,
        }
    }

    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Takes in a block of the years from `first_year` on.
    pub fn insert(&mut self, level: Level, first_year: u64, table: &Table) {
        self.years += table.rows() as u64;
        on_level!(level, simd => self.comparison.fill(simd, table));
        for alternative in 0..self.alternatives.len() {
            on_level!(level, simd => self.add_parts(simd, alternative, table));
            on_level!(level, simd => self.add_alternative(simd, first_year, alternative, table));
        }
        for difference in 0..self.differences.len() {
            on_level!(level, simd => self.add_difference(simd, first_year, difference, table));
        }
    }

    /// The moments of the years since the last call.
    pub fn take_sums(&mut self) -> Sums {
        let years = std::mem::take(&mut self.years);
        let alternatives: Vec<AlternativeSums> = self
            .alternatives
            .iter_mut()
            .map(|powers| AlternativeSums {
                total: powers.total.take(),
                parts: powers
                    .parts
                    .iter_mut()
                    .map(|part| moments(part).unwrap_or(Moments3::of_equal(0.0, years)))
                    .collect(),
                ratios: powers.ratios.iter_mut().map(PowerSums::take).collect(),
                regret: powers.regret.take(),
            })
            .collect();
        let base = &alternatives[0];
        let differences = self.differences.iter_mut().zip(&alternatives[1..]).map(|(powers, own)| {
            let zeros = self.alternatives[0].parts.iter().map(Option::is_none);
            let parts = powers.parts.iter_mut().zip(&own.parts).zip(base.parts.iter().zip(zeros));
            let parts = parts.map(|((part, own), (base, base_is_zero))| {
                moments(part).unwrap_or(if base_is_zero { *own } else { base.negated() })
            });
            DifferenceSums { total: powers.total.take(), parts: parts.collect() }
        });
        Sums { differences: differences.collect(), alternatives }
    }

    #[inline(always)]
    fn add_parts<S: Simd>(&mut self, simd: S, alternative: usize, table: &Table) {
        let rows = table.rows();
        for (part, powers) in self.alternatives[alternative].parts.iter_mut().enumerate() {
            if let Some(powers) = powers {
                powers.insert(simd, table.part_packs(alternative, part), rows);
            }
        }
        let Some(difference) = alternative.checked_sub(1) else { return };
        for (part, powers) in self.differences[difference].parts.iter_mut().enumerate() {
            if let Some(powers) = powers {
                let (own, base) = (table.part_packs(alternative, part), table.part_packs(0, part));
                powers.insert_difference(simd, own, base, rows);
            }
        }
    }

    #[inline(always)]
    fn add_alternative<S: Simd>(&mut self, simd: S, first_year: u64, alternative: usize, table: &Table) {
        let rows = table.rows();
        let powers = &mut self.alternatives[alternative];
        let counts = &mut self.counts.alternatives[alternative];
        let total = table.total_packs(alternative);
        powers.total.insert(simd, total, rows);
        powers.regret.insert(simd, self.comparison.regret(alternative), rows);
        counts.total.sketch.insert_packs(simd, total, rows);
        counts.total.worst.insert_packs(simd, first_year, total, rows);
        let tail_parts = &counts.tail_parts;
        let part = |index: usize| table.part_packs(alternative, tail_parts[index]);
        counts.total.tail.insert_packs(simd, total, part, rows, &mut self.tail_work);
        for (ratio, (powers, sketch)) in powers.ratios.iter_mut().zip(&mut counts.ratios).enumerate() {
            let column = table.ratio_packs(alternative, ratio);
            powers.insert(simd, column, rows);
            if let Some(sketch) = sketch {
                sketch.insert_packs(simd, column, rows);
            }
        }
        let peak = table.peak_packs(alternative);
        counts.peak.insert_packs(simd, peak, rows);
        counts.peak_worst.insert_packs(simd, first_year, peak, rows);
        for (years, won) in counts.won.iter_mut().zip(&self.comparison.won[alternative]) {
            *years += won;
        }
    }

    #[inline(always)]
    fn add_difference<S: Simd>(&mut self, simd: S, first_year: u64, difference: usize, table: &Table) {
        let rows = table.rows();
        let column = self.comparison.difference(difference);
        let counts = &mut self.counts.differences[difference];
        self.differences[difference].total.insert(simd, column, rows);
        counts.total.sketch.insert_packs(simd, column, rows);
        counts.total.worst.insert_packs(simd, first_year, column, rows);
        counts.total.tail.insert_packs(simd, column, |_| column, rows, &mut self.tail_work);
        counts.more += self.comparison.more[difference];
    }
}

fn moments(powers: &mut Option<PowerSums<3>>) -> Option<Moments3> {
    powers.as_mut().map(PowerSums::take)
}
