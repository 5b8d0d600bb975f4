//! Which alternative was the cheapest of a year, and by how much do the others cost more?

use super::super::{PACKS, Table};
use crate::numerics::simd::{LANES, Pack, Select, Simd, SimdBase, SimdMask, f64x8};

/// Totals this close, relative to the larger, are equal but for rounding: 14 parts of several workforces are added in an order
/// that depends on the alternative, so that shares of one price would otherwise cost now more, now less than the whole.
const ROUNDING: f64 = 1e-12;

/// What a total is above another; 0 where rounding alone tells them apart.
pub(super) fn excess(total: f64, other: f64) -> f64 {
    let excess = total - other;
    if excess.abs() <= ROUNDING * total.abs().max(other.abs()) { 0.0 } else { excess }
}

#[inline(always)]
fn excess_of_packs<S: Simd>(simd: S, total: f64x8<S>, other: f64x8<S>) -> f64x8<S> {
    let excess = total - other;
    let alike = excess.abs().simd_le(total.abs().max(other.abs()) * ROUNDING);
    alike.select(f64x8::splat(simd, 0.0), excess)
}

/// Comparisons of a block's totals, column by column.
#[derive(Debug, Clone)]
pub(super) struct Comparison {
    /// What each alternative costs above the cheapest of the year.
    regrets: Vec<Pack>,
    /// What each alternative after the first costs above the first.
    differences: Vec<Pack>,
    /// Years of the block in which each alternative after the first costs more than the first.
    pub more: Vec<u64>,
    /// Years of the block in which each alternative is the cheapest, by how many others are so as well.
    pub won: Vec<Vec<u64>>,
    /// Lanes of a pack in which each alternative is the cheapest.
    cheapest: Vec<u64>,
}

impl Comparison {
    pub fn new(alternatives: usize) -> Self {
        Self {
            regrets: vec![Pack::ZERO; alternatives * PACKS],
            differences: vec![Pack::ZERO; (alternatives - 1) * PACKS],
            more: vec![0; alternatives - 1],
            won: vec![vec![0; alternatives]; alternatives],
            cheapest: vec![0; alternatives],
        }
    }

    pub fn regret(&self, alternative: usize) -> &[Pack] {
        &self.regrets[alternative * PACKS..][..PACKS]
    }

    pub fn difference(&self, difference: usize) -> &[Pack] {
        &self.differences[difference * PACKS..][..PACKS]
    }

    #[inline(always)]
    pub fn fill<S: Simd>(&mut self, simd: S, table: &Table) {
        self.more.fill(0);
        self.won.iter_mut().for_each(|won| won.fill(0));
        let (rows, alternatives) = (table.rows(), self.won.len());
        let nothing = f64x8::splat(simd, 0.0);
        for p in 0..rows.div_ceil(LANES) {
            // Lanes beyond the rows are of no year.
            let lanes = if rows < (p + 1) * LANES { (1 << (rows - p * LANES)) - 1 } else { 0xffu64 };
            let base = table.total_packs(0)[p].load(simd);
            let mut least = base;
            for a in 1..alternatives {
                least = table.total_packs(a)[p].load(simd).min(least);
            }
            let mut winners = 0;
            for a in 0..alternatives {
                let regret = excess_of_packs(simd, table.total_packs(a)[p].load(simd), least);
                self.regrets[a * PACKS + p].store(regret);
                self.cheapest[a] = regret.simd_eq(nothing).to_bitmask() & lanes;
                winners += self.cheapest[a].count_ones();
            }
            if winners == lanes.count_ones() {
                for (won, cheapest) in self.won.iter_mut().zip(&self.cheapest) {
                    won[0] += u64::from(cheapest.count_ones());
                }
            } else {
                self.share(lanes);
            }
            for a in 1..alternatives {
                let difference = excess_of_packs(simd, table.total_packs(a)[p].load(simd), base);
                self.differences[(a - 1) * PACKS + p].store(difference);
                let more = difference.simd_gt(nothing).to_bitmask() & lanes;
                self.more[a - 1] += u64::from(more.count_ones());
            }
        }
    }

    /// Shares out a pack in which several alternatives, or none, are the cheapest of some year.
    #[inline(never)]
    fn share(&mut self, mut lanes: u64) {
        while lanes != 0 {
            let lane = lanes & lanes.wrapping_neg();
            lanes ^= lane;
            let winners = self.cheapest.iter().filter(|cheapest| **cheapest & lane != 0).count();
            for (won, _) in self.won.iter_mut().zip(&self.cheapest).filter(|(_, cheapest)| **cheapest & lane != 0) {
                won[winners - 1] += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Layout;
    use crate::numerics::simd::{Instructions, flat, on_level};

    /// Totals with ties, near ties by rounding, and signs of all kinds; the last pack is not full.
    fn table() -> Table {
        let alternatives: Vec<String> = (0..4).map(|a| format!("{a}")).collect();
        let layout = Layout { alternatives, parts: vec![], counted: vec![], ratios: vec![], zero_parts: vec![] };
        let mut table = Table::new(&layout);
        for a in 0..4 {
            table.packs_mut(a).fill(Pack::splat(f64::NAN));
        }
        table.set_rows(509);
        for a in 0..4 {
            for (row, total) in table.alternative_mut(a).total.iter_mut().enumerate() {
                let x = ((row * 37 + a * 11) % 23) as f64 - 7.0;
                *total = if (row + a) % 5 == 0 { 1e6 * x * (1.0 + 1e-13 * a as f64) } else { 1e6 * (x % 3.0) };
            }
        }
        table
    }

    #[test]
    fn eight_at_once_are_year_by_year_on_all_instructions() {
        let table = table();
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            let mut found = Comparison::new(4);
            on_level!(level, simd => found.fill(simd, &table));
            let mut won = vec![vec![0; 4]; 4];
            let mut more = vec![0; 3];
            for row in 0..509 {
                let totals: Vec<f64> = (0..4).map(|a| table.total(a)[row]).collect();
                let least = totals.iter().copied().fold(f64::INFINITY, f64::min);
                let regrets: Vec<f64> = totals.iter().map(|total| excess(*total, least)).collect();
                let ties = regrets.iter().filter(|regret| **regret == 0.0).count();
                for a in 0..4 {
                    assert_eq!(flat(found.regret(a))[row].to_bits(), regrets[a].to_bits());
                    won[a][ties - 1] += u64::from(regrets[a] == 0.0);
                }
                for d in 0..3 {
                    let difference = excess(totals[d + 1], totals[0]);
                    assert_eq!(flat(found.difference(d))[row].to_bits(), difference.to_bits());
                    more[d] += u64::from(difference > 0.0);
                }
            }
            assert_eq!((&found.won, &found.more), (&won, &more));
            assert!(won.iter().flatten().filter(|years| **years > 0).count() > 6, "ties of several kinds: {won:?}");
        }
    }
}
