//! How is the variance shared out among factors that depend on each other, so that the shares add up?

use super::Experiment;
use super::ratio::from_parts;
use crate::numerics::parallel::parallel_map;
use crate::random::{Key, Stream};
use crate::statistics::Estimate;

/// How much work goes into Shapley effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShapleyPlan {
    /// Orders in which the players come; each is walked forwards in some years and backwards in others.
    pub orders: usize,
    /// Years in one walk.
    pub years: u64,
    pub seed: u64,
}

/// A player's share of the variance, by player.
#[derive(Debug, Clone, PartialEq)]
pub struct ShapleyEffects {
    pub effects: Vec<Estimate>,
    /// Years in all, each walked through once.
    pub years: u64,
}

/// Shapley effects of players, each a set of factors; factors of no player keep their first world and must do nothing.
///
/// The worth of a set of players is `Var(E[Y | their factors])`; a player's effect is what it adds to the worth of those before it,
/// averaged over all orders, over `Var(Y)` (Owen 2014, doi 10.1137/130936233; for dependent factors Song, Nelson, Staum 2016, doi
/// 10.1137/15M1048070). A player walks in: `z_0 = f(y)` of the second world, `z_j` has the first `j` players of the first world and the
/// rest of the second *given* these, so that the last is `f(x)`. Player `j` gets
///
/// `(f(x) - (z_j + z_(j-1)) / 2) (z_j - z_(j-1))`,
///
/// the form of Goda 2021 (doi 10.1016/j.ress.2021.107702). `f(x)` and `z_j` share the first players alone, so that
/// `E[f(x) z_j] = Var(E[Y | first j]) + E[Y]^2`; what is taken off has mean 0 since every `z` has the law of `Y`, under dependence too.
/// The shares of a walk add up to `(f(x) - f(y))^2 / 2`, over whose mean they are divided: effects add up to 1 in every sample.
///
/// An order is drawn at random and walked forwards, then backwards in other years, which takes off some of the chance in orders.
/// Intervals: each order (both walks) is an independent part of the years, with a ratio's deviations of its own; Student's t over them.
/// `None` where the outcome does not vary, or without players.
///
/// ```
/// use std::ops::Range;
/// use tailcost::random::{Key, Stream};
/// use tailcost::statistics::influence::{Experiment, ShapleyPlan, shapley_effects};
/// /// A uniform and twice another.
/// struct Sum;
/// impl Experiment for Sum {
///     fn factors(&self) -> usize {
///         2
///     }
///     fn outcomes(&self, second: &[bool], years: Range<u64>) -> Vec<f64> {
///         let draw = |driver, replicate| Stream::new(Key { seed: 1, scope: &[], driver, replicate });
///         let (x, y) = (draw("x", u32::from(second[0])), draw("y", u32::from(second[1])));
///         years.map(|year| x.at(year, 0).p() + 2.0 * y.at(year, 0).p()).collect()
///     }
/// }
/// let found = shapley_effects(&Sum, &[vec![0], vec![1]], &ShapleyPlan { orders: 8, years: 500, seed: 1 }).unwrap();
/// assert!((found.effects[0].value - 0.2).abs() < 0.02);
/// ```
pub fn shapley_effects<E: Experiment>(
    experiment: &E,
    players: &[Vec<usize>],
    plan: &ShapleyPlan,
) -> Option<ShapleyEffects> {
    let walks: Vec<u64> = (0..2 * plan.orders as u64).collect();
    let stream = Stream::new(Key { seed: plan.seed, scope: &["shapley"], driver: "order", replicate: 0 });
    let walked: Vec<(Vec<f64>, f64)> = parallel_map(&walks, |&walk| {
        let mut order = shuffled(players.len(), &stream, walk / 2);
        if walk % 2 == 1 {
            order.reverse();
        }
        walk_in(experiment, players, &order, walk * plan.years..(walk + 1) * plan.years)
    });
    let both: Vec<(Vec<f64>, f64)> = walked
        .chunks(2)
        .map(|pair| {
            let shares = pair[0].0.iter().zip(&pair[1].0).map(|(a, b)| a + b).collect();
            (shares, pair[0].1 + pair[1].1)
        })
        .collect();
    let orders = both.len() as f64;
    let variance = both.iter().map(|(_, variance)| variance).sum::<f64>() / orders;
    if players.is_empty() || !(variance > 0.0 && variance.is_finite()) {
        return None;
    }
    let effect = |player: usize| {
        let effect = both.iter().map(|(shares, _)| shares[player]).sum::<f64>() / orders / variance;
        let parts: Vec<f64> =
            both.iter().map(|(shares, own)| effect + (shares[player] - effect * own) / variance).collect();
        from_parts(effect, &parts)
    };
    let years = walks.len() as u64 * plan.years;
    Some(ShapleyEffects { effects: (0..players.len()).map(effect).collect(), years })
}

/// Each player's share summed over the years, and the halved square distances of the two worlds.
fn walk_in<E: Experiment>(
    experiment: &E,
    players: &[Vec<usize>],
    order: &[usize],
    years: std::ops::Range<u64>,
) -> (Vec<f64>, f64) {
    let mut second = vec![false; experiment.factors()];
    let all_first = experiment.outcomes(&second, years.clone());
    players.iter().flatten().for_each(|&factor| second[factor] = true);
    let mut before = experiment.outcomes(&second, years.clone());
    let spread = all_first.iter().zip(&before).map(|(x, y)| 0.5 * (x - y) * (x - y)).sum();
    let mut shares = vec![0.0; players.len()];
    for (place, &player) in order.iter().enumerate() {
        players[player].iter().for_each(|&factor| second[factor] = false);
        let last = place + 1 == order.len();
        let now = if last { all_first.clone() } else { experiment.outcomes(&second, years.clone()) };
        shares[player] =
            all_first.iter().zip(now.iter().zip(&before)).map(|(x, (z, w))| (x - 0.5 * (z + w)) * (z - w)).sum();
        before = now;
    }
    (shares, spread)
}

/// The players in random order: Fisher and Yates.
fn shuffled(players: usize, stream: &Stream, order: u64) -> Vec<usize> {
    let mut places: Vec<usize> = (0..players).collect();
    for i in (1..players).rev() {
        let u = stream.at(order, i as u32).p();
        places.swap(i, ((u * (i + 1) as f64) as usize).min(i));
    }
    places
}
