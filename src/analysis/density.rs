//! How are the years of a sketch spread over the bins of a chart?

use crate::outcome::DensityBin;
use crate::statistics::{Cell, Ranked};

/// Bins of a density between its 0.05% and 99.9% quantiles.
const DENSITY_BINS: usize = 160;

/// Shares of years in bins of equal width, the far tails in one bin each; an amount that more than 1 year in 50 has exactly is a
/// bin of its own.
///
/// The years of a cell are spread to half-way to the neighbouring cells, so that amounts on a lattice finer or coarser than the bins
/// (claims of one size) show their density and not the beat of two steps.
pub fn density(ranked: &Ranked) -> Vec<DensityBin> {
    let years = ranked.years();
    if years == 0 {
        return Vec::new();
    }
    let share = |count: f64| count / years as f64;
    let (atoms, cells): (Vec<&Cell>, Vec<&Cell>) =
        ranked.cells().iter().partition(|cell| cell.min == cell.max && cell.count * 50 > years);
    let mut all: Vec<DensityBin> = atoms
        .iter()
        .map(|atom| DensityBin { low: atom.min, high: atom.min, share: share(atom.count as f64) })
        .collect();
    let at = |p: f64| ranked.quantile(((years as f64 * p).ceil() as u64).clamp(1, years));
    let (low, high) = (at(0.0005), at(0.999));
    let width = (high - low) / DENSITY_BINS as f64;
    if let (Some(first), Some(last)) = (cells.first(), cells.last()) {
        // The two outer bins hold the far tails.
        let mut edges: Vec<f64> = Vec::new();
        if width > 0.0 {
            edges.extend((0..DENSITY_BINS).map(|bin| low + bin as f64 * width));
        }
        edges.push(high);
        edges.insert(0, first.min.min(low));
        edges.push(last.max.max(high));
        let mut counts = vec![0.0; edges.len() - 1];
        for (i, cell) in cells.iter().enumerate() {
            let before = i.checked_sub(1).map_or(cell.min, |i| 0.5 * (cells[i].max + cell.min));
            let after = cells.get(i + 1).map_or(cell.max, |next| 0.5 * (cell.max + next.min));
            let (from, to) = (before.max(cell.min - 2.0 * width), after.min(cell.max + 2.0 * width));
            spread(cell.count as f64, from, to, &edges, &mut counts);
        }
        let bins = edges.windows(2).zip(&counts).filter(|(edge, _)| edge[0] < edge[1]);
        all.extend(bins.map(|(edge, &count)| DensityBin { low: edge[0], high: edge[1], share: share(count) }));
    }
    all.sort_by(|a, b| a.low.total_cmp(&b.low).then(a.high.total_cmp(&b.high)));
    all
}

/// Adds `count` years, evenly between two amounts, to the bins between `edges`.
fn spread(count: f64, from: f64, to: f64, edges: &[f64], counts: &mut [f64]) {
    let bin_of = |amount: f64| edges.partition_point(|edge| *edge <= amount).saturating_sub(1).min(counts.len() - 1);
    let (first, last) = (bin_of(from), bin_of(to));
    if from >= to || first == last {
        counts[first] += count;
        return;
    }
    for bin in first..=last {
        let overlap = (to.min(edges[bin + 1]) - from.max(edges[bin])).max(0.0);
        counts[bin] += count * overlap / (to - from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{Grid, Sketch};
    use std::sync::Arc;

    fn bins(values: &[f64]) -> Vec<DensityBin> {
        let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(values)));
        sketch.insert(values);
        density(&sketch.ranked())
    }

    #[test]
    fn shares_add_up_and_atoms_stand_alone() {
        let mut values: Vec<f64> = (0..8000).map(|i| 100.0 + f64::from(i) * 0.37).collect();
        values.extend([0.0; 2000]);
        let bins = bins(&values);
        assert!((bins.iter().map(|bin| bin.share).sum::<f64>() - 1.0).abs() < 1e-9);
        assert_eq!((bins[0].low, bins[0].high, bins[0].share), (0.0, 0.0, 0.2));
    }

    #[test]
    fn a_lattice_shows_no_beat() {
        // A triangle on a lattice of 118, about 1.5 steps of which make a bin.
        let values: Vec<f64> = (0..40_000u32).map(|i| 118.0 * f64::from(i % 100 + (i / 100) % 100)).collect();
        let bins = bins(&values);
        let middle = &bins[bins.len() / 2 - 20..bins.len() / 2 + 20];
        let (least, most) = middle.iter().fold((f64::MAX, 0.0f64), |(l, m), bin| (l.min(bin.share), m.max(bin.share)));
        assert!(most / least < 1.5, "neighbouring bins differ by the shape alone: {least} to {most}");
    }

    #[test]
    fn constants_are_one_atom() {
        let bins = bins(&[7.0; 100]);
        assert_eq!(bins, [DensityBin { low: 7.0, high: 7.0, share: 1.0 }]);
    }
}
