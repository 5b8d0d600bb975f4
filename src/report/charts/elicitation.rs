//! What do experts say of one quantity, and what do they say together?

use super::axis::{Axis, number_axis, share_axis};
use super::frame::{Frame, MARGIN};
use super::palette;
use super::scene::{Anchor, Dash, GREY, INK, Scene, Stroke, Type, WIDTH};
use super::{ChartError, ChartFile, render};
use crate::outcome::{Elicitation, Judgement, LawSummary};
use crate::report::format::figure;

const LEFT: f64 = MARGIN + 60.0;
const RIGHT: f64 = WIDTH - MARGIN;
const CAPTION: Type = Type::regular(15.0, INK);
/// More laws of one person would hide each other.
const MOST_LAWS: usize = 6;

/// `elicited-density` and `elicited-cumulative`, each as SVG and PNG.
pub fn elicitation_charts(elicitation: &Elicitation) -> Result<Vec<ChartFile>, ChartError> {
    let mut files = Vec::new();
    for (name, scene) in scenes(elicitation)? {
        files.extend(render(name, &scene)?);
    }
    Ok(files)
}

pub(super) fn scenes(elicitation: &Elicitation) -> Result<Vec<(&'static str, Scene)>, ChartError> {
    Ok(vec![("elicited-density", density(elicitation)?), ("elicited-cumulative", cumulative(elicitation)?)])
}

/// A curve by its name; the first is the one that is taken.
struct Curve<'a> {
    name: String,
    summary: &'a LawSummary,
    stroke: Stroke,
}

fn curves(elicitation: &Elicitation) -> Vec<Curve<'_>> {
    let mut curves = Vec::new();
    match (&elicitation.pool, elicitation.experts.as_slice()) {
        (Some(pool), experts) => {
            curves.push(Curve { name: "Pool".into(), summary: &pool.summary, stroke: Stroke::solid(INK, 4.0) });
            curves.extend(experts.iter().enumerate().map(|(index, opinion)| Curve {
                name: format!("{} ({:.0}%)", opinion.name, 100.0 * opinion.weight),
                summary: &opinion.laws[0].summary,
                stroke: palette::stroke(index, 2.2),
            }));
        }
        (None, experts) => {
            let laws = experts.iter().flat_map(|opinion| &opinion.laws).take(MOST_LAWS).enumerate();
            curves.extend(laws.map(|(index, law)| Curve {
                name: if index == 0 { format!("{} (taken)", law.family) } else { law.family.clone() },
                summary: &law.summary,
                stroke: if index == 0 { Stroke::solid(INK, 4.0) } else { palette::stroke(index - 1, 2.0) },
            }));
        }
    }
    curves
}

fn title(elicitation: &Elicitation) -> String {
    let taken = elicitation.pool.as_ref().map_or(&elicitation.experts[0].laws[0].summary, |pool| &pool.summary);
    let at =
        |p: f64| taken.quantiles.iter().find(|quantile| quantile.p == p).map_or(f64::NAN, |quantile| quantile.value);
    let middle = format!("between {} and {} in 9 of 10", figure(at(0.05), 3), figure(at(0.95), 3));
    match (&elicitation.pool, elicitation.experts.len()) {
        (Some(pool), count) => {
            let share = pool.disagreement.variance_share;
            let share =
                share.map_or(String::new(), |share| format!("; {:.0}% of the variance is disagreement", 100.0 * share));
            format!("{count} experts together: {middle}{share}")
        }
        (None, _) => format!("What was said: {middle}"),
    }
}

fn frame(elicitation: &Elicitation, curves: &[Curve<'_>], notes: &[String]) -> Result<Frame, ChartError> {
    let mut frame =
        Frame::new(&title(elicitation), &elicitation.driver, notes, 12.0 * curves.len().saturating_sub(6) as f64)?;
    let (mut x, mut y) = (MARGIN, frame.top + 12.0);
    let style = Type::regular(15.0, INK);
    for curve in curves {
        let name = style.elided(&curve.name, 320.0);
        let width = 48.0 + style.width(&name);
        if x > MARGIN && x + width > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + 24.0);
        }
        frame.scene.line([(x, y), (x + 40.0, y)], curve.stroke);
        frame.scene.text_beside(&name, x + 48.0, y, Anchor::Start, style);
        x += width + 26.0;
    }
    frame.top = y + 18.0;
    Ok(frame)
}

fn value_axis(elicitation: &Elicitation) -> Axis {
    let grid = &elicitation.grid;
    let ends = (grid.first().copied().unwrap_or(0.0), grid.last().copied().unwrap_or(1.0));
    Axis::linear(ends, LEFT, RIGHT)
}

fn density(elicitation: &Elicitation) -> Result<Scene, ChartError> {
    let curves = curves(elicitation);
    let notes = ["Densities: areas below a curve are probabilities. Ticks above the axis: what was said.".to_string()];
    let mut frame = frame(elicitation, &curves, &notes)?;
    let (top, bottom) = (frame.top + 14.0, frame.bottom - 62.0);
    let x = value_axis(elicitation);
    let scene = &mut frame.scene;
    number_axis(scene, &x, top, bottom, "Value", 8);
    // A density that runs to infinity at an end would flatten everything else: the picture ends at the highest of the quieter curves.
    let peak = |curve: &Curve<'_>| curve.summary.density.iter().flatten().copied().fold(0.0, f64::max);
    let mut peaks: Vec<f64> = curves.iter().map(peak).filter(|peak| *peak > 0.0).collect();
    peaks.sort_by(f64::total_cmp);
    let typical = peaks.get(peaks.len() / 2).copied().unwrap_or(1.0);
    let high = peaks.iter().copied().filter(|peak| *peak <= 3.0 * typical).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let y = Axis::linear((0.0, 1.04 * high), bottom, top);
    for (index, curve) in curves.iter().enumerate().rev() {
        let points = elicitation.grid.iter().zip(&curve.summary.density);
        let points: Vec<(f64, f64)> =
            points.filter_map(|(at, density)| Some((x.at(*at), y.clamped((*density)?)))).collect();
        if let (0, Some(first), Some(last)) = (index, points.first(), points.last()) {
            let ends = ([(first.0, bottom)], [(last.0, bottom)]);
            let area: Vec<(f64, f64)> = ends.0.into_iter().chain(points.iter().copied()).chain(ends.1).collect();
            scene.area(area, GREY.faded(0.14));
        }
        scene.line(points, curve.stroke);
    }
    for (index, opinion) in elicitation.experts.iter().enumerate() {
        let color = if elicitation.pool.is_some() { palette::color(index) } else { INK };
        for value in said(&opinion.judgement).iter().map(|(value, _)| *value).filter(|value| x.shows(*value)) {
            // Experts who say the same value have ticks above each other.
            let foot = bottom - 9.0 * index as f64 % (bottom - top);
            scene.line([(x.at(value), foot), (x.at(value), foot - 12.0)], Stroke::solid(color, 3.0));
        }
    }
    scene.text("Density", MARGIN, top - 2.0, Anchor::Start, CAPTION);
    Ok(frame.scene)
}

fn cumulative(elicitation: &Elicitation) -> Result<Scene, ChartError> {
    let curves = curves(elicitation);
    let notes = ["Probability of at most the value. Dots: what was said. Dashes: half.".to_string()];
    let mut frame = frame(elicitation, &curves, &notes)?;
    let (top, bottom) = (frame.top + 34.0, frame.bottom - 62.0);
    let (x, y) = (value_axis(elicitation), Axis::linear((0.0, 1.0), bottom, top));
    let scene = &mut frame.scene;
    number_axis(scene, &x, top, bottom, "Value", 8);
    share_axis(scene, &y, LEFT, RIGHT);
    scene.line(
        [(LEFT, y.at(0.5)), (RIGHT, y.at(0.5))],
        Stroke { color: GREY, width: 1.2, dash: Dash::Pattern(&[6.0, 5.0]) },
    );
    for curve in curves.iter().rev() {
        let points = elicitation.grid.iter().zip(&curve.summary.cumulative);
        scene.line(points.map(|(at, p)| (x.at(*at), y.clamped(*p))).collect::<Vec<_>>(), curve.stroke);
    }
    for (index, opinion) in elicitation.experts.iter().enumerate() {
        let color = if elicitation.pool.is_some() { palette::color(index) } else { INK };
        for (value, p) in said(&opinion.judgement) {
            if let Some(p) = p.filter(|_| x.shows(value)) {
                scene.dot((x.at(value), y.at(p)), 6.0, color);
            }
        }
    }
    scene.text("Cumulative probability", MARGIN, top - 16.0, Anchor::Start, CAPTION);
    Ok(frame.scene)
}

/// Values that were named, with their probability where one was.
fn said(judgement: &Judgement) -> Vec<(f64, Option<f64>)> {
    match judgement {
        Judgement::Quantiles(quantiles) => {
            quantiles.iter().map(|quantile| (quantile.value, Some(quantile.p))).collect()
        }
        Judgement::Pert { min, mode, max } => vec![(*min, Some(0.0)), (*mode, None), (*max, Some(1.0))],
    }
}
