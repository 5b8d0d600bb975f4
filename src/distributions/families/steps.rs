//! What are the empirical and the discrete laws?

use super::{Family, Kind};
use crate::distributions::error::{LawError, LawProblem, finite};
use crate::distributions::moments::Moments;
use crate::numerics::Probability;

/// A law on finitely many values: empirical (each value of a sample has the same weight) or discrete (given weights).
/// The cdf is a step function, its generalised inverse the smallest value whose cumulative weight reaches p. Exact:
/// cumulative weights are summed from the nearer end.
#[derive(Debug)]
pub(in crate::distributions) struct Steps {
    values: Vec<f64>,
    weights: Vec<f64>,
    up_to: Vec<Probability>,
    sample: Option<Vec<f64>>,
}

impl Steps {
    pub(in crate::distributions) fn empirical(mut sample: Vec<f64>) -> Result<Self, LawError> {
        sample.iter().try_for_each(|value| finite("values", *value).map(|_| ()))?;
        sample.sort_by(f64::total_cmp);
        let weights = vec![1.0; sample.len()];
        let steps = Self::of_sorted(sample.iter().copied().zip(weights))?;
        Ok(Self { sample: Some(sample), ..steps })
    }

    pub(in crate::distributions) fn discrete(values: &[f64], weights: &[f64]) -> Result<Self, LawError> {
        if values.len() != weights.len() {
            let problem = LawProblem::UnequalLengths { values: values.len(), weights: weights.len() };
            return Err(LawError::of("weights", problem));
        }
        let mut pairs = Vec::with_capacity(values.len());
        for (value, weight) in values.iter().zip(weights) {
            finite("values", *value)?;
            if !(*weight >= 0.0 && weight.is_finite()) {
                return Err(LawError::range("weights", *weight, "a number that is not negative"));
            }
            if *weight > 0.0 {
                pairs.push((*value, *weight));
            }
        }
        pairs.sort_by(|one, other| one.0.total_cmp(&other.0));
        Self::of_sorted(pairs.into_iter())
    }

    fn of_sorted(pairs: impl Iterator<Item = (f64, f64)>) -> Result<Self, LawError> {
        let (mut values, mut weights): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
        for (value, weight) in pairs {
            match (values.last(), weights.last_mut()) {
                (Some(last), Some(sum)) if *last == value => *sum += weight,
                _ => {
                    values.push(value);
                    weights.push(weight);
                }
            }
        }
        if values.is_empty() {
            return Err(LawError::of("values", LawProblem::NoValues));
        }
        let total: f64 = weights.iter().sum();
        if !(total.is_finite() && total > 0.0) {
            return Err(LawError::range("weights", total, "weights with a finite positive sum"));
        }
        let mut above = 0.0;
        let mut up_to: Vec<Probability> = vec![Probability::upper(0.0); values.len()];
        for (slot, weight) in up_to.iter_mut().zip(&weights).rev() {
            *slot = Probability::upper((above / total).min(1.0));
            above += weight;
        }
        let mut below = 0.0;
        for (slot, weight) in up_to.iter_mut().zip(&weights) {
            below += weight;
            if !slot.is_upper() {
                *slot = Probability::lower((below / total).min(0.5));
            }
        }
        weights.iter_mut().for_each(|weight| *weight /= total);
        Ok(Self { values, weights, up_to, sample: None })
    }
}

impl Family for Steps {
    fn kind(&self) -> Kind<'_> {
        match &self.sample {
            Some(sample) => Kind::Empirical(sample),
            None => Kind::Discrete { values: &self.values, weights: &self.weights },
        }
    }

    fn cdf(&self, x: f64) -> Probability {
        match self.values.partition_point(|value| *value <= x) {
            0 => Probability::lower(0.0),
            count => self.up_to[count - 1],
        }
    }

    fn below(&self, x: f64) -> Probability {
        match self.values.partition_point(|value| *value < x) {
            0 => Probability::lower(0.0),
            count => self.up_to[count - 1],
        }
    }

    fn quantile(&self, p: Probability) -> f64 {
        let index = self.up_to.partition_point(|up_to| *up_to < p);
        self.values[index.min(self.values.len() - 1)]
    }

    fn density(&self, _x: f64) -> f64 {
        0.0
    }

    fn support(&self) -> (f64, f64) {
        (self.values[0], self.values[self.values.len() - 1])
    }

    fn atoms(&self) -> Vec<(f64, f64)> {
        self.values.iter().copied().zip(self.weights.iter().copied()).collect()
    }

    fn breaks(&self) -> Vec<f64> {
        self.values.clone()
    }

    fn moments(&self) -> Option<Moments> {
        let points = || self.values.iter().zip(&self.weights);
        // About the first value, then about the mean: a common offset cancels exactly.
        let first = self.values[0];
        let mean = first + points().map(|(x, weight)| weight * (x - first)).sum::<f64>();
        let mut moments = Moments { mean, variance: 0.0, third: 0.0, fourth: 0.0 };
        for (x, weight) in points() {
            let gap = x - mean;
            moments.variance += weight * gap * gap;
            moments.third += weight * gap * gap * gap;
            moments.fourth += weight * gap * gap * gap * gap;
        }
        Some(moments)
    }
}
