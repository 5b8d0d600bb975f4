//! Where is a function of a few numbers least?

use argmin::core::{CostFunction, Error, Executor, State};
use argmin::solver::neldermead::NelderMead;

struct Cost<F>(F);

impl<F: Fn(&[f64]) -> f64> CostFunction for Cost<F> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, at: &Vec<f64>) -> Result<f64, Error> {
        Ok((self.0)(at))
    }
}

/// The point at which the simplex method ends that begins at `start` with edges of `step`, and the value there. Nelder, Mead 1965, "A
/// simplex method for function minimization", doi 10.1093/comjnl/7.4.308; restarted once where it ended, since a simplex can collapse
/// early.
pub(super) fn minimum(start: &[f64], step: f64, cost: impl Fn(&[f64]) -> f64) -> (Vec<f64>, f64) {
    let mut best = (start.to_vec(), cost(start));
    for edge in [step, 0.1 * step] {
        let mut simplex = vec![best.0.clone()];
        for axis in 0..start.len() {
            let mut corner = best.0.clone();
            corner[axis] += edge;
            simplex.push(corner);
        }
        let solver = NelderMead::new(simplex).with_sd_tolerance(1e-16);
        let Ok(solver) = solver else { break };
        let run = Executor::new(Cost(&cost), solver).configure(|state| state.max_iters(600)).timer(false).run();
        let Ok(run) = run else { break };
        let state = run.state();
        if let Some(found) = state.get_best_param()
            && state.get_best_cost() <= best.1
        {
            best = (found.clone(), state.get_best_cost());
        }
    }
    best
}
