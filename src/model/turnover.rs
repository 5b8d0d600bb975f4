//! What do departures and the onboarding of replacements cost?
//!
//! - Departures `K ~ Poisson(n * turnover)`, a generalised inverse of one uniform a year, so that a larger team loses at
//!   least as many in the same year.
//! - Lost hours `L = (1 - onboarding_output) * 40 * sum of K onboarding_weeks`, hours.
//! - **onboarding** `= rate * L + K * replacement_cost`, USD: hours paid for that produced nothing, and hiring.
//!
//! Sign: a cost. Source: the article, "Turnover and Instability", "Longer Onboarding", no figures; rates of the built-in cases
//! carry their own sources. Left out: vacancies before a replacement starts, and departures of replacements.

use crate::distributions::counts::poisson_fill;
use crate::numerics::Probability;

const HOURS_PER_WEEK: f64 = 40.0;

/// Departures of the year; `mean` is working space.
pub(super) fn departures(
    coders: &[f64],
    turnover: &[f64],
    uniforms: &[Probability],
    mean: &mut [f64],
    out: &mut [f64],
) {
    for i in 0..mean.len() {
        mean[i] = coders[i] * turnover[i];
    }
    poisson_fill(mean, uniforms, out);
}

/// Turns onboarding weeks into the hours of output lost, in place.
pub(super) fn lost_hours(onboarding_output: &[f64], weeks: &mut [f64]) {
    for i in 0..weeks.len() {
        weeks[i] *= (1.0 - onboarding_output[i]) * HOURS_PER_WEEK;
    }
}

/// Adds the cost of onboarding.
pub(super) fn add_onboarding(
    rate: &[f64],
    lost_hours: &[f64],
    departures: &[f64],
    replacement_cost: &[f64],
    cost: &mut [f64],
) {
    for i in 0..cost.len() {
        cost[i] += rate[i] * lost_hours[i] + departures[i] * replacement_cost[i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let mut weeks = [32.0];
        lost_hours(&[0.7], &mut weeks);
        assert!((weeks[0] - 384.0).abs() < 1e-9);
        let mut cost = [0.0];
        add_onboarding(&[60.0], &weeks, &[2.0], &[5000.0], &mut cost);
        assert!((cost[0] - 33_040.0).abs() < 1e-9);
    }

    #[test]
    fn a_larger_team_loses_at_least_as_many() {
        let uniforms: Vec<_> = (1..100).map(|i| Probability::lower(f64::from(i) / 100.0)).collect();
        let (mut mean, mut small, mut large) = (vec![0.0; 99], vec![0.0; 99], vec![0.0; 99]);
        departures(&[4.0; 99], &[0.3; 99], &uniforms, &mut mean, &mut small);
        departures(&[6.0; 99], &[0.3; 99], &uniforms, &mut mean, &mut large);
        assert!(small.iter().zip(&large).all(|(s, l)| s <= l) && small != large);
    }
}
