//! How is the yearly total of each option distributed?

use super::ChartError;
use super::axis::{Axis, marker, money_axis, spread, unit_of};
use super::bins::{Steps, steps, window};
use super::frame::Frame;
use super::palette;
use super::scene::{Anchor, Dash, GREY, INK, RULE, Scene, Sheet, Stroke, Type};
use crate::outcome::{OptionOutcome, Outcome};
use crate::report::findings;
use crate::report::format::{decimals_for, grouped, half_width, level, percent};

const NAME: Type = Type::bold(17.0, INK);
const LABEL: Type = Type::regular(15.0, INK);
/// The ends of the axis of amounts: names stand before it, on a phone above their own row.
fn ends(sheet: Sheet) -> (f64, f64) {
    (sheet.of(250.0, sheet.margin()), sheet.width() - sheet.margin())
}

/// Height of a name above its row on a phone.
const ABOVE: f64 = 26.0;

pub(super) fn scene(outcome: &Outcome, sheet: Sheet) -> Result<Scene, ChartError> {
    let (left, right) = ends(sheet);
    let options = &outcome.options;
    let windows: Vec<(f64, f64)> = options.iter().map(|o| window(&o.total, &o.density)).collect();
    let range = windows.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), w| (l.min(w.0), h.max(w.1)));
    // A total without uncertainty stands at the end of its window: room beside it.
    let certain = options.iter().any(|o| findings::is_certain(&o.total));
    let room = if certain { 0.12 * (range.1 - range.0) } else { 0.0 };
    let axis = Axis::linear((range.0 - room, range.1 + room), left, right);
    let drawn: Vec<Steps> = options
        .iter()
        .zip(&windows)
        .map(|(o, own)| steps(&o.density, (axis.low, axis.high), fineness(&axis, *own)))
        .collect();

    let tail = findings::near_level(&options[0].total.levels, 0.99).map(|at| at.level);
    let mut note = String::from("Height shows the share of years, for each option scaled to its own peak.");
    if let Some(at) = tail.filter(|_| options.iter().any(|o| !findings::is_certain(&o.total))) {
        note +=
            &format!(" The strip on the base beyond VaR {} is where the {} lie.", level(at), findings::worst_years(at));
    }
    let mut notes = vec![note];
    let beyond = options
        .iter()
        .zip(&drawn)
        .filter(|(_, s)| s.above > 0.0)
        .max_by(|a, b| a.0.total.max.total_cmp(&b.0.total.max));
    if let Some((option, s)) = beyond {
        notes.push(format!(
            "Beyond the right edge lie {} of the years of {}; the costliest cost {}.",
            percent(s.above, None),
            option.name,
            crate::report::format::money(option.total.max, None)
        ));
    }
    let least_row = sheet.of(84.0, 126.0);
    let extra = sheet.extra(least_row * options.len() as f64, 500.0);
    let mut frame = Frame::of(outcome, sheet, &findings::totals(outcome), &notes, extra)?;
    let bottom = frame.bottom - 62.0;
    let top = frame.top + 8.0;
    money_axis(&mut frame.scene, &axis, top, bottom, "Total cost of a year", 8);
    let row = (bottom - top) / options.len() as f64;
    for (index, (option, steps)) in options.iter().zip(&drawn).enumerate() {
        let row_top = top + index as f64 * row;
        draw_row(&mut frame.scene, &axis, option, index, steps, (row_top, row_top + row));
    }
    Ok(frame.scene)
}

/// Steps over the whole axis, so that an option's own window gets about 110 at most, none narrower than two units.
fn fineness(axis: &Axis, own: (f64, f64)) -> usize {
    let extent = axis.high - axis.low;
    let widest = (axis.end - axis.start) / 2.0;
    (110.0 * extent / (own.1 - own.0).max(extent / widest)).min(widest) as usize
}

fn draw_row(
    scene: &mut Scene,
    axis: &Axis,
    option: &OptionOutcome,
    index: usize,
    steps: &Steps,
    (top, base): (f64, f64),
) {
    let color = palette::color(index);
    let total = &option.total;
    let (left, right) = ends(scene.sheet);
    let margin = scene.sheet.margin();
    let top = match scene.sheet {
        Sheet::Desk => {
            let room = left - margin - 30.0;
            let lines = NAME.folded(&option.name, room, 3);
            let middle = (top + base) / 2.0 + 6.0;
            for (i, line) in lines.iter().enumerate() {
                let y = middle + 21.0 * (i as f64 - (lines.len() as f64 - 1.0) / 2.0);
                scene.text_beside(line, margin + 16.0, y, Anchor::Start, NAME);
            }
            scene.rect((margin, middle - 12.0), (margin + 8.0, middle + 12.0), color);
            top
        }
        Sheet::Phone => {
            let name = NAME.elided(&option.name, right - margin - 16.0);
            scene.text_beside(&name, margin + 16.0, top + 14.0, Anchor::Start, NAME);
            scene.rect((margin, top + 4.0), (margin + 8.0, top + 24.0), color);
            top + ABOVE
        }
    };

    let height = base - top - 34.0;
    let peak = steps.peak().max(f64::MIN_POSITIVE);
    let at = |share: f64| base - height * share / peak;
    let var = findings::near_level(&total.levels, 0.99);
    let whole = steps.outline(axis, at, (axis.low, axis.high));
    if let Some(tail) = var.filter(|v| v.var.value < axis.high && !findings::is_certain(total)) {
        // The density of the worst years is a hair's breadth at this scale: a strip on the base shows where they lie.
        let from = tail.var.value.max(axis.low);
        scene.rect((axis.clamped(from), base - 5.0), (axis.clamped(total.max), base), color);
        scene.area(whole.clone(), color.faded(0.28));
        scene.area(steps.outline(axis, at, (from, axis.high)), color.faded(0.75));
    } else {
        scene.area(whole.clone(), color.faded(0.28));
    }
    scene.line(whole, Stroke::solid(color, 1.8));
    for (value, share) in &steps.atoms {
        let x = axis.clamped(*value);
        scene.line([(x, base), (x, at(*share))], Stroke::solid(color, 4.0));
        scene.dot((x, at(*share)), 5.0, color);
    }
    scene.line([(left, base), (right, base)], Stroke::solid(RULE.faded(1.0), 1.0));
    draw_marks(scene, axis, option, (top, base));
}

fn draw_marks(scene: &mut Scene, axis: &Axis, option: &OptionOutcome, (top, base): (f64, f64)) {
    let total = &option.total;
    let unit = unit_of(axis).dollars();
    let coarse = (axis.high - axis.low) / 250.0;
    let write =
        |value: f64, half: Option<f64>| grouped(value / unit, decimals_for(half.unwrap_or(0.0).max(coarse) / unit, 3));
    let mean = total.mean.value;
    let mut marks: Vec<(f64, String, Dash)> = Vec::new();
    if findings::is_certain(total) {
        marks.push((mean, format!("always: {}", write(mean, None)), Dash::Solid));
    } else {
        marks.push((mean, format!("mean: {}", write(mean, half_width(&total.mean))), Dash::Solid));
        if let Some(at) = findings::near_level(&total.levels, 0.99) {
            let text = format!("VaR {}: {}", level(at.level), write(at.var.value, half_width(&at.var)));
            marks.push((at.var.value, text, Dash::Pattern(&[5.0, 4.0])));
        }
    }
    let wanted: Vec<(f64, f64)> =
        marks.iter().map(|(value, text, _)| (axis.clamped(*value), LABEL.width(text))).collect();
    let centers = spread(&wanted, axis.start, axis.end, 14.0);
    for ((value, text, dash), center) in marks.into_iter().zip(centers) {
        let x = axis.clamped(value);
        scene.text(&text, center, top + 17.0, Anchor::Middle, LABEL);
        if findings::is_certain(total) {
            continue;
        }
        marker(scene, (x, base), (x, top + 27.0), dash);
        if (x - center).abs() > 1.0 {
            scene.line([(x, top + 27.0), (center, top + 21.0)], Stroke::solid(GREY, 1.0));
        }
    }
}
