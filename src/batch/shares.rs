//! Which part does a member have in the system's worst years?

use super::member::Members;
use super::sums::{UNIT, in_units};
use super::system::Tail;
use crate::config::Member;
use crate::engine::{BLOCK, Kernel, Table};
use crate::random::Years;
use crate::statistics::{Estimate, Level, NORMAL_95};

/// Levels from here on have shares: going back to more than one year in a hundred would cost as much as the run.
pub(super) const LEAST_LEVEL: f64 = 0.99;
/// Years next to VaR from which a member's part at VaR is read: this share of the tail.
const NEAR: f64 = 0.1;
/// Years below which a tail has no interval.
const FEWEST: usize = 100;

/// The system's tails of one scenario, by option and by level that has shares.
pub(super) struct Tails {
    pub levels: Vec<Level>,
    pub tails: Vec<Vec<Tail>>,
}

impl Tails {
    pub fn of(columns: &[Vec<i64>], levels: &[Level]) -> Self {
        let levels: Vec<Level> = levels.iter().copied().filter(|level| level.value() >= LEAST_LEVEL).collect();
        let tails = columns.iter().map(|column| levels.iter().map(|level| Tail::of(column, *level)).collect());
        Self { tails: tails.collect(), levels }
    }
}

/// The member's co-TVaR by option, then by level: its mean over exactly the years and weights of the system's TVaR, rounded as it was added up,
/// so that over all members they add up to that TVaR. The interval is that of a mean over the tail whose edge is itself estimated: the
/// influence function of co-TVaR, as for components (METHODS section 9).
pub(super) fn shares(members: &Members<'_>, scenario: usize, member: &Member, tails: &Tails) -> Vec<Vec<Estimate>> {
    let Some(widest) = tails.levels.iter().enumerate().min_by(|a, b| a.1.value().total_cmp(&b.1.value())) else {
        return vec![Vec::new(); tails.tails.len()];
    };
    let model = members.model(&members.case(scenario, member), &member.id);
    let (mut scratch, mut table) = (model.scratch(), Table::new(model.layout()));
    let mut by_option = Vec::with_capacity(tails.tails.len());
    for (option, option_tails) in tails.tails.iter().enumerate() {
        // The tails of higher levels are the beginning of the widest one's years.
        let years = &option_tails[widest.0].years;
        let mut totals = Vec::with_capacity(years.len());
        for block in years.chunks(BLOCK) {
            model.simulate_alternative(option, Years::List(block), &mut scratch, &mut table);
            totals.extend(table.total(option).iter().map(|total| in_units(*total).unwrap_or(0)));
        }
        let of_level = |(tail, level): (&Tail, &Level)| co_tvar(tail, *level, &totals[..tail.years.len()]);
        by_option.push(option_tails.iter().zip(&tails.levels).map(of_level).collect());
    }
    by_option
}

/// From the member's totals in the tail's years, worst first.
fn co_tvar(tail: &Tail, level: Level, totals: &[i64]) -> Estimate {
    let weight = tail.total_weight();
    let weighted = |power: fn(f64) -> f64, centre: f64| {
        let terms = totals.iter().enumerate().map(|(i, total)| tail.weight(i) * power(*total as f64 - centre));
        terms.sum::<f64>() / weight
    };
    let value = exact_mean(tail, totals);
    if totals.len() < FEWEST {
        return Estimate::bare(value * UNIT);
    }
    let variance = weighted(|x| x * x, value);
    let near = &totals[totals.len() - ((totals.len() as f64 * NEAR) as usize).max(1)..];
    let at_var = near.iter().map(|total| *total as f64).sum::<f64>() / near.len() as f64;
    let error = ((variance + level.value() * (value - at_var) * (value - at_var)) / weight).sqrt();
    Estimate::between(value * UNIT, (value - NORMAL_95 * error) * UNIT, (value + NORMAL_95 * error) * UNIT)
}

/// As [`Tail::mean`], of totals in the order of the tail's years.
fn exact_mean(tail: &Tail, totals: &[i64]) -> f64 {
    let above = (0..totals.len()).take_while(|place| tail.weight(*place) == 1.0).count();
    let sum = |part: &[i64]| part.iter().map(|total| i128::from(*total)).sum::<i128>() as f64;
    let (first, tied) = totals.split_at(above);
    let each = if tied.is_empty() { 0.0 } else { tail.weight(above) };
    (sum(first) + each * sum(tied)) / tail.total_weight()
}
