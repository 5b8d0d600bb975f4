//! How do independent uniforms become dependent ones with the same margins?

use crate::numerics::Probability;
use crate::numerics::elementary::sin;
use crate::numerics::special::{normal_cdf, normal_quantile, student_t_cdf};

/// A Gaussian or t copula.
///
/// Gaussian: `u_i -> Phi((L z)_i)` with `z_i = Phi^-1(u_i)` and `L L' = R`. Under t with `dof` degrees of freedom the
/// vector is divided by `sqrt(W / dof)`, `W` one chi-square for the whole group, and `Phi` becomes the t law's cdf: extreme
/// years come together. Embrechts, McNeil, Straumann 2002, doi 10.1017/CBO9780511615337.008.
///
/// A requested Spearman correlation `rho` is met exactly by the Gaussian copula with `r = 2 sin(pi rho / 6)`; under t the realised
/// one is slightly nearer 0, `6 / pi E asin(r W1 / sqrt((W1 + W2)(W1 + W3)))` with independent `W = dof / chi-square`: for 0.7,
/// 0.688 with 5 degrees of freedom, 0.680 with 3, 0.640 with 1. Both are correlations of the uniforms; values with ties have less.
///
/// ```
/// use tailcost::dependence::{Copula, normal_correlation};
/// use tailcost::numerics::Probability;
/// let r = normal_correlation(0.5);
/// assert!((r - 0.517_638).abs() < 1e-6);
/// let copula = Copula::new(&[vec![1.0, r], vec![r, 1.0]], None);
/// let mut year = [Probability::upper(0.01), Probability::lower(0.5)];
/// copula.bend(&mut year, 0.0);
/// assert!(year[1] > Probability::lower(0.85), "a bad year for one is a bad year for both: {:?}", year[1]);
/// ```
#[derive(Debug, Clone)]
pub struct Copula {
    factor: Vec<Vec<f64>>,
    dof: Option<f64>,
}

impl Copula {
    /// From a positive definite matrix of normal correlations; `dof` makes it a t copula.
    ///
    /// # Panics
    /// If the matrix is not positive definite: configs are checked before.
    pub fn new(correlation: &[Vec<f64>], dof: Option<f64>) -> Self {
        Self { factor: cholesky(correlation).expect("a checked correlation matrix is positive definite"), dof }
    }

    /// Bends the independent uniforms of one year; `chi_square` is the year's draw under t and unused otherwise.
    pub fn bend(&self, uniforms: &mut [Probability], chi_square: f64) {
        let scores = self.scores(uniforms, chi_square);
        for (uniform, score) in uniforms.iter_mut().zip(scores) {
            *uniform = probability(self.dof, score);
        }
    }

    /// The dependent normals of one year, under t divided by the root of its chi-square: what [`Copula::bend`] takes the
    /// probabilities of.
    pub fn scores(&self, uniforms: &[Probability], chi_square: f64) -> Vec<f64> {
        let normals: Vec<f64> = uniforms.iter().map(|u| normal_quantile(*u)).collect();
        let score = |row: &Vec<f64>| {
            let normal: f64 = row.iter().zip(&normals).map(|(l, z)| l * z).sum();
            match self.dof {
                None => normal,
                Some(dof) => normal / (chi_square / dof).sqrt(),
            }
        };
        self.factor.iter().map(score).collect()
    }
}

pub(super) fn probability(dof: Option<f64>, score: f64) -> Probability {
    match dof {
        None => normal_cdf(score),
        Some(dof) => student_t_cdf(dof, score),
    }
}

/// The normal correlation that gives the Spearman rank correlation `rho` in [-1, 1]: `2 sin(pi rho / 6)`. Kruskal 1958,
/// "Ordinal measures of association", doi 10.2307/2281954.
///
/// ```
/// assert!((tailcost::dependence::normal_correlation(1.0) - 1.0).abs() < 1e-15);
/// ```
pub fn normal_correlation(rho: f64) -> f64 {
    2.0 * sin(std::f64::consts::PI * rho / 6.0)
}

/// Lower-triangular factor `L` of a positive definite matrix `L L'`, row by row up to the diagonal; or the first row, counted
/// from 0, at which what is left on the diagonal is not above 1e-12.
///
/// ```
/// let factor = tailcost::dependence::cholesky(&[vec![1.0, 0.6], vec![0.6, 1.0]]).unwrap();
/// assert_eq!(factor, [vec![1.0], vec![0.6, 0.8]]);
/// ```
pub fn cholesky(matrix: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, usize> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (i, source) in matrix.iter().enumerate() {
        let mut row: Vec<f64> = Vec::with_capacity(i + 1);
        for (j, earlier) in factor.iter().enumerate() {
            let dot: f64 = row.iter().zip(earlier).map(|(a, b)| a * b).sum();
            row.push((source[j] - dot) / earlier[j]);
        }
        let rest = source[i] - row.iter().map(|a| a * a).sum::<f64>();
        // Written so that NaN fails; below this a matrix is singular to rounding.
        if rest > 1e-12 {
            row.push(rest.sqrt());
            factor.push(row);
        } else {
            return Err(i);
        }
    }
    Ok(factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::special::gamma_quantile;
    use crate::random::{Key, Stream};
    use libm::asin;

    #[test]
    fn cholesky_reproduces_its_matrix_and_names_the_bad_row() {
        let matrix = [vec![1.0, 0.5, -0.3], vec![0.5, 1.0, 0.2], vec![-0.3, 0.2, 1.0]];
        let l = cholesky(&matrix).unwrap();
        for i in 0..3 {
            for j in 0..=i {
                let product: f64 = (0..=j).map(|k| l[i][k] * l[j][k]).sum();
                assert!((product - matrix[i][j]).abs() < 1e-15);
            }
        }
        assert_eq!(cholesky(&[vec![1.0, 0.9, 0.9], vec![0.9, 1.0, -0.9], vec![0.9, -0.9, 1.0]]), Err(2));
    }

    /// Spearman's rho of 40,000 pairs has a standard error near 0.75 / 200; the limit is 5 of them, false alarm below 1e-6.
    #[test]
    fn the_rank_correlation_is_the_one_asked_for() {
        let n = 40_000;
        for rho in [-0.5, 0.7] {
            let r = normal_correlation(rho);
            let copula = Copula::new(&[vec![1.0, r], vec![r, 1.0]], None);
            let streams = ["a", "b"].map(|driver| Stream::new(Key { seed: 5, scope: &[], driver, replicate: 0 }));
            let mut product = 0.0;
            for year in 0..n {
                let mut pair = streams.map(|stream| stream.at(year, 0));
                copula.bend(&mut pair, 0.0);
                product += (pair[0].p() - 0.5) * (pair[1].p() - 0.5);
            }
            let spearman = 12.0 * product / n as f64;
            assert!((spearman - rho).abs() < 5.0 * 0.75 / (n as f64).sqrt(), "{rho}: {spearman}");
        }
    }

    /// Given the three chi-squares in the definition of Spearman's rho by concordance, the differences are normal with
    /// correlation `r W1 / sqrt((W1 + W2)(W1 + W3))`, so that `rho_S = 6 / pi E asin` of it. Standard errors: 0.75 / 200 of the
    /// pairs, below 0.001 of the formula's own draws; the limit is 5 of them.
    #[test]
    fn under_t_the_rank_correlation_is_the_stated_one() {
        let years = 40_000u64;
        let stream = |driver| Stream::new(Key { seed: 8, scope: &[], driver, replicate: 0 });
        let [first, second] = ["a", "b"].map(stream);
        let chi_squares = ["w1", "w2", "w3"].map(stream);
        for (dof, rho, stated) in [(3.0, 0.7, 0.680), (1.0, 0.5, 0.449)] {
            let r = normal_correlation(rho);
            let copula = Copula::new(&[vec![1.0, r], vec![r, 1.0]], Some(dof));
            let draw = |stream: &Stream, year| 2.0 * gamma_quantile(0.5 * dof, stream.at(year, 0));
            let (mut product, mut formula) = (0.0, 0.0);
            for year in 0..years {
                let mut pair = [first.at(year, 0), second.at(year, 0)];
                copula.bend(&mut pair, draw(&chi_squares[0], year));
                product += (pair[0].p() - 0.5) * (pair[1].p() - 0.5);
                let [one, two, three] = [0, 1, 2].map(|i| dof / draw(&chi_squares[i], year));
                formula += asin(r * one / ((one + two) * (one + three)).sqrt());
            }
            let spearman = 12.0 * product / years as f64;
            let exact = 6.0 / std::f64::consts::PI * formula / years as f64;
            assert!((exact - stated).abs() < 0.005, "dof {dof}: {exact}");
            assert!((spearman - exact).abs() < 5.0 * 0.75 / (years as f64).sqrt(), "dof {dof}: {spearman} {exact}");
        }
    }
}
