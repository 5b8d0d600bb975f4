//! What is knowing more worth: how is it told to a committee?

use super::biography::ending;
use super::format::{count, figure, grouped, half_width, money};
use super::influence::{ROWS, Scale, listed_name, name_of, paragraph, percentile, plain_share, table};
use crate::outcome::{ChoiceRange, DriverWorth, MeasureUnit, Worth};
use crate::statistics::Estimate;
use std::fmt::Write;

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
    let guess = worth.drivers.iter().any(|driver| driver.is_guess && driver.worth.value > 0.0);
    if guess {
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
    let mut rows = table(&["Known before choosing", "worth, USD a year", "95%", "changes the choice", "how"]);
    let mut add = |name: String, found: &Estimate, changes: f64, how: String| {
        rows.add_row([name, dollars(found), interval(found), plain_share(changes), how]);
    };
    add("everything, chance included".into(), &worth.everything.worth, worth.everything.changes, String::new());
    let together = &worth.drivers_together;
    add("all drivers, at least".into(), &together.worth, together.changes, String::new());
    let telling: Vec<&DriverWorth> = worth.drivers.iter().filter(|driver| driver.worth.value > 0.0).collect();
    for driver in telling.iter().take(ROWS) {
        let mark = if driver.is_guess { " *" } else { "" };
        add(listed_name(&driver.path, mark), &driver.worth, driver.changes, how(driver));
    }
    let mut text = format!("{rows}\n");
    if telling.len() > ROWS {
        let next = telling[ROWS].worth.value;
        let _ = writeln!(text, "{} more drivers, each {} USD or less", telling.len() - ROWS, grouped(next.ceil(), 0));
    }
    let nothing = worth.drivers.len() - telling.len();
    if nothing > 0 {
        let _ = writeln!(text, "{nothing} drivers are worth nothing: no value of theirs would change the choice");
    }
    text
}

/// Where the choice changes, as in `Offshore below 0.62 (P38)`.
fn how(driver: &DriverWorth) -> String {
    let at = |range: &ChoiceRange, upper: bool| {
        let (value, share) = if upper { (range.to_value, range.to) } else { (range.from_value, range.from) };
        value.map_or(percentile(share), |value| format!("{} ({})", figure(value, 3), percentile(share)))
    };
    let text = match driver.choices.as_slice() {
        [low, high] => {
            // The rarer choice is the news.
            if low.to <= 0.5 {
                format!("{} below {}", low.option, at(low, true))
            } else {
                format!("{} above {}", high.option, at(high, false))
            }
        }
        [_] | [] => String::new(),
        several => format!("{} ranges", several.len()),
    };
    let mut letters: Vec<char> = text.chars().collect();
    const ROOM: usize = 30;
    if letters.len() > ROOM {
        letters.truncate(ROOM - 1);
        letters.push('…');
    }
    letters.into_iter().collect()
}

fn dollars(estimate: &Estimate) -> String {
    let step = half_width(estimate).filter(|half| *half > 0.0).map_or(1.0, |half| {
        let digits = half.log10().floor().max(0.0);
        10f64.powf(digits)
    });
    grouped((estimate.value / step).round() * step, 0)
}

fn interval(estimate: &Estimate) -> String {
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) if low < high => format!("{} to {}", grouped(low, 0), grouped(high, 0)),
        (Some(_), Some(_)) => "exact".into(),
        _ => "withheld".into(),
    }
}

/// Which driver deserves another week of work.
pub(super) fn finding(worth: &Worth) -> String {
    let surely = |driver: &&DriverWorth| driver.worth.low.is_some_and(|low| low > 0.0);
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
    format!(
        "{} is best now; not knowing what the year brings costs {} a year, of which drivers that could be studied make {} at least",
        worth.best,
        money(all.worth.value, half_width(&all.worth)),
        money(worth.drivers_together.worth.value, half_width(&worth.drivers_together.worth))
    )
}
