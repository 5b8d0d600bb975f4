//! What varies in a total beside the lines whose mean is known?

use super::super::{PACKS, Table};
use crate::numerics::simd::{LANES, Pack, Simd, SimdBase, f64x8};
use crate::statistics::{Moments3, PowerSums};

/// Sums of some parts of each alternative, and their differences from the first; nothing where nobody asks.
#[derive(Debug, Clone)]
pub(super) struct Rests {
    /// By alternative: the parts that are added up.
    parts: Vec<Vec<usize>>,
    columns: Vec<Pack>,
    /// Of the alternatives, then of the differences.
    powers: Vec<PowerSums<3>>,
}

impl Rests {
    pub fn new(parts: &[Vec<usize>], pivots: &[f64]) -> Self {
        Self {
            parts: parts.to_vec(),
            columns: vec![Pack::ZERO; parts.len() * PACKS],
            powers: pivots.iter().map(|pivot| PowerSums::new(*pivot)).collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    #[inline(always)]
    pub fn insert<S: Simd>(&mut self, simd: S, table: &Table) {
        let rows = table.rows();
        for (a, parts) in self.parts.iter().enumerate() {
            let column = &mut self.columns[a * PACKS..(a + 1) * PACKS];
            for (p, pack) in column.iter_mut().enumerate().take(rows.div_ceil(LANES)) {
                let mut sum = f64x8::splat(simd, 0.0);
                for part in parts {
                    sum += table.part_packs(a, *part)[p].load(simd);
                }
                pack.store(sum);
            }
            self.powers[a].insert(simd, column, rows);
        }
        let (first, others) = self.columns.split_at(PACKS);
        for (column, powers) in others.chunks(PACKS).zip(&mut self.powers[self.parts.len()..]) {
            powers.insert_difference(simd, column, first, rows);
        }
    }

    pub fn take(&mut self) -> Vec<Moments3> {
        self.powers.iter_mut().map(PowerSums::take).collect()
    }
}

/// What the columns of a few years are about: of the alternatives, then of the differences.
pub(super) fn pivots(parts: &[Vec<usize>], tables: &[Table]) -> Vec<f64> {
    let years: usize = tables.iter().map(Table::rows).sum();
    let mean = |a: usize, parts: &[usize]| {
        let columns = tables.iter().flat_map(|table| parts.iter().flat_map(move |part| table.part(a, *part)));
        columns.sum::<f64>() / years as f64
    };
    let mut pivots: Vec<f64> = parts.iter().enumerate().map(|(a, parts)| mean(a, parts)).collect();
    for a in 1..parts.len() {
        pivots.push(pivots[a] - pivots[0]);
    }
    pivots
}
