//! How do a run's tallies become the figures of its outcome?

use super::cautions::Notes;
use crate::config::Component;
use crate::engine::{AlternativeCounts, AlternativeSums, Kernel, SeriesCounts, Split, Sums, Tallies, replay, rest};
use crate::outcome::{
    CoTvar, ComponentMeasures, DensityBin, Difference, ExceedancePoint, LevelMeasures, MeanOnly, Measures,
    OptionOutcome, Quantile, RateMeasures,
};
use crate::statistics::{
    Cell, Estimate, Judged, Level, Moments, Moments2, OrderStatistics, Ranked, Sketch, TailMeasures, TailYears, Tails,
    exceedance_curve, mean_estimate, plain_mean_estimate, proportion, sd_estimate, tail_measures,
};
use std::collections::BTreeMap;

/// Quantiles of every distribution in the outcome.
const QUANTILES: [f64; 15] =
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999];
/// Points of an exceedance curve.
const CURVE_POINTS: usize = 80;
/// Bins of a density between its 0.05% and 99.9% quantiles.
const DENSITY_BINS: usize = 160;

/// The figures of a run.
pub struct Figures {
    pub options: Vec<OptionOutcome>,
    pub differences: Vec<Difference>,
    /// Intervals that were withheld, and why.
    pub notes: Notes,
}

/// Sums up a run; worst years are replayed for their components.
pub fn summarise<K: Kernel>(kernel: &K, tallies: &Tallies, levels: &[Level]) -> Figures {
    let mut notes = Notes::default();
    let layout = kernel.layout();
    let options = layout
        .alternatives
        .iter()
        .enumerate()
        .map(|(a, name)| option(kernel, a, name, tallies, levels, &mut notes))
        .collect();
    let baseline = &layout.alternatives[0];
    let differences = layout.alternatives[1..]
        .iter()
        .enumerate()
        .map(|(d, name)| difference(d, name, baseline, tallies, levels, &mut notes))
        .collect();
    Figures { options, differences, notes }
}

fn option<K: Kernel>(
    kernel: &K,
    a: usize,
    name: &str,
    tallies: &Tallies,
    levels: &[Level],
    notes: &mut Notes,
) -> OptionOutcome {
    let (sums, counts) = (&tallies.sums.alternatives[a], &tallies.counts.alternatives[a]);
    let order = order(&counts.total);
    let split = Split::of(kernel.layout());
    let tails = Tail { kernel, alternative: a, order: &order, counts, split: &split };
    let levels = tails.measures(levels);
    let ratio = |index: usize, notes: &mut Notes| rate(&sums.ratios[index], counts.ratios[index].as_ref(), name, notes);
    let hourly = ["labour", "audit", "denial_rework"].iter().zip(&sums.ratios[2..]);
    let has_hours = sums.ratios[1].max() != 0.0 || sums.ratios[1].min() != 0.0;
    OptionOutcome {
        name: name.to_string(),
        total: measures(name, &sums.total, &order, levels.iter().map(|level| &level.counted), notes),
        components: components(sums, &split, &levels),
        effective_hourly_rate: has_hours.then(|| ratio(0, notes)),
        all_in_hourly_rate: has_hours.then(|| ratio(1, notes)),
        hourly: hourly.map(|(key, moments)| ((*key).to_string(), moments.mean())).collect(),
        probability_cheapest: cheapest(&tallies.sums, a),
        expected_regret: mean_estimate(&sums.regret, &Tails { lower: None, upper: None }).estimate,
        exceedance: curve(&order),
        oep: curve(&OrderStatistics::new(counts.peak.ranked(), Some(&counts.peak_worst))),
        density: density(order.ranked()),
    }
}

fn difference(
    d: usize,
    name: &str,
    baseline: &str,
    tallies: &Tallies,
    levels: &[Level],
    notes: &mut Notes,
) -> Difference {
    let (sums, counts) = (&tallies.sums.differences[d], &tallies.counts.differences[d]);
    let order = order(&counts.total);
    let tails: Vec<TailMeasures> = levels
        .iter()
        .map(|level| match order.tail_rows(*level) {
            Some(_) => tail_measures(*level, &order, TailYears::Rows(&[])),
            None => tail_measures(*level, &order, TailYears::Sums(&counts.total.tail)),
        })
        .collect();
    let parts = Component::ALL.iter().zip(&sums.parts).map(|(component, moments)| {
        (
            component.key().to_string(),
            MeanOnly { mean: mean_estimate(moments, &Tails { lower: None, upper: None }).estimate },
        )
    });
    Difference {
        option: name.to_string(),
        baseline: baseline.to_string(),
        total: measures(&format!("{name} less {baseline}"), &sums.total, &order, tails.iter(), notes),
        components: parts.collect(),
        probability_costs_more: if sums.total.is_constant() {
            Estimate::exact(if sums.total.mean() > 0.0 { 1.0 } else { 0.0 })
        } else {
            proportion(counts.more, tallies.years)
        },
        exceedance: curve(&order),
        density: density(order.ranked()),
    }
}

fn order(counts: &SeriesCounts) -> OrderStatistics {
    OrderStatistics::new(counts.sketch.ranked(), Some(&counts.worst))
}

/// The tail of one alternative, with the components of its years.
struct Tail<'a, K: Kernel> {
    kernel: &'a K,
    alternative: usize,
    order: &'a OrderStatistics,
    counts: &'a AlternativeCounts,
    split: &'a Split,
}

/// A level's measures with the co-TVaRs of the counted parts, and those of the parts left out of the total.
struct LevelTail {
    counted: TailMeasures,
    left_out: Vec<Judged>,
}

impl<K: Kernel> Tail<'_, K> {
    fn measures(&self, levels: &[Level]) -> Vec<LevelTail> {
        let rows = levels.iter().filter_map(|level| self.order.tail_rows(*level)).max().unwrap_or(0);
        let years: Vec<u64> = self.order.worst()[..rows].iter().map(|extreme| extreme.year).collect();
        let parts = self.split.counted.len() + self.split.left_out.len();
        let mut columns = vec![Vec::with_capacity(rows); parts];
        let blocks = replay(self.kernel, &years, |_, table, _| {
            (0..parts).map(|part| table.part(self.alternative, part).to_vec()).collect::<Vec<_>>()
        });
        for block in blocks {
            for (column, values) in columns.iter_mut().zip(block) {
                column.extend(values);
            }
        }
        let pick = |which: &[usize]| which.iter().map(|&part| columns[part].as_slice()).collect::<Vec<_>>();
        let counted = pick(&self.split.counted);
        let mut left_out = pick(&self.split.left_out);
        let totals: Vec<f64> = self.order.worst()[..rows].iter().map(|extreme| extreme.value).collect();
        let rest = rest(&totals, &left_out);
        left_out.push(&rest);
        levels.iter().map(|level| self.level(*level, &counted, &left_out)).collect()
    }

    fn level(&self, level: Level, counted: &[&[f64]], left_out: &[&[f64]]) -> LevelTail {
        let covered = self.order.tail_rows(level).is_some();
        let years = |rows, sums| if covered { TailYears::Rows(rows) } else { TailYears::Sums(sums) };
        let mut others = match &self.counts.left_out {
            None => Vec::new(),
            Some(sums) => tail_measures(level, self.order, years(left_out, sums)).co_tvar,
        };
        // The last is the rest of the total, which only made the columns add up.
        others.pop();
        LevelTail {
            counted: tail_measures(level, self.order, years(counted, &self.counts.total.tail)),
            left_out: others,
        }
    }
}

fn components(sums: &AlternativeSums, split: &Split, levels: &[LevelTail]) -> BTreeMap<String, ComponentMeasures> {
    let none = Tails { lower: None, upper: None };
    let co_tvar = |part: usize| {
        let counted = split.counted.iter().position(|&known| known == part);
        let left_out = split.left_out.iter().position(|&known| known == part);
        levels
            .iter()
            .filter_map(|level| {
                let judged = counted.map(|i| level.counted.co_tvar[i]).or(left_out.map(|i| level.left_out[i]))?;
                // A component that never varies is known exactly; one that is 0 throughout the tail may be so by chance.
                let moments = &sums.parts[part];
                let value = if moments.is_constant() { Estimate::exact(moments.mean()) } else { judged.estimate };
                Some(CoTvar { level: level.counted.level.value(), value })
            })
            .collect()
    };
    Component::ALL
        .iter()
        .zip(&sums.parts)
        .enumerate()
        .map(|(part, (component, moments))| {
            let measures = ComponentMeasures {
                mean: mean_estimate(moments, &none).estimate,
                sd: moments.sd(),
                min: moments.min(),
                max: moments.max(),
                excluded: split.left_out.contains(&part),
                co_tvar: co_tvar(part),
            };
            (component.key().to_string(), measures)
        })
        .collect()
}

fn measures<'a>(
    subject: &str,
    moments: &Moments,
    order: &OrderStatistics,
    levels: impl Iterator<Item = &'a TailMeasures>,
    notes: &mut Notes,
) -> Measures {
    let tails = Tails::of(order.ranked());
    let mean = notes.keep(subject, "the mean", mean_estimate(moments, &tails));
    let sd = notes.keep(subject, "the standard deviation", sd_estimate(moments, &tails));
    let levels = levels.map(|tail| {
        let at = |name: &str| format!("{name} {}", tail.level.value());
        LevelMeasures {
            level: tail.level.value(),
            return_period: tail.level.return_period(),
            var: notes.keep(subject, &at("VaR"), tail.var),
            tvar: notes.keep(subject, &at("TVaR"), tail.tvar),
        }
    });
    Measures {
        mean,
        sd,
        levels: levels.collect(),
        skewness: (moments.min() < moments.max()).then(|| moments.skewness()),
        min: moments.min(),
        max: moments.max(),
        quantiles: quantiles(order),
    }
}

fn quantiles(order: &OrderStatistics) -> Vec<Quantile> {
    QUANTILES.iter().map(|&p| Quantile { p, value: order.quantile(Level::new(p).expect("a constant level")) }).collect()
}

fn rate(moments: &Moments, sketch: Option<&Sketch>, name: &str, notes: &mut Notes) -> RateMeasures {
    let order = sketch.map(|sketch| OrderStatistics::new(sketch.ranked(), None));
    let tails = order.as_ref().map_or(Tails { lower: None, upper: None }, |order| Tails::of(order.ranked()));
    RateMeasures {
        mean: notes.keep(name, "the mean hourly rate", mean_estimate(moments, &tails)),
        sd: moments.sd(),
        min: moments.min(),
        max: moments.max(),
        quantiles: order.as_ref().map_or_else(Vec::new, quantiles),
    }
}

/// How often an alternative is the cheapest: certain where it is alone, or where no difference varies.
fn cheapest(sums: &Sums, alternative: usize) -> Estimate {
    let shares = &sums.alternatives[alternative].cheapest;
    if sums.differences.iter().all(|difference| difference.total.is_constant()) {
        Estimate::exact(shares.mean())
    } else {
        share(shares)
    }
}

/// A share of years: whole years are counted; with ties in it, a mean of halves and thirds.
fn share(cheapest: &Moments2) -> Estimate {
    let years = cheapest.mean() * cheapest.count() as f64;
    if (years - years.round()).abs() < 1e-6 {
        proportion(years.round() as u64, cheapest.count())
    } else {
        let Estimate { value, low, high } = plain_mean_estimate(cheapest);
        Estimate { value, low: low.map(|low| low.max(0.0)), high: high.map(|high| high.min(1.0)) }
    }
}

fn curve(order: &OrderStatistics) -> Vec<ExceedancePoint> {
    exceedance_curve(order, CURVE_POINTS)
        .into_iter()
        .map(|point| ExceedancePoint { amount: point.amount, probability: point.probability })
        .collect()
}

/// Shares of years in bins of equal width, the far tails in one bin each; an amount that more than 1 year in 50 has exactly is a
/// bin of its own.
///
/// The years of a cell are spread to half-way to the neighbouring cells, so that amounts on a lattice finer or coarser than the bins
/// (claims of one size) show their density and not the beat of two steps.
fn density(ranked: &Ranked) -> Vec<DensityBin> {
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
    use crate::statistics::Grid;
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
