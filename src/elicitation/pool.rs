//! What do several experts say together, and how far are they apart?

use crate::distributions::Law;
use crate::numerics::Probability;
use crate::outcome::{Disagreement, LawSummary, Pool};

/// The mixture of the laws, where there are several. An expert of weight 0 is shown and says nothing in it.
///
/// The linear opinion pool: Stone 1961, doi 10.1214/aoms/1177704873.
pub(super) fn law(weights: &[f64], laws: &[&Law]) -> Option<Law> {
    if laws.len() < 2 {
        return None;
    }
    let parts =
        weights.iter().zip(laws).filter(|(weight, _)| **weight > 0.0).map(|(weight, law)| (*weight, (*law).clone()));
    Law::mixture(parts.collect()).ok()
}

pub(super) fn described(law: &Law, names: &[&str], weights: &[f64], laws: &[&Law], summary: LawSummary) -> Pool {
    let finite = |value: f64| Some(value).filter(|value| value.is_finite());
    let mean = law.mean();
    let between: f64 =
        weights.iter().zip(laws).map(|(weight, law)| weight * (law.mean() - mean) * (law.mean() - mean)).sum();
    let width = |law: &Law| law.quantile(Probability::upper(0.05)) - law.quantile(Probability::lower(0.05));
    let own: f64 = weights.iter().zip(laws).map(|(weight, law)| weight * width(law)).sum();
    let mut apart = Vec::new();
    for (i, one) in laws.iter().enumerate() {
        for (j, other) in laws.iter().enumerate().skip(i + 1) {
            let below = |a: &Law, b: &Law| a.quantile(Probability::upper(0.05)) < b.quantile(Probability::lower(0.05));
            if below(one, other) || below(other, one) {
                apart.push((names[i].to_owned(), names[j].to_owned()));
            }
        }
    }
    Pool {
        law: law.to_string(),
        written: law.written().unwrap_or_default().into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        summary,
        disagreement: Disagreement {
            variance_share: finite(between / law.variance()).filter(|_| law.variance().is_finite()),
            width_ratio: width(law) / own,
            apart,
        },
    }
}

/// Largest difference of two cumulative probabilities, on the quantiles of both.
pub(super) fn distance(one: &Law, other: &Law) -> f64 {
    const STEPS: usize = 400;
    let levels = (1..STEPS).map(|step| Probability::lower(step as f64 / STEPS as f64));
    let gap = |x: f64| (one.cdf(x).p() - other.cdf(x).p()).abs();
    levels.map(|p| gap(one.quantile(p)).max(gap(other.quantile(p)))).fold(0.0, f64::max)
}
