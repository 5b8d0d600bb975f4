//! How does a chart become a part of a page, with its words in the page's own text?

use super::axis::{Axis, Spacing};
use super::scene::{Plane, Scene, Sheet};
use super::{ChartError, breakeven, comparison, exceedance, paint, scenes, sensitivity, story, worth};
use crate::outcome::book::ScenarioOfBook;
use crate::outcome::breakeven::BreakEven;
use crate::outcome::comparison::Comparison;
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
    /// As drawn on a wide page, and on a phone.
    pub readings: Option<[Reading; 2]>,
}

/// How the charts of a page are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pictures {
    /// As SVG: sharp at any size, in the page's colours, read by the reading tools.
    Drawn,
    /// As PNG, for programs that show no SVG.
    Painted,
}

/// A plot as markup, each for a width of the page, or as the bytes of a PNG and its width and height on the page.
#[derive(Debug, Clone)]
pub(in crate::report) enum Picture {
    /// For a wide page, and for a phone.
    Svg([String; 2]),
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

/// A chart on a wide page, and on a phone where it is drawn for one.
struct Sheets<N> {
    name: N,
    desk: Scene,
    phone: Option<Scene>,
}

impl<N: AsRef<str>> Sheets<N> {
    fn part(&self) -> Result<Part, ChartError> {
        let (name, desk) = (self.name.as_ref(), &self.desk);
        let notes = desk.words.notes.clone();
        let described = |scene: &Scene| paint::part_of_page(scene, name, &notes.join(" "));
        let picture = match &self.phone {
            Some(phone) => Picture::Svg([described(desk)?, described(phone)?]),
            None => {
                let (png, size) = paint::picture_of_page(desk)?;
                Picture::Png(png, size)
            }
        };
        // Nothing can be drawn over a painted picture.
        let planes = self.phone.as_ref().and_then(|phone| Some([desk.plane.as_ref()?, phone.plane.as_ref()?]));
        let readings = planes.map(|planes| planes.map(Reading::of));
        Ok(Part { name: name.to_string(), title: desk.title.clone(), notes, picture, readings })
    }
}

/// Charts as parts of a page, painted side by side on all cores, in their order.
fn parts<N: AsRef<str> + Send + Sync>(
    pictures: Pictures,
    scenes: impl Fn(Sheet) -> Result<Vec<(N, Scene)>, ChartError>,
) -> Result<Vec<Part>, ChartError> {
    let phones = match pictures {
        Pictures::Drawn => scenes(Sheet::Phone)?.into_iter().map(|(_, scene)| Some(scene)).collect(),
        Pictures::Painted => Vec::new(),
    };
    let phones = phones.into_iter().chain(std::iter::repeat_with(|| None));
    let sheets: Vec<Sheets<N>> = scenes(Sheet::Desk)?
        .into_iter()
        .zip(phones)
        .map(|((name, desk), phone)| Sheets { name, desk, phone })
        .collect();
    sheets.par_iter().map(Sheets::part).collect()
}

/// The charts of an outcome, of its ignorance and its stresses too, named as their files are; where they are drawn, `exceedance-linear` and
/// `exceedance-logarithmic` beside `exceedance` if both can be.
pub(in crate::report) fn outcome_parts(outcome: &Outcome, pictures: Pictures) -> Result<Vec<Part>, ChartError> {
    let is_drawn = pictures == Pictures::Drawn;
    let both = is_drawn && !outcome.options.is_empty() && exceedance::can_be_logarithmic(outcome);
    parts(pictures, |sheet| {
        let mut all = scenes(outcome, sheet)?;
        if both {
            for (name, spacing) in [("exceedance-linear", Spacing::Linear), ("exceedance-logarithmic", Spacing::Log)] {
                all.push((name.to_string(), exceedance::yearly_total_along(outcome, Some(spacing), sheet)?));
            }
        }
        Ok(all)
    })
}

/// The cost lines of a year against the average one.
pub(in crate::report) fn story_part(
    outcome: &Outcome,
    story: &Story,
    pictures: Pictures,
) -> Result<Vec<Part>, ChartError> {
    let index = outcome.options.iter().position(|option| option.name == story.option).unwrap_or(0);
    parts(pictures, |sheet| Ok(vec![("story-costs", story::costs(outcome, story, index, sheet)?)]))
}

/// `tornado`, `variance`, `shapley` and `tail`, as far as they were found.
pub(in crate::report) fn sensitivity_parts(found: &Sensitivity, pictures: Pictures) -> Result<Vec<Part>, ChartError> {
    parts(pictures, |sheet| sensitivity::scenes(found, sheet))
}

/// `voi`, where a driver varies.
pub(in crate::report) fn worth_part(found: &Worth, pictures: Pictures) -> Result<Vec<Part>, ChartError> {
    parts(pictures, |sheet| Ok(worth::scene(found, sheet)?.map(|scene| ("voi", scene)).into_iter().collect()))
}

/// `break-even` or `frontier`, numbered: a page may answer several questions.
pub(in crate::report) fn break_even_parts(
    found: &BreakEven,
    index: usize,
    pictures: Pictures,
) -> Result<Vec<Part>, ChartError> {
    parts(pictures, |sheet| {
        let scenes = breakeven::scenes(found, sheet)?.into_iter();
        Ok(scenes.map(|(name, scene)| (format!("{name}-{}", index + 1), scene)).collect())
    })
}

/// `changes-OPTION` for each difference that has single changes, in their order, then `measures`; numbered, since a page may compare several
/// results and options may be named alike.
pub(in crate::report) fn comparison_parts(
    found: &Comparison,
    index: usize,
    pictures: Pictures,
) -> Result<Vec<Part>, ChartError> {
    parts(pictures, |sheet| {
        let numbered = comparison::scenes(found, sheet)?.into_iter().enumerate();
        Ok(numbered.map(|(place, (name, scene))| (format!("{name}-{}-{}", index + 1, place + 1), scene)).collect())
    })
}

/// `system-N`: the exceedance curves of all members together; numbered, since a book has several scenarios.
pub(in crate::report) fn system_part(
    scenario: &ScenarioOfBook,
    years: u64,
    index: usize,
    words: (&str, &str),
) -> Result<Part, ChartError> {
    let scene = |sheet| exceedance::of_system(scenario, years, words, sheet);
    let sheets =
        Sheets { name: format!("system-{}", index + 1), desk: scene(Sheet::Desk)?, phone: Some(scene(Sheet::Phone)?) };
    sheets.part()
}
