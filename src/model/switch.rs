//! What share of the year does a hospital get novices under the logins of the coders it hired?
//!
//! Bait-and-switch: after several weeks the first, experienced coders are replaced, until someone notices.
//!
//! - `B ~ Bernoulli(probability)`, one a year, the same in every option.
//! - Exposed share of the year `f = B * clamp(min(detection_weeks, 52 - swap_week), 0, 52) / 52`, no unit.
//! - Productivity `p = productivity * (1 - f * productivity_loss)`.
//! - Denials, breaches and coding errors rise by `1 + f * uplift`, case mix falls by `f * case_mix_loss`.
//!
//! Sign: an exposure never lowers a cost. Source: the article, "Bait-and-Switch Staffing"; no study gives its frequency. Left
//! out: a second swap in the same year, and what the vendor repays when it is found out.

use crate::numerics::Probability;

const WEEKS: f64 = 52.0;

/// Exposed share of the year.
pub(super) fn exposure(
    uniforms: &[Probability],
    probability: &[f64],
    swap_week: &[f64],
    detection_weeks: &[f64],
    out: &mut [f64],
) {
    for i in 0..out.len() {
        let happens = if uniforms[i].p() < probability[i] { 1.0 } else { 0.0 };
        let weeks = detection_weeks[i].min(WEEKS - swap_week[i]).clamp(0.0, WEEKS);
        out[i] = happens * weeks / WEEKS;
    }
}

/// Reference hours done in a worked hour, less what novices do not get done.
pub(super) fn productivity(productivity: &[f64], exposure: &[f64], loss: &[f64], out: &mut [f64]) {
    for i in 0..out.len() {
        out[i] = productivity[i] * (1.0 - exposure[i] * loss[i]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exposure_ends_with_detection_or_the_year() {
        let mut out = [0.0; 5];
        let yes = Probability::lower(0.1);
        exposure(
            &[yes, yes, yes, yes, Probability::lower(0.9)],
            &[0.25; 5],
            &[10.0, 40.0, 60.0, 0.0, 10.0],
            &[26.0, 26.0, 26.0, 80.0, 26.0],
            &mut out,
        );
        assert_eq!(out, [0.5, 12.0 / 52.0, 0.0, 1.0, 0.0]);
    }
}
