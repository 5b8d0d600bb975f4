//! Are figures the same bits whatever must not matter: threads, order, names of others, options beside them, length?
//!
//! Everything compares bits by way of the result file's own bytes, whose floats read back exactly.

mod support;

use support::outcome;
use tailcost::analysis::all_years;
use tailcost::config::{Loaded, Source, text_of};
use tailcost::engine::{Kernel, replay};
use tailcost::model::Model;
use tailcost::numerics::simd::Instructions;
use tailcost::outcome::{Column, OptionOutcome, Outcome, RunRecord, YearTable};
use tailcost::reference::ReferenceKernel;
use tailcost::report::files::outcome_json;

/// Seven tasks and a bit: threads take them in different orders, and the last block is not full.
const YEARS: u64 = 60_000;

/// Drivers of both workforces and of the world in one group: independence elsewhere must not hide an order.
const PAIRS: &str = r#"rank_correlations = [
  ["world.threat", "workforce.offshore.breach.frequency", 0.5],
  ["workforce.offshore.productivity", "workforce.offshore.denial_rate", -0.5],
  ["workforce.domestic.productivity", "workforce.domestic.denial_rate", -0.4],
]
"#;

fn loaded(text: &str) -> Loaded {
    support::loaded(Source::Text { name: "case".into(), text: text.into() })
}

fn article() -> String {
    text_of("article").expect("a built-in case").into()
}

fn with_gaussian_copula() -> String {
    format!("{}\n[dependence]\ncopula = \"gaussian\"\n{PAIRS}", article())
}

fn with_t_copula() -> String {
    format!("{}\n[dependence]\ncopula = \"t\"\ndof = 4\n{PAIRS}", article())
}

/// All ways to couple the drivers of the article's case.
fn couplings() -> [String; 3] {
    [article(), with_gaussian_copula(), with_t_copula()]
}

/// The result file, but for what says how and when it was run.
fn bytes(mut outcome: Outcome) -> String {
    outcome.provenance.run = RunRecord {
        command: Vec::new(),
        threads: 0,
        host_cores: 0,
        wall_seconds: 0.0,
        years_per_second: 0.0,
        profile: None,
    };
    String::from_utf8(outcome_json(&outcome).expect("finite figures")).expect("UTF-8")
}

/// All that is said of an option, but for what compares it with the others.
fn alone(option: &OptionOutcome) -> String {
    let mut value = serde_json::to_value(option).expect("plain data");
    for compared in ["probability_cheapest", "expected_regret"] {
        value.as_object_mut().expect("an object").shift_remove(compared).expect("a comparison");
    }
    value.to_string()
}

fn fast(text: &str, years: u64, threads: usize) -> Outcome {
    let loaded = loaded(text);
    outcome(&Model::new(&loaded.scenario, loaded.scenario.simulation.seed), &loaded, years, threads)
}

/// Asserts that each option of `changed` has the figures of the option of the same name in `original`.
fn same_options(original: &Outcome, changed: &Outcome) {
    let mut compared = 0;
    for option in &original.options {
        let Some(other) = changed.options.iter().find(|other| other.name == option.name) else { continue };
        assert!(alone(option) == alone(other), "{} has other figures", option.name);
        compared += 1;
    }
    assert!(compared > 0, "the outcomes have an option in common");
}

#[test]
fn instructions_change_no_bit() {
    for text in couplings() {
        let loaded = loaded(&text);
        let run = |level| {
            let model = Model::on(level, &loaded.scenario, 5);
            bytes(support::outcome_on(level, &model, &loaded, YEARS, 2))
        };
        let levels: Vec<_> = Instructions::ALL.into_iter().filter_map(Instructions::level).collect();
        let plain = run(levels[0]);
        assert!(levels[1..].iter().all(|level| run(*level) == plain), "a level gives other figures");
    }
}

#[test]
fn threads_change_no_byte() {
    for text in couplings() {
        let one = bytes(fast(&text, YEARS, 1));
        for threads in [2, 8] {
            assert!(one == bytes(fast(&text, YEARS, threads)), "{threads} threads");
        }
    }
}

#[test]
fn threads_change_no_byte_of_the_second_opinion() {
    let text = include_str!("agreement/t_copula.toml");
    let loaded = loaded(text);
    let kernel = ReferenceKernel::new(&loaded.scenario, 113);
    let one = bytes(outcome(&kernel, &loaded, YEARS, 1));
    for threads in [2, 8] {
        assert!(one == bytes(outcome(&kernel, &loaded, YEARS, threads)), "{threads} threads");
    }
}

#[test]
fn the_same_question_has_the_same_answer_twice() {
    let text = with_t_copula();
    assert!(bytes(fast(&text, 10_000, 2)) == bytes(fast(&text, 10_000, 2)));
}

/// A config in its tables and arrays of tables, each from its header on.
fn sections(text: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    for line in text.lines() {
        if line.starts_with('[') {
            sections.push(String::new());
        }
        let section = sections.last_mut().expect("there is one");
        section.push_str(line);
        section.push('\n');
    }
    sections
}

fn starting_with(sections: &[String], start: &str) -> Vec<String> {
    sections.iter().filter(|section| section.starts_with(start)).cloned().collect()
}

#[test]
fn the_order_of_workforces_and_options_changes_no_bit() {
    for text in couplings() {
        let parts = sections(&text);
        let rest: Vec<String> = parts
            .iter()
            .filter(|part| !part.starts_with("[workforce.") && !part.starts_with("[[option]]"))
            .cloned()
            .collect();
        let mut options = starting_with(&parts, "[[option]]");
        assert_eq!(options.len(), 3);
        options.reverse();
        let offshore = starting_with(&parts, "[workforce.offshore");
        let domestic = starting_with(&parts, "[workforce.domestic");
        let turned = [rest, options, offshore, domestic].concat().concat();
        assert_ne!(turned, text);
        let turned = fast(&turned, YEARS, 2);
        assert_eq!(turned.options[0].name, "Blended 60/40");
        let original = fast(&text, YEARS, 2);
        same_options(&original, &turned);
        // What compares the options knows no order either, as long as they are the same options.
        for option in &original.options {
            let other = turned.options.iter().find(|other| other.name == option.name).expect("the same options");
            assert_eq!(option.probability_cheapest, other.probability_cheapest);
            assert_eq!(option.expected_regret, other.expected_regret);
        }
    }
}

/// Another name for one workforce draws other years for it, first or last by name, and for nobody else.
#[test]
fn the_name_of_a_workforce_matters_to_itself_alone() {
    let original = fast(&article(), YEARS, 2);
    for name in ["aaa", "zzz"] {
        let text = article()
            .replace("[workforce.offshore", &format!("[workforce.{name}"))
            .replace("offshore =", &format!("{name} ="));
        let renamed = fast(&text, YEARS, 2);
        assert!(alone(&original.options[0]) == alone(&renamed.options[0]), "{name}");
        assert_ne!(original.options[1].total.mean, renamed.options[1].total.mean);
    }
}

#[test]
fn a_workforce_that_nobody_uses_changes_no_bit() {
    for text in couplings() {
        let parts = sections(&text);
        let unused =
            starting_with(&parts, "[workforce.offshore").concat().replace("[workforce.offshore", "[workforce.aaa");
        let with_unused = parts[0].clone() + &unused + &parts[1..].concat();
        assert!(alone_all(&fast(&text, YEARS, 2)) == alone_all(&fast(&with_unused, YEARS, 2)));
    }
}

/// Everything that options and differences say.
fn alone_all(outcome: &Outcome) -> String {
    serde_json::to_string(&(&outcome.options, &outcome.differences)).expect("plain data")
}

#[test]
fn an_option_more_changes_no_bit_of_the_others() {
    for text in couplings() {
        let more =
            "[[option]]\nname = \"More\"\nmix = { offshore = 0.75, domestic = 0.25 }\ntransition_cost = 100_000\n";
        let parts = sections(&text);
        let first = parts.iter().position(|part| part.starts_with("[[option]]")).expect("options");
        let mut before = parts.clone();
        before.insert(first, more.into());
        let original = fast(&text, YEARS, 2);
        same_options(&original, &fast(&before.concat(), YEARS, 2));
        // As the last one it leaves the differences of the others alone as well.
        let mut after = parts;
        after.insert(first + 3, more.into());
        let after = fast(&after.concat(), YEARS, 2);
        assert_eq!(after.options[3].name, "More");
        same_options(&original, &after);
        assert!(original.differences[..] == after.differences[..2]);
    }
}

#[test]
fn a_share_of_one_is_the_workforce_itself_and_of_none_nothing() {
    let text = article()
        + "[[option]]\nname = \"All of one\"\nmix = { domestic = 0.0, offshore = 1.0 }\n\
           [[option]]\nname = \"Once more\"\nmix = { offshore = 1.0, domestic = 0.0 }\ntransition_cost = 0.0\n";
    let outcome = fast(&text, YEARS, 2);
    let pure = OptionOutcome { name: String::new(), ..outcome.options[1].clone() };
    for option in &outcome.options[3..] {
        let option = OptionOutcome { name: String::new(), ..option.clone() };
        assert!(alone(&pure) == alone(&option));
        // Tied for the cheapest, they share it.
        assert_eq!(pure.probability_cheapest, option.probability_cheapest);
    }
}

/// Values of drivers outside of a dependence group do not know that there is one.
#[test]
fn a_dependence_group_leaves_the_others_alone() {
    let text = include_str!("agreement/t_copula.toml");
    let without_dependence: String =
        sections(text).into_iter().filter(|section| !section.starts_with("[dependence]")).collect();
    let (grouped, free) = (loaded(text), loaded(&without_dependence));
    let (free_inputs, grouped_inputs) = (inputs(&free), inputs(&grouped));
    assert_eq!(free_inputs.len(), grouped_inputs.len());
    let members: Vec<&str> =
        grouped.scenario.dependence.as_ref().expect("a group").members.iter().map(|m| m.path.as_str()).collect();
    let mut outside = 0;
    for ((name, values), (other, coupled)) in free_inputs.iter().zip(&grouped_inputs) {
        assert_eq!(name, other);
        if !members.contains(&name.as_str()) {
            assert!(values == coupled, "{name}");
            outside += 1;
        }
    }
    assert!(outside > 0 && outside < free_inputs.len(), "{outside} of {}", free_inputs.len());
}

/// The drivers of the first 1,000 years, by path.
fn inputs(loaded: &Loaded) -> Vec<(String, Vec<u64>)> {
    let model = Model::new(&loaded.scenario, 113);
    let years: Vec<u64> = (0..1000).collect();
    let blocks = replay(&model, &years, |years, _, scratch| {
        let inputs = model.inputs(scratch);
        inputs
            .iter()
            .map(|column| column[..years.len()].iter().map(|x| x.to_bits()).collect())
            .collect::<Vec<Vec<u64>>>()
    });
    let names = model.input_names();
    let column = |index: usize| blocks.iter().flat_map(|block| block[index].clone()).collect();
    names.into_iter().enumerate().map(|(index, name)| (name, column(index))).collect()
}

#[test]
fn years_are_the_same_alone_in_any_order_and_in_a_longer_run() {
    for text in couplings() {
        let loaded = loaded(&text);
        let model = Model::new(&loaded.scenario, 2026);
        let short = all_years(&model, 1_500);
        let long = all_years(&model, 40_000);
        let (short, long) = (joined(short), joined(long));
        assert!(short.len() > 50, "totals, components, rates and drivers: {}", short.len());
        for ((name, values), (_, longer)) in short.iter().zip(&long) {
            assert!(values[..] == longer[..1_500], "{name}");
        }
        // Backwards and with gaps, so that each block holds years that were never together before.
        let picked: Vec<u64> = (0..40_000).rev().step_by(37).collect();
        let totals: Vec<u64> =
            replay(&model, &picked, |_, table, _| table.total(2).iter().map(|x| x.to_bits()).collect::<Vec<_>>())
                .concat();
        let (_, all) = long.iter().find(|(name, _)| name == "Blended 60/40: total").expect("a total");
        assert!(picked.iter().zip(&totals).all(|(year, total)| all[*year as usize] == *total));
        // Far out, the hundredth year of a block is that year alone.
        let far: Vec<u64> = (1 << 40..(1 << 40) + 200).collect();
        let total = |years: &[u64]| replay(&model, years, |_, table, _| table.total(1).to_vec()).concat();
        assert_eq!(total(&far)[99].to_bits(), total(&far[99..100])[0].to_bits());
    }
}

/// The columns of several tables, one after the other, as bits.
fn joined(tables: impl Iterator<Item = YearTable>) -> Vec<(String, Vec<u64>)> {
    let mut columns: Vec<(String, Vec<u64>)> = Vec::new();
    for table in tables {
        for (index, (name, column)) in table.columns.into_iter().enumerate() {
            let values = match column {
                Column::Number(values) => values.iter().map(|x| x.to_bits()).collect(),
                Column::Count(values) => values,
                other => panic!("{name} is a column of kind {}", other.kind()),
            };
            match columns.get_mut(index) {
                Some((_, all)) => all.extend(values),
                None => columns.push((name, values)),
            }
        }
    }
    columns
}
