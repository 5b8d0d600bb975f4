//! What does the worth of knowing look like?

use super::axis::{Axis, TICK, marker, money_axis, number_axis};
use super::frame::Frame;
use super::palette;
use super::scene::{Anchor, Dash, GREY, INK, RULE, Scene, Sheet, Stroke, Type};
use super::{ChartError, ChartFile, render};
use crate::outcome::{DriverWorth, Worth};
use crate::report::format::{Unit, count, grouped, half_width, money};
use crate::report::influence::{drivers, listed_name, name_of};
use crate::report::worth::{deciding_now, finding};
use crate::statistics::Estimate;

const NAME: Type = Type::regular(15.0, INK);
const HEADING: Type = Type::bold(17.0, INK);
/// Bars of a chart that can be read at once.
const MOST: usize = 12;
const ROW: f64 = 38.0;
const LABELS: f64 = 330.0;
/// Room for the figure beside the longest bar.
const FIGURE: f64 = 170.0;
/// Height of the curves.
const CURVES: f64 = 330.0;

/// `voi`, as SVG and PNG; nothing where no driver varies.
pub fn worth_charts(worth: &Worth) -> Result<Vec<ChartFile>, ChartError> {
    Ok(match scene(worth, Sheet::Desk)? {
        Some(scene) => render("voi", &scene)?.into(),
        None => Vec::new(),
    })
}

/// Bars of what knowing is worth; below them what the options are expected to cost more than the best one wherever the first driver lies.
pub(super) fn scene(worth: &Worth, sheet: Sheet) -> Result<Option<Scene>, ChartError> {
    let Some(first) = worth.drivers.first() else { return Ok(None) };
    let telling: Vec<&DriverWorth> = worth.drivers.iter().filter(|driver| driver.worth.value > 0.0).collect();
    let shown = &telling[..telling.len().min(MOST)];
    let mut notes = vec![format!("{}. Lines: 95% intervals.", deciding_now(worth))];
    if telling.len() > shown.len() {
        let most = telling[shown.len()].worth.value;
        notes.push(format!("{} more, each {} or less.", drivers(telling.len() - shown.len()), money(most, None)));
    }
    let nothing = worth.drivers.len() - telling.len();
    if nothing > 0 {
        notes.push(format!("{} worth nothing: no value of theirs would change the choice.", drivers(nothing)));
    }
    if shown.iter().any(|driver| driver.is_guess) {
        notes.push("* a guess by its own source.".into());
    }
    let of_driver = |driver: &&DriverWorth| {
        let mark = if driver.is_guess { " *" } else { "" };
        (listed_name(&driver.path, mark), driver.worth)
    };
    let together = ("all drivers together, at least".to_owned(), worth.drivers_together.worth);
    let everything = ("everything, chance included".to_owned(), worth.everything.worth);
    let rows: Vec<(String, Estimate)> = [everything, together].into_iter().chain(shown.iter().map(of_driver)).collect();
    let subtitle = format!("{} · {} years · seed {}", worth.title, count(worth.years), worth.seed);
    let extra = sheet.extra(sheet.row(ROW) * rows.len() as f64 + CURVES + 140.0, 580.0);
    let mut frame = Frame::on(sheet, &finding(worth), &subtitle, &notes, extra)?;
    let (top, bottom) = (frame.top + 8.0, frame.bottom);
    let middle = bottom - CURVES;
    bars(&mut frame.scene, &rows, (top, middle - 56.0));
    curves(&mut frame.scene, worth, first, (middle + sheet.of(20.0, 44.0), bottom - 52.0));
    Ok(Some(frame.scene))
}

fn bars(scene: &mut Scene, rows: &[(String, Estimate)], (top, bottom): (f64, f64)) {
    let most =
        rows.iter().flat_map(|(_, estimate)| [Some(estimate.value), estimate.high]).flatten().fold(0.0, f64::max);
    let sheet = scene.sheet;
    let (labels, edge) = (sheet.labels(LABELS), sheet.width() - sheet.margin());
    let x = Axis::linear((0.0, most), labels, edge - sheet.of(FIGURE, 130.0));
    money_axis(scene, &x, top, bottom, "Worth of knowing before choosing, a year", 6);
    let step = (bottom - top) / rows.len() as f64;
    for (index, (name, estimate)) in rows.iter().enumerate() {
        let row_top = top + step * index as f64;
        let (y, room) = sheet.bars((row_top, step));
        scene.row_name(name, NAME, labels, (row_top, step));
        let half = (0.32 * room).min(13.0);
        let end = x.at(estimate.value);
        // The first two are not one driver.
        let color = if index < 2 { palette::color(5) } else { palette::color(0) };
        if end - x.start > 0.3 {
            scene.rect((x.start, y - half), (end, y + half), color.faded(0.85));
        }
        let mut reach = end;
        if let (Some(low), Some(high)) = (estimate.low, estimate.high)
            && high > low
        {
            scene.line([(x.clamped(low), y), (x.clamped(high), y)], Stroke::solid(INK, 1.3));
            reach = reach.max(x.clamped(high));
        }
        scene.text_beside(&money(estimate.value, half_width(estimate)), reach + 8.0, y, Anchor::Start, TICK);
    }
    scene.line([(x.start, top), (x.start, bottom)], Stroke::solid(GREY, 1.4));
}

/// Expected extra cost of each other option at the driver's percentiles; below 0 the option is the better choice there.
fn curves(scene: &mut Scene, worth: &Worth, driver: &DriverWorth, (top, bottom): (f64, f64)) {
    let most = driver.expected.iter().flat_map(|extra| &extra.over_best).copied();
    let (low, high) = most.fold((0.0f64, 0.0f64), |(low, high), value| (low.min(value), high.max(value)));
    let unit = Unit::of(low.abs().max(high.abs()));
    let heading = format!(
        "Expected extra cost over {}, {}, by the percentile of {}",
        worth.best,
        unit.label(),
        name_of(&driver.path)
    );
    let sheet = scene.sheet;
    let (margin, edge) = (sheet.margin(), sheet.width() - sheet.margin());
    let lines = HEADING.folded(&heading, edge - margin, sheet.of(1.0, 3.0) as usize);
    for (i, line) in lines.iter().enumerate() {
        scene.text(line, margin, top + 20.0 * i as f64, Anchor::Start, HEADING);
    }
    let top = top + 2.0 + 20.0 * lines.len() as f64;
    let names = sheet.of(230.0, 110.0);
    let x = Axis::linear((0.0, 100.0), sheet.of(130.0, 64.0), edge - names);
    number_axis(scene, &x, top, bottom, "Percentile of the driver", 10);
    let pad = 0.06 * (high - low);
    let y = Axis::linear((low - pad, high + pad), bottom, top);
    for tick in y.ticks(6) {
        scene.line([(x.start, y.at(tick)), (x.end, y.at(tick))], Stroke::solid(RULE, 1.0));
        let scaled = tick / unit.dollars();
        let decimals = if scaled == scaled.round() { 0 } else { 1 };
        scene.text_beside(&grouped(scaled, decimals), x.start - 8.0, y.at(tick), Anchor::End, TICK);
    }
    marker(scene, (x.start, y.at(0.0)), (x.end, y.at(0.0)), Dash::Solid);
    let place = |option: &str| worth.options.iter().position(|known| known.name == option).unwrap_or(0);
    for extra in &driver.expected {
        let points = worth.percentiles.iter().zip(&extra.over_best).map(|(p, over)| (x.at(100.0 * p), y.at(*over)));
        scene.line(points.collect::<Vec<_>>(), palette::stroke(place(&extra.option), 3.0));
    }
    // Names at the ends of the lines, apart.
    const MOST_NAMES: usize = 8;
    let ends: Vec<(f64, f64)> = driver
        .expected
        .iter()
        .take(MOST_NAMES)
        .filter_map(|extra| extra.over_best.last().map(|over| (y.at(*over), 18.0)))
        .collect();
    let places = super::axis::spread(&ends, top - 10.0, bottom + 10.0, 2.0);
    for (extra, at) in driver.expected.iter().zip(places) {
        let style = Type::regular(15.0, palette::color(place(&extra.option)));
        scene.text_beside(&style.elided(&extra.option, names - 10.0), x.end + 8.0, at, Anchor::Start, style);
    }
}
