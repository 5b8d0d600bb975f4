//! What does the worth of knowing look like?

use super::axis::{Axis, TICK, money_axis};
use super::frame::{Frame, MARGIN};
use super::palette;
use super::scene::{Anchor, GREY, INK, Scene, Stroke, Type, WIDTH};
use super::{ChartError, ChartFile, render};
use crate::outcome::{DriverWorth, Worth};
use crate::report::format::{count, half_width, money};
use crate::report::influence::name_of;
use crate::report::worth::{deciding_now, finding};
use crate::statistics::Estimate;

const NAME: Type = Type::regular(15.0, INK);
/// Rows of a chart that can be read at once.
const MOST: usize = 14;
const ROW: f64 = 38.0;
const LABELS: f64 = 330.0;
/// Room for the figure beside the longest bar.
const FIGURE: f64 = 170.0;

/// `voi`, as SVG and PNG; nothing where no knowledge is worth anything.
pub fn worth_charts(worth: &Worth) -> Result<Vec<ChartFile>, ChartError> {
    Ok(match scene(worth)? {
        Some(scene) => render("voi", &scene)?.into(),
        None => Vec::new(),
    })
}

pub(super) fn scene(worth: &Worth) -> Result<Option<Scene>, ChartError> {
    let telling: Vec<&DriverWorth> = worth.drivers.iter().filter(|driver| driver.worth.value > 0.0).collect();
    if worth.everything.worth.value <= 0.0 {
        return Ok(None);
    }
    let shown = &telling[..telling.len().min(MOST)];
    let mut notes = vec![format!("{}. Lines: 95% intervals.", deciding_now(worth))];
    if telling.len() > shown.len() {
        let most = telling[shown.len()].worth.value;
        notes.push(format!("{} more drivers, each {} or less.", telling.len() - shown.len(), money(most, None)));
    }
    let nothing = worth.drivers.len() - telling.len();
    if nothing > 0 {
        notes.push(format!("{nothing} drivers are worth nothing: no value of theirs would change the choice."));
    }
    if shown.iter().any(|driver| driver.is_guess) {
        notes.push("* a guess by its own source.".into());
    }
    let rows: Vec<(String, &Estimate)> =
        std::iter::once(("all drivers together, at least".to_owned(), &worth.drivers_together.worth))
            .filter(|(_, estimate)| estimate.value > 0.0)
            .chain(shown.iter().map(|driver| {
                let mark = if driver.is_guess { " *" } else { "" };
                (format!("{}{mark}", name_of(&driver.path)), &driver.worth)
            }))
            .collect();
    let rows = if rows.is_empty() { vec![("everything".to_owned(), &worth.everything.worth)] } else { rows };
    let subtitle = format!("{} · {} years · seed {}", worth.title, count(worth.years), worth.seed);
    let mut frame = Frame::new(&finding(worth), &subtitle, &notes, ROW * rows.len() as f64 - 460.0)?;
    // Few rows need not fill the page.
    let top = frame.top + 8.0;
    let bottom = (frame.bottom - 56.0).min(top + 60.0 * rows.len() as f64);
    let most =
        rows.iter().flat_map(|(_, estimate)| [Some(estimate.value), estimate.high]).flatten().fold(0.0, f64::max);
    let x = Axis::linear((0.0, most), LABELS, WIDTH - MARGIN - FIGURE);
    let scene = &mut frame.scene;
    money_axis(scene, &x, top, bottom, "Worth of knowing before choosing, a year", 6);
    let step = (bottom - top) / rows.len() as f64;
    for (index, (name, estimate)) in rows.iter().enumerate() {
        let y = top + step * (index as f64 + 0.5);
        let name = NAME.elided(name, LABELS - MARGIN - 10.0);
        scene.text_beside(&name, LABELS - 10.0, y, Anchor::End, NAME);
        let half = (0.32 * step).min(13.0);
        let end = x.at(estimate.value);
        let is_sum = index == 0 && worth.drivers_together.worth.value > 0.0;
        let color = if is_sum { palette::color(5) } else { palette::color(0) };
        if end - x.start > 0.3 {
            scene.rect((x.start, y - half), (end, y + half), color.faded(0.85));
        }
        let mut reach = end;
        if let (Some(low), Some(high)) = (estimate.low, estimate.high)
            && high > low
        {
            scene.line([(x.clamped(low), y), (x.clamped(high), y)], Stroke::solid(INK, 1.3));
            reach = reach.max(x.clamped(high));
        }
        scene.text_beside(&money(estimate.value, half_width(estimate)), reach + 8.0, y, Anchor::Start, TICK);
    }
    scene.line([(x.start, top), (x.start, bottom)], Stroke::solid(GREY, 1.4));
    Ok(Some(frame.scene))
}
