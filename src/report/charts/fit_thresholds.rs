//! From which threshold on is the tail of one kind, and how heavy is it?

use super::ChartError;
use super::axis::{Axis, marker};
use super::fit::{LEFT, Mark, Plot, RIGHT, amount, axis, extent, frame, legend, range};
use super::palette;
use super::scene::{Dash, GREY, INK, Scene, Stroke};
use crate::outcome::fit::{Fit, Interval, StabilityPoint, ThresholdReport};
use crate::report::format::{count, figure};

const DASHED: Dash = Dash::Pattern(&[6.0, 5.0]);
/// Rows above a threshold from which its figures are worth a sentence.
const ENOUGH: u64 = 20;

fn is_logarithmic(fit: &Fit) -> bool {
    fit.charts.as_ref().is_some_and(|charts| charts.logarithmic)
}

/// Mean of what exceeds a threshold, by threshold, with the line of the generalised Pareto tail.
pub(super) fn mean_excess(fit: &Fit, report: &ThresholdReport) -> Result<Option<Scene>, ChartError> {
    let points: Vec<_> = report.mean_excess.iter().filter(|point| point.mean_excess > 0.0).collect();
    if points.len() < 3 {
        return Ok(None);
    }
    let logarithmic = is_logarithmic(fit) && points[0].threshold > 0.0;
    let solid: Vec<_> = points.iter().filter(|point| point.exceedances >= ENOUGH).collect();
    let title = match (solid.get(solid.len() / 2), solid.last()) {
        (Some(middle), Some(last)) if last.threshold > middle.threshold => {
            let growth = last.mean_excess / middle.mean_excess;
            let what = if growth > 1.25 {
                "grows: the tail is heavier than exponential"
            } else if growth < 0.8 {
                "falls: the tail is lighter than exponential"
            } else {
                "stays about level, as above an exponential tail"
            };
            format!(
                "From {} to {} the mean excess goes from {} to {} and {what}",
                amount(middle.threshold),
                amount(last.threshold),
                amount(middle.mean_excess),
                amount(last.mean_excess)
            )
        }
        _ => "Mean excess by threshold".to_owned(),
    };
    let mut notes = vec![
        "Dots: mean of what exceeds the threshold; grey: normal 95% band, where ten rows or more lie above. A generalised Pareto tail has a \
         straight line on even axes."
            .to_owned(),
    ];
    let heavy = report.tail.as_ref().is_some_and(|tail| tail.xi.estimate > 0.5);
    notes.extend(
        heavy.then(|| "With xi above 1/2 excesses have no finite variance: the band is too narrow.".to_owned()),
    );
    notes.extend((!report.note.is_empty()).then(|| format!("{}.", report.note)));
    let mut frame = frame(fit, &title, &notes)?;
    let stroke = palette::stroke(0, 3.0);
    let mut entries = vec![("mean excess".to_owned(), Mark::Dots(INK))];
    // Above an index of 1 the tail has no mean, and its excess none either.
    let tail = report.tail.as_ref().filter(|tail| tail.xi.estimate < 1.0);
    if let Some(tail) = tail {
        entries.push((format!("generalised Pareto above {}", amount(tail.threshold)), Mark::Line(stroke)));
    }
    legend(&mut frame, &entries);
    let (top, bottom) = extent(&frame);
    let Some(xs) = range(points.iter().map(|point| point.threshold)) else { return Ok(None) };
    let highest = points.iter().map(|point| point.mean_excess);
    let bands = solid.iter().filter_map(|point| point.band.and_then(|band| band.high));
    let Some((low, high)) = range(highest.chain(bands)) else { return Ok(None) };
    let x = axis(xs, logarithmic, LEFT, RIGHT);
    let y = axis((if logarithmic { low } else { 0.0 }, high), logarithmic, bottom, top);
    let scene = &mut frame.scene;
    let caption = format!("Threshold of {}", fit.data.column);
    let plot = Plot::new(scene, x, y, (&caption, "Mean excess over the threshold"));
    plot.band(scene, points.iter().map(|point| with(point.threshold, point.band)), GREY.faded(0.2));
    if let Some(tail) = tail {
        let (xi, beta, from) = (tail.xi.estimate, tail.beta.estimate, tail.threshold.max(x.low));
        let along = (0..=80).map(|i| {
            let share = f64::from(i) / 80.0;
            let u = if logarithmic { from * (x.high / from).powf(share) } else { from + share * (x.high - from) };
            (u, (beta + xi * (u - tail.threshold)) / (1.0 - xi))
        });
        plot.curve(scene, along, stroke);
    }
    for point in points.iter().filter(|point| plot.shows(point.threshold, point.mean_excess)) {
        scene.dot(plot.at(point.threshold, point.mean_excess), 4.0, INK);
    }
    threshold_marker(scene, &plot, report);
    Ok(Some(frame.scene))
}

fn with(at: f64, interval: Option<Interval>) -> (f64, Option<f64>, Option<f64>) {
    let (low, high) = interval.map_or((None, None), |interval| (interval.low, interval.high));
    (at, low, high)
}

fn threshold_marker(scene: &mut Scene, plot: &Plot, report: &ThresholdReport) {
    if let Some(tail) = report.tail.as_ref().filter(|tail| plot.x.shows(tail.threshold)) {
        let at = plot.x.at(tail.threshold);
        marker(scene, (at, plot.top), (at, plot.bottom), DASHED);
    }
}

/// Shape and modified scale by threshold: level where the tail is generalised Pareto.
pub(super) fn stability(fit: &Fit, report: &ThresholdReport) -> Result<Option<Scene>, ChartError> {
    let points = &report.stability;
    if points.len() < 3 {
        return Ok(None);
    }
    let logarithmic = is_logarithmic(fit) && points[0].threshold > 0.0;
    let title = match &report.tail {
        Some(tail) => {
            let above = points.iter().filter(|point| point.threshold >= tail.threshold && point.exceedances >= ENOUGH);
            let span = range(above.map(|point| point.xi));
            let span = span.filter(|(low, high)| high > low).map_or(String::new(), |(low, high)| {
                format!("; {} to {} above higher thresholds", figure(low, 2), figure(high, 2))
            });
            format!(
                "Above {} ({} rows) the tail has xi {}{span}",
                amount(tail.threshold),
                count(tail.exceedances),
                figure(tail.xi.estimate, 3)
            )
        }
        None => "Shape and scale of the tail by threshold".to_owned(),
    };
    let notes = [
        "Generalised Pareto fits above each threshold, with 95% intervals. From a threshold on above which the tail is generalised Pareto \
         both figures stay level but for chance. Dashed: the threshold of the fitted tail."
            .to_owned(),
    ];
    let mut frame = frame(fit, &title, &notes)?;
    let Some(xs) = range(points.iter().map(|point| point.threshold)) else { return Ok(None) };
    let (top, bottom) = (frame.top + 24.0, frame.bottom - 62.0);
    let middle = 0.5 * (top + bottom);
    let x = axis(xs, logarithmic, LEFT, RIGHT);
    let scene = &mut frame.scene;
    let caption = format!("Threshold of {}", fit.data.column);
    let shape = |point: &StabilityPoint| (point.xi, point.xi_interval);
    let scale = |point: &StabilityPoint| (point.modified_scale, point.modified_scale_interval);
    type Figure<'a> = (&'a dyn Fn(&StabilityPoint) -> (f64, Option<Interval>), &'a str, f64, f64);
    let panels: [Figure<'_>; 2] = [
        (&shape, "Shape xi", top, middle - 36.0),
        (&scale, "Modified scale beta - xi x threshold", middle + 46.0, bottom),
    ];
    for (index, (of, name, top, bottom)) in panels.into_iter().enumerate() {
        // Intervals of the last few thresholds may be wide enough to flatten all the others.
        let few = points.iter().filter(|point| point.exceedances >= 2 * ENOUGH).count() < 3;
        let solid = || points.iter().filter(move |point| few || point.exceedances >= 2 * ENOUGH);
        let ends = solid().flat_map(|point| {
            let (value, interval) = of(point);
            let ends = interval.map_or([None, None], |interval| [interval.low, interval.high]);
            [Some(value), ends[0], ends[1]].into_iter().flatten()
        });
        let Some((low, high)) = range(ends) else { return Ok(None) };
        let y = axis((low, high), false, bottom, top);
        let plot = Plot::new(scene, x, y, (if index == 0 { "" } else { &caption }, name));
        plot.band(
            scene,
            points.iter().map(|point| with(point.threshold, of(point).1)),
            palette::color(index).faded(0.18),
        );
        plot.curve(
            scene,
            points.iter().map(|point| (point.threshold, of(point).0)),
            Stroke::solid(palette::color(index), 1.8),
        );
        for point in points.iter().filter(|point| plot.shows(point.threshold, of(point).0)) {
            scene.dot(plot.at(point.threshold, of(point).0), 3.8, palette::color(index));
        }
        threshold_marker(scene, &plot, report);
    }
    Ok(Some(frame.scene))
}

/// Hill's estimate of the shape by the number of largest rows that it rests on.
pub(super) fn hill(fit: &Fit, report: &ThresholdReport) -> Result<Option<Scene>, ChartError> {
    let points = &report.hill;
    if points.len() < 3 {
        return Ok(None);
    }
    let body = fit.data.exact / 10;
    let solid: Vec<_> = points.iter().filter(|point| point.k >= ENOUGH && point.k <= body.max(2 * ENOUGH)).collect();
    let title = match (range(solid.iter().map(|point| point.xi)), solid.first(), solid.last()) {
        (Some((low, high)), Some(first), Some(last)) if last.k > first.k => format!(
            "From the {} to the {} largest rows Hill's estimate of xi runs between {} and {}",
            count(first.k),
            count(last.k),
            figure(low, 2),
            figure(high, 2)
        ),
        _ => "Hill's estimate of xi by the number of largest rows".to_owned(),
    };
    let notes = [
        "Hill's estimate from the k largest rows, with its normal 95% band. Level over a range of k where the tail is a power law; it \
         presumes one, so that of a light tail it never settles."
            .to_owned(),
    ];
    let mut frame = frame(fit, &title, &notes)?;
    let mut entries = vec![("Hill's estimate".to_owned(), Mark::Line(palette::stroke(0, 3.0)))];
    let level = Stroke { color: palette::color(1), width: 2.4, dash: Dash::Pattern(&[11.0, 5.0]) };
    let gpd = fit.gpd.as_ref().filter(|gpd| gpd.xi > 0.0);
    if let Some(gpd) = gpd {
        let name = format!("xi {} of the generalised Pareto tail above {}", figure(gpd.xi, 3), amount(gpd.threshold));
        entries.push((name, Mark::Line(level)));
    }
    legend(&mut frame, &entries);
    let (top, bottom) = extent(&frame);
    let Some((least, most)) = range(points.iter().map(|point| point.k as f64)) else { return Ok(None) };
    let steady = points.iter().filter(|point| point.k >= 10);
    let ends = steady.flat_map(|point| [Some(point.xi), point.interval.low, point.interval.high].into_iter().flatten());
    let Some((_, high)) = range(ends.chain(gpd.map(|gpd| gpd.xi))) else { return Ok(None) };
    let x = Axis::log((least, most), LEFT, RIGHT);
    let y = axis((0.0, high), false, bottom, top);
    let scene = &mut frame.scene;
    let plot = Plot::new(scene, x, y, ("Largest rows k", "Shape xi"));
    let band = points.iter().map(|point| with(point.k as f64, Some(point.interval)));
    plot.band(scene, band, palette::color(0).faded(0.18));
    if let Some(gpd) = gpd {
        plot.curve(scene, [(least, gpd.xi), (most, gpd.xi)], level);
    }
    plot.curve(scene, points.iter().map(|point| (point.k as f64, point.xi)), palette::stroke(0, 3.0));
    Ok(Some(frame.scene))
}
