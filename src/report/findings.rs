//! What does a result say, in one sentence that a committee can repeat?
//!
//! Every sentence is computed from the outcome, and is careful with ties, with certainty and with differences that
//! sampling error explains.

use super::format::{count, grouped, half_width, level, money, percent, years_of};
use crate::outcome::{Difference, ExceedancePoint, LevelMeasures, Measures, OptionOutcome, Outcome};
use crate::statistics::Estimate;

/// Title, years and seed of the run, for a line under a finding.
pub fn subtitle(outcome: &Outcome) -> String {
    format!("{} · {} · seed {}", outcome.title, simulated_years(outcome.years), outcome.seed)
}

/// As in `1,000,000 simulated years`.
pub fn simulated_years(years: u64) -> String {
    format!("{} simulated year{}", count(years), if years == 1 { "" } else { "s" })
}

/// What the totals say: which option is cheapest on average and how often.
pub fn totals(outcome: &Outcome) -> String {
    let Some(first) = outcome.options.first() else { return "No option was simulated".into() };
    if let [only] = outcome.options.as_slice() {
        return single(only);
    }
    if let ([_, _], [difference]) = (outcome.options.as_slice(), outcome.differences.as_slice()) {
        return self::difference(difference);
    }
    let cheapest = outcome
        .options
        .iter()
        .fold(first, |best, option| if option.total.mean.value < best.total.mean.value { option } else { best });
    let tied: Vec<&str> = outcome
        .options
        .iter()
        .filter(|o| o.total.mean.value == cheapest.total.mean.value)
        .map(|o| o.name.as_str())
        .collect();
    let cost = money(cheapest.total.mean.value, half_width(&cheapest.total.mean));
    if tied.len() > 1 {
        return format!("{} are equally cheap on average, at {cost} a year", listed(&tied));
    }
    let p = cheapest.probability_cheapest.value;
    let how_often = match p {
        p if p >= 0.5 => format!("and the cheapest in {}", years_of(p)),
        p if p > 0.0 => format!("but the cheapest in only {}", years_of(p)),
        p => format!("but the cheapest in {}", years_of(p)),
    };
    format!("{} is the cheapest on average, at {cost} a year, {how_often}", cheapest.name)
}

fn single(option: &OptionOutcome) -> String {
    let total = &option.total;
    let mean = money(total.mean.value, half_width(&total.mean));
    if total.min == total.max {
        return format!("{} costs {mean} in every simulated year", option.name);
    }
    match near_level(&total.levels, 0.99) {
        Some(at) => {
            let var = money(at.var.value, half_width(&at.var));
            format!(
                "{} costs {mean} a year on average, and more than {var} in {}",
                option.name,
                years_of(1.0 - at.level)
            )
        }
        None => format!("{} costs {mean} a year on average", option.name),
    }
}

/// What a difference says: how much more on average, and how often.
pub fn difference(difference: &Difference) -> String {
    let Difference { option, baseline, total, .. } = difference;
    let mean = total.mean.value;
    let p = difference.probability_costs_more.value;
    let amount = money(mean.abs(), half_width(&total.mean));
    if total.min == total.max {
        return match mean {
            m if m > 0.0 => format!("{option} costs {amount} a year more than {baseline}, in every simulated year"),
            m if m < 0.0 => format!("{option} costs {amount} a year less than {baseline}, in every simulated year"),
            _ => format!("{option} costs exactly what {baseline} costs, in every simulated year"),
        };
    }
    if !is_distinct(&total.mean) {
        let how_often = if p <= 0.0 || p >= 1.0 { years_of(p) } else { years_of(p).to_string() };
        return format!("On average {option} costs about what {baseline} costs, and more in {how_often}");
    }
    if mean > 0.0 {
        let link = if p >= 0.5 { "and" } else { "but" };
        format!("{option} costs {amount} a year more on average, {link} more than {baseline} in {}", years_of(p))
    } else {
        let link = if p > 0.0 { "but" } else { "and" };
        format!("{option} costs {amount} a year less on average, {link} more than {baseline} in {}", years_of(p))
    }
}

/// Does the interval of a mean leave out zero? A withheld interval does not, unless the figure is all there is.
fn is_distinct(mean: &Estimate) -> bool {
    match (mean.low, mean.high) {
        (Some(low), Some(high)) => low > 0.0 || high < 0.0,
        _ => mean.value != 0.0,
    }
}

/// What the exceedance curves say about one year in a hundred.
pub fn exceedance(outcome: &Outcome) -> String {
    let at = |option: &OptionOutcome| near_level(&option.total.levels, 0.99).cloned();
    let mut ranked: Vec<(&OptionOutcome, LevelMeasures)> =
        outcome.options.iter().filter_map(|o| Some((o, at(o)?))).collect();
    ranked.sort_by(|a, b| b.1.var.value.total_cmp(&a.1.var.value));
    let (Some((worst, high)), Some((best, low))) = (ranked.first(), ranked.last()) else {
        return "How often a year costs more than an amount".into();
    };
    let often = one_year_in(high.return_period);
    let amount = |at: &LevelMeasures| money(at.var.value, half_width(&at.var));
    if ranked.len() == 1 {
        return format!("{often}, {} costs at least {}", worst.name, amount(high));
    }
    if high.var.value == low.var.value {
        return format!("{often}, every option costs at least {}", amount(high));
    }
    format!("{often}, {} costs at least {}, {} at least {}", worst.name, amount(high), best.name, amount(low))
}

/// What the curves of the largest single breach say; none where no option has a breach.
pub fn oep(outcome: &Outcome) -> Option<String> {
    let with: Vec<&OptionOutcome> = outcome.options.iter().filter(|o| has_breaches(o)).collect();
    let often = |option: &OptionOutcome| option.oep.iter().map(|p| p.probability.value).fold(0.0, f64::max);
    let most = with.iter().copied().reduce(|a, b| if often(b) > often(a) { b } else { a })?;
    let mut ranked: Vec<(&OptionOutcome, f64)> =
        with.iter().filter_map(|o| Some((*o, amount_at(&o.oep, 0.01)?))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    Some(match ranked.first() {
        Some((option, amount)) if *amount > 0.0 => format!(
            "One year in 100, the largest single breach costs {} more than {}",
            option.name,
            money(*amount, None)
        ),
        _ => format!("A breach is rarer than one year in 100: {} has one in {}", most.name, years_of(often(most))),
    })
}

/// Does the option have a breach in any simulated year?
pub fn has_breaches(option: &OptionOutcome) -> bool {
    option.oep.iter().any(|point| point.amount > 0.0 && point.probability.value > 0.0)
        || option.oep.iter().any(|point| point.probability.value > 0.0 && point.probability.value < 1.0)
}

/// The amount exceeded with `probability`, between points of the curve; none below or above its ends.
fn amount_at(curve: &[ExceedancePoint], probability: f64) -> Option<f64> {
    let mut points: Vec<(f64, f64)> = curve.iter().map(|p| (p.amount, p.probability.value)).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    points.windows(2).find(|pair| pair[0].1 >= probability && pair[1].1 < probability).map(|pair| {
        let ((from, p0), (to, p1)) = (pair[0], pair[1]);
        from + (to - from) * (p0 - probability) / (p0 - p1)
    })
}

/// What the mean and the worst years are made of.
pub fn makeup(outcome: &Outcome) -> String {
    let worst = outcome
        .options
        .iter()
        .filter_map(|o| Some((o, near_level(&o.total.levels, 0.99)?)))
        .reduce(|a, b| if b.1.tvar.value > a.1.tvar.value { b } else { a });
    let Some((option, at)) = worst else { return "What the yearly cost is made of".into() };
    let included = || option.components.iter().filter(|(_, c)| !c.excluded);
    let in_tail =
        included().filter_map(|(key, c)| Some((key, near_cotvar(c, at.level)?.value.value))).fold(None, largest);
    let in_mean = included().map(|(key, c)| (key, c.mean.value)).fold(None, largest);
    let (Some((tail_key, tail)), Some((mean_key, mean))) = (in_tail, in_mean) else {
        return "What the yearly cost is made of".into();
    };
    let worst_years = worst_years(at.level);
    let tail_amount = share_or_amount(tail, at.tvar.value);
    let mean_amount = share_or_amount(mean, option.total.mean.value);
    let (tail_name, mean_name) = (component_name(tail_key), component_name(mean_key));
    let name = &option.name;
    if tail_key == mean_key {
        return format!(
            "{name}'s largest cost: {mean_name}, {mean_amount} of the average year and {tail_amount} of the {worst_years}"
        );
    }
    format!(
        "{name}'s largest cost: {mean_name} on average ({mean_amount}), {tail_name} in the {worst_years} ({tail_amount})"
    )
}

fn largest<'a>(best: Option<(&'a String, f64)>, next: (&'a String, f64)) -> Option<(&'a String, f64)> {
    match best {
        Some((_, amount)) if amount >= next.1 => best,
        _ => Some(next),
    }
}

/// A part of a sum as a percentage where that means something, in money otherwise (gains among the parts).
fn share_or_amount(part: f64, whole: f64) -> String {
    if whole > 0.0 && part > 0.0 && part <= whole {
        let share = 100.0 * part / whole;
        format!("{}%", grouped(share, if share < 1.0 || share > 99.0 { 1 } else { 0 }))
    } else {
        money(part, None)
    }
}

/// As in `worst 1% of years`.
pub fn worst_years(at_level: f64) -> String {
    // 1 - 0.995 is not 0.005 in binary: through the level's decimals.
    let share = level(1.0 - at_level);
    format!("worst {share}% of years")
}

/// What the effective hourly rate says.
pub fn hourly_rate(outcome: &Outcome) -> Option<String> {
    let first = outcome.options.first()?;
    let base = first.effective_hourly_rate.as_ref()?.mean.value;
    let extra = |o: &OptionOutcome| {
        Some(o.effective_hourly_rate.as_ref()?.mean.value - outcome.provenance.quoted_rates.get(&o.name)?)
    };
    let option =
        outcome.options.iter().filter(|o| extra(o).is_some()).reduce(|a, b| if extra(b) > extra(a) { b } else { a })?;
    let quoted = outcome.provenance.quoted_rates.get(&option.name)?;
    let effective = option.effective_hourly_rate.as_ref()?.mean.value;
    let mut text = format!(
        "{}: {} USD an hour as quoted {} {} in effect",
        option.name,
        grouped(*quoted, 2),
        if grouped(*quoted, 2) == grouped(effective, 2) { "stays" } else { "becomes" },
        grouped(effective, 2)
    );
    if option.name != first.name {
        let against = effective - base;
        let cents = grouped(against.abs(), 2);
        text += &match cents.as_str() {
            "0.00" => format!(", as much as {}", first.name),
            _ if against > 0.0 => format!(", {cents} more than {}", first.name),
            _ => format!(", {cents} less than {}", first.name),
        };
    }
    Some(text)
}

/// The measures at the level nearest to the one asked for.
pub fn near_level(levels: &[LevelMeasures], wanted: f64) -> Option<&LevelMeasures> {
    levels.iter().min_by(|a, b| (a.level - wanted).abs().total_cmp(&(b.level - wanted).abs()))
}

/// The co-TVaR at the level nearest to the one asked for.
pub fn near_cotvar(component: &crate::outcome::ComponentMeasures, wanted: f64) -> Option<&crate::outcome::CoTvar> {
    component.co_tvar.iter().min_by(|a, b| (a.level - wanted).abs().total_cmp(&(b.level - wanted).abs()))
}

/// A component in words.
pub fn component_name(key: &str) -> &str {
    match key {
        "labour" => "labour",
        "management" => "management",
        "queries" => "coding queries",
        "audit" => "audit",
        "onboarding" => "onboarding",
        "denial_rework" => "denial rework",
        "denial_write_off" => "denial write-offs",
        "case_mix" => "case mix",
        "dnfb" => "unbilled days (DNFB)",
        "breach" => "data breaches",
        "penalties" => "penalties",
        "compliance" => "compliance repayment",
        "regulation" => "new regulation",
        "transition" => "transition",
        other => other,
    }
}

pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// P(option costs more) in a sentence, with its interval.
pub fn costs_more(difference: &Difference) -> String {
    format!("Costs more in {} of years", super::format::percent_with_interval(&difference.probability_costs_more))
}

/// The other side of [`costs_more`]: years in which the option costs less or the same.
pub fn costs_no_more(difference: &Difference) -> String {
    format!(
        "Costs no more in {}",
        percent(1.0 - difference.probability_costs_more.value, half_width(&difference.probability_costs_more))
    )
}

/// Is there any uncertainty in the totals?
pub fn is_certain(total: &Measures) -> bool {
    total.min == total.max
}

fn one_year_in(return_period: f64) -> String {
    format!("One year in {}", grouped(return_period, if return_period.fract() == 0.0 { 0 } else { 1 }))
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => only.to_string(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
}
