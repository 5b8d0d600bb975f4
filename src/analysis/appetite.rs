//! Does the result keep the limits that the config sets?

use crate::config::AppetiteLimit;
use crate::outcome::{AppetiteLine, AppetiteUnit, Difference, Estimate, Figure, OptionOutcome, Verdict};

/// Each limit with what the run found.
pub fn held(limits: &[AppetiteLimit], options: &[OptionOutcome], differences: &[Difference]) -> Vec<AppetiteLine> {
    limits
        .iter()
        .map(|limit| {
            // The config was checked for the option and the level.
            let found = limit.measure.find(options, differences).unwrap_or(Estimate::bare(0.0));
            AppetiteLine {
                name: limit.name.clone(),
                measure: limit.measure.figure.to_string(),
                option: limit.measure.option.clone(),
                limit: limit.limit,
                unit: match limit.measure.figure {
                    Figure::CostsMore => AppetiteUnit::Probability,
                    _ => AppetiteUnit::Usd,
                },
                found,
                verdict: Verdict::of(&found, limit.limit),
            }
        })
        .collect()
}
