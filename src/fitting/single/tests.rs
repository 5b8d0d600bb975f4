//! Do estimates and standard errors agree with closed forms, and derivatives with differences?

// Oracles of tests decide no fitted value: std's functions are a second opinion on our own.
#![allow(clippy::disallowed_methods)]

use super::*;
use crate::distributions::Law;
use crate::fitting::observations::{Bound, Columns};
use crate::fitting::optimum::Likelihood;
use crate::numerics::Probability;

/// Quantiles of a law at even probabilities: a sample without chance.
fn ideal(law: &Law, n: usize) -> Vec<f64> {
    (0..n).map(|i| law.quantile(Probability::lower((i as f64 + 0.5) / n as f64))).collect()
}

fn law(family: &str, parameters: &[(&str, f64)]) -> Law {
    Law::from_parameters(family, parameters).unwrap()
}

fn typical() -> Vec<(&'static str, Law)> {
    vec![
        ("normal", law("normal", &[("mean", 40.0), ("sd", 7.0)])),
        ("lognormal", law("lognormal", &[("mu", 9.0), ("sigma", 1.4)])),
        ("gamma", law("gamma", &[("shape", 2.5), ("scale", 300.0)])),
        ("beta", law("beta", &[("alpha", 3.2), ("beta", 14.0)])),
        ("exponential", law("exponential", &[("mean", 20.0)])),
        ("weibull", law("weibull", &[("shape", 0.8), ("scale", 500.0)])),
        ("inverse_gaussian", law("inverse_gaussian", &[("mean", 10.0), ("shape", 15.0)])),
        ("student_t", law("student_t", &[("location", 1.0), ("scale", 0.2), ("dof", 4.0)])),
        ("pareto", law("pareto", &[("shape", 2.5), ("scale", 1000.0)])),
        ("gpd", law("gpd", &[("threshold", 10.0), ("scale", 7.0), ("shape", 0.5)])),
    ]
}

fn bent(law: &Law, n: usize) -> Observations {
    let quantile = |p: f64| law.quantile(Probability::lower(p));
    let values: Vec<f64> = ideal(law, n).into_iter().filter(|x| *x > quantile(0.1) && *x < quantile(0.97)).collect();
    let columns = Columns {
        truncated_below: Some(Bound::Constant(quantile(0.1))),
        truncated_above: Some(Bound::Constant(quantile(0.97))),
        censored_above: Some(Bound::Constant(quantile(0.8))),
        censored_below: Some(Bound::Constant(quantile(0.2))),
        ..Columns::of(&values)
    };
    Observations::new(&columns).unwrap()
}

#[test]
fn derivatives_of_every_likelihood_agree_with_differences() {
    for (family, law) in typical() {
        let ends = Ends { threshold: Some(10.0), ..Ends::default() };
        for observations in [Observations::new(&Columns::of(&ideal(&law, 50))).unwrap(), bent(&law, 60)] {
            let single = Single::new(family, &observations, ends).unwrap();
            let sample = Sample::new(single.shape, single.map, &observations);
            let likelihood = ShapeLikelihood { shape: single.shape, sample: &sample };
            let mut at = single.start(&observations);
            at.iter_mut().enumerate().for_each(|(i, c)| *c += 0.03 * (i as f64 + 1.0));
            let here = likelihood.expand(&at);
            assert!(here.value.is_finite(), "{family} {here:?}");
            let d = 1e-4;
            for i in 0..at.len() {
                let moved = |by: f64| {
                    let mut at = at.clone();
                    at[i] += by;
                    likelihood.expand(&at)
                };
                let (up, down) = (moved(d), moved(-d));
                let slope = (up.value - down.value) / (2.0 * d);
                let size = 1.0 + slope.abs().max(here.hessian[i][i].abs());
                // Truncation d^2 of the third derivative, rounding 1e-14 of the value over d.
                assert!((here.gradient[i] - slope).abs() < 1e-6 * size, "{family} {i}: {} {slope}", here.gradient[i]);
                for j in 0..at.len() {
                    let slope = (up.gradient[j] - down.gradient[j]) / (2.0 * d);
                    let error = (here.hessian[i][j] - slope).abs();
                    assert!(error < 3e-5 * (size + slope.abs()), "{family} {i}{j}: {} {slope}", here.hessian[i][j]);
                }
            }
        }
    }
}

#[test]
fn sums_agree_with_densities_one_by_one() {
    for (family, law) in typical() {
        let values = ideal(&law, 40);
        let observations = Observations::new(&Columns::of(&values)).unwrap();
        let ends = Ends { threshold: Some(10.0), ..Ends::default() };
        let single = Single::new(family, &observations, ends).unwrap();
        let point = single.point(&observations, None).unwrap();
        let fitted = single.law(&point.natural).unwrap();
        let plain: f64 = values.iter().map(|x| fitted.density(*x).ln()).sum();
        assert!((point.log_likelihood / plain - 1.0).abs() < 1e-10, "{family} {} {plain}", point.log_likelihood);
        let at: Vec<f64> = point.working.clone();
        let sample = Sample::new(single.shape, single.map, &observations);
        let jets: Vec<crate::fitting::jet::Jet<0>> =
            at.iter().map(|c| crate::fitting::jet::Jet::constant(*c)).collect();
        let one_by_one: f64 = sample.values().iter().map(|y| single.shape.ln_density(*y, y.ln(), &jets).v).sum::<f64>()
            + sample.ln_jacobian();
        assert!((one_by_one / plain - 1.0).abs() < 1e-10, "{family}");
    }
}

#[test]
fn truncated_and_censored_likelihoods_agree_with_the_law() {
    for (family, law) in typical() {
        let observations = bent(&law, 300);
        let ends = Ends { threshold: Some(10.0), ..Ends::default() };
        let single = Single::new(family, &observations, ends).unwrap();
        let point = single.point(&observations, None).unwrap();
        assert_eq!(point.state, FitState::Converged, "{family} {point:?}");
        let fitted = single.law(&point.natural).unwrap();
        let between = |low: f64, high: f64| fitted.cdf(high).p() - fitted.cdf(low).p();
        let mut plain: f64 = observations.exact().iter().map(|x| fitted.density(*x).ln()).sum();
        plain += observations.censored().iter().map(|row| row.count * between(row.low, row.high).ln()).sum::<f64>();
        plain -= observations.windows().iter().map(|w| w.count * between(w.from, w.to).ln()).sum::<f64>();
        assert!((point.log_likelihood / plain - 1.0).abs() < 1e-9, "{family} {} {plain}", point.log_likelihood);
    }
}

#[test]
fn closed_forms() {
    let values = [3.0, 1.0, 4.0, 1.5, 9.0, 2.6];
    let n = values.len() as f64;
    let fit = |family, columns: &Columns<'_>| {
        let observations = Observations::new(columns).unwrap();
        let single = Single::new(family, &observations, Ends::default()).unwrap();
        let point = single.point(&observations, None).unwrap();
        let described = single.describe(&observations, &point, Intervals::Profile);
        (point, described)
    };
    let near = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    let (point, described) = fit("normal", &Columns::of(&values));
    near(point.natural[0], mean);
    near(point.natural[1], variance.sqrt());
    near(described.covariance[0][0], variance / n);
    near(described.covariance[1][1], variance / (2.0 * n));
    // The profile of a normal mean: n/2 ln(1 + t^2/(n-1) ...) drops by 1.92 at sqrt(variance (exp(3.84/n) - 1)).
    let half = (variance * ((2.0 * 1.920_729_410_347_062f64 / n).exp() - 1.0)).sqrt();
    let profile = described.parameters[0].profile.unwrap();
    assert!((profile.high.unwrap() - mean - half).abs() < 1e-6 && (mean - profile.low.unwrap() - half).abs() < 1e-6);
    // An exponential law with rows censored at 4: time seen over events seen, of which the standard error is the root.
    let censored = Columns { censored_above: Some(Bound::Constant(4.0)), ..Columns::of(&values) };
    let (point, described) = fit("exponential", &censored);
    let seen: f64 = values.iter().map(|x| x.min(4.0)).sum();
    near(point.natural[0], seen / 4.0);
    near(described.parameters[0].standard_error.unwrap(), seen / 4.0 / 2.0);
    // Left-truncated: the exponential law forgets.
    let truncated = Columns { truncated_below: Some(Bound::Constant(0.5)), ..Columns::of(&values) };
    near(fit("exponential", &truncated).0.natural[0], mean - 0.5);
    let logs: Vec<f64> = values.iter().map(|x| x.ln()).collect();
    let mu = logs.iter().sum::<f64>() / n;
    near(fit("lognormal", &Columns::of(&values)).0.natural[0], mu);
    let (point, described) = fit("inverse_gaussian", &Columns::of(&values));
    near(point.natural[0], mean);
    let spread = values.iter().map(|x| 1.0 / x - 1.0 / mean).sum::<f64>() / n;
    near(point.natural[1], 1.0 / spread);
    near(described.covariance[0][0], mean.powi(3) * spread / n);
    // A Pareto law with its scale known would have n / sum of logs for its shape; at the maximum that holds too.
    let heavy = [0.1, 0.4, 0.9, 2.0, 3.5, 8.0, 40.0, 900.0];
    let (point, _) = fit("pareto", &Columns::of(&heavy));
    let logs: f64 = heavy.iter().map(|x| (1.0 + x / point.natural[1]).ln()).sum();
    near(point.natural[0], heavy.len() as f64 / logs);
}
