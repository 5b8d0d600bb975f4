//! Where does a curve of trials cross its target, and which pairs of two drivers lie on which side?

use super::axis::{Axis, marker};
use super::fit::{Mark, Plot, axis, extent, legend, range};
use super::frame::Frame;
use super::palette;
use super::scene::{Anchor, Dash, GREY, INK, Scene, Sheet, Stroke, Type};
use super::{ChartError, ChartFile, render_all};
use crate::outcome::breakeven::{BreakEven, Frontier, MeasureUnit, MovedDriver, Sides};
use crate::report::breakeven::{finding, plain, value};
use crate::report::format::count;

const STRONG: Type = Type::bold(16.0, INK);
const DASHED: Dash = Dash::Pattern(&[6.0, 5.0]);
/// Of the range of what is shown, left free at the top for the names of upright markers.
const HEADROOM: f64 = 0.2;
/// Of what a frontier shows, left free beside it.
const BESIDE: f64 = 0.3;

/// `break-even` or, of two drivers, `frontier`, as SVG and PNG; no chart where nothing was found to show.
pub fn break_even_charts(found: &BreakEven) -> Result<Vec<ChartFile>, ChartError> {
    render_all(&scenes(found, Sheet::Desk)?)
}

pub(super) fn scenes(found: &BreakEven, sheet: Sheet) -> Result<Vec<(&'static str, Scene)>, ChartError> {
    let scene = match &found.frontier {
        Some(frontier) => frontier_scene(found, frontier, sheet)?.map(|scene| ("frontier", scene)),
        None => curve_scene(found, sheet)?.map(|scene| ("break-even", scene)),
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

/// The ends of the axis along the bottom.
fn span(sheet: Sheet) -> (f64, f64) {
    (sheet.of(super::fit::LEFT, 72.0), sheet.width() - sheet.margin())
}

fn curve_scene(found: &BreakEven, sheet: Sheet) -> Result<Option<Scene>, ChartError> {
    let question = &found.question;
    // Against a number the measure itself is shown, against a measure the gap between the two.
    let number = question.right_number;
    let scale = match question.unit {
        MeasureUnit::Probability => 100.0,
        MeasureUnit::Usd => 1.0,
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
    let mut frame = Frame::on(sheet, &finding(found), &subtitle(found, found.years), &notes, 0.0)?;
    let (top, bottom) = extent(&frame);
    let room = (high - low).max(1e-9 * high.abs());
    let (left, right) = span(sheet);
    let x = axis(xs, false, left, right);
    let y = Axis::linear((low - 0.08 * room, high + HEADROOM * room), bottom, top);
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
    scene.line([(left, level), (right, level)], Stroke::solid(INK, 1.6));
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
    name_markers(scene, &plot, &marks);
    if let [root] = found.roots.as_slice() {
        let markers = [Some(root.value.value), found.driver.today].into_iter().flatten();
        let edges: Vec<f64> = markers.filter(|at| plot.x.shows(*at)).map(|at| plot.x.at(at)).collect();
        let at = plot.x.at(root.value.value);
        // Each stands where it holds, across the target from the curve.
        let (above, below) = if root.slope < 0.0 { ((left, at), (at, right)) } else { ((at, right), (left, at)) };
        side_name(scene, &question.above, widest(above, &edges), level + 21.0);
        side_name(scene, &question.below, widest(below, &edges), level - 10.0);
    }
    Ok(Some(frame.scene))
}

/// The widest stretch between two ends and the markers between them.
fn widest((low, high): (f64, f64), edges: &[f64]) -> (f64, f64) {
    let mut stops: Vec<f64> = edges.iter().copied().filter(|at| *at > low && *at < high).chain([low, high]).collect();
    stops.sort_by(f64::total_cmp);
    let pairs = stops.windows(2).map(|pair| (pair[0], pair[1]));
    pairs.fold((low, low), |best, pair| if pair.1 - pair.0 > best.1 - best.0 { pair } else { best })
}

/// What a side of the target means, in the middle of a stretch that has room for some of it.
fn side_name(scene: &mut Scene, text: &str, (low, high): (f64, f64), baseline: f64) {
    const LEAST: f64 = 110.0;
    const SIDE: Type = Type::regular(15.0, GREY);
    // On a phone a name that has no room is left out: the finding says it.
    let has_room = scene.sheet == Sheet::Desk || SIDE.width(text) < high - low - 16.0;
    if high - low > LEAST && has_room {
        scene.text(&SIDE.elided(text, high - low - 16.0), 0.5 * (low + high), baseline, Anchor::Middle, SIDE);
    }
}

/// Names of upright markers beside them, each on a line of its own below the top of the plot.
fn name_markers(scene: &mut Scene, plot: &Plot, marks: &[(f64, String)]) {
    for (index, (at, name)) in marks.iter().enumerate() {
        let x = plot.x.at(*at);
        let fits = x + 8.0 + STRONG.width(name) < plot.x.end;
        let (anchor, x) = if fits { (Anchor::Start, x + 8.0) } else { (Anchor::End, x - 8.0) };
        scene.text(name, x, plot.top + 22.0 + 21.0 * index as f64, anchor, STRONG);
    }
}

fn frontier_scene(found: &BreakEven, frontier: &Frontier, sheet: Sheet) -> Result<Option<Scene>, ChartError> {
    let met: Vec<_> = frontier.points.iter().filter_map(|point| Some((point.first, point.second?))).collect();
    if met.len() < 2 {
        return Ok(None);
    }
    let (first, second) = (&found.driver, &frontier.driver);
    let notes = [format!(
        "On the line {} = {}. Band: 95%, of sampling error alone. Where the line ends, no value of {} that was searched meets the question.",
        found.question.left, found.question.right, second.path
    )];
    let mut frame = Frame::on(sheet, &finding(found), &subtitle(found, frontier.years), &notes, 0.0)?;
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
    // The line and today's point, with room beside the line for the names of its sides.
    let Some((from, to)) = range(met.iter().map(|(at, _)| *at).chain(first.today)) else { return Ok(None) };
    let beside = BESIDE * (to - from).max(1e-9 * to.abs());
    let xs = ((from - beside).max(first.from.min(from)), to + beside);
    let room = 0.12 * (high - low);
    let floor = if second.from >= 0.0 { (low - room).max(0.0) } else { low - room };
    let (left, right) = span(sheet);
    let x = axis(xs, false, left, right);
    let y = Axis::linear((floor, high + room), bottom, top);
    let scene = &mut frame.scene;
    let plot = Plot::new(scene, x, y, (&caption(first), &caption(second)));
    plot.band(scene, met.iter().map(|(at, second)| (*at, second.low, second.high)), palette::color(0).faded(0.25));
    plot.curve(scene, met.iter().map(|(at, second)| (*at, second.value)), line);
    if let Some((one, other)) = today.filter(|(one, other)| plot.shows(*one, *other)) {
        let (x, y) = plot.at(one, other);
        scene.line([(x, plot.bottom), (x, plot.top)], Stroke { color: GREY, width: 1.2, dash: DASHED });
        scene.line([(left, y), (right, y)], Stroke { color: GREY, width: 1.2, dash: DASHED });
        scene.rect((x - 6.0, y - 6.0), (x + 6.0, y + 6.0), palette::color(1));
    }
    let (below, above) = match frontier.sides {
        Sides::BelowBefore => (&found.question.below, &found.question.above),
        Sides::AboveBefore => (&found.question.above, &found.question.below),
        Sides::Mixed => return Ok(Some(frame.scene)),
    };
    // Above a rising line there is room to the left of its highest point, below it to the right of its lowest; of a falling one the other way.
    let ((first_at, first_value), (last_at, last_value)) = (met[0], met[met.len() - 1]);
    let (first_at, last_at) = (plot.x.at(first_at), plot.x.at(last_at));
    let rises = first_value.value < last_value.value;
    let (for_above, for_below) =
        if rises { ((left, last_at), (first_at, right)) } else { ((first_at, right), (left, last_at)) };
    let edges: Vec<f64> = first.today.filter(|at| plot.x.shows(*at)).map(|at| plot.x.at(at)).into_iter().collect();
    side_name(scene, above, widest(for_above, &edges), plot.top + 26.0);
    side_name(scene, below, widest(for_below, &edges), plot.bottom - 16.0);
    Ok(Some(frame.scene))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::outcome::Estimate;
    use crate::outcome::breakeven::{FrontierPoint, Movement, Question, Root, Trial};
    use crate::report::charts::tests::check_layout;

    const LONG: &str = "A workforce abroad with a rather long name that somebody gave it, second shift of the night";

    fn driver(by: Movement, scale: f64) -> MovedDriver {
        MovedDriver {
            path: format!("workforce.{LONG}.case_mix_drift"),
            unit: "USD per 1.0 of case mix per encounter".into(),
            meaning: "Shift of the case-mix index; a loss is negative".into(),
            by,
            law: "pert(min -0.06, mode -0.01, max 0.005, lambda 4)".into(),
            today: Some(1.02 * scale),
            from: 0.0,
            to: 10.0 * scale,
            limit: None,
        }
    }

    pub(in crate::report) fn example(unit: MeasureUnit, right: &str, roots: &[f64], scale: f64) -> BreakEven {
        let estimate = |value: f64, half: f64| Estimate::between(value, value - half, value + half);
        let trial = |i: i32| {
            let value = scale * (0.9 + 0.02 * f64::from(i));
            let gap = 0.3 * (1.0 - value / scale);
            let size = if unit == MeasureUnit::Usd { 1e8 } else { 1.0 };
            Trial { value, left: size * (gap + 0.5), gap: estimate(size * gap, size * 0.01) }
        };
        let root = |at: &f64| Root { value: estimate(scale * at, 0.01 * scale), move_by: *at, left: 0.5, slope: -0.3 };
        BreakEven {
            program_version: "0".into(),
            title: LONG.into(),
            config_hash: "0".into(),
            years: 524_288,
            seed: 1,
            value_version: 1,
            question: Question {
                left: format!("costs more of {LONG}"),
                right: right.into(),
                right_number: right.parse().ok(),
                unit,
                below: format!("{LONG} is cheaper in most years"),
                above: "Domestic is cheaper in most years".into(),
            },
            driver: driver(Movement::Scale, scale),
            today: trial(6),
            roots: roots.iter().map(root).collect(),
            curve: (0..=10).map(trial).collect(),
            frontier: None,
            cautions: Vec::new(),
        }
    }

    #[test]
    fn break_evens_of_any_size_keep_to_the_page() {
        for (unit, right) in [(MeasureUnit::Usd, "0"), (MeasureUnit::Usd, LONG), (MeasureUnit::Probability, "0.5")] {
            for roots in [&[][..], &[1.0], &[1.019], &[0.95, 1.0, 1.08]] {
                for scale in [1e-6, 1.0, 1e7] {
                    let found = example(unit, right, roots, scale);
                    for (name, scene) in Sheet::BOTH.iter().flat_map(|sheet| scenes(&found, *sheet).unwrap()) {
                        check_layout(&format!("{name} {right} {roots:?} {scale}"), &scene);
                    }
                }
            }
        }
    }

    #[test]
    fn frontiers_keep_to_the_page() {
        for (sides, tilt) in [(Sides::BelowBefore, 3.0), (Sides::AboveBefore, -3.0), (Sides::Mixed, 0.0)] {
            let point = |i: i32| {
                let first = 0.5 + 0.1 * f64::from(i);
                let value = 5.0 + tilt * (first - 1.0);
                let second = (i > 2).then(|| Estimate::between(value, value - 0.2, value + 0.2));
                FrontierPoint { first, second }
            };
            let points = (0..=10).map(point).collect();
            let second = driver(Movement::Point, 5.0);
            let mut found = example(MeasureUnit::Usd, "0", &[], 1.0);
            found.frontier = Some(Frontier { years: 65_536, driver: second, points, sides });
            for sheet in Sheet::BOTH {
                let drawn = scenes(&found, sheet).unwrap();
                assert_eq!(drawn[0].0, "frontier");
                check_layout("frontier", &drawn[0].1);
            }
        }
    }
}
