//! What does a simulated year cost, mechanism by mechanism?
//!
//! The article's case with all mechanisms that have events switched off, then with one of them on, then whole; by option and by blend.

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use support::{group, model};
use tailcost::engine::{BLOCK, Kernel, Table};
use tailcost::random::Years;

/// Keys that switch a mechanism on, by workforce.
const MECHANISMS: [(&str, &[&str]); 6] = [
    ("turnover", &["workforce.domestic.turnover", "workforce.offshore.turnover"]),
    ("denials", &["workforce.domestic.denial_rate", "workforce.offshore.denial_rate"]),
    ("switch", &["workforce.offshore.switch"]),
    ("breaches", &["workforce.domestic.breach", "workforce.offshore.breach"]),
    ("compliance", &["workforce.domestic.compliance", "workforce.offshore.compliance"]),
    ("regulation", &["workforce.offshore.regulation"]),
];

/// Changes that switch off every mechanism but those kept.
fn without(kept: &[&str]) -> Vec<String> {
    MECHANISMS
        .iter()
        .filter(|(name, _)| !kept.contains(name))
        .flat_map(|(_, keys)| keys.iter().map(|key| format!("{key}=\"absent\"")))
        .collect()
}

fn mechanisms(criterion: &mut Criterion) {
    let mut group = group(criterion, "model", BLOCK);
    let mut bench = |name: &str, changes: &[String]| {
        let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
        let model = model("article", &changes);
        let (mut scratch, mut table) = (model.scratch(), Table::new(model.layout()));
        let mut start = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                model.simulate(Years::Range { start, len: BLOCK }, &mut scratch, &mut table);
                start += BLOCK as u64;
            });
        });
    };
    bench("labour, audit, queries, case mix, cash flow", &without(&[]));
    for (name, _) in MECHANISMS {
        bench(&format!("the same and {name}"), &without(&[name]));
    }
    bench("article, whole", &[]);
    let two = r#"option = [{ name = "Domestic", mix = { domestic = 1.0 } }, { name = "Offshore", mix = { offshore = 1.0 } }]"#;
    bench("article, the two pure options", &[two.to_string()]);
    group.finish();
}

criterion_group!(benches, mechanisms);
criterion_main!(benches);
