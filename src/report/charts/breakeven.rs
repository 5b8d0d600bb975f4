//! Where does a curve of trials cross its target, and which pairs of two drivers lie on which side?

use super::axis::{Axis, marker};
use super::fit::{CAPTION, LEFT, Mark, Plot, RIGHT, axis, extent, legend, range};
use super::frame::Frame;
use super::palette;
use super::scene::{Anchor, Dash, GREY, INK, Scene, Stroke, Type};
use super::{ChartError, ChartFile, render};
use crate::outcome::breakeven::{BreakEven, Frontier, MeasureUnit, MovedDriver, Sides};
use crate::report::breakeven::{finding, plain, value};
use crate::report::format::count;

const STRONG: Type = Type::bold(16.0, INK);
const DASHED: Dash = Dash::Pattern(&[6.0, 5.0]);
/// Room above a plot for the names of upright markers.
const NAMES: f64 = 26.0;

/// `break-even` or, of two drivers, `frontier`, as SVG and PNG; no chart where nothing was found to show.
pub fn break_even_charts(found: &BreakEven) -> Result<Vec<ChartFile>, ChartError> {
    let mut files = Vec::new();
    for (name, scene) in scenes(found)? {
        files.extend(render(name, &scene)?);
    }
    Ok(files)
}

pub(super) fn scenes(found: &BreakEven) -> Result<Vec<(&'static str, Scene)>, ChartError> {
    let scene = match &found.frontier {
        Some(frontier) => frontier_scene(found, frontier)?.map(|scene| ("frontier", scene)),
        None => curve_scene(found)?.map(|scene| ("break-even", scene)),
    };
    Ok(scene.into_iter().collect())
}

fn subtitle(found: &BreakEven, years: u64) -> String {
    format!("{} · {} simulated years for each trial · seed {}", found.title, count(years), found.seed)
}

fn caption(driver: &MovedDriver) -> String {
    let mean = if driver.by == crate::outcome::breakeven::Movement::Point { "" } else { "mean of " };
    format!("{mean}{}, {}", driver.path, driver.unit)
}

fn curve_scene(found: &BreakEven) -> Result<Option<Scene>, ChartError> {
    let question = &found.question;
    // Against a number the measure itself is shown, against a measure the gap between the two.
    let (number, scale) = match (question.right.parse::<f64>(), question.unit) {
        (Ok(number), MeasureUnit::Probability) => (Some(number), 100.0),
        (Ok(number), MeasureUnit::Usd) => (Some(number), 1.0),
        (Err(_), MeasureUnit::Probability) => (None, 100.0),
        (Err(_), MeasureUnit::Usd) => (None, 1.0),
    };
    let target = number.unwrap_or(0.0);
    let shown = |gap: f64| scale * (gap + target);
    let points: Vec<(f64, f64, Option<f64>, Option<f64>)> = found
        .curve
        .iter()
        .map(|trial| {
            let gap = trial.gap;
            (trial.value, shown(gap.value), gap.low.map(shown), gap.high.map(shown))
        })
        .collect();
    let Some(xs) = range(points.iter().map(|point| point.0)) else { return Ok(None) };
    let ys = points.iter().flat_map(|point| [Some(point.1), point.2, point.3]).flatten();
    let Some((low, high)) = range(ys.chain([scale * target])) else { return Ok(None) };
    let notes = [format!(
        "Every trial lives through the same years. Band and interval: 95%, of sampling error alone. {}",
        crate::report::breakeven::how_moved(&found.driver)
    )];
    let mut frame = Frame::new(&finding(found), &subtitle(found, found.years), &notes, 0.0)?;
    let (top, bottom) = extent(&frame);
    let room = 0.08 * (high - low).max(1e-9 * high.abs());
    let x = axis(xs, false, LEFT, RIGHT);
    let y = Axis::linear((low - room, high + room), bottom, top + NAMES);
    let name = match (number, question.unit) {
        (Some(_), MeasureUnit::Usd) => format!("{}, USD a year", question.left),
        (Some(_), MeasureUnit::Probability) => format!("{}, % of years", question.left),
        (None, MeasureUnit::Usd) => format!("{} less {}, USD a year", question.left, question.right),
        (None, MeasureUnit::Probability) => format!("{} less {}, points", question.left, question.right),
    };
    let scene = &mut frame.scene;
    let color = palette::color(0);
    let plot = Plot::new(scene, x, y, (&caption(&found.driver), &name));
    for root in &found.roots {
        if let (Some(low), Some(high)) = (root.value.low, root.value.high) {
            scene.rect((plot.x.clamped(low), plot.top), (plot.x.clamped(high), plot.bottom), GREY.faded(0.22));
        }
    }
    plot.band(scene, points.iter().map(|point| (point.0, point.2, point.3)), color.faded(0.22));
    let level = plot.y.at(scale * target);
    scene.line([(LEFT, level), (RIGHT, level)], Stroke::solid(INK, 1.6));
    plot.curve(scene, points.iter().map(|point| (point.0, point.1)), palette::stroke(0, 3.0));
    let mut marks: Vec<(f64, String)> = Vec::new();
    for root in &found.roots {
        let at = plot.x.at(root.value.value);
        marker(scene, (at, plot.top), (at, plot.bottom), Dash::Solid);
        scene.dot((at, level), 5.5, INK);
        marks.push((root.value.value, format!("break-even {}", value(&root.value))));
    }
    if let Some(today) = found.driver.today.filter(|today| plot.x.shows(*today)) {
        let at = plot.x.at(today);
        marker(scene, (at, plot.top), (at, plot.bottom), DASHED);
        let here = points.iter().find(|point| point.0 == today);
        if let Some(point) = here {
            scene.dot(plot.at(today, point.1), 5.5, color);
        }
        marks.push((today, format!("today {}", plain(today))));
    }
    names_above(scene, &plot.x, plot.top - 8.0, &marks);
    // What the sides of the target mean, at the end where the curve is farther from it.
    let far = |point: Option<&(f64, f64, Option<f64>, Option<f64>)>| point.map_or(0.0, |p| (p.1 - scale * target).abs());
    let (anchor, at) = if far(points.first()) <= far(points.last()) {
        (Anchor::End, RIGHT - 10.0)
    } else {
        (Anchor::Start, LEFT + 10.0)
    };
    let above = CAPTION.elided(&question.above, 420.0);
    let below = CAPTION.elided(&question.below, 420.0);
    // Opposite the curve: it runs above the target at this end, or below it.
    let end = if anchor == Anchor::End { points.last() } else { points.first() };
    let runs_above = end.is_some_and(|point| point.1 > scale * target);
    let other = if anchor == Anchor::End { (Anchor::Start, LEFT + 10.0) } else { (Anchor::End, RIGHT - 10.0) };
    let ((above_anchor, above_at), (below_anchor, below_at)) =
        if runs_above { (other, (anchor, at)) } else { ((anchor, at), other) };
    if level - 26.0 > plot.top {
        scene.text(&above, above_at, level - 10.0, above_anchor, Type::regular(15.0, GREY));
    }
    if level + 26.0 < plot.bottom {
        scene.text(&below, below_at, level + 21.0, below_anchor, Type::regular(15.0, GREY));
    }
    Ok(Some(frame.scene))
}

/// Names of upright markers above a plot, kept apart.
fn names_above(scene: &mut Scene, x: &Axis, baseline: f64, marks: &[(f64, String)]) {
    let wanted: Vec<(f64, f64)> = marks.iter().map(|(at, name)| (x.at(*at), STRONG.width(name))).collect();
    for (center, (_, name)) in super::axis::spread(&wanted, LEFT, RIGHT, 14.0).into_iter().zip(marks) {
        scene.text(name, center, baseline, Anchor::Middle, STRONG);
    }
}

fn frontier_scene(found: &BreakEven, frontier: &Frontier) -> Result<Option<Scene>, ChartError> {
    let met: Vec<_> = frontier.points.iter().filter_map(|point| Some((point.first, point.second?))).collect();
    if met.len() < 2 {
        return Ok(None);
    }
    let (first, second) = (&found.driver, &frontier.driver);
    let notes = [format!(
        "On the line {} = {}. Band: 95%, of sampling error alone. Where the line ends, no value of {} that was searched meets the question.",
        found.question.left, found.question.right, second.path
    )];
    let mut frame = Frame::new(&finding(found), &subtitle(found, frontier.years), &notes, 0.0)?;
    let line = palette::stroke(0, 3.0);
    let mut entries = vec![(format!("{} = {}", found.question.left, found.question.right), Mark::Line(line))];
    let today = first.today.zip(second.today);
    if today.is_some() {
        entries.push(("today".to_owned(), Mark::Bar(palette::color(1))));
    }
    legend(&mut frame, &entries);
    let (top, bottom) = extent(&frame);
    let ends = met.iter().flat_map(|(_, second)| [Some(second.value), second.low, second.high]).flatten();
    let Some((low, high)) = range(ends.chain(second.today)) else { return Ok(None) };
    let Some(xs) = range([first.from, first.to].into_iter().chain(first.today)) else { return Ok(None) };
    let room = 0.12 * (high - low);
    let floor = if second.from >= 0.0 { (low - room).max(0.0) } else { low - room };
    let x = axis(xs, false, LEFT, RIGHT);
    let y = Axis::linear((floor, high + room), bottom, top);
    let scene = &mut frame.scene;
    let plot = Plot::new(scene, x, y, (&caption(first), &caption(second)));
    plot.band(scene, met.iter().map(|(at, second)| (*at, second.low, second.high)), palette::color(0).faded(0.25));
    plot.curve(scene, met.iter().map(|(at, second)| (*at, second.value)), line);
    if let Some((one, other)) = today.filter(|(one, other)| plot.shows(*one, *other)) {
        let (x, y) = plot.at(one, other);
        scene.line([(x, plot.bottom), (x, plot.top)], Stroke { color: GREY, width: 1.2, dash: DASHED });
        scene.line([(LEFT, y), (RIGHT, y)], Stroke { color: GREY, width: 1.2, dash: DASHED });
        scene.rect((x - 6.0, y - 6.0), (x + 6.0, y + 6.0), palette::color(1));
    }
    let (below, above) = match frontier.sides {
        Sides::BelowBefore => (&found.question.below, &found.question.above),
        Sides::AboveBefore => (&found.question.above, &found.question.below),
        Sides::Mixed => return Ok(Some(frame.scene)),
    };
    // Where the line is lowest there is room above it, where it is highest below.
    let (left, right) = (met[0].1.value, met[met.len() - 1].1.value);
    let (start, end) = ((Anchor::Start, LEFT + 14.0), (Anchor::End, RIGHT - 14.0));
    let (for_above, for_below) = if left < right { (start, end) } else { (end, start) };
    let name = |text: &str| STRONG.elided(text, 480.0);
    scene.text(&name(above), for_above.1, plot.top + 26.0, for_above.0, STRONG);
    scene.text(&name(below), for_below.1, plot.bottom - 16.0, for_below.0, STRONG);
    Ok(Some(frame.scene))
}
