//! How are some members of a copula drawn again, given the others?

use super::copula::{cholesky, probability};
use crate::numerics::Probability;
use crate::numerics::special::normal_quantile;

/// The law of some members of a Gaussian or t copula given the values of the others.
///
/// With the known members first, `R = [A B'; B C]` has the factor `[L 0; M N]`: given scores `s` of the known ones, the others are
/// `M e + N z` with `L e = s` and new normals `z`. Under t with `dof` degrees of freedom and `k` known members the new part is
/// widened by `sqrt((dof + |e|^2) / W)`, `W` a new chi-square with `dof + k` degrees of freedom: Ding 2016, "On the conditional
/// distribution of the multivariate t distribution", doi 10.1080/00031305.2016.1164756.
///
/// ```
/// use tailcost::dependence::Conditional;
/// use tailcost::numerics::Probability;
/// let pair = Conditional::new(&[vec![1.0, 0.6], vec![0.6, 1.0]], None, &[true, false]);
/// let mut year = [Probability::lower(0.5); 2];
/// pair.redraw(&[2.0, -3.0], &[Probability::lower(0.5); 2], 0.0, &mut year);
/// // Its median is 0.6 x 2 = 1.2, and P(Z <= 1.2) = 0.88493.
/// assert!((year[1].p() - 0.88493).abs() < 1e-5);
/// ```
#[derive(Debug, Clone)]
pub struct Conditional {
    /// Known members, then the others.
    order: Vec<usize>,
    known: usize,
    factor: Vec<Vec<f64>>,
    dof: Option<f64>,
}

impl Conditional {
    /// From a positive definite matrix of normal correlations; `known` says which members are given.
    ///
    /// # Panics
    /// If the matrix is not positive definite: configs are checked before.
    pub fn new(correlation: &[Vec<f64>], dof: Option<f64>, known: &[bool]) -> Self {
        let members = 0..known.len();
        let order: Vec<usize> = members.clone().filter(|i| known[*i]).chain(members.filter(|i| !known[*i])).collect();
        let permuted: Vec<Vec<f64>> =
            order.iter().map(|&i| order.iter().map(|&j| correlation[i][j]).collect()).collect();
        let factor = cholesky(&permuted).expect("a checked correlation matrix is positive definite");
        Self { order, known: known.iter().filter(|known| **known).count(), factor, dof }
    }

    /// Degrees of freedom of the new chi-square under t.
    pub fn dof(&self) -> Option<f64> {
        self.dof.map(|dof| dof + self.known as f64)
    }

    /// The uniforms of one year: those of the known members follow from their `scores`, the others are drawn with the uniforms
    /// `fresh`; `chi_square` is the year's new draw with [`Conditional::dof`] degrees of freedom under t and unused otherwise.
    pub fn redraw(&self, scores: &[f64], fresh: &[Probability], chi_square: f64, out: &mut [Probability]) {
        let mut normals: Vec<f64> = Vec::with_capacity(self.order.len());
        for (place, &member) in self.order[..self.known].iter().enumerate() {
            let row = &self.factor[place];
            let before: f64 = row.iter().zip(&normals).map(|(l, e)| l * e).sum();
            normals.push((scores[member] - before) / row[place]);
            out[member] = probability(self.dof, scores[member]);
        }
        let distance: f64 = normals.iter().map(|e| e * e).sum();
        let widened = self.dof.map_or(1.0, |dof| ((dof + distance) / chi_square).sqrt());
        for (place, &member) in self.order.iter().enumerate().skip(self.known) {
            normals.push(widened * normal_quantile(fresh[member]));
            let score: f64 = self.factor[place].iter().zip(&normals).map(|(l, e)| l * e).sum();
            out[member] = probability(self.dof, score);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Copula;
    use super::*;
    use crate::numerics::special::gamma_quantile;
    use crate::random::{Key, Stream};

    /// What is drawn again has the law of the copula: the joint distribution of (known, redrawn) is that of (known, other). Over 20,000 years
    /// a product of centred uniforms, and of their squares, has a standard error below 0.1 / sqrt(20,000); the limit is 5 of them, false
    /// alarm below 1e-5 for all.
    #[test]
    fn what_is_drawn_again_has_the_law_of_the_copula() {
        let correlation = vec![vec![1.0, 0.7, -0.3], vec![0.7, 1.0, 0.2], vec![-0.3, 0.2, 1.0]];
        let years = 20_000u64;
        let stream = |driver, replicate| Stream::new(Key { seed: 4, scope: &[], driver, replicate });
        let names = ["a", "b", "c"];
        for dof in [None, Some(3.0)] {
            for known in [[true, false, false], [false, true, false], [true, false, true]] {
                let copula = Copula::new(&correlation, dof);
                let conditional = Conditional::new(&correlation, dof, &known);
                let chi = |dof: Option<f64>, replicate, year| {
                    dof.map_or(0.0, |dof| 2.0 * gamma_quantile(0.5 * dof, stream("w", replicate).at(year, 0)))
                };
                let mut sums = [[0.0; 4]; 9];
                for year in 0..years {
                    let uniforms = |replicate| names.map(|name| stream(name, replicate).at(year, 0));
                    let first = uniforms(0);
                    let mut plain = first;
                    let chi_square = chi(dof, 0, year);
                    copula.bend(&mut plain, chi_square);
                    let mut again = plain;
                    let scores = copula.scores(&first, chi_square);
                    conditional.redraw(&scores, &uniforms(1), chi(conditional.dof(), 1, year), &mut again);
                    for i in 0..3 {
                        assert!(!known[i] || (again[i].p() - plain[i].p()).abs() < 1e-12);
                        for j in 0..3 {
                            let centred = |year: &[Probability; 3], k: usize| year[k].p() - 0.5;
                            let squared =
                                |year: &[Probability; 3], k: usize| centred(year, k) * centred(year, k) - 1.0 / 12.0;
                            let sums = &mut sums[3 * i + j];
                            sums[0] += centred(&plain, i) * centred(&plain, j);
                            sums[1] += centred(&again, i) * centred(&again, j);
                            sums[2] += squared(&plain, i) * squared(&plain, j);
                            sums[3] += squared(&again, i) * squared(&again, j);
                        }
                    }
                }
                for sums in sums {
                    let limit = 5.0 * 0.1 / (years as f64).sqrt();
                    let [one, other, square, other_square] = sums.map(|sum| sum / years as f64);
                    assert!((one - other).abs() < limit, "{dof:?} {known:?}: {one} {other}");
                    assert!((square - other_square).abs() < limit, "{dof:?} {known:?}: {square} {other_square}");
                }
            }
        }
    }
}
