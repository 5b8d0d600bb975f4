//! Which single years are kept, and what is known of each?

use crate::engine::{BLOCK, Kernel, Layout, Table, Tallies, replay};
use crate::outcome::{Column, YearTable};
use crate::random::Years;
use std::collections::BTreeSet;

/// Worst years kept of each option and each difference.
const KEPT: usize = 10_000;
/// Years of a table.
const CHUNK: usize = 8 * BLOCK;

/// The worst 10,000 years of each option and of each difference, ascending, with flags for which they are the worst of; in tables of
/// some thousand each, so that memory does not depend on how far the series' worst years coincide.
pub fn worst_years<'a, K: Kernel>(kernel: &'a K, tallies: &Tallies) -> impl Iterator<Item = YearTable> + use<'a, K> {
    let worst: Vec<(String, BTreeSet<u64>)> = series(kernel.layout(), tallies);
    let years: BTreeSet<u64> = worst.iter().flat_map(|(_, years)| years).copied().collect();
    let years: Vec<u64> = years.into_iter().collect();
    (0..years.len().div_ceil(CHUNK)).map(move |chunk| {
        let years = &years[chunk * CHUNK..((chunk + 1) * CHUNK).min(years.len())];
        let mut table = of_years(kernel, years);
        for (name, of_series) in &worst {
            let flags = years.iter().map(|year| of_series.contains(year)).collect();
            table.columns.push((format!("worst of {name}"), Column::Flag(flags)));
        }
        table
    })
}

/// All years of a run in tables of some thousand each, in order.
pub fn all_years<K: Kernel>(kernel: &K, years: u64) -> impl Iterator<Item = YearTable> {
    (0..years.div_ceil(CHUNK as u64)).map(move |chunk| {
        let first = chunk * CHUNK as u64;
        let list: Vec<u64> = (first..(first + CHUNK as u64).min(years)).collect();
        of_years(kernel, &list)
    })
}

fn series(layout: &Layout, tallies: &Tallies) -> Vec<(String, BTreeSet<u64>)> {
    let names = &layout.alternatives;
    let kept =
        |worst: &crate::statistics::Worst| worst.sorted().iter().take(KEPT).map(|extreme| extreme.year).collect();
    let options =
        names.iter().zip(&tallies.counts.alternatives).map(|(name, counts)| (name.clone(), kept(&counts.total.worst)));
    let differences = names[1..]
        .iter()
        .zip(&tallies.counts.differences)
        .map(|(name, counts)| (format!("{name} less {}", names[0]), kept(&counts.total.worst)));
    options.chain(differences).collect()
}

/// Every column of these years: the year first, then totals, components, rates and largest breach by option, then inputs.
fn of_years<K: Kernel>(kernel: &K, years: &[u64]) -> YearTable {
    let names = column_names(kernel);
    let blocks =
        replay(kernel, years, |years, table, scratch| block(kernel.layout(), years, table, &kernel.inputs(scratch)));
    let mut values: Vec<Vec<f64>> = names.iter().map(|_| Vec::with_capacity(years.len())).collect();
    for block in blocks {
        for (column, part) in values.iter_mut().zip(block) {
            column.extend(part);
        }
    }
    let numbers = names.into_iter().zip(values).map(|(name, values)| (name, Column::Number(values)));
    YearTable { columns: std::iter::once(("year".to_string(), Column::Count(years.to_vec()))).chain(numbers).collect() }
}

fn column_names<K: Kernel>(kernel: &K) -> Vec<String> {
    let layout = kernel.layout();
    let mut names = Vec::new();
    for option in &layout.alternatives {
        names.push(format!("{option}: total"));
        names.extend(layout.parts.iter().map(|part| format!("{option}: {part}")));
        names.extend(layout.ratios.iter().map(|ratio| format!("{option}: {}", ratio.name)));
        names.push(format!("{option}: largest breach"));
    }
    names.extend(kernel.input_names());
    names
}

fn block(layout: &Layout, years: Years<'_>, table: &Table, inputs: &[&[f64]]) -> Vec<Vec<f64>> {
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for a in 0..layout.alternatives.len() {
        columns.push(table.total(a).to_vec());
        columns.extend((0..layout.parts.len()).map(|part| table.part(a, part).to_vec()));
        columns.extend((0..layout.ratios.len()).map(|ratio| table.ratio(a, ratio).to_vec()));
        columns.push(table.peak(a).to_vec());
    }
    columns.extend(inputs.iter().map(|input| input[..years.len()].to_vec()));
    columns
}
