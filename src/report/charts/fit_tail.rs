//! How far do the data carry the tail, and what lies beyond them?

use super::ChartError;
use super::axis::{Axis, TICK, marker};
use super::fit::{CAPTION, LEFT, Mark, Plot, RIGHT, amount, axis, extent, frame, legend, range, shown, spoken};
use super::palette;
use super::scene::{Anchor, Dash, GREY, INK, Scene, Type};
use crate::outcome::fit::{Fit, FitCharts};
use crate::report::format::{count, figure};

/// Probability to exceed, both axes by decades, empirical and of the nearest laws.
pub(super) fn survival(fit: &Fit, charts: &FitCharts) -> Result<Option<Scene>, ChartError> {
    let points = &charts.empirical_survival;
    let Some((least, most)) = range(points.iter().map(|point| point.x)) else { return Ok(None) };
    let notes = [
        "Dots: share of rows that exceed the value. Lines: the laws, conditioned to what could be seen. Right of the dashed line there is \
         no row: what a line says there is its form alone."
            .to_owned(),
    ];
    let mut frame = frame(fit, &beyond_title(fit), &notes)?;
    let laws = shown(fit, 5);
    let mut entries = vec![("rows".to_owned(), Mark::Dots(INK))];
    entries.extend(laws.iter().map(|(candidate, stroke)| (candidate.name.clone(), Mark::Line(*stroke))));
    legend(&mut frame, &entries);
    let (top, bottom) = extent(&frame);
    let n = fit.data.rows_kept.max(2) as f64;
    let lowest = 0.05 / n;
    let curve_of = |name: &str| charts.curves.iter().find(|curve| curve.candidate == name);
    // As far as the first two laws reach within ten times as many rows, but no more than a thousandfold beyond the data.
    let reach = laws.iter().take(2).filter_map(|(candidate, _)| curve_of(&candidate.name));
    let reach = reach.flat_map(|curve| curve.survival.iter().filter(|p| p.y >= lowest).map(|p| p.x));
    let logarithmic = least > 0.0 && (charts.logarithmic || most / least > 3.0);
    let limit = if logarithmic { 1e3 * most } else { most + 2.0 * (most - least) };
    let far = range(reach).map_or(most, |(_, far)| far).clamp(most, limit);
    let x = axis((least, far), logarithmic, LEFT, RIGHT);
    let y = Axis::log((lowest, 1.0), bottom, top);
    let scene = &mut frame.scene;
    let plot = Plot::new(scene, x, y, (&fit.data.column, "Share of rows that exceed the value"));
    scene.rect((x.at(most), top), (x.end, bottom), GREY.faded(0.08));
    marker(scene, (x.at(most), top), (x.at(most), bottom), Dash::Pattern(&[6.0, 5.0]));
    for (candidate, stroke) in laws.iter().rev() {
        if let Some(curve) = curve_of(&candidate.name) {
            plot.curve(scene, curve.survival.iter().map(|p| (p.x, p.y)), *stroke);
        }
    }
    for point in points.iter().filter(|point| plot.shows(point.x, point.y)) {
        scene.dot(plot.at(point.x, point.y), 3.4, INK);
    }
    Ok(Some(frame.scene))
}

/// What plausible families say once in ten times as many rows.
fn beyond_title(fit: &Fit) -> String {
    let Some(tail) = &fit.tail else { return "The tail of the data and of the laws".to_owned() };
    let wanted = 0.1 / fit.data.rows_kept.max(1) as f64;
    let near = |p: f64| (p / wanted - 1.0).abs() < 1e-6;
    let mut all: Vec<(f64, &str)> = tail
        .beyond
        .iter()
        .filter(|point| near(point.probability))
        .filter_map(|point| Some((point.value?, point.candidate.as_str())))
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let rows = count(fit.data.rows_kept.saturating_mul(10));
    match all.as_slice() {
        [] => "The tail of the data and of the laws".to_owned(),
        [(value, name)] => {
            format!("Once in {rows} rows {} exceeds {}; no other family comes near", spoken(name), amount(*value))
        }
        [(low, one), .., (high, other)] => {
            format!(
                "Exceeded once in {rows} rows: {} by {}, {} by {}",
                amount(*low),
                spoken(one),
                amount(*high),
                spoken(other)
            )
        }
    }
}

/// Values by return period in rows, with the band that the parameters' uncertainty gives.
pub(super) fn return_levels(fit: &Fit, charts: &FitCharts) -> Result<Option<Scene>, ChartError> {
    let levels = &charts.return_levels;
    let Some(name) = fit.choice.as_ref().map(|choice| choice.name.as_str()) else { return Ok(None) };
    if levels.len() < 2 {
        return Ok(None);
    }
    let n = fit.data.rows_kept as f64;
    let farthest = 20.0 * n;
    let seen = || levels.iter().filter(|level| level.period <= farthest);
    let at_n = seen().filter(|level| level.period >= n).min_by(|a, b| a.period.total_cmp(&b.period));
    let title = match at_n {
        Some(level) => {
            let band = level.band.and_then(|band| band.low.zip(band.high));
            let band = band.map_or(String::new(), |(low, high)| format!(" ({} to {})", amount(low), amount(high)));
            format!("Once in {} rows {} exceeds {}{band}", figure(level.period, 3), spoken(name), amount(level.value))
        }
        None => format!("Return levels of {}", spoken(name)),
    };
    let has_bands = levels.iter().any(|level| level.band.is_some());
    let band_note = if has_bands {
        "Band: 95% interval from the uncertainty of the parameters, the family taken as right"
    } else {
        "No band: the estimates of this law have no usable covariance"
    };
    let notes = [format!(
        "A return period is in rows, not in years. Dots: the rows at their empirical return period. {band_note}. Right of the dashed line \
         the period is longer than the data."
    )];
    let mut frame = frame(fit, &title, &notes)?;
    let stroke = palette::stroke(0, 3.4);
    let mut entries = vec![("rows".to_owned(), Mark::Dots(INK)), (name.to_owned(), Mark::Line(stroke))];
    if has_bands {
        entries.push(("95% band".to_owned(), Mark::Bar(stroke.color.faded(0.18))));
    }
    legend(&mut frame, &entries);
    let (top, bottom) = extent(&frame);
    let dots = || charts.return_points.iter().filter(|point| point.x <= farthest);
    let ends = seen().flat_map(|level| {
        let band = level.band.map_or([None, None], |band| [band.low, band.high]);
        [Some(level.value), band[0], band[1]].into_iter().flatten()
    });
    let Some((low, high)) = range(ends.chain(dots().map(|point| point.y))) else { return Ok(None) };
    let last = seen().map(|level| level.period).fold(10.0, f64::max);
    let x = Axis::log((2.0, last), LEFT, RIGHT);
    let y = axis((low, high), charts.logarithmic && low > 0.0, bottom, top);
    let scene = &mut frame.scene;
    let plot = Plot::new(scene, x, y, ("Return period in rows", &fit.data.column));
    plot.band(
        scene,
        seen().map(|level| {
            let band = level.band.map_or((None, None), |band| (band.low, band.high));
            (level.period, band.0, band.1)
        }),
        stroke.color.faded(0.18),
    );
    if x.shows(n) {
        scene.rect((x.at(n), top), (x.end, bottom), GREY.faded(0.06));
        marker(scene, (x.at(n), top), (x.at(n), bottom), Dash::Pattern(&[6.0, 5.0]));
        let label = format!("{} rows", count(fit.data.rows_kept));
        let fits = x.at(n) - TICK.width(&label) - 8.0 > LEFT;
        if fits {
            scene.text(&label, x.at(n) - 8.0, top + 18.0, Anchor::End, Type { size: 14.0, ..CAPTION });
        }
    }
    plot.curve(scene, seen().map(|level| (level.period, level.value)), stroke);
    for point in dots().filter(|point| plot.shows(point.x, point.y)) {
        scene.dot(plot.at(point.x, point.y), 3.8, INK);
    }
    Ok(Some(frame.scene))
}
