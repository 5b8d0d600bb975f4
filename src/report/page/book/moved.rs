//! What moved since an earlier batch, as a department reads it?

use super::{Chapter, figures_of, members_of};
use crate::outcome::comparison::ConfigChange;
use crate::outcome::moved::{Attribution, BookPairing, FigureMoved, FigureVerdict, MappedChange, Moved, Named};
use crate::report::book::{MOVED_FILE, amount, judged};
use crate::report::format::{count, figure, grouped};
use crate::report::page::html::{Html, el};
use crate::report::page::pieces::Grid;

/// Rows of each table; `moved.csv` has the rest.
const ROWS: usize = 24;
/// Measures of all together that are shown.
const SHOWN: [&str; 4] = ["mean", "var@0.99", "tvar@0.99", "probability_costs_more"];

/// As a sentence without its stop.
pub(super) fn headline(moved: &Moved) -> String {
    let counts = &moved.figures;
    if !moved.drifted() {
        return format!("Nothing moved beyond noise since {}", moved.against.title);
    }
    let mut parts = Vec::new();
    if counts.moved > 0 {
        parts.push(format!("{} of {} moved beyond noise", figures_of(counts.moved), members_of(counts.members_moved)));
    }
    let system = moved.system.iter().filter(|figure| figure.verdict == FigureVerdict::Moved).count() as u64;
    if system > 0 {
        parts.push(format!("{} of all together moved beyond noise", figures_of(system)));
    }
    if moved.came_or_went() > 0 {
        parts.push(format!("{} came, went or failed", members_of(moved.came_or_went())));
    }
    if !moved.inputs.only_in_one.is_empty() {
        parts.push(format!("{} scenarios or options are in one batch alone", moved.inputs.only_in_one.len()));
    }
    format!("Since {}, {}", moved.against.title, parts.join(", "))
}

pub(super) fn chapter(moved: &Moved) -> Chapter {
    let mut chapter =
        Chapter::new("moved", "What moved", "What moved since the earlier batch, and why?", &headline(moved));
    let against = &moved.against;
    chapter.text(format!(
        "Compared with {} of {} years, seed {}, {}.",
        members_of(against.members),
        count(against.years),
        against.seed,
        match moved.pairing {
            BookPairing::SameYears => "over the same years: what has not changed is equal to the bit",
            BookPairing::Independent => "over other years: every figure has changed by its noise",
        }
    ));
    let mut plan: Html = "Its plan is ".into();
    plan.add(el("code").add(&against.plan_hash)).add("; everything that moved stands in ");
    plan.add(el("a").beside(MOVED_FILE).add(MOVED_FILE)).add(".");
    chapter.text(plan);
    chapter.add(counts(moved));
    inputs(&mut chapter, moved);
    system(&mut chapter, moved);
    most_moved(&mut chapter, moved);
    chapter
}

fn counts(moved: &Moved) -> Html {
    let (counts, members) = (&moved.figures, &moved.members);
    let mut grid = Grid::new("How much moved", ["What", "How many", "Which"].map(str::to_owned));
    let mut row = |what: &str, number: u64, which: Html| grid.row(what, [count(number).into(), which]);
    row("Figures that moved beyond noise", counts.moved, members_of(counts.members_moved).into());
    row("Figures that changed within noise", counts.within_noise, Html::default());
    let told = format!(
        "{} of them by more than {}%",
        count(counts.noise_not_known_told),
        figure(100.0 * moved.rule.told_beyond, 3)
    );
    row("Figures that changed with noise not known", counts.noise_not_known, told.into());
    row("Figures that are the same", counts.same, format!("all of {}", members_of(counts.members_same)).into());
    row("Members that are new", members.new.count, ids(&members.new));
    row("Members that are gone", members.gone.count, ids(&members.gone));
    row("Members that failed now", members.failed_now.count, ids(&members.failed_now));
    row("Members that failed before", members.failed_before.count, ids(&members.failed_before));
    let mut html = grid.table();
    html.add(el("p").add(format!(
        "Beyond noise is more than {:.2} standard errors: of {} comparisons a single one is a false alarm in at most {}% of nights. The largest \
         change of a member is {} of them.",
        moved.rule.standard_errors,
        count(moved.rule.comparisons),
        figure(100.0 * moved.rule.false_alarm, 3),
        moved.largest_z.map_or_else(|| "none".to_owned(), |z| grouped(z, 1))
    )));
    html
}

fn ids(named: &Named) -> Html {
    const MOST: usize = 12;
    let shown: Vec<&str> = named.first.iter().take(MOST).map(String::as_str).collect();
    let more = named.count.saturating_sub(shown.len() as u64);
    let rest = if more > 0 { format!(" and {} more", count(more)) } else { String::new() };
    Html::from(shown.join(", ") + &rest)
}

fn inputs(chapter: &mut Chapter, moved: &Moved) {
    let inputs = &moved.inputs;
    let mut grid = Grid::new("Inputs that differ", ["Input", "Of", "Before", "Now"].map(str::to_owned));
    let mut key = |of: &str, change: &ConfigChange| {
        let value = |value: &Option<String>| Html::from(value.as_deref().unwrap_or("absent"));
        grid.row(el("code").add(&change.path), [of.into(), value(&change.a), value(&change.b)]);
    };
    inputs.batch.iter().for_each(|change| key("the batch", change));
    inputs.plan.iter().for_each(|change| key("the plan", change));
    for scenario in &inputs.scenarios {
        scenario.keys.iter().for_each(|change| key(&scenario.name, change));
    }
    let number = grid.rows.len();
    grid.rows.truncate(ROWS);
    let mut notes: Vec<String> = Vec::new();
    if number > ROWS {
        notes.push(format!("{} more keys differ", number - ROWS));
    }
    for scenario in &inputs.scenarios {
        notes.extend(scenario.data.iter().map(|file| format!("{}: {file} has other bytes", scenario.name)));
    }
    for only in &inputs.only_in_one {
        notes.push(format!("{} is {}", only.what, if only.side == "A" { "gone" } else { "new" }));
    }
    let tallies = inputs.mapped.iter();
    notes.extend(tallies.map(|own| format!("the table gives another {} to {}", own.key, members_of(own.members))));
    if number == 0 && notes.is_empty() {
        chapter.text("No input differs.");
        return;
    }
    chapter.heading("Which inputs differ");
    if number > 0 {
        chapter.add(grid.table());
    }
    chapter.add(el("ul").class("plain").all(notes.iter().map(|note| el("li").add(note))));
}

fn before_and_now(row: &FigureMoved) -> [Html; 4] {
    let shown = |value: f64| Html::from(amount(&row.measure, value));
    [shown(row.before.value), shown(row.now.value), shown(row.change), judged(row).into()]
}

fn system(chapter: &mut Chapter, moved: &Moved) {
    let mut rows: Vec<&FigureMoved> = moved.system.iter().filter(|row| SHOWN.contains(&row.measure.as_str())).collect();
    rows.truncate(ROWS);
    if !rows.is_empty() {
        chapter.heading("All members together");
        let head = ["Figure", "Measure", "Before", "Now", "Change", "Standard errors"].map(str::to_owned);
        let mut grid = Grid::new("Figures of all together that changed, in USD or %", head);
        for row in &rows {
            let measure: Html = el("code").add(&row.measure).into();
            grid.row(format!("{}: {}", row.scenario, row.option), std::iter::once(measure).chain(before_and_now(row)));
        }
        chapter.add(grid.table());
        let more = moved.system.len() - rows.len();
        if more > 0 {
            chapter.text(format!("{} more of all together changed: {MOVED_FILE} has them.", figures_of(more as u64)));
        }
    }
    let head = ["Input, alone", "Of", "Change of the mean"].map(str::to_owned);
    let mut grid = Grid::new("What each input does alone to the mean of all together, in USD", head);
    for steps in moved.system_steps.iter().filter(|steps| steps.measure == "mean") {
        for (name, change) in in_steps(steps) {
            let of = format!("{}: {}", steps.scenario, steps.option);
            grid.row(name, [of.into(), Html::from(change)]);
        }
    }
    let number = grid.rows.len();
    if number > 0 {
        grid.rows.truncate(ROWS);
        chapter.add(grid.table());
    }
    for refused in &moved.not_attributed {
        chapter.text(format!("{}: changes are not led back to inputs: {}.", refused.scenario, refused.reason));
    }
}

fn in_steps(steps: &Attribution) -> Vec<(Html, String)> {
    let signed = |value: f64| format!("{}{}", if value > 0.0 { "+" } else { "" }, amount(&steps.measure, value));
    let alone = steps.steps.iter().filter(|step| step.change.value != 0.0);
    let mut rows: Vec<(Html, String)> =
        alone.map(|step| (el("code").add(&step.path).into(), signed(step.change.value))).collect();
    if (steps.steps.len() > 1 && steps.now != steps.before) || !steps.not_alone.is_empty() {
        rows.push(("together beyond that".into(), signed(steps.together.value)));
    }
    rows
}

fn most_moved(chapter: &mut Chapter, moved: &Moved) {
    if moved.most_moved.is_empty() {
        return;
    }
    chapter.heading("Members that moved most");
    let head = ["Member", "Figure", "Measure", "Before", "Now", "Change", "Standard errors", "Its inputs that differ"];
    let mut grid = Grid::new("The figure of each with the largest change, in USD or %", head.map(str::to_owned));
    for member in &moved.most_moved {
        let row = &member.largest;
        let mut cells: Vec<Html> = vec![format!("{}: {}", row.scenario, row.option).into()];
        cells.push(el("code").add(&row.measure).into());
        cells.extend(before_and_now(row));
        let own: Vec<String> = member.inputs.iter().map(input).collect();
        cells.push(if own.is_empty() { "none".into() } else { own.join("; ").into() });
        grid.row(&member.member, cells);
    }
    chapter.add(grid.table());
}

fn input(change: &MappedChange) -> String {
    let value = |value: Option<f64>| value.map_or_else(|| "not mapped".to_owned(), |v| figure(v, 7));
    format!("{} {} to {}", change.key, value(change.before), value(change.now))
}
