//! Are the moments those of the law?

use super::{composed, continuous, law};
use crate::distributions::{Law, Moments, moments};
use crate::numerics::Probability;

fn close(found: f64, expected: f64, tolerance: f64) -> bool {
    found == expected || (found.is_nan() && expected.is_nan()) || (found - expected).abs() <= tolerance * expected.abs()
}

fn agree(law: &Law, found: Moments, expected: Moments, tolerance: f64) {
    let spread = expected.variance.sqrt();
    assert!(
        close(found.mean, expected.mean, tolerance) || (found.mean - expected.mean).abs() < tolerance * spread,
        "{law}: {found:?} {expected:?}"
    );
    assert!(close(found.variance, expected.variance, tolerance), "{law}: {found:?} {expected:?}");
    // A third moment near 0 is judged against the spread.
    let cube = spread * spread * spread;
    assert!(
        close(found.third, expected.third, tolerance) || (found.third - expected.third).abs() < tolerance * cube,
        "{law}: {found:?} {expected:?}"
    );
    assert!(close(found.fourth, expected.fourth, tolerance), "{law}: {found:?} {expected:?}");
}

#[test]
fn closed_forms_agree_with_quadrature() {
    for law in continuous() {
        agree(&law, law.moments(), moments::by_quadrature(law.inner()), 1e-9);
    }
}

#[test]
fn compositions_agree_with_quadrature() {
    for law in composed() {
        let well_behaved = law.family() != "mixture" || law.support().0 >= 0.0;
        if well_behaved {
            agree(&law, law.moments(), moments::by_quadrature(law.inner()), 1e-6);
        }
    }
}

#[test]
fn truncated_moments_have_their_closed_forms() {
    use crate::numerics::elementary::{exp, ln};
    use crate::numerics::special::normal_cdf;
    let (mu, sigma, cap) = (14.88, 1.37, 250e6f64);
    let severity = law("lognormal", &[("mu", mu), ("sigma", sigma)]).truncated(0.0, cap).unwrap();
    let z = (ln(cap) - mu) / sigma;
    let raw = |k: f64| exp(k * mu + 0.5 * k * k * sigma * sigma) * normal_cdf(z - k * sigma).p() / normal_cdf(z).p();
    assert!(close(severity.mean(), raw(1.0), 1e-11), "{} {}", severity.mean(), raw(1.0));
    assert!(close(severity.variance(), raw(2.0) - raw(1.0) * raw(1.0), 1e-11));
    // Lomax of shape 1 has no mean; capped at its scale it is 2 (ln 2 - 1/2) of it.
    let capped = law("pareto", &[("shape", 1.0), ("scale", 1e6)]).truncated(0.0, 1e6).unwrap();
    assert!(close(capped.mean(), 2e6 * (std::f64::consts::LN_2 - 0.5), 1e-12));
    // Memoryless: an exponential beyond 7 is 7 and an exponential.
    let beyond = law("exponential", &[("mean", 3.0)]).truncated(7.0, f64::INFINITY).unwrap();
    agree(&beyond, beyond.moments(), Moments { mean: 10.0, variance: 9.0, third: 54.0, fourth: 729.0 }, 1e-11);
    // A Lomax beyond t is t and a Lomax of scale s + t.
    let excess = law("pareto", &[("shape", 2.2), ("scale", 1.0)]).truncated(3.0, f64::INFINITY).unwrap();
    let shifted = law("pareto", &[("shape", 2.2), ("scale", 4.0)]);
    assert!(close(excess.mean(), 3.0 + shifted.mean(), 1e-11), "{}", excess.mean());
    assert!(close(excess.variance(), shifted.variance(), 1e-9), "{} {}", excess.variance(), shifted.variance());
}

#[test]
fn what_diverges_says_so() {
    let pareto = |shape: f64| law("pareto", &[("shape", shape), ("scale", 1.0)]);
    assert_eq!((pareto(0.9).mean(), pareto(0.9).variance()), (f64::INFINITY, f64::INFINITY));
    assert_eq!((pareto(1.9).mean().is_finite(), pareto(1.9).variance()), (true, f64::INFINITY));
    assert!(pareto(1.9).skewness().is_nan());
    assert_eq!(pareto(2.9).skewness(), f64::INFINITY);
    assert_eq!(pareto(3.9).excess_kurtosis(), f64::INFINITY);
    let t = law("student_t", &[("location", 0.0), ("scale", 1.0), ("dof", 1.0)]);
    assert!(t.mean().is_nan() && t.variance().is_nan());
    let mixed = Law::mixture(vec![(0.9, Law::point(0.0).unwrap()), (0.1, pareto(1.5))]).unwrap();
    assert!(close(mixed.mean(), 0.2, 1e-15) && mixed.variance() == f64::INFINITY);
    assert!(mixed.truncated(0.0, 50.0).unwrap().variance().is_finite());
    // A metalog above a bound has the power tail of index 1 / S(1/2).
    let metalog = Law::metalog(&[(0.1, 1.0), (0.5, 10.0), (0.9, 1000.0)], Some(0.0), None).unwrap();
    assert_eq!(metalog.mean(), f64::INFINITY);
}

#[test]
fn statrs_agrees_where_it_has_the_family() {
    use statrs::distribution::{Beta, ContinuousCDF, Gamma, LogNormal, StudentsT, Weibull};
    use statrs::statistics::Distribution;
    type Peer = (Law, Box<dyn Fn(f64) -> f64>, Option<f64>);
    let pairs: Vec<Peer> = vec![
        {
            let other = Gamma::new(2.5, 1.0 / 3.0).unwrap();
            (law("gamma", &[("shape", 2.5), ("scale", 3.0)]), Box::new(move |x| other.cdf(x)), other.variance())
        },
        {
            let other = Beta::new(2.0, 5.0).unwrap();
            (law("beta", &[("alpha", 2.0), ("beta", 5.0)]), Box::new(move |x| other.cdf(x)), other.variance())
        },
        {
            let other = LogNormal::new(0.3, 0.7).unwrap();
            (law("lognormal", &[("mu", 0.3), ("sigma", 0.7)]), Box::new(move |x| other.cdf(x)), other.variance())
        },
        {
            let other = Weibull::new(1.7, 2.0).unwrap();
            (law("weibull", &[("shape", 1.7), ("scale", 2.0)]), Box::new(move |x| other.cdf(x)), other.variance())
        },
        {
            let other = StudentsT::new(1.0, 2.0, 5.0).unwrap();
            let own = law("student_t", &[("location", 1.0), ("scale", 2.0), ("dof", 5.0)]);
            (own, Box::new(move |x| other.cdf(x)), other.variance())
        },
    ];
    for (law, cdf, variance) in pairs {
        for p in [0.001, 0.2, 0.5, 0.9, 0.999] {
            let x = law.quantile(Probability::lower(p));
            assert!((cdf(x) - p).abs() < 1e-9, "{law} at {p}");
        }
        assert!(close(law.variance(), variance.unwrap(), 1e-12), "{law}");
    }
}
