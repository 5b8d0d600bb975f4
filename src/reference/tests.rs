//! Does the reference engine get right what can be worked out by hand?

use super::*;
use crate::config::HospitalDriver::*;
use crate::config::WorkforceDriver::*;
use crate::config::{Choice, Driver, Drivers, Simulation, Value, Workforce};
use crate::distributions::Law;
use crate::engine::BLOCK;

fn point<K: Copy + Ord>(values: &[(K, f64)]) -> Drivers<K> {
    let driver = |value| Driver { value: Value::Point(value), source: None, biography: None };
    Drivers::new(values.iter().map(|(key, value)| (*key, driver(*value))).collect())
}

/// Name and drivers of a workforce.
type Staff<'a> = (&'a str, &'a [(WorkforceDriver, f64)]);

/// An option for each workforce alone, in the order given, which is that of their names.
fn scenario(hospital: &[(HospitalDriver, f64)], workforces: &[Staff]) -> Scenario {
    let workforce = |(name, values): &Staff| Workforce { name: (*name).to_owned(), drivers: point(values) };
    let option = |(index, (name, _)): (usize, &Staff)| Choice {
        name: (*name).to_owned(),
        mix: vec![(index, 1.0)],
        drivers: point(&[]),
    };
    Scenario {
        title: "by hand".to_owned(),
        analysis: None,
        simulation: Simulation { years: 1_000, seed: 1, levels: Vec::new(), exclude: Vec::new() },
        hospital_name: None,
        world: point(&[]),
        hospital: point(hospital),
        workforces: workforces.iter().map(workforce).collect(),
        options: workforces.iter().enumerate().map(option).collect(),
        dependence: None,
        appetite: Vec::new(),
    }
}

/// Columns over `years` years, read by `column`.
fn run(scenario: &Scenario, years: u64, column: impl Fn(&Table) -> &[f64]) -> Vec<f64> {
    let kernel = ReferenceKernel::new(scenario, scenario.simulation.seed);
    let (mut scratch, mut table) = (kernel.scratch(), Table::new(kernel.layout()));
    let mut values = Vec::new();
    for start in (0..years).step_by(BLOCK) {
        let len = BLOCK.min((years - start) as usize);
        kernel.simulate(Years::Range { start, len }, &mut scratch, &mut table);
        values.extend_from_slice(column(&table));
    }
    values
}

fn part(component: Component) -> impl Fn(&Table) -> &[f64] {
    move |table| table.part(0, component as usize)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn the_studys_arithmetic() {
    let hospital = [(InpatientEncounters, 18_300.0), (ReferenceHours, 7_322.0), (HoursPerCoder, 1_920.0)];
    let offshore = [
        (Rate, 35.0),
        (Productivity, 1.0 / 1.51),
        (AuditHours, 6.0),
        (AuditorRate, 33.024_282_560_706_4),
        (DenialRate, 520.0 / 18_300.0),
        (ReworkCost, 117.996_846_153_846_1),
    ];
    let scenario = scenario(&hospital, &[("domestic", &[(Rate, 60.0)]), ("offshore", &offshore)]);
    let years = 2_000;
    let domestic = run(&scenario, years, |table| table.ratio(0, 0));
    assert!(domestic.iter().all(|rate| (rate - 60.0).abs() < 1e-12));
    let labour = run(&scenario, 10, |table| table.ratio(1, 2));
    assert!(labour.iter().all(|rate| (rate - 52.85).abs() < 1e-10));
    // 1.51 x 12 x 6 x 33.0243 / 1920 = 1.87.
    let audit = run(&scenario, 10, |table| table.ratio(1, 3));
    assert!(audit.iter().all(|rate| (rate - 1.87).abs() < 1e-10));
    // 118 x Poisson(520) / 7322: mean 8.38, standard error 8.38 / sqrt(520 x 2000) = 0.0082; 5 of them, false alarm 6e-7.
    let offshore = mean(&run(&scenario, years, |table| table.ratio(1, 0)));
    assert!((offshore - 63.10).abs() < 0.042, "{offshore}");
}

#[test]
fn certain_lines_by_hand() {
    let hospital = [
        (InpatientEncounters, 1_000.0),
        (ReferenceHours, 400.0),
        (PaymentPerEncounter, 10_000.0),
        (CaseMixValue, 5_000.0),
        (CostOfCapital, 0.073),
    ];
    let workforce = [
        (Rate, 30.0),
        (Productivity, 0.8),
        (ManagementFee, 2.0),
        (QueryRate, 0.1),
        (QueryCost, 12.0),
        (CaseMixDrift, -0.01),
        (DnfbDays, 3.0),
        // A switch that is certain, in week 40, never found: exposed for 12 of 52 weeks.
        (SwitchProbability, 1.0),
        (SwitchSwapWeek, 40.0),
        (SwitchDetectionWeeks, 100.0),
        (SwitchProductivityLoss, 0.13),
        (SwitchCaseMixLoss, 0.013),
        (SwitchErrorUplift, 1.3),
        (ComplianceProbability, 1.0),
        (ComplianceErrorRate, 0.05),
        (ComplianceOverpaidShare, 0.5),
        (ComplianceRepayment, 100.0),
        (RegulationProbability, 1.0),
        (RegulationMonths, 6.0),
        (RegulationPremiumPerHour, 25.0),
        (RegulationOneOff, 1_000.0),
    ];
    let mut scenario = scenario(&hospital, &[("swapped", &workforce)]);
    scenario.options[0].mix = vec![(0, 0.5)];
    scenario.options[0].drivers = point(&[(OptionDriver::TransitionCost, 77.0)]);
    scenario.simulation.exclude = vec![Component::CaseMix];
    let exposed = 12.0 / 52.0;
    let hours = 200.0 / (0.8 * (1.0 - exposed * 0.13));
    let expected = [
        (Component::Labour, 30.0 * hours),
        (Component::Management, 2.0 * hours),
        (Component::Queries, 600.0),
        (Component::CaseMix, (0.01 + exposed * 0.013) * 5_000.0 * 500.0),
        (Component::Dnfb, 3.0 * 500.0 * 10_000.0 * 0.073 / 365.0),
        (Component::Compliance, 0.05 * (1.0 + exposed * 1.3) * 0.5 * 500.0 * 100.0),
        (Component::Regulation, 0.5 * (0.5 * 25.0 * 400.0 + 1_000.0)),
        (Component::Transition, 77.0),
    ];
    for (component, value) in expected {
        let found = run(&scenario, 3, part(component));
        assert!(
            found.iter().all(|cost| (cost - value).abs() < 1e-9 * value),
            "{component}: {found:?}, expected {value}"
        );
    }
    let counted: f64 = expected.iter().filter(|(line, _)| *line != Component::CaseMix).map(|(_, value)| value).sum();
    assert!((run(&scenario, 1, |table| table.total(0))[0] - counted).abs() < 1e-9 * counted);
    assert!((run(&scenario, 1, |table| table.ratio(0, 1))[0] - counted / 200.0).abs() < 1e-11 * counted);
}

/// Breaches of 100 each, all fined 40 under each of two provisions, capped at 60: count, fines, peak and policy all follow
/// from the gross sum of the year.
#[test]
fn breaches_fines_caps_and_layers() {
    let workforce = [
        (BreachFrequency, 1.5),
        (BreachSeverity, 100.0),
        (BreachSeverityLevel, 2.0),
        (BreachRecoveredShare, 0.25),
        (PenaltyProbability, 1.0),
        (PenaltyProvisions, 2.0),
        (PenaltyAmount, 40.0),
        (PenaltyAnnualCap, 60.0),
    ];
    let hospital = [(InsuranceRetention, 100.0), (InsuranceLimit, 150.0), (InsurancePremium, 7.0)];
    let mut scenario = scenario(&hospital, &[("breached", &workforce)]);
    scenario.options[0].mix = vec![(0, 0.5)];
    let breach = run(&scenario, 200, part(Component::Breach));
    let fines = run(&scenario, 200, part(Component::Penalties));
    let peaks = run(&scenario, 200, |table| table.peak(0));
    // After recoveries a breach costs the option 0.5 x 0.75 x 2 x 100 = 75, and the layer pays from 100 to 250.
    let years = [(7.0, 0.0, 0.0), (82.0, 80.0, 75.0), (107.0, 120.0, 75.0), (157.0, 120.0, 75.0), (232.0, 120.0, 75.0)];
    let mut seen = [false; 5];
    for ((breach, fines), peak) in breach.into_iter().zip(fines).zip(peaks) {
        if breach <= 232.0 {
            let expected = years.iter().position(|year| *year == (breach, fines, peak));
            seen[expected.unwrap_or_else(|| panic!("breach {breach}, fines {fines}, peak {peak}"))] = true;
        }
    }
    assert_eq!(seen[..4], [true; 4], "no, one, two or three, and four breaches all occur in 200 years");
}

#[test]
fn nothing_to_code_costs_nothing_and_divides_nothing() {
    let workforce =
        [(Rate, 30.0), (Turnover, 0.5), (TurnoverDenialUplift, 1.0), (DenialRate, 0.1), (BacklogShare, 0.15)];
    let scenario = scenario(&[], &[("idle", &workforce)]);
    assert_eq!(run(&scenario, 5, |table| table.total(0)), [0.0; 5]);
    for ratio in 0..RATIOS.len() {
        assert_eq!(run(&scenario, 5, |table| table.ratio(0, ratio)), [0.0; 5]);
    }
}

#[test]
fn a_workforce_is_the_same_in_every_option_and_alone() {
    let law = |mean: f64| Value::Law(Law::from_parameters("gamma", &[("mean", mean), ("sd", 0.3 * mean)]).unwrap());
    let random = |values: &[(WorkforceDriver, f64)]| {
        let driver = |value| Driver { value: law(value), source: None, biography: None };
        Drivers::new(values.iter().map(|(key, value)| (*key, driver(*value))).collect())
    };
    let hospital = [(InpatientEncounters, 1_000.0), (ReferenceHours, 4_000.0)];
    let mut both = scenario(&hospital, &[("a", &[]), ("b", &[])]);
    both.workforces[0].drivers = random(&[(Rate, 50.0)]);
    both.workforces[1].drivers =
        random(&[(Rate, 30.0), (DenialRate, 0.05), (ReworkCost, 100.0), (BreachFrequency, 0.5)]);
    both.options[0].mix = vec![(0, 0.5), (1, 0.5)];
    let mut alone = both.clone();
    alone.workforces.remove(0);
    alone.options = vec![Choice { mix: vec![(0, 1.0)], ..both.options[1].clone() }];
    assert_eq!(run(&both, 20, |table| table.total(1)), run(&alone, 20, |table| table.total(0)));
}

#[test]
fn a_year_can_be_replayed_alone() {
    let scenario = scenario(
        &[(InpatientEncounters, 1_000.0)],
        &[(
            "w",
            &[
                (DenialRate, 0.1),
                (DenialDispersion, 3.0),
                (ReworkCost, 10.0),
                (BreachFrequency, 2.0),
                (BreachSeverity, 1.0),
            ],
        )],
    );
    let all = run(&scenario, 700, |table| table.total(0));
    let kernel = ReferenceKernel::new(&scenario, 1);
    let mut table = Table::new(kernel.layout());
    kernel.simulate(Years::List(&[699, 3]), &mut kernel.scratch(), &mut table);
    assert_eq!(table.total(0), [all[699], all[3]]);
}
