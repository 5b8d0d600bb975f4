//! What do the stresses do to the curve of each option, and to its mean and tail?

use super::axis::{Axis, marker, money_axis};
use super::exceedance::{ends, probability_axis};
use super::frame::{Frame, Key, MARGIN};
use super::palette;
use super::scene::{Dash, INK, RULE, Scene, Sheet, Stroke, Type};
use super::{ChartError, ChartFile, render_all, slug};
use crate::outcome::{StressCurves, StressTest};
use crate::report::format::count;
use crate::report::stress::finding;

/// More lines than colours would be hard to tell apart.
const MOST_STRESSES: usize = 7;
/// Rows of the chart of changes.
const MOST_ROWS: usize = 24;

/// `stress-<option>` for each option and `stress-changes`, each as SVG and PNG.
pub fn stress_charts(found: &StressTest) -> Result<Vec<ChartFile>, ChartError> {
    render_all(&scenes(found, Sheet::Desk)?)
}

pub(super) fn scenes(found: &StressTest, sheet: Sheet) -> Result<Vec<(String, Scene)>, ChartError> {
    let mut scenes: Vec<(String, Scene)> = Vec::new();
    if found.stresses.is_empty() {
        return Ok(scenes);
    }
    for (index, curves) in found.exceedance.iter().enumerate() {
        let mut name = format!("stress-{}", slug(&curves.option));
        // Two names may differ in nothing that a file name can hold; one is taken.
        if name == "stress-changes" || scenes.iter().any(|(taken, _)| *taken == name) {
            name = format!("{name}-{}", index + 1);
        }
        scenes.push((name, exceedance(found, curves, sheet)?));
    }
    scenes.push(("stress-changes".into(), changes(found, sheet)?));
    Ok(scenes)
}

fn subtitle(found: &StressTest) -> String {
    format!("{}: {} years for each case, the same draws", found.title, count(found.years))
}

/// The base thick, a line for each stress.
fn exceedance(found: &StressTest, curves: &StressCurves, sheet: Sheet) -> Result<Scene, ChartError> {
    let option = &curves.option;
    let tail = |stress| found.figure(stress, &format!("tvar@0.99 of {option}"));
    let worst = (0..found.stresses.len()).max_by(|a, b| {
        let change = |index: usize| tail(Some(index)).and_then(|figure| figure.change).map_or(0.0, |c| c.value);
        change(*a).total_cmp(&change(*b))
    });
    let change = worst.and_then(|index| tail(Some(index))).and_then(|figure| figure.change);
    let title = match (worst, change) {
        (Some(index), Some(change)) if change.value > 0.0 => format!(
            "{option}: {} adds {} to the worst 1% of years",
            found.stresses[index].name,
            crate::report::format::money(change.value, crate::report::format::half_width(&change))
        ),
        _ => format!("{option}: no stress makes the worst 1% of years dearer"),
    };
    let shown = found.stresses.len().min(MOST_STRESSES);
    let mut notes = vec!["How often a year costs more than the amount, in the base and under each stress.".to_string()];
    if found.stresses.len() > shown {
        notes.push(format!("The first {shown} of {} stresses.", found.stresses.len()));
    }
    let more = sheet.of(12.0 * shown.saturating_sub(4) as f64, 0.0);
    let mut frame = Frame::on(sheet, &title, &subtitle(found), &notes, more)?;
    let names: Vec<&str> =
        ["base"].into_iter().chain(found.stresses.iter().take(shown).map(|stress| stress.name.as_str())).collect();
    frame.legend(names.iter().enumerate().map(|(index, name)| (index, *name)), Key::Line);
    let (top, bottom) = (frame.top + 34.0, frame.bottom - 62.0);
    let scene = &mut frame.scene;
    let floor = curves.probabilities.last().copied().unwrap_or(0.1).min(0.1) * 0.999;
    let y = Axis::log((floor, 1.0), bottom, top);
    let all: Vec<&Vec<f64>> = [&curves.base].into_iter().chain(curves.stressed.iter().take(shown)).collect();
    let x = amount_axis(&all, &curves.base, ends(sheet));
    money_axis(scene, &x, top, bottom, "Total cost of a year", 8);
    probability_axis(scene, &y, ends(sheet));
    // The base is broad and below, so that a stress that changes nothing is still seen.
    for (index, amounts) in all.iter().enumerate() {
        let both = amounts.iter().zip(&curves.probabilities);
        let points: Vec<(f64, f64)> = both.map(|(amount, p)| (x.clamped(*amount), y.clamped(*p))).collect();
        scene.line(
            points,
            if index == 0 { Stroke::solid(palette::color(0).faded(0.45), 6.0) } else { palette::stroke(index, 2.4) },
        );
    }
    Ok(frame.scene)
}

fn amount_axis(curves: &[&Vec<f64>], base: &[f64], (left, right): (f64, f64)) -> Axis {
    let amounts = curves.iter().flat_map(|curve| curve.iter().copied());
    let (low, high) = amounts.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let body = base.get(base.len() / 2).copied().unwrap_or(0.0).abs();
    if low > 0.0 && high > 20.0 * body {
        return Axis::log((low / 1.1, high * 1.1), left, right);
    }
    let room = 0.03 * (high - low);
    Axis::linear((low - room, high + room), left, right)
}

/// Change of mean and TVaR 99 of every option under every stress, with paired intervals.
fn changes(found: &StressTest, sheet: Sheet) -> Result<Scene, ChartError> {
    let rows: Vec<(usize, &str)> = found
        .stresses
        .iter()
        .enumerate()
        .flat_map(|(index, _)| found.options.iter().map(move |option| (index, option.as_str())))
        .collect();
    let shown = rows.len().min(MOST_ROWS);
    let mut notes = vec![
        "Dots: change against the base in the same years. Lines: 95% intervals, paired, sampling error alone."
            .to_string(),
    ];
    if rows.len() > shown {
        notes.push(format!("The first {shown} of {} rows.", rows.len()));
    }
    const ROW: f64 = 40.0;
    let extra = sheet.extra(sheet.row(ROW) * shown as f64, super::scene::HEIGHT - 250.0);
    let mut frame = Frame::on(sheet, &finding(found), &subtitle(found), &notes, extra)?;
    const MEASURES: [(&str, &str); 2] = [("mean", "change of the mean"), ("tvar@0.99", "change of TVaR 99")];
    frame.legend(MEASURES.iter().enumerate().map(|(index, (_, name))| (index, *name)), Key::Bar);
    let (labels, edge) = (sheet.labels(MARGIN + 360.0), sheet.width() - sheet.margin() - sheet.of(20.0, 0.0));
    let (top, bottom) = (frame.top + 6.0, frame.bottom - 58.0);
    let change = |stress: usize, option: &str, measure: &str| {
        found.figure(Some(stress), &format!("{measure} of {option}")).and_then(|figure| figure.change)
    };
    let ends = rows.iter().take(shown).flat_map(|(stress, option)| {
        MEASURES
            .iter()
            .filter_map(|(measure, _)| change(*stress, option, measure))
            .flat_map(|change| [change.low.unwrap_or(change.value), change.high.unwrap_or(change.value)])
    });
    let (low, high) = ends.fold((0.0f64, 0.0f64), |(low, high), end| (low.min(end), high.max(end)));
    let room = 0.04 * (high - low);
    let x = Axis::linear((low - room, high + room), labels, edge);
    let scene = &mut frame.scene;
    money_axis(scene, &x, top, bottom, "Change against the base", 7);
    marker(scene, (x.at(0.0), top), (x.at(0.0), bottom), Dash::Solid);
    let step = (bottom - top) / shown as f64;
    let name_type = Type::regular(15.0, INK);
    for (row, (stress, option)) in rows.iter().take(shown).enumerate() {
        let row_top = top + step * row as f64;
        let (middle, room) = sheet.bars((row_top, step));
        if row > 0 && rows[row - 1].0 != *stress {
            scene.line([(sheet.margin(), row_top), (edge, row_top)], Stroke::solid(RULE, 1.0));
        }
        scene.row_name(&format!("{}: {option}", found.stresses[*stress].name), name_type, labels, (row_top, step));
        for (index, (measure, _)) in MEASURES.iter().enumerate() {
            let Some(change) = change(*stress, option, measure) else { continue };
            let y = middle + (index as f64 - 0.5) * (0.34 * room).min(14.0);
            let color = palette::color(index);
            if let (Some(low), Some(high)) = (change.low, change.high) {
                scene.line([(x.clamped(low), y), (x.clamped(high), y)], Stroke::solid(color, 3.0));
            }
            scene.dot((x.clamped(change.value), y), 5.5, color);
        }
    }
    Ok(frame.scene)
}
