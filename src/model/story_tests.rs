//! Is a year that is told the year of the run, to the bit, and do its events make its lines?

use super::{Model, OptionYear};
use crate::config::{Component, Scenario, Source, Value, WorkforceDriver, load};
use crate::distributions::standard_normal;
use crate::engine::{Control, Request, Tallies, replay, run};
use crate::numerics::simd::Instructions;
use crate::random::{Key, Stream};
use crate::statistics::Level;
use std::sync::atomic::{AtomicBool, AtomicU64};

const YEARS: u64 = 40_000;
const RANDOM: usize = 200;
const WORST: usize = 100;

/// Drivers that move together, one of which describes an event.
const MEMBERS: &str = r#"rank_correlations = [
    ["workforce.offshore.productivity", "workforce.offshore.denial_rate", -0.5],
    ["world.threat", "workforce.offshore.breach.recovered_share", -0.4]]"#;
/// Years in which everything happens, often more than once.
const BUSY: [&str; 8] = [
    "workforce.offshore.breach.frequency=3",
    "workforce.domestic.breach.frequency=1.5",
    "workforce.offshore.switch.probability=0.6",
    "workforce.offshore.breach.penalty.probability=0.7",
    "workforce.offshore.breach.penalty.provisions=4",
    "workforce.domestic.breach.penalty.probability=0.7",
    "workforce.offshore.compliance.probability=0.5",
    "workforce.offshore.regulation.probability=0.5",
];

fn cases() -> Vec<(String, Scenario)> {
    let case = |name: &str, overrides: &[String]| {
        let loaded = load(&Source::Builtin(name.into()), overrides).unwrap_or_else(|error| panic!("{name}: {error}"));
        (format!("{name} {overrides:?}"), loaded.scenario)
    };
    let busy: Vec<String> = BUSY.iter().map(ToString::to_string).collect();
    let group = |copula: &str| vec![format!("dependence={{ {copula}, {} }}", MEMBERS.replace('\n', " "))];
    vec![
        case("article", &[]),
        case("evidence", &[]),
        case("hhs-breaches", &[]),
        case("article", &busy),
        case("evidence", &group("copula = \"gaussian\"")),
        case("article", &[busy, group("copula = \"t\", dof = 4")].concat()),
    ]
}

fn tallies(model: &Model) -> Tallies {
    let levels = [Level::new(0.9).unwrap()];
    let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let control = Control { interrupt: &interrupt, done: &done, stop: None };
    let request = Request { years: YEARS, threads: 2, levels: &levels, level: Instructions::best(), rests: &[] };
    run(model, &request, control).unwrap().0
}

/// Random years of the run.
fn random_years() -> Vec<u64> {
    let stream = Stream::new(Key { seed: 4, scope: &[], driver: "years", replicate: 0 });
    (0..RANDOM).map(|i| (stream.at(i as u64, 0).p() * YEARS as f64) as u64).collect()
}

#[test]
fn a_told_year_is_the_year_of_the_run_to_the_bit() {
    standard_normal();
    for (name, scenario) in cases() {
        let model = Model::new(&scenario, 2026);
        let tallies = tallies(&model);
        let mut teller = model.teller(&scenario);
        for option in 0..scenario.options.len() {
            let worst = tallies.counts.alternatives[option].total.worst.sorted();
            for extreme in &worst[..WORST] {
                let told = teller.tell(option, extreme.year);
                assert_eq!(told.total.to_bits(), extreme.value.to_bits(), "{name}: year {}", extreme.year);
            }
            let years: Vec<u64> =
                random_years().into_iter().chain(worst[..WORST].iter().map(|extreme| extreme.year)).collect();
            let parts = 0..Component::ALL.len();
            let table: Vec<Vec<u64>> = replay(&model, &years, |_, table, _| {
                let columns = parts.clone().map(|part| table.part(option, part));
                let columns: Vec<&[f64]> = columns.chain([table.total(option), table.total(0)]).collect();
                (0..table.rows()).map(|row| columns.iter().map(|column| column[row].to_bits()).collect()).collect()
            })
            .into_iter()
            .flat_map(|block: Vec<Vec<u64>>| block)
            .collect();
            for (year, expected) in years.iter().zip(table) {
                let told = teller.tell(option, *year);
                let found = told.components.iter().chain([&told.total, &told.baseline]).map(|value| value.to_bits());
                assert_eq!(found.collect::<Vec<u64>>(), expected, "{name}, option {option}: year {year}");
                assert_adds_up(&scenario, option, &told, &format!("{name}, option {option}: year {year}"));
            }
        }
    }
}

/// The value of a workforce's driver in the year, the schema's where the config gives none.
fn value(scenario: &Scenario, told: &OptionYear, workforce: &str, driver: WorkforceDriver) -> f64 {
    let path = format!("workforce.{workforce}.{}", driver.spec().key);
    if let Some(of_year) = told.drivers.iter().find(|of_year| of_year.path == path) {
        return of_year.value;
    }
    let given = scenario.workforces.iter().find(|known| known.name == workforce).unwrap().drivers.get(driver);
    given.map_or_else(|| super::inputs::absent(driver.spec()), |driver| driver.point())
}

/// Components make the total and events their lines, to the bit.
fn assert_adds_up(scenario: &Scenario, option: usize, told: &OptionYear, at: &str) {
    use WorkforceDriver as D;
    let counted = Component::ALL.into_iter().filter(|part| !scenario.simulation.exclude.contains(part));
    let total = counted.fold(0.0, |sum, component| sum + told.components[component as usize]);
    assert_eq!(total.to_bits(), told.total.to_bits(), "{at}");
    let is_line = |component: Component, sum: f64| {
        let line = told.components[component as usize];
        assert_eq!(sum.to_bits(), line.to_bits(), "{at}: {component} {sum} for {line}");
    };
    let workforces = &told.workforces;
    assert_eq!(workforces.len(), scenario.options[option].mix.len());
    let mut claimed = 0.0;
    for breaches in workforces.iter().filter_map(|of_year| Some((of_year.share, of_year.breaches.as_ref()?))) {
        let (share, breaches) = breaches;
        let severities: f64 = breaches.each.iter().map(|breach| breach.severity).sum();
        let kept = share * (severities * (breaches.severity_level * (1.0 - breaches.recovered_share)));
        assert_eq!(kept.to_bits(), breaches.kept.to_bits(), "{at}");
        claimed += kept;
        let of_each: f64 = breaches.each.iter().map(|breach| breach.gross - breach.recovered).sum();
        assert!((of_each / breaches.kept - 1.0).abs() < 1e-12, "{at}");
        let due: f64 = breaches
            .provisions
            .iter()
            .map(|provision| {
                assert_eq!(provision.fines.len() as u64, breaches.fined);
                provision.fines.iter().sum::<f64>().min(provision.annual_cap.unwrap_or(f64::INFINITY))
            })
            .sum();
        assert_eq!(due, breaches.penalties, "{at}");
        assert!(breaches.fined as usize <= breaches.each.len());
    }
    is_line(
        Component::Breach,
        match &told.policy {
            Some(policy) if claimed != 0.0 => {
                assert_eq!(policy.claimed.to_bits(), claimed.to_bits(), "{at}");
                assert_eq!(policy.paid, (claimed - policy.retention).max(0.0).min(policy.limit));
                claimed - policy.paid + policy.premium
            }
            Some(policy) => policy.premium,
            None => claimed,
        },
    );
    let sum = |of: &dyn Fn(&crate::outcome::WorkforceOfYear) -> Option<f64>| {
        workforces.iter().filter_map(of).fold(0.0, |sum, cost| sum + cost)
    };
    is_line(Component::Penalties, sum(&|of_year| Some(of_year.breaches.as_ref()?.penalties)));
    is_line(Component::Compliance, sum(&|of_year| Some(of_year.compliance?.cost)));
    is_line(Component::Regulation, sum(&|of_year| Some(of_year.regulation?.cost)));
    let driver = |name: &str, driver: D| value(scenario, told, name, driver);
    let amounts = |of_year: &crate::outcome::WorkforceOfYear, what: &str| {
        Some(of_year.count(what)?.amounts.as_ref().map_or(0.0, |amounts| amounts.sum))
    };
    is_line(
        Component::Onboarding,
        sum(&|of_year| {
            let departures = of_year.count("departures")?.count as f64;
            let lost = amounts(of_year, "departures")? * (1.0 - driver(&of_year.name, D::OnboardingOutput)) * 40.0;
            assert_eq!(lost.to_bits(), of_year.lost_hours.to_bits(), "{at}");
            Some(driver(&of_year.name, D::Rate) * lost + departures * driver(&of_year.name, D::ReplacementCost))
        }),
    );
    let at_level =
        |what: &'static str, level: D| sum(&|of_year| Some(driver(&of_year.name, level) * amounts(of_year, what)?));
    is_line(Component::DenialRework, at_level("denials", D::ReworkLevel));
    is_line(Component::DenialWriteOff, at_level("write_offs", D::DeniedPaymentLevel));
    for of_year in workforces {
        let written_off = of_year.count("write_offs").map_or(0, |count| count.count);
        assert!(written_off <= of_year.count("denials").map_or(0, |count| count.count), "{at}");
        let told = of_year.breaches.as_ref().map_or(0, |breaches| breaches.each.len() as u64);
        assert_eq!(of_year.count("breaches").map_or(0, |count| count.count), told, "{at}");
        assert!(of_year.counts.iter().all(|count| (0.0..=1.0).contains(&count.percentile)), "{at}");
        if let Some(switch) = &of_year.switch {
            let weeks = (switch.found_in_week.unwrap_or(52.0).min(52.0) - switch.week).max(0.0);
            assert!((weeks - switch.weeks_exposed).abs() < 1e-9, "{at}: {switch:?}");
        }
    }
}

/// The percentile of a driver is its law's probability of at most its value, after the copula too: the compiled laws keep values to 1e-8 of
/// their spread, which a density of at most a hundred over the spread turns into 1e-6.
#[test]
fn percentiles_are_those_of_the_laws() {
    for (name, scenario) in cases() {
        let model = Model::new(&scenario, 7);
        let mut teller = model.teller(&scenario);
        for option in 0..scenario.options.len() {
            for year in 0..50 {
                let told = teller.tell(option, year);
                for driver in &told.drivers {
                    let given = scenario.driver(scenario.find(&driver.path).unwrap()).unwrap();
                    let Value::Law(law) = &given.value else { panic!("{} never varies", driver.path) };
                    let (below, at_most) = (law.below(driver.value).p(), law.cdf(driver.value).p());
                    let inside = driver.percentile > below - 1e-6 && driver.percentile < at_most + 1e-6;
                    assert!(inside, "{name}: {} {} in {below}..{at_most}", driver.path, driver.percentile);
                }
            }
        }
    }
}

/// Of 4,000 years the share with a switch is the switch's probability, and counts stand at 1/2 on average: within 5 standard errors, with a
/// standing's variance at most 1/12 and a dozen figures, false alarm below 1e-5.
#[test]
fn counts_stand_at_the_middle_and_switches_come_as_often_as_they_should() {
    const TOLD: u64 = 4000;
    let overrides: Vec<String> = BUSY.iter().map(ToString::to_string).collect();
    let scenario = load(&Source::Builtin("article".into()), &overrides).unwrap().scenario;
    let model = Model::new(&scenario, 3);
    let mut teller = model.teller(&scenario);
    let years: Vec<OptionYear> = (0..TOLD).map(|year| teller.tell(1, year)).collect();
    let switched = years.iter().filter(|told| told.workforces[0].switch.is_some()).count() as f64 / TOLD as f64;
    assert!((switched - 0.6).abs() < 5.0 * (0.24 / TOLD as f64).sqrt(), "{switched}");
    for what in ["departures", "denials", "write_offs", "breaches"] {
        let standing = |told: &OptionYear| told.workforces[0].count(what).unwrap().percentile;
        let average = years.iter().map(standing).sum::<f64>() / TOLD as f64;
        assert!((average - 0.5).abs() < 5.0 / (12.0 * TOLD as f64).sqrt(), "{what}: {average}");
    }
}
