//! How does the quoted hourly rate become the effective one?

use super::ChartError;
use super::axis::{Axis, TICK, spread};
use super::frame::Frame;
use super::palette;
use super::scene::{Anchor, Color, Dash, GREY, INK, Point, RULE, Scene, Sheet, Stroke, Type};
use crate::outcome::{OptionOutcome, Outcome};
use crate::report::findings;
use crate::report::format::grouped;

const NAME: Type = Type::bold(17.0, INK);
const FIGURE: Type = Type::bold(16.0, INK);
const STEP: Type = Type::regular(14.0, INK);
const GAIN: Color = Color::new(0x00, 0x9e, 0x73);
const SAME: f64 = 0.005;
const PANELS_A_ROW: usize = 3;
const PANEL_HEIGHT: f64 = 300.0;

/// The waterfall of one option.
struct Waterfall<'a> {
    index: usize,
    option: &'a OptionOutcome,
    quoted: f64,
    /// Name and amount of each step from the quoted rate.
    steps: Vec<(&'static str, f64)>,
    effective: f64,
}

impl<'a> Waterfall<'a> {
    fn new(outcome: &'a Outcome, index: usize) -> Option<Self> {
        let option = outcome.options.get(index)?;
        let quoted = *outcome.provenance.quoted_rates.get(&option.name)?;
        let effective = option.effective_hourly_rate.as_ref()?.mean.value;
        let line = |key: &str| option.hourly.get(key).copied();
        let steps = vec![
            ("productivity", line("labour")? - quoted),
            ("audit", line("audit")?),
            ("denial rework", line("denial_rework")?),
        ];
        Some(Self { index, option, quoted, steps, effective })
    }

    fn is_trivial(&self) -> bool {
        self.steps.iter().all(|(_, amount)| amount.abs() < SAME)
    }

    /// The highest and lowest level that the waterfall passes.
    fn levels(&self) -> Vec<f64> {
        let mut level = self.quoted;
        let mut levels = vec![level, self.effective];
        for (_, amount) in &self.steps {
            level += amount;
            levels.push(level);
        }
        levels
    }
}

pub(super) fn scene(outcome: &Outcome, sheet: Sheet) -> Result<Option<Scene>, ChartError> {
    let Some(title) = findings::hourly_rate(outcome) else { return Ok(None) };
    let all: Vec<Waterfall> = (0..outcome.options.len()).filter_map(|i| Waterfall::new(outcome, i)).collect();
    let mut shown: Vec<&Waterfall> = all.iter().filter(|w| !w.is_trivial()).collect();
    if shown.is_empty() {
        // Nothing is added to any rate: say so with the first option's two equal bars.
        shown.extend(all.first());
    }
    if shown.is_empty() {
        return Ok(None);
    }
    let reference = outcome.options.first().and_then(|o| Some((o, o.effective_hourly_rate.as_ref()?.mean.value)));
    let notes = [
        "Effective rate: labour, audit and denial rework of a year over its reference hours, on average, in USD an hour. \
         Productivity is what slower work adds to the quoted rate."
            .to_string(),
    ];
    // Two panels or four fill their rows at two to a row.
    let columns = match (sheet, shown.len()) {
        (Sheet::Phone, _) => 1,
        (Sheet::Desk, 4) => 2,
        (Sheet::Desk, panels) => panels.min(PANELS_A_ROW),
    };
    let rows = shown.len().div_ceil(columns);
    let extra = if rows > 1 { sheet.extra(PANEL_HEIGHT * rows as f64, 540.0) } else { 0.0 };
    let mut frame = Frame::of(outcome, sheet, &title, &notes, extra)?;
    let high = shown.iter().flat_map(|w| w.levels()).chain(reference.map(|r| r.1)).fold(0.0, f64::max);
    let low = shown.iter().flat_map(|w| w.levels()).fold(0.0, f64::min);
    let (top, bottom) = (frame.top + 6.0, frame.bottom - 8.0);
    let width = (sheet.width() - 2.0 * sheet.margin()) / columns as f64;
    let height = (bottom - top) / rows as f64;
    for (i, waterfall) in shown.iter().enumerate() {
        let corner = (sheet.margin() + (i % columns) as f64 * width, top + (i / columns) as f64 * height);
        let range = (low * 1.1, high * 1.12);
        panel(&mut frame.scene, waterfall, reference, range, corner, (width, height));
    }
    Ok(Some(frame.scene))
}

fn panel(
    scene: &mut Scene,
    waterfall: &Waterfall,
    reference: Option<(&OptionOutcome, f64)>,
    range: (f64, f64),
    (left, top): Point,
    (width, height): (f64, f64),
) {
    let name = NAME.elided(&waterfall.option.name, width - 60.0);
    scene.text(&name, left, top + 20.0, Anchor::Start, NAME);
    let unit = scene.text("USD an hour", left, top + 42.0, Anchor::Start, Type::regular(14.0, GREY));
    let (plot_left, plot_right) = (left + 44.0, left + width - 24.0);
    let (plot_top, plot_bottom) = (top + 56.0, top + height - 52.0);
    let axis = Axis::linear(range, plot_bottom, plot_top);
    for tick in axis.ticks(5) {
        let y = axis.at(tick);
        scene.line([(plot_left, y), (plot_right, y)], Stroke::solid(RULE, 1.0));
        scene.text_beside(&grouped(tick, 0), plot_left - 8.0, y, Anchor::End, TICK);
    }

    let against = reference.filter(|(option, _)| option.name != waterfall.option.name);
    if let Some((option, rate)) = against {
        let stroke = Stroke { color: palette::color(0), width: 2.4, dash: Dash::Pattern(&[8.0, 5.0]) };
        let key = unit.1 + 20.0;
        scene.line([(key, top + 37.0), (key + 34.0, top + 37.0)], stroke);
        let name = STEP.elided(&option.name, plot_right - key - 90.0);
        let text = format!("{name} {}", rate_text(rate));
        scene.text(&text, key + 42.0, top + 42.0, Anchor::Start, Type::bold(14.0, palette::color(0)));
        scene.line([(plot_left, axis.at(rate)), (plot_right, axis.at(rate))], stroke);
    }

    let color = palette::color(waterfall.index);
    let mut bars = vec![("quoted", 0.0, waterfall.quoted, color)];
    let mut level = waterfall.quoted;
    for (name, amount) in &waterfall.steps {
        let fill = if *amount < 0.0 { GAIN.faded(0.6) } else { color.faded(0.55) };
        bars.push((name, level, level + amount, fill));
        level += amount;
    }
    bars.push(("effective", 0.0, waterfall.effective, color));
    let slot = (plot_right - plot_left) / bars.len() as f64;
    let mut captions = Vec::new();
    let last = bars.len() - 1;
    for (i, (name, from, to, fill)) in bars.into_iter().enumerate() {
        let x = plot_left + (i as f64 + 0.5) * slot;
        let half = slot * 0.34;
        let (upper, lower) = (axis.at(from.max(to)), axis.at(from.min(to)));
        scene.rect((x - half, upper), (x + half, lower.max(upper + 1.5)), fill);
        let whole = i == 0 || i == last;
        let text = if whole { rate_text(to) } else { signed(to - from) };
        // A figure over its bar, or under it where the reference line would run through it.
        let struck = against.is_some_and(|(_, rate)| (axis.at(rate) - (upper - 14.0)).abs() < 11.0);
        let baseline = match (struck, whole) {
            (false, _) => upper - 8.0,
            (true, true) => upper - 26.0,
            (true, false) => lower + 20.0,
        };
        // Rates that no one pays still have room: smaller figures.
        let size = FIGURE.size.min(FIGURE.size * (slot - 3.0) / FIGURE.width(&text));
        scene.text(&text, x, baseline, Anchor::Middle, Type { size, ..FIGURE });
        if !whole || i == 0 {
            scene.line([(x + half, axis.at(to)), (x + slot - half, axis.at(to))], Stroke::solid(GREY, 1.2));
        }
        let lines: Vec<&str> = if STEP.width(name) > slot { name.split(' ').collect() } else { vec![name] };
        let widest = lines.iter().map(|line| STEP.width(line)).fold(0.0, f64::max);
        captions.push((x, widest, lines));
    }
    scene.line([(plot_left, axis.at(0.0)), (plot_right, axis.at(0.0))], Stroke::solid(GREY, 1.2));
    let wanted: Vec<(f64, f64)> = captions.iter().map(|c| (c.0, c.1)).collect();
    for ((_, _, lines), center) in captions.iter().zip(spread(&wanted, left, left + width, 6.0)) {
        for (i, line) in lines.iter().enumerate() {
            scene.text(line, center, plot_bottom + 20.0 + 17.0 * i as f64, Anchor::Middle, STEP);
        }
    }
}

/// Cents where they matter.
fn rate_text(rate: f64) -> String {
    grouped(rate, if rate.abs() < 1_000.0 { 2 } else { 0 })
}

fn signed(amount: f64) -> String {
    let text = rate_text(amount);
    if amount > 0.0 { format!("+{text}") } else { text }
}
