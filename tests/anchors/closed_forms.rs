//! Does the transform give the compound laws that have a closed form?

use tailcost::compound::{Exact, Frequency, Sum, Terms, capped};
use tailcost::distributions::Law;
use tailcost::numerics::Probability;
use tailcost::numerics::special::{beta_cdf, gamma_cdf, normal_quantile};

const CELLS: usize = 1 << 16;
const LEVELS: [f64; 5] = [0.5, 0.9, 0.99, 0.995, 0.999];

fn law(family: &str, parameters: &[(&str, f64)]) -> Law {
    Law::from_parameters(family, parameters).unwrap()
}

fn exact(frequency: Frequency, amount: &Law, terms: Terms) -> Exact {
    Sum { frequency, amount: amount.clone(), scale: 1.0, terms }.exact(0.999, CELLS).unwrap()
}

fn assert_near(found: f64, expected: f64, within: f64, what: &str) {
    assert!((found / expected - 1.0).abs() < within, "{what}: {found}, expected {expected}");
}

/// `P(S > x)` and `E max(S - x, 0)` of gamma sums of whole shape, given the probability of each number.
fn erlang_tail(counts: &[f64], shape: f64, scale: f64, x: f64) -> (f64, f64) {
    counts.iter().enumerate().skip(1).fold((0.0, 0.0), |(above, excess), (n, p)| {
        let total = n as f64 * shape;
        let beyond = gamma_cdf(total, x / scale).q();
        let mean_beyond = total * scale * gamma_cdf(total + 1.0, x / scale).q();
        (above + p * beyond, excess + p * (mean_beyond - x * beyond))
    })
}

fn poisson(mean: f64, most: usize) -> Vec<f64> {
    let mut p = (-mean).exp();
    (0..most)
        .map(|n| {
            let now = p;
            p *= mean / (n + 1) as f64;
            now
        })
        .collect()
}

fn negative_binomial(mean: f64, size: f64, most: usize) -> Vec<f64> {
    let q = mean / (mean + size);
    let mut p = (1.0 - q).powf(size);
    (0..most)
        .map(|n| {
            let now = p;
            p *= q * (size + n as f64) / (n + 1) as f64;
            now
        })
        .collect()
}

/// The figures found are consistent with the closed tail: nothing is inverted twice.
fn assert_gamma_sums(exact: &Exact, counts: &[f64], shape: f64, scale: f64, within: f64) {
    for level in LEVELS {
        let var = exact.var(level).unwrap();
        let (above, excess) = erlang_tail(counts, shape, scale, var.value);
        if var.value > 0.0 {
            assert_near(above, 1.0 - level, within, "probability above the VaR");
        }
        let tvar = exact.tvar(level).unwrap();
        assert_near(tvar.value, var.value + excess / (1.0 - level), within, "TVaR");
        assert!(tvar.error < within * tvar.value, "{tvar:?}");
    }
}

#[test]
fn poisson_sums_of_exponentials() {
    let exponential = law("exponential", &[("mean", 3.0)]);
    for mean in [0.02, 2.0, 150.0] {
        let found = exact(Frequency::Poisson { mean }, &exponential, Terms::Plain);
        // Sharing amounts between points adds a sixth of a squared step to each variance.
        assert_gamma_sums(&found, &poisson(mean, 600), 1.0, 3.0, 1e-5);
    }
}

#[test]
fn negative_binomial_sums_of_gammas() {
    let gamma = law("gamma", &[("shape", 2.5), ("scale", 7.0)]);
    for (mean, size) in [(0.5, 0.3), (20.0, 2.0)] {
        let found = exact(Frequency::NegativeBinomial { mean, size }, &gamma, Terms::Plain);
        assert_gamma_sums(&found, &negative_binomial(mean, size, 3000), 2.5, 7.0, 2e-6);
    }
}

#[test]
fn a_geometric_sum_of_exponentials_is_exponential() {
    let (mean, amount) = (4.0, 10.0);
    let found =
        exact(Frequency::NegativeBinomial { mean, size: 1.0 }, &law("exponential", &[("mean", amount)]), Terms::Plain);
    let above_none = mean / (1.0 + mean);
    let scale = amount * (1.0 + mean);
    for level in [0.3, 0.9, 0.99, 0.999] {
        let var = scale * (above_none / (1.0 - level)).ln();
        assert_near(found.var(level).unwrap().value, var, 1e-6, "VaR");
        assert_near(found.tvar(level).unwrap().value, var + scale, 1e-6, "TVaR");
    }
}

#[test]
fn a_gamma_mixed_poisson_is_negative_binomial() {
    let size = 4.0;
    let frequency = Frequency::mixed_poisson(&[law("gamma", &[("shape", size), ("scale", 0.5 / size)])], 6.0);
    assert_near(frequency.mean(), 3.0, 1e-10, "mean count");
    let found = exact(frequency, &law("exponential", &[("mean", 3.0)]), Terms::Plain);
    assert_gamma_sums(&found, &negative_binomial(3.0, size, 400), 1.0, 3.0, 2e-6);
}

#[test]
fn a_mean_mixed_over_two_laws_keeps_its_moments() {
    let factors = [law("lognormal", &[("mean", 0.5), ("sd", 0.4)]), law("gamma", &[("mean", 1.0), ("sd", 0.5)])];
    let Frequency::Counts(counts) = Frequency::mixed_poisson(&factors, 2.0) else { panic!("the mean varies") };
    let moment = |power: i32| counts.iter().enumerate().map(|(n, p)| (n as f64).powi(power) * p).sum::<f64>();
    let second = 4.0 * (0.25 + 0.16) * 1.25;
    assert_near(moment(0), 1.0, 1e-10, "probability");
    assert_near(moment(1), 1.0, 1e-10, "mean");
    assert_near(moment(2), second + 1.0, 1e-8, "second moment");
}

#[test]
fn constant_amounts_follow_the_count() {
    let point = Law::point(250.0).unwrap();
    let found = exact(Frequency::Binomial { trials: 10, probability: 0.3 }, &point, Terms::Plain);
    // The 0.9 and 0.99 quantiles of the binomial law, and the mean of its upper tenth, by hand from its probabilities.
    assert_near(found.var(0.9).unwrap().value, 5.0 * 250.0, 1e-12, "VaR");
    assert_near(found.var(0.99).unwrap().value, 7.0 * 250.0, 1e-12, "VaR");
    let tail =
        [(6.0, 0.036_756_909), (7.0, 0.009_001_692), (8.0, 0.001_446_700_5), (9.0, 0.000_137_781), (10.0, 5.9049e-6)];
    let beyond: f64 = tail.iter().map(|(_, p)| p).sum();
    let sum: f64 = tail.iter().map(|(n, p)| n * p).sum();
    assert_near(found.tvar(0.9).unwrap().value, 250.0 * (sum + 5.0 * (0.1 - beyond)) / 0.1, 1e-9, "TVaR");
    let (below, up_to) = found.around(5.0 * 250.0);
    assert!(below < 0.9 && up_to > 0.9, "{below} {up_to}");
}

#[test]
fn heavy_tails_beyond_the_lattice_are_in_the_mean() {
    let pareto = law("pareto", &[("shape", 1.5), ("scale", 1000.0)]);
    // One amount with a known probability: the sum's tail is the amount's.
    let found = exact(Frequency::Binomial { trials: 1, probability: 0.2 }, &pareto, Terms::Plain);
    for level in [0.9, 0.99, 0.999] {
        let var = pareto.quantile(Probability::upper((1.0 - level) / 0.2));
        let tvar = var + 0.2 * 1000.0 / 0.5 * (1.0 + var / 1000.0).powf(-0.5) / (1.0 - level);
        assert_near(found.var(level).unwrap().value, var, 1e-6, "VaR");
        assert_near(found.tvar(level).unwrap().value, tvar, 1e-6, "TVaR");
    }
}

#[test]
fn a_policy_cuts_a_layer_out() {
    let terms = Terms::Policy { retention: 10.0, limit: 15.0, premium: 1.0 };
    let amount = law("exponential", &[("mean", 10.0)]);
    let found = exact(Frequency::Binomial { trials: 1, probability: 0.5 }, &amount, terms);
    // P(S > x) = exp(-x / 10) / 2; the upper tenth begins at 10 ln 5 = 16.09, within the layer.
    assert_near(found.var(0.9).unwrap().value, 11.0, 1e-9, "VaR");
    let beyond = 0.5 * 10.0 * (-2.5f64).exp();
    assert_near(found.tvar(0.9).unwrap().value, 11.0 + beyond / 0.1, 1e-6, "TVaR");
    let (below, up_to) = found.around(11.0);
    assert!((below - (1.0 - 0.5 * (-1.0f64).exp())).abs() < 1e-4, "{below}");
    assert!((up_to - (1.0 - 0.5 * (-2.5f64).exp())).abs() < 1e-4, "{up_to}");
}

#[test]
fn provisions_share_their_number_and_have_a_cap_each() {
    // Two breaches fined with probability 1/2: sums of exponential fines, two provisions, each capped.
    let frequency = Frequency::Counts(vec![0.5, 0.0, 0.5]);
    let (mean, cap) = (100.0, 150.0);
    let law = capped(&frequency, &law("exponential", &[("mean", mean)]), 2, cap, 8000);
    let capped_mean = mean * 2.0 * gamma_cdf(3.0, cap / mean).p() + cap * gamma_cdf(2.0, cap / mean).q();
    assert_near(law.mean(), 0.5 * 2.0 * capped_mean, 1e-6, "mean");
    assert_near(law.none(), 0.5, 1e-12, "probability of none");
    // Both provisions at their cap: an atom at the greatest sum.
    let at_both = 0.5 * gamma_cdf(2.0, cap / mean).q() * gamma_cdf(2.0, cap / mean).q();
    let (below, up_to) = law.around(2.0 * cap);
    assert!((up_to - 1.0).abs() < 1e-12 && (1.0 - below - at_both).abs() < 1e-3, "{below} {up_to} {at_both}");
    assert_eq!(law.var(0.3), Some(0.0));
    assert_near(law.tvar(0.0).unwrap(), law.mean(), 1e-12, "the mean of all");
}

/// What an assertion would see if the engine's amounts were one in a hundred too large.
#[test]
fn a_scale_off_by_a_hundredth_moves_the_probability_it_is_judged_by() {
    let found =
        exact(Frequency::Poisson { mean: 2.0 }, &law("lognormal", &[("mu", 10.0), ("sigma", 1.5)]), Terms::Plain);
    let var = found.var(0.99).unwrap().value;
    let (_, right) = found.around(var);
    let (_, wrong) = found.around(1.01 * var);
    assert!((right - 0.99).abs() < 1e-9, "{right}");
    // At 1e7 years a rank's standard error is 3.1e-5.
    assert!(wrong - right > 5.0 * 3.1e-5, "{wrong} {right}");
}

/// The law by which a VaR is judged, at more years than its own tests have: next to normal, with the skewness of a beta law.
#[test]
fn ranks_of_ten_million_years_are_next_to_normal() {
    for level in [0.9_f64, 0.995, 0.9999] {
        let n: f64 = 1e7;
        let (a, b): (f64, f64) = (level * n, n - level * n + 1.0);
        let (mean, sd) = (a / (a + b), (a * b / (a + b + 1.0)).sqrt() / (a + b));
        let skewness = 2.0 * (b - a) * (a + b + 1.0).sqrt() / ((a + b + 2.0) * (a * b).sqrt());
        for z in [-5.0, -2.0, 0.0, 2.0, 5.0] {
            let found = normal_quantile(beta_cdf(a, b, mean + z * sd));
            let expected = z - skewness / 6.0 * (z * z - 1.0);
            assert!((found - expected).abs() < 0.05, "{level}, {z}: {found}, expected {expected}");
        }
    }
}
