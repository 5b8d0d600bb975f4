//! How do columns of data move together, and is that a Gaussian or a t copula?

mod copulas;
mod rank_correlation;
mod ranks;
#[cfg(test)]
mod tests;

use crate::dependence::nearest::nearest_correlation;
use crate::dependence::{cholesky, normal_correlation};
use crate::numerics::elementary::asin;
use crate::numerics::special::student_t_cdf;
use crate::outcome::{
    Caution, DataOrigin, DependenceEstimate, DependenceTest, PairDependence, SampledRows, TCopulaFit,
};
use crate::random::{Key, Stream};
use copulas::Scores;
pub use rank_correlation::{Interval, kendall, spearman};
pub use ranks::ranks;

/// What is asked of the columns of a table.
#[derive(Debug, Clone)]
pub struct Question<'d> {
    pub columns: Vec<(String, &'d [f64])>,
    /// What each is called in the fragment.
    pub drivers: Vec<String>,
    pub data: DataOrigin,
    /// Samples drawn from the Gaussian copula for the p-value.
    pub replicates: usize,
    pub seed: u64,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AssociationError {
    #[error("{found} column, expected two or more")]
    TooFew { found: usize },
    #[error("{found} columns, expected at most {most}")]
    TooMany { found: usize, most: usize },
    #[error("{rows} rows, expected at least {least}: fewer say nothing about a correlation")]
    TooFewRows { rows: usize, least: usize },
    #[error("column {column} has the same value, {value}, in all {rows} rows: it moves with nothing")]
    Constant { column: String, value: f64, rows: usize },
    #[error("columns {first} and {second} have the same ranks{}: one follows from the other, keep one", .opposite.then_some(", in opposite order").unwrap_or(""))]
    Same { first: String, second: String, opposite: bool },
}

const LEAST_ROWS: usize = 10;
const MOST_COLUMNS: usize = 30;
/// Rows that the copulas are fitted to at most: more would take minutes and change nothing that can be seen.
pub const MOST_COPULA_ROWS: usize = 5_000;
/// Points that a chart can show apart.
const CHART_ROWS: usize = 400;
/// At which p-value t is proposed.
const SIGNIFICANT: f64 = 0.05;
/// Share of rows that share their value with another above which the copula is said to be in doubt.
const MANY_TIES: f64 = 0.1;
/// What counts as extreme when rows are counted.
const EXTREME: f64 = 0.05;

/// Rank correlations with intervals, both copulas, the test between them, and what goes into a config.
pub fn associate(question: &Question<'_>) -> Result<DependenceEstimate, AssociationError> {
    check(question)?;
    let names: Vec<&str> = question.columns.iter().map(|(name, _)| name.as_str()).collect();
    let all: Vec<Vec<f64>> = question.columns.iter().map(|(_, values)| ranks(values)).collect();
    let size = all.len();
    let rows = question.columns[0].1.len();
    let mut spearmans = vec![vec![1.0; size]; size];
    let mut pairs = Vec::new();
    for first in 0..size {
        for second in first + 1..size {
            let rho = spearman(&all[first], &all[second]);
            if rho.value.abs() > 1.0 - 1e-12 {
                let (first, second) = (names[first].to_owned(), names[second].to_owned());
                return Err(AssociationError::Same { first, second, opposite: rho.value < 0.0 });
            }
            (spearmans[first][second], spearmans[second][first]) = (rho.value, rho.value);
            let (upper_together, lower_together) = together(&all[first], &all[second]);
            pairs.push(PairDependence {
                first,
                second,
                spearman: rho,
                kendall: kendall(&all[first], &all[second]),
                gaussian: 0.0,
                t: None,
                tail_dependence: None,
                upper_together,
                lower_together,
            });
        }
    }
    let used = thinned(&question.columns, MOST_COPULA_ROWS, question.seed);
    let scores = Scores::new(&used);
    let gaussian = scores.gaussian();
    let t = scores.t(&gaussian);
    let (likelihood_ratio, p_value) = scores.test(&gaussian, question.replicates, question.seed);
    for pair in &mut pairs {
        pair.gaussian = gaussian.correlation[pair.first][pair.second];
        pair.t = t.as_ref().map(|t| t.fit.correlation[pair.first][pair.second]);
        pair.tail_dependence = t.as_ref().zip(pair.t).map(|(t, r)| tail_dependence(t.dof, r));
    }
    let prefers_t = p_value < SIGNIFICANT && t.is_some();
    let wanted = match (&t, prefers_t) {
        // The config turns a rank correlation into the copula's own by the Gaussian formula: its inverse gives back what was fitted.
        (Some(t), true) => mapped(&t.fit.correlation, |r| 6.0 / std::f64::consts::PI * asin(r / 2.0)),
        _ => spearmans,
    };
    let (proposed, repair) = possible(&wanted);
    let test =
        DependenceTest { likelihood_ratio, p_value, replicates: question.replicates, seed: question.seed, prefers_t };
    let mut estimate = DependenceEstimate {
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        data: question.data.clone(),
        columns: names.iter().map(|name| (*name).to_owned()).collect(),
        drivers: question.drivers.clone(),
        pairs,
        gaussian,
        t,
        test,
        copula_rows: scores.rows(),
        proposed,
        repair,
        sample: sample(&used),
        cautions: Vec::new(),
        fragment: String::new(),
    };
    estimate.cautions = cautions(&estimate, rows, &all);
    Ok(estimate)
}

fn check(question: &Question<'_>) -> Result<(), AssociationError> {
    let columns = &question.columns;
    if columns.len() < 2 {
        return Err(AssociationError::TooFew { found: columns.len() });
    }
    if columns.len() > MOST_COLUMNS {
        return Err(AssociationError::TooMany { found: columns.len(), most: MOST_COLUMNS });
    }
    let rows = columns[0].1.len();
    if rows < LEAST_ROWS {
        return Err(AssociationError::TooFewRows { rows, least: LEAST_ROWS });
    }
    match columns.iter().find(|(_, values)| values.iter().all(|value| *value == values[0])) {
        Some((name, values)) => Err(AssociationError::Constant { column: name.clone(), value: values[0], rows }),
        None => Ok(()),
    }
}

/// `lambda = 2 t_{dof + 1}(-sqrt((dof + 1)(1 - r)/(1 + r)))`: Embrechts, McNeil, Straumann 2002, doi 10.1017/CBO9780511615337.008.
///
/// ```
/// let lambda = tailcost::association::tail_dependence(4.0, 0.5);
/// assert!((lambda - 0.2532).abs() < 5e-5);
/// ```
pub fn tail_dependence(dof: f64, r: f64) -> f64 {
    2.0 * student_t_cdf(dof + 1.0, -((dof + 1.0) * (1.0 - r) / (1.0 + r)).sqrt()).p()
}

/// Shares of the rows extreme in the first column that are so in the second: highest, lowest.
fn together(first: &[f64], second: &[f64]) -> (f64, f64) {
    let rows = first.len() as f64;
    let low = EXTREME * rows;
    let high = rows + 1.0 - low;
    let share = |is_extreme: &dyn Fn(f64) -> bool| {
        let of_first = first.iter().filter(|rank| is_extreme(**rank)).count();
        let both = first.iter().zip(second).filter(|(a, b)| is_extreme(**a) && is_extreme(**b)).count();
        both as f64 / of_first.max(1) as f64
    };
    (share(&|rank| rank >= high), share(&|rank| rank <= low))
}

/// At most so many rows, one drawn from each of as many stretches of equal length: rows at equal distances would all be Mondays.
fn thinned(columns: &[(String, &[f64])], most: usize, seed: u64) -> Vec<Vec<f64>> {
    let rows = columns[0].1.len();
    let count = rows.min(most);
    let stream = Stream::new(Key { seed, scope: &["association"], driver: "rows", replicate: 0 });
    let at = |index: usize| match count == rows {
        true => index,
        false => {
            let place = (index as f64 + stream.at(index as u64, 0).p()) * (rows as f64 / count as f64);
            (place as usize).min(rows - 1)
        }
    };
    columns.iter().map(|(_, values)| (0..count).map(|index| values[at(index)]).collect()).collect()
}

fn sample(used: &[Vec<f64>]) -> SampledRows {
    let rows = used[0].len();
    let ranks: Vec<Vec<f64>> = used.iter().map(|values| ranks(values)).collect();
    let count = rows.min(CHART_ROWS);
    let of_row = |index: usize| {
        let at = index * rows / count;
        ranks.iter().map(|ranks| ranks[at] / (rows + 1) as f64).collect()
    };
    SampledRows { rows: (0..count).map(of_row).collect() }
}

fn mapped(matrix: &[Vec<f64>], of: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
    let entry = |i: usize, j: usize| if i == j { 1.0 } else { of(matrix[i][j]) };
    (0..matrix.len()).map(|i| (0..matrix.len()).map(|j| entry(i, j)).collect()).collect()
}

/// Rank correlations, rounded to four decimals, whose normal correlations are positive definite, and the largest change.
fn possible(wanted: &[Vec<f64>]) -> (Vec<Vec<f64>>, f64) {
    let rounded = |matrix: &[Vec<f64>]| mapped(matrix, |rho| (1e4 * rho).round() / 1e4);
    let plain = rounded(wanted);
    if cholesky(&mapped(&plain, normal_correlation)).is_ok() {
        return (plain, 0.0);
    }
    let nearest = nearest_correlation(&mapped(wanted, normal_correlation));
    let back = rounded(&mapped(&nearest, |r| 6.0 / std::f64::consts::PI * asin(r / 2.0)));
    let changes = back.iter().flatten().zip(wanted.iter().flatten()).map(|(a, b)| (a - b).abs());
    let change = changes.fold(0.0, f64::max);
    (back, change)
}

fn cautions(estimate: &DependenceEstimate, rows: usize, ranks: &[Vec<f64>]) -> Vec<Caution> {
    let mut cautions = Vec::new();
    let mut add = |code: &str, message: String| cautions.push(Caution { code: code.into(), message });
    if estimate.copula_rows < rows {
        let message = format!(
            "the copulas were fitted to {} of the {rows} rows, drawn at random; rank correlations use all of them",
            estimate.copula_rows
        );
        add("copula_rows", message);
    }
    for (name, ranks) in estimate.columns.iter().zip(ranks) {
        let tied = ranks::tied(ranks);
        if tied > MANY_TIES {
            let message = format!(
                "{:.0}% of the values of {name} occur more than once: ranks are shared among them, and what copula lies below is not \
                 certain",
                100.0 * tied
            );
            add("tied_values", message);
        }
    }
    if estimate.repair > 0.0 {
        let message = format!(
            "the estimates are not possible together in a copula; the fragment has the nearest that are, at most {:.4} away",
            estimate.repair
        );
        add("not_positive_definite", message);
    }
    if rows < 50 {
        add("few_rows", format!("{rows} rows: intervals are wide, and a t copula cannot be told from a Gaussian one"));
    }
    if let Some(TCopulaFit { dof, dof_high: None, .. }) = &estimate.t
        && estimate.test.prefers_t
    {
        add("dof_unsure", format!("{dof:.1} degrees of freedom, with no upper end to their interval"));
    }
    cautions
}
