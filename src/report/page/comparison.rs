//! How does a committee read what several results say, where they disagree, and why?
//!
//! Results are set beside the first one. What changed beyond noise, what differs in the configs and what each change does alone was computed
//! before: it is handed over with the results.

use super::html::{Html, el};
use super::pieces::{Grid, Section, amount_cell, amount_words, cell, figure, share_words, unit_of};
use super::verdict::{self, verdict};
use super::{contents, measure_words, whole};
use crate::outcome::comparison::{Comparison, DriverFigures, MeasureChange, MeasureKind, StepsOf, Verdict};
use crate::outcome::{Estimate, Outcome};
use crate::report::charts::{ChartError, Part, Pictures, comparison_parts};
use crate::report::comparison::{finding, how};
use crate::report::findings::{self, capitalised, component_name, near_level};
use crate::report::format::{count, decimals_for, figure as digits, grouped, level, money};

/// Most results that stand side by side.
pub const MOST: usize = 6;
/// Where the sections of each pair are.
const PAIRS: [[&str; 3]; MOST - 1] = [
    ["disagree", "why", "inputs"],
    ["disagree-2", "why-2", "inputs-2"],
    ["disagree-3", "why-3", "inputs-3"],
    ["disagree-4", "why-4", "inputs-4"],
    ["disagree-5", "why-5", "inputs-5"],
];
/// Rows of a table of single changes; the rest is summed up.
const STEPS: usize = 15;

/// A result with the name it is spoken of by.
pub struct Named<'a> {
    pub name: String,
    pub outcome: &'a Outcome,
}

/// The page: one HTML file that needs no network. `comparisons` are of the first result with each of the others, in their order.
///
/// # Errors
/// A chart that cannot be painted.
pub fn comparison_page(
    results: &[Named<'_>],
    comparisons: &[Comparison],
    pictures: Pictures,
) -> Result<Vec<u8>, ChartError> {
    let mut sections = vec![(Section::finished(figures(results)), "Figures".to_string(), "figures")];
    for (index, ((found, ids), other)) in comparisons.iter().zip(PAIRS).zip(results.iter().skip(1)).enumerate() {
        let parts = comparison_parts(found, index, pictures)?;
        let pair =
            Pair { found, parts: &parts, ids, names: [&results[0].name, &other.name], several: comparisons.len() > 1 };
        for (section, label) in
            [(pair.disagree(), "Where they disagree"), (pair.why(), "Why"), (pair.inputs(), "Inputs")]
        {
            let label = if pair.several { format!("{label}: {}", other.name) } else { label.to_string() };
            sections.push((section.0.finished(), label, section.1));
        }
    }
    sections.push((again(results).finished(), "Reproduction".into(), "again"));
    let mut body = Html::default();
    body.add(first(results, comparisons));
    body.add(contents(sections.iter().map(|(_, label, id)| (*id, label.as_str()))));
    body.add(el("div").class("sections").all(sections.into_iter().map(|(section, ..)| section)));
    body.add(el("footer").add(el("p").add(
        "Made by tailcost from stored results. Intervals are 95% and of sampling error alone. Amounts are USD a year.",
    )));
    let title = format!("{} - {}", headline(results), names(results).join(", "));
    Ok(whole(&title, "comparison", "Skip to the finding", pictures, body))
}

fn names<'a>(results: &'a [Named<'_>]) -> Vec<&'a str> {
    results.iter().map(|result| result.name.as_str()).collect()
}

/// Do the results speak for the same option?
fn headline(results: &[Named<'_>]) -> String {
    let choices: Vec<Option<&str>> = results.iter().map(|result| verdict::choice(result.outcome)).collect();
    let told = |(result, choice): (&Named<'_>, &Option<&str>)| match choice {
        None if result.outcome.options.len() < 2 => format!("{} compares no options", result.name),
        Some(option) => format!("{} speaks for {option}", result.name),
        None => format!("{} cannot tell which option costs less", result.name),
    };
    match choices.as_slice() {
        [Some(first), rest @ ..] if rest.iter().all(|choice| *choice == Some(*first)) => {
            let all = if results.len() == 2 { "Both results speak" } else { "All results speak" };
            format!("{all} for {first}: it costs least on average")
        }
        _ => capitalised(&results.iter().zip(&choices).map(told).collect::<Vec<_>>().join("; ")),
    }
}

fn first(results: &[Named<'_>], comparisons: &[Comparison]) -> Html {
    let mut header = el("header")
        .add(el("p").class("case").add(format!("{} results side by side", results.len())))
        .add(el("p").class("asked").add("Do they say the same, and if not, why?"))
        .add(el("h1").add(headline(results)));
    for (found, other) in comparisons.iter().zip(results.iter().skip(1)) {
        let text = format!(" {}.", finding(found).trim_end_matches('.'));
        let pair = format!("A is {}, B is {}:", results[0].name, other.name);
        header = header.add(el("p").class("sure").add(el("strong").add(pair)).add(text));
    }
    let cards = results.iter().map(|result| {
        let verdict = verdict(result.outcome);
        let mut card = el("li")
            .add(el("h2").add(&result.name))
            .add(el("p").class("mix").add(&result.outcome.title))
            .add(el("p").add(el("strong").add(format!("{}.", verdict.sentence.trim_end_matches('.')))))
            .add(el("p").class("interval").add(format!("How sure: {}", verdict.confidence)));
        if !result.outcome.appetite.is_empty() {
            card = card.add(el("p").add(format!("{}.", findings::appetite(&result.outcome.appetite))));
        }
        if !result.outcome.cautions.is_empty() {
            let number = result.outcome.cautions.len();
            let plural = if number == 1 { "caution" } else { "cautions" };
            card = card.add(el("p").class("interval").add(format!("{number} {plural}: see its own page.")));
        }
        card
    });
    header.add(el("ul").class("options").all(cards)).into()
}

/// Options of any result, in the order in which they appear.
fn options<'a>(results: &'a [Named<'_>]) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for option in results.iter().flat_map(|result| &result.outcome.options) {
        if !all.contains(&option.name.as_str()) {
            all.push(&option.name);
        }
    }
    all
}

/// The three figures of each option, a column for each result.
fn figures(results: &[Named<'_>]) -> Section {
    let mut section =
        Section::new("figures", "Figures", "What does each result say of each option?", &heading(results));
    section.text("95% intervals of sampling error stand below each figure.");
    let head = std::iter::once("Figure".to_string()).chain(results.iter().map(|result| result.name.clone()));
    let mut grid = Grid::new("Three figures for each option", head);
    let of = |result: &Named<'_>,
              name: &str,
              figure: &dyn Fn(&crate::outcome::OptionOutcome) -> Option<(String, String)>| {
        let option = result.outcome.options.iter().find(|option| option.name == name);
        match option {
            None => Html::from("no such option"),
            Some(option) => {
                figure(option).map_or_else(|| Html::from("-"), |(value, interval)| cell(&value, unsaid(&interval)))
            }
        }
    };
    for name in options(results) {
        let mut row = |what: String, figure: &dyn Fn(&Named<'_>) -> Html| {
            let mut label: Html = el("strong").add(name).into();
            label.add(format!(": {what}"));
            grid.row(label, results.iter().map(figure));
        };
        row("expected cost of a year".into(), &|result| of(result, name, &|o| Some(amount_words(&o.total.mean))));
        row(bad_year(results), &|result| {
            of(result, name, &|o| near_level(&o.total.levels, 0.99).map(|at| amount_words(&at.var)))
        });
        let gap = |result: &Named<'_>| result.outcome.differences.iter().find(|d| d.option == name).cloned();
        if let Some(known) = results.iter().find_map(gap) {
            row(format!("over {}, on average", known.baseline), &|result| {
                of(result, name, &|_| gap(result).map(|gap| amount_words(&gap.total.mean)))
            });
            row(format!("years in which it costs more than {}", known.baseline), &|result| {
                of(result, name, &|_| gap(result).map(|gap| share_words(&gap.probability_costs_more)))
            });
        } else {
            row("years in which it is the cheapest".into(), &|result| {
                of(result, name, &|o| Some(share_words(&o.probability_cheapest)))
            });
        }
    }
    section.add(grid.table());
    section
}

fn bad_year(results: &[Named<'_>]) -> String {
    let at = results.iter().find_map(|result| near_level(&result.outcome.options.first()?.total.levels, 0.99));
    at.map_or_else(
        || "bad year".into(),
        |at| format!("1-in-{}-year cost (VaR {})", grouped(at.return_period, 0), level(at.level)),
    )
}

/// The widest gap of each result, in a sentence.
fn heading(results: &[Named<'_>]) -> String {
    let widest = |result: &Named<'_>| {
        let gaps = result.outcome.differences.iter();
        let gap = gaps.max_by(|a, b| a.total.mean.value.abs().total_cmp(&b.total.mean.value.abs()))?;
        let amount = money(gap.total.mean.value, crate::report::format::half_width(&gap.total.mean));
        Some(format!("{}: {} less {} is {amount}", result.name, gap.option, gap.baseline))
    };
    let all: Vec<String> = results.iter().filter_map(widest).collect();
    if all.is_empty() {
        "Cost of a year in each result".into()
    } else {
        format!("On average a year, {}", all.join("; "))
    }
}

/// Two results and what was found between them.
struct Pair<'a> {
    found: &'a Comparison,
    parts: &'a [Part],
    ids: [&'static str; 3],
    names: [&'a str; 2],
    several: bool,
}

impl Pair<'_> {
    /// Which is A and which is B.
    fn sides(&self) -> String {
        format!("A is {}, B is {}.", self.names[0], self.names[1])
    }

    fn disagree(&self) -> (Section, &'static str) {
        let changed = self.found.measures.iter().filter(|row| row.verdict == Verdict::Changed).count();
        let all = self.found.measures.len();
        let title = match changed {
            0 => format!("No figure of {all} differs by more than noise"),
            _ => format!("{changed} of {all} figures differ by more than noise"),
        };
        let mut section = Section::new(self.ids[0], "", "Where do they disagree beyond chance?", &title);
        section.text(format!("{} {}.", self.sides(), how(self.found)));
        if !self.found.notes.is_empty() {
            let note =
                |note: &crate::outcome::Caution| el("li").add(el("code").add(&note.code)).add(" ").add(&note.message);
            section.add(el("ul").class("cautions").all(self.found.notes.iter().map(note)));
        }
        if !self.found.only_in_one.is_empty() {
            let only = self.found.only_in_one.iter().map(|only| format!("{} ({} alone)", only.what, only.side));
            section.text(format!("Not compared: {}.", only.collect::<Vec<_>>().join(", ")));
        }
        let of = |kind: fn(MeasureKind) -> bool| {
            self.found.measures.iter().filter(move |row| kind(row.kind)).collect::<Vec<_>>()
        };
        let is_amount = |kind| matches!(kind, MeasureKind::Total | MeasureKind::Difference);
        let amounts = self.table("Amounts", &of(is_amount));
        match self.parts.iter().find(|part| part.name.starts_with("measures")) {
            Some(part) => section.add(figure(part, amounts)),
            None => section.add(amounts),
        };
        section.add(self.table("Shares of years", &of(|kind| kind == MeasureKind::Probability)));
        let mut lines = of(|kind| kind == MeasureKind::Component);
        lines.retain(|row| row.change != 0.0);
        lines.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()));
        section.add(el("h3").add("Cost lines that differ, the largest change first"));
        lines.truncate(STEPS);
        section.add(self.table("Cost lines of an average year", &lines));
        (section, self.ids[0])
    }

    fn table(&self, caption: &str, rows: &[&MeasureChange]) -> Html {
        if rows.is_empty() {
            return Html::default();
        }
        let head = ["Figure", "A", "B", "B less A", "More than noise?"].map(String::from);
        let mut grid = Grid::new(caption, head);
        for row in rows {
            let is_share = row.kind == MeasureKind::Probability;
            let side = |estimate: &Estimate| {
                let (value, interval) = if is_share { share_words(estimate) } else { amount_words(estimate) };
                cell(&value, unsaid(&interval))
            };
            grid.row(self.name(row), [side(&row.a), side(&row.b), changed(row, is_share), judged(row)]);
        }
        grid.table()
    }

    /// A figure as a committee says it.
    fn name(&self, row: &MeasureChange) -> String {
        match row.kind {
            MeasureKind::Component => format!("{}: {}", row.option, component_name(&row.measure)),
            _ => {
                let baseline = self.found.baseline.as_deref().unwrap_or("the first option");
                capitalised(&measure_words(&row.measure, &row.option, baseline))
            }
        }
    }

    fn why(&self) -> (Section, &'static str) {
        let steps = &self.found.steps;
        let title = match steps.first().and_then(|of| Some((of, of.steps.first()?))) {
            Some((of, step)) => format!(
                "{} alone makes {} of the {} by which {} less {} changes",
                step.path,
                signed(step.change.value),
                signed(of.b - of.a),
                of.option,
                of.baseline
            ),
            None if self.found.config.iter().all(|change| !change.matters) => {
                "Nothing that matters differs in the configs".into()
            }
            None => "What each difference of the configs does alone is not known".into(),
        };
        let mut section = Section::new(self.ids[1], "", "Which difference of the configs makes them disagree?", &title);
        section.text(self.sides());
        match steps.first() {
            Some(of) => section.text(format!(
                "Each value of A's config was replaced by B's alone, and {} years were simulated anew with A's seed by tailcost {}. What the \
                 changes do together beyond the sum of each alone stands at the end. A's and B's own figures above are of more or other years \
                 and may differ a little.",
                count(of.years),
                self.found.program_version
            )),
            None => section.text(
                "It needs two stored configs that this program can read, with their data files, and the same first option in both.",
            ),
        };
        let mut charts = self.parts.iter().filter(|part| part.name.starts_with("changes-"));
        for of in steps {
            section.add(el("h3").add(format!(
                "{} less {}: {} in A, {} in B",
                of.option,
                of.baseline,
                money(of.a, None),
                money(of.b, None)
            )));
            // Charts stand in the order of the steps, for those that have some.
            let chart = if of.steps.is_empty() { None } else { charts.next() };
            match chart {
                Some(part) => section.add(figure(part, self.steps(of))),
                None => section.add(self.steps(of)),
            };
            if let Some(text) = overlap(of) {
                section.text(text);
            }
            if !of.not_alone.is_empty() {
                section
                    .text(format!("Cannot stand alone in A, and so count as together: {}.", of.not_alone.join(", ")));
            }
        }
        (section, self.ids[1])
    }

    fn steps(&self, of: &StepsOf) -> Html {
        let unit = unit_of([of.a, of.b].into_iter().chain(of.steps.iter().map(|step| step.change.value)));
        let head = ["Value of the config", "In A", "In B", "Changes the mean difference by"].map(String::from);
        let mut grid = Grid::new(format!("{} less {}, {}", of.option, of.baseline, unit.label()), head);
        for step in of.steps.iter().take(STEPS) {
            let change = self.found.config.iter().find(|change| change.path == step.path);
            let value = |value: Option<&String>| Html::from(el("code").add(value.map_or("absent", String::as_str)));
            let (a, b) = change.map_or((None, None), |change| (change.a.as_ref(), change.b.as_ref()));
            grid.row(Html::from(el("code").add(&step.path)), [value(a), value(b), amount_cell(&step.change, unit)]);
        }
        if of.steps.len() > STEPS {
            let rest = of.steps[STEPS..].iter().map(|step| step.change.value).sum();
            let name = format!("{} smaller changes", of.steps.len() - STEPS);
            grid.row(name, [Html::from(""), Html::from(""), super::pieces::plain(rest, unit).into()]);
        }
        let together = amount_cell(&of.together, unit);
        grid.row("Together, beyond the sum of each alone", [Html::from(""), Html::from(""), together]);
        grid.table()
    }

    fn inputs(&self) -> (Section, &'static str) {
        let (drivers, config) = (&self.found.drivers, &self.found.config);
        let title = match drivers.len() {
            0 => "No input differs".to_string(),
            1 => "1 input differs".into(),
            some => format!("{some} inputs differ"),
        };
        let mut section = Section::new(self.ids[2], "", "Which inputs differ?", &title);
        section.text(self.sides());
        let head = ["Input", "A: average", "A: 5% to 95%", "B: average", "B: 5% to 95%"].map(String::from);
        let mut grid = Grid::new("Inputs that differ", head);
        for driver in drivers {
            let mut name: Html = el("code").add(&driver.path).into();
            name.add(format!(", {}", driver.unit));
            let side = |figures: &Option<DriverFigures>| match figures {
                None => [Html::from("absent"), Html::from("")],
                Some(DriverFigures { mean, p5, p95, .. }) => {
                    let spread =
                        if p5 == p95 { "fixed".into() } else { format!("{} to {}", digits(*p5, 3), digits(*p95, 3)) };
                    [mean.map_or_else(|| "infinite".into(), |mean| digits(mean, 4)).into(), spread.into()]
                }
            };
            grid.row(name, side(&driver.a).into_iter().chain(side(&driver.b)));
        }
        if !grid.rows.is_empty() {
            section.add(grid.table());
        }
        let is_driver = |path: &str| drivers.iter().any(|driver| path.starts_with(&driver.path));
        let others: Vec<_> = config.iter().filter(|change| change.matters && !is_driver(&change.path)).collect();
        if !others.is_empty() {
            let mut grid = Grid::new("Other values of the config that differ", ["Value", "A", "B"].map(String::from));
            let code = |value: &Option<String>| Html::from(el("code").add(value.as_deref().unwrap_or("absent")));
            for change in others {
                grid.row(Html::from(el("code").add(&change.path)), [code(&change.a), code(&change.b)]);
            }
            section.add(grid.table());
        }
        let words = config.iter().filter(|change| !change.matters).count();
        if words > 0 {
            let plural = if words == 1 { "value differs" } else { "values differ" };
            section.text(format!("{words} more {plural} that change no simulated year: titles, sources, years."));
        }
        (section, self.ids[2])
    }
}

/// An interval without its name, where the table says what it is.
fn unsaid(interval: &str) -> &str {
    interval.trim_start_matches("95% interval ")
}

/// What it means that single changes do not add up to the whole.
fn overlap(of: &StepsOf) -> Option<String> {
    /// Of the whole: less is not worth a sentence.
    const NOTABLE: f64 = 0.05;
    let whole = of.b - of.a;
    let alone: f64 = of.steps.iter().map(|step| step.change.value).sum();
    (of.together.value.abs() > NOTABLE * whole.abs()).then(|| {
        format!(
            "Each alone, the changes add up to {}; all at once they make {}. The rest, {}, is what they do only together, as where two of them \
             multiply in one cost line.",
            signed(alone),
            signed(whole),
            signed(of.together.value)
        )
    })
}

fn signed(amount: f64) -> String {
    let text = money(amount, None);
    if amount > 0.0 { format!("+{text}") } else { text }
}

/// The change with its standard error.
fn changed(row: &MeasureChange, is_share: bool) -> Html {
    let error = row.standard_error.filter(|error| *error > 0.0);
    let sign = if row.change > 0.0 { "+" } else { "" };
    if is_share {
        let decimals = error.map_or(2, |error| decimals_for(100.0 * error, 4));
        let points = |share: f64| format!("{} points", grouped(100.0 * share, decimals));
        let below = error.map_or_else(String::new, |error| format!("standard error {}", points(error)));
        return cell(&format!("{sign}{}", points(row.change)), &below);
    }
    let below = error.map_or_else(String::new, |error| format!("standard error {}", money(error, Some(0.1 * error))));
    cell(&format!("{sign}{}", money(row.change, error)), &below)
}

fn judged(row: &MeasureChange) -> Html {
    let (class, word) = match row.verdict {
        Verdict::Same => ("badge within", "The same"),
        Verdict::Noise => ("badge within", "Noise"),
        Verdict::Changed => ("badge breach", "Yes"),
        Verdict::Unknown => ("badge unknown", "Cannot tell"),
    };
    let mut html: Html = el("span").class(class).add(word).into();
    if let Some(z) = row.z.filter(|_| row.verdict != Verdict::Same) {
        let times = if z.abs() >= 999.5 { "over 1,000".to_string() } else { grouped(z.abs(), 1) };
        html.add(el("span").class("interval").add(format!("{times} standard errors")));
    }
    html
}

fn again(results: &[Named<'_>]) -> Section {
    let mut section = Section::new(
        "again",
        "Reproduction",
        "How can anyone get the same figures again?",
        "Each result has a page of its own, with its config",
    );
    let head = ["Result", "Years and seed", "Program", "Config (blake3)", "Command"].map(String::from);
    let mut grid = Grid::new("Where the results come from", head);
    for Named { name, outcome } in results {
        let provenance = &outcome.provenance;
        grid.row(
            name,
            [
                format!("{} years, seed {}", count(outcome.years), outcome.seed).into(),
                format!(
                    "tailcost {}, value version {}, {} engine",
                    provenance.program_version, outcome.value_version, provenance.engine
                )
                .into(),
                Html::from(el("code").add(provenance.config_hash.chars().take(16).collect::<String>())),
                Html::from(el("code").add(provenance.run.command.join(" "))),
            ],
        );
    }
    section.add(grid.table());
    section
}
