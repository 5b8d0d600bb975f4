//! Do the laws keep their own promises: inverse and cdf, density and cdf, moments, both tails, truncation?

mod moments;
mod reference;
mod shapes;

use super::{Kind, Law};
use crate::numerics::Probability;

/// A law of a parametric family.
fn law(family: &str, parameters: &[(&str, f64)]) -> Law {
    Law::from_parameters(family, parameters).unwrap_or_else(|error| panic!("{family} {parameters:?}: {error}"))
}

/// Continuous laws over a grid of shapes, the awkward ones among them.
pub(super) fn continuous() -> Vec<Law> {
    let mut laws = vec![
        law("normal", &[("mean", 0.0), ("sd", 0.004)]),
        law("normal", &[("mean", 1e6), ("sd", 3.0)]),
        law("lognormal", &[("mean", 1.0), ("sd", 0.04)]),
        law("lognormal", &[("mu", 14.88), ("sigma", 1.37)]),
        law("lognormal", &[("median", 2.0), ("sigma", 3.0)]),
        law("uniform", &[("min", -2.0), ("max", 5.0)]),
        law("triangular", &[("min", 0.0), ("mode", 1.0), ("max", 4.0)]),
        law("triangular", &[("min", 0.0), ("mode", 0.0), ("max", 4.0)]),
        law("triangular", &[("min", 1.0), ("mode", 4.0), ("max", 4.0)]),
        law("exponential", &[("mean", 3.0)]),
        law("gpd", &[("threshold", 2.0), ("scale", 1.0), ("shape", -0.4)]),
        law("gpd", &[("scale", 2.0), ("shape", 0.0)]),
        law("gpd", &[("threshold", 1e6), ("scale", 2e6), ("shape", 0.7)]),
    ];
    for (shape, scale) in [(0.05, 1.0), (0.3, 2.0), (1.0, 1.0), (2.5, 3.0), (40.0, 0.1), (1e4, 1.0)] {
        laws.push(law("gamma", &[("shape", shape), ("scale", scale)]));
    }
    for (alpha, beta) in [(0.2, 0.3), (0.5, 2.0), (1.0, 1.0), (3.0, 97.0), (2.0, 5.0), (800.0, 400.0)] {
        laws.push(law("beta", &[("alpha", alpha), ("beta", beta)]));
    }
    laws.push(law("beta", &[("mean", 10.0), ("sd", 2.0), ("min", 5.0), ("max", 20.0)]));
    laws.push(law("pert", &[("min", 0.045), ("mode", 0.06), ("max", 0.09)]));
    laws.push(law("pert", &[("min", 0.0), ("mode", 0.0), ("max", 5.0), ("lambda", 2.0)]));
    for shape in [0.4, 1.0, 3.6, 25.0] {
        laws.push(law("weibull", &[("shape", shape), ("scale", 2.0)]));
    }
    for shape in [0.02, 0.5, 3.0, 400.0] {
        laws.push(law("inverse_gaussian", &[("mean", 2.0), ("shape", shape)]));
    }
    for dof in [1.5, 3.0, 30.0] {
        laws.push(law("student_t", &[("location", 1.0), ("scale", 2.0), ("dof", dof)]));
    }
    for shape in [0.8, 2.5, 9.0] {
        laws.push(law("pareto", &[("shape", shape), ("scale", 1e6)]));
    }
    laws.push(Law::metalog(&[(0.1, 3.0), (0.5, 5.0), (0.9, 11.0)], None, None).unwrap());
    laws.push(Law::metalog(&[(0.1, 3.0), (0.5, 5.0), (0.9, 11.0)], Some(0.0), None).unwrap());
    laws.push(Law::metalog(&[(0.05, 3.0), (0.3, 4.0), (0.5, 5.0), (0.9, 9.0)], Some(0.0), Some(20.0)).unwrap());
    laws.push(Law::metalog(&[(0.1, 3.0), (0.9, 11.0)], None, Some(12.0)).unwrap());
    laws
}

/// Laws made of other laws, continuous or not.
pub(super) fn composed() -> Vec<Law> {
    let severity = law("lognormal", &[("mu", 14.88), ("sigma", 1.37)]);
    let body = law("gamma", &[("mean", 10.0), ("sd", 4.0)]);
    let tail = law("pareto", &[("shape", 2.5), ("scale", 30.0)]);
    let zero = Law::point(0.0).unwrap();
    let two_peaks = Law::mixture(vec![
        (0.7, law("normal", &[("mean", 0.0), ("sd", 1.0)])),
        (0.3, law("normal", &[("mean", 30.0), ("sd", 2.0)])),
    ]);
    let with_atoms = Law::mixture(vec![
        (0.6, zero.clone()),
        (0.3, body.clone()),
        (0.1, Law::mixture(vec![(0.5, Law::point(10.0).unwrap()), (0.5, tail.clone())]).unwrap()),
    ])
    .unwrap();
    vec![
        severity.truncated(0.0, 250e6).unwrap(),
        severity.truncated(0.0, 250e6).unwrap().moved(0.0, 1.37).unwrap(),
        with_atoms.moved(-2.1, 0.3).unwrap(),
        severity.truncated(1e9, f64::INFINITY).unwrap(),
        law("normal", &[("mean", 0.0), ("sd", 1.0)]).truncated(8.0, 12.0).unwrap(),
        law("normal", &[("mean", 0.0), ("sd", 1.0)]).truncated(-1.0, f64::INFINITY).unwrap(),
        law("gamma", &[("shape", 2.0), ("scale", 1.0)]).truncated(0.5, 3.0).unwrap(),
        law("beta", &[("alpha", 2.0), ("beta", 3.0)]).truncated(0.1, 0.2).unwrap(),
        two_peaks.unwrap(),
        with_atoms.clone(),
        with_atoms.truncated(0.0, 10.0).unwrap(),
        with_atoms.truncated(5.0, f64::INFINITY).unwrap(),
        Law::mixture(vec![
            (0.5, law("uniform", &[("min", 0.0), ("max", 1.0)])),
            (0.5, law("uniform", &[("min", 2.0), ("max", 3.0)])),
        ])
        .unwrap(),
        Law::mixture(vec![(0.95, body.clone()), (0.05, tail.clone())]).unwrap(),
        Law::splice(body.clone(), tail.clone(), 15.0, None).unwrap(),
        Law::splice(body, tail, 15.0, Some(0.02)).unwrap().truncated(2.0, 1e4).unwrap(),
        Law::empirical((0..500).map(|i| f64::from(i * i % 83)).collect()).unwrap(),
        Law::discrete(&[3.0, 1.0, 2.0], &[1.0, 1e-9, 5.0]).unwrap(),
        Law::discrete(&[3.0, 1.0, 2.0], &[1.0, 1.0, 5.0]).unwrap().truncated(1.5, 9.0).unwrap(),
    ]
}

/// Probabilities across the axis and far into both tails.
pub(super) fn ladder() -> Vec<Probability> {
    let tails = [1e-30, 1e-16, 1e-12, 1e-9, 1e-6, 1e-4, 0.003, 0.02, 0.1, 0.2, 0.3, 0.37, 0.45, 0.4999];
    let lower = tails.iter().map(|tail| Probability::lower(*tail));
    lower.chain(tails.iter().rev().map(|tail| Probability::upper(*tail))).collect()
}

#[test]
fn the_quantile_undoes_the_cdf() {
    for law in continuous() {
        for p in ladder() {
            let x = law.quantile(p);
            let back = law.cdf(x);
            // What the spacing of x itself can move the probability by, beside 1e-11 of the tail.
            let rounding = 4.0 * f64::EPSILON * x.abs() * law.density(x);
            let gap = (back.p() - p.p()).abs().min((back.q() - p.q()).abs());
            let allowed = 1e-11 * p.tail() + rounding;
            let (low, high) = law.support();
            // Where x has reached an end in floating point, the probability between is beyond telling.
            let at_end = x == low || x == high || x <= f64::MIN_POSITIVE && low == 0.0;
            assert!(gap <= allowed || at_end, "{law} at {p:?}: x {x}, back {back:?}");
        }
    }
}

#[test]
fn the_generalised_inverse_is_the_smallest_that_reaches_p() {
    for law in composed() {
        for p in ladder() {
            let x = law.quantile(p);
            let slack = 1e-12 * p.tail() + 1e-13 + 4.0 * f64::EPSILON * x.abs() * law.density(x);
            assert!(law.cdf(x).p() >= p.p() - slack, "{law} at {p:?}: {x} {:?}", law.cdf(x));
            assert!(law.below(x).p() <= p.p() + slack, "{law} at {p:?}: {x} {:?}", law.below(x));
        }
    }
}

#[test]
fn quantiles_rise_and_stay_in_the_support() {
    for law in continuous().into_iter().chain(composed()) {
        let values: Vec<f64> = ladder().into_iter().map(|p| law.quantile(p)).collect();
        let (low, high) = law.support();
        assert!(values.is_sorted(), "{law}: {values:?}");
        assert!(values.iter().all(|x| *x >= low && *x <= high), "{law}");
        assert_eq!(
            (law.quantile(Probability::lower(0.0)), law.quantile(Probability::upper(0.0))),
            (low, high),
            "{law}"
        );
    }
}

#[test]
fn the_density_integrates_to_the_cdf() {
    // Gauss-Legendre of three points on 400 strips of equal probability width never needs a smooth quantile.
    for law in continuous().into_iter().chain(composed()) {
        let (from, to) = (law.quantile(Probability::lower(0.3)), law.quantile(Probability::lower(0.31)));
        let jump = law.atoms().iter().any(|(x, _)| *x >= from && *x <= to);
        if jump || from == to || matches!(law.kind(), Kind::Mixture(_)) && law.density(0.5 * (from + to)) == 0.0 {
            continue;
        }
        let half = 0.5 * (to - from) / 400.0;
        let mut sum = 0.0;
        for strip in 0..400 {
            let middle = from + half * (2.0 * f64::from(strip) + 1.0);
            for (node, weight) in [(-0.6f64.sqrt(), 5.0 / 9.0), (0.0, 8.0 / 9.0), (0.6f64.sqrt(), 5.0 / 9.0)] {
                sum += weight * half * law.density(middle + half * node);
            }
        }
        let mass = law.cdf(to).p() - law.cdf(from).p();
        assert!((sum / mass - 1.0).abs() < 1e-7, "{law}: {sum} over [{from}, {to}], cdf {mass}");
    }
}

#[test]
fn atoms_are_the_jumps_of_the_cdf() {
    for law in composed() {
        for (x, mass) in law.atoms() {
            let jump = law.cdf(x).p() - law.below(x).p();
            assert!((jump - mass).abs() < 1e-15, "{law} at {x}: {jump} {mass}");
        }
    }
}

#[test]
fn truncation_is_conditioning() {
    for law in continuous() {
        let (low, high) = (law.quantile(Probability::lower(0.2)), law.quantile(Probability::upper(1e-3)));
        let inside = law.truncated(low, high).unwrap();
        assert_eq!(inside.support(), (low, high));
        for p in ladder() {
            let x = law.quantile(p);
            let expected = ((law.cdf(x.min(high)).p() - 0.2) / 0.799).clamp(0.0, 1.0);
            assert!((inside.cdf(x).p() - expected).abs() < 1e-9, "{inside} at {x}");
        }
        // Not every conditioned law has the smaller variance, but none more than two points at the ends have.
        assert!(inside.mean() > low && inside.mean() < high, "{inside}");
        assert!(inside.variance() <= 0.25 * (high - low) * (high - low), "{inside}");
        let twice = inside.truncated(low, f64::INFINITY).unwrap();
        assert!(matches!(twice.kind(), Kind::Truncated { high: end, .. } if end == high));
    }
}

#[test]
fn far_tails_are_conditioned_without_losing_digits() {
    let normal = law("normal", &[("mean", 0.0), ("sd", 1.0)]);
    let far = normal.truncated(20.0, f64::INFINITY).unwrap();
    // mpmath: the median beyond 20, and the mean beyond 20 (inverse Mills ratio).
    assert!(
        (far.quantile(Probability::lower(0.5)) / 20.034_541_676_514 - 1.0).abs() < 1e-10,
        "{}",
        far.quantile(Probability::lower(0.5))
    );
    assert!((far.mean() / 20.049_753_068_527_9 - 1.0).abs() < 1e-10, "{}", far.mean());
    assert!(normal.truncated(50.0, 60.0).is_err());
}

#[test]
fn laws_print_as_people_write_them() {
    let severity = law("lognormal", &[("mu", 14.88), ("sigma", 1.37)]).truncated(0.0, 250e6).unwrap();
    assert_eq!(severity.to_string(), "lognormal(mu 14.88, sigma 1.37) on [0, 250,000,000]");
    assert_eq!(severity.family(), "lognormal");
    assert_eq!(Law::point(-12_345.5).unwrap().to_string(), "-12,345.5");
}

#[test]
fn there_is_nothing_outside_of_the_support() {
    for law in continuous() {
        let (low, high) = law.support();
        let spread = law.quantile(Probability::upper(0.1)) - law.quantile(Probability::lower(0.1));
        for distance in [1e-9, 0.1, 1.0, 10.0, 1e6].map(|times| times * spread) {
            if low.is_finite() {
                let below = low - distance;
                assert_eq!((law.cdf(below).p(), law.below(below).p()), (0.0, 0.0), "{law} at {below}");
                assert_eq!(law.density(below), 0.0, "{law} at {below}");
            }
            if high.is_finite() {
                let above = high + distance;
                assert_eq!((law.cdf(above).q(), law.below(above).q()), (0.0, 0.0), "{law} at {above}");
                assert_eq!(law.density(above), 0.0, "{law} at {above}");
            }
        }
    }
}
