//! How much more does an option cost than the first one, in the same simulated year?

use super::ChartError;
use super::axis::{Axis, marker, money_axis, share_axis, spread, unit_of};
use super::bins::{Steps, body_window, steps};
use super::frame::Frame;
use super::palette;
use super::scene::{Anchor, Color, Dash, GREY, INK, Scene, Sheet, Stroke, Type};
use crate::outcome::{Difference, Outcome};
use crate::report::findings;
use crate::report::format::{Unit, decimals_for, grouped, half_width, money, percent};

/// The ends of the axis of amounts.
fn ends(sheet: Sheet) -> (f64, f64) {
    (sheet.margin() + sheet.of(60.0, 40.0), sheet.width() - sheet.margin())
}

const LABEL: Type = Type::regular(16.0, INK);
const STRONG: Type = Type::bold(17.0, INK);
const CHEAPER: Color = GREY;

pub(super) fn scene(
    outcome: &Outcome,
    difference: &Difference,
    index: usize,
    sheet: Sheet,
) -> Result<Scene, ChartError> {
    let (left, right) = ends(sheet);
    let total = &difference.total;
    let (low, high) = body_window(total, &difference.density);
    // Zero belongs in the picture unless that leaves the distribution a sliver.
    let extent = high - low;
    let with_zero = (low.min(-0.04 * extent), high.max(0.04 * extent));
    let range = if with_zero.1 - with_zero.0 < 8.0 * extent || extent <= 0.0 { with_zero } else { (low, high) };
    let room = if findings::is_certain(total) { 0.25 * (range.1 - range.0) } else { 0.0 };
    let axis = Axis::linear((range.0 - room, range.1 + room), left, right);
    let drawn = steps(&difference.density, (axis.low, axis.high), sheet.of(160.0, 100.0) as usize);

    let mut notes = vec![format!(
        "{} minus {}, year by year: both options live through the same simulated years.",
        difference.option, difference.baseline
    )];
    for (outside, side, far) in [(drawn.above, "right", total.max), (drawn.below, "left", total.min)] {
        if outside > 0.0 {
            let years = percent(outside, None);
            notes.push(format!("Beyond the {side} edge lie {years} of the years, as far as {}.", money(far, None)));
        }
    }
    let mut frame = Frame::of(outcome, sheet, &findings::difference(difference), &notes, 0.0)?;
    let (top, bottom) = (frame.top + sheet.of(84.0, 128.0), frame.bottom - 62.0);
    let scene = &mut frame.scene;
    let y = Axis::linear((0.0, drawn.peak().max(1e-9) * 1.06), bottom, top);
    let unit = Unit::of(drawn.width);
    let step = grouped(drawn.width / unit.dollars(), decimals_for(drawn.width / unit.dollars() / 10.0, 2).min(1));
    let step = step.trim_end_matches(".0");
    let caption = if findings::is_certain(total) {
        "Share of years".to_string()
    } else {
        format!("Share of years in each step of {step} {}", unit.label())
    };
    scene.text(&caption, sheet.margin(), top - 34.0, Anchor::Start, Type::regular(15.0, INK));
    share_axis(scene, &y, left, right);
    let short = |name: &str| LABEL.elided(name, sheet.of(330.0, 200.0));
    let wording = format!("{} minus {} in a year", short(&difference.option), short(&difference.baseline));
    money_axis(scene, &axis, top, bottom, &wording, 8);
    draw_density(scene, &axis, &y, &drawn, palette::color(index));
    headline(scene, difference, &axis, frame.top + 16.0);
    if axis.shows(0.0) {
        scene.line([(axis.at(0.0), bottom), (axis.at(0.0), top)], Stroke::solid(INK, 2.4));
    }
    marks(scene, difference, &axis, top, bottom);
    Ok(frame.scene)
}

fn draw_density(scene: &mut Scene, x: &Axis, y: &Axis, steps: &Steps, color: Color) {
    let outline = |from, to| steps.outline(x, |share| y.clamped(share), (from, to));
    scene.area(outline(x.low, 0.0), CHEAPER.faded(0.2));
    scene.area(outline(0.0, x.high), color.faded(0.45));
    scene.line(outline(x.low, x.high), Stroke::solid(INK, 1.4));
    for (value, share) in &steps.atoms {
        let at = (x.clamped(*value), y.clamped(*share));
        let fill = if *value > 0.0 { color } else { CHEAPER };
        scene.line([(at.0, y.start), at], Stroke::solid(fill, 5.0));
        scene.dot(at, 6.0, fill);
    }
}

/// The two sides of zero in words, each over its side.
fn headline(scene: &mut Scene, difference: &Difference, x: &Axis, baseline: f64) {
    let (more, less) = (findings::costs_more(difference), findings::costs_no_more(difference));
    let (left, right) = (scene.sheet.margin(), ends(scene.sheet).1);
    if scene.sheet == Sheet::Phone {
        // No room for both on one line.
        scene.text(&LABEL.elided(&less, right - left), left, baseline, Anchor::Start, LABEL);
        for (i, line) in STRONG.folded(&more, right - left, 2).iter().enumerate() {
            scene.text(line, left, baseline + 22.0 * (i + 1) as f64, Anchor::Start, STRONG);
        }
        return;
    }
    let zero = x.clamped(0.0);
    let (less_width, more_width) = (LABEL.width(&less), STRONG.width(&more));
    let wanted = [(zero - 16.0 - less_width / 2.0, less_width), (zero + 16.0 + more_width / 2.0, more_width)];
    let centers = spread(&wanted, left, right, 32.0);
    scene.text(&less, centers[0], baseline, Anchor::Middle, LABEL);
    scene.text(&more, centers[1], baseline, Anchor::Middle, STRONG);
}

fn marks(scene: &mut Scene, difference: &Difference, x: &Axis, top: f64, bottom: f64) {
    let total = &difference.total;
    let unit = unit_of(x).dollars();
    let coarse = (x.high - x.low) / 250.0;
    let decimals = decimals_for(half_width(&total.mean).unwrap_or(0.0).max(coarse) / unit, 3);
    let word = if findings::is_certain(total) { "always" } else { "mean" };
    let text = format!("{word}: {}", grouped(total.mean.value / unit, decimals));
    let at = x.clamped(total.mean.value);
    let center = spread(&[(at, LABEL.width(&text))], x.start, x.end, 0.0)[0];
    scene.text(&text, center, top - 12.0, Anchor::Middle, LABEL);
    marker(scene, (at, bottom), (at, top - 6.0), Dash::Pattern(&[7.0, 4.0]));
}
