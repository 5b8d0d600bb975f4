//! Which Gaussian and which t copula do ranks come from most likely, and is the first one enough?

use super::ranks::ranks;
use crate::dependence::cholesky;
use crate::numerics::Probability;
use crate::numerics::elementary::{ln, ln_1p};
use crate::numerics::parallel::parallel_map;
use crate::numerics::special::{ln_gamma, normal_quantile, student_t_quantile};
use crate::outcome::{CopulaFit, TCopulaFit};
use crate::random::{Key, Stream};
use argmin::core::{CostFunction, Error, Executor, State};
use argmin::solver::brent::BrentOpt;

/// Steps of the grid over degrees of freedom: step k stands for `(STEPS / k)^2 LEAST_DOF` of them, step 0 for infinitely many.
const STEPS: usize = 32;
/// A t copula with less than one degree of freedom has nothing of the sort that risks do.
const LEAST_DOF: f64 = 1.0;
/// 95% quantile of chi-square with one degree of freedom.
const CHI_SQUARE: f64 = 3.841_458_820_694_124;

/// Pseudo-observations `rank / (n + 1)` as places on the grid of half ranks: the grid, and so its quantiles, is the same for every sample
/// of this size.
pub(super) struct Scores {
    /// Twice the rank less 1, by column: from 1 to `2 n - 1`.
    columns: Vec<Vec<u32>>,
    rows: usize,
    /// What each place is worth at each step of degrees of freedom.
    grid: Vec<Level>,
}

/// Quantiles of one marginal law at all places.
struct Level {
    /// `None` for the normal law.
    dof: Option<f64>,
    quantiles: Vec<f64>,
    /// Minus the logarithm of the marginal density, less its constant.
    marginal: Vec<f64>,
}

impl Level {
    fn new(rows: usize, dof: Option<f64>) -> Self {
        let places = 2 * rows;
        let quantile = |place: usize| {
            // By symmetry from the lower half.
            let lower = place.min(places - place);
            let p = Probability::lower((lower + 1) as f64 / 2.0 / (rows + 1) as f64);
            let value = dof.map_or_else(|| normal_quantile(p), |dof| student_t_quantile(dof, p));
            if lower == place { value } else { -value }
        };
        let mut quantiles: Vec<f64> = (0..places).map(|place| if place == 0 { 0.0 } else { quantile(place) }).collect();
        // Halves may differ in the last bit; the middle is 0.
        quantiles[rows] = 0.0;
        let marginal = quantiles.iter().map(|x| match dof {
            None => 0.5 * x * x,
            Some(dof) => 0.5 * (dof + 1.0) * ln_1p(x * x / dof),
        });
        Self { dof, marginal: marginal.collect(), quantiles }
    }

    /// Logarithm of the constants of the copula's density.
    fn constant(&self, size: f64) -> f64 {
        match self.dof {
            None => 0.0,
            Some(dof) => {
                ln_gamma(0.5 * (dof + size)) + (size - 1.0) * ln_gamma(0.5 * dof) - size * ln_gamma(0.5 * (dof + 1.0))
            }
        }
    }
}

fn dof_of(step: f64) -> Option<f64> {
    (step > 0.0).then(|| LEAST_DOF * (STEPS as f64 / step) * (STEPS as f64 / step))
}

impl Scores {
    /// From values, by column.
    pub fn new(columns: &[Vec<f64>]) -> Self {
        let rows = columns[0].len();
        let steps: Vec<usize> = (0..=STEPS).collect();
        let grid = parallel_map(&steps, |step| Level::new(rows, dof_of(*step as f64)));
        Self { columns: places(columns), rows, grid }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The Gaussian copula of greatest likelihood.
    pub fn gaussian(&self) -> CopulaFit {
        let (correlation, log_likelihood) = self.fit(&self.columns, &self.grid[0], None);
        let size = self.columns.len();
        described(correlation, log_likelihood, size * (size - 1) / 2)
    }

    /// The t copula of greatest likelihood; none where that is the Gaussian one.
    pub fn t(&self, gaussian: &CopulaFit) -> Option<TCopulaFit> {
        let profile = |step: f64| match dof_of(step) {
            None => gaussian.log_likelihood,
            Some(dof) => self.fit(&self.columns, &Level::new(self.rows, Some(dof)), Some(&gaussian.correlation)).1,
        };
        let (near, _) = self.best_step(&self.columns, gaussian);
        if near == 0 {
            return None;
        }
        let step = maximum(&profile, (near - 1) as f64, ((near + 1) as f64).min(STEPS as f64));
        let dof = dof_of(step)?;
        let level = Level::new(self.rows, Some(dof));
        let (correlation, log_likelihood) = self.fit(&self.columns, &level, Some(&gaussian.correlation));
        if log_likelihood <= gaussian.log_likelihood {
            return None;
        }
        // Where the profile is so much lower that a test at 5% would refuse it.
        let is_within = |step: f64| 2.0 * (log_likelihood - profile(step)) <= CHI_SQUARE;
        let end = |mut inside: f64, mut outside: f64| {
            for _ in 0..12 {
                let middle = 0.5 * (inside + outside);
                if is_within(middle) { inside = middle } else { outside = middle }
            }
            inside
        };
        let most = if is_within(STEPS as f64) { STEPS as f64 } else { end(step, STEPS as f64) };
        let least = if is_within(0.0) { 0.0 } else { end(step, 0.0) };
        let size = self.columns.len();
        Some(TCopulaFit {
            dof,
            dof_low: dof_of(most).unwrap_or(LEAST_DOF),
            dof_high: dof_of(least),
            fit: described(correlation, log_likelihood, size * (size - 1) / 2 + 1),
        })
    }

    /// The likelihood ratio of t to Gaussian and its p-value. The Gaussian copula lies at the edge of the t copulas, where the ratio has
    /// no chi-square law, and margins are ranks: so the ratio's law is drawn, from the fitted Gaussian copula.
    pub fn test(&self, gaussian: &CopulaFit, replicates: usize, seed: u64) -> (f64, f64) {
        let observed = self.ratio(&self.columns, gaussian);
        let Ok(factor) = cholesky(&gaussian.correlation) else { return (observed, 1.0) };
        let all: Vec<u32> = (0..replicates as u32).collect();
        let ratios = parallel_map(&all, |replicate| {
            let drawn = self.drawn(&factor, seed, *replicate);
            let (correlation, log_likelihood) = self.fit(&drawn, &self.grid[0], None);
            let fit = described(correlation, log_likelihood, 0);
            self.ratio(&drawn, &fit)
        });
        let as_large = ratios.iter().filter(|ratio| **ratio >= observed).count();
        (observed, (as_large + 1) as f64 / (replicates + 1) as f64)
    }

    /// Places of a sample of the Gaussian copula with this factor.
    fn drawn(&self, factor: &[Vec<f64>], seed: u64, replicate: u32) -> Vec<Vec<u32>> {
        let streams: Vec<Stream> = (0..factor.len())
            .map(|column| {
                let column = column.to_string();
                Stream::new(Key { seed, scope: &["association", "gaussian"], driver: &column, replicate })
            })
            .collect();
        let mut columns = vec![vec![0.0; self.rows]; factor.len()];
        let mut normals = vec![0.0; factor.len()];
        for row in 0..self.rows {
            for (normal, stream) in normals.iter_mut().zip(&streams) {
                *normal = normal_quantile(stream.at(row as u64, 0));
            }
            for (column, weights) in columns.iter_mut().zip(factor) {
                column[row] = weights.iter().zip(&normals).map(|(weight, normal)| weight * normal).sum();
            }
        }
        places(&columns)
    }

    fn ratio(&self, columns: &[Vec<u32>], gaussian: &CopulaFit) -> f64 {
        let (_, best) = self.best_step(columns, gaussian);
        (2.0 * (best - gaussian.log_likelihood)).max(0.0)
    }

    /// The step of the grid with the greatest likelihood, and that likelihood, read off the parabola through it and its neighbours. The
    /// profile has one peak: it is climbed from the side of many degrees of freedom, by ever smaller strides.
    fn best_step(&self, columns: &[Vec<u32>], gaussian: &CopulaFit) -> (usize, f64) {
        let mut known = vec![None; STEPS + 1];
        known[0] = Some(gaussian.log_likelihood);
        let mut at = |step: usize| {
            *known[step].get_or_insert_with(|| self.fit(columns, &self.grid[step], Some(&gaussian.correlation)).1)
        };
        let (mut best, mut stride) = (0usize, 8);
        while stride > 0 {
            let sides = [best.saturating_sub(stride), (best + stride).min(STEPS)];
            match sides.into_iter().find(|step| at(*step) > at(best)) {
                Some(step) => best = step,
                None => stride /= 2,
            }
        }
        let peak = at(best);
        if best == 0 || best == STEPS {
            return (best, peak);
        }
        let (before, after) = (at(best - 1), at(best + 1));
        let bend = before - 2.0 * peak + after;
        let lean = 0.5 * (after - before);
        (best, if bend < 0.0 { peak - 0.5 * lean * lean / bend } else { peak })
    }

    /// The correlation of greatest likelihood at a level, and the log-likelihood there.
    ///
    /// The scatter matrix of an elliptical law by its fixed point `R = mean of w x x'`, `w = (dof + d) / (dof + x' R^-1 x)`, brought to
    /// ones on the diagonal in every round.
    fn fit(&self, columns: &[Vec<u32>], level: &Level, start: Option<&Vec<Vec<f64>>>) -> (Vec<Vec<f64>>, f64) {
        const ROUNDS: usize = 30;
        const SETTLED: f64 = 1e-5;
        let size = columns.len();
        let scores: Vec<Vec<f64>> = columns
            .iter()
            .map(|places| places.iter().map(|place| level.quantiles[*place as usize]).collect())
            .collect();
        let mut correlation = match start {
            Some(start) => start.clone(),
            None => scatter(&scores, &vec![1.0; self.rows]),
        };
        let mut distances = vec![0.0; self.rows];
        if let Some(dof) = level.dof {
            for _ in 0..ROUNDS {
                squared(&scores, &correlation, &mut distances);
                let weights: Vec<f64> = distances.iter().map(|q| (dof + size as f64) / (dof + q)).collect();
                let next = scatter(&scores, &weights);
                let moved = next.iter().flatten().zip(correlation.iter().flatten()).map(|(a, b)| (a - b).abs());
                let moved = moved.fold(0.0, f64::max);
                correlation = next;
                if moved < SETTLED {
                    break;
                }
            }
        }
        let log_determinant = squared(&scores, &correlation, &mut distances);
        let marginal: f64 = columns.iter().flatten().map(|place| level.marginal[*place as usize]).sum();
        let joint: f64 = match level.dof {
            None => distances.iter().map(|q| 0.5 * q).sum(),
            Some(dof) => distances.iter().map(|q| 0.5 * (dof + size as f64) * ln_1p(q / dof)).sum(),
        };
        let constant = level.constant(size as f64) - 0.5 * log_determinant;
        (correlation, self.rows as f64 * constant - joint + marginal)
    }
}

fn places(columns: &[Vec<f64>]) -> Vec<Vec<u32>> {
    columns.iter().map(|values| ranks(values).iter().map(|rank| (2.0 * rank - 1.0) as u32).collect()).collect()
}

fn described(correlation: Vec<Vec<f64>>, log_likelihood: f64, parameters: usize) -> CopulaFit {
    CopulaFit { correlation, log_likelihood, parameters, aic: 2.0 * parameters as f64 - 2.0 * log_likelihood }
}

/// Correlations of weighted scores around 0.
fn scatter(scores: &[Vec<f64>], weights: &[f64]) -> Vec<Vec<f64>> {
    let size = scores.len();
    let mut sums = vec![vec![0.0; size]; size];
    for i in 0..size {
        for j in 0..=i {
            let products = scores[i].iter().zip(&scores[j]).zip(weights).map(|((a, b), weight)| weight * a * b);
            sums[i][j] = products.sum::<f64>();
        }
    }
    let entry = |i: usize, j: usize| {
        let (i, j) = (i.max(j), i.min(j));
        if i == j { 1.0 } else { sums[i][j] / (sums[i][i] * sums[j][j]).sqrt() }
    };
    (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect()
}

/// `x' R^-1 x` of every row, and the logarithm of R's determinant. A matrix that is none, for columns that follow from each other, counts
/// as far away: its likelihood is then as low as it is useless.
fn squared(scores: &[Vec<f64>], correlation: &[Vec<f64>], out: &mut [f64]) -> f64 {
    let Ok(factor) = cholesky(correlation) else {
        out.fill(f64::MAX.sqrt());
        return 0.0;
    };
    let mut solved = vec![0.0; scores.len()];
    for (row, out) in out.iter_mut().enumerate() {
        let mut sum = 0.0;
        for (i, weights) in factor.iter().enumerate() {
            let (diagonal, left) = weights.split_last().expect("a row of a factor has its diagonal");
            let known: f64 = left.iter().zip(&solved).map(|(weight, value)| weight * value).sum();
            solved[i] = (scores[i][row] - known) / diagonal;
            sum += solved[i] * solved[i];
        }
        *out = sum;
    }
    2.0 * factor.iter().filter_map(|row| row.last()).map(|diagonal| ln(*diagonal)).sum::<f64>()
}

/// Where a function of one number is greatest between two ends: Brent's method. Brent 1973, *Algorithms for Minimization without
/// Derivatives*, chapter 5.
fn maximum(of: &impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    struct Negative<'f, F>(&'f F);
    impl<F: Fn(f64) -> f64> CostFunction for Negative<'_, F> {
        type Param = f64;
        type Output = f64;
        fn cost(&self, at: &f64) -> Result<f64, Error> {
            Ok(-(self.0)(*at))
        }
    }
    let solver = BrentOpt::new(low, high).set_tolerance(1e-4, 1e-4);
    let run = Executor::new(Negative(of), solver).configure(|state| state.max_iters(40)).timer(false).run();
    run.ok().and_then(|run| run.state().get_best_param().copied()).unwrap_or(0.5 * (low + high))
}
