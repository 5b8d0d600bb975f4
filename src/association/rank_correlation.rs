//! How strongly do two columns rise together by rank, and how sure is that?

use super::ranks::groups;
use crate::numerics::elementary::{exp, ln_1p};
use crate::outcome::RankCorrelation;

/// How a 95% interval is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// From the sample itself, by what each row adds (infinitesimal jackknife), whatever the copula.
    Jackknife,
    /// Fisher's z with the variance of Bonett and Wright 2000, doi 10.1007/BF02294183, made for normal columns.
    BonettWright,
}

/// Normal quantile of 0.975.
const Z: f64 = 1.959_963_984_540_054;

/// Spearman's rank correlation of two lists of ranks, with its interval by jackknife: METHODS section 19 has the coverage of both kinds.
///
/// ```
/// use tailcost::association::{ranks, spearman};
/// let a: Vec<f64> = (0..40).map(f64::from).collect();
/// let b: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 40)).collect();
/// let rho = spearman(&ranks(&a), &ranks(&b));
/// assert!(rho.low < rho.value && rho.value < rho.high);
/// ```
pub fn spearman(first: &[f64], second: &[f64]) -> RankCorrelation {
    spearman_with(first, second, Interval::Jackknife)
}

/// Kendall's rank correlation tau-b of two lists of ranks, with its interval by jackknife.
pub fn kendall(first: &[f64], second: &[f64]) -> RankCorrelation {
    kendall_with(first, second, Interval::Jackknife)
}

pub(super) fn spearman_with(first: &[f64], second: &[f64], interval: Interval) -> RankCorrelation {
    let rows = first.len() as f64;
    let middle = (rows + 1.0) / 2.0;
    let centred = |ranks: &[f64]| ranks.iter().map(|rank| (rank - middle) / rows).collect::<Vec<f64>>();
    let (u, v) = (centred(first), centred(second));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let scale = (dot(&u, &u) * dot(&v, &v)).sqrt();
    let value = (dot(&u, &v) / scale).clamp(-1.0, 1.0);
    let variance = match interval {
        Interval::BonettWright => (1.0 + value * value / 2.0) / (rows - 3.0) * complement(value),
        Interval::Jackknife => {
            // Moving a row moves the ranks of the others: what that adds to their products is a sum over those above it.
            let (of_first, of_second) = (sums_above(first, &v), sums_above(second, &u));
            let parts: Vec<f64> = (0..first.len())
                .map(|i| (u[i] * v[i] + (of_first[i] + of_second[i]) / rows) / (scale / rows))
                .collect();
            variance_of_mean(&parts)
        }
    };
    with_interval(value, variance)
}

pub(super) fn kendall_with(first: &[f64], second: &[f64], interval: Interval) -> RankCorrelation {
    let rows = first.len() as f64;
    let agreement = agreement(first, second);
    let pairs = rows * (rows - 1.0);
    let untied = |ranks: &[f64]| {
        let tied: f64 = groups(ranks).map(|group| group.members.len() as f64).map(|count| count * (count - 1.0)).sum();
        (pairs - tied) / pairs
    };
    let scale = (untied(first) * untied(second)).sqrt();
    let parts: Vec<f64> = agreement.iter().map(|score| 2.0 * score / (rows - 1.0) / scale).collect();
    let value = (parts.iter().sum::<f64>() / (2.0 * rows)).clamp(-1.0, 1.0);
    let variance = match interval {
        Interval::BonettWright => 0.437 / (rows - 4.0) * complement(value),
        Interval::Jackknife => variance_of_mean(&parts),
    };
    with_interval(value, variance)
}

/// `(1 - r^2)^2`: from the scale of Fisher's z to that of the correlation.
fn complement(value: f64) -> f64 {
    let rest = 1.0 - value * value;
    rest * rest
}

/// On the scale of Fisher's z, so that the ends stay within -1 and 1.
fn with_interval(value: f64, variance: f64) -> RankCorrelation {
    let standard_error = variance.sqrt();
    let z = 0.5 * (ln_1p(value) - ln_1p(-value));
    let half = Z * standard_error / (1.0 - value * value);
    let back = |z: f64| if z.is_finite() { 1.0 - 2.0 / (exp(2.0 * z) + 1.0) } else { value };
    RankCorrelation { value, standard_error, low: back(z - half), high: back(z + half) }
}

fn variance_of_mean(parts: &[f64]) -> f64 {
    let count = parts.len() as f64;
    let mean = parts.iter().sum::<f64>() / count;
    parts.iter().map(|part| (part - mean) * (part - mean)).sum::<f64>() / (count - 1.0) / count
}

/// For each row the sum of `of` over the rows of higher rank, and half of it over those of the same.
fn sums_above(ranks: &[f64], of: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; ranks.len()];
    let total: f64 = of.iter().sum();
    let mut below = 0.0;
    for group in groups(ranks) {
        let here: f64 = group.members.iter().map(|member| of[*member]).sum();
        for member in &group.members {
            sums[*member] = total - below - 0.5 * here;
        }
        below += here;
    }
    sums
}

/// For each row: rows that lie from it in the same direction in both columns, less those that do not. In `n log n` steps: Knight 1966,
/// doi 10.1080/01621459.1966.10480879, with a Fenwick tree in place of a sort.
fn agreement(first: &[f64], second: &[f64]) -> Vec<f64> {
    let rows = first.len();
    // Dense numbers of the second column's groups, from 1.
    let mut number = vec![0usize; rows];
    let mut count = 0;
    for group in groups(second) {
        count += 1;
        for member in group.members {
            number[member] = count;
        }
    }
    let mut all = Tree::new(count);
    number.iter().for_each(|number| all.add(*number));
    let mut before = Tree::new(count);
    let mut scores = vec![0.0; rows];
    let mut seen = 0i64;
    for group in groups(first) {
        let mut here: Vec<usize> = group.members.iter().map(|member| number[*member]).collect();
        here.sort_unstable();
        for member in &group.members {
            let at = number[*member];
            let (less_before, upto_before) = (before.upto(at - 1), before.upto(at));
            let below = here.partition_point(|other| *other < at) as i64;
            let not_above = here.partition_point(|other| *other <= at) as i64;
            let less_after = all.upto(at - 1) - less_before - below;
            let upto_after = all.upto(at) - upto_before - not_above;
            let after = rows as i64 - seen - here.len() as i64;
            // Before: agree where less in both; after: agree where more in both.
            let agree = less_before + (after - upto_after);
            let disagree = (seen - upto_before) + less_after;
            scores[*member] = (agree - disagree) as f64;
        }
        group.members.iter().for_each(|member| before.add(number[*member]));
        seen += group.members.len() as i64;
    }
    scores
}

/// Counts up to a number, added one by one.
struct Tree {
    counts: Vec<i64>,
}

impl Tree {
    fn new(size: usize) -> Self {
        Self { counts: vec![0; size + 1] }
    }

    fn add(&mut self, mut at: usize) {
        while at < self.counts.len() {
            self.counts[at] += 1;
            at += at & at.wrapping_neg();
        }
    }

    fn upto(&self, mut at: usize) -> i64 {
        let mut sum = 0;
        while at > 0 {
            sum += self.counts[at];
            at -= at & at.wrapping_neg();
        }
        sum
    }
}
