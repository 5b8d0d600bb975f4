//! Where is the peak of a triangular law whose ends are known?

use super::families::LnProduct;
use super::fitter::{Described, Fitter, Intervals, Point, fixed, given};
use super::observations::Observations;
use super::profile::is_within;
use crate::distributions::{Law, LawError};
use crate::numerics::elementary::ln;
use crate::outcome::fit::{FitState, Interval, ParameterRole};

/// The triangular law on given ends.
///
/// The likelihood has a kink at every value and its maximum at one of them (Johnson 1999, doi:10.1111/1467-9884.00209). It is regular
/// all the same: the information of a row about the mode is `1 / ((mode - min)(max - mode))`, so that the estimate is asymptotically
/// normal, and likelihood-ratio intervals hold. As the likelihood has kinks its curvature is taken over two standard errors to each side.
#[derive(Debug, Clone)]
pub(super) struct Triangular {
    pub min: f64,
    pub max: f64,
}

/// The likelihood of the mode.
struct Peak<'a> {
    law: &'a Triangular,
    observations: &'a Observations,
    /// Sums of `ln(x - min)` of the rows before every block of rows, and of `ln(max - x)` from there on.
    rising: Vec<f64>,
    falling: Vec<f64>,
}

const BLOCK: usize = 16;

impl<'a> Peak<'a> {
    fn new(law: &'a Triangular, observations: &'a Observations) -> Self {
        let blocks = observations.exact().chunks(BLOCK);
        let ln_of = |block: &[f64], of: &dyn Fn(f64) -> f64| {
            let mut product = LnProduct::new();
            block.iter().for_each(|x| product.times(of(*x)));
            product.ln()
        };
        let (mut rising, mut falling) = (vec![0.0], vec![0.0]);
        for block in blocks {
            rising.push(rising[rising.len() - 1] + ln_of(block, &|x| x - law.min));
            falling.push(falling[falling.len() - 1] + ln_of(block, &|x| law.max - x));
        }
        Self { law, observations, rising, falling }
    }

    fn value(&self, mode: f64) -> f64 {
        let Triangular { min, max } = *self.law;
        let exact = self.observations.exact();
        let below = exact.partition_point(|x| *x <= mode);
        let (block, rest) = (below / BLOCK, &exact[below / BLOCK * BLOCK..below]);
        let mut lower = LnProduct::new();
        let mut upper = LnProduct::new();
        for x in rest {
            lower.times(x - min);
            upper.times(max - x);
        }
        let rising = self.rising[block] + lower.ln();
        let falling = self.falling[self.falling.len() - 1] - self.falling[block] - upper.ln();
        let n = exact.len() as f64;
        let below = below as f64;
        // At an end of the triangle the side without rows drops out.
        let side = |count: f64, sum: f64, length: f64| if count > 0.0 { sum - count * ln(length) } else { 0.0 };
        let mut total =
            n * ln(2.0 / (max - min)) + side(below, rising, mode - min) + side(n - below, falling, max - mode);
        for row in self.observations.censored() {
            total += row.count * ln(self.law.between(mode, row.low, row.high));
        }
        for window in self.observations.windows().iter().filter(|w| !w.is_all()) {
            total -= window.count * ln(self.law.between(mode, window.from, window.to));
        }
        total
    }

    /// The best mode: among the first values of all blocks, then among all values of the blocks beside it, then between them.
    fn best(&self) -> (f64, f64) {
        let exact = self.observations.exact();
        let Triangular { min, max } = *self.law;
        let better = |best: (f64, f64), mode: f64| {
            let value = self.value(mode);
            if value > best.1 { (mode, value) } else { best }
        };
        let mut best = (0.5 * (min + max), self.value(0.5 * (min + max)));
        // Places between the rows matter where most are censored.
        let even = (0..=20).map(|i| min + (max - min) * f64::from(i) / 20.0);
        best = exact.iter().step_by(BLOCK).copied().chain(even).fold(best, better);
        let at = exact.partition_point(|x| *x < best.0);
        let near = &exact[at.saturating_sub(2 * BLOCK)..(at + 2 * BLOCK).min(exact.len())];
        best = near.iter().copied().fold(best, better);
        if !self.observations.is_complete() {
            // Between two values the likelihood of incomplete data may rise again: halve the gaps a few times.
            let mut width = near.last().zip(near.first()).map_or(0.05 * (max - min), |(a, b)| 0.5 * (a - b));
            for _ in 0..12 {
                width *= 0.5;
                best = [best.0 - width, best.0 + width]
                    .into_iter()
                    .filter(|mode| *mode >= min && *mode <= max)
                    .fold(best, better);
            }
        }
        best
    }
}

impl Triangular {
    fn cdf(&self, mode: f64, x: f64) -> f64 {
        let width = self.max - self.min;
        if x <= self.min {
            0.0
        } else if x >= self.max {
            1.0
        } else if x < mode {
            (x - self.min) * (x - self.min) / (width * (mode - self.min))
        } else {
            1.0 - (self.max - x) * (self.max - x) / (width * (self.max - mode))
        }
    }

    fn between(&self, mode: f64, low: f64, high: f64) -> f64 {
        self.cdf(mode, high) - self.cdf(mode, low)
    }

    /// The best mode and its log-likelihood.
    pub fn fitted(&self, observations: &Observations) -> (f64, f64) {
        Peak::new(self, observations).best()
    }
}

impl Fitter for Triangular {
    fn name(&self) -> String {
        "triangular".to_owned()
    }

    fn family(&self) -> &'static str {
        "triangular"
    }

    fn free(&self) -> usize {
        1
    }

    fn point(&self, observations: &Observations, _: Option<&[f64]>) -> Result<Point, String> {
        let (least, most) = super::single::bounds(observations);
        if !(least > self.min && most < self.max) {
            return Err(format!(
                "values must lie strictly between {} and {}, and run from {least} to {most}: give other ends",
                self.min, self.max
            ));
        }
        let (mode, log_likelihood) = self.fitted(observations);
        if !log_likelihood.is_finite() {
            return Err("the data are impossible for every mode".to_owned());
        }
        Ok(Point { working: Vec::new(), natural: vec![mode], log_likelihood, state: FitState::Converged })
    }

    fn describe(&self, observations: &Observations, point: &Point, intervals: Intervals) -> Described {
        let peak = Peak::new(self, observations);
        let (mode, best) = (point.natural[0], point.log_likelihood);
        let (min, max) = (self.min, self.max);
        let n = observations.len() as f64;
        let inside = |x: f64| x.clamp(min, max);
        // The information of complete rows, then the curvature over two standard errors to each side, a few times to settle. Nearer the
        // maximum, which is the tip of a kink, the likelihood falls more steeply than the sample warrants.
        let mut se = (((mode - min) * (max - mode)).max(0.0) / n).sqrt().max(1e-3 * (max - min) / n.sqrt());
        for _ in 0..3 {
            let (low, high) = (inside(mode - 2.0 * se), inside(mode + 2.0 * se));
            let half = 0.5 * (high - low);
            let bend = (2.0 * best - peak.value(low) - peak.value(high)) / (half * half);
            if bend > 0.0 {
                se = (1.0 / bend.sqrt()).min(0.5 * (max - min));
            }
        }
        let half = 1.959_963_984_540_054 * se;
        let mut parameter = fixed("mode", mode, ParameterRole::Estimated);
        parameter.standard_error = Some(se);
        parameter.wald = Some(Interval { low: Some(inside(mode - half)), high: Some(inside(mode + half)) });
        if intervals == Intervals::Profile {
            let ends = [min, max].map(|end| {
                let keeps = |x: f64| is_within(best - peak.value(x));
                // From outside inwards on a grid, so that a dip between kinks does not end the interval too soon.
                let place = |i: usize| mode + (end - mode) * i as f64 / 400.0;
                let Some(last) = (0..=400).rev().find(|i| keeps(place(*i))) else { return mode };
                let (mut inner, mut outer) = (place(last), place((last + 1).min(400)));
                for _ in 0..40 {
                    let middle = 0.5 * (inner + outer);
                    if keeps(middle) { inner = middle } else { outer = middle }
                }
                inner
            });
            parameter.profile = Some(Interval { low: Some(ends[0]), high: Some(ends[1]) });
        }
        let notes = vec![
            "The ends of a triangular law are not estimated with the mode: its interval is for these ends.".to_owned(),
        ];
        Described {
            parameters: vec![parameter, given("min", min), given("max", max)],
            covariance: vec![vec![se * se]],
            notes,
        }
    }

    fn law(&self, natural: &[f64]) -> Result<Law, LawError> {
        Law::from_parameters("triangular", &[("min", self.min), ("mode", natural[0]), ("max", self.max)])
    }
}
