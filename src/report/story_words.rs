//! What happened in a year, in sentences?

use super::findings::{capitalised, component_name};
use super::format::{Unit, count, figure, grouped, money, one_in, percent};
use crate::outcome::{
    BreachesOfYear, Chosen, Component, ComponentOfYear, DriverOfYear, PolicyOfYear, Story, SwitchOfYear,
    WorkforceOfYear,
};

/// A line is worth a sentence where it makes up so much of the year's distance from the average.
const WORTH_TELLING: f64 = 0.1;
/// Lines and drivers told of at most.
const MOST: usize = 3;
/// A driver is unusual where years beyond its value are rarer than this.
const UNUSUAL: f64 = 0.15;
/// Amounts nearer than this share are called equal.
const EQUAL: f64 = 0.005;

/// The story in a few sentences: what the year cost, the lines that explain most of its distance from the average with their causes, a switch,
/// and the first option in the same year.
pub fn sentences(story: &Story) -> Vec<String> {
    let mut told = vec![opening(story)];
    let lines = explaining(story);
    // What one line has told of a driver the next need not.
    let mut named = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        told.push(line_sentence(story, line, place == 0));
        told.extend(cause(story, line, &mut named));
    }
    let is_told = |component: Component| lines.iter().any(|line| line.component == component);
    for workforce in &story.workforces {
        if let Some(switch) = &workforce.switch {
            told.push(format!("At {} {}.", workforce.name, switch_words(switch)));
        }
        if let Some(breaches) = workforce.breaches.as_ref().filter(|_| !is_told(Component::Breach)) {
            told.push(format!("{} has {}.", capitalised(&workforce.name), breaches_words(breaches)));
        }
    }
    told.extend(against(story));
    told
}

fn opening(story: &Story) -> String {
    let whose = whose(story);
    let (total, mean) = (money(story.total, None), money(story.mean, None));
    let excess = story.excess();
    if excess.abs() <= EQUAL * story.mean.abs() {
        return format!("{whose} costs {total}, about as much as its average year.");
    }
    let amount = money(excess.abs(), None);
    let side = if excess > 0.0 { "above" } else { "below" };
    format!("{whose} costs {total}, {amount} {side} its average year of {mean}.")
}

/// As in `The 1-in-1,000 year of Offshore`.
fn whose(story: &Story) -> String {
    let option = &story.option;
    let run = story.place.zip(story.return_period).map(|(place, period)| (place as f64 * period).round());
    let among = run.map_or_else(String::new, |years| format!(" in {}", grouped(years, 0)));
    match story.chosen.first() {
        Some(Chosen::Worst { place: 1 }) => format!("The worst year{among} of {option}"),
        Some(Chosen::Worst { place }) => format!("The {} worst year{among} of {option}", ordinal(*place)),
        Some(Chosen::ReturnPeriod { years, .. }) => {
            format!("The {} year of {option}", hyphened(*years))
        }
        Some(Chosen::Asked) | None => format!("Year {} of {option}", count(story.year)),
    }
}

/// Why the year is told, in a few words: `worst year`, `1-in-100 year (nearest of 65,536 years to 1.2 million USD)`.
pub fn chosen_words(chosen: &Chosen) -> String {
    match chosen {
        Chosen::Asked => "asked for".into(),
        Chosen::Worst { place: 1 } => "worst year".into(),
        Chosen::Worst { place } => format!("{} worst year", ordinal(*place)),
        Chosen::ReturnPeriod { years, nearest: None } => format!("{} year", hyphened(*years)),
        Chosen::ReturnPeriod { years, nearest: Some(nearest) } => format!(
            "{} year: of the first {} years the nearest to {}",
            hyphened(*years),
            count(nearest.scanned),
            money(nearest.amount, None)
        ),
    }
}

/// As in `1-in-1,000`.
fn hyphened(return_period: f64) -> String {
    one_in(return_period).replace(' ', "-")
}

/// As in `22nd`.
pub fn ordinal(place: u64) -> String {
    let ending = match (place % 10, place % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{}{ending}", count(place))
}

/// A probability as a percentile that never reads 0 or 100.
pub fn percentile(probability: f64) -> String {
    // Beyond the last bit of a double there is nothing to tell.
    let inside = probability.clamp(1e-9, 1.0 - 1e-9);
    percent(inside, None).trim_end_matches('%').to_string()
}

/// The lines that explain most of the distance from the average, the largest first.
fn explaining(story: &Story) -> Vec<&ComponentOfYear> {
    if story.excess().abs() <= EQUAL * story.mean.abs() {
        return Vec::new();
    }
    let share = |line: &ComponentOfYear| line.share_of_excess.unwrap_or(0.0);
    let mut lines: Vec<&ComponentOfYear> =
        story.components.iter().filter(|line| share(line) >= WORTH_TELLING).collect();
    lines.sort_by(|a, b| share(b).total_cmp(&share(a)));
    lines.truncate(MOST);
    lines
}

fn line_sentence(story: &Story, line: &ComponentOfYear, is_first: bool) -> String {
    let name = capitalised(component_name(line.component.key()));
    let share = line.share_of_excess.unwrap_or(0.0);
    let (amount, mean) = pair(line.amount, line.mean);
    let explained = match share {
        share if share > 1.005 => {
            let beyond = money((line.amount - line.mean).abs(), None);
            let side = if story.excess() > 0.0 { "above" } else { "below" };
            format!("are {beyond} {side} average, more than all of that")
        }
        share => {
            let whole = grouped(100.0 * share, 0);
            if is_first { format!("explain {whole}% of that") } else { format!("explain {whole}%") }
        }
    };
    // The names of some lines are singular.
    let explained = if is_singular(line.component) {
        explained.replacen("are ", "is ", 1).replacen("explain ", "explains ", 1)
    } else {
        explained
    };
    format!("{name} {explained}: {amount} against {mean} on average.")
}

fn is_singular(component: Component) -> bool {
    use Component as C;
    !matches!(component, C::Queries | C::DenialWriteOff | C::Dnfb | C::Breach | C::Penalties)
}

/// An amount and its average; the second carries its unit where that is another one.
fn pair(amount: f64, mean: f64) -> (String, String) {
    let say = |amount: f64| if amount == 0.0 { "nothing".to_string() } else { money(amount, None) };
    let label = Unit::of(amount).label();
    let mean = match say(mean) {
        same if amount != 0.0 && Unit::of(mean) == Unit::of(amount) => {
            same.strip_suffix(label).map_or(same.clone(), |bare| bare.trim_end().to_string())
        }
        other => other,
    };
    (say(amount), mean)
}

/// What made a line what it was: the events first, else its unusual drivers.
fn cause<'a>(story: &'a Story, line: &ComponentOfYear, named: &mut Vec<&'a str>) -> Option<String> {
    use Component as C;
    let events: Vec<String> = story.workforces.iter().filter_map(|told| event_words(told, line.component)).collect();
    let drivers = unusual(story, line, named);
    let policy = story.policy.filter(|_| line.component == C::Breach).and_then(|policy| policy_words(&policy));
    let parts: Vec<String> = events.into_iter().chain(policy).chain(drivers).collect();
    (!parts.is_empty()).then(|| format!("{}.", capitalised(&parts.join("; "))))
}

fn event_words(told: &WorkforceOfYear, component: Component) -> Option<String> {
    use Component as C;
    let name = &told.name;
    let counted = |what: &str, word: &str| {
        let of_year = told.count(what)?;
        Some(format!("{} {word} at {name} where {} are expected", count(of_year.count), expected(of_year.expected)))
    };
    match component {
        C::Onboarding => {
            let lost = format!("{} hours of output lost", grouped(told.lost_hours, 0));
            counted("departures", "departures").map(|words| format!("{words}, {lost}"))
        }
        C::DenialRework => counted("denials", "denials"),
        C::DenialWriteOff => {
            let written_off = told.count("write_offs")?;
            let words = counted("denials", "denials")?;
            Some(format!("{words}, {} of them written off", count(written_off.count)))
        }
        C::Breach => told.breaches.as_ref().map(|breaches| format!("{name} has {}", breaches_words(breaches))),
        C::Penalties => {
            let breaches = told.breaches.as_ref().filter(|breaches| breaches.fined > 0)?;
            Some(format!("{name}: {}", fines_words(breaches)))
        }
        C::Compliance => told.compliance.map(|found| {
            format!("an audit at {name} finds {} of encounters coded wrongly", percent(found.error_rate, None))
        }),
        C::Regulation => told
            .regulation
            .map(|law| format!("a law brings the work of {name} back on shore for {} months", figure(law.months, 2))),
        _ => None,
    }
}

/// A mean count with two or three digits.
pub(super) fn expected(mean: f64) -> String {
    if mean >= 100.0 { grouped(mean, 0) } else { figure(mean, 2) }
}

/// As in `one breach of 212 million USD`.
pub(super) fn breaches_words(breaches: &BreachesOfYear) -> String {
    let amounts: Vec<f64> = breaches.each.iter().map(|breach| breach.gross).collect();
    let largest = amounts.iter().copied().fold(0.0, f64::max);
    let words = match amounts.as_slice() {
        [only] => format!("one breach of {}", money(*only, None)),
        [first, second] => format!("two breaches of {} and {}", money(*first, None), money(*second, None)),
        several => format!("{} breaches, the largest of {}", several.len(), money(largest, None)),
    };
    if breaches.recovered_share > 0.0 && largest > 0.0 {
        format!("{words}, {} recovered", percent(breaches.recovered_share, None))
    } else {
        words
    }
}

/// As in `one breach fined under 4 provisions: 6 million USD, 2 of them at the yearly cap`.
pub(super) fn fines_words(breaches: &BreachesOfYear) -> String {
    let provisions = breaches.provisions.len();
    let capped = breaches.provisions.iter().filter(|provision| provision.annual_cap == Some(provision.due)).count();
    let fined =
        if breaches.fined == 1 { "one breach".to_string() } else { format!("{} breaches", count(breaches.fined)) };
    let under = if provisions == 1 { "one provision".to_string() } else { format!("{provisions} provisions") };
    let cap = match capped {
        0 => String::new(),
        all if all == provisions => ", at the yearly cap".into(),
        some => format!(", {some} of them at the yearly cap"),
    };
    format!("{fined} fined {} under {under}{cap}", money(breaches.penalties, None))
}

/// What the policy pays; nothing where it is asked for nothing.
fn policy_words(policy: &PolicyOfYear) -> Option<String> {
    (policy.claimed > 0.0 && policy.limit > 0.0).then(|| match policy.paid {
        0.0 => "the cyber policy pays nothing of it".into(),
        paid => {
            let at_limit = if paid == policy.limit { ", its limit" } else { "" };
            format!("the cyber policy pays {}{at_limit}", money(paid, None))
        }
    })
}

/// As in `coders are swapped for novices in week 9, found out in week 31: 42% of the year`.
pub(super) fn switch_words(switch: &SwitchOfYear) -> String {
    let week = |week: f64| grouped(week, 0);
    if switch.share_of_year <= 0.0 {
        return "coders are to be swapped for novices, but the year ends first".into();
    }
    let found = match switch.found_in_week {
        Some(found) => format!("found out in week {}", week(found)),
        None => "not found out before the year ends".into(),
    };
    format!(
        "coders are swapped for novices in week {}, {found}: {} of the year",
        week(switch.week),
        percent(switch.share_of_year, None)
    )
}

/// The drivers of a line that are unusual in the direction of the year, the most unusual first.
fn unusual<'a>(story: &'a Story, line: &ComponentOfYear, named: &mut Vec<&'a str>) -> Option<String> {
    let raises = line.amount > line.mean;
    // How rare a value is that pushes the line as far.
    let rarity = |driver: &&DriverOfYear| {
        let key = bare_key(&driver.path);
        let (_, sign) = DRIVERS
            .iter()
            .find(|(component, _)| *component == line.component)?
            .1
            .iter()
            .find(|(known, _)| *known == key)?;
        let up = (*sign == Sign::Raises) == raises;
        Some(if up { 1.0 - driver.percentile } else { driver.percentile })
    };
    let mut found: Vec<(f64, &DriverOfYear)> = story
        .drivers
        .iter()
        .filter(|driver| driver.bore && !named.contains(&driver.path.as_str()))
        .filter_map(|driver| Some((rarity(&driver)?, driver)))
        .filter(|(rarity, _)| *rarity <= UNUSUAL)
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.truncate(MOST);
    named.extend(found.iter().map(|(_, driver)| driver.path.as_str()));
    let words: Vec<String> = found
        .iter()
        .map(|(_, driver)| {
            format!(
                "{} is {} (percentile {}, usually {})",
                spoken(&driver.path),
                figure(driver.value, 3),
                percentile(driver.percentile),
                figure(driver.usual, 3)
            )
        })
        .collect();
    (!words.is_empty()).then(|| words.join("; "))
}

/// The key of a driver without its scope: `breach.severity_level` of `workforce.offshore.breach.severity_level`. Names may have dots.
fn bare_key(path: &str) -> &str {
    let keys = || DRIVERS.iter().flat_map(|(_, drivers)| drivers.iter().map(|(key, _)| *key));
    let fits = |key: &&str| path.strip_suffix(*key).is_some_and(|scope| scope.ends_with('.'));
    keys().filter(fits).max_by_key(|key| key.len()).unwrap_or(path)
}

/// A driver in words: `offshore's case mix drift`, `the hospital's payment per encounter`.
fn spoken(path: &str) -> String {
    let key = bare_key(path);
    let scope = path.strip_suffix(key).unwrap_or("").trim_end_matches('.');
    let words = key.replace(['_', '.'], " ");
    match scope.split_once('.') {
        Some(("workforce", name)) => format!("{name}'s {words}"),
        Some((_, _)) => words,
        None if scope == "hospital" => format!("the hospital's {words}"),
        None => words,
    }
}

fn against(story: &Story) -> Option<String> {
    let against = story.against.as_ref()?;
    let baseline = &against.baseline;
    let cost = money(against.total, None);
    if against.difference.abs() <= EQUAL * against.total.abs() {
        return Some(format!("In the same year {baseline} costs about as much, {cost}."));
    }
    let side = if against.difference > 0.0 { "less" } else { "more" };
    let difference = money(against.difference.abs(), None);
    Some(format!("In the same year {baseline} costs {cost}, {difference} {side}."))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Raises,
    Lowers,
}

use Sign::{Lowers, Raises};

/// Which drivers bear on a line, and which way.
const DRIVERS: &[(Component, &[(&str, Sign)])] = &[
    (
        Component::Labour,
        &[
            ("volume", Raises),
            ("reference_hours", Raises),
            ("rate", Raises),
            ("productivity", Lowers),
            ("switch.productivity_loss", Raises),
        ],
    ),
    (
        Component::Management,
        &[("volume", Raises), ("reference_hours", Raises), ("management_fee", Raises), ("productivity", Lowers)],
    ),
    (
        Component::Queries,
        &[("volume", Raises), ("inpatient_encounters", Raises), ("query_rate", Raises), ("query_cost", Raises)],
    ),
    (
        Component::Audit,
        &[
            ("volume", Raises),
            ("reference_hours", Raises),
            ("hours_per_coder", Lowers),
            ("audit_hours", Raises),
            ("auditor_rate", Raises),
            ("productivity", Lowers),
        ],
    ),
    (
        Component::Onboarding,
        &[
            ("turnover", Raises),
            ("onboarding_output", Lowers),
            ("replacement_cost", Raises),
            ("rate", Raises),
            ("productivity", Lowers),
            ("volume", Raises),
        ],
    ),
    (
        Component::DenialRework,
        &[
            ("denial_rate", Raises),
            ("payer_strictness", Raises),
            ("rework_level", Raises),
            ("turnover_denial_uplift", Raises),
            ("switch.denial_uplift", Raises),
            ("volume", Raises),
            ("inpatient_encounters", Raises),
        ],
    ),
    (
        Component::DenialWriteOff,
        &[
            ("denial_rate", Raises),
            ("payer_strictness", Raises),
            ("write_off_share", Raises),
            ("denied_payment_level", Raises),
            ("turnover_denial_uplift", Raises),
            ("switch.denial_uplift", Raises),
            ("volume", Raises),
            ("inpatient_encounters", Raises),
        ],
    ),
    (
        Component::CaseMix,
        &[
            ("case_mix_drift", Lowers),
            ("case_mix_value", Raises),
            ("switch.case_mix_loss", Raises),
            ("volume", Raises),
            ("inpatient_encounters", Raises),
        ],
    ),
    (
        Component::Dnfb,
        &[
            ("dnfb_days", Raises),
            ("denial_delay_days", Raises),
            ("backlog_share", Raises),
            ("cost_of_capital", Raises),
            ("payment_per_encounter", Raises),
            ("denial_rate", Raises),
            ("volume", Raises),
            ("inpatient_encounters", Raises),
        ],
    ),
    (
        Component::Breach,
        &[
            ("threat", Raises),
            ("breach.frequency", Raises),
            ("switch.breach_uplift", Raises),
            ("breach.severity_level", Raises),
            ("breach.recovered_share", Lowers),
            ("cyber_insurance.retention", Raises),
            ("cyber_insurance.limit", Lowers),
            ("cyber_insurance.premium", Raises),
        ],
    ),
    (
        Component::Penalties,
        &[
            ("breach.penalty.probability", Raises),
            ("breach.penalty.annual_cap", Raises),
            ("threat", Raises),
            ("breach.frequency", Raises),
        ],
    ),
    (
        Component::Compliance,
        &[
            ("compliance.probability", Raises),
            ("compliance.error_rate", Raises),
            ("compliance.overpaid_share", Raises),
            ("compliance.repayment", Raises),
            ("switch.error_uplift", Raises),
        ],
    ),
    (
        Component::Regulation,
        &[
            ("regulation.probability", Raises),
            ("regulation.months", Raises),
            ("regulation.premium_per_hour", Raises),
            ("regulation.one_off", Raises),
        ],
    ),
    (Component::Transition, &[("transition_cost", Raises)]),
];
