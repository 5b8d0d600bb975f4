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
use super::events::EventRows;
use super::inputs::Inputs;
use crate::distributions::counts::{NormalsOf, binomial_draw};
use crate::engine::{BLOCK, PACKS};
use crate::numerics::simd::{Column, LANES, Pack, Simd, f64x8, flat};
use crate::random::{Stream, Years};

/// Breach mechanism of one workforce, compiled.
pub(super) struct Breaches {
    pub count: Stream,
    pub severity: Single,
    pub fined: Stream,
    pub fine: Single,
    pub provisions: u32,
}

/// What the breaches of the years that have some depend on, packed.
pub(super) struct Conditions<'a> {
    pub severity_level: &'a [Pack],
    pub recovered_share: &'a [Pack],
    pub penalty_probability: &'a [Pack],
    pub annual_cap: &'a [Pack],
}

/// The years of a block that have a breach, before shares.
pub(super) struct BreachYears {
    pub rows: Vec<usize>,
    /// Sum of severities at the year's level after recovery, USD.
    pub kept: Vec<f64>,
    /// Largest of them after recovery, USD.
    pub largest: Vec<f64>,
    pub penalties: Vec<f64>,
}

impl BreachYears {
    pub fn new() -> Self {
        let values = || Vec::with_capacity(BLOCK);
        Self { rows: Vec::with_capacity(BLOCK), kept: values(), largest: values(), penalties: values() }
    }

    pub fn clear(&mut self) {
        self.rows.clear();
        self.kept.clear();
        self.largest.clear();
        self.penalties.clear();
    }
}

/// Expected breaches: `frequency * t * (1 + f * breach_uplift)`.
#[inline(always)]
pub(super) fn expected<S: Simd>(
    simd: S,
    frequency: f64x8<S>,
    threat: f64x8<S>,
    exposure: f64x8<S>,
    uplift: f64x8<S>,
) -> f64x8<S> {
    frequency * threat * super::switch::uplifted(simd, exposure, uplift)
}

impl Breaches {
    /// Draws the breaches of the years that have some, `counts` of the whole block saying how many.
    #[expect(clippy::too_many_arguments, reason = "the floors below, each once")]
    pub fn fill<S: Simd>(
        &self,
        simd: S,
        inputs: &Inputs,
        years: Years<'_>,
        events: &EventRows,
        counts: &[Pack],
        conditions: &Conditions<'_>,
        out: &mut BreachYears,
    ) {
        out.clear();
        let mut breaches = [Pack::ZERO; PACKS];
        let (mut amounts, mut fined) = ([Pack::ZERO; PACKS], [Pack::ZERO; PACKS]);
        let packs = events.packs();
        let flat_counts = flat(counts);
        let mut most = 0.0f64;
        for (i, row) in events.rows().enumerate() {
            let count = flat_counts[row];
            breaches[i / LANES].0[i % LANES] = count;
            most = most.max(count);
            out.rows.push(row);
            out.kept.push(0.0);
            out.largest.push(0.0);
        }
        self.severity.draw(simd, inputs, &events.words, 0, &mut amounts[..packs]);
        let flat_breaches = flat(&breaches);
        for (i, &severity) in flat(&amounts)[..events.len()].iter().enumerate() {
            out.kept[i] = severity;
            out.largest[i] = severity;
        }
        // Second and further breaches of a year are rarer still: one by one.
        if most > 1.0 {
            for (i, row) in events.rows().enumerate() {
                for event in 1..flat_breaches[i] as u32 {
                    let severity = self.severity.at(inputs, years.at(row), event);
                    out.kept[i] += severity;
                    out.largest[i] = out.largest[i].max(severity);
                }
            }
        }
        let fines = self.fined.uniforms(&events.words);
        let probability = Column::varying(conditions.penalty_probability);
        binomial_draw(simd, &breaches[..packs], probability, fines, NormalsOf(fines), &mut fined[..packs]);
        let [level, recovered, cap] =
            [conditions.severity_level, conditions.recovered_share, conditions.annual_cap].map(flat);
        for (i, row) in events.rows().enumerate() {
            let kept = level[i] * (1.0 - recovered[i]);
            out.kept[i] *= kept;
            out.largest[i] *= kept;
            let fined = flat(&fined)[i] as u32;
            let penalties = if fined > 0 { self.penalties(inputs, years.at(row), fined, cap[i]) } else { 0.0 };
            out.penalties.push(penalties);
        }
    }

    fn penalties(&self, inputs: &Inputs, year: u64, fined: u32, annual_cap: f64) -> f64 {
        (0..self.provisions)
            .map(|provision| {
                let fines: f64 = (0..fined).map(|k| self.fine.at(inputs, year, k * self.provisions + provision)).sum();
                fines.min(annual_cap)
            })
            .sum()
    }
}

/// What the hospital bears of an option's yearly breach cost under its cyber policy.
#[inline]
pub(super) fn insured(cost: f64, retention: f64, limit: f64, premium: f64) -> f64 {
    let paid = (cost - retention).max(0.0).min(limit);
    cost - paid + premium
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_by_hand() {
        let costs = [0.0, 400.0, 600.0, 20_000.0].map(|cost| insured(cost, 500.0, 10_000.0, 150.0));
        assert_eq!(costs, [150.0, 550.0, 650.0, 10_150.0]);
    }
}
