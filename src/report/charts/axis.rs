//! Where does a value lie on an axis, and which values carry a tick?

use super::scene::{Anchor, Dash, GREY, INK, Point, RULE, Scene, Sheet, Stroke, Type};
use crate::report::format::{Unit, grouped};

pub(super) const TICK: Type = Type::regular(15.0, GREY);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spacing {
    Linear,
    Log,
}

/// Values from `low` to `high` laid out from `start` to `end`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    pub low: f64,
    pub high: f64,
    pub start: f64,
    pub end: f64,
    pub spacing: Spacing,
}

impl Axis {
    /// An even axis; a range without extent is widened around its value.
    pub(super) fn linear((low, high): (f64, f64), start: f64, end: f64) -> Self {
        let (low, high) = widened(low, high);
        Self { low, high, start, end, spacing: Spacing::Linear }
    }

    /// A logarithmic axis; both ends lie above 0.
    pub(super) fn log((low, high): (f64, f64), start: f64, end: f64) -> Self {
        let high = if high > low { high } else { low * 10.0 };
        Self { low, high, start, end, spacing: Spacing::Log }
    }

    /// The place of `value`, beyond the ends where it lies beyond them.
    pub(super) fn at(&self, value: f64) -> f64 {
        let share = match self.spacing {
            Spacing::Linear => (value - self.low) / (self.high - self.low),
            Spacing::Log => (value / self.low).ln() / (self.high / self.low).ln(),
        };
        self.start + share * (self.end - self.start)
    }

    /// The place of `value`, or the end it lies beyond.
    pub(super) fn clamped(&self, value: f64) -> f64 {
        self.at(value.clamp(self.low, self.high))
    }

    pub(super) fn shows(&self, value: f64) -> bool {
        value >= self.low && value <= self.high
    }

    /// Round values inside the range, about `wanted` of them.
    pub(super) fn ticks(&self, wanted: usize) -> Vec<f64> {
        match self.spacing {
            Spacing::Linear => {
                let step = nice_step((self.high - self.low) / wanted.max(1) as f64);
                let first = (self.low / step - 1e-9).ceil() as i64;
                let last = (self.high / step + 1e-9).floor() as i64;
                (first..=last).map(|k| k as f64 * step).collect()
            }
            Spacing::Log => {
                let first = self.low.log10().floor() as i32;
                let last = self.high.log10().ceil() as i32;
                let decades = (self.high / self.low).log10();
                let steps: &[f64] = if decades > 4.0 {
                    &[1.0]
                } else if decades > 1.5 {
                    &[1.0, 3.0]
                } else {
                    &[1.0, 2.0, 5.0]
                };
                let all = (first..=last).flat_map(|power| steps.iter().map(move |step| step * 10f64.powi(power)));
                all.filter(|tick| *tick >= self.low * (1.0 - 1e-9) && *tick <= self.high * (1.0 + 1e-9)).collect()
            }
        }
    }
}

fn widened(low: f64, high: f64) -> (f64, f64) {
    if high > low && (high - low) > 1e-9 * low.abs().max(high.abs()) {
        return (low, high);
    }
    let half = if low == 0.0 { 1.0 } else { 0.1 * low.abs() };
    (low - half, high.max(low) + half)
}

/// The round step (1, 2, 2.5 or 5 times a power of ten) at or above `step`.
pub(super) fn nice_step(step: f64) -> f64 {
    if !(step.is_finite() && step > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(step.log10().floor());
    let mantissa = step / power;
    let nice = [1.0, 2.0, 2.5, 5.0].into_iter().find(|nice| mantissa <= nice * (1.0 + 1e-9)).unwrap_or(10.0);
    nice * power
}

/// Decimals with which ticks `values` are told apart.
fn tick_decimals(values: &[f64], unit: f64) -> usize {
    (0..=9)
        .find(|decimals| {
            values.iter().all(|value| {
                let scaled = value / unit * 10f64.powi(*decimals);
                (scaled - scaled.round()).abs() < 1e-6 * scaled.abs().max(1.0)
            })
        })
        .unwrap_or(2) as usize
}

/// The unit in which the larger end of a money axis has one to three digits.
pub(super) fn unit_of(axis: &Axis) -> Unit {
    Unit::of(axis.low.abs().max(axis.high.abs()))
}

/// Grid, labels in units of `size` and the line of an axis along the bottom of a plot that reaches up to `top`; what to say of its scale.
fn grid_along(scene: &mut Scene, axis: &Axis, top: f64, bottom: f64, wanted: usize, size: f64) -> &'static str {
    let ticks = axis.ticks(scene.sheet.ticks(wanted));
    let alike = tick_decimals(&ticks, size);
    let mut free_from = f64::NEG_INFINITY;
    for tick in ticks {
        let x = axis.at(tick);
        scene.line([(x, top), (x, bottom)], Stroke::solid(RULE, 1.0));
        let decimals = match axis.spacing {
            Spacing::Linear => alike,
            Spacing::Log => tick_decimals(&[tick], size),
        };
        let label = grouped(tick / size, decimals);
        let half = TICK.width(&label) / 2.0;
        // At the edge of the sheet a label moves inwards.
        let center = x.min(scene.sheet.width() - half).max(half);
        if center - half > free_from {
            free_from = scene.text(&label, center, bottom + 20.0, Anchor::Middle, TICK).1 + 8.0;
        }
    }
    scene.line([(axis.start, bottom), (axis.end, bottom)], Stroke::solid(GREY, 1.2));
    match axis.spacing {
        Spacing::Linear => "",
        Spacing::Log => " (logarithmic scale)",
    }
}

/// A money axis along the bottom of a plot that reaches up to `top`: grid, labels, unit.
pub(super) fn money_axis(scene: &mut Scene, axis: &Axis, top: f64, bottom: f64, caption: &str, wanted: usize) {
    let unit = unit_of(axis);
    let scale = grid_along(scene, axis, top, bottom, wanted, unit.dollars());
    axis_caption(scene, axis, bottom, &format!("{caption}, {}{scale}", unit.label()));
}

/// An axis of plain numbers along the bottom of a plot that reaches up to `top`: grid, labels, caption.
pub(super) fn number_axis(scene: &mut Scene, axis: &Axis, top: f64, bottom: f64, caption: &str, wanted: usize) {
    let (size, word) = match axis.low.abs().max(axis.high.abs()) {
        // Up to five digits stand as they are.
        most if most < 1e5 => (1.0, ""),
        most if most < 1e6 => (1e3, ", thousands"),
        most if most < 1e9 => (1e6, ", millions"),
        _ => (1e9, ", billions"),
    };
    let scale = grid_along(scene, axis, top, bottom, wanted, size);
    let caption = format!("{caption}{word}{scale}");
    let caption = match scene.sheet {
        Sheet::Desk => CAPTION.elided(&caption, axis.end - axis.start),
        Sheet::Phone => caption,
    };
    axis_caption(scene, axis, bottom, &caption);
}

const CAPTION: Type = Type::regular(15.0, INK);

/// What an axis shows, below its labels: on a phone in two lines where it takes them.
pub(super) fn axis_caption(scene: &mut Scene, axis: &Axis, bottom: f64, caption: &str) {
    let lines = match scene.sheet {
        Sheet::Desk => vec![caption.to_string()],
        Sheet::Phone => CAPTION.folded(caption, axis.end - 4.0, 2),
    };
    for (i, line) in lines.iter().enumerate() {
        scene.text(line, axis.end, bottom + 41.0 + scene.sheet.of(2.0, 18.0 * i as f64), Anchor::End, CAPTION);
    }
}

/// A share-of-years axis along the left side.
pub(super) fn share_axis(scene: &mut Scene, axis: &Axis, left: f64, right: f64) {
    let ticks = axis.ticks(5);
    let percents: Vec<f64> = ticks.iter().map(|tick| tick * 100.0).collect();
    let decimals = tick_decimals(&percents, 1.0);
    for tick in ticks {
        let y = axis.at(tick);
        scene.line([(left, y), (right, y)], Stroke::solid(RULE, 1.0));
        scene.text_beside(&format!("{}%", grouped(tick * 100.0, decimals)), left - 8.0, y, Anchor::End, TICK);
    }
}

/// A vertical or horizontal marker line.
pub(super) fn marker(scene: &mut Scene, from: Point, to: Point, dash: Dash) {
    scene.line([from, to], Stroke { color: INK, width: 1.6, dash });
}

/// Moves the centres of texts of the given widths as little as it takes to keep them apart and between two bounds.
pub(super) fn spread(wanted: &[(f64, f64)], low: f64, high: f64, gap: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].0.total_cmp(&wanted[*b].0));
    let mut centers = vec![0.0; wanted.len()];
    let mut free = low;
    for &i in &order {
        let (center, width) = wanted[i];
        centers[i] = center.max(free + width / 2.0);
        free = centers[i] + width / 2.0 + gap;
    }
    let mut limit = high;
    for &i in order.iter().rev() {
        let width = wanted[i].1;
        centers[i] = centers[i].min(limit - width / 2.0);
        limit = centers[i] - width / 2.0 - gap;
    }
    centers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let axis = Axis::linear((-1.3e6, 13.2e6), 0.0, 100.0);
        assert_eq!(axis.ticks(6), [0.0, 2.5e6, 5.0e6, 7.5e6, 10.0e6, 12.5e6]);
        let log = Axis::log((1e-4, 1.0), 0.0, 100.0);
        assert_eq!(log.ticks(5).len(), 9);
        assert!((log.at(1e-2) - 50.0).abs() < 1e-9);
    }

    #[test]
    fn an_empty_range_is_widened() {
        for value in [0.0, -3.0, 5.4e6] {
            let axis = Axis::linear((value, value), 0.0, 100.0);
            assert!((axis.at(value) - 50.0).abs() < 1e-6 && !axis.ticks(5).is_empty());
        }
    }

    #[test]
    fn labels_are_spread_apart_within_bounds() {
        let centers = spread(&[(95.0, 20.0), (90.0, 20.0), (50.0, 10.0)], 0.0, 100.0, 2.0);
        assert_eq!(centers, [90.0, 68.0, 50.0]);
    }
}
