//! Do the built-in cases report every interval that a user reads first, and is a stretch of years a run of its own?

mod support;

use std::sync::atomic::{AtomicBool, AtomicU64};
use support::{loaded, outcome};
use tailcost::config::{Source, builtin_cases};
use tailcost::engine::{BLOCK, Control, Kernel, Request, Shifted, Table, run};
use tailcost::model::Model;
use tailcost::numerics::simd::Instructions;
use tailcost::random::Years;
use tailcost::statistics::{OrderStatistics, Rest};
use tailcost::twin::{losses, losses_between};

/// A million years leave a thousand beyond 0.999, ten thousand a hundred beyond 0.99: nothing else is withheld, whatever the tails of the
/// sample look like. The seed is the case's own: no chance is left.
#[test]
fn built_in_cases_withhold_no_mean_var_or_tvar() {
    for (case, years) in builtin_cases().iter().flat_map(|case| [(case, 10_000), (case, 1_000_000)]) {
        let loaded = loaded(Source::Builtin(case.name.into()));
        let model = Model::new(&loaded.scenario, loaded.scenario.simulation.seed);
        let outcome = outcome(&model, &loaded, years, 2);
        let options = outcome.options.iter().map(|option| (&option.name, &option.total));
        let differences = outcome.differences.iter().map(|difference| (&difference.option, &difference.total));
        for (name, total) in options.chain(differences) {
            let about = format!("{}, {name}, {years} years", case.name);
            assert!(total.mean.low.is_some() && total.mean.high.is_some(), "mean: {about}");
            for at in &total.levels {
                assert!(at.var.low.is_some() && at.var.high.is_some(), "VaR {}: {about}", at.level);
                let beyond = (years as f64 * (1.0 - at.level)).round();
                assert!(
                    beyond < 100.0 || at.tvar.low.is_some() && at.tvar.high.is_some(),
                    "TVaR {}: {about}",
                    at.level
                );
            }
        }
    }
}

#[test]
fn a_stretch_of_years_is_a_run_of_its_own() {
    let loaded = loaded(Source::Builtin("article".into()));
    let model = Model::new(&loaded.scenario, 7);
    let shifted = Shifted { kernel: &model, first: 1 << 41 };
    let totals = |kernel: &dyn Fn(Years<'_>, &mut Table), years: Years<'_>| {
        let mut table = Table::new(model.layout());
        kernel(years, &mut table);
        table.total(1).to_vec()
    };
    let plain = |years: Years<'_>, table: &mut Table| model.simulate(years, &mut model.scratch(), table);
    let moved = |years: Years<'_>, table: &mut Table| shifted.simulate(years, &mut shifted.scratch(), table);
    let expected = totals(&plain, Years::Range { start: (1 << 41) + 3, len: BLOCK });
    assert_eq!(totals(&moved, Years::Range { start: 3, len: BLOCK }), expected);
    assert_eq!(totals(&moved, Years::List(&[4, 3])), [expected[1], expected[0]]);
    assert_ne!(totals(&plain, Years::Range { start: 3, len: BLOCK }), expected);
}

/// What the config's losses say of the farthest years is what a long run has of them: of 20 million years the 1 in 500 farthest, as a run of
/// 10,000 has its intervals from, and the 1 in 5,000. One large loss stands there in place of a sum, and a normal rest in place of one with
/// tails: the bound is 10% of the mean excess and 15% of the root mean square, beside four standard errors of the run (false alarm 6e-5 each).
#[test]
fn known_losses_are_the_far_tail_of_a_long_run() {
    let mut judged = 0;
    for case in builtin_cases() {
        let loaded = loaded(Source::Builtin(case.name.into()));
        let scenario = &loaded.scenario;
        let model = Model::new(scenario, 77);
        let levels = &scenario.simulation.levels;
        let request = Request { years: 20_000_000, threads: 2, levels, level: Instructions::best(), rests: &[] };
        let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
        let tallies = run(&model, &request, Control { interrupt: &interrupt, done: &done, stop: None }).unwrap().0;
        let totals = tallies.counts.alternatives.iter().map(|option| &option.total);
        let differences = tallies.counts.differences.iter().map(|difference| &difference.total);
        let of_options = (0..scenario.options.len()).map(|option| losses(scenario, option));
        let of_differences = (1..scenario.options.len()).map(|option| losses_between(scenario, option, 0));
        for (series, known) in totals.chain(differences).zip(of_options.chain(of_differences)) {
            let order = OrderStatistics::new(series.sketch.ranked(), Some(&series.worst));
            let n = order.years();
            let (middle, high) = (order.value(n / 2), order.value((n as f64 * 0.841_344_746) as u64));
            for share in [0.002, 0.0002] {
                let rest = Rest { middle, spread: high - middle };
                let Some(law) = known.as_ref().unwrap().upper.far_tail(rest, share, 0.0) else { continue };
                let count = (n as f64 * share) as u64;
                let threshold = order.value(n - count);
                let excess: Vec<f64> = (0..count).map(|i| order.value(n - i) - threshold).collect();
                let moment = |of: &dyn Fn(f64) -> f64| excess.iter().map(|z| of(*z)).sum::<f64>() / count as f64;
                let [first, second] = [moment(&|z| z), moment(&|z| z * z)];
                let error = |square: f64, mean: f64| ((square - mean * mean) / count as f64).sqrt();
                let of_first = error(second, first);
                let of_second = error(moment(&|z| z * z * z * z), second);
                let about = format!("{}, 1 in {}: {law:?}, run {first} {second}", case.name, 1.0 / share);
                assert!((law.first - first).abs() < 0.1 * first + 4.0 * of_first, "{about}");
                assert!((law.second - second).abs() < 0.3 * second + 4.0 * of_second, "{about}");
                judged += 1;
            }
        }
    }
    assert!(judged > 10, "{judged} tails are made by losses");
}
