//! `tailcost check PLAN`: is the plan valid, which rows are members, and what do its formulas give?

use super::args::Check;
use super::case::refused;
use super::exit::Failure;
use crate::config::{Plan, Roll, Source, load_plan};
use crate::report::format::{count, figure, printable};
use crate::report::summary::wrapped;
use std::fmt::Write;

const WIDTH: usize = 80;
const DIGITS: i32 = 4;
/// Bad rows that are printed: `tailcost batch` writes them all.
const MOST_ROWS: usize = 40;

/// Exits with 1 where rows cannot be members.
pub(super) fn check(arguments: &Check) -> Result<(), Failure> {
    if arguments.charts.is_some() {
        return Err(Failure::input("error: --charts draws the drivers of a config; a plan has none of its own"));
    }
    let plan = load_plan(&Source::plan_from_argument(&arguments.case.config), &arguments.case.overrides);
    let plan = plan.map_err(|errors| refused(&errors))?;
    let roll = plan.roll().map_err(|errors| refused(&errors))?;
    super::print(&report(&plan, &roll))?;
    if roll.faults.is_empty() { Ok(()) } else { Err(Failure::CheckFailed) }
}

fn report(plan: &Plan, roll: &Roll) -> String {
    let faults = roll.faults.len();
    let mut text = format!("{}\n", plan.title);
    let members = match roll.members.len() {
        1 => "1 member".to_owned(),
        many => format!("{} members", count(many as u64)),
    };
    let scenarios = match plan.scenarios.len() {
        1 => "1 scenario".to_owned(),
        many => format!("{many} scenarios"),
    };
    let _ = writeln!(
        text,
        "valid plan {}; {members}, {scenarios}, {} years each, seed {}",
        &plan.hash[..8],
        count(plan.years),
        plan.seed
    );
    for scenario in &plan.scenarios {
        let set = scenario.set.iter().map(|set| format!(" --set {set}")).collect::<String>();
        let line =
            format!("scenario {}: {}{set}, config {}", scenario.name, scenario.config, &scenario.loaded.hash[..8]);
        let _ = writeln!(text, "  {}", wrapped(&line, WIDTH - 4).join("\n    "));
    }
    if !plan.shared.is_empty() {
        let line = format!("shared by all members: {}", plan.shared.join(", "));
        let _ = writeln!(text, "  {}", wrapped(&line, WIDTH - 4).join("\n    "));
    }
    let _ = write!(text, "\nmembers of {}\n", plan.table.path);
    for (index, (path, formula)) in plan.formulas().enumerate() {
        let mut values: Vec<f64> = roll.members.iter().map(|member| member.values[index]).collect();
        values.sort_by(f64::total_cmp);
        let _ = writeln!(text, "  {path} = {formula}");
        if let (Some(least), Some(greatest)) = (values.first(), values.last()) {
            let middle = (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0;
            let [least, middle, greatest] = [*least, middle, *greatest].map(|value| figure(value, DIGITS));
            let _ = writeln!(text, "      least {least}, median {middle}, most {greatest}");
        }
    }
    if faults > 0 {
        let rows = if faults == 1 { "1 row is".to_owned() } else { format!("{} rows are", count(faults as u64)) };
        let _ = write!(text, "\n{rows} no members\n");
        for fault in roll.faults.iter().take(MOST_ROWS) {
            let line = printable(&fault.in_file(&plan.table.path));
            let _ = writeln!(text, "  {}", wrapped(&line, WIDTH - 4).join("\n    "));
        }
        if faults > MOST_ROWS {
            let _ = writeln!(text, "  ... and {} more", count((faults - MOST_ROWS) as u64));
        }
    }
    text
}
