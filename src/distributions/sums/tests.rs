//! Are compiled sums the sums that drawing amounts one by one would give?

// Oracles of tests decide no drawn value: std's functions are a second opinion on our own.
#![allow(clippy::disallowed_methods)]

use super::*;
use crate::numerics::elementary::pow;
use crate::numerics::special::{gamma_cdf, gamma_quantile};
use rand::SeedableRng;
use rand_distr::Distribution;
use realfft::RealFftPlanner;

/// Probabilities over which the relative error is promised, not on cell edges.
const LEVELS: [f64; 9] = [0.001, 0.0123, 0.1, 0.321, 0.5, 0.77, 0.9, 0.987, 0.999];
/// Node and other counts.
const COUNTS: [f64; 11] = [1.0, 2.0, 3.0, 5.0, 8.0, 17.0, 50.0, 120.0, 333.0, 1000.0, 5000.0];

fn law(family: &str, parameters: &[(&str, f64)]) -> Law {
    Law::from_parameters(family, parameters).unwrap()
}

fn at(p: f64) -> Probability {
    if p > 0.5 { Probability::upper(1.0 - p) } else { Probability::lower(p) }
}

/// Largest relative error over counts and levels.
fn worst_error(amount: &Law, counts: &[f64], exact: impl Fn(f64, Probability) -> f64) -> f64 {
    let sum = CompiledSum::compile(amount, 2000.0);
    let errors = counts.iter().flat_map(|&n| LEVELS.map(|p| (sum.quantile(n, at(p)) / exact(n, at(p)) - 1.0).abs()));
    errors.fold(0.0, f64::max)
}

#[test]
fn no_amounts_cost_nothing_and_points_multiply() {
    let sum = CompiledSum::compile(&Law::point(12.5).unwrap(), 100.0);
    assert_eq!(sum.quantile(0.0, at(0.9)), 0.0);
    assert_eq!(sum.quantile(7.0, at(0.9)), 87.5);
    assert_eq!(sum.quantile(4.0, at(0.1)), 50.0);
}

#[test]
fn closed_families_keep_their_family() {
    let gamma = law("gamma", &[("shape", 0.7), ("scale", 3.0)]);
    assert!(worst_error(&gamma, &COUNTS, |n, p| 3.0 * gamma_quantile(0.7 * n, p)) < 1e-5);
    let inverse = law("inverse_gaussian", &[("mean", 2.0), ("shape", 1.0)]);
    let summed = |n: f64| law("inverse_gaussian", &[("mean", 2.0 * n), ("shape", n * n)]);
    assert!(worst_error(&inverse, &COUNTS, |n, p| summed(n).quantile(p)) < 1e-5);
    let normal = law("normal", &[("mean", 10.0), ("sd", 2.0)]);
    let summed = |n: f64| law("normal", &[("mean", 10.0 * n), ("sd", 2.0 * n.sqrt())]);
    assert!(worst_error(&normal, &COUNTS, |n, p| summed(n).quantile(p)) < 1e-8);
}

/// Truncation far out switches the closed form off and leaves the law: the Fourier path against the exact quantile.
#[test]
fn fourier_meets_the_gamma_law() {
    for shape in [0.3, 1.0, 2.0, 30.0] {
        let amount = law("gamma", &[("shape", shape), ("scale", 1.0)]).truncated(0.0, 1e3).unwrap();
        let error = worst_error(&amount, &COUNTS, |n, p| gamma_quantile(shape * n, p));
        assert!(error < 2e-4, "shape {shape}: {error}");
    }
}

/// Sums of zero-or-gamma amounts are binomial mixtures of gamma laws.
#[test]
fn zeros_are_conditioned_out() {
    let weight = 0.3;
    let body = law("gamma", &[("shape", 2.0), ("scale", 1.0)]);
    let amount = Law::mixture(vec![(weight, Law::point(0.0).unwrap()), (1.0 - weight, body)]).unwrap();
    let sum = CompiledSum::compile(&amount, 500.0);
    let cdf = |n: u64, x: f64| {
        let mut mass = pow(weight, n as f64);
        let mut total = mass;
        for k in 1..=n {
            mass *= (n - k + 1) as f64 / k as f64 * (1.0 - weight) / weight;
            total += mass * gamma_cdf(2.0 * k as f64, x).p();
        }
        total
    };
    for n in [2, 3, 5, 17, 50, 120, 333] {
        let none = pow(weight, n as f64);
        assert_eq!(sum.quantile(n as f64, Probability::lower(0.999 * none)), 0.0);
        for p in LEVELS.into_iter().filter(|p| *p > none) {
            let x = sum.quantile(n as f64, at(p));
            // A relative error of 5e-4 in x, half of what is promised,, told through the cdf on both sides.
            let (low, high) = (cdf(n, x * (1.0 - 5e-4)), cdf(n, x * (1.0 + 5e-4)));
            assert!(low <= p + 1e-12 && p <= high + 1e-12, "n {n} p {p}: {x} {low} {high}");
        }
    }
}

/// The law of a sum by a plain transform on one uniform grid, amounts rounded to the grid; written apart from the
/// module and refined by Richardson's extrapolation from two resolutions.
fn by_plain_fourier(amount: &Law, n: f64) -> [f64; 9] {
    let range = n * amount.mean() + 45.0 * (n * amount.variance()).sqrt();
    let [coarse, fine] = [15, 17].map(|bits| {
        let size = 1usize << bits;
        let step = range / size as f64;
        let edges: Vec<f64> = (0..=size).map(|j| amount.cdf((j as f64 - 0.5) * step).p()).collect();
        let mut masses: Vec<f64> = edges.windows(2).map(|e| e[1] - e[0]).collect();
        let mut planner = RealFftPlanner::new();
        let mut spectrum = vec![realfft::num_complex::Complex::new(0.0, 0.0); size / 2 + 1];
        planner.plan_fft_forward(size).process(&mut masses, &mut spectrum).unwrap();
        spectrum.iter_mut().for_each(|z| *z = z.powi(n as i32));
        spectrum[0].im = 0.0;
        spectrum[size / 2].im = 0.0;
        planner.plan_fft_inverse(size).process(&mut spectrum, &mut masses).unwrap();
        let mut below = 0.0;
        let mut place = 0;
        LEVELS.map(|p| {
            while below + masses[place] / (size as f64) < p {
                below += masses[place] / size as f64;
                place += 1;
            }
            (place as f64 - 0.5 + (p - below) / (masses[place] / size as f64)) * step
        })
    });
    std::array::from_fn(|i| fine[i] + (fine[i] - coarse[i]) / 15.0)
}

fn meets_plain_fourier(amount: &Law, counts: &[f64], bound: f64) {
    let sum = CompiledSum::compile(amount, 2000.0);
    for &n in counts {
        for (p, exact) in LEVELS.into_iter().zip(by_plain_fourier(amount, n)) {
            let found = sum.quantile(n, at(p));
            assert!((found / exact - 1.0).abs() < bound, "{amount} n {n} p {p}: {found} {exact}");
        }
    }
}

#[test]
fn lognormal_sums_meet_plain_fourier() {
    // The oracle itself is good to about 1e-4 in the lower tail of the widest law.
    for (sigma, bound) in [(0.55, 2e-5), (0.7, 2e-5), (1.37, 3e-4)] {
        let amount = law("lognormal", &[("mu", 1.0), ("sigma", sigma)]);
        meets_plain_fourier(&amount, &[2.0, 5.0, 17.0, 120.0, 333.0, 1000.0], bound);
    }
}

#[test]
fn bounded_and_stretched_sums_meet_plain_fourier() {
    let counts = [2.0, 3.0, 8.0, 50.0, 333.0, 1000.0];
    meets_plain_fourier(&law("uniform", &[("min", 0.0), ("max", 1.0)]), &counts, 3e-5);
    // The oracle's rounding is too coarse for the pole of this density at 0 while sums are few.
    meets_plain_fourier(&law("weibull", &[("shape", 0.7), ("scale", 1.0)]), &[17.0, 50.0, 333.0], 1e-4);
    meets_plain_fourier(&law("beta", &[("alpha", 2.0), ("beta", 5.0)]), &counts, 3e-5);
}

/// Counts of drawn sums below compiled quantiles are binomial: of the 96 comparisons here one exceeds 4.5 standard
/// deviations by chance with probability under 0.001 (the rarest level expects 200 drawn sums).
#[test]
fn heavy_tails_meet_sums_drawn_one_by_one() {
    let mut random = rand::rngs::StdRng::seed_from_u64(20_261_123);
    let draws = 200_000;
    let mut check = |amount: Law, n: usize, one: &mut dyn FnMut(&mut rand::rngs::StdRng) -> f64| {
        let sum = CompiledSum::compile(&amount, 100.0);
        let levels = [0.01, 0.1, 0.5, 0.9, 0.99, 0.999];
        let quantiles = levels.map(|p| sum.quantile(n as f64, at(p)));
        let mut below = [0.0; 6];
        for _ in 0..draws {
            let drawn: f64 = (0..n).map(|_| one(&mut random)).sum();
            for (count, quantile) in below.iter_mut().zip(quantiles) {
                *count += f64::from(u8::from(drawn <= quantile));
            }
        }
        for (count, p) in below.into_iter().zip(levels) {
            let z = (count - p * f64::from(draws)) / (f64::from(draws) * p * (1.0 - p)).sqrt();
            assert!(z.abs() < 4.5, "{amount} n {n} p {p}: z {z}");
        }
    };
    for shape in [0.8, 1.5, 2.5] {
        let pareto = rand_distr::Pareto::new(1.0, shape).unwrap();
        for n in [2, 5, 18, 27] {
            let amount = law("pareto", &[("shape", shape), ("scale", 1.0)]);
            check(amount, n, &mut |random| pareto.sample(random) - 1.0);
        }
    }
    let lognormal = rand_distr::LogNormal::new(0.0, 2.5).unwrap();
    for n in [2, 5, 18, 27] {
        check(law("lognormal", &[("mu", 0.0), ("sigma", 2.5)]), n, &mut |random| lognormal.sample(random));
    }
}

/// `P(X + Y > s)` by quadrature over the quantile of one of two heavy amounts.
#[test]
fn two_heavy_amounts_meet_quadrature() {
    for amount in [
        law("pareto", &[("shape", 0.8), ("scale", 1.0)]),
        law("pareto", &[("shape", 1.5), ("scale", 1.0)]),
        law("lognormal", &[("mu", 0.0), ("sigma", 3.0)]),
    ] {
        let sum = CompiledSum::compile(&amount, 10.0);
        for tail in [0.3, 1e-2, 1e-3, 1e-5, 1e-7, 1e-10] {
            let s = sum.quantile(2.0, Probability::upper(tail));
            let half = amount.cdf(0.5 * s);
            // X > s/2 and Y > s/2, or the smaller one below s/2 and the larger beyond the rest.
            let panels = 4000;
            let total: f64 = (0..panels)
                .map(|i| {
                    // Squeezed towards the upper end, where the larger amount needs to be least.
                    let share = (f64::from(i) + 0.5) / f64::from(panels);
                    let from_half = half.p() * (1.0 - share) * (1.0 - share);
                    let y = amount.quantile(if half.p() - from_half > 0.5 {
                        Probability::upper(half.q() + from_half)
                    } else {
                        Probability::lower(half.p() - from_half)
                    });
                    amount.cdf(s - y).q() * half.p() * 2.0 * (1.0 - share) / f64::from(panels)
                })
                .sum();
            let exact = 2.0 * total + half.q() * half.q();
            assert!((exact / tail - 1.0).abs() < 1e-3, "{amount} {tail}: {exact}");
        }
    }
}

/// `P(X + Y <= s) = int F(s - y) dF(y)` over `y <= s`, where a density has a pole at 0.
#[test]
fn two_stretched_amounts_meet_quadrature() {
    let amount = law("weibull", &[("shape", 0.7), ("scale", 1.0)]);
    let sum = CompiledSum::compile(&amount, 10.0);
    for p in [1e-5, 1e-3, 0.1, 0.4] {
        let s = sum.quantile(2.0, at(p));
        let whole = amount.cdf(s).p();
        let panels = 20_000;
        let exact: f64 = (0..panels)
            .map(|i| amount.cdf(s - amount.quantile(at(whole * (f64::from(i) + 0.5) / f64::from(panels)))).p())
            .sum::<f64>()
            * whole
            / f64::from(panels);
        assert!((exact / p - 1.0).abs() < 1e-4, "{p}: {exact}");
    }
}

/// Mean and variance of the compiled quantile function, by Gauss quadrature over octaves of both tails.
fn moments(sum: &CompiledSum, n: f64) -> (f64, f64) {
    const RULE: [(f64, f64); 4] = [
        (0.069_431_844_202_973_71, 0.173_927_422_568_726_93),
        (0.330_009_478_207_571_87, 0.326_072_577_431_273_07),
        (0.669_990_521_792_428_1, 0.326_072_577_431_273_07),
        (0.930_568_155_797_026_3, 0.173_927_422_568_726_93),
    ];
    let middle = sum.quantile(n, Probability::lower(0.5));
    let (mut first, mut second) = (0.0, 0.0);
    for octave in 1..200 {
        let width = libm::ldexp(1.0, -octave - 1) / 16.0;
        for panel in 16..32 {
            for (place, weight) in RULE {
                let tail = width * (f64::from(panel) + place);
                for p in [Probability::lower(tail), Probability::upper(tail)] {
                    let x = sum.quantile(n, p) - middle;
                    first += weight * width * x;
                    second += weight * width * x * x;
                }
            }
        }
    }
    (middle + first, second - first * first)
}

#[test]
fn means_and_variances_are_those_of_the_amounts() {
    for amount in [
        law("lognormal", &[("mu", 0.0), ("sigma", 0.55)]),
        law("lognormal", &[("mu", 14.88), ("sigma", 1.37)]),
        law("lognormal", &[("mu", 0.0), ("sigma", 2.5)]),
        law("weibull", &[("shape", 8.0), ("scale", 1.0)]),
        law("uniform", &[("min", 10.0), ("max", 11.0)]),
        law("pareto", &[("shape", 2.5), ("scale", 1.0)]),
        law("inverse_gaussian", &[("mean", 1.0), ("shape", 0.5)]),
        law("student_t", &[("location", 100.0), ("scale", 5.0), ("dof", 12.0)]),
        law("normal", &[("mean", 100.0), ("sd", 5.0)]).truncated(0.0, 200.0).unwrap(),
        law("triangular", &[("min", 1.0), ("mode", 2.0), ("max", 6.0)]),
    ] {
        let sum = CompiledSum::compile(&amount, 2000.0);
        for n in [2.0, 5.0, 17.0, 21.0, 100.0, 333.0, 1100.0, 10_000.0] {
            let (mean, variance) = moments(&sum, n);
            assert!((mean / n / amount.mean() - 1.0).abs() < 2e-5, "{amount} n {n}: mean {mean}");
            // Sums of 10,000 of the heaviest amounts have a third of their variance beyond the tables' end.
            let bound = if n > 5000.0 { 2e-4 } else { 1e-4 };
            assert!((variance / n / amount.variance() - 1.0).abs() < bound, "{amount} n {n}: variance {variance}");
        }
    }
}

/// Direct convolution, against which every quantile must fall on the right lattice point but for 1e-5 in probability.
#[test]
fn lattice_sums_are_generalised_inverses() {
    for (values, weights) in [
        (vec![0.0, 12.5, 62.5], vec![0.5, 0.3, 0.2]),
        (vec![0.0, 1.0], vec![0.9, 0.1]),
        (vec![3.0, 4.0, 8.0], vec![0.2, 0.3, 0.5]),
    ] {
        let amount = Law::discrete(&values, &weights).unwrap();
        let sum = CompiledSum::compile(&amount, 1000.0);
        let unit = if values[1] == 12.5 { 12.5 } else { 1.0 };
        let mut masses = vec![1.0];
        for n in 1..=700 {
            let mut next = vec![0.0; masses.len() + (values[values.len() - 1] / unit) as usize];
            for (value, weight) in values.iter().zip(&weights) {
                let shift = (value / unit) as usize;
                masses.iter().enumerate().for_each(|(i, m)| next[i + shift] += m * weight);
            }
            masses = next;
            if ![2, 7, 16, 17, 40, 65, 133, 333, 700].contains(&n) {
                continue;
            }
            for i in 0..200 {
                let p = (f64::from(i) + 0.3456) / 200.0;
                let x = sum.quantile(f64::from(n), at(p));
                let place = (x / unit).round();
                assert!((x - place * unit).abs() < 1e-9 * x.max(1.0), "not on the lattice: {x}");
                let below: f64 = masses[..place as usize].iter().sum();
                let upto = below + masses[place as usize];
                assert!(below < p + 1e-5 && p < upto + 1e-5, "{values:?} n {n} p {p}: {x} {below} {upto}");
            }
        }
    }
}

#[test]
fn sums_grow_with_probability_and_with_the_count() {
    for amount in [
        law("lognormal", &[("mu", 0.0), ("sigma", 0.55)]),
        law("lognormal", &[("mu", 0.0), ("sigma", 2.5)]),
        law("pareto", &[("shape", 1.2), ("scale", 1.0)]),
        law("uniform", &[("min", 0.0), ("max", 1.0)]),
    ] {
        let sum = CompiledSum::compile(&amount, 1000.0);
        let rising: Vec<Probability> = (1..400)
            .map(|i| Probability::lower(libm::exp2(-f64::from(400 - i) / 8.0) * 0.5))
            .chain((0..400).map(|i| Probability::upper(libm::exp2(-f64::from(i) / 8.0 - 1.0))))
            .collect();
        let mut last = vec![0.0; rising.len()];
        for n in (1..60).chain([100, 101, 319, 320, 321, 1000, 1001, 8191, 8192, 8193, 100_000, 10_000_000]) {
            let row: Vec<f64> = rising.iter().map(|p| sum.quantile(f64::from(n), *p)).collect();
            for (i, pair) in row.windows(2).enumerate() {
                assert!(pair[1] >= pair[0] * (1.0 - 1e-9), "{amount} n {n} {:?}: {pair:?}", rising[i]);
            }
            for ((x, before), p) in row.iter().zip(&last).zip(&rising) {
                assert!(*x >= before * (1.0 - 1e-9), "{amount} n {n} {p:?}: {x} after {before}");
            }
            last = row;
        }
    }
}

/// Doubling the count past the last node: gamma-like sums by their exact quantile.
#[test]
fn expansion_continues_the_tables() {
    let amount = law("gamma", &[("shape", 1.0), ("scale", 1.0)]).truncated(0.0, 1e3).unwrap();
    assert!(worst_error(&amount, &[4097.0, 6000.0, 20_000.0, 1e6], gamma_quantile) < 1e-6);
}

#[test]
fn empirical_sums_meet_their_own_moments() {
    let values: Vec<f64> = (0..3000).map(|i| 100.0 + f64::from(i * i % 1999) + 0.01 * f64::from(i % 97)).collect();
    let amount = Law::empirical(values).unwrap();
    let sum = CompiledSum::compile(&amount, 2000.0);
    for n in [2.0, 5.0, 40.0, 333.0] {
        let (mean, variance) = moments(&sum, n);
        assert!((mean / n / amount.mean() - 1.0).abs() < 1e-4, "n {n}: {mean}");
        assert!((variance / n / amount.variance() - 1.0).abs() < 1e-3, "n {n}: {variance}");
    }
}

/// Laws that keep far away from their least value, 0: all distance and little spread. Against the normal law of the sum, which
/// the truncation at 0 leaves alone, and with an atom against the binomial mixture of normal laws.
#[test]
fn narrow_laws_far_from_zero_are_summed() {
    use crate::numerics::special::{normal_cdf, normal_quantile};
    for sd in [1.0, 0.4, 0.1, 0.01, 1e-4] {
        let normal = Law::from_parameters("normal", &[("mean", 16.0), ("sd", sd)]).unwrap();
        let sum = CompiledSum::compile(&normal.truncated(0.0, f64::INFINITY).unwrap(), 100.0);
        let point = Law::point(16.0).unwrap();
        let mixed = CompiledSum::compile(&Law::mixture(vec![(0.5, point), (0.5, normal)]).unwrap(), 100.0);
        for n in [2.0f64, 5.0, 20.0, 100.0] {
            for p in [0.001, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999].map(Probability::lower) {
                let exact = 16.0 * n + sd * n.sqrt() * normal_quantile(p);
                let found = sum.quantile(n, p);
                assert!((found - exact).abs() < 2e-3 * sd * n.sqrt(), "sd {sd}, {n} at {p:?}: {found}, not {exact}");
                let found = mixed.quantile(n, p);
                assert!((found - 16.0 * n).abs() < 4.0 * sd * n.sqrt(), "sd {sd}, {n} at {p:?}: {found}");
            }
        }
        let z = |x: f64, varying: f64| normal_cdf((x - 32.0) / (sd * varying.sqrt())).p();
        for p in [0.01, 0.1, 0.9, 0.99] {
            let x = mixed.quantile(2.0, Probability::lower(p));
            let atom = if x >= 32.0 { 0.25 } else { 0.0 };
            let cdf = atom + 0.5 * z(x, 1.0) + 0.25 * z(x, 2.0);
            assert!((cdf - p).abs() < 2e-3, "sd {sd} at {p}: {x}, where the cdf is {cdf}");
        }
    }
    for (family, parameters) in [
        ("lognormal", vec![("mean", 118.0), ("sd", 3.0)]),
        ("beta", vec![("mean", 16.0), ("sd", 0.2), ("min", 0.0), ("max", 20.0)]),
        ("student_t", vec![("location", 100.0), ("scale", 0.5), ("dof", 8.0)]),
    ] {
        let law = Law::from_parameters(family, &parameters).unwrap().truncated(0.0, f64::INFINITY).unwrap();
        let sum = CompiledSum::compile(&law, 600.0);
        // The median of 500 is the mean of the normal limit, to a skewness / sqrt(n) of some thousandths of the spread.
        let spread = (500.0 * law.variance()).sqrt();
        let median = sum.quantile(500.0, Probability::lower(0.5));
        assert!((median - 500.0 * law.mean()).abs() < 0.01 * spread, "{law}: {median}");
    }
}
