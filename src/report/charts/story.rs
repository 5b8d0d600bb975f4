//! How does a year differ from the average, line by line, and how unusual was each driver?

use super::axis::{Axis, money_axis, unit_of};
use super::frame::{Frame, MARGIN};
use super::palette;
use super::scene::{Anchor, Color, GREY, INK, RULE, Scene, Sheet, Stroke, Type, WIDTH};
use super::{ChartError, ChartFile, render_all, slug};
use crate::outcome::{ComponentOfYear, DriverOfYear, Outcome, Story};
use crate::report::findings::{capitalised, component_name, subtitle};
use crate::report::format::{figure, grouped, significant_decimals};
use crate::report::story_words::percentile;

const NAME: Type = Type::regular(15.0, INK);
const FIGURE: Type = Type::regular(14.0, INK);
const NOTE: Type = Type::regular(14.0, GREY);
/// Half a cent: a line that is nothing.
const NOTHING: f64 = 0.005;
/// Room left of the bars.
const LABELS: f64 = 232.0;
/// Room beside the longest bar for its figure.
const BESIDE: f64 = 70.0;
/// Height of a line of two bars, and of a driver.
const LINE: f64 = 44.0;
const DRIVER: f64 = 26.0;
/// Height that a chart has for its rows before it is made taller.
const ROWS: f64 = 470.0;
/// Drivers beyond these percentiles are marked.
const UNUSUAL: f64 = 0.05;
const AVERAGE: Color = Color::new(0xb5, 0xba, 0xc0);

/// Two charts a story: costs against their averages, and the drivers' percentiles; each as SVG and PNG.
pub fn story_charts(outcome: &Outcome, stories: &[Story]) -> Result<Vec<ChartFile>, ChartError> {
    let mut scenes: Vec<(String, Scene)> = Vec::new();
    let mut drawn: Vec<(&str, u64)> = Vec::new();
    for story in stories {
        if drawn.contains(&(&story.option, story.year)) {
            continue;
        }
        drawn.push((&story.option, story.year));
        let index = outcome.options.iter().position(|option| option.name == story.option).unwrap_or(0);
        let mut name = format!("story-{}-year-{}", slug(&story.option), story.year);
        // Two names may differ in nothing that a file name can hold.
        if scenes.iter().any(|(taken, _)| *taken == format!("{name}-costs")) {
            name = format!("story-{}-{}-year-{}", slug(&story.option), index + 1, story.year);
        }
        scenes.push((format!("{name}-costs"), costs(outcome, story, index, Sheet::Desk)?));
        if story.drivers.iter().any(|driver| driver.bore) {
            scenes.push((format!("{name}-drivers"), drivers(outcome, story, index)?));
        }
    }
    render_all(&scenes)
}

/// Three digits, at most three of them decimals; what is smaller is said to be.
fn bar_figure(value: f64) -> String {
    let text = grouped(value, significant_decimals(value, 3).min(3));
    match value {
        value if value > 0.0 && text == "0.000" => "< 0.001".into(),
        value if value < 0.0 && text == "0.000" => "> -0.001".into(),
        _ => text,
    }
}

/// The first sentence, without its stop.
fn finding(story: &Story) -> String {
    story.sentences.first().map_or_else(|| story.option.clone(), |first| first.trim_end_matches('.').to_string())
}

pub(super) fn costs(outcome: &Outcome, story: &Story, index: usize, sheet: Sheet) -> Result<Scene, ChartError> {
    let rows: Vec<&ComponentOfYear> =
        story.components.iter().filter(|line| line.amount.abs().max(line.mean.abs()) >= NOTHING).collect();
    let mut notes = vec!["The bars of the year add up to its total; average: over all simulated years.".to_string()];
    if rows.iter().any(|line| line.excluded) {
        notes.push("* left out of the total by the config: shown, but it adds nothing.".into());
    }
    let extra = sheet.extra(LINE * rows.len() as f64, ROWS);
    let mut frame = Frame::on(sheet, &finding(story), &subtitle(outcome), &notes, extra)?;
    let (margin, edge) = (sheet.margin(), sheet.width() - sheet.margin());
    let (labels, beside) = (sheet.of(LABELS, 150.0), sheet.of(BESIDE, 54.0));
    let (top, bottom) = (frame.top + 34.0, frame.bottom - 62.0);
    let row = ((bottom - top) / rows.len().max(1) as f64).min(64.0);
    let bottom = top + row * rows.len() as f64;
    let color = palette::color(index);
    let scene = &mut frame.scene;
    legend(
        scene,
        frame.top + 8.0,
        &[(color, format!("Year {}", grouped(story.year as f64, 0))), (AVERAGE, "Average year".into())],
    );
    let ends = rows.iter().flat_map(|line| [line.amount, line.mean]);
    let range = ends.fold((0.0f64, 0.0f64), |(low, high), value| (low.min(value), high.max(value)));
    let start = if range.0 < 0.0 { labels + beside } else { labels };
    let axis = Axis::linear(range, start, edge - beside);
    money_axis(scene, &axis, top, bottom, "Cost of a year", 6);
    let unit = unit_of(&axis);
    for (i, line) in rows.iter().enumerate() {
        let y = top + i as f64 * row;
        let mark = if line.excluded { " *" } else { "" };
        let name = format!("{}{mark}", capitalised(component_name(line.component.key())));
        scene.row_label(&name, NAME, (margin, labels - 8.0), y + row / 2.0);
        if i > 0 {
            scene.line([(margin, y), (edge, y)], Stroke::solid(RULE, 1.0));
        }
        let bar = (row - 10.0) / 2.0;
        let own = if line.excluded { color.faded(0.35) } else { color };
        for (k, (value, fill)) in [(line.amount, own), (line.mean, AVERAGE)].into_iter().enumerate() {
            let y = y + 5.0 + k as f64 * bar;
            let (zero, end) = (axis.at(0.0), axis.at(value));
            if (end - zero).abs() >= 0.2 {
                scene.rect((zero.min(end), y + 1.0), (zero.max(end), y + bar - 1.0), fill);
            }
            let text = bar_figure(value / unit.dollars());
            let (x, anchor) = if value < 0.0 { (end - 5.0, Anchor::End) } else { (end + 5.0, Anchor::Start) };
            scene.text_beside(&text, x, y + bar / 2.0, anchor, FIGURE);
        }
    }
    scene.line([(axis.at(0.0), top), (axis.at(0.0), bottom)], Stroke::solid(GREY, 1.4));
    Ok(frame.scene)
}

pub(super) fn drivers(outcome: &Outcome, story: &Story, index: usize) -> Result<Scene, ChartError> {
    let mut rows: Vec<&DriverOfYear> = story.drivers.iter().filter(|driver| driver.bore).collect();
    let middle = |driver: &DriverOfYear| (driver.percentile - 0.5).abs();
    rows.sort_by(|a, b| middle(b).total_cmp(&middle(a)).then_with(|| a.path.cmp(&b.path)));
    let notes = [
        "Percentile: how many simulated years of 100 have at most this value. Drivers that describe an event are shown in its years alone."
            .to_string(),
    ];
    let extra = DRIVER * rows.len() as f64 - ROWS;
    let mut frame = Frame::new(&drivers_finding(story, &rows), &subtitle(outcome), &notes, extra)?;
    let (top, bottom) = (frame.top + 30.0, frame.bottom - 62.0);
    let row = ((bottom - top) / rows.len().max(1) as f64).min(40.0);
    let bottom = top + row * rows.len() as f64;
    let color = palette::color(index);
    let scene = &mut frame.scene;
    let name = |driver: &DriverOfYear| driver.path.clone();
    let widest = rows.iter().map(|driver| NAME.width(&name(driver))).fold(0.0, f64::max).min(430.0);
    let figures = rows.iter().map(|driver| figure(driver.value, 4));
    let wide = figures.clone().map(|text| FIGURE.width(&text)).fold(70.0, f64::max).min(150.0);
    let usual = rows.iter().map(|driver| figure(driver.usual, 4));
    let usual_wide = usual.clone().map(|text| FIGURE.width(&text)).fold(70.0, f64::max).min(150.0);
    let right = WIDTH - MARGIN - wide - usual_wide - 40.0;
    let axis = Axis::linear((0.0, 100.0), MARGIN + widest + 24.0, right);
    for (low, high) in [(0.0, 100.0 * UNUSUAL), (100.0 * (1.0 - UNUSUAL), 100.0)] {
        scene.rect((axis.at(low), top), (axis.at(high), bottom), RULE.faded(0.6));
    }
    for tick in [5.0, 25.0, 50.0, 75.0, 95.0] {
        let x = axis.at(tick);
        scene.line([(x, top), (x, bottom)], Stroke::solid(RULE, 1.0));
        scene.text(&grouped(tick, 0), x, bottom + 20.0, Anchor::Middle, NOTE);
    }
    scene.text("Percentile", axis.end, bottom + 43.0, Anchor::End, Type::regular(15.0, INK));
    scene.text("This year", WIDTH - MARGIN - usual_wide - 20.0, top - 10.0, Anchor::End, NOTE);
    scene.text("Usually", WIDTH - MARGIN, top - 10.0, Anchor::End, NOTE);
    for (i, (driver, (value, usual))) in rows.iter().zip(figures.zip(usual)).enumerate() {
        let y = top + (i as f64 + 0.5) * row;
        scene.text_beside(&end_of(&name(driver), widest), MARGIN + widest, y, Anchor::End, NAME);
        let is_unusual = driver.percentile <= UNUSUAL || driver.percentile >= 1.0 - UNUSUAL;
        scene.line([(axis.start, y), (axis.end, y)], Stroke::solid(RULE, 1.0));
        let at = axis.at(100.0 * driver.percentile);
        scene.line([(axis.at(50.0), y), (at, y)], Stroke::solid(color.faded(0.5), 3.0));
        scene.dot((at, y), if is_unusual { 7.0 } else { 5.0 }, if is_unusual { color } else { AVERAGE });
        scene.text_beside(&value, WIDTH - MARGIN - usual_wide - 20.0, y, Anchor::End, FIGURE);
        scene.text_beside(&usual, WIDTH - MARGIN, y, Anchor::End, FIGURE);
    }
    Ok(frame.scene)
}

/// The end of a path, which tells drivers of one workforce apart, as far as there is room.
fn end_of(path: &str, room: f64) -> String {
    let mut rest = path;
    while NAME.width(rest) > room || (rest.len() < path.len() && NAME.width(&format!("…{rest}")) > room) {
        let mut letters = rest.chars();
        if letters.next().is_none() {
            break;
        }
        rest = letters.as_str();
    }
    if rest.len() < path.len() { format!("…{rest}") } else { path.to_string() }
}

fn drivers_finding(story: &Story, rows: &[&DriverOfYear]) -> String {
    let unusual = rows.iter().filter(|d| d.percentile <= UNUSUAL || d.percentile >= 1.0 - UNUSUAL).count();
    let year = grouped(story.year as f64, 0);
    match rows.first() {
        Some(first) if unusual > 0 => format!(
            "Year {year} of {}: {} at percentile {}; {unusual} of {} drivers beyond the 5th or 95th",
            story.option,
            first.path,
            percentile(first.percentile),
            rows.len()
        ),
        _ => format!("Year {year} of {}: no driver beyond its 5th or 95th percentile", story.option),
    }
}

fn legend(scene: &mut Scene, y: f64, keys: &[(Color, String)]) {
    let mut x = scene.sheet.margin();
    for (color, name) in keys {
        scene.rect((x, y - 7.0), (x + 22.0, y + 7.0), *color);
        x = scene.text_beside(name, x + 30.0, y, Anchor::Start, NAME).1 + 28.0;
    }
}
