//! Which change of a config moves the difference, and where do both sides' measures lie?

use super::axis::{Axis, TICK, money_axis, unit_of};
use super::fit::{Mark, legend, range};
use super::frame::{Frame, MARGIN};
use super::palette;
use super::scene::{Anchor, GREY, INK, RULE, Scene, Sheet, Stroke, Type};
use super::{ChartError, ChartFile, render, slug};
use crate::outcome::comparison::{Comparison, MeasureChange, MeasureKind, StepsOf};
use crate::report::comparison::{finding, row_name};
use crate::report::format::{count, grouped, money};

const NAME: Type = Type::regular(15.0, INK);
const NAMES: f64 = 400.0;
/// Height of a row, and rows that fit a chart of usual height.
const ROW: f64 = 30.0;
const USUAL_ROWS: usize = 16;
/// Single changes that are drawn.
const STEPS: usize = 14;

/// `changes-OPTION` for each difference between two configs, and `measures`.
pub fn comparison_charts(found: &Comparison) -> Result<Vec<ChartFile>, ChartError> {
    let mut files = Vec::new();
    for (name, scene) in scenes(found, Sheet::Desk)? {
        files.extend(render(&name, &scene)?);
    }
    Ok(files)
}

pub(super) fn scenes(found: &Comparison, sheet: Sheet) -> Result<Vec<(String, Scene)>, ChartError> {
    let mut scenes = Vec::new();
    for steps in found.steps.iter().filter(|steps| !steps.steps.is_empty()) {
        scenes.push((format!("changes-{}", slug(&steps.option)), waterfall(found, steps, sheet)?));
    }
    if let Some(scene) = measures(found, sheet)? {
        scenes.push(("measures".to_owned(), scene));
    }
    Ok(scenes)
}

fn subtitle(found: &Comparison) -> String {
    format!("A: {} · B: {} · {} years", found.a.title, found.b.title, count(found.a.years))
}

struct Bar {
    name: String,
    from: f64,
    to: f64,
    whole: bool,
}

/// From A's mean difference to B's, a bar for each change.
fn waterfall(found: &Comparison, steps: &StepsOf, sheet: Sheet) -> Result<Scene, ChartError> {
    let mut bars = vec![Bar { name: "A".into(), from: 0.0, to: steps.a, whole: true }];
    let mut level = steps.a;
    let mut add = |name: String, change: f64| {
        bars.push(Bar { name, from: level, to: level + change, whole: false });
        level += change;
    };
    for step in steps.steps.iter().take(STEPS) {
        add(step.path.clone(), step.change.value);
    }
    if steps.steps.len() > STEPS {
        let rest = steps.steps[STEPS..].iter().map(|step| step.change.value).sum();
        add(format!("{} smaller changes", steps.steps.len() - STEPS), rest);
    }
    add("together, beyond the sum of each alone".into(), steps.together.value);
    bars.push(Bar { name: "B".into(), from: 0.0, to: steps.b, whole: true });
    let title = match steps.steps.first() {
        Some(step) => format!(
            "{} less {} goes from {} to {} a year; {} alone makes {}",
            steps.option,
            steps.baseline,
            money(steps.a, None),
            money(steps.b, None),
            step.path,
            signed(step.change.value)
        ),
        None => finding(found),
    };
    let notes = [format!(
        "Mean of {} less {} in A, what each change of the config does to it alone, what all do together beyond that, and in B; {} years, the \
         same for all. Orange: costs more; green: less.",
        steps.option,
        steps.baseline,
        count(steps.years)
    )];
    let rows = sheet.row(ROW) * bars.len() as f64;
    let extra = sheet.extra(rows + sheet.of(0.0, 90.0), ROW * USUAL_ROWS as f64).max(0.0);
    let mut frame = Frame::on(sheet, &title, &subtitle(found), &notes, extra)?;
    let (top, bottom) = (frame.top + 12.0, frame.bottom - 62.0);
    let ends = bars.iter().flat_map(|bar| [bar.from, bar.to]);
    let (low, high) = range(ends.chain([0.0])).unwrap_or((0.0, 1.0));
    let room = 0.03 * (high - low);
    let (labels, right) = (sheet.labels(MARGIN + NAMES), sheet.width() - sheet.margin() - sheet.of(90.0, 70.0));
    let axis = Axis::linear((low - if low < 0.0 { 4.0 * room } else { 0.0 }, high + room), labels, right);
    let scene = &mut frame.scene;
    money_axis(scene, &axis, top, bottom, "Mean difference of a year", sheet.ticks(7));
    let height = ((bottom - top) / bars.len() as f64).min(sheet.row(44.0));
    let unit = unit_of(&axis);
    for (index, bar) in bars.iter().enumerate() {
        let row_top = top + index as f64 * height;
        let (y, room) = sheet.bars((row_top, height));
        let half = 0.32 * room;
        let (left, right) = (axis.at(bar.from.min(bar.to)), axis.at(bar.from.max(bar.to)));
        let color = match (bar.whole, bar.to > bar.from) {
            (true, _) => GREY,
            (false, true) => palette::color(1),
            (false, false) => palette::color(2),
        };
        scene.rect((left, y - half), (right.max(left + 1.5), y + half), color);
        scene.row_name(&bar.name, NAME, labels, (row_top, height));
        let amount = (bar.to - bar.from) / unit.dollars();
        let text = format!("{}{}", if !bar.whole && amount > 0.0 { "+" } else { "" }, grouped(amount, 2));
        scene.text_beside(&text, right.max(left + 1.5) + 8.0, y, Anchor::Start, TICK);
        if index + 1 < bars.len() {
            let at = axis.at(bar.to);
            scene.line([(at, y + half), (at, y + height - half)], Stroke::solid(GREY, 1.2));
        }
    }
    scene.line([(axis.at(0.0), top), (axis.at(0.0), bottom)], Stroke::solid(INK, 1.6));
    Ok(frame.scene)
}

fn signed(amount: f64) -> String {
    let text = money(amount, None);
    if amount > 0.0 { format!("+{text}") } else { text }
}

/// Means, VaR and TVaR of both sides, with their intervals.
fn measures(found: &Comparison, sheet: Sheet) -> Result<Option<Scene>, ChartError> {
    let is_shown = |row: &&MeasureChange| {
        let name = row.measure.split(' ').next().unwrap_or("");
        let wanted = ["mean", "var@0.99", "tvar@0.99"].contains(&name);
        matches!(row.kind, MeasureKind::Total | MeasureKind::Difference) && wanted
    };
    let rows: Vec<&MeasureChange> = found.measures.iter().filter(is_shown).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let notes = ["Dots: figures of both sides; bars: their 95% intervals, of sampling error alone. How sure a change is cannot be seen from \
                  them where both sides lived through the same years: see the table."
        .to_owned()];
    let extra = sheet.extra(sheet.row(38.0) * rows.len() as f64 + sheet.of(0.0, 90.0), 38.0 * 13.0).max(0.0);
    let mut frame = Frame::on(sheet, &finding(found), &subtitle(found), &notes, extra)?;
    let colors = [palette::color(0), palette::color(1)];
    let entries = [(&found.a.name, colors[0]), (&found.b.name, colors[1])];
    let sides = ["A", "B"].into_iter().zip(entries);
    legend(
        &mut frame,
        &sides.map(|(side, (name, color))| (format!("{side}: {name}"), Mark::Dots(color))).collect::<Vec<_>>(),
    );
    let (top, bottom) = (frame.top + 12.0, frame.bottom - 62.0);
    let ends = rows.iter().flat_map(|row| {
        [row.a, row.b].into_iter().flat_map(|e| [Some(e.value), e.low, e.high]).flatten().collect::<Vec<_>>()
    });
    let Some((low, high)) = range(ends.chain([0.0])) else { return Ok(None) };
    let room = 0.03 * (high - low);
    let (labels, right) = (sheet.labels(MARGIN + NAMES), sheet.width() - sheet.margin() - 10.0);
    let axis = Axis::linear((if low < 0.0 { low - room } else { low }, high + room), labels, right);
    let scene = &mut frame.scene;
    money_axis(scene, &axis, top, bottom, "Cost of a year", sheet.ticks(7));
    let height = ((bottom - top) / rows.len() as f64).min(sheet.row(48.0));
    for (index, row) in rows.iter().enumerate() {
        let row_top = top + index as f64 * height;
        let (y, room) = sheet.bars((row_top, height));
        scene.line([(axis.start, y), (axis.end, y)], Stroke::solid(RULE, 1.0));
        scene.row_name(&row_name(row, found.baseline.as_deref()), NAME, labels, (row_top, height));
        for (side, (estimate, color)) in [row.a, row.b].into_iter().zip(colors).enumerate() {
            let y = y + if side == 0 { -0.16 } else { 0.16 } * room;
            if let (Some(low), Some(high)) = (estimate.low, estimate.high) {
                scene.line([(axis.clamped(low), y), (axis.clamped(high), y)], Stroke::solid(color, 3.0));
            }
            scene.dot((axis.at(estimate.value), y), 5.0, color);
        }
    }
    scene.line([(axis.at(0.0), top), (axis.at(0.0), bottom)], Stroke::solid(GREY, 1.4));
    Ok(Some(frame.scene))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Estimate;
    use crate::outcome::comparison::{Compared, ComparedKind, Pairing, Step, Verdict};
    use crate::report::charts::tests::check_layout;

    const LONG: &str = "A workforce abroad with a rather long name that somebody gave it, second shift of the night";

    fn example(options: usize, scale: f64) -> Comparison {
        let estimate = |value: f64| Estimate::between(scale * value, scale * (value - 0.1), scale * (value + 0.1));
        let side = |name: &str| Compared {
            name: name.into(),
            kind: ComparedKind::Config,
            title: LONG.into(),
            years: 1000,
            seed: 1,
            value_version: 1,
            program_version: "0".into(),
            config_hash: "0".into(),
        };
        let row = |index: usize, measure: &str, kind| MeasureChange {
            measure: measure.into(),
            option: format!("{index} {LONG}"),
            kind,
            a: estimate(3.0 + index as f64),
            b: estimate(1.0),
            change: -scale * (2.0 + index as f64),
            standard_error: Some(0.05 * scale),
            z: Some(-40.0),
            verdict: Verdict::Changed,
        };
        let measures = (0..options).flat_map(|index| {
            [
                row(index, "mean", MeasureKind::Total),
                row(index, "tvar@0.99", MeasureKind::Total),
                row(index, "mean difference", MeasureKind::Difference),
            ]
        });
        let step = |i: i32| Step { path: format!("workforce.{LONG}.{i}"), change: estimate(f64::from(5 - i)) };
        let steps = StepsOf {
            option: LONG.into(),
            baseline: "Domestic".into(),
            years: 1000,
            a: scale * 8.0,
            b: scale * -2.0,
            steps: (0..20).map(step).collect(),
            together: estimate(3.0),
            not_alone: Vec::new(),
        };
        Comparison {
            program_version: "0".into(),
            a: side("article"),
            b: side(LONG),
            pairing: Pairing::Paired,
            notes: Vec::new(),
            config: Vec::new(),
            drivers: Vec::new(),
            only_in_one: Vec::new(),
            baseline: Some("Domestic".into()),
            measures: measures.collect(),
            steps: vec![steps],
            fail_beyond: Some(3.0),
        }
    }

    #[test]
    fn comparisons_of_any_size_keep_to_the_page() {
        for options in [1, 3, 9] {
            for scale in [1e-3, 1e6, -1e9] {
                for sheet in Sheet::BOTH {
                    let drawn = scenes(&example(options, scale), sheet).unwrap();
                    assert_eq!(drawn.len(), 2);
                    for (name, scene) in drawn {
                        check_layout(&format!("{name} {options} {scale} {sheet:?}"), &scene);
                    }
                }
            }
        }
    }

    #[test]
    fn tables_keep_to_a_hundred_columns() {
        let text = crate::report::comparison::comparison_table(&example(4, 1e6));
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}
