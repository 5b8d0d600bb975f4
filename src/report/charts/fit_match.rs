//! Row by row: is each as large as the law would have it, and as probable?

use super::ChartError;
use super::axis::Axis;
use super::fit::{LEFT, Mark, Plot, amount, axis, extent, frame, legend, range, shown, spoken};
use super::palette;
use super::scene::{Dash, GREY, INK, Scene, Stroke, WIDTH};
use crate::outcome::fit::{CandidateCurves, Fit, FitCharts, XY};
use crate::report::format::figure;

/// The proposed law and the runner-up.
const LAWS: usize = 2;
/// Both axes have the same length, so that the diagonal is one.
const DIAGONAL: Stroke = Stroke { color: INK, width: 1.6, dash: Dash::Pattern(&[7.0, 5.0]) };

/// Observed against fitted quantiles.
pub(super) fn quantiles(fit: &Fit, charts: &FitCharts) -> Result<Option<Scene>, ChartError> {
    let laws = laws(fit, charts, |curves| &curves.qq);
    let Some(((name, _), own)) = laws.first() else { return Ok(None) };
    let Some(largest) = own.iter().max_by(|a, b| a.y.total_cmp(&b.y)) else { return Ok(None) };
    let title = title(fit, own, name, largest);
    let notes = [
        "Each dot is a row: the value that the law expects at its rank, and its own. On the dashed line both are the same; dots above it \
         are larger than expected. Of many rows some are shown, of the largest all."
            .to_owned(),
    ];
    let mut frame = frame(fit, &title, &notes)?;
    entries(&mut frame, &laws);
    let (top, bottom) = extent(&frame);
    // What the runner-up expects may lie anywhere: the proposed law and the data decide what is seen.
    let seen = own.iter().flat_map(|point| [point.x, point.y]);
    let Some((low, high)) = range(seen) else { return Ok(None) };
    let logarithmic = charts.logarithmic && low > 0.0;
    let x = axis((low, high), logarithmic, LEFT, WIDTH - super::frame::MARGIN);
    let y = axis((low, high), logarithmic, bottom, top);
    draw(
        &mut frame.scene,
        (x, y),
        &laws,
        (&format!("{} expected by the law", fit.data.column), &format!("{} as it is", fit.data.column)),
    );
    Ok(Some(frame.scene))
}

/// How the largest rows lie to what the law expects of them.
fn title(fit: &Fit, points: &[XY], name: &str, largest: &XY) -> String {
    // The largest hundredth, of which every row is among the points up to forty.
    let most = (fit.data.exact / 100).clamp(10, 40).min(fit.data.exact) as usize;
    let mut sorted: Vec<&XY> = points.iter().collect();
    sorted.sort_by(|a, b| b.y.total_cmp(&a.y));
    let top = &sorted[..most.min(sorted.len())];
    if top.iter().all(|point| point.x > 0.0 && point.y > 0.0) {
        let ratio = (top.iter().map(|point| (point.y / point.x).ln()).sum::<f64>() / top.len() as f64).exp();
        format!(
            "The largest {} rows are {} times what {} expects of them, the very largest {} times",
            top.len(),
            figure(ratio, 3),
            spoken(name),
            figure(largest.y / largest.x, 3)
        )
    } else {
        format!("The largest value is {}, where {} expects {}", amount(largest.y), spoken(name), amount(largest.x))
    }
}

/// Empirical against fitted probabilities, with the band of chance around the diagonal.
pub(super) fn probabilities(fit: &Fit, charts: &FitCharts) -> Result<Option<Scene>, ChartError> {
    let laws = laws(fit, charts, |curves| &curves.pp);
    let Some(((name, _), own)) = laws.first() else { return Ok(None) };
    let worst = own.iter().max_by(|a, b| (a.y - a.x).abs().total_cmp(&(b.y - b.x).abs()));
    let Some(worst) = worst else { return Ok(None) };
    let title = format!(
        "Probabilities by {} and in the data are at most {} points apart, near the {} quantile",
        spoken(name),
        figure(100.0 * (worst.y - worst.x).abs(), 2),
        figure(worst.y, 2)
    );
    let notes = [
        "Each dot is a row: its probability under the law, and its rank as a share of all rows. Grey: where 95% of the dots of a law that is \
         known, not fitted, would lie, each by itself."
            .to_owned(),
    ];
    let mut frame = frame(fit, &title, &notes)?;
    entries(&mut frame, &laws);
    let (top, bottom) = extent(&frame);
    let x = Axis::linear((0.0, 1.0), LEFT, WIDTH - super::frame::MARGIN);
    let y = Axis::linear((0.0, 1.0), bottom, top);
    let n = fit.data.exact.max(1) as f64;
    let band = |i: i32| {
        let p = f64::from(i) / 100.0;
        let half = 1.96 * (p * (1.0 - p) / n).sqrt();
        (p, Some((p - half).max(0.0)), Some((p + half).min(1.0)))
    };
    let plot = Plot { x, y, top, bottom };
    plot.band(&mut frame.scene, (0..=100).map(band), GREY.faded(0.18));
    draw(&mut frame.scene, (x, y), &laws, ("Probability of at most the value, fitted", "The same as the rows have it"));
    Ok(Some(frame.scene))
}

type Law<'a> = ((String, Stroke), &'a [XY]);

fn laws<'a>(fit: &'a Fit, charts: &'a FitCharts, of: fn(&CandidateCurves) -> &Vec<XY>) -> Vec<Law<'a>> {
    let of = |name: &str| charts.curves.iter().find(|curve| curve.candidate == name).map(of);
    let found = shown(fit, LAWS).into_iter();
    found
        .filter_map(|(candidate, stroke)| Some(((candidate.name.clone(), stroke), of(&candidate.name)?.as_slice())))
        .filter(|(_, points)| !points.is_empty())
        .collect()
}

fn entries(frame: &mut super::frame::Frame, laws: &[Law<'_>]) {
    let mark = |(index, ((name, _), _)): (usize, &Law<'_>)| (name.clone(), Mark::Dots(palette::color(index)));
    let mut all: Vec<(String, Mark)> = laws.iter().enumerate().map(mark).collect();
    all.push(("as expected".to_owned(), Mark::Line(DIAGONAL)));
    legend(frame, &all);
}

fn draw(scene: &mut Scene, (x, y): (Axis, Axis), laws: &[Law<'_>], captions: (&str, &str)) {
    let plot = Plot::new(scene, x, y, captions);
    plot.curve(scene, [(x.low.max(y.low), x.low.max(y.low)), (x.high.min(y.high), x.high.min(y.high))], DIAGONAL);
    for (index, (_, points)) in laws.iter().enumerate().rev() {
        let radius = if index == 0 { 3.4 } else { 2.8 };
        let color = if index == 0 { palette::color(index) } else { palette::color(index).faded(0.7) };
        for point in points.iter().filter(|point| plot.shows(point.x, point.y)) {
            scene.dot(plot.at(point.x, point.y), radius, color);
        }
    }
}
