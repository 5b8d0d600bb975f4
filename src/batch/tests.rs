//! Does a batch hold what it promises: the same bits through shards, members that depend on nobody, shares that add up?

use super::member::Members;
use super::*;
use crate::config::{Plan, Roll, Source, load_plan};
use crate::model::Model;
use crate::numerics::simd::Instructions;
use crate::outcome::book::{Book, FigureKey, MemberFigures};
use crate::statistics::Estimate;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Thirteen hospitals from small to large.
fn table(ids: impl Iterator<Item = u64>) -> String {
    let row = |id: u64| format!("h{id},{},{}\n", 500 + 1700 * id, 1.0 + 0.07 * id as f64);
    format!("id,discharges,cmi\n{}", ids.map(row).collect::<String>())
}

fn plan_text(extra: &str) -> String {
    format!(
        "schema = 1\ntitle = \"Thirteen\"\n[members]\nfile = \"table.csv\"\nid = \"id\"\n[members.values]\n\
         inpatient_encounters = \"discharges\"\npayment_per_encounter = \"8432 * cmi\"\nreference_hours = \"discharges / 2.5\"\n\
         [scenarios]\narticle = \"article\"\nevidence = \"evidence\"\n[batch]\nyears = 20_000\nseed = 5\n{extra}"
    )
}

fn plan_in(directory: &Path, table: &str, extra: &str) -> (Plan, Roll) {
    std::fs::write(directory.join("table.csv"), table).unwrap();
    let path = directory.join("plan.toml");
    std::fs::write(&path, plan_text(extra)).unwrap();
    let plan = load_plan(&Source::Path(path), &[]).unwrap_or_else(|error| panic!("{error}"));
    let roll = plan.roll().unwrap_or_else(|error| panic!("{error}"));
    (plan, roll)
}

/// Every figure, as a table of bits would have it.
#[derive(Default, PartialEq, Debug, Clone)]
struct Rows(Vec<(String, String, Vec<FigureKey>, Vec<Estimate>)>);

impl MemberRows for Rows {
    fn push(&mut self, figures: &MemberFigures<'_>) -> Result<(), String> {
        let (member, scenario) = (figures.member.to_owned(), figures.scenario.to_owned());
        self.0.push((member, scenario, figures.keys.to_vec(), figures.values.to_vec()));
        Ok(())
    }
}

impl Rows {
    fn value(&self, member: &str, scenario: &str, of: &str, measure: &str) -> f64 {
        let row = self.0.iter().find(|(m, s, ..)| m == member && s == scenario).expect("a row");
        let place = row.2.iter().position(|key| key.of() == of && key.measure == measure).expect("a figure");
        row.3[place].value
    }
}

fn run_shards(plan: &Plan, roll: &Roll, of: u32) -> (Book, Rows) {
    let directory = tempfile::tempdir().unwrap();
    let workshop = Workshop::new(plan, roll, Instructions::best()).unwrap();
    for index in (0..of).rev() {
        let settings = Settings {
            directory: directory.path(),
            shard: Shard { index, of },
            threads: 2,
            interrupt: &AtomicBool::new(false),
            deadline: None,
            watch: &|_| {},
        };
        assert!(matches!(work(&workshop, &settings), Ok(Ended::Complete(_))));
    }
    let stores = parts(directory.path(), &workshop.identity()).unwrap();
    assert_eq!(stores.len(), of as usize);
    let mut rows = Rows::default();
    let book = finish(&workshop, &stores, Instructions::best(), 2, &mut rows).unwrap();
    (book, rows)
}

#[test]
fn any_number_of_shards_gives_the_same_bits() {
    let directory = tempfile::tempdir().unwrap();
    let (plan, roll) = plan_in(directory.path(), &table(1..14), "shared = [\"workforce.offshore.breach\"]\n");
    let whole = run_shards(&plan, &roll, 1);
    assert_eq!(whole.1.0.len(), 26);
    for of in [2, 7, 16] {
        assert!(run_shards(&plan, &roll, of) == whole, "{of} shards");
    }
}

/// Members' parts are means of whole units under the weights of the system's TVaR, so they add up to rounding of the last division.
#[test]
fn parts_in_the_tail_add_up_to_the_systems_tvar() {
    let directory = tempfile::tempdir().unwrap();
    let (plan, roll) = plan_in(directory.path(), &table(1..14), "");
    let (book, rows) = run_shards(&plan, &roll, 1);
    for scenario in &book.scenarios {
        for option in &scenario.options {
            let sum = |measure: &str| -> f64 {
                roll.members.iter().map(|m| rows.value(&m.id, &scenario.name, &option.name, measure)).sum()
            };
            for level in option.total.levels.iter().filter(|level| level.level >= 0.99) {
                let parts = sum(&format!("system_co_tvar@{}", level.level));
                assert!((parts / level.tvar.value - 1.0).abs() < 1e-12, "{parts} {}", level.tvar.value);
            }
            // Each member's year is rounded to a 64th of a dollar.
            let bound = 13.0 * UNIT / 2.0 + 1e-9 * option.total.mean.value.abs();
            assert!((sum("mean") - option.total.mean.value).abs() < bound);
            for saved in &option.diversification {
                assert!(saved.benefit > 0.0 && saved.benefit < 1.0 && saved.sum_of_tvar > saved.tvar, "{saved:?}");
            }
        }
    }
}

#[test]
fn a_member_does_not_depend_on_the_others_nor_on_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let (plan, roll) = plan_in(directory.path(), &table(1..5), "");
    let (_, few) = run_shards(&plan, &roll, 1);
    let (plan, roll) = plan_in(directory.path(), &table((1..14).rev()), "");
    let (_, many) = run_shards(&plan, &roll, 3);
    for (member, scenario, keys, values) in &few.0 {
        let own = keys.iter().zip(values).filter(|(key, _)| !key.measure.starts_with("system"));
        for (key, value) in own {
            assert_eq!(
                many.value(member, scenario, &key.of(), &key.measure).to_bits(),
                value.value.to_bits(),
                "{key:?}"
            );
        }
    }
}

/// By path, the uniforms of the first 2,000 years.
fn uniforms(members: &Members<'_>, roll: &Roll, member: usize) -> Vec<(String, Vec<f64>)> {
    let member = &roll.members[member];
    let model: Model = members.model(&members.case(1, member), &member.id);
    let drivers = model.factors().iter().filter(|f| matches!(f.kind, crate::model::FactorKind::Driver(_)));
    drivers.map(|factor| factor.path.clone()).zip(model.uniforms(0..2000)).collect()
}

#[test]
fn the_world_and_what_is_shared_are_drawn_alike_and_the_rest_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let config = "schema = 1\nextends = \"evidence\"\ntitle = \"Together\"\n[dependence]\ncopula = \"t\"\ndof = 5\n\
                  rank_correlations = [[\"hospital.cost_of_capital\", \"world.threat\", 0.6], \
                  [\"workforce.offshore.rate\", \"workforce.offshore.breach.frequency\", 0.5]]\n";
    std::fs::write(directory.path().join("together.toml"), config).unwrap();
    let text = plan_text("shared = [\"workforce.offshore.breach\"]\n")
        .replace("evidence = \"evidence\"", "evidence = \"together.toml\"");
    std::fs::write(directory.path().join("table.csv"), table(1..4)).unwrap();
    std::fs::write(directory.path().join("plan.toml"), text).unwrap();
    let plan = load_plan(&Source::Path(directory.path().join("plan.toml")), &[]).unwrap_or_else(|e| panic!("{e}"));
    let roll = plan.roll().unwrap();
    let members = Members::new(&plan, Instructions::best()).unwrap();
    let (first, second) = (uniforms(&members, &roll, 0), uniforms(&members, &roll, 1));
    let (mut alike, mut apart) = (0, 0);
    for ((path, one), (_, other)) in first.iter().zip(&second) {
        if path.starts_with("world.") || path.starts_with("workforce.offshore.breach.") {
            assert_eq!(one, other, "{path}");
            alike += 1;
        } else {
            // Independent but for the group, whose members share a chi-square: never the same year.
            assert!(one.iter().zip(other).all(|(a, b)| a != b), "{path}");
            apart += 1;
        }
    }
    assert!(alike >= 5 && apart > 20, "{alike} alike, {apart} apart");
}

#[test]
fn what_a_member_shares_makes_the_systems_tail_heavier() {
    let directory = tempfile::tempdir().unwrap();
    let tail = |extra: &str| {
        let (plan, roll) = plan_in(directory.path(), &table(1..14), extra);
        let (book, _) = run_shards(&plan, &roll, 1);
        let option = &book.scenarios[1].options[1];
        let saved = option.diversification.iter().find(|saved| saved.level == 0.99).unwrap();
        (option.total.mean.value, option.total.levels[2].tvar.value, saved.benefit, option.total.sd.value)
    };
    let (apart, together) = (tail(""), tail("shared = [\"workforce.offshore.breach\"]\n"));
    // The law of each member is the same, so is the system's mean but for sampling error; TVaR is not.
    let (distance, error) = ((apart.0 - together.0).abs(), together.3 / (20_000.0_f64).sqrt());
    assert!(
        distance < 5.0 * error,
        "{distance} against {error}: once in two million seeds if the mean is about normal"
    );
    assert!(together.1 > 1.2 * apart.1 && together.2 < apart.2, "{apart:?} {together:?}");
}

#[test]
fn what_another_batch_has_left_is_refused_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let (plan, roll) = plan_in(directory.path(), &table(1..4), "");
    let workshop = Workshop::new(&plan, &roll, Instructions::best()).unwrap();
    let out = directory.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let interrupted = AtomicBool::new(false);
    let settings = Settings {
        directory: &out,
        shard: Shard { index: 0, of: 2 },
        threads: 1,
        interrupt: &interrupted,
        deadline: None,
        watch: &|_| {},
    };
    assert!(matches!(work(&workshop, &settings), Ok(Ended::Complete(_))));
    let missing = parts(&out, &workshop.identity()).unwrap_err();
    assert!(matches!(&missing, BatchError::ShardsMissing { missing, .. } if missing == "2"), "{missing}");
    let (other, roll) = plan_in(directory.path(), &table(1..4), "shared = [\"workforce.offshore\"]\n");
    let workshop = Workshop::new(&other, &roll, Instructions::best()).unwrap();
    let foreign = work(&workshop, &settings).err().expect("another plan");
    assert!(matches!(&foreign, BatchError::Foreign { key: "plan", .. }), "{foreign}");
    let mut roll = roll.clone();
    roll.members.pop();
    let workshop = Workshop::new(&plan, &roll, Instructions::best()).unwrap();
    assert!(matches!(parts(&out, &workshop.identity()), Err(BatchError::Foreign { key: "number of members", .. })));
}
