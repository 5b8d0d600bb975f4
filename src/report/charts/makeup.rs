//! What is the mean made of, and what are the worst years made of?

use super::ChartError;
use super::axis::{Axis, money_axis, unit_of};
use super::frame::{Frame, Key};
use super::palette;
use super::scene::{Anchor, Color, GREY, INK, RULE, Scene, Sheet, Stroke, Type};
use crate::outcome::Component;
use crate::outcome::{ComponentMeasures, Outcome};
use crate::report::findings;
use crate::report::format::grouped;

const NAME: Type = Type::regular(15.0, INK);
const HEADING: Type = Type::bold(17.0, INK);
const GUTTER: f64 = 36.0;
/// Between panels that stand one below the other: an axis and a heading.
const BETWEEN: f64 = 100.0;
/// Room beside the longest bar for its figure.
const FIGURE: f64 = 56.0;

/// Half a cent a year: an option has no such component.
const NOTHING: f64 = 0.005;

pub(super) fn scene(outcome: &Outcome, sheet: Sheet) -> Result<Scene, ChartError> {
    let options = &outcome.options;
    let level = findings::near_level(&options[0].total.levels, 0.99).map(|at| at.level);
    let rows: Vec<&str> = rows(outcome);
    let mut notes = Vec::new();
    if level.is_some() {
        notes.push(
            "Worst years: those that the TVaR averages. Each panel's bars add up to the option's mean and to its TVaR."
                .to_string(),
        );
    }
    if options.iter().any(|o| o.components.values().any(|c| c.excluded)) {
        notes.push("* left out of the total by the config: shown, but it adds nothing.".into());
    }

    let mean = |c: &ComponentMeasures| Some(c.mean.value);
    let worst = |c: &ComponentMeasures| Some(findings::near_cotvar(c, level?)?.value.value);
    let average = Panel { heading: "Average year".into(), of: &mean };
    let heading = level.map(|at| findings::capitalised(&findings::worst_years(at)));
    let panels = match heading {
        Some(heading) => vec![average, Panel { heading: format!("{heading}, on average"), of: &worst }],
        None => vec![average],
    };
    // Side by side, or one below the other.
    let (across, down) = match sheet {
        Sheet::Desk => (panels.len(), 1),
        Sheet::Phone => (1, panels.len()),
    };
    let bar = (500.0 / (rows.len().max(1) * options.len()) as f64).clamp(sheet.of(9.0, 13.0), 26.0);
    let row = bar * options.len() as f64 + 12.0;
    // Below the legend: a heading and an axis for each panel that stands below another.
    let rest = BETWEEN * (down - 1) as f64;
    let extra = sheet.extra(row * (rows.len() * down) as f64 + rest, 500.0);
    let mut frame = Frame::of(outcome, sheet, &findings::makeup(outcome), &notes, extra)?;
    frame.legend(options.iter().enumerate().map(|(i, o)| (i, o.name.as_str())), Key::Bar);
    let (top, bottom) = (frame.top + 30.0, frame.bottom - 62.0);
    let height = (bottom - top - rest) / down as f64;
    let labels = sheet.of(232.0, 140.0);
    let width = (sheet.width() - sheet.margin() - labels - GUTTER * (across - 1) as f64) / across as f64;
    let scene = &mut frame.scene;
    let ranges: Vec<(f64, f64)> = panels.iter().map(|panel| panel.range(outcome, &rows)).collect();
    // One scale for both lets the eye compare them, as long as the smaller one stays readable.
    let extent = |r: &(f64, f64)| r.1 - r.0;
    let both = ranges.iter().fold((0.0f64, 0.0f64), |b, r| (b.0.min(r.0), b.1.max(r.1)));
    let shared = ranges.iter().all(|r| extent(r) * 2.5 >= extent(&both));
    for (i, panel) in panels.iter().enumerate() {
        let left = labels + (i % across) as f64 * (width + GUTTER);
        let top = top + (i / across) as f64 * (height + BETWEEN);
        if i % across == 0 {
            names(scene, outcome, &rows, labels, (top, top + height));
        }
        let range = if shared { both } else { ranges[i] };
        let heading = if shared { panel.heading.clone() } else { format!("{} (scales differ)", panel.heading) };
        let start = sheet.of(left, sheet.margin());
        scene.text(&HEADING.elided(&heading, left + width - start), start, top - 12.0, Anchor::Start, HEADING);
        panel.draw(scene, outcome, &rows, range, (left, left + width), (top, top + height));
    }
    Ok(frame.scene)
}

/// Names of the rows before the bars, and the lines between them.
fn names(scene: &mut Scene, outcome: &Outcome, rows: &[&str], labels: f64, (top, bottom): (f64, f64)) {
    let row = (bottom - top) / rows.len().max(1) as f64;
    let (left, right) = (scene.sheet.margin(), scene.sheet.width() - scene.sheet.margin());
    for (i, key) in rows.iter().enumerate() {
        let y = top + (i as f64 + 0.5) * row;
        let excluded = outcome.options.iter().any(|o| o.components.get(*key).is_some_and(|c| c.excluded));
        let mark = if excluded { " *" } else { "" };
        let name = format!("{}{mark}", findings::capitalised(findings::component_name(key)));
        scene.row_label(&name, NAME, (left, labels - 6.0), y);
        if i > 0 {
            let edge = top + i as f64 * row;
            scene.line([(left, edge), (right, edge)], Stroke::solid(RULE, 1.0));
        }
    }
}

/// Components that some option has, in the order of the total.
fn rows(outcome: &Outcome) -> Vec<&str> {
    let has = |key: &str| {
        outcome
            .options
            .iter()
            .filter_map(|o| o.components.get(key))
            .any(|c| c.mean.value.abs() >= NOTHING || c.co_tvar.iter().any(|at| at.value.value.abs() >= NOTHING))
    };
    Component::ALL.into_iter().map(Component::key).filter(|key| has(key)).collect()
}

struct Panel<'a> {
    heading: String,
    of: &'a dyn Fn(&ComponentMeasures) -> Option<f64>,
}

impl Panel<'_> {
    fn range(&self, outcome: &Outcome, rows: &[&str]) -> (f64, f64) {
        let all = outcome.options.iter().flat_map(|o| rows.iter().filter_map(|key| (self.of)(o.components.get(*key)?)));
        all.fold((0.0, 0.0), |(low, high), value| (low.min(value), high.max(value)))
    }

    fn draw(
        &self,
        scene: &mut Scene,
        outcome: &Outcome,
        rows: &[&str],
        range: (f64, f64),
        (left, right): (f64, f64),
        (top, bottom): (f64, f64),
    ) {
        let start = if range.0 < 0.0 { left + FIGURE } else { left };
        let axis = Axis::linear(range, start, right - FIGURE);
        let unit = unit_of(&axis);
        money_axis(scene, &axis, top, bottom, "Cost of a year", 4);
        let row = (bottom - top) / rows.len().max(1) as f64;
        let bar = (row - 10.0) / outcome.options.len() as f64;
        let figures = Type::regular((bar - 1.0).clamp(9.0, 14.0), INK);
        for (i, key) in rows.iter().enumerate() {
            for (index, option) in outcome.options.iter().enumerate() {
                let Some(component) = option.components.get(*key) else { continue };
                let Some(value) = (self.of)(component) else { continue };
                let y = top + i as f64 * row + 5.0 + index as f64 * bar;
                let color: Color = palette::color(index);
                let fill = if component.excluded { color.faded(0.35) } else { color };
                let (zero, end) = (axis.at(0.0), axis.at(value));
                if (end - zero).abs() >= 0.2 {
                    let thick = (bar - 2.0).max(3.0);
                    scene.rect((zero.min(end), y + 1.0), (zero.max(end), y + 1.0 + thick), fill);
                }
                if bar >= 10.0 {
                    let text = figure(value / unit.dollars());
                    let (x, anchor) = if value < 0.0 { (end - 5.0, Anchor::End) } else { (end + 5.0, Anchor::Start) };
                    scene.text_beside(&text, x, y + bar / 2.0, anchor, figures);
                }
            }
        }
        scene.line([(axis.at(0.0), top), (axis.at(0.0), bottom)], Stroke::solid(GREY, 1.4));
    }
}

/// Two decimals, and what is smaller than they show is said to be.
fn figure(value: f64) -> String {
    if value == 0.0 {
        "0".into()
    } else if value.abs() < 0.005 {
        if value > 0.0 { "< 0.01".into() } else { "> -0.01".into() }
    } else if value.abs() < 99.95 {
        grouped(value, 2)
    } else {
        grouped(value, 0)
    }
}
