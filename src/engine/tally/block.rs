//! How is a block of years taken into the tallies?

use super::compare::Comparison;
use super::plan::TallyPlan;
use super::rests::Rests;
use super::{AlternativeSums, Counts, DifferenceSums, Sums};
use crate::engine::Table;
use crate::numerics::simd::{Level, Simd, on_level};
use crate::statistics::{Moments, MomentsTo, PowerSums, TailWork};

/// One thread's tallies: the counts of all its years, the sums of powers of the task it is at, and working memory. Taking a block
/// in allocates nothing but cells that were empty so far.
#[derive(Debug, Clone)]
pub struct Tally {
    counts: Counts,
    alternatives: Vec<AlternativePowers>,
    differences: Vec<DifferencePowers>,
    comparison: Comparison,
    rests: Rests,
    tail_work: TailWork,
    /// Years in the sums of powers.
    years: u64,
}

#[derive(Debug, Clone)]
struct AlternativePowers {
    total: PowerSums<4>,
    /// Nothing for parts that are 0 in every year.
    parts: Vec<Option<PowerSums<4>>>,
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
        let alternatives = plan.alternatives.iter().map(|plan| AlternativePowers {
            total: PowerSums::new(plan.total.pivot),
            parts: plan.parts.iter().map(|pivot| pivot.map(PowerSums::new)).collect(),
            ratios: plan.ratios.iter().map(|ratio| PowerSums::new(ratio.pivot)).collect(),
            regret: PowerSums::new(plan.regret),
        });
        let base = &plan.alternatives[0];
        let differences = plan.differences.iter().zip(&plan.alternatives[1..]).map(|(plan, alternative)| {
            let parts = alternative.parts.iter().zip(&base.parts);
            DifferencePowers {
                total: PowerSums::new(plan.total.pivot),
                parts: parts.map(|(own, base)| own.zip(*base).map(|(own, base)| PowerSums::new(own - base))).collect(),
            }
        });
        Self {
            counts: plan.counts(),
            alternatives: alternatives.collect(),
            differences: differences.collect(),
            comparison: Comparison::new(plan.alternatives.len()),
            rests: Rests::new(&plan.rests.0, &plan.rests.1),
            tail_work: TailWork::default(),
            years: 0,
        }
    }

    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    pub fn into_counts(self) -> Counts {
        self.counts
    }

    /// Takes in a block of the years from `first_year` on.
    pub fn insert(&mut self, level: Level, first_year: u64, table: &Table) {
        self.years += table.rows() as u64;
        on_level!(level, simd => self.comparison.fill(simd, table));
        for alternative in 0..self.alternatives.len() {
            on_level!(level, simd => self.add_parts(simd, alternative, table));
            on_level!(level, simd => self.add_alternative(simd, first_year, alternative, table));
        }
        if !self.rests.is_empty() {
            on_level!(level, simd => self.rests.insert(simd, table));
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
                    .map(|part| moments(part).unwrap_or(Moments::of_equal(0.0, years)))
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
                moments(part).unwrap_or_else(|| if base_is_zero { own.lowered() } else { base.negated().lowered() })
            });
            DifferenceSums { total: powers.total.take(), parts: parts.collect() }
        });
        Sums { differences: differences.collect(), alternatives, rests: self.rests.take() }
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

fn moments<const ORDER: usize>(powers: &mut Option<PowerSums<ORDER>>) -> Option<MomentsTo<ORDER>> {
    powers.as_mut().map(PowerSums::take)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{BLOCK, Layout, Ratio};
    use crate::numerics::simd::Instructions;
    use crate::statistics;

    const OPTIONS: usize = 3;
    const PARTS: usize = 4;
    const YEARS: usize = 40_000;

    /// Three options of four parts: one part is 0 in the first, another in the last; one is not counted.
    fn layout(zero_parts: Vec<Vec<usize>>) -> Layout {
        Layout {
            alternatives: (0..OPTIONS).map(|a| a.to_string()).collect(),
            parts: (0..PARTS).map(|part| part.to_string()).collect(),
            counted: vec![true, true, true, false],
            ratios: vec![Ratio { name: "a".into(), quantiles: true }, Ratio { name: "b".into(), quantiles: false }],
            zero_parts,
        }
    }

    /// A number between 0 and 1 that looks drawn.
    fn draw(year: usize, what: usize) -> f64 {
        let mut z =
            (year as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (what as u64 + 1).wrapping_mul(0xD134_2543_DE82_EF95);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// The years from `first` on, as a model might leave them: beyond the last row stands what is no year's.
    fn table(layout: &Layout, first: usize, rows: usize) -> Table {
        let mut table = Table::new(layout);
        for a in 0..OPTIONS {
            table.packs_mut(a).fill(crate::numerics::simd::Pack::splat(f64::NAN));
        }
        table.set_rows(rows);
        for a in 0..OPTIONS {
            let mut out = table.alternative_mut(a);
            for row in 0..rows {
                let year = first + row;
                let share = if a == 1 { draw(year, 7) } else { draw(year, a) };
                let rare = if draw(year, 3) < 0.02 { 1e6 / draw(year, 4) } else { 0.0 };
                let parts = [
                    2e6 + 1e5 * (share + draw(year, 5)),
                    if a == 0 { 0.0 } else { -3e4 * share },
                    rare,
                    if a == 2 { 0.0 } else { 5e5 * draw(year, 6) },
                ];
                for (column, part) in out.parts.iter_mut().zip(parts) {
                    column[row] = part;
                }
                out.total[row] = parts[0] + parts[1] + parts[2];
                out.peak[row] = rare;
                out.ratios[0][row] = out.total[row] / 7e3;
                out.ratios[1][row] = 60.0;
            }
        }
        table
    }

    fn tally(layout: &Layout, level: Level) -> (Sums, Counts) {
        let pilot: Vec<Table> = (0..8).map(|block| table(layout, block * BLOCK, BLOCK)).collect();
        let levels = [statistics::Level::new(0.9).unwrap()];
        let plan = TallyPlan::from_pilot(layout, &pilot, &levels, &[]);
        let mut tally = Tally::new(&plan);
        for first in (0..YEARS).step_by(BLOCK) {
            tally.insert(level, first as u64, &table(layout, first, BLOCK.min(YEARS - first)));
        }
        (tally.take_sums(), tally.into_counts())
    }

    /// All of a tally as text: equal if and only if every bit is.
    fn text(tally: &(Sums, Counts)) -> String {
        let worst = |worst: &statistics::Worst| format!("{:?}", worst.sorted());
        let sketches = tally.1.alternatives.iter().flat_map(|counts| {
            let ratios = counts.ratios.iter().flatten().map(|sketch| format!("{:?}", sketch.ranked()));
            let own = [&counts.total.sketch, &counts.peak].map(|sketch| format!("{:?}", sketch.ranked()));
            let rest = [worst(&counts.total.worst), worst(&counts.peak_worst), format!("{:?}", counts.won)];
            ratios.chain(own).chain(rest).chain([format!("{:?}", counts.total.tail)]).collect::<Vec<_>>()
        });
        let differences = tally.1.differences.iter().map(|counts| {
            let total = &counts.total;
            format!("{:?} {} {:?} {}", total.sketch.ranked(), worst(&total.worst), total.tail, counts.more)
        });
        format!("{:?}", tally.0) + &sketches.chain(differences).collect::<String>()
    }

    #[test]
    fn all_instructions_give_the_same_bits() {
        let layout = layout(vec![]);
        let texts: Vec<String> = Instructions::ALL
            .into_iter()
            .filter_map(Instructions::level)
            .map(|level| text(&tally(&layout, level)))
            .collect();
        assert!(texts.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn a_tally_says_what_its_years_say() {
        let layout = layout(vec![]);
        let (sums, counts) = tally(&layout, Instructions::best());
        let all = table_of_all(&layout);
        for a in 0..OPTIONS {
            let agrees = |mean: f64, sd: f64, column: &[f64]| {
                let plain = Moments::from_slice(column);
                assert!((mean - plain.mean()).abs() <= 1e-12 * plain.mean().abs().max(plain.sd()));
                assert!((sd - plain.sd()).abs() <= 1e-12 * plain.sd());
            };
            agrees(sums.alternatives[a].total.mean(), sums.alternatives[a].total.sd(), &all[a][0]);
            for part in 0..PARTS {
                let moments = &sums.alternatives[a].parts[part];
                agrees(moments.mean(), moments.sd(), &all[a][1 + part]);
                if a > 0 {
                    let moments = &sums.differences[a - 1].parts[part];
                    let rows = all[a][1 + part].iter().zip(&all[0][1 + part]);
                    agrees(moments.mean(), moments.sd(), &rows.map(|(x, base)| x - base).collect::<Vec<_>>());
                }
            }
            let mut sorted = all[a][0].clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let ranked = counts.alternatives[a].total.sketch.ranked();
            assert_eq!((ranked.years(), ranked.quantile(1)), (YEARS as u64, sorted[0]));
            assert!((ranked.quantile(20_000) / sorted[19_999] - 1.0).abs() < 1e-4);
            let worst = counts.alternatives[a].total.worst.sorted();
            assert!(worst.iter().zip(sorted.iter().rev()).all(|(extreme, total)| extreme.value == *total));
            assert_eq!(counts.alternatives[a].total.tail.plan().parts(), PARTS);
        }
        let won: u64 = counts.alternatives.iter().map(|counts| counts.won[0]).sum();
        assert_eq!(won, YEARS as u64);
    }

    /// By option: the total, then the parts, of all years.
    fn table_of_all(layout: &Layout) -> Vec<Vec<Vec<f64>>> {
        let mut all = vec![vec![Vec::new(); 1 + PARTS]; OPTIONS];
        for first in (0..YEARS).step_by(BLOCK) {
            let table = table(layout, first, BLOCK.min(YEARS - first));
            for (a, columns) in all.iter_mut().enumerate() {
                columns[0].extend_from_slice(table.total(a));
                (0..PARTS).for_each(|part| columns[1 + part].extend_from_slice(table.part(a, part)));
            }
        }
        all
    }

    #[test]
    fn parts_said_to_be_0_are_as_if_added_up() {
        let best = Instructions::best();
        let (plain, plain_counts) = tally(&layout(vec![]), best);
        let (sums, counts) = tally(&layout(vec![vec![1], vec![], vec![3]]), best);
        assert_eq!(format!("{plain:?}"), format!("{sums:?}"));
        assert_eq!(counts.alternatives[0].tail_parts, [0, 2, 3]);
        let years = |counts: &Counts| counts.alternatives[0].total.tail.years();
        assert_eq!(years(&counts), years(&plain_counts));
    }
}
