//! What do ranks look like against each other, and how sure are their correlations?

use super::axis::{Axis, TICK, marker};
use super::frame::{Frame, MARGIN};
use super::palette;
use super::scene::{Anchor, Dash, GREY, INK, RULE, Scene, Stroke, Type, WIDTH};
use super::{ChartError, ChartFile, render};
use crate::outcome::{DependenceEstimate, RankCorrelation};
use crate::report::format::{count, figure};

const NAME: Type = Type::bold(15.0, INK);
const SMALL: Type = Type::regular(14.0, GREY);
/// More columns would leave no room for a dot.
const MOST_COLUMNS: usize = 6;
/// More pairs would make a chart that nobody can read at once.
const MOST_PAIRS: usize = 30;

/// `dependence-ranks` (a panel for each pair) and `dependence-correlations`, each as SVG and PNG.
pub fn dependence_charts(found: &DependenceEstimate) -> Result<Vec<ChartFile>, ChartError> {
    let mut files = Vec::new();
    for (name, scene) in scenes(found)? {
        files.extend(render(name, &scene)?);
    }
    Ok(files)
}

pub(super) fn scenes(found: &DependenceEstimate) -> Result<Vec<(&'static str, Scene)>, ChartError> {
    Ok(vec![("dependence-ranks", ranks(found)?), ("dependence-correlations", correlations(found)?)])
}

fn subtitle(found: &DependenceEstimate) -> String {
    let filter = if found.data.filter.is_empty() { String::new() } else { format!(", {}", found.data.filter) };
    format!("{}{filter}: {} rows", found.data.path, count(found.data.rows_kept as u64))
}

fn title(found: &DependenceEstimate) -> String {
    match (&found.t, found.test.prefers_t) {
        (Some(t), true) => format!("Extremes come together: t copula, {} degrees of freedom", figure(t.dof, 2)),
        _ => format!("A Gaussian copula is enough (p {})", figure(found.test.p_value, 2)),
    }
}

/// Names on the diagonal, ranks of a pair below it, its correlations above it.
fn ranks(found: &DependenceEstimate) -> Result<Scene, ChartError> {
    let size = found.columns.len().min(MOST_COLUMNS);
    let rows = found.sample.rows.len();
    let mut notes = vec![format!(
        "Below the diagonal: ranks of {} rows, each from lowest (left, bottom) to highest. Dots that crowd in two opposite corners are extremes \
         that come together.",
        count(rows as u64)
    )];
    if found.columns.len() > MOST_COLUMNS {
        notes.push(format!("The first {MOST_COLUMNS} of {} columns.", found.columns.len()));
    }
    let mut frame = Frame::new(&title(found), &subtitle(found), &notes, 330.0)?;
    let (top, bottom) = (frame.top + 8.0, frame.bottom - 14.0);
    let side = ((bottom - top) / size as f64).min((WIDTH - 2.0 * MARGIN) / size as f64);
    let left = (WIDTH - side * size as f64) / 2.0;
    let gap = 7.0;
    let scene = &mut frame.scene;
    for i in 0..size {
        for j in 0..size {
            let (x, y) = (left + j as f64 * side, top + i as f64 * side);
            let (low, high) = ((x + gap, y + gap), (x + side - gap, y + side - gap));
            let middle = ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0);
            let room = high.0 - low.0;
            if i == j {
                let lines = NAME.wrapped(&found.columns[i].replace('_', " "), room);
                let first = middle.1 - 9.0 * (lines.len() as f64 - 1.0);
                for (at, line) in lines.iter().enumerate() {
                    scene.text_beside(line, middle.0, first + 18.0 * at as f64, Anchor::Middle, NAME);
                }
            } else if j < i {
                let corners = [low, (high.0, low.1), high, (low.0, high.1), low];
                scene.line(corners, Stroke::solid(RULE, 1.0));
                let (across, up) = (Axis::linear((0.0, 1.0), low.0, high.0), Axis::linear((0.0, 1.0), high.1, low.1));
                let radius = if size > 4 { 1.6 } else { 2.4 };
                for row in &found.sample.rows {
                    scene.dot((across.at(row[j]), up.at(row[i])), radius, palette::color(0).faded(0.55));
                }
            } else if let Some(pair) = found.pairs.iter().find(|pair| (pair.first, pair.second) == (i, j)) {
                let figures = [
                    (format!("{:.2}", pair.spearman.value), Type::bold(if size > 4 { 20.0 } else { 26.0 }, INK), -14.0),
                    (format!("{:.2} to {:.2}", pair.spearman.low, pair.spearman.high), SMALL, 12.0),
                    (format!("Kendall {:.2}", pair.kendall.value), SMALL, 32.0),
                ];
                for (text, style, down) in figures {
                    scene.text_beside(&style.elided(&text, room), middle.0, middle.1 + down, Anchor::Middle, style);
                }
            }
        }
    }
    Ok(frame.scene)
}

/// Spearman's and Kendall's correlation of every pair with their intervals.
fn correlations(found: &DependenceEstimate) -> Result<Scene, ChartError> {
    let shown = found.pairs.len().min(MOST_PAIRS);
    let mut notes = vec!["Dots: Spearman, filled; Kendall, lighter. Lines: 95% intervals.".to_string()];
    if found.pairs.len() > shown {
        notes.push(format!("The first {shown} of {} pairs.", found.pairs.len()));
    }
    let heading = match found.pairs.iter().max_by(|a, b| a.spearman.value.abs().total_cmp(&b.spearman.value.abs())) {
        Some(pair) => format!(
            "Strongest: {} and {}, rank correlation {:.2} ({:.2} to {:.2})",
            found.columns[pair.first],
            found.columns[pair.second],
            pair.spearman.value,
            pair.spearman.low,
            pair.spearman.high
        ),
        None => title(found),
    };
    const ROW: f64 = 40.0;
    let extra = ROW * shown as f64 + 190.0 - super::scene::HEIGHT;
    let mut frame = Frame::new(&heading, &subtitle(found), &notes, extra)?;
    let left = MARGIN + 330.0;
    let (top, bottom) = (frame.top + 16.0, frame.bottom - 50.0);
    let ends = found
        .pairs
        .iter()
        .flat_map(|pair| [pair.spearman.low, pair.spearman.high, pair.kendall.low, pair.kendall.high]);
    let (low, high) = ends.fold((0.0f64, 0.0f64), |(low, high), end| (low.min(end), high.max(end)));
    let x = Axis::linear(((low - 0.05).max(-1.0), (high + 0.05).min(1.0)), left, WIDTH - MARGIN);
    let scene = &mut frame.scene;
    for tick in x.ticks(8) {
        scene.line([(x.at(tick), top), (x.at(tick), bottom)], Stroke::solid(RULE, 1.0));
        scene.text(&figure(tick, 3), x.at(tick), bottom + 20.0, Anchor::Middle, TICK);
    }
    marker(scene, (x.at(0.0), top), (x.at(0.0), bottom), Dash::Solid);
    let step = (bottom - top) / shown.max(1) as f64;
    for (index, pair) in found.pairs.iter().take(shown).enumerate() {
        let y = top + step * (index as f64 + 0.5);
        let name =
            Type::regular(15.0, INK).elided(&crate::report::dependence::pair_name(found, pair), left - MARGIN - 14.0);
        scene.text_beside(&name, left - 14.0, y, Anchor::End, Type::regular(15.0, INK));
        let apart = (0.16 * step).min(9.0);
        draw(scene, &x, &pair.spearman, y - apart, 1.0);
        draw(scene, &x, &pair.kendall, y + apart, 0.4);
    }
    scene.text("Rank correlation", WIDTH - MARGIN, bottom + 43.0, Anchor::End, Type::regular(15.0, INK));
    Ok(frame.scene)
}

fn draw(scene: &mut Scene, x: &Axis, estimate: &RankCorrelation, y: f64, strength: f64) {
    let color = palette::color(0).faded(strength);
    scene.line([(x.clamped(estimate.low), y), (x.clamped(estimate.high), y)], Stroke::solid(color, 3.0));
    scene.dot((x.clamped(estimate.value), y), 6.0, color);
}
