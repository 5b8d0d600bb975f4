//! How is a law drawn without the engine's own samplers?

use chacha20::ChaCha8Rng;
use nalgebra::{DMatrix, DVector};
use rand::RngExt;
use rand::distr::{Distribution, Open01};
use rand_distr::{
    Beta, Exp, Gamma, InverseGaussian, LogNormal, Normal, Pareto, StudentT, Triangular, Weibull,
    weighted::WeightedIndex,
};

use crate::distributions::{Kind, Law, Metalog};
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, ln, pow};

/// Draws one value.
pub type Draw = Box<dyn Fn(&mut ChaCha8Rng) -> f64 + Send + Sync>;

/// Values refused in a row before a truncated law is drawn by its quantile function instead.
const TRIES: usize = 10_000;

const VALID: &str = "parameters that the law has checked";

/// Draws the law by rand_distr's algorithm for its family, or from the family's definition where rand_distr has none.
pub fn draw(law: &Law) -> Draw {
    match law.kind() {
        Kind::Point { value } => Box::new(move |_| value),
        Kind::Normal { mean, sd } => plain(Normal::new(mean, sd).expect(VALID)),
        Kind::Lognormal { mu, sigma } => plain(LogNormal::new(mu, sigma).expect(VALID)),
        Kind::Gamma { shape, scale } => plain(Gamma::new(shape, scale).expect(VALID)),
        Kind::Beta { alpha, beta, min, max } | Kind::Pert { alpha, beta, min, max, .. } => {
            let beta = Beta::new(alpha, beta).expect(VALID);
            Box::new(move |generator| min + (max - min) * beta.sample(generator))
        }
        Kind::Uniform { min, max } => Box::new(move |generator| min + (max - min) * uniform(generator)),
        Kind::Triangular { min, mode, max } => plain(Triangular::new(min, max, mode).expect(VALID)),
        Kind::Exponential { mean } => plain(Exp::new(1.0 / mean).expect(VALID)),
        Kind::Weibull { shape, scale } => plain(Weibull::new(scale, shape).expect(VALID)),
        Kind::InverseGaussian { mean, shape } => plain(InverseGaussian::new(mean, shape).expect(VALID)),
        Kind::StudentT { location, scale, dof } => {
            let standard = StudentT::new(dof).expect(VALID);
            Box::new(move |generator| location + scale * standard.sample(generator))
        }
        // Lomax is Pareto moved to start at 0.
        Kind::Pareto { shape, scale } => {
            let pareto = Pareto::new(scale, shape).expect(VALID);
            Box::new(move |generator| pareto.sample(generator) - scale)
        }
        Kind::Gpd { threshold, scale, shape } => {
            Box::new(move |generator| threshold + scale * excess(uniform(generator), shape))
        }
        Kind::Metalog(metalog) => keelin(metalog),
        Kind::Empirical(values) => {
            let values = values.to_vec();
            Box::new(move |generator| values[generator.random_range(0..values.len())])
        }
        Kind::Discrete { values, weights } => {
            let (values, index) = (values.to_vec(), WeightedIndex::new(weights).expect(VALID));
            Box::new(move |generator| values[index.sample(generator)])
        }
        Kind::Mixture(components) => {
            let index = WeightedIndex::new(components.iter().map(|(weight, _)| *weight)).expect(VALID);
            let draws: Vec<Draw> = components.iter().map(|(_, law)| draw(law)).collect();
            Box::new(move |generator| draws[index.sample(generator)](generator))
        }
        Kind::Splice { body, tail, threshold, tail_weight } => {
            let body = until(draw(body), law, move |x| x <= threshold);
            let tail = until(draw(tail), law, move |x| x > threshold);
            Box::new(move |generator| if uniform(generator) < tail_weight { tail(generator) } else { body(generator) })
        }
        Kind::Truncated { law: whole, low, high } => until(draw(whole), law, move |x| x >= low && x <= high),
        Kind::Moved { law, shift, scale } => {
            let whole = draw(law);
            Box::new(move |generator| shift + scale * whole(generator))
        }
    }
}

fn plain(law: impl Distribution<f64> + Send + Sync + 'static) -> Draw {
    Box::new(move |generator| law.sample(generator))
}

/// Uniform strictly between 0 and 1.
pub fn uniform(generator: &mut ChaCha8Rng) -> f64 {
    Open01.sample(generator)
}

/// Draws until a value is accepted.
///
/// An interval so improbable that [`TRIES`] values in a row miss it is left to the quantile function of the conditioned law,
/// of which values outside `accepted` are refused in turn.
fn until(draw: Draw, conditioned: &Law, accepted: impl Fn(f64) -> bool + Send + Sync + 'static) -> Draw {
    let conditioned = conditioned.clone();
    Box::new(move |generator| {
        (0..TRIES).map(|_| draw(generator)).find(|x| accepted(*x)).unwrap_or_else(|| {
            loop {
                let x = conditioned.quantile(Probability::lower(uniform(generator)));
                if accepted(x) {
                    break x;
                }
            }
        })
    })
}

/// Excess of a generalised Pareto law of scale 1 whose survival is `u`: Coles 2001, An Introduction to Statistical
/// Modeling of Extreme Values, section 4.2, doi 10.1007/978-1-4471-3675-0.
fn excess(u: f64, shape: f64) -> f64 {
    if shape == 0.0 { -ln(u) } else { (pow(u, -shape) - 1.0) / shape }
}

/// The metalog of Keelin 2016, "The metalog distributions", doi 10.1287/deca.2016.0338: as many terms as quantiles, so
/// that its coefficients solve a square linear system.
fn keelin(metalog: &Metalog) -> Draw {
    let (min, max) = (metalog.min(), metalog.max());
    let inward = move |x: f64| match (min, max) {
        (None, None) => x,
        (Some(min), None) => ln(x - min),
        (None, Some(max)) => -ln(max - x),
        (Some(min), Some(max)) => ln((x - min) / (max - x)),
    };
    let outward = move |z: f64| match (min, max) {
        (None, None) => z,
        (Some(min), None) => min + exp(z),
        (None, Some(max)) => max - exp(-z),
        (Some(min), Some(max)) => min + (max - min) / (1.0 + exp(-z)),
    };
    let quantiles = metalog.quantiles();
    let terms = quantiles.len();
    let matrix = DMatrix::from_fn(terms, terms, |row, term| basis(term, quantiles[row].0));
    let right = DVector::from_iterator(terms, quantiles.iter().map(|(_, x)| inward(*x)));
    let coefficients = matrix.lu().solve(&right).expect("distinct probabilities");
    Box::new(move |generator| {
        let p = uniform(generator);
        outward((0..terms).map(|term| coefficients[term] * basis(term, p)).sum())
    })
}

/// Keelin's basis, counted from 0: 1, logit, (p - 1/2) logit, p - 1/2, then (p - 1/2)^k and (p - 1/2)^k logit in turn.
fn basis(term: usize, p: f64) -> f64 {
    let (centred, logit) = (p - 0.5, ln(p / (1.0 - p)));
    match term {
        0 => 1.0,
        1 => logit,
        2 => centred * logit,
        3 => centred,
        _ if term.is_multiple_of(2) => pow(centred, (term / 2) as f64),
        _ => pow(centred, (term / 2) as f64) * logit,
    }
}

#[cfg(test)]
mod tests {
    use super::super::streams::Line;
    use super::*;

    /// Largest distance between the draws' empirical cdf and the law's, in units of `1/sqrt(n)`.
    fn kolmogorov(law: &Law, count: usize) -> f64 {
        let (draw, mut generator) = (draw(law), Line::new(7, &["test"], "kolmogorov").year(0));
        let mut values: Vec<f64> = (0..count).map(|_| draw(&mut generator)).collect();
        values.sort_by(f64::total_cmp);
        let at_or_below = |x: f64| values.partition_point(|value| *value <= x) as f64 / count as f64;
        let below = |x: f64| values.partition_point(|value| *value < x) as f64 / count as f64;
        let distance = |x: &f64| (at_or_below(*x) - law.cdf(*x).p()).abs().max((below(*x) - law.below(*x).p()).abs());
        values.iter().map(distance).fold(0.0, f64::max) * (count as f64).sqrt()
    }

    /// Kolmogorov's limit law exceeds 2.8 with probability `2 exp(-2 x 2.8^2)` = 3e-7, less for laws with atoms.
    const LIMIT: f64 = 2.8;

    #[test]
    fn every_family_is_drawn_from_its_law() {
        let of = |family: &str, parameters: &[(&str, f64)]| Law::from_parameters(family, parameters).unwrap();
        let lognormal = of("lognormal", &[("mean", 3.0), ("sd", 4.0)]);
        let pareto = of("pareto", &[("shape", 1.5), ("scale", 10.0)]);
        let quantiles = [(0.1, 2.0), (0.5, 5.0), (0.9, 11.0)];
        let laws = [
            of("normal", &[("mean", -3.0), ("sd", 2.0)]),
            lognormal.clone(),
            of("gamma", &[("shape", 0.3), ("scale", 20.0)]),
            of("gamma", &[("shape", 15.0), ("scale", 2.0)]),
            of("beta", &[("alpha", 0.6), ("beta", 3.0)]),
            of("beta", &[("mean", 0.0), ("sd", 1.0), ("min", -2.0), ("max", 5.0)]),
            of("uniform", &[("min", 4.0), ("max", 16.0)]),
            of("triangular", &[("min", 1.0), ("mode", 2.0), ("max", 7.0)]),
            of("pert", &[("min", 0.52), ("mode", 0.67), ("max", 0.86)]),
            of("exponential", &[("mean", 9.0)]),
            of("weibull", &[("shape", 0.7), ("scale", 4.0)]),
            of("inverse_gaussian", &[("mean", 2.0), ("shape", 5.0)]),
            of("student_t", &[("location", 1.0), ("scale", 2.0), ("dof", 3.5)]),
            pareto.clone(),
            of("gpd", &[("threshold", 5.0), ("scale", 2.0), ("shape", 0.4)]),
            of("gpd", &[("threshold", 5.0), ("scale", 2.0), ("shape", -0.4)]),
            of("gpd", &[("scale", 2.0), ("shape", 0.0)]),
            Law::metalog(&quantiles, None, None).unwrap(),
            Law::metalog(&quantiles, Some(0.0), None).unwrap(),
            Law::metalog(&quantiles, None, Some(20.0)).unwrap(),
            Law::metalog(&[(0.05, 1.0), (0.25, 3.0), (0.5, 5.0), (0.75, 7.5), (0.95, 12.0)], Some(0.0), Some(20.0))
                .unwrap(),
            Law::empirical(vec![3.0, 1.0, 4.0, 1.0, 5.0]).unwrap(),
            Law::discrete(&[0.0, 10.0, 50.0], &[5.0, 3.0, 2.0]).unwrap(),
            Law::mixture(vec![(3.0, lognormal.clone()), (1.0, Law::point(4.0).unwrap())]).unwrap(),
            Law::splice(lognormal.clone(), pareto.clone(), 6.0, None).unwrap(),
            Law::splice(lognormal.clone(), pareto, 6.0, Some(0.3)).unwrap(),
            lognormal.truncated(1.0, 5.0).unwrap(),
            Law::point(7.0).unwrap(),
        ];
        for law in laws {
            let distance = kolmogorov(&law, 10_000);
            assert!(distance < LIMIT, "{law}: {distance}");
        }
    }

    /// The interval holds 4e-7 of the law: nearly every value is drawn by the quantile function.
    #[test]
    fn far_truncation_ends() {
        let law = Law::from_parameters("normal", &[("mean", 0.0), ("sd", 1.0)]).unwrap().truncated(4.95, 7.0).unwrap();
        let distance = kolmogorov(&law, 2_000);
        assert!(distance < LIMIT, "{distance}");
    }
}
