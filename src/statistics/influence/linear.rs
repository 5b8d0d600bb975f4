//! How are the normal equations of a small regression solved?

/// Lower-triangular factor `L` of a positive definite matrix `L L'`, row by row up to the diagonal; `None` where a row adds less than
/// 1e-10 of its own size to those before it.
pub(super) fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (i, source) in matrix.iter().enumerate() {
        let mut row: Vec<f64> = Vec::with_capacity(i + 1);
        for (j, earlier) in factor.iter().enumerate() {
            let done: f64 = row.iter().zip(earlier).map(|(a, b)| a * b).sum();
            row.push((source[j] - done) / earlier[j]);
        }
        let rest = source[i] - row.iter().map(|a| a * a).sum::<f64>();
        // Written so that NaN fails.
        if rest > 1e-10 * source[i] {
            row.push(rest.sqrt());
            factor.push(row);
        } else {
            return None;
        }
    }
    Some(factor)
}

/// `x` with `L x = b`.
pub(super) fn forward(factor: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x: Vec<f64> = Vec::with_capacity(b.len());
    for (row, b) in factor.iter().zip(b) {
        let done: f64 = row.iter().zip(&x).map(|(l, x)| l * x).sum();
        x.push((b - done) / row[x.len()]);
    }
    x
}

/// `x` with `L L' x = b`.
pub(super) fn solve(factor: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x = forward(factor, b);
    for i in (0..x.len()).rev() {
        let done: f64 = (i + 1..x.len()).map(|j| factor[j][i] * x[j]).sum();
        x[i] = (x[i] - done) / factor[i][i];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved_and_a_singular_one_is_not() {
        let matrix = [vec![4.0, 2.0, 0.0], vec![2.0, 5.0, 1.0], vec![0.0, 1.0, 3.0]];
        let x = solve(&cholesky(&matrix).unwrap(), &[8.0, 15.0, 11.0]);
        for (found, exact) in x.iter().zip([1.0, 2.0, 3.0]) {
            assert!((found - exact).abs() < 1e-14, "{x:?}");
        }
        assert!(cholesky(&[vec![1.0, 1.0], vec![1.0, 1.0]]).is_none());
    }
}
