//! How does a stored density become steps of a round width inside a window?

use super::axis::{Axis, nice_step};
use super::scene::Point;
use crate::outcome::{DensityBin, Measures};
use crate::report::findings::near_level;

/// A density as steps of equal width, with the share of years outside of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Steps {
    pub start: f64,
    pub width: f64,
    /// Share of years in each step.
    pub shares: Vec<f64>,
    /// Single values that years pile up on: (value, share).
    pub atoms: Vec<(f64, f64)>,
    pub above: f64,
    pub below: f64,
}

/// Spreads the bins, each evenly over its width, over about `wanted` steps between `low` and `high`.
pub(super) fn steps(bins: &[DensityBin], (low, high): (f64, f64), wanted: usize) -> Steps {
    let width = nice_step((high - low) / wanted as f64);
    let start = (low / width).floor() * width;
    let number = (((high - start) / width).ceil() as usize).max(1);
    let mut steps = Steps { start, width, shares: vec![0.0; number], atoms: Vec::new(), above: 0.0, below: 0.0 };
    let end = start + number as f64 * width;
    for bin in bins.iter().filter(|bin| bin.share > 0.0) {
        if bin.high <= bin.low {
            match bin.low {
                value if value < start => steps.below += bin.share,
                value if value > end => steps.above += bin.share,
                value => steps.atoms.push((value, bin.share)),
            }
            continue;
        }
        let density = bin.share / (bin.high - bin.low);
        steps.below += density * (bin.high.min(start) - bin.low).max(0.0);
        steps.above += density * (bin.high - bin.low.max(end)).max(0.0);
        let first = ((bin.low - start) / width).floor().clamp(0.0, number as f64) as usize;
        let last = ((bin.high - start) / width).ceil().clamp(0.0, number as f64) as usize;
        for index in first..last {
            let from = start + index as f64 * width;
            steps.shares[index] += density * (bin.high.min(from + width) - bin.low.max(from)).max(0.0);
        }
    }
    // A bin of years around a step's edge belongs to neither side; a share this small is rounding.
    for outside in [&mut steps.above, &mut steps.below] {
        if *outside < 1e-15 {
            *outside = 0.0;
        }
    }
    steps
}

impl Steps {
    /// The largest share of a step or of a single value.
    pub(super) fn peak(&self) -> f64 {
        self.shares.iter().copied().chain(self.atoms.iter().map(|atom| atom.1)).fold(0.0, f64::max)
    }

    /// The steps between two amounts as a line that starts and ends on the base, at the height `at` gives to a share;
    /// empty steps at either end are left out.
    pub(super) fn outline(&self, x: &Axis, at: impl Fn(f64) -> f64, (from, to): (f64, f64)) -> Vec<Point> {
        let mut points: Vec<Point> = Vec::new();
        let mut filled = 0;
        for (low, high, share) in self.each() {
            let (low, high) = (low.max(from).max(x.low), high.min(to).min(x.high));
            if high <= low || (points.is_empty() && share == 0.0) {
                continue;
            }
            if points.is_empty() {
                points.push((x.at(low), at(0.0)));
            }
            points.extend([(x.at(low), at(share)), (x.at(high), at(share))]);
            if share > 0.0 {
                filled = points.len();
            }
        }
        points.truncate(filled);
        points.extend(points.last().map(|last| (last.0, at(0.0))));
        points
    }

    /// (from, to, share) of each step.
    pub(super) fn each(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        self.shares
            .iter()
            .enumerate()
            .map(|(i, share)| (self.start + i as f64 * self.width, self.start + (i + 1) as f64 * self.width, *share))
    }
}

/// The amount below which the bins hold `p` of the years.
fn quantile(bins: &[DensityBin], p: f64) -> Option<f64> {
    let mut below = 0.0;
    for bin in bins {
        if bin.share > 0.0 && below + bin.share >= p {
            return Some(bin.low + (bin.high - bin.low) * ((p - below) / bin.share).clamp(0.0, 1.0));
        }
        below += bin.share;
    }
    bins.last().map(|bin| bin.high)
}

/// The part of a distribution worth showing: all but the lowest thousandth, to somewhat beyond the VaR at 99%.
pub(super) fn window(total: &Measures, bins: &[DensityBin]) -> (f64, f64) {
    let low = quantile(bins, 0.001).unwrap_or(total.min).max(total.min);
    let middle = quantile(bins, 0.5).unwrap_or(total.mean.value);
    let var = near_level(&total.levels, 0.99).map_or(total.max, |at| at.var.value);
    let high = (var + 0.25 * (var - middle)).max(total.mean.value).min(total.max);
    // Room at both ends, so that a line there is not on the edge.
    let room = 0.02 * (high - low);
    (low.min(total.mean.value) - room, high + room)
}

/// As [`window`], but no further out than twice the middle nine tenths: a long tail would squeeze the sides of zero.
pub(super) fn body_window(total: &Measures, bins: &[DensityBin]) -> (f64, f64) {
    let (low, high) = window(total, bins);
    let (Some(from), Some(to)) = (quantile(bins, 0.05), quantile(bins, 0.95)) else { return (low, high) };
    let reach = 2.0 * (to - from);
    if reach <= 0.0 {
        return (low, high);
    }
    let mean = total.mean.value;
    (low.max(from - reach).min(mean), high.min(to + reach).max(mean))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bin(low: f64, high: f64, share: f64) -> DensityBin {
        DensityBin { low, high, share }
    }

    #[test]
    fn shares_are_kept_whatever_the_steps() {
        let bins = [bin(-3.0, 1.7, 0.3), bin(1.7, 1.9, 0.2), bin(2.0, 2.0, 0.1), bin(1.9, 9.0, 0.4)];
        let steps = steps(&bins, (0.0, 5.0), 10);
        assert_eq!(steps.width, 0.5);
        let all = steps.shares.iter().sum::<f64>() + steps.above + steps.below + steps.atoms[0].1;
        assert!((all - 1.0).abs() < 1e-12);
        assert_eq!(steps.atoms, [(2.0, 0.1)]);
        assert!((steps.below - 0.3 * 3.0 / 4.7).abs() < 1e-12 && (steps.above - 0.4 * 4.0 / 7.1).abs() < 1e-12);
    }

    #[test]
    fn quantiles_run_through_the_bins() {
        let bins = [bin(0.0, 1.0, 0.5), bin(1.0, 3.0, 0.5)];
        assert_eq!(quantile(&bins, 0.25), Some(0.5));
        assert_eq!(quantile(&bins, 0.75), Some(2.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
