//! Does truncating a law narrow it?
//!
//! The support of any law. The variance not of any law: above a high threshold a Pareto or a lognormal law varies more than before. It
//! is monotone for laws whose density is log-concave, since conditioned to an interval such a law is log-concave again, and cutting
//! it once more on one side lowers its variance (Burdett 1996, Truncated means and variances; An 1998, Logconcavity versus logconvexity):
//! normal, uniform, exponential, triangular; gamma and Weibull of shape 1 and more; beta of both shapes 1 and more, so PERT.

use super::config;
use proptest::prelude::*;
use tailcost::distributions::Law;
use tailcost::numerics::Probability;

fn law(family: &str, parameters: &[(&str, f64)]) -> Law {
    Law::from_parameters(family, parameters).unwrap_or_else(|error| panic!("{family} {parameters:?}: {error}"))
}

fn log_concave() -> impl Strategy<Value = Law> {
    (0..8, 0.0..1.0_f64, 0.0..1.0_f64).prop_map(|(family, a, b)| match family {
        0 => law("normal", &[("mean", 10.0 * a - 5.0), ("sd", 0.1 + b)]),
        1 => law("uniform", &[("min", -a), ("max", b + 0.1)]),
        2 => law("exponential", &[("mean", 0.1 + a)]),
        3 => law("triangular", &[("min", 0.0), ("mode", a), ("max", 1.0)]),
        4 => law("gamma", &[("shape", 1.0 + 30.0 * a), ("scale", 0.1 + b)]),
        5 => law("weibull", &[("shape", 1.0 + 5.0 * a), ("scale", 0.1 + b)]),
        6 => law("beta", &[("alpha", 1.0 + 20.0 * a), ("beta", 1.0 + 20.0 * b)]),
        _ => law("pert", &[("min", 0.0), ("mode", a), ("max", 1.0), ("lambda", 0.1 + 8.0 * b)]),
    })
}

fn any_law() -> impl Strategy<Value = Law> {
    let others = (0..6, 0.0..1.0_f64, 0.0..1.0_f64).prop_map(|(family, a, b)| match family {
        0 => law("lognormal", &[("mu", a), ("sigma", 0.1 + 2.0 * b)]),
        1 => law("pareto", &[("shape", 0.5 + 3.0 * a), ("scale", 0.1 + b)]),
        2 => law("student_t", &[("location", a), ("scale", 0.1 + b), ("dof", 1.0 + 9.0 * b)]),
        3 => law("inverse_gaussian", &[("mean", 0.1 + a), ("shape", 0.1 + b)]),
        4 => Law::discrete(&[0.0, a, 1.0 + b], &[1.0, 2.0, 1.0 + a]).expect("a law"),
        _ => Law::mixture(vec![(a + 0.1, Law::point(b).expect("a law")), (1.0, law("exponential", &[("mean", 1.0)]))])
            .expect("a law"),
    });
    prop_oneof![log_concave(), others]
}

/// Four levels of probability, rising, from the body to far tails.
fn levels() -> impl Strategy<Value = [f64; 4]> {
    prop::array::uniform4(1e-4..0.9999_f64).prop_map(|mut levels| {
        levels.sort_by(f64::total_cmp);
        levels
    })
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn the_support_narrows(law in any_law(), levels in levels()) {
        let [low, _, _, high] = levels.map(|p| law.quantile(Probability::lower(p)));
        let narrow = law.truncated(low, high).expect("an interval with probability");
        let (wide, (from, to)) = (law.support(), narrow.support());
        prop_assert!(from >= low && from >= wide.0 && to <= high && to <= wide.1, "{} on [{}, {}]", law, from, to);
        // All of it: nothing is left outside, and quantiles stay inside.
        prop_assert!(narrow.below(from).p() == 0.0 && narrow.cdf(to).q() == 0.0);
        for p in [0.0, 1e-9, 0.3, 0.5].map(Probability::lower).into_iter().chain([0.2, 1e-9, 0.0].map(Probability::upper)) {
            prop_assert!((from..=to).contains(&narrow.quantile(p)), "{} at {:?}", narrow, p);
        }
        let mean = narrow.mean();
        prop_assert!(from <= mean && mean <= to, "{}: mean {}", narrow, mean);
    }

    /// Nested intervals, nested variances: those of a law without truncation are closed forms, of a truncated one quadrature to 1e-10.
    #[test]
    fn the_variance_of_a_log_concave_law_falls(law in log_concave(), levels in levels()) {
        let [a, b, c, d] = levels.map(|p| law.quantile(Probability::lower(p)));
        prop_assume!(b < c && (c - b) > 1e-3 * (d - a));
        let wide = law.truncated(a, d).expect("an interval with probability");
        let narrow = law.truncated(b, c).expect("an interval with probability");
        let (all, wide, narrow) = (law.variance(), wide.variance(), narrow.variance());
        prop_assert!(wide <= all * (1.0 + 1e-8) && narrow <= wide * (1.0 + 1e-8), "{}: {} {} {}", law, all, wide, narrow);
        // Nor can it be more than that of the two ends.
        prop_assert!(narrow <= 0.25 * (c - b) * (c - b) * (1.0 + 1e-8));
    }

    /// What has no such monotony: a Pareto law above a threshold has the scale of the threshold.
    #[test]
    fn the_variance_of_a_heavy_tail_rises_above_a_threshold(shape in 2.5..6.0_f64, p in 0.5..0.99_f64) {
        let pareto = law("pareto", &[("shape", shape), ("scale", 1.0)]);
        let above = pareto.truncated(pareto.quantile(Probability::lower(p)), f64::INFINITY).expect("a tail");
        prop_assert!(above.variance() > pareto.variance());
    }
}
