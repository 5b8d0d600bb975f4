//! Whose data, models and judgement does the result rest on?

use super::model::{Depth, Section, Table, Text, blank};
use crate::outcome::{Biography, DriverKind, DriverRecord, Outcome};
use crate::report::biography::biography_lines;
use crate::report::format::{count, figure};
use crate::report::register::{Influence, influence, rounded};

/// Digits of an input's figures.
const DIGITS: i32 = 4;

pub(super) fn sections(outcome: &Outcome) -> Vec<Section> {
    vec![data(outcome), inputs(outcome), models(outcome), experts(outcome)]
}

fn drivers(outcome: &Outcome) -> &[DriverRecord] {
    outcome.provenance.inputs.as_ref().map_or(&[], |inputs| &inputs.drivers)
}

/// Inputs whose biography this is true of.
fn with_biography(outcome: &Outcome, is: fn(&Biography) -> bool) -> Vec<(&DriverRecord, &Biography)> {
    let all = drivers(outcome).iter().filter_map(|driver| Some((driver, driver.biography.as_ref()?)));
    all.filter(|(_, biography)| is(biography)).collect()
}

fn data(outcome: &Outcome) -> Section {
    let mut section = Section::new("data", Depth::Section, "4. Reliance on data");
    let files = &outcome.provenance.data_files;
    match files.is_empty() {
        true => section.text("The run read no data file: every input stands in the config."),
        false => section.text(
            Text::from("The run read these files. A file that has another hash today is not the file that was read; ")
                .code("tailcost check CONFIG")
                .and(" says so of files that laws were fitted to."),
        ),
    }
    let mut table = Table::new("Data files", ["File", "blake3"]);
    for file in files {
        table.row(Text::default().code(&file.path), [Text::default().code(&file.blake3)]);
    }
    section.table(table);
    let fitted = with_biography(outcome, |biography| biography.data.is_some());
    match fitted.len() {
        0 => section.text("No input's biography names data that it was fitted to."),
        some => section.text(format!(
            "{} by what the config says of them:",
            plural(some, "input was fitted to data", "inputs were fitted to data")
        )),
    }
    section.items(fitted.iter().map(|(driver, biography)| told(driver, biography)));
    section.facts(
        "Review of data",
        vec![
            ("Supplied by", blank("who supplied each data file, and on what terms")),
            (
                "Reviewed for reasonableness and consistency",
                blank("what was looked at (ASOP 23), by whom, and what was found"),
            ),
            ("Known defects", blank("defects, adjustments made, and what they may do to the result")),
        ],
    );
    section
}

fn told(driver: &DriverRecord, biography: &Biography) -> Text {
    Text::default().code(&driver.path).and(format!(": {}", biography_lines(biography).join("; ")))
}

fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number as u64), if number == 1 { one } else { many })
}

fn inputs(outcome: &Outcome) -> Section {
    let mut section = Section::new("inputs", Depth::Section, "5. Assumptions and their sources");
    let all = drivers(outcome);
    if all.is_empty() {
        section.text("This result stores no list of its inputs; the config at the end has them.");
        return section;
    }
    let guesses = all.iter().filter(|driver| driver.is_guess).count();
    let unsourced = all.iter().filter(|driver| driver.source.is_none()).count();
    section.text(format!(
        "{}; {} a source that calls itself a guess, and {} no source. Sources stand in the words of whoever wrote the config; the program \
         has not checked them.",
        plural(all.len(), "input", "inputs"),
        plural(guesses, "has", "have"),
        plural(unsourced, "names", "name")
    ));
    let ranks = influence(outcome);
    section.text(match outcome.sensitivity.as_ref().filter(|_| !ranks.is_empty()) {
        Some(found) => Text::from(format!(
            "What moves {} most stands first, by the swing between an input's 10% and 90% quantiles (",
            crate::report::influence::measure_in_words(&found.measure)
        ))
        .link("sensitivity", "section 8, Sensitivity")
        .and("); inputs that were not moved follow in the order of the config."),
        None => "In the order of the config.".into(),
    });
    let mut order: Vec<&DriverRecord> = all.iter().collect();
    let place = |driver: &DriverRecord| ranks.get(driver.path.as_str()).map_or(usize::MAX, |rank| rank.place);
    order.sort_by_key(|driver| place(driver));
    let mut head = vec!["Input", "What it is, unit", "Value", "Average", "5% to 95%", "Guess", "Source"];
    if !ranks.is_empty() {
        head.insert(1, "Moves the answer by");
    }
    let mut table = Table::new("Assumption register", head);
    for driver in order {
        let rank = (!ranks.is_empty()).then(|| ranks.get(driver.path.as_str()));
        table.row(Text::default().code(&driver.path), row(driver, rank));
    }
    section.table(table);
    section.text(Text::default().blank(
        "who judged the assumptions reasonable, one by one and together, and which of the guesses are to be replaced by when",
    ));
    section
}

fn row(driver: &DriverRecord, rank: Option<Option<&Influence>>) -> Vec<Text> {
    let law = match driver.kind {
        DriverKind::Number => format!("{}, a number", driver.law),
        DriverKind::Yearly => rounded(&driver.law),
        DriverKind::Each => format!("{}, for each event", rounded(&driver.law)),
    };
    let spread = match driver.kind {
        DriverKind::Number => "fixed".to_string(),
        _ => format!("{} to {}", figure(driver.p5, DIGITS), figure(driver.p95, DIGITS)),
    };
    let mut cells: Vec<Text> =
        rank.map(|rank| rank.map_or("not moved", |rank| rank.words.as_str()).into()).into_iter().collect();
    cells.extend([
        format!("{}, {}", driver.meaning, driver.unit).into(),
        law.into(),
        driver.mean.map_or_else(|| "none".to_string(), |mean| figure(mean, DIGITS)).into(),
        spread.into(),
        if driver.is_guess { Text::default().strong("guess") } else { "".into() },
        driver.source.as_deref().unwrap_or("none given").into(),
    ]);
    cells
}

fn models(outcome: &Outcome) -> Section {
    let mut section = Section::new("models", Depth::Section, "6. Reliance on models developed by others");
    section.text(Text::from(format!(
        "The result rests on tailcost {}, value version {}. Whoever did not develop it relies on it as on a model of others. Its mathematics \
         stands in ",
        outcome.provenance.program_version, outcome.value_version
    ))
    .code("METHODS.md")
    .and(", what was tried to break it in ")
    .code("VALIDATION.md")
    .and(" of its source; what it proved about itself for this very case is in ")
    .link("verification", "section 8, Verification")
    .and("."));
    section.facts(
        "Models of others",
        vec![
            ("tailcost", blank("what was done to understand it, its purpose and its weaknesses, and by whom")),
            ("Among the inputs", blank("inputs that come out of models of others (studies, vendors, catastrophe or fraud models), and their limits")),
        ],
    );
    section
}

fn experts(outcome: &Outcome) -> Section {
    let mut section = Section::new("experts", Depth::Section, "7. Reliance on experts");
    let asked = with_biography(outcome, |biography| !biography.experts.is_empty());
    match asked.len() {
        0 => section.text("No input's biography names an expert who was asked."),
        some => {
            section.text(format!("{}:", plural(some, "input rests on named experts", "inputs rest on named experts")))
        }
    }
    section.items(asked.iter().map(|(driver, biography)| told(driver, biography)));
    let guesses = drivers(outcome).iter().filter(|driver| driver.is_guess).count();
    if guesses > 0 {
        section.text(
            Text::from(format!("{} by their own source (", plural(guesses, "input is a guess", "inputs are guesses")))
                .link("inputs", "section 5")
                .and("): judgement without a record of whose. To replace a guess by a record: ")
                .code("tailcost elicit --expert 'NAME: 0.1=LOW, 0.5=MIDDLE, 0.9=HIGH' --name DRIVER")
                .and("."),
        );
    }
    section.text(
        Text::default().blank("why these experts are relied on: expertise, independence, interest in the outcome"),
    );
    section
}
