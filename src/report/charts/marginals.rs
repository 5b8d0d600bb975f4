//! What do the inputs look like before anything is simulated?

use super::axis::{Axis, marker};
use super::frame::{Frame, MARGIN};
use super::palette;
use super::scene::{Anchor, Dash, GREY, INK, Scene, Stroke, Type, WIDTH};
use super::{ChartError, ChartFile, render};
use crate::report::format::{Unit, grouped, significant_decimals};

/// One uncertain input.
#[derive(Debug, Clone, PartialEq)]
pub struct Marginal {
    /// As in `workforce.offshore.productivity`.
    pub name: String,
    /// As in `USD an hour`; empty for a ratio.
    pub unit: String,
    pub shape: MarginalShape,
    pub mean: Option<f64>,
    pub p5: f64,
    pub p95: f64,
}

/// How an input's law is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum MarginalShape {
    /// (value, density) by rising value.
    Density(Vec<(f64, f64)>),
    /// (value, probability of at most the value) by rising value; for laws with steps.
    Cumulative(Vec<(f64, f64)>),
}

const COLUMNS: usize = 4;
const ROWS: usize = 4;
const NAME: Type = Type::bold(13.0, INK);
const SMALL: Type = Type::regular(13.0, GREY);

/// Pages of small charts, 16 a page, each as SVG and PNG: `marginals.svg`, or `marginals-1.svg` where one page is not enough.
pub fn marginals(title: &str, inputs: &[Marginal]) -> Result<Vec<ChartFile>, ChartError> {
    let mut files = Vec::new();
    let pages = inputs.len().div_ceil(COLUMNS * ROWS);
    for (page, shown) in inputs.chunks(COLUMNS * ROWS).enumerate() {
        let name = if pages > 1 { format!("marginals-{}", page + 1) } else { "marginals".to_string() };
        let part = if pages > 1 { format!(", page {} of {pages}", page + 1) } else { String::new() };
        let heading = format!("{} uncertain input{}{part}", inputs.len(), if inputs.len() == 1 { "" } else { "s" });
        files.extend(render(&name, &scene(&heading, title, shown)?)?);
    }
    Ok(files)
}

pub(super) fn scene(heading: &str, title: &str, shown: &[Marginal]) -> Result<Scene, ChartError> {
    let notes =
        ["Line: mean. Dashes: 5% and 95% quantiles. Filled: density; line alone: cumulative probability.".to_string()];
    let mut frame = Frame::new(heading, title, &notes, 60.0)?;
    let width = (WIDTH - 2.0 * MARGIN) / COLUMNS as f64;
    let height = (frame.bottom - frame.top) / ROWS as f64;
    for (i, marginal) in shown.iter().enumerate() {
        let left = MARGIN + (i % COLUMNS) as f64 * width;
        let top = frame.top + (i / COLUMNS) as f64 * height;
        small_chart(&mut frame.scene, marginal, (left, top), (width - 18.0, height - 10.0));
    }
    Ok(frame.scene)
}

fn small_chart(scene: &mut Scene, marginal: &Marginal, (left, top): (f64, f64), (width, height): (f64, f64)) {
    let points = match &marginal.shape {
        MarginalShape::Density(points) | MarginalShape::Cumulative(points) => points,
    };
    let marks = marginal.mean.into_iter().chain([marginal.p5, marginal.p95]).filter(|value| value.is_finite());
    let values = || points.iter().map(|p| p.0).filter(|value| value.is_finite()).chain(marks.clone());
    let range = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let axis = Axis::linear(range, left, left + width);
    let peak = points.iter().map(|p| p.1).filter(|y| y.is_finite()).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let (upper, base) = (top + 34.0, top + height - 24.0);
    let place = |point: &(f64, f64)| (axis.clamped(point.0), base - (base - upper) * (point.1 / peak).clamp(0.0, 1.0));
    let color = palette::color(0);
    let curve: Vec<(f64, f64)> = points.iter().map(place).collect();
    if let (MarginalShape::Density(_), Some(first), Some(last)) = (&marginal.shape, curve.first(), curve.last()) {
        let (first, last) = ((first.0, base), (last.0, base));
        scene.area(
            [first].into_iter().chain(curve.iter().copied()).chain([last]).collect::<Vec<_>>(),
            color.faded(0.28),
        );
    }
    scene.line(curve, Stroke::solid(color, 1.8));
    scene.line([(left, base), (left + width, base)], Stroke::solid(GREY, 1.0));
    for quantile in [marginal.p5, marginal.p95] {
        let x = axis.clamped(quantile);
        marker(scene, (x, base), (x, upper + 10.0), Dash::Pattern(&[3.0, 3.0]));
    }
    if let Some(mean) = marginal.mean {
        let x = axis.clamped(mean);
        marker(scene, (x, base), (x, upper), Dash::Solid);
    }
    scene.text(&tail_elided(&marginal.name, width), left, top + 14.0, Anchor::Start, NAME);
    let mean = marginal.mean.map_or("no mean".to_string(), |mean| format!("mean {}", number(mean)));
    let unit = if marginal.unit.is_empty() { String::new() } else { format!(" {}", marginal.unit) };
    let about = format!("{mean}, {} to {}{unit}", number(marginal.p5), number(marginal.p95));
    scene.text(&SMALL.elided(&about, width), left, top + 31.0, Anchor::Start, SMALL);
    let (low, high) = (number(range.0), number(range.1));
    scene.text(&low, left, base + 16.0, Anchor::Start, SMALL);
    if SMALL.width(&low) + SMALL.width(&high) + 10.0 < width {
        scene.text(&high, left + width, base + 16.0, Anchor::End, SMALL);
    }
}

/// A path shortened from its front: its end tells drivers apart.
fn tail_elided(name: &str, room: f64) -> String {
    let mut rest = name;
    while NAME.width(rest) + NAME.width("…") > room {
        let mut letters = rest.chars();
        if letters.next().is_none() {
            break;
        }
        rest = letters.as_str();
    }
    if rest.len() == name.len() { name.to_string() } else { format!("…{rest}") }
}

/// Three significant digits, large amounts in thousands or millions.
fn number(value: f64) -> String {
    let (scaled, suffix) = match Unit::of(value) {
        Unit::Dollar => (value, ""),
        Unit::Thousand if value.abs() < 99_950.0 => return grouped(value, 0),
        Unit::Thousand => (value / 1e3, "k"),
        Unit::Million => (value / 1e6, "M"),
        Unit::Billion => (value / 1e9, "bn"),
    };
    format!("{}{suffix}", grouped(scaled, significant_decimals(scaled, 3).min(6)))
}
