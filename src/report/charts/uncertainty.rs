//! What do curves and measures look like when parameters are not known?

use super::axis::{Axis, money_axis, number_axis};
use super::exceedance::{ends, probability_axis};
use super::frame::{Frame, Key, MARGIN};
use super::palette;
use super::scene::{Anchor, GREY, INK, Scene, Sheet, Stroke, Type};
use super::{ChartError, ChartFile, render_all, slug};
use crate::outcome::{Horsetail, Uncertainty};
use crate::report::format::{Unit, count, grouped, money, significant_decimals};
use crate::report::uncertainty::{by_weight, deciding, finding, spoken};

/// Curves that are drawn one by one: more are a surface.
const MOST_LINES: usize = 120;
/// On a phone, where they would be a surface sooner.
const MOST_LINES_PHONE: usize = 40;
/// Parameters that a chart shows.
const MOST_PARAMETERS: usize = 14;

/// `horsetail-<option>` for each option, and `ignorance` with the parameters that matter, each as SVG and PNG.
pub fn uncertainty_charts(found: &Uncertainty) -> Result<Vec<ChartFile>, ChartError> {
    render_all(&scenes(found, Sheet::Desk)?)
}

pub(super) fn scenes(found: &Uncertainty, sheet: Sheet) -> Result<Vec<(String, Scene)>, ChartError> {
    let mut scenes: Vec<(String, Scene)> = Vec::new();
    for (index, horsetail) in found.horsetails.iter().enumerate() {
        let mut name = format!("horsetail-{}", slug(&horsetail.option));
        // Two names may differ in nothing that a file name can hold.
        if scenes.iter().any(|(taken, _)| *taken == name) {
            name = format!("{name}-{}", index + 1);
        }
        scenes.push((name, curves(found, horsetail, index, sheet)?));
    }
    if let Some(scene) = parameters(found, sheet)? {
        scenes.push(("ignorance".into(), scene));
    }
    Ok(scenes)
}

fn subtitle(found: &Uncertainty) -> String {
    format!("{}: {} draws of what is uncertain, {} years each", found.title, count(found.outer), count(found.inner))
}

/// One exceedance curve a draw, their band, and the central one.
fn curves(found: &Uncertainty, horsetail: &Horsetail, index: usize, sheet: Sheet) -> Result<Scene, ChartError> {
    let shown = horsetail.curves.len().min(MOST_LINES);
    let drawn = shown.min(sheet.of(MOST_LINES as f64, MOST_LINES_PHONE as f64) as usize);
    let at = |p: f64| horsetail.probabilities.iter().position(|known| (known - p).abs() < 1e-9);
    let title = match at(0.01) {
        Some(place) => {
            let (low, high) = (horsetail.p5[place], horsetail.p95[place]);
            match between(low, high) {
                Some(range) => format!(
                    "{}: the year exceeded once in 100 costs {range}, depending on what is not known",
                    horsetail.option
                ),
                None => format!(
                    "{}: the year exceeded once in 100 costs {}, whatever is not known",
                    horsetail.option,
                    money(high, None)
                ),
            }
        }
        None => format!("{}: yearly cost when parameters are not known", horsetail.option),
    };
    let mut notes = vec![format!(
        "Thin: {shown} of the draws, a curve each, all on the same years. Shaded: 5% to 95% of all draws at each probability. Dashed: their median. \
         Thick: the central run, every parameter at the value of a plain run."
    )];
    if let Some(spread) = found.guesses {
        notes.push(format!(
            "Assumed by the user: guesses are off by a factor of mean 1 and standard deviation {spread}, each on its own."
        ));
    }
    let mut frame = Frame::on(sheet, &title, &subtitle(found), &notes, 0.0)?;
    let (top, bottom) = (frame.top + 34.0, frame.bottom - 62.0);
    let scene = &mut frame.scene;
    let floor = horsetail.probabilities.last().copied().unwrap_or(0.1).min(0.1) * 0.999;
    let y = Axis::log((floor, 1.0), bottom, top);
    let x = amount_axis(horsetail, ends(sheet));
    money_axis(scene, &x, top, bottom, "Total cost of a year", 8);
    probability_axis(scene, &y, ends(sheet));
    let color = palette::color(index);
    let points = |amounts: &[f64]| -> Vec<(f64, f64)> {
        let both = amounts.iter().zip(&horsetail.probabilities);
        both.map(|(amount, p)| (x.clamped(*amount), y.clamped(*p))).collect()
    };
    // A curve ends where it leaves the chart.
    let inside = |amounts: &[f64]| -> Vec<(f64, f64)> {
        let both = amounts.iter().zip(&horsetail.probabilities);
        both.filter(|(amount, _)| x.shows(**amount)).map(|(amount, p)| (x.at(*amount), y.clamped(*p))).collect()
    };
    let edge = points(&horsetail.p5).into_iter().chain(points(&horsetail.p95).into_iter().rev());
    scene.area(edge.collect::<Vec<_>>(), color.faded(0.16));
    for curve in horsetail.curves.iter().take(drawn) {
        scene.line(inside(curve), Stroke::solid(color.faded(0.22), 1.0));
    }
    let median = Stroke { dash: super::scene::Dash::Pattern(&[8.0, 5.0]), ..Stroke::solid(INK, 1.6) };
    scene.line(points(&horsetail.p50), median);
    scene.line(points(&horsetail.central), Stroke::solid(color, 3.0));
    Ok(frame.scene)
}

/// Two amounts in one unit, where they can be told apart.
fn between(low: f64, high: f64) -> Option<String> {
    let unit = Unit::of(high.abs().max(low.abs()));
    let decimals = significant_decimals((high - low) / unit.dollars(), 2).min(3);
    let write = |amount: f64| grouped(amount / unit.dollars(), decimals);
    (write(low) != write(high)).then(|| format!("{} to {} {}", write(low), write(high), unit.label()))
}

/// Even where the amounts allow it, by decades where a few draws would squeeze the others.
fn amount_axis(horsetail: &Horsetail, (left, right): (f64, f64)) -> Axis {
    let band = horsetail.p5.iter().chain(&horsetail.p95).chain(&horsetail.central).copied();
    let (low, high) = band.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let body = horsetail.p50[horsetail.p50.len() / 2].abs();
    if low > 0.0 && high > 20.0 * body {
        return Axis::log((low / 1.1, high * 1.3), left, right);
    }
    let room = 0.08 * (high - low);
    Axis::linear((low - room, high + room), left, right)
}

/// First-order shares of the parameters that matter, for the measures that decide.
fn parameters(found: &Uncertainty, sheet: Sheet) -> Result<Option<Scene>, ChartError> {
    let measures = deciding(found);
    let shares = |path: &str, measure: &str| {
        let parameter = found.parameters.iter().find(|parameter| parameter.path == path)?;
        let effect = parameter.effect(measure)?;
        Some((effect.first_order?, effect.rank_correlation))
    };
    let chosen: Vec<&str> = by_weight(found, &measures)
        .into_iter()
        .take(MOST_PARAMETERS)
        .map(|parameter| parameter.path.as_str())
        .collect();
    if measures.is_empty() || !chosen.iter().any(|path| measures.iter().any(|m| shares(path, m).is_some())) {
        return Ok(None);
    }
    let notes = [
        "Bars: share of the measure's variance over the draws that the parameter explains alone (a quadratic in its rank, adjusted R squared). \
         Sign: does the measure rise (+) or fall (-) with it?"
            .to_string(),
    ];
    const ROW: f64 = 40.0;
    let extra = sheet.extra(sheet.row(ROW) * chosen.len() as f64, super::scene::HEIGHT - 250.0);
    let mut frame = Frame::on(sheet, &finding(found), &subtitle(found), &notes, extra)?;
    let names: Vec<String> = measures.iter().map(|measure| spoken(measure)).collect();
    frame.legend(names.iter().enumerate().map(|(index, name)| (index, name.as_str())), Key::Bar);
    let (left, edge) = (sheet.labels(MARGIN + 400.0), sheet.width() - sheet.margin() - sheet.of(20.0, 0.0));
    let (top, bottom) = (frame.top + 6.0, frame.bottom - 58.0);
    let all = chosen.iter().flat_map(|path| measures.iter().filter_map(|measure| shares(path, measure)));
    let most = all.map(|(share, _)| 100.0 * share).fold(5.0, f64::max);
    let x = Axis::linear((0.0, most * 1.1), left, edge);
    let scene = &mut frame.scene;
    number_axis(scene, &x, top, bottom, "Share of the variance that ignorance makes, %", 8);
    let step = (bottom - top) / chosen.len() as f64;
    let name_type = Type::regular(15.0, INK);
    for (row, path) in chosen.iter().enumerate() {
        let row_top = top + step * row as f64;
        let (middle, room) = sheet.bars((row_top, step));
        scene.row_name(path.strip_prefix("workforce.").unwrap_or(path), name_type, left, (row_top, step));
        let height = (room * 0.8 / measures.len() as f64).min(14.0);
        for (index, measure) in measures.iter().enumerate() {
            let Some((share, correlation)) = shares(path, measure) else { continue };
            let y = middle + height * (index as f64 - (measures.len() as f64 - 1.0) / 2.0);
            let end = x.at(100.0 * share);
            scene.rect((left, y - height / 2.0 + 0.8), (end, y + height / 2.0 - 0.8), palette::color(index));
            if share > 0.01 {
                let sign = if correlation < 0.0 { "\u{2013}" } else { "+" };
                scene.text_beside(sign, end + 6.0, y, Anchor::Start, Type::bold(13.0, GREY));
            }
        }
    }
    Ok(Some(frame.scene))
}
