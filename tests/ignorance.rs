//! Do ignorance, stress and reverse stress say what closed forms say?

use std::sync::atomic::{AtomicBool, AtomicU64};
use tailcost::analysis::{Beyond, Sample, StressBase, reverse_stress, stress_test, uncertainty};
use tailcost::config::{Loaded, Source, UncertaintySettings, load};
use tailcost::model::Model;

fn loaded(text: &str, overrides: &[&str]) -> Loaded {
    let overrides: Vec<String> = overrides.iter().map(|&argument| argument.to_owned()).collect();
    load(&Source::Text { name: "case".into(), text: text.into() }, &overrides)
        .unwrap_or_else(|errors| panic!("{errors}"))
}

/// A thousand hours at a rate whose mean is not known: `Y = 1000 (m + 3 z)`, `m ~ N(35, 2)`.
const RATE: &str = r#"
schema = 1
title = "A rate"
[simulation]
years = 1e4
seed = 1
[hospital]
reference_hours = 1000
hours_per_coder = 1920
[workforce.a]
rate = { dist = "normal", mean = { dist = "normal", mean = 35, sd = 2 }, sd = 3 }
[workforce.b]
rate = 30
[[option]]
name = "B"
mix = { b = 1.0 }
[[option]]
name = "A"
mix = { a = 1.0 }
"#;

/// TVaR 99 of a standard normal.
const TVAR: f64 = 2.665_214_220_345_808;

/// The variance of A is `2^2 + 3^2`, and TVaR 99 with the mean unknown is `35 + sqrt(13) TVAR`, known `35 + 3 TVAR` on average, thousands of USD.
/// Limits are five standard errors (false alarm below 1e-5): a variance of 400 draws has one of 7%, the share then 0.015; the means of 400
/// draws 0.1; the inner tail of 5,000 common years one of 0.06 deviations of 3, which moves known and unknown alike.
#[test]
fn the_split_is_that_of_the_closed_form() {
    let case = loaded(RATE, &[]);
    let settings = UncertaintySettings { outer: 400, inner: 5_000, ..UncertaintySettings::default() };
    let found = uncertainty(&case, &settings, 1, &AtomicBool::new(false), &AtomicU64::new(0)).unwrap();
    let split = found.splits.iter().find(|split| split.option == "A" && split.baseline.is_none()).unwrap();
    let share = &split.variance.ignorance_share;
    assert!((share.value - 4.0 / 13.0).abs() < 5.0 * 0.015, "{split:?}");
    let error = (share.high.unwrap() - share.low.unwrap()) / 2.0 / 1.96;
    assert!((0.008..0.03).contains(&error), "the stated error, {error}, is near the true one, 0.015");
    assert!((split.variance.ignorance_sd / 2e3 - 1.0).abs() < 5.0 * 0.035, "{split:?}");
    assert!((split.variance.chance_sd / 3e3 - 1.0).abs() < 5.0 * 0.01, "{split:?}");
    let known = (split.tvar.known - split.tvar.mean) / 1e3;
    let pooled = (split.tvar.pooled - split.tvar.mean) / 1e3;
    assert!((known - 3.0 * TVAR).abs() < 5.0 * 3.0 * 0.06, "{known}");
    assert!((pooled - 13f64.sqrt() * TVAR).abs() < 5.0 * 0.25, "{pooled}");
    assert!((split.tvar.ignorance_share - (1.0 - 3.0 / 13f64.sqrt())).abs() < 5.0 * 0.01, "{split:?}");
    // The difference varies as A does.
    let difference = found.splits.iter().find(|split| split.baseline.is_some()).unwrap();
    assert!((difference.variance.ignorance_share.value - share.value).abs() < 1e-9);
    let band = found.band("mean of A").unwrap();
    let common = band.central.value - 35e3;
    // The draws' own error alone: the years are the same for all of them.
    let offset = 1.644_854 * 2e3;
    assert!((band.p5 - 35e3 - common + offset).abs() < 5.0 * 211.0, "{band:?}");
    assert!((band.p95 - 35e3 - common - offset).abs() < 5.0 * 211.0, "{band:?}");
    let effect = found.parameters[0].effect("mean of A").unwrap();
    assert!(effect.rank_correlation > 0.9999 && effect.first_order.unwrap() > 0.9, "{effect:?}");
    // More draws begin with the same ones.
    let fewer = UncertaintySettings { outer: 50, ..settings };
    let fewer = uncertainty(&case, &fewer, 1, &AtomicBool::new(false), &AtomicU64::new(0)).unwrap();
    assert_eq!(fewer.horsetails[1].curves[..50], found.horsetails[1].curves[..50]);
}

/// A draw that no law can take is drawn again and said so.
#[test]
fn a_draw_outside_is_drawn_again() {
    let case = loaded(
        RATE,
        &["workforce.a.rate={ dist = \"pert\", min = 30, mode = { dist = \"normal\", mean = 32, sd = 1 }, max = 50 }"],
    );
    let settings = UncertaintySettings { outer: 100, inner: 1_000, ..UncertaintySettings::default() };
    let found = uncertainty(&case, &settings, 1, &AtomicBool::new(false), &AtomicU64::new(0)).unwrap();
    // 2.3% of draws lie below the minimum; 0 or 15 of 100 have a probability below 1e-5 together only above 15, and 0 has 10%.
    assert!(found.redrawn < 15, "{}", found.redrawn);
    assert_eq!(found.redrawn > 0, found.cautions.iter().any(|caution| caution.code == "redrawn"));
    let hopeless = loaded(
        RATE,
        &[
            "workforce.a.rate={ dist = \"normal\", mean = { dist = \"uniform\", min = 100, max = 2000 }, sd = 90, truncate = [0, 300] }",
        ],
    );
    assert!(
        uncertainty(&hopeless, &settings, 1, &AtomicBool::new(false), &AtomicU64::new(0)).is_ok(),
        "truncated laws stay inside"
    );
}

#[test]
fn a_stress_is_a_run_with_the_same_set_to_the_bit() {
    let arguments = ["workforce.offshore.turnover=0.6", "world.threat=2", "option.Offshore.transition_cost=1e5"];
    let asked: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    let source = Source::Builtin("article".into());
    let (base, set) = (load(&source, &[]).unwrap(), load(&source, &asked).unwrap());
    let stress = base.stressed("bad", &asked).unwrap();
    let started = StressBase::new(&base, 5_000, 2026);
    let changed = Sample::of(&started.model.changed(&stress.scenario), 0..5_000);
    let anew = Sample::of(&Model::new(&set.scenario, 2026), 0..5_000);
    for (changed, anew) in changed.totals.iter().flatten().zip(anew.totals.iter().flatten()) {
        assert_eq!(changed.to_bits(), anew.to_bits());
    }
    let test = stress_test(&base, &started, &[stress], 2026);
    let mean = test.figure(Some(0), "mean of Offshore").unwrap();
    let expected = anew.totals[1].iter().sum::<f64>() / 5_000.0;
    assert!((mean.value.value / expected - 1.0).abs() < 1e-12);
    let change = mean.change.unwrap();
    assert!(change.low.unwrap() < change.value && change.value < change.high.unwrap());
    assert!(change.high.unwrap() - change.low.unwrap() < mean.value.high.unwrap() - mean.value.low.unwrap());
}

/// Two normal drivers with correlation: `Y = 1000 (rate + fee)` beyond `mean + 3 sd` has its design point at `3 R a / sqrt(a' R a)` with
/// `a = (5, 2)`, at a distance of 3. Of the 270 years beyond, one lies within 0.1 of that distance but for a probability of `exp(-34)`, and then
/// within 0.8 of the point: `(3 + e)^2 + t^2 < 3.1^2`.
#[test]
fn the_design_point_is_that_of_the_closed_form() {
    const CASE: &str = r#"
schema = 1
title = "Two drivers"
[hospital]
reference_hours = 1000
hours_per_coder = 1920
[workforce.a]
rate = { dist = "normal", mean = 50, sd = 5 }
management_fee = { dist = "normal", mean = 20, sd = 2 }
query_cost = { dist = "gamma", mean = 12, sd = 4 }
[[option]]
name = "A"
mix = { a = 1.0 }
"#;
    for rho in [0.0, 0.5, -0.4] {
        let group = format!(
            "[dependence]\ncopula = \"gaussian\"\nrank_correlations = [[\"workforce.a.rate\", \"workforce.a.management_fee\", {rho}]]\n"
        );
        let case = loaded(&format!("{CASE}{}", if rho == 0.0 { "" } else { &group }), &[]);
        let normal = 2.0 * libm::sin(std::f64::consts::PI * rho / 6.0);
        let sd = (25.0f64 + 4.0 + 2.0 * 5.0 * 2.0 * normal).sqrt();
        let base = StressBase::new(&case, 200_000, 7);
        let found = reverse_stress(&case.scenario, &base, Some("A"), Beyond::Amount(1e3 * (70.0 + 3.0 * sd))).unwrap();
        let design = &found.design[0];
        assert!((3.0..3.1).contains(&design.distance), "{design:?}");
        let score = |key: &str| {
            let driver = design.drivers.iter().find(|driver| driver.path.ends_with(key));
            driver.map_or(0.0, |driver| driver.score)
        };
        let expected = [(5.0 + 2.0 * normal) * 3.0 / sd, (2.0 + 5.0 * normal) * 3.0 / sd];
        // Drivers within 0.5 of their medians are not listed.
        assert!((score(".rate") - expected[0]).abs() < 0.8, "{design:?} for {expected:?}");
        assert!((score(".management_fee") - expected[1]).abs() < 0.8, "{design:?} for {expected:?}");
        assert!(found.design.windows(2).all(|pair| pair[0].distance <= pair[1].distance));
        assert!(found.design.iter().all(|year| year.total > found.beyond && year.distance >= 3.0));
        assert!(
            found.typical[0].path.ends_with(".rate") && found.typical[0].median_percentile > 0.98,
            "{:?}",
            found.typical
        );
    }
}

/// The year of a return period: one in 200 is beyond, and a breach with its rarity is part of the distance.
#[test]
fn events_are_part_of_the_distance() {
    let source = Source::Builtin("article".into());
    let case = load(&source, &["simulation.exclude=[\"case_mix\"]".to_owned()]).unwrap();
    let base = StressBase::new(&case, 20_000, 2026);
    let found = reverse_stress(&case.scenario, &base, None, Beyond::ReturnPeriod(200.0)).unwrap();
    assert_eq!((found.option.as_str(), found.years_beyond), ("Offshore", 100));
    let design = &found.design[0];
    assert!(design.total > found.beyond && design.distance <= found.median_distance);
    let breaches = found.events.iter().find(|event| event.path == "workforce.offshore.breach").unwrap();
    assert!(breaches.share_beyond > 5.0 * breaches.share_usual, "{:?}", found.events);
    assert!(reverse_stress(&case.scenario, &base, Some("Nowhere"), Beyond::Amount(1.0)).is_err());
    assert!(reverse_stress(&case.scenario, &base, None, Beyond::Amount(1e15)).is_err());
    assert!(reverse_stress(&case.scenario, &base, None, Beyond::ReturnPeriod(1.0)).is_err());
}
