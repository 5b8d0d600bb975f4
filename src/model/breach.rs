//! What do data breaches and the fines for them cost?
//!
//! - Breaches `M ~ Poisson(frequency * t * (1 + f * breach_uplift))`, not scaled by the share of volume: a vendor with
//!   access is exposed whole. Gross cost `w * severity_level * sum of M severity`, USD.
//! - **breach**: `(1 - recovered_share) * gross`, summed over the option's workforces to the yearly `X`, then the hospital's
//!   cyber policy on that sum: `X - min(max(X - retention, 0), limit) + premium`. The premium is due without a breach.
//! - **penalties**: `G ~ Binomial(M, probability)` breaches are fined; for each provision the fines of the year, `G` amounts
//!   of its own, are capped at one yearly `annual_cap`, and the provisions are summed. Fines are not insured and not scaled by
//!   the share: the regulator fines the entity.
//!
//! Everything here is the same in every option where the workforce appears; breaches are drawn one by one, since the
//! largest of a year is a result of its own (OEP).
//!
//! Sign: costs. Source: the article (7.42 million USD a breach, 1.5 million a year for identical violations); frequencies
//! from the HHS OCR portal. Left out: patients lost, and clustering of breaches beyond the year's threat level.

use super::amounts::Single;
use crate::distributions::counts::{binomial_quantile, poisson_fill};
use crate::numerics::Probability;
use crate::random::{Stream, Years};

/// Breach mechanism of one workforce, compiled.
pub(super) struct Breaches {
    pub count: Stream,
    pub severity: Single,
    pub fined: Stream,
    pub fine: Single,
    pub provisions: u32,
}

/// What the breaches of a block depend on.
pub(super) struct Conditions<'a> {
    pub frequency: &'a [f64],
    pub threat: &'a [f64],
    pub exposure: &'a [f64],
    pub uplift: &'a [f64],
    pub severity_level: &'a [f64],
    pub penalty_probability: &'a [f64],
    pub annual_cap: &'a [f64],
}

/// Breaches of a block of years, before shares and recovery.
pub(super) struct BreachColumns {
    pub counts: Vec<f64>,
    /// Sum of severities at the year's level, USD.
    pub gross: Vec<f64>,
    /// Largest of them, USD.
    pub largest: Vec<f64>,
    pub penalties: Vec<f64>,
}

impl BreachColumns {
    pub fn new(rows: usize) -> Self {
        Self { counts: vec![0.0; rows], gross: vec![0.0; rows], largest: vec![0.0; rows], penalties: vec![0.0; rows] }
    }
}

impl Breaches {
    /// Draws the breaches of a block; years without one cost a comparison.
    pub fn fill(
        &self,
        years: Years<'_>,
        conditions: &Conditions<'_>,
        uniforms: &mut [Probability],
        mean: &mut [f64],
        out: &mut BreachColumns,
    ) {
        let rows = years.len();
        self.count.fill(years, 0, uniforms);
        for i in 0..rows {
            mean[i] =
                conditions.frequency[i] * conditions.threat[i] * (1.0 + conditions.exposure[i] * conditions.uplift[i]);
        }
        poisson_fill(mean, uniforms, &mut out.counts[..rows]);
        for i in 0..rows {
            let (mut gross, mut largest) = (0.0, 0.0f64);
            for event in 0..out.counts[i] as u32 {
                let severity = self.severity.at(years.at(i), event);
                gross += severity;
                largest = largest.max(severity);
            }
            out.gross[i] = conditions.severity_level[i] * gross;
            out.largest[i] = conditions.severity_level[i] * largest;
            out.penalties[i] =
                if out.counts[i] > 0.0 { self.penalties(years.at(i), i, out.counts[i], conditions) } else { 0.0 };
        }
    }

    fn penalties(&self, year: u64, i: usize, breaches: f64, conditions: &Conditions<'_>) -> f64 {
        let fined = binomial_quantile(breaches, conditions.penalty_probability[i], self.fined.at(year, 0)) as u32;
        (0..self.provisions)
            .map(|provision| {
                let fines: f64 = (0..fined).map(|k| self.fine.at(year, k * self.provisions + provision)).sum();
                fines.min(conditions.annual_cap[i])
            })
            .sum()
    }
}

/// Adds what a share's breaches cost after recovery, and keeps the year's largest single one.
pub(super) fn add_net(share: f64, recovered: &[f64], breaches: &BreachColumns, cost: &mut [f64], peak: &mut [f64]) {
    for i in 0..cost.len() {
        let kept = share * (1.0 - recovered[i]);
        cost[i] += kept * breaches.gross[i];
        peak[i] = peak[i].max(kept * breaches.largest[i]);
    }
}

/// Applies the cyber policy to the option's yearly breach cost.
pub(super) fn insure(retention: &[f64], limit: &[f64], premium: &[f64], cost: &mut [f64]) {
    for i in 0..cost.len() {
        let paid = (cost[i] - retention[i]).max(0.0).min(limit[i]);
        cost[i] = cost[i] - paid + premium[i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;

    #[test]
    fn the_policy_by_hand() {
        let mut cost = [0.0, 400.0, 600.0, 20_000.0];
        insure(&[500.0; 4], &[10_000.0; 4], &[150.0; 4], &mut cost);
        assert_eq!(cost, [150.0, 550.0, 650.0, 10_150.0]);
    }

    #[test]
    fn fines_are_capped_by_provision_and_summed() {
        let stream = |driver| Stream::new(Key { seed: 1, scope: &[], driver, replicate: 0 });
        let breaches = Breaches {
            count: stream("count"),
            severity: Single::Fixed(1000.0),
            fined: stream("fined"),
            fine: Single::Fixed(400.0),
            provisions: 3,
        };
        let conditions = Conditions {
            frequency: &[4.0; 64],
            threat: &[1.0; 64],
            exposure: &[0.0; 64],
            uplift: &[0.0; 64],
            severity_level: &[2.0; 64],
            penalty_probability: &[1.0; 64],
            annual_cap: &[1000.0; 64],
        };
        let mut out = BreachColumns::new(64);
        let (mut uniforms, mut mean) = (vec![Probability::lower(0.5); 64], vec![0.0; 64]);
        breaches.fill(Years::Range { start: 0, len: 64 }, &conditions, &mut uniforms, &mut mean, &mut out);
        for i in 0..64 {
            let count = out.counts[i];
            assert_eq!(out.gross[i], 2000.0 * count);
            assert_eq!(out.largest[i], if count > 0.0 { 2000.0 } else { 0.0 });
            assert_eq!(out.penalties[i], 3.0 * (400.0 * count).min(1000.0));
        }
        assert!(out.counts.contains(&0.0) && out.counts.iter().any(|c| *c > 3.0));
    }
}
