//! What do two models cost in the same years, and how does each line differ from the one to the other?

use super::{BLOCK, Kernel, Table};
use crate::random::Years;
use crate::statistics::{Merge, MomentsTo};
use rayon::prelude::*;
use std::ops::Range;

/// Two models over the same years.
pub struct PairedYears {
    /// Total of every alternative, by model.
    pub totals: [Vec<Vec<f64>>; 2],
    /// For each pair of alternatives, each part.
    pub parts: Vec<Vec<PairedPart>>,
}

/// Mean and variance of a part in both models, and of the second less the first year by year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedPart {
    pub first: MomentsTo<2>,
    pub second: MomentsTo<2>,
    pub change: MomentsTo<2>,
}

impl Merge for PairedPart {
    fn merge(&mut self, right: &Self) {
        self.first.merge(&right.first);
        self.second.merge(&right.second);
        self.change.merge(&right.change);
    }
}

/// Simulates two models in parallel; `pairs` are alternatives of the first and of the second whose parts are compared. Totals are held in
/// memory, parts are summed up. The figures do not depend on threads.
pub fn paired<K: Kernel>(first: &K, second: &K, pairs: &[(usize, usize)], years: Range<u64>) -> PairedYears {
    let count = (years.end - years.start) as usize;
    let blocks = count.div_ceil(BLOCK);
    let alternatives = [first, second].map(|kernel| kernel.layout().alternatives.len());
    let parts = first.layout().parts.len();
    let done: Vec<PairedYears> = (0..blocks)
        .into_par_iter()
        // One piece a thread: memory is taken once for each.
        .with_min_len(blocks.div_ceil(rayon::current_num_threads()).max(1))
        .map_init(
            || [first, second].map(|kernel| (kernel.scratch(), Table::new(kernel.layout()))),
            |[one, other], block| {
                let start = years.start + (block * BLOCK) as u64;
                let len = BLOCK.min((years.end - start) as usize);
                for (kernel, (scratch, table)) in [(first, &mut *one), (second, &mut *other)] {
                    kernel.simulate(Years::Range { start, len }, scratch, table);
                }
                let tables = [&one.1, &other.1];
                let totals = [0, 1].map(|side| {
                    (0..alternatives[side]).map(|alternative| tables[side].total(alternative).to_vec()).collect()
                });
                let parts = pairs
                    .iter()
                    .map(|(a, b)| {
                        (0..parts).map(|part| compared(tables[0].part(*a, part), tables[1].part(*b, part))).collect()
                    })
                    .collect();
                PairedYears { totals, parts }
            },
        )
        .collect();
    let mut all = PairedYears {
        totals: alternatives.map(|alternatives| vec![Vec::with_capacity(count); alternatives]),
        parts: Vec::new(),
    };
    for block in done {
        for (columns, values) in all.totals.iter_mut().zip(&block.totals) {
            columns.iter_mut().zip(values).for_each(|(column, values)| column.extend(values));
        }
        if all.parts.is_empty() {
            all.parts = block.parts;
        } else {
            all.parts.merge(&block.parts);
        }
    }
    all
}

fn compared(first: &[f64], second: &[f64]) -> PairedPart {
    let change: Vec<f64> = second.iter().zip(first).map(|(second, first)| second - first).collect();
    PairedPart {
        first: MomentsTo::from_slice(first),
        second: MomentsTo::from_slice(second),
        change: MomentsTo::from_slice(&change),
    }
}
