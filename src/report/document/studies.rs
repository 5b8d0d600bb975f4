//! What was asked of the case beyond its figures: what moves it, what is not known, what would break it?

use super::model::{Depth, Section, Table, Text};
use crate::outcome::{Caution, Outcome, Sensitivity, StressTest, Uncertainty, Worth};
use crate::report::breakeven;
use crate::report::findings::{capitalised, money_and_interval};
use crate::report::format::{count, money, percent};
use crate::report::influence::{measure_in_words, share, share_interval, told};
use crate::report::sensitivity::{deciding, scale_of, widest};
use crate::report::{stress, uncertainty, worth};
use crate::statistics::Estimate;

/// Rows of a table; the result has them all.
const ROWS: usize = 15;

pub(super) fn sections(outcome: &Outcome) -> Vec<Section> {
    vec![
        sensitivity_section(outcome.sensitivity.as_ref()),
        ignorance(outcome.uncertainty.as_ref()),
        stresses(outcome.stress.as_ref()),
        break_even(outcome),
        knowing(outcome.worth.as_ref()),
    ]
}

fn cautions(section: &mut Section, cautions: &[Caution]) {
    section.items(
        cautions.iter().map(|caution| Text::default().code(&caution.code).and(format!(": {}", caution.message))),
    );
}

/// A finding as a sentence. It may begin with the path of an input, which stays as it is typed.
fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

fn sensitivity_section(found: Option<&Sensitivity>) -> Section {
    let mut section = Section::new("sensitivity", Depth::Subsection, "Sensitivity");
    let Some(found) = found else {
        section.not_computed(
            "which inputs move the answer, alone and together.",
            "tailcost sensitivity CONFIG --attach RUN",
        );
        return section;
    };
    section.text(Text::default().strong(sentence(&deciding(found))));
    if let Some(widest) = widest(found) {
        section.text(format!("Of inputs moved alone, {widest}."));
    }
    section.text(format!(
        "Looked at: {}, over {} years of each variant, seed {}. Each input was set to its 10% and to its 90% quantile in the same years, all \
         else as it is.",
        measure_in_words(&found.measure),
        count(found.years),
        found.seed
    ));
    let scale = scale_of(found);
    let head = ["Input", "At its 10% quantile", "At its 90% quantile", "Swing"];
    let mut table = Table::new(format!("The {ROWS} widest swings of {}", measure_in_words(&found.measure)), head);
    for swing in found.tornado.iter().filter(|swing| !swing.is_noise).take(ROWS) {
        let mark = if swing.is_guess { " (guess)" } else { "" };
        let sign = if swing.swing.value > 0.0 { "+" } else { "" };
        let size = format!("{sign}{} ({})", scale.amount(swing.swing.value), scale.change_interval(&swing.swing));
        let cells = [scale.amount(swing.low.figure), scale.amount(swing.high.figure), size];
        table.row(format!("{}{mark}", told(&swing.path, swing.role)), cells);
    }
    section.table(table);
    let head = ["What is random", "Explains alone", "Takes part in"];
    let mut table = Table::new(format!("Shares of the variance of {}", found.variance.score), head);
    for factor in found.variance.factors.iter().filter(|factor| factor.total.value > 0.0).take(ROWS) {
        let of = |estimate: &Estimate| format!("{} ({})", share(estimate), share_interval(estimate));
        table.row(told(&factor.path, factor.role), [of(&factor.first), of(&factor.total)]);
    }
    section.table(table);
    cautions(&mut section, &found.cautions);
    section
}

fn ignorance(found: Option<&Uncertainty>) -> Section {
    let mut section = Section::new("ignorance", Depth::Subsection, "Uncertainty of the inputs");
    let Some(found) = found else {
        section.not_computed(
            "bands over what is not known of the inputs. The intervals in this document do not contain it.",
            "tailcost uncertainty CONFIG --guesses 0.25 --attach RUN",
        );
        return section;
    };
    section.text(Text::default().strong(uncertainty::finding(found)));
    section.text(format!(
        "{} draws of {} uncertain parameters, {} years for each, seed {}.",
        count(found.outer),
        count(found.parameters.len() as u64),
        count(found.inner),
        found.seed
    ));
    if let Some(spread) = found.guesses {
        section.text(
            Text::from(format!(
                "That guesses may be off by a factor of a standard deviation of {} is an assumption of whoever asked. ",
                percent(spread, None)
            ))
            .blank("why that much"),
        );
    }
    let head = ["Figure", "As the case has it", "Middle of the draws", "90% of the draws"];
    let mut table = Table::new("Bands over what is not known", head);
    for band in &found.measures {
        let is_share = ["costs more", "cheapest"].iter().any(|word| band.measure.starts_with(word));
        let show = |value: f64| if is_share { percent(value, None) } else { money(value, None) };
        let central = if is_share {
            crate::report::format::percent_with_interval(&band.central)
        } else {
            money_and_interval(&band.central)
        };
        let spread = format!("{} to {}", show(band.p5), show(band.p95));
        table.row(capitalised(uncertainty::spoken(&band.measure).trim_end()), [central, show(band.p50), spread]);
    }
    section.table(table);
    section.items(found.definitions.iter().map(String::as_str));
    cautions(&mut section, &found.cautions);
    section
}

fn stresses(found: Option<&StressTest>) -> Section {
    let mut section = Section::new("stress", Depth::Subsection, "Stress tests");
    let Some(found) = found else {
        section.not_computed(
            "the case under the stresses of its config ([stress.NAME]), and the most probable year beyond a loss.",
            "tailcost stress CONFIG --attach RUN",
        );
        return section;
    };
    section.text(Text::default().strong(sentence(&stress::finding(found))));
    section.text(format!("{} years for each case, the same for all, seed {}.", count(found.years), found.seed));
    for stressed in &found.stresses {
        let what = stressed.description.as_ref().map_or_else(String::new, |what| format!(": {what}"));
        section.text(Text::default().strong(&stressed.name).and(what));
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "absent".into());
        section.items(stressed.changes.iter().map(|change| {
            Text::default()
                .code(&change.path)
                .and(": ")
                .code(value(&change.base))
                .and(" becomes ")
                .code(value(&change.stressed))
        }));
    }
    let mut table = Table::new("Stresses against the base", ["Figure and stress", "Base", "Stressed", "Change"]);
    for (index, stressed) in found.stresses.iter().enumerate() {
        for figure in &found.base {
            let is_shown = ["mean of ", "tvar@0.99 of "].iter().any(|start| figure.measure.starts_with(start));
            let Some(under) = found.figure(Some(index), &figure.measure).filter(|_| is_shown) else { continue };
            let change = under.change.as_ref().map_or_else(|| "none".into(), money_and_interval);
            let name = format!("{}, {}", capitalised(&measure_in_words(&figure.measure)), stressed.name);
            table.row(name, [money_and_interval(&figure.value), money_and_interval(&under.value), change]);
        }
    }
    section.table(table);
    section.items(found.definitions.iter().map(String::as_str));
    cautions(&mut section, &found.cautions);
    section
}

fn break_even(outcome: &Outcome) -> Section {
    let mut section = Section::new("break-even", Depth::Subsection, "Break-even");
    if outcome.break_even.is_empty() {
        section.not_computed(
            "the value of an input at which the answer turns.",
            "tailcost breakeven CONFIG --vary DRIVER --until \"mean difference = 0\" --attach RUN",
        );
        return section;
    }
    for found in &outcome.break_even {
        section.text(Text::default().strong(sentence(&breakeven::finding(found))));
        section.text(format!(
            "{} {} years for each trial, the same for all, seed {}.",
            breakeven::how_moved(&found.driver),
            count(found.years),
            found.seed
        ));
        cautions(&mut section, &found.cautions);
    }
    section
}

fn knowing(found: Option<&Worth>) -> Section {
    let mut section = Section::new("knowing", Depth::Subsection, "Worth of knowing more");
    let Some(found) = found else {
        section
            .not_computed("what learning an input before choosing would be worth.", "tailcost voi CONFIG --attach RUN");
        return section;
    };
    section.text(Text::default().strong(sentence(&worth::finding(found))));
    section.text(sentence(&worth::deciding_now(found)));
    section.text(format!("{} years, seed {}.", count(found.years), found.seed));
    cautions(&mut section, &found.cautions);
    section
}
