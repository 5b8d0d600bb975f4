//! Does any config that validates run a block of years with finite figures?
//!
//! Wider than `case`: one to three workforces, one to four options of any shares, levels over two orders of magnitude, copulas, lines
//! left out; and now and then what must be refused, such as shares that do not sum to 1.

use super::cases::{Dice, all, driver};
use super::config;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::Cell;
use std::fmt::Write;
use tailcost::config::drivers::{DriverSpec, Use};
use tailcost::config::{HospitalDriver, Source, WorkforceDriver, WorldDriver, load};
use tailcost::engine::{Kernel, replay};
use tailcost::model::Model;
use tailcost::numerics::elementary::pow;
use tailcost::outcome::Component;

const CASES: u32 = 40;

/// An option before it is written: a weight for each workforce, below this none.
const ABSENT: f64 = 0.3;

/// What is wrong with a config, if anything.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Flaw {
    None,
    SharesBeyondOne,
    UnknownKey,
    EachDriverInGroup,
}

fn flaw() -> impl Strategy<Value = Flaw> {
    prop_oneof![
        12 => Just(Flaw::None),
        1 => Just(Flaw::SharesBeyondOne),
        1 => Just(Flaw::UnknownKey),
        1 => Just(Flaw::EachDriverInGroup),
    ]
}

/// Chance for every driver of a scope, levels from a tenth of what is typical to ten times that.
fn wild(count: usize) -> impl Strategy<Value = Vec<Dice>> {
    (all(count), prop::collection::vec((-1.0..1.0_f64, 0.02..0.95_f64), count)).prop_map(|(dice, more)| {
        let wilder = |(dice, (power, spread)): (Dice, (f64, f64))| Dice { level: pow(10.0, power), spread, ..dice };
        dice.into_iter().zip(more).map(wilder).collect()
    })
}

/// Writes a scope; gives the paths of its yearly drivers that vary.
fn scope(text: &mut String, header: &str, specs: &[&DriverSpec], dice: &[Dice]) -> Vec<String> {
    let _ = writeln!(text, "[{header}]");
    let mut varying = Vec::new();
    for (spec, dice) in specs.iter().zip(dice).filter(|(_, dice)| dice.is_given) {
        let value = driver(spec, *dice);
        if spec.used == Use::Yearly && value.contains("dist") {
            varying.push(format!("{header}.{}", spec.key));
        }
        let _ = writeln!(text, "{} = {value}", spec.key);
    }
    varying
}

prop_compose! {
    fn any_config()(
        world in wild(WorldDriver::ALL.len()),
        hospital in wild(HospitalDriver::ALL.len()),
        workforces in prop::collection::vec(wild(WorkforceDriver::ALL.len()), 1..=3),
        options in prop::collection::vec(prop::collection::vec(0.0..1.0_f64, 3), 1..=4),
        transition in -1e6..1e6_f64,
        pairs in prop::collection::vec((0..1000_usize, 1..1000_usize, -0.9..0.9_f64), 0..5),
        dof in prop::option::of(0.5..30.0_f64),
        excluded in 0..Component::ALL.len(),
        seed in 0..1_000_000_u64,
        flaw in flaw(),
    ) -> String {
        let excluded = Component::ALL[excluded].key();
        let mut text = format!(
            "schema = 1\ntitle = \"Any config\"\n[simulation]\nseed = {seed}\nlevels = [0.5, 0.9, 0.99]\nexclude = [\"{excluded}\"]\n"
        );
        let mut varying =
            scope(&mut text, "world", &WorldDriver::ALL.iter().map(|d| d.spec()).collect::<Vec<_>>(), &world);
        let hospital_specs = HospitalDriver::ALL.iter().map(|d| d.spec()).collect::<Vec<_>>();
        varying.extend(scope(&mut text, "hospital", &hospital_specs, &hospital));
        let specs = WorkforceDriver::ALL.iter().map(|d| d.spec()).collect::<Vec<_>>();
        for (index, dice) in workforces.iter().enumerate() {
            varying.extend(scope(&mut text, &format!("workforce.w{index}"), &specs, dice));
            if flaw == Flaw::UnknownKey && index == 0 {
                let _ = writeln!(text, "regulation.surcharge = -1");
            }
        }
        for (index, weights) in options.iter().enumerate() {
            let mut weights: Vec<f64> =
                weights[..workforces.len()].iter().map(|w| if *w < ABSENT { 0.0 } else { *w }).collect();
            if weights.iter().all(|w| *w == 0.0) {
                weights[0] = 1.0;
            }
            let sum: f64 = if flaw == Flaw::SharesBeyondOne { 0.5 } else { 1.0 } * weights.iter().sum::<f64>();
            let mix: Vec<String> = weights.iter().enumerate().map(|(i, w)| format!("w{i} = {:e}", w / sum)).collect();
            let _ = writeln!(text, "[[option]]\nname = \"Option {index}\"\nmix = {{ {} }}", mix.join(", "));
            if index > 0 {
                let _ = writeln!(text, "transition_cost = {{ dist = \"normal\", mean = {transition:e}, sd = 1e5 }}");
            }
        }
        if varying.len() >= 2 && !pairs.is_empty() {
            let mut list: Vec<String> = pairs
                .iter()
                .map(|(i, step, rho)| {
                    let i = i % varying.len();
                    let j = (i + 1 + step % (varying.len() - 1)) % varying.len();
                    format!("[\"{}\", \"{}\", {rho}]", varying[i], varying[j])
                })
                .collect();
            if flaw == Flaw::EachDriverInGroup {
                list.push(format!("[\"{}\", \"workforce.w0.rework_cost\", 0.1]", varying[0]));
            }
            let copula = dof.map_or("copula = \"gaussian\"".to_string(), |dof| format!("copula = \"t\"\ndof = {dof}"));
            let _ = writeln!(text, "[dependence]\n{copula}\nrank_correlations = [{}]", list.join(", "));
        }
        text
    }
}

/// A whole block and a part of one, of years far out.
#[test]
fn any_config_that_validates_runs_with_finite_figures() {
    let (valid, grouped) = (Cell::new(0), Cell::new(0));
    let refusals = std::cell::RefCell::new(Vec::new());
    let result = TestRunner::new(config(CASES)).run(&any_config(), |text| {
        let loaded = match load(&Source::Text { name: "case".into(), text: text.clone() }, &[]) {
            Ok(loaded) => loaded,
            Err(refusal) => {
                refusals.borrow_mut().push(refusal.to_string());
                return Ok(());
            }
        };
        valid.set(valid.get() + 1);
        grouped.set(grouped.get() + u32::from(loaded.scenario.dependence.is_some()));
        let model = Model::new(&loaded.scenario, loaded.scenario.simulation.seed);
        let layout = model.layout();
        let years: Vec<u64> = (0..512).chain((1 << 40)..(1 << 40) + 13).collect();
        let wrong = replay(&model, &years, |_, table, scratch| {
            let mut wrong = Vec::new();
            let mut look = |name: String, column: &[f64]| {
                if !column.iter().all(|x| x.is_finite()) {
                    wrong.push(name);
                }
            };
            for (a, option) in layout.alternatives.iter().enumerate() {
                look(format!("{option}: total"), table.total(a));
                look(format!("{option}: largest breach"), table.peak(a));
                (0..layout.parts.len()).for_each(|p| look(format!("{option}: {}", layout.parts[p]), table.part(a, p)));
                (0..layout.ratios.len())
                    .for_each(|r| look(format!("{option}: {}", layout.ratios[r].name), table.ratio(a, r)));
            }
            for (name, column) in model.input_names().into_iter().zip(model.inputs(scratch)) {
                look(name, column);
            }
            wrong
        });
        prop_assert!(wrong.concat().is_empty(), "{:?}", wrong.concat());
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let refusals = refusals.into_inner();
    assert!(2 * valid.get() >= CASES, "only {} of {CASES} validate: {refusals:#?}", valid.get());
    assert!(!refusals.is_empty(), "what is flawed must be refused");
    assert!(4 * grouped.get() >= CASES, "a quarter must have a dependence group, not {}", grouped.get());
}
