//! Do compiled sums, on the path the engine uses, meet the bounds promised for every severity and count?
//!
//! The oracle shares no code with the sums: amounts are rounded to a grid, tilted, transformed and raised to the count's power,
//! at two steps, which tell the oracle's own error. Where a family is closed under addition its exact quantile is taken.

use super::{column, law, unit};
use realfft::RealFftPlanner;
use realfft::num_complex::Complex;
use tailcost::distributions::sums::CompiledSum;
use tailcost::distributions::{Law, standard_normal};
use tailcost::numerics::Probability;
use tailcost::numerics::simd::{Instructions, Pack, flat};
use tailcost::random::Given;

pub const COUNTS: [u64; 13] = [1, 2, 3, 8, 16, 17, 25, 64, 65, 150, 550, 1100, 5000];
/// Where the relative error of a quantile is promised to be below 1e-3, and where 1e-5 in probability is.
const LEVELS: [f64; 9] = [0.001, 0.0123, 0.1, 0.321, 0.5, 0.77, 0.9, 0.987, 0.999];
const FAR_LEVELS: [f64; 6] = [1e-5, 1e-4, 5e-4, 0.9995, 0.9999, 0.999_99];
const QUANTILE: f64 = 1e-3;
const PROBABILITY: f64 = 1e-5;
const MOMENT: f64 = 1e-4;
/// Of the oracle's own error a quarter of these is allowed.
const ORACLE: f64 = 0.25;
/// Severities whose sums the plain law answers for under `PLAIN` of the years at any count. Of others single cells of some
/// counts miss the tolerance of the polynomials and cost time, not exactness.
const SERVED: [&str; 6] = ["gamma 7", "exponential", "triangular", "normal above 0", "normal", "metalog"];
const PLAIN: f64 = 1e-4;

/// Severities of every family, those of configs among them.
pub fn severities() -> Vec<(&'static str, Law)> {
    let lognormal = |sigma: f64| law("lognormal", &[("mu", 1.0), ("sigma", sigma)]);
    let shape_scale = |family: &str, shape: f64| law(family, &[("shape", shape), ("scale", 2.0)]);
    let body = law("gamma", &[("mean", 10.0), ("sd", 4.0)]);
    let tail = law("pareto", &[("shape", 3.5), ("scale", 30.0)]);
    let five = [(0.05, 3.0), (0.25, 4.1), (0.5, 5.2), (0.75, 6.9), (0.95, 11.0)];
    vec![
        ("lognormal 0.5", lognormal(0.5)),
        ("lognormal 0.7", lognormal(0.7)),
        ("lognormal 1.37", lognormal(1.37)),
        ("lognormal 2.5", lognormal(2.5)),
        ("lognormal 1.37 cut", lognormal(1.37).truncated(0.0, 100.0).unwrap()),
        ("gamma 0.5", shape_scale("gamma", 0.5)),
        ("gamma 7", shape_scale("gamma", 7.0)),
        ("exponential", law("exponential", &[("mean", 2.0)])),
        ("inverse gaussian", law("inverse_gaussian", &[("mean", 2.0), ("shape", 1.0)])),
        ("weibull 0.7", shape_scale("weibull", 0.7)),
        ("weibull 1.5", shape_scale("weibull", 1.5)),
        ("pareto 2.5", shape_scale("pareto", 2.5)),
        ("pareto 3.5", shape_scale("pareto", 3.5)),
        ("gpd 0.2", law("gpd", &[("scale", 1.0), ("shape", 0.2)])),
        ("uniform", law("uniform", &[("min", 4.0), ("max", 16.0)])),
        ("beta", law("beta", &[("alpha", 2.0), ("beta", 5.0)])),
        ("triangular", law("triangular", &[("min", 1.0), ("mode", 2.0), ("max", 6.0)])),
        ("pert", law("pert", &[("min", 1.0), ("mode", 2.0), ("max", 6.0)])),
        ("normal above 0", law("normal", &[("mean", 16.0), ("sd", 6.0)]).truncated(0.0, f64::INFINITY).unwrap()),
        ("normal", law("normal", &[("mean", 16.0), ("sd", 3.0)])),
        ("metalog", Law::metalog(&five, Some(0.0), None).unwrap()),
        ("splice", Law::splice(body.clone(), tail, 15.0, Some(0.05)).unwrap()),
        ("mixture", Law::mixture(vec![(0.9, body.clone()), (0.1, lognormal(0.7))]).unwrap()),
        ("zero or gamma", Law::mixture(vec![(0.3, Law::point(0.0).unwrap()), (0.7, body)]).unwrap()),
        (
            "student t cut",
            law("student_t", &[("location", 20.0), ("scale", 3.0), ("dof", 5.0)]).truncated(0.0, 200.0).unwrap(),
        ),
        ("discrete", Law::discrete(&[0.0, 12.5, 62.5], &[0.5, 0.3, 0.2]).unwrap()),
        ("empirical", Law::empirical((0..300).map(|i| (200.0 * unit(i) * unit(i + 900)).ceil()).collect()).unwrap()),
    ]
}

fn is_steps(amount: &Law) -> bool {
    matches!(amount.family(), "discrete" | "empirical")
}

/// The sums at probabilities, by the path of the engine.
pub fn fast(sum: &CompiledSum, n: u64, probabilities: &[Probability]) -> Vec<f64> {
    let len = probabilities.len();
    let folded = column(len.next_multiple_of(8), |i| probabilities[i.min(len - 1)].folded());
    let counts = vec![Pack::splat(n as f64); folded.len()];
    let (mut normals, mut out) = (folded.clone(), folded.clone());
    standard_normal().fill(Instructions::best(), &folded, &mut normals);
    sum.on(Instructions::best(), &counts, &normals, Given(&folded), &mut out);
    flat(&out)[..len].to_vec()
}

pub fn at(p: f64) -> Probability {
    if p > 0.5 { Probability::upper(1.0 - p) } else { Probability::lower(p) }
}

/// The cdf of a sum over a window: `cdf[i]` is `P(S <= (first + i + 1/2) step)`.
struct Oracle {
    step: f64,
    first: usize,
    cdf: Vec<f64>,
}

impl Oracle {
    /// Amounts are split between the grid points beside them so that their mean is kept. Tilting by `e^(-20 x / width)` makes
    /// what wraps round from above 2e-9 of what it falls on, and costs eight of sixteen digits; `low` must leave nothing below.
    fn new(amount: &Law, n: u64, (low, high): (f64, f64), bits: u32) -> Self {
        let size = 1usize << bits;
        let step = (high - low) / size as f64;
        let mut edge = amount.below(0.0).p();
        let cdf = (0..size).map(|j| {
            let from = edge;
            edge = amount.cdf((j + 1) as f64 * step).p();
            mean_cdf(amount, j, step, from, edge)
        });
        Self::of(cdf.collect(), n, step, (low / step) as usize)
    }

    /// Of amounts that stand on the grid.
    fn lattice(amount: &Law, n: u64, step: f64, bits: u32) -> Self {
        Self::of((0..1usize << bits).map(|j| amount.cdf((j as f64 + 0.5) * step).p()).collect(), n, step, 0)
    }

    /// The sum of `n` amounts whose cdf between grid points is given.
    fn of(amounts: Vec<f64>, n: u64, step: f64, first: usize) -> Self {
        let size = amounts.len();
        let tilt = -20.0 / size as f64;
        let mut below = 0.0;
        let mut masses = amounts;
        for (j, mass) in masses.iter_mut().enumerate() {
            let cdf = *mass;
            *mass = (cdf - below) * (tilt * j as f64).exp();
            below = cdf;
        }
        let mut planner = RealFftPlanner::new();
        let mut spectrum = vec![Complex::new(0.0, 0.0); size / 2 + 1];
        planner.plan_fft_forward(size).process(&mut masses, &mut spectrum).unwrap();
        // The tilted amounts sum to less than 1: scaled, so that powers do not vanish.
        let whole = spectrum[0].re;
        spectrum.iter_mut().for_each(|z| *z = (*z / whole).powi(n as i32));
        spectrum[0].im = 0.0;
        spectrum[size / 2].im = 0.0;
        planner.plan_fft_inverse(size).process(&mut spectrum, &mut masses).unwrap();
        let mut total = 0.0;
        let scale = n as f64 * whole.ln() - (size as f64).ln();
        let cdf = (first..first + size).map(|k| {
            total += masses[k % size] * (scale - k as f64 * tilt).exp();
            total
        });
        let cdf = cdf.collect();
        Self { step, first, cdf }
    }

    fn cdf(&self, x: f64) -> f64 {
        let place = x / self.step - 0.5 - self.first as f64;
        if place < 0.0 {
            return self.cdf[0] * (place + 0.5) * 2.0;
        }
        let k = (place as usize).min(self.cdf.len() - 2);
        self.cdf[k] + (place - k as f64) * (self.cdf[k + 1] - self.cdf[k])
    }

    fn quantile(&self, p: f64) -> f64 {
        let k = self.cdf.partition_point(|cdf| *cdf < p).clamp(1, self.cdf.len() - 1);
        let place = k as f64 - 0.5 + (p - self.cdf[k - 1]) / (self.cdf[k] - self.cdf[k - 1]);
        (self.first as f64 + place) * self.step
    }
}

/// The mean of the cdf over a grid cell, with its values at both ends: the share of the amounts up to the cell that goes to its
/// left point or before. By Simpson's rule, near 0, where densities have poles and heavy laws most of their mass, in finer parts.
fn mean_cdf(amount: &Law, j: usize, step: f64, from: f64, to: f64) -> f64 {
    let at = |share: f64| amount.cdf((j as f64 + share) * step).p();
    if j > 64 {
        return (from + 4.0 * at(0.5) + to) / 6.0;
    }
    let (parts, power) = if j == 0 { (200, 6) } else { (8, 1) };
    let edge = |i: u32| (f64::from(i) / f64::from(parts)).powi(power);
    (0..parts)
        .map(|i| {
            let (low, high) = (edge(i), edge(i + 1));
            (high - low) * (at(low) + 4.0 * at(0.5 * (low + high)) + at(high)) / 6.0
        })
        .sum()
}

/// What a law of a family closed under addition has as its sum.
fn closed(name: &str, n: f64) -> Option<Law> {
    let shape_scale = |shape: f64| law("gamma", &[("shape", shape), ("scale", 2.0)]);
    match name {
        "gamma 0.5" => Some(shape_scale(0.5 * n)),
        "gamma 7" => Some(shape_scale(7.0 * n)),
        "exponential" => Some(shape_scale(n)),
        "inverse gaussian" => Some(law("inverse_gaussian", &[("mean", 2.0 * n), ("shape", n * n)])),
        "normal" => Some(law("normal", &[("mean", 16.0 * n), ("sd", 3.0 * n.sqrt())])),
        _ => None,
    }
}

/// The largest errors of one severity: of quantiles, of probabilities further out, of the oracle in both.
#[derive(Default)]
struct Worst {
    quantile: (f64, u64, f64),
    probability: (f64, u64, f64),
    oracle: (f64, f64),
}

impl Worst {
    fn quantile(&mut self, error: f64, n: u64, p: f64) {
        if !(error <= self.quantile.0) {
            self.quantile = (error, n, p);
        }
    }

    fn probability(&mut self, error: f64, n: u64, p: f64) {
        if !(error <= self.probability.0) {
            self.probability = (error, n, p);
        }
    }
}

/// Errors against a law that is known, as far as `quantile` and `cdf` are exact.
fn against_law(worst: &mut Worst, n: u64, exact: &Law, found: &[(f64, f64)]) {
    for &(p, x) in found {
        let probability = exact.cdf(x).p() - p;
        if (0.001..=0.999).contains(&p) {
            worst.quantile((x / exact.quantile(at(p)) - 1.0).abs(), n, p);
        } else {
            worst.probability(probability.abs(), n, p);
        }
    }
}

/// Errors against grids, each of which serves levels within a factor 64 of its upper end. `least` is the sum's quantile of 1e-9
/// and `middle` its median: half the distance between them further down, nothing is left of a sum.
fn against_grids(
    worst: &mut Worst,
    amount: &Law,
    n: u64,
    (least, middle): (f64, f64),
    bits: u32,
    found: &[(f64, f64)],
) {
    let mut rest: Vec<(f64, f64)> = found.to_vec();
    while let Some(&(_, most)) = rest.last() {
        let high = 1.1 * most - 0.1 * least;
        let (served, left): (Vec<_>, Vec<_>) = rest.iter().copied().partition(|(_, x)| *x > high / 64.0);
        let low = (least - 0.5 * (middle - least)).max(0.0);
        let [coarse, fine] = [bits - 1, bits].map(|bits| Oracle::new(amount, n, (low, high), bits));
        for (p, x) in served {
            if (0.001..=0.999).contains(&p) {
                let (one, two) = (coarse.quantile(p), fine.quantile(p));
                let exact = two + (two - one) / 3.0;
                worst.oracle.0 = worst.oracle.0.max((exact / two - 1.0).abs());
                worst.quantile((x / exact - 1.0).abs(), n, p);
            } else {
                let (one, two) = (coarse.cdf(x), fine.cdf(x));
                let exact = two + (two - one) / 3.0;
                worst.oracle.1 = worst.oracle.1.max((exact - two).abs());
                worst.probability((exact - p).abs(), n, p);
            }
        }
        rest = left;
    }
}

/// Steps: a quantile is right when the cdf just below it is under the probability and the cdf at it is not, but for 1e-5.
/// The lattice is the grid, so that the oracle has no error but rounding.
fn against_lattice(worst: &mut Worst, amount: &Law, n: u64, step: f64, found: &[(f64, f64)]) {
    let bits = ((found.last().unwrap().1 * 1.2 / step) as usize + 64).next_power_of_two().trailing_zeros();
    let oracle = Oracle::lattice(amount, n, step, bits);
    for &(p, x) in found {
        let k = (x / step).round();
        assert!((x - k * step).abs() < 1e-9 * x.max(1.0), "not on the lattice: {x}");
        let k = k as usize;
        let below = if k == 0 { 0.0 } else { oracle.cdf[k - 1] };
        worst.probability((below - p).max(p - oracle.cdf[k]).max(0.0), n, p);
    }
}

/// Mean and variance by Gauss quadrature over octaves of both tails; of steps by strata.
fn moments(sum: &CompiledSum, n: u64, steps: bool) -> (f64, f64) {
    const RULE: [(f64, f64); 4] = [
        (0.069_431_844_202_973_71, 0.173_927_422_568_726_93),
        (0.330_009_478_207_571_87, 0.326_072_577_431_273_07),
        (0.669_990_521_792_428_1, 0.326_072_577_431_273_07),
        (0.930_568_155_797_026_3, 0.173_927_422_568_726_93),
    ];
    let mut nodes = Vec::new();
    if steps {
        let strata = 400_000;
        nodes.extend((0..strata).map(|i| (at((f64::from(i) + 0.5) / f64::from(strata)), 1.0 / f64::from(strata))));
    } else {
        for octave in 1..200 {
            let width = 2f64.powi(-octave - 1) / 8.0;
            for panel in 8..16 {
                for (place, weight) in RULE {
                    let tail = width * (f64::from(panel) + place);
                    nodes.extend([Probability::lower(tail), Probability::upper(tail)].map(|p| (p, weight * width)));
                }
            }
        }
    }
    let values = fast(sum, n, &nodes.iter().map(|(p, _)| *p).collect::<Vec<_>>());
    let middle = fast(sum, n, &[at(0.5)])[0];
    let (mut first, mut second) = (0.0, 0.0);
    for (value, (_, weight)) in values.iter().zip(&nodes) {
        first += weight * (value - middle);
        second += weight * (value - middle) * (value - middle);
    }
    (middle + first, second - first * first)
}

#[test]
fn quantiles_and_moments_meet_their_bounds() {
    let mut failures = Vec::new();
    for (name, amount) in severities() {
        let sum = CompiledSum::compile(&amount, 5000.0);
        let zero = amount.cdf(0.0).p();
        let (mut worst, mut mean_error, mut variance_error) = (Worst::default(), (0.0, 0), (0.0, 0));
        for n in COUNTS {
            let none = zero.powi(n as i32);
            let mut levels: Vec<f64> = LEVELS.into_iter().chain(FAR_LEVELS).collect();
            levels.sort_by(f64::total_cmp);
            let values = fast(&sum, n, &levels.iter().map(|p| at(*p)).collect::<Vec<_>>());
            let found: Vec<(f64, f64)> = levels.iter().copied().zip(values).collect();
            assert!(is_steps(&amount) || found.iter().all(|(p, x)| *p > none || *x == 0.0), "{name}, n {n}");
            let found: Vec<(f64, f64)> = found.into_iter().filter(|(p, _)| is_steps(&amount) || *p > none).collect();
            match closed(name, n as f64) {
                Some(exact) => against_law(&mut worst, n, &exact, &found),
                None if is_steps(&amount) => {
                    let step = if name == "discrete" { 12.5 } else { 1.0 };
                    against_lattice(&mut worst, &amount, n, step, &found);
                }
                None if n == 1 => against_law(&mut worst, n, &amount, &found),
                None => {
                    let ends = fast(&sum, n, &[Probability::lower(1e-9), at(0.5)]);
                    // Heavy laws have most amounts in the first cells of a grid that holds their sums.
                    let heavy = ["lognormal 1.37", "lognormal 2.5", "pareto 2.5", "weibull 0.7"].contains(&name);
                    let bits = if name == "metalog" {
                        15
                    } else if heavy && n > 100 {
                        18
                    } else {
                        16
                    };
                    against_grids(&mut worst, &amount, n, (ends[0], ends[1]), bits, &found);
                }
            }
            let (mean, variance) = moments(&sum, n, is_steps(&amount) || zero > 0.0);
            let mean = (mean / (n as f64 * amount.mean()) - 1.0).abs();
            let variance = (variance / (n as f64 * amount.variance()) - 1.0).abs();
            if !(mean <= mean_error.0) {
                mean_error = (mean, n);
            }
            if !(variance <= variance_error.0) {
                variance_error = (variance, n);
            }
        }
        let (quantile, probability, oracle) = (worst.quantile, worst.probability, worst.oracle);
        let plain = sum.plain_share();
        println!(
            "{name:>18}: quantile {:.1e} (n {}, {}), probability {:.1e} (n {}, {}), oracle {:.1e} {:.1e}, mean {:.1e} ({}), \
             variance {:.1e} ({}), plain {plain:.1e}",
            quantile.0,
            quantile.1,
            quantile.2,
            probability.0,
            probability.1,
            probability.2,
            oracle.0,
            oracle.1,
            mean_error.0,
            mean_error.1,
            variance_error.0,
            variance_error.1
        );
        let met = quantile.0 < QUANTILE
            && probability.0 < PROBABILITY
            && oracle.0 < ORACLE * QUANTILE
            && oracle.1 < ORACLE * PROBABILITY
            && mean_error.0 < MOMENT
            && variance_error.0 < MOMENT
            && (plain < PLAIN || !SERVED.contains(&name));
        if !met {
            failures.push(name);
        }
    }
    assert!(failures.is_empty(), "{failures:?}");
}
