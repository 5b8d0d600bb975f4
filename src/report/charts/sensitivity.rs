//! What do the answers about what matters look like?

use super::axis::{Axis, TICK, marker, money_axis, number_axis};
use super::frame::Frame;
use super::palette;
use super::scene::{Anchor, Color, Dash, GREY, INK, RULE, Scene, Sheet, Stroke, Type};
use super::{ChartError, ChartFile, render_all};
use crate::outcome::{MeasureUnit, Sensitivity, Swing, SwingEnd, TailDriver, TailEvent, VarianceOfFactor};
use crate::report::findings::capitalised;
use crate::report::format::{count, grouped, level};
use crate::report::influence::{compact, drivers, listed_name, measure_in_words, name_of, share, told};
use crate::report::sensitivity::{deciding, rounded_up, scale_of, widest};
use crate::statistics::Estimate;

const NAME: Type = Type::regular(15.0, INK);
const SMALL: Type = Type::regular(13.0, GREY);
/// Rows of a chart that can be read at once.
const MOST: usize = 14;
/// Height of a row.
const ROW: f64 = 38.0;
/// Where names end and bars begin.
const LABELS: f64 = 330.0;

/// `tornado`, `variance`, `shapley` where there are such effects, `tail` where there are worst years; each as SVG and PNG.
pub fn sensitivity_charts(found: &Sensitivity) -> Result<Vec<ChartFile>, ChartError> {
    render_all(&scenes(found, Sheet::Desk)?)
}

pub(super) fn scenes(found: &Sensitivity, sheet: Sheet) -> Result<Vec<(&'static str, Scene)>, ChartError> {
    let mut scenes = Vec::new();
    scenes.extend(tornado(found, sheet)?.map(|scene| ("tornado", scene)));
    scenes.extend(variance(found, sheet)?.map(|scene| ("variance", scene)));
    scenes.extend(shapley(found, sheet)?.map(|scene| ("shapley", scene)));
    scenes.extend(tail(found, sheet)?.map(|scene| ("tail", scene)));
    Ok(scenes)
}

fn subtitle(found: &Sensitivity) -> String {
    format!("{} · {} years of each variant · seed {}", found.title, count(found.years), found.seed)
}

/// Extra height that so many rows take beyond the usual chart.
fn extra(sheet: Sheet, rows: usize) -> f64 {
    sheet.extra(sheet.row(ROW) * rows as f64, 500.0)
}

/// Where bars begin, and the right end of what has no figures beside it.
fn span(sheet: Sheet) -> (f64, f64) {
    (sheet.labels(LABELS), sheet.width() - sheet.margin())
}

/// Bars from the base to the measure with a driver at its 10% and at its 90% quantile, whose values stand at their ends.
fn tornado(found: &Sensitivity, sheet: Sheet) -> Result<Option<Scene>, ChartError> {
    let telling: Vec<&Swing> = found.tornado.iter().filter(|swing| !swing.is_noise).collect();
    if telling.is_empty() {
        return Ok(None);
    }
    let shown = &telling[..telling.len().min(MOST)];
    let scale = scale_of(found);
    let mut notes = vec![
        "Each bar: the measure with one driver at its 10% quantile (blue) and at its 90% quantile (orange), all else as it is in the same \
         years. At the ends: the driver's values. Thin lines: 95% intervals of the change."
            .to_string(),
    ];
    let folded = telling.len() - shown.len();
    if folded > 0 {
        let most = scale.amount(telling[shown.len()].swing.value.abs());
        notes.push(format!("{} more, each {most} or less.", drivers(folded)));
    }
    let noisy = found.tornado.iter().filter(|swing| swing.is_noise && swing.swing.value != 0.0).count();
    if noisy > 0 {
        notes.push(format!("{noisy} more do no more than noise."));
    }
    let title = widest(found).unwrap_or_else(|| deciding(found));
    let mut frame = Frame::on(sheet, &title, &subtitle(found), &notes, extra(sheet, shown.len()))?;
    let (top, bottom) = (frame.top + 8.0, frame.bottom - 56.0);
    let ends = shown.iter().flat_map(|swing| [&swing.low, &swing.high]);
    let figures = ends.flat_map(|end| {
        let bounds = [end.change.low, end.change.high].into_iter().flatten().map(|change| found.base.value + change);
        bounds.chain([end.figure])
    });
    let (low, high) = figures.fold((found.base.value, found.base.value), |(low, high), x| (low.min(x), high.max(x)));
    let (labels, edge) = span(sheet);
    // Room for the driver's values beside the bars: as much as it takes.
    let rows: Vec<TornadoRow<'_>> = shown.iter().map(|swing| TornadoRow::new(swing, found.base.value)).collect();
    let axis = |share: f64| {
        let room = share * (high - low);
        Axis::linear((low - room, high + room), labels, edge)
    };
    let wide_enough = |x: &Axis| rows.iter().all(|row| row.fits(x));
    let x = (2..40).map(|step| axis(0.02 * f64::from(step))).find(wide_enough).unwrap_or_else(|| axis(0.8));
    let scene = &mut frame.scene;
    measure_axis(scene, found, &x, top, bottom);
    let step = (bottom - top) / shown.len() as f64;
    let base = x.at(found.base.value);
    let base_line = |scene: &mut Scene| marker(scene, (base, top), (base, bottom), Dash::Solid);
    // Over the bars, but below the names where they stand among them.
    if sheet == Sheet::Phone {
        base_line(scene);
    }
    for (index, (swing, row)) in shown.iter().zip(&rows).enumerate() {
        let row_top = top + step * index as f64;
        let (y, room) = sheet.bars((row_top, step));
        let name = listed_name(&swing.path, if swing.is_guess { " *" } else { "" });
        scene.row_name(&name, NAME, labels, (row_top, step));
        let half = (0.32 * room).min(12.0);
        let colors = [palette::color(0), palette::color(1)];
        for (at, (end, color)) in [&swing.low, &swing.high].into_iter().zip(colors).enumerate() {
            let place = x.at(end.figure);
            // Where both lie on one side, one above the other.
            let (from, to) = match (row.one_sided(), at) {
                (false, _) => (y - half, y + half),
                (true, 0) => (y - half, y - 1.0),
                (true, _) => (y + 1.0, y + half),
            };
            if (place - base).abs() > 0.3 {
                scene.rect((place.min(base), from), (place.max(base), to), color.faded(0.85));
            }
            let (low, high) = reach(end, found.base.value);
            scene.line([(x.at(low), 0.5 * (from + to)), (x.at(high), 0.5 * (from + to))], Stroke::solid(INK, 1.2));
        }
        for (text, value, anchor) in &row.texts {
            let beside = if *anchor == Anchor::End { -6.0 } else { 6.0 };
            scene.text_beside(text, x.at(*value) + beside, y, *anchor, SMALL);
        }
    }
    if sheet == Sheet::Desk {
        base_line(scene);
    }
    Ok(Some(frame.scene))
}

/// What the driver's values are written beside: the far end of each bar with its interval.
struct TornadoRow<'a> {
    swing: &'a Swing,
    base: f64,
    /// Text, the measure beside which it stands, and on which side.
    texts: Vec<(String, f64, Anchor)>,
}

impl<'a> TornadoRow<'a> {
    fn new(swing: &'a Swing, base: f64) -> Self {
        let mut row = Self { swing, base, texts: Vec::new() };
        let [low, high] = [&swing.low, &swing.high].map(|end| reach(end, base));
        let [low_text, high_text] = [swing.low.value, swing.high.value].map(compact);
        let (left, right) = (low.0.min(high.0).min(base), low.1.max(high.1).max(base));
        row.texts = if row.one_sided() {
            let both = format!("{low_text} to {high_text}");
            if swing.low.figure + swing.high.figure > 2.0 * base {
                vec![(both, right, Anchor::Start)]
            } else {
                vec![(both, left, Anchor::End)]
            }
        } else if swing.low.figure <= swing.high.figure {
            vec![(low_text, low.0.min(base), Anchor::End), (high_text, high.1.max(base), Anchor::Start)]
        } else {
            vec![(high_text, high.0.min(base), Anchor::End), (low_text, low.1.max(base), Anchor::Start)]
        };
        row
    }

    /// Do both ends lie on one side of the base?
    fn one_sided(&self) -> bool {
        let [low, high] = [self.swing.low.figure, self.swing.high.figure].map(|figure| figure - self.base);
        low * high > 0.0
    }

    fn fits(&self, x: &Axis) -> bool {
        self.texts.iter().all(|(text, value, anchor)| {
            let wide = SMALL.width(text) + 8.0;
            if *anchor == Anchor::End { x.at(*value) - wide >= x.start } else { x.at(*value) + wide <= x.end }
        })
    }
}

/// The interval of an end's measure, or the measure alone.
fn reach(end: &SwingEnd, base: f64) -> (f64, f64) {
    match (end.change.low, end.change.high) {
        (Some(low), Some(high)) => (base + low, base + high),
        _ => (end.figure, end.figure),
    }
}

fn measure_axis(scene: &mut Scene, found: &Sensitivity, x: &Axis, top: f64, bottom: f64) {
    match found.unit {
        MeasureUnit::Usd => money_axis(scene, x, top, bottom, &capitalised(&measure_in_words(&found.measure)), 6),
        MeasureUnit::Probability => {
            let percent = Axis { low: 100.0 * x.low, high: 100.0 * x.high, ..*x };
            number_axis(
                scene,
                &percent,
                top,
                bottom,
                &format!("{}, % of years", capitalised(&measure_in_words(&found.measure))),
                6,
            );
        }
    }
}

/// A share of variance as a bar with its interval and its figure.
struct ShareBar<'a> {
    name: String,
    /// What is drawn wide and pale, and what is drawn inside it.
    outer: &'a Estimate,
    inner: Option<&'a Estimate>,
}

fn share_bars(scene: &mut Scene, bars: &[ShareBar<'_>], (top, bottom): (f64, f64), caption: &str) {
    let most = bars
        .iter()
        .flat_map(|bar| [Some(bar.outer.value), bar.outer.high, bar.inner.and_then(|inner| inner.high)])
        .flatten()
        .fold(0.01, f64::max);
    let sheet = scene.sheet;
    let (labels, edge) = span(sheet);
    let x = Axis::linear((0.0, most.min(1.2)), labels, edge - sheet.of(150.0, 120.0));
    let percent = Axis { low: 0.0, high: 100.0 * x.high, ..x };
    number_axis(scene, &percent, top, bottom, caption, 6);
    let step = (bottom - top) / bars.len().max(1) as f64;
    for (index, bar) in bars.iter().enumerate() {
        let row_top = top + step * index as f64;
        let (y, room) = sheet.bars((row_top, step));
        scene.row_name(&bar.name, NAME, labels, (row_top, step));
        let half = (0.34 * room).min(13.0);
        let outer = if bar.inner.is_some() { palette::color(5).faded(0.55) } else { palette::color(0).faded(0.85) };
        draw_bar(scene, &x, bar.outer, (y - half, y + half), outer);
        if let Some(inner) = bar.inner {
            draw_bar(scene, &x, inner, (y - 0.55 * half, y + 0.55 * half), palette::color(0));
        }
        let ends = [Some(bar.outer.value), bar.outer.high, bar.inner.and_then(|inner| inner.high)];
        let end = ends.into_iter().flatten().map(|end| x.clamped(end.max(0.0))).fold(x.start, f64::max);
        let text = match bar.inner {
            Some(inner) => format!("{} · {}", share(inner), share(bar.outer)),
            None => share(bar.outer),
        };
        scene.text_beside(&text, end + 8.0, y, Anchor::Start, SMALL);
    }
    scene.line([(x.start, top), (x.start, bottom)], Stroke::solid(GREY, 1.4));
}

fn draw_bar(scene: &mut Scene, x: &Axis, share: &Estimate, (from, to): (f64, f64), color: Color) {
    let end = x.clamped(share.value.max(0.0));
    if end - x.start > 0.3 {
        scene.rect((x.start, from), (end, to), color);
    }
    if let (Some(low), Some(high)) = (share.low, share.high)
        && high > low
    {
        let y = 0.5 * (from + to);
        scene.line([(x.clamped(low.max(0.0)), y), (x.clamped(high.max(0.0)), y)], Stroke::solid(INK, 1.3));
    }
}

/// Sobol' indices: what a factor explains alone, dark, within what it takes part in, pale.
fn variance(found: &Sensitivity, sheet: Sheet) -> Result<Option<Scene>, ChartError> {
    let acting: Vec<&VarianceOfFactor> =
        found.variance.factors.iter().filter(|factor| factor.total.value > 0.0).collect();
    if acting.is_empty() {
        return Ok(None);
    }
    let shown = &acting[..acting.len().min(MOST)];
    let mut notes = vec![format!(
        "Sobol' indices: dark, the share of the variance of {} that a factor explains alone; pale, the share it takes part in. Beside them \
         the figures, lines their 95% intervals. All factors alone: {}%.",
        found.variance.score,
        grouped(100.0 * found.variance.alone, 0)
    )];
    if acting.len() > shown.len() {
        let rest: f64 = acting[shown.len()..].iter().map(|factor| factor.total.value).sum();
        notes.push(format!("{} more, together below {}.", acting.len() - shown.len(), rounded_up(rest)));
    }
    let mut frame = Frame::on(sheet, &deciding(found), &subtitle(found), &notes, extra(sheet, shown.len()))?;
    let bars: Vec<ShareBar<'_>> = shown
        .iter()
        .map(|factor| ShareBar {
            name: listed_name(&factor.path, ""),
            outer: &factor.total,
            inner: Some(&factor.first),
        })
        .collect();
    let span = (frame.top + 8.0, frame.bottom - 56.0);
    share_bars(&mut frame.scene, &bars, span, "Share of the variance, %");
    Ok(Some(frame.scene))
}

/// Shapley effects.
fn shapley(found: &Sensitivity, sheet: Sheet) -> Result<Option<Scene>, ChartError> {
    let Some(division) = found.shapley.as_ref().filter(|division| !division.effects.is_empty()) else {
        return Ok(None);
    };
    let shown = &division.effects[..division.effects.len().min(MOST)];
    let mut notes = vec![format!(
        "Shapley effects: shares of the variance of {} that add up to 100%, dependence and joint effects divided evenly; lines: 95% intervals.",
        found.variance.score
    )];
    if shown.iter().any(|effect| effect.in_group) {
        notes.push("+ depends on others.".into());
    }
    if division.effects.len() > shown.len() {
        let rest: f64 = division.effects[shown.len()..].iter().map(|effect| effect.effect.value).sum();
        let more = division.effects.len() - shown.len();
        notes.push(format!("{more} more, together {}.", rounded_up(rest.max(0.0))));
    }
    let first = &shown[0];
    let title = format!(
        "{} takes {} of the variance of {}",
        told(&first.path, first.role),
        share(&first.effect),
        found.variance.score
    );
    let subtitle = format!("{} · {} years · seed {}", found.title, count(division.years), found.seed);
    let mut frame = Frame::on(sheet, &title, &subtitle, &notes, extra(sheet, shown.len()))?;
    let bars: Vec<ShareBar<'_>> = shown
        .iter()
        .map(|effect| {
            let mark = if effect.in_group { " +" } else { "" };
            ShareBar { name: listed_name(&effect.path, mark), outer: &effect.effect, inner: None }
        })
        .collect();
    let span = (frame.top + 8.0, frame.bottom - 56.0);
    share_bars(&mut frame.scene, &bars, span, "Share of the variance, %");
    Ok(Some(frame.scene))
}

/// Percentiles of the unusual drivers in the worst years, and how much more often things happen there.
fn tail(found: &Sensitivity, sheet: Sheet) -> Result<Option<Scene>, ChartError> {
    let Some(tail) = &found.tail else { return Ok(None) };
    let drivers: Vec<&TailDriver> = tail.drivers.iter().filter(|driver| driver.is_unusual).take(MOST).collect();
    let events: Vec<&TailEvent> = tail.events.iter().take(8).collect();
    if drivers.is_empty() && events.is_empty() {
        return Ok(None);
    }
    let beyond = level(1.0 - tail.level);
    let surest = events
        .iter()
        .filter_map(|event| event.lift.low.map(|low| (low, event)))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(low, _)| *low > 1.5);
    let title = match (drivers.first(), surest) {
        (_, Some((_, event))) => format!(
            "The worst 1 in {} years have {} {} times as often as all years",
            grouped(1.0 / (1.0 - tail.level), 0),
            name_of(&event.path),
            grouped(event.lift.value, 1)
        ),
        (Some(driver), _) => format!(
            "In half of the worst {beyond}% of years {} lies {}",
            name_of(&driver.path),
            if driver.p50 < 0.5 {
                format!("below its {} quantile", share(&Estimate::bare(driver.p50)))
            } else {
                format!("above its {} quantile", share(&Estimate::bare(driver.p50)))
            }
        ),
        _ => format!("No driver is unusual in the worst {beyond}% of years"),
    };
    let notes = vec![
        format!(
            "Strips: from the 10% to the 90% point of the driver's percentiles in the {} worst of {} years, a dot at the median; in all years they \
             would reach from 10 to 90 with the dot at 50. Drivers that chance could make look so are left out.",
            count(tail.worst),
            count(tail.years)
        ),
        "Below: how many times as often something happens there as in all years, with 95% intervals.".into(),
    ];
    let mut frame = Frame::on(sheet, &title, &subtitle(found), &notes, extra(sheet, drivers.len() + events.len() + 2))?;
    let (top, bottom) = (frame.top + 8.0, frame.bottom);
    // Each panel has an axis below it.
    const AXIS: f64 = 56.0;
    let panels = usize::from(!drivers.is_empty()) + usize::from(!events.is_empty());
    let rows = (drivers.len() + events.len()) as f64;
    let step = (bottom - top - AXIS * panels as f64 - 16.0) / rows;
    let (labels, edge) = span(sheet);
    let scene = &mut frame.scene;
    let mut y0 = top;
    if !drivers.is_empty() {
        let end = y0 + step * drivers.len() as f64;
        let x = Axis::linear((0.0, 100.0), labels, edge);
        number_axis(scene, &x, y0, end, "Percentile of all years", 10);
        scene.rect((x.at(10.0), y0), (x.at(90.0), end), RULE.faded(0.35));
        for (index, driver) in drivers.iter().enumerate() {
            let row_top = y0 + step * index as f64;
            let (y, room) = sheet.bars((row_top, step));
            scene.row_name(&listed_name(&driver.path, ""), NAME, labels, (row_top, step));
            let half = (0.22 * room).min(8.0);
            let [low, middle, high] = [driver.p10, driver.p50, driver.p90].map(|p| x.at(100.0 * p));
            scene.rect((low, y - half), (high.max(low + 1.0), y + half), palette::color(0).faded(0.7));
            scene.dot((middle, y), half + 2.0, palette::color(1));
        }
        y0 = end + AXIS + 16.0;
    }
    if !events.is_empty() {
        let end = y0 + step * events.len() as f64;
        let most =
            events.iter().flat_map(|event| [Some(event.lift.value), event.lift.high]).flatten().fold(1.0, f64::max);
        let x = Axis::linear((0.0, 1.08 * most), labels, edge - sheet.of(60.0, 40.0));
        number_axis(scene, &x, y0, end, "Times as often as in all years", 8);
        let as_often = |scene: &mut Scene| marker(scene, (x.at(1.0), y0), (x.at(1.0), end), Dash::Pattern(&[6.0, 4.0]));
        if sheet == Sheet::Phone {
            as_often(scene);
        }
        for (index, event) in events.iter().enumerate() {
            let row_top = y0 + step * index as f64;
            let (y, room) = sheet.bars((row_top, step));
            scene.row_name(&listed_name(&event.path, ""), NAME, labels, (row_top, step));
            let half = (0.26 * room).min(9.0);
            scene.rect((x.at(0.0), y - half), (x.at(event.lift.value), y + half), palette::color(2).faded(0.7));
            let mut reach = x.at(event.lift.value);
            if let (Some(low), Some(high)) = (event.lift.low, event.lift.high) {
                scene.line([(x.at(low), y), (x.at(high), y)], Stroke::solid(INK, 1.3));
                reach = reach.max(x.at(high));
            }
            let beside = if reach < x.at(1.0) { x.at(1.0) } else { reach };
            scene.text_beside(&grouped(event.lift.value, 1), beside + 8.0, y, Anchor::Start, TICK);
        }
        if sheet == Sheet::Desk {
            as_often(scene);
        }
    }
    Ok(Some(frame.scene))
}
