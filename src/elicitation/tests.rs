//! Do the laws say what was said, and does the pool say what they say together?

use super::*;
use crate::numerics::special::normal_cdf;

fn said(pairs: &[(f64, f64)]) -> Judgement {
    Judgement::Quantiles(pairs.iter().map(|(p, value)| Quantile { p: *p, value: *value }).collect())
}

fn expert(name: &str, weight: f64, pairs: &[(f64, f64)]) -> Expert {
    Expert { name: name.into(), judgement: said(pairs), weight }
}

fn one(pairs: &[(f64, f64)], min: Option<f64>, max: Option<f64>) -> Elicitation {
    let question = Question { experts: vec![expert(UNNAMED, 1.0, pairs)], bounds: Bounds { min, max }, family: None };
    elicit(&question, "d").unwrap_or_else(|error| panic!("{error}"))
}

fn families(found: &Elicitation, exact: bool) -> Vec<&str> {
    found.experts[0].laws.iter().filter(|law| law.is_exact == exact).map(|law| law.family.as_str()).collect()
}

#[test]
fn two_quantiles_have_an_exact_law_of_every_family_that_can() {
    let found = one(&[(0.1, 3.0), (0.9, 14.0)], None, None);
    let mut exact = families(&found, true);
    assert_eq!(exact[0], "lognormal", "what is above 0 and has no other end");
    exact.sort_unstable();
    assert_eq!(exact, ["gamma", "gpd", "inverse_gaussian", "lognormal", "metalog", "normal", "uniform", "weibull"]);
    for law in &found.experts[0].laws {
        assert!(
            law.miss < 1e-6 && (law.fitted[0].value - 3.0).abs() < 1e-6 && (law.fitted[1].value - 14.0).abs() < 1e-6,
            "{law:?}"
        );
    }
    let refused: Vec<&str> = found.experts[0].refused.iter().map(|refused| refused.family.as_str()).collect();
    assert_eq!(refused, ["beta", "student_t", "pareto"]);
    assert!(found.cautions.iter().any(|caution| caution.code == "tail_is_the_family"), "{:?}", found.cautions);
}

#[test]
fn bounds_hold_for_every_law_and_two_quantiles_stay_exact() {
    let found = one(&[(0.2, 3.0), (0.8, 14.0)], Some(1.0), Some(30.0));
    assert_eq!(found.experts[0].laws[0].family, "beta");
    for law in &found.experts[0].laws {
        let ends = [law.summary.quantiles[0].value, law.summary.quantiles[8].value];
        assert!(ends[0] >= 1.0 && ends[1] <= 30.0, "{law:?}");
        // A uniform law that begins below the bound has one end left to move.
        assert!(law.is_exact || law.family == "uniform", "{}: {}", law.law, law.miss);
    }
    let normal = found.experts[0].laws.iter().find(|law| law.family == "normal").unwrap();
    assert!(normal.written.iter().any(|(key, value)| key == "truncate" && value == "[1, 30]"), "{normal:?}");
}

#[test]
fn more_quantiles_have_a_metalog_and_the_nearest_of_each_family() {
    let law = Law::from_parameters("lognormal", &[("mu", 1.8), ("sigma", 0.6)]).unwrap();
    let pairs = [0.05, 0.25, 0.5, 0.75, 0.95].map(|p| (p, law.quantile(Probability::lower(p))));
    let found = one(&pairs, Some(0.0), None);
    assert_eq!(families(&found, true), ["metalog", "lognormal"]);
    let lognormal = &found.experts[0].laws[1];
    assert!(lognormal.law.starts_with("lognormal(mu 1.8") && lognormal.miss < 1e-9, "{lognormal:?}");
    let misses: Vec<f64> = found.experts[0].laws.iter().skip(2).map(|law| law.miss).collect();
    assert!(misses.len() >= 6 && misses.is_sorted() && misses[0] > 1e-4, "{misses:?}");
    let other = one(&[(0.1, 3.0), (0.5, 6.0), (0.9, 14.0)], None, None);
    let student = other.experts[0].laws.iter().find(|law| law.family == "student_t");
    assert!(student.is_some_and(|law| law.miss > 0.01), "symmetric where what was said is not: {student:?}");
}

/// Keelin 2016, section 3: three quantiles at a, 1/2 and 1 - a have a metalog where (median - low) / (high - low) is between k and 1 - k
/// with k = 0.5 (1 - 1.66711 (0.5 - a)).
#[test]
fn an_infeasible_metalog_says_what_to_move() {
    let found = one(&[(0.1, 1.0), (0.5, 1.5), (0.9, 10.0)], None, None);
    let opinion = &found.experts[0];
    assert!(opinion.laws.iter().all(|law| law.family != "metalog"));
    let infeasible = opinion.infeasible.as_ref().unwrap();
    let median = infeasible.remedies.iter().find(|remedy| remedy.p == 0.5).unwrap();
    let k = 0.5 * (1.0 - 1.66711 * 0.4);
    assert!(
        (median.low - (1.0 + 9.0 * k)).abs() < 1e-4 && (median.high - (1.0 + 9.0 * (1.0 - k))).abs() < 1e-4,
        "{median:?}"
    );
    let caution = found.cautions.iter().find(|caution| caution.code == "metalog_infeasible").unwrap();
    assert!(caution.message.contains("in place of"), "{}", caution.message);
    let bounded = one(&[(0.1, 1.0), (0.5, 1.5), (0.9, 10.0)], Some(0.9), None);
    assert_eq!(bounded.experts[0].laws[0].family, "metalog", "a bound can help");
}

#[test]
fn a_pert_judgement_is_its_law() {
    let pert =
        Expert { name: UNNAMED.into(), judgement: Judgement::Pert { min: 2.0, mode: 5.0, max: 12.0 }, weight: 1.0 };
    let question = Question { experts: vec![pert], bounds: Bounds::default(), family: None };
    let found = elicit(&question, "d").unwrap();
    assert_eq!(found.experts[0].laws[0].law, "pert(min 2, mode 5, max 12, lambda 4)");
    assert!((found.experts[0].laws[0].summary.mean.unwrap() - 34.0 / 6.0).abs() < 1e-9);
    let triangular = elicit(&Question { family: Some("triangular".into()), ..question.clone() }, "d").unwrap();
    assert!((triangular.experts[0].laws[0].summary.mean.unwrap() - 19.0 / 3.0).abs() < 1e-9);
    let bounded = Question { bounds: Bounds { min: Some(0.0), max: None }, ..question };
    assert!(elicit(&bounded, "d").unwrap_err().to_string().contains("has its own ends"));
}

/// Two normal laws of sd 1, means 0 and 2, weights 3 to 1: a mixture with mean 0.5, variance 1 + 0.75.
#[test]
fn the_pool_is_the_mixture_and_says_how_much_is_disagreement() {
    let z = 1.281_551_565_544_6;
    let pairs = |mean: f64| [(0.1, mean - z), (0.9, mean + z)];
    let question = Question {
        experts: vec![
            expert("Ann", 3.0, &pairs(0.0)),
            expert("Bo", 1.0, &pairs(2.0)),
            expert("Cy", 0.0, &pairs(100.0)),
        ],
        bounds: Bounds::default(),
        family: Some("normal".into()),
    };
    let found = elicit(&question, "d").unwrap();
    let pool = found.pool.as_ref().unwrap();
    assert!((pool.summary.mean.unwrap() - 0.5).abs() < 1e-9);
    assert!((pool.summary.sd.unwrap() - 1.75f64.sqrt()).abs() < 1e-6);
    assert!((pool.disagreement.variance_share.unwrap() - 0.75 / 1.75).abs() < 1e-6);
    for (x, cumulative) in found.grid.iter().zip(&pool.summary.cumulative) {
        let expected = 0.75 * normal_cdf(*x).p() + 0.25 * normal_cdf(x - 2.0).p();
        assert!((cumulative - expected).abs() < 1e-9);
    }
    // |F_pool - F_Bo| is 0.75 (Phi(x) - Phi(x - 2)), largest at x = 1.
    let expected = 0.75 * (normal_cdf(1.0).p() - normal_cdf(-1.0).p());
    assert!((found.experts[1].distance_from_pool.unwrap() - expected).abs() < 1e-4);
    assert_eq!(pool.disagreement.apart, [("Ann".into(), "Cy".into()), ("Bo".into(), "Cy".into())]);
    assert_eq!(found.experts.iter().map(|opinion| opinion.weight).collect::<Vec<_>>(), [0.75, 0.25, 0.0]);
}

#[test]
fn everything_that_says_nothing_is_refused() {
    let bounds = |min, max| Bounds { min, max };
    let ask = |experts: Vec<Expert>, bounds: Bounds, family: Option<&str>| {
        let question = Question { experts, bounds, family: family.map(str::to_owned) };
        elicit(&question, "d").err().map(|error| error.to_string()).unwrap_or_default()
    };
    let good = [(0.1, 3.0), (0.9, 14.0)];
    let free = Bounds::default();
    let single = |pairs: &[(f64, f64)]| vec![expert("Ann", 1.0, pairs)];
    assert!(ask(vec![], free, None).contains("nobody"));
    assert!(ask(single(&[(0.5, 3.0)]), free, None).contains("1 quantile, expected two"));
    assert!(ask(single(&[(0.1, 3.0), (0.9, 3.0)]), free, None).contains("values must rise"));
    assert!(ask(single(&[(0.1, 3.0), (0.1, 4.0)]), free, None).contains("values must rise"));
    assert!(ask(single(&[(0.0, 3.0), (0.1, 4.0)]), free, None).contains("strictly between 0 and 1"));
    assert!(ask(single(&[(0.1, f64::NAN), (0.9, 4.0)]), free, None).contains("no finite number"));
    assert!(ask(single(&good), bounds(Some(5.0), None), None).contains("outside of the bounds"));
    assert!(ask(single(&good), bounds(Some(5.0), Some(5.0)), None).contains("not below"));
    assert!(ask(single(&good), free, Some("gama")).contains("no family \"gama\""));
    assert!(ask(single(&good), free, Some("beta")).contains("needs --min and --max"));
    assert!(ask(vec![expert("Ann", -1.0, &good)], free, None).contains("weight -1"));
    assert!(ask(vec![expert("Ann", 0.0, &good)], free, None).contains("sum to 0"));
    assert!(ask(vec![expert("Ann", 1.0, &good), expert("Ann", 1.0, &good)], free, None).contains("two experts"));
    let many: Vec<(f64, f64)> = (1..=17).map(|i| (f64::from(i) / 18.0, f64::from(i))).collect();
    assert!(ask(single(&many), free, None).contains("at most 16"));
}
