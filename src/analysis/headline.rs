//! Which figures does a member of a batch have, and which the system of all members?

use super::cautions::Notes;
use super::law_tails::LawTails;
use super::summary::{cheapest, costs_more, curve, mean_of, order, rates, regret, totals};
use crate::config::Component;
use crate::engine::{Layout, Tallies};
use crate::outcome::book::FigureKey;
use crate::outcome::{ExceedancePoint, Measures};
use crate::statistics::{Estimate, Level};

/// The keys of [`headline`]: for each option, then for each difference.
pub fn headline_keys(layout: &Layout, levels: &[Level]) -> Vec<FigureKey> {
    let mut keys = Vec::new();
    let of_total = || {
        let names = ["mean", "sd", "min", "max"].map(str::to_owned).into_iter();
        let at = |name: &str| levels.iter().map(move |level| format!("{name}@{}", level.value())).collect::<Vec<_>>();
        names.chain(["var", "tvar"].into_iter().flat_map(at))
    };
    for option in &layout.alternatives {
        let rates = ["probability_cheapest", "expected_regret", "effective_hourly_rate", "all_in_hourly_rate"];
        let lines = Component::ALL.iter().map(|component| format!("mean.{}", component.key()));
        let measures = of_total().chain(rates.map(str::to_owned)).chain(lines);
        keys.extend(measures.map(|measure| FigureKey { option: option.clone(), less: None, measure }));
    }
    for option in &layout.alternatives[1..] {
        let less = Some(layout.alternatives[0].clone());
        let measures = of_total().chain(["probability_costs_more".to_owned()]);
        keys.extend(measures.map(|measure| FigureKey { option: option.clone(), less: less.clone(), measure }));
    }
    keys
}

/// The figures of a run that a batch keeps of each member, in the order of [`headline_keys`]: those of [`super::summarise`], without replaying
/// a year. An hourly rate of a case without hours is not a number.
pub fn headline(layout: &Layout, tallies: &Tallies, levels: &[Level], tails: &[LawTails]) -> Vec<Estimate> {
    let mut notes = Notes::default();
    let all = totals(layout, tallies, levels, tails);
    let (options, differences) = all.split_at(layout.alternatives.len());
    let mut figures = Vec::new();
    let of_total = |measures: &Measures, figures: &mut Vec<Estimate>| {
        figures.extend([measures.mean, measures.sd, Estimate::bare(measures.min), Estimate::bare(measures.max)]);
        figures.extend(measures.levels.iter().map(|level| level.var));
        figures.extend(measures.levels.iter().map(|level| level.tvar));
    };
    for (a, (name, measures)) in options.iter().enumerate() {
        of_total(measures, &mut figures);
        let (sums, law) = (&tallies.sums.alternatives[a], &tails[a]);
        figures.extend([cheapest(tallies, a), regret(&sums.regret, law)]);
        let rates = rates(name, sums, &tallies.counts.alternatives[a], law, &mut notes);
        figures.extend(rates.map(|rate| rate.map_or(Estimate::bare(f64::NAN), |rate| rate.mean)));
        figures.extend(sums.parts.iter().enumerate().map(|(part, moments)| mean_of(moments, law, part)));
    }
    for (d, (_, measures)) in differences.iter().enumerate() {
        of_total(measures, &mut figures);
        figures.push(costs_more(tallies, d));
    }
    figures
}

/// What is known of a system whose parts are not: the totals, their exceedance curves, and how often each option costs more than the first.
pub struct SystemFigures {
    /// Of each option, then of each difference.
    pub totals: Vec<Measures>,
    /// Of each option.
    pub curves: Vec<Vec<ExceedancePoint>>,
    /// Of each difference.
    pub costs_more: Vec<Estimate>,
}

/// The figures of a system of members from the tallies of its totals; the laws behind them are not known, the sample is all there is.
#[must_use]
pub fn system_figures(layout: &Layout, tallies: &Tallies, levels: &[Level]) -> SystemFigures {
    let unknown = vec![LawTails::unknown(); layout.alternatives.len()];
    let curves = tallies.counts.alternatives.iter().map(|counts| curve(&order(&counts.total, &unknown[0]), false));
    SystemFigures {
        totals: totals(layout, tallies, levels, &unknown).into_iter().map(|(_, measures)| measures).collect(),
        curves: curves.collect(),
        costs_more: (0..layout.alternatives.len() - 1).map(|d| costs_more(tallies, d)).collect(),
    }
}
