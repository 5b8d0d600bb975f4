//! Which pictures show how well a law follows data, and on what its tail rests?

use super::axis::{Axis, Spacing, TICK, number_axis};
use super::frame::{Frame, MARGIN};
use super::palette;
use super::scene::{Anchor, GREY, INK, Point, RULE, Scene, Stroke, Type, WIDTH};
use super::{ChartError, ChartFile, fit_counts, fit_density, fit_match, fit_tail, fit_thresholds, render_all};
use crate::outcome::fit::{Candidate, Fit, FitState};
use crate::report::format::{count, figure};

pub(super) const LEFT: f64 = MARGIN + 66.0;
pub(super) const RIGHT: f64 = WIDTH - MARGIN;
/// AIC above the lowest from which a law is out of the question.
const FAR: f64 = 100.0;
pub(super) const CAPTION: Type = Type::regular(15.0, INK);

/// Every chart of a fit, each as SVG and PNG.
///
/// Of amounts `fit-density`, `fit-qq`, `fit-pp`, `fit-survival`, `fit-return-levels`, and where thresholds were looked at
/// `fit-mean-excess`, `fit-stability`, `fit-hill`; of counts `fit-counts` and `fit-periods`.
pub fn fit_charts(fit: &Fit) -> Result<Vec<ChartFile>, ChartError> {
    let scenes = scenes(fit)?;
    render_all(&scenes)
}

pub(super) fn scenes(fit: &Fit) -> Result<Vec<(&'static str, Scene)>, ChartError> {
    let mut scenes = Vec::new();
    let mut add = |name, scene: Result<Option<Scene>, ChartError>| {
        scenes.extend(scene?.map(|scene| (name, scene)));
        Ok::<(), ChartError>(())
    };
    if let Some(charts) = &fit.charts {
        add("fit-density", fit_density::density(fit, charts))?;
        add("fit-qq", fit_match::quantiles(fit, charts))?;
        add("fit-pp", fit_match::probabilities(fit, charts))?;
        add("fit-survival", fit_tail::survival(fit, charts))?;
        add("fit-return-levels", fit_tail::return_levels(fit, charts))?;
    }
    if let Some(report) = &fit.threshold {
        add("fit-mean-excess", fit_thresholds::mean_excess(fit, report))?;
        add("fit-stability", fit_thresholds::stability(fit, report))?;
        add("fit-hill", fit_thresholds::hill(fit, report))?;
    }
    if let Some(report) = &fit.counts {
        add("fit-counts", fit_counts::classes(fit, report))?;
        add("fit-periods", fit_counts::periods(fit, report))?;
    }
    Ok(scenes)
}

/// What the data are, below the finding.
pub(super) fn subtitle(fit: &Fit) -> String {
    let data = &fit.data;
    let filter = data.filter.as_ref().map_or(String::new(), |filter| format!(", rows with {filter}"));
    let how = [&data.truncation, &data.censoring].into_iter().filter(|how| !how.is_empty());
    let how: Vec<String> = how.map(|how| format!("; {how}")).collect();
    let file = data.path.rsplit(['/', '\\']).next().unwrap_or(&data.path);
    format!("{} of {file}{filter}; n {}{}", data.column, count(data.rows_kept), how.concat())
}

pub(super) fn frame(fit: &Fit, title: &str, notes: &[String]) -> Result<Frame, ChartError> {
    Frame::new(title, &subtitle(fit), notes, 0.0)
}

/// The proposed candidate and those that come after it, with the stroke that each has on every chart.
pub(super) fn shown(fit: &Fit, most: usize) -> Vec<(&Candidate, Stroke)> {
    let chosen = fit.choice.as_ref().map(|choice| choice.name.as_str());
    let own = fit.candidates.iter().filter(|candidate| Some(candidate.name.as_str()) == chosen);
    // A law at the edge of its parameters stands for none of its family.
    let others = fit.candidates.iter().filter(|candidate| {
        Some(candidate.name.as_str()) != chosen && candidate.aic.is_some() && candidate.state == FitState::Converged
    });
    // Two names for one law would hide each other.
    let key = |candidate: &Candidate| (candidate.log_likelihood.unwrap_or(f64::NAN), candidate.covariance.len());
    let mut seen: Vec<(f64, usize)> = own.clone().map(key).collect();
    let distinct = others.filter(|candidate| {
        let key = key(candidate);
        let known = seen.iter().any(|(value, size)| (value - key.0).abs() < 1e-3 && *size == key.1);
        seen.push(key);
        !known
    });
    // Beyond the first three, laws that are out of the question would only draw the eye.
    let best = fit.candidates.iter().filter_map(|candidate| candidate.aic).fold(f64::INFINITY, f64::min);
    let distinct =
        distinct.enumerate().filter(|(at, candidate)| *at < 2 || candidate.aic.is_some_and(|aic| aic - best < FAR));
    let all = own.chain(distinct.map(|(_, candidate)| candidate)).take(most).enumerate();
    all.map(|(index, candidate)| (candidate, palette::stroke(index, if index == 0 { 3.4 } else { 2.0 }))).collect()
}

/// Names of lines with a sample of each, in as many rows as it takes; `first` are entries of dots or bars.
pub(super) fn legend(frame: &mut Frame, entries: &[(String, Mark)]) {
    let sheet = frame.scene.sheet;
    let (margin, right) = (sheet.margin(), sheet.width() - sheet.margin());
    let (mut x, mut y) = (margin, frame.top + 12.0);
    for (name, mark) in entries {
        let name = CAPTION.elided(name, sheet.of(420.0, right - margin - 48.0));
        let width = 48.0 + CAPTION.width(&name);
        if x > margin && x + width > right {
            (x, y) = (margin, y + 24.0);
        }
        match mark {
            Mark::Line(stroke) => frame.scene.line([(x, y), (x + 40.0, y)], *stroke),
            Mark::Dots(color) => [8.0, 20.0, 32.0].iter().for_each(|by| frame.scene.dot((x + by, y), 4.0, *color)),
            Mark::Bar(color) => frame.scene.rect((x + 10.0, y - 8.0), (x + 34.0, y + 8.0), *color),
        }
        frame.scene.text_beside(&name, x + 48.0, y, Anchor::Start, CAPTION);
        x += width + 26.0;
    }
    frame.top = y + 18.0;
}

pub(super) enum Mark {
    Line(Stroke),
    Dots(super::scene::Color),
    Bar(super::scene::Color),
}

/// Two axes and the rectangle between them.
pub(super) struct Plot {
    pub x: Axis,
    pub y: Axis,
    pub top: f64,
    pub bottom: f64,
}

impl Plot {
    /// Grid, labels and captions of both axes.
    pub(super) fn new(scene: &mut Scene, x: Axis, y: Axis, captions: (&str, &str)) -> Self {
        let (top, bottom) = (y.end, y.start);
        match x.spacing {
            Spacing::Linear => number_axis(scene, &x, top, bottom, captions.0, 8),
            Spacing::Log => decades(scene, &x, top, bottom, captions.0),
        }
        upright_axis(scene, &y, x.start, x.end, captions.1);
        Self { x, y, top, bottom }
    }

    pub(super) fn at(&self, x: f64, y: f64) -> Point {
        (self.x.at(x), self.y.at(y))
    }

    pub(super) fn shows(&self, x: f64, y: f64) -> bool {
        self.x.shows(x) && self.y.shows(y)
    }

    /// A curve, cut where it leaves the plot.
    pub(super) fn curve(&self, scene: &mut Scene, points: impl IntoIterator<Item = (f64, f64)>, stroke: Stroke) {
        let mut run: Vec<Point> = Vec::new();
        let mut before: Option<Point> = None;
        for point in points.into_iter().map(|(x, y)| self.at(x, y)) {
            if !(point.0.is_finite() && point.1.is_finite()) {
                scene.line(std::mem::take(&mut run), stroke);
                before = None;
                continue;
            }
            if let Some(previous) = before.replace(point) {
                match self.cut(previous, point) {
                    Some((from, to)) => {
                        if run.last() != Some(&from) {
                            scene.line(std::mem::take(&mut run), stroke);
                            run.push(from);
                        }
                        run.push(to);
                    }
                    None => scene.line(std::mem::take(&mut run), stroke),
                }
            }
        }
        scene.line(run, stroke);
    }

    /// The part of a straight line inside of the plot (Liang and Barsky).
    fn cut(&self, from: Point, to: Point) -> Option<(Point, Point)> {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let (mut t0, mut t1) = (0.0f64, 1.0f64);
        let sides = [
            (-dx, from.0 - self.x.start),
            (dx, self.x.end - from.0),
            (-dy, from.1 - self.top),
            (dy, self.bottom - from.1),
        ];
        for (p, q) in sides {
            if p == 0.0 {
                if q < 0.0 {
                    return None;
                }
            } else if p < 0.0 {
                t0 = t0.max(q / p);
            } else {
                t1 = t1.min(q / p);
            }
        }
        let at = |t: f64, or: Point| if t == 0.0 || t == 1.0 { or } else { (from.0 + t * dx, from.1 + t * dy) };
        (t0 <= t1).then(|| (at(t0, from), at(t1, to)))
    }

    /// A band between two curves over the same places; where an end is absent the band stops.
    pub(super) fn band(
        &self,
        scene: &mut Scene,
        points: impl IntoIterator<Item = (f64, Option<f64>, Option<f64>)>,
        fill: super::scene::Color,
    ) {
        let mut run: Vec<(f64, f64, f64)> = Vec::new();
        let mut flush = |run: &mut Vec<(f64, f64, f64)>| {
            let upper = run.iter().map(|(at, _, high)| (*at, *high));
            let lower = run.iter().rev().map(|(at, low, _)| (*at, *low));
            scene.area(upper.chain(lower).collect::<Vec<_>>(), fill);
            run.clear();
        };
        for (x, low, high) in points {
            match (low, high) {
                (Some(low), Some(high)) if self.x.shows(x) => {
                    run.push((self.x.at(x), self.y.clamped(low), self.y.clamped(high)));
                }
                _ => flush(&mut run),
            }
        }
        flush(&mut run);
    }
}

/// An axis by decades along the bottom: each tick in words of its own size, since no one unit suits all. Without a caption where it is
/// empty.
fn decades(scene: &mut Scene, axis: &Axis, top: f64, bottom: f64, caption: &str) {
    let mut free = f64::NEG_INFINITY;
    for tick in axis.ticks(8) {
        let x = axis.at(tick);
        scene.line([(x, top), (x, bottom)], Stroke::solid(RULE, 1.0));
        let label = amount(tick);
        let half = TICK.width(&label) / 2.0;
        if x - half > free && x + half < WIDTH - 4.0 {
            free = scene.text(&label, x, bottom + 20.0, Anchor::Middle, TICK).1 + 10.0;
        }
    }
    scene.line([(axis.start, bottom), (axis.end, bottom)], Stroke::solid(GREY, 1.2));
    if !caption.is_empty() {
        let caption = CAPTION.elided(&format!("{caption} (logarithmic scale)"), axis.end - axis.start);
        scene.text(&caption, axis.end, bottom + 43.0, Anchor::End, CAPTION);
    }
}

/// A value with three digits, large ones in words.
pub(super) fn amount(value: f64) -> String {
    match value.abs() {
        size if (999.5e9..1e15).contains(&size) => format!("{} trillion", figure(value / 1e12, 3)),
        size if (999.5e6..1e15).contains(&size) => format!("{} billion", figure(value / 1e9, 3)),
        size if (999.5e3..1e15).contains(&size) => format!("{} million", figure(value / 1e6, 3)),
        _ => figure(value, 3),
    }
}

/// A candidate's name in a sentence, as in `the Weibull law`.
pub(super) fn spoken(name: &str) -> String {
    const PROPER: [(&str, &str); 7] = [
        ("weibull", "Weibull"),
        ("pareto", "Pareto"),
        ("gpd", "generalised Pareto"),
        ("student_t", "Student t"),
        ("inverse_gaussian", "inverse Gaussian"),
        ("poisson", "Poisson"),
        ("pert", "PERT"),
    ];
    let word = |word: &str| {
        let known = PROPER.iter().find(|(plain, _)| *plain == word);
        known.map_or_else(|| word.replace('_', " "), |(_, proper)| (*proper).to_owned())
    };
    let words: Vec<String> = name.split(' ').map(word).collect();
    let law = if words.len() == 1 { " law" } else { "" };
    format!("the {}{law}", words.join(" "))
}

/// The word and size in which the ticks of an axis stand.
fn unit(axis: &Axis) -> (f64, &'static str) {
    match axis.low.abs().max(axis.high.abs()) {
        most if most < 1e5 => (1.0, ""),
        most if most < 1e6 => (1e3, ", thousands"),
        most if most < 1e9 => (1e6, ", millions"),
        _ => (1e9, ", billions"),
    }
}

/// An axis of plain numbers along the left side, its caption above.
fn upright_axis(scene: &mut Scene, axis: &Axis, left: f64, right: f64, caption: &str) {
    let (size, word) = if axis.spacing == Spacing::Log { (1.0, "") } else { unit(axis) };
    let mut free = f64::INFINITY;
    for tick in axis.ticks(6) {
        let y = axis.at(tick);
        scene.line([(left, y), (right, y)], Stroke::solid(RULE, 1.0));
        if y < free - 18.0 {
            let text = if axis.spacing == Spacing::Log { amount(tick) } else { figure(tick / size, 6) };
            let label = TICK.elided(&text, left - 12.0);
            scene.text_beside(&label, left - 8.0, y, Anchor::End, TICK);
            free = y;
        }
    }
    let scale = if axis.spacing == Spacing::Log { " (logarithmic scale)" } else { "" };
    let caption = CAPTION.elided(&format!("{caption}{word}{scale}"), right - MARGIN);
    scene.text(&caption, MARGIN, axis.end - 16.0, Anchor::Start, CAPTION);
}

/// The upright extent of a plot below a frame's legend.
pub(super) fn extent(frame: &Frame) -> (f64, f64) {
    (frame.top + 34.0, frame.bottom - 62.0)
}

/// Least and largest of what is finite.
pub(super) fn range(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let mut range: Option<(f64, f64)> = None;
    for value in values.into_iter().filter(|value| value.is_finite()) {
        range = Some(range.map_or((value, value), |(low, high)| (low.min(value), high.max(value))));
    }
    range
}

/// By decades where asked for and possible, else even, with a little room at both ends.
pub(super) fn axis((low, high): (f64, f64), logarithmic: bool, start: f64, end: f64) -> Axis {
    if logarithmic && low > 0.0 {
        let room = (high / low).max(1.05).powf(0.02);
        return Axis::log((low / room, high * room), start, end);
    }
    let room = 0.02 * (high - low);
    Axis::linear((low - room, high + room), start, end)
}
