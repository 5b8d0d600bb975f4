//! Where are the data dense, and does the law say the same?

use super::ChartError;
use super::fit::{LEFT, Mark, Plot, RIGHT, axis, extent, frame, legend, range, shown, spoken};
use super::scene::{GREY, Scene};
use crate::outcome::fit::{Fit, FitCharts};
use crate::report::format::figure;

/// Histogram and the densities of the nearest laws. On a logarithmic axis heights are shares of rows for each tenfold of the value, so
/// that areas are shares there too.
pub(super) fn density(fit: &Fit, charts: &FitCharts) -> Result<Option<Scene>, ChartError> {
    let bins = &charts.histogram;
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else { return Ok(None) };
    if last.high <= first.low {
        return Ok(None);
    }
    let logarithmic = charts.logarithmic && first.low > 0.0;
    let height = |low: f64, high: f64, density: f64| {
        if logarithmic { density * (high - low) / (high / low).log10() } else { density }
    };
    let per_unit = |x: f64, density: f64| if logarithmic { density * x * std::f64::consts::LN_10 } else { density };
    let mut notes = vec![
        "Bars: the rows, areas being shares of them. Lines: densities of the laws, conditioned to what could be seen."
            .to_owned(),
    ];
    if fit.data.exact < fit.data.rows_kept {
        notes.push("Censored rows have no place on the bars, which show the exact ones alone.".to_owned());
    }
    let mut frame = frame(fit, &title(fit), &notes)?;
    let laws = shown(fit, 5);
    let mut entries = vec![("rows".to_owned(), Mark::Bar(GREY.faded(0.35)))];
    entries.extend(laws.iter().map(|(candidate, stroke)| (candidate.name.clone(), Mark::Line(*stroke))));
    legend(&mut frame, &entries);
    let (top, bottom) = extent(&frame);
    let heights: Vec<f64> = bins.iter().map(|bin| height(bin.low, bin.high, bin.density)).collect();
    // A density that runs to infinity would flatten the bars.
    let most = range(heights.iter().copied()).map_or(1.0, |(_, most)| most);
    let curve_of = |name: &str| charts.curves.iter().find(|curve| curve.candidate == name);
    let peaks = laws.iter().filter_map(|(candidate, _)| curve_of(&candidate.name));
    let peaks = range(peaks.flat_map(|curve| curve.density.iter().map(|p| per_unit(p.x, p.y))));
    let high = most.max(peaks.map_or(0.0, |(_, high)| high).min(1.6 * most)).max(f64::MIN_POSITIVE);
    let x = axis((first.low, last.high), logarithmic, LEFT, RIGHT);
    let y = super::axis::Axis::linear((0.0, 1.06 * high), bottom, top);
    let scene = &mut frame.scene;
    let caption = if logarithmic { "Share of rows for each tenfold of the value" } else { "Density" };
    let plot = Plot::new(scene, x, y, (&fit.data.column, caption));
    for (bin, height) in bins.iter().zip(&heights).filter(|(_, height)| **height > 0.0) {
        let (left, right) = (x.at(bin.low), x.at(bin.high));
        let gap = if right - left > 4.0 { 0.5 } else { 0.0 };
        scene.rect((left + gap, y.clamped(*height)), (right - gap, bottom), GREY.faded(0.35));
    }
    for (candidate, stroke) in laws.iter().rev() {
        if let Some(curve) = curve_of(&candidate.name) {
            plot.curve(scene, curve.density.iter().map(|p| (p.x, per_unit(p.x, p.y))), *stroke);
        }
    }
    Ok(Some(frame.scene))
}

/// How near the proposed law is, by the test that heeds the tails most.
pub(super) fn title(fit: &Fit) -> String {
    let Some(choice) = &fit.choice else { return "No law could be fitted".to_owned() };
    let name = &choice.name;
    let law = spoken(name);
    let law = law.strip_prefix("the ").unwrap_or(&law);
    let candidate = fit.candidates.iter().find(|candidate| candidate.name == *name);
    let p = candidate.and_then(|candidate| candidate.goodness.anderson_darling).and_then(|test| test.p_value);
    let distance = candidate.and_then(|candidate| candidate.goodness.kolmogorov_smirnov);
    let gap = distance.map_or(String::new(), |test| {
        format!(", at most {} points of probability off", figure(100.0 * test.statistic, 2))
    });
    match p {
        Some(p) if p <= 0.01 => format!("The proposed {law} strays from the data by more than chance{gap}"),
        Some(p) if p <= 0.05 => format!("The proposed {law} strays from the data by a little more than chance{gap}"),
        Some(_) => format!("The proposed {law} follows the data within chance{gap}"),
        None => format!("The proposed {law} is the nearest of the families by their ranking{gap}"),
    }
}
