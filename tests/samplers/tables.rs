//! How far are compiled tables from the laws, over a grid of shapes of every family?

use super::{column, law, unit};
use std::collections::BTreeMap;
use tailcost::distributions::{FAMILIES, Law, Sampler};
use tailcost::numerics::Probability;
use tailcost::numerics::simd::{Instructions, flat};

/// Errors promised, in units of `max(|x|, sd / 100)`, at tails from 1e-9 on and from 1e-12 on.
const NEAR: f64 = 1e-8;
const FAR: f64 = 1e-6;
/// Most of the probability that no polynomial of the main table may serve.
const SLOW: f64 = 1e-4;
/// Probabilities a law, a half of them even in `u` and a half even in the logarithm of the tail.
const LEVELS: usize = 20_000;

/// Every family over a grid of shapes; scales hardly matter to a relative error.
fn grid() -> Vec<(&'static str, Law)> {
    let mut laws = Vec::new();
    let mut add = |family: &'static str, law: Law| laws.push((family, law));
    for (mean, sd) in [(0.0, 1.0), (100.0, 5.0), (1e6, 3.0)] {
        add("normal", law("normal", &[("mean", mean), ("sd", sd)]));
    }
    for sigma in [0.01, 0.1, 0.5, 0.7, 1.0, 1.37, 2.0, 2.5, 3.0] {
        add("lognormal", law("lognormal", &[("mu", 1.0), ("sigma", sigma)]));
    }
    for shape in [0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 1.5, 2.5, 6.25, 16.0, 100.0, 1e3, 1e4] {
        add("gamma", law("gamma", &[("shape", shape), ("scale", 2.0)]));
    }
    for alpha in [0.3, 0.5, 1.0, 2.0, 5.0, 25.0, 100.0] {
        for beta in [0.3, 0.5, 1.0, 2.0, 5.0, 25.0, 100.0] {
            add("beta", law("beta", &[("alpha", alpha), ("beta", beta)]));
        }
    }
    add("beta", law("beta", &[("mean", 10.0), ("sd", 2.0), ("min", 5.0), ("max", 20.0)]));
    add("uniform", law("uniform", &[("min", -2.0), ("max", 5.0)]));
    add("uniform", law("uniform", &[("min", 1e6), ("max", 1e6 + 1.0)]));
    for mode in [0.0, 0.1, 0.5, 0.9, 1.0] {
        add("triangular", law("triangular", &[("min", 0.0), ("mode", mode), ("max", 1.0)]));
        for lambda in [1.0, 4.0, 10.0] {
            let shape = [("min", 0.0), ("mode", mode), ("max", 1.0), ("lambda", lambda)];
            add("pert", law("pert", &shape));
        }
    }
    add("exponential", law("exponential", &[("mean", 3.0)]));
    for shape in [0.3, 0.5, 0.7, 1.0, 1.5, 3.6, 10.0, 50.0] {
        add("weibull", law("weibull", &[("shape", shape), ("scale", 2.0)]));
    }
    for shape in [0.05, 0.3, 1.0, 5.0, 100.0, 1e4] {
        add("inverse_gaussian", law("inverse_gaussian", &[("mean", 1.0), ("shape", shape)]));
    }
    for dof in [1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0] {
        add("student_t", law("student_t", &[("location", 0.0), ("scale", 1.0), ("dof", dof)]));
        add("student_t", law("student_t", &[("location", 50.0), ("scale", 2.0), ("dof", dof)]));
    }
    for shape in [0.5, 0.8, 1.0, 1.5, 2.5, 3.5, 9.0] {
        add("pareto", law("pareto", &[("shape", shape), ("scale", 1.0)]));
    }
    for shape in [-0.5, -0.3, -0.1, 0.0, 0.1, 0.2, 0.5, 0.7, 0.9] {
        add("gpd", law("gpd", &[("threshold", 2.0), ("scale", 1.0), ("shape", shape)]));
    }
    add_composed(&mut add);
    laws
}

fn add_composed(add: &mut dyn FnMut(&'static str, Law)) {
    let three = [(0.1, 3.0), (0.5, 5.0), (0.9, 11.0)];
    let four = [(0.05, 3.0), (0.3, 4.0), (0.5, 5.0), (0.9, 9.0)];
    let five = [(0.05, 3.0), (0.25, 4.1), (0.5, 5.2), (0.75, 6.9), (0.95, 11.0)];
    for (quantiles, min, max) in [
        (&three[..], None, None),
        (&three[..], Some(0.0), None),
        (&three[..], Some(0.0), Some(20.0)),
        (&four[..], Some(0.0), Some(20.0)),
        (&five[..], None, None),
        (&five[..], Some(0.0), None),
    ] {
        add("metalog", Law::metalog(quantiles, min, max).unwrap());
    }
    add("empirical", Law::empirical((0..500).map(|i| f64::from(i * i % 83)).collect()).unwrap());
    add("empirical", Law::empirical((0..40).map(|i| unit(i) * 100.0).collect()).unwrap());
    add("discrete", Law::discrete(&[3.0, 1.0, 2.0], &[1.0, 1e-9, 5.0]).unwrap());
    add("discrete", Law::discrete(&[0.0, 12.5, 62.5], &[0.5, 0.3, 0.2]).unwrap());
    let severity = law("lognormal", &[("mu", 14.88), ("sigma", 1.37)]);
    let body = law("gamma", &[("mean", 10.0), ("sd", 4.0)]);
    let tail = law("pareto", &[("shape", 2.5), ("scale", 30.0)]);
    let standard = law("normal", &[("mean", 0.0), ("sd", 1.0)]);
    let (zero, ten) = (Law::point(0.0).unwrap(), Law::point(10.0).unwrap());
    let far = law("normal", &[("mean", 30.0), ("sd", 2.0)]);
    let near = law("normal", &[("mean", 4.0), ("sd", 1.0)]);
    let sides = [0.0, 2.0].map(|min| (0.5, law("uniform", &[("min", min), ("max", min + 1.0)])));
    for components in [
        vec![(0.3, zero.clone()), (0.7, body.clone())],
        vec![(0.6, zero), (0.3, body.clone()), (0.1, ten)],
        vec![(0.95, body.clone()), (0.05, tail.clone())],
        vec![(0.7, standard.clone()), (0.3, near)],
        vec![(0.7, standard.clone()), (0.3, far)],
        sides.to_vec(),
    ] {
        add("mixture", Law::mixture(components).unwrap());
    }
    for weight in [None, Some(0.02), Some(0.3)] {
        add("splice", Law::splice(body.clone(), tail.clone(), 15.0, weight).unwrap());
    }
    add("truncated", severity.truncated(0.0, 250e6).unwrap());
    add("truncated", severity.truncated(1e9, f64::INFINITY).unwrap());
    add("truncated", standard.truncated(-1.0, f64::INFINITY).unwrap());
    add("truncated", standard.truncated(-2.0, 0.5).unwrap());
    add("truncated", law("normal", &[("mean", 16.0), ("sd", 6.0)]).truncated(0.0, f64::INFINITY).unwrap());
    add("truncated", law("gamma", &[("shape", 2.0), ("scale", 1.0)]).truncated(0.5, 3.0).unwrap());
    add(
        "truncated",
        law("student_t", &[("location", 0.0), ("scale", 1.0), ("dof", 3.0)]).truncated(0.0, 50.0).unwrap(),
    );
    add("truncated", tail.truncated(0.0, 1e4).unwrap());
}

fn spread(law: &Law) -> f64 {
    let middle = (law.quantile(Probability::upper(0.05)) - law.quantile(Probability::lower(0.05))) / 3.29;
    let sd = law.variance().sqrt();
    // Judged by the smaller of the two: a law without variance has but the first.
    if sd.is_finite() { sd.min(middle) } else { middle }
}

/// Folded probabilities: stratified over `u` in (0, 1), and over the logarithm of both tails down to 1e-12.
fn probabilities() -> Vec<f64> {
    let half = LEVELS / 2;
    (0..LEVELS)
        .map(|i| {
            let jitter = unit(i as u64);
            if i < half {
                let u = (i as f64 + jitter) / half as f64;
                if u < 0.5 { u } else { -(1.0 - u) }
            } else {
                let stratum = (i - half) / 2;
                let tail = 0.5 * 10f64.powf(-11.69 * (stratum as f64 + jitter) / (half / 2) as f64);
                if i % 2 == 0 { tail } else { -tail }
            }
        })
        .collect()
}

#[test]
fn tables_meet_the_stated_error_over_the_grid() {
    let levels = probabilities();
    let folded = column(LEVELS, |i| levels[i]);
    let mut out = folded.clone();
    let laws = grid();
    for family in FAMILIES {
        assert!(laws.iter().any(|(name, _)| *name == family.name), "no law of {}", family.name);
    }
    let mut worst: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    let mut failures = Vec::new();
    for (family, law) in &laws {
        let sampler = Sampler::compile(law);
        sampler.fill(Instructions::best(), &folded, &mut out);
        let floor = 0.01 * spread(law);
        let (mut near, mut far) = (0.0f64, 0.0f64);
        for (value, folded) in flat(&out).iter().zip(&levels) {
            let p = Probability::from_folded(*folded);
            assert_eq!(value.to_bits(), sampler.at(p).to_bits(), "{law} at {p:?}");
            let exact = law.quantile(p);
            let error = (value - exact).abs() / exact.abs().max(floor);
            let worst = if p.tail() >= 1e-9 { &mut near } else { &mut far };
            if !(error <= *worst) {
                *worst = error;
            }
        }
        let slow = sampler.slow_share();
        println!("{family:>16}: near {near:.1e}, far {far:.1e}, slow {slow:.1e}, {law}");
        let row = worst.entry(family).or_default();
        *row = [row[0].max(near), row[1].max(far), row[2].max(slow)];
        if !(near < NEAR && far < FAR && slow < SLOW) {
            failures.push(format!("{law}: near {near:.1e}, far {far:.1e}, slow {slow:.1e}"));
        }
    }
    for (family, [near, far, slow]) in worst {
        println!("max {family:>16}: near {near:.1e}, far {far:.1e}, slow {slow:.1e}");
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

/// Every atom is met exactly between the ends of its stretch of probability, on all of a ladder of distances from them; nearer
/// than a rounding of the cdf the side is a matter of the last bit. At kinks the error stays what it is elsewhere.
#[test]
fn atoms_and_kinks_are_exact() {
    let mut atoms_met = 0;
    for (_, law) in grid().into_iter().filter(|(family, _)| {
        ["empirical", "discrete", "mixture", "splice", "triangular", "truncated"].contains(family)
    }) {
        let sampler = Sampler::compile(&law);
        for (x, weight) in law.atoms() {
            let (from, to) = (law.below(x), law.cdf(x));
            for share in [1e-6, 1e-3, 0.1, 0.5, 0.9, 0.999, 1.0 - 1e-6] {
                let p = step(from, share * weight);
                if from < p && p < to {
                    assert_eq!(sampler.at(p), x, "{law} at {p:?}");
                    atoms_met += 1;
                }
            }
        }
        // Kinks: thresholds and modes, ends of uniform parts, and the ends of atoms, from both sides.
        let floor = 0.01 * spread(&law);
        for x in [0.1, 0.5, 0.9, 1.0, 2.0, 10.0, 15.0] {
            for folded in [law.cdf(x).folded(), law.below(x).folded()].into_iter().filter(|folded| *folded != 0.0) {
                for nudge in [-1e-6, -1e-9, 1e-9, 1e-6] {
                    let p = step(Probability::from_folded(folded), nudge * folded.abs());
                    let (found, exact) = (sampler.at(p), law.quantile(p));
                    assert!((found - exact).abs() <= NEAR * exact.abs().max(floor), "{law} at {p:?}: {found} {exact}");
                }
            }
        }
    }
    assert!(atoms_met > 500, "{atoms_met}");
}

/// The probability that much above another.
fn step(from: Probability, offset: f64) -> Probability {
    if from.is_upper() {
        let q = from.q() - offset;
        if q <= 0.5 { Probability::upper(q) } else { Probability::lower(1.0 - q) }
    } else if from.p() + offset <= 0.5 {
        Probability::lower(from.p() + offset)
    } else {
        Probability::upper((0.5 - from.p()) + (0.5 - offset))
    }
}

/// Against mpmath at 50 digits: `quantiles.csv`, made by `quantiles.py`.
#[test]
fn tables_meet_mpmath() {
    let mut rows = csv::Reader::from_reader(include_str!("quantiles.csv").as_bytes());
    let mut worst = 0.0f64;
    let mut seen = 0;
    for row in rows.records().map(Result::unwrap) {
        let number = |i: usize| row[i].parse::<f64>().unwrap();
        let names = match &row[0] {
            "gamma" | "weibull" | "pareto" => ["shape", "scale"],
            "inverse_gaussian" => ["mean", "shape"],
            "beta" => ["alpha", "beta"],
            "lognormal" => ["mu", "sigma"],
            "normal" => ["mean", "sd"],
            "student_t" => ["dof", "scale"],
            other => panic!("{other}"),
        };
        let mut parameters = vec![(names[0], number(1)), (names[1], number(2))];
        if &row[0] == "student_t" {
            parameters.push(("location", 0.0));
        }
        let law = law(&row[0], &parameters);
        let tail = number(4);
        let p = if &row[3] == "upper" { Probability::upper(tail) } else { Probability::lower(tail) };
        let (found, exact) = (Sampler::compile(&law).at(p), number(5));
        let error = (found - exact).abs() / exact.abs().max(0.01 * spread(&law));
        assert!(error < if tail >= 1e-9 { NEAR } else { FAR }, "{law} at {p:?}: {found}, exact {exact}");
        worst = worst.max(error);
        seen += 1;
    }
    println!("{seen} quantiles at 50 digits, largest error {worst:.1e}");
    assert!(seen >= 100, "{seen}");
}
