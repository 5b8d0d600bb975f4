//! Are the tail's measures exact where they claim to be, additive always, and do their intervals cover?

// Oracles of tests decide no drawn value: std's functions are a second opinion on our own.
#![allow(clippy::disallowed_methods)]

use std::sync::Arc;

use super::*;
use crate::numerics::Probability;
use crate::numerics::special::{normal_cdf, normal_pdf, normal_quantile};
use crate::statistics::testing::{Stream, lognormal};
use crate::statistics::{Grid, Merge, Sketch, TailPlan, Worst};

fn level(value: f64) -> Level {
    Level::new(value).unwrap()
}

fn order(values: &[f64], capacity: usize) -> OrderStatistics {
    let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&values[..values.len().min(4096)])));
    let mut worst = Worst::new(capacity);
    sketch.insert(values);
    worst.insert(0, values);
    OrderStatistics::new(sketch.ranked(), Some(&worst))
}

fn sums(totals: &[f64], parts: &[&[f64]], lowest: f64) -> TailSums {
    let pilot = totals.len().min(4096);
    let pilot_parts: Vec<&[f64]> = parts.iter().map(|part| &part[..pilot]).collect();
    let grid = Grid::from_pilot(&totals[..pilot]);
    let plan = TailPlan::from_pilot(&grid, &totals[..pilot], &pilot_parts, level(lowest));
    let mut sums = TailSums::new(Arc::new(plan));
    sums.insert(totals, parts);
    sums
}

/// Parts in the order of the worst years.
fn rows(order: &OrderStatistics, part: &[f64]) -> Vec<f64> {
    order.worst().iter().map(|extreme| part[extreme.year as usize]).collect()
}

/// VaR, TVaR and co-TVaRs by sorting everything.
fn by_sorting(totals: &[f64], parts: &[&[f64]], at: Level) -> (f64, f64, Vec<f64>) {
    let mut sorted = totals.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = totals.len() as u64;
    let var = sorted[at.rank(n) as usize - 1];
    let above = totals.iter().filter(|&&x| x > var).count() as f64;
    let ties = totals.iter().filter(|&&x| x == var).count() as f64;
    let weight = at.tail_weight(n) as f64;
    let mean = |column: &[f64]| {
        let weighted = totals.iter().zip(column).map(|(&total, amount)| {
            amount
                * if total > var {
                    1.0
                } else if total == var {
                    (weight - above) / ties
                } else {
                    0.0
                }
        });
        weighted.sum::<f64>() / weight
    };
    (var, mean(totals), parts.iter().map(|part| mean(part)).collect())
}

#[test]
fn ties_by_hand() {
    // n = 10, level 0.7: k = 7, so VaR is the 7th smallest, 5, and the tail weighs 4 years: 9 and 6 in full, and the three
    // years at 5 share the 2 that remain, 2/3 each.
    let totals = [1.0, 5.0, 2.0, 5.0, 9.0, 3.0, 5.0, 1.0, 6.0, 2.0];
    let part = [0.0, 1.0, 0.0, 4.0, 8.0, 0.0, 1.0, 0.0, 2.0, 0.0];
    let order = order(&totals, 8);
    assert_eq!(order.tail_rows(level(0.7)), Some(5));
    let measures = tail_measures(level(0.7), &order, TailYears::Rows(&[&rows(&order, &part)]));
    assert_eq!(measures.var.estimate.value, 5.0);
    assert_eq!(measures.tvar.estimate.value, (9.0 + 6.0 + 2.0 * 5.0) / 4.0);
    assert_eq!(measures.co_tvar[0].estimate.value, (8.0 + 2.0 + 2.0 / 3.0 * 6.0) / 4.0);
    assert_eq!(measures.tvar.withheld, Some(Withheld::TooFewYears { beyond: 3, needed: 100 }));
    assert_eq!(measures.tvar.estimate.low, None);
}

/// A total of three parts, one of them rare, with an atom at 8 that VaR may fall on.
fn three_parts(years: usize, seed: u64) -> (Vec<f64>, [Vec<f64>; 3]) {
    let mut stream = Stream::new(seed);
    let mut parts = [(); 3].map(|()| Vec::with_capacity(years));
    for _ in 0..years {
        let (a, b, rare, tied) = (lognormal(&mut stream, 0.8), stream.normal(), stream.uniform(), stream.uniform());
        let amounts = if tied < 0.02 { [5.0, 2.0, 1.0] } else { [a, b, if rare < 0.03 { 4.0 * a * a } else { 0.0 }] };
        parts.iter_mut().zip(amounts).for_each(|(part, amount)| part.push(1e6 * amount));
    }
    let totals = (0..years).map(|year| parts[0][year] + parts[1][year] + parts[2][year]).collect();
    (totals, parts)
}

#[test]
fn rows_are_exact_and_additive() {
    let (totals, parts) = three_parts(20_000, 5);
    let columns: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
    let order = order(&totals, 4096);
    for at in [0.9, 0.95, 0.99, 0.999].map(level) {
        let (var, tvar, co_tvar) = by_sorting(&totals, &columns, at);
        let rows: Vec<Vec<f64>> = parts.iter().map(|part| rows(&order, part)).collect();
        let rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        let found = tail_measures(at, &order, TailYears::Rows(&rows));
        assert_eq!(found.var.estimate.value, var);
        assert!((found.tvar.estimate.value / tvar - 1.0).abs() < 1e-13);
        for (part, expected) in found.co_tvar.iter().zip(co_tvar) {
            assert!((part.estimate.value - expected).abs() < 1e-13 * tvar);
        }
        let sum: f64 = found.co_tvar.iter().map(|part| part.estimate.value).sum();
        assert!((sum / found.tvar.estimate.value - 1.0).abs() < 1e-14);
    }
}

#[test]
fn sums_agree_with_sorting_and_stay_additive() {
    let (totals, parts) = three_parts(200_000, 6);
    let columns: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
    let order = order(&totals, 16);
    let sums = sums(&totals, &columns, 0.9);
    // Of 0.95, VaR is the atom at 8e6: exact. Elsewhere the error is that of one cell's shape, far below the standard error,
    // which at the widest is 0.4% here.
    for (at, tolerance) in [(0.9, 1e-5), (0.95, 1e-5), (0.99, 1e-5), (0.999, 1e-4)] {
        let (var, tvar, co_tvar) = by_sorting(&totals, &columns, level(at));
        let found = tail_measures(level(at), &order, TailYears::Sums(&sums));
        assert!((found.var.estimate.value / var - 1.0).abs() < 1e-3, "VaR {} {var}", found.var.estimate.value);
        assert!((found.tvar.estimate.value / tvar - 1.0).abs() < tolerance, "{at}: {:?} {tvar}", found.tvar.estimate);
        for (part, expected) in found.co_tvar.iter().zip(co_tvar) {
            assert!(
                (part.estimate.value - expected).abs() < 10.0 * tolerance * tvar,
                "{at} {:?} {expected}",
                part.estimate
            );
            assert!(part.estimate.low < Some(part.estimate.value) && part.withheld.is_none());
        }
        let sum: f64 = found.co_tvar.iter().map(|part| part.estimate.value).sum();
        assert!((sum / found.tvar.estimate.value - 1.0).abs() < 1e-12);
    }
}

#[test]
fn an_atom_at_var_is_exact_from_sums() {
    let mut stream = Stream::new(8);
    let totals: Vec<f64> =
        (0..50_000).map(|_| if stream.uniform() < 0.02 { 1e5 * lognormal(&mut stream, 1.0) } else { 0.0 }).collect();
    let half: Vec<f64> = totals.iter().map(|total| 0.25 * total + 3.0).collect();
    let order = order(&totals, 100);
    let sums = sums(&totals, &[&half], 0.9);
    let (var, tvar, co_tvar) = by_sorting(&totals, &[&half], level(0.9));
    let found = tail_measures(level(0.9), &order, TailYears::Sums(&sums));
    assert_eq!((found.var.estimate.value, var), (0.0, 0.0));
    assert_eq!(found.var.estimate, Estimate::exact(0.0));
    assert!((found.tvar.estimate.value / tvar - 1.0).abs() < 1e-12);
    assert!((found.co_tvar[0].estimate.value / co_tvar[0] - 1.0).abs() < 1e-12);
}

#[test]
fn a_threshold_above_var_is_said() {
    let (totals, parts) = three_parts(20_000, 9);
    let columns: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
    let sums = sums(&totals, &columns, 0.99);
    let order = order(&totals, 16);
    let reached = tail_measures(level(0.99), &order, TailYears::Sums(&sums));
    assert!(!matches!(reached.tvar.withheld, Some(Withheld::TailNotReached { .. })));
    let found = tail_measures(level(0.9), &order, TailYears::Sums(&sums));
    assert!(matches!(found.tvar.withheld, Some(Withheld::TailNotReached { .. })));
    let (_, tvar, _) = by_sorting(&totals, &columns, level(0.9));
    assert!((found.tvar.estimate.value / tvar - 1.0).abs() < 1e-3 && found.co_tvar[0].estimate.value.is_nan());
}

#[test]
fn degenerate_laws_are_exact() {
    let totals = vec![7.5; 5000];
    let order = order(&totals, 10);
    let found = tail_measures(level(0.9), &order, TailYears::Sums(&sums(&totals, &[], 0.9)));
    assert_eq!((found.var.estimate, found.tvar.estimate), (Estimate::exact(7.5), Estimate::exact(7.5)));
}

#[test]
fn a_pareto_tail_without_a_mean_is_withheld() {
    let mut stream = Stream::new(4);
    let totals: Vec<f64> = (0..100_000).map(|_| stream.uniform().powf(-1.5)).collect();
    let order = order(&totals, 2000);
    let found = tail_measures(level(0.99), &order, TailYears::Rows(&[]));
    assert!(matches!(found.tvar.withheld, Some(Withheld::HeavyTail { index, .. }) if index > 1.0));
    assert!(found.var.estimate.low.is_some());
}

#[test]
fn merging_tail_sums_is_free_of_order_to_the_bit() {
    let (totals, parts) = three_parts(20_000, 10);
    let columns: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
    let plan = sums(&totals, &columns, 0.9).plan().clone();
    let plan = Arc::new(plan);
    let order = order(&totals, 16);
    let of_blocks = |blocks: Vec<usize>| {
        let mut total = TailSums::new(plan.clone());
        for block in blocks {
            let years = block * 1000..(block + 1) * 1000;
            let columns: Vec<&[f64]> = parts.iter().map(|part| &part[years.clone()]).collect();
            let mut sums = TailSums::new(plan.clone());
            sums.insert(&totals[years], &columns);
            total.merge(&sums);
        }
        [0.9, 0.99].map(|at| format!("{:?}", tail_measures(level(at), &order, TailYears::Sums(&total))))
    };
    let forward = of_blocks((0..20).collect());
    assert_eq!(forward, of_blocks((0..20).rev().collect()));
    assert_eq!(forward, of_blocks((0..20).map(|i| (i * 7 + 3) % 20).collect()));
}

#[test]
fn amounts_that_cannot_be_added_up_are_counted() {
    let mut sums = sums(&[1.0, 2.0, 3.0], &[&[1.0, 2.0, 3.0]], 0.5);
    sums.insert(&[f64::INFINITY, f64::NAN, 1e300], &[&[1.0, 1.0, 1.0]]);
    // NaN is not above any threshold: the sketch counts it.
    assert_eq!((sums.out_of_range(), sums.years()), (2, 3));
    assert!(!sums.reaches(1));
}

/// Of 1,000 runs of 10,000 years, the shares whose intervals cover the true VaR, TVaR and co-TVaR (of a part that is half the
/// total), of those that have an interval; and at each level the share of runs whose TVaR has one.
///
/// A true coverage of 0.95 gives a share below 0.93 once in 500 (three standard errors of 0.0069); with a fixed seed the
/// assertion is about the method alone.
struct Coverage {
    var: [f64; 3],
    tvar: [f64; 3],
    co_tvar: [f64; 3],
    reported: [f64; 3],
}

fn coverage(draw: impl Fn(&mut Stream) -> f64, truth: impl Fn(f64) -> (f64, f64)) -> Coverage {
    let mut stream = Stream::new(2026);
    let mut hits = [[0.0; 3]; 3];
    let mut reported = [0.0; 3];
    let mut total = vec![0.0; 10_000];
    for _ in 0..1000 {
        total.fill_with(|| draw(&mut stream));
        let order = order(&total, 1200);
        let half: Vec<f64> = order.worst().iter().map(|extreme| 0.5 * extreme.value).collect();
        for (i, at) in [0.9, 0.95, 0.99].into_iter().enumerate() {
            let (var, tvar) = truth(at);
            let found = tail_measures(level(at), &order, TailYears::Rows(&[&half]));
            let covers = |judged: &Judged, truth: f64| {
                let Estimate { low: Some(low), high: Some(high), .. } = judged.estimate else { return 0.0 };
                f64::from(low <= truth && truth <= high)
            };
            hits[0][i] += covers(&found.var, var);
            hits[1][i] += covers(&found.tvar, tvar);
            hits[2][i] += covers(&found.co_tvar[0], 0.5 * tvar);
            reported[i] += f64::from(found.tvar.withheld.is_none());
        }
    }
    let of_reported = |hits: [f64; 3]| [hits[0] / reported[0], hits[1] / reported[1], hits[2] / reported[2]];
    Coverage {
        var: hits[0].map(|hits| hits / 1000.0),
        tvar: of_reported(hits[1]),
        co_tvar: of_reported(hits[2]),
        reported: reported.map(|count| count / 1000.0),
    }
}

fn lognormal_truth(sigma: f64) -> impl Fn(f64) -> (f64, f64) {
    move |at| {
        let z = normal_quantile(Probability::lower(at));
        let beyond = normal_cdf(sigma - z).p();
        (exp(sigma * z), exp(0.5 * sigma * sigma) * beyond / (1.0 - at))
    }
}

#[track_caller]
fn assert_covers(law: &str, shares: Coverage, reported_at_least: f64) {
    let Coverage { var, tvar, co_tvar, reported } = shares;
    // The table of METHODS.md: `cargo test --release --lib statistics::tail -- --nocapture`.
    println!("{law}: VaR {var:.3?}, TVaR {tvar:.3?}, co-TVaR {co_tvar:.3?}, reported {reported:.3?}");
    for (measure, shares) in [("VaR", var), ("TVaR", tvar), ("co-TVaR", co_tvar)] {
        assert!(shares.iter().all(|share| (0.93..=0.97).contains(share)), "{measure}: {shares:?}");
    }
    assert!(reported.iter().all(|&share| share >= reported_at_least), "reported {reported:?}");
}

#[test]
fn intervals_cover_for_a_normal_law() {
    let truth = |at: f64| {
        let z = normal_quantile(Probability::lower(at));
        (z, normal_pdf(z) / (1.0 - at))
    };
    assert_covers("normal", coverage(Stream::normal, truth), 1.0);
}

#[test]
fn intervals_cover_for_an_exponential_law() {
    let truth = |at: f64| (-(1.0 - at).ln(), 1.0 - (1.0 - at).ln());
    assert_covers("exponential", coverage(|stream| -stream.uniform().ln(), truth), 1.0);
}

#[test]
fn intervals_cover_for_a_lognormal_law() {
    assert_covers("lognormal 1.0", coverage(|stream| lognormal(stream, 1.0), lognormal_truth(1.0)), 1.0);
}

#[test]
fn intervals_cover_for_a_heavy_lognormal_law() {
    assert_covers("lognormal 1.5", coverage(|stream| lognormal(stream, 1.5), lognormal_truth(1.5)), 0.95);
}

#[test]
fn intervals_cover_for_a_very_heavy_lognormal_law() {
    assert_covers("lognormal 2.0", coverage(|stream| lognormal(stream, 2.0), lognormal_truth(2.0)), 0.75);
}

/// Shares for a Lomax law `P(X > x) = (1 + index x)^(-1 / index)`, whose tail index holds at every depth.
fn power_law(index: f64) -> Coverage {
    let truth = move |at: f64| {
        let var = ((1.0 - at).powf(-index) - 1.0) / index;
        (var, (var + 1.0) / (1.0 - index))
    };
    coverage(move |stream| (stream.uniform().powf(-index) - 1.0) / index, truth)
}

#[test]
fn intervals_cover_for_a_power_tail_with_a_variance() {
    assert_covers("gpd 0.4", power_law(0.4), 0.95);
}

/// From an index of 1/2 on TVaR has no variance: its interval covers less, VaR's does not, and most runs withhold it, as a config with
/// such a law always does. METHODS.md says so; this holds what it says against a change for the worse.
#[test]
fn without_a_variance_tvar_is_covered_less() {
    for (index, least, most_reported) in [(0.6, 0.88, 0.75), (0.8, 0.45, 0.35)] {
        let Coverage { var, tvar, co_tvar, reported } = power_law(index);
        println!("gpd {index}: VaR {var:.3?}, TVaR {tvar:.3?}, co-TVaR {co_tvar:.3?}, reported {reported:.3?}");
        assert!(var.iter().all(|share| (0.93..=0.97).contains(share)), "{var:?}");
        assert!(tvar.iter().chain(&co_tvar).all(|&share| share >= least), "{index}: {tvar:?} {co_tvar:?}");
        assert!(reported.iter().all(|&share| share <= most_reported), "{index}: {reported:?}");
    }
}
