//! What is the mean made of, and what are the worst years made of?

use super::ChartError;
use super::axis::{Axis, money_axis, unit_of};
use super::frame::{Frame, Key, MARGIN};
use super::palette;
use super::scene::{Anchor, Color, GREY, INK, RULE, Scene, Stroke, Type, WIDTH};
use crate::outcome::Component;
use crate::outcome::{ComponentMeasures, Outcome};
use crate::report::findings;
use crate::report::format::grouped;

const NAME: Type = Type::regular(15.0, INK);
const HEADING: Type = Type::bold(17.0, INK);
const LABELS: f64 = 232.0;
const GUTTER: f64 = 36.0;
/// Room beside the longest bar for its figure.
const FIGURE: f64 = 56.0;

/// Half a cent a year: an option has no such component.
const NOTHING: f64 = 0.005;

pub(super) fn scene(outcome: &Outcome) -> Result<Scene, ChartError> {
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

    let bar = (500.0 / (rows.len().max(1) * options.len()) as f64).clamp(9.0, 26.0);
    let row = bar * options.len() as f64 + 12.0;
    let extra = row * rows.len() as f64 - 500.0;
    let mut frame = Frame::of(outcome, &findings::makeup(outcome), &notes, extra)?;
    frame.legend(options.iter().enumerate().map(|(i, o)| (i, o.name.as_str())), Key::Bar);
    let (top, bottom) = (frame.top + 30.0, frame.bottom - 62.0);
    let row = (bottom - top) / rows.len().max(1) as f64;
    let scene = &mut frame.scene;
    for (i, key) in rows.iter().enumerate() {
        let y = top + (i as f64 + 0.5) * row;
        let excluded = options.iter().any(|o| o.components.get(*key).is_some_and(|c| c.excluded));
        let mark = if excluded { " *" } else { "" };
        let name =
            NAME.elided(&format!("{}{mark}", findings::capitalised(findings::component_name(key))), LABELS - MARGIN);
        scene.text_beside(&name, LABELS - 6.0, y, Anchor::End, NAME);
        if i > 0 {
            let edge = top + i as f64 * row;
            scene.line([(MARGIN, edge), (WIDTH - MARGIN, edge)], Stroke::solid(RULE, 1.0));
        }
    }
    let mean = |c: &ComponentMeasures| Some(c.mean.value);
    let worst = |c: &ComponentMeasures| Some(findings::near_cotvar(c, level?)?.value.value);
    let average = Panel { heading: "Average year".into(), of: &mean };
    let heading = level.map(|at| findings::capitalised(&findings::worst_years(at)));
    let panels = match heading {
        Some(heading) => vec![average, Panel { heading: format!("{heading}, on average"), of: &worst }],
        None => vec![average],
    };
    let width = (WIDTH - MARGIN - LABELS - GUTTER * (panels.len() - 1) as f64) / panels.len() as f64;
    let ranges: Vec<(f64, f64)> = panels.iter().map(|panel| panel.range(outcome, &rows)).collect();
    // One scale for both lets the eye compare them, as long as the smaller one stays readable.
    let extent = |r: &(f64, f64)| r.1 - r.0;
    let both = ranges.iter().fold((0.0f64, 0.0f64), |b, r| (b.0.min(r.0), b.1.max(r.1)));
    let shared = ranges.iter().all(|r| extent(r) * 2.5 >= extent(&both));
    for (i, panel) in panels.iter().enumerate() {
        let left = LABELS + i as f64 * (width + GUTTER);
        let range = if shared { both } else { ranges[i] };
        let heading = if shared { panel.heading.clone() } else { format!("{} (scales differ)", panel.heading) };
        scene.text(&heading, left, top - 12.0, Anchor::Start, HEADING);
        panel.draw(scene, outcome, &rows, range, (left, left + width), (top, bottom));
    }
    Ok(frame.scene)
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
