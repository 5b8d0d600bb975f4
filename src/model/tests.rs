//! Does the kernel do what MODEL's year says, where that can be worked out by hand?

use super::Model;
use crate::config::*;
use crate::distributions::Law;
use crate::engine::{Control, Kernel, Request, Table, Tallies, replay, replay_alternative, run};
use crate::numerics::simd::Instructions;
use crate::random::Years;
use crate::statistics::Level;
use std::sync::atomic::{AtomicBool, AtomicU64};

fn point(value: f64) -> Driver {
    Driver { value: Value::Point(value), source: None, biography: None }
}

fn law(family: &str, parameters: &[(&str, f64)]) -> Driver {
    Driver { value: Value::Law(Law::from_parameters(family, parameters).unwrap()), source: None, biography: None }
}

fn workforce(name: &str, drivers: Vec<(WorkforceDriver, Driver)>) -> Workforce {
    Workforce { name: name.into(), drivers: Drivers::new(drivers) }
}

fn choice(name: &str, mix: &[(usize, f64)]) -> Choice {
    Choice { name: name.into(), mix: mix.to_vec(), drivers: Drivers::new(vec![]) }
}

fn scenario(workforces: Vec<Workforce>, options: Vec<Choice>) -> Scenario {
    use HospitalDriver as H;
    Scenario {
        title: "test".into(),
        analysis: None,
        simulation: Simulation { years: 1000, seed: 1, levels: vec![Level::new(0.9).unwrap()], exclude: vec![] },
        hospital_name: None,
        world: Drivers::new(vec![]),
        hospital: Drivers::new(vec![
            (H::InpatientEncounters, point(18_300.0)),
            (H::ReferenceHours, point(7_322.0)),
            (H::PaymentPerEncounter, point(13_500.0)),
            (H::CaseMixValue, point(45_000.0)),
            (H::CostOfCapital, point(0.06)),
            (H::HoursPerCoder, point(1_920.0)),
        ]),
        workforces,
        options,
        dependence: None,
        appetite: Vec::new(),
    }
}

fn domestic() -> Workforce {
    workforce("domestic", vec![(WorkforceDriver::Rate, point(60.0))])
}

/// The offshore workforce of the study, with claims that vary.
fn offshore() -> Workforce {
    use WorkforceDriver as D;
    workforce(
        "offshore",
        vec![
            (D::Rate, point(35.0)),
            (D::Productivity, point(1.0 / 1.51)),
            (D::Turnover, point(0.3)),
            (D::OnboardingWeeks, law("gamma", &[("mean", 22.0), ("sd", 9.0)])),
            (D::OnboardingOutput, point(0.7)),
            (D::DenialRate, law("beta", &[("mean", 0.03), ("sd", 0.006)])),
            (D::DenialDispersion, point(15.0)),
            (D::ReworkCost, law("lognormal", &[("mean", 118.0), ("sd", 70.0)])),
            (D::WriteOffShare, point(0.25)),
            (D::DeniedPayment, law("lognormal", &[("median", 9000.0), ("sigma", 0.7)])),
            (D::BreachFrequency, point(0.5)),
            (D::BreachSeverity, law("lognormal", &[("mu", 12.0), ("sigma", 1.0)])),
        ],
    )
}

fn tallies(model: &Model, years: u64, threads: usize) -> Tallies {
    let levels = [Level::new(0.9).unwrap()];
    let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let control = Control { interrupt: &interrupt, done: &done, stop: None };
    run(model, &Request { years, threads, levels: &levels, level: Instructions::best(), rests: &[] }, control)
        .unwrap()
        .0
}

#[test]
fn the_study_comes_out_to_the_cent() {
    use WorkforceDriver as D;
    let offshore = workforce(
        "offshore",
        vec![
            (D::Rate, point(35.0)),
            (D::Productivity, point(0.662_251_655_629_139_1)),
            (D::AuditHours, point(6.0)),
            (D::AuditorRate, point(33.024_282_560_706_4)),
            (D::DenialRate, point(0.028_415_300_546_448_09)),
            (D::ReworkCost, point(117.996_846_153_846_1)),
        ],
    );
    let case =
        scenario(vec![domestic(), offshore], vec![choice("Domestic", &[(0, 1.0)]), choice("Offshore", &[(1, 1.0)])]);
    let tallies = tallies(&Model::new(&case, 2018), 200_000, 2);
    let rate = |a: usize, ratio: usize| tallies.sums.alternatives[a].ratios[ratio].mean();
    assert!((rate(0, 0) - 60.0).abs() < 1e-9);
    // Poisson noise of the mean of 520 denials: 118 * sqrt(520 / 2e5) / 7322 = 0.0008 USD an hour; 5 of them.
    assert!((rate(1, 0) - 63.10).abs() < 0.005, "{}", rate(1, 0));
    assert!(
        (rate(1, 2) - 52.85).abs() < 1e-9 && (rate(1, 3) - 1.87).abs() < 0.001 && (rate(1, 4) - 8.38).abs() < 0.005
    );
}

#[test]
fn an_option_of_one_workforce_in_two_halves_has_the_costs_that_scale_of_the_whole() {
    let case = scenario(
        vec![domestic(), offshore()],
        vec![choice("Whole", &[(1, 1.0)]), choice("Blend", &[(0, 0.5), (1, 0.5)]), choice("Other", &[(0, 1.0)])],
    );
    let model = Model::new(&case, 7);
    let (mut scratch, mut table) = (model.scratch(), Table::new(model.layout()));
    model.simulate(Years::Range { start: 0, len: 512 }, &mut scratch, &mut table);
    let labour = Component::Labour as usize;
    let breach = Component::Breach as usize;
    for i in 0..512 {
        let halves = 0.5 * table.part(0, labour)[i] + 0.5 * table.part(2, labour)[i];
        assert!((table.part(1, labour)[i] - halves).abs() < 1e-6);
        assert!((table.part(1, breach)[i] - 0.5 * table.part(0, breach)[i]).abs() < 1e-6);
        for claims in [Component::DenialRework, Component::DenialWriteOff] {
            assert!(table.part(1, claims as usize)[i] <= table.part(0, claims as usize)[i], "fewer claims cost less");
        }
    }
}

#[test]
fn workforces_that_cost_the_same_tie_however_they_are_mixed() {
    let like = |name: &str| workforce(name, vec![(WorkforceDriver::Rate, point(59.99))]);
    let options = [[0.5, 0.5], [0.35, 0.65], [0.1, 0.9]].map(|[a, b]| choice("mix", &[(0, a), (1, b)])).to_vec();
    let mut scenario = scenario(vec![like("a"), like("b")], options);
    scenario.world = Drivers::new(vec![(WorldDriver::Volume, law("lognormal", &[("mean", 1.0), ("sd", 0.1)]))]);
    let tallies = tallies(&Model::new(&scenario, 1), 10_000, 1);
    for (option, difference) in tallies.counts.differences.iter().enumerate() {
        assert_eq!(difference.more, 0, "option {} never costs more than the first", option + 1);
    }
    for (sums, counts) in tallies.sums.alternatives.iter().zip(&tallies.counts.alternatives) {
        assert!(counts.won == [0, 0, 10_000] && sums.regret.max() == 0.0);
    }
}

#[test]
fn threads_and_order_change_no_bit() {
    let options = || vec![choice("A", &[(0, 1.0)]), choice("B", &[(1, 1.0)]), choice("C", &[(0, 0.4), (1, 0.6)])];
    let case = scenario(vec![domestic(), offshore()], options());
    let one = tallies(&Model::new(&case, 3), 50_000, 1);
    let three = tallies(&Model::new(&case, 3), 50_000, 3);
    assert_eq!(format!("{:?}", one.sums), format!("{:?}", three.sums));
    for (a, b) in one.counts.alternatives.iter().zip(&three.counts.alternatives) {
        assert_eq!(a.total.worst.sorted(), b.total.worst.sorted());
        assert_eq!(a.total.sketch.ranked().quantile(25_000), b.total.sketch.ranked().quantile(25_000));
    }
    // Another workforce first by name, and the options turned round: the same figures for each option.
    let mut turned = options();
    turned.reverse();
    for option in &mut turned {
        option.mix.iter_mut().for_each(|(workforce, _)| *workforce += 1);
    }
    let unused =
        workforce("a vendor nobody uses", vec![(WorkforceDriver::Rate, law("gamma", &[("mean", 9.0), ("sd", 1.0)]))]);
    let turned = tallies(&Model::new(&scenario(vec![unused, domestic(), offshore()], turned), 3), 50_000, 2);
    for (a, b) in one.sums.alternatives.iter().zip(turned.sums.alternatives.iter().rev()) {
        assert_eq!(format!("{:?}", a.total), format!("{:?}", b.total));
        assert_eq!(format!("{:?}", a.parts), format!("{:?}", b.parts));
    }
}

#[test]
fn a_replayed_year_is_the_year_of_the_run() {
    let mix = [(0, 0.6), (1, 0.4)];
    let options = vec![choice("A", &[(0, 1.0)]), choice("B", &[(1, 1.0)]), choice("C", &mix)];
    let case = scenario(vec![domestic(), offshore()], options);
    let model = Model::new(&case, 11);
    let worst = tallies(&model, 20_000, 2).counts.alternatives[1].total.worst.sorted();
    let years: Vec<u64> = worst.iter().map(|extreme| extreme.year).collect();
    let again: Vec<f64> = replay(&model, &years, |_, table, _| table.total(1).to_vec()).concat();
    assert!(worst.iter().zip(&again).all(|(extreme, total)| extreme.value.to_bits() == total.to_bits()));
    let bits = |table: &Table, a: usize| -> Vec<u64> {
        let parts = (0..model.layout().parts.len()).flat_map(|part| table.part(a, part));
        parts.chain(table.total(a)).chain(table.peak(a)).map(|x| x.to_bits()).collect()
    };
    for a in 0..3 {
        let alone = replay_alternative(&model, a, &years, |table| bits(table, a));
        assert_eq!(alone, replay(&model, &years, |_, table, _| bits(table, a)), "alone as among the others");
    }
}

#[test]
fn an_interrupt_keeps_a_prefix() {
    let case = scenario(vec![domestic(), offshore()], vec![choice("B", &[(1, 1.0)])]);
    let model = Model::new(&case, 5);
    let levels = [Level::new(0.9).unwrap()];
    let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let (stopped, _) = std::thread::scope(|scope| {
        scope.spawn(|| {
            while done.load(std::sync::atomic::Ordering::Relaxed) == 0 {
                std::thread::yield_now();
            }
            interrupt.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        let control = Control { interrupt: &interrupt, done: &done, stop: None };
        run(
            &model,
            &Request { years: 1 << 40, threads: 2, levels: &levels, level: Instructions::best(), rests: &[] },
            control,
        )
        .unwrap()
    });
    assert!(stopped.years > 0 && stopped.years % crate::engine::TASK == 0);
    let whole = tallies(&model, stopped.years, 1);
    assert_eq!(format!("{:?}", whole.sums), format!("{:?}", stopped.sums));
}
