//! What do denied claims cost in rework and in payment never received?
//!
//! - Mean of the year `m = denial_rate * V * s * (1 + f * denial_uplift) * (1 + turnover_denial_uplift * K / n)`, claims.
//! - `N ~ NegativeBinomial(mean m, size denial_dispersion)`, variance `m + m^2 / size`, as a gamma level shared by all
//!   options of the year and then the Poisson inverse of one shared uniform; Poisson where the dispersion is absent. `N` is
//!   not capped at the number of encounters.
//! - **denial_rework** `= rework_level * sum of N rework_cost`, USD.
//! - Write-offs `U ~ Binomial(N, write_off_share)`, the inverse of one shared uniform.
//! - **denial_write_off** `= denied_payment_level * sum of U denied_payment`, USD.
//!
//! Sign: costs. Source: the article, ten more denied encounters a week; the cost of a rework from Change Healthcare and Premier.
//! Left out: appeals won late (their delay is in cash flow), and denials that coding does not cause.

use crate::distributions::counts::{binomial_fill, poisson_fill};
use crate::numerics::Probability;

/// What makes the mean number of denials of a year.
pub(super) struct Mean<'a> {
    pub encounters: &'a [f64],
    pub denial_rate: &'a [f64],
    pub strictness: &'a [f64],
    pub exposure: &'a [f64],
    pub switch_uplift: &'a [f64],
    pub turnover_uplift: &'a [f64],
    pub departures: &'a [f64],
    pub coders: &'a [f64],
}

impl Mean<'_> {
    /// Mean denials; a team of nobody has no turnover.
    pub fn fill(&self, out: &mut [f64]) {
        for i in 0..out.len() {
            let replaced = if self.coders[i] > 0.0 { self.departures[i] / self.coders[i] } else { 0.0 };
            out[i] = self.denial_rate[i]
                * self.encounters[i]
                * self.strictness[i]
                * (1.0 + self.exposure[i] * self.switch_uplift[i])
                * (1.0 + self.turnover_uplift[i] * replaced);
        }
    }
}

/// Denials of the year: `mean` times the year's gamma level, then the Poisson inverse.
pub(super) fn denials(mean: &mut [f64], level: Option<&[f64]>, uniforms: &[Probability], out: &mut [f64]) {
    if let Some(level) = level {
        for (mean, level) in mean.iter_mut().zip(level) {
            *mean *= level;
        }
    }
    poisson_fill(mean, uniforms, out);
}

/// Denied claims that are never paid.
pub(super) fn write_offs(denials: &[f64], share: &[f64], uniforms: &[Probability], out: &mut [f64]) {
    binomial_fill(denials, share, uniforms, out);
}

/// Adds a sum of claims at the year's level.
pub(super) fn add_at_level(level: &[f64], sum: &[f64], cost: &mut [f64]) {
    for i in 0..cost.len() {
        cost[i] += level[i] * sum[i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_by_hand() {
        let mean = Mean {
            encounters: &[10_000.0, 10_000.0],
            denial_rate: &[0.05, 0.05],
            strictness: &[1.2, 1.2],
            exposure: &[0.5, 0.0],
            switch_uplift: &[0.5, 0.5],
            turnover_uplift: &[0.4, 0.4],
            departures: &[2.0, 0.0],
            coders: &[4.0, 0.0],
        };
        let mut out = [0.0; 2];
        mean.fill(&mut out);
        assert!((out[0] - 900.0).abs() < 1e-9 && (out[1] - 600.0).abs() < 1e-9, "{out:?}");
    }
}
