//! Do the engine's yearly sums have the VaR and TVaR of the exact law of a compound sum?

use super::lines::{Isolated, Line, isolated};
use super::{Context, assertion};
use crate::analysis::run_case;
use crate::compound::{Exact, Sum};
use crate::config::Loaded;
use crate::model::Model;
use crate::numerics::Probability;
use crate::numerics::special::{beta_cdf, normal_quantile, student_t_quantile};
use crate::outcome::{Assertion, Estimate, Extent, Limit};
use crate::statistics::Level;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// How one figure of a run differs from the exact one.
pub(super) struct Comparison {
    pub subject: String,
    /// In standard errors.
    pub off: f64,
    kind: Kind,
    pub detail: String,
}

/// How far chance may take a comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// Exactly normal: a rank's probability has a beta law.
    Rank,
    /// About normal, a mean of so many years over its own standard error.
    Mean { years: f64 },
}

/// Every line of every workforce that an option uses.
pub(super) fn find(context: &Context<'_>, alarm: f64) -> Vec<Assertion> {
    let (years, cells) = match context.extent {
        Extent::Quick => (1_500_000, 1 << 16),
        Extent::Full => (10_000_000, 1 << 17),
    };
    let scenario = &context.loaded.scenario;
    let used = |i: &usize| scenario.options.iter().any(|option| option.mix.iter().any(|(workforce, _)| workforce == i));
    let lines = (0..scenario.workforces.len()).filter(used).flat_map(|i| Line::ALL.map(|line| (i, line)));
    let found = lines
        .filter_map(|(i, line)| isolated(scenario, i, line))
        .flat_map(|isolated| compare(context, &isolated, years, cells))
        .collect();
    assertions("compound", found, alarm)
}

/// Shares the false alarms of a group among its comparisons.
pub(super) fn assertions(group: &str, found: Vec<Comparison>, alarm: f64) -> Vec<Assertion> {
    let alarm = alarm / found.len().max(1) as f64;
    let one = |found: Comparison| {
        let tail = Probability::upper(0.5 * alarm);
        let limit = match found.kind {
            Kind::Rank => normal_quantile(tail),
            // Room for skewness and for a standard error that is itself estimated.
            Kind::Mean { years } => student_t_quantile(8.0 + 0.1 * years, tail),
        };
        let outcome = (found.off, Limit::AtMost(limit));
        assertion(group, found.subject, "standard errors off", outcome, alarm, found.detail)
    };
    found.into_iter().map(one).collect()
}

/// VaR and TVaR at the case's levels, and at one that is rarer where the line is.
pub(super) fn compare(context: &Context<'_>, isolated: &Isolated, years: u64, cells: usize) -> Vec<Comparison> {
    let Isolated { scenario, sum } = isolated;
    let name = &scenario.options[0].name;
    let mut scenario = scenario.clone();
    let levels = &mut scenario.simulation.levels;
    levels.extend(rare_level(sum, levels.last().map_or(0.9, |level| level.value()), years));
    let top = levels.last().map_or(0.9, |level| level.value());
    let Some(exact) = sum.exact(top, cells) else { return Vec::new() };
    let loaded = Loaded { scenario: scenario.clone(), ..context.loaded.clone() };
    let settings = context.settings(years);
    let model = Model::on(settings.level, &scenario, settings.seed);
    let run = run_case(&model, &loaded, &settings, &AtomicBool::new(false), &AtomicU64::new(0));
    let total = run.expect("a run that nobody interrupts").0.options.swap_remove(0).total;
    let mut found = Vec::new();
    for (level, measures) in scenario.simulation.levels.iter().zip(&total.levels) {
        let subject = |measure: &str| format!("{name}, {measure} {}", level.value());
        if let Some(var) = exact.var(level.value()) {
            found.push(Comparison {
                subject: subject("VaR"),
                off: rank_off(&exact, *level, years, measures.var.value),
                kind: Kind::Rank,
                detail: figures(var.value, var.error, measures.var.value),
            });
        }
        let tvar = exact.tvar(level.value()).filter(|_| exact.has_mean());
        if let Some((tvar, off)) = tvar.and_then(|tvar| Some((tvar, mean_off(measures.tvar, tvar.value, tvar.error)?)))
        {
            found.push(Comparison {
                subject: subject("TVaR"),
                off,
                kind: Kind::Mean { years: level.tail_weight(years) as f64 },
                detail: figures(tvar.value, tvar.error, measures.tvar.value),
            });
        }
    }
    found
}

fn figures(exact: f64, error: f64, engine: f64) -> String {
    format!("exact {exact:.2}, at half the resolution off by {error:.2}; engine {engine:.2}")
}

/// A level within the years that have a cost, where the case's levels are all below them.
fn rare_level(sum: &Sum, top: f64, years: u64) -> Option<Level> {
    let some = 1.0 - sum.exact(top, 1 << 12)?.none();
    if 1.0 - top < some {
        return None;
    }
    let rounded = (0.4 * some * 1e7).round() / 1e7;
    if rounded * years as f64 <= 100.0 {
        return None;
    }
    Level::new(((1.0 - rounded) * 1e7).round() / 1e7).ok()
}

/// By how many standard errors the order statistic of a level is off.
///
/// Of `n` years the probability of not exceeding the `k`-th has the beta law of `k` and `n - k + 1`, whatever the law of the
/// years; where that has atoms, it lies between the probabilities below and up to the value found.
fn rank_off(exact: &Exact, level: Level, years: u64, found: f64) -> f64 {
    let (below, up_to) = exact.around(found);
    let (k, n) = (level.rank(years) as f64, years as f64);
    let too_low = beta_cdf(k, n - k + 1.0, up_to.clamp(0.0, 1.0));
    let too_high = beta_cdf(k, n - k + 1.0, below.clamp(0.0, 1.0)).complement();
    if too_low.p() < 0.5 {
        normal_quantile(too_low)
    } else if too_high.p() < 0.5 {
        -normal_quantile(too_high)
    } else {
        0.0
    }
}

/// By how many standard errors a mean is off, from the side of its interval on which the exact one lies; `None` where the
/// interval is withheld. What the exact figure may be off is not the engine's fault.
fn mean_off(found: Estimate, exact: f64, error: f64) -> Option<f64> {
    let (low, high) = (found.low?, found.high?);
    let off = found.value - exact;
    let width = if off > 0.0 { found.value - low } else { high - found.value };
    let beyond = (off.abs() - error - 1e-9 * exact.abs()).max(0.0);
    let two_sided = -normal_quantile(Probability::lower(0.025));
    Some(if beyond == 0.0 { 0.0 } else { (beyond * two_sided / width).copysign(off) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compound::{Frequency, Terms};
    use crate::config::{Source, load};
    use crate::numerics::simd::Instructions;

    /// The largest of the comparisons of a line of the article, after the exact law was made wrong.
    fn farthest(line: Line, spoil: impl Fn(&mut Sum)) -> f64 {
        let loaded = load(&Source::Builtin("article".into()), &[]).unwrap();
        let instructions = Instructions::ALL.into_iter().rev().find(|known| known.level().is_some()).unwrap();
        let context = Context {
            loaded: &loaded,
            seed: 7,
            extent: Extent::Quick,
            threads: 2,
            instructions,
            generator_bytes: None,
        };
        let mut isolated = isolated(&loaded.scenario, 0, line).unwrap();
        spoil(&mut isolated.sum);
        let found = compare(&context, &isolated, 1_500_000, 1 << 14);
        found.iter().map(|comparison| comparison.off.abs()).fold(0.0, f64::max)
    }

    /// The least limit of a quick verification of the article is 5.2. What is right passes 5 by chance in 62 comparisons with
    /// probability 4e-5, somewhat more for the TVaRs far out; the seed is fixed.
    #[test]
    fn what_is_wrong_is_found() {
        for line in Line::ALL {
            assert!(farthest(line, |_| {}) < 5.0, "{line:?} is right");
        }
        assert!(farthest(Line::DenialRework, |sum| sum.scale *= 1.01) > 6.5, "amounts one in a hundred too large");
        assert!(farthest(Line::Compliance, |sum| sum.scale *= 1.005) > 6.5, "repayments one in two hundred too large");
        let without_dispersion = farthest(Line::DenialWriteOff, |sum| {
            sum.frequency = Frequency::Poisson { mean: sum.frequency.mean() };
        });
        assert!(without_dispersion > 6.5, "{without_dispersion}");
        let more_often = farthest(Line::Breach, |sum| {
            sum.frequency = Frequency::Poisson { mean: 1.1 * sum.frequency.mean() };
        });
        assert!(more_often > 6.5, "{more_often}");
        let without_limit = farthest(Line::InsuredBreach, |sum| {
            if let Terms::Policy { limit, .. } = &mut sum.terms {
                *limit *= 2.0;
            }
        });
        assert!(without_limit > 6.5, "{without_limit}");
        let uncapped = farthest(Line::Penalties, |sum| sum.terms = Terms::Capped { provisions: 3, cap: f64::INFINITY });
        assert!(uncapped > 6.5, "{uncapped}");
    }
}
