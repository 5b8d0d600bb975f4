//! What is knowing more worth: how is it told to a committee?

use super::biography::ending;
use super::format::{Unit, count, grouped, half_width, money};
use super::influence::{
    ROWS, Scale, compact, drivers, listed_name, name_of, paragraph, percentile, plain_share, table,
};
use crate::outcome::{DriverWorth, MeasureUnit, Worth};
use crate::statistics::Estimate;
use std::fmt::Write;

/// Drivers worth nothing that are named all the same.
const NEAREST: usize = 5;

/// The finding, the options, what knowing everything and each driver is worth.
pub fn worth_table(worth: &Worth) -> String {
    let mut text = paragraph(&format!("{}.", finding(worth)));
    text += &paragraph(&format!("{}.", deciding_now(worth)));
    let largest = worth.options.iter().map(|option| option.mean.value.abs()).fold(0.0, f64::max);
    let difference = worth.options.iter().map(|option| option.over_best.value).fold(0.0, f64::max);
    let scale = Scale::new(MeasureUnit::Usd, largest, difference);
    let mean = format!("mean cost, {}", scale.label());
    let mut rows = table(&["Option", &mean, "over the best", "95%"]);
    for option in &worth.options {
        let is_best = option.name == worth.best;
        rows.add_row([
            listed_name(&option.name, if is_best { " (best now)" } else { "" }),
            scale.number(option.mean.value),
            if is_best { "-".into() } else { scale.change(option.over_best.value) },
            if is_best { "-".into() } else { scale.change_interval(&option.over_best) },
        ]);
    }
    let _ = writeln!(text, "\n{rows}\n");
    text += &knowing_table(worth);
    if worth.drivers.iter().any(|driver| driver.is_guess) {
        text += "* a guess by its own source\n";
    }
    text += &paragraph(&format!(
        "{} years, seed {}; intervals are 95%, sampling error alone. Worth is what choosing anew each year by what is known saves.",
        count(worth.years),
        worth.seed
    ));
    text + &ending(&worth.cautions, None)
}

fn knowing_table(worth: &Worth) -> String {
    // Dollars as long as they are read at a glance.
    const GLANCE: f64 = 1e7;
    let largest = worth.everything.worth.high.unwrap_or(worth.everything.worth.value);
    let unit = if largest < GLANCE { Unit::Dollar } else { Unit::of(largest) };
    let mut rows = table(&["Known before choosing", unit.label(), "95%", "changes", "choose instead"]);
    let mut add = |name: String, found: &Estimate, changes: f64, how: String| {
        let (value, interval) = in_unit(found, unit);
        rows.add_row([name, value, interval, plain_share(changes), how]);
    };
    add("everything, chance included".into(), &worth.everything.worth, worth.everything.changes, String::new());
    if worth.drivers.is_empty() {
        return format!("{rows}\nThe case has no driver that varies from year to year\n");
    }
    let together = &worth.drivers_together;
    add("all drivers, at least".into(), &together.worth, together.changes, String::new());
    let (telling, idle): (Vec<&DriverWorth>, Vec<&DriverWorth>) =
        worth.drivers.iter().partition(|driver| driver.worth.value > 0.0);
    for driver in telling.iter().take(ROWS) {
        let mark = if driver.is_guess { " *" } else { "" };
        add(listed_name(&driver.path, mark), &driver.worth, driver.changes, instead(driver, &worth.best));
    }
    let mut text = format!("{rows}\n");
    if telling.len() > ROWS {
        let next = telling[ROWS].worth.value;
        let _ = writeln!(text, "{} more, each {} or less", drivers(telling.len() - ROWS), money(next, None));
    }
    if idle.is_empty() {
        return text;
    }
    text += &paragraph(&format!(
        "{} worth nothing: {} stays the choice wherever any one of them lies. Those that come closest to changing it:",
        drivers(idle.len()),
        worth.best
    ));
    let margins = idle.iter().take(NEAREST).map(|driver| driver.margin);
    let largest = margins.clone().fold(0.0, f64::max);
    let scale = Scale::new(MeasureUnit::Usd, largest, largest);
    let dearer = format!("dearer still by, {}", scale.label());
    let mut rows = table(&["Driver at its best (P1 to P99)", "next option", &dearer]);
    for driver in idle.iter().take(NEAREST) {
        let mark = if driver.is_guess { " *" } else { "" };
        rows.add_row([listed_name(&driver.path, mark), listed_name(&driver.rival, ""), scale.number(driver.margin)]);
    }
    text + &format!("\n{rows}\n")
}

/// Which other option to choose and where, as in `Offshore > 0.62`.
fn instead(driver: &DriverWorth, best: &str) -> String {
    let at = |value: Option<f64>, share: f64| value.map_or_else(|| percentile(share), compact);
    // The range that another option holds most often.
    let others = driver.choices.iter().filter(|range| range.option != best);
    let Some(widest) = others.max_by(|a, b| (a.to - a.from).total_cmp(&(b.to - b.from))) else { return String::new() };
    let (from, to) = (at(widest.from_value, widest.from), at(widest.to_value, widest.to));
    let place = match (widest.from > 0.0, widest.to < 1.0) {
        (false, _) => format!("< {to}"),
        (true, false) => format!("> {from}"),
        (true, true) => format!("{from} to {to}"),
    };
    const OPTION: usize = 10;
    let mut option: String = widest.option.chars().take(OPTION).collect();
    if widest.option.chars().count() > OPTION {
        option.pop();
        option.push('…');
    }
    format!("{option} {place}")
}

/// A worth and its interval, to a tenth of the first digit that the interval leaves open.
fn in_unit(estimate: &Estimate, unit: Unit) -> (String, String) {
    let half = half_width(estimate).filter(|half| *half > 0.0).map(|half| half / unit.dollars());
    let power = half.map_or(0, |half| half.log10().floor() as i32 - 1);
    let (step, decimals) = (10f64.powi(power.max(0)), power.min(0).unsigned_abs().min(3) as usize);
    let decimals = if unit == Unit::Dollar { 0 } else { decimals };
    let number = |value: f64| {
        let scaled = value / unit.dollars();
        grouped(if step > 1.0 { (scaled / step).round() * step } else { scaled }, decimals)
    };
    let interval = match (estimate.low, estimate.high) {
        (Some(low), Some(high)) if low < high => format!("{} to {}", number(low), number(high)),
        (Some(_), Some(_)) => "exact".into(),
        _ => "withheld".into(),
    };
    (number(estimate.value), interval)
}

/// Which driver deserves another week of work.
pub(super) fn finding(worth: &Worth) -> String {
    let surely = |driver: &&DriverWorth| driver.worth.low.is_some_and(|low| low > 0.0);
    if worth.drivers.is_empty() {
        return format!(
            "No driver varies: {} is the choice, and there is nothing to learn before choosing",
            worth.best
        );
    }
    let Some(first) = worth.drivers.first().filter(surely) else {
        return match worth.drivers_together.worth.low {
            Some(low) if low > 0.0 => format!(
                "No single driver deserves another week of work: {} is the choice wherever any one of them lies, though all of them together \
                 are worth {} a year",
                worth.best,
                money(worth.drivers_together.worth.value, half_width(&worth.drivers_together.worth))
            ),
            _ => format!("No driver deserves another week of work: {} is the choice wherever they lie", worth.best),
        };
    };
    let amount = money(first.worth.value, half_width(&first.worth));
    let guess = if first.is_guess { ", a guess so far," } else { "" };
    format!(
        "{}{guess} deserves another week of work: knowing it before choosing is worth {amount} a year, and would change the choice in {} of \
         years",
        name_of(&first.path),
        plain_share(first.changes)
    )
}

/// What choosing now costs, and which option is best.
pub(super) fn deciding_now(worth: &Worth) -> String {
    let all = &worth.everything;
    if all.worth.value == 0.0 {
        return format!("{} is best now and in every simulated year", worth.best);
    }
    let together = &worth.drivers_together.worth;
    let drivers = match together.low {
        Some(low) if low > 0.0 => format!(
            "of which drivers, all known beforehand, would save {} at least",
            money(together.value, half_width(together))
        ),
        _ => "none of which the drivers surely tell beforehand".to_owned(),
    };
    format!(
        "{} is best now; not knowing what the year brings costs {} a year, {drivers}",
        worth.best,
        money(all.worth.value, half_width(&all.worth))
    )
}
