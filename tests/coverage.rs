//! Do the built-in cases report every interval that a user reads first, and is a stretch of years a run of its own?

mod support;

use support::{loaded, outcome};
use tailcost::config::{Source, builtin_cases};
use tailcost::engine::{BLOCK, Kernel, Shifted, Table};
use tailcost::model::Model;
use tailcost::random::Years;

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
