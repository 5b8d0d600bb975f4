//! What was done so that the model does not mislead: proof of the program, exact means, sampling error?

use super::model::{Depth, Section, Table, Text};
use crate::outcome::{Estimate, Extent, Outcome, TwinFigures, Verification};
use crate::report::findings::{component_name, money_and_interval, simulated_years};
use crate::report::format::{Unit, count, decimals_for, grouped, half_width, money, percent_with_interval};
use crate::report::twin::twin_sentence;
use crate::report::verification::{limit, nearest, number};

pub(super) fn sections(outcome: &Outcome) -> Vec<Section> {
    let mut section = Section::new("mitigation", Depth::Section, "8. Evaluation and mitigation of model risk");
    section.text(
        "What the program did to show that its figures are those of the model, and what was asked of the case. Whether the model is the right \
         one is for the validator.",
    );
    vec![section, verified(outcome), exact(outcome), sampling(outcome)]
}

fn verified(outcome: &Outcome) -> Section {
    let mut section = Section::new("verification", Depth::Subsection, "Verification of the program for this case");
    let Some(found) = &outcome.verification else {
        section.not_computed(
            "the program can hold this case against exact means in two engines, compound sums by FFT, every input against its law, its \
             generator, the coverage of its intervals, and the same bits on other threads and instructions.",
            "tailcost verify CONFIG --attach RUN",
        );
        return section;
    };
    section.text(sentence(found));
    if found.assertions.is_empty() {
        return section;
    }
    let extent = match found.extent {
        Extent::Quick => "the quick extent",
        Extent::Full => "the full extent",
    };
    let groups = match found.only.as_slice() {
        [] => "every group of it".to_string(),
        some => format!("the groups {} alone, as was asked", some.join(", ")),
    };
    section.text(format!(
        "Tried: {extent}, {groups}; tailcost {}, value version {}, {}, seed {}.{}",
        found.program_version,
        found.value_version,
        found.machine,
        found.seed,
        if found.value_version == outcome.value_version && found.program_version == outcome.provenance.program_version {
            ""
        } else {
            " That is another program than the one that made this result."
        }
    ));
    let mut table = Table::new("Verification", ["Group", "Tried", "Held", "Nearest to its limit", "Found", "Must be"]);
    for of_group in found.assertions.chunk_by(|a, b| a.group == b.group) {
        let held = of_group.iter().filter(|assertion| assertion.passed).count();
        let Some(near) = nearest(of_group) else { continue };
        let cells = [
            count(of_group.len() as u64),
            count(held as u64),
            near.subject.clone(),
            format!("{} {}", near.measure, number(near.found)),
            limit(near.limit),
        ];
        table.row(&of_group[0].group, cells);
    }
    section.table(table);
    let mut failed = Table::new("What failed", ["Group", "Subject", "Measure", "Found", "Must be", "Figures"]);
    for a in found.assertions.iter().filter(|assertion| !assertion.passed) {
        failed.row(&a.group, [&a.subject, &a.measure, &number(a.found), &limit(a.limit), &a.detail].map(String::from));
    }
    section.table(failed);
    section
}

fn sentence(found: &Verification) -> Text {
    if found.assertions.is_empty() {
        return "Nothing of this case was asserted: it has no such lines, or the groups asked for belong to the full extent.".into();
    }
    let held = found.assertions.iter().filter(|assertion| assertion.passed).count();
    let counted = format!(
        "{} of {} assertions hold. A program without a fault fails any of them with probability at most {:.1e}.",
        count(held as u64),
        count(found.assertions.len() as u64),
        found.false_alarm
    );
    Text::default().strong(if found.passed { "Passed: " } else { "FAILED: " }).and(counted)
}

fn exact(outcome: &Outcome) -> Section {
    let mut section = Section::new("twin", Depth::Subsection, "Simulated against exact means");
    let Some(sentence) = twin_sentence(outcome) else {
        section.text("This result holds no exact means: it was written before there were any, or nothing of it is known in closed form.");
        return section;
    };
    section.text(sentence);
    section.text(
        "Exact means come from closed forms and quadrature, without a simulated year. A score is the distance in standard errors. Of \
         so many scores one beyond 2 or 3 is no surprise; the run cautions of those beyond 4, which chance makes once in some 16,000.",
    );
    let head = ["Amount", "Simulated mean", "Exact mean", "Score of the mean", "Score of the standard deviation"];
    let mut table = Table::new("Exact means", head);
    let score = |z: Option<f64>| z.map_or_else(|| "none".to_string(), |z| grouped(z, 1));
    for option in &outcome.options {
        let mut row = |name: String, mean: &Estimate, twin: &TwinFigures| {
            let cells = [money_and_interval(mean), exactly(mean, twin.mean), score(twin.mean_z), score(twin.sd_z)];
            table.row(name, cells);
        };
        if let Some(twin) = &option.total.twin {
            row(format!("{}: total", option.name), &option.total.mean, twin);
        }
        for component in crate::outcome::Component::ALL {
            let line = option.components.get(component.key());
            let Some((line, twin)) = line.and_then(|line| Some((line, line.twin.as_ref()?))) else { continue };
            if (twin.mean, line.mean.value) != (0.0, 0.0) {
                row(format!("{}: {}", option.name, component_name(component.key())), &line.mean, twin);
            }
        }
    }
    section.table(table);
    section
}

/// An exact mean with a digit more than the simulated one supports.
fn exactly(simulated: &Estimate, exact: f64) -> String {
    let most = [Some(simulated.value), simulated.low, simulated.high].into_iter().flatten();
    let unit = Unit::of(most.fold(0.0, |most: f64, amount| most.max(amount.abs())));
    match half_width(simulated).filter(|half| *half > 0.0) {
        Some(half) => {
            let decimals = decimals_for(half / unit.dollars(), 5) + 1;
            format!("{} {}", grouped(exact / unit.dollars(), decimals), unit.label())
        }
        None => money(exact, None),
    }
}

fn sampling(outcome: &Outcome) -> Section {
    let mut section = Section::new("sampling", Depth::Subsection, "Sampling error");
    section.text(format!(
        "{} leave the sampling error that stands in brackets behind each figure. It narrows with the square root of the years: half of it \
         takes four times as many. Where the largest years decide too much for an interval to be trusted, none is given and a caution says \
         why.",
        simulated_years(outcome.years)
    ));
    let mut table = Table::new("The figures that the decision turns on", ["Figure", "Value and interval"]);
    for difference in &outcome.differences {
        let gap = format!("{} less {}", difference.option, difference.baseline);
        table.row(format!("{gap}: on average"), [money_and_interval(&difference.total.mean)]);
        for at in &difference.total.levels {
            let name = format!("{gap}: 1 year in {}", grouped(at.return_period, 0));
            table.row(name, [money_and_interval(&at.var)]);
        }
        let often = percent_with_interval(&difference.probability_costs_more);
        table.row(format!("{} costs more than {}", difference.option, difference.baseline), [often]);
    }
    section.table(table);
    section
}
