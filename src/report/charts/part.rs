//! How does a chart become a part of a page, with its words in the page's own text?

use super::axis::{Axis, Spacing};
use super::scene::{Plane, Scene};
use super::{ChartError, breakeven, exceedance, paint, scenes, sensitivity, story, worth};
use crate::outcome::breakeven::BreakEven;
use crate::outcome::{Outcome, Sensitivity, Story, Worth};
use rayon::prelude::*;

/// A plot for a page. Its markup is made here alone, every text of a config escaped.
pub(in crate::report) struct Part {
    /// Unique on a page.
    pub name: String,
    /// The finding.
    pub title: String,
    pub notes: Vec<String>,
    pub picture: Picture,
    pub reading: Option<Reading>,
}

/// How the charts of a page are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pictures {
    /// As SVG: sharp at any size, in the page's colours, read by the reading tools.
    Drawn,
    /// As PNG, for programs that show no SVG.
    Painted,
}

/// A plot as markup, or as the bytes of a PNG and its width and height on the page.
#[derive(Debug, Clone)]
pub(in crate::report) enum Picture {
    Svg(String),
    Png(Vec<u8>, (u32, u32)),
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

fn part(name: &str, scene: &Scene, pictures: Pictures) -> Result<Part, ChartError> {
    let notes = scene.words.notes.clone();
    let picture = match pictures {
        Pictures::Drawn => Picture::Svg(paint::part_of_page(scene, name, &notes.join(" "))?),
        Pictures::Painted => {
            let (png, size) = paint::picture_of_page(scene)?;
            Picture::Png(png, size)
        }
    };
    // Nothing can be drawn over a painted picture.
    let reading = scene.plane.as_ref().filter(|_| pictures == Pictures::Drawn).map(Reading::of);
    Ok(Part { name: name.to_string(), title: scene.title.clone(), notes, picture, reading })
}

/// Parts of a page, painted side by side on all cores, in their order.
fn parts(scenes: &[(impl AsRef<str> + Sync, Scene)], pictures: Pictures) -> Result<Vec<Part>, ChartError> {
    scenes.par_iter().map(|(name, scene)| part(name.as_ref(), scene, pictures)).collect()
}

/// The charts of an outcome, of its ignorance and its stresses too, named as their files are; where they are drawn, `exceedance-linear` and
/// `exceedance-logarithmic` beside `exceedance` if both can be.
pub(in crate::report) fn outcome_parts(outcome: &Outcome, pictures: Pictures) -> Result<Vec<Part>, ChartError> {
    let mut all = scenes(outcome)?;
    let is_drawn = pictures == Pictures::Drawn;
    if is_drawn && !outcome.options.is_empty() && exceedance::can_be_logarithmic(outcome) {
        for (name, spacing) in [("exceedance-linear", Spacing::Linear), ("exceedance-logarithmic", Spacing::Log)] {
            all.push((name.to_string(), exceedance::yearly_total_along(outcome, Some(spacing))?));
        }
    }
    parts(&all, pictures)
}

/// The cost lines of a year against the average one.
pub(in crate::report) fn story_part(outcome: &Outcome, story: &Story, pictures: Pictures) -> Result<Part, ChartError> {
    let index = outcome.options.iter().position(|option| option.name == story.option).unwrap_or(0);
    part("story-costs", &story::costs(outcome, story, index)?, pictures)
}

/// `tornado`, `variance`, `shapley` and `tail`, as far as they were found.
pub(in crate::report) fn sensitivity_parts(found: &Sensitivity, pictures: Pictures) -> Result<Vec<Part>, ChartError> {
    parts(&sensitivity::scenes(found)?, pictures)
}

pub(in crate::report) fn worth_part(found: &Worth, pictures: Pictures) -> Result<Option<Part>, ChartError> {
    worth::scene(found)?.map(|scene| part("voi", &scene, pictures)).transpose()
}

/// `break-even` or `frontier`, numbered: a page may answer several questions.
pub(in crate::report) fn break_even_parts(
    found: &BreakEven,
    index: usize,
    pictures: Pictures,
) -> Result<Vec<Part>, ChartError> {
    let numbered = breakeven::scenes(found)?.into_iter().map(|(name, scene)| (format!("{name}-{}", index + 1), scene));
    parts(&numbered.collect::<Vec<_>>(), pictures)
}
