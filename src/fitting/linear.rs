//! How are the small symmetric systems of a fit solved?

/// Cholesky's lower triangle of a symmetric matrix; none unless it is positive definite.
pub(super) fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = matrix.len();
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let rest = matrix[i][j] - sum;
            if i == j {
                // A pivot that rounding alone keeps above 0 means a direction without information.
                if !(rest > 1e-13 * matrix[i][i].abs()) {
                    return None;
                }
                lower[i][i] = rest.sqrt();
            } else {
                lower[i][j] = rest / lower[j][j];
            }
        }
    }
    Some(lower)
}

/// `matrix^-1 right`, for a positive definite matrix.
pub(super) fn solve(matrix: &[Vec<f64>], right: &[f64]) -> Option<Vec<f64>> {
    let lower = cholesky(matrix)?;
    let n = right.len();
    let mut x = right.to_vec();
    for i in 0..n {
        let sum: f64 = (0..i).map(|k| lower[i][k] * x[k]).sum();
        x[i] = (x[i] - sum) / lower[i][i];
    }
    for i in (0..n).rev() {
        let sum: f64 = (i + 1..n).map(|k| lower[k][i] * x[k]).sum();
        x[i] = (x[i] - sum) / lower[i][i];
    }
    Some(x)
}

/// The inverse of a positive definite matrix.
pub(super) fn inverse(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = matrix.len();
    let columns: Option<Vec<Vec<f64>>> = (0..n)
        .map(|j| {
            let unit: Vec<f64> = (0..n).map(|i| if i == j { 1.0 } else { 0.0 }).collect();
            solve(matrix, &unit)
        })
        .collect();
    columns
}

/// Correlations of a covariance matrix.
pub(super) fn correlation(covariance: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let sd: Vec<f64> = (0..covariance.len()).map(|i| covariance[i][i].sqrt()).collect();
    let row = |(i, row): (usize, &Vec<f64>)| {
        row.iter().enumerate().map(|(j, value)| if i == j { 1.0 } else { value / (sd[i] * sd[j]) }).collect()
    };
    covariance.iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_by_hand() {
        let inverse = inverse(&[vec![4.0, 2.0], vec![2.0, 3.0]]).unwrap();
        for (found, expected) in inverse.concat().iter().zip([0.375, -0.25, -0.25, 0.5]) {
            assert!((found - expected).abs() < 1e-15);
        }
        assert!(cholesky(&[vec![1.0, 2.0], vec![2.0, 1.0]]).is_none());
        assert!(cholesky(&[vec![1.0, 1.0], vec![1.0, 1.0]]).is_none());
        assert!(cholesky(&[vec![f64::NAN]]).is_none());
    }
}
