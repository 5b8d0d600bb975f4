//! How often does a year, or the largest breach of a year, cost more than an amount?

use super::ChartError;
use super::axis::{Axis, Spacing, TICK, marker, money_axis};
use super::frame::{Frame, Key};
use super::palette;
use super::scene::{Anchor, Dash, INK, PAPER, Plane, RULE, Scene, Sheet, Stroke, Type};
use crate::outcome::book::{ScenarioOfBook, SystemOption};
use crate::outcome::{AppetiteLine, ExceedancePoint, OptionOutcome, Outcome};
use crate::report::findings;
use crate::report::format::{grouped, money, one_in};

/// The ends of the axis of amounts: probabilities stand before it, return periods behind.
pub(super) fn ends(sheet: Sheet) -> (f64, f64) {
    (sheet.margin() + sheet.of(72.0, 46.0), sheet.width() - sheet.margin() - sheet.of(120.0, 56.0))
}

const CAPTION: Type = Type::regular(15.0, INK);

/// A curve needs this many years beyond its last point to be worth a line.
const LEAST_YEARS_BEYOND: f64 = 10.0;

/// Curves of the yearly total (AEP), the committee's limits among them.
pub(super) fn yearly_total(outcome: &Outcome, sheet: Sheet) -> Result<Scene, ChartError> {
    yearly_total_along(outcome, None, sheet)
}

/// The same along an axis of this spacing: `None` is what suits the amounts. A logarithmic one needs amounts above 0.
pub(super) fn yearly_total_along(
    outcome: &Outcome,
    spacing: Option<Spacing>,
    sheet: Sheet,
) -> Result<Scene, ChartError> {
    let curves = yearly_curves(outcome);
    let caption = "Total cost of a year";
    let title = findings::exceedance(outcome);
    let what = "a year costs more than the amount";
    curves_scene(about(outcome), (&title, what, caption), &curves, &limits(outcome), (spacing, sheet))
}

/// Curves of what all members of a book cost together in the same year.
pub(super) fn of_system<'s>(
    scenario: &'s ScenarioOfBook,
    years: u64,
    (title, subtitle): (&str, &str),
    sheet: Sheet,
) -> Result<Scene, ChartError> {
    let curve = |(index, option): (usize, &'s SystemOption)| Curve {
        index,
        name: &option.name,
        points: sorted(&option.exceedance),
        certain: findings::is_certain(&option.total).then_some(option.total.mean.value),
    };
    let curves: Vec<Curve> = scenario.options.iter().enumerate().map(curve).collect();
    let words =
        (title, "a year of all members together costs more than the amount", "Total cost of a year, all members");
    curves_scene((years, subtitle.to_owned()), words, &curves, &[], (None, sheet))
}

/// Do all curves of the yearly total lie above 0?
pub(super) fn can_be_logarithmic(outcome: &Outcome) -> bool {
    let floor = lowest_probability(outcome.years, &yearly_curves(outcome));
    let shown = |point: &&ExceedancePoint| point.probability.value >= floor;
    outcome.options.iter().flat_map(|option| &option.exceedance).filter(shown).all(|point| point.amount > 0.0)
        && outcome.options.iter().all(|option| certain(option).is_none())
}

/// Limits on yearly amounts of an option: what a line at an amount can show.
fn limits(outcome: &Outcome) -> Vec<Limit<'_>> {
    let shown = |line: &&AppetiteLine| {
        let measure = line.measure.as_str();
        measure == "mean" || ((measure.starts_with("var@") || measure.starts_with("tvar@")) && !measure.contains(' '))
    };
    let mut limits: Vec<Limit> = Vec::new();
    for line in outcome.appetite.iter().filter(shown) {
        if !limits.iter().any(|known| known.amount == line.limit && known.name == line.name) {
            limits.push(Limit { name: &line.name, amount: line.limit });
        }
    }
    limits.truncate(MOST_LIMITS);
    limits
}

/// A line at an amount.
struct Limit<'a> {
    name: &'a str,
    amount: f64,
}

/// More lines with their names have no room.
const MOST_LIMITS: usize = 4;

/// A limit this many times as far as the curves reach is no longer drawn.
const FARTHEST_LIMIT: f64 = 1.6;

fn yearly_curves(outcome: &Outcome) -> Vec<Curve<'_>> {
    outcome
        .options
        .iter()
        .enumerate()
        .map(|(index, option)| Curve {
            index,
            name: &option.name,
            points: sorted(&option.exceedance),
            certain: certain(option),
        })
        .collect()
}

/// Curves of the largest single breach of the year (OEP), where there is one.
pub(super) fn largest_breach(outcome: &Outcome, sheet: Sheet) -> Result<Option<Scene>, ChartError> {
    let Some(title) = findings::oep(outcome) else { return Ok(None) };
    let curves: Vec<Curve> = outcome
        .options
        .iter()
        .enumerate()
        .filter(|(_, option)| findings::has_breaches(option))
        .map(|(index, option)| Curve { index, name: &option.name, points: sorted(&option.oep), certain: None })
        .collect();
    let caption = "Cost of the year's largest breach, before insurance";
    let what = "the largest breach of a year costs more than the amount";
    curves_scene(about(outcome), (&title, what, caption), &curves, &[], (None, sheet)).map(Some)
}

/// How many years, and what stands under the finding.
fn about(outcome: &Outcome) -> (u64, String) {
    (outcome.years, findings::subtitle(outcome))
}

struct Curve<'a> {
    index: usize,
    name: &'a str,
    /// By rising amount, falling probability.
    points: Vec<&'a ExceedancePoint>,
    /// The amount of every year, where there is no uncertainty.
    certain: Option<f64>,
}

fn certain(option: &OptionOutcome) -> Option<f64> {
    findings::is_certain(&option.total).then_some(option.total.mean.value)
}

fn sorted(points: &[ExceedancePoint]) -> Vec<&ExceedancePoint> {
    let mut sorted: Vec<&ExceedancePoint> = points.iter().collect();
    sorted.sort_by(|a, b| a.amount.total_cmp(&b.amount).then(b.probability.value.total_cmp(&a.probability.value)));
    sorted
}

fn curves_scene(
    (years, subtitle): (u64, String),
    (title, what, caption): (&str, &str, &str),
    curves: &[Curve],
    limits: &[Limit],
    (spacing, sheet): (Option<Spacing>, Sheet),
) -> Result<Scene, ChartError> {
    let floor = lowest_probability(years, curves);
    let mut notes = vec![format!(
        "How often {what}. Bands are 95% intervals of sampling error. Curves end where fewer than {LEAST_YEARS_BEYOND} of \
         the simulated years lie beyond."
    )];
    if curves.iter().flat_map(|c| &c.points).any(|p| p.probability.low.is_none() && p.probability.value >= floor) {
        notes.push("Where a curve has no band, its interval is withheld: see the cautions.".into());
    }
    let more = sheet.of(12.0 * curves.len().saturating_sub(6) as f64, 0.0);
    let mut frame = Frame::on(sheet, title, &subtitle, &notes, more)?;
    frame.legend(curves.iter().map(|c| (c.index, c.name)), Key::Line);
    let (top, bottom) = (frame.top + 34.0, frame.bottom - 62.0);
    let scene = &mut frame.scene;

    let x = amount_axis(curves, floor, limits, (spacing, sheet));
    let y = Axis::log((floor, ceiling(curves)), bottom, top);
    money_axis(scene, &x, top, bottom, caption, 8);
    probability_axis(scene, &y, ends(sheet));
    for curve in curves {
        band(scene, curve, &x, &y);
    }
    for curve in curves {
        line(scene, curve, &x, &y);
    }
    limit_lines(scene, limits, &x, (top, bottom));
    scene.plane = Some(Plane { x, y });
    Ok(frame.scene)
}

/// Probabilities by powers of ten on the left, return periods on the right, and what both are above them.
pub(super) fn probability_axis(scene: &mut Scene, y: &Axis, (left, right): (f64, f64)) {
    let sheet = scene.sheet;
    let decades = (0..=16).map(|power| (power, 10f64.powi(-power)));
    for (power, tick) in decades.filter(|(_, tick)| *tick >= y.low && *tick <= y.high) {
        let at = y.at(tick);
        scene.line([(left, at), (right, at)], Stroke::solid(RULE, 1.0));
        let share = grouped(tick * 100.0, (power - 2).max(0) as usize);
        scene.text_beside(&format!("{share}%"), left - sheet.of(8.0, 5.0), at, Anchor::End, TICK);
        let period = (1.0 / tick).round();
        let words = match sheet {
            Sheet::Desk if power == 0 => "every year".to_string(),
            Sheet::Desk => one_in(period),
            Sheet::Phone if power >= 6 => format!("1e{power}"),
            Sheet::Phone => grouped(period, 0),
        };
        scene.text_beside(&words, right + sheet.of(8.0, 5.0), at, Anchor::Start, TICK);
    }
    let caption = y.end - 18.0;
    scene.text("Probability in a year", sheet.margin(), caption, Anchor::Start, CAPTION);
    scene.text("Return period, years", sheet.width() - sheet.margin(), caption, Anchor::End, CAPTION);
}

/// The lowest probability that some curve reaches with enough years beyond it.
fn lowest_probability(years: u64, curves: &[Curve]) -> f64 {
    let supported = LEAST_YEARS_BEYOND / years.max(1) as f64;
    let reached = curves.iter().flat_map(|curve| &curve.points).map(|point| point.probability.value);
    // A hair below, so that the decade itself is on the axis; never less than a decade in all.
    reached.filter(|p| *p >= supported * (1.0 - 1e-9)).fold(1.0, f64::min).min(0.1) * 0.999
}

/// The decade that no curve rises above.
fn ceiling(curves: &[Curve]) -> f64 {
    let highest = curves.iter().flat_map(|c| &c.points).map(|p| p.probability.value).fold(1e-12, f64::max);
    if curves.iter().any(|c| c.certain.is_some()) {
        return 1.0;
    }
    10f64.powf((highest.log10() - 1e-9).ceil()).min(1.0)
}

/// Even where the amounts allow it, by decades where the tail would squeeze everything else against the left side.
fn amount_axis(curves: &[Curve], floor: f64, limits: &[Limit], (spacing, sheet): (Option<Spacing>, Sheet)) -> Axis {
    let (left, right) = ends(sheet);
    let shown = || curves.iter().flat_map(|c| &c.points).filter(|p| p.probability.value >= floor);
    let amounts = || shown().map(|p| p.amount).chain(curves.iter().filter_map(|c| c.certain));
    let low = amounts().fold(f64::INFINITY, f64::min);
    let high = amounts().fold(f64::NEG_INFINITY, f64::max);
    if low.is_nan() || low > high {
        return Axis::linear((0.0, 0.0), left, right);
    }
    if curves.iter().all(|c| c.certain.is_some()) {
        let room = 0.2 * (high - low);
        return Axis::linear((low - room, high + room), left, right);
    }
    let farthest = FARTHEST_LIMIT * high.abs();
    let high = limits.iter().map(|limit| limit.amount).filter(|amount| *amount <= farthest).fold(high, f64::max);
    // The amount that every curve still exceeds in one year of two says where the body lies.
    let body = shown().filter(|p| p.probability.value <= 0.5).map(|p| p.amount).fold(f64::INFINITY, f64::min);
    let positive = amounts().filter(|a| *a > 0.0).fold(f64::INFINITY, f64::min);
    let logarithmic = match spacing {
        Some(spacing) => spacing == Spacing::Log,
        None => high > 30.0 * body.max(positive),
    };
    if low >= 0.0 && logarithmic {
        return Axis::log((positive.max(high * 1e-5), high * 1.05), left, right);
    }
    let room = 0.02 * (high - low);
    Axis::linear((low - room, high + room), left, right)
}

/// The committee's limits, each with its name.
fn limit_lines(scene: &mut Scene, limits: &[Limit], x: &Axis, (top, bottom): (f64, f64)) {
    const NAME: Type = Type::bold(14.0, INK);
    let shown = limits.iter().filter(|limit| x.shows(limit.amount));
    for (i, limit) in shown.enumerate() {
        let at = x.at(limit.amount);
        marker(scene, (at, top), (at, bottom), Dash::Pattern(&[2.0, 3.0]));
        let text = format!("{}: {}", limit.name, money(limit.amount, None));
        let (left, right) = (at - x.start - 14.0, x.end - at - 14.0);
        let y = top + 16.0 + 22.0 * i as f64;
        // A ground of paper keeps a name legible over a curve.
        let ground =
            |scene: &mut Scene, from: f64, to: f64| scene.rect((from, y - 10.0), (to, y + 10.0), PAPER.faded(0.85));
        if right >= NAME.width(&text).min(left) {
            let text = NAME.elided(&text, right);
            ground(scene, at + 3.0, at + 11.0 + NAME.width(&text));
            scene.text_beside(&text, at + 7.0, y, Anchor::Start, NAME);
        } else {
            let text = NAME.elided(&text, left);
            ground(scene, at - 11.0 - NAME.width(&text), at - 3.0);
            scene.text_beside(&text, at - 7.0, y, Anchor::End, NAME);
        }
    }
}

fn band(scene: &mut Scene, curve: &Curve, x: &Axis, y: &Axis) {
    let color = palette::color(curve.index).faded(0.18);
    let mut run: Vec<(f64, f64, f64)> = Vec::new();
    let mut flush = |run: &mut Vec<(f64, f64, f64)>| {
        let upper = run.iter().map(|(at, _, high)| (*at, *high));
        let lower = run.iter().rev().map(|(at, low, _)| (*at, *low));
        scene.area(upper.chain(lower).collect::<Vec<_>>(), color);
        run.clear();
    };
    for point in &curve.points {
        match (point.probability.low, point.probability.high) {
            (Some(low), Some(high)) if point.probability.value >= y.low && x.shows(point.amount) => {
                run.push((x.at(point.amount), y.clamped(low), y.clamped(high)));
            }
            _ => flush(&mut run),
        }
    }
    flush(&mut run);
}

fn line(scene: &mut Scene, curve: &Curve, x: &Axis, y: &Axis) {
    let stroke = palette::stroke(curve.index, 2.6);
    let shown: Vec<_> = curve.points.iter().filter(|p| p.probability.value >= y.low && p.amount.is_finite()).collect();
    // A total without uncertainty is exceeded always below one amount and never above it.
    if let Some(amount) = curve.certain {
        let at = x.clamped(amount);
        scene.line([(x.start, y.end), (at, y.end), (at, y.start)], stroke);
        return;
    }
    let mut points: Vec<(f64, f64)> =
        shown.iter().map(|p| (x.clamped(p.amount), y.clamped(p.probability.value))).collect();
    if let Some(first) = points.first().copied() {
        points.insert(0, (x.start, first.1));
    }
    scene.line(points, stroke);
}
