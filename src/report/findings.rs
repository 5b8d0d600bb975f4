//! What does a result say, in one sentence that a committee can repeat?
//!
//! Every sentence is computed from the outcome, and is careful with ties, with certainty and with differences that
//! sampling error explains.

use super::format::{
    Unit, count, decimals_for, grouped, half_width, level, money, percent, percent_and_interval, significant_decimals,
    years_of,
};
use crate::outcome::{
    AppetiteLine, AppetiteUnit, Difference, ExceedancePoint, LevelMeasures, Measures, OptionOutcome, Outcome, Verdict,
};
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
        return format!("On average {option} costs about what {baseline} costs, and more in {}", years_of(p));
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
    let at = |o: &OptionOutcome| amount_at(&o.oep, 0.01, |p| Some(p.value));
    let mut ranked: Vec<(&OptionOutcome, f64)> = with.iter().filter_map(|o| Some((*o, at(o)?))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    Some(match ranked.first() {
        Some((option, amount)) if *amount > 0.0 => {
            // The band crosses the probability at the ends of the amount's interval.
            let low = amount_at(&option.oep, 0.01, |p| p.low);
            let high = amount_at(&option.oep, 0.01, |p| p.high);
            let half = low.zip(high).map(|(low, high)| (high - low) / 2.0);
            let amount = money(*amount, half);
            format!("One year in 100, the largest single breach costs {} more than {amount}", option.name)
        }
        _ => format!("A breach is rarer than one year in 100: {} has one in {}", most.name, years_of(often(most))),
    })
}

/// Does the option have a breach in any simulated year?
pub fn has_breaches(option: &OptionOutcome) -> bool {
    option.oep.iter().any(|point| point.amount > 0.0 && point.probability.value > 0.0)
        || option.oep.iter().any(|point| point.probability.value > 0.0 && point.probability.value < 1.0)
}

/// The amount exceeded with `probability`, or its bound, between points of the curve; none beyond its ends.
fn amount_at(curve: &[ExceedancePoint], probability: f64, of: impl Fn(&Estimate) -> Option<f64>) -> Option<f64> {
    let mut points: Vec<(f64, f64)> = curve.iter().filter_map(|p| Some((p.amount, of(&p.probability)?))).collect();
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
        format!("{}%", grouped(share, if (1.0..=99.0).contains(&share) { 0 } else { 1 }))
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

/// The three components of the total whose means differ most.
pub fn made_of(outcome: &Outcome, difference: &Difference, unit: Unit) -> Vec<String> {
    let excluded =
        |key: &str| outcome.options.iter().any(|o| o.components.get(key).is_some_and(|component| component.excluded));
    let mut parts: Vec<(&str, f64)> = difference
        .components
        .iter()
        .filter(|(key, part)| !excluded(key) && part.mean.value != 0.0)
        .map(|(key, part)| (key.as_str(), part.mean.value))
        .collect();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let show = |(key, amount): &(&str, f64)| {
        let scaled = amount / unit.dollars();
        let sign = if *amount > 0.0 { "+" } else { "" };
        format!("{} {sign}{}", component_name(key), grouped(scaled, significant_decimals(scaled, 3).min(4)))
    };
    parts.iter().take(3).map(show).collect()
}

/// What the committee's limits come to, all together.
pub fn appetite(lines: &[AppetiteLine]) -> String {
    let of = |verdict: Verdict| lines.iter().filter(|line| line.verdict == verdict).count();
    let (breached, unknown) = (of(Verdict::Breach), of(Verdict::CannotTell));
    let plural = if lines.len() == 1 { "limit" } else { "limits" };
    match (breached, unknown) {
        (0, 0) if lines.len() == 1 => "Appetite: the limit is kept".into(),
        (0, 0) => format!("Appetite: all {} {plural} are kept", lines.len()),
        (0, _) => format!("Appetite: of {} {plural}, {unknown} cannot be told", lines.len()),
        (_, 0) => format!("Appetite: of {} {plural}, {breached} breached", lines.len()),
        _ => format!("Appetite: of {} {plural}, {breached} breached and {unknown} cannot be told", lines.len()),
    }
}

/// A limit and what was found, as in `BREACH  Board tolerance: tvar@0.99 of Offshore is 13.4 million USD, limit 12.0 million USD`.
pub fn appetite_line(line: &AppetiteLine) -> String {
    let (found, limit) = appetite_amounts(line);
    let verdict = match line.verdict {
        Verdict::CannotTell if line.found.low.is_none() => "cannot tell (interval withheld)".into(),
        Verdict::CannotTell => "cannot tell (the interval crosses the limit)".to_string(),
        other => other.words().to_uppercase(),
    };
    format!("{verdict}: {}: {} of {} is {found}, limit {limit}", line.name, line.measure, line.option)
}

/// What was found, with its interval, and the limit.
pub fn appetite_amounts(line: &AppetiteLine) -> (String, String) {
    match line.unit {
        AppetiteUnit::Usd => (money_and_interval(&line.found), money(line.limit, None)),
        AppetiteUnit::Probability => {
            let (value, interval) = percent_and_interval(&line.found);
            (format!("{value} {interval}").trim_end().to_string(), percent(line.limit, None))
        }
    }
}

/// An amount with its interval in brackets, as in `8.12 million USD (8.06 to 8.18)`; no interval where the figure is exact.
pub fn money_and_interval(estimate: &Estimate) -> String {
    let half = half_width(estimate);
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) if low < high => {
            let unit = Unit::of(estimate.value.abs().max(low.abs()).max(high.abs()));
            let decimals = decimals_for((high - low) / 2.0 / unit.dollars(), 4);
            let show = |amount: f64| grouped(amount / unit.dollars(), decimals);
            format!("{} {} ({} to {})", show(estimate.value), unit.label(), show(low), show(high))
        }
        (Some(_), Some(_)) => money(estimate.value, half),
        _ => format!("{} (interval withheld)", money(estimate.value, None)),
    }
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
    let (share, interval) = percent_and_interval(&difference.probability_costs_more);
    format!("Costs more in {share} of years {interval}").trim_end().to_string()
}

/// The other side of [`costs_more`]: years in which the option costs less or the same.
pub fn costs_no_more(difference: &Difference) -> String {
    let Estimate { value, low, high } = difference.probability_costs_more;
    let rest = Estimate { value: 1.0 - value, low: high.map(|p| 1.0 - p), high: low.map(|p| 1.0 - p) };
    format!("Costs no more in {} of years", percent_and_interval(&rest).0)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures;

    fn compared(mean: (f64, Option<f64>, Option<f64>), p: f64, range: (f64, f64)) -> String {
        let mut difference = fixtures::two_without_case_mix().differences.remove(0);
        difference.total.mean = Estimate { value: mean.0, low: mean.1, high: mean.2 };
        (difference.total.min, difference.total.max) = range;
        difference.probability_costs_more.value = p;
        super::difference(&difference)
    }

    #[test]
    fn a_difference_is_told_with_its_sign_its_size_and_its_odds() {
        let range = (-1e6, 9e7);
        for (mean, p, range, told) in [
            (
                (8.1e6, Some(8.06e6), Some(8.14e6)),
                0.97,
                range,
                "Offshore costs 8.10 million USD a year more on average, and more than Domestic in 97 years of 100",
            ),
            (
                (8.1e6, Some(7.8e6), Some(8.4e6)),
                0.3,
                range,
                "Offshore costs 8.1 million USD a year more on average, but more than Domestic in 30 years of 100",
            ),
            (
                (-8.1e6, Some(-8.4e6), Some(-7.8e6)),
                0.12,
                range,
                "Offshore costs 8.1 million USD a year less on average, but more than Domestic in 12 years of 100",
            ),
            (
                (-8.1e6, Some(-8.4e6), Some(-7.8e6)),
                0.0,
                range,
                "Offshore costs 8.1 million USD a year less on average, and more than Domestic in none of the simulated years",
            ),
            (
                (1e4, Some(-2e4), Some(4e4)),
                0.01,
                range,
                "On average Offshore costs about what Domestic costs, and more in 1 year of 100",
            ),
            (
                (24_800.0, Some(24_800.0), Some(24_800.0)),
                1.0,
                (24_800.0, 24_800.0),
                "Offshore costs 24.8 thousand USD a year more than Domestic, in every simulated year",
            ),
            (
                (0.0, Some(0.0), Some(0.0)),
                0.0,
                (0.0, 0.0),
                "Offshore costs exactly what Domestic costs, in every simulated year",
            ),
            (
                (5.8e6, None, None),
                1.0,
                range,
                "Offshore costs 5.80 million USD a year more on average, and more than Domestic in every simulated year",
            ),
        ] {
            assert_eq!(compared(mean, p, range), told);
        }
    }

    #[test]
    fn totals_name_the_cheapest_or_say_that_there_is_a_tie() {
        let mut outcome = fixtures::article();
        assert_eq!(
            totals(&outcome),
            "Domestic is the cheapest on average, at 511 thousand USD a year, and the cheapest in every simulated year"
        );
        outcome.options[0].probability_cheapest.value = 0.4;
        assert!(totals(&outcome).ends_with("but the cheapest in only 40 years of 100"));
        let mean = outcome.options[0].total.mean;
        outcome.options[2].total.mean = mean;
        assert_eq!(
            totals(&outcome),
            "Domestic and Blended 60/40 are equally cheap on average, at 511 thousand USD a year"
        );
        assert!(totals(&fixtures::single()).contains("in 1 year of 100"));
    }

    #[test]
    fn the_study_reads_as_published() {
        assert_eq!(
            hourly_rate(&fixtures::hfma()).unwrap(),
            "Offshore: 35.00 USD an hour as quoted becomes 63.10 in effect, 3.10 more than Domestic"
        );
        assert_eq!(
            exceedance(&fixtures::hfma()),
            "One year in 100, Offshore costs at least 505 thousand USD, Domestic at least 480 thousand USD"
        );
        assert_eq!(
            makeup(&fixtures::hfma()),
            "Offshore's largest cost: labour, 84% of the average year and 84% of the worst 1% of years"
        );
        assert_eq!(oep(&fixtures::hfma()), None);
    }

    #[test]
    fn no_sentence_is_left_without_figures_it_lacks() {
        for (case, mut outcome) in fixtures::all() {
            outcome.provenance.quoted_rates.clear();
            for option in &mut outcome.options {
                option.total.levels.clear();
                option.effective_hourly_rate = None;
            }
            for text in [totals(&outcome), exceedance(&outcome), makeup(&outcome)] {
                assert!(!text.is_empty() && !text.contains("NaN"), "{case}: {text}");
            }
            assert_eq!(hourly_rate(&outcome), None);
        }
    }
}
