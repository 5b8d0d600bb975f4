//! How many periods had so many events, and does the law of counts say the same?

use super::ChartError;
use super::axis::{Axis, TICK};
use super::fit::{CAPTION, LEFT, Mark, Plot, RIGHT, extent, frame, legend, range, shown, spoken};
use super::scene::{Anchor, Dash, GREY, INK, RULE, Scene, Stroke};
use crate::outcome::fit::{CountReport, Fit};
use crate::report::format::{count, figure};

/// Observed and expected periods by class of counts.
pub(super) fn classes(fit: &Fit, report: &CountReport) -> Result<Option<Scene>, ChartError> {
    let classes = &report.classes;
    if classes.iter().all(|class| class.observed == 0 && class.expected.is_empty()) {
        return Ok(None);
    }
    let notes =
        ["Bars: periods that had so many events. Lines: periods that a law expects to have so many.".to_owned()];
    let title = format!(
        "Counts vary {} times as much as Poisson's; {}",
        figure(report.dispersion, 3),
        fit.choice
            .as_ref()
            .map_or("no law could be fitted".to_owned(), |choice| format!("{} is proposed", spoken(&choice.name)))
    );
    let mut frame = frame(fit, &title, &notes)?;
    let laws: Vec<_> = shown(fit, 4)
        .into_iter()
        .filter(|(candidate, _)| classes[0].expected.iter().any(|expected| expected.candidate == candidate.name))
        .collect();
    let mut entries = vec![("periods".to_owned(), Mark::Bar(GREY.faded(0.45)))];
    entries.extend(laws.iter().map(|(candidate, stroke)| (candidate.name.replace('_', " "), Mark::Line(*stroke))));
    legend(&mut frame, &entries);
    let (top, bottom) = extent(&frame);
    let expected = |name: &str, at: usize| {
        classes[at]
            .expected
            .iter()
            .find(|expected| expected.candidate == name)
            .map_or(f64::NAN, |expected| expected.periods)
    };
    let all = classes.iter().flat_map(|class| class.expected.iter().map(|expected| expected.periods));
    let most = range(all.chain(classes.iter().map(|class| class.observed as f64))).map_or(1.0, |(_, high)| high);
    let y = Axis::linear((0.0, 1.08 * most.max(1.0)), bottom, top);
    let width = (RIGHT - LEFT) / classes.len() as f64;
    let center = |at: usize| LEFT + (at as f64 + 0.5) * width;
    let scene = &mut frame.scene;
    upright(scene, &y, "Periods");
    let mut free = f64::NEG_INFINITY;
    for (at, class) in classes.iter().enumerate() {
        let x = center(at);
        let half = 0.36 * width;
        if class.observed > 0 {
            scene.rect((x - half, y.at(class.observed as f64)), (x + half, bottom), GREY.faded(0.45));
        }
        let label = match class.to {
            Some(to) if to == class.from => count(class.from),
            Some(to) => format!("{}-{}", count(class.from), count(to)),
            None => format!("{}+", count(class.from)),
        };
        let half_label = TICK.width(&label) / 2.0;
        let place = x.clamp(super::frame::MARGIN + half_label, RIGHT - half_label);
        if place - half_label > free {
            free = scene.text(&label, place, bottom + 20.0, Anchor::Middle, TICK).1 + 10.0;
        }
    }
    scene.line([(LEFT, bottom), (RIGHT, bottom)], Stroke::solid(GREY, 1.2));
    scene.text("Events in a period", RIGHT, bottom + 43.0, Anchor::End, CAPTION);
    for (candidate, stroke) in laws.iter().rev() {
        let points: Vec<_> =
            (0..classes.len()).map(|at| (center(at), y.clamped(expected(&candidate.name, at)))).collect();
        points.iter().for_each(|point| scene.dot(*point, 3.6, stroke.color));
        scene.line(points, *stroke);
    }
    Ok(Some(frame.scene))
}

fn upright(scene: &mut Scene, y: &Axis, caption: &str) {
    for tick in y.ticks(6) {
        scene.line([(LEFT, y.at(tick)), (RIGHT, y.at(tick))], Stroke::solid(RULE, 1.0));
        scene.text_beside(&figure(tick, 6), LEFT - 8.0, y.at(tick), Anchor::End, TICK);
    }
    scene.text(caption, super::frame::MARGIN, y.end - 16.0, Anchor::Start, CAPTION);
}

/// Events by period, each for its exposure, with their mean.
pub(super) fn periods(fit: &Fit, report: &CountReport) -> Result<Option<Scene>, ChartError> {
    let periods = &report.by_period;
    if periods.len() < 2 || periods.len() > 400 {
        return Ok(None);
    }
    let rate = report.total / report.exposure;
    let rates: Vec<f64> = periods.iter().map(|period| period.count / period.exposure).collect();
    let Some((low, high)) = range(rates.iter().copied()) else { return Ok(None) };
    let place = |value: f64| rates.iter().position(|rate| *rate == value).map_or("", |at| periods[at].label.as_str());
    let title = format!(
        "On average {} events for a unit of exposure, from {} ({}) to {} ({})",
        figure(rate, 4),
        figure(low, 4),
        place(low),
        figure(high, 4),
        place(high)
    );
    let alike = periods.iter().all(|period| period.exposure == periods[0].exposure);
    let mut notes = vec![
        "Bars: events of the period for a unit of exposure. Line: all events over all exposure. Grey: where 95% of the periods of a Poisson \
         count with this mean would lie."
            .to_owned(),
    ];
    notes.extend((!alike).then(|| "Periods differ in exposure.".to_owned()));
    let mut frame = frame(fit, &title, &notes)?;
    let line = Stroke { color: INK, width: 2.2, dash: Dash::Pattern(&[9.0, 5.0]) };
    let color = super::palette::color(0);
    legend(
        &mut frame,
        &[
            ("events for a unit of exposure".to_owned(), Mark::Bar(color.faded(0.75))),
            (format!("mean {}", figure(rate, 4)), Mark::Line(line)),
            ("Poisson, 95%".to_owned(), Mark::Bar(GREY.faded(0.35))),
        ],
    );
    let (top, bottom) = extent(&frame);
    let half = |exposure: f64| 1.96 * (rate / exposure).sqrt();
    let widest = periods.iter().map(|period| rate + half(period.exposure)).fold(high, f64::max);
    let y = Axis::linear((0.0, 1.06 * widest.max(f64::MIN_POSITIVE)), bottom, top);
    let x = Axis::linear((0.0, periods.len() as f64), LEFT, RIGHT);
    let scene = &mut frame.scene;
    upright(scene, &y, "Events for a unit of exposure");
    let plot = Plot { x, y, top, bottom };
    let width = (RIGHT - LEFT) / periods.len() as f64;
    let mut free = f64::NEG_INFINITY;
    for (at, period) in periods.iter().enumerate() {
        let middle = x.at(at as f64 + 0.5);
        if rates[at] > 0.0 {
            scene.rect((middle - 0.36 * width, y.at(rates[at])), (middle + 0.36 * width, bottom), color.faded(0.75));
        }
        let label = TICK.elided(&period.label, 120.0);
        let half = TICK.width(&label) / 2.0;
        if middle - half > free && middle + half <= RIGHT + super::frame::MARGIN {
            free = scene.text(&label, middle, bottom + 20.0, Anchor::Middle, TICK).1 + 10.0;
        }
    }
    let steps = periods.iter().enumerate().flat_map(|(at, period)| {
        let band = (Some((rate - half(period.exposure)).max(0.0)), Some(rate + half(period.exposure)));
        [(at as f64, band.0, band.1), (at as f64 + 1.0, band.0, band.1)]
    });
    plot.band(scene, steps, GREY.faded(0.35));
    plot.curve(scene, [(0.0, rate), (periods.len() as f64, rate)], line);
    scene.line([(LEFT, bottom), (RIGHT, bottom)], Stroke::solid(GREY, 1.2));
    scene.text("Period", RIGHT, bottom + 43.0, Anchor::End, CAPTION);
    Ok(Some(frame.scene))
}
