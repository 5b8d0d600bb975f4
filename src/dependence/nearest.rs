//! Which correlation matrix is possible and nearest to the one that was asked for?

use nalgebra::{DMatrix, SymmetricEigen};

/// Smallest eigenvalue of a repaired matrix: far enough from zero that correlations rounded to three decimals stay possible.
const SMALLEST_EIGENVALUE: f64 = 5e-3;

/// The nearest correlation matrix in the Frobenius norm whose eigenvalues are at least 0.005.
///
/// Alternating projections with Dykstra's correction between matrices of unit diagonal and matrices with bounded
/// eigenvalues: Higham 2002, *Computing the nearest correlation matrix*, doi 10.1093/imanum/22.3.329. Stops when an entry
/// moves by less than 1e-10. For messages: nothing that is drawn depends on it.
///
/// ```
/// use tailcost::dependence::nearest::nearest_correlation;
/// use tailcost::dependence::cholesky;
/// let asked = [[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]].map(|row| row.to_vec());
/// assert!(cholesky(&asked).is_err());
/// let nearest = nearest_correlation(&asked);
/// assert!(cholesky(&nearest).is_ok());
/// assert!((nearest[0][1] - 0.4975).abs() < 1e-6);
/// ```
pub fn nearest_correlation(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    const MOST_ROUNDS: usize = 1000;
    const SETTLED: f64 = 1e-10;
    let size = matrix.len();
    let mut current = DMatrix::from_fn(size, size, |i, j| matrix[i][j]);
    let mut correction = DMatrix::zeros(size, size);
    for _ in 0..MOST_ROUNDS {
        let corrected = &current - &correction;
        let raised = with_raised_eigenvalues(&corrected);
        correction = &raised - &corrected;
        let mut next = raised;
        next.fill_diagonal(1.0);
        let moved = (&next - &current).amax();
        current = next;
        if moved < SETTLED {
            break;
        }
    }
    (0..size).map(|i| (0..size).map(|j| current[(i, j)].clamp(-1.0, 1.0)).collect()).collect()
}

fn with_raised_eigenvalues(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let SymmetricEigen { eigenvectors, eigenvalues } = SymmetricEigen::new(matrix.clone());
    let raised = eigenvalues.map(|eigenvalue| eigenvalue.max(SMALLEST_EIGENVALUE));
    let product = &eigenvectors * DMatrix::from_diagonal(&raised) * eigenvectors.transpose();
    (&product + product.transpose()) * 0.5
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependence::cholesky;

    #[test]
    fn a_possible_matrix_is_left_alone() {
        let possible = [[1.0, 0.5, 0.2], [0.5, 1.0, -0.3], [0.2, -0.3, 1.0]].map(|row| row.to_vec());
        assert!(cholesky(&possible).is_ok());
        for (row, expected) in nearest_correlation(&possible).iter().zip(&possible) {
            for (found, expected) in row.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn higham_example_is_reproduced() {
        // Higham 2002, section 4: [[1,1,0],[1,1,1],[0,1,1]] has the nearest correlation matrix with 0.7607 and 0.1573
        // when eigenvalues may be zero; the floor of 0.005 moves entries by about as much.
        let asked = [[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]].map(|row| row.to_vec());
        let nearest = nearest_correlation(&asked);
        assert!((nearest[0][1] - 0.7607).abs() < 0.005, "{nearest:?}");
        assert!((nearest[0][2] - 0.1573).abs() < 0.01, "{nearest:?}");
        assert!(cholesky(&nearest).is_ok());
    }
}
