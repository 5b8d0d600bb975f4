//! How does a chart become a part of a page, with its words in the page's own text?

use super::axis::{Axis, Spacing};
use super::scene::{Plane, Scene};
use super::{ChartError, breakeven, comparison, exceedance, paint, scenes, sensitivity, story, uncertainty, worth};
use crate::outcome::breakeven::BreakEven;
use crate::outcome::comparison::Comparison;
use crate::outcome::{Outcome, Sensitivity, Story, Uncertainty, Worth};

/// A plot for a page. Its markup is made here alone, every text of a config escaped.
pub(in crate::report) struct Part {
    /// Unique on a page.
    pub name: String,
    /// The finding.
    pub title: String,
    pub notes: Vec<String>,
    pub svg: String,
    pub reading: Option<Reading>,
}

/// Where values lie on a plot, in steps of its view box.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Reading {
    pub x: Line,
    pub y: Line,
}

/// Values along an axis.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Line {
    pub low: f64,
    pub high: f64,
    pub start: f64,
    pub end: f64,
    pub is_log: bool,
}

impl Reading {
    fn of(plane: &Plane) -> Self {
        let scale = f64::from(paint::SVG_SCALE);
        let line = |axis: &Axis| Line {
            low: axis.low,
            high: axis.high,
            start: axis.start * scale,
            end: axis.end * scale,
            is_log: axis.spacing == Spacing::Log,
        };
        Self { x: line(&plane.x), y: line(&plane.y) }
    }
}

/// The fonts of the charts as style rules.
pub(in crate::report) fn faces() -> &'static str {
    paint::faces()
}

pub(super) fn part(name: &str, scene: &Scene) -> Result<Part, ChartError> {
    let notes = scene.words.notes.clone();
    let description = notes.join(" ");
    Ok(Part {
        name: name.to_string(),
        title: scene.title.clone(),
        svg: paint::part_of_page(scene, name, &description)?,
        notes,
        reading: scene.plane.as_ref().map(Reading::of),
    })
}

/// The charts of an outcome, named as its files are; `exceedance-linear` and `exceedance-logarithmic` beside `exceedance` where both can be
/// drawn.
pub(in crate::report) fn outcome_parts(outcome: &Outcome) -> Result<Vec<Part>, ChartError> {
    let mut parts: Vec<Part> = Vec::new();
    for (name, scene) in scenes(outcome)? {
        parts.push(part(&name, &scene)?);
    }
    if !outcome.options.is_empty() && exceedance::can_be_logarithmic(outcome) {
        for (name, spacing) in [("exceedance-linear", Spacing::Linear), ("exceedance-logarithmic", Spacing::Log)] {
            parts.push(part(name, &exceedance::yearly_total_along(outcome, Some(spacing))?)?);
        }
    }
    Ok(parts)
}

/// The cost lines of a year against the average one.
pub(in crate::report) fn story_part(outcome: &Outcome, story: &Story) -> Result<Part, ChartError> {
    let index = outcome.options.iter().position(|option| option.name == story.option).unwrap_or(0);
    part("story-costs", &story::costs(outcome, story, index)?)
}

/// `tornado`, `variance`, `shapley` and `tail`, as far as they were found.
pub(in crate::report) fn sensitivity_parts(found: &Sensitivity) -> Result<Vec<Part>, ChartError> {
    sensitivity::scenes(found)?.iter().map(|(name, scene)| part(name, scene)).collect()
}

pub(in crate::report) fn worth_part(found: &Worth) -> Result<Option<Part>, ChartError> {
    worth::scene(found)?.map(|scene| part("voi", &scene)).transpose()
}

/// `break-even` or `frontier`, numbered: a page may answer several questions.
pub(in crate::report) fn break_even_parts(found: &BreakEven, index: usize) -> Result<Vec<Part>, ChartError> {
    breakeven::scenes(found)?.iter().map(|(name, scene)| part(&format!("{name}-{}", index + 1), scene)).collect()
}

/// `changes-OPTION` for each difference that has single changes, in their order, then `measures`; numbered, since a page may compare several
/// results and options may be named alike.
pub(in crate::report) fn comparison_parts(found: &Comparison, index: usize) -> Result<Vec<Part>, ChartError> {
    let scenes = comparison::scenes(found)?;
    let numbered = scenes.iter().enumerate();
    numbered.map(|(place, (name, scene))| part(&format!("{name}-{}-{}", index + 1, place + 1), scene)).collect()
}

/// `horsetail-OPTION` for each option, and `ignorance`.
pub(in crate::report) fn uncertainty_parts(found: &Uncertainty) -> Result<Vec<Part>, ChartError> {
    uncertainty::scenes(found)?.iter().map(|(name, scene)| part(name, scene)).collect()
}
