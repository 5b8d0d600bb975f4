//! Where is a likelihood highest, and how sharply does it fall from there?

use std::cell::RefCell;

use argmin::core::{
    CostFunction, Error, Executor, Gradient, Hessian, IterState, KV, Problem, Solver, TerminationReason,
    TerminationStatus,
};
use argmin::solver::trustregion::{Steihaug, TrustRegion};

use super::linear;

/// A log-likelihood with its derivatives at one place.
#[derive(Debug, Clone)]
pub(super) struct Expansion {
    pub value: f64,
    pub gradient: Vec<f64>,
    /// Symmetric, all of it.
    pub hessian: Vec<Vec<f64>>,
}

/// A log-likelihood in coordinates that may be any numbers.
pub(super) trait Likelihood {
    /// The value is `NEG_INFINITY` or NaN where the data are impossible.
    fn expand(&self, at: &[f64]) -> Expansion;
}

/// Where the search ended.
#[derive(Debug, Clone)]
pub(super) struct Optimum {
    pub at: Vec<f64>,
    pub value: f64,
    pub gradient: Vec<f64>,
    /// Negative second derivatives: the observed information.
    pub information: Vec<Vec<f64>>,
    /// A maximum: gradient 0 but for rounding, information positive definite.
    pub is_maximum: bool,
}

type Real = Vec<f64>;
type Matrix = Vec<Vec<f64>>;
type SearchState = IterState<Real, Real, (), Matrix, (), f64>;
type Region = TrustRegion<Steihaug<Real, f64>, f64>;

/// What the optimiser sees: the negative log-likelihood of the free coordinates, evaluated once a place.
struct Descent<'a> {
    likelihood: &'a dyn Likelihood,
    /// A coordinate that is held, and where.
    held: Option<(usize, f64)>,
    last: RefCell<Option<(Real, f64, Real, Matrix)>>,
}

impl Descent<'_> {
    fn whole(&self, free: &[f64]) -> Real {
        let mut whole = free.to_vec();
        if let Some((index, value)) = self.held {
            whole.insert(index, value);
        }
        whole
    }

    fn look<T>(&self, free: &Real, pick: impl Fn(&(Real, f64, Real, Matrix)) -> T) -> T {
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_none_or(|seen| seen.0 != *free) {
            let expansion = self.likelihood.expand(&self.whole(free));
            let free_only = |values: &[f64]| {
                let kept = values.iter().enumerate().filter(|(i, _)| self.held.is_none_or(|(held, _)| held != *i));
                kept.map(|(_, value)| -value).collect::<Real>()
            };
            let cost = if expansion.value.is_nan() { f64::INFINITY } else { -expansion.value };
            let rows: Matrix = expansion.hessian.iter().map(|row| free_only(row)).collect();
            let kept = rows.into_iter().enumerate().filter(|(i, _)| self.held.is_none_or(|(held, _)| held != *i));
            let hessian = kept.map(|(_, row)| row).collect();
            *last = Some((free.clone(), cost, free_only(&expansion.gradient), hessian));
        }
        pick(last.as_ref().expect("just filled"))
    }
}

impl CostFunction for Descent<'_> {
    type Param = Real;
    type Output = f64;
    fn cost(&self, at: &Real) -> Result<f64, Error> {
        Ok(self.look(at, |seen| seen.1))
    }
}

impl Gradient for Descent<'_> {
    type Param = Real;
    type Gradient = Real;
    fn gradient(&self, at: &Real) -> Result<Real, Error> {
        Ok(self.look(at, |seen| seen.2.clone()))
    }
}

impl Hessian for Descent<'_> {
    type Param = Real;
    type Hessian = Matrix;
    fn hessian(&self, at: &Real) -> Result<Matrix, Error> {
        Ok(self.look(at, |seen| seen.3.clone()))
    }
}

/// The trust-region search of argmin, which itself only stops after a number of steps: this one stops where the quadratic model
/// promises less than rounding can show, or when steps no longer help.
#[derive(Clone)]
struct UntilFlat {
    region: Region,
    last_cost: f64,
    idle: u32,
}

/// Twice the gain that the quadratic model promises, in units of log-likelihood, at which the search hands over to Newton's steps:
/// a thousandth of a standard error.
const FLAT: f64 = 1e-6;

/// Steps that may fail one after the other; the radius then is 4^-20 of the first.
const MOST_IDLE: u32 = 20;

const MOST_STEPS: u64 = 150;

impl<'a> Solver<Descent<'a>, SearchState> for UntilFlat {
    fn name(&self) -> &str {
        "trust region"
    }

    fn init(
        &mut self,
        problem: &mut Problem<Descent<'a>>,
        state: SearchState,
    ) -> Result<(SearchState, Option<KV>), Error> {
        self.region.init(problem, state)
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<Descent<'a>>,
        state: SearchState,
    ) -> Result<(SearchState, Option<KV>), Error> {
        self.region.next_iter(problem, state)
    }

    fn terminate(&mut self, state: &SearchState) -> TerminationStatus {
        let cost = state.get_cost();
        self.idle = if cost < self.last_cost { 0 } else { self.idle + 1 };
        self.last_cost = cost;
        let flat = match (state.get_gradient(), state.get_hessian()) {
            (Some(gradient), Some(hessian)) => promised(gradient, hessian).is_some_and(|gain| gain < FLAT),
            _ => false,
        };
        if flat || self.idle > MOST_IDLE {
            return TerminationStatus::Terminated(TerminationReason::SolverConverged);
        }
        TerminationStatus::NotTerminated
    }
}

/// `g' H^-1 g`, where H is positive definite.
fn promised(gradient: &[f64], hessian: &[Vec<f64>]) -> Option<f64> {
    let step = linear::solve(hessian, gradient)?;
    Some(step.iter().zip(gradient).map(|(a, b)| a * b).sum())
}

/// The highest place reached from `start`, one coordinate held if asked.
///
/// Nocedal and Wright 2006, Numerical Optimization, algorithms 4.1 and 7.2 (doi:10.1007/978-0-387-40065-5), as argmin has them, with
/// exact derivatives; the last steps are Newton's own, which the rounding of the value does not stop.
pub(super) fn maximise(likelihood: &dyn Likelihood, start: &[f64], held: Option<(usize, f64)>) -> Optimum {
    let mut free = start.to_vec();
    if let Some((index, _)) = held {
        free.remove(index);
    }
    let descent = |held| Descent { likelihood, held, last: RefCell::new(None) };
    let whole = |free: &[f64]| descent(held).whole(free);
    if !free.is_empty() && usable(&likelihood.expand(&whole(&free))) {
        let region = TrustRegion::new(Steihaug::new().with_max_iters(4 * free.len() as u64 + 4));
        let region = region.with_radius(0.5).and_then(|region| region.with_max_radius(3.0));
        let solver = region.map(|region| UntilFlat { region, last_cost: f64::INFINITY, idle: 0 });
        let found = solver.and_then(|solver| {
            Executor::new(descent(held), solver)
                .configure(|state| state.param(free.clone()).max_iters(MOST_STEPS))
                .timer(false)
                .run()
        });
        if let Some(best) = found.ok().and_then(|result| result.state.param.or(result.state.best_param)) {
            free = best;
        }
    }
    polish(likelihood, free, held)
}

fn usable(expansion: &Expansion) -> bool {
    expansion.value.is_finite()
        && expansion.gradient.iter().all(|value| value.is_finite())
        && expansion.hessian.iter().flatten().all(|value| value.is_finite())
}

/// Newton's steps while they promise less and less.
fn polish(likelihood: &dyn Likelihood, mut free: Real, held: Option<(usize, f64)>) -> Optimum {
    let descent = Descent { likelihood, held, last: RefCell::new(None) };
    let gain_at = |free: &Real| {
        let (gradient, hessian) = descent.look(free, |seen| (seen.2.clone(), seen.3.clone()));
        linear::solve(&hessian, &gradient).map(|step| {
            let gain: f64 = step.iter().zip(&gradient).map(|(a, b)| a * b).sum();
            (step, gain)
        })
    };
    let mut now = if free.is_empty() { None } else { gain_at(&free) };
    for _ in 0..4 {
        let Some((step, gain)) = now.filter(|(_, gain)| *gain < 1e-2 && *gain > 0.0) else { break };
        let next: Real = free.iter().zip(&step).map(|(x, s)| x - s).collect();
        now = gain_at(&next).filter(|(_, next_gain)| *next_gain < 0.25 * gain);
        if now.is_some() {
            free = next;
        }
    }
    let is_maximum = free.is_empty() || gain_at(&free).is_some_and(|(_, gain)| gain < 1e-4);
    let at = descent.whole(&free);
    let expansion = likelihood.expand(&at);
    let information = expansion.hessian.iter().map(|row| row.iter().map(|value| -value).collect()).collect();
    Optimum { at, value: expansion.value, gradient: expansion.gradient, information, is_maximum }
}
