//! How do a run's tallies become the figures of its outcome?

use super::cautions::Notes;
use super::density::density;
use super::law_tails::{LawTails, needs_fourth_moment, needs_variance};
use crate::config::Component;
use crate::engine::{AlternativeCounts, AlternativeSums, Kernel, Layout, SeriesCounts, Tallies, replay_alternative};
use crate::outcome::{
    CoTvar, ComponentMeasures, Difference, ExceedancePoint, LevelMeasures, MeanOnly, Measures, OptionOutcome, Quantile,
    RateMeasures,
};
use crate::statistics::{
    Estimate, Judged, Level, Losses, Moments, Moments3, MomentsTo, OrderStatistics, Sketch, TailMeasures, TailYears,
    Tails, exceedance_curve, mean_estimate, proportion, sd_estimate, shared_proportion, tail_measures,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Quantiles of every distribution in the outcome.
const QUANTILES: [f64; 15] =
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999];
/// Points of an exceedance curve.
const CURVE_POINTS: usize = 80;

/// Where no tail is fitted.
const NO_TAILS: Tails = Tails { lower: None, upper: None, known: None };

/// The figures of a run.
pub struct Figures {
    pub options: Vec<OptionOutcome>,
    pub differences: Vec<Difference>,
    /// Intervals that were withheld, and why.
    pub notes: Notes,
}

/// Sums up a run; worst years are replayed for their components. `tails` say of each option which moments its laws have.
pub fn summarise<K: Kernel>(kernel: &K, tallies: &Tallies, levels: &[Level], tails: &[LawTails]) -> Figures {
    let mut notes = Notes::default();
    let layout = kernel.layout();
    let options = layout
        .alternatives
        .iter()
        .enumerate()
        .map(|(a, name)| option(kernel, a, name, tallies, levels, &tails[a], &mut notes))
        .collect();
    let baseline = &layout.alternatives[0];
    let differences = layout.alternatives[1..]
        .iter()
        .enumerate()
        .map(|(d, name)| difference(d, name, baseline, tallies, levels, &tails[d + 1].less(&tails[0]), &mut notes))
        .collect();
    Figures { options, differences, notes }
}

/// The measures of each option's total, then of each difference, as [`summarise`] has them and without replaying a year.
pub fn totals(layout: &Layout, tallies: &Tallies, levels: &[Level], tails: &[LawTails]) -> Vec<(String, Measures)> {
    let mut notes = Notes::default();
    let alternatives = layout.alternatives.iter().zip(tails).enumerate().map(|(a, (name, law))| {
        let (sums, counts) = (&tallies.sums.alternatives[a].total, &tallies.counts.alternatives[a].total);
        (name.clone(), sums, counts, law.clone())
    });
    let differences = layout.alternatives.iter().zip(tails).skip(1).enumerate().map(|(d, (name, law))| {
        let (sums, counts) = (&tallies.sums.differences[d].total, &tallies.counts.differences[d].total);
        (difference_name(name, &layout.alternatives[0]), sums, counts, law.less(&tails[0]))
    });
    let all = alternatives.chain(differences).map(|(name, sums, counts, law)| {
        let order = order(counts, &law);
        let measures = measures(&name, sums, &order, tails_alone(levels, &order, counts).iter(), &law, &mut notes);
        (name, measures)
    });
    all.collect()
}

/// The tails of a total without its parts.
fn tails_alone(levels: &[Level], order: &OrderStatistics, counts: &SeriesCounts) -> Vec<TailMeasures> {
    let years = |level| match order.tail_rows(level) {
        Some(_) => TailYears::Rows(&[]),
        None => TailYears::Sums(&counts.tail),
    };
    levels.iter().map(|level| tail_measures(*level, order, years(*level))).collect()
}

fn difference_name(option: &str, baseline: &str) -> String {
    format!("{option} less {baseline}")
}

fn option<K: Kernel>(
    kernel: &K,
    a: usize,
    name: &str,
    tallies: &Tallies,
    levels: &[Level],
    law: &LawTails,
    notes: &mut Notes,
) -> OptionOutcome {
    let (sums, counts) = (&tallies.sums.alternatives[a], &tallies.counts.alternatives[a]);
    let order = order(&counts.total, law);
    let tails = Tail { kernel, alternative: a, order: &order, counts }.measures(levels);
    let hourly = ["labour", "audit", "denial_rework"].iter().zip(&sums.ratios[2..]);
    let [effective, all_in] = rates(name, sums, counts, law, notes);
    OptionOutcome {
        name: name.to_string(),
        total: measures(name, &sums.total, &order, tails.iter(), law, notes),
        components: components(kernel.layout(), sums, &counts.tail_parts, &tails, law),
        effective_hourly_rate: effective,
        all_in_hourly_rate: all_in,
        hourly: hourly.map(|(key, moments)| ((*key).to_string(), moments.mean())).collect(),
        probability_cheapest: cheapest(tallies, a),
        expected_regret: regret(&sums.regret, law),
        exceedance: curve(&order, law.all_certain()),
        oep: curve(
            &OrderStatistics::new(counts.peak.ranked(), Some(&counts.peak_worst)),
            law.is_certain(Component::Breach as usize),
        ),
        density: density(order.ranked()),
    }
}

fn difference(
    d: usize,
    name: &str,
    baseline: &str,
    tallies: &Tallies,
    levels: &[Level],
    law: &LawTails,
    notes: &mut Notes,
) -> Difference {
    let (sums, counts) = (&tallies.sums.differences[d], &tallies.counts.differences[d]);
    let order = order(&counts.total, law);
    let tails = tails_alone(levels, &order, &counts.total);
    let parts = Component::ALL.iter().zip(&sums.parts).enumerate().map(|(part, (component, moments))| {
        (component.key().to_string(), MeanOnly { mean: mean_of(moments, law, part) })
    });
    Difference {
        option: name.to_string(),
        baseline: baseline.to_string(),
        total: measures(&difference_name(name, baseline), &sums.total, &order, tails.iter(), law, notes),
        components: parts.collect(),
        probability_costs_more: costs_more(tallies, d),
        exceedance: curve(&order, law.all_certain()),
        density: density(order.ranked()),
    }
}

/// How often the option of a difference costs more than the first.
pub(super) fn costs_more(tallies: &Tallies, d: usize) -> Estimate {
    let (sums, counts) = (&tallies.sums.differences[d], &tallies.counts.differences[d]);
    if sums.total.is_constant() {
        return Estimate::exact(if sums.total.mean() > 0.0 { 1.0 } else { 0.0 });
    }
    proportion(counts.more, tallies.years)
}

pub(super) fn order(counts: &SeriesCounts, law: &LawTails) -> OrderStatistics {
    OrderStatistics::new(counts.sketch.ranked(), Some(&counts.worst)).with_losses(law.losses())
}

/// The tail of one alternative, with the components of its years.
struct Tail<'a, K: Kernel> {
    kernel: &'a K,
    alternative: usize,
    order: &'a OrderStatistics,
    counts: &'a AlternativeCounts,
}

impl<K: Kernel> Tail<'_, K> {
    /// By level; co-TVaRs are those of [`AlternativeCounts::tail_parts`], counted in the total or not.
    fn measures(&self, levels: &[Level]) -> Vec<TailMeasures> {
        let rows = levels.iter().filter_map(|level| self.order.tail_rows(*level)).max().unwrap_or(0);
        let years: Vec<u64> = self.order.worst()[..rows].iter().map(|extreme| extreme.year).collect();
        let parts = &self.counts.tail_parts;
        let mut columns = vec![Vec::with_capacity(rows); parts.len()];
        let blocks = replay_alternative(self.kernel, self.alternative, &years, |table| {
            parts.iter().map(|&part| table.part(self.alternative, part).to_vec()).collect::<Vec<_>>()
        });
        for block in blocks {
            for (column, values) in columns.iter_mut().zip(block) {
                column.extend(values);
            }
        }
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let years = |level| match self.order.tail_rows(level) {
            Some(_) => TailYears::Rows(&columns),
            None => TailYears::Sums(&self.counts.total.tail),
        };
        levels.iter().map(|level| tail_measures(*level, self.order, years(*level))).collect()
    }
}

fn components(
    layout: &Layout,
    sums: &AlternativeSums,
    tail_parts: &[usize],
    levels: &[TailMeasures],
    law: &LawTails,
) -> BTreeMap<String, ComponentMeasures> {
    let co_tvar = |part: usize| {
        let column = tail_parts.iter().position(|&known| known == part);
        levels
            .iter()
            .map(|level| {
                let sampled = || column.map_or(Estimate::bare(0.0), |column| level.co_tvar[column].estimate);
                // A component that cannot vary is known exactly; one that is 0 throughout the tail may be so by chance.
                let certain = sums.parts[part].is_constant() && law.is_certain(part);
                let value = if certain { Estimate::exact(sums.parts[part].mean()) } else { sampled() };
                let index = law.component(part).max(law.total);
                let value = needs_variance(Judged { estimate: value, withheld: None }, index).estimate;
                CoTvar { level: level.level.value(), value }
            })
            .collect()
    };
    Component::ALL
        .iter()
        .zip(&sums.parts)
        .enumerate()
        .map(|(part, (component, moments))| {
            let measures = ComponentMeasures {
                mean: mean_of(moments, law, part),
                sd: moments.sd(),
                min: moments.min(),
                max: moments.max(),
                excluded: !layout.counted[part],
                co_tvar: co_tvar(part),
                twin: None,
            };
            (component.key().to_string(), measures)
        })
        .collect()
}

/// Mean of a component; one that happened never to vary in the run has no interval.
pub(super) fn mean_of<const ORDER: usize>(moments: &MomentsTo<ORDER>, law: &LawTails, part: usize) -> Estimate {
    let judged = mean_estimate(moments, &NO_TAILS);
    if moments.is_constant() && !law.is_certain(part) {
        return Estimate::bare(moments.mean());
    }
    needs_variance(judged, law.component(part)).estimate
}

pub(super) fn regret(moments: &Moments3, law: &LawTails) -> Estimate {
    needs_variance(mean_estimate(moments, &NO_TAILS), law.total).estimate
}

fn measures<'a>(
    subject: &str,
    moments: &Moments,
    order: &OrderStatistics,
    levels: impl Iterator<Item = &'a TailMeasures>,
    law: &LawTails,
    notes: &mut Notes,
) -> Measures {
    let tails = order.tails();
    let sure = |judged| if moments.is_constant() { law.total_certain(judged) } else { judged };
    let mean = needs_variance(sure(mean_estimate(moments, tails)), law.total);
    let mean = notes.keep(subject, "the mean", mean);
    let sd = needs_fourth_moment(sure(sd_estimate(moments, tails)), law.total);
    let sd = notes.keep(subject, "the standard deviation", sd);
    let levels = levels.map(|tail| {
        let at = |name: &str| format!("{name} {}", tail.level.value());
        LevelMeasures {
            level: tail.level.value(),
            return_period: tail.level.return_period(),
            var: notes.keep(subject, &at("VaR"), sure(tail.var)),
            tvar: notes.keep(subject, &at("TVaR"), needs_variance(sure(tail.tvar), law.total)),
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
        twin: None,
        mean_adjusted: None,
    }
}

fn quantiles(order: &OrderStatistics) -> Vec<Quantile> {
    QUANTILES.iter().map(|&p| Quantile { p, value: order.quantile(Level::new(p).expect("a constant level")) }).collect()
}

/// The effective and the all-in hourly rate, where there are hours.
pub(super) fn rates(
    name: &str,
    sums: &AlternativeSums,
    counts: &AlternativeCounts,
    law: &LawTails,
    notes: &mut Notes,
) -> [Option<RateMeasures>; 2] {
    if sums.ratios[1].max() == 0.0 && sums.ratios[1].min() == 0.0 {
        return [None, None];
    }
    let mut ratio = |index: usize, losses: Option<Arc<Losses>>| {
        let order = |sketch: &Sketch| OrderStatistics::new(sketch.ranked(), None).with_losses(losses.clone());
        Some(rate(&sums.ratios[index], counts.ratios[index].as_ref().map(order), name, law, notes))
    };
    // All of the total by the hour: its losses are the total's, in other units.
    let by_hour = sums.ratios[1].mean() / sums.total.mean();
    let losses_by_hour = law.losses().filter(|_| by_hour > 0.0).map(|losses| Arc::new(losses.scaled(by_hour)));
    [ratio(0, None), ratio(1, losses_by_hour)]
}

fn rate(
    moments: &Moments3,
    order: Option<OrderStatistics>,
    name: &str,
    law: &LawTails,
    notes: &mut Notes,
) -> RateMeasures {
    let tails = order.as_ref().map_or(&NO_TAILS, OrderStatistics::tails);
    RateMeasures {
        mean: notes.keep(name, "the mean hourly rate", needs_variance(mean_estimate(moments, tails), law.total)),
        sd: moments.sd(),
        min: moments.min(),
        max: moments.max(),
        quantiles: order.as_ref().map_or_else(Vec::new, quantiles),
    }
}

/// How often an alternative is the cheapest: certain where it is alone, or where no difference varies.
pub(super) fn cheapest(tallies: &Tallies, alternative: usize) -> Estimate {
    let share = shared_proportion(&tallies.counts.alternatives[alternative].won, tallies.years);
    if tallies.sums.differences.iter().all(|difference| difference.total.is_constant()) {
        Estimate::exact(share.value)
    } else {
        share
    }
}

/// The curve of a series; where it cannot vary, an amount never exceeded in the run never is.
pub(super) fn curve(order: &OrderStatistics, certain: bool) -> Vec<ExceedancePoint> {
    exceedance_curve(order, CURVE_POINTS)
        .into_iter()
        .map(|point| {
            let by_chance = point.probability == Estimate::exact(0.0) && !certain;
            let probability = if by_chance { proportion(0, order.years()) } else { point.probability };
            ExceedancePoint { amount: point.amount, probability }
        })
        .collect()
}
