//! Which pictures show a result to a committee?
//!
//! Pure: an outcome goes in, named bytes come out. Every chart comes as SVG and as PNG, both with the same embedded fonts.

mod axis;
mod base64;
mod bins;
mod breakeven;
mod comparison;
mod dependence;
mod difference;
mod elicitation;
mod exceedance;
mod few_colours;
mod fit;
mod fit_counts;
mod fit_density;
mod fit_match;
mod fit_tail;
mod fit_thresholds;
mod frame;
mod hourly;
mod makeup;
mod marginals;
mod paint;
mod palette;
mod part;
mod scene;
mod sensitivity;
mod story;
mod stress;
mod totals;
mod uncertainty;
mod worth;

#[cfg(test)]
mod doubt_tests;
#[cfg(test)]
mod influence_tests;
#[cfg(test)]
mod tests;

pub(super) use base64::encode as base64;
pub use breakeven::break_even_charts;
#[cfg(test)]
pub(super) use breakeven::tests::example as break_even_example;
pub use comparison::comparison_charts;
pub use dependence::dependence_charts;
pub use elicitation::elicitation_charts;
pub use fit::fit_charts;
pub use marginals::{Marginal, MarginalShape, marginals};
pub use part::Pictures;
pub(super) use part::{
    Line, Part, Picture, break_even_parts, comparison_parts, faces, outcome_parts, sensitivity_parts, story_part,
    system_part, worth_part,
};
pub use sensitivity::sensitivity_charts;
pub use story::story_charts;
pub use stress::stress_charts;
pub use uncertainty::uncertainty_charts;
pub use worth::worth_charts;

use crate::outcome::Outcome;
use rayon::prelude::*;
use scene::{Scene, Sheet};

/// A rendered chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartFile {
    /// As in `totals.svg`.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Why a chart could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    #[error("the embedded fonts were not accepted: this build is broken")]
    Font,
    #[error("the chart could not be painted: {0}")]
    Painting(String),
}

/// Every chart of an outcome, each as SVG and PNG.
///
/// `totals`, `exceedance`, `oep` where an option has breaches, `difference-<option>` for each difference, `makeup`, and
/// `hourly-rate` where an option has an effective hourly rate.
pub fn charts(outcome: &Outcome) -> Result<Vec<ChartFile>, ChartError> {
    render_all(&scenes(outcome, Sheet::Desk)?)
}

/// Every scene as SVG and PNG, side by side on all cores, in their order.
fn render_all(scenes: &[(impl AsRef<str> + Sync, Scene)]) -> Result<Vec<ChartFile>, ChartError> {
    let rendered: Result<Vec<_>, ChartError> =
        scenes.par_iter().map(|(name, scene)| render(name.as_ref(), scene)).collect();
    Ok(rendered?.into_iter().flatten().collect())
}

fn render(name: &str, scene: &Scene) -> Result<[ChartFile; 2], ChartError> {
    Ok([
        ChartFile { name: format!("{name}.svg"), bytes: paint::svg(scene)? },
        ChartFile { name: format!("{name}.png"), bytes: paint::png(scene)? },
    ])
}

fn scenes(outcome: &Outcome, sheet: Sheet) -> Result<Vec<(String, Scene)>, ChartError> {
    let mut scenes = Vec::new();
    if outcome.options.is_empty() {
        return Ok(scenes);
    }
    scenes.push(("totals".to_string(), totals::scene(outcome, sheet)?));
    scenes.push(("exceedance".to_string(), exceedance::yearly_total(outcome, sheet)?));
    if let Some(scene) = exceedance::largest_breach(outcome, sheet)? {
        scenes.push(("oep".to_string(), scene));
    }
    for difference in &outcome.differences {
        let index = outcome.options.iter().position(|o| o.name == difference.option).unwrap_or(0);
        let mut name = format!("difference-{}", slug(&difference.option));
        // Two names may differ in nothing that a file name can hold.
        if scenes.iter().any(|(taken, _)| *taken == name) {
            name = format!("{name}-{}", index + 1);
        }
        scenes.push((name, difference::scene(outcome, difference, index, sheet)?));
    }
    scenes.push(("makeup".to_string(), makeup::scene(outcome, sheet)?));
    if let Some(scene) = hourly::scene(outcome, sheet)? {
        scenes.push(("hourly-rate".to_string(), scene));
    }
    if let Some(found) = &outcome.uncertainty {
        scenes.extend(uncertainty::scenes(found, sheet)?);
    }
    if let Some(found) = &outcome.stress {
        scenes.extend(stress::scenes(found, sheet)?);
    }
    Ok(scenes)
}

/// A name as part of a file name: lower-case letters, digits and single hyphens, at most 60 of them.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(60);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "option".to_string() } else { slug.to_string() }
}
